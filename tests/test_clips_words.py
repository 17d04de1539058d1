import pytest

from clips.words import word_error_rate, words


def test_words_are_compared_without_case_or_marks_and_with_their_apostrophes():
    assert words("Look... I DIDN’T do 'it'; half-term!") == [
        "look",
        "i",
        "didn't",
        "do",
        "it",
        "half",
        "term",
    ]


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        ("I put it on, dear. I felt nothing.", 0),
        ("I put it on, Deirdre. I felt nothing.", 1),  # dear -> deirdre
        ("I put on, dear. I felt nothing.", 1),  # it dropped
        ("I put it on, dear. I felt nothing at all.", 2),  # at, all added
        ("Put it down, dear. I felt.", 3),  # i dropped, on -> down, nothing dropped
        ("", 8),
    ],
)
def test_the_word_error_rate_counts_each_change_once(heard, errors):
    assert word_error_rate("I put it on, dear. I felt nothing.", heard) == errors / 8


def test_fillers_are_not_counted_on_either_side():
    assert word_error_rate("Um, no. I didn't do it.", "No, I didn't er do it.") == 0.0


def test_speech_heard_where_nothing_was_said_is_all_error():
    assert word_error_rate("", "thank you for watching") == 1.0
    assert word_error_rate("", "") == 0.0


def test_one_sound_written_two_ways_is_no_error():
    assert word_error_rate("Dunno. You're gonna pick.", "Don't know, you're going to pick") == 0.0
