"""The clock that deletes recordings: when it runs, by whom, and what it never touches."""

import asyncio
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import (
    attempts,
    audit,
    backup,
    consent,
    health,
    outcomes,
    processes,
    queued,
    retention,
    reviews,
)
from practice.queued import QueuedWorker
from practice.store import Store
from practice.worker import now
from tests.people import Place, a_place, an_attempt
from tests.stand_ins import a_scenario
from ui import parts, server

DAY = timedelta(days=1)
DAYS: dict[consent.Purpose, int] = {"practice": 10, "supervision": 20, "research": 30}


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    return a_place(Store(tmp_path / "data"), at)


def test_a_trainee_is_told_until_when_and_why(place: Place, at: datetime) -> None:
    store, tom = place.store, place.tom
    made = an_attempt(place, tom, at)
    assert retention.kept(store, made, DAYS) == retention.Kept(at + 10 * DAY, "practice")
    consent.give(store, tom, "supervision", at)
    reviews.submit(store, tom, made.id, at)
    assert retention.kept(store, made, DAYS) == retention.Kept(at + 20 * DAY, "supervision")
    consent.give(store, tom, "research", at)  # to words, which need no recording
    assert retention.kept(store, made, DAYS) == retention.Kept(at + 20 * DAY, "supervision")
    consent.give(store, tom, "research_voice", at)
    assert retention.kept(store, made, DAYS) == retention.Kept(at + 30 * DAY, "research")
    consent.take_back(store, tom, "research", at)
    consent.take_back(store, tom, "supervision", at)
    assert retention.kept(store, made, DAYS) == retention.Kept(at + 10 * DAY, "practice")
    assert retention.sweep(store, at + 10 * DAY, DAYS) == 1
    assert retention.kept(store, made, DAYS) is None
    assert [one.action for one in audit.about(store, tom.id, 1)] == ["deleted a recording"]


def test_a_recording_whose_time_was_over_is_not_missed_and_may_be_made_again(
    place: Place, tmp_path: Path, at: datetime
) -> None:
    store = place.store
    made = an_attempt(place, place.tom, at)
    assert retention.sweep(store, at + 10 * DAY, DAYS) == 1
    assert health.recordings(store) == (0, [], [])
    assert backup.write(store, tmp_path / "b.zip", at).missing == ()
    backup.restore(tmp_path / "b.zip", tmp_path / "new", at)
    assert outcomes.reply_text(store, made) == "A marmalade sentence."
    an_attempt(place, place.tom, at + 10 * DAY)  # the same sound
    assert health.recordings(store) == (1, [], [])
    assert retention.sweep(store, at + 19 * DAY, DAYS) == 0
    assert retention.sweep(store, at + 20 * DAY, DAYS) == 1


def test_what_is_still_to_be_heard_is_kept(place: Place, at: datetime) -> None:
    attempts.start(
        place.store, person=place.tom.id, scenario=a_scenario(), at=at, recording=b"RIFF waiting"
    )
    assert retention.sweep(place.store, at + 400 * DAY, DAYS) == 0


def test_it_runs_where_people_have_accounts_and_alone_only_if_told(
    place: Place, tmp_path: Path
) -> None:
    alone = Store(tmp_path / "alone")
    assert retention.runs(place.store, {})
    assert not retention.runs(alone, {})
    assert retention.runs(alone, {retention.SETTING: "practice=7"})


def gone(place: Place, attempt: attempts.Attempt) -> bool:
    return not place.store.has_recording(attempt.recording)


def test_the_worker_process_runs_it_without_any_web_process(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not processes.can_run():
        pytest.skip("no file locks on this system")
    monkeypatch.setattr(queued, "MODULE", "tests.faults_child")
    old = an_attempt(place, place.tom, now() - 181 * DAY)
    new = an_attempt(place, place.tom, now() - 179 * DAY, b"RIFF of yesterday")
    worker = QueuedWorker(place.store)
    worker.warm()
    try:
        end = time.monotonic() + 60
        while not gone(place, old):
            assert time.monotonic() < end, "it did not run"
            time.sleep(0.1)
    finally:
        worker.stop()
    assert not gone(place, new)


def test_the_web_process_runs_it_and_a_wrong_setting_stops_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "store", lambda: place.store)
    monkeypatch.setattr(server, "SETTLED_S", 0.0)
    monkeypatch.setattr(retention, "EVERY_S", 0.05)
    old = an_attempt(place, place.tom, now() - 181 * DAY)

    def for_a_moment() -> None:
        with pytest.raises(TimeoutError):
            asyncio.run(asyncio.wait_for(server._retention(), 1.0))

    monkeypatch.setenv(retention.SETTING, "practise=7")
    for_a_moment()
    assert not gone(place, old) and "'practise=7'" in caplog.text
    monkeypatch.delenv(retention.SETTING)
    for_a_moment()
    assert gone(place, old)


@pytest.mark.parametrize(
    ("asked", "status", "body", "where"),
    [
        (None, 200, b"0123456789", None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-30", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=0-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-4", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
    ],
)
def test_a_player_gets_the_part_it_asks_for(
    asked: str | None, status: int, body: bytes, where: str | None
) -> None:
    found = parts.answer(b"0123456789", "audio/wav", asked)
    assert (found.status_code, bytes(found.body)) == (status, body)
    assert found.headers.get("content-range") == where
    assert found.headers["cache-control"] == "private, no-store"
