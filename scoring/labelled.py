"""The labelled replies: what each says, segment by segment, and how a person rated it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from scenarios.models import BehaviourId, Scenario, WatchOutId
from scoring.encode import LABELS

CORPUS_DIR = Path(__file__).parent / "corpus"
REPLIES = ("core.jsonl", "grown.jsonl")  # what training and testing use
HEARD = "heard.jsonl"  # the same replies as Whisper hears them
SETTLED = "settled.jsonl"  # where two labellers differed: what a third decided
BLIND = "blind.jsonl"  # labels of replies that two labellers saw, before anything was settled
Way = Literal["written", "stripped", "heard"]  # how a reply's words reach the scorer


class LabelledSegment(BaseModel):
    """A piece of a reply and what it does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    labels: tuple[BehaviourId | WatchOutId, ...]


class LabelledReply(BaseModel):
    """One reply with its labels and ratings.

    ``heard`` is the same reply spoken by a voice model and written down by our own Whisper, cut
    and labelled alike; empty where it was not spoken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    author: str
    scenario: str
    text: str
    segments: tuple[LabelledSegment, ...]
    rationale: int = Field(ge=0, le=4)
    collaboration: int = Field(ge=0, le=4)
    obstacles: int = Field(ge=0, le=4)
    labeller: str | None = None
    heard: tuple[LabelledSegment, ...] = ()

    @property
    def ratings(self) -> tuple[int, int, int]:
        """The three ratings in the rubric's order."""
        return self.rationale, self.collaboration, self.obstacles


class BlindRating(BaseModel):
    """What one labeller made of a reply, seeing neither its writer nor any other labels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    labeller: str
    labels: tuple[BehaviourId | WatchOutId, ...]
    ratings: tuple[int, int, int]


class Settled(BaseModel):
    """What a third reader decided where two differed: the reply's labels, a list a segment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    labels: tuple[tuple[BehaviourId | WatchOutId, ...], ...]
    ratings: tuple[int, int, int]


@dataclass(frozen=True)
class Fold:
    """Which replies one model may learn from, and which it is tested on (indices)."""

    name: str
    train: tuple[int, ...]
    test: tuple[int, ...]


def load_corpus(folder: Path = CORPUS_DIR, *, settled: bool = True) -> list[LabelledReply]:
    """Returns every labelled reply of a corpus folder, in file and line order.

    Args:
        folder: the corpus.
        settled: whether what a third reader settled takes the place of one reader's labels.
    """
    heard = {line["id"]: line["segments"] for line in _lines(folder / HEARD)}
    replies = [
        LabelledReply.model_validate({**line, "heard": heard.get(line["id"], ())})
        for name in REPLIES
        for line in _lines(folder / name)
    ]
    if not settled:
        return replies
    decided = {line["id"]: Settled.model_validate(line) for line in _lines(folder / SETTLED)}
    return [_as_settled(one, decided.get(one.id)) for one in replies]


def _as_settled(reply: LabelledReply, settled: Settled | None) -> LabelledReply:
    if settled is None:
        return reply
    segments = tuple(
        one.model_copy(update={"labels": labels})
        for one, labels in zip(reply.segments, settled.labels, strict=True)
    )
    ratings = dict(zip(("rationale", "collaboration", "obstacles"), settled.ratings, strict=True))
    return reply.model_copy(update={"segments": segments, "labeller": "settled", **ratings})


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def load_ratings(folder: Path = CORPUS_DIR) -> list[BlindRating]:
    """Returns what single labellers said of replies that two of them labelled without the other."""
    return [BlindRating.model_validate(line) for line in _lines(folder / BLIND)]


def writers(folder: Path = CORPUS_DIR) -> dict[str, str]:
    """Returns which speech community each writer's replies are from, by the writer's letter."""
    found: dict[str, str] = json.loads((folder / "writers.json").read_text("utf-8"))
    return found


def presence(reply: LabelledReply) -> NDArray[np.bool_]:
    """Returns whether each of `LABELS` is anywhere in the reply, shape [n_labels]."""
    there = {label for segment in reply.segments for label in segment.labels}
    return np.array([label in there for label in LABELS])


def folds(
    replies: Sequence[LabelledReply],
    library: Mapping[str, Scenario],
    by: str,
    n_folds: int,
) -> list[Fold]:
    """Returns folds in which no author (or scenario family) is on both sides.

    Args:
        replies: the corpus.
        library: the scenarios, for their families.
        by: "author" or "family".
        n_folds: how many; groups are dealt out largest first to the emptiest fold.
    """
    groups = [r.author if by == "author" else library[r.scenario].family for r in replies]
    sizes = {group: groups.count(group) for group in groups}
    dealt: list[list[str]] = [[] for _ in range(n_folds)]
    for group in sorted(sizes, key=lambda one: (-sizes[one], one)):
        min(dealt, key=lambda fold: sum(sizes[one] for one in fold)).append(group)
    made = []
    for number, held_out in enumerate(dealt, start=1):
        test = tuple(i for i, group in enumerate(groups) if group in held_out)
        train = tuple(i for i, group in enumerate(groups) if group not in held_out)
        made.append(Fold(f"{by}-{number}", train, test))
    return made
