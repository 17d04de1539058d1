"""What a backup says of itself, and whether what it holds agrees with that."""

import re
import stat
import zipfile
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

DATABASE = "between.db"
LEDGER = "deleted.jsonl"
MANIFEST = "manifest.json"
RECORDING = re.compile(r"recordings/([0-9a-f]{64})")
NAME = re.compile(
    rf"{re.escape(DATABASE)}|{re.escape(LEDGER)}|{RECORDING.pattern}"
    r"|bank/[a-z0-9][a-z0-9-]{0,80}\.mp3"
)
LARGEST_MANIFEST_BYTES = 100_000_000  # half a million recordings
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class BackupError(ValueError):
    """A backup cannot be made or brought back; the data folder is as it was."""


class Packed(BaseModel):
    """One file of a backup, as it must come out again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n_bytes: int = Field(ge=0)
    sha256: Sha256


class Manifest(BaseModel):
    """What a backup holds.

    ``damaged`` are recordings that were already altered on disk when they were packed, ``missing``
    those that the database speaks of and the disk no longer had; ``locked`` are packed as they lie
    on disk, encrypted with the keys of these ``marks``, which a backup never holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["between-sessions backup 1"] = "between-sessions backup 1"
    made_at: AwareDatetime
    files: dict[str, Packed]
    damaged: tuple[Sha256, ...] = ()
    missing: tuple[Sha256, ...] = ()
    locked: tuple[Sha256, ...] = ()
    marks: tuple[str, ...] = ()


class Restored(Manifest):
    """What was restored, and what was then deleted again because its owner had deleted it."""

    n_people: int = 0
    n_attempts: int = 0
    n_consents: int = 0
    knows_later: bool = False  # whether anything was known of deletions after the backup


def altered(file: Path, why: str) -> BackupError:
    """Returns the error that says why a backup is refused."""
    return BackupError(f"{file} cannot be trusted: {why}; take another backup. Nothing changed.")


def read_manifest(packed: zipfile.ZipFile, file: Path) -> Manifest:
    """Returns a backup's manifest, once every name in the zip has been found to be in it.

    Raises:
        BackupError: it holds what no backup holds, or not what its manifest says.
    """
    entries = packed.infolist()
    names = [one.filename for one in entries]
    for one in entries:
        kind = stat.S_IFMT(one.external_attr >> 16)
        if one.filename != MANIFEST and not NAME.fullmatch(one.filename):
            raise altered(file, f"it holds {one.filename[:80]!r}, which no backup holds")
        if kind not in (0, stat.S_IFREG) or one.flag_bits & 1 or names.count(one.filename) > 1:
            raise altered(file, f"{one.filename[:80]!r} is a link, locked or there twice")
    if MANIFEST not in names or packed.getinfo(MANIFEST).file_size > LARGEST_MANIFEST_BYTES:
        raise altered(file, f"it has no {MANIFEST}")
    with packed.open(MANIFEST) as source:
        try:
            manifest = Manifest.model_validate_json(source.read(LARGEST_MANIFEST_BYTES))
        except ValidationError as exc:
            raise altered(file, f"its {MANIFEST} cannot be read") from exc
    if {*manifest.files, MANIFEST} != set(names) or DATABASE not in manifest.files:
        raise altered(file, f"what it holds is not what its {MANIFEST} says")
    for name, one_file in manifest.files.items():
        recording = RECORDING.fullmatch(name)
        kept_as_is = {*manifest.damaged, *manifest.locked}
        if recording and recording[1] != one_file.sha256 and recording[1] not in kept_as_is:
            raise altered(file, f"{name} is another recording")
    return manifest


def in_words(manifest: Manifest) -> str:
    """Returns what a backup holds, for a person: how much, and what was already not well."""
    n = sum(1 for name in manifest.files if RECORDING.fullmatch(name))
    size = sum(one.n_bytes for one in manifest.files.values())
    said = f"the database and {n} recording{'' if n == 1 else 's'}, {size / 1e6:.1f} MB"
    for what, ones in (("damaged", manifest.damaged), ("missing", manifest.missing)):
        if ones:
            said += f"; {len(ones)} recording(s) were already {what}: {', '.join(ones)[:200]}"
    if manifest.locked:
        said += (
            f"; {len(manifest.locked)} of the recordings are locked with the key"
            f" {', '.join(manifest.marks)}, which is not in it: keep that key in another place,"
            " for without it nobody can hear them"
        )
    return said


def again_in_words(restored: Restored) -> str:
    """Returns what was deleted again after a restore, and what could not be known."""
    if not restored.knows_later:
        return (
            "This folder knows of no deletion made since the backup: whoever was deleted after it"
            " is back. If the old machine's deleted.jsonl can be had, restore again with"
            " --deleted FILE; otherwise delete them again."
        )
    return (
        f"Deleted again, as their owners had wished: {restored.n_people} people and"
        f" {restored.n_attempts} further replies; consents taken back again:"
        f" {restored.n_consents}."
    )
