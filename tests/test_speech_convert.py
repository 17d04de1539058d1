"""CTranslate2's model file as openai-whisper's state dict, on a model of one layer."""

import hashlib
import json
import struct

import numpy as np
import pytest

from speech.convert import ConversionError, openai_checkpoint, read_model, to_openai
from speech.weights import Weights

N_STATE, N_VOCAB, N_MELS, N_CTX = 4, 7, 3, 5


def a_model():
    """Every variable of a Whisper of one layer a side, filled with numbers that tell them apart."""
    rng = np.random.default_rng(0)

    def made(*shape):
        return rng.standard_normal(shape).astype(np.float16)

    variables = {}

    def linear(name, n_out, n_in):
        variables[f"{name}/weight"], variables[f"{name}/bias"] = made(n_out, n_in), made(n_out)

    def norm(name):
        variables[f"{name}/gamma"], variables[f"{name}/beta"] = made(N_STATE), made(N_STATE)

    for side in ("encoder", "decoder"):
        at = f"{side}/layer_0"
        linear(f"{at}/self_attention/linear_0", 3 * N_STATE, N_STATE)
        linear(f"{at}/self_attention/linear_1", N_STATE, N_STATE)
        norm(f"{at}/self_attention/layer_norm")
        if side == "decoder":
            linear(f"{at}/attention/linear_0", N_STATE, N_STATE)
            linear(f"{at}/attention/linear_1", 2 * N_STATE, N_STATE)
            linear(f"{at}/attention/linear_2", N_STATE, N_STATE)
            norm(f"{at}/attention/layer_norm")
        linear(f"{at}/ffn/linear_0", 4 * N_STATE, N_STATE)
        linear(f"{at}/ffn/linear_1", N_STATE, 4 * N_STATE)
        norm(f"{at}/ffn/layer_norm")
        norm(f"{side}/layer_norm")
        variables[f"{side}/position_encodings/encodings"] = made(N_CTX, N_STATE)
        variables[f"{side}/num_heads"] = np.array(2, np.int16)
    for conv, n_in in (("conv1", N_MELS), ("conv2", N_STATE)):
        variables[f"encoder/{conv}/weight"] = made(N_STATE, n_in, 3)
        variables[f"encoder/{conv}/bias"] = made(N_STATE)
    variables["decoder/embeddings/weight"] = made(N_VOCAB, N_STATE)
    return variables


def as_file(variables, version=6, spec="WhisperSpec"):
    """The bytes that CTranslate2 writes for these variables."""
    codes = {np.dtype(np.int16): 2, np.dtype(np.float16): 4}

    def text(name):
        return struct.pack("<H", len(name) + 1) + name.encode() + b"\0"

    data = struct.pack("<I", version) + text(spec) + struct.pack("<II", 3, len(variables))
    for name, array in variables.items():
        shape = struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)
        data += text(name) + shape + struct.pack("<BI", codes[array.dtype], array.nbytes)
        data += array.tobytes()
    return data + struct.pack("<I", 0)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.bin").write_bytes(as_file(a_model()))
    return tmp_path


def save(dims, state, file):
    file.write(json.dumps([dims, sorted(state)]).encode())


def test_a_model_file_is_read_back_as_it_was_written(folder):
    read = read_model(folder / "model.bin")
    written = a_model()
    assert list(read) == list(written)
    assert all(np.array_equal(read[name], array) for name, array in written.items())


def test_the_dimensions_are_those_of_the_arrays():
    dims, _ = to_openai(a_model())
    assert dims == {
        "n_mels": 3,
        "n_audio_ctx": 5,
        "n_audio_state": 4,
        "n_audio_head": 2,
        "n_audio_layer": 1,
        "n_vocab": 7,
        "n_text_ctx": 5,
        "n_text_state": 4,
        "n_text_head": 2,
        "n_text_layer": 1,
    }


def test_fused_query_key_and_value_are_split_and_the_key_has_no_bias():
    variables = a_model()
    _, state = to_openai(variables)
    fused = variables["encoder/layer_0/self_attention/linear_0/weight"]
    for index, part in enumerate(("query", "key", "value")):
        rows = fused[index * N_STATE : (index + 1) * N_STATE]
        assert np.array_equal(state[f"encoder.blocks.0.attn.{part}.weight"], rows)
    bias = variables["encoder/layer_0/self_attention/linear_0/bias"]
    assert np.array_equal(state["encoder.blocks.0.attn.value.bias"], bias[2 * N_STATE :])
    assert "encoder.blocks.0.attn.key.bias" not in state


def test_cross_attention_has_its_own_query_and_a_fused_key_and_value():
    variables = a_model()
    _, state = to_openai(variables)
    cross = "decoder.blocks.0.cross_attn"
    query = variables["decoder/layer_0/attention/linear_0/weight"]
    fused = variables["decoder/layer_0/attention/linear_1/weight"]
    assert np.array_equal(state[f"{cross}.query.weight"], query)
    assert np.array_equal(state[f"{cross}.key.weight"], fused[:N_STATE])
    assert np.array_equal(state[f"{cross}.value.weight"], fused[N_STATE:])
    assert f"{cross}.key.bias" not in state


def test_the_encoder_has_no_cross_attention():
    _, state = to_openai(a_model())
    assert not [name for name in state if name.startswith("encoder") and "cross" in name]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a model at all, only some words",
        as_file(a_model(), version=5),
        as_file(a_model(), spec="TransformerSpec"),
        as_file(a_model())[:900],
    ],
    ids=["empty", "text", "other version", "other model", "cut off"],
)
def test_what_is_no_whisper_model_is_refused_by_name(tmp_path, data):
    (tmp_path / "model.bin").write_bytes(data)
    with pytest.raises(ConversionError, match=r"model\.bin is not a CTranslate2 Whisper model"):
        read_model(tmp_path / "model.bin")


def test_a_model_without_one_of_its_variables_is_refused_by_the_variables_name(tmp_path):
    variables = a_model()
    del variables["decoder/embeddings/weight"]
    (tmp_path / "model.bin").write_bytes(as_file(variables))
    with pytest.raises(ConversionError, match="decoder/embeddings/weight"):
        openai_checkpoint(Weights("base", tmp_path, "path", None), tmp_path / "cache", save)


def pinned(folder):
    digest = hashlib.sha256((folder / "model.bin").read_bytes()).hexdigest()
    return Weights("base", folder, "package", digest)


def test_a_pinned_checkpoint_is_made_once(folder, tmp_path):
    n_saved = 0

    def counting(*args):
        nonlocal n_saved
        n_saved += 1
        save(*args)

    first = openai_checkpoint(pinned(folder), tmp_path / "cache", counting)
    assert openai_checkpoint(pinned(folder), tmp_path / "cache", counting) == first
    assert n_saved == 1


def test_a_checkpoint_altered_in_the_cache_is_made_again(folder, tmp_path):
    path = openai_checkpoint(pinned(folder), tmp_path / "cache", save)
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    assert openai_checkpoint(pinned(folder), tmp_path / "cache", save).read_bytes() == good


def test_a_checkpoint_interrupted_while_being_written_is_not_left_behind(folder, tmp_path):
    def interrupted(dims, state, file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        openai_checkpoint(pinned(folder), tmp_path / "cache", interrupted)
    assert list((tmp_path / "cache").iterdir()) == []
