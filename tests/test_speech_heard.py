"""The gates between what was said and what Whisper makes up, and the language it settles on."""

import pytest

from speech.heard import Segment, as_word, gate, spoken_language
from speech.models import Word
from speech.recording import RATE_HZ
from speech.voice import Span


def segment(text="It sounds hard.", avg_logprob=-0.3, no_speech=0.05, compression=1.4):
    return Segment(text, (), avg_logprob, no_speech, compression)


def test_ordinary_speech_passes_the_gates():
    said = [segment(), segment("What would you like to try?")]
    assert gate(said) == (said, False)


def test_nothing_heard_is_nothing_invented():
    assert gate([]) == ([], False)


def test_a_blank_segment_is_left_out_and_not_called_invented():
    assert gate([segment("  ")]) == ([], False)


@pytest.mark.parametrize(
    "invented",
    [
        # What openai-whisper wrote after the last word of golden/replies/toohard-phone-middling
        segment("Thank you.", avg_logprob=-1.36, no_speech=0.57, compression=0.56),
        segment("and", avg_logprob=-2.29, no_speech=0.57, compression=0.27),
        segment("Thanks for watching!", avg_logprob=-1.1, no_speech=0.8),
        segment("no no no no no no no no no no no no no no", compression=4.2),
    ],
    ids=lambda one: one.text[:12],
)
def test_invented_text_is_left_out_and_said_to_be(invented):
    said = segment()
    assert gate([said, invented]) == ([said], True)


def test_a_last_breath_read_as_words_is_left_out_without_a_remark():
    said = segment()
    words = (Word(word=" Thank", start_s=6.44, end_s=6.78, probability=0.02),)  # 0.34 s
    breath = Segment(" Thank", words, -1.3, 0.59, 0.3)
    assert gate([said, breath]) == ([said], False)


def test_speech_in_loud_noise_passes_though_whisper_doubts_it():
    # golden/replies/hopeless-nothing-long at -5 dB: the least sure of 29 recordings
    said = [segment(avg_logprob=-0.72, no_speech=0.67, compression=1.83)]
    assert gate(said) == (said, False)


def test_a_segment_exactly_at_the_gates_passes():
    said = [segment(avg_logprob=-1.0, compression=2.4)]
    assert gate(said) == (said, False)


@pytest.mark.parametrize(
    ("probabilities", "language"),
    [
        ({"en": 0.92, "nn": 0.01}, "en"),
        ({"cy": 0.5, "en": 0.3}, "en"),  # an accent, or a short reply
        ({"de": 0.95, "en": 0.03}, "de"),
        ({"pl": 0.56, "cs": 0.11, "en": 0.02}, "pl"),  # unsure which, and surely not English
        ({"de": 0.75, "en": 0.2}, "de"),
        ({"th": 0.3}, "th"),
    ],
)
def test_an_unsure_language_is_english_only_if_english_is_possible(probabilities, language):
    assert spoken_language(probabilities) == language


def test_a_words_times_are_those_of_the_recording_and_its_probability_stays_in_bounds():
    spans = [Span(RATE_HZ, 3 * RATE_HZ), Span(7 * RATE_HZ, 8 * RATE_HZ)]  # 1 to 3 s, 7 to 8 s
    word = as_word(" try", 2.1, 2.4, 1.0000001, spans)
    assert (word.word, word.start_s, word.end_s, word.probability) == (" try", 7.1, 7.4, 1.0)


def test_a_word_never_ends_before_it_starts():
    spans = [Span(0, RATE_HZ)]
    word = as_word("so", 0.9, 0.4, 0.5, spans)
    assert word.start_s == word.end_s == 0.9
