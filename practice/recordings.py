"""A whole folder of recordings locked, unlocked, or locked anew with another key.

Each file is replaced as a whole, so that a crash leaves every recording as it was or as it is to
be, and doing it again goes on from there. The program may run meanwhile.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from practice.durable import write_synced
from practice.store import Store, StoreError
from practice.vault import SETTING, DamagedRecording, KeyWanted, Vault, mark_in

NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Changed:
    """What became of the recordings of a folder.

    ``wanting`` are locked with a key that is not here, ``damaged`` no longer as they were locked;
    both were left as they are.
    """

    n_changed: int
    n_already: int
    wanting: tuple[str, ...]
    damaged: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether every recording is as it was to be."""
        return not self.wanting and not self.damaged


def lock_all(store: Store) -> Changed:
    """Locks every recording with the first key, also those locked with another key that is here.

    Raises:
        StoreError: there is no key, or a file cannot be written; what was done is done.
    """
    _needs_key(store)
    return _each(store, store.vault, store.vault.marks[0])


def unlock_all(store: Store) -> Changed:
    """Unlocks every recording, as they were before there was a key.

    Raises:
        StoreError: there is no key, or a file cannot be written; what was done is done.
    """
    _needs_key(store)
    return _each(store, Vault(), None)


def _needs_key(store: Store) -> None:
    if not store.vault.locks:
        raise StoreError(
            f"{SETTING} is not set; set it to a key that `between recordings new-key` printed."
        )


def _each(store: Store, into: Vault, mark: str | None) -> Changed:
    if mark is not None:  # before any is locked, so that it is known which key is wanted
        with store.change() as db:
            db["recording_keys"].insert({"mark": mark}, ignore=True)
    n_changed, n_already = 0, 0
    wanting, damaged = [], []
    for path in files(store):
        try:
            if mark_in(path) == mark:
                n_already += 1
                continue
            n_changed += _replaced(store, path, into)
        except FileNotFoundError:  # deleted by its owner since the folder was listed
            continue
        except KeyWanted:
            wanting.append(path.name)
        except DamagedRecording:
            damaged.append(path.name)
        except OSError as exc:
            raise StoreError(
                f"{path} could not be written ({exc.strerror}); free some space or mend the"
                " folder's permissions, and do it again: it goes on from here."
            ) from exc
    _note_marks(store)
    return Changed(n_changed, n_already, tuple(wanting), tuple(damaged))


def files(store: Store) -> Iterator[Path]:
    """Gives every recording's file, in the order of their names."""
    for path in sorted(store.recordings.iterdir()):
        if NAME.fullmatch(path.name) and path.is_file():
            yield path


def _replaced(store: Store, path: Path, into: Vault) -> int:
    new = into.lock(store.recording(path.name), path.name)
    with store.change():  # whoever deletes recordings does so in a change: none comes back
        if not path.exists():
            return 0
        times = path.stat()
        write_synced(path, new)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return 1


def _note_marks(store: Store) -> None:
    """Notes which keys are wanted from now on: those that a file is locked with."""
    marks = {mark for path in files(store) if (mark := _mark(path))}
    with store.change() as db:
        for row in store.rows("SELECT mark FROM recording_keys"):
            if row["mark"] not in marks:
                db.execute("DELETE FROM recording_keys WHERE mark = ?", (row["mark"],))


def _mark(path: Path) -> str | None:
    try:
        return mark_in(path)
    except FileNotFoundError:
        return None


def in_words(changed: Changed, did: str) -> str:
    """Returns what became of the recordings, for a person."""
    said = f"{did}: {changed.n_changed}; already so: {changed.n_already}."
    if changed.wanting:
        said += (
            f" {len(changed.wanting)} are locked with a key that is not in {SETTING} and were left"
            f" as they are; add it after a comma and do this again: {_some(changed.wanting)}."
        )
    if changed.damaged:
        said += (
            f" {len(changed.damaged)} are damaged and were left as they are; take them from a"
            f" backup: {_some(changed.damaged)}."
        )
    return said


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
