"""Dashboards at scale: ``python -m ui.bench_dashboards [--attempts 1000 10000 100000]``.

Each page is loaded through a real server, signed in, on a place made up for it (a seeded database:
cohorts of thirty, a trainee with 300 attempts, see `practice.bench_place`): from the message that
the browser would send until the whole page has been drawn. The first load of each page is reported
apart, as it fills what a process keeps.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from practice import bench_place
from practice.bench_place import Place
from practice.store import Store
from practice.worker import now
from ui.bench_client import Client, PageError
from ui.bench_server import memory_mb, served

SIZES = (1_000, 10_000, 100_000)
REPEATS = 7
# What is measured: a name, who looks, the page's address, words that are on it.
PAGES = (
    ("class grid", "instructor", "cohorts", "Part 1"),
    ("progress", "trainee", "progress", "Over time"),
    ("attempts list", "trainee", "attempts", "Open this reply"),
    ("reviews queue", "supervisor", "reviews", "waiting since"),
    ("your data", "trainee", "privacy", "Who looked"),
    ("agreement", "instructor", "agreement", "greement"),
    ("people", "instructor", "people", "Everybody"),
    ("library", "trainee", "library", "Library"),
    ("practise", "trainee", "", "Answer out loud"),
)


async def _pages(url: str, place: Place, repeats: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, who, path, words in PAGES:
        token = place.tokens[getattr(place, who).id]
        async with Client(url, token) as page:
            taken = [await page.load(path) for _ in range(repeats + 1)]
            if not any(words in text for text in page.texts):
                raise PageError(f"The page {path!r} does not show {words!r}: {page.texts[:3]}")
        found[name] = {
            "first_ms": round(1000 * taken[0]),
            "ms": round(1000 * statistics.median(taken[1:])),
        }
    return found


def measure(sizes: Sequence[int] = SIZES, repeats: int = REPEATS) -> dict[str, Any]:
    """Returns the milliseconds of each page by the number of attempts in the database."""
    found: dict[str, Any] = {}
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder))
            place = bench_place.make(store, n, now())
            store.close()
            with served(Path(folder), accounts=True) as app:
                pages = asyncio.run(_pages(app.url, place, repeats))
                found[f"attempts_{n}"] = {
                    **pages,
                    "slowest_ms": max(one["ms"] for one in pages.values()),
                    "database_mb": round(store.path.stat().st_size / 1e6),
                    "memory_mb": memory_mb(app.pid),
                }
    return found


def main() -> None:
    """Measures and prints one JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, nargs="+", default=list(SIZES))
    asked = parser.parse_args()
    print(json.dumps(measure(asked.attempts)))  # noqa: T201


if __name__ == "__main__":
    main()
