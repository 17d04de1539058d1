"""Runs axe-core on a page in the browser; its script comes from a package, nothing is fetched."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

COUNT = ("minor", "moderate", "serious", "critical")
RUN = """
async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
"""
Exceptions = dict[tuple[str, str], str]  # (rule, part of the element's HTML or selector): why


@cache
def script() -> str:
    """Returns axe-core as the package holds it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[dict[str, Any]]:
    """Returns what axe finds on the page as it stands."""
    page.evaluate(script())  # evaluated, not added as an element: the account pages allow no script
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return found


def faults(
    page: Page, excepted: Exceptions, impacts: Sequence[str] = COUNT, used: set[Any] | None = None
) -> Iterator[str]:
    """Gives each fault of these impacts that is no exception: rule, selector, HTML.

    Args:
        page: as it stands.
        excepted: what is known and cannot be mended from here.
        impacts: which faults count.
        used: gets the exceptions that were met.
    """
    for rule in violations(page):
        for node in rule["nodes"]:
            if (node["impact"] or rule["impact"]) not in impacts:
                continue
            where = " ".join(str(part) for part in node["target"])
            key = next(
                (
                    one
                    for one in excepted
                    if one[0] == rule["id"] and (one[1] in where or one[1] in node["html"])
                ),
                None,
            )
            if key is None:
                why = " ".join(node["failureSummary"].split())[:300]
                yield f"{rule['id']} at {where}: {node['html'][:200]} ({why})"
            elif used is not None:
                used.add(key)
