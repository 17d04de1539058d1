"""Trainees of known ability practising for eight weeks by the rules: are they moved as they should?

Run ``python -m practice.simulate [FIGURE.svg]``. Everyone here is invented; what is checked is
the schedule, not learning. What a simulated trainee is, in four numbers: an ability from 0 to 4,
what a beginner's client takes off it (nothing) and a harder one (``STEP`` a level), how far one
reply strays (``SPREAD``), and what trying again adds (``RETRY_GAIN``).
"""

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from practice import next_client, schedule
from practice.levels import LEVELS
from practice.next_client import Purpose
from practice.schedule import LogRow, State
from practice.selfview import Reaction
from practice.tries import Occasion, Try
from scenarios.load import load_library
from scenarios.models import Challenge, Scenario
from scoring.models import DimensionScore

WEEKS = 8
SESSION_DAYS = (0, 2, 4)  # of each week: Monday, Wednesday, Friday
N_KINDS = 8
CLIENTS_A_SESSION = 4  # about twenty minutes
STEP, SPREAD, RETRY_GAIN = 0.75, 0.35, 0.4
EASY_ABOVE, HARD_BELOW = 3.3, 1.2  # expected score beyond which it feels too easy, or too hard
START = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Trainee:
    """An invented trainee: ability week by week, 0 to 4, for a beginner's client."""

    name: str
    ability: tuple[float, ...]


TRAINEES = (
    Trainee("able", (3.7,) * 4 + (4.6,) * 4),
    Trainee("steady", (2.4,) * WEEKS),
    Trainee("struggling", (1.1,) * WEEKS),
    Trainee("learning", (1.6, 2.0, 2.5, 3.0, 3.3, 3.6, 3.9, 4.2)),
    Trainee("after a hard month", (3.6, 3.6, 3.6, 3.6, 1.0, 1.0, 1.0, 1.0)),
)


@dataclass
class Practised:
    """What eight weeks of practice were like: the log, and why each client was met."""

    trainee: Trainee
    rows: list[LogRow] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)
    purposes: list[Purpose] = field(default_factory=list)
    new: list[bool] = field(default_factory=list)  # the client had never been met
    could_be_new: list[bool] = field(default_factory=list)  # one of the family, in reach, had not
    was_due: list[bool] = field(default_factory=list)  # some family was due to be met again
    overdue_days: list[float] = field(default_factory=list)  # at each re-test

    def levels(self) -> list[int]:
        """Returns the level after each client, as 0, 1, 2."""
        return [LEVELS.index(row.level) for row in self.rows]


def invented_library() -> dict[str, Scenario]:
    """Returns 48 invented clients: eight kinds, two families each, one client a level in each.

    Invented, so that what is simulated does not change with every client that is added.
    """
    pattern = next(iter(load_library().values()))
    made = {}
    for kind in get_args(Challenge)[:N_KINDS]:
        for family in ("a", "b"):
            for level in LEVELS:
                name = f"{kind}-{family}-{level}".replace("_", "-")
                changed = {
                    "id": name,
                    "challenge": kind,
                    "family": f"{kind}-{family}".replace("_", "-"),
                    "difficulty": level,
                }
                made[name] = pattern.model_copy(update=changed)
    return made


def practise(
    trainee: Trainee, library: Mapping[str, Scenario], seed: int, weeks: int = WEEKS
) -> Practised:
    """Returns what happens to a trainee who does as suggested, three sessions a week."""
    dice = random.Random(seed)
    state, done = State(), Practised(trainee)
    for week in range(weeks):
        for day in SESSION_DAYS:
            for client in range(CLIENTS_A_SESSION):
                at = START + timedelta(days=7 * week + day, minutes=5 * client)
                found = next_client.suggest(state, library, at)
                scenario = library[found.scenario]
                _note(done, state, scenario, found.purpose, library, at)
                ability = trainee.ability[min(week, len(trainee.ability) - 1)]
                occasion = _meet(scenario, ability, at, dice)
                state, row = schedule.after(state, occasion)
                done.rows.append(row)
    return done


def _note(
    done: Practised,
    state: State,
    scenario: Scenario,
    purpose: Purpose,
    library: Mapping[str, Scenario],
    at: datetime,
) -> None:
    done.at.append(at)
    done.purposes.append(purpose)
    done.new.append(scenario.id not in state.seen)
    done.was_due.append(bool(next_client.due(state, library, at)))
    family = [one for one in library.values() if one.family == scenario.family]
    done.could_be_new.append(
        any(next_client.within_reach(state, one) and one.id not in state.seen for one in family)
    )
    if purpose == "retest":
        late = at - state.families[scenario.family].due_at
        done.overdue_days.append(late.total_seconds() / 86400)


def _meet(scenario: Scenario, ability: float, at: datetime, dice: random.Random) -> Occasion:
    expected = ability - STEP * LEVELS.index(scenario.difficulty)
    first = _within(expected + dice.gauss(0, SPREAD))
    second = _within(first + RETRY_GAIN + dice.gauss(0, SPREAD))
    reaction: Reaction = "good_challenge"
    if expected > EASY_ABOVE:
        reaction = "too_easy"
    elif expected < HARD_BELOW:
        reaction = "too_hard"
    name = at.isoformat()
    return Occasion(
        tries=(
            _try(scenario, name, name, first, at, None),
            _try(scenario, name + "-again", name, second, at + timedelta(minutes=2), reaction),
        )
    )


def _within(score: float) -> float:
    return max(0.0, min(4.0, score))


def _try(
    scenario: Scenario,
    attempt: str,
    occasion: str,
    overall: float,
    at: datetime,
    reaction: Reaction | None,
) -> Try:
    value = DimensionScore(score=overall, low=overall, high=overall)
    return Try(
        attempt=attempt,
        occasion=occasion,
        scenario=scenario.id,
        title=scenario.title,
        client=scenario.client.name,
        family=scenario.family,
        challenge=scenario.challenge,
        difficulty=scenario.difficulty,
        expects=scenario.expects,
        at=at,
        ended_at=at + timedelta(minutes=1),
        overall=overall,
        scores={"rationale": value, "collaboration": value, "obstacles": value},
        shown=frozenset(),
        reaction=reaction,
    )


def figure(runs: list[Practised]) -> str:
    """Returns the figure as SVG: each trainee's level over the weeks, re-tests marked."""
    width, row, left, top = 760, 74, 205, 34
    days = WEEKS * 7
    height = top + row * len(runs) + 34

    def x(at: datetime) -> float:
        return left + (at - START).total_seconds() / 86400 / days * (width - left - 20)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="12" fill="#26323a" role="img">',
        "<title>Level over eight weeks for five simulated trainees</title>",
        f'<rect width="{width}" height="{height}" fill="#fbfaf7"/>',
        '<text x="12" y="20">Line: level worked at. Filled: re-test on a client never met.'
        " Open: re-test on one met before.</text>",
    ]
    for number, run in enumerate(runs):
        base = top + row * (number + 1) - 14
        parts.append(f'<text x="12" y="{base - 18}">{run.trainee.name}</text>')
        for level, name in enumerate(LEVELS):
            y = base - 20 * level
            parts.append(
                f'<line x1="{left}" x2="{width - 20}" y1="{y}" y2="{y}" stroke="#e4dfd4"/>'
                f'<text x="{left - 6}" y="{y + 4}" font-size="9" text-anchor="end"'
                f' fill="#5d6a70">{name}</text>'
            )
        points = [f"{left},{base}"]
        for at, level, before in zip(run.at, run.levels(), [0, *run.levels()[:-1]], strict=True):
            points += [f"{x(at):.1f},{base - 20 * before}", f"{x(at):.1f},{base - 20 * level}"]
        parts.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="#2b6b66" stroke-width="2"/>'
        )
        for at, purpose, new, level in zip(
            run.at, run.purposes, run.new, run.levels(), strict=True
        ):
            if purpose == "retest":
                fill = "#a35f00" if new else "#fbfaf7"
                parts.append(
                    f'<circle cx="{x(at):.1f}" cy="{base - 20 * level}" r="3" fill="{fill}"'
                    ' stroke="#a35f00"/>'
                )
    for week in range(WEEKS + 1):
        at = START + timedelta(days=7 * week)
        parts.append(
            f'<text x="{x(at):.1f}" y="{height - 10}" font-size="10" text-anchor="middle"'
            f' fill="#5d6a70">{"start" if week == 0 else f"week {week}"}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def report(run: Practised) -> str:
    """Returns one line on how a trainee was moved and re-tested."""
    moves = [row.move for row in run.rows]
    retests = [i for i, purpose in enumerate(run.purposes) if purpose == "retest"]
    fresh = sum(run.new[i] for i in retests)
    late = sorted(run.overdue_days)
    median = late[len(late) // 2] if late else 0.0
    return (
        f"{run.trainee.name:20} ends {run.rows[-1].level:12} up {moves.count('up')}"
        f" down {moves.count('down')} held {moves.count('hold'):3}  re-tests {len(retests):3}"
        f" ({fresh} on new clients), median {median:.1f} days after due"
    )


def main(argv: list[str]) -> None:
    """Prints the report and writes the figure where one is named."""
    library = invented_library()
    runs = [practise(one, library, seed=number) for number, one in enumerate(TRAINEES)]
    sys.stdout.write("\n".join(report(one) for one in runs) + "\n")
    if argv:
        Path(argv[0]).write_text(figure(runs), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
