"""A recording, from whatever a browser or a phone makes, as sound that can be measured."""

import io
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import av
import numpy as np
from numpy.typing import NDArray

from speech.models import QualityReason

RATE_HZ = 16_000  # what Whisper hears; source: openai/whisper audio.py
MIN_DURATION_S = 1.5  # shorter than any reply of 8 words: people say at most 5 words a second
MAX_DURATION_S = 300.0  # a reply is 10 to 90 s; five minutes is a forgotten Stop button
FRAME_S = 0.03  # over which level is measured: long enough for one period of the lowest voice

SILENT_DBFS = -60.0  # no frame louder than this: a muted microphone (room noise is about -60)
QUIET_DBFS = -42.0  # speech this faint is near the noise of a laptop's microphone
CLIPPED_LEVEL = 0.985  # of full scale: where a 16-bit recorder flattens a wave
CLIPPED_SHARE = 0.002  # of samples; a few peaks do no harm, 2 in 1000 can be heard as crackle
NOISY_GAP_DB = 8.0  # loud frames less than this above the quiet ones: no pauses to be heard

# The containers that recorders write. Left to itself FFmpeg also opens playlists and session
# descriptions, which name other files and addresses: an upload must never make us reach for those.
FORMATS = "wav,w64,aiff,caf,flac,mp3,aac,ogg,matroska,webm,mov,mp4,m4a,3gp,3g2,amr,asf"

RecordingReason = Literal["empty", "unreadable", "no_audio", "too_short", "too_long"]


class RecordingError(ValueError):
    """A recording that cannot be used; the message is one sentence for the person who made it."""

    def __init__(self, reason: RecordingReason, message: str) -> None:
        """Keeps the reason's short name beside the sentence."""
        super().__init__(message)
        self.reason: RecordingReason = reason


@dataclass(frozen=True)
class Recording:
    """Sound: float32 mono samples in -1..1, shape [n], at `RATE_HZ`."""

    samples: NDArray[np.float32]

    @property
    def duration_s(self) -> float:
        """How long it lasts."""
        return len(self.samples) / RATE_HZ


def decode(source: bytes | Path) -> Recording:
    """Returns the sound of a recording, mixed to mono at 16 kHz.

    Args:
        source: the file, or its bytes: wav, webm or ogg (opus), m4a, mp4, mp3, flac, …; mono or
            stereo, any rate.

    Raises:
        RecordingError: it is empty, is no recording, holds no sound, or is too short or too long.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:  # read as it is decoded: the file may be huge
            samples = _samples(file, RATE_HZ)
    else:
        samples = samples_at(source, RATE_HZ)
    duration_s = len(samples) / RATE_HZ
    if duration_s > MAX_DURATION_S:
        raise RecordingError(
            "too_long",
            f"This recording is longer than {MAX_DURATION_S / 60:.0f} minutes, and a reply takes "
            "10 to 90 seconds; please record a shorter one.",
        )
    if duration_s < MIN_DURATION_S:
        raise RecordingError(
            "too_short",
            f"This recording lasts {duration_s:.1f} seconds, too short for a reply; please record "
            "it again and press Stop only when you have finished.",
        )
    return Recording(samples)


def samples_at(source: bytes, rate_hz: int) -> NDArray[np.float32]:
    """Returns the sound of a recording as mono samples at a rate, whatever its length.

    No more than `MAX_DURATION_S` and a second is read.

    Raises:
        RecordingError: it is empty, is no recording, or holds no sound.
    """
    return _samples(io.BytesIO(source), rate_hz)


def as_wav(samples: NDArray[np.float32]) -> bytes:
    """Returns samples of shape [n] at `RATE_HZ` as the 16-bit mono wav that a browser sends."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _samples(file: BinaryIO, rate_hz: int) -> NDArray[np.float32]:
    if not file.read(1):
        raise RecordingError("empty", "This recording is empty; please record it again.")
    file.seek(0)
    chunks: list[NDArray[np.float32]] = []
    n_samples, most = 0, int((MAX_DURATION_S + 1) * rate_hz)
    try:
        with av.open(
            file, metadata_errors="ignore", options={"format_whitelist": FORMATS}
        ) as container:
            if not container.streams.audio:
                raise RecordingError(
                    "no_audio", "This file holds no sound; please choose a recording of your voice."
                )
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
            for frame in container.decode(container.streams.audio[0]):
                for part in resampler.resample(frame):
                    chunks.append(part.to_ndarray().reshape(-1))
                    n_samples += part.samples
                if n_samples > most:  # a huge file must not fill the memory
                    break
            for part in resampler.resample(None):
                chunks.append(part.to_ndarray().reshape(-1))
    except (av.FFmpegError, ValueError, IndexError) as exc:
        if isinstance(exc, RecordingError):
            raise
        if n_samples < MIN_DURATION_S * rate_hz:
            raise RecordingError(
                "unreadable",
                "This file could not be read as a recording; please record the reply again, or "
                "choose a wav, mp3, m4a, ogg or webm file.",
            ) from exc
        # A recording that breaks off (a lost connection, a full phone) is used as far as it goes.
    if not chunks:
        raise RecordingError("empty", "This recording is empty; please record it again.")
    return np.nan_to_num(np.concatenate(chunks).astype(np.float32, copy=False), posinf=0, neginf=0)


@dataclass(frozen=True)
class Level:
    """How loud a recording is, in dB below full scale (dBFS), and how much of it is cut off."""

    loud_dbfs: float  # the 95th percentile of its frames: the voice
    quiet_dbfs: float  # the 10th percentile: what is there between words
    clipped_share: float  # of samples at full scale


def level(recording: Recording) -> Level:
    """Returns how loud a recording is."""
    n = int(FRAME_S * RATE_HZ)
    samples = recording.samples[: len(recording.samples) // n * n]
    rms = np.sqrt(np.mean(samples.reshape(-1, n).astype(np.float64) ** 2, axis=1))
    dbfs = 20 * np.log10(np.maximum(rms, 1e-6))
    return Level(
        loud_dbfs=float(np.percentile(dbfs, 95)),
        quiet_dbfs=float(np.percentile(dbfs, 10)),
        clipped_share=float(np.mean(np.abs(recording.samples) >= CLIPPED_LEVEL)),
    )


def faults(measured: Level) -> tuple[QualityReason, ...]:
    """Returns what is wrong with a recording's sound, by short name; empty if nothing is."""
    if measured.loud_dbfs < SILENT_DBFS:
        return ("no_speech",)
    found: list[QualityReason] = []
    if measured.clipped_share > CLIPPED_SHARE:
        found.append("clipped")
    if measured.loud_dbfs < QUIET_DBFS:
        found.append("quiet")
    if measured.loud_dbfs - measured.quiet_dbfs < NOISY_GAP_DB:
        found.append("noisy")
    return tuple(found)
