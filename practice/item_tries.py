"""The tries that item statistics count: of whom, and what of each.

Counted are the trainees of the instructor's cohorts who agree to practice and to the use of their
scores without their name ("research"); what supervisors rated, of those who agree to supervision
too, once it was returned.
"""

import json
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from practice.consent import Purpose
from practice.selfview import Reaction
from practice.store import Store
from scenarios.models import BehaviourId, DimensionId, Scenario
from scoring.models import Score


class Tried(BaseModel):
    """One try at a vignette, as far as it is counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempt: str
    person: str
    scenario: Scenario
    overall: float | None
    dimensions: dict[DimensionId, float]
    shown: frozenset[BehaviourId]
    reason: str | None  # why it could not be scored
    reaction: Reaction | None
    rated: tuple[dict[DimensionId, int], ...]  # supervisors' blind ratings, first to last
    signature: str  # changes with anything above


@lru_cache(maxsize=512)
def _scenario(body: str) -> Scenario:
    return Scenario.model_validate_json(body)


def _agrees(purpose: Purpose) -> str:
    """SQL that says whether the person ``a.person`` agrees to a purpose now."""
    return (
        "coalesce((SELECT given FROM consents c WHERE c.person = a.person"
        f" AND c.purpose = '{purpose}' ORDER BY c.id DESC LIMIT 1), 0) = 1"
    )


def of_cohorts(store: Store, instructor: str) -> list[Tried]:
    """Returns the finished first turns that count, oldest first."""
    rows = store.rows(
        # The machine's own score, on one scale whatever calibrations came and went.
        "SELECT a.id, a.person, a.reason, v.body AS scenario, s.id AS score_id,"
        f" coalesce(s.raw, s.body) AS score, x.reaction, {_agrees('supervision')} AS supervised"
        " FROM attempts a JOIN scenario_versions v ON v.sha256 = a.scenario_version"
        " LEFT JOIN scores s ON s.id = (SELECT max(id) FROM scores WHERE attempt = a.id)"
        " LEFT JOIN reactions x ON x.attempt = a.id"
        " WHERE a.after IS NULL AND a.state IN ('scored', 'unscored') AND a.person IN"
        " (SELECT t.person FROM cohort_people t JOIN cohort_people i USING (cohort)"
        " WHERE t.part = 'trainee' AND i.part = 'instructor' AND i.person = ?)"
        f" AND {_agrees('practice')} AND {_agrees('research')}"
        " ORDER BY julianday(a.created_at), a.rowid",
        instructor,
    )
    ratings = _ratings(store)
    found = []
    for row in rows:
        score = Score.model_validate_json(row["score"]) if row["score"] else None
        scored = score if score is not None and score.overall is not None else None
        rated = ratings.get(row["id"], []) if row["supervised"] else []
        found.append(
            Tried(
                attempt=row["id"],
                person=row["person"],
                scenario=_scenario(row["scenario"]),
                overall=None if scored is None else scored.overall,
                dimensions={
                    name: value.score
                    for name, value in (scored.dimensions.items() if scored else ())
                    if value.score is not None
                },
                shown=frozenset(
                    name
                    for name, seen in (scored.behaviours.items() if scored else ())
                    if seen.present
                ),
                reason=None if scored else row["reason"] or (score.reason if score else None),
                reaction=row["reaction"],
                rated=tuple(rated),
                signature=f"{row['id']} {row['score_id']} {row['reaction']} {json.dumps(rated)}",
            )
        )
    return found


def _ratings(store: Store) -> dict[str, list[dict[DimensionId, int]]]:
    found: dict[str, list[dict[DimensionId, int]]] = {}
    for row in store.rows(
        "SELECT r.attempt, g.body FROM review_ratings g JOIN reviews r ON r.id = g.review"
        " WHERE g.blind = 1 AND r.state = 'returned' ORDER BY g.id"
    ):
        found.setdefault(row["attempt"], []).append(json.loads(row["body"])["dimensions"])
    return found
