"""Files that are there whole or not at all, whatever happens while they are written."""

import os
import tempfile
from pathlib import Path

SAVING = ".saving-"  # begins the name of a file that is still being written


def write_synced(path: Path, data: bytes) -> None:
    """Writes a file and waits until the disk has it; what was there before is replaced."""
    # Written beside and renamed: a crash leaves either no file or the whole file.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=SAVING)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync(path.parent)


def append_synced(path: Path, data: bytes) -> None:
    """Adds to the end of a file, in one piece, and waits until the disk has it."""
    new = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    if new:
        sync(path.parent)


def sync(path: Path) -> None:
    """Waits until the disk has a file's bytes, or a folder's names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
