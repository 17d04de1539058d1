"""Fits the guards that know how trainees speak: on the topic, and in an order that is speech.

Their bars are set on replies to clients of families that were held out, so that a new client's
replies are not turned away for being about something new.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from scoring import word_order
from scoring.embed import embed
from scoring.guards import MIN_WORDS, words
from scoring.heads import OnTopic
from scoring.labelled import CORPUS_DIR, Fold, LabelledReply
from scoring.word_order import BANDS, WordOrder, band

OFF_TOPIC = CORPUS_DIR / "off_topic.txt"
SHARE_TURNED_AWAY = 0.003  # of held-out genuine replies, by each of the two guards
FEWEST = 60  # held-out replies in a band of length, below which its bar stays where it cannot turn


def fit_guards(
    replies: Sequence[LabelledReply], folds: Sequence[Fold]
) -> dict[str, OnTopic | WordOrder]:
    """Returns both guards, fitted on all replies, their bars set on the folds.

    Args:
        replies: genuine replies.
        folds: which hold out each reply once.
    """
    genuine = _vectors(tuple(one.text for one in replies))
    other = _vectors(tuple(OFF_TOPIC.read_text("utf-8").splitlines()))
    said = [words(one.text) for one in replies]
    likely, gains = np.zeros(len(replies)), np.zeros(len(replies))
    for fold in folds:
        learn, test = list(fold.train), list(fold.test)
        likely[test] = _fit(genuine[learn], other).predict_proba(genuine[test])[:, 1]
        order = word_order.fit(said[i] for i in learn)
        gains[test] = [word_order.gain(said[i], order) for i in test]
    model = _fit(genuine, other)
    least = tuple(
        _bar(gains[[i for i, one in enumerate(said) if _counts(one) and band(len(one)) == b]])
        for b in range(len(BANDS) + 1)
    )
    return {
        "on_topic": OnTopic(
            weights=tuple(round(float(one), 5) for one in model.coef_[0]),
            bias=float(model.intercept_[0]),
            threshold=round(_bar(likely), 4),
        ),
        "word_order": word_order.fit(said).model_copy(update={"least": least}),
    }


def _vectors(texts: Sequence[str]) -> NDArray[np.float64]:
    return np.concatenate([_vector(text) for text in texts])


@cache
def _vector(text: str) -> NDArray[np.float64]:  # the same texts come again fold after fold
    return embed([text])


def _fit(genuine: NDArray[np.float64], other: NDArray[np.float64]) -> LogisticRegression:
    vectors = np.concatenate([genuine, other])
    is_reply = np.arange(len(vectors)) < len(genuine)
    return LogisticRegression(C=3.0, class_weight="balanced", max_iter=2000).fit(vectors, is_reply)


def _counts(said: Sequence[str]) -> bool:
    return len(said) >= MIN_WORDS  # shorter ones are turned away before


def _bar(values: NDArray[np.float64]) -> float:
    return float(np.quantile(values, SHARE_TURNED_AWAY)) if len(values) >= FEWEST else -99.0
