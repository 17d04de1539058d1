"""The way to an institution's own sign-in and back: set out, come back, unlink.

Setting out is a form of ours, with its token; coming back is a plain link from elsewhere, good
only in the browser that set out (it has the trip's cookie), once, for ten minutes.
"""

import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from practice import accounts, consent, identities, institution, invitations, one_time_links
from practice.accounts import AccountError
from practice.identities import Trip, UnknownIdentityError
from practice.institution import Identity, InstitutionError
from practice.one_time_links import FIRST_NAME
from practice.worker import now
from ui import account_pages, guard, server
from ui.account_forms import (
    PAGE_HEADERS,
    FormError,
    cookie_path,
    enter,
    not_ours,
    own_path,
    read_form,
    set_cookie,
)
from ui.account_routes import TICK_FIRST, dead_link, link_page, sign_in_page

TRIP_COOKIE = "between_trip"
TRIP_PATH = "/account/oidc"  # the only part of the server that sees the cookie
MAX_CODE_CHARS = 4000
NOT_OFFERED = "Your institution’s own sign-in is not offered here. Please use your password."
log = logging.getLogger(__name__)


async def start(request: Request) -> Response:
    """Leads to the institution: to sign in, with a one-time link, or from one's account."""
    try:
        form = await read_form(request)
    except FormError:
        return not_ours()
    elsewhere = server.sign_in_elsewhere()
    target = form.get("next", "/")
    if elsewhere is None:
        return sign_in_page(request, target, trouble=NOT_OFFERED, status=404)
    wanted = {"one_time_link": _with_link, "account": _from_account}.get(form.get("purpose", ""))
    if wanted is None:
        trip: Trip | Response = Trip(purpose="sign_in", target=own_path(target))
    else:
        trip = await run_in_threadpool(wanted, request, form)
    if isinstance(trip, Response):
        return trip
    secret = await run_in_threadpool(identities.set_out, server.store(), trip, now())
    try:
        address = await institution.way_there(
            elsewhere, secret.state, secret.nonce, secret.verifier, now()
        )
    except InstitutionError as exc:
        return _not_today(request, exc, trip, form.get("token", ""))
    response = HTMLResponse(account_pages.on_the_way(address, elsewhere.name), headers=PAGE_HEADERS)
    lasts = identities.TRIP_LASTS
    set_cookie(request, response, TRIP_COOKIE, secret.token, lasts=lasts, under=TRIP_PATH)
    return response


def _with_link(request: Request, form: dict[str, str]) -> Trip | Response:
    token = form.get("token", "")
    try:
        opened = invitations.opened(server.store(), token, now())
    except AccountError as exc:
        return dead_link(exc)
    if opened.kind == "invite" and form.get("practice") != "yes":
        return link_page(request, token, opened, TICK_FIRST, 422)
    name = None
    if opened.person.name == FIRST_NAME:
        try:
            name = one_time_links.free_name(server.store(), form.get("name", ""))
        except AccountError as exc:
            return link_page(request, token, opened, str(exc), 422)
    return Trip(purpose="one_time_link", one_time_link=accounts.sha256(token), name=name)


def _from_account(request: Request, _form: dict[str, str]) -> Trip | Response:
    if guard.visitor(request) is None:
        return RedirectResponse(server.at(guard.SIGN_IN), 303)
    session = accounts.sha256(request.cookies.get(guard.COOKIE, ""))
    return Trip(purpose="account", session=session)


async def callback(request: Request) -> Response:
    """Takes somebody back from the institution."""
    elsewhere, asked = server.sign_in_elsewhere(), request.query_params
    if elsewhere is None:
        return sign_in_page(request, "/", trouble=NOT_OFFERED, status=404)
    token, state = request.cookies.get(TRIP_COOKIE, ""), asked.get("state", "")
    try:
        trip, secret = await run_in_threadpool(
            identities.came_back, server.store(), token, state, now()
        )
    except AccountError as exc:
        return _say("Once more", str(exc), 400)
    code = asked.get("code", "")
    if "error" in asked or not 0 < len(code) <= MAX_CODE_CHARS:
        log.info("the institution sent somebody back with %r", asked.get("error", "")[:80])
        text = f"You came back from {elsewhere.name} without signing in, so nothing was changed."
        return _back(request, trip, text, 400)
    try:
        identity = await institution.who_came(elsewhere, code, secret.nonce, secret.verifier, now())
        return await run_in_threadpool(_arrived, request, trip, identity)
    except UnknownIdentityError as exc:
        return _say("You are not invited yet", str(exc), 403)
    except InstitutionError as exc:
        log.warning("an institution's sign-in did not come through: %s", exc.why)
        return _back(request, trip, str(exc), 502 if exc.away else 400)
    except AccountError as exc:
        return _back(request, trip, str(exc), 403)


def _arrived(request: Request, trip: Trip, identity: Identity) -> Response:
    """Does what somebody set out for, now that we know who they are."""
    store, at = server.store(), now()
    if trip.purpose == "sign_in":
        return _welcome(request, identities.sign_in(store, identity, at), trip.target)
    if trip.purpose == "one_time_link":
        invited = one_time_links.opened(store, trip.one_time_link, at).kind == "invite"
        person, session = one_time_links.use_identity(
            store, trip.one_time_link, identity, at, trip.name
        )
        if invited:
            consent.give(store, person, "practice", at)
        return _welcome(request, session, "/")
    visitor = guard.visitor(request)
    if visitor is None or trip.session != accounts.sha256(request.cookies[guard.COOKIE]):
        raise AccountError(identities.BEGIN_AGAIN)
    identities.link_account(store, visitor, identity, at)
    return _done(RedirectResponse(server.at("/account"), 303, {"Cache-Control": "no-store"}))


async def unlink(request: Request) -> Response:
    """Takes the institution's sign-in from the account of whoever is signed in."""
    try:
        await read_form(request)
    except FormError:
        return not_ours()
    person = guard.visitor(request)
    if person is None:
        return RedirectResponse(server.at(guard.SIGN_IN), 303)
    try:
        await run_in_threadpool(identities.unlink_account, server.store(), person, now())
    except AccountError as exc:
        return _say("Still linked", str(exc), 409, "/account", "Your account")
    return RedirectResponse(server.at("/account"), 303, {"Cache-Control": "no-store"})


def _welcome(request: Request, session: str, target: str) -> Response:
    return _done(enter(request, session, target))


def _done(response: Response) -> Response:
    response.delete_cookie(TRIP_COOKIE, cookie_path(TRIP_PATH))
    return response


def _not_today(request: Request, exc: InstitutionError, trip: Trip, token: str) -> Response:
    log.warning("an institution's sign-in could not begin: %s", exc.why)
    if trip.purpose == "one_time_link":
        try:
            opened = invitations.opened(server.store(), token, now())
        except AccountError as gone:
            return dead_link(gone)
        return link_page(request, token, opened, str(exc), 502)
    return _back(request, trip, str(exc), 502)


def _back(request: Request, trip: Trip, text: str, status: int) -> Response:
    """Returns what did not come about, where one can go on from."""
    if trip.purpose == "sign_in":
        return _done(sign_in_page(request, trip.target, trouble=text, status=status))
    if trip.purpose == "account":
        return _done(_say("Not linked", text, status, "/account", "Your account"))
    try:
        one_time_links.opened(server.store(), trip.one_time_link, now())
    except AccountError:
        return _done(_say("Not yet", text, status))
    return _done(_say("Not yet", f"{text} Your link still works: open it again.", status))


def _say(
    title: str, text: str, status: int, path: str = guard.SIGN_IN, words: str = "Sign in"
) -> Response:
    return HTMLResponse(account_pages.sentence(title, text, path, words), status, PAGE_HEADERS)


ROUTES = [
    Route(guard.INSTITUTION_START, start, methods=["POST"]),
    Route(institution.CALLBACK, callback, methods=["GET"]),
    Route(guard.INSTITUTION_UNLINK, unlink, methods=["POST"]),
]
