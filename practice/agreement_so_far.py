"""How far the machine agrees with this place's supervisors, in words, with how many replies.

Blind first ratings only: one given after the machine's score was seen agrees with it too well.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from practice import outcomes
from practice.attempts import get
from practice.review_records import Rating
from practice.store import Store
from scenarios.models import DimensionId
from scoring.agreement import weighted_kappa, with_interval
from scoring.rubric import DIMENSIONS

LEAST = 10  # fewer replies than this say nothing of agreement
# Source: Landis & Koch (1977), doi:10.2307/2529310.
WORDS = ((0.8, "very closely"), (0.6, "well"), (0.4, "fairly well"), (0.2, "somewhat"))


class Agreement(BaseModel):
    """Weighted kappa of the machine and supervisors on one dimension, with its interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dimension: DimensionId
    n: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def words(self) -> str:
        """It in a sentence's end, with the figures and n."""
        if self.n < LEAST or self.value is None or self.low is None or self.high is None:
            return f"too few ratings to say (from {self.n})"
        how = next((word for least, word in WORDS if self.value >= least), "hardly")
        return (
            f"{how} (weighted kappa {self.value:.2f}, likely {self.low:.2f} to {self.high:.2f},"
            f" from {self.n})"
        )


def between(pairs: Sequence[tuple[float, int]], dimension: DimensionId) -> Agreement:
    """Returns the agreement of pairs of the machine's score, rounded, and a person's rating."""
    machine = [float(int(score + 0.5)) for score, _ in pairs]
    person = [float(rating) for _, rating in pairs]
    if len(pairs) < LEAST:
        return Agreement(dimension=dimension, n=len(pairs), value=None, low=None, high=None)
    found = with_interval(weighted_kappa, machine, person)
    return Agreement(
        dimension=dimension, n=len(pairs), value=found.value, low=found.low, high=found.high
    )


def so_far(store: Store) -> list[Agreement]:
    """Returns the agreement on each dimension over every blind rating here; names nobody."""
    pairs: dict[DimensionId, list[tuple[float, int]]] = {name: [] for name in DIMENSIONS}
    for row in store.rows(
        "SELECT r.attempt, g.body FROM review_ratings g JOIN reviews r ON r.id = g.review"
        " WHERE g.blind = 1 ORDER BY g.id"
    ):
        score = outcomes.score_of(store, get(store, row["attempt"]))
        rating = Rating.model_validate_json(row["body"])
        for name in DIMENSIONS:
            value = None if score is None else score.dimensions[name].score
            if value is not None:
                pairs[name].append((value, rating.dimensions[name]))
    return [between(found, name) for name, found in pairs.items()]
