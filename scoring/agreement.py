"""How far two raters agree, human or machine, beyond what chance would give.

Every coefficient is 1 for perfect agreement and about 0 for chance. Where it is not defined
(nothing rated twice, or everyone gave everything the same rating, so that there is nothing to agree
about) it is ``None``: never 0, never 1.
"""

from collections.abc import Callable, Hashable, Sequence, Sized
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Level = Literal["nominal", "ordinal", "interval"]

N_RESAMPLES = 1000  # enough for the second decimal of a 95 % interval
INTERVAL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its bootstrap interval; all ``None`` if it is not defined."""

    value: float | None
    low: float | None
    high: float | None


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float | None:
    """Returns Cohen's kappa of two raters' categories.

    Args:
        first: one rater's category for each item.
        second: the other's, in the same order.

    Raises:
        ValueError: the two did not rate the same number of items.

    Source: Cohen (1960), doi:10.1177/001316446002000104.
    """
    _same_length(first, second)
    if not first:
        return None
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    expected = sum(
        sum(a == one for a in first) * sum(b == one for b in second)
        for one in set(first) | set(second)
    ) / (n * n)
    return None if expected == 1 else (observed - expected) / (1 - expected)


def weighted_kappa(first: ArrayLike, second: ArrayLike) -> float | None:
    """Returns Cohen's kappa with quadratic weights, by which being 2 apart counts four times 1.

    It is 1 minus the mean squared difference over the one expected if the raters' values were
    paired at random. Round a machine's scores first to compare them with a person's whole ratings.

    Args:
        first: one rater's numbers, shape [n_items].
        second: the other's, shape [n_items].

    Raises:
        ValueError: the two did not rate the same number of items.

    Source: Cohen (1968), doi:10.1037/h0026256.
    """
    a, b = _numbers(first), _numbers(second)
    _same_length(a, b)
    if not len(a):
        return None
    by_chance = float(a.var() + b.var() + (a.mean() - b.mean()) ** 2)  # = mean of (a_i - b_j)**2
    return None if by_chance == 0 else 1 - float(((a - b) ** 2).mean()) / by_chance


def icc(ratings: ArrayLike) -> float | None:
    """Returns ICC(2,1): absolute agreement of single raters, raters and items both drawn at random.

    Args:
        ratings: shape [n_items, n_raters], none missing.

    Raises:
        ValueError: the ratings are not a full table.

    Source: Shrout & Fleiss (1979), doi:10.1037/0033-2909.86.2.420.
    """
    table = np.asarray(ratings, np.float64)
    if table.ndim != 2 or np.isnan(table).any():
        raise ValueError("ICC needs every item rated by every rater; use alpha for gaps")
    n, k = table.shape
    if n < 2 or k < 2:
        return None
    grand = table.mean()
    items = k * ((table.mean(1) - grand) ** 2).sum()
    raters = n * ((table.mean(0) - grand) ** 2).sum()
    rest = ((table - grand) ** 2).sum() - items - raters
    items, raters, rest = items / (n - 1), raters / (k - 1), rest / ((n - 1) * (k - 1))
    whole = items + (k - 1) * rest + k * (raters - rest) / n
    return None if np.isclose(whole, 0) else float((items - rest) / whole)


def alpha(ratings: ArrayLike, level: Level) -> float | None:
    """Returns Krippendorff's alpha, which allows for any number of raters and for gaps.

    Args:
        ratings: numbers, shape [n_items, n_raters]; NaN where a rater did not rate an item.
        level: how far apart two values are: nominal (the same or not), ordinal (how many ranks lie
            between them) or interval (their difference).

    Source: Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section C.
    """
    table = np.asarray(ratings, np.float64)
    values = np.unique(table[~np.isnan(table)])
    together = np.zeros((len(values), len(values)))  # how often two values met in one item
    for row in table:
        rated = row[~np.isnan(row)]
        if len(rated) > 1:
            counts = (rated[:, None] == values).sum(0).astype(np.float64)
            together += (np.outer(counts, counts) - np.diag(counts)) / (len(rated) - 1)
    totals = together.sum(0)
    n = totals.sum()
    apart = _distances(values, totals, level)
    expected = float((np.outer(totals, totals) * apart).sum())
    return None if expected == 0 else 1 - float((n - 1) * (together * apart).sum()) / expected


def _distances(
    values: NDArray[np.float64], totals: NDArray[np.float64], level: Level
) -> NDArray[np.float64]:
    if level == "nominal":
        return 1 - np.eye(len(values))
    if level == "interval":
        return np.asarray((values[:, None] - values) ** 2)
    middle_ranks = totals.cumsum() - totals / 2
    return np.asarray((middle_ranks[:, None] - middle_ranks) ** 2)


def with_interval(
    statistic: Callable[..., float | None],
    *raters: ArrayLike,
    groups: Sequence[Hashable] | None = None,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Returns a coefficient with its 95 % bootstrap interval.

    Args:
        statistic: a function of the raters' values, `weighted_kappa` say.
        raters: one array for each argument of the statistic, all with one row an item.
        groups: what each item belongs to (its author, say). Whole groups are then drawn, as items
            of a group are alike and would make the interval look narrower than it is.
        n_resamples: how many times to draw.
        seed: the same seed gives the same interval.

    Raises:
        ValueError: the arrays differ in their number of rows.

    Source: percentile bootstrap, Efron & Tibshirani (1993), doi:10.1201/9780429246593.
    """
    arrays = [np.asarray(one) for one in raters]
    for one in arrays[1:]:
        _same_length(arrays[0], one)
    value = statistic(*(one.tolist() for one in arrays))
    if value is None:
        return Estimate(None, None, None)
    labels = list(range(len(arrays[0]))) if groups is None else list(groups)
    members: dict[Hashable, list[int]] = {}
    for index, label in enumerate(labels):
        members.setdefault(label, []).append(index)
    blocks = [np.array(indices) for indices in members.values()]
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(n_resamples):
        rows = np.concatenate([blocks[i] for i in random.integers(len(blocks), size=len(blocks))])
        again = statistic(*(one[rows].tolist() for one in arrays))
        if again is not None:
            drawn.append(again)
    if not drawn:
        return Estimate(value, None, None)
    low, high = np.quantile(drawn, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    return Estimate(value, float(low), float(high))


def _numbers(values: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(values, np.float64)


def _same_length(first: Sized, second: Sized) -> None:
    if len(first) != len(second):
        raise ValueError("the raters rated different numbers of items; pair their ratings first")
