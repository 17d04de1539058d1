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

import av
import numpy as np
import yaml

from clips.captions import cues_for, to_vtt
from clips.loudness import (
    OVERSAMPLING,
    Samples,
    integrated_lufs,
    measure,
    oversampled,
    true_peak_dbtp,
)
from clips.manifest import MANIFEST, MEDIA_DIR, TARGET_LUFS, ClipMedia, load_manifest
from clips.pronounce import Delivery
from clips.voice import RATE_HZ, Speaker, SpokenWord, active

CASTING = Path(__file__).parent / "casting"
LEAD_S, TAIL_S = 0.35, 0.40  # silence before the first and after the last sound
CEILING_DBTP = -1.5  # half a dB under what the manifest allows
MOST_TRIES = 8
LIMITER_S = 0.008  # window of the look-ahead limiter: it catches plosives and does not pump
ROOM_TONE_DBFS = -68.0  # soft noise under everything, so that pauses are not digital holes
RUMBLE_HZ = 60.0  # some voices thump below this; the lowest client's pitch is above 80 Hz
BIT_RATE = 64_000
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
    level_lufs, ceiling_dbtp = TARGET_LUFS, CEILING_DBTP
    for _ in range(MOST_TRIES):  # the encoder changes level and peaks; meet the targets after it
        write_mp3(mastered(sound, level_lufs, ceiling_dbtp, crc32(clip.encode())), path)
        measured = measure(path)
        loudness_lufs = measured.loudness_lufs
        if loudness_lufs is None:
            raise ValueError(f"Clip {clip!r} came out silent; see its text in the casting sheet.")
        over_db = measured.true_peak_dbtp - CEILING_DBTP
        if over_db <= 0.3 and abs(loudness_lufs - TARGET_LUFS) <= 0.3:
            break
        level_lufs += TARGET_LUFS - loudness_lufs
        ceiling_dbtp -= max(0.0, over_db)
    else:
        raise ValueError(f"Clip {clip!r} meets loudness and peak in no try of {MOST_TRIES}.")
    path.with_suffix(".vtt").write_text(to_vtt(cues_for(delivery.line, words)), "utf-8")
    data = path.read_bytes()
    return ClipMedia(
        id=clip,
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        n_bytes=len(data),
        duration_s=measured.duration_s,
        loudness_lufs=loudness_lufs,
        true_peak_dbtp=measured.true_peak_dbtp,
        lead_in_s=measured.lead_in_s,
        voice=delivery.voice,
        speed=delivery.speed,
        language=LANGUAGES[delivery.accent],
        transcript=delivery.line,
        licence=LICENCE,
        provenance=PROVENANCE,
    )


def without_rumble(sound: Samples) -> Samples:
    """The sound less what lies below 60 Hz, its timing untouched (a zero-phase filter)."""
    n = len(sound) + RATE_HZ  # a second of zeros, so that the end does not wrap onto the start
    below = RUMBLE_HZ / np.maximum(np.fft.rfftfreq(n, 1 / RATE_HZ), 1e-6)
    kept = np.fft.irfft(np.fft.rfft(sound, n) / (1 + below**8), n)
    return np.asarray(kept[: len(sound)], dtype=np.float64)


def trimmed(sound: Samples, words: list[SpokenWord]) -> tuple[Samples, list[SpokenWord]]:
    """The speech with its lead-in and tail of silence, and its words' times to match."""
    first, stop = active(sound.astype(np.float32))
    shift_s = LEAD_S - first / RATE_HZ
    silence = [np.zeros(round(seconds * RATE_HZ)) for seconds in (LEAD_S, TAIL_S)]
    placed = np.concatenate([silence[0], sound[first:stop], silence[1]])
    moved = [SpokenWord(w.text, max(0.0, w.start_s + shift_s), w.end_s + shift_s) for w in words]
    return placed, moved


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
