"""The ratings that may be compared: given before the rater saw any other of that reply.

Replies that were taken back, and those of trainees who took back their consent to supervision,
are left out. Beside each rating stands the machine's own score, before any adjustment.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from practice.review_records import Rating
from practice.store import Store
from scoring.models import Score

COMPARED = (
    " FROM review_ratings g JOIN reviews r ON r.id = g.review JOIN attempts a ON a.id = r.attempt"
    " WHERE g.blind = 1 AND r.state <> 'withdrawn' AND"
    " (SELECT given FROM consents WHERE person = a.person AND purpose = 'supervision'"
    " ORDER BY id DESC LIMIT 1) = 1"
)


@dataclass(frozen=True)
class Rated:
    """One blind rating of one reply; ``rater`` is ``None`` once they have left."""

    attempt: str
    trainee: str
    scenario: str
    rater: str | None
    rated_at: datetime
    rating: Rating
    score: Score | None


def gather(store: Store) -> list[Rated]:
    """Returns every blind rating that may be compared, oldest first, a rater once a reply."""
    rows = store.rows(
        "SELECT g.rater, g.body, g.made_at, a.id, a.person, a.scenario,"
        " (SELECT coalesce(s.raw, s.body) FROM scores s WHERE s.attempt = a.id"
        f" ORDER BY s.id DESC LIMIT 1) AS score {COMPARED} ORDER BY g.id"
    )
    found: dict[Any, Rated] = {}
    scores: dict[str, Score] = {}
    for row in rows:
        if row["score"] is not None and row["id"] not in scores:
            scores[row["id"]] = Score.model_validate_json(row["score"])
        who = row["rater"] or len(found)  # those who have left are not one person
        found.setdefault(
            (row["id"], who),
            Rated(
                attempt=row["id"],
                trainee=row["person"],
                scenario=row["scenario"],
                rater=row["rater"],
                rated_at=datetime.fromisoformat(row["made_at"]),
                rating=Rating.model_validate_json(row["body"]),
                score=scores.get(row["id"]),
            ),
        )
    return list(found.values())


def revision(store: Store) -> tuple[Any, ...]:
    """Returns what differs whenever `gather` may; what follows from the ratings is kept by it."""
    return tuple(
        store.rows(
            "SELECT count(*), max(g.id), max(g.made_at), max(r.changed_at), (SELECT max(s.id)"
            " FROM scores s JOIN reviews r ON r.attempt = s.attempt), (SELECT max(id) FROM"
            f" consents), (SELECT max(version * 2 + active) FROM calibrations) {COMPARED}"
        )[0].values()
    )
