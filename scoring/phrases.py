"""What a text's words and letters say by themselves: the committee's second member.

Runs of words and of letters are counted in hashed places, weighted by how telling they are, and
logistic regression says for each label how likely the text shows it (`scoring/fit_phrases.py`
learns it). It knows no context and no meaning, but it knows phrases, and it errs where the encoder
does not: together they find more than either (docs/decisions/0007).

The counting is scikit-learn's (`HashingVectorizer`), written out here because importing
scikit-learn costs every worker 150 MB; a test holds the two together.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import mmh3
import numpy as np
from numpy.typing import NDArray

from scoring.embed import checked_bytes
from scoring.encode import MODEL_DIR, without_punctuation

PHRASES = MODEL_DIR / "phrases.npz"
TOPIC = MODEL_DIR / "topic.npz"  # the same for one question of a whole text: scoring/guards.py
N_PLACES = 2**15  # for words, and as many for letters; 2^14 lost .002 of mean F1
WORD_RUNS = range(1, 4)
LETTER_RUNS = range(3, 6)
WORD = re.compile(r"\b\w\w+\b")

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Counts:
    """How often the hashed runs of one text occur: places in rising order, and the counts."""

    places: NDArray[np.int64]
    n: Matrix


def counts(text: str) -> tuple[Counts, Counts]:
    """Returns how often each hashed run of words, and of letters, is in a text."""
    bare = without_punctuation(text)
    return _counted(_word_runs(bare)), _counted(_letter_runs(bare))


def _counted(runs: Iterator[str]) -> Counts:
    found = Counter(abs(mmh3.hash(run)) % N_PLACES for run in runs)
    places = np.array(sorted(found), np.int64)
    return Counts(places, np.array([found[place] for place in places.tolist()], np.float32))


def _word_runs(bare: str) -> Iterator[str]:
    words = WORD.findall(bare)
    for n in WORD_RUNS:
        for i in range(len(words) - n + 1):
            yield " ".join(words[i : i + n])


def _letter_runs(bare: str) -> Iterator[str]:
    for word in bare.split():
        spaced = f" {word} "
        for n in LETTER_RUNS:
            yield spaced[:n]  # a word shorter than the run counts once, whole
            if n >= len(spaced):
                break
            for i in range(1, len(spaced) - n + 1):
                yield spaced[i : i + n]


def weighted(counted: tuple[Counts, Counts], idf: Matrix) -> tuple[NDArray[np.int64], Matrix]:
    """Returns a text's places among both halves, and what each weighs; each half of length 1.

    Args:
        counted: of words and of letters.
        idf: how telling each place is, shape [2 n_places].
    """
    halves = [
        (one.places + start, (1 + np.log(one.n)) * idf[one.places + start])
        for one, start in zip(counted, (0, N_PLACES), strict=True)
    ]
    places = np.concatenate([where for where, _ in halves])
    values = [value / max(float(np.linalg.norm(value)), 1e-9) for _, value in halves]
    return places, np.concatenate(values).astype(np.float32)


class Phrases:
    """Reads texts by their words; made by `fit_phrases.fit` or `load_phrases`."""

    def __init__(self, idf: Matrix, weights: Matrix, bias: Matrix) -> None:
        """Takes the fitted numbers: idf [2 n_places], weights [2 n_places, n_labels], bias."""
        self.idf, self.weights, self.bias = idf, weights, bias

    def read(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Returns each text's log-odds for each label, shape [n_texts, n_labels]."""
        odds = np.empty((len(texts), len(self.bias)), np.float64)
        for row, text in enumerate(texts):
            places, values = weighted(counts(text), self.idf)
            odds[row] = values @ self.weights[places] + self.bias
        return odds

    def save(self, path: Path) -> None:
        """Writes the numbers; weights as 16-bit, which changes no decision."""
        np.savez_compressed(
            path,
            idf=self.idf.astype(np.float16),
            weights=self.weights.astype(np.float16),
            bias=self.bias,
        )


def load_phrases(sha256: str, path: Path = PHRASES) -> Phrases:
    """Returns the shipped numbers.

    Raises:
        ScorerError: as `checked_bytes`.
    """
    data = io.BytesIO(checked_bytes(path, sha256))
    with np.load(data, allow_pickle=False) as kept:
        return Phrases(*(kept[name].astype(np.float32) for name in ("idf", "weights", "bias")))
