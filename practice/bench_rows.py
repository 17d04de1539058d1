"""The rows of a place made up for benchmarks: replies, their scores, what people made of them."""

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from scenarios.load import load_library
from scenarios.models import Scenario
from scoring.models import Score
from scoring.rubric import DIMENSIONS
from scoring.scorer import load_scorer
from speech.models import Delivery, Quality, Transcript, Word

COHORT = 30
TRIES_OF_ONE = 300  # of the trainee whose pages are measured: a year of six a week
WAITING = 10  # replies in each supervisor's queue
YEAR = timedelta(days=365)
AT_ONCE = 500  # rows written at once


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


def versions(given: list[Reply], at: datetime) -> list[dict[str, str]]:
    """Returns the rows of the scenarios that were answered."""
    return [
        {
            "sha256": one.version,
            "scenario": one.scenario.id,
            "body": one.scenario.model_dump_json(),
            "first_used_at": (at - YEAR).isoformat(),
        }
        for one in given
    ]


def shares(n_trainees: int, n_attempts: int) -> list[int]:
    """How many tries each has made; the measured one more than others."""
    first = min(TRIES_OF_ONE, n_attempts)
    rest, n_others = n_attempts - first, n_trainees - 1
    return [first, *(rest // n_others + (i < rest % n_others) for i in range(n_others))]


def attempts(
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


def write(
    db: Any,
    rows: Iterator[tuple[dict[str, Any], Reply]],
    draw: random.Random,
    supervisors: list[str],
) -> None:
    """Writes every attempt with all that follows from it."""
    waiting: dict[str, int] = {}
    while some := list(islice(rows, AT_ONCE)):
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


def looks(db: Any, draw: random.Random, n: int, people: list[str], at: datetime) -> None:
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
