"""What a reply showed: keep, change, three scores with their doubt, the words, the delivery."""

from collections.abc import Mapping, Sequence

import streamlit as st

from practice import calibrations, outcomes, pipeline
from practice.attempts import Attempt
from practice.store import Store
from scenarios.models import DimensionId, Scenario
from scoring.models import DimensionScore, Score
from scoring.rubric import DIMENSIONS, WATCH_OUTS
from speech.models import Delivery, QualityReason, Transcript
from ui import listening, loop, one_by_one, sound, supervision, visitor
from ui.highlight import marked
from ui.listening import Note
from ui.style import block, card, plain, safe

NOTHING_KEPT = (
    "The machine found nothing to point to this time. It reads words only, and it misses things;"
    " you were there, and one change is enough to work on."
)
HEARD_BADLY: dict[QualityReason, str] = {
    "no_speech": "no voice could be heard in it",
    "too_short": "it is very short",
    "clipped": "it is so loud that it crackles: move back from the microphone a little",
    "quiet": "the voice is faint: come a little closer to the microphone",
    "noisy": "there is a lot of noise around the voice",
    "invented_text": "some of it was noise that only looked like words, and was left out",
}


def show(
    store: Store,
    scenario: Scenario,
    attempt: Attempt,
    notes: Sequence[Note] = (),
    spoken: Transcript | None = None,
) -> None:
    """Shows the result of a finished attempt.

    Args:
        store: the data folder.
        scenario: what was answered.
        attempt: the attempt.
        notes: what a supervisor said about moments of it.
        spoken: the words beside which they are shown.
    """
    score = outcomes.score_of(store, attempt)
    transcript = outcomes.transcript_of(store, attempt)
    text = outcomes.reply_text(store, attempt) or ""
    if attempt.state == "failed" or score is None:
        st.header("This reply could not be used")
        st.warning(plain(attempt.detail or "") or "It could not be read. Please record it again.")
        _own_sound(store, attempt)
        return
    if score.status == "unscored":
        _unscored(score, transcript, text)
        _own_sound(store, attempt, notes, spoken)
        return
    st.header("What was there")
    block(_advice(score))
    loop.again_at_once(scenario, attempt)
    own = calibrations.beside(store, attempt, score)
    cards = (_dimension(name, score, scenario, adjusted(own, name)) for name in in_order(scenario))
    block(f'<div class="grid">{"".join(cards)}</div>')
    loop.beside(attempt, score)
    st.caption(
        "These are one machine’s estimates of this one reply, each with its likely range. They are"
        " for practice, not a grade, and a supervisor’s view counts for more."
    )
    if visitor.accounts_on():
        supervision.agreement()
    watch_outs(score)
    st.header("Your words")
    _heard_badly(transcript)
    times = None if transcript is None else lambda a, b: pipeline.time_of(transcript, a, b)
    block(
        card(f'<p class="reply">{marked(text, score, times) if times else marked(text, score)}</p>')
    )
    _own_sound(store, attempt, notes, spoken)
    if transcript is not None:
        delivery(transcript.delivery)
    with st.expander("Every behaviour, one by one"):
        block(one_by_one.behaviours(score))


def _own_sound(
    store: Store, attempt: Attempt, notes: Sequence[Note] = (), spoken: Transcript | None = None
) -> None:
    heard = attempt.reason not in {"unreadable", "empty", "no_audio"}
    if not heard or not store.has_recording(attempt.recording):
        return
    if notes and spoken is not None:
        st.caption("Hear yourself, beside what came back. Press a sentence to hear it.")
        listening.show(attempt, spoken, notes)
    else:
        st.caption("Hear yourself")
        sound.play(store, attempt)


def _unscored(score: Score, transcript: Transcript | None, text: str) -> None:
    st.header("Not scored this time")
    st.info(plain(score.change))
    _heard_badly(transcript)
    if text:
        block(card(f'<div class="eyebrow">Your words</div><p class="reply">{safe(text)}</p>'))


def _heard_badly(transcript: Transcript | None) -> None:
    if transcript is None or not transcript.quality.reasons:
        return
    why = "; ".join(HEARD_BADLY[reason] for reason in transcript.quality.reasons)
    st.caption(f"About the recording: {why}.")


def _advice(score: Score) -> str:
    keep = card(f'<div class="eyebrow">Keep</div><p>{safe(score.keep or NOTHING_KEPT)}</p>', "keep")
    change = card(
        f'<div class="eyebrow">One thing to try next</div><p>{safe(score.change)}</p>', "change"
    )
    return f'<div class="pair">{keep}{change}</div>'


def in_words(value: DimensionScore) -> str:
    """Returns a score as words: the estimate and its range, or that it is unclear."""
    if value.score is None or value.low is None or value.high is None:
        return "not scored"
    if not value.clear:
        return f"anywhere from {value.low:.1f} to {value.high:.1f} of 4"
    return f"about {value.score:.1f} of 4, likely {value.low:.1f} to {value.high:.1f}"


def adjusted(
    own: Mapping[DimensionId, tuple[str, DimensionScore]], name: DimensionId, tag: str = "p"
) -> str:
    """Returns, as HTML, that a score was adjusted to this place and what the machine's own was."""
    if name not in own:
        return ""
    words, value = own[name]
    said = f"{safe(_capital(words))}. The machine’s own: {in_words(value)}."
    return f'<{tag} class="muted">{said}</{tag}>'


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def in_order(scenario: Scenario) -> list[DimensionId]:
    """Returns the dimensions, what this client needs most first."""
    weights = scenario.focus.model_dump()
    return sorted(DIMENSIONS, key=lambda name: -weights[name])


def _dimension(name: DimensionId, score: Score, scenario: Scenario, note: str = "") -> str:
    value = score.dimensions[name]
    about = DIMENSIONS[name]
    if value.score is None or value.low is None or value.high is None:
        return ""
    left, width = value.low / 4 * 100, (value.high - value.low) / 4 * 100
    dot, said = "", "Unclear: the machine cannot tell from these words."
    if value.clear:
        dot = f'<span class="dot" style="left:{value.score / 4 * 100:.0f}%"></span>'
        said = f"{_capital(about.anchors[round(value.score)])}."
    return card(
        f'<div class="name">{safe(about.name)}</div>'
        f"{_weight(name, scenario)}<p>{safe(said)}</p>"
        f'<div class="bar {name}" role="img" aria-label="{in_words(value)}">'
        f'<span class="likely" style="left:{left:.0f}%;width:{width:.0f}%"></span>{dot}</div>'
        '<div class="ticks" aria-hidden="true"><span>0</span><span>1</span><span>2</span>'
        "<span>3</span><span>4</span></div>"
        f'<div class="muted">{_capital(in_words(value))}</div>{note}'
    )


def _weight(name: DimensionId, scenario: Scenario) -> str:
    """Returns, as HTML, that this is not what the client most needed, where that is so."""
    weights = scenario.focus.model_dump()
    if weights[name] > 1 or weights[name] == max(weights.values()):
        return ""
    least = "the main thing" if weights[name] else "what"
    return f'<p class="muted">Not {least} {safe(scenario.client.name)} needs here.</p>'


def watch_outs(score: Score) -> None:
    """Shows the watch-outs that the advice has not taken up already, kindly, with their words."""
    shown = []
    for name, seen in score.watch_outs.items():
        about = WATCH_OUTS[name]
        if seen.present and about.advice.split(". ")[0][1:] not in score.change:
            words = f" “{safe(seen.evidence[0].text.strip())}”" if seen.evidence else ""
            shown.append(
                f'<p><span class="name">{safe(about.name)}.</span>{words}<br>'
                f"{safe(about.advice)}</p>"
            )
    if shown:
        block(card('<div class="eyebrow">Worth a second look</div>' + "".join(shown), "note"))


def delivery(measured: Delivery) -> None:
    """Shows how it was spoken: measured, never rated."""
    facts = {
        "Time to first word": _seconds(measured.time_to_first_word_s),
        "Talk time": _seconds(measured.talk_time_s),
        "Pace": "–"
        if measured.words_per_minute is None
        else f"{measured.words_per_minute:.0f} words a minute",
        "Longest pause": _seconds(measured.longest_pause_s),
        "Fillers heard": str(measured.n_fillers),
        "Questions": f"{measured.n_questions}"
        + (
            f", {measured.n_stacked_questions} in a row" if measured.n_stacked_questions > 1 else ""
        ),
    }
    cells = "".join(
        f'<div><div class="muted">{name}</div><div class="name">{value}</div></div>'
        for name, value in facts.items()
    )
    long = (
        "<p>You spoke for more than 90 seconds. Shorter turns leave the client more room.</p>"
        if measured.over_90_s
        else ""
    )
    block(
        card(
            '<div class="eyebrow">How it was spoken (measured, not scored)</div>'
            f'<div class="grid delivery">{cells}</div>{long}'
        )
    )


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"


def examples(scenario: Scenario) -> None:
    """Shows what others might say, once the trainee has tried."""
    if not scenario.examples:
        return
    with st.expander("What others might say (best after your own try)"):
        for example in scenario.examples:
            kind = "A strong reply" if example.level == "strong" else "A weaker reply"
            block(
                f'<p class="eyebrow">{kind}</p><p>{safe(example.text)}</p>'
                f'<p class="muted">{safe(example.why)}</p>'
            )
