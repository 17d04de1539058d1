"""Finishes attempts under a lease: what the worker process does, without any queue around it."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from practice import attempts, correction_records, pipeline, work
from practice.attempts import AttemptError
from practice.pipeline import Hear, Scorer
from practice.store import Store, StoreError
from scoring.scorer import ScorerError
from speech.engines import Engine, EngineError
from speech.weights import WeightsError

log = logging.getLogger(__name__)

Trouble = tuple[str, bool] | None

ADOPTED_AFTER_S = 60.0  # an unfinished attempt without work is by then nobody's
LONGEST_S = 900.0  # of one attempt: the longest recording (5 min) takes a slow machine 5 minutes


class Finisher:
    """Takes attempts to their end, each under a lease that it keeps renewing."""

    def __init__(
        self,
        store: Store,
        engine: Callable[[], Engine],
        scorer: Callable[[], Scorer],
        clock: Callable[[], datetime],
        holder: str,
        hear: Hear | None = None,
    ) -> None:
        """Begins with nothing in hand.

        Args:
            store: the data folder.
            engine: gives the Whisper engine.
            scorer: gives the scorer.
            clock: now, aware.
            holder: names this worker on the leases.
            hear: writes down recordings elsewhere; ``None`` hears them here with the engine.
        """
        self._store = store
        self._engine = engine
        self._scorer = scorer
        self._clock = clock
        self._holder = holder
        self._hear = hear
        self._lock = threading.Lock()
        self._since: dict[str, float] = {}

    def finish(self, attempt_id: str) -> None:
        """Takes one attempt to its end; nothing happens if somebody else has it or it is done.

        The queue may also name a correction, whose words are then scored.
        """
        correction = correction_records.number(attempt_id)
        if correction is not None:
            correction_records.finish(self._store, correction, self._scorer, self._clock)
            return
        if not work.claim(self._store, attempt_id, self._holder, self._clock()):
            return
        with self._lock:
            self._since[attempt_id] = time.monotonic()
        trouble: Trouble = None
        try:
            trouble = self._finish(attempt_id)
        finally:
            with self._lock:
                self._since.pop(attempt_id, None)
        said, passes = trouble or (None, False)
        work.end(self._store, attempt_id, said, self._clock() if passes else None)

    def _finish(self, attempt_id: str) -> Trouble:
        """Returns why it could not be done, and whether that may pass by itself."""
        if work.n_tries(self._store, attempt_id) > work.MOST_TRIES:
            return (
                f"The program stopped {work.MOST_TRIES} times while it worked on this reply; it"
                " was put aside so that others can go on.",
                False,
            )
        try:
            pipeline.finish(
                self._store,
                attempts.get(self._store, attempt_id),
                self._engine,
                self._scorer,
                self._clock,
                lambda stage: work.begin(self._store, attempt_id, stage),
                self._hear,
            )
        except (EngineError, WeightsError, ScorerError, StoreError, AttemptError) as exc:
            log.warning("attempt %s waits: %s", attempt_id, exc)
            return str(exc), not isinstance(exc, AttemptError)
        except Exception:
            log.exception("attempt %s met a fault", attempt_id)
            return "Something went wrong inside the program; the details are in its log.", False
        return None

    def renew(self) -> None:
        """Keeps the leases of all that is in hand."""
        with self._lock:
            held = list(self._since)
        for attempt_id in held:
            work.renew(self._store, attempt_id, self._holder, self._clock())

    def hangs(self) -> bool:
        """Whether something has been in hand for longer than anything takes."""
        with self._lock:
            return any(time.monotonic() - since > LONGEST_S for since in self._since.values())

    def forgotten(self) -> list[tuple[str, work.Lane]]:
        """Returns the work that nobody does, with what no queue was ever told of."""
        at = self._clock()
        work.try_again(self._store, at)
        work.adopt(self._store, at - timedelta(seconds=ADOPTED_AFTER_S), at)
        return self._to_do(at)

    def take_over(self) -> list[tuple[str, work.Lane]]:
        """Ends the leases of a worker that has gone; returns all there is to do, in its order."""
        work.free_all(self._store)
        work.adopt(self._store, self._clock(), self._clock())
        return self._to_do(self._clock())

    def _to_do(self, at: datetime) -> list[tuple[str, work.Lane]]:
        corrections = correction_records.waiting(self._store)
        return work.free(self._store, at) + [(one, "words") for one in corrections]
