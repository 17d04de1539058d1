"""Writing a client in a real browser, with a recorded line, and practising with them at once."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from practice import attempts, bank, exchange, media
from practice.accounts import ALONE
from practice.store import Store
from practice.worker import now
from scenarios.load import load_library
from scenarios.models import ScenarioSet
from scoring.rubric import BEHAVIOURS
from tests.conftest import GOLDEN
from tests.e2e.conftest import App, OpenScreen
from tests.test_practice_exchange import a_bank, opened, packed

pytestmark = [pytest.mark.browser, pytest.mark.model]

LINE = GOLDEN / "replies" / "toohard-phone-middling-48k.wav"  # said into the microphone
SPEECH = GOLDEN / "replies" / "toohard-phone-middling.flac"
HEARD_TIMEOUT_MS = 120_000  # on two busy cores; alone it takes a few seconds
TEXTS = {
    "First name": "Ada",
    "What brings them": "low mood since she stopped swimming",
    "What they want": "to swim with her daughter again",
    "What they found in session": "on the day she walked to the pool her mood lifted",
    "What to do between sessions": "noting what she did and how it felt",
    "Where we are": "Session 3. You have just suggested a short diary.",
    "How it is said": "tired, not hostile",
    "What to practise here": "hear the refusal before offering the reason again",
    "A strong reply": "It sounds as if a diary is the last thing you need. What would suit you?",
}


def fill(page: Page, label: str, text: str) -> None:
    box = page.get_by_role("textbox", name=label, exact=True)
    box.fill(text)
    box.blur()


def settled(page: Page) -> None:
    """Waits until the page has taken in what was typed."""
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0, timeout=30_000)


def choose(page: Page, label: str, names: list[str]) -> None:
    box = page.get_by_role("combobox", name=re.compile(label))
    for name in names:
        box.fill(name)  # only what is written is offered
        box.press("Enter")
        settled(page)
    box.press("Escape")


def test_a_client_is_written_with_a_recorded_line_and_practised_with_at_once(
    app: App, screen: OpenScreen
) -> None:
    shown = screen(f"{app.url}/author", microphone=LINE)
    page = shown.page
    expect(page.get_by_text("Make a client of your own")).to_be_visible(timeout=30_000)
    page.get_by_role("textbox", name="Title", exact=True).fill("I'm not a diary person")
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_text("“First name” is empty; write something there.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()

    page.get_by_text("The voice is mine").click()
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(7000)
    page.get_by_role("button", name="Stop recording").click()
    heard = page.get_by_role("textbox", name="What the client says", exact=True)
    expect(heard).not_to_be_empty(timeout=HEARD_TIMEOUT_MS)
    said = heard.input_value()
    heard.fill(said + " Sorry.")
    heard.blur()
    for label, text in TEXTS.items():
        fill(page, label, text)
    page.get_by_role("textbox", name="Why", exact=True).first.fill("It hears her first.")
    page.get_by_role("textbox", name="Why", exact=True).first.blur()
    choose(
        page,
        "What a good reply does",
        [BEHAVIOURS[one].name for one in ("reflection", "client_ideas")],
    )
    expect(page.get_by_text("Before it can be tried out")).to_have_count(0, timeout=30_000)
    page.wait_for_timeout(1000)
    shown.picture("author-1-form")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(800)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "it scrolls sideways"
    shown.picture("author-2-form-narrow")
    page.set_viewport_size({"width": 1200, "height": 900})

    page.get_by_role("link", name="Try it out").click()
    expect(page.get_by_text("You are trying this out")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Listen to Ada")).to_be_visible()
    assert bank.published(Store(app.data)) == {}
    page.go_back()
    page.get_by_role("button", name="Publish", exact=True).click(timeout=30_000)
    expect(page.get_by_text("It is in the library")).to_be_visible(timeout=30_000)
    store = Store(app.data)
    scenario = bank.published(store)["im-not-a-diary-person"]
    assert scenario.clip.transcript == f"{said} Sorry."
    assert scenario.client.name == "Ada" and scenario.goal == TEXTS["What they want"]
    assert media.sound_path(store, scenario.clip.id) is not None

    page.get_by_role("link", name="Practise with this client").click()
    expect(page.get_by_text("Listen to Ada")).to_be_visible(timeout=30_000)
    clip = page.locator("audio").first
    clip.evaluate("clip => { clip.muted = true; return clip.play(); }")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
    page.get_by_text("Type", exact=True).click()
    page.get_by_role("textbox", name="What would you say?").fill(
        "It sounds as if a diary is the last thing you need just now. What would suit you instead?"
    )
    page.get_by_role("button", name="Score this reply").click()
    page.get_by_role("button", name="Skip", exact=True).click(timeout=30_000)
    expect(page.get_by_role("heading", name="What was there")).to_be_visible(
        timeout=HEARD_TIMEOUT_MS
    )
    (attempt,) = attempts.newest(store, attempts.LOCAL_PERSON, 5)
    assert attempts.scenario_answered(store, attempt) == scenario

    page.goto(f"{app.url}/library")
    page.get_by_role("textbox", name="Search").fill("ada swim")
    page.get_by_role("textbox", name="Search").blur()
    expect(page.get_by_text("You have practised with them once")).to_be_visible(timeout=30_000)
    expect(page.get_by_text(re.compile(r"^1 of \d+ clients$"))).to_be_visible()
    shown.picture("author-3-library")
    assert shown.hosts - {""} == {app.url.removeprefix("http://")}


def test_a_file_that_is_no_recording_is_refused_kindly_and_one_that_is_is_heard(
    app: App, screen: OpenScreen, tmp_path: Path
) -> None:
    shown = screen(f"{app.url}/author", width=390, height=844)
    page = shown.page
    page.get_by_role("textbox", name="Title", exact=True).fill("A file", timeout=30_000)
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_text("The voice is mine").click(timeout=30_000)
    page.get_by_text("Choose a file", exact=True).click()
    broken = tmp_path / "line.mp4"
    broken.write_bytes(b"this is not a film" * 500)
    page.locator("input[type=file]").set_input_files(broken)
    expect(page.get_by_text("it could not be read as sound or film")).to_be_visible(timeout=30_000)
    shown.picture("author-4-refused-narrow")
    page.locator("input[type=file]").set_input_files(SPEECH)
    heard = page.get_by_role("textbox", name="What the client says", exact=True)
    expect(heard).not_to_be_empty(timeout=HEARD_TIMEOUT_MS)
    page.reload()
    expect(heard).not_to_be_empty(timeout=30_000)  # kept without a Save button
    expect(page.locator("audio").first).to_be_visible()


def test_a_set_is_brought_in_whole_or_not_at_all_and_goes_out_again(
    app: App, screen: OpenScreen, tmp_path: Path
) -> None:
    there = a_bank(tmp_path / "there", now())
    chosen = ScenarioSet(id="mine", title="Mine", description="One.", scenarios=("not-a-diary",))
    good = exchange.write(there, ALONE, chosen, bank.published(there), now())
    bad = packed({**opened(good), "../up.yaml": b"x"})
    (tmp_path / "good.zip").write_bytes(good)
    (tmp_path / "bad.zip").write_bytes(bad)
    shown = screen(f"{app.url}/author", width=390, height=844)
    page = shown.page
    page.get_by_text("Bring in a set from a file").click(timeout=30_000)
    page.locator("input[type=file]").set_input_files(tmp_path / "bad.zip")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("Nothing was brought in.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("'../up.yaml': a set holds only")).to_be_visible()
    shown.picture("author-5-set-refused-narrow")
    assert "mine" not in bank.sets(Store(app.data))
    page.locator("input[type=file]").set_input_files(tmp_path / "good.zip")
    expect(page.get_by_text("Nothing was brought in.")).to_have_count(0, timeout=30_000)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("“Mine” is here, with 1 client")).to_be_visible(timeout=30_000)
    page.reload()
    with page.expect_download() as saving:
        page.locator(".st-key-export-mine button").click(timeout=30_000)
    again = opened(Path(saving.value.path()).read_bytes())
    assert {"sets/mine.yaml", "scenarios/not-a-diary.yaml"} < again.keys()


def test_the_library_is_filtered_and_looked_at_on_a_phone(app: App, screen: OpenScreen) -> None:
    shown = screen(f"{app.url}/library", width=390, height=844)
    page = shown.page
    page.get_by_text("Filters").click(timeout=30_000)
    page.get_by_role("button", name="Perfectionism", exact=True).click()
    page.get_by_role("button", name="Looking back at it", exact=True).click()
    cards = page.locator("[class*=st-key-card-]")
    expected = [
        one
        for one in load_library().values()
        if (one.challenge, one.phase) == ("perfectionism", "review")
    ]
    expect(cards).to_have_count(len(expected), timeout=30_000)
    name = expected[0].client.name
    page.get_by_text(f"Look closer at {name}").click()
    expect(page.get_by_text(f"Listen to {name}")).to_be_visible()
    expect(page.get_by_text(expected[0].clip.transcript)).to_have_count(0)
    page.get_by_text("Show captions").click()
    expect(page.get_by_text(expected[0].clip.transcript)).to_be_visible()
    shown.picture("library-narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "it scrolls sideways"
    page.get_by_role("textbox", name="Search").fill("no such client")
    page.get_by_role("textbox", name="Search").blur()
    expect(page.get_by_text("No client fits all of that.")).to_be_visible()
    page.get_by_role("textbox", name="Search").fill("")
    page.get_by_role("textbox", name="Search").blur()
    page.get_by_role("link", name=f"Practise with {name}").click()
    expect(page.get_by_text("Answer out loud")).to_be_visible(timeout=30_000)
    expect(page.get_by_text(f"Listen to {name}")).to_be_visible()


def test_a_client_may_answer_back_and_a_slip_of_the_finger_loses_no_line(
    app: App, screen: OpenScreen
) -> None:
    shown = screen(f"{app.url}/author", width=390, height=844)
    page = shown.page
    page.get_by_role("textbox", name="Title", exact=True).fill("Two turns", timeout=30_000)
    page.get_by_role("button", name="Begin", exact=True).click()
    two_turns = page.get_by_text("The client answers back (two turns)")
    two_turns.click(timeout=30_000)
    expect(page.get_by_role("heading", name="They open up")).to_be_visible(timeout=30_000)
    said = page.get_by_role("textbox", name="What the client says", exact=True)
    expect(said).to_have_count(4)  # the first line and three that may follow
    said.nth(2).fill("It was the handwriting.")
    said.nth(2).blur()
    settled(page)
    expect(page.get_by_text("The client's next line 3 cannot be heard yet")).to_be_visible()
    page.wait_for_timeout(1000)
    shown.picture("author-6-two-turns-narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "it scrolls sideways"
    kept = bank.get(Store(app.data), "two-turns").draft["follow_ups"]
    assert [one["clip"]["transcript"] for one in kept] == ["", "It was the handwriting.", ""]
    two_turns.click()
    expect(said).to_have_count(1, timeout=30_000)
    assert bank.get(Store(app.data), "two-turns").draft["follow_ups"] == []
    page.wait_for_timeout(1500)  # the form is laid out anew, with a new switch in it
    settled(page)
    two_turns.click()
    expect(said).to_have_count(4, timeout=30_000)
    expect(said.nth(2)).to_have_value("It was the handwriting.")
