"""The ledger of deletions: what was deleted stays deleted, also when a backup brings it back.

``deleted.jsonl`` in the data folder has a line for each person and reply deleted and each consent
taken back: when, and a salted hash of the id, so that the row is known again in a restored backup
and the line tells nobody anything. It is written before what it speaks of is done.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from practice.backup_manifest import LEDGER, BackupError
from practice.durable import append_synced
from practice.store import Store, StoreError

Kind = Literal["person", "attempt", "consent"]
Hex = Field(pattern=r"^[0-9a-f]{32,64}$")


class Line(BaseModel):
    """One line of the ledger; ``purpose`` is that of a consent taken back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    salt: str = Hex
    sha256: str = Hex
    purpose: str | None = Field(default=None, max_length=40)
    at: AwareDatetime


def note(store: Store, kind: Kind, named: str, at: datetime, purpose: str | None = None) -> None:
    """Adds a line to the ledger, before what it speaks of is done.

    Raises:
        StoreError: it cannot be written; nothing was deleted.
    """
    file = store.folder / LEDGER
    lines = read(file)
    salt = lines[-1].salt if lines else secrets.token_hex(16)
    line = Line(kind=kind, salt=salt, sha256=hashed(salt, kind, named), purpose=purpose, at=at)
    try:
        append_synced(file, packed([line]))
    except OSError as exc:
        raise StoreError(
            f"The ledger of deletions {file} cannot be written ({exc.strerror}), so nothing was"
            " deleted; free some space or mend the folder's permissions, and do it again."
        ) from exc


def packed(lines: Iterable[Line]) -> bytes:
    """Returns lines as they stand in the file."""
    # Each begins on a line of its own, even after one that a crash has cut short.
    return b"".join(b"\n" + line.model_dump_json().encode() + b"\n" for line in lines)


def hashed(salt: str, kind: Kind, named: str) -> str:
    """Returns what stands for an id."""
    return hashlib.sha256(f"{salt}/{kind}/{named}".encode()).hexdigest()


def read(file: Path) -> list[Line]:
    """Returns the lines of a ledger, oldest first; none if there is no such file."""
    if not file.is_file():
        return []
    found = []
    for text in file.read_text("utf-8", "replace").splitlines():
        try:
            found.append(Line.model_validate_json(text))
        except ValidationError:  # cut short by a crash: what it spoke of was not deleted then
            continue
    return found


def given(file: Path) -> list[Line]:
    """Returns the lines of a ledger that somebody names.

    Raises:
        BackupError: it is none.
    """
    lines = read(file)
    if not lines:
        raise BackupError(
            f"{file} is no ledger of deletions; name the file {LEDGER} of the old data folder."
        )
    return lines
