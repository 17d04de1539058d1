"""One-time links: an invitation to take a password, or a link to set a new one.

The link's token is kept as its sha256, works once, and ends; a newer link ends the older ones.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice import access, accounts, audit, invite_list
from practice.accounts import AccountError, Person, Role
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


class Member(BaseModel):
    """Somebody with an account, as an instructor sees them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: Person
    state: Literal["invited", "active", "blocked"]
    n_sessions: int


def invite(
    store: Store, actor: Person, name: str, roles: Iterable[Role], at: datetime
) -> tuple[Person, str]:
    """Makes an account and returns the person with the token of their invitation.

    Raises:
        AccessError: the actor may not.
        AccountError: the name is taken or cannot be one, or there is no role.
    """
    access.check(store, actor, "manage_people", "everyone", at)
    made = accounts.add(store, name, roles, at)
    audit.note(store, actor.id, "invited", at, owner=made.id)
    return made, _make(store, made, "invite", at)


def invite_many(store: Store, actor: Person, text: str, at: datetime) -> list[tuple[Person, str]]:
    """Invites everybody in a CSV: a line each, the name, then roles (trainee if there are none).

    Raises:
        AccessError: the actor may not.
        ListError: a line cannot be used; nobody has been invited then.
    """
    access.check(store, actor, "manage_people", "everyone", at)
    wanted = invite_list.read(store, text)
    return [invite(store, actor, name, roles, at) for name, roles in wanted]


def new_link(store: Store, actor: Person, person: Person, at: datetime) -> tuple[Kind, str]:
    """Returns a new link for somebody: an invitation if they never took a password.

    Raises:
        AccessError: the actor may not.
    """
    access.check(store, actor, "manage_people", person.id, at)
    rows = store.rows("SELECT password FROM accounts WHERE person = ?", person.id)
    if not rows:
        raise AccountError(f"{person.name} has no account here.")
    kind: Kind = "invite" if rows[0]["password"] is None else "reset"
    audit.note(store, actor.id, f"made a link to {kind}", at, owner=person.id)
    return kind, _make(store, person, kind, at)


def first_instructor(store: Store, at: datetime) -> str | None:
    """Returns the token of the first instructor's invitation, or ``None`` if there is somebody.

    It is shown where the server is started, so that only who starts it can use it.
    """
    if accounts.any_accounts(store):
        return None
    waiting = accounts.find_by_name(store, FIRST_NAME)
    first = waiting or accounts.add(store, FIRST_NAME, ("instructor",), at)
    return _make(store, first, "invite", at)


def opened(store: Store, token: str, at: datetime) -> Link:
    """Returns what a link is for.

    Raises:
        AccountError: it was used, is too old, or never was one.
    """
    rows = store.rows(
        "SELECT l.kind, l.person, l.ends_at FROM one_time_links l JOIN accounts a USING (person)"
        " WHERE l.token_sha256 = ? AND l.ends_at > ? AND a.blocked_at IS NULL",
        *(accounts.sha256(token), at.isoformat()),
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


def use(
    store: Store, token: str, password: str, at: datetime, *, name: str | None = None
) -> tuple[Person, str]:
    """Sets the password of the person a link is for; returns them and a new session's token.

    Args:
        store: the data folder.
        token: of the link.
        password: the new one.
        at: now.
        name: what the first instructor is called, who was invited without a name.

    Raises:
        AccountError: the link or the password cannot be used; the link then still works.
    """
    person = opened(store, token, at).person
    if name is not None and person.name == FIRST_NAME:
        person = person.model_copy(update={"name": accounts.check_name(name)})
        if accounts.find_by_name(store, person.name) is not None:
            raise AccountError(f"There is somebody called {person.name} already.")
    accounts.check_password(password, person.name)
    with store.change() as db:
        ended = db.execute(
            "DELETE FROM one_time_links WHERE token_sha256 = ? AND ends_at > ?",
            (accounts.sha256(token), at.isoformat()),
        ).rowcount
        if not ended:  # somebody else was quicker with the same link
            raise AccountError("This link has just been used. Ask your instructor for a new one.")
        db.execute("DELETE FROM one_time_links WHERE person = ?", (person.id,))
        db.execute("UPDATE people SET name = ? WHERE id = ?", (person.name, person.id))
        db.execute(
            "UPDATE accounts SET sign_in_name = ? WHERE person = ?",
            (accounts.sign_in_name(person.name), person.id),
        )
        accounts.set_password(db, person, password)
        session = accounts.begin_session(db, person.id, at)
    audit.note(store, person.id, "took a password", at, owner=person.id)
    return person, session


def block(store: Store, actor: Person, person: Person, at: datetime) -> None:
    """Ends somebody's sessions and links, and lets them sign in no more; nothing is deleted.

    Raises:
        AccessError: the actor may not.
        AccountError: it is the actor, or the last instructor who can sign in.
    """
    access.check(store, actor, "manage_people", person.id, at)
    if actor.id == person.id:
        raise AccountError("You cannot block yourself; another instructor can.")
    with store.change() as db:
        db.execute(
            "UPDATE accounts SET blocked_at = ? WHERE person = ?", (at.isoformat(), person.id)
        )
        db.execute("DELETE FROM sessions WHERE person = ?", (person.id,))
        db.execute("DELETE FROM one_time_links WHERE person = ?", (person.id,))
    audit.note(store, actor.id, "blocked", at, owner=person.id)


def unblock(store: Store, actor: Person, person: Person, at: datetime) -> None:
    """Lets somebody sign in again, with the password they had.

    Raises:
        AccessError: the actor may not.
    """
    access.check(store, actor, "manage_people", person.id, at)
    with store.change() as db:
        db.execute("UPDATE accounts SET blocked_at = NULL WHERE person = ?", (person.id,))
    audit.note(store, actor.id, "unblocked", at, owner=person.id)


def end_sessions(store: Store, actor: Person, person: Person, at: datetime) -> int:
    """Signs somebody out everywhere; returns in how many places they were signed in.

    Raises:
        AccessError: the actor may not.
    """
    access.check(store, actor, "manage_people", person.id, at)
    audit.note(store, actor.id, "signed out everywhere", at, owner=person.id)
    return accounts.sign_out_everywhere(store, person.id)


def members(store: Store, actor: Person, at: datetime) -> list[Member]:
    """Returns everybody with an account, by name.

    Raises:
        AccessError: the actor may not.
    """
    access.check(store, actor, "manage_people", "everyone", at)
    rows = store.rows(
        "SELECT a.person, a.password IS NULL AS waiting, a.blocked_at IS NOT NULL AS blocked,"
        " (SELECT count(*) FROM sessions s WHERE s.person = a.person AND s.ends_at > ?) AS n"
        " FROM accounts a ORDER BY a.sign_in_name",
        at.isoformat(),
    )
    return [
        Member(
            person=accounts.get(store, row["person"]),
            state="blocked" if row["blocked"] else "invited" if row["waiting"] else "active",
            n_sessions=row["n"],
        )
        for row in rows
    ]


def _make(store: Store, person: Person, kind: Kind, at: datetime) -> str:
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
