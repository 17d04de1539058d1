"""Progress and portfolio in a real browser: charts with words, a page that prints."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from practice import attempts, selfview, standings
from practice.store import Store
from scenarios.load import load_library
from tests.e2e.conftest import ARTEFACTS, App, OpenScreen, running_app
from tests.practised import practised

pytestmark = [pytest.mark.browser]
TIMEOUT_MS = 60_000
ROW = (1.0, 1.4, 1.2, 2.0, 2.4, 2.2, 2.8, 3.0)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> App:
    """An app whose trainee has practised for four weeks, and until a minute ago."""
    named = os.environ.get("BETWEEN_SEEDED")  # to look at a folder of one's own
    data = Path(named) if named else tmp_path_factory.mktemp("data") / "between"
    if not named:
        _practise(Store(data), datetime.now(UTC))
    with running_app(data) as started:
        yield started


def _practise(store: Store, now: datetime) -> None:
    attempts.add_person(store, "me", "You", now)
    clients = list(load_library().values())
    for number, overall in enumerate(ROW):
        at = now - timedelta(days=28 - 4 * number) - timedelta(minutes=21)
        scenario = clients[number % 5]
        first = practised(store, at, overall, scenario=scenario, shown={"reflection": "It sounds"})
        own = dict.fromkeys(("rationale", "collaboration", "obstacles"), 2)
        selfview.rate(store, first.id, own, at)
        practised(
            store,
            at + timedelta(minutes=2),
            overall + 0.5,
            scenario=scenario,
            retry_of=first.id,
            reaction="good_challenge",
        )
        standings.settle(store, "me", at + timedelta(minutes=3))


def test_progress_says_in_words_what_its_charts_show(seeded: App, screen: OpenScreen) -> None:
    shown = screen(f"{seeded.url}/progress")
    page = shown.page
    expect(page.get_by_text("How you see yourself")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_text("first tries").first).to_be_visible()
    charts = page.locator("[data-testid=stVegaLiteChart]")
    assert charts.count() >= 5
    page.wait_for_timeout(2500)
    shown.picture("progress-1")
    words = page.locator("[data-testid=stVegaLiteChart][aria-label*='over time:']")
    assert words.count() == 3
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(1500)
    shown.picture("progress-2-narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "it scrolls sideways"
    assert shown.hosts - {""} == {seeded.url.removeprefix("http://")}


def test_the_portfolio_prints_to_pdf(seeded: App, screen: OpenScreen, tmp_path: Path) -> None:
    shown = screen(f"{seeded.url}/portfolio")
    page = shown.page
    field = page.get_by_role("combobox", name="Replies")
    expect(field).to_be_visible(timeout=TIMEOUT_MS)
    for _ in range(2):
        field.click()
        page.get_by_role("option").filter(has_text=re.compile("[(]")).first.click()
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Your name").fill("Robin")
    page.get_by_role("textbox", name="Your name").press("Tab")
    expect(page.get_by_role("button", name="Take the portfolio along")).to_be_visible()
    page.wait_for_timeout(800)
    shown.picture("portfolio-1")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take the portfolio along").click()
    file = tmp_path / "portfolio.html"
    download.value.save_as(file)
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name="Practice portfolio")).to_be_visible()
    assert page.locator("article").count() == 2
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "portfolio-2.png", full_page=True)
    pdf = page.pdf(format="A4", path=ARTEFACTS / "portfolio.pdf")
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") >= 2 or pdf.count(b"/Type/Page") >= 2


def test_after_twenty_minutes_the_end_is_gentle(seeded: App, screen: OpenScreen) -> None:
    store = Store(seeded.data)
    newest = attempts.newest(store, attempts.LOCAL_PERSON, 1)[0]
    shown = screen(f"{seeded.url}/?scenario={newest.scenario}&attempt={newest.id}")
    page = shown.page
    skip = page.get_by_role("button", name="Skip")
    finish = page.get_by_role("button", name="Finish here")
    expect(skip.or_(finish)).to_be_visible(timeout=TIMEOUT_MS)
    if skip.is_visible():
        skip.click()
    expect(finish).to_be_visible(timeout=TIMEOUT_MS)
    finish.click()
    expect(page.get_by_text("That was a good stretch of practice")).to_be_visible()
    page.get_by_text("A private thought about your own assumptions").click()
    page.get_by_role("textbox", name="What happened just before?").fill("I sighed.")
    page.get_by_role("button", name="Keep this for myself").click()
    expect(page.get_by_text("Kept, for you alone.")).to_be_visible()
    shown.picture("session-end")


def test_a_check_holds_its_feedback_back(seeded: App, screen: OpenScreen) -> None:
    page = screen(f"{seeded.url}/progress").page
    page.get_by_role("button", name=re.compile("Check yourself")).click(timeout=TIMEOUT_MS)
    page.get_by_role("link", name=re.compile("Go on with your check")).click(timeout=TIMEOUT_MS)
    expect(page.get_by_text("A check: client 1 of 3")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_text("show me first")).to_have_count(0)
    page.get_by_text("Type", exact=True).click()
    page.get_by_role("textbox", name="What would you say?").fill(
        "It sounds as if this has been a lot to carry. What would make it a bit more bearable?"
    )
    page.get_by_role("button", name="Score this reply").click()
    page.get_by_role("button", name="Skip", exact=True).click(timeout=TIMEOUT_MS)
    expect(page.get_by_text("1 of 3 done.")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_role("heading", name="What was there")).to_have_count(0)
    page.get_by_role("button", name="Stop the check and see the feedback").click()
    expect(page.get_by_text(re.compile("What was there|Not scored this time"))).to_be_visible(
        timeout=TIMEOUT_MS
    )
