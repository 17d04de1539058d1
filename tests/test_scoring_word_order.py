"""Words in an order that trainees speak gain from the word before; shuffled ones do not."""

import math
import random

import pytest

from scoring.guards import words
from scoring.labelled import load_corpus
from scoring.word_order import N_UNSEEN, SMOOTHING, UNSEEN, band, fit, gain, jumbled

TOLD = [words(one.text) for one in load_corpus()[:400]]
UNSEEN_REPLIES = [words(one.text) for one in load_corpus()[-200:]]


def test_the_gain_of_two_words_is_worked_by_hand():
    order = fit([["we", "could"], ["we", "could"], ["we", "can"], ["we", "can"]])
    # "could" is 2 of 8 words: anywhere = (2 + 0.5) / (8 + 10,000). After "we" (4 times) it came
    # twice: (2 + 50 x anywhere) / (4 + 50). The gain is the logarithm of the one over the other.
    # (Counts that are no power of two are kept to within a tenth.)
    anywhere = (2 + UNSEEN) / (8 + N_UNSEEN)
    after = (2 + SMOOTHING * anywhere) / (4 + SMOOTHING)
    assert gain(["we", "could"], order) == pytest.approx(math.log(after / anywhere), rel=1e-6)


def test_one_word_has_no_order():
    assert gain(["we"], fit(TOLD)) == 0.0


def test_new_replies_gain_more_than_the_same_words_shuffled():
    order, draw = fit(TOLD), random.Random(1)
    better = 0
    long = [one for one in UNSEEN_REPLIES if len(one) >= 20]
    for one in long:
        better += gain(one, order) > gain(draw.sample(one, len(one)), order)
    assert better >= 0.98 * len(long)


def test_a_text_is_jumbled_below_the_bar_of_its_own_length():
    order = fit(TOLD).model_copy(update={"least": (-9.0, 9.0, -9.0)})
    assert [band(n) for n in (19, 20, 39, 40)] == [0, 1, 1, 2]
    assert not jumbled(["we"] * 19, order)
    assert jumbled(["we"] * 20, order)
    assert not jumbled(["we"] * 40, order)
