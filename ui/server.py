"""What the server itself needs, outside any screen: the mode, the store, its entry's parts."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from practice import accounts, invitations, privacy, serving, users
from practice.store import Store
from practice.worker import now


@cache
def store() -> Store:
    """Returns the data folder, open, for the server's own routes."""
    return Store()


@cache
def mode() -> serving.Mode:
    """Returns whether people sign in, decided when it is first asked and not changed later."""
    address = st.get_option("server.address")
    return serving.mode(os.environ.get(serving.SETTING), address, accounts.any_accounts(store()))


def entry() -> dict[str, Any]:
    """Returns what `st.App` takes: routes, the guard around everything, what happens at start."""
    from ui import account_routes, guard  # they ask this module for the store

    return {
        "routes": account_routes.ROUTES if mode().accounts else [],
        "middleware": [Middleware(guard.Guard)],
        "lifespan": _started,
    }


@asynccontextmanager
async def _started(_app: Any) -> AsyncIterator[dict[str, Any]]:
    if mode().accounts:
        token = invitations.first_instructor(store(), now())
        if token is not None:
            print(  # noqa: T201 - only who starts the server may see it
                f"\n  Nobody has an account yet. The first instructor takes theirs here, once:\n"
                f"  {users.link(token)}\n",
                file=sys.stderr,
                flush=True,
            )
        privacy.sweep(store(), now())
    yield {}
