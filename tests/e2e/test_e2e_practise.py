"""The main job in a real browser: listen, answer out loud, see the score, try again."""

import re
import wave
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from practice import attempts
from practice.store import Store
from tests.conftest import GOLDEN
from tests.e2e.conftest import App, OpenScreen

pytestmark = [pytest.mark.browser, pytest.mark.model]

REPLY = GOLDEN / "replies" / "toohard-phone-middling-48k.wav"
RESULT_TIMEOUT_MS = 120_000  # on two busy cores; alone it takes a few seconds
NOISE_HOSTS = {""}  # blob: and data: addresses have no host


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def skip_self_rating(page: Page) -> None:
    """Skips the self-rating, which is asked before any score is shown."""
    page.get_by_role("button", name="Skip").click(timeout=30_000)


def test_a_spoken_reply_goes_from_microphone_to_a_saved_score(app: App, screen: OpenScreen) -> None:
    with wave.open(str(REPLY)) as file:
        duration_s = file.getnframes() / file.getframerate()
    shown = screen(f"{app.url}/?scenario=toohard-phone", microphone=REPLY)
    page = shown.page

    expect(page.get_by_text("Ellie").first).to_be_visible(timeout=30_000)
    clip = page.locator("audio").first
    expect(clip).to_be_visible()
    clip.evaluate("clip => { clip.muted = true; return clip.play(); }")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
    clip.evaluate("clip => clip.pause()")
    expect(page.get_by_text("I had the number up on my phone")).to_have_count(0)
    page.get_by_text("Show captions").click()
    expect(page.get_by_text("I had the number up on my phone")).to_be_visible()
    shown.picture("1-listen")

    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(int(duration_s * 1000) + 1000)
    shown.picture("2-recording")
    page.get_by_role("button", name="Stop recording").click()

    expect(page.get_by_text(re.compile("Saving|Saved|Transcribing|Scoring")).first).to_be_visible()
    shown.picture("3-working")
    skip_self_rating(page)
    expect(page.get_by_role("heading", name="What was there")).to_be_visible(
        timeout=RESULT_TIMEOUT_MS
    )
    for name in ("Rationale", "Collaboration", "Obstacle handling", "One thing to try next"):
        expect(page.get_by_text(name).first).to_be_visible()
    heard = words(page.locator(".reply").inner_text())
    written = words((REPLY.parent / "toohard-phone-middling.txt").read_text())
    assert len(set(written) & set(heard)) >= 0.8 * len(set(written))
    page.wait_for_timeout(1000)
    shown.picture("4-result")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(1000)
    shown.picture("5-result-narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "it scrolls sideways"

    store = Store(app.data)
    saved = attempts.newest(store, attempts.LOCAL_PERSON, 10)
    assert [one.state for one in saved] == ["scored"]
    assert saved[0].recording is not None
    assert store.recording_path(saved[0].recording).stat().st_size > 16000 * 2 * duration_s * 0.8

    page.reload()
    expect(page.get_by_role("heading", name="What was there")).to_be_visible(timeout=30_000)
    page.goto(f"{app.url}/attempts")
    expect(page.get_by_text("Open this reply").first).to_be_visible(timeout=30_000)
    shown.picture("6-attempts-narrow")
    assert shown.hosts - NOISE_HOSTS == {app.url.removeprefix("http://")}


def test_a_typed_reply_is_scored_and_a_second_try_stands_beside_it(
    app: App, screen: OpenScreen
) -> None:
    shown = screen(f"{app.url}/?scenario=refusal-school")
    page = shown.page

    def type_reply(text: str) -> None:
        page.get_by_text("Type", exact=True).click()
        page.get_by_role("textbox", name="What would you say?").fill(text)
        page.get_by_role("button", name="Score this reply").click()
        skip_self_rating(page)
        expect(page.get_by_role("heading", name="What was there")).to_be_visible(
            timeout=RESULT_TIMEOUT_MS
        )

    expect(page.get_by_text("Answer out loud")).to_be_visible(timeout=30_000)
    type_reply("You really need to write it down, Gareth. Just do it every day and you'll be fine.")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Answer out loud, again")).to_be_visible()
    type_reply(
        "It sounds as if being handed something to write takes you straight back to school, and I"
        " put it there without asking. What would feel worth trying, to you?"
    )
    expect(page.get_by_text("Before", exact=True)).to_be_visible()
    expect(page.get_by_text("New this time:")).to_be_visible()
    shown.picture("7-try-again")


def test_without_a_microphone_the_page_says_what_to_do_and_upload_works(
    app: App, screen: OpenScreen
) -> None:
    shown = screen(f"{app.url}/?scenario=toohard-phone", width=390, height=844)
    page = shown.page
    expect(page.get_by_text("Answer out loud")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("Nothing happening?")).to_be_visible()
    page.wait_for_timeout(1500)
    shown.picture("8-no-microphone-narrow")
    page.get_by_text("Upload a recording", exact=True).click()
    page.locator("input[type=file]").set_input_files(
        GOLDEN / "replies" / "toohard-phone-middling.flac"
    )
    skip_self_rating(page)
    expect(page.get_by_role("heading", name="What was there")).to_be_visible(
        timeout=RESULT_TIMEOUT_MS
    )


def test_a_file_that_is_no_recording_gets_one_kind_sentence(
    app: App, screen: OpenScreen, tmp_path: Path
) -> None:
    broken = tmp_path / "reply.wav"
    broken.write_bytes(b"this is not sound" * 500)
    shown = screen(f"{app.url}/?scenario=refusal-school")
    page = shown.page
    page.get_by_text("Upload a recording", exact=True).click(timeout=30_000)
    page.locator("input[type=file]").set_input_files(broken)
    expect(page.get_by_text("This reply could not be used")).to_be_visible(
        timeout=RESULT_TIMEOUT_MS
    )
    assert page.get_by_text("Traceback").count() == 0
    shown.picture("9-not-a-recording")
