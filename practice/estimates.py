"""Means, shares and changes, each with the range it may lie in."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean, stdev

from pydantic import BaseModel, ConfigDict

WINDOW = 5  # first tries that one point of a trend is the mean of
LEAST = 3  # fewer values than this get no interval: there is nothing to estimate scatter from
# Student's t, 95th percentile, by degrees of freedom: nine times in ten the mean lies within.
T_90 = {2: 2.920, 3: 2.353, 4: 2.132}
T_90_LARGER = {5: 2.015, 6: 1.943, 7: 1.895, 8: 1.860, 9: 1.833, 10: 1.812, 12: 1.782}
T_90_LARGER |= {15: 1.753, 20: 1.725, 30: 1.697, 60: 1.671, 120: 1.658}
# The same for the largest of three looked at together (Bonferroni: 1 - 0.1/6).
T_90_OF_THREE = {2: 5.339, 3: 3.740, 4: 3.186}
Z_90 = 1.645


class Mean(BaseModel):
    """A mean with the range it may lie in (90 %), ``None`` where there is too little to say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: float
    low: float | None
    high: float | None
    n: int


class Share(BaseModel):
    """How often out of how often, with the range the share may lie in (90 %)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Returns the plain share."""
        return self.n / self.of


class Change(BaseModel):
    """The difference between two means, with its range (90 %) where it can be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    before: float
    after: float
    difference: float
    low: float | None
    high: float | None
    n: int

    @property
    def clear(self) -> bool:
        """Whether the range lies wholly on one side of nothing."""
        return self.low is not None and self.high is not None and self.low * self.high > 0


def t_90(df: int) -> float:
    """Returns Student's t, 95th percentile; between two entries the wider, for few too wide."""
    known = T_90 | T_90_LARGER
    return known[max(one for one in known if one <= max(df, 2))]


def mean_of(values: Sequence[float], least: float = 0.0, most: float = 4.0) -> Mean:
    """Returns the mean of at most `WINDOW` values with its t interval.

    The scatter between tries holds both: how much replies differ and how far the machine is off.
    """
    mean = fmean(values)
    if len(values) < LEAST:
        return Mean(mean=mean, low=None, high=None, n=len(values))
    half = t_90(len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Mean(mean=mean, low=max(least, mean - half), high=min(most, mean + half), n=len(values))


def share_of(n: int, of: int) -> Share:
    """Returns a share with Wilson's interval.

    Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    z2 = Z_90**2
    middle = (n + z2 / 2) / (of + z2)
    half = Z_90 / (of + z2) * math.sqrt(n * (of - n) / of + z2 / 4)
    return Share(n=n, of=of, low=max(0.0, middle - half), high=min(1.0, middle + half))


def change(values: Sequence[float], quantiles: Mapping[int, float] = T_90) -> Change | None:
    """Returns how the latest values differ from the first ones, or ``None`` for fewer than six.

    Up to `WINDOW` from each end, never the same value twice. Welch's interval with the smaller
    sample's degrees of freedom, which errs on the careful side.

    Args:
        values: oldest first.
        quantiles: of Student's t, by degrees of freedom.
    """
    size = min(WINDOW, len(values) // 2)
    if size < LEAST:
        return None
    early, late = values[:size], values[-size:]
    difference = fmean(late) - fmean(early)
    half = quantiles[size - 1] * math.sqrt(stdev(early) ** 2 / size + stdev(late) ** 2 / size)
    return Change(
        before=fmean(early),
        after=fmean(late),
        difference=difference,
        low=difference - half,
        high=difference + half,
        n=size,
    )
