"""A place made up for benchmarks: cohorts of thirty who have practised for a year.

Seeded, so that two runs measure the same. The scores are the real scorer's, on the shipped
examples; the people, their replies and what they made of them are drawn. Written row by row as
the program itself writes them, but in one transaction, for a hundred thousand would take an hour.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from practice import accounts, assignments, attempts, bench, bench_rows, consent, standings, work
from practice.accounts import Person
from practice.store import Store
from practice.worker import now
from scenarios.load import load_library

TRIES_EACH = 100


@dataclass(frozen=True)
class Place:
    """Who is who, with the token of a session of each."""

    trainee: Person
    instructor: Person
    supervisor: Person
    cohort: str
    tokens: dict[str, str]  # by the person's id
    trainees: tuple[str, ...]


def make(store: Store, n_attempts: int, at: datetime, seed: int = 1) -> Place:
    """Fills an empty data folder with so many attempts; returns who to look at it as.

    Args:
        store: the data folder.
        n_attempts: in all; at least the measured trainee's own.
        at: now; the year before it is filled.
        seed: draws the same place again.
    """
    draw = random.Random(seed)
    n_trainees = max(bench_rows.COHORT, n_attempts // TRIES_EACH)
    trainees = _people(store, "Trainee", "trainee", n_trainees, at)
    n_cohorts = -(-n_trainees // bench_rows.COHORT)
    instructors = _people(store, "Instructor", "instructor", n_cohorts, at)
    supervisors = _people(store, "Supervisor", "supervisor", n_cohorts, at)
    given = bench_rows.replies()
    with store.change() as db:
        cohorts = _cohorts(db, trainees, instructors, supervisors, at)
        db["scenario_versions"].insert_all(bench_rows.versions(given, at), ignore=True)
        own = bench_rows.shares(len(trainees), n_attempts)
        rows = bench_rows.attempts(draw, given, [one.id for one in trainees], own, at)
        bench_rows.write(db, rows, draw, [one.id for one in supervisors])
        bench_rows.looks(db, draw, n_attempts, [one.id for one in (*trainees, *instructors)], at)
        tokens = {
            one.id: accounts.begin_session(db, one.id, at)
            for one in (*trainees[:200], instructors[0], supervisors[0])
        }
    _assign(store, instructors[0], cohorts[0], given, at)
    standings.settle(store, trainees[0].id, at)
    for one in trainees[:200]:
        consent.give(store, one, "practice", at)
        consent.give(store, one, "supervision", at)
    with store.change() as db:
        db.execute("PRAGMA optimize")
    return Place(
        trainee=trainees[0],
        instructor=instructors[0],
        supervisor=supervisors[0],
        cohort=cohorts[0],
        tokens=tokens,
        trainees=tuple(one.id for one in trainees),
    )


def _people(store: Store, kind: str, role: accounts.Role, n: int, at: datetime) -> list[Person]:
    people = [
        Person(id=f"{kind.lower()}{i:06}", name=f"{kind} {i + 1}", roles=frozenset({role}))
        for i in range(n)
    ]
    with store.change() as db:
        db["people"].insert_all(
            {"id": one.id, "name": one.name, "created_at": (at - bench_rows.YEAR).isoformat()}
            for one in people
        )
        db["accounts"].insert_all(
            {"person": one.id, "sign_in_name": one.name.casefold(), "password": "none"}
            for one in people
        )
        db["roles"].insert_all({"person": one.id, "role": role} for one in people)
    return people


def _cohorts(
    db: Any,
    trainees: list[Person],
    instructors: list[Person],
    supervisors: list[Person],
    at: datetime,
) -> list[str]:
    ids = [f"cohort{n:06}" for n in range(len(instructors))]
    db["cohorts"].insert_all(
        {"id": one, "title": f"Cohort {n + 1}", "made_at": at.isoformat()}
        for n, one in enumerate(ids)
    )
    places = [(n // bench_rows.COHORT, one) for n, one in enumerate(trainees)]
    db["cohort_people"].insert_all(
        {"cohort": ids[n], "person": one.id, "part": "trainee"} for n, one in places
    )
    db["cohort_people"].insert_all(
        {"cohort": name, "person": one.id, "part": "instructor"}
        for name, one in zip(ids, instructors, strict=True)
    )
    db["supervision"].insert_all(
        {"trainee": one.id, "supervisor": supervisors[n].id} for n, one in places
    )
    return ids


def _assign(
    store: Store, instructor: Person, cohort: str, given: list[bench_rows.Reply], at: datetime
) -> None:
    known = list(dict.fromkeys(one.scenario.id for one in given))
    for n in range(3):
        opens_at = at - timedelta(days=60 * (n + 1))
        goal = assignments.Goal(kind="dimension", dimension="collaboration", level=3)
        plan = assignments.Plan(
            title=f"Part {n + 1}",
            scenarios=tuple(known[n * 6 : n * 6 + 6]),
            opens_at=opens_at,
            due_at=opens_at + timedelta(days=90),
            n_attempts=2,
            goal=goal if n == 0 else assignments.Goal(),
        )
        assignments.assign(store, instructor, plan, at, known=known, cohort=cohort)


def a_class(store: Store, place: Place, spoken: bench.Samples) -> None:
    """Thirty people stop recording a reply of 45 s in the same moment."""
    for n in range(bench.CLASS_SIZE):
        one = attempts.start(
            store,
            person=place.trainees[n],
            scenario=load_library()["refusal-school"],
            at=now(),
            recording=bench.reply(spoken, bench.CLASS_REPLY_S, n),
        )
        work.put(store, one, now())
