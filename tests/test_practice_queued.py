"""The worker process and the web process's side of it, with stand-ins for engine and scorer."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from practice import attempts, lanes, processes, queued, retention, work
from practice.attempts import Attempt
from practice.queued import QueuedWorker
from practice.store import Store
from practice.worker import Worker
from speech.recording import RecordingError
from tests.faults_child import SAID
from tests.stand_ins import a_scenario, voice_like, wav

pytestmark = pytest.mark.skipif(not processes.can_run(), reason="no file locks on this system")


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    opened = Store(tmp_path)
    attempts.add_person(opened, "me", "You", at)
    return opened


@pytest.fixture
def worker(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[QueuedWorker]:
    monkeypatch.setattr(queued, "MODULE", "tests.faults_child")
    monkeypatch.setattr(queued, "GUARD_S", 0.1)
    made = QueuedWorker(store)
    yield made
    made.stop()


def begin(store: Store, at: datetime, typed: str | None = None, n: int = 0) -> Attempt:
    sound = None if typed else wav(voice_like(3.0 + n / 10))
    return attempts.start(
        store, person="me", scenario=a_scenario(), at=at, recording=sound, typed=typed
    )


def until(done: Callable[[], bool], most_s: float = 120.0) -> None:
    end = time.monotonic() + most_s
    while not done():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def test_what_was_left_and_what_is_submitted_is_finished_in_another_process(
    store: Store, worker: QueuedWorker, at: datetime
) -> None:
    left = begin(store, at)
    worker.warm()
    new = begin(store, at, n=1)
    worker.submit(new.id)
    until(lambda: {worker.progress(one.id).stage for one in (left, new)} == {"finished"})
    assert {attempts.get(store, one.id).state for one in (left, new)} == {"scored"}
    until(lambda: not store.rows("SELECT * FROM work"))


def test_typed_replies_do_not_wait_behind_recordings_and_each_sees_its_place(
    store: Store, worker: QueuedWorker, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BETWEEN_TEST_PAUSE_S", "1.5")
    worker.warm()
    spoken = [begin(store, at, n=n) for n in range(3)]
    for one in spoken:
        worker.submit(one.id)
    typed = begin(store, at, typed="What would help?")
    worker.submit(typed.id)
    until(lambda: worker.progress(typed.id).stage == "finished")
    last = worker.progress(spoken[-1].id)
    assert last.stage == "waiting" and last.n_ahead >= 1 and last.wait_s
    until(lambda: worker.progress(spoken[-1].id).stage == "finished")


def test_a_killed_worker_is_followed_by_another_and_nothing_is_done_twice(
    store: Store, worker: QueuedWorker, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BETWEEN_TEST_DIE_AT", "after hearing")
    worker.warm()
    attempt = begin(store, at)
    worker.submit(attempt.id)
    until(lambda: worker.progress(attempt.id).stage == "finished")
    assert (store.folder / "died").exists()
    assert [one["became"] for one in attempts.history(store, attempt)] == [
        *("recorded", "transcribed", "scored")
    ]


def test_a_recording_that_is_no_reply_can_be_heard_and_one_that_is_no_recording_is_refused(
    store: Store, worker: QueuedWorker
) -> None:
    worker.warm()
    assert worker.hear(wav(voice_like())).text == SAID
    with pytest.raises(RecordingError) as refused:
        worker.hear(b"not a recording" * 100)
    assert refused.value.reason == "unreadable"
    assert list(store.folder.glob(".hearing-*")) == []


def test_only_one_worker_process_works_for_a_folder(store: Store) -> None:
    held = processes.lock(store.folder)
    assert held is not None
    assert processes.lock(store.folder) is None
    held.close()
    again = processes.lock(store.folder)
    assert again is not None
    again.close()


def test_a_worker_process_that_cannot_start_gives_way_to_a_thread(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queued, "MODULE", "tests.no_such_module")
    monkeypatch.setattr(queued, "GUARD_S", 0.05)
    made = QueuedWorker(store)
    made.warm()
    until(lambda: made._thread is not None)
    made.stop()
    assert isinstance(made._thread, Worker)


def test_the_worker_process_ends_when_whoever_started_it_is_killed(
    store: Store, tmp_path: Path
) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from practice import queued\n"
        "from practice.store import Store\n"
        "queued.MODULE = 'tests.faults_child'\n"
        "queued.QueuedWorker(Store(Path(sys.argv[1]))).warm()\n"
        "time.sleep(60)\n"
    )
    web = subprocess.Popen([sys.executable, "-c", script, str(store.folder)], cwd=queued.ROOT)

    def is_held() -> bool:
        held = processes.lock(store.folder)
        if held is not None:
            held.close()
        return held is None

    until(is_held)
    web.kill()
    web.wait()
    until(lambda: not is_held())


def test_messages_are_json_and_a_pickle_is_not_opened(store: Store, at: datetime) -> None:
    opened = lanes.Lanes(store.folder)
    opened.put("a" * 32, "words")
    kept = opened._huey["words"].storage.enqueued_items()[0]
    assert bytes(kept).startswith(b'{"message": [')
    with pytest.raises(ValueError, match="codec"):
        lanes.Json().deserialize(b"\x80\x04N.")


def test_a_damaged_queue_file_is_said_plainly_and_saving_still_works(
    store: Store, worker: QueuedWorker, at: datetime
) -> None:
    for path in store.folder.glob("queue.db*"):
        path.write_bytes(b"not a database" * 1000)
    attempt = begin(store, at)
    worker.submit(attempt.id)  # no error reaches the page
    assert work.place(store, attempt.id) is not None


def test_what_a_kill_left_half_written_is_removed_and_recordings_are_not(store: Store) -> None:
    kept = store.recordings / ("0" * 64)
    leavings = [store.folder / ".hearing-1", store.recordings / ".saving-1"]
    for path in (kept, *leavings):
        path.write_bytes(b"a voice")
    born_s = kept.stat().st_mtime
    retention.sweep_leavings(store, datetime.fromtimestamp(born_s + 60, UTC))  # still at it?
    assert all(path.exists() for path in leavings)
    retention.sweep_leavings(store, datetime.fromtimestamp(born_s + 3700, UTC))
    assert (kept.exists(), [path.exists() for path in leavings]) == (True, [False, False])


def test_the_environment_chooses_a_thread(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(queued.make(store), Worker)  # tests/conftest.py asks for it
    monkeypatch.setenv("BETWEEN_QUEUE", "")
    assert isinstance(queued.make(store), QueuedWorker)
