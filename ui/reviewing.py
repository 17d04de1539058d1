"""The supervisor's page: the queue; then listen, rate blind, reveal, comment, answer, return."""

import streamlit as st

from practice import accounts, attempts, review_records, reviews, second_ratings
from practice.attempts import Attempt
from practice.review_records import Review
from practice.worker import now
from ui import (
    answering,
    commenting,
    corrected,
    example_asking,
    rating,
    resources,
    state,
    supervision,
    visitor,
)
from ui.style import block, card, plain, safe


def page() -> None:
    """Shows the queue, or the attempt named in the address."""
    named = state.reviewed()
    if named is None:
        _queue()
    else:
        _review(named)


def _queue() -> None:
    st.title("Reviews")
    waiting = reviews.queue(resources.store(), visitor.current())
    if not waiting:
        st.info("Nothing is waiting. Replies appear here once your supervisees submit them.")
    for review, attempt in waiting:
        contested = review_records.open_contest(resources.store(), review) is not None
        _entry(review, attempt, "score contested" if contested else "waiting since")
    again = second_ratings.waiting(resources.store(), visitor.current())
    if again:
        st.header("A second pair of ears")
        st.caption(
            "Colleagues have returned these already. If you rate one too, before you see what they"
            " gave, it shows how far supervisors agree here."
        )
    for review, attempt in again:
        _entry(review, attempt, "returned")


def _entry(review: Review, attempt: Attempt, how: str) -> None:
    trainee = accounts.get(resources.store(), attempt.person).name
    block(
        card(
            f'<div class="eyebrow">{how} {review.changed_at.astimezone():%d %B, %H:%M}'
            f'</div><p class="name">{safe(trainee)}</p>'
            f"<p>{safe(supervision.title_of(attempt))}</p>"
        )
    )
    if st.button(f"Open {plain(trainee)}’s reply", key=f"open-{attempt.id}"):
        state.review(attempt.id)
        st.rerun()


def _review(attempt_id: str) -> None:
    if st.button("Back to the queue"):
        state.review(None)
        st.rerun()
    store, person = resources.store(), visitor.current()
    review, attempt = reviews.to_hear(store, person, attempt_id, now())
    trainee = accounts.get(store, attempt.person).name
    st.title(f"{plain(trainee)}’s reply")
    scenario = attempts.scenario_answered(store, attempt)
    block(
        card(
            f'<div class="eyebrow">{safe(scenario.client.name)}, {scenario.client.age}</div>'
            f'<p>{safe(scenario.context)}</p><p class="line">{safe(scenario.clip.transcript)}</p>'
            f'<p class="muted">What to practise: {safe(scenario.learning_goal)}.</p>'
        )
    )
    submitted = review.state == "submitted"
    _, steps = reviews.outcome(store, person, attempt_id, now())
    commenting.listen(attempt, steps, commenting=submitted)
    corrected.show(attempt, "Corrected words")
    if submitted:
        corrected.edit(attempt)
    own = reviews.own_blind(store, person, attempt_id, now())
    if own is None:
        rating.rate(attempt, "Rate it, before you see any other rating")
    else:
        supervision.rating(own, "Your rating, before you saw any other")
        rating.beside(attempt)
    contested = review_records.open_contest(store, review)
    if not submitted:
        st.success("It is back with its trainee.")
    elif own is not None and contested is not None:
        answering.answer(attempt, contested, trainee)
    elif own is not None:
        answering.give_back(attempt)
    if own is not None:
        example_asking.ask(attempt, trainee)
    supervision.trail(steps)
