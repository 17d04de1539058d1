"""People and how they sign in: names, roles, passwords, sessions, lockout.

Passwords are kept as argon2id hashes, sessions as the sha256 of a random token, so that whoever
reads the database can sign in as nobody. Time is always an argument.
"""

import hashlib
import secrets
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, ConfigDict

from practice.attempts import LOCAL_PERSON
from practice.store import Store

Role = Literal["trainee", "instructor", "supervisor"]
ROLES: tuple[Role, ...] = get_args(Role)
SESSION_LASTS = timedelta(days=14)
SESSION_RESTS = timedelta(days=3)  # unused for as long as this, it ends
CLOCK_ERROR = timedelta(hours=1)  # what lies further ahead than this was kept by a wrong clock
SEEN_EVERY = timedelta(minutes=5)  # how often "last used" is written
MISSES_WITHIN = timedelta(minutes=15)
MAX_MISSES_PAIR = 5  # of one name from one address
MAX_MISSES_ADDRESS = 30  # of any names: a class behind one address mistypes too
MAX_MISSES_NAME = 30  # from any addresses: above the pair, so that nobody is locked out by others
MAX_NAME_CHARS = 80
NOT_IN_NAMES = frozenset("[]<>`")
MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 200  # hashing costs time, so a megabyte of password is refused
COMMON = frozenset({"1234567890", "qwertyuiop", "password123", "passwordpassword", "letmeinplease"})

# Of a row `a` of accounts: a password, or an institution's sign-in.
HAS_A_WAY_IN = "(a.password IS NOT NULL OR a.person IN (SELECT person FROM identities))"

hasher = PasswordHasher()


class AccountError(ValueError):
    """An account cannot be made, changed or used so; the message says what to do."""


class SignInError(AccountError):
    """Name and password do not fit, or there were too many tries."""


class Person(BaseModel):
    """Somebody, by a random id, with the name they sign in by and what they are here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    roles: frozenset[Role]


ALONE = Person(id=LOCAL_PERSON, name="You", roles=frozenset({"trainee"}))


def sha256(token: str) -> str:
    """Returns how a token is kept: whoever reads it cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in_name(name: str) -> str:
    """Returns the form in which names are compared: case, width and spaces do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def check_name(name: str) -> str:
    """Returns the name as it will be kept.

    Raises:
        AccountError: it is empty, too long, or has characters that cannot be seen.
    """
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not tidy or len(tidy) > MAX_NAME_CHARS or not tidy.isprintable():
        raise AccountError(f"A name has 1 to {MAX_NAME_CHARS} characters; {name[:90]!r} has not.")
    if NOT_IN_NAMES & set(tidy):  # they would make a picture or a link of a name on a button
        raise AccountError(f"A name is without any of {' '.join(sorted(NOT_IN_NAMES))}.")
    return tidy


def check_password(password: str, name: str) -> None:
    """Says what is wrong with a password that somebody wants to take.

    Raises:
        AccountError: it is too short, too long, very common, or the person's own name.
    """
    if len(password) < MIN_PASSWORD_CHARS:
        raise AccountError(
            f"Please take at least {MIN_PASSWORD_CHARS} characters; three or four words do well."
        )
    if len(password) > MAX_PASSWORD_CHARS:
        raise AccountError(f"Please take at most {MAX_PASSWORD_CHARS} characters.")
    plain = sign_in_name(password)
    if plain in COMMON or len(set(plain)) < 4 or plain == sign_in_name(name):
        raise AccountError("That one is easy to guess; three or four unrelated words do well.")


def add(store: Store, name: str, roles: Iterable[Role], at: datetime) -> Person:
    """Makes an account without a password: it waits for its one-time link to be used.

    Raises:
        AccountError: the name is taken or cannot be one, or there is no role.
    """
    tidy, wanted = check_name(name), frozenset(roles)
    if not wanted:
        raise AccountError(f"Give {tidy} at least one role: {', '.join(ROLES)}.")
    if find_by_name(store, tidy) is not None:
        raise AccountError(f"There is somebody called {tidy} already; add a second name or a year.")
    made = Person(id=uuid.uuid4().hex, name=tidy, roles=wanted)
    with store.change() as db:
        db["people"].insert({"id": made.id, "name": tidy, "created_at": at.isoformat()})
        db["accounts"].insert({"person": made.id, "sign_in_name": sign_in_name(tidy)})
        db["roles"].insert_all({"person": made.id, "role": role} for role in sorted(wanted))
    return made


def set_password(db: Any, person: Person, password: str) -> None:
    """Sets a password within a change, and ends every session the old one began.

    Raises:
        AccountError: the password is not good enough.
    """
    check_password(password, person.name)
    db.execute(
        "UPDATE accounts SET password = ? WHERE person = ?", (hasher.hash(password), person.id)
    )
    db.execute("DELETE FROM sessions WHERE person = ?", (person.id,))


def sign_in(store: Store, name: str, password: str, address: str, at: datetime) -> str:
    """Returns the token of a new session.

    Raises:
        SignInError: name and password do not fit (which of the two is not said), or there were
            too many tries of late by that name or from that address.
    """
    named = sha256(sign_in_name(name))
    _check_not_locked(store, named, address, at)
    rows = store.rows(
        "SELECT person, password, blocked_at FROM accounts WHERE sign_in_name = ?",
        sign_in_name(name),
    )
    kept = rows[0]["password"] if rows and rows[0]["blocked_at"] is None else None
    # Unknown names take as long as known ones, so that time does not tell them apart.
    fits = _verified(kept or _nobodys_hash(), password[: MAX_PASSWORD_CHARS + 1])
    if kept is None or not fits:
        with store.change() as db:
            db["sign_in_misses"].insert(
                {"name_sha256": named, "address": address, "at": at.isoformat()}
            )
        raise SignInError("That name and password do not go together. Please try once more.")
    person = rows[0]["person"]
    with store.change() as db:
        db.execute(
            "DELETE FROM sign_in_misses WHERE at < ? OR (name_sha256 = ? AND address = ?)",
            ((at - MISSES_WITHIN).isoformat(), named, address),
        )
        db.execute("DELETE FROM sessions WHERE ends_at < ?", (at.isoformat(),))
        if hasher.check_needs_rehash(kept):
            db.execute(
                "UPDATE accounts SET password = ? WHERE person = ?", (hasher.hash(password), person)
            )
        return begin_session(db, person, at)


def begin_session(db: Any, person: str, at: datetime) -> str:
    """Returns the token of a new session, kept within a change."""
    token = secrets.token_urlsafe(32)
    db["sessions"].insert(
        {
            "token_sha256": sha256(token),
            "person": person,
            "made_at": at.isoformat(),
            "seen_at": at.isoformat(),
            "ends_at": (at + SESSION_LASTS).isoformat(),
        }
    )
    return token


def whose(store: Store, token: str | None, at: datetime) -> Person | None:
    """Returns whose session a token is, or ``None`` if it is nobody's or has ended."""
    if not token or len(token) > MAX_PASSWORD_CHARS:
        return None
    rows = store.rows(
        "SELECT s.* FROM sessions s JOIN accounts a USING (person)"
        " WHERE s.token_sha256 = ? AND a.blocked_at IS NULL",
        sha256(token),
    )
    if not rows:
        return None
    seen_at = datetime.fromisoformat(rows[0]["seen_at"])
    if at >= datetime.fromisoformat(rows[0]["ends_at"]) or at - seen_at >= SESSION_RESTS:
        return None
    if datetime.fromisoformat(rows[0]["made_at"]) - at > CLOCK_ERROR:
        return None  # begun while the clock was ahead, so it would end far too late
    if at - seen_at >= SEEN_EVERY:
        with store.change() as db:
            db.execute(
                "UPDATE sessions SET seen_at = ? WHERE token_sha256 = ?",
                (at.isoformat(), sha256(token)),
            )
    return get(store, rows[0]["person"])


def sign_out(store: Store, token: str) -> None:
    """Ends the session of a token; one that is not there stays ended."""
    with store.change() as db:
        db.execute("DELETE FROM sessions WHERE token_sha256 = ?", (sha256(token),))


def sign_out_everywhere(store: Store, person: str) -> int:
    """Ends every session of a person; returns how many there were."""
    with store.change() as db:
        ended: int = db.execute("DELETE FROM sessions WHERE person = ?", (person,)).rowcount
    return ended


def get(store: Store, person: str) -> Person:
    """Returns the person of that id.

    Raises:
        AccountError: there is none.
    """
    rows = store.rows(
        "SELECT p.name, r.role FROM people p LEFT JOIN roles r ON r.person = p.id WHERE p.id = ?",
        person,
    )
    if not rows:
        raise AccountError("That person is not here; they may have been deleted.")
    roles = frozenset(row["role"] for row in rows if row["role"])
    return Person(id=person, name=rows[0]["name"], roles=roles)


def find_by_name(store: Store, name: str) -> Person | None:
    """Returns who signs in by that name, or ``None``."""
    rows = store.rows("SELECT person FROM accounts WHERE sign_in_name = ?", sign_in_name(name))
    return get(store, rows[0]["person"]) if rows else None


def any_accounts(store: Store) -> bool:
    """Returns whether anybody has an account with which they can sign in."""
    return bool(store.rows(f"SELECT 1 FROM accounts a WHERE {HAS_A_WAY_IN} LIMIT 1"))


def _check_not_locked(store: Store, named: str, address: str, at: datetime) -> None:
    since = (at - MISSES_WITHIN).isoformat()
    row = store.rows(
        "SELECT sum(name_sha256 = ?1 AND address = ?2) AS pair, sum(name_sha256 = ?1) AS name,"
        " sum(address = ?2) AS address FROM sign_in_misses WHERE at > ?3 AND at <= ?4",
        *(named, address, since, (at + CLOCK_ERROR).isoformat()),
    )[0]
    limits = {"pair": MAX_MISSES_PAIR, "name": MAX_MISSES_NAME, "address": MAX_MISSES_ADDRESS}
    if any((row[kind] or 0) >= limit for kind, limit in limits.items()):
        minutes = int(MISSES_WITHIN.total_seconds() // 60)
        raise SignInError(
            f"There were many tries that did not fit. Please wait {minutes} minutes, or ask your"
            " instructor for a link to set a new password."
        )


def _verified(kept: str, password: str) -> bool:
    try:
        return hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hasher.hash(secrets.token_hex(16))
