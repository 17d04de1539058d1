"""Corrected words beside the machine's, with what differs, and the machine's score of them."""

import streamlit as st

from practice import calibrations, correction_records, corrections, differences, outcomes, reviews
from practice.accounts import AccountError
from practice.attempts import Attempt
from practice.correction_records import Correction
from practice.worker import now
from scoring.models import Score
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS
from speech.models import Transcript
from ui import resources, state, visitor
from ui.result import in_words
from ui.style import block, card, plain, safe

POLL_S = 1.0
MARKS = {"same": "{}", "gone": "<del>{}</del>", "new": "<ins>{}</ins>"}


def words(attempt: Attempt) -> Transcript | None:
    """Returns what the actor may read of a reply: corrected if it was, with its times."""
    heard = outcomes.transcript_of(resources.store(), attempt)
    found = _versions(attempt)
    return correction_records.transcript(heard, found[-1]) if heard and found else heard


def edit(attempt: Attempt) -> None:
    """Lets a supervisor correct the words; what the machine heard stays beside them."""
    transcript = words(attempt)
    if transcript is None:
        return
    with st.expander("Correct the words"), st.form(f"correct-{attempt.id}", border=False):
        st.caption(
            "Write what was really said, as far as you can hear it. What the machine heard stays"
            " beside it, and the trainee sees both."
        )
        text = st.text_area(
            "What was said",
            transcript.text,
            height=200,
            max_chars=corrections.MAX_CHARS,
            key=f"words-{attempt.id}-{len(_versions(attempt))}",
        )
        if st.form_submit_button("Keep the corrected words"):
            try:
                store, person = resources.store(), visitor.current()
                corrections.correct(store, person, attempt.id, text, now())
            except reviews.NotYet as exc:
                st.warning(plain(str(exc)))
                return
            st.rerun()


def show(attempt: Attempt, name: str) -> None:
    """Shows what was corrected, by whom and when, against what the machine heard.

    Args:
        attempt: whose words.
        name: begins the title, as in "Corrected by your supervisor".
    """
    heard = outcomes.transcript_of(resources.store(), attempt)
    found = _versions(attempt)
    if heard is None or not found:
        return
    newest = found[-1]
    block(
        card(
            f'<div class="eyebrow">{safe(name)} · {_who(newest)}</div>'
            f'<p class="changed">{marked(heard.text, newest.text)}</p>'
            '<p class="muted">Struck through: what the machine heard. Underlined: what was said.'
            " The machine’s own words are kept.</p>"
        )
    )
    if len(found) > 1:
        with st.expander(f"Earlier corrections ({len(found) - 1})"):
            for one in reversed(found[:-1]):
                block(
                    f'<div class="eyebrow">{_who(one)}</div>'
                    f'<p class="changed">{marked(heard.text, one.text)}</p>'
                )


def marked(before: str, after: str) -> str:
    """Returns, as HTML, one text with what is gone struck through and what is new underlined."""
    return " ".join(
        MARKS[kind].format(safe(text)) for kind, text in differences.between(before, after)
    )


def scored(attempt: Attempt) -> None:
    """Shows the machine's score of the corrected words, or offers to have them scored."""
    found = _versions(attempt)
    if not found:
        return
    store, person = resources.store(), visitor.current()
    newest = found[-1]
    try:
        score = corrections.score_of(store, person, attempt.id, newest.id, now())
    except AccountError:
        return
    if score is not None:
        first = outcomes.score_of(store, attempt)
        adjusted = first is not None and calibrations.MARK in first.model_version
        block(_card(score, adjusted=adjusted))
    elif newest.wanted_at is not None and newest.trouble is None:
        _wait(attempt.id, newest.id)
    else:
        if newest.trouble is not None:
            st.warning(plain(newest.trouble))
        if st.button("Score the corrected words", key=f"score-words-{newest.id}"):
            corrections.want_score(store, person, attempt.id, newest.id, now())
            resources.worker().submit_correction(newest.id)
            st.rerun()
        st.caption("The machine’s first score stays as it is; this one goes beside it.")


@st.fragment(run_every=POLL_S)
def _wait(attempt: str, correction: int) -> None:
    store, person = resources.store(), visitor.current()
    known = correction_records.find(store, correction)
    done = corrections.score_of(store, person, attempt, correction, now()) is not None
    if done or known is None or known.trouble is not None:
        st.rerun()
    st.caption("Scoring the corrected words…")


def _card(score: Score, *, adjusted: bool) -> str:
    if score.status == "unscored":
        body = f"<p>Not scored. {safe(score.change)}</p>"
    else:
        body = "".join(
            f'<p><span class="name">{safe(about.name)}</span>:'
            f" {safe(in_words(score.dimensions[name]))}</p>"
            for name, about in DIMENSIONS.items()
        )
        there = [BEHAVIOURS[one].name for one, seen in score.behaviours.items() if seen.present]
        watch = [WATCH_OUTS[one].name for one, seen in score.watch_outs.items() if seen.present]
        if there:
            body += f'<p class="muted">Found: {safe("; ".join(there).lower())}.</p>'
        if watch:
            body += f'<p class="muted">Worth a second look: {safe("; ".join(watch).lower())}.</p>'
    if adjusted:
        body += '<p class="muted">These are the machine’s own, not adjusted to this clinic.</p>'
    return card(f'<div class="eyebrow">The machine, on the corrected words</div>{body}')


def _versions(attempt: Attempt) -> list[Correction]:
    if not visitor.accounts_on() or not correction_records.of_attempt(
        resources.store(), attempt.id
    ):
        return []
    return corrections.of_attempt(resources.store(), visitor.current(), attempt.id, now())


def _who(one: Correction) -> str:
    by = "you" if one.made_by == state.person() else safe(visitor.name_of(one.made_by))
    return f"version {one.version}, {by}, {one.made_at.astimezone():%d %B %Y, %H:%M}"
