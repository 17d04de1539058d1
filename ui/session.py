"""The gentle end of a practice session: what was done, and an optional private reflection."""

from collections import Counter

import streamlit as st

from practice import reflections, standings, tries
from practice.reflections import ASSUMPTIONS, MAX_NOTE_CHARS, Reflection
from practice.tries import Try
from practice.worker import now
from scoring.rubric import BEHAVIOURS
from ui import resources, state
from ui.style import block, card, safe


def page() -> None:
    """Shows the end of the session."""
    store, person = resources.store(), state.person()
    session = standings.session_of(store, person, now())
    mine = tries.of_person(store, person)
    since = [one for one in mine if session and one.at >= session[0]]
    st.title("That was a good stretch of practice")
    block(card("".join(f"<p>{safe(one)}</p>" for one in summary(since))))
    st.caption("Nothing more is needed today. Short and often does more than long and seldom.")
    block('<p><a href="progress">See your progress</a></p>')
    if st.button("Practise once more", width="stretch"):
        state.choose(standings.next_up(store, person, resources.library(), now())[0].scenario)
        st.rerun()
    _reflect()


def summary(session: list[Try]) -> list[str]:
    """Returns two or three sentences on the session's tries, oldest first."""
    if not session:
        return ["There are no scored replies in this session yet."]
    clients = list(dict.fromkeys(one.client for one in session))
    n = len(session)
    said = [
        f"You made {n} {'reply' if n == 1 else 'replies'} to"
        f" {clients[0] if len(clients) == 1 else f'{len(clients)} clients'}."
    ]
    counted = Counter(name for one in session for name in one.shown)
    if counted:
        name, times = max(counted.items(), key=lambda item: (item[1], item[0]))
        often = "once" if times == 1 else f"{times} times"
        said.append(f"Seen most in your replies: {BEHAVIOURS[name].name.lower()} ({often}).")
    new = []
    for occasion in tries.occasions(session):
        first, last = occasion.tries[0], occasion.tries[-1]
        new += [name for name in last.shown - first.shown if name in first.expects]
    if new:
        listed = ", ".join(BEHAVIOURS[name].name.lower() for name in dict.fromkeys(sorted(new)))
        said.append(f"New on a second try, where the moment asked for it: {listed}.")
    return said


def _reflect() -> None:
    store, person = resources.store(), state.person()
    with st.expander("A private thought about your own assumptions (optional)"):
        st.caption(
            "Therapists’ own beliefs about work between sessions are guesses to test, like any"
            " other. Only you can see this; it is never scored and never shared."
        )
        with st.form(state.widget_key("reflection"), border=False, clear_on_submit=True):
            caught = st.multiselect(
                "Did you catch any of these in yourself?",
                list(ASSUMPTIONS),
                format_func=ASSUMPTIONS.__getitem__,
                placeholder="Choose any, or none",
            )
            note = st.text_area(
                "What happened just before? What would test it?", max_chars=MAX_NOTE_CHARS
            )
            if st.form_submit_button("Keep this for myself"):
                if caught or note.strip():
                    thought = Reflection(caught=tuple(caught), note=note.strip())
                    reflections.keep(store, person, thought, now())
                    st.success("Kept, for you alone.")
                else:
                    st.info("There is nothing here to keep yet.")
        for one in reflections.of_person(store, person):
            when = one.at.astimezone().strftime("%d %B %Y")
            lines = [ASSUMPTIONS[name] for name in one.reflection.caught]
            body = "".join(f"<p>{safe(line)}</p>" for line in [*lines, one.reflection.note] if line)
            block(card(f'<div class="eyebrow">{when}</div>{body}'))
            if st.button("Delete this one", key=f"forget-{one.id}"):
                reflections.forget(store, person, one.id)
                st.rerun()
