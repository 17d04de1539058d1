"""A running app and a real headless Chromium whose microphone plays a spoken reply."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM

ROOT = Path(__file__).parent.parent.parent
ARTEFACTS = ROOT / "artefacts"
START_TIMEOUT_S = 60
SETTLE_MS = 600  # for fonts and layout before a picture
QUIET = (  # without these, Chromium itself calls home
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class App:
    """A running app: its address and its data folder."""

    url: str
    data: Path


@dataclass
class Screen:
    """A browser page, with every host it asked and every console error."""

    page: Page
    hosts: set[str] = field(default_factory=set)

    def picture(self, name: str) -> None:
        """Keeps a screenshot of the whole page as a build artefact."""
        ARTEFACTS.mkdir(exist_ok=True)
        size = self.page.viewport_size
        assert size is not None
        height = self.page.evaluate(
            "(document.querySelector('[data-testid=stMain]') || document.body).scrollHeight"
        )
        self.page.set_viewport_size({"width": size["width"], "height": int(height) + 40})
        self.page.wait_for_timeout(SETTLE_MS)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")
        self.page.set_viewport_size(size)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_app(
    data: Path, *, port: int | None = None, base: str = "", **environment: str
) -> Iterator[App]:
    port = port or free_port()
    url = f"http://127.0.0.1:{port}{base}"
    with (data.parent / f"{data.name}-app.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", "app.py"),
                *("--server.port", str(port), "--server.headless", "true"),
                *(("--server.baseUrlPath", base) if base else ()),
            ],
            cwd=ROOT,
            env={**os.environ, "BETWEEN_DATA": str(data), "BETWEEN_QUEUE": "", **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            until = time.monotonic() + START_TIMEOUT_S
            while True:
                try:
                    with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                        break
                except OSError:
                    assert process.poll() is None, "the app stopped at once"
                    assert time.monotonic() < until, "the app did not start"
                    time.sleep(0.2)
            yield App(url, data)
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("data") / "between") as started:
        yield started


OpenScreen = Callable[..., Screen]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for a whole file of tests, with no microphone."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def screen() -> Iterator[OpenScreen]:
    """Opens a page: ``screen(url, microphone=wav | None, width=…)``."""
    with sync_playwright() as playwright:
        browsers: list[Browser] = []

        def opened(
            url: str, microphone: Path | None = None, width: int = 1200, height: int = 900
        ) -> Screen:
            flags = list(QUIET)
            if microphone is None:
                flags.append("--deny-permission-prompts")
            else:
                flags += [
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                    f"--use-file-for-fake-audio-capture={microphone}%noloop",
                ]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            browsers.append(browser)
            context = browser.new_context(viewport={"width": width, "height": height})
            page = context.new_page()
            shown = Screen(page)
            page.on("request", lambda request: shown.hosts.add(urlparse(request.url).netloc))
            page.on("websocket", lambda socket: shown.hosts.add(urlparse(socket.url).netloc))
            page.goto(url)
            return shown

        yield opened
        for browser in browsers:
            browser.close()
