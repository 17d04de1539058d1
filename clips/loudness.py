"""How loud a clip is, where its speech begins, and whether it clips: decoded and measured here.

Loudness follows ITU-R BS.1770-5 (K-weighting, 400 ms blocks, two gates) for one channel. The
filter is applied in the frequency domain, so numpy alone is enough and a clip takes milliseconds.
"""

import math
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]

BLOCK_S = 0.4  # gating block, ITU-R BS.1770-5 annex 1
HOP_S = 0.1  # blocks overlap by 75 %, ibid.
ABSOLUTE_GATE_LUFS = -70.0  # ibid.
RELATIVE_GATE_LU = -10.0  # ibid.
OFFSET_LUFS = -0.691  # ibid.: a 997 Hz sine at 0 dBFS in one channel reads -3.01 LUFS
OVERSAMPLING = 4  # true peak, ITU-R BS.1770-5 annex 2
FRAME_S = 0.01  # resolution at which the start of speech is sought
SPEECH_BELOW_LOUDEST_DB = -40.0  # quieter frames than this count as silence before the speech


class Measured(NamedTuple):
    """What a clip's decoded sound measures."""

    duration_s: float
    loudness_lufs: float | None
    true_peak_dbtp: float
    lead_in_s: float


def measure(path: Path) -> Measured:
    """Decode a clip and measure it.

    Args:
        path: An audio file in any format FFmpeg reads.

    Returns:
        Its duration, integrated loudness (None when it holds no sound above -70 LUFS), true peak
        and the silence before the first speech.

    Raises:
        ValueError: The file cannot be decoded as audio, or holds none.
    """
    samples, rate_hz = decode(path)
    return Measured(
        duration_s=round(len(samples) / rate_hz, 3),
        loudness_lufs=integrated_lufs(samples, rate_hz),
        true_peak_dbtp=true_peak_dbtp(samples),
        lead_in_s=lead_in_s(samples, rate_hz),
    )


def decode(path: Path) -> tuple[Samples, int]:
    """The clip's samples as one channel, full scale 1.0, and their rate in Hz.

    Raises:
        ValueError: The file cannot be decoded as audio, or holds none.
    """
    frames: list[Samples] = []
    try:
        with av.open(str(path)) as container:
            rate_hz = int(container.streams.audio[0].rate)
            mono = av.AudioResampler(format="fltp", layout="mono", rate=rate_hz)
            for frame in container.decode(audio=0):
                frames += [out.to_ndarray()[0] for out in mono.resample(frame)]
            frames += [out.to_ndarray()[0] for out in mono.resample(None)]
    except (av.FFmpegError, IndexError) as exc:
        raise ValueError(f"{path.name} cannot be decoded as audio ({exc}).") from exc
    if not frames:
        raise ValueError(f"{path.name} holds no sound.")
    return np.concatenate(frames).astype(np.float64), rate_hz


def integrated_lufs(samples: Samples, rate_hz: int) -> float | None:
    """Integrated loudness of one channel in LUFS; None when nothing passes the gates.

    Source: ITU-R BS.1770-5, annex 1.
    """
    block, hop = round(BLOCK_S * rate_hz), round(HOP_S * rate_hz)
    if len(samples) < block:
        return None
    weighted = _k_weighted(samples, rate_hz)
    power = np.lib.stride_tricks.sliding_window_view(weighted**2, block)[::hop].mean(axis=1)
    power = power[_lufs(power) > ABSOLUTE_GATE_LUFS]
    if not power.size:
        return None
    power = power[_lufs(power) > _lufs(power.mean()) + RELATIVE_GATE_LU]
    return round(float(_lufs(power.mean())), 2)


def true_peak_dbtp(samples: Samples) -> float:
    """The highest level between samples, in dB true peak, from fourfold oversampling.

    Source: ITU-R BS.1770-5, annex 2 (the interpolation here is by Fourier transform).
    """
    peak = float(np.abs(oversampled(samples)).max())
    return round(20 * math.log10(max(peak, 1e-9)), 2)


def oversampled(samples: Samples) -> Samples:
    """The same sound at four times the rate; sample 4n sits where sample n was."""
    padded = np.pad(samples, (0, _padded_length(len(samples)) - len(samples)))
    up = np.fft.irfft(np.fft.rfft(padded), n=OVERSAMPLING * len(padded)) * OVERSAMPLING
    return np.asarray(up[: OVERSAMPLING * len(samples)], dtype=np.float64)


def lead_in_s(samples: Samples, rate_hz: int) -> float:
    """Seconds before the first 10 ms frame within 40 dB of the loudest one."""
    frame = round(FRAME_S * rate_hz)
    n_frames = len(samples) // frame
    if not n_frames:
        return 0.0
    rms = np.sqrt((samples[: n_frames * frame].reshape(n_frames, frame) ** 2).mean(axis=1))
    speech = rms >= max(float(rms.max()), 1e-9) * 10 ** (SPEECH_BELOW_LOUDEST_DB / 20)
    return round(float(np.argmax(speech)) * FRAME_S, 2) if speech.any() else n_frames * FRAME_S


def _lufs(power: npt.ArrayLike) -> Samples:
    return OFFSET_LUFS + 10 * np.log10(np.maximum(power, 1e-12))


def _k_weighted(samples: Samples, rate_hz: int) -> Samples:
    """The samples through both K-weighting filters, in the frequency domain."""
    n = _padded_length(len(samples) + rate_hz)  # a second of zeros: the filters ring out in it
    response = np.ones(n // 2 + 1, dtype=np.complex128)
    delay = np.exp(-2j * np.pi * np.fft.rfftfreq(n))
    for b, a in (_shelf(rate_hz), _high_pass(rate_hz)):
        response *= np.polyval(b[::-1], delay) / np.polyval(a[::-1], delay)
    filtered = np.fft.irfft(np.fft.rfft(samples, n) * response, n)[: len(samples)]
    return np.asarray(filtered, dtype=np.float64)


def _padded_length(n: int) -> int:
    """A length of at least n whose Fourier transform is fast (a power of two, or 3/4 of one)."""
    power = 1 << (max(n, 2) - 1).bit_length()
    return power * 3 // 4 if power * 3 // 4 >= n else power


def _shelf(rate_hz: int) -> tuple[Samples, Samples]:
    """Stage 1, the head's shelf: BS.1770's 48 kHz filter carried to any rate by its design values.

    Source: the values libebur128 derives from the table (1681.97 Hz, +4.0 dB, Q 0.707).
    """
    k, q = math.tan(math.pi * 1681.974450955533 / rate_hz), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    b = [high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k]
    a = [1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k]
    return np.array(b) / a[0], np.array(a) / a[0]


def _high_pass(rate_hz: int) -> tuple[Samples, Samples]:
    """Stage 2, the low-frequency roll-off (38.1 Hz, Q 0.500), by the same derivation."""
    k, q = math.tan(math.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    a = [1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k]
    return np.array([1.0, -2.0, 1.0]), np.array(a) / a[0]
