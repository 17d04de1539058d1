"""Invitations and new links, made by instructors and the shell; blocking, and who is here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from practice import access, accounts, audit, invite_list, one_time_links
from practice.accounts import AccountError, Person, Role
from practice.one_time_links import FIRST_NAME, Kind, Link
from practice.store import Store


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
    return made, one_time_links.make(store, made, "invite", at)


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
    rows = store.rows(
        f"SELECT {accounts.HAS_A_WAY_IN} AS joined FROM accounts a WHERE person = ?", person.id
    )
    if not rows:
        raise AccountError(f"{person.name} has no account here.")
    kind: Kind = "reset" if rows[0]["joined"] else "invite"
    audit.note(store, actor.id, f"made a link to {kind}", at, owner=person.id)
    return kind, one_time_links.make(store, person, kind, at)


def first_instructor(store: Store, at: datetime) -> str | None:
    """Returns the token of the first instructor's invitation, or ``None`` if there is somebody.

    It is shown where the server is started, so that only who starts it can use it.
    """
    if accounts.any_accounts(store):
        return None
    waiting = accounts.find_by_name(store, FIRST_NAME)
    first = waiting or accounts.add(store, FIRST_NAME, ("instructor",), at)
    return one_time_links.make(store, first, "invite", at)


def opened(store: Store, token: str, at: datetime) -> Link:
    """Returns what a link is for.

    Raises:
        AccountError: it was used, is too old, or never was one.
    """
    return one_time_links.opened(store, accounts.sha256(token), at)


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

    def take(db: Any, person: Person) -> None:
        accounts.set_password(db, person, password)

    return one_time_links.redeem(store, accounts.sha256(token), take, "took a password", at, name)


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
        f"SELECT a.person, NOT {accounts.HAS_A_WAY_IN} AS waiting,"
        " a.blocked_at IS NOT NULL AS blocked,"
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
