"""The supervisor listens, reads, and comments on a moment or on the whole of a reply."""

import streamlit as st

from practice import reviews
from practice.attempts import Attempt
from practice.review_records import MAX_NOTE_CHARS, Step
from practice.worker import now
from ui import corrected, listening, resources, state, supervision, visitor
from ui.highlight import clock
from ui.listening import Pressed
from ui.style import block, card, plain, safe


def listen(attempt: Attempt, steps: list[Step], *, commenting: bool) -> None:
    """Shows the recording with its words and what was said about moments of it."""
    st.header("Listen and read")
    transcript = corrected.words(attempt)
    if transcript is None:
        block(card(f'<p class="reply">{safe(attempt.typed or "")}</p>'))
        st.caption("This reply was typed.")
        if commenting and st.button("Comment on it"):
            st.session_state[_key()] = Pressed(None)
    else:
        if not listening.can_play(resources.store(), attempt):
            st.caption("Its recording has been deleted; the words are still here.")
        st.caption("Press a sentence to hear it.")
        notes = supervision.notes(steps)
        pressed = listening.show(attempt, transcript, notes, commenting=commenting)
        if pressed is not None:
            st.session_state[_key()] = pressed
    about: Pressed | None = st.session_state.get(_key())
    if commenting and about is not None:
        said = [] if transcript is None else listening.sentences(transcript)
        _comment(attempt, about, said)


def _key() -> str:
    return state.widget_key("commenting-on")


def _comment(attempt: Attempt, about: Pressed, said: list[tuple[float, str]]) -> None:
    title = "About the whole reply"
    if about.moment_s is not None:
        begun = [text for start_s, text in said if start_s <= about.moment_s]
        title = f"About {clock(about.moment_s)}" + (f": “{plain(begun[-1])}”" if begun else "")
    with st.form(f"comment-{attempt.id}", clear_on_submit=True):
        note = st.text_area(
            "What would you like to say?", max_chars=MAX_NOTE_CHARS, help=None, key="comment-note"
        )
        st.caption(title)
        keep, leave = st.columns([2, 1])
        kept = keep.form_submit_button("Keep this comment", type="primary", width="stretch")
        if leave.form_submit_button("Never mind", width="stretch"):
            st.session_state.pop(_key(), None)
            st.rerun()
        if kept:
            try:
                store, person = resources.store(), visitor.current()
                reviews.comment(store, person, attempt.id, note, now(), about.moment_s)
            except reviews.NotYet as exc:
                st.warning(plain(str(exc)))
                return
            st.session_state.pop(_key(), None)
            st.rerun()
