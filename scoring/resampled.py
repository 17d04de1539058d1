"""Agreement coefficients with bootstrap intervals, of all resamples at once.

The coefficients are those of `scoring/agreement.py`. Each depends on the ratings through sums over
the replies only, so a thousand resamples are one product of matrices: how often each reply was
drawn, times the reply's sums. Whole replies are drawn, with every rating of theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.agreement import INTERVAL, N_RESAMPLES, Estimate

Numbers = NDArray[np.float64]
NOTHING = Estimate(None, None, None)
# Where most resamples define no coefficient, the few that do are no fair picture of its spread.
LEAST_DEFINED = 0.5


@dataclass(frozen=True)
class Agreed:
    """How far two ratings of a reply agree, over ``n_replies`` replies and ``n_pairs`` pairs.

    ``kappa`` has quadratic weights; of present or absent it is Cohen's plain kappa, which is the
    same thing for two categories. ``icc`` is ICC(2,1) and ``alpha`` Krippendorff's.
    """

    n_replies: int
    n_pairs: int
    kappa: Estimate
    icc: Estimate
    alpha: Estimate


@lru_cache(maxsize=4)
def drawn(n_replies: int, n_resamples: int = N_RESAMPLES, seed: int = 0) -> Numbers:
    """Returns how often each reply is in each resample, shape [1 + n_resamples, n_replies].

    The first row is the replies as they are, once each. The same seed gives the same resamples.
    """
    random = np.random.default_rng(seed)
    picked = random.integers(n_replies, size=(n_resamples, n_replies))
    places = picked + n_replies * np.arange(n_resamples)[:, None]
    counts = np.bincount(places.ravel(), minlength=n_replies * n_resamples)
    once = np.ones((1, n_replies))
    found = np.vstack([once, counts.reshape(n_resamples, n_replies).astype(np.float64)])
    found.flags.writeable = False  # it is shared by all who ask
    return found


def pairs(
    first: ArrayLike,
    second: ArrayLike,
    reply: ArrayLike,
    n_levels: int,
    alpha_level: Literal["nominal", "ordinal"],
    exact_first: ArrayLike | None = None,
) -> Agreed:
    """Returns the agreement of two raters: the machine and a supervisor, say.

    Args:
        first: one rater's whole numbers from 0, shape [n_pairs].
        second: the other's.
        reply: which reply each pair rates; any whole numbers.
        n_levels: how many levels there are; 2 for present or absent.
        alpha_level: how far apart two levels are, for alpha.
        exact_first: the first rater's numbers unrounded, which ICC takes.
    """
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    exact = a if exact_first is None else np.asarray(exact_first, np.float64)
    names, unit = np.unique(np.asarray(reply), return_inverse=True)
    if not len(a):
        return Agreed(0, 0, NOTHING, NOTHING, NOTHING)
    n = len(names)
    each = np.arange(len(a))
    met = _by_reply(coincidences(np.r_[a, b], np.r_[each, each], len(a), n_levels), unit, n)
    weights = drawn(n)
    return Agreed(
        n_replies=n,
        n_pairs=len(a),
        kappa=estimate(weighted_kappas(weights @ pair_sums(a, b, unit, n))),
        icc=estimate(iccs(weights @ pair_sums(exact, b, unit, n))),
        alpha=estimate(alphas(weights @ met, n_levels, alpha_level)),
    )


def among(
    ratings: Sequence[Sequence[float]], n_levels: int, alpha_level: Literal["nominal", "ordinal"]
) -> Agreed:
    """Returns the agreement of the several people who rated each reply.

    Kappa and ICC go by every pair of them, in the order given: let it be that of their ids, so
    that two people always stand in the same order. Alpha takes each reply's ratings together.

    Args:
        ratings: for each reply, what each of its raters gave; whole numbers from 0.
        n_levels: how many levels there are; 2 for present or absent.
        alpha_level: how far apart two levels are, for alpha.
    """
    some = [one for one in ratings if len(one) > 1]
    if not some:
        return Agreed(0, 0, NOTHING, NOTHING, NOTHING)
    paired = [
        (one[i], one[j], unit)
        for unit, one in enumerate(some)
        for i in range(len(one))
        for j in range(i + 1, len(one))
    ]
    a, b, unit = (np.array(column) for column in zip(*paired, strict=True))
    n = len(some)
    values = np.concatenate([np.asarray(one, np.float64) for one in some])
    whose = np.repeat(np.arange(n), [len(one) for one in some])
    weights = drawn(n)
    sums = weights @ pair_sums(a, b, unit, n)
    return Agreed(
        n_replies=n,
        n_pairs=len(a),
        kappa=estimate(weighted_kappas(sums)),
        icc=estimate(iccs(sums)),
        alpha=estimate(
            alphas(weights @ coincidences(values, whose, n, n_levels), n_levels, alpha_level)
        ),
    )


def pair_sums(first: ArrayLike, second: ArrayLike, unit: ArrayLike, n_units: int) -> Numbers:
    """Returns for each reply n, Σa, Σb, Σa², Σb² and Σab over its pairs, shape [n_units, 6]."""
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    rows = np.stack([np.ones(len(a)), a, b, a * a, b * b, a * b], 1)
    return _by_reply(rows, np.asarray(unit), n_units)


def _by_reply(rows: Numbers, unit: NDArray[np.intp], n_units: int) -> Numbers:
    found = np.zeros((n_units, rows.shape[1]))
    np.add.at(found, unit, rows)
    return found


def weighted_kappas(sums: Numbers) -> Numbers:
    """Returns kappa with quadratic weights from sums of pairs; NaN where it is not defined.

    Source: Cohen (1968), doi:10.1037/h0026256.
    """
    n, a, b, aa, bb, ab = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (aa + bb - 2 * ab) / n
        by_chance = aa / n + bb / n - 2 * (a / n) * (b / n)  # the mean of (a_i - b_j)**2
        return np.where(_some(by_chance), 1 - apart / by_chance, np.nan)


def iccs(sums: Numbers) -> Numbers:
    """Returns ICC(2,1) of pairs from their sums; NaN where it is not defined.

    Source: Shrout & Fleiss (1979), doi:10.1037/0033-2909.86.2.420.
    """
    n, a, b, aa, bb, ab = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        of_mean = (a + b) ** 2 / (2 * n)
        items = (aa + 2 * ab + bb) / 2 - of_mean
        raters = (a - b) ** 2 / (2 * n)
        rest = aa + bb - of_mean - items - raters
        items, rest = items / (n - 1), rest / (n - 1)
        whole = items + rest + 2 * (raters - rest) / n
        return np.where((n > 1) & _some(whole), (items - rest) / whole, np.nan)


def coincidences(values: ArrayLike, unit: ArrayLike, n_units: int, n_levels: int) -> Numbers:
    """Returns how often two levels met in each reply, shape [n_units, n_levels * n_levels]."""
    counts = np.zeros((n_units, n_levels))
    np.add.at(counts, (np.asarray(unit), np.asarray(values).astype(np.intp)), 1)
    met = counts[:, :, None] * counts[:, None, :]
    met[:, np.arange(n_levels), np.arange(n_levels)] -= counts
    others = counts.sum(1) - 1
    share = np.where(others > 0, 1 / np.maximum(others, 1), 0.0)
    return np.asarray((met * share[:, None, None]).reshape(n_units, -1))


def alphas(
    together: Numbers, n_levels: int, level: Literal["nominal", "ordinal", "interval"]
) -> Numbers:
    """Returns Krippendorff's alpha from coincidences; NaN where it is not defined.

    Source: Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section C.
    """
    met = together.reshape(-1, n_levels, n_levels)
    totals = met.sum(1)
    n = totals.sum(1)
    if level == "ordinal":
        ranks = totals.cumsum(1) - totals / 2
        apart = (ranks[:, :, None] - ranks[:, None, :]) ** 2
    elif level == "interval":
        apart = np.subtract.outer(np.arange(n_levels), np.arange(n_levels))[None] ** 2.0
    else:
        apart = 1 - np.eye(n_levels)[None]
    observed = (n - 1) * (met * apart).sum((1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * apart).sum((1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(_some(expected), 1 - observed / expected, np.nan)


def _some(spread: Numbers) -> NDArray[np.bool_]:
    return np.asarray(spread > 1e-9)  # what is less is rounding


def estimate(values: Numbers) -> Estimate:
    """Returns the first value with the percentile interval of the others.

    All is ``None`` where the value is not defined, and the interval alone where most resamples
    define none.

    Source: Efron & Tibshirani (1993), doi:10.1201/9780429246593.
    """
    if np.isnan(values[0]):
        return NOTHING
    found = values[1:][~np.isnan(values[1:])]
    if len(found) < LEAST_DEFINED * (len(values) - 1):
        return Estimate(float(values[0]), None, None)
    low, high = np.quantile(found, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    return Estimate(float(values[0]), float(low), float(high))
