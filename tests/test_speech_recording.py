"""Recordings of every format, and what is said of those that cannot be used."""

import io
import socket
import threading
import time
import wave

import numpy as np
import pytest

from speech.recording import (
    CLIPPED_SHARE,
    MAX_DURATION_S,
    MIN_DURATION_S,
    RATE_HZ,
    Recording,
    RecordingError,
    decode,
    faults,
    level,
)
from tests.conftest import GOLDEN
from tests.stand_ins import voice_like, wav

REPLY_S = 6.8  # what every file of golden/speech lasts, but the one cut off
FORMATS = [
    "reply-16k.wav",
    "reply-stereo-48k.flac",
    "reply-no-duration.webm",
    "reply.ogg",
    "reply-fragmented.mp4",
    "reply.m4a",
    "reply.mp3",
]


def reason_and_sentence(source):
    with pytest.raises(RecordingError) as refused:
        decode(source)
    sentence = str(refused.value)
    assert sentence.count(".") - sentence.count(".", 0, -1) == 1, "it ends in a full stop"
    assert "\n" not in sentence
    return refused.value.reason, sentence


@pytest.mark.parametrize("name", FORMATS)
def test_every_recorders_format_becomes_the_same_seconds_of_mono_sound(name):
    recording = decode(GOLDEN / "speech" / name)
    assert recording.samples.dtype == np.float32
    assert recording.samples.ndim == 1
    # Codecs add up to two frames of padding: AAC 2 x 1024 / 44,100 Hz = 0.046 s
    assert recording.duration_s == pytest.approx(REPLY_S, abs=0.05)


@pytest.mark.parametrize("name", FORMATS)
def test_every_recorders_format_has_the_same_loudness_envelope(name):
    def envelope(file):  # root mean square of each tenth of a second, in any scale
        samples = decode(GOLDEN / "speech" / file).samples[: int(6.6 * RATE_HZ)]
        return np.sqrt(np.mean(samples.reshape(-1, RATE_HZ // 10) ** 2, axis=1))

    likeness = np.corrcoef(envelope("reply-16k.wav"), envelope(name))[0, 1]
    assert likeness > 0.9  # a fragmented mp4 keeps its encoder's 46 ms of lead: 0.94 there


def test_bytes_and_a_file_decode_alike():
    path = GOLDEN / "speech" / "reply.ogg"
    assert np.array_equal(decode(path).samples, decode(path.read_bytes()).samples)


def test_a_recording_that_breaks_off_is_used_as_far_as_it_goes():
    whole = decode(GOLDEN / "speech" / "reply-fragmented.mp4").duration_s
    cut_off = decode(GOLDEN / "speech" / "reply-cut-off.mp4").duration_s
    assert MIN_DURATION_S < cut_off < whole - 1


@pytest.mark.parametrize(
    ("source", "reason", "said"),
    [
        (b"", "empty", "This recording is empty"),
        (wav(np.zeros(0, np.float32)), "empty", "This recording is empty"),
        (b"RIFF", "unreadable", "could not be read as a recording"),
        (b"Dear diary, today I practised." * 50, "unreadable", "could not be read"),
        (b"%PDF-1.7\n" + b"\x00" * 4000, "unreadable", "could not be read"),
        (np.random.default_rng(0).bytes(50_000), "unreadable", "could not be read"),
        (wav(voice_like(1.0)), "too_short", "lasts 1.0 seconds, too short"),
        (wav(np.zeros(10 * 60 * RATE_HZ, np.float32)), "too_long", "longer than 5 minutes"),
    ],
    ids=["empty", "no sound", "4 bytes", "text", "pdf", "random", "1 second", "10 minutes"],
)
def test_what_cannot_be_used_gets_one_clear_sentence(source, reason, said):
    found, sentence = reason_and_sentence(source)
    assert found == reason
    assert said in sentence


def test_an_empty_file_is_said_to_be_empty(tmp_path):
    (tmp_path / "reply.webm").touch()
    assert reason_and_sentence(tmp_path / "reply.webm")[0] == "empty"


def test_a_video_without_sound_is_told_apart_from_a_broken_file():
    assert reason_and_sentence(GOLDEN / "speech" / "no-sound.mp4")[0] == "no_audio"


@pytest.mark.parametrize("name", FORMATS)
def test_a_recording_with_its_middle_overwritten_never_ends_in_a_traceback(name):
    data = bytearray((GOLDEN / "speech" / name).read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = np.random.default_rng(1).bytes(2000)
    try:
        recording = decode(bytes(data))
    except RecordingError:
        return
    assert np.isfinite(recording.samples).all()
    assert recording.duration_s <= REPLY_S + 0.1


def test_the_longest_allowed_reply_is_accepted_and_a_second_more_is_not():
    assert decode(wav(np.zeros(int(MAX_DURATION_S * RATE_HZ), np.float32))).duration_s == 300.0
    longer = np.zeros(int((MAX_DURATION_S + 1) * RATE_HZ), np.float32)
    assert reason_and_sentence(wav(longer))[0] == "too_long"


def test_decoding_stops_soon_after_the_longest_reply(tmp_path):
    path = tmp_path / "forgotten.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(bytes(2 * RATE_HZ * 3600))  # an hour, 115 MB
    with Counting(path) as file:
        with pytest.raises(RecordingError):
            decode(file)
        # 301 s x 32,000 bytes = 9.6 MB; the rest of the hour is never read
        assert file.n_read < 12_000_000


class Counting(type(GOLDEN)):
    """A path whose open file counts the bytes that are read from it."""

    n_read = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def open(self, *_, **__):
        outer, file = self, io.FileIO(self)
        whole_read = file.read

        class Counted(io.BufferedIOBase):
            def read(self, n=-1):
                data = whole_read(n)
                outer.n_read += len(data)
                return data

            def seek(self, *where):
                return file.seek(*where)

            def tell(self):
                return file.tell()

            def close(self):
                file.close()
                super().close()

        return Counted()


@pytest.mark.parametrize(
    "template",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile http://127.0.0.1:{port}/b.wav\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n",
    ],
    ids=["playlist", "concat list", "session description"],
)
def test_an_upload_that_names_another_address_is_refused_and_nothing_is_asked_for(template):
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)

        def wait():
            try:
                server.accept()[0].close()
                asked.append(True)
            except TimeoutError:
                pass

        listener = threading.Thread(target=wait)
        listener.start()
        began = time.perf_counter()
        source = template.format(port=server.getsockname()[1]).encode()
        assert reason_and_sentence(source)[0] == "unreadable"
        assert time.perf_counter() - began < 5, "it waited on a network"
        listener.join()
    assert asked == []


def test_a_list_that_names_a_file_here_is_refused(tmp_path):
    (tmp_path / "secret.wav").write_bytes(wav(voice_like(3.0)))
    source = f"ffconcat version 1.0\nfile {tmp_path / 'secret.wav'}\n".encode()
    assert reason_and_sentence(source)[0] == "unreadable"
    (tmp_path / "list.ffconcat").write_bytes(source)
    assert reason_and_sentence(tmp_path / "list.ffconcat")[0] == "unreadable"


def test_the_level_of_a_sine_is_its_root_mean_square():
    t = np.arange(3 * RATE_HZ) / RATE_HZ
    half = (0.5 * np.sin(2 * np.pi * 1000 * t)).astype(np.float32)
    # 20 log10(0.5 / sqrt 2) = -9.03 dBFS in every frame of 30 whole periods
    measured = level(Recording(half))
    assert measured.loud_dbfs == pytest.approx(-9.03, abs=0.01)
    assert measured.quiet_dbfs == pytest.approx(-9.03, abs=0.01)
    assert measured.clipped_share == 0.0


def with_pauses(amplitude=1.0, noise=0.0):
    """A voice-like buzz with a second of pause in every three, and noise under it all."""
    sound = np.tile(np.concatenate([voice_like(2.0), np.zeros(RATE_HZ)]), 3)
    hiss = np.random.default_rng(0).standard_normal(len(sound))
    return (amplitude * sound + noise * hiss).astype(np.float32)


def test_a_good_recording_has_no_faults():
    assert faults(level(Recording(with_pauses(0.3, noise=0.0005)))) == ()


def test_a_spoken_reply_in_every_format_has_no_faults():
    assert {faults(level(decode(GOLDEN / "speech" / name))) for name in FORMATS} == {()}


def test_silence_is_no_speech_and_nothing_else():
    assert faults(level(Recording(np.zeros(3 * RATE_HZ, np.float32)))) == ("no_speech",)


def test_a_muted_microphones_hiss_is_no_speech():
    # -66 dBFS: 10 ** (-66 / 20) = 0.0005
    hiss = 0.0005 * np.random.default_rng(0).standard_normal(3 * RATE_HZ)
    assert faults(level(Recording(hiss.astype(np.float32)))) == ("no_speech",)


def test_a_clipped_recording_is_told_so():
    driven = np.clip(with_pauses(8.0), -1, 1)
    assert level(Recording(driven)).clipped_share > CLIPPED_SHARE
    assert faults(level(Recording(driven))) == ("clipped",)


def test_a_few_peaks_at_full_scale_are_not_called_clipping():
    sound = with_pauses(0.3)
    sound[:: len(sound) // 50] = 1.0  # 51 of 144,000 samples, 0.35 in 1000, under 2 in 1000
    assert faults(level(Recording(sound))) == ()


def test_a_faint_recording_is_told_so():
    # the buzz swells to about -10 dBFS; 0.01 of it is 40 dB less, -50
    assert faults(level(Recording(with_pauses(0.01)))) == ("quiet",)


def test_noise_as_strong_as_the_voice_is_told_so():
    noisy = with_pauses(0.3, noise=0.1)
    assert faults(level(Recording(noisy))) == ("noisy",)


@pytest.mark.parametrize(("snr_db", "expected"), [(10, ()), (5, ()), (0, ("noisy",))])
def test_a_spoken_reply_is_noisy_once_the_noise_equals_the_voice(snr_db, expected):
    # docs/decisions/0001: 3 % of the words are wrong at 5 dB, 10 % at 0 dB
    voice = decode(GOLDEN / "replies" / "refusal-school-good.flac").samples
    hiss = np.random.default_rng(0).standard_normal(len(voice))
    noise = np.sqrt(np.mean(voice**2)) * 10 ** (-snr_db / 20) * hiss
    assert faults(level(Recording((voice + noise).astype(np.float32)))) == expected


def test_bytes_that_decode_to_what_is_no_number_are_made_silent():
    samples = voice_like(3.0)
    samples[100:110] = np.nan
    file = io.BytesIO()
    header = wav(np.zeros(len(samples), np.float32))[:44]
    # the header of a float WAV: format tag 3, 32 bits, 4 bytes a sample
    header = bytearray(header)
    header[20:22] = (3).to_bytes(2, "little")
    header[28:32] = (RATE_HZ * 4).to_bytes(4, "little")
    header[32:34] = (4).to_bytes(2, "little")
    header[34:36] = (32).to_bytes(2, "little")
    header[4:8] = (36 + 4 * len(samples)).to_bytes(4, "little")
    header[40:44] = (4 * len(samples)).to_bytes(4, "little")
    file.write(bytes(header) + samples.astype("<f4").tobytes())
    recording = decode(file.getvalue())
    assert np.isfinite(recording.samples).all()
    assert recording.duration_s == pytest.approx(3.0)
