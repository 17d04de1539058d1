"""Page reruns under load: ``python -m ui.bench_sessions [--sessions 1 25 50 100] [--seconds 40]``.

A light session is one signed-in trainee with the practice page open: the page is loaded, then, with
5 to 10 seconds of thought before each, the switch that shows the examples is turned, on and off. A
rerun is measured from the message that the browser would send until the page has been drawn again.
The one who measures runs on the same cores as the server.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from practice import bench, bench_place
from practice.bench import peak_memory_mb
from practice.store import Store
from practice.worker import now
from ui.bench_client import Client
from ui.bench_server import memory_mb, served

SESSIONS = (1, 25, 50, 100)
SECONDS = 40.0
THINKS_S = (5.0, 10.0)
N_ATTEMPTS = 10_000  # a hundred trainees
SWITCH = "I’m new to this"
CLIENT = "scenario=refusal-school"


async def _session(url: str, token: str, draw: random.Random, seconds: float) -> list[float]:
    """One person's reruns, in seconds; the loading of the page is not among them."""
    loop = asyncio.get_running_loop()
    taken: list[float] = []
    until = loop.time() + THINKS_S[1] + seconds
    await asyncio.sleep(draw.uniform(0, THINKS_S[1]))  # nobody comes at the same moment
    async with Client(url, token) as page:
        await page.load("", CLIENT)
        on = True
        while True:
            thought_s = draw.uniform(*THINKS_S)
            if loop.time() + thought_s > until:
                return taken
            await asyncio.sleep(thought_s)
            taken.append(await page.switch(SWITCH, on))
            on = not on


async def _together(
    url: str, tokens: Sequence[str], seconds: float, draw: random.Random
) -> list[float]:
    each = [random.Random(draw.random()) for _ in tokens]
    found = await asyncio.gather(
        *(_session(url, token, one, seconds) for token, one in zip(tokens, each, strict=True))
    )
    return [taken for some in found for taken in some]


def first_page() -> dict[str, Any]:
    """Returns the seconds from the command to the first page drawn, alone on one's computer."""

    async def drawn(url: str) -> None:
        async with Client(url) as page:
            await page.load()

    with tempfile.TemporaryDirectory() as folder, served(Path(folder), accounts=False) as app:
        asyncio.run(drawn(app.url))
        taken = time.perf_counter() - app.began_s
        return {"first_page_s": round(taken, 2), "first_page_mb": memory_mb(app.pid)}


def _told(taken: Sequence[float], seconds: float, pid: int) -> dict[str, Any]:
    return {
        "reruns": len(taken),
        "a_second": round(len(taken) / seconds, 1),
        "p50_ms": round(1000 * float(np.quantile(taken, 0.5))),
        "p95_ms": round(1000 * float(np.quantile(taken, 0.95))),
        "memory_mb": memory_mb(pid),
    }


def measure(sessions: Sequence[int] = SESSIONS, seconds: float = SECONDS) -> dict[str, Any]:
    """Returns reruns by the number of light sessions, and the web process's memory."""
    found: dict[str, Any] = first_page()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        place = bench_place.make(store, N_ATTEMPTS, now())
        store.close()
        tokens = [place.tokens[one] for one in place.trainees]
        with served(Path(folder), accounts=True) as app:
            asyncio.run(_together(app.url, tokens[:1], 5.0, random.Random(0)))  # warm
            for n in sessions:
                some = [tokens[i % len(tokens)] for i in range(n)]
                taken = asyncio.run(_together(app.url, some, seconds, random.Random(n)))
                found[f"sessions_{n}"] = _told(taken, seconds, app.pid)
            store = Store(Path(folder))
            bench_place.a_class(store, place, bench.speech())
            store.close()
            taken = asyncio.run(
                _together(app.url, tokens[: bench.CLASS_SIZE], seconds, random.Random(7))
            )
            found["class_of_30"] = _told(taken, seconds, app.pid)
            found["web_memory_mb"] = peak_memory_mb(app.pid)
    return found


def main() -> None:
    """Measures and prints one JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=list(SESSIONS))
    parser.add_argument("--seconds", type=float, default=SECONDS)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.sessions, asked.seconds)))  # noqa: T201


if __name__ == "__main__":
    main()
