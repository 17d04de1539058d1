"""Fits the guards that know how trainees speak: on the topic, and in an order that is speech.

Their bars are set on replies to clients of families that were held out, so that a new client's
replies are not turned away for being about something new.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring import fit_phrases, word_order
from scoring.guards import MIN_WORDS, Learned, words
from scoring.labelled import CORPUS_DIR, Fold, LabelledReply
from scoring.phrases import Phrases
from scoring.word_order import BANDS, band

OFF_TOPIC = CORPUS_DIR / "off_topic.txt"
UNSEEN_OFF_TOPIC = CORPUS_DIR / "off_topic_unseen.txt"  # to measure with, never to learn from
# Of held-out genuine replies, by each of the two guards. Words and letters tell less well than
# order does, and what they let through gets a score it should not have: the bar is a little higher.
ORDER_SHARE, TOPIC_SHARE = 0.003, 0.005
FEWEST = 60  # held-out replies in a band of length, below which its bar stays where it cannot turn


def fit_guards(replies: Sequence[LabelledReply], folds: Sequence[Fold]) -> Learned:
    """Returns what the guards learn from all replies, their bars set on the folds.

    Args:
        replies: genuine replies.
        folds: which hold out each reply once.
    """
    other = not_replies()
    texts = [one.text for one in replies]
    said = [words(text) for text in texts]
    odds, gains = np.zeros(len(replies)), np.zeros(len(replies))
    for fold in folds:
        learn, test = list(fold.train), list(fold.test)
        odds[test] = _topic([texts[i] for i in learn], other).read([texts[i] for i in test])[:, 0]
        order = word_order.fit(said[i] for i in learn)
        gains[test] = [word_order.gain(said[i], order) for i in test]
    least = tuple(
        _bar(
            gains[[i for i, one in enumerate(said) if _counts(one) and band(len(one)) == b]],
            ORDER_SHARE,
        )
        for b in range(len(BANDS) + 1)
    )
    return Learned(
        word_order=word_order.fit(said).model_copy(update={"least": least}),
        topic=_topic(texts, other),
        least_topic=round(_bar(odds[[_counts(one) for one in said]], TOPIC_SHARE), 3),
    )


def not_replies(path: Path = OFF_TOPIC) -> list[str]:
    """Returns texts, a line each, that are not said to a client."""
    return path.read_text("utf-8").splitlines()


def _topic(genuine: Sequence[str], other: Sequence[str]) -> Phrases:
    is_reply = np.arange(len(genuine) + len(other)) < len(genuine)
    return fit_phrases.fit([*genuine, *other], is_reply[:, None])


def _counts(said: Sequence[str]) -> bool:
    return len(said) >= MIN_WORDS  # shorter ones are turned away before


def _bar(values: NDArray[np.float64], share: float) -> float:
    return float(np.quantile(values, share)) if len(values) >= FEWEST else -99.0
