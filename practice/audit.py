"""Who saw and changed what, only ever added to (the database refuses anything else).

Rows name people by their ids, which mean nothing once a person is deleted, and never hold words
of anybody's.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice.store import Store

SAME_LOOK = timedelta(minutes=10)  # a page that is drawn again is one look, not many


class Seen(BaseModel):
    """One row: who did what with whose, and whether they were allowed to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    actor: str
    action: str
    owner: str | None
    subject: str | None
    allowed: bool


def note(
    store: Store,
    actor: str,
    action: str,
    at: datetime,
    *,
    owner: str | None = None,
    subject: str | None = None,
    allowed: bool = True,
    always: bool = False,
) -> None:
    """Adds a row, unless the same one was added within the last ten minutes.

    A change is no look, and is noted every time: ``always``.
    """
    same = store.rows(
        "SELECT at FROM audit_log WHERE actor = ? AND action = ? AND owner IS ? AND subject IS ?"
        " AND allowed = ? ORDER BY id DESC LIMIT 1",
        *(actor, action, owner, subject, int(allowed)),
    )
    if not always and same and abs(at - datetime.fromisoformat(same[0]["at"])) < SAME_LOOK:
        return
    with store.change() as db:
        db["audit_log"].insert(_row(at, actor, action, owner, subject, allowed))


def note_all(
    store: Store,
    actor: str,
    action: str,
    at: datetime,
    owners: Mapping[str, bool],
    *,
    subject: str | None = None,
) -> None:
    """Adds a row for each of several owners, in one change; looks of the last minutes as `note`.

    Args:
        store: the data folder.
        actor: who did it.
        action: what they did.
        at: now.
        owners: whose it was, each with whether it was allowed.
        subject: what it was.
    """
    same = store.rows(
        "SELECT owner, allowed FROM audit_log WHERE actor = ? AND action = ? AND subject IS ?"
        " AND owner IN (SELECT value FROM json_each(?))"
        " AND julianday(at) > julianday(?) AND julianday(at) < julianday(?)",
        *(actor, action, subject, json.dumps(list(owners))),
        *((at - SAME_LOOK).isoformat(), (at + SAME_LOOK).isoformat()),
    )
    known = {(row["owner"], bool(row["allowed"])) for row in same}
    new = [(owner, allowed) for owner, allowed in owners.items() if (owner, allowed) not in known]
    if not new:
        return
    with store.change() as db:
        db["audit_log"].insert_all(
            _row(at, actor, action, owner, subject, allowed) for owner, allowed in new
        )


def _row(
    at: datetime, actor: str, action: str, owner: str | None, subject: str | None, allowed: bool
) -> dict[str, Any]:
    return {
        "at": at.isoformat(),
        "actor": actor,
        "action": action,
        "owner": owner,
        "subject": subject,
        "allowed": int(allowed),
    }


def about(store: Store, person: str, limit: int = 200) -> list[Seen]:
    """Returns what others did, or tried to do, with what is this person's; newest first."""
    rows = store.rows(
        "SELECT at, actor, action, owner, subject, allowed FROM audit_log"
        " WHERE owner = ? AND actor <> ? ORDER BY id DESC LIMIT ?",
        *(person, person, limit),
    )
    return [Seen.model_validate(row) for row in rows]


def all_about(store: Store, person: str) -> list[Seen]:
    """Returns every row in which the person acted or was acted upon, oldest first."""
    rows = store.rows(
        "SELECT at, actor, action, owner, subject, allowed FROM audit_log"
        " WHERE owner = ? OR actor = ? ORDER BY id",
        *(person, person),
    )
    return [Seen.model_validate(row) for row in rows]
