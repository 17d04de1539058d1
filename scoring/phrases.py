"""What a segment's words and letters say by themselves: the committee's second member.

Words and runs of letters are counted into hashed places, weighted by how telling they are, and
scikit-learn's logistic regression says for each label how likely the segment shows it. It knows no
context and no meaning, but it knows phrases, and it errs where the encoder does not: together they
find more than either (docs/decisions/0007).
"""

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

from scoring.embed import checked_bytes
from scoring.encode import MODEL_DIR, without_punctuation

PHRASES = MODEL_DIR / "phrases.npz"
N_PLACES = 2**15  # for words, and as many for letters; 2^14 lost .002 of mean F1
WORD_RUNS = (1, 3)
LETTER_RUNS = (3, 5)
INVERSE_PENALTY = 10.0  # scikit-learn's C; chosen on held-out writers between 4 and 10

Matrix = NDArray[np.float32]


class Phrases:
    """Reads segments by their words; made by `fit` or `load_phrases`."""

    def __init__(self, idf: Matrix, weights: Matrix, bias: Matrix) -> None:
        """Takes the fitted numbers: idf [2 n_places], weights [2 n_places, n_labels], bias."""
        self.idf, self.weights, self.bias = idf, weights, bias

    def read(self, segments: Sequence[str]) -> NDArray[np.float64]:
        """Returns each segment's log-odds for each label, shape [n_segments, n_labels]."""
        odds = _weighted(counts(segments), self.idf) @ self.weights + self.bias
        return np.asarray(odds, np.float64)

    def save(self, path: Path) -> None:
        """Writes the numbers; weights as 16-bit, which changes no decision."""
        np.savez_compressed(
            path,
            idf=self.idf.astype(np.float16),
            weights=self.weights.astype(np.float16),
            bias=self.bias,
        )


@cache
def _vectorizers() -> tuple[HashingVectorizer, HashingVectorizer]:
    plain = {"n_features": N_PLACES, "norm": None, "alternate_sign": False}
    return (
        HashingVectorizer(ngram_range=WORD_RUNS, **plain),
        HashingVectorizer(analyzer="char_wb", ngram_range=LETTER_RUNS, **plain),
    )


def counts(segments: Sequence[str]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Returns how often each hashed run of words, and of letters, is in each segment."""
    bare = [without_punctuation(text) for text in segments]
    words, letters = _vectorizers()
    return words.transform(bare), letters.transform(bare)


def _weighted(
    counted: tuple[sparse.csr_matrix, sparse.csr_matrix], idf: Matrix
) -> sparse.csr_matrix:
    halves = zip(counted, np.split(idf, 2), strict=True)
    return sparse.hstack([_unit(one, half) for one, half in halves]).tocsr()


def _unit(counted: sparse.csr_matrix, idf: Matrix) -> sparse.csr_matrix:
    weighted = counted.astype(np.float32)
    weighted.data = 1 + np.log(weighted.data)  # the tenth time says little more than the first
    weighted = weighted.multiply(idf).tocsr()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(1)).ravel())
    return sparse.diags(1 / np.maximum(length, 1e-9)) @ weighted


def fit(segments: Sequence[str], there: NDArray[np.bool_]) -> Phrases:
    """Returns what was learned from labelled segments.

    Args:
        segments: their texts.
        there: which labels each shows, shape [n_segments, n_labels].
    """
    counted = counts(segments)
    idf = np.concatenate([TfidfTransformer().fit(one).idf_ for one in counted]).astype(np.float32)
    x = _weighted(counted, idf)
    models = [
        LogisticRegression(C=INVERSE_PENALTY, max_iter=300).fit(x, there[:, label])
        for label in range(there.shape[1])
    ]
    return Phrases(
        idf,
        np.concatenate([model.coef_ for model in models]).T.astype(np.float32),
        np.array([model.intercept_[0] for model in models], np.float32),
    )


def load_phrases(sha256: str, path: Path = PHRASES) -> Phrases:
    """Returns the shipped numbers.

    Raises:
        ScorerError: as `checked_bytes`.
    """
    data = io.BytesIO(checked_bytes(path, sha256))
    with np.load(data, allow_pickle=False) as kept:
        return Phrases(*(kept[name].astype(np.float32) for name in ("idf", "weights", "bias")))
