"""A place's own map from the machine's score to what its supervisors give: how it is applied.

`scoring/calibrate.py` fits and judges it; applying it is interpolation between a few knots.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from scenarios.models import DimensionId, Focus
from scoring import dimensions
from scoring.dimensions import HIGHEST, LOWEST
from scoring.models import DimensionScore, Score

MARGIN = 0.05  # points of 4 by which the mean error has to fall; less nobody would notice


class SiteMap(BaseModel):
    """A monotone map of one dimension, straight between knots (machine's score, adjusted score).

    The first knot is at 0 and the last at 4 on the machine's side; neither side leaves 0 to 4.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    knots: tuple[tuple[float, float], ...]

    @model_validator(mode="after")
    def _is_monotone(self) -> "SiteMap":
        scores = [score for score, _ in self.knots]
        given = [value for _, value in self.knots]
        rises = all(a < b for a, b in pairwise(scores)) and all(a <= b for a, b in pairwise(given))
        ends = scores[:1] == [LOWEST] and scores[-1:] == [HIGHEST] and len(scores) > 1
        if not (rises and ends and given[0] >= LOWEST and given[-1] <= HIGHEST):
            raise ValueError("a map's knots rise from a score of 0 to a score of 4, within 0 to 4")
        return self

    def of(self, score: float) -> float:
        """Returns the adjusted score, to two places."""
        scores, given = zip(*self.knots, strict=True)
        return round(float(np.interp(score, scores, given)), 2)


class Verdict(BaseModel):
    """Whether a dimension's map helps, on replies of trainees it was not fitted on.

    Errors are mean absolute differences from supervisors' ratings, in points of 4; ``fall`` is by
    how much the map makes them smaller, with its bootstrap interval (whole trainees drawn).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int
    error_before: float
    error_after: float
    fall: float
    fall_low: float | None
    fall_high: float | None
    kappa_before: float | None
    kappa_after: float | None
    helps: bool


def adjust(score: Score, maps: Mapping[DimensionId, SiteMap], focus: Focus, version: str) -> Score:
    """Returns a score on the place's own scale; the behaviours and the advice stay as they are.

    Args:
        score: the machine's own; an unscored one is returned as it is.
        maps: the dimensions to adjust; others keep the machine's score.
        focus: the scenario's, by which the overall score is weighted anew.
        version: the adjusted score's ``model_version``.
    """
    if score.status == "unscored":
        return score
    adjusted = {
        name: _moved(value, maps[name]) if name in maps else value
        for name, value in score.dimensions.items()
    }
    return score.model_copy(
        update={
            "dimensions": adjusted,
            "overall": dimensions.overall(adjusted, focus),
            "model_version": version,
        }
    )


def _moved(value: DimensionScore, by: SiteMap) -> DimensionScore:
    if value.score is None or value.low is None or value.high is None:
        return value
    return DimensionScore(score=by.of(value.score), low=by.of(value.low), high=by.of(value.high))
