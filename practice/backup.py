"""A backup of the whole data folder as one file, and its restoring.

A zip of ``between.db``, ``recordings/<sha256>`` (locked or not, as they lie on disk),
``bank/<id>.mp3``, ``deleted.jsonl`` and ``manifest.json``, which names each with its size and
sha256. It is made while people practise: the database is copied first and a recording is on disk
before its row exists, so whatever the copy speaks of is there to be packed. Coming back,
everything is checked in a folder of its own before the data folder is touched, and what was there
before is put aside, never erased.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from practice import deletions, durable, ledger
from practice.backup_manifest import (
    DATABASE,
    LEDGER,
    MANIFEST,
    NAME,
    RECORDING,
    BackupError,
    Manifest,
    Packed,
    Restored,
    altered,
    read_manifest,
)
from practice.parcel import BROKEN_ZIP
from practice.store import Store, StoreError, problems_of
from practice.vault import DamagedRecording, KeyWanted, mark_in

CHUNK_BYTES = 1_000_000
ROOM_BYTES = 100_000_000  # what must stay free on the disk after a restore


def write(store: Store, file: Path, at: datetime) -> Manifest:
    """Makes a backup while the program runs; the file appears whole or not at all.

    Args:
        store: the data folder.
        file: where the backup goes; there must be nothing there yet.
        at: now, aware.

    Returns:
        what was packed.

    Raises:
        BackupError: there is something of that name, or it cannot be written.
        StoreError: the database cannot be read.
    """
    if file.exists():
        raise BackupError(f"There is already a file {file}; choose another name for the backup.")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as beside:
            copy, packing = Path(beside) / DATABASE, Path(beside) / "backup.zip"
            store.copy_database(copy)
            manifest = _pack(store, copy, packing, at)
            packing.chmod(0o600)  # people's voices
            durable.sync(packing)
            packing.replace(file)
            durable.sync(file.parent)
    except OSError as exc:
        raise BackupError(
            f"The backup {file} could not be written ({exc.strerror}); "
            "choose a folder with enough space that you can write to."
        ) from exc
    return manifest


def _pack(store: Store, copy: Path, packing: Path, at: datetime) -> Manifest:
    files: dict[str, Packed] = {}
    damaged: list[str] = []
    locked: dict[str, str] = {}
    with zipfile.ZipFile(packing, "w", zipfile.ZIP_STORED) as out:
        for name, path in _sources(store, copy):
            try:
                with path.open("rb") as source:
                    files[name] = _into_zip(out, name, source)
            except FileNotFoundError:  # deleted by its owner since the folder was listed
                continue
            recording = RECORDING.fullmatch(name)
            if recording and (mark := _mark(path)):
                locked[recording[1]] = mark
            if recording and not _whole(store, recording[1], files[name].sha256):
                damaged.append(recording[1])
        needed = _recordings_of(copy)
        manifest = Manifest(
            made_at=at,
            files=files,
            damaged=tuple(damaged),
            missing=tuple(sorted(one for one in needed if f"recordings/{one}" not in files)),
            locked=tuple(locked),
            marks=tuple(sorted(set(locked.values()))),
        )
        out.writestr(MANIFEST, manifest.model_dump_json(), zipfile.ZIP_DEFLATED)
    return manifest


def _mark(path: Path) -> str | None:
    try:
        return mark_in(path)
    except FileNotFoundError:
        return None


def _whole(store: Store, name: str, packed: str) -> bool:
    """Whether a recording is as it was saved; a locked one, as far as the keys here can tell."""
    if name == packed:
        return True
    try:
        return hashlib.sha256(store.recording(name)).hexdigest() == name
    except (KeyWanted, FileNotFoundError):
        return True
    except DamagedRecording:
        return False


def _sources(store: Store, copy: Path) -> Iterator[tuple[str, Path]]:
    yield DATABASE, copy
    if (store.folder / LEDGER).is_file():  # read after the copy: it knows all the copy lacks
        yield LEDGER, store.folder / LEDGER
    for part in ("recordings", "bank"):
        folder = store.folder / part
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            name = f"{part}/{path.name}"
            if NAME.fullmatch(name) and path.is_file():  # not what is still being written
                yield name, path


def _into_zip(out: zipfile.ZipFile, name: str, source: IO[bytes]) -> Packed:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED if name == DATABASE else zipfile.ZIP_STORED
    with out.open(info, "w", force_zip64=True) as packed:
        return _copied(source, packed)


def _copied(source: IO[bytes], target: IO[bytes], most: int | None = None) -> Packed:
    sha256, n_bytes = hashlib.sha256(), 0
    while chunk := source.read(CHUNK_BYTES):
        n_bytes += len(chunk)
        if most is not None and n_bytes > most:
            break  # more than was announced: the sizes will not agree
        sha256.update(chunk)
        target.write(chunk)
    return Packed(n_bytes=n_bytes, sha256=sha256.hexdigest())


def _recordings_of(database: Path) -> set[str]:
    copy = Store(database.parent)
    try:
        found = copy.rows("SELECT sha256 FROM recordings WHERE deleted_at IS NULL")
        return {str(row["sha256"]) for row in found}
    finally:
        copy.close()


def restore(
    file: Path, folder: Path, at: datetime, replace: bool = False, deleted: Path | None = None
) -> Restored:
    """Brings a backup back into a data folder, once all of it has been found whole.

    What was deleted since the backup is deleted again, as far as it is known: from the folder's
    own ledger, and from another one that is named.

    Args:
        file: the backup.
        folder: the data folder: missing or empty, unless ``replace``.
        at: now, aware; names the folder in which the old data are kept.
        replace: put what is in the folder aside, as ``<folder>-before-<time>``.
        deleted: the ledger of deletions of an old data folder, where there is one.

    Returns:
        what was restored.

    Raises:
        BackupError: the folder is not empty, or the backup is no backup, altered or incomplete;
            the folder is as it was.
    """
    full = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if full and not replace:
        raise BackupError(
            f"The folder {folder} is not empty; set BETWEEN_DATA to an empty one, or say --replace"
            " (what is there is put aside, not erased; stop the program first)."
        )
    lines = ledger.read(folder / LEDGER) + (ledger.given(deleted) if deleted else [])
    known = deleted is not None or (folder / DATABASE).exists()
    aside = folder.with_name(f"{folder.name}-before-{at:%Y%m%d-%H%M%S}")
    if full and aside.exists():
        raise BackupError(f"There is already a folder {aside}; move it, or wait a moment.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".restoring-") as beside:
            whole = Path(beside) / "data"
            manifest = _unpack(file, whole)
            restored = Store(whole)
            again = deletions.again(restored, lines, at)
            restored.close()
            if full:
                folder.replace(aside)
            elif folder.exists():
                folder.rmdir()
            whole.replace(folder)
        durable.sync(folder.parent)
    except OSError as exc:
        raise BackupError(
            f"The backup {file} could not be restored to {folder} ({exc.strerror or exc});"
            " choose a folder with enough space that you can write to."
        ) from exc
    return Restored(**manifest.model_dump(), **again.model_dump(), knows_later=known)


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    if not file.is_file():
        raise BackupError(f"There is no backup {file}; name a file that `between backup` made.")
    try:
        with zipfile.ZipFile(file) as packed:
            yield packed
    except (BackupError, StoreError):
        raise
    except BROKEN_ZIP as exc:
        raise BackupError(
            f"{file} is not a whole backup ({exc}); take another one. Nothing was changed."
        ) from exc


def _unpack(file: Path, whole: Path) -> Manifest:
    with _opened(file) as packed:
        manifest = read_manifest(packed, file)
        _enough_room(manifest, whole.parent)
        for part in ("recordings", "bank"):
            (whole / part).mkdir(parents=True)
        for name, expected in manifest.files.items():
            with packed.open(name) as source, (whole / name).open("wb") as target:
                found = _copied(source, target, expected.n_bytes)
                target.flush()
                os.fsync(target.fileno())
            if found != expected:
                raise altered(file, f"{name} is not what was packed")
    for problem in problems_of(whole / DATABASE):
        raise altered(file, f"its database is damaged: {problem}")
    try:
        lost = _recordings_of(whole / DATABASE) - set(manifest.missing)
    except StoreError as exc:
        raise BackupError(f"{exc} The backup is {file}.") from exc
    lost -= {name.removeprefix("recordings/") for name in manifest.files}
    if lost:
        raise altered(file, f"{len(lost)} recordings that its database speaks of are not in it")
    return manifest


def _enough_room(manifest: Manifest, folder: Path) -> None:
    needed = sum(one.n_bytes for one in manifest.files.values()) + ROOM_BYTES
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise BackupError(
            f"The backup needs {needed / 1e9:.1f} GB and {folder.parent} has {free / 1e9:.1f} GB"
            " free; free some space, or set BETWEEN_DATA to another disk. Nothing was changed."
        )
