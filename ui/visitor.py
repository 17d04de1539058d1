"""Who is at the screen, told by the session's cookie; alone on this computer it is always me."""

import streamlit as st

from practice import accounts
from practice.accounts import ALONE, Person
from practice.worker import now
from ui import guard, server, state


def accounts_on() -> bool:
    """Returns whether people sign in here."""
    return server.mode().accounts


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
