"""All resamples at once give what one at a time gives, and what is published."""

import time

import numpy as np
import pytest

from scoring import agreement
from scoring.agreement import Estimate
from scoring.resampled import (
    alphas,
    among,
    coincidences,
    drawn,
    iccs,
    pair_sums,
    pairs,
    weighted_kappas,
)
from tests.test_scoring_agreement import KRIPPENDORFF, SHROUT_FLEISS


def some(n: int, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    first = random.integers(0, 5, n)
    return first, np.clip(first + random.integers(-1, 2, n), 0, 4)


def test_alpha_of_krippendorffs_worked_example_is_the_published_one() -> None:
    # Section C: 40 values that can be paired, four observers, with gaps: .743, .815, .849
    table = KRIPPENDORFF
    unit, rater = np.nonzero(~np.isnan(table))
    met = coincidences(table[unit, rater] - 1, unit, len(table), 5).sum(0)[None]
    assert met.sum() == pytest.approx(40)
    assert alphas(met, 5, "nominal")[0] == pytest.approx(0.743, abs=0.0005)
    assert alphas(met, 5, "ordinal")[0] == pytest.approx(0.815, abs=0.0005)
    assert alphas(met, 5, "interval")[0] == pytest.approx(0.849, abs=0.0005)


def test_alpha_of_krippendorffs_two_observers_is_the_published_one() -> None:
    # Krippendorff (2011), section A, ten articles coded 0 or 1 by two observers. They differ in 4
    # of 10: of 20 values o01 = 4, n0 = 14, n1 = 6; alpha = 1 - (20 - 1) * 4 / (14 * 6) = .095
    jon = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    han = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    found = pairs(jon, han, range(10), 2, "nominal")
    assert found.alpha.value == pytest.approx(1 - 19 * 4 / (14 * 6))
    assert found.alpha.value == pytest.approx(0.095, abs=0.0005)
    # Section B, five categories, two observers: .692
    meg, owen = "aabbdcccedda", "babbbcccedDd".lower()
    numbers = [["abcde".index(letter) for letter in one] for one in (meg, owen)]
    found = pairs(*numbers, range(12), 5, "nominal")
    assert found.alpha.value == pytest.approx(0.692, abs=0.0005)


def test_icc_of_two_judges_of_shrout_and_fleiss_equals_the_anova() -> None:
    # Judges 1 and 2 of their table 2: means 46/6 and 15/6, grand mean 61/12.
    # Targets' means 5.5 3.5 6 4 7.5 4: squares 166.75 - 6 * (61/12)**2 = 11.7083, twice: 23.4167.
    # Judges: 6 * (31/6)**2 / 2 = 80.0833. All: 366 + 51 - 12 * (61/12)**2 = 106.9167.
    # Rest: 106.9167 - 23.4167 - 80.0833 = 3.4167. Mean squares 4.6833, 80.0833 and .6833:
    # ICC = (4.6833 - .6833) / (4.6833 + .6833 + 2 * (80.0833 - .6833) / 6) = 4 / 31.8333 = .1257
    table = np.array(SHROUT_FLEISS)[:, :2]
    found = iccs(pair_sums(table[:, 0], table[:, 1], range(6), 6).sum(0)[None])[0]
    assert found == pytest.approx(4 / 31.8333, abs=0.00001)
    assert found == pytest.approx(agreement.icc(table))
    # Fleiss & Cohen (1973), doi:10.1177/001316447303300309: weighted kappa is the same ratio of
    # sums of squares: (23.4167 - 3.4167) / (23.4167 + 3.4167 + 2 * 80.0833) = 20 / 187 = .107
    kappa = weighted_kappas(pair_sums(table[:, 0], table[:, 1], range(6), 6).sum(0)[None])[0]
    assert kappa == pytest.approx(20 / 187)
    assert kappa == pytest.approx(agreement.weighted_kappa(table[:, 0], table[:, 1]))


def test_plain_kappa_is_weighted_kappa_of_two_categories() -> None:
    # Both yes 20, only the first 5, only the second 10, both no 15: (.7 - .5) / (1 - .5) = .4
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert pairs(first, second, range(50), 2, "nominal").kappa.value == pytest.approx(0.4)
    assert agreement.kappa(first, second) == pytest.approx(0.4)


def test_every_resample_is_what_it_would_be_alone() -> None:
    first, second = some(40)
    weights = drawn(40, 30, 5)
    sums = weights @ pair_sums(first, second, range(40), 40)
    each = np.r_[np.arange(40), np.arange(40)]
    met = weights @ coincidences(np.r_[first, second], each, 40, 5)
    for row in range(31):
        again = np.repeat(np.arange(40), weights[row].astype(int))
        a, b = first[again], second[again]
        assert weighted_kappas(sums)[row] == pytest.approx(agreement.weighted_kappa(a, b))
        assert iccs(sums)[row] == pytest.approx(agreement.icc(np.stack([a, b], 1)))
        for level in ("nominal", "ordinal", "interval"):
            alone = agreement.alpha(np.stack([a, b], 1), level)
            assert alphas(met, 5, level)[row] == pytest.approx(alone)


def test_several_raters_of_a_reply_are_one_unit_of_alpha_and_every_pair_of_kappa() -> None:
    ratings = [[1, 2], [3, 3, 4], [0, 1], [2], [4, 4], [2, 1, 2]]
    found = among(ratings, 5, "ordinal")
    gaps = [[*one, *[np.nan] * (3 - len(one))] for one in ratings]
    assert found.alpha.value == pytest.approx(agreement.alpha(gaps, "ordinal"))
    a = [1, 3, 3, 3, 0, 4, 2, 2, 1]
    b = [2, 3, 4, 4, 1, 4, 1, 2, 2]
    assert found.kappa.value == pytest.approx(agreement.weighted_kappa(a, b))
    assert (found.n_replies, found.n_pairs) == (5, 9)


def test_icc_goes_by_the_exact_score_and_kappa_by_the_rounded_one() -> None:
    exact = np.array([0.4, 1.3, 2.2, 3.4, 2.6, 1.1])
    rated = np.array([0, 1, 2, 4, 3, 1])
    found = pairs(np.floor(exact + 0.5), rated, range(6), 5, "ordinal", exact_first=exact)
    assert found.icc.value == pytest.approx(agreement.icc(np.stack([exact, rated], 1)))
    rounded = [0, 1, 2, 3, 3, 1]
    assert found.kappa.value == pytest.approx(agreement.weighted_kappa(rounded, rated))


def test_two_ratings_of_one_reply_are_drawn_together() -> None:
    first, second = some(30)
    alone = pairs(np.r_[first, first], np.r_[second, second], range(60), 5, "ordinal").kappa
    together = pairs(
        np.r_[first, first],
        np.r_[second, second],
        np.r_[np.arange(30), np.arange(30)],
        5,
        "ordinal",
    ).kappa
    assert together.value == pytest.approx(alone.value)
    assert together.high - together.low > 1.2 * (alone.high - alone.low)  # about the root of 2


@pytest.mark.parametrize("level", [0, 3])
def test_where_everybody_gave_the_same_there_is_no_number(level: int) -> None:
    found = pairs([level] * 8, [level] * 8, range(8), 5, "ordinal")
    nothing = Estimate(None, None, None)
    assert (found.kappa, found.icc, found.alpha) == (nothing, nothing, nothing)
    assert found.n_replies == 8


def test_of_one_reply_or_none_there_is_no_icc_and_no_interval() -> None:
    assert pairs([], [], [], 5, "ordinal").kappa.value is None
    assert among([[1], [2], []], 5, "ordinal").n_replies == 0
    one = pairs([1], [2], [0], 5, "ordinal")
    assert one.icc.value is None


def test_a_rare_behaviour_whose_resamples_mostly_define_nothing_has_no_interval() -> None:
    # One reply of ten has it, by both: only 1 - .9**10 = 65 % of resamples have it at all; of two
    # replies only half do, less those with nothing else.
    found = pairs([1, 0], [1, 0], range(2), 2, "nominal").kappa
    assert found.value == pytest.approx(1)
    ten = pairs([1] + [0] * 9, [1] + [0] * 9, range(10), 2, "nominal").kappa
    assert ten == Estimate(ten.value, 1.0, 1.0)


def test_the_same_seed_gives_the_same_interval_and_five_hundred_replies_take_no_time() -> None:
    first, second = some(500)
    found = pairs(first, second, range(500), 5, "ordinal")
    drawn.cache_clear()
    begun = time.perf_counter()
    again = pairs(first, second, range(500), 5, "ordinal")
    assert time.perf_counter() - begun < 0.5  # 30 ms on a quiet core
    assert again == found
    assert found.kappa.low < found.kappa.value < found.kappa.high
