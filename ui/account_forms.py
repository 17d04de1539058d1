"""What the account pages share: forms that only we can have given out, cookies, where to go next.

A form is taken only with the token that was given out with it (in the form and in a cookie of its
own) and only from a page of this server.
"""

import os
import secrets
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from practice import accounts, serving
from ui import account_pages, server
from ui.guard import COOKIE

FORM_COOKIE = "between_form"
MAX_FORM_BYTES = 16_000
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # a one-time link is in the address
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
}


class FormError(ValueError):
    """A form did not come from a page of ours, or is far too long."""


def page(request: Request, make: Callable[[str], str], status: int = 200) -> Response:
    """Returns a page with a form in it; ``make`` is given the token that goes back with it."""
    token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    response = HTMLResponse(make(token), status, PAGE_HEADERS)
    set_cookie(request, response, FORM_COOKIE, token)
    return response


def set_cookie(
    request: Request,
    response: Response,
    name: str,
    value: str,
    *,
    lasts: timedelta = accounts.SESSION_LASTS,
    under: str = "/",
) -> None:
    """Sets a cookie that no script can read, sent only to our own paths under the given one."""
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path=cookie_path(under),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https"  # a proxy elsewhere may leave it at http
        or os.environ.get(serving.URL, "").startswith("https:"),
    )


def cookie_path(under: str = "/") -> str:
    """Returns what a cookie is limited to, the app's own part of the server at most."""
    return server.at(under).rstrip("/") or "/"


async def read_form(request: Request) -> dict[str, str]:
    """Returns a form's fields, if it is one that we gave out.

    Raises:
        FormError: it is not.
    """
    origin = request.headers.get("origin")
    if origin not in (None, "null") and urlsplit(origin or "").netloc != request.headers["host"]:
        raise FormError
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise FormError
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise FormError
    try:
        fields = dict(parse_qsl(body.decode(), max_num_fields=20))
    except ValueError as exc:
        raise FormError from exc
    given, kept = fields.get("form_token", ""), request.cookies.get(FORM_COOKIE, "")
    if not kept or not secrets.compare_digest(given.encode(), kept.encode()):
        raise FormError
    return fields


def not_ours() -> Response:
    """Returns the answer to a form that is not ours, or not any more."""
    text = "That form was not complete, or was left open too long. Please open the page again."
    return HTMLResponse(account_pages.sentence("Once more", text), 403, PAGE_HEADERS)


def own_path(target: str) -> str:
    """Returns where to go after signing in, if it is a page of this server; else the first page."""
    first = server.at("/")
    outside = not target.startswith(first) or target.startswith(server.at("/account/"))
    unsafe = target.startswith(("//", "/\\")) or not target.isprintable() or "\\" in target
    return first if outside or unsafe else target


def enter(request: Request, token: str, target: str) -> Response:
    """Gives the browser its new session, and leads on."""
    response = RedirectResponse(own_path(target), 303, {"Cache-Control": "no-store"})
    set_cookie(request, response, COOKIE, token)
    response.delete_cookie(FORM_COOKIE, cookie_path())
    return response
