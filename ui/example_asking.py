"""A reply as an example for others: the supervisor asks, its trainee says yes or no."""

import streamlit as st

from practice import consent, examples, reviews
from practice.attempts import Attempt
from practice.examples import Answer
from practice.worker import now
from ui import resources, visitor
from ui.style import block, card, plain, safe

GIVEN = {
    "words": "its words, without {name}’s name or voice",
    "sound": "its words and recording, without {name}’s name",
}


def ask(attempt: Attempt, name: str) -> None:
    """The supervisor's side: ask whether others may learn from it, or show it no more."""
    store, person = resources.store(), visitor.current()
    known = examples.standing(store, person, attempt.id, now())
    with st.expander("An example for others"):
        if known is not None and known.answer == "no":
            st.caption(f"{plain(name)} was asked, and would rather keep this reply to themselves.")
            return
        if known is not None:
            if known.answer is None:
                st.caption(f"{plain(name)} has been asked and has not answered yet.")
            else:
                what = GIVEN[known.answer].format(name=plain(name))
                st.caption(f"Colleagues see {what}, after their own try with this client.")
            label = "Ask no more" if known.answer is None else "Show it no more"
            if st.button(label, key=f"put-away-{attempt.id}"):
                examples.put_away(store, person, attempt.id, now())
                st.rerun()
            return
        st.caption(
            f"Ask {plain(name)} whether colleagues in the same cohort, or supervised with them, may"
            " read this reply after their own try. Nothing is shown unless the answer is yes, and"
            " never a name."
        )
        if examples.names_somebody(store, attempt, name):
            st.warning(
                f"The words seem to say {plain(name)}’s name, so colleagues would know whose they"
                " are. Another reply may be the better example."
            )
        with st.form(f"example-{attempt.id}", border=False):
            why = st.text_area("What can others learn from it?", max_chars=examples.MAX_WHY_CHARS)
            if st.form_submit_button(f"Ask {plain(name)}"):
                try:
                    examples.ask(store, person, attempt.id, why, now())
                except reviews.NotYet as exc:
                    st.warning(plain(str(exc)))
                    return
                st.rerun()


def answer(attempt: Attempt) -> None:
    """The trainee's side: say yes or no, or take it back; nothing unless somebody asked."""
    store, person = resources.store(), visitor.current()
    known = examples.standing(store, person, attempt.id, now())
    if known is None or known.answer == "no":
        return
    if known.answer is not None:
        voice = " and your voice" if known.answer == "sound" else ""
        block(
            card(
                '<div class="eyebrow">An example for others</div><p>Colleagues can learn from this'
                f" reply: they see your words{voice}, without your name, after their own try.</p>"
            )
        )
        _press(attempt, "Take the example back", "no")
        return
    asked_by = safe(visitor.name_of(known.asked_by))
    block(
        card(
            f'<div class="eyebrow">May others learn from this reply? {asked_by} asks</div>'
            f'<p class="line">{safe(known.why)}</p>'
            "<p>Colleagues in your cohort, or with the same supervisor, would read your words after"
            " their own try with this client, without your name. With your voice, those who know"
            " you may recognise it. You can take it back whenever you like.</p>"
            f'<p class="muted">Saying yes means: {safe(consent.MEANS["example"])}</p>',
            "keep",
        )
    )
    first, second, third = st.columns(3)
    with first:
        _press(attempt, "Yes, my words", "words")
    if attempt.recording is not None:
        with second:
            _press(attempt, "Yes, and my voice", "sound")
    with third:
        _press(attempt, "No, thank you", "no")


def _press(attempt: Attempt, label: str, said: Answer) -> None:
    if st.button(label, key=f"example-{said}-{attempt.id}", width="stretch"):
        examples.answer(resources.store(), visitor.current(), attempt.id, said, now())
        st.rerun()
