"""What a score is: values with the words that are their evidence, or a reason why there is none."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from scenarios.models import BehaviourId, DimensionId, WatchOutId

UnscoredReason = Literal[
    "too_short",
    "not_english",
    "off_topic",
    "recites_rubric",
    "parrots_client",
    "addresses_scorer",
    "no_speech",
]


# An interval wider than this (of the 4 points there are) says too little to show as a number.
UNCLEAR_WIDTH = 2.5


class Frozen(BaseModel):
    """A boundary value: unknown fields are refused, and nothing changes after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Frozen):
    """Words of the reply: ``reply[start:end] == text``, in characters."""

    text: str
    start: int
    end: int


class Detected(Frozen):
    """Whether a behaviour or watch-out is present, how sure the machine is, and its words."""

    present: bool
    probability: float
    evidence: tuple[Evidence, ...] = ()


class DimensionScore(Frozen):
    """A score 0 to 4 with the interval it may lie in; all ``None`` where the reply is unscored."""

    score: float | None
    low: float | None
    high: float | None

    @property
    def clear(self) -> bool:
        """Whether there is a score, in a range narrow enough to speak of it as a number."""
        if self.score is None or self.low is None or self.high is None:
            return False
        return self.high - self.low <= UNCLEAR_WIDTH


class Score(Frozen):
    """What the machine makes of one reply to one scenario.

    ``status`` "unscored" comes with a ``reason`` and with ``None`` for every number;
    ``keep`` is then ``None`` and ``change`` says kindly what to do next.
    """

    status: Literal["scored", "unscored"]
    reason: UnscoredReason | None
    dimensions: dict[DimensionId, DimensionScore]
    overall: float | None
    behaviours: dict[BehaviourId, Detected]
    watch_outs: dict[WatchOutId, Detected]
    keep: str | None
    change: str
    model_version: str
