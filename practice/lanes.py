"""The queue: the only place that knows huey.

Two lanes in a file of the data folder, so that typed replies never wait behind recordings; they
carry attempts' ids only, for the database row is the truth. With ``BETWEEN_QUEUE=redis://…`` the
recordings are heard on other machines: a recording goes out, what was heard comes back, and those
machines need Redis and no database.

Messages are JSON: huey's own are pickles, which whoever can write to Redis could turn into code.
"""

import base64
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huey import RedisHuey, SqliteHuey
from huey.api import Huey
from huey.consumer import Consumer
from huey.exceptions import HueyException
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import SqliteStorage

from practice.store import StoreError
from practice.vault import Vault, VaultError, from_environment
from practice.work import Lane
from speech.engines import Engine, EngineError
from speech.models import Transcript
from speech.recording import RecordingError
from speech.transcribe import transcribe
from speech.weights import WeightsError

SETTING = "BETWEEN_QUEUE"
QUEUE_FILE = "queue.db"
LANES: tuple[Lane, ...] = ("recording", "words")
LOOK_S = 0.2  # how soon a worker sees what was put in its lane
ASK_AGAIN_S = 180.0  # a machine that took a recording and was not heard of again has gone
GIVE_UP_S = 600.0
OUT, BACK = "a recording out", "what was heard in it"  # what they are locked as
N_OUT = 8  # recordings that may be out on other machines at once

SQL_ERROR = SqliteStorage.operational_error.__base__  # sqlite3's DatabaseError

Heard = dict[str, Any]


def redis_address() -> str | None:
    """Returns where recordings are sent to be heard, or ``None`` if they are heard here."""
    named = os.environ.get(SETTING, "")
    return named if named.startswith(("redis://", "rediss://", "unix://")) else None


class Json(Serializer):  # type: ignore[misc]
    """Messages and results as JSON."""

    def _serialize(self, data: Any) -> bytes:
        kind = "message" if isinstance(data, Message) else "value"
        return json.dumps({kind: data}).encode()

    def _deserialize(self, data: bytes) -> Any:
        held = json.loads(bytes(data))
        return Message(*held["message"]) if "message" in held else held["value"]


def hear(source: Path | bytes, engine: Callable[[], Engine]) -> Heard:
    """Returns what is said in a recording, or why that cannot be told, as plain JSON values.

    A pure function of the recording, so doing it twice, or elsewhere, does no harm.
    """
    try:
        return {"transcript": transcribe(source, engine()).model_dump(mode="json")}
    except RecordingError as exc:
        return {"reason": exc.reason, "said": str(exc)}
    except (EngineError, WeightsError, OSError) as exc:
        return {"trouble": str(exc)}


def transcript(heard: Heard) -> Transcript:
    """Returns the transcript in what was heard.

    Raises:
        RecordingError: the recording cannot be used.
        EngineError: it could not be heard there now.
    """
    if "reason" in heard:
        raise RecordingError(heard["reason"], heard["said"])
    if "trouble" in heard:
        raise EngineError(heard["trouble"])
    return Transcript.model_validate(heard["transcript"])


@contextmanager
def _said_plainly(file: Path) -> Iterator[None]:
    try:
        yield
    except SQL_ERROR as exc:
        raise QueueError(
            f"The queue's file {file} cannot be used ({exc}); free some space, or stop the program"
            " and delete that one file: nothing is kept in it alone."
        ) from exc


class QueueError(StoreError):
    """The queue's file cannot be used; nothing is kept in it alone."""


class Lanes:
    """The two lanes of one data folder, as seen by who puts work in and by who does it."""

    def __init__(
        self,
        folder: Path,
        finish: Callable[[str], None] = lambda _: None,
        hear_file: Callable[[str], Heard] = lambda _: {},
    ) -> None:
        """Opens the lanes.

        Args:
            folder: the data folder.
            finish: takes an attempt to its end (only who does the work gives it).
            hear_file: writes down the recording in a file (likewise).
        """
        self._file = folder / QUEUE_FILE
        self._work = (finish, hear_file)
        self._register()

    def _register(self) -> None:
        finish, hear_file = self._work

        # Huey names a task by the module of its function, which both sides must agree on.
        def finish_here(attempt_id: str) -> None:
            finish(attempt_id)

        def hear_here(path: str) -> Heard:
            return hear_file(path)

        with _said_plainly(self._file):
            self._huey: dict[Lane, Huey] = {
                lane: SqliteHuey(lane, filename=str(self._file), serializer=Json())
                for lane in LANES
            }
        self._finish = {
            lane: huey.task(name="finish")(finish_here) for lane, huey in self._huey.items()
        }
        self._hear = self._huey["recording"].task(name="hear")(hear_here)

    def put(self, attempt_id: str, lane: Lane) -> None:
        """Says that an attempt is to be looked at.

        Raises:
            QueueError: the queue's file cannot be written.
        """
        with _said_plainly(self._file):
            self._finish[lane](attempt_id)

    def hear(self, path: Path, timeout_s: float) -> Heard:
        """Returns what is said in a file, after whatever recordings are in the lane.

        Raises:
            EngineError: nobody answered.
            QueueError: the queue's file cannot be written.
        """
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            with _said_plainly(self._file):
                try:
                    return dict(self._hear(str(path)).get(blocking=True, timeout=ASK_AGAIN_S))
                except HueyException:
                    continue  # the worker was stopped with the recording in hand
        raise EngineError("Nothing here could hear the recording; try again later.")

    def is_empty(self, lane: Lane) -> bool:
        """Whether there is nothing more in the lane to look at."""
        with _said_plainly(self._file):
            return not self._huey[lane].pending_count()

    def mend(self) -> None:
        """Makes the queue's file anew if it is damaged: nothing is kept in it alone.

        Only for whoever holds the lock on the folder's work.
        """
        try:
            for lane in LANES:
                self.is_empty(lane)
        except QueueError:
            for path in self._file.parent.glob(f"{QUEUE_FILE}*"):
                path.unlink()
            self._register()

    def consumers(self, n_recordings: int) -> list[Consumer]:
        """Returns the threads that do the work: so many for recordings, one for words."""
        counts: dict[Lane, int] = {"recording": n_recordings, "words": 1}
        return [_consumer(self._huey[lane], n) for lane, n in counts.items()]


def _consumer(huey: Huey, n: int) -> Consumer:
    return huey.create_consumer(
        workers=n, periodic=False, initial_delay=0.05, max_delay=LOOK_S, check_worker_health=True
    )


class Away:
    """Recordings out to other machines through Redis, and what they heard back."""

    def __init__(self, address: str, engine: Callable[[], Engine] | None = None) -> None:
        """Takes Redis's address, and for the machine that hears, its engine."""
        self.huey = RedisHuey("between", url=address, serializer=Json())

        def heard(recording: str) -> Heard:
            if engine is None:
                return {"trouble": "This machine only sends recordings out."}
            try:
                vault = from_environment()
                sound = vault.unlock(base64.b64decode(recording), OUT)
            except VaultError as exc:
                return {"trouble": str(exc)}
            return _locked(vault, hear(sound, engine))

        self._hear = self.huey.task(name="hear")(heard)

    def hear(self, recording: bytes) -> Transcript:
        """Returns what is said in a recording, heard on another machine.

        With a key, both the recording and what was heard are locked on their way.

        Raises:
            RecordingError: the recording cannot be used.
            EngineError: no machine answered.
        """
        vault = from_environment()
        sent = base64.b64encode(vault.lock(recording, OUT)).decode()
        until = time.monotonic() + GIVE_UP_S
        try:
            while time.monotonic() < until:
                answer = self._hear(sent)
                try:
                    heard = answer.get(blocking=True, timeout=ASK_AGAIN_S, max_delay=0.2)
                    return transcript(_unlocked(vault, heard))
                except HueyException:
                    answer.revoke()
        except OSError as exc:
            raise EngineError(_no_answer(f"Redis cannot be reached ({exc})")) from exc
        except Exception as exc:
            if type(exc).__module__.startswith("redis"):
                raise EngineError(_no_answer(f"Redis cannot be reached ({exc})")) from exc
            raise
        raise EngineError(_no_answer(f"no machine answered within {GIVE_UP_S / 60:.0f} minutes"))

    def consumer(self) -> Consumer:
        """Returns the thread that hears, on the machine that does."""
        return _consumer(self.huey, 1)


def _locked(vault: Vault, heard: Heard) -> Heard:
    if not vault.locks:
        return heard
    return {"locked": base64.b64encode(vault.lock(json.dumps(heard).encode(), BACK)).decode()}


def _unlocked(vault: Vault, heard: Heard) -> Heard:
    if "locked" not in heard:
        return heard
    try:
        found: Heard = json.loads(vault.unlock(base64.b64decode(heard["locked"]), BACK))
    except VaultError as exc:
        return {"trouble": str(exc)}
    return found


def _no_answer(why: str) -> str:
    return f"Recordings are heard on other machines, and {why}; see `between hear --help` there."
