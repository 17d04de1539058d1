"""The account pages' addresses, and the recordings of attempts for those who may hear them.

A form is taken only with the token that was given out with it (in the form and in a cookie of its
own) and only from a page of this server. Hashing runs in a thread, not in the server's loop.
"""

import secrets
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

from practice import access, accounts, attempts, consent, invitations
from practice.access import AccessError
from practice.accounts import AccountError, SignInError
from practice.sounds import media_type
from practice.worker import now
from ui import account_pages, guard, proxied, server
from ui.guard import COOKIE, SIGN_IN

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


def _page(request: Request, make: Callable[[str], str], status: int = 200) -> Response:
    token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    response = HTMLResponse(make(token), status, PAGE_HEADERS)
    _set(request, response, FORM_COOKIE, token)
    return response


def _set(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(accounts.SESSION_LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


async def _form(request: Request) -> dict[str, str]:
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


def _not_ours() -> Response:
    text = "That form was not complete, or was left open too long. Please open the page again."
    return HTMLResponse(account_pages.sentence("Once more", text), 403, PAGE_HEADERS)


def own_path(target: str) -> str:
    """Returns where to go after signing in, if it is a page of this server; else the first page."""
    safe = target.startswith("/") and not target.startswith(("//", "/\\", "/account/"))
    return target if safe and target.isprintable() and "\\" not in target else "/"


def _enter(request: Request, token: str, target: str) -> Response:
    response = RedirectResponse(own_path(target), 303, {"Cache-Control": "no-store"})
    _set(request, response, COOKIE, token)
    response.delete_cookie(FORM_COOKIE)
    return response


async def sign_in(request: Request) -> Response:
    """Shows the form, or begins a session."""
    if request.method == "GET":
        target = request.query_params.get("next", "/")
        return _page(request, lambda token: account_pages.sign_in(token, target))
    try:
        form = await _form(request)
    except FormError:
        return _not_ours()
    name, target = form.get("name", ""), form.get("next", "/")
    address = proxied.address(request)
    try:
        token = await run_in_threadpool(
            accounts.sign_in, server.store(), name, form.get("password", ""), address, now()
        )
    except SignInError as exc:
        trouble = str(exc)
        return _page(
            request, lambda token: account_pages.sign_in(token, target, name[:80], trouble), 401
        )
    return _enter(request, token, target)


async def link(request: Request) -> Response:
    """Shows what a one-time link is for, or takes the password given there."""
    token = request.path_params["token"]
    try:
        opened = await run_in_threadpool(invitations.opened, server.store(), token, now())
    except AccountError as exc:
        page = account_pages.sentence("This link does not work any more", str(exc))
        return HTMLResponse(page, 410, PAGE_HEADERS)
    first = opened.person.name == invitations.FIRST_NAME
    invited = opened.kind == "invite"

    def asked(trouble: str | None = None, status: int = 200) -> Response:
        return _page(
            request,
            lambda form_token: account_pages.take_password(
                form_token, opened.person.name, invited=invited, first=first, trouble=trouble
            ),
            status,
        )

    if request.method == "GET":
        return asked()
    try:
        form = await _form(request)
    except FormError:
        return _not_ours()
    if invited and form.get("practice") != "yes":
        return asked("Please tick the box first: without it nothing can be kept or scored.", 422)
    name = form.get("name") if first else None
    try:
        session = await run_in_threadpool(_use, token, form.get("password", ""), name, invited)
    except AccountError as exc:
        return asked(str(exc), 422)
    return _enter(request, session, "/")


def _use(token: str, password: str, name: str | None, invited: bool) -> str:
    person, session = invitations.use(server.store(), token, password, now(), name=name)
    if invited:
        consent.give(server.store(), person, "practice", now())
    return session


async def account(request: Request) -> Response:
    """Shows who is signed in, and the ways out."""
    person = guard.visitor(request)
    if person is None:
        return RedirectResponse(SIGN_IN, 303)
    rows = server.store().rows(
        "SELECT count(*) AS n FROM sessions WHERE person = ? AND ends_at > ?",
        *(person.id, now().isoformat()),
    )
    return _page(
        request, lambda token: account_pages.account(token, person.name, person.roles, rows[0]["n"])
    )


async def sign_out(request: Request) -> Response:
    """Ends this session, or all of them."""
    try:
        form = await _form(request)
    except FormError:
        return _not_ours()
    person = guard.visitor(request)
    if person is not None and form.get("where") == "everywhere":
        accounts.sign_out_everywhere(server.store(), person.id)
    accounts.sign_out(server.store(), request.cookies.get(COOKIE, ""))
    response = RedirectResponse(SIGN_IN, 303, {"Clear-Site-Data": '"cache", "storage"'})
    response.delete_cookie(COOKIE)
    return response


async def sound(request: Request) -> Response:
    """Sends an attempt's recording to those who may hear it."""
    person = guard.visitor(request)
    attempt = attempts.find(server.store(), request.path_params["attempt"])
    if person is None:
        return PlainTextResponse("Please sign in first.", 401)
    try:
        if attempt is None or attempt.recording is None:
            raise AccessError("There is no such recording.")
        access.check_attempt(server.store(), person, "see_attempt", attempt, now())
    except AccessError as exc:
        return PlainTextResponse(str(exc), 403)
    path = server.store().recording_path(attempt.recording)
    if not path.exists():
        return PlainTextResponse("This recording has been deleted.", 410)
    return FileResponse(
        path,
        media_type=media_type(path),
        headers={"Cache-Control": "private, no-store", "Content-Security-Policy": "sandbox"},
    )


ROUTES = [
    Route(SIGN_IN, sign_in, methods=["GET", "POST"]),
    Route("/account/link/{token}", link, methods=["GET", "POST"]),
    Route("/account/sign-out", sign_out, methods=["POST"]),
    Route("/account/sound/{attempt}", sound, methods=["GET"]),
    Route("/account", account, methods=["GET"]),
]
