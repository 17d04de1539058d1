"""Learns, with scikit-learn, which words and letters tell of which label: training time only."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from scoring.phrases import N_PLACES, Phrases, counts, weighted

INVERSE_PENALTY = 10.0  # scikit-learn's C; chosen on held-out writers between 4 and 10


def fit(texts: Sequence[str], there: NDArray[np.bool_]) -> Phrases:
    """Returns what was learned from labelled texts.

    Args:
        texts: segments, or whole replies.
        there: which labels each shows, shape [n_texts, n_labels].
    """
    counted = [counts(text) for text in texts]
    idf = np.concatenate(
        [
            TfidfTransformer().fit(_rows([(one[half].places, one[half].n) for one in counted])).idf_
            for half in range(2)
        ]
    ).astype(np.float32)
    x = _rows([weighted(one, idf) for one in counted], 2 * N_PLACES)
    models = [
        LogisticRegression(C=INVERSE_PENALTY, max_iter=300).fit(x, there[:, label])
        for label in range(there.shape[1])
    ]
    return Phrases(
        idf,
        np.concatenate([model.coef_ for model in models]).T.astype(np.float32),
        np.array([model.intercept_[0] for model in models], np.float32),
    )


def _rows(
    found: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]], width: int = N_PLACES
) -> sparse.csr_matrix:
    ends = np.cumsum([0, *(len(places) for places, _ in found)])
    places = np.concatenate([places for places, _ in found])
    values = np.concatenate([values for _, values in found])
    return sparse.csr_matrix((values, places, ends), shape=(len(found), width))
