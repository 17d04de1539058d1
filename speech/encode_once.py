"""Whisper's encoder, run once for a window that is needed twice."""

from collections.abc import Callable
from typing import Any

import numpy as np


def encode_once(encode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Returns an encoder that keeps its last window: what language, and which words, need the same.

    The encoder is most of the work, so a reply of one window takes about half the time.

    Args:
        encode: from a window's mel spectrogram, [n_mels, n_frames], to what the decoder reads.
    """
    kept: list[Any] = [None, None]

    def once(window: Any) -> Any:
        if kept[0] is None or not np.array_equal(kept[0], window):
            kept[:] = [np.array(window), encode(window)]
        return kept[1]

    return once
