"""The worker process: ``python -m practice.child``, started with the app and ended with it.

One works for a data folder at a time (a lock on a file says who). It leaves when its standard
input closes, which happens however the app ends, and can be killed at any moment: the rows say
what is left to do.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from practice import retention
from practice.accounts import AccountError
from practice.finisher import Finisher
from practice.lanes import N_OUT, QUEUE_FILE, Away, Heard, Lanes, QueueError, hear, redis_address
from practice.processes import leave_with_parent, lock
from practice.store import Store, StoreError
from practice.vault import VaultError
from practice.worker import now
from scoring.scorer import ScorerError, load_scorer
from speech.engines import Engine, EngineError, load_engine
from speech.recording import RecordingError
from speech.weights import WeightsError

log = logging.getLogger(__name__)

ROUND_S = 5.0  # how often leases are renewed and the forgotten looked for
NICENESS = 5  # the screens go first


def chosen_engine() -> Engine:
    """Returns the engine that the environment names.

    Raises:
        EngineError, WeightsError: it cannot be used here.
    """
    name = os.environ.get("BETWEEN_ENGINE", "faster-whisper")
    return load_engine(name, os.environ.get("BETWEEN_MODEL", "base"))


def serve(store: Store, finisher: Finisher, heard: Callable[[str], Heard], n: int) -> None:
    """Does the work of a data folder until the process ends."""
    lanes = _opened(store, finisher, heard)
    for attempt_id, lane in finisher.take_over():
        lanes.put(attempt_id, lane)
    for consumer in lanes.consumers(n):
        consumer.start()
    house_at = 0.0
    while True:
        time.sleep(ROUND_S)
        if time.monotonic() >= house_at:
            house_at = time.monotonic() + retention.EVERY_S
            _keep_house(store)
        if finisher.hangs():
            log.error("a reply has hung the worker; it starts anew")
            os._exit(3)
        try:
            finisher.renew()
            for attempt_id, lane in finisher.forgotten():
                if lanes.is_empty(lane):
                    lanes.put(attempt_id, lane)
        except QueueError as exc:
            log.warning("the worker starts anew: %s", exc)
            os._exit(4)
        except StoreError as exc:
            log.warning("the round was left out: %s", exc)


def _opened(store: Store, finisher: Finisher, heard: Callable[[str], Heard]) -> Lanes:
    try:
        lanes = Lanes(store.folder, finisher.finish, heard)
    except QueueError:  # its file cannot even be opened: nothing is kept in it alone
        for path in store.folder.glob(f"{QUEUE_FILE}*"):
            path.unlink()
        lanes = Lanes(store.folder, finisher.finish, heard)
    lanes.mend()
    return lanes


def _keep_house(store: Store) -> None:
    try:
        retention.tick(store, now())
    except (StoreError, AccountError, OSError) as exc:
        log.warning("recordings whose time is over could not be deleted yet: %s", exc)


def _warm() -> None:
    try:
        load_scorer()
        if redis_address() is None:
            chosen_engine()
    except (EngineError, WeightsError, ScorerError, OSError, ValueError) as exc:
        log.warning("not ready to transcribe and score: %s", exc)


def main() -> None:
    """Runs the worker process for the data folder of the environment."""
    logging.basicConfig(level=logging.WARNING, format="worker: %(levelname)s %(message)s")
    store = Store()
    held = lock(store.folder)
    if held is None:
        return
    leave_with_parent()
    threading.Thread(target=_warm, daemon=True).start()
    os.nice(NICENESS)
    address = redis_address()
    away = None if address is None else Away(address).hear
    finisher = Finisher(store, chosen_engine, load_scorer, now, f"process {os.getpid()}", away)

    def heard(path: str) -> Heard:
        laid = Path(path)  # by `QueuedWorker.hear`, locked if there is a key
        try:
            recording = store.vault.unlock(laid.read_bytes(), laid.name)
        except (VaultError, OSError) as exc:
            return {"trouble": str(exc)}
        if away is None:
            return hear(recording, chosen_engine)
        try:
            return {"transcript": away(recording).model_dump(mode="json")}
        except RecordingError as exc:
            return {"reason": exc.reason, "said": str(exc)}
        except EngineError as exc:
            return {"trouble": str(exc)}

    serve(store, finisher, heard, 1 if away is None else N_OUT)


if __name__ == "__main__":
    main()
