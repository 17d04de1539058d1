"""The supervisor's page: the queue; then listen, rate blind, reveal, comment, return."""

from functools import partial

import streamlit as st

from practice import accounts, attempts, calibrations, outcomes, reviews, second_ratings
from practice.attempts import Attempt
from practice.review_records import MAX_NOTE_CHARS, Rating, Review
from practice.worker import now
from scenarios.models import DimensionId
from scoring.models import Score
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS
from speech.models import Transcript
from ui import resources, sound, state, supervision, visitor
from ui.highlight import clock
from ui.result import adjusted, in_words
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
        _entry(review, attempt, "waiting since")
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
    st.header("Listen and read")
    _listen(attempt)
    own = reviews.own_blind(store, person, attempt_id, now())
    if own is None:
        _rate(attempt, "Rate it, before you see any other rating")
    else:
        supervision.rating(own, "Your rating, before you saw any other")
        _beside(attempt)
    if review.state == "submitted":
        _comment(attempt)
        if own is not None:
            _return(attempt)
    else:
        st.success("It is back with its trainee.")
    _, steps = reviews.outcome(store, person, attempt_id, now())
    supervision.trail(steps)


def _listen(attempt: Attempt) -> None:
    store = resources.store()
    transcript = outcomes.transcript_of(store, attempt)
    if transcript is None:
        block(card(f'<p class="reply">{safe(attempt.typed or "")}</p>'))
        st.caption("This reply was typed.")
        return
    chosen = st.session_state.get(state.widget_key("moment"))
    sound.play(store, attempt, chosen or 0.0, begin=chosen is not None)
    st.caption("Press a sentence to hear it.")
    with st.container(gap=None):
        for start_s, text in sentences(transcript):
            if st.button(f"{clock(start_s)} {plain(text)}", key=f"hear-{start_s}", type="tertiary"):
                st.session_state[state.widget_key("moment")] = start_s
                st.rerun()


def sentences(transcript: Transcript) -> list[tuple[float, str]]:
    """Returns what was said, sentence by sentence, each with the time it begins."""
    found: list[tuple[float, str]] = []
    held: list[str] = []
    start_s = 0.0
    for word in transcript.words:
        if not held:
            start_s = word.start_s
        held.append(word.word.strip())
        if held[-1].endswith((".", "?", "!", "…")):
            found.append((start_s, " ".join(held)))
            held = []
    if held:
        found.append((start_s, " ".join(held)))
    return found


def _rate(attempt: Attempt, title: str) -> None:
    st.header(title)
    with st.form(f"rate-{attempt.id}"):
        given: dict[DimensionId, int | None] = {}
        for name, about in DIMENSIONS.items():
            given[name] = st.radio(
                about.name,
                range(5),
                index=None,
                format_func=partial(_anchored, name),
            )
        there = st.multiselect(
            "What was there", list(BEHAVIOURS), format_func=lambda name: BEHAVIOURS[name].name
        )
        watch = st.multiselect(
            "Worth a second look",
            list(WATCH_OUTS),
            format_func=lambda name: WATCH_OUTS[name].name,
        )
        if st.form_submit_button("Keep this rating", type="primary"):
            rating = Rating(
                dimensions={name: level for name, level in given.items() if level is not None},
                behaviours=frozenset(there),
                watch_outs=frozenset(watch),
            )
            try:
                reviews.rate(resources.store(), visitor.current(), attempt.id, rating, now())
            except reviews.NotYet as exc:
                st.warning(plain(str(exc)))
                return
            st.rerun()


def _anchored(name: DimensionId, level: int) -> str:
    return f"{level}: {DIMENSIONS[name].anchors[level]}"


def _beside(attempt: Attempt) -> None:
    shown = state.widget_key("revealed")
    if not st.session_state.get(shown):
        if st.button("Reveal the machine’s score and the self-rating"):
            st.session_state[shown] = True
            st.rerun()
        return
    store, person = resources.store(), visitor.current()
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
    supervision.agreement()
    for one in kept:
        if one != own:
            rater = "You" if one.rater == person.id else "Another supervisor"
            supervision.rating(one, f"{rater}, {'blind' if one.blind else 'after the reveal'}")
    with st.expander("Rate it once more, now that you have seen them (both are kept)"):
        _rate(attempt, "Once more")


def _machine(score: Score | None, name: DimensionId) -> str:
    return "not scored" if score is None else safe(in_words(score.dimensions[name]))


def _self(own_view: dict[DimensionId, int] | None, name: DimensionId) -> str:
    return "not given" if own_view is None else f"{own_view[name]} of 4"


def _comment(attempt: Attempt) -> None:
    st.header("Comment")
    transcript = outcomes.transcript_of(resources.store(), attempt)
    moments: list[float | None] = [None]
    said = {}
    if transcript is not None:
        said = dict(sentences(transcript))
        moments += list(said)
    with st.form(f"comment-{attempt.id}", clear_on_submit=True):
        moment = st.selectbox(
            "About",
            moments,
            format_func=lambda at_s: (
                "the whole reply" if at_s is None else f"{clock(at_s)} {said[at_s]}"
            ),
        )
        note = st.text_area("What would you like to say?", max_chars=MAX_NOTE_CHARS)
        if st.form_submit_button("Keep this comment"):
            try:
                store, person = resources.store(), visitor.current()
                reviews.comment(store, person, attempt.id, note, now(), moment)
            except reviews.NotYet as exc:
                st.warning(plain(str(exc)))
                return
            st.rerun()


def _return(attempt: Attempt) -> None:
    st.header("Return it")
    with st.form(f"return-{attempt.id}"):
        note = st.text_area("A few words to go with it", max_chars=MAX_NOTE_CHARS)
        again = st.checkbox("Ask for another try")
        if st.form_submit_button("Return it", type="primary"):
            store, person = resources.store(), visitor.current()
            reviews.give_back(store, person, attempt.id, note, now(), again=again)
            st.rerun()
