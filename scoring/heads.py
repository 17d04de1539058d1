"""What was fitted on top of the encoder, as numbers in one JSON file: nothing in it can run.

scikit-learn fits them (`scoring/train.py`); scoring only multiplies and adds.
"""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from scenarios.models import BehaviourId, DimensionId, WatchOutId
from scoring.embed import ScorerError
from scoring.encode import MODEL_DIR
from scoring.word_order import WordOrder

HEADS = MODEL_DIR / "heads.json"


class Frozen(BaseModel):
    """A boundary value: unknown fields are refused, and nothing changes after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LabelHead(Frozen):
    """From a label's strength in the segments to the probability that the reply shows it.

    ``weights`` multiply the encoder's log-odds of the strongest segment and of "at least one
    segment", and the phrases' log-odds of their strongest; a reply shows the label from
    ``threshold`` on.
    """

    weights: tuple[float, float, float]
    bias: float
    threshold: float


class DimensionHead(Frozen):
    """From features of the reply to a score, and how far off it may be.

    ``errors`` are the conformal quantiles of (rating - score), a pair for each whole score that
    the estimate is nearest to: nine times in ten the rating lies within.
    """

    weights: tuple[float, ...]
    bias: float
    errors: tuple[tuple[float, float], ...]


class Heads(Frozen):
    """Everything fitted, with the digests of the files it was fitted to.

    ``least_topic`` is the log-odds of being said to a client from which a reply is scored.
    """

    encoder_sha256: str
    phrases_sha256: str
    topic_sha256: str
    corpus_sha256: str
    n_replies: int
    labels: dict[BehaviourId | WatchOutId, LabelHead]
    dimensions: dict[DimensionId, DimensionHead]
    least_topic: float
    word_order: WordOrder


def load_heads(path: Path = HEADS) -> Heads:
    """Returns the fitted numbers.

    Raises:
        ScorerError: the file is missing or is not what was written.
    """
    try:
        return Heads.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ValidationError) as exc:
        raise ScorerError(
            f"The scorer's file {path.name} is missing or has been altered; "
            "install between-sessions again."
        ) from exc
