"""An invited person in a real browser: the institution's page, out, and in again that way."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from practice import accounts, audit, identities, invitations
from practice.access import SHELL
from practice.store import Store
from practice.worker import now
from tests.e2e.conftest import App, OpenScreen, free_port, running_app
from tests.provider import Provider, running_provider

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PAGE_MS = 30_000
ITS_STYLES = "cdn.jsdelivr.net"  # asked for by the provider's own page, not by ours


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as started:
        yield started


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[App]:
    port = free_port()
    settings = provider.settings(f"http://127.0.0.1:{port}")
    data = tmp_path_factory.mktemp("institution") / "between"
    with running_app(data, port=port, BETWEEN_ACCOUNTS="1", **settings) as started:
        yield started


def signs_in_there(page: Page, provider: Provider, subject: str) -> None:
    expect(page.get_by_role("heading", name="Authorize Client")).to_be_visible(timeout=PAGE_MS)
    assert page.url.startswith(provider.issuer)
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize").click()


def test_an_invited_person_links_signs_out_and_comes_in_that_way(
    place: App, provider: Provider, screen: OpenScreen
) -> None:
    store = Store(place.data)
    person, token = invitations.invite(store, SHELL, "Tom Weller", ("trainee",), now())
    shown = screen(f"{place.url}/account/link/{token}")
    page = shown.page
    button = page.get_by_role("button", name="Sign in with Fenwick College")
    expect(button).to_be_visible()
    shown.picture("i1-invited")

    # Without the tick nothing begins; with it, on to the provider's own page.
    button.click()
    expect(page.get_by_text("Please tick the box first")).to_be_visible()
    page.get_by_role("checkbox").check()
    button.click()
    signs_in_there(page, provider, "tom-1871")
    expect(page.get_by_text("Tom Weller · Account and sign out")).to_be_visible(timeout=PAGE_MS)
    assert page.url.startswith(place.url)

    # The way out, and what the account page says about the way in.
    page.get_by_role("link", name="Account and sign out").click()
    expect(page.get_by_role("heading", name="Fenwick College")).to_be_visible(timeout=PAGE_MS)
    shown.picture("i2-account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    shown.picture("i3-sign-in")

    # In again from a page asked for, which is where it leads; it is their own.
    page.goto(f"{place.url}/privacy")
    page.get_by_role("button", name="Sign in with Fenwick College").click()
    signs_in_there(page, provider, "tom-1871")
    expect(page.get_by_role("heading", name="Your data", level=1)).to_be_visible(timeout=PAGE_MS)
    expect(page.get_by_text("Tom Weller · Account and sign out")).to_be_visible(timeout=PAGE_MS)
    assert identities.ways(store, person.id).issuers == (provider.issuer,)
    assert "linked an institution's sign-in" in {
        one.action for one in audit.all_about(store, person.id)
    }

    # Somebody the provider knows and nobody invited; and the same pages on a telephone.
    other = screen(place.url, width=390, height=844)
    other.picture("i4-sign-in-narrow")
    other.page.get_by_role("button", name="Sign in with Fenwick College").click()
    signs_in_there(other.page, provider, "nobody-2")
    expect(other.page.get_by_text("ask an instructor for an invitation")).to_be_visible()
    other.picture("i5-not-invited-narrow")
    assert other.page.evaluate("document.documentElement.scrollWidth") <= 390
    other.page.goto(f"{place.url}/practise")
    expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()

    hosts = {place.url.removeprefix("http://"), provider.issuer.removeprefix("http://")}
    assert (shown.hosts | other.hosts) - {"", ITS_STYLES} == hosts
    assert accounts.find_by_name(store, "tom weller") is not None


def test_settings_that_are_not_complete_are_said_once_and_passwords_work(
    tmp_path: Path, screen: OpenScreen
) -> None:
    settings = {"BETWEEN_ACCOUNTS": "1", "BETWEEN_OIDC_ISSUER": "https://sign-in.example"}
    with running_app(tmp_path / "between", **settings) as started:
        log = (tmp_path / "between-app.log").read_text()
        said = [line for line in log.splitlines() if "BETWEEN_OIDC" in line]
        assert len(said) == 1
        assert "set BETWEEN_OIDC_CLIENT_ID and BETWEEN_OIDC_CLIENT_SECRET" in said[0]
        assert "Traceback" not in log
        page = screen(started.url).page
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        expect(page.get_by_role("button")).to_have_count(1)
        assert re.search("Sign in with", page.content()) is None
