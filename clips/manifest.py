"""The manifest vouches for every clip: its bytes, sound, captions and words agree.

``check`` is what ``between clips check`` runs: it says in one sentence each what does not agree
and what to do about it.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from clips.captions import Cue, from_vtt
from clips.loudness import Measured, measure
from clips.words import word_error_rate, words

MEDIA_DIR = Path(__file__).parent / "media"
MANIFEST = "manifest.json"
UNLISTED = {MANIFEST, "PROVENANCE.md"}  # files of the folder that are not a clip's

TARGET_LUFS = -16.0  # loud enough for a laptop's speakers, the level of podcasts (AES TD1008)
LOUDNESS_TOLERANCE_LU = 1.0
HIGHEST_TRUE_PEAK_DBTP = -1.0  # EBU R 128 s2; above it a player may clip
LEAD_IN_S = (0.2, 0.6)  # a player that starts late must not eat the first word
DURATION_TOLERANCE_S = 0.05
LARGEST_BANK_BYTES = 25_000_000  # the whole bank travels with the package
WORST_WORD_ERROR = 0.10  # of a clip heard by Whisper
RENDER = "render it again with `python -m clips.render`"

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.mp3$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ManifestError(ValueError):
    """The manifest cannot be used; the message says where and why in one sentence."""


class ClipMedia(BaseModel):
    """One rendered clip: the file, what it measures, how it was made, and the words said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    file: FileName
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    n_bytes: int = Field(gt=0)
    duration_s: float = Field(gt=0)
    loudness_lufs: float = Field(lt=0)
    true_peak_dbtp: float
    lead_in_s: float = Field(ge=0)
    voice: Text
    speed: float = Field(gt=0)
    language: Text
    transcript: Text
    licence: Text
    provenance: Text

    @property
    def captions_file(self) -> str:
        """The WebVTT file beside the clip."""
        return Path(self.file).with_suffix(".vtt").name


def load_manifest(folder: Path = MEDIA_DIR) -> dict[str, ClipMedia]:
    """The clips a media folder offers, by id.

    Args:
        folder: A folder with ``manifest.json``, the clips and their captions.

    Raises:
        ManifestError: The manifest is absent, is not JSON, has an unknown field or a wrong value,
            names a clip twice, or points outside the folder.
    """
    path = folder / MANIFEST
    try:
        listed = json.loads(path.read_text("utf-8"))["clips"]
    except FileNotFoundError as exc:
        raise ManifestError(f"{path} does not exist; {RENDER}.") from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise ManifestError(
            f'{path} is not JSON of the form {{"clips": [...]}}; {RENDER}.'
        ) from exc
    clips: dict[str, ClipMedia] = {}
    if not isinstance(listed, list):
        raise ManifestError(f"{path} has {listed!r} for its clips, not a list; {RENDER}.")
    for entry in listed:
        clip = _clip(entry)
        if clip.id in clips:
            raise ManifestError(f"Clip {clip.id!r} is in {MANIFEST} twice; remove one entry.")
        for name in (clip.file, clip.captions_file):
            if (folder / name).resolve().parent != folder.resolve():
                raise ManifestError(
                    f"Clip {clip.id!r}, field file: {name!r} leads outside the media folder; "
                    "replace the link by the file itself."
                )
        clips[clip.id] = clip
    return clips


def media_path(clip: ClipMedia, folder: Path = MEDIA_DIR) -> Path:
    """Where the clip's sound is."""
    return folder / clip.file


def captions(clip: ClipMedia, folder: Path = MEDIA_DIR) -> tuple[Cue, ...]:
    """The clip's captions in order.

    Raises:
        ManifestError: The captions file is absent or is not WebVTT.
    """
    try:
        return from_vtt((folder / clip.captions_file).read_text("utf-8"))
    except FileNotFoundError as exc:
        raise ManifestError(
            f"Clip {clip.id!r}, captions: {clip.captions_file} does not exist; {RENDER}."
        ) from exc
    except ValueError as exc:
        raise ManifestError(
            f"Clip {clip.id!r}, captions: {clip.captions_file} cannot be read, {exc}; {RENDER}."
        ) from exc


def check(
    transcripts: Mapping[str, str],
    folder: Path = MEDIA_DIR,
    hear: Callable[[Path], str] | None = None,
) -> list[str]:
    """What is wrong with the bank of clips.

    Args:
        transcripts: The client's line by clip id, from the vignettes.
        folder: The media folder.
        hear: Writes down what is heard in a clip (Whisper, say); None skips that check.

    Returns:
        One sentence a problem, naming the clip, the field, the value and the remedy; empty when
        the bank is sound.
    """
    try:
        clips = load_manifest(folder)
    except ManifestError as exc:
        return [str(exc)]
    problems = [
        f"Clip {id_!r}: a vignette uses it and {MANIFEST} does not list it; {RENDER}."
        for id_ in transcripts
        if id_ not in clips
    ]
    for clip in clips.values():
        problems += _problems(clip, transcripts.get(clip.id), folder, hear)
    listed = {name for clip in clips.values() for name in (clip.file, clip.captions_file)}
    files = sorted(path for path in folder.iterdir() if path.name not in UNLISTED)
    problems += [
        f"File {path.name!r} is in the media folder and {MANIFEST} does not list it; remove it."
        for path in files
        if path.name not in listed
    ]
    bank_bytes = sum(path.stat().st_size for path in files if path.is_file())
    if bank_bytes > LARGEST_BANK_BYTES:
        problems.append(
            f"The bank is {bank_bytes / 1e6:.1f} MB, over {LARGEST_BANK_BYTES / 1e6:.0f} MB; "
            "shorten clips or lower their bit rate."
        )
    return problems


def _clip(entry: object) -> ClipMedia:
    """An entry of the manifest, or one sentence about the first thing wrong with it."""
    name = entry.get("id", "?") if isinstance(entry, dict) else "?"
    try:
        return ClipMedia.model_validate(entry)
    except ValidationError as exc:
        first = exc.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "entry"
        raise ManifestError(
            f"Clip {name!r}, field {field}: {first['input']!r} is refused "
            f"({first['msg'][0].lower()}{first['msg'][1:]}); {RENDER}."
        ) from exc


def _problems(
    clip: ClipMedia, line: str | None, folder: Path, hear: Callable[[Path], str] | None
) -> Iterator[str]:
    """The sentences about one clip."""
    if line is None:
        yield f"Clip {clip.id!r}: no vignette uses it; remove its entry and its files."
    elif clip.transcript != line:
        yield (
            f"Clip {clip.id!r}, field transcript: {clip.transcript!r} differs from the "
            f"vignette's line {line!r}; {RENDER}."
        )
    yield from _caption_problems(clip, clip.transcript if line is None else line, folder)
    path = media_path(clip, folder)
    if not path.is_file():
        yield f"Clip {clip.id!r}, field file: {clip.file} does not exist; {RENDER}."
        return
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if sha256 != clip.sha256:
        yield (
            f"Clip {clip.id!r}, field sha256: the file's is {sha256[:12]}… and the manifest's "
            f"{clip.sha256[:12]}…; {RENDER}."
        )
    try:
        measured = measure(path)
    except ValueError as exc:
        yield f"Clip {clip.id!r}, field file: {exc} Remedy: {RENDER}."
        return
    yield from _sound_problems(clip, measured)
    if hear is not None:
        heard = hear(path)
        error = word_error_rate(clip.transcript, heard)
        if error > WORST_WORD_ERROR:
            yield (
                f"Clip {clip.id!r}, field transcript: {error:.0%} of its words are heard "
                f"differently ({heard!r}); change its markup or voice and {RENDER}."
            )


def _caption_problems(clip: ClipMedia, line: str, folder: Path) -> Iterator[str]:
    try:
        cues = captions(clip, folder)
    except ManifestError as exc:
        yield str(exc)
        return
    shown = " ".join(cue.text for cue in cues)
    if words(shown) != words(line):
        yield (
            f"Clip {clip.id!r}, captions: {shown!r} differs from the vignette's line "
            f"{line!r}; {RENDER}."
        )
    starts = [0.0, *(cue.start_s for cue in cues), clip.duration_s + DURATION_TOLERANCE_S]
    if starts != sorted(starts) or any(cue.end_s <= cue.start_s for cue in cues):
        yield f"Clip {clip.id!r}, captions: the times {starts[1:-1]} are out of order; {RENDER}."


def _sound_problems(clip: ClipMedia, measured: Measured) -> Iterator[str]:
    if abs(measured.duration_s - clip.duration_s) > DURATION_TOLERANCE_S:
        yield (
            f"Clip {clip.id!r}, field duration_s: the file lasts {measured.duration_s:.2f} s and "
            f"the manifest says {clip.duration_s:.2f} s; {RENDER}."
        )
    loudness = measured.loudness_lufs
    if loudness is None or abs(loudness - TARGET_LUFS) > LOUDNESS_TOLERANCE_LU:
        value = "silent" if loudness is None else f"at {loudness:.1f} LUFS"
        yield (
            f"Clip {clip.id!r}, field loudness_lufs: it is {value}, not within "
            f"{LOUDNESS_TOLERANCE_LU:.0f} LU of {TARGET_LUFS:.0f} LUFS; {RENDER}."
        )
    if measured.true_peak_dbtp > HIGHEST_TRUE_PEAK_DBTP:
        yield (
            f"Clip {clip.id!r}, field true_peak_dbtp: it clips, peaking at "
            f"{measured.true_peak_dbtp:.1f} dBTP, over {HIGHEST_TRUE_PEAK_DBTP:.0f}; {RENDER}."
        )
    shortest, longest = LEAD_IN_S
    if not shortest <= measured.lead_in_s <= longest:
        yield (
            f"Clip {clip.id!r}, field lead_in_s: {measured.lead_in_s * 1000:.0f} ms of silence "
            f"before the first word, not {shortest * 1000:.0f} to {longest * 1000:.0f}; {RENDER}."
        )
