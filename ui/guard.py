"""Nothing of the app answers a stranger: pages, media, uploads and the websocket alike.

Around everything the server serves. With accounts, only the few public paths answer without a
session; a websocket is looked at again with every message, so that signing out ends it. Without
accounts, only this computer is answered, and only by one of its own names (so that a page
elsewhere cannot reach it through a name of its own that points here).
"""

import time
from urllib.parse import quote, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from practice import accounts, serving
from practice.accounts import Person
from practice.institution import CALLBACK
from practice.worker import now
from ui import proxied, server

COOKIE = "between_session"
SIGN_IN = "/account/sign-in"
LINK = "/account/link/"  # followed by a one-time link's token
SIGN_OUT = "/account/sign-out"
INSTITUTION_UNLINK = "/account/oidc/unlink"
INSTITUTION_START = "/account/oidc/start"
PUBLIC = frozenset({SIGN_IN, INSTITUTION_START, CALLBACK, "/_stcore/health"})
ALONE_ONLY = (
    "Between Sessions answers only this computer while nobody signs in. To let others in, start it"
    " with BETWEEN_ACCOUNTS=1."
)
ELSEWHERE = "Only a page of this server may open this."
LOOK_EVERY_S = 1.0
POLICY_VIOLATION = 1008  # a websocket's closing code
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    # A picture's address in anybody's text is never fetched from elsewhere.
    "Content-Security-Policy": "img-src 'self' data: blob:",
}


def visitor(connection: HTTPConnection) -> Person | None:
    """Returns who is signed in on a connection, or ``None``."""
    return accounts.whose(server.store(), connection.cookies.get(COOKIE), now())


def is_public(path: str) -> bool:
    """Returns whether a path answers people who have not signed in."""
    local = path.removeprefix(server.base())
    if server.base() and local == path:
        return False  # outside of where the app is
    token = local.removeprefix(LINK)
    return local in PUBLIC or (local != token and "/" not in token)


class Guard:
    """ASGI middleware that refuses what is not allowed before anything else sees it."""

    def __init__(self, app: ASGIApp) -> None:
        """Stands before the app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or refuses it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if scope["type"] == "websocket" and not proxied.of_this_server(connection):
            await _refuse(PlainTextResponse(ELSEWHERE, 403), scope, receive, send)
            return
        if not server.mode().accounts:
            if _from_this_computer(scope, connection):
                await self.app(scope, receive, send)
            else:
                await _refuse(PlainTextResponse(ALONE_ONLY, 403), scope, receive, send)
            return
        if scope["type"] == "http" and is_public(scope["path"]):
            await self.app(scope, receive, _with_headers(send))
        elif visitor(connection) is None:
            await _refuse(_sign_in_first(scope, connection), scope, receive, send)
        elif scope["type"] == "http":
            await self.app(scope, receive, _with_headers(send))
        else:
            await self.app(scope, *_while_signed_in(connection, receive, send))


def _from_this_computer(scope: Scope, connection: HTTPConnection) -> bool:
    reached = scope.get("server") or ("", 0)
    host = connection.headers.get("host", "")
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    if proxied.through_one(connection):  # from this computer's proxy is from anywhere
        return False
    return serving.is_loopback(reached[0]) and serving.is_loopback(name)


def _sign_in_first(scope: Scope, connection: HTTPConnection) -> Response:
    wants_page = (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and "text/html" in connection.headers.get("accept", "")
    )
    if not wants_page:
        return PlainTextResponse("Please sign in first.", 401)
    query = scope.get("query_string", b"").decode("latin-1")
    target = quote(scope["path"]) + (f"?{query}" if query else "")
    return RedirectResponse(f"{server.at(SIGN_IN)}?{urlencode({'next': target})}", 303)


async def _refuse(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await response(scope, receive, _with_headers(send))
    elif "websocket.http.response" in scope.get("extensions", {}):
        await response(scope, receive, send)  # Starlette speaks the websocket's form of it
    else:
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})


def _while_signed_in(
    connection: HTTPConnection, receive: Receive, send: Send
) -> tuple[Receive, Send]:
    """A websocket's two ends, both cut once its person has signed out.

    Looked at with every message that comes, and while a page is still being sent, every second.
    """
    cut = False
    looked_at = time.monotonic()

    async def closed_if_signed_out() -> bool:
        nonlocal cut
        if not cut and visitor(connection) is None:
            cut = True
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return cut

    async def watched() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and await closed_if_signed_out():
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        return message

    async def sent(message: Message) -> None:
        nonlocal looked_at
        if message["type"] == "websocket.send" and time.monotonic() - looked_at >= LOOK_EVERY_S:
            looked_at = time.monotonic()
            await closed_if_signed_out()
        if not cut:
            await send(message)

    return watched, sent


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sent
