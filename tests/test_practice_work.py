"""The rows that say what is to be done: leases, places, estimates, and what was forgotten."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import attempts, work
from practice.attempts import Attempt
from practice.finisher import Finisher
from practice.store import Store
from speech.engines import EngineError
from tests.faults_child import Engine, Scorer
from tests.stand_ins import a_scenario, a_transcript, voice_like, wav


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    opened = Store(tmp_path)
    attempts.add_person(opened, "me", "You", at)
    return opened


def begin(store: Store, at: datetime, typed: str | None = None, n: int = 0) -> Attempt:
    sound = None if typed else wav(voice_like(3.0 + n / 10))
    attempt = attempts.start(
        store, person="me", scenario=a_scenario(), at=at, recording=sound, typed=typed
    )
    work.put(store, attempt, at)
    return attempt


def finisher(store: Store, at: datetime, engine: object = Engine) -> Finisher:
    return Finisher(store, engine, Scorer, lambda: at, "one")  # type: ignore[arg-type]


def test_only_one_holds_a_lease_until_it_has_run_out(store: Store, at: datetime) -> None:
    attempt = begin(store, at)
    assert work.claim(store, attempt.id, "one", at)
    assert not work.claim(store, attempt.id, "two", at + timedelta(seconds=29))
    work.renew(store, attempt.id, "one", at + timedelta(seconds=29))  # until 59
    assert not work.claim(store, attempt.id, "two", at + timedelta(seconds=58))
    assert work.claim(store, attempt.id, "two", at + timedelta(seconds=60))
    work.renew(store, attempt.id, "one", at + timedelta(hours=1))  # no longer its own
    assert work.claim(store, attempt.id, "three", at + timedelta(seconds=91))


def test_a_clock_set_back_an_hour_holds_nothing_up(store: Store, at: datetime) -> None:
    attempt = begin(store, at)
    assert work.claim(store, attempt.id, "one", at + timedelta(hours=1))
    assert work.free(store, at) == [(attempt.id, "recording")]
    assert work.claim(store, attempt.id, "two", at)


def test_the_place_counts_recordings_before_and_the_wait_follows_from_the_latest(
    store: Store, at: datetime
) -> None:
    three = [begin(store, at + timedelta(seconds=n), n=n) for n in range(3)]
    typed = begin(store, at + timedelta(seconds=9), typed="What would help?")
    # Nothing was heard here yet: two before it and itself, 3 * 6 s.
    place = work.place(store, three[2].id)
    assert place is not None and (place.n_ahead, place.wait_s) == (2, 18.0)
    words = work.place(store, typed.id)
    assert words is not None and (words.n_ahead, words.wait_s) == (0, 0.0)
    heard = a_transcript("Heard before.").model_copy(update={"seconds": 2.5})
    attempts.move(store, three[0], "transcribed", at, transcript=heard)
    work.end(store, three[0].id)
    # One before it and itself, 2 * 2.5 s.
    place = work.place(store, three[2].id)
    assert place is not None and (place.n_ahead, place.wait_s) == (1, 5.0)


def test_work_that_no_queue_was_told_of_is_found_but_not_what_has_only_just_begun(
    store: Store, at: datetime
) -> None:
    left = attempts.start(store, person="me", scenario=a_scenario(), at=at, typed="Words.")
    assert finisher(store, at + timedelta(seconds=59)).forgotten() == []
    assert finisher(store, at + timedelta(seconds=61)).forgotten() == [(left.id, "words")]


def test_a_worker_that_takes_over_ends_the_leases_of_the_one_before(
    store: Store, at: datetime
) -> None:
    attempt = begin(store, at)
    work.claim(store, attempt.id, "gone", at)
    assert finisher(store, at).forgotten() == []
    assert finisher(store, at).take_over() == [(attempt.id, "recording")]


def test_finishing_takes_the_row_away_and_a_second_time_does_nothing(
    store: Store, at: datetime
) -> None:
    attempt = begin(store, at)
    finisher(store, at).finish(attempt.id)
    finisher(store, at).finish(attempt.id)
    assert attempts.get(store, attempt.id).state == "scored"
    assert store.rows("SELECT * FROM work") == []
    assert [one["became"] for one in attempts.history(store, attempt)] == [
        *("recorded", "transcribed", "scored")
    ]


def test_trouble_is_kept_with_the_row_until_it_is_submitted_again(
    store: Store, at: datetime
) -> None:
    def missing() -> Engine:
        raise EngineError("the weights are missing; run: pip install …")

    attempt = begin(store, at)
    finisher(store, at, missing).finish(attempt.id)
    place = work.place(store, attempt.id)
    assert place is not None and place.trouble == "the weights are missing; run: pip install …"
    finisher(store, at).finish(attempt.id)
    assert attempts.get(store, attempt.id).state == "recorded"
    work.put(store, attempt, at)
    finisher(store, at).finish(attempt.id)
    assert attempts.get(store, attempt.id).state == "scored"


def test_a_reply_that_keeps_stopping_the_worker_is_put_aside(store: Store, at: datetime) -> None:
    attempt = begin(store, at)
    for _ in range(work.MOST_TRIES):
        assert work.claim(store, attempt.id, "killed", at)
        work.free_all(store)
    finisher(store, at).finish(attempt.id)
    place = work.place(store, attempt.id)
    assert place is not None and "stopped 5 times" in (place.trouble or "")
    work.put(store, attempt, at)
    finisher(store, at).finish(attempt.id)
    assert attempts.get(store, attempt.id).state == "scored"


def test_a_deleted_attempt_takes_its_work_with_it(store: Store, at: datetime) -> None:
    attempt = begin(store, at)
    with store.change() as db:
        db.execute("DELETE FROM attempt_log")
        db.execute("DELETE FROM attempts WHERE id = ?", (attempt.id,))
    assert store.rows("SELECT * FROM work") == []
    assert work.place(store, attempt.id) is None
