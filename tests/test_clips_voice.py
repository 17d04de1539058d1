"""Pauses and word times, with a stand-in for the voice model: a hum, 0.1 s a letter."""

import numpy as np
import pytest

from clips import voice
from clips.pronounce import Delivery, Marked
from clips.voice import RATE_HZ, SAMPLES_A_FRAME, Speaker

LETTER = 4 * SAMPLES_A_FRAME  # 2,400 samples, 0.1 s
FIRST, SECOND = "abcdefghijklmn", "opqrstuvwxyz"
LINE = f"{FIRST}. {SECOND}."


class Humming(Speaker):
    """Hums letters and spaces; at a full stop it is silent, or hums on."""

    def __init__(self, stops):
        self._styles = {"hum": np.zeros((1, 1, 1))}
        self.stops = stops
        self.passes = []

    def _infer(self, phonemes, speeds, style, delivery):
        self.passes.append(phonemes)
        quiet = np.zeros(LETTER, np.float32)
        hum = np.sin(np.arange(LETTER) / 10).astype(np.float32) * 0.3
        parts = [quiet if char == "." and self.stops else hum for char in phonemes]
        edges = np.arange(len(phonemes) + 3) * LETTER  # a pad before and after
        return np.concatenate([quiet, *parts, quiet]), edges


def say(monkeypatch, stops, gap_s):
    stop = len(FIRST)
    words = [(FIRST, 0, stop - 1), (SECOND, stop + 2, len(LINE) - 2)]
    marked = Marked(LINE, np.ones(len(LINE), np.float32), {stop: gap_s}, words)
    monkeypatch.setattr(voice, "marked", lambda delivery: marked)
    speaker = Humming(stops)
    sound, spoken = speaker.say(Delivery(voice="hum", accent="en-gb", text="unused"))
    return speaker, sound, spoken


def longest_silence_s(sound):
    quiet = np.abs(sound) < 1e-3
    flips = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(int), [0]])))
    return max((b - a) / RATE_HZ for a, b in flips.reshape(-1, 2))


@pytest.mark.parametrize("gap_s", [0.4, 0.9])
def test_a_silence_at_a_mark_is_made_as_long_as_asked_in_one_pass(monkeypatch, gap_s):
    speaker, sound, _ = say(monkeypatch, stops=True, gap_s=gap_s)
    assert speaker.passes == [LINE]
    assert longest_silence_s(sound) == pytest.approx(gap_s, abs=0.02)


def test_a_silence_already_longer_than_asked_is_left(monkeypatch):
    _, sound, _ = say(monkeypatch, stops=True, gap_s=0.05)
    assert longest_silence_s(sound) == pytest.approx(LETTER / RATE_HZ, abs=0.02)


def test_a_mark_the_voice_ran_through_is_cut_and_both_sides_said_again(monkeypatch):
    speaker, sound, _ = say(monkeypatch, stops=False, gap_s=0.8)
    assert speaker.passes == [LINE, f"{FIRST}.", f"{SECOND}."]
    # the join puts in 60 ms less, for the margins (30 ms) the two pieces keep around their sound
    assert longest_silence_s(sound) == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("stops", [True, False])
def test_words_are_timed_where_they_are_heard_after_the_pause_put_in(monkeypatch, stops):
    _, sound, (first, second) = say(monkeypatch, stops=stops, gap_s=0.9)
    assert (first.text, second.text) == (FIRST, SECOND)
    assert first.start_s == pytest.approx(0.0, abs=0.06)
    assert second.start_s - first.end_s > 0.7
    # the second word has 12 letters of 0.1 s; the sound ends with it, or with its full stop
    assert second.end_s - second.start_s == pytest.approx(1.2, abs=0.25)
    assert second.end_s <= len(sound) / RATE_HZ
