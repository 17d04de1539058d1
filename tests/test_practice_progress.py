"""Progress figures equal hand-worked ones."""

from datetime import datetime, timedelta

import pytest

from practice import estimates, progress
from practice.estimates import change, mean_of, share_of
from practice.tries import Try, occasions
from scenarios.models import DimensionId
from scoring.models import DimensionScore
from tests.practised import a_try

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def near(value: float) -> object:
    return pytest.approx(value, abs=0.0005)


def named(dimension: DimensionId) -> str:
    return dimension.capitalize()


def test_a_mean_of_five_has_students_interval() -> None:
    # 1, 2, 2, 3, 2: mean 2.0; squares 1+0+0+1+0 = 2, variance 2/4 = 0.5, s = 0.7071;
    # t(4) = 2.132, half = 2.132 x 0.7071 / sqrt(5) = 0.6742.
    found = mean_of([1.0, 2.0, 2.0, 3.0, 2.0])
    assert (found.mean, found.low, found.high, found.n) == (2.0, near(1.3258), near(2.6742), 5)


def test_a_mean_of_fewer_than_three_has_no_interval() -> None:
    found = mean_of([1.0, 3.0])
    assert (found.mean, found.low, found.high) == (2.0, None, None)


def test_an_interval_stays_on_the_scale() -> None:
    # 4, 4, 1: mean 3, s = 1.7321, t(2) = 2.920, half = 2.920 x 1.7321 / 1.7321 = 2.920.
    found = mean_of([4.0, 4.0, 1.0])
    assert (found.low, found.high) == (near(0.08), 4.0)


def test_a_share_has_wilsons_interval() -> None:
    # 3 of 4, z = 1.645, z2 = 2.7060: middle (3 + 1.3530) / 6.7060 = 0.6491;
    # half = 1.645 / 6.7060 x sqrt(3 x 1 / 4 + 0.67651) = 0.24530 x 1.19437 = 0.2930.
    found = share_of(3, 4)
    assert (found.share, found.low, found.high) == (0.75, near(0.3561), near(0.9421))


def test_a_change_has_welchs_interval() -> None:
    # First three 1, 1, 2 (mean 1.3333, variance 1/3); last three 3, 3, 2 (mean 2.6667, 1/3).
    # Difference 1.3333; t(2) = 2.920; half = 2.920 x sqrt(1/9 + 1/9) = 1.3765: not yet clear.
    found = change([1.0, 1.0, 2.0, 3.0, 3.0, 2.0])
    assert found is not None
    assert (found.difference, found.low, found.high) == (near(1.3333), near(-0.0432), near(2.7098))
    assert not found.clear


def test_a_change_of_fewer_than_six_is_not_told() -> None:
    assert change([1.0, 1.0, 3.0, 3.0, 3.0]) is None


def test_no_value_is_both_early_and_late() -> None:
    # Seven values: three from each end, the middle one in neither.
    found = change([1.0, 1.0, 1.0, 4.0, 2.0, 2.0, 2.0])
    assert found is not None
    assert (found.before, found.after, found.n) == (1.0, 2.0, 3)


def test_a_trend_is_the_mean_of_the_last_five(at: datetime) -> None:
    points = progress.trend((at + n * DAY, float(n % 5)) for n in range(7))
    # Values 0 1 2 3 4 0 1; the last five are 2 3 4 0 1, mean 2; the third point is of 0 1 2.
    assert (points[2].recent.mean, points[2].recent.n) == (1.0, 3)
    assert (points[6].value, points[6].recent.mean, points[6].recent.n) == (1.0, 2.0, 5)


def test_first_and_best_tries_stay_apart(at: datetime) -> None:
    tries = [
        a_try(at, 1.0, occasion="one"),
        a_try(at + MINUTE, 3.0, occasion="one"),
        a_try(at + 2 * MINUTE, 2.0, occasion="one"),
        a_try(at + DAY, 1.5),
    ]
    met = occasions(tries)
    assert progress.dimension_values(met, "rationale") == [(at, 1.0), (at + DAY, 1.5)]
    assert progress.dimension_values(met, "rationale", best=True) == [(at, 3.0), (at + DAY, 1.5)]
    (row,) = progress.by_challenge(met)
    assert (row.first.mean, row.best.mean, row.first.n) == (1.25, 2.25, 2)


def test_kinds_are_listed_by_how_often_they_were_practised(at: datetime) -> None:
    met = occasions(
        [
            a_try(at, 1.0, challenge="partial"),
            a_try(at + DAY, 2.0, challenge="refusal"),
            a_try(at + 2 * DAY, 3.0, challenge="refusal"),
        ]
    )
    found = [(row.challenge, row.first.mean) for row in progress.by_challenge(met)]
    assert found == [("refusal", 2.5), ("partial", 1.0)]


def test_behaviours_are_counted_only_where_asked_for(at: datetime) -> None:
    there = [False, True, True, False, True]
    tries = [
        a_try(at + n * DAY, 2.0, shown=("reflection", "choice") if shown else ("choice",))
        for n, shown in enumerate(there)
    ]
    (found,) = progress.behaviours(occasions(tries))
    # Five times asked for: the first two are earlier (1 of 2), the last three late (2 of 3).
    assert found.behaviour == "reflection"
    assert (found.earlier.n, found.earlier.of, found.late.n, found.late.of) == (1, 2, 2, 3)


def test_retention_compares_the_best_before_with_the_first_weeks_later(at: datetime) -> None:
    met = occasions(
        [
            a_try(at, 1.0, occasion="one"),
            a_try(at + MINUTE, 3.0, occasion="one"),
            a_try(at + 13 * DAY, 2.0),  # too soon to be weeks later
            a_try(at + 27 * DAY, 1.5),  # two weeks after the last
            a_try(at + 40 * DAY, 4.0, family="other"),
        ]
    )
    pairs = progress.retention(met)
    assert [(before.best, later.first.overall) for before, later in pairs] == [(2.0, 1.5)]
    kept = progress.kept(pairs)
    assert kept is not None
    assert (kept.before, kept.after, kept.difference, kept.low, kept.n) == (2.0, 1.5, -0.5, None, 1)
    assert progress.kept([]) is None


def test_transfer_looks_at_families_never_met(at: datetime) -> None:
    met = occasions(
        [
            a_try(at, 1.0),
            a_try(at + DAY, 2.0),
            a_try(at + 2 * DAY, 3.0, family="other"),
        ]
    )
    assert [value for _, value in progress.transfer(met)] == [1.0, 3.0]


def test_the_self_view_pairs_ratings_with_scores(at: datetime) -> None:
    tries = [a_try(at, 1.5, own=3), a_try(at + DAY, 2.0), a_try(at + 2 * DAY, 3.0, own=2)]
    assert progress.self_view(tries, "obstacles") == [(3, 1.5), (2, 3.0)]


def with_range(one: Try, low: float, high: float) -> Try:
    """The same try, its rationale with another range."""
    value = DimensionScore(score=one.overall, low=low, high=high)
    return one.model_copy(update={"scores": {**one.scores, "rationale": value}})


@pytest.mark.parametrize(
    ("low", "high", "clear"),
    [(0.5, 3.0, True), (0.5, 3.1, False), (0.0, 4.0, False), (1.2, 2.0, True)],  # 2.5 is the most
)
def test_a_score_is_clear_in_a_range_of_two_and_a_half_points(
    low: float, high: float, clear: bool
) -> None:
    assert DimensionScore(score=1.6, low=low, high=high).clear is clear


def test_what_is_unscored_is_never_clear() -> None:
    assert not DimensionScore(score=None, low=None, high=None).clear


def test_progress_draws_no_score_that_the_feedback_called_unclear(at: datetime) -> None:
    met = occasions(
        [
            a_try(at, 1.0),
            with_range(a_try(at + DAY, 3.9), 0.2, 4.0),  # 3.8 wide
            a_try(at + 2 * DAY, 2.0),
        ]
    )
    values = progress.dimension_values(met, "rationale")
    assert values == [(at, 1.0), (at + 2 * DAY, 2.0)]
    # Lately (1.0 + 2.0) / 2 = 1.5, not (1.0 + 3.9 + 2.0) / 3 = 2.3.
    assert progress.trend(values)[-1].recent.mean == 1.5
    assert progress.n_unclear(met, "rationale") == 1
    assert len(progress.dimension_values(met, "collaboration")) == 3
    assert progress.n_unclear(met, "collaboration") == 0


def test_the_best_try_is_the_best_clear_one(at: datetime) -> None:
    tries = [
        a_try(at, 1.0, occasion="one"),
        a_try(at + MINUTE, 2.0, occasion="one"),
        with_range(a_try(at + 2 * MINUTE, 3.5, occasion="one"), 0.5, 4.0),
    ]
    assert progress.dimension_values(occasions(tries), "rationale", best=True) == [(at, 2.0)]


def test_a_self_rating_is_set_beside_clear_scores_only(at: datetime) -> None:
    tries = [
        a_try(at, 1.0, own=2),
        with_range(a_try(at + DAY, 1.0, own=4), 0.0, 4.0),
        a_try(at + 2 * DAY, 3.0),
    ]
    assert progress.self_view(tries, "rationale") == [(2, 1.0)]
    assert progress.self_view(tries, "obstacles") == [(2, 1.0), (4, 1.0)]
    # Of the second reply two dimensions can be compared; the third has no self-rating.
    assert progress.n_comparable(tries) == 2


def test_the_summary_says_that_the_limit_is_the_machines(at: datetime) -> None:
    wide = DimensionScore(score=2.0, low=0.0, high=4.0)
    unclear = {"rationale": wide, "collaboration": wide, "obstacles": wide}
    tries = [a_try(at + n * DAY, 2.0).model_copy(update={"scores": unclear}) for n in range(6)]
    assert progress.summary(tries, named) == (
        "You have met 6 clients; in too few of the first replies could the machine tell clearly"
        " enough to speak of a change. That is its limit, not yours."
    )


def test_minutes_leave_out_the_time_between_sessions(at: datetime) -> None:
    # 0 to 1 and 10 to 11 are one session of 11 minutes; a day later, one of 1 minute.
    tries = [a_try(at, 1.0), a_try(at + 10 * MINUTE, 1.0), a_try(at + DAY, 1.0)]
    assert progress.minutes(tries) == 12.0
    assert progress.minutes([]) == 0.0


def test_the_summary_claims_nothing_early(at: datetime) -> None:
    assert progress.summary([], named) == "There is nothing to sum up yet."
    said = progress.summary([a_try(at, 2.0)], named)
    assert said.startswith("You have met one client; it takes first tries with six")


def test_the_summary_says_when_chance_would_do(at: datetime) -> None:
    values = [1.0, 2.0, 1.5, 2.0, 1.0, 1.5]
    tries = [a_try(at + n * DAY, value) for n, value in enumerate(values)]
    assert "nothing has changed by more than chance" in progress.summary(tries, named)


def test_the_summary_names_a_clear_change_and_not_its_cause(at: datetime) -> None:
    # 1.0 1.2 0.8 1.0 1.0 then 3.0 2.8 3.2 3.0 3.0: 2.0 apart, variance 0.02 each,
    # half = 3.186 x sqrt(0.004 + 0.004) = 0.285.
    values = [1.0, 1.2, 0.8, 1.0, 1.0, 3.0, 2.8, 3.2, 3.0, 3.0]
    tries = [a_try(at + n * DAY, value) for n, value in enumerate(values)]
    assert progress.summary(tries, named) == (
        "Over 10 first tries your Rationale has risen from about 1.0 to about 3.0 of 4, more than"
        " chance alone would bring."
    )
    fallen = [a_try(at + n * DAY, value) for n, value in enumerate(reversed(values))]
    assert progress.summary(fallen, named).endswith("harder clients may be part of that.")


def test_looking_at_three_asks_for_more_than_looking_at_one() -> None:
    assert all(estimates.T_90_OF_THREE[df] > estimates.T_90[df] for df in estimates.T_90)
