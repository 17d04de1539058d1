"""Tries: scored attempts as the schedule and the progress page read them, oldest first.

An *occasion* is one meeting with a client: a first try and the tries again that follow it.
"""

from collections.abc import Sequence
from functools import lru_cache

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice.selfview import Reaction
from practice.store import Store
from scenarios.models import BehaviourId, Challenge, Difficulty, DimensionId, Scenario
from scoring.models import DimensionScore, Score


class Try(BaseModel):
    """One scored attempt, with what is needed to plan practice and to show progress.

    ``occasion`` is the id of the first attempt of the meeting it belongs to, scored or not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempt: str
    occasion: str
    scenario: str
    title: str
    client: str
    family: str
    challenge: Challenge
    difficulty: Difficulty
    expects: tuple[BehaviourId, ...]
    at: AwareDatetime
    ended_at: AwareDatetime
    overall: float
    scores: dict[DimensionId, DimensionScore]
    shown: frozenset[BehaviourId]
    self_rating: dict[DimensionId, int] | None = None
    reaction: Reaction | None = None


class Occasion(BaseModel):
    """One meeting with a client: its tries, oldest first, the first of them the first try."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tries: tuple[Try, ...]

    @property
    def first(self) -> Try:
        """The first try."""
        return self.tries[0]

    @property
    def best(self) -> float:
        """The best overall score of its tries."""
        return max(one.overall for one in self.tries)

    @property
    def reaction(self) -> Reaction | None:
        """The last reaction given to any of its tries."""
        return next((one.reaction for one in reversed(self.tries) if one.reaction), None)


@lru_cache(maxsize=512)
def _scenario(body: str) -> Scenario:
    return Scenario.model_validate_json(body)


def of_person(store: Store, person: str) -> list[Try]:
    """Returns every scored attempt of a person, oldest first, each with its newest score.

    It is the machine's own, before any adjustment to this place: early and late tries are compared,
    and a calibration that began in between would look like a change in the trainee.
    """
    rows = store.rows(
        "SELECT a.id, a.retry_of, a.created_at, a.updated_at, v.body AS scenario,"
        " coalesce(s.raw, s.body) AS score,"
        " r.rationale, r.collaboration, r.obstacles, r.skipped, x.reaction"
        " FROM attempts a JOIN scenario_versions v ON v.sha256 = a.scenario_version"
        " LEFT JOIN scores s ON s.id = (SELECT max(id) FROM scores WHERE attempt = a.id)"
        " LEFT JOIN self_ratings r ON r.attempt = a.id"
        " LEFT JOIN reactions x ON x.attempt = a.id"
        " WHERE a.person = ? ORDER BY a.created_at, a.rowid",
        person,
    )
    occasion_of: dict[str, str] = {}
    found = []
    for row in rows:
        earlier = row["retry_of"]
        occasion_of[row["id"]] = occasion_of.get(earlier, row["id"]) if earlier else row["id"]
        score = Score.model_validate_json(row["score"]) if row["score"] else None
        if score is None or score.overall is None:
            continue
        answered = _scenario(row["scenario"])
        rated = row["skipped"] == 0
        found.append(
            Try(
                attempt=row["id"],
                occasion=occasion_of[row["id"]],
                scenario=answered.id,
                title=answered.title,
                client=answered.client.name,
                family=answered.family,
                challenge=answered.challenge,
                difficulty=answered.difficulty,
                expects=answered.expects,
                at=row["created_at"],
                ended_at=row["updated_at"],
                overall=score.overall,
                scores=score.dimensions,
                shown=frozenset(name for name, seen in score.behaviours.items() if seen.present),
                self_rating={
                    "rationale": row["rationale"],
                    "collaboration": row["collaboration"],
                    "obstacles": row["obstacles"],
                }
                if rated
                else None,
                reaction=row["reaction"],
            )
        )
    return found


def occasions(tries: Sequence[Try]) -> list[Occasion]:
    """Returns the tries gathered by occasion, in the order in which the occasions began.

    An occasion whose first try could not be scored is judged from its first scored try on.
    """
    gathered: dict[str, list[Try]] = {}
    for one in tries:
        gathered.setdefault(one.occasion, []).append(one)
    return [Occasion(tries=tuple(some)) for some in gathered.values()]
