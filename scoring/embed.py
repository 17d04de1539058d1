"""Our fine-tuned encoder (what does each segment do, how good is the whole), run by onnxruntime."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from scoring.encode import MODEL_DIR, Encoded

ENCODER = MODEL_DIR / "encoder.onnx"


class ScorerError(RuntimeError):
    """The scorer's files are missing or altered; the message names the remedy."""


def checked_bytes(path: Path, sha256: str) -> bytes:
    """Returns the bytes of one of the scorer's files.

    Raises:
        ScorerError: the file is missing, or its bytes are not the ones that were made.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise ScorerError(
            f"The scorer's file {path.name} cannot be read ({exc.strerror}); "
            "install between-sessions again."
        ) from exc
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ScorerError(
            f"The scorer's file {path.name} has been altered (sha256 {found[:12]}… instead of "
            f"{sha256[:12]}…); install between-sessions again."
        )
    return data


def session(path: Path, sha256: str) -> Any:
    """Returns an onnxruntime session on one thread.

    Raises:
        ScorerError: as `checked_bytes`.
    """
    data = checked_bytes(path, sha256)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


class Reader:
    """The fine-tuned encoder."""

    def __init__(self, sha256: str, path: Path = ENCODER) -> None:
        """Loads it.

        Raises:
            ScorerError: its file is missing or altered.
        """
        self._session = session(path, sha256)

    def read(self, encoded: Encoded) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Returns each segment's probabilities [n_segments, n_labels] and raw ratings [3]."""
        logits, ratings = self._session.run(
            ["logits", "ratings"],
            {
                "ids": encoded.ids[None],
                "types": encoded.types[None],
                "pool": encoded.pool[None],
            },
        )
        return 1 / (1 + np.exp(-logits[0].astype(np.float64))), ratings[0].astype(np.float64)
