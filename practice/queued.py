"""The web process's side of the queue: submit, ask how far it is, keep a worker process running.

It has the same words as `practice.worker.Worker`, which does the work in a thread instead and is
what is used where no worker process can run.
"""

import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from practice import attempts, child, correction_records, lanes, processes, work
from practice.lanes import Lanes
from practice.store import Store, StoreError
from practice.worker import Progress, Worker, now
from scoring.scorer import load_scorer
from speech.models import Transcript

log = logging.getLogger(__name__)

ROOT = processes.ROOT
MODULE = processes.WORKER_MODULE  # what the worker process runs
GUARD_S = 1.0  # how soon a worker process that has died is followed by another
SHORT_LIFE_S = 20.0
MOST_SHORT_LIVES = 3
HEAR_S = 900.0


class QueuedWorker:
    """Puts attempts in the queue of a worker process, and sees that there is one."""

    def __init__(self, store: Store) -> None:
        """Starts nothing yet; `warm` does."""
        self._store = store
        self._lanes = Lanes(store.folder)
        self._child: subprocess.Popen[bytes] | None = None
        self._born = 0.0
        self._n_short = 0
        self._thread: Worker | None = None
        self._guardian: threading.Thread | None = None
        self._stop = threading.Event()

    def warm(self) -> None:
        """Starts the worker process, and a thread that follows it with another if it dies.

        Under `between serve` there is one already, which is looked after there.
        """
        if processes.NUMBER in os.environ:
            return
        self._look_after()
        self._guardian = threading.Thread(target=self._guard, daemon=True, name="worker-guard")
        self._guardian.start()

    def _guard(self) -> None:
        while not self._stop.wait(GUARD_S) and self._thread is None:
            try:
                self._look_after()
            except OSError as exc:
                log.warning("the worker process cannot be looked after: %s", exc)

    def _look_after(self) -> None:
        if self._child is not None:
            if self._child.poll() is None:
                return
            # One that was killed is simply followed by another; one that leaves with an error at
            # once would do so again.
            short = self._child.returncode > 0 and time.monotonic() - self._born < SHORT_LIFE_S
            self._n_short = self._n_short + 1 if short else 0
            self._let_go()
        if self._n_short >= MOST_SHORT_LIVES:
            log.error("the worker process stops as soon as it starts; working in a thread instead")
            self._thread = Worker(self._store, child.chosen_engine, load_scorer)
            self._thread.recover()
            return
        free = processes.lock(self._store.folder)
        if free is None:  # another web process of this folder has one
            return
        free.close()
        self._born = time.monotonic()
        self._child = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,  # never written to: it closes when this process ends
            env={
                **processes.WORKER_MEMORY,
                **os.environ,
                "BETWEEN_DATA": str(self._store.folder),
                "PYTHONPATH": processes.with_root(os.environ.get("PYTHONPATH")),
            },
            start_new_session=True,  # Ctrl-C is for the web process; the child follows it
        )

    @property
    def process_id(self) -> int | None:
        """The worker process that this web process started, if it did."""
        return None if self._child is None else self._child.pid

    def stop(self) -> None:
        """Ends the worker process and stops looking after it."""
        self._stop.set()
        if self._guardian is not None:
            self._guardian.join()
        self._let_go()

    def _let_go(self) -> None:
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()
            self._child.wait()
        self._child = None

    def recover(self) -> int:
        """Returns how many attempts are unfinished; the worker process takes them up itself."""
        return len(attempts.unfinished(self._store))

    def submit(self, attempt_id: str) -> None:
        """Puts one attempt in the queue, unless it is there already."""
        if self._thread is not None:
            self._thread.submit(attempt_id)
            return
        try:
            attempt = attempts.find(self._store, attempt_id)
            if attempt is not None and not attempt.finished:
                work.put(self._store, attempt, now())
                self._lanes.put(attempt_id, work.lane_of(attempt))
        except StoreError as exc:  # the reply is saved: the worker's next round finds it
            log.warning("attempt %s could not be put in the queue yet: %s", attempt_id, exc)

    def submit_correction(self, correction: int) -> None:
        """Puts corrected words whose score is wanted in the quick lane."""
        if self._thread is not None:
            self._thread.submit_correction(correction)
            return
        try:
            self._lanes.put(correction_records.name(correction), "words")
        except StoreError as exc:  # it is put down as wanted: the worker's next round finds it
            log.warning("correction %s could not be put in the queue yet: %s", correction, exc)

    def progress(self, attempt_id: str) -> Progress:
        """Returns where the attempt is now."""
        if self._thread is not None:
            return self._thread.progress(attempt_id)
        place = work.place(self._store, attempt_id)
        if place is None or place.state not in attempts.UNFINISHED:
            return Progress("finished")
        if place.trouble is not None:
            return Progress("stuck", trouble=place.trouble)
        if place.stage is not None:
            return Progress(place.stage)
        if not place.queued:  # left by a crash between saving and submitting
            self.submit(attempt_id)
        return Progress("waiting", n_ahead=place.n_ahead, wait_s=place.wait_s)

    def hear(self, recording: bytes) -> Transcript:
        """Returns what is said in a recording that is no reply, after whatever is in the queue.

        Raises:
            RecordingError, EngineError, WeightsError: it cannot be used, or not here now.
        """
        if self._thread is not None:
            return self._thread.hear(recording)
        with tempfile.NamedTemporaryFile(dir=self._store.folder, prefix=".hearing-") as file:
            laid = Path(file.name)
            file.write(self._store.vault.lock(recording, laid.name))
            file.flush()
            return lanes.transcript(self._lanes.hear(laid, HEAR_S))


def make(store: Store) -> Worker | QueuedWorker:
    """Returns the worker that the environment asks for: a process, or a thread of this one."""
    if os.environ.get(lanes.SETTING) == "thread" or not processes.can_run():
        return Worker(store, child.chosen_engine, load_scorer)
    return QueuedWorker(store)
