"""Whom to practise with next, and why: pure rules over the state of practice, in this order.

0. What an instructor assigned comes first.
1. Within a set that the trainee has begun, its next client (`practice.standings`).
2. A family that is due is met again, on a client of the same family that is still new to the
   trainee where there is one; at most two such re-tests in a row.
3. Until a kind of challenge has gone well once, the next client brings the same kind.
4. After that, kinds are mixed: another kind than the last one, at the level worked at.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from practice.levels import LEVELS
from practice.schedule import RETESTS_RUNNING, FamilyState, State
from scenarios.models import Scenario

Purpose = Literal["set", "assigned", "retest", "same_kind", "mixed"]
Order = Callable[[Scenario], tuple[Any, ...]]


class Suggestion(BaseModel):
    """Whom to meet next; ``because`` completes "because …"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    purpose: Purpose
    because: str


def suggest(
    state: State, library: Mapping[str, Scenario], at: datetime, assigned: Sequence[str] = ()
) -> Suggestion:
    """Returns whom to meet next, and why in half a sentence.

    Args:
        state: as it stands.
        library: the scenarios there are, by id; at least one.
        at: now.
        assigned: ids of scenarios an instructor has asked for and that are still open, in order.
    """
    for name in assigned:
        if name in library:
            return Suggestion(
                scenario=name, purpose="assigned", because="your instructor asked for this one"
            )
    found = None
    if state.standing.n_retests < RETESTS_RUNNING:
        found = _retest(state, library, at)
    return found or _same_kind(state, library) or _mixed(state, library)


def due(state: State, library: Mapping[str, Scenario], at: datetime) -> list[FamilyState]:
    """Returns the families that are due and have a client to meet, longest overdue first."""
    here = {one.family for one in library.values()}
    late = [one for one in state.families.values() if one.due_at <= at and one.family in here]
    return sorted(late, key=lambda one: (one.due_at, one.family))


def never_met(state: State, library: Mapping[str, Scenario], most: int) -> list[str]:
    """Returns clients of families the trainee has never met, one a family, nearest the level."""
    met = {library[name].family for name in state.seen if name in library} | set(state.families)
    chosen: dict[str, str] = {}
    for one in sorted(library.values(), key=_fitting(state)):
        if one.family not in met:
            chosen.setdefault(one.family, one.id)
    return list(chosen.values())[:most]


def within_reach(state: State, client: Scenario) -> bool:
    """Whether a client is at most one level above the one worked at: a re-test is no ambush."""
    return LEVELS.index(client.difficulty) <= LEVELS.index(state.standing.level) + 1


def _retest(state: State, library: Mapping[str, Scenario], at: datetime) -> Suggestion | None:
    """Spaced re-test on a parallel form.

    Source: Cepeda, Pashler, Vul, Wixted & Rohrer (2006), doi:10.1037/0033-2909.132.3.354.
    """
    for family in due(state, library, at):
        of_family = [one for one in library.values() if one.family == family.family]
        near = [one for one in of_family if within_reach(state, one)]
        client = min(near or of_family, key=_new_first(state))
        if client.id == state.standing.last_scenario:
            continue
        ago = in_days(at - family.last_at)
        if client.id in state.seen:
            because = f"it is {ago} since you met {client.client.name}, and skills fade"
        else:
            because = (
                f"it is {ago} since you met a moment like this one, and {client.client.name}"
                " is new to you"
            )
        return Suggestion(scenario=client.id, purpose="retest", because=because)
    return None


def _same_kind(state: State, library: Mapping[str, Scenario]) -> Suggestion | None:
    kind = state.standing.last_challenge
    if kind is None or kind in state.standing.met:
        return None
    new = [one for one in library.values() if one.challenge == kind and one.id not in state.seen]
    if not new:
        return None
    client = min(new, key=_fitting(state))
    return Suggestion(
        scenario=client.id,
        purpose="same_kind",
        because="the same kind of moment once more, with someone new, helps it settle",
    )


def _mixed(state: State, library: Mapping[str, Scenario]) -> Suggestion:
    """Another kind than the last.

    Source: Rohrer & Taylor (2007), doi:10.1007/s11251-007-9015-8 (mixed beats blocked practice
    once the parts are known).
    """
    others = [
        one
        for one in library.values()
        if one.challenge != state.standing.last_challenge and one.id != state.standing.last_scenario
    ]
    client = min(others or library.values(), key=_fitting(state))
    level = state.standing.level
    if not state.seen:
        because = "this is a kind place to begin"
    elif client.id in state.seen:
        because = f"you have met everyone at this level, and {client.client.name} longest ago"
    elif client.difficulty == level:
        because = f"this is a different kind of moment, at the {level} level you are working at"
    else:
        because = f"this is a different kind of moment, the nearest there is to the {level} level"
    return Suggestion(scenario=client.id, purpose="mixed", because=because)


def _new_first(state: State) -> Order:
    def order(one: Scenario) -> tuple[Any, ...]:
        last = state.seen.get(one.id)
        return (last is not None, last.timestamp() if last else 0.0, *_fitting(state)(one))

    return order


def _fitting(state: State) -> Order:
    """Nearest the level, then new ones, then kinds not met yet, then those met longest ago."""
    at = LEVELS.index(state.standing.level)

    def order(one: Scenario) -> tuple[Any, ...]:
        last = state.seen.get(one.id)
        gap = LEVELS.index(one.difficulty) - at
        return (
            abs(gap) if gap <= 0 else abs(gap) + 0.5,  # when in doubt, the easier
            last is not None,
            last.timestamp() if last else 0.0,
            one.challenge in state.standing.met,
            one.id,
        )

    return order


def in_days(span: timedelta) -> str:
    """Returns a span of time as people say it."""
    days = max(span.days, 0)
    if days < 2:
        return "a day" if days else "a while"
    if days < 14:
        return f"{days} days"
    return f"{round(days / 7)} weeks"
