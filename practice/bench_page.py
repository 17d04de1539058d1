"""`between bench`: runs the measures it is asked for, as one JSON and one page of results."""

import json
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from practice import bench
from practice.worker import now

PARTS = ("feedback", "engines", "scoring", "start")
# What issue 7 asks for on 2 cores: part, key, the words, the bar, and whether more is better.
GOALS = (
    ("feedback", "reply_45_s", "feedback on a 45 s reply, seconds after Stop", 5.0, False),
    ("engines", "faster_by", "faster-whisper over openai-whisper, times", 2.5, True),
    ("scoring", "one_ms", "scoring one reply, milliseconds", 60.0, False),
    ("scoring", "batch_per_s", "replies scored a second in a batch", 60.0, True),
    ("feedback", "worker_memory_mb", "the worker process at its largest, MB", 700.0, False),
)
NOT_MEASURED = (
    "page reruns at 1 to 100 sessions, dashboards at 1,000 to 100,000 attempts, the time to the"
    " first page and the web process's memory are not measured by this command yet."
)


def run(parts: Sequence[str] = PARTS) -> dict[str, Any]:
    """Returns the results of the parts asked for, by part, with the machine first."""
    spoken = bench.speech()
    measures: dict[str, Callable[[], dict[str, Any]]] = {
        "feedback": lambda: bench.stop_to_feedback(spoken),
        "engines": lambda: bench.engines(spoken),
        "scoring": bench.scoring,
        "start": lambda: bench.start_up(_free_port()),
    }
    found: dict[str, Any] = {"machine": bench.machine(now())}
    for part in parts:
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
        value = found.get(part, {}).get(key)
        if value is None:
            lines.append(f"| {what} | {bar:g} | not measured | |")
            continue
        met = value >= bar if more else value <= bar
        sign = "at least" if more else "at most"
        lines.append(f"| {what} | {sign} {bar:g} | {value:g} | {'yes' if met else 'no'} |")
    lines += ["", f"Not here: {NOT_MEASURED}", "", "## All of it", "", "```json"]
    return "\n".join([*lines, json.dumps(found, indent=2), "```", ""])


def write(found: dict[str, Any], folder: Path) -> None:
    """Writes ``benchmarks.json`` and ``benchmarks.md`` to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.json").write_text(json.dumps(found, indent=2) + "\n")
    (folder / "benchmarks.md").write_text(page(found))
