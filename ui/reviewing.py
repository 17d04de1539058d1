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
    submitted = review.state == "submitted"
    own = reviews.own_blind(store, person, attempt_id, now())
    contested = review_records.open_contest(store, review)
    _, steps = reviews.outcome(store, person, attempt_id, now())
    ends = [one.did for one in steps if one.did in ("answered", "returned")]
    answered = own is not None and ends[-1:] == ["answered"]
    # Each part has a place of its own: what comes or goes in one moves none of the others' parts,
    # which would close an expander and lose what is being written in it. What is contested comes
    # first, once rated blind: all else was heard and read before.
    with st.container():
        if submitted and own is not None and contested is not None:
            answering.answer(attempt, contested, trainee)
        elif not submitted and answered:
            _is_back("The answer is sent. ", onward=True)
    scenario = attempts.scenario_answered(store, attempt)
    block(
        card(
            f'<div class="eyebrow">{safe(scenario.client.name)}, {scenario.client.age}</div>'
            f'<p>{safe(scenario.context)}</p><p class="line">{safe(scenario.clip.transcript)}</p>'
            f'<p class="muted">What to practise: {safe(scenario.learning_goal)}.</p>'
        )
    )
    with st.container():
        commenting.listen(attempt, steps, commenting=submitted)
    with st.container():
        corrected.show(attempt, "Corrected words")
    with st.container():
        if submitted:
            corrected.edit(attempt)
    with st.container():
        if own is None:
            rating.rate(attempt, "Rate it, before you see any other rating")
        else:
            supervision.rating(own, "Your rating, before you saw any other")
            rating.beside(attempt)
    with st.container():
        if not submitted and not answered:
            _is_back("", onward=own is not None)
        elif submitted and own is not None and contested is None:
            answering.give_back(attempt)
    with st.container():
        if own is not None:
            example_asking.ask(attempt, trainee)
    supervision.trail(steps)


def _is_back(said: str, *, onward: bool) -> None:
    st.success(f"{said}It is back with its trainee.")
    if not onward:  # opened for a second rating, which is still to come
        return
    waiting = reviews.queue(resources.store(), visitor.current())
    if not waiting:
        st.caption("Nothing else is waiting.")
        return
    following = waiting[0][1]
    name = plain(accounts.get(resources.store(), following.person).name)
    if st.button(f"Open the next one: {name}’s reply", type="primary"):
        state.review(following.id)
        st.rerun()
