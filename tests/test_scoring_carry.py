"""Labels follow the words through a recogniser's mistakes and its other cuts."""

from scoring.carry import carry
from scoring.labelled import LabelledSegment


def cut(*pieces):
    return [LabelledSegment(text=text, labels=labels) for text, labels in pieces]


WRITTEN = cut(
    ("So part of you wanted to ring, and part of you froze.", ("reflection",)),
    ("What went through your mind just then?", ("open_question", "explores_barrier")),
    ("We could leave it for today.", ("choice",)),
)


def test_the_same_words_keep_their_labels():
    heard = carry(WRITTEN, " ".join(one.text for one in WRITTEN))
    assert [one.labels for one in heard] == [one.labels for one in WRITTEN]


def test_misheard_and_lost_words_do_not_lose_the_label():
    heard = carry(
        WRITTEN,
        "So part of you wanted a ring and part of you froze. What went through your mine just"
        " then? We could leave for today.",
    )
    assert [one.labels for one in heard] == [one.labels for one in WRITTEN]


def test_a_long_segment_that_swallows_two_has_the_labels_of_both():
    heard = carry(WRITTEN, "what went through your mind just then we could leave it for today")
    assert [set(one.labels) for one in heard] == [{"open_question", "explores_barrier", "choice"}]


def test_words_that_were_never_said_have_no_labels():
    heard = carry(WRITTEN, "Thank you for watching this video.")
    assert [one.labels for one in heard] == [()]
