"""A place made up for benchmarks: cohorts of thirty who have practised for a year.

Seeded, so that two runs measure the same. The scores are the real scorer's, on the shipped
examples; the people, their replies and what they made of them are drawn. Written row by row as
the program itself writes them, but in one transaction, for a hundred thousand would take an hour.
"""

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from practice import accounts, assignments, consent, standings
from practice.accounts import Person
from practice.store import Store
from scenarios.load import load_library
from scenarios.models import Scenario
from scoring.models import Score
from scoring.rubric import DIMENSIONS
from scoring.scorer import load_scorer
from speech.models import Delivery, Quality, Transcript, Word

COHORT = 30
TRIES_EACH = 100
TRIES_OF_ONE = 300  # of the trainee whose pages are measured: a year of six a week
WAITING = 10  # replies in the measured supervisor's queue
YEAR = timedelta(days=365)
LOOKS_BACK = 500  # rows written at once


@dataclass(frozen=True)
class Place:
    """Who is who, with the token of a session of each."""

    trainee: Person
    instructor: Person
    supervisor: Person
    cohort: str
    tokens: dict[str, str]  # by the person's id
    trainees: tuple[str, ...]


@dataclass(frozen=True)
class Reply:
    """A reply that may be given: to whom, its words, the score as kept, the transcript as kept."""

    scenario: Scenario
    version: str
    text: str
    score: str
    transcript: str
    whole: Score


def replies() -> list[Reply]:
    """Returns every shipped example with the scorer's own score."""
    scorer, found = load_scorer(), []
    for scenario in load_library().values():
        body = scenario.model_dump_json()
        for example in scenario.examples:
            score = scorer.score(example.text, scenario)
            if score.overall is not None:
                found.append(
                    Reply(
                        scenario=scenario,
                        version=hashlib.sha256(body.encode()).hexdigest(),
                        text=example.text,
                        score=score.model_dump_json(),
                        transcript=_heard(example.text).model_dump_json(),
                        whole=score,
                    )
                )
    return found


def _heard(text: str) -> Transcript:
    words = [
        Word(word=f" {word}", start_s=0.4 * n, end_s=0.4 * n + 0.3, probability=0.9)
        for n, word in enumerate(text.split())
    ]
    return Transcript(
        text=text,
        language="en",
        words=tuple(words),
        duration_s=0.4 * len(words) + 1,
        engine="faster-whisper",
        model="base",
        seconds=3.0,
        delivery=Delivery(
            time_to_first_word_s=0.8,
            talk_time_s=0.4 * len(words),
            n_words=len(words),
            words_per_minute=150.0,
            n_fillers=1,
            longest_pause_s=0.6,
            n_questions=1,
            n_stacked_questions=1,
            over_90_s=False,
        ),
        quality=Quality(ok=True),
    )


def make(store: Store, n_attempts: int, at: datetime, seed: int = 1) -> Place:
    """Fills an empty data folder with so many attempts; returns who to look at it as.

    Args:
        store: the data folder.
        n_attempts: in all; at least the measured trainee's own.
        at: now; the year before it is filled.
        seed: draws the same place again.
    """
    draw = random.Random(seed)
    n_trainees = max(COHORT, n_attempts // TRIES_EACH)
    trainees = _people(store, "Trainee", "trainee", n_trainees, at)
    instructors = _people(store, "Instructor", "instructor", -(-n_trainees // COHORT), at)
    supervisors = _people(store, "Supervisor", "supervisor", len(instructors), at)
    given = replies()
    with store.change() as db:
        cohorts = _cohorts(db, trainees, instructors, supervisors, at)
        db["scenario_versions"].insert_all(_versions(given, at), ignore=True)
        own = _shares(len(trainees), n_attempts)
        rows = _attempts(draw, given, [one.id for one in trainees], own, at)
        _write(db, rows, draw, [one.id for one in supervisors])
        _looks(db, draw, n_attempts, [one.id for one in (*trainees, *instructors)], at)
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


def _versions(given: list[Reply], at: datetime) -> list[dict[str, str]]:
    return [
        {
            "sha256": one.version,
            "scenario": one.scenario.id,
            "body": one.scenario.model_dump_json(),
            "first_used_at": (at - YEAR).isoformat(),
        }
        for one in given
    ]


def _people(store: Store, kind: str, role: accounts.Role, n: int, at: datetime) -> list[Person]:
    people = [
        Person(id=f"{kind.lower()}{i:06}", name=f"{kind} {i + 1}", roles=frozenset({role}))
        for i in range(n)
    ]
    with store.change() as db:
        db["people"].insert_all(
            {"id": one.id, "name": one.name, "created_at": (at - YEAR).isoformat()}
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
    places = [(n // COHORT, one) for n, one in enumerate(trainees)]
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


def _shares(n_trainees: int, n_attempts: int) -> list[int]:
    """How many tries each has made; the measured one more than others."""
    first = min(TRIES_OF_ONE, n_attempts)
    rest, n_others = n_attempts - first, n_trainees - 1
    return [first, *(rest // n_others + (i < rest % n_others) for i in range(n_others))]


def _attempts(
    draw: random.Random, given: list[Reply], people: list[str], shares: list[int], at: datetime
) -> Iterator[tuple[dict[str, Any], Reply]]:
    """Every attempt in the order in which it was made, everybody's mixed as in life."""
    moments = [
        (draw.random() ** 0.5, n, who)  # more of late than long ago
        for who, share in enumerate(shares)
        for n in range(share)
    ]
    last: dict[int, tuple[str, Reply]] = {}
    for number, (when, _, who) in enumerate(sorted(moments)):
        again = who in last and draw.random() < 0.4
        reply = last[who][1] if again else draw.choice(given)
        made_at = at - YEAR + YEAR * when * 0.999
        spoken = draw.random() < 0.5
        row = {
            "id": f"{number:032x}",
            "person": people[who],
            "scenario": reply.scenario.id,
            "scenario_version": reply.version,
            "recording": hashlib.sha256(str(number).encode()).hexdigest() if spoken else None,
            "typed": None if spoken else reply.text,
            "retry_of": last[who][0] if again else None,
            "state": "scored",
            "created_at": made_at.isoformat(),
            "updated_at": (made_at + timedelta(seconds=5)).isoformat(),
        }
        last.pop(who, None)
        if not again:
            last[who] = (str(row["id"]), reply)
        yield row, reply


def _write(
    db: Any,
    rows: Iterator[tuple[dict[str, Any], Reply]],
    draw: random.Random,
    supervisors: list[str],
) -> None:
    waiting: dict[str, int] = {}
    while some := list(islice(rows, LOOKS_BACK)):
        spoken = [(row, reply) for row, reply in some if row["recording"]]
        db["recordings"].insert_all(
            {"sha256": row["recording"], "n_bytes": 1_000_000, "saved_at": row["created_at"]}
            for row, _ in spoken
        )
        db["attempts"].insert_all(row for row, _ in some)
        db["attempt_log"].insert_all(
            {"attempt": row["id"], "was": was, "became": became, "at": row["updated_at"]}
            for row, _ in some
            for was, became in ((None, "transcribed"), ("transcribed", "scored"))
        )
        db["transcripts"].insert_all(
            {
                "attempt": row["id"],
                "engine": "faster-whisper",
                "model": "base",
                "body": reply.transcript,
                "made_at": row["updated_at"],
            }
            for row, reply in spoken
        )
        db["scores"].insert_all(
            {
                "attempt": row["id"],
                "model_version": reply.whole.model_version,
                "body": reply.score,
                "made_at": row["updated_at"],
            }
            for row, reply in some
        )
        _own_views(db, some, draw)
        _reviews(db, some, draw, supervisors, waiting)


def _own_views(db: Any, some: list[tuple[dict[str, Any], Reply]], draw: random.Random) -> None:
    db["self_ratings"].insert_all(
        {
            "attempt": row["id"],
            **{name: draw.randint(0, 4) for name in DIMENSIONS},
            "skipped": 0,
            "at": row["updated_at"],
        }
        for row, _ in some
        if draw.random() < 0.7
    )
    db["reactions"].insert_all(
        {
            "attempt": row["id"],
            "reaction": draw.choice(("too_easy", "good_challenge", "too_hard")),
            "at": row["updated_at"],
        }
        for row, _ in some
        if draw.random() < 0.5
    )


def _reviews(
    db: Any,
    some: list[tuple[dict[str, Any], Reply]],
    draw: random.Random,
    supervisors: list[str],
    waiting: dict[str, int],
) -> None:
    """Four of a hundred are submitted; all but the last few of each supervisor's came back."""
    for row, reply in some:
        if draw.random() >= 0.04:
            continue
        supervisor = supervisors[int(row["person"].removeprefix("trainee")) // COHORT]
        waits = waiting.get(supervisor, 0) < WAITING
        waiting[supervisor] = waiting.get(supervisor, 0) + waits
        review = f"r{row['id'][1:]}"
        db["reviews"].insert(
            {
                "id": review,
                "attempt": row["id"],
                "state": "submitted" if waits else "returned",
                "submitted_at": row["updated_at"],
                "changed_at": row["updated_at"],
            }
        )
        if waits:
            continue
        levels = {
            name: min(4, max(0, round((found.score or 0) + draw.gauss(0, 0.8))))
            for name, found in reply.whole.dimensions.items()
        }
        body = {"dimensions": levels, "behaviours": [], "watch_outs": []}
        db["review_ratings"].insert(
            {
                "review": review,
                "rater": supervisor,
                "blind": 1,
                "body": json.dumps(body),
                "made_at": row["updated_at"],
            }
        )


def _looks(db: Any, draw: random.Random, n: int, people: list[str], at: datetime) -> None:
    """As many rows in the log of who looked as there are attempts."""
    db["audit_log"].insert_all(
        {
            "at": (at - YEAR * (1 - i / n)).isoformat(),
            "actor": people[-1 - draw.randrange(max(1, len(people) // COHORT))],
            "action": draw.choice(("see_completion", "manage_people", "see_attempt")),
            "owner": people[draw.randrange(len(people))],
            "subject": f"{draw.randrange(n):032x}",
            "allowed": 1,
        }
        for i in range(n)
    )


def _assign(
    store: Store, instructor: Person, cohort: str, given: list[Reply], at: datetime
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
