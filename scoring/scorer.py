"""Transcript → score: the guards, the encoder, the fitted heads, and what to say about it."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

from scenarios.models import Scenario
from scoring import behaviours, dimensions, feedback, guards
from scoring.embed import Reader, ScorerError
from scoring.encode import LABELS, encode
from scoring.guards import Learned
from scoring.heads import HEADS, Heads, load_heads
from scoring.models import Score, UnscoredReason
from scoring.phrases import TOPIC, Phrases, load_phrases
from scoring.rubric import BEHAVIOURS, RUBRIC_VERSION, WATCH_OUTS
from scoring.segment import segment

__all__ = ["Scorer", "ScorerError", "load_scorer"]


class Scorer:
    """Scores replies; made once by `load_scorer`, safe to use from several threads."""

    def __init__(
        self, heads: Heads, reader: Reader, phrases: Phrases, learned: Learned, version: str
    ) -> None:
        """Puts together what was loaded."""
        self._heads = heads
        self._reader = reader
        self._phrases = phrases
        self._learned = learned
        self.version = version

    def score(self, text: str, scenario: Scenario, breaks: Sequence[int] = ()) -> Score:
        """Returns the score of one reply.

        Args:
            text: what was said or typed.
            scenario: the client's moment.
            breaks: character offsets at which a long pause ended a phrase.

        Returns:
            the score with its evidence, or the reason why there is none.
        """
        reason = guards.refuse(text, scenario, self._learned)
        if reason is not None:
            return self._unscored(reason, scenario)
        segments = segment(text, breaks)
        texts = [one.text for one in segments]
        probabilities, ratings = self._reader.read(encode(scenario, texts))
        phrases = self._phrases.read(texts)
        found = behaviours.detect(segments, probabilities, phrases, self._heads.labels)
        likely = np.array([found[label].probability for label in LABELS])
        made_of = dimensions.features(ratings, likely, scenario)
        scores = {
            name: dimensions.score(made_of, self._heads.dimensions[name])
            for name in dimensions.DIMENSION_IDS
        }
        found["says_homework"] = behaviours.says_homework(text)
        shown = {name: found[name] for name in BEHAVIOURS}
        watched = {name: found[name] for name in WATCH_OUTS}
        kept = feedback.keep(scenario, shown, watched)
        return Score.model_validate(
            {
                "status": "scored",
                "reason": None,
                "dimensions": scores,
                "overall": dimensions.overall(scores, scenario.focus),
                "behaviours": shown,
                "watch_outs": watched,
                "keep": kept and kept[1],
                "change": feedback.change(
                    scenario, scores, shown, watched, self._heads.labels, len(text.split())
                ),
                "model_version": self.version,
            }
        )

    def score_batch(self, replies: Iterable[tuple[str, Scenario]]) -> list[Score]:
        """Returns the scores of many replies, in order; on every core, a reply to a thread."""
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return list(threads.map(lambda one: self.score(*one), replies))

    def _unscored(self, reason: UnscoredReason, scenario: Scenario) -> Score:
        return Score(
            status="unscored",
            reason=reason,
            dimensions=dimensions.unscored(),
            overall=None,
            behaviours={},
            watch_outs={},
            keep=None,
            change=guards.ADVICE[reason].format(name=scenario.client.name),
            model_version=self.version,
        )


@cache
def load_scorer() -> Scorer:
    """Returns the shipped scorer, loaded once for the process.

    Raises:
        ScorerError: one of its files is missing or altered.
    """
    heads = load_heads()
    reader = Reader(heads.encoder_sha256)
    fitted = hashlib.sha256(HEADS.read_bytes()).hexdigest()
    phrases = load_phrases(heads.phrases_sha256)
    return Scorer(heads, reader, phrases, load_learned(heads), f"r{RUBRIC_VERSION}-{fitted[:10]}")


def load_learned(heads: Heads | None = None) -> Learned:
    """Returns what the shipped guards know.

    Raises:
        ScorerError: one of its files is missing or altered.
    """
    heads = heads or load_heads()
    topic = load_phrases(heads.topic_sha256, TOPIC)
    return Learned(heads.word_order, topic, heads.least_topic)
