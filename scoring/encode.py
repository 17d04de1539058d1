"""A reply as the encoder reads it: the client's moment first, then the reply, segment by segment.

Reading the whole reply at once, with the client's line, goal, takeaway and activity before it, is
what lets one phrase be judged by what it answers; each segment is then the mean of its own tokens.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from scenarios.models import BehaviourId, Scenario, WatchOutId

MODEL_DIR = Path(__file__).parent / "model"
TOKENIZER = MODEL_DIR / "tokenizer.json"
MOST_TOKENS = 512  # positions that MiniLM knows
MOST_CONTEXT_TOKENS = 140  # the longest client moment in the library has about 130

LABELS: tuple[BehaviourId | WatchOutId, ...] = (
    "goal_link",
    "session_link",
    "how_it_helps",
    "learning_frame",
    "checks_fit",
    "open_question",
    "reflection",
    "client_ideas",
    "choice",
    "invites_feedback",
    "explores_barrier",
    "normalises",
    "right_sizes",
    "specifics",
    "coping_plan",
    "owns_part",
    "blames",
    "directs",
    "pressures",
    "gives_up",
    "dismisses",
)  # says_homework is a matter of the word, not of meaning: scoring/behaviours.py

PUNCTUATION = re.compile(r"[.,?!;:…—–\"“”]+")


@dataclass(frozen=True)
class Encoded:
    """One reply, ready for the encoder.

    Attributes:
        ids: token ids, shape [n].
        types: 0 for the client's moment, 1 for the reply, shape [n].
        pool: each row averages one segment's tokens, shape [n_segments, n].
    """

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    pool: NDArray[np.float32]


@cache
def tokenizer() -> Tokenizer:
    """Returns MiniLM's tokenizer."""
    loaded = Tokenizer.from_file(str(TOKENIZER))
    loaded.no_padding()
    loaded.no_truncation()
    return loaded


def moment(scenario: Scenario) -> str:
    """Returns the client's moment as one text: their line, goal, takeaway and the activity."""
    return (
        f"{scenario.clip.transcript} goal: {scenario.goal}. found: {scenario.takeaway}."
        f" activity: {scenario.activity}."
    )


def without_punctuation(text: str) -> str:
    """Returns a text as a recogniser gives it that hears no sentences."""
    return " ".join(PUNCTUATION.sub(" ", text).lower().split())


@cache
def _moment_ids(text: str) -> tuple[int, ...]:
    return tuple(tokenizer().encode(text).ids[:MOST_CONTEXT_TOKENS])


def encode(scenario: Scenario, segments: Sequence[str]) -> Encoded:
    """Returns one reply ready for the encoder.

    Args:
        scenario: the client's moment.
        segments: the reply's segments, in order; at least one.
    """
    ids = list(_moment_ids(moment(scenario)))
    n_moment = len(ids)
    spans = []
    for text in segments:
        piece = tokenizer().encode(text, add_special_tokens=False).ids or [_id(".")]
        spans.append((len(ids), len(ids) + len(piece)))
        ids += piece
    ids = [*ids[: MOST_TOKENS - 1], _id("[SEP]")]
    pool = np.zeros((len(spans), len(ids)), np.float32)
    for row, (start, end) in enumerate(spans):
        start, end = min(start, len(ids) - 2), min(end, len(ids) - 1)
        pool[row, start : max(end, start + 1)] = 1 / max(end - start, 1)
    types = np.ones(len(ids), np.int64)
    types[:n_moment] = 0
    return Encoded(np.array(ids, np.int64), types, pool)


def _id(token: str) -> int:
    (found,) = tokenizer().encode(token, add_special_tokens=False).ids
    return int(found)
