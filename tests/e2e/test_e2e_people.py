"""Four people in four browsers, from the first start to a contested and answered review."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from practice import accounts
from practice.store import Store
from tests.conftest import GOLDEN
from tests.e2e.conftest import App, OpenScreen, running_app

pytestmark = [pytest.mark.browser, pytest.mark.model]

REPLY = GOLDEN / "replies" / "toohard-phone-middling.flac"
SAID = "phone"
PASSWORD = "quiet harbour lantern 7"
SLOW_MS = 120_000
PAGE_MS = 30_000
PLAYER = (
    "[...document.querySelectorAll('*')].map((one) => one.shadowRoot?.querySelector('audio'))"
    ".find(Boolean)"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app with accounts and nobody in it yet."""
    with running_app(tmp_path_factory.mktemp("place") / "between", BETWEEN_ACCOUNTS="1") as started:
        yield started


def first_link(place: App) -> str:
    """The first instructor's link, from what the server printed where it was started."""
    log = (place.data.parent / f"{place.data.name}-app.log").read_text()
    printed = re.search(rf"{re.escape(place.url)}/account/link/[\w-]+", log)
    assert printed is not None, log  # it can be opened as it stands, whatever the port
    return printed.group()


def take_password(page: Page, name: str | None = None) -> None:
    if name is not None:
        page.get_by_label("Your name").fill(name)
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Account and sign out")).to_be_visible(timeout=PAGE_MS)


def go(page: Page, place: App, path: str, title: str) -> None:
    page.goto(f"{place.url}/{path}")
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=PAGE_MS)


def pick(page: Page, label: str, *choices: str) -> None:
    """Picks from one of Streamlit's lists."""
    box = page.get_by_role("combobox", name=re.compile(label)).last
    for choice in choices:
        box.click()
        box.press_sequentially(choice)
        option = page.get_by_role("option", name=choice).first
        expect(option).to_be_visible(timeout=PAGE_MS)
        page.wait_for_timeout(500)  # the list is drawn anew with every letter
        option.click()
        page.wait_for_timeout(300)
    page.keyboard.press("Tab")


def invite(page: Page, name: str, role: str) -> None:
    box = page.get_by_role("textbox", name="Name", exact=True)
    expect(box).to_have_count(1, timeout=PAGE_MS)  # two while a rerun replaces the page
    box.fill(name)
    if role != "trainee":
        page.get_by_role("button", name=re.compile("Clear all")).first.click()
        pick(page, "What they are here", role)
    page.get_by_role("button", name="Make an invitation").click()


def made_link(page: Page, place: App, name: str) -> str:
    shown = page.locator("code").filter(has_text=name)
    expect(shown).to_be_visible(timeout=PAGE_MS)
    made = re.search(r"http://\S+/account/link/[\w-]+", shown.inner_text())
    assert made is not None
    page.get_by_role("button", name="I have them").click()
    expect(shown).to_have_count(0, timeout=PAGE_MS)
    assert made.group().startswith(f"{place.url}/"), "links begin as the page they are made on"
    return made.group()


def status(page: Page, address: str) -> int:
    """What an address answers; asked twice where the server just closed an idle connection."""
    try:
        return page.request.get(address).status
    except Error:
        return page.request.get(address).status


def listens(page: Page, n: int) -> bool:
    """Presses the nth sentence; it plays from there and is marked while it is being said."""
    sentence = page.locator(".said").nth(n - 1)
    expect(sentence).to_be_visible(timeout=PAGE_MS)
    minutes, seconds = sentence.locator(".at").inner_text().split(":")
    sentence.click()
    page.wait_for_function(f"() => {PLAYER}.currentTime > 0 && !{PLAYER}.paused")
    expect(sentence).to_have_attribute("aria-current", "true")
    expect(page.locator(".said.now")).to_have_count(1)
    return bool(page.evaluate(f"{PLAYER}.currentTime") >= int(minutes) * 60 + int(seconds))


def test_from_invitation_to_a_returned_and_contested_review(place: App, screen: OpenScreen) -> None:
    # The first start: only who sees the server's own output can take the first account.
    instructor = screen(place.url)
    expect(instructor.page.get_by_role("heading", name="Sign in")).to_be_visible()
    instructor.picture("p1-sign-in")
    first = first_link(place)
    instructor.page.goto(first)
    instructor.picture("p2-first-instructor")
    take_password(instructor.page, "Ines Maar")

    # Invitations.
    page = instructor.page
    go(page, place, "people", "People")
    invite(page, "Tom Weller", "trainee")
    trainee_link = made_link(page, place, "Tom Weller")
    invite(page, "Sunniva Berg", "supervisor")
    supervisor_link = made_link(page, place, "Sunniva Berg")
    invite(page, "Una Holt", "trainee")
    colleague_link = made_link(page, place, "Una Holt")
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Make them supervisor").click()
    expect(page.get_by_text("Sunniva Berg supervises Tom Weller")).to_be_visible(timeout=PAGE_MS)
    instructor.picture("p3-people")

    # A cohort and an assignment.
    go(page, place, "cohorts", "Cohorts")
    page.get_by_role("textbox", name="What is it called?").first.fill("Autumn group")
    page.get_by_role("button", name="Make the cohort").click()
    expect(page.get_by_text("Nothing has been asked of this cohort yet.")).to_be_visible(
        timeout=PAGE_MS
    )
    pick(page, "Put in", "Tom Weller", "Una Holt")
    page.get_by_role("button", name="Put them in").click()
    expect(page.get_by_text("Every trainee here is in it.")).to_be_visible(timeout=PAGE_MS)
    page.get_by_role("textbox", name="What is it called?").last.fill("When it is too much")
    pick(page, "Vignettes", "Ellie")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("When it is too much")).to_be_visible(timeout=PAGE_MS)
    instructor.picture("p4-cohort")

    # The trainee: no link works twice, and what is another role's is not there.
    trainee = screen(trainee_link, width=390, height=844)
    trainee.picture("p5-invited-narrow")
    take_password(trainee.page)
    page = trainee.page
    page.goto(trainee_link)
    expect(page.get_by_text("does not work any more")).to_be_visible()
    go(page, place, "asked", "Asked of you")
    expect(page.get_by_text("When it is too much")).to_be_visible()
    trainee.picture("p6-asked-narrow")
    for path in ("people", "cohorts", "reviews"):
        page.goto(f"{place.url}/{path}")
        expect(page.get_by_text("Account and sign out")).to_be_visible(timeout=PAGE_MS)
        expect(page.get_by_role("heading", name=path.capitalize(), level=1)).to_have_count(0)
    page.goto(f"{place.url}/?scenario=toohard-phone")
    page.get_by_text("Upload a recording", exact=True).click(timeout=PAGE_MS)
    page.locator("input[type=file]").set_input_files(REPLY)
    expect(page.get_by_role("heading", name="how was that?")).to_be_visible(timeout=PAGE_MS)
    questions = page.get_by_role("radiogroup", name=re.compile("Did you"))
    expect(questions).to_have_count(3, timeout=PAGE_MS)  # they come a moment after their heading
    for group in questions.all():
        group.get_by_text("3 · mostly").click()
    page.get_by_role("button", name="Show me the feedback").click()
    expect(page.get_by_role("heading", name="What was there").first).to_be_visible(timeout=SLOW_MS)
    attempt = re.search(r"attempt=(\w+)", page.url)
    assert attempt is not None
    sound = f"{place.url}/account/sound/{attempt.group(1)}"
    expect(page.locator(f"audio[src^='{sound}']")).to_have_count(1)

    # The supervisor sees nothing before it is submitted: not in the queue, not by its address.
    supervisor = screen(supervisor_link)
    take_password(supervisor.page)
    go(supervisor.page, place, "reviews", "Reviews")
    expect(supervisor.page.get_by_text("Nothing is waiting")).to_be_visible()
    assert status(supervisor.page, sound) == 403
    assert status(instructor.page, sound) == 403
    supervisor.page.goto(f"{place.url}/reviews?review={attempt.group(1)}")
    expect(supervisor.page.get_by_text("not yours to see")).to_be_visible(timeout=PAGE_MS)

    page.get_by_text("My supervisors may hear").first.click()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("It is with your supervisors")).to_be_visible(timeout=PAGE_MS)

    # Listening, and rating before anything of the machine's is on the page.
    page = supervisor.page
    go(page, place, "reviews", "Reviews")
    supervisor.picture("p7-queue")
    page.get_by_role("button", name=re.compile("Open Tom Weller")).click()
    expect(page.get_by_text("Rate it, before you see")).to_be_visible(timeout=PAGE_MS)
    assert status(supervisor.page, sound) == 200
    assert listens(page, 2)
    assert "likely" not in page.locator("body").inner_text()
    supervisor.picture("p8-blind")

    # A comment on the moment that is playing; the player plays on through all that follows.
    page.evaluate(f"{PLAYER}.marked = true")
    page.get_by_role("button", name="Comment on this moment").click()
    page.get_by_role("textbox", name="What would you like to say?").fill("Lovely start here.")
    page.get_by_role("button", name="Keep this comment").click()
    expect(page.locator(".note", has_text="Lovely start here.")).to_be_visible(timeout=PAGE_MS)
    assert page.evaluate(f"{PLAYER}.marked && {PLAYER}.currentTime > 0"), "the player was renewed"

    # What was really said, beside what the machine heard.
    page.get_by_text("Correct the words").click()
    box = page.get_by_role("textbox", name="What was said")
    box.fill(box.input_value() + " <b>And</b> what would feel worth trying, to you?")
    page.get_by_role("button", name="Keep the corrected words").click()
    expect(page.locator("ins", has_text="<b>And</b> what would feel")).to_be_visible(
        timeout=PAGE_MS
    )
    expect(page.locator(".said", has_text="worth trying, to you?")).to_be_visible()
    for group in ("Rationale", "Collaboration", "Obstacle handling"):
        page.get_by_role("radiogroup", name=group).get_by_text(re.compile("^2:")).click()
    page.get_by_role("button", name="Keep this rating").click()
    page.get_by_role("button", name="Reveal the machine").click(timeout=PAGE_MS)
    expect(page.get_by_text("Side by side")).to_be_visible(timeout=PAGE_MS)
    row = page.get_by_role("row", name=re.compile("^Rationale"))
    assert re.fullmatch(r"Rationale\s+2 of 4\s+.*\s+3 of 4", row.inner_text().strip())
    expect(page.get_by_text("blind ratings of scored replies; so far there is 1.")).to_be_visible()
    page.get_by_role("button", name="Score the corrected words").click()
    expect(page.get_by_text("The machine, on the corrected words")).to_be_visible(timeout=SLOW_MS)
    page.get_by_text("An example for others").click()
    page.get_by_role("textbox", name="What can others learn").fill("It hears Ellie first.")
    page.get_by_role("button", name="Ask Tom Weller").click()
    expect(page.get_by_text("has been asked and has not answered yet")).to_be_attached(
        timeout=PAGE_MS
    )
    page.get_by_role("textbox", name="A few words").fill("Slow down before the plan.")
    page.get_by_text("Ask for another try").last.click()
    page.get_by_role("button", name="Return it").last.click()
    expect(page.get_by_text("It is back with its trainee")).to_be_visible(timeout=PAGE_MS)
    supervisor.picture("p9-returned")

    # The trainee is asked for another try, reads what came back, and hears the moment it is about.
    page = trainee.page
    go(page, place, "asked", "Asked of you")
    expect(page.get_by_text("would like you to try this one again")).to_be_visible()
    expect(page.get_by_role("link", name="Try it again")).to_have_attribute(
        "href", re.compile(rf"scenario=toohard-phone&again={attempt.group(1)}")
    )
    trainee.picture("p10-asked-again-narrow")
    page.get_by_role("link", name="See what came back").click()
    expect(page.get_by_text("Slow down before the plan.").first).to_be_visible(timeout=PAGE_MS)
    expect(page.locator(".note", has_text="Lovely start here.")).to_be_visible()
    assert listens(page, 1)
    expect(page.get_by_text("Corrected by your supervisor")).to_be_visible()
    expect(page.locator("ins", has_text="<b>And</b> what would feel")).to_be_visible()
    expect(page.get_by_text("The machine, on the corrected words")).to_be_visible()
    page.get_by_role("button", name="Yes, and my voice").click()
    expect(page.get_by_text("Colleagues can learn from this reply")).to_be_visible(timeout=PAGE_MS)

    # A colleague reads and hears it, unnamed, only after an own try.
    colleague = screen(colleague_link)
    take_password(colleague.page)
    page = colleague.page
    page.goto(f"{place.url}/?scenario=toohard-phone")
    expect(page.get_by_role("heading", name="Listen to Ellie")).to_be_visible(timeout=PAGE_MS)
    expect(page.get_by_text("A colleague’s reply")).to_have_count(0)
    page.get_by_text("Type", exact=True).click()
    page.get_by_role("textbox", name="What would you say?").fill(
        "It sounds as though the phone felt like far too much this week. What would feel possible?"
    )
    page.get_by_role("button", name="Score this reply").click()
    page.get_by_role("button", name="Skip", exact=True).click(timeout=PAGE_MS)
    page.get_by_text("A colleague’s reply").first.click(timeout=SLOW_MS)
    expect(page.get_by_text("It hears Ellie first.")).to_be_visible(timeout=PAGE_MS)
    assert "Tom" not in page.locator("body").inner_text()
    heard = page.locator("audio[src*='/account/example/']").get_attribute("src") or ""
    assert status(page, heard) == 200
    assert status(page, sound) == 403  # the attempt itself stays his
    colleague.picture("p11-colleague")

    # Taken back, it is gone at once; then the score is contested.
    page = trainee.page
    page.get_by_role("button", name="Take the example back").click()
    expect(page.get_by_text("Colleagues can learn from this reply")).to_have_count(
        0, timeout=PAGE_MS
    )
    assert status(colleague.page, heard) == 403
    colleague.page.reload()
    expect(colleague.page.get_by_text("What others might say")).to_be_visible(timeout=PAGE_MS)
    expect(colleague.page.get_by_text("A colleague’s reply")).to_have_count(0)
    page.get_by_text("I see this score differently").click()
    page.get_by_role("textbox", name="What do you see differently?").fill("I did ask her view.")
    page.get_by_role("button", name="Send it to my supervisor").click()
    expect(page.get_by_text("Your supervisor has not answered yet")).to_be_visible(timeout=PAGE_MS)
    trainee.picture("p12-contested-narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "it scrolls sideways"

    # The answer is a step of its own, with another rating; the machine's score stays.
    page = supervisor.page
    go(page, place, "reviews", "Reviews")
    expect(page.get_by_text("score contested")).to_be_visible()
    page.get_by_role("button", name=re.compile("Open Tom")).click()
    expect(page.get_by_text("I did ask her view.").first).to_be_visible(timeout=PAGE_MS)
    expect(page.get_by_role("heading", level=2).first).to_have_text("Answer what is contested")
    expect(page.get_by_role("checkbox", name="Ask for another try")).to_be_checked()  # it stands
    expect(page.get_by_role("button", name="Return it")).to_have_count(0)
    page.get_by_text("I rate it otherwise now").click()
    for group in ("Rationale", "Collaboration", "Obstacle handling"):
        page.get_by_role("radiogroup", name=group).first.get_by_text(re.compile("^3:")).click()
    page.get_by_role("textbox", name="Your answer to Tom Weller").fill("You did, at the end.")
    supervisor.picture("p13-answer")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("It is back with its trainee")).to_be_visible(timeout=PAGE_MS)
    expect(page.get_by_text("Nothing else is waiting")).to_be_visible()
    page = trainee.page
    page.reload()
    expect(page.get_by_text("You did, at the end.").first).to_be_visible(timeout=PAGE_MS)
    rated = page.get_by_text("What Sunniva Berg made of it").first
    expect(rated).to_be_visible()
    words, numbers = page.get_by_text("What came back to you").bounding_box(), rated.bounding_box()
    assert words is not None and numbers is not None and words["y"] < numbers["y"]
    expect(page.get_by_role("button", name="Try again now")).to_be_visible()  # the wish stands
    expect(page.get_by_role("img", name=re.compile("of 4")).first).to_be_visible()
    trainee.picture("p14-answered-narrow")
    go(page, place, "privacy", "Your data")
    expect(page.get_by_text("Sunniva Berg: reviewed a reply").first).to_be_visible()
    trainee.picture("p15-your-data-narrow")
    go(instructor.page, place, "cohorts", "Cohorts")
    instructor.picture("p16-grid")

    # Signed out, the old cookie opens nothing, and the open page goes dead.
    cookies = page.context.cookies()
    page.goto(f"{place.url}/account")
    trainee.picture("p17-account-narrow")
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.context.add_cookies(cookies)  # stolen before signing out
    page.goto(place.url)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert status(trainee.page, sound) == 401

    assert Path(place.data / "between.db").exists()
    assert accounts.find_by_name(Store(place.data), "tom weller") is not None
    for shown in (instructor, trainee, supervisor, colleague):
        assert shown.hosts - {""} == {place.url.removeprefix("http://")}
