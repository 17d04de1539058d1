from itertools import pairwise

import pytest

from clips.captions import LONGEST_CUE, Cue, cues_for, from_vtt, to_vtt

LINE = "I tried, sort of. 'Yes, no problem' came out & that's me."


def spoken(*texts):
    """Each word lasts 0.3 s and begins 0.5 s after the one before."""
    return [(text, 0.4 + 0.5 * i, 0.7 + 0.5 * i) for i, text in enumerate(texts)]


def test_a_cue_runs_from_its_first_word_to_just_after_its_last():
    (cue,) = cues_for("I froze.", spoken("I", "froze"))
    # "froze" ends at 0.7 + 0.5 = 1.2 s; nothing follows, so the cue lingers 0.4 s
    assert cue == Cue(0.4, 1.6, "I froze.")


def test_words_cut_differently_by_the_voice_still_time_the_line():
    (cue,) = cues_for("I didn't.", [("I", 0.4, 0.5), ("did", 0.5, 0.7), ("n't", 0.7, 0.9)])
    assert cue == Cue(0.4, 1.3, "I didn't.")


def test_other_words_than_the_line_are_refused():
    with pytest.raises(ValueError, match=r"I frozen.*are not those of the line .*I froze"):
        cues_for("I froze.", spoken("I", "frozen"))


def test_long_lines_become_cues_short_enough_to_read_that_do_not_overlap():
    line = (
        "I did do it, but I did it wrong, so I did it again, and then I typed it up properly "
        "so you could read it. It took most of Sunday. Is it what you wanted?"
    )
    cues = cues_for(line, spoken(*line.split()))
    assert " ".join(cue.text for cue in cues) == line
    assert all(len(cue.text) <= LONGEST_CUE for cue in cues)
    assert all(a.end_s <= b.start_s for a, b in pairwise(cues))


def test_one_word_sentences_share_a_cue():
    cues = cues_for("Dunno. Whatever. You pick.", spoken("Dunno", "Whatever", "You", "pick"))
    assert [cue.text for cue in cues] == ["Dunno. Whatever. You pick."]


def test_captions_survive_a_round_trip_through_webvtt():
    cues = cues_for(LINE, spoken(*LINE.replace("& ", "").split()))
    text = to_vtt(cues)
    assert "came out &amp; that's me." in text
    assert from_vtt(text) == cues


def test_times_past_a_minute_are_written_with_minutes():
    text = to_vtt([Cue(59.9996, 61.25, "Still here.")])
    # 59.9996 s rounds to 60,000 ms = 1 min 0 s
    assert "01:00.000 --> 01:01.250" in text


@pytest.mark.parametrize(
    ("text", "why"),
    [("1\n00:00.000 --> 00:01.000\nHi", "WEBVTT"), ("WEBVTT\n\nHi there", "not a time span")],
)
def test_what_is_not_webvtt_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        from_vtt(text)
