"""One-time links: an invitation to take a way in, or a link to take a new one.

The link's token is kept as its sha256, works once, and ends; a newer link ends the older ones.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice import accounts, audit, identities
from practice.accounts import AccountError, Person
from practice.institution import Identity
from practice.store import Store

Kind = Literal["invite", "reset"]
LASTS: dict[Kind, timedelta] = {"invite": timedelta(days=7), "reset": timedelta(hours=24)}
FIRST_NAME = "First instructor"


class Link(BaseModel):
    """A link that still works, and whom it is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    person: Person
    ends_at: AwareDatetime


def opened(store: Store, token_sha256: str | None, at: datetime) -> Link:
    """Returns what a link is for, by the sha256 of its token.

    Raises:
        AccountError: it was used, is too old, or never was one.
    """
    rows = store.rows(
        "SELECT l.kind, l.person, l.ends_at FROM one_time_links l JOIN accounts a USING (person)"
        " WHERE l.token_sha256 = ? AND l.ends_at > ? AND l.made_at <= ? AND a.blocked_at IS NULL",
        *(token_sha256, at.isoformat(), (at + accounts.CLOCK_ERROR).isoformat()),
    )
    if not rows:
        raise AccountError(
            "This link has been used or is too old. Ask your instructor for a new one."
        )
    return Link(
        kind=rows[0]["kind"],
        person=accounts.get(store, rows[0]["person"]),
        ends_at=rows[0]["ends_at"],
    )


def use_identity(
    store: Store, token_sha256: str | None, identity: Identity, at: datetime, name: str | None
) -> tuple[Person, str]:
    """Links an institution's sign-in to the person a link is for, in place of a password.

    Raises:
        AccountError: the link cannot be used, or the identity is somebody else's.
    """

    def take(db: Any, person: Person) -> None:
        identities.link(db, store, person, identity, at)
        db.execute("DELETE FROM sessions WHERE person = ?", (person.id,))

    did = "linked an institution's sign-in"
    return redeem(store, token_sha256, take, did, at, name)


def redeem(
    store: Store,
    token_sha256: str | None,
    take: Callable[[Any, Person], None],
    did: str,
    at: datetime,
    name: str | None = None,
) -> tuple[Person, str]:
    """Uses up a link; returns its person and a new session's token.

    Args:
        store: the data folder.
        token_sha256: of the link.
        take: gives the person their way in, within the change.
        did: what the audit log calls that.
        at: now.
        name: what the first instructor is called, who was invited without a name.

    Raises:
        AccountError: the link or what is taken cannot be used; the link then still works.
    """
    person = opened(store, token_sha256, at).person
    if name is not None and person.name == FIRST_NAME:
        person = person.model_copy(update={"name": free_name(store, name)})
    with store.change() as db:
        ended = db.execute(
            "DELETE FROM one_time_links WHERE token_sha256 = ? AND ends_at > ?",
            (token_sha256, at.isoformat()),
        ).rowcount
        if not ended:  # somebody else was quicker with the same link
            raise AccountError("This link has just been used. Ask your instructor for a new one.")
        db.execute("DELETE FROM one_time_links WHERE person = ?", (person.id,))
        db.execute("UPDATE people SET name = ? WHERE id = ?", (person.name, person.id))
        db.execute(
            "UPDATE accounts SET sign_in_name = ? WHERE person = ?",
            (accounts.sign_in_name(person.name), person.id),
        )
        take(db, person)
        session = accounts.begin_session(db, person.id, at)
    audit.note(store, person.id, did, at, owner=person.id)
    return person, session


def free_name(store: Store, name: str) -> str:
    """Returns the name as it will be kept, if nobody has it.

    Raises:
        AccountError: somebody has, or it cannot be one.
    """
    tidy = accounts.check_name(name)
    if accounts.find_by_name(store, tidy) is not None:
        raise AccountError(f"There is somebody called {tidy} already.")
    return tidy


def make(store: Store, person: Person, kind: Kind, at: datetime) -> str:
    """Returns the token of a new link for somebody; it ends their older ones."""
    token = secrets.token_urlsafe(32)
    with store.change() as db:
        db.execute("DELETE FROM one_time_links WHERE person = ?", (person.id,))
        db["one_time_links"].insert(
            {
                "token_sha256": accounts.sha256(token),
                "kind": kind,
                "person": person.id,
                "made_at": at.isoformat(),
                "ends_at": (at + LASTS[kind]).isoformat(),
            }
        )
    return token
