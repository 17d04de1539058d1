"""What the program's processes have in common: one worker a folder, none left without its parent.

Light on purpose: whoever looks after the others imports this and little else.
"""

import os
import sys
import threading
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).parent.parent
LOCK_FILE = "worker.lock"
WORKER_MODULE = "practice.child"
NUMBER = "BETWEEN_PROCESS"  # which of several web processes this is, from 1; unset: the only one
# glibc's heap a thread costs a worker 170 MB: docs/decisions/0008
WORKER_MEMORY = {"MALLOC_ARENA_MAX": "1"}


def can_run() -> bool:
    """Whether this system has what the worker process needs."""
    return fcntl is not None


def lock(folder: Path) -> IO[str] | None:
    """Returns the lock on a data folder's work, held until it is closed; ``None`` if it is held."""
    held = (folder / LOCK_FILE).open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        return None
    return held


def is_first() -> bool:
    """Whether this web process does what only one of several must do."""
    return os.environ.get(NUMBER, "1") == "1"


def leave_with_parent() -> None:
    """Ends this process as soon as whoever started it is gone, however that ended.

    Its standard input is a pipe from there, never written to, which closes then.
    """
    threading.Thread(target=_leave, daemon=True, name="leave-with-parent").start()


def _leave() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def with_root(path: str | None) -> str:
    """Returns a ``PYTHONPATH`` on which this program is found, before whatever was there."""
    return os.pathsep.join(one for one in (str(ROOT), path) if one)
