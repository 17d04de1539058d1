"""Three web processes behind the committed nginx configuration: who stays, and who goes on."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from practice import accounts, attempts, consent, processes
from practice.store import Store
from practice.worker import now
from tests.conftest import CHROMIUM, GOLDEN
from tests.e2e.conftest import QUIET, ROOT, START_TIMEOUT_S, free_port

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.proxy, pytest.mark.timeout(900)]

REPLY = GOLDEN / "replies" / "toohard-phone-middling.flac"
PASSWORD = "quiet harbour lantern 7"
PAGE_MS = 30_000
SLOW_MS = 240_000
N = 3
NGINX = """
user root;
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    log_format who "$cookie_between_session $upstream_addr $status $request_uri";
    access_log {folder}/access.log who;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/a; uwsgi_temp_path {folder}/b; scgi_temp_path {folder}/c;
    include {folder}/between.conf;
}}
"""


@dataclass
class Place:
    """A served place: its address, its data folder, nginx's folder, who keeps the processes."""

    url: str
    data: Path
    nginx: Path
    first_port: int
    serve: int

    def web(self, n: str) -> int:
        """The process of that number."""
        port = str(self.first_port + int(n) - 1)
        return next(pid for pid, said in children(self.serve) if f"--server.port {port}" in said)

    def workers(self) -> list[int]:
        """Every worker process, whoever started it."""
        theirs = [self.serve, *(pid for pid, _ in children(self.serve))]
        found = [one for parent in theirs for one in children(parent)]
        return [pid for pid, said in found if processes.WORKER_MODULE in said]


def children(parent: int) -> list[tuple[int, str]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            said = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if int(status[1]) == parent and status[0] != "Z":
            found.append((int(folder.name), said))
    return found


def ports_in_a_row(n: int) -> int:
    while True:
        first = free_port()
        if first + n < 65_000:
            return first


def nginx_of(folder: Path, first_port: int, tls_port: int) -> list[str]:
    """Writes the committed configuration with this test's ports and certificate."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-keyout", str(folder / "privkey.pem")),
            *("-out", str(folder / "fullchain.pem")),
        ],
        check=True,
        capture_output=True,
    )
    said = (ROOT / "deploy" / "nginx.conf").read_text()
    for n in range(N):
        said = said.replace(str(8501 + n), str(first_port + n))
    said = said.replace("listen 443 ssl", f"listen 127.0.0.1:{tls_port} ssl")
    said = said.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    said = said.replace("/etc/ssl/practice.example", str(folder))
    (folder / "between.conf").write_text(said)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
    return ["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def until_it_answers(url: str) -> None:
    until, plain = time.monotonic() + START_TIMEOUT_S, ssl._create_unverified_context()
    while True:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2, context=plain):
                return
        except OSError:
            assert time.monotonic() < until, f"{url} did not answer"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("served")
    store = Store(root / "between")
    for name in ("Tom Weller", "Una Holt"):
        person = accounts.add(store, name, ["trainee"], now())
        with store.change() as db:
            accounts.set_password(db, person, PASSWORD)
        consent.give(store, person, "practice", now())
    store.close()
    first_port, tls_port, folder = ports_in_a_row(N), free_port(), root / "nginx"
    folder.mkdir()
    url = f"https://localhost:{tls_port}"
    environment = {**os.environ, "BETWEEN_DATA": str(store.folder), "BETWEEN_URL": url}
    environment.update(BETWEEN_QUEUE="", BETWEEN_ACCOUNTS="1")
    with (root / "serve.log").open("wb") as log:
        serve = subprocess.Popen(
            [
                *(sys.executable, "-m", "cli", "serve", "--processes", str(N)),
                f"--port={first_port}",
            ],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        proxy = subprocess.Popen(nginx_of(folder, first_port, tls_port), stdout=log, stderr=log)
        try:
            for n in range(N):
                until_it_answers(f"http://127.0.0.1:{first_port + n}")
            until_it_answers(url)
            yield Place(url, store.folder, folder, first_port, serve.pid)
            before = [serve.pid, *(pid for pid, _ in children(serve.pid))]
            serve.terminate()
            serve.wait(30)
            left = [pid for pid in before if Path(f"/proc/{pid}/cmdline").exists()]
            assert not left, "processes were left behind"
        finally:
            proxy.terminate()
            proxy.wait()
            serve.kill()
            serve.wait()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


class Visitor:
    """Somebody in a browser of their own, signed in."""

    def __init__(self, playwright: Playwright, place: Place, name: str) -> None:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        self.context: BrowserContext = browser.new_context(ignore_https_errors=True)
        self.page: Page = self.context.new_page()
        self.page.goto(place.url)
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.shown("Account and sign out")

    def shown(self, text: str, timeout: int = PAGE_MS) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=timeout)

    def cookie(self, name: str) -> dict[str, object]:
        return next(dict(one) for one in self.context.cookies() if one["name"] == name)

    @property
    def at(self) -> str:
        """The number of the process where they are."""
        return str(self.cookie("between_process")["value"])

    def upload(self, place: Place) -> None:
        """Answers with a recording, until it is kept."""
        self.page.goto(f"{place.url}/?scenario=toohard-phone")
        self.page.get_by_text("Upload a recording", exact=True).click(timeout=PAGE_MS)
        self.send()

    def send(self) -> None:
        self.page.locator("input[type=file]").set_input_files(REPLY)
        expect(self.page.get_by_role("heading", name="how was that?")).to_be_visible(
            timeout=PAGE_MS
        )

    def wait_for_feedback(self) -> None:
        self.page.get_by_role("button", name="Skip", exact=True).click(timeout=PAGE_MS)
        heading = self.page.get_by_role("heading", name="What was there").first
        expect(heading).to_be_visible(timeout=SLOW_MS)

    def end(self) -> None:
        assert self.context.browser is not None
        self.context.browser.close()


def elsewhere(playwright: Playwright, place: Place, name: str, *taken: str) -> Visitor:
    """Somebody whom the proxy put at a process that nobody of the others is at."""
    for _ in range(2 * N):
        one = Visitor(playwright, place, name)
        if one.at not in taken:
            return one
        one.end()
    raise AssertionError("the proxy puts everybody at the same process")


def asked(place: Place, visitor: Visitor) -> set[str]:
    """The processes that requests with this session's cookie went to, by nginx's own log."""
    token = str(visitor.cookie("between_session")["value"])
    log = [line.split() for line in (place.nginx / "access.log").read_text().splitlines()]
    return {str(int(one[1].rpartition(":")[2]) - place.first_port + 1) for one in log
            if one[0] == token}  # fmt: skip


def test_each_person_stays_at_one_process_and_what_one_keeps_the_others_show(
    place: Place, playwright: Playwright
) -> None:
    tom = Visitor(playwright, place, "Tom Weller")
    una = elsewhere(playwright, place, "Una Holt", tom.at)
    assert tom.cookie("between_session")["secure"], "the proxy's word for HTTPS was not taken"

    tom.upload(place)
    tom.wait_for_feedback()
    una.page.goto(f"{place.url}/library")
    una.shown("Library")
    assert asked(place, tom) == {tom.at} and asked(place, una) == {una.at}
    assert len(place.workers()) == 1, "one worker, however many web processes"

    # The same person at another process finds what was said and scored through the first.
    again = elsewhere(playwright, place, "Tom Weller", tom.at)
    again.page.goto(f"{place.url}/attempts")
    again.shown("· scored")
    attempt = re.search(r"attempt=(\w+)", tom.page.url)
    assert attempt is not None
    sound = again.page.request.get(f"{place.url}/account/sound/{attempt.group(1)}")
    assert sound.status == 200 and sound.body() == REPLY.read_bytes()
    assert asked(place, again) == {again.at}

    # One process is killed. Whoever was there goes on after a reload, the other sees nothing of it.
    was, una_at = tom.at, una.at
    os.kill(place.web(was), signal.SIGKILL)
    tom.page.reload()
    tom.shown("What was there")
    assert tom.at != was
    una.page.get_by_label("Search").first.fill("phone")
    una.page.keyboard.press("Enter")
    found = una.page.get_by_role("link", name="Practise with Ellie").first
    expect(found).to_be_visible(timeout=PAGE_MS)
    assert una.at == una_at

    # It is there again by itself; nobody is pulled back to it in the middle of something.
    until_it_answers(f"http://127.0.0.1:{place.first_port + int(was) - 1}")
    time.sleep(4)  # longer than the proxy thinks badly of it
    now_at = tom.at
    tom.upload(place)
    assert tom.at == now_at != was

    # Killed under an open page, without any reload: it connects by itself, and an upload works.
    una.page.goto(f"{place.url}/?scenario=toohard-phone")
    una.page.get_by_text("Upload a recording", exact=True).click(timeout=PAGE_MS)
    expect(una.page.locator("input[type=file]")).to_have_count(1, timeout=PAGE_MS)
    with una.page.expect_websocket(timeout=PAGE_MS):
        os.kill(place.web(una.at), signal.SIGKILL)
    # To another process, or to this one if it is there again sooner: both know nothing of the page.
    connected = una.page.locator("[data-test-connection-state=CONNECTED]")
    expect(connected).to_be_attached(timeout=PAGE_MS)
    una.page.wait_for_timeout(3000)  # the page is drawn once more; what was chosen stays chosen
    una.send()

    # Nothing was lost on the way: three replies, each scored in the end, by the one worker.
    store, until = Store(place.data), time.monotonic() + SLOW_MS / 1000
    while (kept := attempts.newest(store, None, 9)) and attempts.unfinished(store):
        assert time.monotonic() < until
        time.sleep(1)
    assert [one.state for one in kept] == ["scored"] * 3
    assert len(place.workers()) == 1
    for one in (tom, una, again):
        one.end()


def test_a_worker_that_is_killed_is_followed_by_one_other(place: Place) -> None:
    (first,) = place.workers()
    os.kill(first, signal.SIGKILL)
    until = time.monotonic() + 60
    while first in (found := place.workers()) or not found:
        assert time.monotonic() < until
        time.sleep(0.2)
    time.sleep(2)
    assert place.workers() == found and len(found) == 1


def test_what_a_stranger_says_of_their_own_address_is_not_what_is_counted(
    place: Place, playwright: Playwright
) -> None:
    context = playwright.request.new_context(ignore_https_errors=True)
    page = context.get(f"{place.url}/account/sign-in").text()
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token is not None
    answer = context.post(
        f"{place.url}/account/sign-in",
        form={"form_token": token.group(1), "name": "Tom Weller", "password": "not this one"},
        headers={"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"},
    )
    assert answer.status == 401
    rows = Store(place.data).rows("SELECT address FROM sign_in_misses")
    assert [row["address"] for row in rows] == ["127.0.0.1"]
    context.dispose()


def test_a_page_of_another_site_opens_no_websocket(place: Place) -> None:
    host = urllib.parse.urlsplit(place.url).netloc
    port = place.first_port
    request = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Origin: https://elsewhere.example\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
        one.sendall(request.encode())
        assert b" 403 " in one.recv(200)
