"""A press on a page that moves under the pointer is not lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import App, OpenScreen

pytestmark = pytest.mark.browser

# What Streamlit does to a page while it draws it: something above goes, all below jumps up.
JUMP = """
addEventListener("mousedown", () => {
  document.querySelector("[data-testid=stHeading]").style.display = "none";
  document.querySelector("[data-testid=stSelectbox]").style.display = "none";
}, {capture: true, once: true});
"""


def press(page: Page, name: str, moved_px: int = 0) -> None:
    box = page.get_by_role("button", name=name).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + moved_px)
    page.mouse.up()


def test_a_press_counts_though_its_button_jumped_away_and_a_drag_does_not(
    app: App, screen: OpenScreen
) -> None:
    page = screen(f"{app.url}/?scenario=toohard-phone", height=2400).page
    page.get_by_text("Type", exact=True).click(timeout=30_000)
    expect(page.get_by_role("button", name="Score this reply")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1000)
    said = page.get_by_text("There are no words here yet")
    press(page, "Score this reply", moved_px=300)  # begun and thought better of
    page.wait_for_timeout(1000)
    expect(said).to_have_count(0)
    before = page.get_by_role("button", name="Score this reply").bounding_box()
    page.evaluate(JUMP)
    press(page, "Score this reply")
    after = page.get_by_role("button", name="Score this reply").bounding_box()
    assert before is not None and after is not None
    assert before["y"] - after["y"] > before["height"], "the button has to jump for this test"
    expect(said).to_be_visible(timeout=30_000)
