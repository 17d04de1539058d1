"""What the server itself needs, outside any screen: the mode, the store, its entry's parts."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from practice import accounts, institution, invitations, processes, retention, serving, users
from practice.institution import Institution
from practice.store import Store, StoreError
from practice.worker import now

SETTLED_S = 20.0  # the first page goes first
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


@cache
def base() -> str:
    """Returns what every address of the app begins with: "" or, say, "/practice"."""
    named = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{named}" if named else ""


def at(path: str) -> str:
    """Returns the address of one of our own paths, as a browser is to ask for it."""
    return base() + path


def started_at() -> str:
    """Returns the address at which whoever starts the server opens it, as it is configured."""
    return serving.local_url(
        st.get_option("server.address"),
        int(st.get_option("server.port")),
        base(),
        secure=bool(st.get_option("server.sslCertFile")),
    )


def seen_at(in_browser: str | None) -> str:
    """Returns the address of the app for a link made on a page.

    Args:
        in_browser: the page's address as the browser says it, or ``None`` where it says none.
    """
    found = urlsplit(in_browser or "")
    if found.scheme not in ("http", "https") or not found.hostname:
        return serving.known_url() or started_at()
    return serving.known_url() or f"{found.scheme}://{found.netloc.rpartition('@')[2]}{base()}"


@cache
def sign_in_elsewhere() -> Institution | None:
    """Returns the institution whose sign-in is offered; ``None`` if none is set, or set right."""
    try:
        return institution.from_settings()
    except accounts.AccountError:
        return None  # said when the server starts; passwords work meanwhile


def entry() -> dict[str, Any]:
    """Returns what `st.App` takes: routes, the guard around everything, what happens at start."""
    from ui import account_routes, guard, institution_routes  # they ask this module for the store

    try:
        with_accounts = mode().accounts
    except StoreError as exc:
        raise SystemExit(f"Between Sessions cannot start: {exc}") from exc
    if with_accounts:
        problem = serving.address_problem(base(), os.environ.get(serving.URL))
        if problem is not None:
            raise SystemExit(problem)
    ours = [*account_routes.ROUTES, *institution_routes.ROUTES]
    return {
        "routes": [
            Route(at(one.path), one.endpoint, methods=list(one.methods or ())) for one in ours
        ]
        if with_accounts
        else [],
        "middleware": [Middleware(guard.Guard)],
        "lifespan": _started,
    }


@asynccontextmanager
async def _started(_app: Any) -> AsyncIterator[dict[str, Any]]:
    if processes.NUMBER in os.environ:
        processes.leave_with_parent()
    if not processes.is_first():  # what follows is for one of several
        yield {}
        return
    retention.keep_days()  # a setting that cannot be read is said now, not in an hour
    trouble = store().key_trouble()
    if trouble is not None:
        log.warning("%s", trouble)
    if mode().accounts:
        told = institution.described()
        if told is not None and not told[0]:
            _say(told[1])
        token = invitations.first_instructor(store(), now())
        if token is not None:
            _say(
                "Nobody has an account yet. The first instructor takes theirs here, once:\n"
                f"  {users.link(token, started_at())}"
            )
    clock = asyncio.create_task(_retention())
    yield {}
    clock.cancel()


def _say(text: str) -> None:
    """Tells whoever starts the server, and only them."""
    print(f"\n  {text}\n", file=sys.stderr, flush=True)  # noqa: T201


async def _retention() -> None:
    """Deletes recordings whose time is over, for as long as the server runs."""
    while True:
        await asyncio.sleep(SETTLED_S)
        try:
            await asyncio.to_thread(retention.tick, store(), now())
        except (StoreError, accounts.AccountError, OSError) as exc:
            log.warning("recordings whose time is over could not be deleted yet: %s", exc)
        await asyncio.sleep(retention.EVERY_S - SETTLED_S)
