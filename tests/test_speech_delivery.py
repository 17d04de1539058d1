"""Delivery, each number worked out by hand from word times."""

import pytest

from speech.delivery import longest_run, measure
from speech.models import Word
from tests.stand_ins import words_of


def said(text, *times):
    """The words of a text at (start, end) seconds."""
    pairs = zip(text.split(), times, strict=True)
    return tuple(Word(word=w, start_s=a, end_s=b, probability=0.9) for w, (a, b) in pairs)


def test_the_times_of_six_words():
    text = "What was that like for you?"
    words = said(text, (1.2, 1.4), (1.4, 1.6), (1.6, 2.0), (3.1, 3.4), (3.5, 3.6), (3.7, 4.2))
    found = measure(text, words)
    assert found.time_to_first_word_s == 1.2
    assert found.talk_time_s == 3.0  # 4.2 - 1.2
    assert found.n_words == 6
    assert found.words_per_minute == 120.0  # 6 words / 3.0 s x 60
    assert found.longest_pause_s == 1.1  # 3.1 - 2.0; the others are 0 or 0.1
    assert found.over_90_s is False


def test_nothing_said_has_no_times_and_no_pace():
    found = measure("", ())
    assert found.time_to_first_word_s is None
    assert found.words_per_minute is None
    assert found.longest_pause_s is None
    assert (found.talk_time_s, found.n_words, found.n_questions, found.n_fillers) == (0.0, 0, 0, 0)
    assert found.over_90_s is False


def test_four_words_give_no_pace():
    assert measure("I hear you there.", words_of("I hear you there.")).words_per_minute is None


def test_words_without_a_length_give_no_pace():
    words = said("a b c d e", *[(1.0, 1.0)] * 5)
    assert measure("a b c d e", words).words_per_minute is None


def test_gaps_shorter_than_a_quarter_of_a_second_are_no_pause():
    words = said("so that was hard", (0, 0.3), (0.5, 0.7), (0.94, 1.2), (1.2, 1.5))
    assert measure("so that was hard", words).longest_pause_s is None  # gaps 0.2, 0.24, 0


def test_words_that_overlap_are_no_pause():
    words = said("so hard", (0, 0.5), (0.4, 0.9))
    assert measure("so hard", words).longest_pause_s is None


def test_talk_of_90_seconds_is_allowed_and_more_is_flagged():
    # Borkovec in the 2010 panel: more than 90 seconds
    assert measure("so hard", said("so hard", (2.0, 3.0), (90.0, 92.0))).over_90_s is False
    assert measure("so hard", said("so hard", (2.0, 3.0), (90.0, 92.1))).over_90_s is True


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("Um, so, er, I wonder, uhh, what erm you think. Mm.", 5),
        ("The umbrella, her error, a summer.", 0),
        ("UM. Hmm... ah.", 3),
        ("", 0),
    ],
)
def test_fillers_are_counted_as_whole_words(text, n):
    assert measure(text, words_of(text)).n_fillers == n


@pytest.mark.parametrize(
    ("text", "n_questions", "stacked"),
    [
        ("That was hard.", 0, 0),
        ("What was it like?", 1, 1),
        ("What was it like? I can imagine. And now?", 2, 1),
        ("What was it like? Was it hard? When was it? Okay. And now?", 4, 3),
        ("Look... what happened? Hm?", 2, 2),
        ("Really?! What then?", 1, 1),  # "?!" is an exclamation; "What then?" is the question
        ("so what happened then", 0, 0),
    ],
)
def test_questions_and_the_longest_run_of_them(text, n_questions, stacked):
    found = measure(text, words_of(text))
    assert (found.n_questions, found.n_stacked_questions) == (n_questions, stacked)


def test_the_longest_run():
    assert longest_run([]) == 0
    assert longest_run([True, True, False, True]) == 2
