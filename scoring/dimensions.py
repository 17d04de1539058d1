"""From what was found in a reply to three scores from 0 to 4, each with the range it may lie in."""

from collections.abc import Mapping
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from scenarios.models import DimensionId, Focus, Scenario
from scoring.heads import DimensionHead
from scoring.models import DimensionScore

DIMENSION_IDS: tuple[DimensionId, ...] = get_args(DimensionId)
LOWEST, HIGHEST = 0.0, 4.0
# Boundary rule 13: the kinds of moment in which opening what is between the two is the work.
RUPTURE_LIKE = {"nonengagement_rupture", "overcompliance"}


def features(
    ratings: NDArray[np.float64], label_probabilities: NDArray[np.float64], scenario: Scenario
) -> NDArray[np.float64]:
    """Returns what the scores are made of, shape [n_features].

    Args:
        ratings: the encoder's own three estimates, around 0 to 4.
        label_probabilities: calibrated, in the order of `LABELS`.
        scenario: for whether the moment is rupture-like. Its id is never a feature.
    """
    rupture = float(scenario.challenge in RUPTURE_LIKE)
    return np.concatenate([ratings, label_probabilities, [rupture], rupture * ratings])


def score(found: NDArray[np.float64], head: DimensionHead) -> DimensionScore:
    """Returns one dimension's score with its range (nine ratings in ten lie within)."""
    estimate = float(np.clip(found @ np.array(head.weights) + head.bias, LOWEST, HIGHEST))
    below, above = head.errors[round(estimate)]
    return DimensionScore(
        score=round(estimate, 2),
        low=round(float(np.clip(estimate + below, LOWEST, estimate)), 2),
        high=round(float(np.clip(estimate + above, estimate, HIGHEST)), 2),
    )


def overall(scores: Mapping[DimensionId, DimensionScore], focus: Focus) -> float:
    """Returns the mean of the scores, weighted by the scenario's focus (0 leaves one out)."""
    weights = focus.model_dump()
    total = sum(float(weights[name]) * (one.score or 0.0) for name, one in scores.items())
    return round(total / float(sum(weights.values())), 2)


def unscored() -> dict[DimensionId, DimensionScore]:
    """Returns the dimensions of a reply that is not scored: ``None``, never a number."""
    nothing = DimensionScore(score=None, low=None, high=None)
    return dict.fromkeys(DIMENSION_IDS, nothing)
