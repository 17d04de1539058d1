"""A place's map: monotone, within the scale, fitted to a leaning, used only where it helps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.models import Focus
from scoring.calibrate import LEAST_IN_BIN, MOST_BINS, fit, held_out, judge
from scoring.site_map import MARGIN, SiteMap, adjust
from tests.people import a_score


def a_site(seed: int, n: int, leaning: float, n_trainees: int = 12) -> tuple:
    """Simulated raters who give what they see plus a leaning; the machine sees it with noise."""
    random = np.random.default_rng(seed)
    who = np.arange(n) % n_trainees
    seen = np.clip(random.normal(2, 0.6, n_trainees)[who] + random.normal(0, 0.8, n), 0, 4)
    scores = np.round(np.clip(seen + random.normal(0, 0.4, n), 0, 4), 2)
    rated = np.clip(np.floor(seen + leaning + random.normal(0, 0.5, n) + 0.5), 0, 4)
    return scores, rated, [f"trainee {one}" for one in who]


def test_with_hardly_any_noise_a_known_map_is_found_again() -> None:
    # Supervisors here give one more than the machine, up to 4.
    scores = np.linspace(0.2, 3.8, 400)
    found = fit(scores, np.clip(scores + 1, 0, 4))
    for score in (0.5, 1.0, 1.7, 2.5):
        assert found.of(score) == pytest.approx(score + 1, abs=0.06)
    assert found.of(0) == pytest.approx(1, abs=0.01)  # beyond the outer knots the nearest's shift
    assert found.of(3.9) == pytest.approx(4, abs=0.1)


def test_a_level_stretch_becomes_one_knot_at_its_middle() -> None:
    # Bins of 8 at 1, 2 and 3 with means 1.5, 1.0 and 3.0: the first two are pooled to 1.25 at
    # 1.5, so the knots are (0, 0), (1.5, 1.25), (3, 3), (4, 4) and 2.25 lies halfway: 2.125.
    scores = np.repeat([1.0, 2.0, 3.0], 8)
    found = fit(scores, np.repeat([1.5, 1.0, 3.0], 8))
    assert found.knots == ((0, 0), (1.5, 1.25), (3, 3), (4, 4))
    assert found.of(2.25) == pytest.approx(2.12, abs=0.006)


@given(st.lists(st.tuples(st.floats(0, 4), st.integers(0, 4)), min_size=LEAST_IN_BIN, max_size=200))
def test_whatever_is_rated_the_map_rises_and_stays_within_the_scale(pairs: list) -> None:
    found = fit(*zip(*pairs, strict=True))
    values = [found.of(score) for score in np.linspace(0, 4, 81)]
    assert values == sorted(values)
    assert min(values) >= 0 and max(values) <= 4
    assert len(found.knots) <= MOST_BINS + 2


def test_no_knot_rests_on_fewer_than_eight_ratings() -> None:
    # 60 equal scores and 5 others: the 5 are too few for a knot of their own.
    found = fit([2.0] * 60 + [3.0] * 5, [1] * 60 + [4] * 5)
    assert len(found.knots) == 3


def test_a_known_leaning_is_found_and_helps_on_trainees_not_seen() -> None:
    scores, rated, trainees = a_site(1, 73, 0.8)
    found = judge(scores, rated, trainees)
    assert found.helps and found.fall >= MARGIN and found.fall_low > 0
    assert found.error_before - found.error_after == pytest.approx(found.fall, abs=0.002)
    assert found.kappa_after > found.kappa_before
    whole = fit(scores, rated)
    assert np.mean([whole.of(one) - one for one in (1.0, 1.5, 2.0, 2.5)]) == pytest.approx(
        0.8, abs=0.2
    )


def test_a_place_without_a_leaning_is_left_alone_nearly_always() -> None:
    assert sum(judge(*a_site(seed, 73, 0)).helps for seed in range(40)) <= 1


def test_a_leaning_of_most_of_a_point_is_found_nearly_always() -> None:
    assert sum(judge(*a_site(seed, 73, 0.8)).helps for seed in range(40)) >= 38


def test_the_same_ratings_get_the_same_verdict_whatever_the_trainees_are_called() -> None:
    scores, rated, trainees = a_site(3, 73, 0.8)
    other = {name: f"{(n * 7) % 11}-{n}" for n, name in enumerate(dict.fromkeys(trainees))}
    assert judge(scores, rated, trainees) == judge(scores, rated, [other[one] for one in trainees])


def test_a_trainee_is_never_judged_by_a_map_fitted_on_their_own_replies() -> None:
    # One trainee of six is rated 4 whatever the score; the others as the machine scores them.
    scores = np.tile(np.linspace(0, 4, 20), 6)
    trainees = np.repeat(list("abcdef"), 20)
    rated = np.where(trainees == "a", 4, np.round(scores))
    adjusted = held_out(scores, rated, list(trainees))
    others = fit(scores[trainees != "a"], rated[trainees != "a"])
    found = adjusted[trainees == "a"]
    # Five folds of six trainees: "a" shares a fold with at most one, so within what four give.
    assert np.abs(found - [others.of(one) for one in scores[:20]]).max() < 0.2


def test_an_adjusted_score_keeps_everything_but_its_numbers_and_is_weighed_anew() -> None:
    raw = a_score(2.0, 3.0, 1.0)
    maps = {"rationale": SiteMap(knots=((0, 1), (2, 3), (4, 4)))}
    found = adjust(raw, maps, Focus(rationale=1, collaboration=3, obstacles=2), "v1+site-2")
    value = found.dimensions["rationale"]
    # 2 → 3; the range 1 to 3: halfway between 1 and 3 is 2, halfway between 3 and 4 is 3.5
    assert (value.score, value.low, value.high) == (3.0, 2.0, 3.5)
    assert found.dimensions["collaboration"] == raw.dimensions["collaboration"]
    assert found.overall == pytest.approx((1 * 3 + 3 * 3 + 2 * 1) / 6, abs=0.005)
    assert (found.model_version, found.keep, found.change) == ("v1+site-2", raw.keep, raw.change)


def test_what_is_not_scored_stays_so() -> None:
    raw = a_score().model_copy(update={"status": "unscored"})
    maps = {"rationale": SiteMap(knots=((0, 1), (4, 4)))}
    assert adjust(raw, maps, Focus(rationale=1, collaboration=1, obstacles=1), "x") is raw


@pytest.mark.parametrize(
    "knots",
    [
        ((0, 1), (2, 0.5), (4, 4)),  # falls
        ((0, 0), (2, 1), (2, 2), (4, 4)),  # stands still
        ((0, 0), (4, 4.1)),  # leaves the scale
        ((0.5, 0), (4, 4)),  # does not begin at 0
        ((0, 0),),
        (),
    ],
)
def test_a_map_that_is_none_is_refused(knots: tuple) -> None:
    with pytest.raises(ValidationError):
        SiteMap(knots=knots)
