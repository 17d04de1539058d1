"""The account pages' addresses, and the recordings of attempts for those who may hear them.

Hashing runs in a thread, not in the server's loop.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

from practice import access, accounts, attempts, consent, examples, identities, invitations
from practice.access import AccessError
from practice.accounts import AccountError, SignInError
from practice.one_time_links import FIRST_NAME, Link
from practice.sounds import media_type
from practice.vault import VaultError
from practice.worker import now
from ui import account_pages, guard, parts, proxied, server
from ui.account_forms import (
    PAGE_HEADERS,
    FormError,
    cookie_path,
    enter,
    not_ours,
    page,
    read_form,
)
from ui.guard import COOKIE, LINK, SIGN_IN, SIGN_OUT

TICK_FIRST = "Please tick the box first: without it nothing can be kept or scored."


def sign_in_page(
    request: Request,
    target: str,
    name: str = "",
    trouble: str | None = None,
    status: int = 200,
) -> Response:
    """Returns the sign-in page, for this request."""
    elsewhere = server.sign_in_elsewhere()
    return page(
        request,
        lambda token: account_pages.sign_in(token, target, name[:80], trouble, elsewhere),
        status,
    )


async def sign_in(request: Request) -> Response:
    """Shows the form, or begins a session."""
    if request.method == "GET":
        return sign_in_page(request, request.query_params.get("next", "/"))
    try:
        form = await read_form(request)
    except FormError:
        return not_ours()
    name, target = form.get("name", ""), form.get("next", "/")
    address = proxied.address(request)
    try:
        token = await run_in_threadpool(
            accounts.sign_in, server.store(), name, form.get("password", ""), address, now()
        )
    except SignInError as exc:
        return sign_in_page(request, target, name, str(exc), 401)
    return enter(request, token, target)


def link_page(
    request: Request, token: str, opened: Link, trouble: str | None = None, status: int = 200
) -> Response:
    """Returns the page behind a one-time link, for this request."""
    return page(
        request,
        lambda form_token: account_pages.take_way_in(
            form_token,
            token,
            opened.person.name,
            invited=opened.kind == "invite",
            first=opened.person.name == FIRST_NAME,
            trouble=trouble,
            elsewhere=server.sign_in_elsewhere(),
        ),
        status,
    )


def dead_link(exc: AccountError) -> Response:
    """Returns the answer to a one-time link that cannot be used any more."""
    text = account_pages.sentence("This link does not work any more", str(exc))
    return HTMLResponse(text, 410, PAGE_HEADERS)


async def link(request: Request) -> Response:
    """Shows what a one-time link is for, or takes the password given there."""
    token = request.path_params["token"]
    try:
        opened = await run_in_threadpool(invitations.opened, server.store(), token, now())
    except AccountError as exc:
        return dead_link(exc)
    if request.method == "GET":
        return link_page(request, token, opened)
    try:
        form = await read_form(request)
    except FormError:
        return not_ours()
    invited = opened.kind == "invite"
    if invited and form.get("practice") != "yes":
        return link_page(request, token, opened, TICK_FIRST, 422)
    name = form.get("name") if opened.person.name == FIRST_NAME else None
    try:
        session = await run_in_threadpool(_use, token, form.get("password", ""), name, invited)
    except AccountError as exc:
        return link_page(request, token, opened, str(exc), 422)
    return enter(request, session, "/")


def _use(token: str, password: str, name: str | None, invited: bool) -> str:
    person, session = invitations.use(server.store(), token, password, now(), name=name)
    if invited:
        consent.give(server.store(), person, "practice", now())
    return session


async def account(request: Request) -> Response:
    """Shows who is signed in, and the ways out."""
    person = guard.visitor(request)
    if person is None:
        return RedirectResponse(server.at(SIGN_IN), 303)
    rows = server.store().rows(
        "SELECT count(*) AS n FROM sessions WHERE person = ? AND ends_at > ?",
        *(person.id, now().isoformat()),
    )
    ways = identities.ways(server.store(), person.id)
    return page(
        request,
        lambda token: account_pages.account(
            token,
            person.name,
            person.roles,
            rows[0]["n"],
            password=ways.password,
            linked=bool(ways.issuers),
            elsewhere=server.sign_in_elsewhere(),
        ),
    )


async def sign_out(request: Request) -> Response:
    """Ends this session, or all of them."""
    try:
        form = await read_form(request)
    except FormError:
        return not_ours()
    person = guard.visitor(request)
    if person is not None and form.get("where") == "everywhere":
        accounts.sign_out_everywhere(server.store(), person.id)
    accounts.sign_out(server.store(), request.cookies.get(COOKIE, ""))
    response = RedirectResponse(server.at(SIGN_IN), 303, {"Clear-Site-Data": '"cache", "storage"'})
    response.delete_cookie(COOKIE, cookie_path())
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
    return await _recording(request, attempt.recording)


async def example_sound(request: Request) -> Response:
    """Sends the recording of a reply that its trainee gave as an example, under its own name."""
    person = guard.visitor(request)
    if person is None:
        return PlainTextResponse("Please sign in first.", 401)
    try:
        example = request.path_params["example"]
        attempt = examples.to_hear(server.store(), person, example, now())
    except AccessError as exc:
        return PlainTextResponse(str(exc), 403)
    return await _recording(request, attempt.recording or "-")


async def _recording(request: Request, sha256: str) -> Response:
    try:
        recording = await run_in_threadpool(server.store().recording, sha256)
    except FileNotFoundError:
        return PlainTextResponse("This recording has been deleted.", 410)
    except VaultError as exc:
        return PlainTextResponse(str(exc), 503)
    return parts.answer(recording, media_type(recording), request.headers.get("range"))


ROUTES = [
    Route(SIGN_IN, sign_in, methods=["GET", "POST"]),
    Route(LINK + "{token}", link, methods=["GET", "POST"]),
    Route(SIGN_OUT, sign_out, methods=["POST"]),
    Route("/account/sound/{attempt}", sound, methods=["GET"]),
    Route("/account/example/{example}", example_sound, methods=["GET"]),
    Route("/account", account, methods=["GET"]),
]
