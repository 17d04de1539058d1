"""Who comes from an institution's sign-in: links to people, and the way there and back.

A person is known by issuer and subject, linked once with a one-time link or while signed in.
Somebody on the way there carries one random secret in a cookie; the database keeps its sha256,
and what else the way needs (state, nonce, PKCE's verifier) is made from the secret, so that
whoever reads the database can finish nobody's way, and any web process can.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from practice import accounts, audit
from practice.accounts import AccountError, Person, sha256
from practice.institution import Identity
from practice.store import Store

Purpose = Literal["sign_in", "one_time_link", "account"]
TRIP_LASTS = timedelta(minutes=10)
MAX_TARGET_CHARS = 2000
BEGIN_AGAIN = "That took too long, or began in another window. Please begin once more."


class UnknownIdentityError(AccountError):
    """Somebody signed in at the institution whom nobody here has invited."""


class Trip(BaseModel):
    """What somebody set out for: to sign in, to use a one-time link, or to link their account."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: Purpose
    target: str = "/"  # where they go when they are back
    session: str | None = None  # sha256 of the session they set out from
    one_time_link: str | None = None  # sha256 of its token
    name: str | None = None  # what the first instructor wants to be called


@dataclass(frozen=True)
class Secret:
    """The random secret of one trip, and the three values made from it."""

    token: str

    @property
    def state(self) -> str:
        """What the institution sends back in the address."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """What the institution puts in the signed token."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """PKCE's verifier: 43 characters of base64url, as RFC 7636 asks."""
        return self._made("verifier")

    def _made(self, use: str) -> str:
        digest = hmac.digest(self.token.encode(), use.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Ways(BaseModel):
    """How a person can sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    password: bool
    issuers: tuple[str, ...]


def set_out(store: Store, trip: Trip, at: datetime) -> Secret:
    """Keeps what somebody sets out for; returns the secret for their cookie."""
    secret = Secret(secrets.token_urlsafe(32))
    target = trip.target if len(trip.target) <= MAX_TARGET_CHARS else "/"
    with store.change() as db:
        db.execute(
            "DELETE FROM sign_in_trips WHERE julianday(ends_at) <= julianday(?)", (at.isoformat(),)
        )
        db["sign_in_trips"].insert(
            {
                **trip.model_dump(),
                "target": target,
                "cookie_sha256": sha256(secret.token),
                "ends_at": (at + TRIP_LASTS).isoformat(),
            }
        )
    return secret


def came_back(store: Store, token: str, state: str, at: datetime) -> tuple[Trip, Secret]:
    """Returns what somebody had set out for, once.

    Raises:
        AccountError: this browser did not set out, took too long, or has been back already.
    """
    secret = Secret(token)
    if not hmac.compare_digest(secret.state.encode(), state.encode()):
        raise AccountError(BEGIN_AGAIN)  # the trip stays: a forged address must not end it
    with store.change() as db:
        rows = store.rows(
            "SELECT purpose, target, session, one_time_link, name FROM sign_in_trips"
            " WHERE cookie_sha256 = ? AND julianday(ends_at) > julianday(?)",
            *(sha256(token), at.isoformat()),
        )
        db.execute("DELETE FROM sign_in_trips WHERE cookie_sha256 = ?", (sha256(token),))
    if not rows:
        raise AccountError(BEGIN_AGAIN)
    return Trip.model_validate(rows[0]), secret


def sign_in(store: Store, identity: Identity, at: datetime) -> str:
    """Returns the token of a new session of whoever that identity is linked to.

    Raises:
        UnknownIdentityError: it is linked to nobody.
        AccountError: the person is blocked.
    """
    rows = store.rows(
        "SELECT i.person, a.blocked_at FROM identities i JOIN accounts a USING (person)"
        " WHERE i.issuer = ? AND i.subject = ?",
        *(identity.issuer, identity.subject),
    )
    if not rows:
        raise UnknownIdentityError(
            "Your institution knows you, but nobody has invited you here yet. Please ask an"
            " instructor for an invitation, and use the same sign-in when you open its link."
        )
    if rows[0]["blocked_at"] is not None:
        raise AccountError("Your account is closed at the moment. Please ask your instructor.")
    with store.change() as db:
        db.execute("DELETE FROM sessions WHERE ends_at < ?", (at.isoformat(),))
        return accounts.begin_session(db, rows[0]["person"], at)


def link(db: Any, store: Store, person: Person, identity: Identity, at: datetime) -> None:
    """Links an identity to a person within a change, in place of one of the same issuer.

    Raises:
        AccountError: it is somebody else's already.
    """
    key = (identity.issuer, identity.subject)
    rows = store.rows("SELECT person FROM identities WHERE issuer = ? AND subject = ?", *key)
    if rows and rows[0]["person"] != person.id:
        raise AccountError(
            "That sign-in already opens another account here, so it cannot open this one too."
            " Please ask your instructor if that is not right."
        )
    db.execute(
        "DELETE FROM identities WHERE person = ? AND issuer = ?", (person.id, identity.issuer)
    )
    db["identities"].insert(
        {
            "issuer": identity.issuer,
            "subject": identity.subject,
            "person": person.id,
            "linked_at": at.isoformat(),
        }
    )


def link_account(store: Store, person: Person, identity: Identity, at: datetime) -> None:
    """Links an identity to somebody who is signed in.

    Raises:
        AccountError: it is somebody else's already.
    """
    with store.change() as db:
        link(db, store, person, identity, at)
    audit.note(store, person.id, "linked an institution's sign-in", at, owner=person.id)


def unlink_account(store: Store, person: Person, at: datetime) -> None:
    """Takes every institution's sign-in from somebody, who has a password.

    Raises:
        AccountError: it is their only way in.
    """
    if not ways(store, person.id).password:
        raise AccountError(
            "It is your only way in, so it stays. Ask your instructor for a link to set a password"
            " first."
        )
    with store.change() as db:
        db.execute("DELETE FROM identities WHERE person = ?", (person.id,))
    audit.note(store, person.id, "unlinked an institution's sign-in", at, owner=person.id)


def ways(store: Store, person: str) -> Ways:
    """Returns how somebody can sign in."""
    rows = store.rows("SELECT password FROM accounts WHERE person = ?", person)
    linked = store.rows("SELECT issuer FROM identities WHERE person = ? ORDER BY issuer", person)
    return Ways(
        password=bool(rows and rows[0]["password"] is not None),
        issuers=tuple(one["issuer"] for one in linked),
    )
