"""Fits, with scikit-learn, what turns an encoder's readings into probabilities, scores and ranges.

Only readings of replies that the encoder had not seen go in, so that what comes out is honest about
replies that it will not have seen either.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import cohen_kappa_score, precision_recall_curve

from scenarios.models import Scenario
from scoring.behaviours import probability, strengths
from scoring.dimensions import DIMENSION_IDS, HIGHEST, LOWEST, features
from scoring.encode import LABELS
from scoring.guards import Learned
from scoring.heads import DimensionHead, Heads, LabelHead
from scoring.labelled import LabelledReply, presence

if TYPE_CHECKING:
    from scoring.train import Reading

COVERAGE = 0.90  # of ratings that a range is to hold
USUAL_THRESHOLD = 0.35  # where a rare label's threshold is drawn to
SURE_OF_THRESHOLD = 30  # with this many examples, own and usual threshold weigh the same
RIDGE_ALPHA = 5.0  # chosen on held-out authors among 0.5, 5, 50
STRETCHES = np.arange(1.0, 1.41, 0.05)  # regression draws scores to the middle; this undoes it
FEWEST_FOR_RANGE = 60  # readings near a whole score, below which its neighbours are used too


def fit_label(strength: NDArray[np.float64], there: NDArray[np.bool_]) -> LabelHead:
    """Returns the head of one label.

    Args:
        strength: of the label in each reading, shape [n, 3].
        there: whether a person found it, shape [n].
    """
    model = LogisticRegression(C=10.0, max_iter=1000).fit(strength, there)
    best, any_at_all, phrases = model.coef_[0]
    head = LabelHead(
        weights=(float(best), float(any_at_all), float(phrases)),
        bias=float(model.intercept_[0]),
        threshold=USUAL_THRESHOLD,
    )
    likely = np.array([probability(one, head) for one in strength])
    precision, recall, thresholds = precision_recall_curve(there, likely)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    best = float(np.clip(thresholds[f1[:-1].argmax()], 0.1, 0.7))
    n = int(there.sum())
    own = n / (n + SURE_OF_THRESHOLD)
    return head.model_copy(update={"threshold": round(own * best + (1 - own) * USUAL_THRESHOLD, 3)})


def fit_dimension(found: NDArray[np.float64], rated: NDArray[np.float64]) -> DimensionHead:
    """Returns the head of one dimension.

    Args:
        found: features of each reading, shape [n, n_features].
        rated: what a person rated, shape [n].
    """
    ridge = Ridge(alpha=RIDGE_ALPHA).fit(found, rated)
    plain = ridge.predict(found)
    middle = float(plain.mean())

    def stretched(by: float) -> NDArray[np.float64]:
        drawn: NDArray[np.float64] = np.clip(middle + by * (plain - middle), LOWEST, HIGHEST)
        return drawn

    by = max(
        STRETCHES,
        key=lambda one: cohen_kappa_score(
            rated.astype(int), np.round(stretched(one)).astype(int), weights="quadratic"
        ),
    )
    return DimensionHead(
        weights=tuple(float(one) * float(by) for one in ridge.coef_),
        bias=float(ridge.intercept_) * float(by) + middle * (1 - float(by)),
        errors=_errors(stretched(float(by)), rated),
    )


def _errors(
    estimates: NDArray[np.float64], rated: NDArray[np.float64]
) -> tuple[tuple[float, float], ...]:
    """Conformal quantiles of rating - estimate around each whole score."""
    made = []
    for whole in range(5):
        reach = 0.5
        near = np.abs(estimates - whole) <= reach
        while near.sum() < FEWEST_FOR_RANGE and reach < HIGHEST:
            reach += 0.25
            near = np.abs(estimates - whole) <= reach
        off = np.sort(rated[near] - estimates[near])
        tail = (1 - COVERAGE) / 2
        n = len(off)
        below = off[max(int(np.floor((n + 1) * tail)) - 1, 0)]
        above = off[min(int(np.ceil((n + 1) * (1 - tail))) - 1, n - 1)]
        made.append((float(min(below, 0.0)), float(max(above, 0.0))))
    return tuple(made)


def label_heads(
    readings: Sequence["Reading"], by_id: Mapping[str, LabelledReply]
) -> dict[str, LabelHead]:
    """Returns the heads of every label, fitted on readings."""
    strong = np.array([strengths(one.segments, one.phrases) for one in readings])
    there = np.array([presence(by_id[one.reply]) for one in readings])
    return {label: fit_label(strong[:, i], there[:, i]) for i, label in enumerate(LABELS)}


def reply_features(
    readings: Sequence["Reading"],
    heads: Mapping[str, LabelHead],
    by_id: Mapping[str, LabelledReply],
    library: Mapping[str, Scenario],
) -> NDArray[np.float64]:
    """Returns each reading's features for the dimensions, shape [n, n_features]."""
    made = []
    for one in readings:
        strong = strengths(one.segments, one.phrases)
        likely = [probability(strong[i], heads[label]) for i, label in enumerate(LABELS)]
        made.append(features(one.ratings, np.array(likely), library[by_id[one.reply].scenario]))
    return np.array(made)


def fit_heads(
    replies: Sequence[LabelledReply],
    library: Mapping[str, Scenario],
    readings: Sequence["Reading"],
    sha256: Mapping[str, str],
    learned: Learned,
) -> Heads:
    """Returns everything fitted, from readings of replies that were held out.

    Args:
        replies: the corpus.
        library: its scenarios.
        readings: of every reply, by encoders that had not seen it.
        sha256: the digests of the encoder, the phrases, the topic and the corpus it goes with.
        learned: what the guards have learned.
    """
    by_id = {one.id: one for one in replies}
    labels = label_heads(readings, by_id)
    found = reply_features(readings, labels, by_id, library)
    rated = np.array([by_id[one.reply].ratings for one in readings], float)
    return Heads.model_validate(
        {
            **{f"{name}_sha256": digest for name, digest in sha256.items()},
            "n_replies": len(replies),
            "labels": labels,
            "dimensions": {
                name: fit_dimension(found, rated[:, i]) for i, name in enumerate(DIMENSION_IDS)
            },
            "least_topic": learned.least_topic,
            "word_order": learned.word_order,
        }
    )
