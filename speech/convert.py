"""A CTranslate2 Whisper model as openai-whisper's state dict, so both engines run the same weights.

Source: the format that CTranslate2's ``ModelSpec.save`` writes (binary version 6), and the names
of openai/whisper ``model.py``.
"""

import os
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from speech.weights import MODEL_FILE, Weights, atomic_file, sha256_of

BINARY_VERSION = 6
DTYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
Array = NDArray[np.generic]


Save = Callable[[dict[str, int], dict[str, Array], IO[bytes]], None]


class ConversionError(ValueError):
    """The file is no CTranslate2 Whisper model of the version that can be converted."""


def openai_checkpoint(weights: Weights, cache: Path, save: Save) -> Path:
    """Returns the path of an openai-whisper checkpoint of the same weights, made once and kept.

    Args:
        weights: CTranslate2 weights; without a pinned digest they are converted every time.
        cache: the folder that keeps it. What has been altered there is made again.
        save: writes dims and state dict to a file, as torch does.

    Raises:
        ConversionError: the weights are no CTranslate2 Whisper model.
        OSError: the checkpoint cannot be written.
    """
    path = cache / f"openai-{weights.model}-{(weights.sha256 or 'unpinned')[:12]}.pt"
    stamp = path.with_suffix(".sha256")
    kept = weights.sha256 and path.is_file() and stamp.is_file()
    if kept and stamp.read_text() == sha256_of(path):
        return path
    source = weights.folder / MODEL_FILE
    try:
        dims, state = to_openai(read_model(source))
    except KeyError as exc:
        raise ConversionError(f"{source} has no variable {exc}") from exc
    cache.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as temporary, temporary.open("wb") as out:
        save(dims, state, out)
        out.flush()
        os.fsync(out.fileno())
    stamp.write_text(sha256_of(path))  # last: after a crash before this line it is made again
    return path


def read_model(path: Path) -> dict[str, Array]:
    """Returns the variables of a CTranslate2 model file by name.

    Raises:
        ConversionError: it is not such a file.
    """
    data = path.read_bytes()
    try:
        return dict(_variables(memoryview(data)))
    except (struct.error, KeyError, UnicodeDecodeError, ValueError) as exc:
        raise ConversionError(f"{path} is not a CTranslate2 Whisper model ({exc}).") from exc


def _variables(data: memoryview) -> Iterator[tuple[str, Array]]:
    at = 0

    def number(form: str) -> int:
        nonlocal at
        value: int = struct.unpack_from(form, data, at)[0]
        at += struct.calcsize(form)
        return value

    def name() -> str:
        nonlocal at
        length = number("<H")
        text = bytes(data[at : at + length - 1]).decode()
        at += length
        return text

    version, spec = number("<I"), name()
    if version != BINARY_VERSION or spec != "WhisperSpec":
        raise ValueError(f"version {version} of {spec!r}, not {BINARY_VERSION} of WhisperSpec")
    number("<I")  # the spec's own revision
    for _ in range(number("<I")):
        variable = name()
        shape = [number("<I") for _ in range(number("<B"))]
        dtype = np.dtype(DTYPES[number("<B")])
        n_bytes = number("<I")
        yield variable, np.frombuffer(data[at : at + n_bytes], dtype).reshape(shape)
        at += n_bytes


def to_openai(variables: dict[str, Array]) -> tuple[dict[str, int], dict[str, Array]]:
    """Returns openai-whisper's dims and state dict for the variables of a CTranslate2 model."""
    state: dict[str, Array] = {}
    n_layers = {}
    for side in ("encoder", "decoder"):
        layers = re.compile(rf"{side}/layer_(\d+)/")
        n_layers[side] = len({found[1] for v in variables if (found := layers.match(v))})
        for layer in range(n_layers[side]):
            _block(variables, state, side, layer)
        state[f"{side}.positional_embedding"] = variables[f"{side}/position_encodings/encodings"]
    for conv in ("conv1", "conv2"):
        for kind in ("weight", "bias"):
            state[f"encoder.{conv}.{kind}"] = variables[f"encoder/{conv}/{kind}"]
    _norm(variables, state, "encoder/layer_norm", "encoder.ln_post")
    _norm(variables, state, "decoder/layer_norm", "decoder.ln")
    state["decoder.token_embedding.weight"] = variables["decoder/embeddings/weight"]
    n_vocab, n_text_state = variables["decoder/embeddings/weight"].shape
    n_audio_state, n_mels, _ = variables["encoder/conv1/weight"].shape
    dims = {
        "n_mels": n_mels,
        "n_audio_ctx": len(variables["encoder/position_encodings/encodings"]),
        "n_audio_state": n_audio_state,
        "n_audio_head": int(variables["encoder/num_heads"]),
        "n_audio_layer": n_layers["encoder"],
        "n_vocab": n_vocab,
        "n_text_ctx": len(variables["decoder/position_encodings/encodings"]),
        "n_text_state": n_text_state,
        "n_text_head": int(variables["decoder/num_heads"]),
        "n_text_layer": n_layers["decoder"],
    }
    return dims, state


def _norm(variables: dict[str, Array], state: dict[str, Array], ours: str, theirs: str) -> None:
    state[f"{theirs}.weight"] = variables[f"{ours}/gamma"]
    state[f"{theirs}.bias"] = variables[f"{ours}/beta"]


def _linear(variables: dict[str, Array], state: dict[str, Array], ours: str, theirs: str) -> None:
    for kind in ("weight", "bias"):
        state[f"{theirs}.{kind}"] = variables[f"{ours}/{kind}"]


def _fused(
    variables: dict[str, Array], state: dict[str, Array], ours: str, theirs: tuple[str, ...]
) -> None:
    # CTranslate2 stacks query, key and value; openai-whisper's key has no bias (it was zeros).
    weights = np.split(variables[f"{ours}/weight"], len(theirs))
    biases = np.split(variables[f"{ours}/bias"], len(theirs))
    for name, weight, bias in zip(theirs, weights, biases, strict=True):
        state[f"{name}.weight"] = weight
        if not name.endswith(".key"):
            state[f"{name}.bias"] = bias


def _block(variables: dict[str, Array], state: dict[str, Array], side: str, layer: int) -> None:
    ours, theirs = f"{side}/layer_{layer}", f"{side}.blocks.{layer}"
    attn = f"{theirs}.attn"
    _fused(
        variables,
        state,
        f"{ours}/self_attention/linear_0",
        (f"{attn}.query", f"{attn}.key", f"{attn}.value"),
    )
    _linear(variables, state, f"{ours}/self_attention/linear_1", f"{attn}.out")
    _norm(variables, state, f"{ours}/self_attention/layer_norm", f"{theirs}.attn_ln")
    if side == "decoder":
        cross = f"{theirs}.cross_attn"
        _linear(variables, state, f"{ours}/attention/linear_0", f"{cross}.query")
        _fused(variables, state, f"{ours}/attention/linear_1", (f"{cross}.key", f"{cross}.value"))
        _linear(variables, state, f"{ours}/attention/linear_2", f"{cross}.out")
        _norm(variables, state, f"{ours}/attention/layer_norm", f"{theirs}.cross_attn_ln")
    _linear(variables, state, f"{ours}/ffn/linear_0", f"{theirs}.mlp.0")
    _linear(variables, state, f"{ours}/ffn/linear_1", f"{theirs}.mlp.2")
    _norm(variables, state, f"{ours}/ffn/layer_norm", f"{theirs}.mlp_ln")
