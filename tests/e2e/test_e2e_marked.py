"""HTML, Markdown and SQL in every text that somebody can type: shown as it was typed, never run."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from practice import portfolio
from practice.store import Store
from tests.e2e.conftest import App, running_app
from tests.e2e.test_e2e_axe import VISITS, settle, signed_in, unfold
from tests.full_place import FullPlace, full_place

pytestmark = [pytest.mark.browser]
PAGE_MS = 60_000
MARK = "<img src=x onerror=hit=1>![m](http://mark.example/m)';DROP TABLE x--"
SHORTEST = "<img src=x onerror=hit=1>"
# Where texts of people's are stored, and where only ids, states, times and hashes are.
TEXTS = {
    "people.name",
    "scenario_versions.body",
    "attempts.typed",
    "attempts.detail",
    "transcripts.body",
    "scores.body",
    "written_plans.body",
    "reflections.body",
    "bank_scenarios.draft",
    "bank_versions.body",
    "bank_clips.body",
    "bank_sets.body",
    "cohorts.title",
    "assignments.body",
    "review_trail.note",
    "set_runs.title",
    "corrections.text",
    "correction_scores.body",
    "example_replies.why",
}
NO_TEXTS = {
    *("accounts.sign_in_name", "accounts.password", "bank_log.did", "bank_log.subject"),
    *("audit_log.action", "audit_log.subject", "item_figures.body", "item_figures.item"),
    *("item_sources.item", "item_sources.of_sha256", "attempt_log.reason", "attempt_log.was"),
    *("attempt_log.became", "attempts.reason", "checks.scenarios", "consents.purpose"),
    *("one_time_links.kind", "one_time_links.token_sha256", "practice_standing.body"),
    *("practice_families.body", "practice_families.family", "reactions.reaction"),
    *("review_ratings.body", "review_trail.did", "roles.role", "schedule_log.body"),
    *("scores.model_version", "set_runs.scenarios", "sessions.token_sha256"),
    *("sign_in_misses.address", "sign_in_misses.name_sha256", "transcripts.engine"),
    *("transcripts.model", "work.holder", "work.lane", "work.stage", "work.trouble"),
    *("cohort_people.part", "recordings.sha256", "scenario_versions.sha256"),
    *("attempts.scenario_version", "attempts.recording", "calibrations.maps"),
    *("calibrations.model_version", "calibrations.report", "identities.issuer"),
    *("identities.subject", "sign_in_trips.cookie_sha256", "sign_in_trips.one_time_link"),
    *("sign_in_trips.purpose", "sign_in_trips.session", "recording_keys.mark"),
    *("example_replies.answer", "example_replies.asked_by", "correction_scores.model_version"),
    "corrections.trouble",
    # Never shown: where to go after signing in, the name on its way, the machine's own numbers.
    *("sign_in_trips.target", "sign_in_trips.name", "scores.raw"),
}
PLAIN = re.compile(r"(^|_)(id|at|until|state|person|attempt|cohort|scenario|retry_of|after)$")
NAMES = re.compile(r"(trainee|supervisor|instructor|made_by|rater|actor|owner|assignment|review)$")


def test_every_column_of_text_is_looked_at(full: FullPlace) -> None:
    store = full.place.store
    columns = {
        f"{table}.{row['name']}"
        for table in store.db.table_names()
        if not table.startswith("_") and table != "sqlite_sequence"
        for row in store.rows(f"PRAGMA table_info([{table}])")
        if row["type"] == "TEXT" and not PLAIN.search(row["name"]) and not NAMES.search(row["name"])
    }
    assert columns == TEXTS | NO_TEXTS


@pytest.mark.parametrize("column", sorted(TEXTS))
def test_the_place_has_the_mark_in(column: str, full: FullPlace) -> None:
    table, _, name = column.partition(".")
    found = full.place.store.rows(
        f"SELECT count(*) AS n FROM [{table}] WHERE [{name}] LIKE ?", f"%{SHORTEST}%"
    )
    assert found[0]["n"] > 0


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> FullPlace:
    folder = tmp_path_factory.mktemp("marked") / "between"
    return full_place(Store(folder), datetime.now(UTC), MARK)


@pytest.fixture(scope="module")
def app(full: FullPlace) -> Iterator[App]:
    with running_app(full.place.store.folder, BETWEEN_ACCOUNTS="1") as started:
        yield started


SHOWN_ON = {  # pages on which at least one marked text has to be read as it was typed
    *("practise", "asked", "library", "attempts", "portfolio", "reviews", "cohorts"),
    *("vignettes", "people", "author", "privacy"),
}


@pytest.mark.parametrize("path", VISITS)
def test_nothing_that_was_typed_runs_on(
    path: str, browser: Browser, app: App, full: FullPlace
) -> None:
    pages: dict[str, Page] = {}
    asked: set[str] = set()
    read, faults = False, []
    for visit in VISITS[path]:
        visit.before(full)
        if visit.who not in pages:
            page = signed_in(browser, app, full, visit.who)
            page.on("request", lambda request: asked.add(urlparse(request.url).netloc))
            pages[visit.who] = page
        page = pages[visit.who]
        page.goto(f"{app.url}/{path if path != 'practise' else ''}{visit.query(full)}")
        expect(page.get_by_text(visit.shows).first).to_be_visible(timeout=PAGE_MS)
        settle(page)
        visit.then(page)
        unfold(page)
        name = f"{path}{visit.query(full)[:40]} ({visit.who})"
        if page.evaluate("window.hit === 1"):
            faults.append(f"{name}: it ran")
        for image in page.locator("img").all():
            source = image.get_attribute("src") or ""
            if source == "x" or "mark.example" in source:
                faults.append(f"{name}: it became a picture")
        read = read or SHORTEST in page.locator("body").inner_text()
    for page in pages.values():
        page.context.close()
    assert not [one for one in asked if "mark.example" in one], f"{path} asked a foreign host"
    assert not faults, "\n".join(faults)
    assert read or path not in SHOWN_ON, f"{path} shows nobody's text as it was typed"


def test_the_portfolio_takes_it_along_harmless(full: FullPlace, browser: Browser) -> None:
    entry = portfolio.entry(full.place.store, full.result)
    made = portfolio.page(f"Tom{MARK}", f"Why?{MARK}", [entry], datetime.now(UTC))
    page = browser.new_page()
    page.set_content(made)
    page.wait_for_timeout(500)
    assert page.evaluate("window.hit") is None
    assert page.locator("img").count() == 0
    assert SHORTEST in page.locator("body").inner_text()
    page.close()


def test_the_tables_are_all_still_there(full: FullPlace) -> None:
    assert full.place.store.rows("SELECT count(*) AS n FROM attempts")[0]["n"] > 10
