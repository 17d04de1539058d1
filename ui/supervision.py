"""The trainee's side of supervision, under a result: submit, contest, read what came back."""

import streamlit as st

from practice import (
    agreement_so_far,
    attempts,
    consent,
    contests,
    review_records,
    reviews,
)
from practice.accounts import AccountError, Person
from practice.attempts import Attempt
from practice.review_records import Did, Kept, Rating, Review, Step
from practice.worker import now
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS
from ui import example_asking, resources, state, visitor
from ui.highlight import clock
from ui.listening import Note
from ui.style import block, card, plain, safe

DID: dict[Did, str] = {
    "submitted": "submitted it for review",
    "withdrew": "took it back",
    "rated": "rated it, before seeing the machine’s score",
    "revealed": "saw the machine’s score and the self-rating",
    "rated_again": "rated it once more, after seeing them",
    "commented": "commented",
    "corrected": "corrected the words",
    "contested": "contested the score",
    "answered": "answered what was contested",
    "asked_again": "asked for another try",
    "returned": "returned it",
}


def offer(attempt: Attempt) -> None:
    """Shows what can be done with one's own finished attempt; nothing without accounts."""
    if not visitor.accounts_on() or attempt.state not in ("scored", "unscored"):
        return
    person = visitor.current()
    review = review_records.find(resources.store(), attempt.id)
    st.header("Supervision")
    try:
        if review is None or review.state == "withdrawn":
            _submit(person, attempt)
        else:
            _standing(person, attempt, review)
        _contest(person, attempt)
    except AccountError as exc:
        st.info(plain(str(exc)))


def stands_above(attempt: Attempt) -> None:
    """Shows what came back before the machine's score: a person's words first, then a rating."""
    if not visitor.accounts_on():
        return
    store, person = resources.store(), visitor.current()
    if review_records.find(store, attempt.id) is None:
        return
    kept, steps = reviews.outcome(store, person, attempt.id, now())
    for contested, answered in contests.exchange(steps):
        said = '<p class="muted">Your supervisor has not answered yet.</p>'
        if answered is not None:
            when = f"{answered.at.astimezone():%d %B %Y}"
            said = (
                f'<p class="line">{safe(answered.note or "")}</p>'
                f'<p class="muted">{safe(_name(answered.person))}, {when}. The machine’s score'
                " below stays as it was.</p>"
            )
        reason = safe(contested.note or "")
        block(
            card(f'<div class="eyebrow">You saw the score differently</div><p>{reason}</p>{said}')
        )
    _words(steps)
    for one in kept[-1:]:
        rating(one, f"What {_name(one.rater)} made of it · {_when(one)}")


def _words(steps: list[Step]) -> None:
    given = [one for one in steps if one.note and one.person != state.person()]
    said = [one for one in reversed(given) if one.did == "returned"]  # the latest first
    said += [one for one in given if one.did == "commented"]
    lines = ""
    for one in said:
        about = f", at {clock(one.moment_s)} of your reply" if one.moment_s is not None else ""
        who = f"{_name(one.person)}, {one.at.astimezone():%d %B %Y}{about}"
        lines += f'<p class="line">{safe(one.note or "")}</p><p class="muted">{safe(who)}</p>'
    if lines:
        block(card(f'<div class="eyebrow">What came back to you</div>{lines}'))


def notes_of(attempt: Attempt) -> list[Note]:
    """Returns what came back about moments of one's own reply."""
    store = resources.store()
    if not visitor.accounts_on() or review_records.find(store, attempt.id) is None:
        return []
    return notes(reviews.outcome(store, visitor.current(), attempt.id, now())[1])


def notes(steps: list[Step]) -> list[Note]:
    """Returns the comments among the steps that are on a moment, as they stand beside it."""
    return [
        Note(one.moment_s, f"{_name(one.person)}, at {clock(one.moment_s)}: {one.note}")
        for one in steps
        if one.did == "commented" and one.moment_s is not None and one.note
    ]


def _submit(person: Person, attempt: Attempt) -> None:
    store = resources.store()
    st.caption("Only you can hear and read this reply, unless you submit it for review.")
    agreed = consent.given_by(store, person.id, "supervision")
    if not agreed:
        agreed = st.checkbox(consent.MEANS["supervision"], key=f"agree-{attempt.id}")
    if st.button("Submit for review", disabled=not agreed, key=f"submit-{attempt.id}"):
        consent.give(store, person, "supervision", now())
        reviews.submit(store, person, attempt.id, now())
        st.rerun()


def _standing(person: Person, attempt: Attempt, review: Review) -> None:
    kept, steps = reviews.outcome(resources.store(), person, attempt.id, now())
    if review.state == "submitted":
        st.info("It is with your supervisors. You will see here what they make of it.")
    if review_records.again_stands(resources.store(), review):
        back = "It came back, and y" if review.state == "returned" else "Y"
        st.info(f"{back}our supervisor would like you to try this one again.")
        if st.button("Try again now", key=f"again-{attempt.id}"):
            state.try_again(attempt.scenario, attempt.id)
            st.rerun()
    for one in kept[:-1]:  # the last stands above the machine's
        rating(one, f"{_name(one.rater)} · {_when(one)}")
    trail(steps)
    example_asking.answer(attempt)
    if st.button(
        "Take the reply back from your supervisor",
        key=f"back-{attempt.id}",
        help="Supervisors see it no more, nor does anybody as an example.",
    ):
        reviews.withdraw(resources.store(), person, attempt.id, now())
        st.rerun()


def _contest(person: Person, attempt: Attempt) -> None:
    if attempt.state != "scored":
        return
    with st.expander("I see this score differently"):
        st.caption(
            "The machine can be wrong. Say how you see it: it goes to your supervisor with this"
            " reply, and their rating stands above the machine’s. Both are kept."
        )
        with st.form(f"contest-{attempt.id}", border=False, clear_on_submit=True):
            reason = st.text_area("What do you see differently?", max_chars=1000)
            agree = True
            if not consent.given_by(resources.store(), person.id, "supervision"):
                agree = st.checkbox(consent.MEANS["supervision"])
            if st.form_submit_button("Send it to my supervisor"):
                if agree:
                    consent.give(resources.store(), person, "supervision", now())
                reviews.contest(resources.store(), person, attempt.id, reason, now())
                st.rerun()


def rating(kept: Kept, title: str) -> None:
    """Shows one person's rating as a card."""
    block(card(f'<div class="eyebrow">{safe(title)}</div>{rated(kept.rating)}'))


def rated(rating: Rating) -> str:
    """Returns a rating as HTML: each dimension with its anchor, and what was there."""
    rows = "".join(
        f'<p><span class="name">{safe(about.name)}: {rating.dimensions[name]} of 4</span>,'
        f" {safe(about.anchors[rating.dimensions[name]])}</p>"
        for name, about in DIMENSIONS.items()
    )
    there = [BEHAVIOURS[name].name for name in BEHAVIOURS if name in rating.behaviours]
    watch = [WATCH_OUTS[name].name for name in WATCH_OUTS if name in rating.watch_outs]
    if there:
        rows += f'<p class="muted">There: {safe("; ".join(there).lower())}.</p>'
    if watch:
        rows += f'<p class="muted">Worth a second look: {safe("; ".join(watch).lower())}.</p>'
    return rows


def trail(steps: list[Step]) -> None:
    """Shows every step of a review, with what was said."""
    lines = []
    for one in steps:
        moment = f" at {clock(one.moment_s)}" if one.moment_s is not None else ""
        note = f"<br>“{safe(one.note)}”" if one.note else ""
        lines.append(
            f'<li><span class="muted">{one.at.astimezone():%d %B, %H:%M}</span>'
            f" {safe(_name(one.person))} {DID[one.did]}{moment}.{note}</li>"
        )
    if lines:
        block(card(f'<div class="eyebrow">What happened</div><ul>{"".join(lines)}</ul>'))


def agreement() -> None:
    """Says how far machine and supervisors have agreed here so far, dimension by dimension."""
    found = agreement_so_far.so_far(resources.store())
    n = max(one.n for one in found)
    if n < agreement_so_far.LEAST:
        st.caption(
            "How far the machine agrees with supervisors here will show once there are"
            f" {agreement_so_far.LEAST} blind ratings of scored replies; so far there"
            f" {'is 1' if n == 1 else f'are {n}'}."
        )
        return
    said = ". ".join(f"{DIMENSIONS[one.dimension].name}: {one.words}" for one in found)
    st.caption(f"The machine agrees with supervisors here like this so far. {said}.")


def _when(kept: Kept) -> str:
    blind = "before seeing any other rating" if kept.blind else "after seeing the others"
    return f"{kept.made_at.astimezone():%d %B %Y}, {blind}"


def _name(person: str | None) -> str:
    return "You" if person == state.person() else visitor.name_of(person)


def title_of(attempt: Attempt) -> str:
    """Returns what an attempt is called in a list: the client and the vignette."""
    scenario = attempts.scenario_answered(resources.store(), attempt)
    return f"{scenario.client.name}: {scenario.title}"
