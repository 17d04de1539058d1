"""The guard before the real Streamlit server: its websocket, media, uploads, and a base path."""

import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import httpx2
import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from practice import accounts, consent, invitations
from practice.access import SHELL
from practice.accounts import Person
from practice.store import Store
from practice.worker import now
from tests.e2e.conftest import ROOT, App, OpenScreen, free_port, running_app
from tests.people import PASSWORD
from ui import guard

# They need the running app as the browser tests do, though most of them no browser.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PAGE_MS = 30_000
WAIT_S = 30
QUIET_S = 0.7
KINDS = ("nobody", "forged", "expired", "rested", "signed out", "blocked", "deleted")


@pytest.fixture(scope="module", params=["", "/practice"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """The app with accounts, at the top of its server and under a path of it."""
    base, port = request.param, free_port()
    data = tmp_path_factory.mktemp("guard") / "between"
    url = f"http://127.0.0.1:{port}{base}"
    with running_app(data, port=port, base=base, BETWEEN_ACCOUNTS="1", BETWEEN_URL=url) as app:
        yield app


@pytest.fixture
def store(place: App) -> Store:
    return Store(place.data)


def base(place: App) -> str:
    return "/practice" if place.url.endswith("/practice") else ""


def joined(store: Store) -> tuple[Person, str]:
    """Somebody new who is signed in, and their session."""
    name = f"Ada {uuid.uuid4().hex[:8]}"
    _, token = invitations.invite(store, SHELL, name, ("trainee",), now())
    person, session = invitations.use(store, token, PASSWORD, now())
    consent.give(store, person, "practice", now())
    return person, session


def session_of(store: Store, kind: str) -> str | None:
    """A cookie that is not, or not any more, a living session."""
    if kind == "nobody":
        return None
    if kind == "forged":
        return "x" * 43
    person, session = joined(store)
    if kind == "signed out":
        accounts.sign_out(store, session)
    elif kind == "blocked":
        invitations.block(store, SHELL, person, now())
    elif kind == "deleted":
        from practice import privacy

        privacy.delete_person(store, person, person.id, now())
    else:
        ago = timedelta(days=15) if kind == "expired" else timedelta(days=4)
        with store.change() as db:
            session = accounts.begin_session(db, person.id, now() - ago)
    return session


def cookie(session: str | None) -> dict[str, str]:
    return {} if session is None else {"cookie": f"{guard.COOKIE}={session}"}


@contextmanager
def live(place: App, session: str | None, again: str = "") -> Iterator[ClientConnection]:
    """A websocket as Streamlit's front opens it; ``again`` is a session of its to go on with."""
    address = place.url.replace("http", "ws", 1) + "/_stcore/stream"
    protocols = [Subprotocol("streamlit")]
    if again:
        protocols += [Subprotocol("PLACEHOLDER_AUTH_TOKEN"), Subprotocol(again)]
    with connect(
        address, additional_headers=cookie(session), subprotocols=protocols, max_size=None
    ) as socket:
        yield socket


def ask(socket: ClientConnection, query: str = "") -> None:
    """Asks the real app for a page, as its front does."""
    wanted = BackMsg()
    wanted.rerun_script.query_string = query
    socket.send(wanted.SerializeToString())


def run_page(socket: ClientConnection, query: str = "") -> bytes:
    """Asks for a page and returns all that is sent for it."""
    ask(socket, query)
    sent = b""
    while True:
        data = socket.recv(WAIT_S)
        assert isinstance(data, bytes)
        sent += data
        message = ForwardMsg()
        message.ParseFromString(data)
        if message.WhichOneof("type") == "script_finished":
            with suppress(TimeoutError):  # what it adds when the page is there
                while True:
                    socket.recv(QUIET_S)
            return sent


def media_paths(place: App, sent: bytes) -> list[str]:
    found = re.findall(rb"/media/[0-9a-f]{16,}\.\w+", sent)
    return [place.url + one.decode() for one in dict.fromkeys(found)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_websocket_is_refused_to_whoever_is_not_signed_in(
    place: App, store: Store, kind: str
) -> None:
    with pytest.raises(InvalidStatus) as refused, live(place, session_of(store, kind)):
        pass
    assert refused.value.response.status_code == 401
    assert refused.value.response.body == b"Please sign in first."


@pytest.mark.parametrize("ended", ["signed out", "signed out everywhere", "blocked", "deleted"])
def test_an_open_websocket_is_cut_when_its_session_ends_and_says_nothing_more(
    place: App, store: Store, ended: str
) -> None:
    person, session = joined(store)
    with live(place, session) as socket:
        assert person.name.encode() in run_page(socket)
        if ended == "signed out":
            accounts.sign_out(store, session)
        elif ended == "signed out everywhere":
            accounts.sign_out_everywhere(store, person.id)
        elif ended == "blocked":
            invitations.block(store, SHELL, person, now())
        else:
            from practice import privacy

            privacy.delete_person(store, person, person.id, now())
        with pytest.raises(ConnectionClosed) as cut:  # and not a message before it
            ask(socket)
            socket.recv(WAIT_S)
        assert cut.value.rcvd is not None
        assert cut.value.rcvd.code == guard.POLICY_VIOLATION


def test_whoever_goes_on_with_the_session_of_a_page_of_anothers_sees_only_their_own(
    place: App, store: Store
) -> None:
    first, first_session = joined(store)
    second, second_session = joined(store)
    with live(place, first_session) as socket:
        sent = run_page(socket, "scenario=toohard-phone")
    known = re.search(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", sent)
    assert known is not None and first.name.encode() in sent
    with live(place, second_session, known.group().decode()) as socket:
        sent = run_page(socket)
    assert second.name.encode() in sent
    assert first.name.encode() not in sent


def test_sound_and_uploads_are_for_those_who_are_signed_in(place: App, store: Store) -> None:
    _, session = joined(store)
    with live(place, session) as socket:
        paths = media_paths(place, run_page(socket, "scenario=toohard-phone"))
        assert paths, "the client's clip is on the page"
        for path in paths:
            assert httpx2.get(path, headers=cookie(session)).status_code == 200
            for kind in KINDS:
                answer = httpx2.get(path, headers=cookie(session_of(store, kind)))
                assert (answer.status_code, answer.text) == (401, "Please sign in first.")
        upload = f"{place.url}/_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}"
        for kind in KINDS:
            headers = cookie(session_of(store, kind))
            for method in ("PUT", "POST", "DELETE", "OPTIONS"):
                answer = httpx2.request(method, upload, headers=headers, content=b"RIFF")
                assert answer.status_code == 401
        # Past the guard Streamlit itself answers: there is no such session, or no token of its.
        assert httpx2.put(upload, headers=cookie(session), content=b"x").status_code in (400, 403)
        accounts.sign_out(store, session)
        for path in paths:
            assert httpx2.get(path, headers=cookie(session)).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/host-config",
        "/_stcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/schema",
        "/_stcore/agent/mcp",
        "/auth/login",
        "/oauth2callback",
        "/static/js/index.js",
        "/component/x/index.html",
        "/_stcore/health/",
        "/_stcore/health/../host-config",
        "/account/link/../sound/x",
        "/account/link/x%2f..%2f..%2fmedia",
        "//media/x",
    ],
)
def test_no_corner_of_the_real_server_answers_a_stranger(place: App, path: str) -> None:
    address = httpx2.URL(place.url).copy_with(raw_path=(base(place) + path).encode())
    answer = httpx2.get(address)
    assert (answer.status_code, answer.text) == (401, "Please sign in first.")


def test_what_is_public_answers_where_the_app_is_and_leads_on_from_there(
    place: App, store: Store
) -> None:
    at = base(place)
    assert httpx2.get(f"{place.url}/_stcore/health").status_code == 200
    wants_page = {"accept": "text/html"}
    answer = httpx2.get(f"{place.url}/asked?x=1", headers=wants_page)
    assert answer.status_code == 303
    back = f"{at}/asked?x=1".replace("/", "%2F").replace("?", "%3F").replace("=", "%3D")
    assert answer.headers["location"] == f"{at}/account/sign-in?next={back}"

    person, _ = joined(store)
    with httpx2.Client() as browser:
        page = browser.get(f"{place.url}/account/sign-in").text
        addresses = re.findall(r'(?:href|action|formaction)="([^"]+)"', page)
        assert addresses and all(one.startswith(f"{at}/account/") for one in addresses)
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        assert token is not None
        form = {"form_token": token.group(1), "name": person.name, "password": PASSWORD}
        for target, goes in ((f"{at}/asked", f"{at}/asked"), ("//evil.example", f"{at}/")):
            browser.cookies.clear()
            page = browser.get(f"{place.url}/account/sign-in").text
            token = re.search(r'name="form_token" value="([^"]+)"', page)
            assert token is not None
            form["form_token"] = token.group(1)
            answer = browser.post(f"{place.url}/account/sign-in", data={**form, "next": target})
            assert (answer.status_code, answer.headers["location"]) == (303, goes)
            kept = [
                one for one in answer.headers.get_list("set-cookie") if one.startswith(guard.COOKIE)
            ]
            assert f"Path={at or '/'};" in kept[0]
        page = browser.get(f"{place.url}/account").text
        addresses = re.findall(r'(?:href|action)="([^"]+)"', page)
        assert addresses and all(one.startswith(f"{at}/") for one in addresses)


@pytest.mark.parametrize("place", ["/practice"], indirect=True)
def test_outside_of_its_path_the_server_says_nothing(place: App) -> None:
    top = place.url.removesuffix("/practice")
    for path in ("/", "/account/sign-in", "/_stcore/health", "/practicex/account/sign-in"):
        assert httpx2.get(top + path).status_code == 401
    lead = httpx2.get(top + "/", headers={"accept": "text/html"})
    assert lead.headers["location"].startswith("/practice/account/sign-in?")


def test_a_person_signs_in_looks_round_and_signs_out_in_a_browser(
    place: App, store: Store, screen: OpenScreen
) -> None:
    person, _ = joined(store)
    log = (place.data.parent / f"{place.data.name}-app.log").read_text()
    assert f"{place.url}/account/link/" in log  # the first instructor's link leads here too
    page = screen(f"{place.url}/privacy").page
    page.get_by_label("Your name").fill(person.name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Your data", level=1)).to_be_visible(timeout=PAGE_MS)
    assert page.url == f"{place.url}/privacy"
    page.goto(f"{place.url}/?scenario=toohard-phone")
    expect(page.locator("audio").first).to_be_attached(timeout=PAGE_MS)
    source = page.locator("audio").first.get_attribute("src")
    assert source is not None and source.startswith(place.url)
    assert page.request.get(source).status == 200
    page.get_by_role("link", name="Account and sign out").click()
    page.get_by_role("link", name="Back to practice").click()
    page.get_by_role("link", name="Account and sign out").click(timeout=PAGE_MS)
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.url == f"{place.url}/account/sign-in"
    assert page.request.get(source).status == 401


@pytest.mark.parametrize(
    ("path", "url"),
    [("practice", None), ("practice", "https://x.example"), ("", "https://x.example/y")],
)
def test_an_address_that_does_not_fit_is_refused_at_the_start_in_one_sentence(
    tmp_path: object, path: str, url: str | None
) -> None:
    import os

    environment = {**os.environ, "BETWEEN_DATA": str(tmp_path), "BETWEEN_ACCOUNTS": "1"}
    environment |= {} if url is None else {"BETWEEN_URL": url}
    options = ["--server.port", str(free_port()), "--server.headless", "true"]
    run = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options]
        + (["--server.baseUrlPath", path] if path else []),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode != 0
    assert "BETWEEN_URL" in run.stderr
    assert "Traceback" not in run.stderr
    assert len([line for line in run.stderr.splitlines() if line.strip()]) == 1
