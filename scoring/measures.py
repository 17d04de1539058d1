"""How far predictions agree with labels: pure measures, each with the number it is made from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from scoring import agreement
from scoring.dimensions import DIMENSION_IDS
from scoring.encode import LABELS

N_BINS = 10  # of probability, for the calibration error
ROUNDING = 0.005  # scores and ranges are rounded to two places

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Predicted:
    """What was predicted for n readings, beside what people said of them.

    Attributes:
        replies: the reply each reading is of.
        likely, present, there: probabilities, decisions and labels, shape [n, n_labels].
        scores, low, high: estimates and ranges, shape [n, 3].
        rated: people's ratings, shape [n, 3].
    """

    replies: tuple[str, ...]
    likely: Numbers
    present: Flags
    there: Flags
    scores: Numbers
    low: Numbers
    high: Numbers
    rated: NDArray[np.int_]

    def only(self, rows: Iterable[int]) -> "Predicted":
        """Returns some of the readings."""
        kept = list(rows)
        arrays = {
            name: getattr(self, name)[kept]
            for name in ("likely", "present", "there", "scores", "low", "high", "rated")
        }
        return Predicted(tuple(self.replies[i] for i in kept), **arrays)


def calibration_error(likely: Numbers, there: Flags) -> float:
    """Returns the expected calibration error: the mean gap between said and seen, over bins."""
    which = np.minimum((likely * N_BINS).astype(int), N_BINS - 1)
    gaps = [
        abs(likely[which == b].mean() - there[which == b].mean()) * (which == b).mean()
        for b in range(N_BINS)
        if (which == b).any()
    ]
    return float(sum(gaps))


def calibration_curve(likely: Numbers, there: Flags) -> list[tuple[float, float, int]]:
    """Returns for each bin of probability: what was said, what was seen, and of how many."""
    which = np.minimum((likely * N_BINS).astype(int), N_BINS - 1)
    return [
        (float(likely[which == b].mean()), float(there[which == b].mean()), int((which == b).sum()))
        for b in range(N_BINS)
        if (which == b).any()
    ]


def measure(made: Predicted, *, intervals: bool = True) -> dict[str, Any]:
    """Returns every measure of some readings.

    Args:
        made: predictions beside labels.
        intervals: whether to bootstrap, over replies, the intervals of the weighted kappas.
    """
    labels = {
        label: {
            "n": int(made.there[:, i].sum()),
            "f1": rounded(f1_score(made.there[:, i], made.present[:, i], zero_division=0)),
            "kappa": rounded(
                agreement.kappa(made.there[:, i].tolist(), made.present[:, i].tolist())
            ),
        }
        for i, label in enumerate(LABELS)
    }
    errors = [calibration_error(made.likely[:, i], made.there[:, i]) for i in range(len(LABELS))]
    return {
        "n": len(made.replies),
        "labels": labels,
        "mean_f1": rounded(float(np.mean([one["f1"] for one in labels.values()]))),
        "calibration_error": rounded(float(np.mean(errors))),
        "dimensions": {
            name: _dimension(made, d, intervals) for d, name in enumerate(DIMENSION_IDS)
        },
    }


def _dimension(made: Predicted, d: int, intervals: bool) -> dict[str, Any]:
    rated, score = made.rated[:, d], made.scores[:, d]
    low, high = made.low[:, d], made.high[:, d]
    whole = np.round(score).astype(int)
    held = (rated >= low - ROUNDING) & (rated <= high + ROUNDING)
    found: dict[str, Any] = {
        "weighted_kappa": rounded(agreement.weighted_kappa(rated, whole)),
        "icc": rounded(agreement.icc(np.column_stack([rated, score]))),
        "mean_absolute_error": rounded(float(np.abs(rated - score).mean())),
        "exact": rounded(float((rated == whole).mean())),
        "within_one": rounded(float((np.abs(rated - whole) <= 1).mean())),
        "coverage": rounded(float(held.mean())),
        "mean_width": rounded(float((high - low).mean())),
    }
    if intervals:
        kappa = agreement.with_interval(
            agreement.weighted_kappa, rated, whole, groups=list(made.replies)
        )
        found["weighted_kappa_interval"] = [rounded(kappa.low), rounded(kappa.high)]
    return found


def by_group(made: Predicted, groups: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Returns, for each group of readings, how many and how well: kappas and mean F1."""
    found = {}
    for group in sorted(set(groups)):
        some = measure(
            made.only(i for i, one in enumerate(groups) if one == group), intervals=False
        )
        found[group] = {
            "n": some["n"],
            "mean_f1": mean_f1_of_common(some["labels"]),
            **{name: one["weighted_kappa"] for name, one in some["dimensions"].items()},
        }
    return found


FEWEST_FOR_F1 = 8  # of a label in a group, below which its F1 there says nothing


def mean_f1_of_common(labels: Mapping[str, Mapping[str, Any]]) -> float | None:
    """Returns the mean F1 of the labels that a group of readings has enough of."""
    common = [one["f1"] for one in labels.values() if one["n"] >= FEWEST_FOR_F1]
    return rounded(float(np.mean(common))) if common else None


def rounded(value: float | None) -> float | None:
    """Returns a number to three places; ``None`` stays."""
    return None if value is None else round(float(value), 3)
