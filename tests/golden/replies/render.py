"""Speaks the replies of ``casting.yaml``: 16 kHz FLAC each, and one 48 kHz WAV.

    python tests/golden/replies/render.py ASSETS          from the repository's root

Authoring only, with the voice model that clips/media/PROVENANCE.md says how to build.
"""

import sys
from pathlib import Path
from zlib import crc32

import av
import numpy as np

from clips.mastering import mastered
from clips.render import read_casting, trimmed
from clips.voice import RATE_HZ, Speaker

HERE = Path(__file__).parent
LEVEL_LUFS, CEILING_DBTP = -28.0, -3.0  # a voice at a laptop's microphone
MICROPHONE = "toohard-phone-middling"  # for Chromium's fake microphone


def write(sound, path, codec, rate_hz):
    """Write mono 16-bit sound at another rate."""
    pcm = np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int16)[np.newaxis]
    frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
    frame.sample_rate = RATE_HZ
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate_hz)
    options = {"fflags": "+bitexact"}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="mono")
        if codec == "flac":
            stream.options = {"compression_level": "12"}
        for out in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(out))
        container.mux(stream.encode(None))


def main():
    speaker = Speaker(Path(sys.argv[1]))
    for id_, delivery in read_casting(HERE / "casting.yaml").items():
        spoken, words = speaker.say(delivery)
        sound, _ = trimmed(spoken.astype(np.float64), words)
        sound = mastered(sound, LEVEL_LUFS, CEILING_DBTP, crc32(id_.encode()))
        write(sound, HERE / f"{id_}.flac", "flac", 16_000)
        (HERE / f"{id_}.txt").write_text(delivery.line + "\n", "utf-8")
        if id_ == MICROPHONE:
            write(sound, HERE / f"{id_}-48k.wav", "pcm_s16le", 48_000)


if __name__ == "__main__":
    main()
