"""What comes out of a recording: words with times, their delivery, and how far to trust them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

QualityReason = Literal[
    "no_speech",  # nothing that sounds like a person speaking
    "too_short",  # under MIN_DURATION_S of sound
    "clipped",  # so loud that the tops of the wave are cut off
    "quiet",  # speech there, but faint
    "noisy",  # noise as strong as the voice
    "invented_text",  # text Whisper is likely to have made up
]


class Frozen(BaseModel):
    """A boundary value: unknown fields are refused, and nothing changes after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Word(Frozen):
    """One word as heard, with its times in the recording and the engine's probability for it."""

    word: str
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    probability: float = Field(ge=0, le=1)


class Delivery(Frozen):
    """How the reply was spoken: measured, never rated. ``None`` where it cannot be measured."""

    time_to_first_word_s: float | None
    talk_time_s: float
    n_words: int
    words_per_minute: float | None
    n_fillers: int
    longest_pause_s: float | None
    n_questions: int
    n_stacked_questions: int  # the longest run of questions asked one after another
    over_90_s: bool


class Quality(Frozen):
    """Whether the recording can be relied on; each reason not to, by name."""

    ok: bool
    reasons: tuple[QualityReason, ...] = ()


class Transcript(Frozen):
    """What was said in one recording, by one engine and model."""

    text: str
    language: str | None
    words: tuple[Word, ...]
    duration_s: float
    engine: str
    model: str
    seconds: float  # how long transcribing took
    delivery: Delivery
    quality: Quality
