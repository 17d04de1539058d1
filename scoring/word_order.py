"""Whether words stand in an order in which trainees speak: shuffled words and lists do not.

For each word after the first: how much likelier is it after the word before it than anywhere? The
mean of that (in logarithms) is high for talk, near nothing for lists, and below for shuffled words.
Counts are kept as hashes, so that no word of the corpus can be read in the artefact.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

SMOOTHING = 50.0  # how many words' worth of "anywhere" is mixed in; 2, 10 and 50 were tried
UNSEEN = 0.5  # what an unseen word counts
N_UNSEEN = 10_000  # and how many of them there may be
KEY_DIGITS, LEVEL_DIGITS = 5, 2  # hex: 2^20 keys; levels are quarter powers of two
STEPS = 4
# Replies vary more the shorter they are: bands of length in words, each with a bar of its own.
BANDS = (20, 40)


class WordOrder(BaseModel):
    """Counts of words and of neighbouring pairs, packed, and the least gain for each band."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str
    pairs: str
    n: int
    least: tuple[float, float, float]


def fit(texts: Iterable[Sequence[str]]) -> WordOrder:
    """Returns the counts of some replies' words, with no bars yet (nothing is below them)."""
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for text in texts:
        words.update(text)
        pairs.update(f"{a} {b}" for a, b in pairwise(text))
    lowest = (-math.inf, -math.inf, -math.inf)
    return WordOrder.model_construct(
        words=_pack(words), pairs=_pack(pairs), n=words.total(), least=lowest
    )


def gain(text: Sequence[str], order: WordOrder) -> float:
    """Returns the mean gain of a text's words, in natural logarithms; 0 for fewer than two."""
    words, pairs = _unpack(order.words), _unpack(order.pairs)
    total = 0.0
    for before, word in pairwise(text):
        anywhere = (words.get(_key(word), 0.0) + UNSEEN) / (order.n + N_UNSEEN)
        together = pairs.get(_key(f"{before} {word}"), 0.0) + SMOOTHING * anywhere
        after = together / (words.get(_key(before), 0.0) + SMOOTHING)
        total += math.log(after / anywhere)
    return total / (len(text) - 1) if len(text) > 1 else 0.0


def band(n_words: int) -> int:
    """Returns the number of the band of length that so many words are in."""
    return sum(n_words >= edge for edge in BANDS)


def jumbled(text: Sequence[str], order: WordOrder) -> bool:
    """Returns whether a text's words stand in no order in which trainees speak."""
    return gain(text, order) < order.least[band(len(text))]


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=3).hexdigest()[:KEY_DIGITS]


def _pack(counts: Counter[str]) -> str:
    parts = [
        f"{_key(text)}{min(round(math.log2(n) * STEPS), 255):0{LEVEL_DIGITS}x}"
        for text, n in counts.items()
    ]
    return "".join(sorted(parts))


@cache
def _unpack(packed: str) -> dict[str, float]:
    size = KEY_DIGITS + LEVEL_DIGITS
    return {
        packed[i : i + KEY_DIGITS]: 2 ** (int(packed[i + KEY_DIGITS : i + size], 16) / STEPS)
        for i in range(0, len(packed), size)
    }
