"""Sound -> the bank's mp3: no rumble, one loudness, no clipping, the same bytes each time.

Both the renderer and the app's own recordings end here, so that every client sounds alike. It
needs nothing but numpy and PyAV.
"""

from pathlib import Path

import av
import numpy as np

from clips.loudness import (
    OVERSAMPLING,
    Measured,
    Samples,
    integrated_lufs,
    measure,
    oversampled,
    true_peak_dbtp,
)
from clips.manifest import TARGET_LUFS

RATE_HZ = 24_000  # of every clip
LEAD_S, TAIL_S = 0.35, 0.40  # silence before the first and after the last sound
CEILING_DBTP = -1.5  # half a dB under what the manifest allows
MOST_TRIES = 8
LIMITER_S = 0.008  # window of the look-ahead limiter: it catches plosives and does not pump
ROOM_TONE_DBFS = -68.0  # soft noise under everything, so that pauses are not digital holes
RUMBLE_HZ = 60.0  # some voices thump below this; the lowest client's pitch is above 80 Hz
BIT_RATE = 64_000


def to_clip(sound: Samples, path: Path, seed: int) -> Measured:
    """Write the sound as a clip of the bank, and return what it measures.

    Args:
        sound: One channel at `RATE_HZ`, with its lead-in and tail.
        path: Where the mp3 goes.
        seed: Of the room tone, so that the same sound gives the same bytes.

    Raises:
        ValueError: It is silent, or meets loudness and peak in no try.
    """
    level_lufs, ceiling_dbtp = TARGET_LUFS, CEILING_DBTP
    for _ in range(MOST_TRIES):  # the encoder changes level and peaks; meet the targets after it
        write_mp3(mastered(sound, level_lufs, ceiling_dbtp, seed), path)
        measured = measure(path)
        if measured.loudness_lufs is None:
            raise ValueError("it came out silent")
        over_db = measured.true_peak_dbtp - CEILING_DBTP
        if over_db <= 0.3 and abs(measured.loudness_lufs - TARGET_LUFS) <= 0.3:
            return measured
        level_lufs += TARGET_LUFS - measured.loudness_lufs
        ceiling_dbtp -= max(0.0, over_db)
    raise ValueError(f"it meets loudness and peak in no try of {MOST_TRIES}")


def without_rumble(sound: Samples) -> Samples:
    """The sound less what lies below 60 Hz, its timing untouched (a zero-phase filter)."""
    n = len(sound) + RATE_HZ  # a second of zeros, so that the end does not wrap onto the start
    below = RUMBLE_HZ / np.maximum(np.fft.rfftfreq(n, 1 / RATE_HZ), 1e-6)
    kept = np.fft.irfft(np.fft.rfft(sound, n) / (1 + below**8), n)
    return np.asarray(kept[: len(sound)], dtype=np.float64)


def mastered(sound: Samples, level_lufs: float, ceiling_dbtp: float, seed: int) -> Samples:
    """The sound at a loudness, its plosives limited, over a soft room tone."""
    for _ in range(3):  # limiting costs a little loudness; win it back
        loudness = integrated_lufs(sound, RATE_HZ)
        if loudness is None:
            return sound
        sound = limited(sound * 10 ** ((level_lufs - loudness) / 20), ceiling_dbtp)
    noise = np.random.default_rng(seed).standard_normal(len(sound))
    noise = np.convolve(noise, [0.25, 0.5, 0.25], "same")
    sound = sound + noise / noise.std() * 10 ** (ROOM_TONE_DBFS / 20)
    ramp = np.linspace(0, 1, round(0.03 * RATE_HZ))
    sound[: len(ramp)] *= ramp
    sound[-len(ramp) :] *= ramp[::-1]
    return sound


def limited(sound: Samples, ceiling_dbtp: float) -> Samples:
    """The sound with peaks over the ceiling turned down smoothly around each of them."""
    ceiling = 10 ** (ceiling_dbtp / 20)
    peaks = np.abs(oversampled(sound)).reshape(-1, OVERSAMPLING).max(axis=1)
    gain = np.minimum(1, ceiling * 0.98 / np.maximum(peaks, 1e-9))
    width = round(LIMITER_S * RATE_HZ) | 1
    ahead = np.pad(gain, width - 1, constant_values=1.0)
    least = np.lib.stride_tricks.sliding_window_view(ahead, width).min(axis=1)
    window = np.hanning(width + 2)[1:-1]
    sound = sound * np.convolve(least, window / window.sum(), "valid")
    return sound * min(1.0, ceiling / 10 ** (true_peak_dbtp(sound) / 20))


def write_mp3(sound: Samples, path: Path) -> None:
    """Encode as a mono mp3, the same bytes each time (no dates or encoder names)."""
    pcm = np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int16)
    with av.open(str(path), "w", format="mp3", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(pcm[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        resampler = av.AudioResampler(format="s16p", layout="mono", rate=RATE_HZ)
        for planar in resampler.resample(frame):
            container.mux(stream.encode(planar))
        container.mux(stream.encode(None))
