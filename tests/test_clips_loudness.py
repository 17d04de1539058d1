import wave

import numpy as np
import pytest

from clips.loudness import decode, integrated_lufs, lead_in_s, measure, true_peak_dbtp


def sine(dbfs, rate_hz=48_000, seconds=5.0, hz=997.0):
    t = np.arange(round(rate_hz * seconds)) / rate_hz
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * t)


@pytest.mark.parametrize("rate_hz", [16_000, 24_000, 44_100, 48_000])
def test_a_sine_reads_the_loudness_the_standard_gives(rate_hz):
    # BS.1770-5: 997 Hz at 0 dBFS in one channel is -3.01 LUFS, so at -20 dBFS -23.01.
    # Below 48 kHz the filter's shape near 1 kHz shifts by a few hundredths.
    assert integrated_lufs(sine(-20, rate_hz), rate_hz) == pytest.approx(-23.01, abs=0.05)


def test_low_rumble_counts_for_less_than_speech_frequencies():
    # K-weighting at 25 Hz: the 38 Hz second-order high-pass with Q 0.5, |H| = 25²/(25²+38.1²)
    # = 0.301, -10.4 dB, relative to the reference: -23.01 - 0.69 - 10.4 = -34.1
    assert integrated_lufs(sine(-20, hz=25.0), 48_000) == pytest.approx(-34.1, abs=0.2)


def test_silence_between_words_does_not_lower_the_loudness():
    tone = sine(-20)
    paused = np.concatenate([tone, np.zeros(48_000 * 10), tone])
    assert integrated_lufs(paused, 48_000) == pytest.approx(-23.01, abs=0.3)


def test_silence_has_no_loudness():
    assert integrated_lufs(np.zeros(48_000), 48_000) is None
    assert integrated_lufs(sine(-20, seconds=0.2), 48_000) is None  # shorter than one block


def test_the_true_peak_finds_what_lies_between_samples():
    # A sine at a quarter of the rate, 45 degrees on: every sample is ±0.7071, the wave peaks at 1
    n = np.arange(48_000)
    samples = np.sin(np.pi / 2 * n + np.pi / 4)
    assert np.abs(samples).max() == pytest.approx(0.7071, abs=1e-4)
    assert true_peak_dbtp(samples[1000:-1000] * np.hanning(46_000)) == pytest.approx(0.0, abs=0.05)


def test_the_lead_in_is_the_silence_before_the_first_sound():
    speech = np.concatenate([np.zeros(8_400), sine(-20, 24_000, 1.0)])  # 8,400 / 24,000 = 0.35 s
    assert lead_in_s(speech + 10 ** (-75 / 20), 24_000) == pytest.approx(0.35, abs=0.011)


def test_a_file_is_decoded_to_one_channel_at_its_own_rate(tmp_path):
    path = tmp_path / "stereo.wav"
    left = np.round(sine(-20, 24_000, 1.0) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(24_000)
        out.writeframes(np.column_stack([left, left]).tobytes())
    samples, rate_hz = decode(path)
    assert (rate_hz, samples.shape) == (24_000, (24_000,))
    assert measure(path).duration_s == 1.0


def test_a_file_that_is_not_sound_is_refused_with_its_name(tmp_path):
    path = tmp_path / "letter.mp3"
    path.write_text("Dear all, this is not a sound file." * 40)
    with pytest.raises(ValueError, match=r"letter\.mp3 cannot be decoded as audio"):
        decode(path)
