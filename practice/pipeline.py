"""Recording → transcript → scores → row: the one place where speech and scoring meet.

Each step is idempotent and leaves the attempt in a state from which the next start can go on, so
a crash at any point loses nothing.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol

from practice import attempts, calibrations, outcomes
from practice.attempts import Attempt
from practice.store import Store, StoreError
from practice.vault import DamagedRecording, KeyWanted
from scenarios.models import Scenario
from scoring.models import Score
from speech.engines import Engine
from speech.models import Transcript
from speech.recording import RecordingError
from speech.transcribe import transcribe

Stage = Literal["transcribing", "scoring"]

# Seconds of silence inside a reply that end a phrase, where the recogniser gave no full stop.
# Source: pauses over about half a second separate phrases in spontaneous speech
# (Goldman-Eisler, 1968, Psycholinguistics); ours is a little above, to spare hesitations.
PHRASE_PAUSE_S = 0.7


Hear = Callable[[bytes], Transcript]


class Scorer(Protocol):
    """What the pipeline needs of a scorer."""

    def score(self, text: str, scenario: Scenario, breaks: tuple[int, ...] = ()) -> Score:
        """Returns the score of one reply; ``breaks`` are character offsets of long pauses."""
        ...


def word_spans(text: str, words: list[str]) -> list[tuple[int, int] | None]:
    """Returns where each heard word stands in the text, as character offsets.

    A word that cannot be found after the one before it gets ``None``.
    """
    spans: list[tuple[int, int] | None] = []
    at = 0
    for word in words:
        bare = word.strip()
        found = text.find(bare, at) if bare else -1
        if found < 0:
            spans.append(None)
            continue
        at = found + len(bare)
        spans.append((found, at))
    return spans


def phrase_breaks(transcript: Transcript) -> tuple[int, ...]:
    """Returns the character offsets at which a long pause ends a phrase."""
    words = transcript.words
    spans = word_spans(transcript.text, [word.word for word in words])
    breaks = []
    for before, after, span in zip(words, words[1:], spans[1:], strict=False):
        if span is not None and after.start_s - before.end_s >= PHRASE_PAUSE_S:
            breaks.append(span[0])
    return tuple(breaks)


def time_of(transcript: Transcript, start: int, end: int) -> tuple[float, float] | None:
    """Returns when the words ``text[start:end]`` were said, in seconds, or ``None`` if unknown."""
    spans = word_spans(transcript.text, [word.word for word in transcript.words])
    said = [
        word
        for word, span in zip(transcript.words, spans, strict=True)
        if span is not None and span[1] > start and span[0] < end
    ]
    return (said[0].start_s, said[-1].end_s) if said else None


def finish(
    store: Store,
    attempt: Attempt,
    engine: Callable[[], Engine],
    scorer: Callable[[], Scorer],
    clock: Callable[[], datetime],
    on_stage: Callable[[Stage], None] = lambda _: None,
    hear: Hear | None = None,
) -> Attempt:
    """Takes an attempt from wherever it stands to its end.

    Args:
        store: the data folder.
        attempt: as last seen; a finished one is returned as it is.
        engine: gives the Whisper engine; asked only if there is a recording to hear.
        scorer: gives the scorer; asked only if there are words to score.
        clock: now, aware.
        on_stage: told as each stage begins.
        hear: writes down a recording somewhere else; ``None`` hears it here with the engine.

    Raises:
        EngineError, WeightsError: transcribing cannot run here now. The attempt stays
            ``recorded`` and can be finished later.
        StoreError: the recording is locked with a key that is not here; it stays likewise.
    """
    if attempt.state == "recorded":
        on_stage("transcribing")
        attempt = _hear(store, attempt, hear or _here(engine()), clock)
    if attempt.state == "transcribed":
        on_stage("scoring")
        attempt = _score(store, attempt, scorer(), clock)
    return attempt


def _here(engine: Engine) -> Hear:
    return lambda recording: transcribe(recording, engine)


def _hear(store: Store, attempt: Attempt, hear: Hear, clock: Callable[[], datetime]) -> Attempt:
    def failed(reason: str, detail: str) -> Attempt:
        return attempts.move(store, attempt, "failed", clock(), reason=reason, detail=detail)

    try:
        recording = store.recording(attempt.recording or "-")
    except FileNotFoundError:
        return failed(
            "recording_gone",
            "The recording is no longer in the data folder; please record the reply again.",
        )
    except DamagedRecording:
        return failed(
            "unreadable",
            "The recording was damaged on the disk; please record the reply again.",
        )
    except KeyWanted as exc:  # nothing is lost: it waits until the key is there
        raise StoreError(str(exc)) from exc
    try:
        transcript = hear(recording)
    except RecordingError as exc:
        return failed(exc.reason, str(exc))
    return attempts.move(store, attempt, "transcribed", clock(), transcript=transcript)


def _score(
    store: Store, attempt: Attempt, scorer: Scorer, clock: Callable[[], datetime]
) -> Attempt:
    scenario = attempts.scenario_answered(store, attempt)
    transcript = outcomes.transcript_of(store, attempt)
    if transcript is None:
        score = scorer.score(_tidy(attempt.typed or ""), scenario)
    else:
        score = scorer.score(transcript.text, scenario, phrase_breaks(transcript))
    score, raw = calibrations.applied(store, score, scenario)
    return attempts.move(
        store,
        attempt,
        score.status,
        clock(),
        reason=score.reason,
        score=score,
        raw=raw,
    )


def _tidy(typed: str) -> str:
    return re.sub(r"\s+", " ", typed).strip()


def rescore(store: Store, attempt: Attempt, scorer: Scorer, at: datetime) -> Score:
    """Scores an attempt's words again with the present model and adds the score beside the old.

    Raises:
        AttemptError: there are no words to score yet.
    """
    text = outcomes.reply_text(store, attempt)
    if text is None:
        raise attempts.AttemptError(f"Attempt {attempt.id} has no words to score yet.")
    transcript = outcomes.transcript_of(store, attempt)
    breaks = () if transcript is None else phrase_breaks(transcript)
    scenario = attempts.scenario_answered(store, attempt)
    score, raw = calibrations.applied(store, scorer.score(text, scenario, breaks), scenario)
    with store.change() as db:
        outcomes.keep_score(db, attempt.id, score, at, raw)
    return score
