"""How far the machine agrees with this place's supervisors, in words, with how many replies.

Blind first ratings only: one given after the machine's score was seen agrees with it too well.
"""

from pydantic import BaseModel, ConfigDict

from practice.agreement_figures import Figure, Reason, of_machine
from practice.store import Store
from scenarios.models import DimensionId
from scoring.resampled import NOTHING
from scoring.rubric import DIMENSIONS

LEAST = 10  # fewer replies than this say nothing of agreement
# Source: Landis & Koch (1977), doi:10.2307/2529310.
WORDS = ((0.8, "very closely"), (0.6, "well"), (0.4, "fairly well"), (0.2, "somewhat"))
WITHOUT: dict[Reason | None, str] = {
    "one_trainee": "not said yet, as every rated reply is of one trainee",
    "no_variance": "not to be said, as the ratings hardly differ from one another",
}


class Agreement(BaseModel):
    """Weighted kappa of the machine and supervisors on one dimension, with its interval.

    ``n`` counts ratings; ``reason`` says why there is no value where there are enough of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dimension: DimensionId
    n: int
    value: float | None
    low: float | None
    high: float | None
    reason: Reason | None = None

    @property
    def words(self) -> str:
        """It in a sentence's end, with the figures and n."""
        ratings = f"from {self.n} rating{'' if self.n == 1 else 's'}"
        if self.n >= LEAST and self.reason in WITHOUT:
            return f"{WITHOUT[self.reason]} ({ratings})"
        if self.n < LEAST or self.value is None or self.low is None or self.high is None:
            return f"too few ratings to say ({ratings})"
        return (
            f"{how_well(self.value)} (weighted kappa {two_places(self.value)}, likely"
            f" {two_places(self.low)} to {two_places(self.high)}, {ratings})"
        )


def how_well(kappa: float) -> str:
    """Returns a kappa in plain words, as they end a sentence."""
    return next((word for least, word in WORDS if kappa >= least), "hardly")


def two_places(value: float) -> str:
    """Returns a figure as it is printed, with a true minus and no minus before nought."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def so_far(store: Store) -> list[Agreement]:
    """Returns the agreement on each dimension over every blind rating here; names nobody."""
    return [of_figure(name, of_machine(store, name)) for name in DIMENSIONS]


def of_figure(dimension: DimensionId, figure: Figure) -> Agreement:
    """Returns a figure of a dimension as it is said; nothing from fewer ratings than `LEAST`."""
    n, agreed = figure.n_ratings, figure.agreed
    found = NOTHING if agreed is None or n < LEAST else agreed.kappa
    return Agreement(
        dimension=dimension,
        n=n,
        value=found.value,
        low=found.low,
        high=found.high,
        reason=figure.reason,
    )
