"""What an engine heard, and the gates that tell speech from text it made up."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from speech.models import Word
from speech.voice import Span, original_s

# Gates. Source: openai/whisper transcribe.py, whose defaults they are.
LOW_AVG_LOGPROB = -1.0
HIGH_NO_SPEECH = 0.6
HIGH_COMPRESSION = 2.4  # text that repeats itself more than speech does
# What is left out and lasts less than this (a breath read as "Thank you.") is not worth a remark on
# the recording; measured in docs/decisions/0001: such tails last 0.1 to 0.4 s.
BRIEF_S = 0.5
# Below the first, if English reaches the second, an accent is likelier than another language.
# Measured in docs/decisions/0001; a reply in another language must be told to the scorer.
SURE_OF_LANGUAGE = 0.7
POSSIBLY_ENGLISH = 0.1


@dataclass(frozen=True)
class Segment:
    """A stretch of text as an engine gives it, with the numbers that the gates look at."""

    text: str
    words: tuple[Word, ...]
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float


@dataclass(frozen=True)
class Heard:
    """What an engine heard: its segments, in the recording's own times, and the language."""

    segments: tuple[Segment, ...]
    language: str | None


class Engine(Protocol):
    """Something that writes down speech."""

    @property
    def name(self) -> str:
        """The engine's name."""
        ...

    @property
    def model(self) -> str:
        """The model's name."""
        ...

    def hear(self, samples: NDArray[np.float32]) -> Heard:
        """Returns what is said in samples of shape [n] at 16 kHz, silences skipped."""
        ...


def gate(segments: Sequence[Segment]) -> tuple[list[Segment], bool]:
    """Returns the segments that can be believed, and whether more than a breath was left out."""
    written = [one for one in segments if one.text.strip()]
    # Whisper's own rule drops an unlikely segment only if it also sounds like silence; that let
    # "Thank you." through after the last word (-1.4, no_speech 0.57): docs/decisions/0001.
    kept = [
        one
        for one in written
        if one.compression_ratio <= HIGH_COMPRESSION and one.avg_logprob >= LOW_AVG_LOGPROB
    ]
    left_out = [one for one in written if one not in kept]
    return kept, any(_lasts_s(one) >= BRIEF_S for one in left_out)


def _lasts_s(segment: Segment) -> float:
    words = segment.words
    return words[-1].end_s - words[0].start_s if words else math.inf


def spoken_language(probabilities: Mapping[str, float]) -> str:
    """Returns the likeliest language, or English where that is unsure and English is possible."""
    likeliest = max(probabilities, key=probabilities.__getitem__)
    unsure = probabilities[likeliest] < SURE_OF_LANGUAGE
    return "en" if unsure and probabilities.get("en", 0.0) >= POSSIBLY_ENGLISH else likeliest


def as_word(
    text: str, start_s: float, end_s: float, probability: float, spans: Sequence[Span]
) -> Word:
    """Returns a word with its times moved from the joined stretches to the recording."""
    start = original_s(start_s, spans)
    return Word(
        word=text,
        start_s=round(start, 3),
        end_s=round(max(original_s(end_s, spans, ends=True), start), 3),
        probability=min(max(float(probability), 0.0), 1.0),
    )
