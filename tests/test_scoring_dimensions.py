"""Three scores from what was found, with ranges; what is not scored has no number."""

import numpy as np
import pytest

from scenarios.models import Focus
from scoring.dimensions import DIMENSION_IDS, features, overall, score, unscored
from scoring.heads import DimensionHead
from scoring.models import DimensionScore
from tests.stand_ins import a_scenario

ERRORS = ((0.0, 1.0), (-1.0, 1.0), (-1.0, 1.0), (-1.5, 0.5), (-1.0, 0.0))


def test_a_score_is_the_weighted_sum_with_the_range_of_the_nearest_whole():
    head = DimensionHead(weights=(0.5, 1.0), bias=1.0, errors=ERRORS)
    # 0.5 x 2 + 1 x 0.7 + 1 = 2.7; nearest whole 3, so from 2.7 - 1.5 to 2.7 + 0.5.
    found = score(np.array([2.0, 0.7]), head)
    assert (found.score, found.low, found.high) == (2.7, 1.2, 3.2)


@pytest.mark.parametrize(("bias", "value"), [(9.0, 4.0), (-3.0, 0.0)])
def test_scores_and_ranges_stay_between_0_and_4(bias, value):
    found = score(np.array([0.0]), DimensionHead(weights=(1.0,), bias=bias, errors=ERRORS))
    assert found.score == value
    assert 0 <= found.low <= found.score <= found.high <= 4


def test_the_overall_score_is_weighted_by_the_scenarios_focus_and_0_leaves_one_out():
    scores = {
        name: DimensionScore(score=value, low=0, high=4)
        for name, value in zip(DIMENSION_IDS, (4.0, 1.0, 2.0), strict=True)
    }
    # (0 x 4 + 3 x 1 + 1 x 2) / (0 + 3 + 1) = 1.25
    assert overall(scores, Focus(rationale=0, collaboration=3, obstacles=1)) == 1.25


def test_in_a_rupture_the_encoders_ratings_count_once_more():
    plain = a_scenario()
    rupture = plain.model_copy(update={"challenge": "nonengagement_rupture"})
    ratings, likely = np.array([1.0, 2.0, 3.0]), np.array([0.5])
    assert features(ratings, likely, plain).tolist() == [1, 2, 3, 0.5, 0, 0, 0, 0]
    assert features(ratings, likely, rupture).tolist() == [1, 2, 3, 0.5, 1, 1, 2, 3]


def test_what_is_unscored_has_no_number():
    assert {one.score for one in unscored().values()} == {None}
    assert set(unscored()) == set(DIMENSION_IDS)
