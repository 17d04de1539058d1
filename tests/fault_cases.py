"""What the fault harness does to a data folder, and what must be true afterwards.

Everything is real but the engine and the scorer: processes, signals, SQLite, files.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from practice import attempts, processes, work
from practice.queued import ROOT
from practice.store import Store
from practice.worker import now
from tests.faults_child import STEPS
from tests.stand_ins import a_scenario, voice_like, wav

FINISH_WITHIN_S = 240.0  # a busy machine takes 20 s to start a process
AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WORDS = "What would suit you instead of writing?"


def opened(folder: Path) -> Store:
    store = Store(folder)
    attempts.add_person(store, "me", "You", AT)
    return store


def sound(n: int) -> bytes:
    return wav(voice_like(2.0 + n / 100))


@dataclass
class Saved:
    """A reply that the program said it had saved."""

    attempt: str
    recording: bytes | None


def submit(store: Store, n: int, typed: bool = False) -> Saved:
    """Does what the screen does when somebody stops recording."""
    recording = None if typed else sound(n)
    attempt = attempts.start(
        store,
        person="me",
        scenario=a_scenario(),
        at=now(),
        recording=recording,
        typed=WORDS if typed else None,
        key=f"form {n}",
    )
    work.put(store, attempt, now())
    return Saved(attempt.id, recording)


def worker(folder: Path, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults_child"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "BETWEEN_DATA": str(folder), **environment},
    )


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def settled(store: Store) -> bool:
    return not attempts.unfinished(store) and not store.rows("SELECT 1 FROM work")


def wait(store: Store) -> int:
    """Waits until all is done, pressing “Try once more” for what was put aside; returns how often.

    A reply that was in hand at more than `work.MOST_TRIES` kills waits, with that reason.
    """
    until, n_asides = time.monotonic() + FINISH_WITHIN_S, 0
    while not settled(store):
        left = store.rows("SELECT attempt, n_tries, trouble, holder FROM work")
        assert time.monotonic() < until, f"the worker did not finish what was left: {left}"
        for row in left:
            if row["trouble"] is not None:
                assert row["n_tries"] > work.MOST_TRIES, row
                work.put(store, attempts.get(store, row["attempt"]), now())
                n_asides += 1
        time.sleep(0.02)
    return n_asides


def check(store: Store, saved: list[Saved]) -> None:
    """No recording lost, no attempt doubled or skipped, every one scored, each step taken once."""
    held = {one.id: one for one in attempts.newest(store, None, 10_000)}
    assert sorted(held) == sorted({one.attempt for one in saved})
    for one in saved:
        attempt = held[one.attempt]
        assert attempt.state == "scored", (attempt.state, attempt.reason)
        if one.recording is not None:
            sha256 = hashlib.sha256(one.recording).hexdigest()
            assert attempt.recording == sha256
            assert store.recording_path(sha256).read_bytes() == one.recording
        path = ["recorded"] if one.recording is not None else []
        assert [move["became"] for move in attempts.history(store, attempt)] == [
            *path,
            *("transcribed", "scored"),
        ]
        for table, n in (("transcripts", len(path)), ("scores", 1)):
            rows = store.rows(f"SELECT 1 FROM {table} WHERE attempt = ?", one.attempt)
            assert len(rows) == n, (table, len(rows))
    assert store.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def kill_at_each(folder: Path, times: int = 1) -> int:
    """Workers killed at each step of an attempt in turn; each goes on where the last was killed.

    Returns:
        how many were killed.
    """
    store = opened(folder)
    saved: list[Saved] = []
    for n in range(times):
        for step in STEPS:
            saved += [submit(store, len(saved)), submit(store, len(saved) + 1, typed=True)]
            (folder / "died").unlink(missing_ok=True)
            process = worker(folder, BETWEEN_TEST_DIE_AT=step)
            code = process.wait(FINISH_WITHIN_S)
            end(process)
            assert code == -signal.SIGKILL, f"it was never at {step!r} (round {n})"
    last = worker(folder)
    try:
        wait(store)
    finally:
        end(last)
    check(store, saved)
    store.close()
    return times * len(STEPS)


def kill_at_random(folder: Path, n_kills: int, seed: int) -> int:
    """Workers killed at random moments while replies keep coming; returns how many were killed."""
    draw = random.Random(seed)
    store = opened(folder)
    saved: list[Saved] = []
    killed = 0
    while killed < n_kills:
        process = worker(folder, BETWEEN_TEST_PAUSE_S="0.02")
        for _ in range(3):
            saved.append(submit(store, len(saved), typed=draw.random() < 0.3))
        until = time.monotonic() + FINISH_WITHIN_S
        while (held := processes.lock(folder)) is not None:  # until it works
            held.close()
            assert time.monotonic() < until and process.poll() is None
            time.sleep(0.01)
        time.sleep(draw.uniform(0.0, 0.4))
        end(process)
        killed += 1
    last = worker(folder)
    try:
        wait(store)
    finally:
        end(last)
    check(store, saved)
    store.close()
    return killed


def kill_while_saving(folder: Path, seed: int) -> None:
    """A web process killed somewhere in saving a reply: the reply is whole, or not there at all."""
    draw = random.Random(seed)
    store = opened(folder)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests import fault_cases as f\n"
        "store = f.opened(Path(sys.argv[1]))\n"
        "for n in range(int(sys.argv[2]), 10_000):\n"
        "    print(f.submit(store, n % 50).attempt, n, flush=True)\n"
    )
    web = subprocess.Popen(
        [sys.executable, "-c", script, str(folder), "0"], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert web.stdout is not None
    said = [web.stdout.readline().split()]
    time.sleep(draw.uniform(0.0, 0.15))
    web.kill()
    said += [line.split() for line in web.stdout.read().splitlines()]
    web.wait()
    web.stdout.close()
    told = {words[0].decode() for words in said if len(words) == 2}
    there = {one.id: one for one in attempts.newest(store, None, 10_000)}
    assert told <= set(there), "a reply that was said to be saved is gone"
    for one in there.values():
        path = store.recording_path(one.recording or "")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one.recording
    last = worker(folder)
    try:
        wait(store)
    finally:
        end(last)
    check(store, [Saved(one.id, sound_of(store, one)) for one in there.values()])
    store.close()


def sound_of(store: Store, attempt: Any) -> bytes:
    return store.recording_path(attempt.recording).read_bytes()
