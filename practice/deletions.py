"""The erasing of people and replies, and its doing again after a backup brought them back."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from practice import accounts, belongings, ledger, retention
from practice.backup_manifest import LEDGER
from practice.durable import append_synced
from practice.ledger import Kind, Line
from practice.store import Store

RANDOM_ID = re.compile(r"[0-9a-f]{32}")  # that of an account: it can mean nothing else
LEFT = "left"  # stands for somebody who is gone, where only their id was kept


class Again(BaseModel):
    """How much was deleted again after a restore."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n_people: int = 0
    n_attempts: int = 0
    n_consents: int = 0


def erase_person(store: Store, owner: str, at: datetime) -> None:
    """Deletes a person with every row and file of theirs, and their id where only that is kept."""
    name = store.rows("SELECT name FROM people WHERE id = ?", owner)[0]["name"]
    with store.change() as db:
        belongings.erase(db, store, "people", [owner])
        db.execute(
            "DELETE FROM sign_in_misses WHERE name_sha256 = ?",
            (accounts.sha256(accounts.sign_in_name(name)),),
        )
        for table, column in _texts(store) if RANDOM_ID.fullmatch(owner) else ():
            db.execute(f"UPDATE [{table}] SET [{column}] = ? WHERE [{column}] = ?", (LEFT, owner))
    retention.drop_unowned(store, at)


def _texts(store: Store) -> list[tuple[str, str]]:
    """Every column that may hold an id without being a reference, but for the audit log's."""
    refers = {(one.table, one.column) for one in belongings.references(store)}
    return [
        (table, row["name"])
        for table in store.db.table_names()
        if table != "audit_log"
        for row in store.rows(f"PRAGMA table_info([{table}])")
        if row["type"] == "TEXT" and (table, row["name"]) not in refers and not row["pk"]
    ]


def erase_attempt(store: Store, attempt: str, at: datetime) -> None:
    """Deletes one attempt with all that followed from it, and its recording."""
    with store.change() as db:
        belongings.erase(db, store, "attempts", [attempt])
    retention.drop_unowned(store, at)


def again(store: Store, lines: Sequence[Line], at: datetime) -> Again:
    """Deletes anew what a restored folder brought back, and keeps the ledger with it.

    Everybody is signed out and every one-time link ends, for some of them had ended before.

    Args:
        store: the restored folder, not in use yet.
        lines: what is known from elsewhere; the folder's own ledger is read too.
        at: now, aware.
    """
    kept = ledger.read(store.folder / LEDGER)
    new = [line for line in dict.fromkeys(lines) if line not in set(kept)]
    if new:
        append_synced(store.folder / LEDGER, ledger.packed(new))
    lines = [*kept, *new]
    people = _matching(store, "people", "person", lines)
    for person in people:
        erase_person(store, person, at)
    replies = _matching(store, "attempts", "attempt", lines)
    for attempt in replies:
        erase_attempt(store, attempt, at)
    n_consents = _take_back_again(store, lines)
    with store.change() as db:
        db.execute("DELETE FROM sessions")
        db.execute("DELETE FROM one_time_links")
    store.scrub()
    return Again(n_people=len(people), n_attempts=len(replies), n_consents=n_consents)


def _known(lines: Sequence[Line], kind: Kind) -> Callable[[str], list[Line]]:
    """The lines that speak of an id, found by hashing it once for each salt there is."""
    by_hash: dict[str, list[Line]] = {}
    for line in lines:
        if line.kind == kind:
            by_hash.setdefault(line.sha256, []).append(line)
    salts = {line.salt for line in lines if line.kind == kind}
    return lambda named: [
        line for salt in salts for line in by_hash.get(ledger.hashed(salt, kind, named), ())
    ]


def _matching(store: Store, table: str, kind: Kind, lines: Sequence[Line]) -> list[str]:
    known = _known(lines, kind)
    return [
        row["id"]
        for row in store.rows(f"SELECT id, created_at FROM [{table}]")
        # One that was made after that is another: alone on one's computer, everybody is "me".
        if any(datetime.fromisoformat(row["created_at"]) < line.at for line in known(row["id"]))
    ]


def _take_back_again(store: Store, lines: Sequence[Line]) -> int:
    known = _known(lines, "consent")
    n = 0
    for row in store.rows(
        "SELECT person, purpose, max(at) AS at, given FROM consents c WHERE id ="
        " (SELECT max(id) FROM consents WHERE person = c.person AND purpose = c.purpose)"
        " GROUP BY person, purpose HAVING given = 1"
    ):
        since = datetime.fromisoformat(row["at"])
        later = [
            line.at
            for line in known(row["person"])
            if line.purpose == row["purpose"] and line.at > since
        ]
        if later:
            with store.change() as db:
                db["consents"].insert({**row, "given": 0, "at": max(later).isoformat()})
            n += 1
    return n
