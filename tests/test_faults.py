"""Faults, real ones: processes killed, a full disk, damage, the same form twice."""

import itertools
import sqlite3
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import attempts, doctor, processes, well_kept, work
from practice.queued import ROOT, QueuedWorker
from practice.store import Store, StoreError
from practice.worker import now
from tests import fault_cases
from tests.fault_cases import Saved, check, end, opened, sound, submit, wait, worker
from tests.faults_child import STEPS
from tests.stand_ins import a_scenario

pytestmark = pytest.mark.skipif(not processes.can_run(), reason="no file locks on this system")


def test_workers_killed_at_each_step_of_an_attempt_lose_and_double_nothing(tmp_path: Path) -> None:
    assert fault_cases.kill_at_each(tmp_path / "data") == len(STEPS)


def test_workers_killed_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    assert fault_cases.kill_at_random(tmp_path / "data", 3, seed=1) == 3


def test_a_web_process_killed_while_saving_leaves_each_reply_whole_or_not_there(
    tmp_path: Path,
) -> None:
    fault_cases.kill_while_saving(tmp_path / "data", seed=1)


def test_the_same_form_from_two_people_at_once_and_twice_by_each_makes_one_attempt_each(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path)
    attempts.add_person(store, "you", "Another", now())
    ready = threading.Barrier(8)

    def send(person: str) -> None:
        ready.wait()
        attempts.start(
            store, person=person, scenario=a_scenario(), at=now(), recording=sound(1), key="form"
        )

    threads = [threading.Thread(target=send, args=(who,)) for who in ("me", "you") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = store.rows("SELECT person, recording FROM attempts ORDER BY person")
    assert [row["person"] for row in rows] == ["me", "you"]
    assert len(list(store.recordings.iterdir())) == 1
    assert all(len(attempts.history(store, one)) == 1 for one in attempts.newest(store, None, 9))


FULL = """
import resource, signal, sys
from pathlib import Path
from tests import fault_cases as f
from practice.store import StoreError
store = f.opened(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    f.submit(store, 7)
except StoreError as exc:
    print(exc)
"""


@pytest.mark.parametrize("most_bytes", [100, 65_000])
def test_a_disk_that_fills_up_is_said_plainly_and_leaves_no_half_reply(
    tmp_path: Path, most_bytes: int
) -> None:
    # No disk is filled: the system refuses to let any file grow beyond so many bytes.
    pytest.importorskip("resource")
    store = opened(tmp_path)
    before = submit(store, 1)
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), str(most_bytes)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == ""
    assert "free some space" in ran.stdout or "cannot be written" in ran.stdout
    assert not list(store.recordings.glob(".saving-*"))
    again = submit(store, 7)  # there is room again: the same form makes the one attempt
    last = worker(tmp_path)
    try:
        wait(store)
    finally:
        end(last)
    check(store, [before, again])


def test_a_folder_that_cannot_be_written_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path)
    store.db.conn.execute("PRAGMA query_only=1")  # root writes in any folder: SQLite is told
    with pytest.raises(StoreError, match="cannot be written"):
        submit(store, 1)
    monkeypatch.setattr("practice.doctor.os.access", lambda *_: False)
    found = doctor._writable(store)
    assert not found.ok and found.needed and "cannot be written" in found.found


def damage_pages(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2 // 4096 * 4096
    whole[middle:] = b"\xa5" * (len(whole) - middle)
    path.write_bytes(bytes(whole))


def test_a_damaged_database_is_named_by_the_doctor_and_is_never_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path)
    for n in range(20):
        submit(store, n)
    store.close()
    damage_pages(store.path)
    monkeypatch.setenv("BETWEEN_DATA", str(tmp_path))
    found = doctor._data()
    assert [one.name for one in found if not one.ok] == ["data"]
    assert "restore" in str(found[0].remedy) or "backup" in found[0].found


def test_an_altered_and_a_missing_recording_are_named_by_the_doctor(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for n in range(3):
        submit(store, n)
    first, second, _ = (one.recording or "" for one in attempts.newest(store, None, 3))
    whole = bytearray(store.recording_path(first).read_bytes())
    whole[1000] ^= 1  # one bit
    store.recording_path(first).write_bytes(bytes(whole))
    store.recording_path(second).unlink()
    found = well_kept._whole(store)
    assert not found.ok
    assert f"1 missing ({second})" in found.found and f"1 altered since they were saved ({first})" \
        in found.found  # fmt: skip
    assert well_kept._whole(opened(tmp_path / "new")).ok


def test_a_truncated_or_missing_recording_ends_with_a_reason_and_the_others_are_scored(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path)
    cut, gone, well = (submit(store, n) for n in range(3))
    path = store.recording_path(attempts.get(store, cut.attempt).recording or "")
    path.write_bytes(path.read_bytes()[:20])
    store.recording_path(attempts.get(store, gone.attempt).recording or "").unlink()
    process = worker(tmp_path)
    try:
        wait(store)
    finally:
        end(process)
    ended = [attempts.get(store, one.attempt) for one in (cut, gone, well)]
    assert [(one.state, one.reason) for one in ended] == [
        ("failed", "unreadable"),
        ("failed", "recording_gone"),
        ("scored", None),
    ]


def test_a_queue_file_that_is_damaged_is_made_anew_and_nothing_is_lost(tmp_path: Path) -> None:
    store = opened(tmp_path)
    saved = [submit(store, n) for n in range(2)]
    (tmp_path / "queue.db").write_bytes(b"\xa5" * 40_000)
    process = worker(tmp_path)
    try:
        wait(store)
    finally:
        end(process)
    check(store, saved)


def test_what_hangs_is_noticed_and_a_clock_that_jumps_ahead_does_nothing_twice(
    tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from practice.finisher import Finisher
    from tests.faults_child import Engine, Scorer

    store = opened(tmp_path)
    saved = submit(store, 1)
    hours = itertools.count()  # an hour between any two looks
    one = Finisher(store, Engine, Scorer, lambda: at + timedelta(hours=next(hours)), "one")
    two = Finisher(store, Engine, Scorer, lambda: at + timedelta(hours=next(hours)), "two")
    threads = [threading.Thread(target=each.finish, args=(saved.attempt,)) for each in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work.end(store, saved.attempt)
    check(store, [Saved(saved.attempt, saved.recording)])
    assert not one.hangs()
    one._since["stuck"] = -10_000.0
    assert one.hangs()


def test_a_page_asks_for_the_place_of_an_attempt_that_was_deleted(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert QueuedWorker(store).progress("gone").stage == "finished"
    assert isinstance(store, Store)
