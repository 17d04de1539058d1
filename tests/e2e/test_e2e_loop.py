"""The whole loop by keyboard alone, and the pages around it, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from practice import attempts, selfview, standings
from practice.store import Store
from tests.conftest import GOLDEN
from tests.e2e.conftest import App, OpenScreen

pytestmark = [pytest.mark.browser]

REPLY = GOLDEN / "replies" / "toohard-phone-middling-48k.wav"
TIMEOUT_MS = 60_000
MOST_TABS = 80
TELLING = "You really need to write it down, Gareth. Just do it every day and you'll be fine."
HEARING = (
    "It sounds as if being handed something to write takes you straight back to school, and I"
    " put it there without asking. What would feel worth trying, to you?"
)


def focused(page: Page) -> str:
    """What a screen reader would call the focused element, roughly."""
    said: str = page.evaluate(
        """() => { const e = document.activeElement;
        if (e === document.body) return '';
        const label = e.labels && e.labels.length ? e.labels[0].innerText : '';
        return (e.getAttribute('aria-label') || label || e.innerText || '').trim(); }"""
    )
    return said


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the element of that name has the focus."""
    expect(page.get_by_text(name).first).to_be_visible(timeout=TIMEOUT_MS)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        page.wait_for_timeout(20)
        if focused(page).split("\n")[0] == name:
            return
    raise AssertionError(f"{name!r} cannot be reached by Tab; the focus is on {focused(page)!r}")


def answer(page: Page, text: str) -> None:
    tab_to(page, "Speak")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="What would you say?")).to_be_visible()
    tab_to(page, "What would you say?")
    page.keyboard.type(text)
    tab_to(page, "Score this reply")
    page.keyboard.press("Enter")
    expect(page.get_by_text("First, your own view")).to_be_visible(timeout=TIMEOUT_MS)


def test_the_keyboard_alone_runs_the_whole_loop(app: App, screen: OpenScreen) -> None:
    shown = screen(f"{app.url}/?scenario=refusal-school")
    page = shown.page
    expect(page.get_by_text("For this try")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_text("What others might say")).to_have_count(0)
    answer(page, TELLING)
    expect(page.get_by_role("heading", name="What was there")).to_have_count(0)

    for question in ("Did you give a reason", "Did you hear Gareth", "Did you take up what gets"):
        group = page.get_by_role("radiogroup", name=re.compile(question))
        for _ in range(MOST_TABS):
            page.keyboard.press("Tab")
            if group.evaluate("group => group.contains(document.activeElement)"):
                break
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(group.get_by_role("radio", name="2 · partly")).to_be_checked()
    page.wait_for_timeout(3000)  # the score has come in meanwhile, and nothing chosen was lost
    shown.picture("loop-1-self-rating")
    tab_to(page, "Show me the feedback")
    page.keyboard.press("Enter")
    expect(page.get_by_text("How you saw it")).to_be_visible(timeout=TIMEOUT_MS)
    shown.picture("loop-2-feedback")

    tab_to(page, "Try again")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Answer out loud, again")).to_be_visible()
    shown.picture("loop-3-again")
    answer(page, HEARING)
    tab_to(page, "Skip")
    page.keyboard.press("Enter")
    expect(page.get_by_text("New this time:")).to_be_visible(timeout=TIMEOUT_MS)

    tab_to(page, "Good challenge")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The level stays at beginner")).to_be_visible()
    shown.picture("loop-4-next")
    expect(page.get_by_text("Next", exact=True)).to_be_visible()  # with whom, and why
    tab_to(page, "Next client")
    page.keyboard.press("Enter")
    expect(page.get_by_text("For this try")).to_be_visible(timeout=TIMEOUT_MS)
    assert "refusal-school" not in page.url

    store = Store(app.data)
    tries = attempts.newest(store, attempts.LOCAL_PERSON, 10)
    second, first = tries[0], tries[1]
    rating = selfview.rating_of(store, first.id)
    assert rating is not None and rating.ratings == {
        "rationale": 2,
        "collaboration": 2,
        "obstacles": 2,
    }
    skipped = selfview.rating_of(store, second.id)
    assert skipped is not None and skipped.ratings is None
    assert selfview.reaction_of(store, second.id) == "good_challenge"
    log = standings.log(store, attempts.LOCAL_PERSON)
    assert [(row.attempt, row.move) for row in log] == [(first.id, "hold")]


def test_a_novice_may_ask_for_examples_first(app: App, screen: OpenScreen) -> None:
    page = screen(f"{app.url}/?scenario=rupture-angry").page
    expect(page.get_by_text("For this try")).to_be_visible(timeout=TIMEOUT_MS)
    example = page.get_by_text("You were alone with your chest pounding")
    expect(example).to_have_count(0)
    page.get_by_text("I’m new to this: show me first").click()
    expect(example).to_be_visible()


def test_in_the_hot_seat_recording_starts_as_the_clip_ends(app: App, screen: OpenScreen) -> None:
    shown = screen(f"{app.url}/?scenario=rupture-angry", microphone=REPLY)
    page = shown.page
    page.get_by_text("Start recording by itself").click(timeout=TIMEOUT_MS)
    begin = page.get_by_role("button", name="Play, then record at once")
    expect(begin).to_be_visible(timeout=TIMEOUT_MS)
    begin.focus()
    page.keyboard.press("Enter")
    player = page.locator("[data-testid=stAudio]").first
    page.wait_for_function("p => !p.paused", arg=player.element_handle())
    expect(page.get_by_role("button", name="Stop recording")).to_have_count(0)
    player.evaluate("p => { p.currentTime = p.duration - 0.5; }")
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible(timeout=10_000)
    shown.picture("hot-seat")
