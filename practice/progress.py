"""What practice adds up to: numbers with their doubt, and one honest sentence.

Pure arithmetic on `practice.tries.Try`. First tries (before any feedback on that client) and best
tries are kept apart everywhere: the first shows what is there, the best what feedback brings.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from statistics import fmean
from typing import get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice.estimates import (
    LEAST,
    T_90_OF_THREE,
    WINDOW,
    Change,
    Mean,
    Share,
    change,
    mean_of,
    share_of,
)
from practice.standings import SESSION_GAP
from practice.tries import Occasion, Try, occasions
from scenarios.models import BehaviourId, Challenge, DimensionId

DIMENSIONS: tuple[DimensionId, ...] = get_args(DimensionId)
EARLY = 20  # first tries: about a month of practice
COMPARABLE = 3  # fewer self-rated replies than this say nothing about how somebody sees themselves
RETAINED_AFTER = timedelta(days=14)  # "weeks later"


class Point(BaseModel):
    """One point of a trend: the mean of the last few values up to a moment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    value: float
    recent: Mean


class Behaviour(BaseModel):
    """How often an asked-for behaviour was there in first tries, earlier and of late."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    behaviour: BehaviourId
    earlier: Share
    late: Share


class ByChallenge(BaseModel):
    """First and best tries with one kind of challenge."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    challenge: Challenge
    first: Mean
    best: Mean


def trend(values: Iterable[tuple[datetime, float]]) -> list[Point]:
    """Returns one point a value, each with the mean of the last `WINDOW` up to it."""
    points: list[Point] = []
    held: list[float] = []
    for at, value in values:
        held = [*held, value][-WINDOW:]
        points.append(Point(at=at, value=value, recent=mean_of(held)))
    return points


def dimension_values(
    met: Sequence[Occasion], dimension: DimensionId, best: bool = False
) -> list[tuple[datetime, float]]:
    """Returns one dimension's score an occasion, of the first try or of the best one.

    A try whose range is too wide to speak of a score is left out, as it is beside the reply.
    """
    found = []
    for one in met:
        values = [
            value.score
            for a_try in (one.tries if best else one.tries[:1])
            if (value := a_try.scores[dimension]).clear and value.score is not None
        ]
        if values:
            found.append((one.first.at, max(values)))
    return found


def n_unclear(met: Sequence[Occasion], dimension: DimensionId) -> int:
    """Returns how many first tries `dimension_values` leaves out."""
    return len(met) - len(dimension_values(met, dimension))


def behaviours(met: Sequence[Occasion]) -> list[Behaviour]:
    """Returns how often each behaviour was there where the client asked for it, half and half.

    First tries only; a behaviour asked for fewer than twice is left out. Of an odd number the
    middle one counts as late.
    """
    asked: dict[BehaviourId, list[bool]] = {}
    for one in met:
        for name in one.first.expects:
            asked.setdefault(name, []).append(name in one.first.shown)
    found = []
    for name in get_args(BehaviourId):
        there = asked.get(name, [])
        half = len(there) // 2
        if half:
            found.append(
                Behaviour(
                    behaviour=name,
                    earlier=share_of(sum(there[:half]), half),
                    late=share_of(sum(there[half:]), len(there) - half),
                )
            )
    return found


def by_challenge(met: Sequence[Occasion]) -> list[ByChallenge]:
    """Returns first and best tries by kind of challenge, the most practised first."""
    kinds: dict[Challenge, list[Occasion]] = {}
    for one in met:
        kinds.setdefault(one.first.challenge, []).append(one)
    return [
        ByChallenge(
            challenge=kind,
            first=mean_of([one.first.overall for one in some][-WINDOW:]),
            best=mean_of([one.best for one in some][-WINDOW:]),
        )
        for kind, some in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def retention(met: Sequence[Occasion]) -> list[tuple[Occasion, Occasion]]:
    """Returns (before, weeks later) for each family met again after at least two weeks."""
    last: dict[str, Occasion] = {}
    pairs = []
    for one in met:
        before = last.get(one.first.family)
        if before is not None and one.first.at - before.tries[-1].at >= RETAINED_AFTER:
            pairs.append((before, one))
        last[one.first.family] = one
    return pairs


def kept(pairs: Sequence[tuple[Occasion, Occasion]]) -> Change | None:
    """Returns how the first try weeks later compares with the best try before, or ``None``."""
    if not pairs:
        return None
    gaps = [later.first.overall - before.best for before, later in pairs][-WINDOW:]
    mean = mean_of(gaps, -4.0, 4.0)
    return Change(
        before=fmean(before.best for before, _ in pairs[-WINDOW:]),
        after=fmean(later.first.overall for _, later in pairs[-WINDOW:]),
        difference=mean.mean,
        low=mean.low,
        high=mean.high,
        n=mean.n,
    )


def transfer(met: Sequence[Occasion]) -> list[tuple[datetime, float]]:
    """Returns first tries in families never met before, when no feedback could have helped."""
    known: set[str] = set()
    found = []
    for one in met:
        if one.first.family not in known:
            found.append((one.first.at, one.first.overall))
        known.add(one.first.family)
    return found


def self_view(tries: Sequence[Try], dimension: DimensionId) -> list[tuple[int, float]]:
    """Returns (self-rating, score) of every try that has both, oldest first.

    A score whose range is too wide to speak of a score is not set beside anything.
    """
    return [
        (one.self_rating[dimension], value.score)
        for one in tries
        if one.self_rating is not None
        and (value := one.scores[dimension]).clear
        and value.score is not None
    ]


def n_comparable(tries: Sequence[Try]) -> int:
    """Returns how many replies have a self-rating and at least one score to set beside it."""
    return sum(any(self_view([one], name) for name in DIMENSIONS) for one in tries)


def minutes(tries: Sequence[Try]) -> float:
    """Returns the time from the first reply to the last result, session by session, in minutes."""
    total, began, ended = timedelta(), None, None
    for one in tries:
        if began is None or ended is None or one.at - ended > SESSION_GAP:
            total += timedelta() if began is None or ended is None else ended - began
            began, ended = one.at, one.ended_at
        ended = max(ended, one.ended_at)
    if began is not None and ended is not None:
        total += ended - began
    return total.total_seconds() / 60


def summary(tries: Sequence[Try], named: Callable[[DimensionId], str]) -> str:
    """Returns one honest sentence on what the first tries show, and no more than they show.

    Args:
        tries: a person's scored tries, oldest first.
        named: gives a dimension's name as a trainee reads it.
    """
    met = occasions(tries)
    if not met:
        return "There is nothing to sum up yet."
    n = len(met)
    changes, seen = {}, {}
    for name in DIMENSIONS:
        values = [value for _, value in dimension_values(met, name)]
        seen[name] = len(values)
        found = change(values, T_90_OF_THREE)
        if found is not None:
            changes[name] = found
    if not changes and n >= 2 * LEAST:
        return (
            f"You have met {n} clients; in too few of the first replies could the machine tell"
            " clearly enough to speak of a change. That is its limit, not yours."
        )
    if not changes:
        met_so_far = "one client" if n == 1 else f"{n} clients"
        return (
            f"You have met {met_so_far}; it takes first tries with six or more before a change can"
            " be told from chance."
        )
    clear = {name: found for name, found in changes.items() if found.clear}
    if not clear:
        return (
            f"Over {max(seen.values())} first tries nothing has changed by more than chance would"
            " bring"
            + (", which is usual at this stage." if n < EARLY else "; talk over what might help.")
        )
    name, found = max(clear.items(), key=lambda item: abs(item[1].difference))
    way = "risen" if found.difference > 0 else "fallen"
    return (
        f"Over {seen[name]} first tries your {named(name)} has {way} from about"
        f" {found.before:.1f} to about {found.after:.1f} of 4, more than chance alone would bring"
        + ("." if found.difference > 0 else "; harder clients may be part of that.")
    )
