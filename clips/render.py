"""The casting sheet -> clips, captions and manifest. Authoring only (the extra [authoring]).

    python -m clips.render --assets FOLDER [CLIP ...]     all clips when none is named

``clips/casting/`` says which voice speaks each clip and how. Rendering twice gives the same
bytes. ``clips/media/PROVENANCE.md`` says how to build the assets.
"""

import argparse
import hashlib
import json
from pathlib import Path
from zlib import crc32

import numpy as np
import yaml

from clips.captions import cues_for, to_vtt
from clips.loudness import Samples
from clips.manifest import MANIFEST, MEDIA_DIR, ClipMedia, load_manifest
from clips.mastering import LEAD_S, RATE_HZ, TAIL_S, to_clip, without_rumble
from clips.pronounce import Delivery
from clips.voice import Speaker, SpokenWord, active

CASTING = Path(__file__).parent / "casting"
LANGUAGES = {"en-gb": "en-GB", "en-us": "en-US"}
LICENCE = "Synthetic speech by Kokoro-82M (Apache-2.0); no real person's voice"
PROVENANCE = "Rendered by clips/render.py from clips/casting/; see PROVENANCE.md"


def read_casting(path: Path = CASTING) -> dict[str, Delivery]:
    """How each clip is said, by clip id, from one casting sheet or a folder of them."""
    sheets = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return {
        clip: Delivery.model_validate(entry)
        for sheet in sheets
        for clip, entry in yaml.safe_load(sheet.read_text("utf-8")).items()
    }


def render(clip: str, delivery: Delivery, speaker: Speaker, folder: Path) -> ClipMedia:
    """Speak one clip, write its mp3 and captions, and return its manifest entry."""
    spoken, words = speaker.say(delivery)
    sound, words = trimmed(without_rumble(spoken.astype(np.float64)), words)
    path = folder / f"{clip}.mp3"
    try:
        measured = to_clip(sound, path, crc32(clip.encode()))
    except ValueError as exc:
        raise ValueError(f"Clip {clip!r}: {exc}; see its text in the casting sheet.") from exc
    path.with_suffix(".vtt").write_text(to_vtt(cues_for(delivery.line, words)), "utf-8")
    data = path.read_bytes()
    return ClipMedia(
        id=clip,
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        n_bytes=len(data),
        duration_s=measured.duration_s,
        loudness_lufs=measured.loudness_lufs or 0.0,
        true_peak_dbtp=measured.true_peak_dbtp,
        lead_in_s=measured.lead_in_s,
        voice=delivery.voice,
        speed=delivery.speed,
        language=LANGUAGES[delivery.accent],
        transcript=delivery.line,
        licence=LICENCE,
        provenance=PROVENANCE,
    )


def trimmed(sound: Samples, words: list[SpokenWord]) -> tuple[Samples, list[SpokenWord]]:
    """The speech with its lead-in and tail of silence, and its words' times to match."""
    first, stop = active(sound.astype(np.float32))
    shift_s = LEAD_S - first / RATE_HZ
    silence = [np.zeros(round(seconds * RATE_HZ)) for seconds in (LEAD_S, TAIL_S)]
    placed = np.concatenate([silence[0], sound[first:stop], silence[1]])
    moved = [SpokenWord(w.text, max(0.0, w.start_s + shift_s), w.end_s + shift_s) for w in words]
    return placed, moved


def write_manifest(clips: dict[str, ClipMedia], folder: Path) -> None:
    """Write the manifest, clips in order of id."""
    entries = [clips[clip].model_dump() for clip in sorted(clips)]
    text = json.dumps({"clips": entries}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")


def main() -> None:
    """Render the clips named, or all of the casting sheet."""
    parser = argparse.ArgumentParser(description="Render the clients' clips.")
    parser.add_argument("clips", nargs="*", help="clip ids; all of the casting sheet when none")
    parser.add_argument("--assets", type=Path, required=True, help="folder of the voice model")
    parser.add_argument("--casting", type=Path, default=CASTING)
    parser.add_argument("--folder", type=Path, default=MEDIA_DIR)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    casting = read_casting(options.casting)
    unknown = [clip for clip in options.clips if clip not in casting]
    if unknown:
        parser.error(f"{', '.join(unknown)} is not in {options.casting}")
    options.folder.mkdir(parents=True, exist_ok=True)
    has_manifest = (options.folder / MANIFEST).is_file()
    rendered = load_manifest(options.folder) if has_manifest else {}
    speaker = Speaker(options.assets, options.threads)
    for clip in options.clips or casting:
        rendered[clip] = media = render(clip, casting[clip], speaker, options.folder)
        write_manifest(rendered, options.folder)
        print(f"{clip}: {media.duration_s:.1f} s, {media.loudness_lufs:.1f} LUFS, {media.voice}")


if __name__ == "__main__":
    main()
