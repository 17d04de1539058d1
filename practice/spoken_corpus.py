"""Speaks replies of the corpus and hears them with our own Whisper; authoring only.

    python -m practice.spoken_corpus --most 150

so that training and testing see what a recogniser really makes of a reply. The voices are
those of espeak-ng (Debian's package of that name): plain machine voices in several accents and
paces, harder to hear than a person, which is what the scorer must stand up to. Sound files put in
``--sounds`` under a reply's id (``J-004.wav``, from a better voice) are heard in place of those.
"""

import argparse
import json
import random
import subprocess
from pathlib import Path

from scoring.carry import carry
from scoring.labelled import CORPUS_DIR, HEARD, LabelledReply, load_corpus
from speech.engines import load_engine
from speech.transcribe import transcribe

VOICES = ("en-gb", "en-us", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-029")
FASTEST, SLOWEST = 185, 140  # words a minute, the range of unhurried talk
SEED = 20261124


def speak(text: str, path: Path, voice: str, words_per_minute: int) -> None:
    """Writes a text as speech."""
    subprocess.run(
        ["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-w", str(path), "--stdin"],
        input=text.encode(),
        check=True,
    )


def chosen(replies: list[LabelledReply], most: int) -> list[LabelledReply]:
    """Returns some replies, as evenly over the writers as can be, always the same ones."""
    draw = random.Random(SEED)
    shuffled = draw.sample(replies, len(replies))
    turn: dict[str, int] = {}
    order: list[tuple[int, int, LabelledReply]] = []
    for reply in shuffled:
        turn[reply.author] = turn.get(reply.author, 0) + 1
        order.append((turn[reply.author], len(order), reply))
    return [reply for _, _, reply in sorted(order, key=lambda one: one[:2])[:most]]


def main() -> None:
    """Speaks, hears and writes what was heard beside the corpus."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=150)
    parser.add_argument("--sounds", type=Path, default=Path("artefacts/spoken"))
    given = parser.parse_args()
    given.sounds.mkdir(parents=True, exist_ok=True)
    engine, draw, lines = load_engine(), random.Random(SEED), []
    for reply in chosen(load_corpus(), given.most):
        voice, pace = draw.choice(VOICES), draw.randint(SLOWEST, FASTEST)
        sound = given.sounds / f"{reply.id}.wav"
        spoken_by = "given" if sound.exists() else f"espeak-ng {voice} {pace}"
        if not sound.exists():
            speak(reply.text, sound, voice, pace)
        heard = sound.with_suffix(".txt")
        if not heard.exists():  # kept, so that new labels need no new hearing
            heard.write_text(transcribe(sound, engine).text, "utf-8")
        text = heard.read_text("utf-8")
        segments = [one.model_dump() for one in carry(reply.segments, text)]
        lines.append({"id": reply.id, "voice": spoken_by, "segments": segments})
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (CORPUS_DIR / HEARD).write_text(body, "utf-8")


if __name__ == "__main__":
    main()
