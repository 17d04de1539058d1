"""From segments to behaviours and watch-outs: how likely each is, and the words that show it."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.models import BehaviourId, WatchOutId
from scoring.encode import LABELS
from scoring.heads import LabelHead
from scoring.models import Detected, Evidence
from scoring.segment import Segment

LEAST, MOST = 1e-4, 1 - 1e-4  # probabilities are kept off 0 and 1, whose log-odds are infinite
# A further segment is shown as evidence if it is at least this likely, and not much less so than
# the strongest: what shows a behaviour twice should be shown twice.
EVIDENCE_PROBABILITY = 0.5
EVIDENCE_SHARE = 0.75

HOMEWORK = re.compile(r"\bhome\s?work\b", re.IGNORECASE)
# Boundary rule 15: disowning the word ("it's not homework", "I don't want to call it homework") or
# speaking of it ("the word homework", "you said homework") is not using it. A negation counts only
# if nothing but small words stands between: "you haven't done the homework" uses it.
DISOWNED = re.compile(
    r"(?:\b(?:not|never|no|cannot)|n['’]?t|\b(?:instead of|rather than|without|hate|drop|scrap"
    r"|ditch|forget|stop))"
    r"(?: (?:a|an|any|as|like|really|quite|just|exactly|even|call|calling|called|it|this|that|these"
    r"|set|setting|mean|want|wanting|use|using|say|saying|think|thinking|of|to|going|be|about|school"
    r"|more))* $"
    r"|\b(?:word|term|said|say|saying|hear|hearing|called it|called that|calling it)"
    r"[ ,:]*[\"“”'‘]? ?$"
    r"|[\"“‘]$",
    re.IGNORECASE,
)
A_WORD = re.compile(r"['’]?s? (?:is |was |isn['’]t )?(?:such )?(?:a|an|the|that) (?:\w+ )?word\b")


def log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the log-odds of probabilities."""
    kept = probability.clip(LEAST, MOST)
    odds: NDArray[np.float64] = np.log(kept / (1 - kept))
    return odds


def strengths(segments: NDArray[np.float64], phrases: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns each label's strength in a whole reply, shape [n_labels, 3].

    Args:
        segments: the encoder's probabilities, shape [n_segments, n_labels].
        phrases: the phrases' log-odds in their strongest segment, shape [n_labels].

    Returns:
        the encoder's log-odds of the strongest segment, and of "at least one segment" if segments
        were independent (1 - the product of the complements); and the phrases'.
    """
    strongest = segments.max(0)
    any_at_all = 1 - np.prod(1 - segments.clip(0, MOST), axis=0)
    return np.stack([log_odds(strongest), log_odds(any_at_all), phrases], axis=-1)


def probability(strength: NDArray[np.float64], head: LabelHead) -> float:
    """Returns the calibrated probability that a reply shows a label of this strength."""
    odds = float(strength @ np.array(head.weights) + head.bias)
    return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def detect(
    segments: Sequence[Segment],
    probabilities: NDArray[np.float64],
    phrases: NDArray[np.float64],
    heads: Mapping[BehaviourId | WatchOutId, LabelHead],
) -> dict[BehaviourId | WatchOutId, Detected]:
    """Returns every label of the network with its probability and evidence.

    Args:
        segments: the reply's segments, in order.
        probabilities: the encoder's, of each label in each, shape [n_segments, n_labels].
        phrases: the phrases' log-odds, of the same shape.
        heads: the fitted numbers for each label.
    """
    strong = strengths(probabilities, phrases.max(0))
    found = {}
    for column, label in enumerate(LABELS):
        likely = probability(strong[column], heads[label])
        present = likely >= heads[label].threshold
        evidence = _evidence(segments, probabilities[:, column]) if present else ()
        found[label] = Detected(present=present, probability=round(likely, 4), evidence=evidence)
    return found


def _evidence(
    segments: Sequence[Segment], probabilities: NDArray[np.float64]
) -> tuple[Evidence, ...]:
    enough = max(EVIDENCE_PROBABILITY, EVIDENCE_SHARE * probabilities.max())
    shown = {int(probabilities.argmax())} | {
        int(i) for i in np.flatnonzero(probabilities >= enough)
    }
    return tuple(
        Evidence(text=segments[i].text, start=segments[i].start, end=segments[i].end)
        for i in sorted(shown)
    )


def says_homework(reply: str) -> Detected:
    """Returns whether the reply calls the activity homework; disowning the word is not that."""
    used = [
        Evidence(text=found[0], start=found.start(), end=found.end())
        for found in HOMEWORK.finditer(reply)
        if not DISOWNED.search(reply[: found.start()]) and not A_WORD.match(reply, found.end())
    ]
    return Detected(present=bool(used), probability=float(bool(used)), evidence=tuple(used))
