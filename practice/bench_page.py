"""`between bench`: runs the measures it is asked for, as one JSON and one page of results."""

import json
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from practice import bench
from practice.worker import now

Measure = Callable[[], dict[str, Any]]

PARTS = ("feedback", "engines", "scoring", "start", "sessions", "dashboards")
# What issue 7 asks for on 2 cores: part, key, the words, the bar, and whether more is better.
GOALS = (
    ("feedback", "reply_45_s", "feedback on a 45 s reply, seconds after Stop", 5.0, False),
    ("feedback", "class.last_over_alone", "thirty of them at once, times one alone", 30.0, False),
    ("engines", "faster_by", "faster-whisper over openai-whisper, times", 2.5, True),
    ("scoring", "one_ms", "scoring one reply, milliseconds", 60.0, False),
    ("scoring", "batch_per_s", "replies scored a second in a batch", 60.0, True),
    ("sessions", "first_page_s", "first page, seconds from the start", 3.0, False),
    ("sessions", "sessions_50.p95_ms", "page rerun with 50 sessions, p95 in ms", 300.0, False),
    ("sessions", "class_of_30.p95_ms", "the same while a class waits, p95 in ms", 1000.0, False),
    (
        "dashboards",
        "attempts_100000.slowest_ms",
        "slowest page at 100,000 attempts, ms",
        400.0,
        False,
    ),
    ("sessions", "web_memory_mb", "the web process at its largest, MB", 400.0, False),
    ("feedback", "worker_memory_mb", "the worker process at its largest, MB", 700.0, False),
)
SESSIONS_ARE = (
    "A light session is one signed-in trainee on the practice page who, after 5 to 10 s of thought,"
    " turns one switch, and again. While a class waits, 30 replies of 45 s are being heard on the"
    " same cores. Who measures runs on them too."
)
PAGES_ARE = (
    "Milliseconds until the whole page is drawn, through a real server, median of 7 loads, by how"
    " many attempts the database holds; the trainee has 300 of them, the cohort 30 people."
)


def run(
    parts: Sequence[str] = PARTS, screens: Mapping[str, Measure] | None = None
) -> dict[str, Any]:
    """Returns the results of the parts asked for, by part, with the machine first.

    Args:
        parts: what to measure.
        screens: what measures the parts that have to do with screens, which are above this folder.
    """
    spoken = bench.speech()
    measures: dict[str, Measure] = {
        "feedback": lambda: bench.stop_to_feedback(spoken),
        "engines": lambda: bench.engines(spoken),
        "scoring": bench.scoring,
        "start": lambda: bench.start_up(_free_port()),
        **(screens or {}),
    }
    found: dict[str, Any] = {"machine": bench.machine(now())}
    for part in parts:
        if part in measures:
            found[part] = measures[part]()
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(found: dict[str, Any]) -> str:
    """Returns the results as a Markdown page, each goal with what was measured beside it."""
    here = found["machine"]
    lines = [
        "# Benchmarks",
        "",
        f"Written by `between bench` on {here['date']}: {here['cores']} cores,"
        f" {here['memory_gb']} GB, {here['architecture']}, Python {here['python']}; load before:"
        f" {here['load_before']}.",
        "",
        "| goal on 2 cores | bar | measured | |",
        "|---|---|---|---|",
    ]
    for part, key, what, bar, more in GOALS:
        value = _at(found.get(part, {}), key)
        if value is None:
            lines.append(f"| {what} | {bar:g} | not measured | |")
            continue
        met = value >= bar if more else value <= bar
        sign = "at least" if more else "at most"
        lines.append(f"| {what} | {sign} {bar:g} | {value:g} | {'yes' if met else 'no'} |")
    lines += [*_growth(found), "", "## All of it", "", "```json"]
    return "\n".join([*lines, json.dumps(found, indent=2), "```", ""])


def _at(found: dict[str, Any], key: str) -> Any:
    value: Any = found
    for name in key.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _growth(found: dict[str, Any]) -> list[str]:
    """How each thing grows, as tables; nothing for what was not measured."""
    lines: list[str] = []
    told = found.get("feedback")
    if told and "class" in told:
        at_once = told["class"]
        lines += ["", "## How it grows", "", "Feedback takes, in seconds after Stop:"]
        lines += [f"{told[f'reply_{n}_s']} for {n} s of speech;" for n in bench.LENGTHS_S]
        lines += [f"{at_once['last_s']} until the last of {at_once['replies']} at once."]
    rows = {name: one for name, one in found.get("sessions", {}).items() if isinstance(one, dict)}
    if rows:
        lines += ["", SESSIONS_ARE, "", "| sessions | reruns a second | p50 ms | p95 ms | MB |"]
        lines.append("|---|---|---|---|---|")
        lines += [
            f"| {name.replace('sessions_', '').replace('_', ' ')} | {one['a_second']} |"
            f" {one['p50_ms']} | {one['p95_ms']} | {one['memory_mb']} |"
            for name, one in rows.items()
        ]
    sizes = found.get("dashboards", {})
    if sizes:
        heads = [f"{int(name.removeprefix('attempts_')):,}" for name in sizes]
        lines += [
            "",
            PAGES_ARE,
            "",
            f"| page | {' | '.join(heads)} |",
            "|---" * (len(sizes) + 1) + "|",
        ]
        pages = [name for name, one in next(iter(sizes.values())).items() if isinstance(one, dict)]
        lines += [
            f"| {name} | {' | '.join(str(one[name]['ms']) for one in sizes.values())} |"
            for name in pages
        ]
    return lines


def write(found: dict[str, Any], folder: Path) -> None:
    """Writes ``benchmarks.json`` and ``benchmarks.md`` to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.json").write_text(json.dumps(found, indent=2) + "\n")
    (folder / "benchmarks.md").write_text(page(found))
