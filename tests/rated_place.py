"""A place with many blind ratings, put straight into its tables: trainees, supervisors, scores."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import numpy as np

from practice import accounts, consent
from practice.accounts import Person
from practice.store import Store
from scenarios.load import load_library
from scenarios.models import Scenario
from scoring.models import Detected, DimensionScore, Score
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS
from tests.stand_ins import a_scenario

SCORER = "r1-standin"
LEANING = {"rationale": 0.0, "collaboration": 0.8, "obstacles": 0.0}


def a_score(values: dict[str, float], present: set[str], scenario: Scenario) -> Score:
    """A score with these values, each with a range of a point to either side."""
    weights = scenario.focus.model_dump()
    flags = {
        name: Detected(present=name in present, probability=0.5)
        for name in (*BEHAVIOURS, *WATCH_OUTS)
    }
    return Score.model_validate(
        {
            "status": "scored",
            "reason": None,
            "dimensions": {
                name: DimensionScore(score=value, low=max(0, value - 1), high=min(4, value + 1))
                for name, value in values.items()
            },
            "overall": round(
                sum(weights[n] * v for n, v in values.items()) / sum(weights.values()), 2
            ),
            "behaviours": {name: flags[name] for name in BEHAVIOURS},
            "watch_outs": {name: flags[name] for name in WATCH_OUTS},
            "keep": "You asked an open question.",
            "change": "Next time, begin with what you heard.",
            "model_version": SCORER,
        }
    )


def rated_place(
    store: Store,
    at: datetime,
    n_replies: int,
    *,
    n_trainees: int = 12,
    n_twice: int = 0,
    leaning: dict[str, float] | None = None,
    seed: int = 1,
    scenarios: Callable[[int], Scenario] | None = None,
    days_apart: float = 0.0,
) -> list[Person]:
    """Fills a place with replies that Sunniva Berg rated blind, and some that Otto Lind did too.

    Args:
        store: an empty data folder.
        at: when the first rating was given.
        n_replies: how many there are.
        n_trainees: whose they are, in turn.
        n_twice: how many of them both supervisors rated.
        leaning: by how much supervisors see more than the machine; `LEANING` if not given.
        seed: of the simulated replies and raters.
        scenarios: which scenario each reply answers; one for all if not given.
        days_apart: how long after one rating the next is given.

    Returns:
        the two supervisors, and the trainees after them.
    """
    random = np.random.default_rng(seed)
    leaning = LEANING if leaning is None else leaning
    sunniva = accounts.add(store, "Sunniva Berg", ("supervisor",), at)
    otto = accounts.add(store, "Otto Lind", ("supervisor",), at)
    trainees = [
        accounts.add(store, f"Trainee {one + 1}", ("trainee",), at) for one in range(n_trainees)
    ]
    for one in trainees:
        consent.give(store, one, "practice", at)
        consent.give(store, one, "supervision", at)
    skill = random.normal(2, 0.6, n_trainees)
    with store.change() as db:
        for one in trainees:
            for supervisor in (sunniva, otto):
                db["supervision"].insert({"trainee": one.id, "supervisor": supervisor.id})
        for number in range(n_replies):
            scenario = a_scenario() if scenarios is None else scenarios(number)
            when = (at + timedelta(days=days_apart * number, minutes=1)).isoformat()
            whose = number % n_trainees
            seen = {
                name: float(np.clip(skill[whose] + random.normal(0, 0.8), 0, 4))
                for name in DIMENSIONS
            }
            there = {name for name in (*BEHAVIOURS, *WATCH_OUTS) if random.random() < 0.3}
            found = {name for name in (*BEHAVIOURS, *WATCH_OUTS) if random.random() < 0.2} ^ there
            machine = {
                name: round(float(np.clip(value + random.normal(0, 0.4), 0, 4)), 2)
                for name, value in seen.items()
            }
            _reply(db, number, scenario, trainees[whose], when, a_score(machine, found, scenario))
            for rater in (sunniva, otto)[: 2 if number < n_twice else 1]:
                levels = {
                    name: int(
                        np.clip(np.floor(value + leaning[name] + random.normal(0, 0.5) + 0.5), 0, 4)
                    )
                    for name, value in seen.items()
                }
                flags = {name for name in there if random.random() < 0.9}
                _rating(db, number, rater, levels, flags, when)
    return [sunniva, otto, *trainees]


def _reply(db, number: int, scenario: Scenario, trainee: Person, when: str, score: Score) -> None:
    db["scenario_versions"].insert(
        {
            "sha256": scenario.id,
            "scenario": scenario.id,
            "body": scenario.model_dump_json(),
            "first_used_at": when,
        },
        ignore=True,
    )
    db["attempts"].insert(
        {
            "id": f"reply-{number}",
            "person": trainee.id,
            "scenario": scenario.id,
            "scenario_version": scenario.id,
            "recording": None,
            "typed": f"Reply number {number}, which wonders what got in the way.",
            "retry_of": None,
            "after": None,
            "state": "scored",
            "reason": None,
            "detail": None,
            "created_at": when,
            "updated_at": when,
        }
    )
    db["scores"].insert(
        {
            "attempt": f"reply-{number}",
            "model_version": score.model_version,
            "body": score.model_dump_json(),
            "made_at": when,
        }
    )
    db["reviews"].insert(
        {
            "id": f"review-{number}",
            "attempt": f"reply-{number}",
            "state": "returned",
            "submitted_at": when,
            "changed_at": when,
        }
    )


def _rating(
    db, number: int, rater: Person, levels: dict[str, int], flags: set[str], when: str
) -> None:
    body = {
        "dimensions": levels,
        "behaviours": [name for name in BEHAVIOURS if name in flags],
        "watch_outs": [name for name in WATCH_OUTS if name in flags],
    }
    db["review_ratings"].insert(
        {
            "review": f"review-{number}",
            "rater": rater.id,
            "blind": 1,
            "body": json.dumps(body),
            "made_at": when,
        }
    )


def of_library(number: int) -> Scenario:
    """Eight shipped scenarios in turn, the first of them most often."""
    return _first_eight()[number % 8 if number % 3 else 0]


@cache
def _first_eight() -> list[Scenario]:
    return list(load_library().values())[:8]
