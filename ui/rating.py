"""The supervisor's rating: blind at first, then beside the machine's and the trainee's own."""

from functools import partial

import streamlit as st

from practice import calibrations, review_records, reviews
from practice.attempts import Attempt
from practice.review_records import Rating
from practice.worker import now
from scenarios.models import DimensionId
from scoring.models import Score
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS
from ui import corrected, resources, supervision, visitor
from ui.result import adjusted, in_words
from ui.style import block, card, plain, safe


def rate(attempt: Attempt, title: str) -> None:
    """Asks for a rating and keeps it."""
    st.header(title)
    with st.form(f"rate-{attempt.id}"):
        rating = fields()
        if st.form_submit_button("Keep this rating", type="primary"):
            try:
                reviews.rate(resources.store(), visitor.current(), attempt.id, rating, now())
            except reviews.NotYet as exc:
                st.warning(plain(str(exc)))
                return
            st.rerun()


def fields(key: str = "") -> Rating:
    """Asks for the rating's parts, inside a form; what was left out is not in it.

    Args:
        key: tells these fields from others on the page.
    """
    given: dict[DimensionId, int | None] = {}
    for name, about in DIMENSIONS.items():
        given[name] = st.radio(
            about.name,
            range(5),
            index=None,
            format_func=partial(_anchored, name),
            key=f"rate-{name}-{key}" if key else None,
        )
    there = st.multiselect(
        "What was there",
        list(BEHAVIOURS),
        format_func=lambda name: BEHAVIOURS[name].name,
        key=f"there-{key}" if key else None,
    )
    watch = st.multiselect(
        "Worth a second look",
        list(WATCH_OUTS),
        format_func=lambda name: WATCH_OUTS[name].name,
        key=f"watch-{key}" if key else None,
    )
    return Rating(
        dimensions={name: level for name, level in given.items() if level is not None},
        behaviours=frozenset(there),
        watch_outs=frozenset(watch),
    )


def _anchored(name: DimensionId, level: int) -> str:
    return f"{level}: {DIMENSIONS[name].anchors[level]}"


def beside(attempt: Attempt) -> None:
    """Offers the reveal; from then on, shows every rating side by side."""
    store, person = resources.store(), visitor.current()
    review = review_records.get(store, attempt.id)
    if not review_records.has_revealed(store, review, person):
        if st.button("Reveal the machine’s score and the self-rating"):
            reviews.reveal(store, person, attempt.id, now())
            st.rerun()
        return
    score, own_view, kept = reviews.reveal(store, person, attempt.id, now())
    st.header("Side by side")
    own = next(one for one in kept if one.rater == person.id and one.blind)
    raw = {} if score is None else calibrations.beside(store, attempt, score)
    rows = "".join(
        f"<tr><th scope='row'>{safe(about.name)}</th><td>{own.rating.dimensions[name]} of 4</td>"
        f"<td>{_machine(score, name)}{adjusted(raw, name, 'div')}</td>"
        f"<td>{_self(own_view, name)}</td></tr>"
        for name, about in DIMENSIONS.items()
    )
    block(
        card(
            "<table class='side'><thead><tr><td></td><th scope='col'>You, blind</th>"
            "<th scope='col'>The machine</th><th scope='col'>Self-rating</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )
    )
    corrected.scored(attempt)
    supervision.agreement()
    for one in kept:
        if one != own:
            rater = "You" if one.rater == person.id else "Another supervisor"
            supervision.rating(one, f"{rater}, {'blind' if one.blind else 'after the reveal'}")
    with st.expander("Rate it once more, now that you have seen them (both are kept)"):
        rate(attempt, "Once more")


def _machine(score: Score | None, name: DimensionId) -> str:
    return "not scored" if score is None else safe(in_words(score.dimensions[name]))


def _self(own_view: dict[DimensionId, int] | None, name: DimensionId) -> str:
    return "not given" if own_view is None else f"{own_view[name]} of 4"
