"""The end of a review: the answer to what is contested, or the return, to its trainee."""

import streamlit as st

from practice import contests, review_records, reviews
from practice.attempts import Attempt
from practice.review_records import MAX_NOTE_CHARS, Step
from practice.worker import now
from ui import rating, resources, visitor
from ui.style import block, card, plain, safe


def answer(attempt: Attempt, contested: Step, name: str) -> None:
    """Asks for the answer to a contested score, and a further rating if it is seen otherwise."""
    st.header("Answer what is contested")
    block(
        card(
            f'<div class="eyebrow">{safe(name)} contests the machine’s score ·'
            f" {contested.at.astimezone():%d %B %Y}</div>"
            f'<p class="line">{safe(contested.note or "")}</p>'
            '<p class="muted">The machine’s score stays as it is. Your answer and your rating stand'
            " above it, and nothing that was said before is lost.</p>"
        )
    )
    otherwise = st.toggle("I rate it otherwise now", key=f"otherwise-{attempt.id}")
    with st.form(f"answer-{attempt.id}"):
        words = st.text_area(f"Your answer to {plain(name)}", max_chars=MAX_NOTE_CHARS)
        given = rating.fields("answer") if otherwise else None
        again = _again(attempt)
        if st.form_submit_button("Send the answer", type="primary"):
            store, person = resources.store(), visitor.current()
            try:
                contests.answer(store, person, attempt.id, words, now(), rating=given, again=again)
            except reviews.NotYet as exc:
                st.warning(plain(str(exc)))
                return
            st.rerun()


def give_back(attempt: Attempt) -> None:
    """Asks for a few words and returns the reply."""
    st.header("Return it")
    with st.form(f"return-{attempt.id}"):
        note = st.text_area("A few words to go with it", max_chars=MAX_NOTE_CHARS)
        again = _again(attempt)
        if st.form_submit_button("Return it", type="primary"):
            store, person = resources.store(), visitor.current()
            reviews.give_back(store, person, attempt.id, note, now(), again=again)
            st.rerun()


def _again(attempt: Attempt) -> bool:
    store = resources.store()
    stands = review_records.again_stands(store, review_records.get(store, attempt.id))
    return st.checkbox("Ask for another try", value=stands)
