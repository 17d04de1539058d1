"""Agreement coefficients against published tables, with the arithmetic shown where it is short."""

import numpy as np
import pytest

from scoring.agreement import Estimate, alpha, icc, kappa, weighted_kappa, with_interval

# Shrout & Fleiss (1979), table 2: six targets rated by four judges.
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]
_ = float("nan")
# Krippendorff (2011), section C: four observers, twelve units, some values missing.
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
).T


def test_icc_of_the_table_of_shrout_and_fleiss_is_the_published_one() -> None:
    # Mean squares there: targets 11.24, judges 32.49, error 1.02, with n = 6 and k = 4:
    # (11.24 - 1.02) / (11.24 + 3 * 1.02 + 4 * (32.49 - 1.02) / 6) = 10.22 / 35.28 = .29
    assert icc(SHROUT_FLEISS) == pytest.approx(0.29, abs=0.005)


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_of_krippendorffs_worked_example_is_the_published_one(level, published) -> None:
    assert alpha(KRIPPENDORFF, level) == pytest.approx(published, abs=0.0005)


def test_kappa_of_fifty_proposals_is_observed_over_chance() -> None:
    # Both yes 20, only the first yes 5, only the second yes 10, both no 15. Observed 35/50 = .7;
    # expected .5 * .6 + .5 * .4 = .5; kappa (.7 - .5) / (1 - .5) = .4
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert kappa(first, second) == pytest.approx(0.4)


def test_weighted_kappa_counts_a_disagreement_by_two_four_times_as_much_as_one_by_one() -> None:
    # Squared differences 0, 1, 0, 4: mean 1.25. Both raters use 0, 1, 2, 4 in some order or
    # 0, 0, 2, 2: by chance var(a) + var(b) + (mean difference)**2, worked below.
    first, second = [0, 1, 2, 4], [0, 0, 2, 2]
    # var(a) = 5.25 - 1.75**2 = 2.1875; var(b) = 2 - 1 = 1; (1.75 - 1)**2 = .5625; sum 3.75
    assert weighted_kappa(first, second) == pytest.approx(1 - 1.25 / 3.75)


def test_weighted_kappa_equals_its_definition_by_a_table_of_weights() -> None:
    random = np.random.default_rng(1)
    first = random.integers(0, 5, 200)
    second = np.clip(first + random.integers(-1, 2, 200), 0, 4)
    table = np.zeros((5, 5))
    np.add.at(table, (first, second), 1 / 200)
    weights = (np.arange(5)[:, None] - np.arange(5)) ** 2
    chance = np.outer(table.sum(1), table.sum(0))
    by_definition = 1 - (weights * table).sum() / (weights * chance).sum()
    assert weighted_kappa(first, second) == pytest.approx(by_definition)


def test_perfect_agreement_is_one_by_every_coefficient() -> None:
    ratings = [0, 1, 2, 3, 4, 4]
    pairs = [[one, one] for one in ratings]
    assert kappa(ratings, ratings) == pytest.approx(1)
    assert weighted_kappa(ratings, ratings) == pytest.approx(1)
    assert icc(pairs) == pytest.approx(1)
    assert [alpha(pairs, level) for level in ("nominal", "ordinal", "interval")] == pytest.approx(
        [1, 1, 1]
    )


def test_with_nothing_to_agree_about_there_is_no_number() -> None:
    same = [2, 2, 2]
    assert kappa(same, same) is None
    assert weighted_kappa(same, same) is None
    assert icc([[2, 2], [2, 2], [2, 2]]) is None
    assert alpha([[2, 2], [2, 2]], "nominal") is None
    assert kappa([], []) is None
    assert alpha([[1, _], [_, 2]], "interval") is None  # nothing was rated twice
    assert with_interval(weighted_kappa, same, same) == Estimate(None, None, None)


def test_a_constant_shift_costs_icc_and_weighted_kappa_their_full_marks() -> None:
    first = np.arange(5)
    assert icc(np.stack([first, first + 1], 1)) < 0.9
    assert weighted_kappa(first, first + 1) == pytest.approx(1 - 1 / 5)  # chance: 2 + 2 + 1


def test_raters_of_different_numbers_of_items_are_refused() -> None:
    with pytest.raises(ValueError, match="different numbers of items"):
        kappa([1, 2], [1])
    with pytest.raises(ValueError, match="different numbers of items"):
        weighted_kappa([1, 2], [1])


def test_icc_refuses_gaps_and_names_the_remedy() -> None:
    with pytest.raises(ValueError, match="use alpha"):
        icc([[1, _], [2, 2]])


def test_an_interval_holds_the_value_is_repeatable_and_narrows_with_more_items() -> None:
    random = np.random.default_rng(3)

    def width(n: int) -> float:
        first = random.integers(0, 5, n)
        second = np.clip(first + random.integers(-1, 2, n), 0, 4)
        found = with_interval(weighted_kappa, first, second, n_resamples=200)
        assert found == with_interval(weighted_kappa, first, second, n_resamples=200)
        assert found.low < found.value < found.high
        return found.high - found.low

    assert width(400) < width(40)


def test_drawing_whole_groups_widens_the_interval_when_groups_are_alike() -> None:
    # Ten groups of twenty items each; within a group both raters agree always or never.
    groups = np.repeat(np.arange(10), 20)
    first = np.tile([0, 1], 100)
    second = np.where(groups % 2 == 0, first, 1 - first)
    alone = with_interval(kappa, first, second, n_resamples=300)
    together = with_interval(kappa, first, second, groups=groups.tolist(), n_resamples=300)
    assert together.high - together.low > 2 * (alone.high - alone.low)
