"""Two turns in a real browser: the client answers back, and the second reply is kept with it."""

import pytest
from playwright.sync_api import Page, expect

from practice import attempts, bank
from practice.store import Store
from practice.worker import now
from scenarios.load import load_library
from scenarios.models import Scenario
from tests.e2e.conftest import App, OpenScreen
from tests.test_practice_two_turns import showing

pytestmark = pytest.mark.browser

RESULT_TIMEOUT_MS = 120_000
NEXT_LINE = "refusal-worksheet"  # any shipped clip will do for what the client says next
FIRST = (
    "You left school at sixteen and hated it, and I've just handed you a little book. That's on me."
    " You said that fixing the gate lifted your mood. What would feel worth trying, to you?"
)
SECOND = (
    "So a worksheet is not for you, and I am glad that you told me. What would suit you better, if"
    " anything, before we meet again?"
)


@pytest.fixture(scope="module")
def answers_back(app: App) -> Scenario:
    """A published scenario whose client has one more line, whatever the reply does."""
    library = load_library()
    scenario = Scenario.model_validate(
        {
            **library["refusal-school"].model_dump(),
            "id": "answers-back",
            "follow_ups": [{"stance": "opens", "clip": library[NEXT_LINE].clip.model_dump()}],
        }
    )
    with Store(app.data).change() as db:
        bank.put(db, scenario, "me", now())
    return scenario


def type_reply(page: Page, text: str) -> None:
    page.get_by_text("Type", exact=True).click(timeout=30_000)
    page.get_by_role("textbox", name="What would you say?").fill(text)
    page.get_by_role("button", name="Score this reply").click()
    page.get_by_role("button", name="Skip", exact=True).click(timeout=RESULT_TIMEOUT_MS)
    expect(page.get_by_role("heading", name="What was there")).to_be_visible(
        timeout=RESULT_TIMEOUT_MS
    )


def test_the_client_answers_back_and_the_second_reply_is_kept_with_the_line_it_answers(
    app: App, answers_back: Scenario, screen: OpenScreen
) -> None:
    line = answers_back.follow_ups[0].clip.transcript
    shown = screen(f"{app.url}/?scenario=answers-back", width=390, height=844)
    page = shown.page
    type_reply(page, FIRST)
    onward = page.get_by_role("button", name="Hear what Gareth says next")
    expect(onward).to_be_visible()
    shown.picture("two-turns-1-first-narrow")
    onward.click()
    expect(page.get_by_text("So far", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_text(FIRST)).to_be_visible()
    expect(page.get_by_text(line)).to_have_count(0)  # it is to be heard first
    page.locator("audio").first.evaluate("clip => { clip.muted = true; return clip.play(); }")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
    shown.picture("two-turns-2-next-narrow")
    page.reload()  # nothing is lost
    type_reply(page, SECOND)
    expect(page.get_by_role("button", name="Hear what Gareth says next")).to_have_count(0)
    shown.picture("two-turns-3-second-narrow")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("So far", exact=True)).to_be_visible(timeout=30_000)
    type_reply(page, SECOND + " I would rather hear it from you.")
    expect(page.get_by_text("This time", exact=True)).to_be_visible()

    store = Store(app.data)
    third, second, first = attempts.newest(store, attempts.LOCAL_PERSON, 3)
    assert (first.after, second.after, third.after) == (None, first.id, first.id)
    assert third.retry_of == second.id
    assert attempts.scenario_answered(store, second).clip == answers_back.follow_ups[0].clip
    assert attempts.scenario_answered(store, first) == answers_back


def test_nobody_goes_on_from_another_persons_reply(
    app: App, answers_back: Scenario, screen: OpenScreen
) -> None:
    store = Store(app.data)
    attempts.add_person(store, "other", "Other", now())
    theirs = attempts.start(
        store, person="other", scenario=answers_back, at=now(), typed="Only for my supervisor."
    )
    attempts.move(store, theirs, "scored", now(), score=showing())
    shown = screen(f"{app.url}/?scenario=answers-back&after={theirs.id}")
    expect(shown.page.get_by_text("Answer out loud")).to_be_visible(timeout=30_000)
    expect(shown.page.get_by_text("Only for my supervisor.")).to_have_count(0)
    expect(shown.page.get_by_text("So far", exact=True)).to_have_count(0)
