"""Whether the data folder is well: the database's pages, the recordings' bytes, the queue."""

import hashlib
from pathlib import Path

from practice.durable import SAVING
from practice.store import Store, problems_of
from practice.vault import DamagedRecording, KeyWanted, mark_in

LOOKED_AT_BYTES = 2_000_000_000  # of recordings, newest first: about a minute of reading
SHOWN = 3  # names in a message


def database_problems(path: Path) -> list[str]:
    """Returns what is wrong inside the database, a few words each; nothing if it is whole."""
    return problems_of(path) if path.exists() else []


def recordings(store: Store) -> tuple[int, list[str], list[str]]:
    """Looks at the recordings, newest first, as many as can be read in a minute.

    Those whose time is over are not missed, and of those locked with a key that is not here only
    the header is known.

    Returns:
        how many were looked at, which are missing, and which are no longer as they were saved.
    """
    missing, altered, n_looked, n_bytes = [], [], 0, 0
    for row in store.rows(
        "SELECT sha256 FROM recordings WHERE deleted_at IS NULL ORDER BY saved_at DESC"
    ):
        path = store.recording_path(row["sha256"])
        if n_bytes > LOOKED_AT_BYTES:
            break
        n_looked += 1
        if not path.exists():
            missing.append(row["sha256"])
            continue
        n_bytes += path.stat().st_size
        if not _as_saved(store, row["sha256"]):
            altered.append(row["sha256"])
    return n_looked, missing, altered


def _as_saved(store: Store, sha256: str) -> bool:
    try:
        return hashlib.sha256(store.recording(sha256)).hexdigest() == sha256
    except KeyWanted:
        return True
    except DamagedRecording:
        return False


def open_recordings(store: Store) -> int:
    """Returns how many recordings are not locked though there is a key to lock them with."""
    if not store.vault.locks:
        return 0
    return sum(
        mark_in(path) is None
        for path in store.recordings.iterdir()
        if path.is_file() and not path.name.startswith(SAVING)
    )


def stuck(store: Store) -> list[str]:
    """Returns why attempts cannot go on, each reason once."""
    rows = store.rows("SELECT DISTINCT trouble FROM work WHERE trouble IS NOT NULL")
    return [row["trouble"] for row in rows]


def listed(names: list[str]) -> str:
    """Returns the first few names, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
