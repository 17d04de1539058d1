"""The renderer's own arithmetic; the voice model itself is not needed here."""

import math

import numpy as np
import pytest

from clips.loudness import integrated_lufs, measure, true_peak_dbtp
from clips.manifest import load_manifest
from clips.mastering import LEAD_S, RATE_HZ, TAIL_S, limited, mastered, without_rumble, write_mp3
from clips.pronounce import Delivery
from clips.render import CASTING, read_casting, trimmed
from clips.voice import Speaker, SpokenWord
from scenarios.load import load_library
from tests.conftest import GOLDEN


def delivery(text, **changes):
    return Delivery(voice="bf_emma", accent="en-gb", text=text, **changes)


def speechlike(seconds=3.0):
    """A tone whose loudness swells four times a second, with a click in it."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    sound = 0.1 * np.sin(2 * np.pi * 220 * t) * (1 + np.sin(2 * np.pi * 4 * t)) / 2
    sound[RATE_HZ : RATE_HZ + 24] += 0.8
    return sound


def test_markup_is_not_part_of_the_line():
    text = "{s=0.85}Um, no.{s=1} I [did](/dɪd/) it... {1.0} Sorry."
    assert delivery(text).line == "Um, no. I did it... Sorry."


def test_the_casting_sheet_says_the_lines_and_settings_of_the_manifest():
    clips = load_manifest()
    casting = read_casting()
    assert casting.keys() == clips.keys()
    for id_, cast in casting.items():
        assert (cast.line, cast.voice, cast.speed) == (
            clips[id_].transcript,
            clips[id_].voice,
            clips[id_].speed,
        )


def settings(cast):
    return cast.model_copy(update={"text": ""})


def test_no_two_clients_sound_just_the_same():
    client_of = {clip.id: one.id for one in load_library().values() for clip in one.clips}
    seen: dict[Delivery, str] = {}
    for id_, cast in read_casting().items():
        client = client_of[id_]
        assert seen.setdefault(settings(cast), client) == client, (id_, seen[settings(cast)])


def test_a_client_keeps_the_same_voice_when_they_speak_again():
    casting = read_casting()
    for one in load_library().values():
        first = casting[one.clip.id]
        for clip in one.clips[1:]:
            again = casting[clip.id]
            assert (again.voice, again.accent, again.f0_shift) == (
                first.voice,
                first.accent,
                first.f0_shift,
            ), clip.id


def test_no_client_has_the_voice_of_a_spoken_reply_in_the_tests():
    replies = {cast.voice for cast in read_casting(GOLDEN / "replies" / "casting.yaml").values()}
    clients = "".join(
        sheet.read_text("utf-8").split("\n\n", 1)[1] for sheet in CASTING.glob("*.yaml")
    )
    assert len(replies) == 5
    assert not [voice for voice in replies if voice in clients]


@pytest.mark.parametrize(
    "changes", [{"voice": "bf_emma;rm"}, {"speed": 3.0}, {"accent": "fr"}, {"colour": "blue"}]
)
def test_a_delivery_the_voice_cannot_speak_is_refused(changes):
    with pytest.raises(ValueError, match=next(iter(changes))):
        Delivery(**({"voice": "bf_emma", "accent": "en-gb", "text": "Hi."} | changes))


def test_a_blend_is_the_weighted_mean_of_its_voices():
    speaker = Speaker.__new__(Speaker)
    speaker._styles = {"a": np.full((2, 1, 4), 1.0), "b": np.full((2, 1, 4), 5.0)}
    # (3 · 1 + 1 · 5) / 4 = 2
    assert speaker._style("a:3,b:1") == pytest.approx(np.full((2, 1, 4), 2.0))


def test_speech_begins_after_the_lead_in_and_its_words_move_with_it():
    speech = speechlike(1.0)
    sound, (word,) = trimmed(
        np.concatenate([np.zeros(RATE_HZ), speech]), [SpokenWord("hey", 1.0, 1.5)]
    )
    # a second of silence becomes 0.35 s, of which 30 ms is the margin kept before the sound
    assert word.start_s == pytest.approx(LEAD_S + 0.03, abs=0.02)
    assert word.end_s - word.start_s == pytest.approx(0.5)
    assert not sound[: round(LEAD_S * RATE_HZ)].any()
    assert not sound[-round(TAIL_S * RATE_HZ) :].any()


@pytest.mark.parametrize(("hz", "kept"), [(20, 0.0), (60, 0.5), (120, 0.996), (1000, 1.0)])
def test_rumble_goes_and_the_voice_stays(hz, kept):
    # what is kept at f is 1 / (1 + (60/f)^8): at 60 Hz 1/2, at 120 Hz 1 / (1 + 1/256) = .996
    t = np.arange(RATE_HZ * 3) / RATE_HZ
    middle = without_rumble(np.sin(2 * np.pi * hz * t))[RATE_HZ : 2 * RATE_HZ]
    assert np.abs(middle).max() == pytest.approx(kept, abs=0.01)


def test_mastering_meets_the_loudness_and_stays_under_the_ceiling():
    sound = mastered(speechlike(), -16.0, -1.5, seed=1)
    assert integrated_lufs(sound, RATE_HZ) == pytest.approx(-16.0, abs=0.2)
    assert true_peak_dbtp(sound) <= -1.4  # the room tone comes after the ceiling


def test_the_limiter_leaves_sound_under_the_ceiling_alone():
    soft = 0.1 * speechlike()
    assert limited(soft, -1.5) == pytest.approx(soft)


def test_the_limiter_turns_down_the_click_and_not_the_rest():
    sound = speechlike() * 2
    quieter = limited(sound, -6.0)
    assert true_peak_dbtp(quieter) <= -6.0 + 0.01
    far = slice(2 * RATE_HZ, 3 * RATE_HZ)
    assert quieter[far] == pytest.approx(sound[far], rel=0.02)


def test_an_mp3_is_the_same_bytes_each_time_and_keeps_its_length(tmp_path):
    for name in ("a.mp3", "b.mp3"):
        write_mp3(speechlike(), tmp_path / name)
    assert (tmp_path / "a.mp3").read_bytes() == (tmp_path / "b.mp3").read_bytes()
    assert measure(tmp_path / "a.mp3").duration_s == pytest.approx(3.0, abs=0.05)


def test_a_level_in_decibels_survives_the_encoder(tmp_path):
    t = np.arange(RATE_HZ * 3) / RATE_HZ
    write_mp3(0.5 * np.sin(2 * np.pi * 440 * t), tmp_path / "tone.mp3")
    # 20 log10(0.5) = -6.02 dB; LAME writes 0.95 of it, -0.45 dB
    expected = 20 * math.log10(0.5 * 0.95)
    assert measure(tmp_path / "tone.mp3").true_peak_dbtp == pytest.approx(expected, abs=0.3)
