"""Fits a place's map from the machine's scores to its supervisors' ratings, and judges it.

The map is centred isotonic regression on the means of a few bins: isotonic regression alone is a
staircase, whose steps are wherever the ratings of few replies happen to lie. It is judged on
trainees whom it was not fitted on, and it is of use only where it helps by a margin.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import GroupKFold

from scoring.agreement import weighted_kappa
from scoring.dimensions import HIGHEST, LOWEST
from scoring.resampled import drawn, estimate
from scoring.site_map import MARGIN, SiteMap, Verdict

Numbers = NDArray[np.float64]
MOST_BINS = 8
LEAST_IN_BIN = 8  # ratings behind each knot: no knot is one person's rating
N_FOLDS = 5


def fit(scores: ArrayLike, ratings: ArrayLike) -> SiteMap:
    """Returns the map from the machine's scores to people's ratings.

    Scores are put into up to eight bins of at least eight ratings each; the bins' means are made
    monotone by isotonic regression, and each level stretch becomes one knot at its middle. Beyond
    the outer knots the correction is that of the nearest knot.

    Source: Oron & Flournoy (2017), doi:10.1080/19466315.2017.1286256 (centred isotonic regression).
    """
    x, y = np.asarray(scores, np.float64), np.asarray(ratings, np.float64)
    bins = _bins(x)
    size = np.bincount(bins)
    at, mean = np.bincount(bins, x) / size, np.bincount(bins, y) / size
    level = IsotonicRegression(y_min=LOWEST, y_max=HIGHEST).fit_transform(
        at, mean, sample_weight=size
    )
    knots = []
    for value in np.unique(level):
        flat = level == value
        knots.append((float(np.average(at[flat], weights=size[flat])), float(value)))
    first, last = knots[0], knots[-1]
    inner = [one for one in knots if LOWEST < one[0] < HIGHEST]
    start = (LOWEST, _within(first[1] - (first[0] - LOWEST)))
    end = (HIGHEST, _within(last[1] + (HIGHEST - last[0])))
    return SiteMap(knots=(start, *inner, end))


def _bins(scores: Numbers) -> NDArray[np.intp]:
    """Returns the bin of each score: neighbours together, and equal scores never apart."""
    _, value, counts = np.unique(scores, return_inverse=True, return_counts=True)
    full = max(LEAST_IN_BIN, len(scores) / MOST_BINS)
    of_value, held, number = np.zeros(len(counts), np.intp), 0, 0
    for i, n in enumerate(counts):
        if held >= full:
            held, number = 0, number + 1
        of_value[i] = number
        held += n
    if held < LEAST_IN_BIN and number:
        of_value[of_value == number] = number - 1
    return of_value[value]


def _numbered(trainees: Sequence[str]) -> NDArray[np.int64]:
    # In order of coming: their ids are random, and the same ratings must get the same verdict.
    known = {name: n for n, name in enumerate(dict.fromkeys(trainees))}
    return np.array([known[name] for name in trainees], np.int64)


def _within(value: float) -> float:
    return float(np.clip(value, LOWEST, HIGHEST))


def held_out(scores: ArrayLike, ratings: ArrayLike, trainees: Sequence[str]) -> Numbers:
    """Returns each score adjusted by a map fitted on other trainees' replies, shape [n]."""
    x, y = np.asarray(scores, np.float64), np.asarray(ratings, np.float64)
    folds = GroupKFold(min(N_FOLDS, len(set(trainees))))
    adjusted = np.zeros(len(x))
    for train, test in folds.split(x, y, _numbered(trainees)):
        found = fit(x[train], y[train])
        adjusted[test] = [found.of(one) for one in x[test]]
    return adjusted


def judge(scores: ArrayLike, ratings: ArrayLike, trainees: Sequence[str]) -> Verdict:
    """Returns whether a map helps, by cross-validation in which whole trainees are held out.

    It helps where the mean absolute error falls by at least `MARGIN`, the interval of that fall is
    above 0, and weighted kappa does not fall.

    Args:
        scores: the machine's, shape [n].
        ratings: a supervisor's of the same replies.
        trainees: whose reply each is; at least two.
    """
    x, y = np.asarray(scores, np.float64), np.asarray(ratings, np.float64)
    adjusted = held_out(x, y, trainees)
    before, after = np.abs(x - y), np.abs(adjusted - y)
    whose = _numbered(trainees)
    weights = drawn(int(whose.max()) + 1)
    sums = np.stack([np.bincount(whose, before - after), np.bincount(whose)], 1)
    drawn_falls = weights @ sums
    fall = estimate(drawn_falls[:, 0] / drawn_falls[:, 1])
    kappas = [weighted_kappa(_whole(one), y) for one in (x, adjusted)]
    no_worse = kappas[0] is None or (kappas[1] is not None and kappas[1] >= kappas[0])
    value, low = fall.value or 0.0, fall.low or 0.0
    return Verdict(
        n=len(x),
        error_before=round(float(before.mean()), 3),
        error_after=round(float(after.mean()), 3),
        fall=round(value, 3),
        fall_low=fall.low and round(fall.low, 3),
        fall_high=fall.high and round(fall.high, 3),
        kappa_before=kappas[0] and round(kappas[0], 3),
        kappa_after=kappas[1] and round(kappas[1], 3),
        helps=bool(value >= MARGIN and low > 0 and no_worse),
    )


def _whole(scores: Numbers) -> Numbers:
    return np.asarray(np.floor(scores + 0.5))
