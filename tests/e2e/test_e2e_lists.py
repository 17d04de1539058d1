"""Lists in and out, as an instructor's spreadsheet makes and opens them, in a real browser."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from practice import accounts
from practice.store import Store
from tests.e2e.conftest import ARTEFACTS, App, running_app
from tests.e2e.test_e2e_axe import signed_in
from tests.full_place import FullPlace, full_place

pytestmark = [pytest.mark.browser]
PAGE_MS = 60_000


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> FullPlace:
    return full_place(Store(tmp_path_factory.mktemp("lists") / "between"), datetime.now(UTC))


@pytest.fixture(scope="module")
def app(full: FullPlace) -> Iterator[App]:
    with running_app(full.place.store.folder, BETWEEN_ACCOUNTS="1") as started:
        yield started


@pytest.fixture
def page(browser: Browser, app: App, full: FullPlace) -> Iterator[Page]:
    made = signed_in(browser, app, full, "ines")
    yield made
    made.context.close()


def test_a_list_with_a_wrong_line_loses_nothing_and_a_mended_one_invites(
    page: Page, app: App, full: FullPlace, tmp_path: Path
) -> None:
    page.goto(f"{app.url}/people")
    page.get_by_role("tab", name="A list").click(timeout=PAGE_MS)
    field = page.get_by_role("textbox", name="Or write the list here")
    field.fill("name, role\nZoë Åker\nBo Ny, king\nTom Weller")
    page.get_by_role("button", name="Make the invitations").click()
    expect(page.get_by_text("Line 3: king is no role")).to_be_visible(timeout=PAGE_MS)
    expect(page.get_by_text("Line 4: there is somebody called Tom Weller already")).to_be_visible()
    expect(field).to_have_value("name, role\nZoë Åker\nBo Ny, king\nTom Weller")
    assert accounts.find_by_name(full.place.store, "Zoë Åker") is None
    page.set_viewport_size({"width": 390, "height": 1500})
    page.wait_for_timeout(600)
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "list-refused-narrow.png")
    page.set_viewport_size({"width": 1200, "height": 900})
    field.fill("")
    excel = "Name;Role\r\nZoë Åker;\r\nBo Ny;supervisor, instructor\r\n"
    file = tmp_path / "people.csv"
    file.write_bytes(excel.encode("utf-8-sig"))
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("people.csv")).to_be_visible()
    page.wait_for_timeout(800)
    page.get_by_role("button", name="Make the invitations").click()
    links = page.locator("code").filter(has_text=re.compile("account/link"))
    expect(links).to_be_visible(timeout=PAGE_MS)
    assert [line.partition(":")[0] for line in links.inner_text().split("\n") if line] == [
        "Zoë Åker",
        "Bo Ny",
    ]
    made = accounts.find_by_name(full.place.store, "Bo Ny")
    assert made is not None and made.roles == {"supervisor", "instructor"}


def test_the_gradebook_opens_in_a_spreadsheet(page: Page, app: App) -> None:
    page.goto(f"{app.url}/cohorts")
    button = page.get_by_role("button", name="Gradebook (CSV)")
    expect(button).to_be_visible(timeout=PAGE_MS)
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename == "a-no.csv"
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")  # so that Excel reads its letters
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    tom = next(row for row in rows if row["name"] == "Tom Weller")
    assert (tom["assignment"], tom["done"], tom["of"], tom["late"]) == ("A no", "1", "2", "yes")
    (heading,) = [one for one in tom if one.startswith("refusal-school (")]
    assert heading.startswith("refusal-school (Gareth: ")
    assert tom[heading] == "reviewed"
    assert len(rows) == 7
