"""One background thread that finishes attempts, so that a page can be left and come back to.

The database row is the truth: the queue here is only a list of what to look at next. Whatever a
crash leaves unfinished is put back in it at the next start.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from practice import attempts, correction_records, pipeline
from practice.pipeline import Scorer
from practice.store import Store, StoreError
from speech.engines import Engine, EngineError
from speech.models import Transcript
from speech.transcribe import transcribe
from speech.weights import WeightsError

log = logging.getLogger(__name__)


def now() -> datetime:
    """Returns the time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Progress:
    """Where an attempt is on its way.

    ``n_ahead`` is its place, ``wait_s`` about how long it will take, where that is known, and
    ``trouble`` one sentence if it cannot go on now.
    """

    stage: Literal["waiting", "transcribing", "scoring", "finished", "stuck"]
    n_ahead: int = 0
    trouble: str | None = None
    wait_s: float | None = None


class Worker:
    """Finishes attempts one after another in a thread of its own."""

    def __init__(
        self, store: Store, engine: Callable[[], Engine], scorer: Callable[[], Scorer]
    ) -> None:
        """Starts with an empty queue; `recover` fills it with what a crash left.

        Args:
            store: the data folder.
            engine: gives the Whisper engine, loading it the first time.
            scorer: gives the scorer, loading it the first time.
        """
        self._store = store
        self._engine = engine
        self._scorer = scorer
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="attempts")
        # Typed replies take a moment to score and never wait behind recordings.
        self._words = ThreadPoolExecutor(max_workers=1, thread_name_prefix="words")
        self._lock = threading.Lock()
        self._queue: list[str] = []
        self._stage: dict[str, pipeline.Stage] = {}
        self._trouble: dict[str, str] = {}

    def warm(self) -> None:
        """Loads the engine and the scorer in the background, so that the first reply is quick."""
        self._pool.submit(self._warm)

    def _warm(self) -> None:
        try:
            self._scorer()
            self._engine()
        except (EngineError, WeightsError, OSError, ValueError) as exc:
            log.warning("not ready to transcribe and score: %s", exc)

    def recover(self) -> int:
        """Puts every unfinished attempt in the queue; returns how many there were."""
        left = attempts.unfinished(self._store)
        for attempt in left:
            self.submit(attempt.id)
        for named in correction_records.waiting(self._store):
            self.submit_correction(correction_records.number(named) or 0)
        return len(left)

    def hear(self, recording: bytes) -> Transcript:
        """Returns what is said in a recording that is no reply, after whatever is in the queue.

        Raises:
            RecordingError, EngineError, WeightsError: it cannot be used, or not here now.
        """
        return self._pool.submit(lambda: transcribe(recording, self._engine())).result()

    def submit(self, attempt_id: str) -> None:
        """Puts one attempt in the queue, unless it is there already."""
        with self._lock:
            if attempt_id in self._queue:
                return
            self._queue.append(attempt_id)
            self._trouble.pop(attempt_id, None)
        attempt = attempts.find(self._store, attempt_id)
        typed = attempt is not None and attempt.state == "transcribed"
        (self._words if typed else self._pool).submit(self._finish, attempt_id)

    def submit_correction(self, correction: int) -> None:
        """Scores corrected words whose score is wanted, before any recording."""
        self._words.submit(correction_records.finish, self._store, correction, self._scorer, now)

    def progress(self, attempt_id: str) -> Progress:
        """Returns where the attempt is now."""
        with self._lock:
            if attempt_id in self._trouble:
                return Progress("stuck", trouble=self._trouble[attempt_id])
            if attempt_id in self._stage:
                return Progress(self._stage[attempt_id])
            if attempt_id in self._queue:
                return Progress("waiting", n_ahead=self._queue.index(attempt_id))
        attempt = attempts.find(self._store, attempt_id)
        if attempt is None or attempt.finished:
            return Progress("finished")
        self.submit(attempt_id)  # left by a crash, or by another process that has gone
        return Progress("waiting")

    def _finish(self, attempt_id: str) -> None:
        trouble = None
        try:
            pipeline.finish(
                self._store,
                attempts.get(self._store, attempt_id),
                self._engine,
                self._scorer,
                now,
                lambda stage: self._stage.__setitem__(attempt_id, stage),
            )
        except (EngineError, WeightsError, StoreError, attempts.AttemptError) as exc:
            log.warning("attempt %s waits: %s", attempt_id, exc)
            trouble = str(exc)
        except Exception:
            log.exception("attempt %s met a fault", attempt_id)
            trouble = "Something went wrong inside the program; the details are in its log."
        with self._lock:
            self._queue.remove(attempt_id)
            self._stage.pop(attempt_id, None)
            if trouble is not None:
                self._trouble[attempt_id] = trouble
