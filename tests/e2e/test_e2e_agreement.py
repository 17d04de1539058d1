"""The agreement page, a second blind rating and an adjusted score, in a real browser."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from practice import accounts, attempts, calibrating, pipeline, users
from practice.store import Store
from practice.worker import now
from scenarios.models import Scenario
from scoring.models import Score
from tests.e2e.conftest import App, OpenScreen, running_app
from tests.rated_place import a_score, of_library, rated_place

pytestmark = pytest.mark.browser

PASSWORD = "quiet harbour lantern 7"
PAGE_MS = 30_000


class StandIn:
    """A scorer that gives every reply 2, 1.5 and 3, as the place's other scores were given."""

    def score(self, text: str, scenario: Scenario, breaks: tuple[int, ...] = ()) -> Score:
        values = {"rationale": 2.0, "collaboration": 1.5, "obstacles": 3.0}
        return a_score(values, {"open_question"}, scenario)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A place with 90 rated replies over five months, a calibration, and a reply scored since."""
    data = tmp_path_factory.mktemp("rated") / "between"
    store = Store(data)
    began = now() - timedelta(days=150)
    _, _, tom, *_ = rated_place(store, began, 90, n_twice=30, scenarios=of_library, days_apart=1.6)
    accounts.add(store, "Ines Maar", ("instructor",), now())
    calibrating.calibrate(store, now())
    attempt = attempts.start(
        store,
        person=tom.id,
        scenario=of_library(0),
        at=now() - timedelta(hours=2),
        typed="It sounds as if it is too much. What would make it lighter for you this week?",
    )
    pipeline.finish(store, attempt, lambda: None, StandIn, now)
    with running_app(data, BETWEEN_ACCOUNTS="1") as started:
        yield started


def sign_in(place: App, page: Page, name: str) -> None:
    """Takes a password by a new one-time link, as its person would."""
    said = users.again(Store(place.data), name, now())
    token = re.search(r"/account/link/([\w-]+)", said)
    assert token is not None, said
    page.goto(f"{place.url}/account/link/{token.group(1)}")
    page.get_by_label("A password").fill(PASSWORD)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button").first.click()
    expect(page.get_by_text("Account and sign out")).to_be_visible(timeout=PAGE_MS)


@pytest.mark.parametrize(("who", "width"), [("Sunniva Berg", 1200), ("Ines Maar", 390)])
def test_supervisors_and_instructors_see_how_far_machine_and_people_agree(
    place: App, screen: OpenScreen, who: str, width: int
) -> None:
    shown = screen(place.url, width=width)
    page = shown.page
    sign_in(place, page, who)
    page.goto(f"{place.url}/agreement")
    expect(page.get_by_role("heading", name="Agreement", level=1)).to_be_visible(timeout=PAGE_MS)
    expect(page.get_by_text("from 120 such ratings of 90 replies by 2 supervisors")).to_be_visible()
    first = page.locator(".card").first
    expect(first).to_contain_text("The machine agrees with supervisors like this so far:")
    expect(first).to_contain_text("from 120 ratings.")
    expect(first).to_contain_text("from 30 replies.")
    expect(first.locator(".bar")).to_have_count(6)
    expect(page.get_by_text("adjusted to this clinic’s supervisors (version 1")).to_be_visible()
    expect(page.get_by_role("rowheader", name="asks an open question")).to_be_visible()
    page.wait_for_timeout(1000)
    shown.picture(f"a1-agreement-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"
    box = page.get_by_role("combobox", name=re.compile("What to look at"))
    box.click()
    box.press_sequentially("Offers real")
    page.get_by_role("option", name="Offers real choice").click()
    expect(page.get_by_text("Kappa. 1 is complete agreement")).to_be_visible()
    expect(page.get_by_text(re.compile("too few ratings to show")).first).to_be_visible()
    assert shown.hosts == {place.url.removeprefix("http://")}
    for trainee in range(1, 13):
        assert page.get_by_text(f"Trainee {trainee}", exact=True).count() == 0


def test_a_second_supervisor_is_offered_what_a_colleague_returned_and_rates_it_blind(
    place: App, screen: OpenScreen
) -> None:
    shown = screen(place.url)
    page = shown.page
    sign_in(place, page, "Otto Lind")
    page.goto(f"{place.url}/reviews")
    expect(page.get_by_text("A second pair of ears")).to_be_visible(timeout=PAGE_MS)
    shown.picture("a2-second-ratings")
    page.get_by_role("button", name=re.compile("Open Trainee")).first.click()
    expect(page.get_by_text("Rate it, before you see any other rating")).to_be_visible(
        timeout=PAGE_MS
    )
    assert page.get_by_text("Side by side").count() == 0
    for group in ("Rationale", "Collaboration", "Obstacle handling"):
        page.get_by_role("radiogroup", name=group).get_by_text(re.compile("^2:")).click()
    page.get_by_role("button", name="Keep this rating").click()
    page.get_by_role("button", name=re.compile("Reveal")).click()
    expect(page.get_by_text("Another supervisor, blind")).to_be_visible(timeout=PAGE_MS)
    shown.picture("a3-second-revealed")


@pytest.mark.parametrize("width", [1200, 390])
def test_an_adjusted_score_says_so_and_shows_the_machines_own(
    place: App, screen: OpenScreen, width: int
) -> None:
    shown = screen(place.url, width=width)
    page = shown.page
    sign_in(place, page, "Trainee 1")
    page.goto(f"{place.url}/attempts")
    page.get_by_role("link", name="Open this reply").first.click(timeout=PAGE_MS)
    expect(page.get_by_role("heading", name="What was there")).to_be_visible(timeout=PAGE_MS)
    card = page.locator(".card", has_text="Collaboration").filter(has_text="The machine’s own")
    expect(card).to_contain_text("Adjusted to this clinic’s supervisors (version 1, from 120")
    expect(card).to_contain_text("The machine’s own: about 1.5 of 4, likely 0.5 to 2.5.")
    expect(page.get_by_text("The machine agrees with supervisors here like this")).to_be_visible()
    shown.picture(f"a4-adjusted-{width}")
    page.goto(f"{place.url}/about")
    expect(page.get_by_text("Adjusted to this clinic?")).to_be_visible(timeout=PAGE_MS)
    page.wait_for_timeout(500)
    shown.picture(f"a5-about-{width}")
