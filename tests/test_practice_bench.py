"""The benchmarks measure what they say: checked on small parts, with no clock to rely on."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from clips import manifest
from practice import bench, bench_page
from speech.recording import RATE_HZ, decode


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
        "machine": {
            "date": "2026-11-24",
            "cores": 2,
            "memory_gb": 8,
            "load_before": 0.1,
            "architecture": "x86_64",
            "python": "3.11",
        },
        "feedback": {"reply_45_s": 6.0},
        "engines": {"faster_by": 2.6},
    }
    bench_page.write(found, tmp_path)
    said = (tmp_path / "benchmarks.md").read_text()
    assert "| feedback on a 45 s reply, seconds after Stop | at most 5 | 6 | no |" in said
    assert "| faster-whisper over openai-whisper, times | at least 2.5 | 2.6 | yes |" in said
    assert "| scoring one reply, milliseconds | 60 | not measured | |" in said
    assert json.loads((tmp_path / "benchmarks.json").read_text()) == found
