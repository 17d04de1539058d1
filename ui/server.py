"""What the server itself needs, outside any screen: the mode, the store, its entry's parts."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from practice import accounts, invitations, privacy, processes, serving, users
from practice.store import Store, StoreError
from practice.worker import now

DAY_S = 24 * 60 * 60
log = logging.getLogger(__name__)


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
    if processes.NUMBER in os.environ:
        processes.leave_with_parent()
    if mode().accounts and processes.is_first():
        privacy.keep_days()  # a setting that cannot be read is said now, not in a day
        token = invitations.first_instructor(store(), now())
        if token is not None:
            print(  # noqa: T201 - only who starts the server may see it
                f"\n  Nobody has an account yet. The first instructor takes theirs here, once:\n"
                f"  {users.link(token)}\n",
                file=sys.stderr,
                flush=True,
            )
        clock = asyncio.create_task(_retention())
        yield {}
        clock.cancel()
    else:
        yield {}


async def _retention() -> None:
    """Deletes recordings whose time is over, once a day for as long as the server runs."""
    while True:
        try:
            await asyncio.to_thread(privacy.sweep, store(), now())
        except (StoreError, OSError) as exc:
            log.warning("recordings whose time is over could not be deleted yet: %s", exc)
        await asyncio.sleep(DAY_S)
