"""A set from the library, one client after the other, in a real browser; a new page goes on."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import App, OpenScreen

pytestmark = [pytest.mark.browser]
PAGE_MS = 60_000
REPLY = "It sounds as if this takes you straight back to school. What would feel worth trying?"


def answer(page: Page) -> None:
    page.get_by_text("Type", exact=True).click()
    page.get_by_role("textbox", name="What would you say?").fill(REPLY)
    page.get_by_role("button", name="Score this reply").click()
    page.get_by_role("button", name="Skip", exact=True).click(timeout=PAGE_MS)
    expect(page.get_by_role("heading", name="What was there")).to_be_visible(timeout=PAGE_MS)


def test_a_set_is_practised_from_the_library_in_order(app: App, screen: OpenScreen) -> None:
    shown = screen(f"{app.url}/library")
    page = shown.page
    page.get_by_text("Sets: several clients").click(timeout=PAGE_MS)
    button = page.get_by_role("button", name="Practise “First steps”")
    expect(button).to_be_visible()
    page.wait_for_timeout(800)
    shown.picture("set-1-library")
    button.click()
    expect(page.get_by_text("First steps: client 1 of 5")).to_be_visible(timeout=PAGE_MS)
    assert re.search(r"scenario=refusal-school", page.url)
    answer(page)
    expect(page.get_by_text("number 2 of 5 in the set “First steps”")).to_be_visible()
    shown.picture("set-2-next")
    page.get_by_role("button", name="Next client").click()
    expect(page.get_by_text("First steps: client 2 of 5")).to_be_visible(timeout=PAGE_MS)
    expect(page.get_by_text("1 of 5 answered so far")).to_be_visible()
    # Another browser, another day: the library says where one was.
    later = screen(f"{app.url}/library", width=390, height=844)
    expect(later.page.get_by_role("link", name="client 2 of 5")).to_be_visible(timeout=PAGE_MS)
    later.page.wait_for_timeout(800)
    later.picture("set-3-go-on-narrow")
    later.page.get_by_role("button", name="Stop this set").click()
    expect(later.page.get_by_text("client 2 of 5")).to_have_count(0, timeout=PAGE_MS)
