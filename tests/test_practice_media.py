"""A recording becomes a clip like those shipped; what cannot is refused in one sentence."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from clips.captions import from_vtt, retimed
from clips.loudness import measure
from clips.manifest import HIGHEST_TRUE_PEAK_DBTP, LEAD_IN_S
from practice import media
from practice.media import MediaError
from practice.store import Store
from practice.worker import Worker
from speech.models import Transcript
from speech.recording import RecordingError
from tests.conftest import GOLDEN
from tests.stand_ins import a_transcript, voice_like, wav
from tests.test_practice_pipeline import SAID, StandInEngine, StandInScorer

SPEECH = GOLDEN / "speech"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def hears(text: str):
    """Hears these words, 0.3 s each from 0.5 s on, in anything."""
    return lambda data: a_transcript(text)


def nothing_heard(data: bytes) -> Transcript:
    raise AssertionError("it was heard before it was looked at")


def left_behind(store: Store) -> list[str]:
    return [path.name for path in media.folder(store).iterdir()]


@pytest.mark.parametrize(
    "name",
    [
        *("reply-16k.wav", "reply-fragmented.mp4", "reply-no-duration.webm"),
        *("reply.m4a", "reply.ogg", "reply-stereo-48k.flac"),
    ],
)
def test_any_recording_or_film_becomes_a_clip_at_the_banks_level(store: Store, name: str) -> None:
    taken = media.take(store, (SPEECH / name).read_bytes(), hears("I am not doing it"), "Recorded")
    path = media.folder(store) / taken.clip.file
    measured = measure(path)
    assert measured.loudness_lufs == pytest.approx(-16.0, abs=0.5)
    assert measured.true_peak_dbtp <= HIGHEST_TRUE_PEAK_DBTP
    assert taken.clip.sha256.startswith(taken.clip.id.removeprefix("own-"))
    assert taken.text == "I am not doing it"


def test_the_line_begins_after_the_lead_in_and_its_words_keep_their_distance(store: Store) -> None:
    # 2 s of silence, then the voice; Whisper's first word at 2.0 s, the next 0.4 s later.
    sound = np.concatenate([np.zeros(32000, np.float32), voice_like(3.0)])
    heard = a_transcript("No I am not")
    late = heard.model_copy(
        update={
            "words": tuple(
                w.model_copy(update={"start_s": w.start_s + 1.5, "end_s": w.end_s + 1.5})
                for w in heard.words
            )
        }
    )
    taken = media.take(store, wav(sound), lambda _: late, "Recorded")
    assert taken.spoken[0][1] == pytest.approx(0.35, abs=0.01)
    assert taken.spoken[1][1] - taken.spoken[0][1] == pytest.approx(0.4, abs=0.01)
    # 0.35 s before the first word, 4 words of 0.3 s with 0.1 s between, 0.4 s after
    assert taken.clip.duration_s == pytest.approx(0.35 + 1.5 + 0.4, abs=0.1)
    shortest, longest = LEAD_IN_S
    assert shortest <= taken.clip.lead_in_s <= longest


def test_a_line_that_begins_at_once_is_given_room(store: Store) -> None:
    heard = a_transcript("No")
    at_once = heard.model_copy(
        update={"words": (heard.words[0].model_copy(update={"start_s": 0.0, "end_s": 1.5}),)}
    )
    taken = media.take(store, wav(voice_like(2.0)), lambda _: at_once, "Recorded")
    assert taken.spoken[0][1] == pytest.approx(0.35, abs=0.01)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b"this is not sound" * 500, "could not be read as sound or film"),
        (b"#EXTM3U\nhttp://example.org/a.ts\n", "could not be read as sound or film"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "could not be read as sound or film"),
        ((SPEECH / "no-sound.mp4").read_bytes(), "it holds no sound"),
        (wav(np.zeros(16000 * 3, np.float32)), "This recording is silent"),
        (wav(voice_like(0.4)), "too short to hold a client's line"),
        (wav(voice_like(91.0)), "longer than 90 seconds"),
    ],
)
def test_what_is_no_line_is_refused_before_it_is_heard(
    store: Store, data: bytes, said: str
) -> None:
    with pytest.raises(MediaError, match=said) as refused:
        media.take(store, data, nothing_heard, "Uploaded")
    assert str(refused.value).count("\n") == 0
    assert left_behind(store) == []


def test_a_huge_file_is_not_even_opened(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "LARGEST_UPLOAD_BYTES", 1000)
    with pytest.raises(MediaError, match="over 0 MB"):
        media.take(store, wav(voice_like()), nothing_heard, "Uploaded")


def test_a_recording_without_words_is_refused(store: Store) -> None:
    with pytest.raises(MediaError, match="No words could be heard"):
        media.take(store, wav(voice_like()), hears(""), "Recorded")
    assert left_behind(store) == []


def test_a_clip_that_was_kept_is_found_again(store: Store, at: datetime) -> None:
    taken = media.take(store, wav(voice_like()), hears("I am not"), "Recorded")
    with store.change() as db:
        media.keep(db, taken, "me", at)
    assert media.find(store, taken.clip.id) == taken
    assert media.sound_path(store, taken.clip.id) == media.folder(store) / taken.clip.file
    media.forget(store, taken)  # it is in the bank, so it stays
    assert media.sound_path(store, taken.clip.id) is not None


def test_captions_are_the_corrected_line_at_the_times_it_was_heard(store: Store) -> None:
    taken = media.take(store, wav(voice_like(4.0)), hears("I am not the diary sort"), "Recorded")
    (cue,) = from_vtt(taken.captions("I am not a diary sort of person."))
    assert cue.text == "I am not a diary sort of person."
    assert cue.start_s == pytest.approx(taken.spoken[0][1])


def test_a_word_that_was_misheard_shares_the_time_between_its_neighbours() -> None:
    heard = [("I", 1.0, 1.2), ("am", 1.2, 1.4), ("knot", 1.4, 1.8), ("here", 2.0, 2.4)]
    assert retimed("I'm not here", heard) == (
        # "I'm not" has 6 letters and marks in the 1.0 to 2.0 s before "here": 3 of 6 each
        ("I'm", 1.0, 1.5),
        ("not", 1.5, 2.0),
        ("here", 2.0, 2.4),
    )


def test_a_line_of_which_nothing_was_heard_is_spread_over_all_of_it() -> None:
    assert retimed("ab cd", [("xyz", 1.0, 3.0)]) == (("ab", 1.0, 2.0), ("cd", 2.0, 3.0))


def test_the_worker_hears_a_line_with_the_engine_it_has(store: Store) -> None:
    worker = Worker(store, StandInEngine, StandInScorer)
    assert worker.hear(wav(voice_like())).text == SAID
    with pytest.raises(RecordingError):
        worker.hear(b"not sound" * 500)
