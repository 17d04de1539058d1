"""From recording to score with stand-ins for engine and scorer: each step, and each crash."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from practice import attempts, outcomes, pipeline
from practice.attempts import Attempt
from practice.store import Store
from practice.worker import Worker
from scenarios.models import Scenario
from scoring.models import DimensionScore, Score
from speech.engines import EngineError, Heard, Segment
from tests.stand_ins import a_scenario, a_transcript, voice_like, wav, words_of

SAID = "It sounds as if writing takes you straight back. What would suit you instead?"


class StandInEngine:
    """Hears `SAID` in everything, and counts how often it was asked."""

    name = "stand-in"
    model = "none"

    def __init__(self) -> None:
        self.n_heard = 0

    def hear(self, samples: NDArray[np.float32]) -> Heard:
        self.n_heard += 1
        return Heard((Segment(SAID, words_of(SAID), -0.2, 0.0, 1.2),), "en")


class StandInScorer:
    """Gives every reply a 2, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[int, ...]]] = []

    def score(self, text: str, scenario: Scenario, breaks: Sequence[int] = ()) -> Score:
        self.asked.append((text, tuple(breaks)))
        unscored = not text
        value = None if unscored else 2.0
        dimension = DimensionScore(score=value, low=value, high=value)
        return Score(
            status="unscored" if unscored else "scored",
            reason="no_speech" if unscored else None,
            dimensions=dict.fromkeys(("rationale", "collaboration", "obstacles"), dimension),
            overall=value,
            behaviours={},
            watch_outs={},
            keep=None,
            change="c",
            model_version="stand-in",
        )


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    opened = Store(tmp_path)
    attempts.add_person(opened, "me", "You", at)
    return opened


def begin(store: Store, at: datetime, sound: bytes | None = None) -> Attempt:
    sound = wav(voice_like()) if sound is None else sound
    return attempts.start(store, person="me", scenario=a_scenario(), at=at, recording=sound)


def finish(store: Store, attempt: Attempt, at: datetime) -> tuple[Attempt, StandInEngine]:
    engine = StandInEngine()
    done = pipeline.finish(store, attempt, lambda: engine, StandInScorer, lambda: at)
    return done, engine


def test_a_recording_becomes_a_transcript_and_a_score(store: Store, at: datetime) -> None:
    done, engine = finish(store, begin(store, at), at + timedelta(seconds=4))
    assert (done.state, engine.n_heard) == ("scored", 1)
    assert outcomes.reply_text(store, done) == SAID
    assert [row["became"] for row in attempts.history(store, done)] == [
        "recorded",
        "transcribed",
        "scored",
    ]


def test_a_typed_reply_needs_no_engine(store: Store, at: datetime) -> None:
    typed = attempts.start(
        store, person="me", scenario=a_scenario(), at=at, typed=" What \n helps? "
    )
    scorer = StandInScorer()

    def no_engine() -> StandInEngine:
        raise AssertionError("the engine was asked")

    done = pipeline.finish(store, typed, no_engine, lambda: scorer, lambda: at)
    assert done.state == "scored"
    assert scorer.asked == [("What helps?", ())]


def test_an_attempt_that_crashed_after_the_transcript_is_not_transcribed_again(
    store: Store, at: datetime
) -> None:
    attempt = begin(store, at)
    attempts.move(store, attempt, "transcribed", at, transcript=a_transcript("Heard before."))
    done, engine = finish(store, attempts.get(store, attempt.id), at)
    assert (done.state, engine.n_heard) == ("scored", 0)
    assert outcomes.reply_text(store, done) == "Heard before."


def test_finishing_a_finished_attempt_changes_nothing(store: Store, at: datetime) -> None:
    done, _ = finish(store, begin(store, at), at)
    again, engine = finish(store, done, at)
    assert (again, engine.n_heard) == (done, 0)


@pytest.mark.parametrize(
    ("sound", "reason", "sentence"),
    [
        (b"", "empty", "empty"),
        (b"not a recording" * 100, "unreadable", "could not be read"),
        (wav(voice_like(1.0)), "too_short", "1.0 seconds"),
        (wav(np.zeros(16000 * 301, np.float32)), "too_long", "5 minutes"),
    ],
    ids=["empty", "not a recording", "one second", "five minutes and more"],
)
def test_a_recording_that_cannot_be_used_is_kept_and_said_in_one_sentence(
    store: Store, at: datetime, sound: bytes, reason: str, sentence: str
) -> None:
    done, engine = finish(store, begin(store, at, sound), at)
    assert (done.state, done.reason, engine.n_heard) == ("failed", reason, 0)
    assert done.detail is not None and sentence in done.detail
    assert done.recording is not None
    assert store.recording_path(done.recording).read_bytes() == sound


def test_silence_is_unscored_and_never_heard(store: Store, at: datetime) -> None:
    done, engine = finish(store, begin(store, at, wav(np.zeros(16000 * 5, np.float32))), at)
    assert (done.state, done.reason, engine.n_heard) == ("unscored", "no_speech", 0)
    score = outcomes.score_of(store, done)
    assert score is not None and score.overall is None


def test_a_recording_that_has_vanished_is_said_plainly(store: Store, at: datetime) -> None:
    attempt = begin(store, at)
    store.recording_path(attempt.recording or "").unlink()
    done, _ = finish(store, attempt, at)
    assert (done.state, done.reason) == ("failed", "recording_gone")


def test_missing_weights_leave_the_attempt_to_be_finished_later(store: Store, at: datetime) -> None:
    attempt = begin(store, at)

    def no_engine() -> StandInEngine:
        raise EngineError("no weights")

    with pytest.raises(EngineError):
        pipeline.finish(store, attempt, no_engine, StandInScorer, lambda: at)
    assert attempts.get(store, attempt.id).state == "recorded"


def test_long_pauses_become_phrase_breaks_at_the_next_word(store: Store, at: datetime) -> None:
    # "It sounds hard" | pause of 0.1 + 0.8 s | "maybe smaller": the break is at "maybe", offset 15.
    transcript = a_transcript("It sounds hard maybe smaller", pause_after={2: 0.8})
    assert pipeline.phrase_breaks(transcript) == (15,)
    # 0.1 + 0.5 s is a hesitation, not the end of a phrase.
    assert pipeline.phrase_breaks(a_transcript("It sounds hard maybe", pause_after={2: 0.5})) == ()


def test_evidence_has_the_times_of_its_words() -> None:
    # Words are 0.3 s long from 0.5 s on, 0.4 s apart: "sounds" starts at 0.9, "hard" ends at 1.6.
    transcript = a_transcript("It sounds hard maybe")
    assert pipeline.time_of(transcript, 3, 14) == pytest.approx((0.9, 1.6))
    assert pipeline.time_of(transcript, 100, 110) is None


def test_a_new_model_adds_its_score_beside_the_old(store: Store, at: datetime) -> None:
    done, _ = finish(store, begin(store, at), at)

    class Newer(StandInScorer):
        def score(self, text: str, scenario: Scenario, breaks: Sequence[int] = ()) -> Score:
            found = super().score(text, scenario, breaks)
            return found.model_copy(update={"model_version": "newer"})

    pipeline.rescore(store, done, Newer(), at)
    kept = store.rows("SELECT model_version FROM scores WHERE attempt = ? ORDER BY id", done.id)
    assert [row["model_version"] for row in kept] == ["stand-in", "newer"]


def wait(worker: Worker) -> None:
    worker._pool.shutdown(wait=True)


def test_the_next_start_finishes_what_a_crash_left(store: Store, at: datetime) -> None:
    left = [begin(store, at), begin(store, at, wav(voice_like(4.0)))]
    worker = Worker(store, StandInEngine, StandInScorer)
    assert worker.recover() == 2
    wait(worker)
    assert [attempts.get(store, one.id).state for one in left] == ["scored", "scored"]
    assert worker.progress(left[0].id).stage == "finished"


def test_trouble_is_told_and_trying_again_clears_it(store: Store, at: datetime) -> None:
    attempt = begin(store, at)
    weights: list[StandInEngine] = []

    def engine() -> StandInEngine:
        if not weights:
            raise EngineError("the weights are missing; run: pip install …")
        return weights[0]

    worker = Worker(store, engine, StandInScorer)
    worker.submit(attempt.id)
    worker._pool.submit(lambda: None).result()
    progress = worker.progress(attempt.id)
    assert progress.stage == "stuck"
    assert progress.trouble == "the weights are missing; run: pip install …"
    weights.append(StandInEngine())
    worker.submit(attempt.id)
    wait(worker)
    assert worker.progress(attempt.id).stage == "finished"


def test_a_fault_of_ours_is_told_without_a_traceback_and_the_queue_goes_on(
    store: Store, at: datetime
) -> None:
    first, second = begin(store, at), begin(store, at, wav(voice_like(4.0)))
    broken: list[int] = [1]

    class Faulty(StandInScorer):
        def score(self, text: str, scenario: Scenario, breaks: Sequence[int] = ()) -> Score:
            if broken:
                broken.pop()
                raise ZeroDivisionError
            return super().score(text, scenario, breaks)

    worker = Worker(store, StandInEngine, Faulty)
    worker.submit(first.id)
    worker.submit(second.id)
    wait(worker)
    told = worker.progress(first.id).trouble
    assert told is not None and "Traceback" not in told
    assert attempts.get(store, second.id).state == "scored"
