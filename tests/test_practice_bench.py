"""The benchmarks measure what they say: checked on small parts, with no clock to rely on."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from clips import manifest
from practice import bench, bench_page
from speech.recording import RATE_HZ, decode

MACHINE = {
    "date": "2026-11-24",
    "cores": 2,
    "memory_gb": 8,
    "load_before": 0.1,
    "architecture": "x86_64",
    "python": "3.11",
}


def test_a_reply_is_as_long_as_asked_and_no_two_are_alike() -> None:
    spoken = bench.speech()
    assert decode(bench.reply(spoken, 15)).duration_s == pytest.approx(15)
    assert bench.reply(spoken, 15, 1) != bench.reply(spoken, 15)
    assert np.abs(decode(bench.reply(spoken, 15)).samples).max() > 0.05  # it is not silence
    assert len(spoken) > 60 * RATE_HZ


def test_word_error_counts_words_changed_lost_and_added() -> None:
    # "the cat sat" to "a cat sat down": one changed, one added.
    assert bench._distance(["the", "cat", "sat"], ["a", "cat", "sat", "down"]) == 2
    assert bench._distance(["the", "cat", "sat"], []) == 3
    clip = next(iter(manifest.load_manifest().values()))
    # One clip, one of whose n words is missing: an error of 1 in n.
    n = len(bench.words(clip.transcript))
    lost = " ".join(clip.transcript.split()[1:])
    assert bench.word_error(lambda _: lost, most=1) == pytest.approx(1 / n, abs=1e-4)
    assert bench.word_error(lambda _: clip.transcript, most=1) == 0


def test_memory_is_that_of_the_process() -> None:
    found = bench.peak_memory_mb(os.getpid())
    assert found is None or 20 < found < 20_000


def test_the_page_says_for_each_goal_whether_it_was_met_and_what_was_not_measured(
    tmp_path: Path,
) -> None:
    found = {
        "machine": MACHINE,
        "feedback": {"reply_45_s": 6.0},
        "engines": {"faster_by": 2.6},
    }
    bench_page.write(found, tmp_path)
    said = (tmp_path / "benchmarks.md").read_text()
    assert "| feedback on a 45 s reply, seconds after Stop | at most 5 | 6 | no |" in said
    assert "| faster-whisper over openai-whisper, times | at least 2.5 | 2.6 | yes |" in said
    assert "| scoring one reply, milliseconds | 60 | not measured | |" in said
    assert json.loads((tmp_path / "benchmarks.json").read_text()) == found


def test_the_page_says_how_pages_grow_with_sessions_and_with_attempts(tmp_path: Path) -> None:
    one = {"reruns": 9, "a_second": 3.0, "p50_ms": 40, "p95_ms": 90, "memory_mb": 250}
    found = {
        "machine": MACHINE,
        "sessions": {"first_page_s": 2.5, "sessions_50": one, "web_memory_mb": 420},
        "dashboards": {
            "attempts_1000": {"progress": {"first_ms": 9, "ms": 80}, "slowest_ms": 80},
            "attempts_100000": {"progress": {"first_ms": 9, "ms": 410}, "slowest_ms": 410},
        },
    }
    said = bench_page.page(found)
    assert "| page rerun with 50 sessions, p95 in ms | at most 300 | 90 | yes |" in said
    assert "| slowest page at 100,000 attempts, ms | at most 400 | 410 | no |" in said
    assert "| the web process at its largest, MB | at most 400 | 420 | no |" in said
    assert "| 50 | 3.0 | 40 | 90 | 250 |" in said
    assert "| page | 1,000 | 100,000 |" in said and "| progress | 80 | 410 |" in said


def test_a_part_without_what_measures_it_is_left_out() -> None:
    found = bench_page.run(["sessions"], {"sessions": lambda: {"first_page_s": 1.0}})
    assert found["sessions"] == {"first_page_s": 1.0}
    assert set(bench_page.run(["dashboards"])) == {"machine"}
