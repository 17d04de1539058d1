"""Recording → transcript: decode, measure, hear, gate, and say how far to trust it."""

import time
from pathlib import Path

from speech.delivery import measure
from speech.heard import Engine, Heard, gate
from speech.models import Quality, QualityReason, Transcript, Word
from speech.recording import decode, faults, level


def transcribe(source: bytes | Path, engine: Engine) -> Transcript:
    """Returns the transcript of one recording.

    Args:
        source: the recording, or its file, in any format that `decode` reads.
        engine: the Whisper engine to hear it with; not asked if the recording is silent.

    Returns:
        the words with times; ``text`` is empty, with the reason in ``quality``, where no voice
        was there or all that was heard was invented.

    Raises:
        RecordingError: the recording cannot be used at all.
    """
    began = time.perf_counter()
    recording = decode(source)
    reasons: list[QualityReason] = list(faults(level(recording)))
    silent = "no_speech" in reasons
    heard = Heard((), None) if silent else engine.hear(recording.samples)
    kept, invented = gate(heard.segments)
    words = tuple(_bare(word) for segment in kept for word in segment.words if word.word.strip())
    text = " ".join("".join(segment.text for segment in kept).split())
    if invented:
        reasons.append("invented_text")
    if not text and not silent:
        reasons.insert(0, "no_speech")
    return Transcript(
        text=text,
        language=heard.language,
        words=words,
        duration_s=round(recording.duration_s, 3),
        engine=engine.name,
        model=engine.model,
        seconds=round(time.perf_counter() - began, 3),
        delivery=measure(text, words),
        quality=Quality(ok=not reasons, reasons=tuple(dict.fromkeys(reasons))),
    )


def _bare(word: Word) -> Word:
    return word.model_copy(update={"word": word.word.strip()})
