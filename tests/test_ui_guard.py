"""The guard around the server: what a stranger, a thief, a forger and a visitor get."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from practice import accounts, consent, invitations, reviews, serving
from practice.access import SHELL
from practice.accounts import Person
from practice.store import Store
from practice.worker import now
from tests.people import PASSWORD, Place, a_place, an_attempt
from ui import account_routes, guard, server
from ui.account_forms import own_path

INSIDE = [
    "/",
    "/practise",
    "/people",
    "/media/0123456789abcdef.wav",
    "/_stcore/host-config",
    "/_stcore/upload_file/a/b",
    "/_stcore/health/",
    "/static/js/index.js",
    "/component/x",
    "/account",
    "/account/sound/x",
    "/account/link/a/../../media/x",
    "//media/x",
]


async def streamlit(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("inside")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text("heard " + await socket.receive_text())
    except WebSocketDisconnect:
        return


def app() -> Starlette:
    """Stands in for Streamlit: whatever gets past the guard is told "inside"."""
    return Starlette(
        routes=[
            *account_routes.ROUTES,
            WebSocketRoute("/_stcore/stream", stream),
            Route("/{path:path}", streamlit, methods=["GET", "POST", "PUT", "DELETE"]),
        ],
        middleware=[Middleware(guard.Guard)],
    )


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    opened = Store(tmp_path)
    monkeypatch.setattr(server, "store", lambda: opened)
    monkeypatch.setattr(server, "mode", lambda: serving.Mode(True, "it is a test"))
    return opened


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(app(), base_url="http://localhost", follow_redirects=False) as made:
        yield made


@pytest.fixture
def place(store: Store, at: datetime) -> Place:
    return a_place(store, at)


def session(store: Store, person: Person, at: datetime | None = None) -> str:
    with store.change() as db:
        return accounts.begin_session(db, person.id, at or now())


def signed_in(client: TestClient, store: Store, person: Person) -> str:
    token = session(store, person)
    client.cookies.set(guard.COOKIE, token)
    return token


@pytest.mark.parametrize("path", INSIDE)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_stranger_is_told_nothing(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, "http://localhost" + path)
    assert (answer.status_code, answer.text) == (401, "Please sign in first.")


def test_a_stranger_who_wants_a_page_is_led_to_sign_in_and_back(client: TestClient) -> None:
    answer = client.get("/reviews?review=abc", headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/account/sign-in?next=%2Freviews%3Freview%3Dabc"


def test_somebody_signed_in_gets_through(client: TestClient, place: Place) -> None:
    signed_in(client, place.store, place.tom)
    assert client.get("/media/x.wav").text == "inside"


@pytest.mark.parametrize("kind", ["forged", "expired", "rested", "signed out", "blocked"])
def test_a_cookie_that_is_not_a_living_session_opens_nothing(
    client: TestClient, place: Place, kind: str
) -> None:
    before = now() - (timedelta(days=15) if kind == "expired" else timedelta(days=4))
    old = before if kind in ("expired", "rested") else None
    token = "x" * 43 if kind == "forged" else session(place.store, place.tom, old)
    if kind == "signed out":
        accounts.sign_out(place.store, token)
    if kind == "blocked":
        invitations.block(place.store, place.ines, place.tom, now())
    client.cookies.set(guard.COOKIE, token)
    assert client.get("/").status_code == 401
    with pytest.raises(WebSocketDenialResponse), client.websocket_connect("/_stcore/stream"):
        pass


def test_the_websocket_is_refused_to_a_stranger_and_dies_when_its_person_signs_out(
    client: TestClient, place: Place
) -> None:
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect("/_stcore/stream"),
    ):
        pass
    assert refused.value.status_code == 401
    token = signed_in(client, place.store, place.tom)
    with client.websocket_connect("/_stcore/stream") as socket:
        socket.send_text("one")
        assert socket.receive_text() == "heard one"
        accounts.sign_out(place.store, token)
        socket.send_text("two")
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
        assert ended.value.code == guard.POLICY_VIOLATION


def test_a_page_that_is_still_being_sent_stops_when_its_person_signs_out(
    store: Store, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "LOOK_EVERY_S", 0.0)
    token = session(store, place.tom)

    async def goes_on(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("before")
        accounts.sign_out(store, token)
        await socket.send_text("after")
        with suppress(WebSocketDisconnect):
            await socket.receive_text()

    routes = [WebSocketRoute("/_stcore/stream", goes_on)]
    running = Starlette(routes=routes, middleware=[Middleware(guard.Guard)])
    with TestClient(running, base_url="http://localhost") as client:
        client.cookies.set(guard.COOKIE, token)
        with client.websocket_connect("/_stcore/stream") as socket:
            assert socket.receive_text() == "before"
            with pytest.raises(WebSocketDisconnect) as ended:
                socket.receive_text()
    assert ended.value.code == guard.POLICY_VIOLATION


def test_a_recording_is_sent_to_its_trainee_and_once_submitted_to_their_supervisor(
    client: TestClient, place: Place, at: datetime
) -> None:
    attempt = an_attempt(place, place.tom, at)

    def status(person: Person) -> int:
        signed_in(client, place.store, person)
        return client.get(f"/account/sound/{attempt.id}").status_code

    everybody = (place.tom, place.sunniva, place.ines, place.una, place.otto, place.iris)
    assert [status(one) for one in everybody] == [200, 403, 403, 403, 403, 403]
    consent.give(place.store, place.tom, "supervision", at)
    reviews.submit(place.store, place.tom, attempt.id, at)
    assert [status(one) for one in everybody] == [200, 200, 403, 403, 403, 403]
    assert client.get("/account/sound/guessed").status_code == 403
    signed_in(client, place.store, place.tom)
    answer = client.get(f"/account/sound/{attempt.id}", headers={"range": "bytes=0-3"})
    assert (answer.status_code, answer.content) == (206, b"RIFF")
    assert answer.headers["content-type"] == "audio/wav"


def form_token(client: TestClient, path: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found.group(1)


def test_signing_in_sets_a_cookie_that_no_script_can_read(client: TestClient, store: Store) -> None:
    _, token = invitations.invite(store, SHELL, "Ada Quist", ("trainee",), now())
    invitations.use(store, token, PASSWORD, now())
    form = {
        "form_token": form_token(client, "/account/sign-in"),
        "name": "ada quist",
        "password": PASSWORD,
        "next": "/asked",
    }
    answer = client.post("/account/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/asked")
    cookie = next(
        one for one in answer.headers.get_list("set-cookie") if one.startswith(guard.COOKIE)
    )
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert client.get("/").text == "inside"
    signed = {"form_token": form_token(client, "/account"), "where": "here"}
    assert client.post("/account/sign-out", data=signed).status_code == 303
    assert client.get("/").status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"form_token": "another"},
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"long": "x" * 20_000},
    ],
)
def test_a_form_that_is_not_ours_is_refused(client: TestClient, change: dict[str, str]) -> None:
    form = {"form_token": form_token(client, "/account/sign-in"), "name": "a", "password": "b"}
    form |= {key: value for key, value in change.items() if key in ("form_token", "long")}
    headers = {key: value for key, value in change.items() if key in ("origin", "sec-fetch-site")}
    assert client.post("/account/sign-in", data=form, headers=headers).status_code == 403


def test_what_somebody_types_is_shown_harmless(client: TestClient) -> None:
    nasty = '"><script>alert(1)</script>'
    form = {"form_token": form_token(client, "/account/sign-in"), "name": nasty, "password": "b"}
    answer = client.post("/account/sign-in", data={**form, "next": nasty})
    assert answer.status_code == 401
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_invitation_asks_for_consent_and_works_once(client: TestClient, store: Store) -> None:
    person, token = invitations.invite(store, SHELL, "Ada Quist", ("trainee",), now())
    path = f"/account/link/{token}"
    form = {"form_token": form_token(client, path), "password": PASSWORD}
    assert client.post(path, data=form).status_code == 422
    assert client.post(path, data={**form, "practice": "yes"}).status_code == 303
    assert consent.given_by(store, person.id, "practice")
    assert client.get(path).status_code == 410


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/asked?x=1", "/asked?x=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("/account/sign-out", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_nowhere_but_here(target: str, goes: str) -> None:
    assert own_path(target) == goes


@pytest.mark.parametrize(
    ("host", "bound", "status"),
    [
        ("localhost:8501", "127.0.0.1", 200),
        ("127.0.0.1:8501", "127.0.0.1", 200),
        ("[::1]:8501", "::1", 200),
        ("evil.example:8501", "127.0.0.1", 403),  # a name elsewhere that points here
        ("localhost:8501", "192.0.2.4", 403),  # reached from another computer
    ],
)
def test_with_no_accounts_only_this_computer_is_answered(
    store: Store, monkeypatch: pytest.MonkeyPatch, host: str, bound: str, status: int
) -> None:
    monkeypatch.setattr(server, "mode", lambda: serving.Mode(False, "it is a test"))
    base = f"http://[{bound}]" if ":" in bound else f"http://{bound}"
    with TestClient(app(), base_url=base) as client:
        assert client.get("/", headers={"host": host}).status_code == status
