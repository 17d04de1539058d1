"""Small stand-ins: a scenario, a transcript, a voice-like sound."""

import io
import wave

import numpy as np
from numpy.typing import NDArray

from scenarios.models import Client, ClipReference, Example, Focus, Scenario
from speech.models import Delivery, Quality, Transcript, Word

RATE_HZ = 16000


def a_scenario() -> Scenario:
    return Scenario(
        id="refusal-diary",
        title="I'm not a diary person",
        challenge="refusal",
        phase="design",
        difficulty="beginner",
        approach="cognitive-behavioural",
        family="refusal-records",
        client=Client(name="Ada", age=41, pronouns="she/her", presenting_problem="low mood"),
        goal="to swim with her daughter again",
        takeaway="on the day she walked to the pool her mood lifted",
        activity="noting what she did and how it felt, twice a day",
        context="Session 3. You have just suggested a short diary.",
        clip=ClipReference(id="refusal-diary", transcript="I'm not writing a diary.", tone="tired"),
        learning_goal="hear the refusal before offering the reason again",
        expects=("reflection", "open_question", "choice"),
        avoid=("pressures",),
        focus=Focus(rationale=1, collaboration=3, obstacles=2),
        examples=(Example(level="strong", text="…", why="…"),),
    )


def words_of(text: str, pause_after: dict[int, float] | None = None) -> tuple[Word, ...]:
    """The words of a text, each 0.3 s long with 0.1 s between, longer pauses where told."""
    words, at_s = [], 0.5
    for index, word in enumerate(text.split()):
        words.append(Word(word=f" {word}", start_s=at_s, end_s=at_s + 0.3, probability=0.9))
        at_s += 0.4 + (pause_after or {}).get(index, 0.0)
    return tuple(words)


def a_transcript(text: str, pause_after: dict[int, float] | None = None) -> Transcript:
    words = words_of(text, pause_after)
    return Transcript(
        text=text,
        language="en",
        words=words,
        duration_s=words[-1].end_s + 0.5 if words else 1.0,
        engine="stand-in",
        model="none",
        seconds=0.0,
        delivery=Delivery(
            time_to_first_word_s=0.5 if words else None,
            talk_time_s=0.0,
            n_words=len(words),
            words_per_minute=None,
            n_fillers=0,
            longest_pause_s=None,
            n_questions=text.count("?"),
            n_stacked_questions=0,
            over_90_s=False,
        ),
        quality=Quality(ok=True),
    )


def voice_like(duration_s: float = 3.0) -> NDArray[np.float32]:
    """A 150 Hz buzz that swells and fades four times a second, shape [n] at 16 kHz."""
    t = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 150 * k * t) / k for k in range(1, 8))
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * t)
    return (0.2 * buzz * swell).astype(np.float32)


def wav(samples: NDArray[np.float32]) -> bytes:
    """The samples as a 16-bit mono WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
