"""“Your data” and a locked recording in a real browser, with the key and without it."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from practice import accounts, attempts, consent, reviews, selfview, vault
from practice.store import Store
from practice.worker import now
from tests.e2e.conftest import App, OpenScreen, running_app
from tests.people import Place, a_place, a_score
from tests.stand_ins import a_scenario, a_transcript, voice_like, wav

pytestmark = pytest.mark.browser

PASSWORD = "quiet harbour lantern 7"
PAGE_MS = 30_000
SOUND_S = 20.0


def a_reply(place: Place, at: datetime, seconds: float) -> attempts.Attempt:
    store, sound = place.store, wav(voice_like(seconds))
    one = attempts.start(store, person=place.tom.id, scenario=a_scenario(), at=at, recording=sound)
    said = a_transcript("It sounds as if a diary is the last thing you want.")
    one = attempts.move(store, one, "transcribed", at, transcript=said)
    selfview.rate(store, one.id, None, at)
    return attempts.move(store, one, "scored", at, score=a_score())


def filled(folder: Path, keys: str) -> tuple[Place, attempts.Attempt]:
    """Tom has two locked replies, one of them submitted; a research export was made."""
    at = now() - timedelta(days=2)
    locks = vault.from_environment({vault.SETTING: keys})
    place = a_place(Store(folder, locks), at)
    with place.store.change() as db:
        accounts.set_password(db, place.tom, PASSWORD)
        accounts.set_password(db, place.ines, PASSWORD)
    for purpose in ("supervision", "research"):
        consent.give(place.store, place.tom, purpose, at)  # type: ignore[arg-type]
    first = a_reply(place, at, SOUND_S)
    a_reply(place, at + timedelta(days=1), 4.0)
    reviews.submit(place.store, place.tom, first.id, at)
    reviews.to_hear(place.store, place.sunniva, first.id, at)
    return place, first


def signed_in(app: App, page: Page, name: str = "Tom Weller") -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Account and sign out")).to_be_visible(timeout=PAGE_MS)


def test_a_trainee_sees_until_when_recordings_are_kept_and_hears_a_locked_one(
    tmp_path: Path, screen: OpenScreen
) -> None:
    key = vault.new_key()
    place, first = filled(tmp_path / "between", key)
    with running_app(tmp_path / "between", BETWEEN_ACCOUNTS="1", BETWEEN_RECORDING_KEY=key) as app:
        shown = screen(f"{app.url}/account/sign-in")
        page = shown.page
        signed_in(app, page)
        page.goto(f"{app.url}/privacy")
        page.get_by_text("2 recordings, and until when each is kept").click(timeout=PAGE_MS)
        rows = page.get_by_role("listitem").filter(has_text="I'm not a diary person")
        expect(rows).to_have_count(2)
        until = [first.created_at + timedelta(days=n) for n in (365, 181)]
        expect(rows.filter(has_text="submitted it")).to_contain_text(
            f"{until[0].astimezone():%d %B %Y}"
        )
        expect(rows.filter(has_text="practise with")).to_contain_text(
            f"{until[1].astimezone():%d %B %Y}"
        )
        shown.picture("privacy-1-your-data")
        page.set_viewport_size({"width": 390, "height": 844})
        shown.picture("privacy-2-your-data-narrow")
        page.set_viewport_size({"width": 1200, "height": 900})
        with page.expect_response(re.compile("/account/sound/")) as answered:
            page.goto(f"{app.url}/?scenario=refusal-diary&attempt={first.id}")
        assert answered.value.status in (200, 206)
        sound = page.locator("audio").last
        sound.evaluate("one => new Promise(go => { one.oncanplay = go; one.load() })")
        assert sound.evaluate("one => one.duration") == pytest.approx(SOUND_S, abs=0.2)
        moved = "one => new Promise(go => { one.onseeked = () => go(one.currentTime);"
        assert sound.evaluate(moved + " one.currentTime = 15 })") == pytest.approx(15, abs=0.1)
        shown.picture("privacy-3-locked-and-heard")
    on_disk = place.store.recording_path(first.recording or "").read_bytes()
    assert on_disk.startswith(vault.MAGIC)
    with running_app(tmp_path / "between", BETWEEN_ACCOUNTS="1") as app:  # without the key
        page.goto(f"{app.url}/account/sign-in")
        signed_in(app, page)
        page.goto(f"{app.url}/privacy")
        expect(
            page.get_by_text("The key that recordings are locked with is missing")
        ).to_be_visible(timeout=PAGE_MS)
        page.goto(f"{app.url}/?scenario=refusal-diary&attempt={first.id}")
        expect(page.get_by_text("This recording cannot be heard now.")).to_be_visible(
            timeout=PAGE_MS
        )
        shown.picture("privacy-4-without-the-key")
        page.context.clear_cookies()
        page.goto(f"{app.url}/account/sign-in")
        signed_in(app, page, "Ines Maar")
        expect(page.get_by_text("BETWEEN_RECORDING_KEY is not set")).to_be_visible()
        assert "No recording is lost" in (tmp_path / "between-app.log").read_text()
