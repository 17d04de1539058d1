"""Who is at the screen, told by the session's cookie; alone on this computer it is always me."""

import streamlit as st

from practice import access, accounts, attempts, lanes
from practice.accounts import ALONE, Person
from practice.attempts import Attempt
from practice.store import Store
from practice.worker import now
from ui import guard, server, state


def accounts_on() -> bool:
    """Returns whether people sign in here."""
    return server.mode().accounts


def place() -> str:
    """Returns where the words of the person at the screen are kept, as they would call it."""
    if lanes.redis_address() is not None:  # recordings are heard on other machines too
        return "your training place’s own computers" if accounts_on() else "your own computers"
    return "your training place’s own computer" if accounts_on() else "this computer"


def cookie() -> str | None:
    """Returns the session's token that the browser sent."""
    return st.context.cookies.get(guard.COOKIE)


def enter() -> Person | None:
    """Returns who is at the screen, for this run and for `state.person`; ``None`` for nobody.

    Whatever the session held of somebody else is forgotten first.
    """
    person = accounts.whose(server.store(), cookie(), now()) if accounts_on() else ALONE
    state.enter(None if person is None else person.id)
    return person


def own(store: Store, attempt_id: str | None) -> Attempt | None:
    """Returns the attempt of that id if it is the person's own, else ``None``.

    Every id from an address goes through here: one that is guessed shows nothing.
    """
    found = attempts.find(store, attempt_id) if attempt_id else None
    if found is None or not access.may(store, current(), "practise", found.person):
        return None
    return found


def may_author() -> bool:
    """Returns whether the person may write vignettes, and so see their drafts."""
    return access.may(server.store(), current(), "author", access.EVERYONE)


def name_of(person: str | None) -> str:
    """Returns what somebody is called here, also where they have left."""
    try:
        return accounts.get(server.store(), person or "").name
    except accounts.AccountError:
        return "Somebody who has left"


def current() -> Person:
    """Returns who is at the screen, looked up again.

    Raises:
        AccountError: nobody is any more.
    """
    if not accounts_on():
        return ALONE
    person = accounts.whose(server.store(), cookie(), now())
    if person is None:
        raise accounts.AccountError("You are signed out. Please sign in again.")
    return person
