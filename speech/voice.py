"""Where somebody speaks, and times that survive cutting the silences out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speech.recording import RATE_HZ


@dataclass(frozen=True)
class Span:
    """A stretch of a recording in samples at `RATE_HZ`, from ``start`` up to ``end``."""

    start: int
    end: int


def join(samples: NDArray[np.float32], spans: Sequence[Span]) -> NDArray[np.float32]:
    """Returns the stretches one after another, shape [n], without what is between them."""
    if not spans:
        return np.zeros(0, np.float32)
    return np.concatenate([samples[span.start : span.end] for span in spans])


def original_s(joined_s: float, spans: Sequence[Span], *, ends: bool = False) -> float:
    """Returns when in the recording a moment of the joined stretches was.

    Args:
        joined_s: seconds from the start of what `join` returned.
        spans: the stretches that were joined.
        ends: whether the moment ends something, so that at a seam it belongs to what is before it.
    """
    at = round(joined_s * RATE_HZ)
    for index, span in enumerate(spans):
        length = span.end - span.start
        last = index == len(spans) - 1
        if at < length or last or (ends and at == length):
            return (span.start + min(max(at, 0), length)) / RATE_HZ
        at -= length
    return joined_s
