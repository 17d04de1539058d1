"""What stands beside which sentence, and how corrected words are shown."""

from speech.models import Transcript
from tests.stand_ins import a_transcript
from ui import corrected, listening
from ui.listening import Note


def spoken(text: str) -> Transcript:
    return a_transcript(text)


def test_sentences_begin_with_their_first_word_and_the_last_needs_no_full_stop() -> None:
    transcript = spoken("It was hard. What got in the way? Perhaps")
    said = listening.sentences(transcript)
    assert [text for _, text in said] == ["It was hard.", "What got in the way?", "Perhaps"]
    assert [start_s for start_s, _ in said] == [
        transcript.words[0].start_s,
        transcript.words[3].start_s,
        transcript.words[8].start_s,
    ]
    assert listening.sentences(spoken("")) == []


def test_a_comment_stands_beside_the_sentence_that_was_being_said() -> None:
    said = [(1.0, "One."), (4.0, "Two.")]
    notes = [Note(5.0, "late"), Note(0.2, "before any word"), Note(3.9, "first")]
    assert listening.beside(said, notes) == [
        (1.0, "One.", ["before any word", "first"]),
        (4.0, "Two.", ["late"]),
    ]
    assert listening.beside([], notes) == []


def test_corrected_words_are_never_html() -> None:
    shown = corrected.marked("say <b>it</b>", "say <script>x</script>")
    assert shown == (
        "say <del>&lt;b&gt;it&lt;/b&gt;</del> <ins>&lt;script&gt;x&lt;/script&gt;</ins>"
    )


def test_the_player_puts_words_in_as_text_only() -> None:
    assert "innerHTML" not in listening.JS and "insertAdjacentHTML" not in listening.JS
    assert "http" not in listening.JS + listening.CSS
