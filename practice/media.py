"""A recording or a film of a client's line → a clip like those shipped, and the words heard in it.

Whatever is given is decoded and written anew, so what lies in the bank is only ever our own mp3.
"""

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from clips.captions import cues_for, retimed, to_vtt
from clips.loudness import Samples
from clips.manifest import ClipMedia
from clips.mastering import LEAD_S, RATE_HZ, TAIL_S, to_clip, without_rumble
from practice.store import Store
from speech.models import Transcript
from speech.recording import RecordingError, RecordingReason, samples_at

UPLOADS = ("mp4", "webm", "mp3", "wav", "m4a", "mov", "ogg", "flac")
LONGEST_LINE_S = 90.0  # the shipped lines last 5 to 25 s
SHORTEST_LINE_S = 1.0
LARGEST_UPLOAD_BYTES = 100_000_000  # .streamlit/config.toml has the same limit
LINGERS_S = 1.0  # a caption may stay this long after the sound has ended
QUIETEST_PEAK = 0.003  # of full scale, -50 dB: louder than a microphone's own noise
LICENCE = "Recorded by or for the instructor; for use in training"
_REMEDY = "record the line again, or choose a wav, mp3, m4a, mp4 or webm file"
_SAID: dict[RecordingReason, str] = {
    "empty": f"it is empty; {_REMEDY}.",
    "unreadable": f"it could not be read as sound or film; {_REMEDY}.",
    "no_audio": "it holds no sound; choose a file in which the client is heard.",
    "too_short": f"it is too short to hold a client's line; {_REMEDY}.",
    "too_long": f"it is longer than {LONGEST_LINE_S:.0f} seconds; cut it to the client's line.",
}

Spoken = tuple[str, float, float]  # a word, and from when to when it is heard, in seconds


class MediaError(ValueError):
    """A recording cannot become a clip; the message is one sentence with the remedy."""


class Taken(BaseModel):
    """A clip in the bank's folder, and the words heard in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip: ClipMedia
    spoken: tuple[Spoken, ...]

    @property
    def text(self) -> str:
        """What was heard, to be corrected."""
        return self.clip.transcript

    def captions(self, line: str) -> str:
        """Returns the WebVTT captions of the line as it was corrected."""
        words = retimed(line, self.spoken)
        return to_vtt(cues_for(line, words) if any(map(str.isalnum, line)) else ())


def folder(store: Store) -> Path:
    """Returns the folder of the clips made here."""
    path = store.folder / "bank"
    path.mkdir(exist_ok=True)
    return path


def take(store: Store, data: bytes, hear: Callable[[bytes], Transcript], made: str) -> Taken:
    """Returns the clip made of a recording or a film, written to the bank's folder.

    Args:
        store: the data folder.
        data: the file, in any format that a browser, a phone or an editor makes.
        hear: writes down what is said in it.
        made: how it came to be, for its provenance.

    Raises:
        MediaError: it is not sound, holds no words, or is too short, too long or too large.
        EngineError, WeightsError: nothing here can hear it now.
    """
    sound = _sound(data)
    try:
        transcript = hear(data)
    except RecordingError as exc:
        raise MediaError(f"This recording cannot be used: {_SAID[exc.reason]}") from exc
    words = [(word.word, word.start_s, word.end_s) for word in transcript.words]
    if not words:
        raise MediaError(f"No words could be heard in this recording; {_REMEDY}.")
    return _write(store, sound, words, transcript.text, transcript.language or "en", made)


def take_captioned(
    store: Store, data: bytes, line: str, cues: Sequence[Spoken], made: str
) -> Taken:
    """Returns the clip made of a recording whose line and captions are known.

    Args:
        store: the data folder.
        data: the recording.
        line: what is said in it.
        cues: the captions, in order; empty where only the line is known.
        made: how it came to be, for its provenance.

    Raises:
        MediaError: it is not sound, or is too short, too long or too large.
    """
    sound = _sound(data)
    end_s = len(sound) / RATE_HZ
    starts = [0.0, *(start_s for _, start_s, _ in cues), end_s]
    late = any(not start_s < stop_s <= end_s + LINGERS_S for _, start_s, stop_s in cues)
    if late or starts != sorted(starts):
        raise MediaError(
            f"The captions' times do not fit a recording of {end_s:.1f} seconds; put them in order,"
            " or leave the captions out."
        )
    words = [word for cue in cues or [(line, LEAD_S, end_s - TAIL_S)] for word in _spread(cue)]
    return _write(store, sound, words, line, "en", made)


def _spread(cue: Spoken) -> list[Spoken]:
    """A caption's words, each with a share of its time by its length."""
    text, start_s, end_s = cue
    words = text.split()
    at, a_letter_s = start_s, (end_s - start_s) / max(1, sum(map(len, words)))
    spread = []
    for word in words:
        spread.append((word, at, at + len(word) * a_letter_s))
        at = spread[-1][2]
    return spread


def _sound(data: bytes) -> Samples:
    if len(data) > LARGEST_UPLOAD_BYTES:
        raise MediaError(
            f"This file is {len(data) / 1e6:.0f} MB, over {LARGEST_UPLOAD_BYTES / 1e6:.0f} MB;"
            " cut it to the client's line, or save the sound alone."
        )
    try:
        sound = samples_at(data, RATE_HZ).astype(np.float64)
    except RecordingError as exc:
        raise MediaError(f"This recording cannot be used: {_SAID[exc.reason]}") from exc
    duration_s = len(sound) / RATE_HZ
    if not SHORTEST_LINE_S <= duration_s <= LONGEST_LINE_S:
        reason: RecordingReason = "too_short" if duration_s < SHORTEST_LINE_S else "too_long"
        raise MediaError(f"This recording cannot be used: {_SAID[reason]}")
    if np.abs(sound).max() < QUIETEST_PEAK:
        raise MediaError(f"This recording is silent; check the microphone and {_REMEDY}.")
    return sound


def _write(
    store: Store,
    sound: Samples,
    words: Sequence[Spoken],
    text: str,
    language: str,
    made: str,
) -> Taken:
    placed, spoken = _placed(without_rumble(sound), words)
    handle = tempfile.NamedTemporaryFile(  # noqa: SIM115  closed at once, renamed below
        dir=folder(store), prefix=".making-", suffix=".mp3", delete=False
    )
    handle.close()
    path = Path(handle.name)
    try:
        measured = to_clip(placed, path, seed=len(placed))
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        clip_id = f"own-{sha256[:24]}"
        path.replace(folder(store) / f"{clip_id}.mp3")
    except ValueError as exc:
        raise MediaError(f"This recording cannot be used: {exc}; {_REMEDY}.") from exc
    finally:
        path.unlink(missing_ok=True)
    clip = ClipMedia(
        id=clip_id,
        file=f"{clip_id}.mp3",
        sha256=sha256,
        n_bytes=len(data),
        duration_s=measured.duration_s,
        loudness_lufs=measured.loudness_lufs or 0.0,
        true_peak_dbtp=measured.true_peak_dbtp,
        lead_in_s=measured.lead_in_s,
        voice=made,
        speed=1.0,
        language=language,
        transcript=text,
        licence=LICENCE,
        provenance=made,
    )
    return Taken(clip=clip, spoken=spoken)


def _placed(sound: Samples, words: Sequence[Spoken]) -> tuple[Samples, tuple[Spoken, ...]]:
    """The speech with the bank's lead-in and tail, and its words' times to match."""
    first = max(0, round((words[0][1] - LEAD_S) * RATE_HZ))
    stop = min(len(sound), round((words[-1][2] + TAIL_S) * RATE_HZ))
    missing = max(0, round((LEAD_S - words[0][1]) * RATE_HZ))  # it began at once: give it room
    placed = np.concatenate([np.zeros(missing), sound[first : max(stop, first + 1)]])
    shift_s = (missing - first) / RATE_HZ
    moved = tuple((w, round(a + shift_s, 3), round(b + shift_s, 3)) for w, a, b in words)
    return placed, moved


def keep(db: Any, taken: Taken, person: str, at: datetime) -> None:
    """Adds a clip to the bank; adding it twice changes nothing."""
    db["bank_clips"].insert(
        {
            "id": taken.clip.id,
            "body": taken.model_dump_json(),
            "made_by": person,
            "made_at": at.isoformat(),
        },
        ignore=True,
    )


def forget(store: Store, taken: Taken) -> None:
    """Removes the sound of a clip that was not kept after all; one that is in the bank stays."""
    if find(store, taken.clip.id) is None:
        (folder(store) / taken.clip.file).unlink(missing_ok=True)


def find(store: Store, clip_id: str) -> Taken | None:
    """Returns a clip made here, or ``None`` if there is none of that id."""
    rows = store.rows("SELECT body FROM bank_clips WHERE id = ?", clip_id)
    return Taken.model_validate_json(rows[0]["body"]) if rows else None


def sound_path(store: Store, clip_id: str) -> Path | None:
    """Returns where the sound of a clip made here lies, or ``None`` if there is none."""
    taken = find(store, clip_id)
    path = None if taken is None else folder(store) / taken.clip.file
    return path if path is not None and path.is_file() else None
