"""A reply cut into pieces: at sentences, at pauses, at new thoughts, and never a word lost."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.encode import without_punctuation
from scoring.labelled import load_corpus
from scoring.segment import LONGEST, segment

CORPUS = load_corpus()


def texts(reply: str, breaks: tuple[int, ...] = ()) -> list[str]:
    return [one.text for one in segment(reply, breaks)]


def words(text: str) -> list[str]:
    return [word for word in text.split() if re.search(r"\w", word)]


def test_each_sentence_is_a_segment() -> None:
    assert texts("That sounds heavy for you. What got in the way?") == [
        "That sounds heavy for you.",
        "What got in the way?",
    ]


def test_a_number_with_a_point_does_not_end_a_sentence() -> None:
    assert texts("About 3.5 minutes of walking will do.") == [
        "About 3.5 minutes of walking will do."
    ]


def test_a_very_short_sentence_joins_the_one_after_it() -> None:
    assert texts("Yeah. You were tired that night.") == ["Yeah. You were tired that night."]


def test_a_short_question_stands_by_itself() -> None:
    assert texts("How come? You were doing it every day.") == [
        "How come?",
        "You were doing it every day.",
    ]


def test_speech_without_punctuation_is_cut_where_a_new_thought_begins() -> None:
    said = (
        "i hear that the evenings are just gone by the time everyone is in bed"
        " so i wonder what it would be like to find two minutes in the day instead"
    )
    assert texts(said) == [
        "i hear that the evenings are just gone by the time everyone is in bed",
        "so i wonder what it would be like to find two minutes in the day instead",
    ]


def test_a_long_pause_is_a_cut() -> None:
    said = "that sounds really hard for you what happened on tuesday night"
    pause = said.index("what")
    assert texts(said) == [said]  # eleven words are not too long to stay whole
    assert texts(said, (pause,)) == [said[: pause - 1], said[pause:]]


@pytest.mark.parametrize("breaks", [(0,), (-3,), (9999,), (0, 9999)])
def test_pauses_before_the_first_or_after_the_last_word_change_nothing(breaks) -> None:
    said = "that sounds really hard for you what happened on tuesday night"
    assert texts(said, breaks) == [said]


@pytest.mark.parametrize("reply", ["", "   ", "...", "?!", "—"])
def test_a_reply_without_a_word_has_no_segments(reply) -> None:
    assert segment(reply) == ()


def test_one_word_is_one_segment() -> None:
    assert texts(" Okay. ") == ["Okay."]


@pytest.mark.parametrize("strip", [False, True], ids=["as written", "without punctuation"])
def test_every_reply_of_the_corpus_is_covered_in_order_by_segments_of_a_readable_size(
    strip,
) -> None:
    for reply in CORPUS:
        text = without_punctuation(reply.text) if strip else reply.text
        pieces = segment(text)
        assert [text[one.start : one.end] for one in pieces] == [one.text for one in pieces]
        assert all(a.end <= b.start for a, b in pairwise(pieces)), reply.id
        assert [w for one in pieces for w in words(one.text)] == words(text), reply.id
        assert max(one.n_words for one in pieces) <= LONGEST, reply.id


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["and", "so", "what", "it", "is", "hard", "no.", "why?", "but,", "—"])
    ),
    st.lists(st.integers(-5, 400), max_size=5),
)
def test_no_word_is_lost_or_said_twice_wherever_the_pauses_fall_between_words(said, at) -> None:
    reply = " ".join(said)
    starts = [0, *(match.end() for match in re.finditer(r"\s+", reply))]
    pieces = segment(reply, [starts[one % len(starts)] for one in at])
    assert all(reply[one.start : one.end] == one.text for one in pieces)
    assert [w for one in pieces for w in words(one.text)] == words(reply)


@pytest.mark.parametrize("unit", ["and ", "word, ", "word ", "a. ", "?"])
def test_the_longest_text_that_is_taken_is_cut_within_seconds(unit) -> None:
    text = unit * (20_000 // len(unit))  # practice/replies.py takes 20,000 characters
    started = time.perf_counter()
    segment(text)
    assert time.perf_counter() - started < 5
