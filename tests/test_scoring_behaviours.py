"""From segments to behaviours: the arithmetic, the evidence, and the one word rule."""

import math

import numpy as np
import pytest

from scoring.behaviours import detect, probability, says_homework, strengths
from scoring.encode import LABELS
from scoring.heads import LabelHead
from scoring.segment import segment

NO_PHRASES = np.zeros(len(LABELS))
HEAD = LabelHead(weights=(1.0, 0.0, 0.0), bias=0.0, threshold=0.5)  # the strongest segment alone


def in_segments(**columns):
    n = len(next(iter(columns.values())))
    table = np.full((n, len(LABELS)), 0.01)
    for label, values in columns.items():
        table[:, LABELS.index(label)] = values
    return table


def test_a_labels_strength_is_its_best_segment_and_at_least_one():
    strong = strengths(in_segments(reflection=[0.5, 0.2]), NO_PHRASES)[LABELS.index("reflection")]
    # The best is .5, whose log-odds are 0. At least one: 1 - .5 x .8 = .6, log-odds ln(.6 / .4).
    assert strong[0] == pytest.approx(0.0)
    assert strong[1] == pytest.approx(math.log(0.6 / 0.4))


def test_the_probability_is_the_logistic_of_the_weighted_strengths():
    head = LabelHead(weights=(1.0, 2.0, 0.0), bias=-1.0, threshold=0.5)
    # 1 x 0.5 + 2 x 0.25 - 1 = 0, and the logistic of 0 is a half.
    assert probability(np.array([0.5, 0.25, 9.0]), head) == pytest.approx(0.5)


def test_every_present_behaviour_has_words_and_no_absent_one_has():
    reply = "You wanted to ring her. What got in the way of it? We could leave it for today."
    pieces = segment(reply)
    assert len(pieces) == 3
    table = in_segments(reflection=[0.9, 0.1, 0.1], choice=[0.1, 0.1, 0.4])
    found = detect(
        pieces, table, np.tile(NO_PHRASES, (len(pieces), 1)), dict.fromkeys(LABELS, HEAD)
    )
    assert [one.text for one in found["reflection"].evidence] == ["You wanted to ring her."]
    for seen in found.values():
        assert seen.present == bool(seen.evidence)
        for words in seen.evidence:
            assert reply[words.start : words.end] == words.text
    assert not found["choice"].present


def test_what_shows_a_behaviour_twice_is_shown_twice():
    pieces = segment("So it was hard for you. And it still is so hard today. Say Tuesday at nine.")
    table = in_segments(reflection=[0.9, 0.8, 0.1])
    found = detect(
        pieces, table, np.tile(NO_PHRASES, (len(pieces), 1)), dict.fromkeys(LABELS, HEAD)
    )
    assert len(found["reflection"].evidence) == 2


@pytest.mark.parametrize(
    ("reply", "used"),
    [
        ("You haven't done the homework again, have you.", True),
        ("The homework for this week is the diary.", True),
        ("So for home work try two minutes.", True),
        ("It's not homework, it's something to try.", False),
        ("I don't want to call it homework.", False),
        ("You said homework, and something in your face changed.", False),
        ("That word homework, what does it bring back?", False),
        ("Let's find out what would suit you.", False),
    ],
)
def test_homework_is_said_when_the_activity_is_called_that_and_not_when_it_is_disowned(reply, used):
    found = says_homework(reply)
    assert found.present is used
    assert bool(found.evidence) is used
