"""The library as one looks through it: which scenarios fit, and how often each was practised."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from practice.store import Store
from scenarios.models import Challenge, Difficulty, Scenario

SHORT_S, LONG_S = 10.0, 16.0  # a quarter of the shipped lines are shorter, a quarter longer
LENGTHS = {
    "short": f"under {SHORT_S:.0f} seconds",
    "middling": f"{SHORT_S:.0f} to {LONG_S:.0f} seconds",
    "long": f"over {LONG_S:.0f} seconds",
}


@dataclass(frozen=True)
class Wanted:
    """What is looked for; an empty choice asks for nothing in particular."""

    words: str = ""
    challenges: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    difficulties: frozenset[str] = frozenset()
    approaches: frozenset[str] = frozenset()
    lengths: frozenset[str] = frozenset()
    two_turns: bool = False


def matching(
    library: Iterable[Scenario], durations_s: Mapping[str, float], wanted: Wanted
) -> list[Scenario]:
    """Returns the scenarios that fit, easiest first within each challenge.

    Args:
        library: the scenarios.
        durations_s: how long each client's line lasts, by scenario id.
        wanted: what is looked for.
    """
    found = [one for one in library if _fits(one, durations_s.get(one.id), wanted)]
    challenges, levels = get_args(Challenge), get_args(Difficulty)
    return sorted(
        found,
        key=lambda one: (
            challenges.index(one.challenge),
            levels.index(one.difficulty),
            one.client.name,
        ),
    )


def _fits(one: Scenario, duration_s: float | None, wanted: Wanted) -> bool:
    length = None if duration_s is None else length_of(duration_s)
    chosen = (
        (wanted.challenges, one.challenge),
        (wanted.phases, one.phase),
        (wanted.difficulties, one.difficulty),
        (wanted.approaches, one.approach),
        (wanted.lengths, length),
    )
    return (
        all(not choice or value in choice for choice, value in chosen)
        and (not wanted.two_turns or bool(one.follow_ups))
        and all(word in _words(one) for word in wanted.words.lower().split())
    )


def length_of(duration_s: float) -> str:
    """Returns the name of a length, as in `LENGTHS`."""
    if duration_s < SHORT_S:
        return "short"
    return "middling" if duration_s <= LONG_S else "long"


def _words(one: Scenario) -> str:
    # Not the client's line: it is to be heard first.
    told = (
        *(one.title, one.client.name, one.client.presenting_problem, one.goal, one.takeaway),
        *(one.activity, one.context, one.learning_goal, one.challenge.replace("_", " ")),
        *(one.phase, one.difficulty, one.approach, one.id),
    )
    return " ".join(told).lower()


def times_practised(store: Store, person: str | None = None) -> dict[str, int]:
    """Returns how many replies there are to each scenario, by a person or (``None``) by all.

    A second turn belongs to its first and is not counted again.
    """
    theirs, who = ("", ()) if person is None else (" AND person = ?", (person,))
    rows = store.rows(
        f"SELECT scenario, count(*) AS n FROM attempts WHERE after IS NULL{theirs}"
        " GROUP BY scenario",
        *who,
    )
    return {row["scenario"]: row["n"] for row in rows}
