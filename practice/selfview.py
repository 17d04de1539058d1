"""What trainees make of their own replies: self-ratings before the score, reactions after it."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from practice.store import Store
from scenarios.models import DimensionId
from scoring.models import DimensionScore

Reaction = Literal["too_easy", "good_challenge", "too_hard"]
Seen = Literal["within", "near", "above", "below", "unknown"]
FURTHEST = 1.0  # a self-rating this far from the score, or further, is worth a word


class SelfRating(BaseModel):
    """A trainee's own three ratings of one reply, or that they chose to skip them.

    ``ratings`` holds all three dimensions, 0 to 4, or is ``None`` where skipped.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempt: str
    ratings: dict[DimensionId, int] | None = Field(default=None)
    at: AwareDatetime


def rate(
    store: Store, attempt: str, ratings: dict[DimensionId, int] | None, at: datetime
) -> SelfRating:
    """Keeps a self-rating, or that it was skipped (``None``); the first answer stays.

    It stays because a rating given after the score was seen would be no self-rating.
    Source: domain.md, rule 7; the gap between self-view and score is itself trained.

    Returns:
        what is now kept for the attempt.
    """
    with store.change() as db:
        db["self_ratings"].insert(
            {
                "attempt": attempt,
                "rationale": ratings["rationale"] if ratings else None,
                "collaboration": ratings["collaboration"] if ratings else None,
                "obstacles": ratings["obstacles"] if ratings else None,
                "skipped": int(ratings is None),
                "at": at.isoformat(),
            },
            ignore=True,
        )
    kept = rating_of(store, attempt)
    if kept is None:
        raise ValueError(f"The self-rating of attempt {attempt!r} cannot be kept; it is not here.")
    return kept


def rating_of(store: Store, attempt: str) -> SelfRating | None:
    """Returns the self-rating of an attempt, or ``None`` if it was never asked for."""
    rows = store.rows("SELECT * FROM self_ratings WHERE attempt = ?", attempt)
    if not rows:
        return None
    row = rows[0]
    ratings: dict[DimensionId, int] | None = None
    if not row["skipped"]:
        ratings = {
            "rationale": row["rationale"],
            "collaboration": row["collaboration"],
            "obstacles": row["obstacles"],
        }
    return SelfRating(attempt=attempt, ratings=ratings, at=row["at"])


def react(store: Store, attempt: str, reaction: Reaction, at: datetime) -> None:
    """Keeps how hard the trainee found it; a later answer replaces an earlier one."""
    with store.change() as db:
        db["reactions"].upsert(
            {"attempt": attempt, "reaction": reaction, "at": at.isoformat()}, pk="attempt"
        )


def reaction_of(store: Store, attempt: str) -> Reaction | None:
    """Returns the reaction to an attempt, or ``None`` if none was given."""
    rows = store.rows("SELECT reaction FROM reactions WHERE attempt = ?", attempt)
    found: Reaction | None = rows[0]["reaction"] if rows else None
    return found


def compare(own: int, score: DimensionScore) -> Seen:
    """Returns where a self-rating lies beside the score.

    A self-rating inside the range the score may lie in is never called a gap.
    """
    if score.score is None or score.low is None or score.high is None:
        return "unknown"
    if score.low <= own <= score.high:
        return "within"
    if abs(own - score.score) < FURTHEST:
        return "near"
    return "above" if own > score.score else "below"
