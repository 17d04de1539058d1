"""How far two labellers agree on replies that each labelled without the other: the ceiling."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from scoring import agreement
from scoring.dimensions import DIMENSION_IDS
from scoring.encode import LABELS
from scoring.labelled import BlindRating
from scoring.measures import rounded


def pairs(ratings: Sequence[BlindRating]) -> list[tuple[BlindRating, BlindRating]]:
    """Returns every two blind ratings of the same reply."""
    of: dict[str, list[BlindRating]] = {}
    for one in ratings:
        of.setdefault(one.id, []).append(one)
    return [pair for same in of.values() for pair in combinations(same, 2)]


def between_labellers(ratings: Sequence[BlindRating]) -> dict[str, Any]:
    """Returns n, and for every label and dimension how far two labellers agree.

    ``f1`` is of one labeller against the other, the number to hold beside the scorer's.
    """
    both = pairs(ratings)
    if not both:
        return {"n": 0}
    labels = {}
    for label in LABELS:
        first = [label in a.labels for a, _ in both]
        second = [label in b.labels for _, b in both]
        agreed = sum(a and b for a, b in zip(first, second, strict=True))
        n_either = sum(first) + sum(second)
        labels[label] = {
            "kappa": rounded(agreement.kappa(first, second)),
            "f1": rounded(2 * agreed / n_either) if n_either else None,
        }
    made = {}
    for d, name in enumerate(DIMENSION_IDS):
        table = np.array([[a.ratings[d], b.ratings[d]] for a, b in both])
        made[name] = {
            "weighted_kappa": rounded(agreement.weighted_kappa(table[:, 0], table[:, 1])),
            "icc": rounded(agreement.icc(table)),
            "exact": rounded(float((table[:, 0] == table[:, 1]).mean())),
        }
    f1 = [one["f1"] for one in labels.values() if one["f1"] is not None]
    return {
        "n": len(both),
        "labels": labels,
        "mean_f1": rounded(float(np.mean(f1))),
        "dimensions": made,
    }
