"""The graphs of all-MiniLM-L6-v2, and of the reader that shares its weights, made for onnxruntime without torch.

It is a BERT encoder: 6 layers, width 384, 12 heads, exact GELU, layer norm after each half layer. The graph takes the
word pieces of texts of EQUAL length, [texts, length], and gives the vector of every piece, [texts, length, 384]. There
is no mask and no padding, so nothing about a text's neighbours can reach its vectors.

Two precisions. `fp32` agrees with the reference implementation to rounding. `int8` does the matrix products, most of
the work, in integers, and differs from usual dynamic quantisation in three ways, each for a reason:

- Activations get one scale per word piece (row), not one per batch. With one scale per batch a text's vector depends on
  which texts it is embedded with (cosine between alone and in a batch down to .988), so a cache of vectors or an
  evaluation would not be reproducible. With one per row the vector is the same to the last bit, and nearer to fp32.
- Weights get one scale per output column, chosen so that the sums of two products that older processors form in 16 bits
  (AVX2 without VNNI) cannot overflow: see `quantised`. All processors then compute with the same integers.
- After GELU, which is never below -0.17, few of the 256 values are spent on negative numbers: see `_GELU_ZERO`.

The reader is the same encoder over two segments, with a head of four outputs; see `build_reader`.

Layer norm is an `Add` and a plain `LayerNormalization` because onnxruntime's fused `SkipLayerNormalization` was four
times slower (1.9 ms against 0.5 ms for 1,024 word pieces).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from assistant.library.embedders.base import FloatMatrix, FloatVector
from assistant.library.embedders.minilm_files import DIMENSION, MAX_PIECES, Precision

Weights = Mapping[str, Any]  # by name, as in the checkpoint: vectors [n], matrices [out, in], or `Quantised` ones

_LAYERS, _HEADS = 6, 12
_EPSILON = 1e-12  # layer_norm_eps of the model's config.json
_MICROSOFT = "com.microsoft"
_SIGNED_ZERO = 128  # zero point of activations that may have either sign: 1..255 stand for -127..127 steps
_GELU_MINIMUM = 0.17  # GELU(x) > -0.17 for every x
_GELU_ZERO = 16  # zero point after GELU: 16 of the 256 values for its small negative part
_PAIR_STEPS = 127  # two weights together; with what rounding adds at most 128, and 255 * 128 still fits into 16 bits


class Quantised(NamedTuple):
    """A weight matrix in integers: weight ~ integers * scales."""

    integers: npt.NDArray[np.int8]  # [in, out]
    scales: FloatVector  # one for each column


def read_safetensors(file: Path) -> dict[str, FloatMatrix]:
    """The float32 tensors of a safetensors file: 8 bytes of header length, a JSON header, the raw numbers."""
    content = file.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:begin])
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            first, last = entry["data_offsets"]
            numbers = np.frombuffer(content, np.dtype("<f4"), (last - first) // 4, begin + first)
            tensors[name] = numbers.reshape(entry["shape"])
    return tensors


def quantised(weight: FloatMatrix) -> Quantised:
    """A weight matrix [in, out] as int8 with one scale per column: weight ~ integers * scale.

    Processors with AVX2 but without VNNI add the products of two neighbouring rows in 16 bits before they widen, and
    saturate: 255 * 127 * 2 does not fit. The usual remedy, seven bits for all weights, costs more accuracy (mean cosine
    to fp32 .9965) than what is done here: the scale of a column follows the largest sum of two weights of equal sign in
    a group of four rows (.9975; scaled by the largest single weight, without a remedy, .9978). On an emulated processor
    with AVX2 alone the vectors then stay as near to fp32 as on this one; without the remedy they lose .001 to .004.
    """
    rows, columns = weight.shape
    groups = weight.reshape(rows // 4, 4, columns)
    largest = np.maximum(_largest_pair(groups), _largest_pair(-groups))
    scale = (np.maximum(largest, 1e-12) / _PAIR_STEPS).astype(np.float32)
    return Quantised(np.clip(np.rint(weight / scale), -_PAIR_STEPS, _PAIR_STEPS).astype(np.int8), scale)


def _largest_pair(groups: FloatMatrix) -> FloatVector:
    """For each column the largest sum of two positive weights within one group: [groups, 4, columns] -> [columns]."""
    two = np.sort(np.maximum(groups, 0), axis=1)[:, 2:]
    largest: FloatVector = two.sum(axis=1).max(axis=0)
    return largest


def build(weights: Weights, precision: Precision) -> bytes:
    """The model as a serialised ONNX file: `pieces` int64 [texts, length] -> `vectors` float32 [texts, length, 384].

    Raises `KeyError` when a weight is missing.
    """
    graph = _Graph(weights)
    products = _Int8(graph) if precision == "int8" else _Fp32(graph)
    hidden = _encoder(graph, products, graph.embeddings("pieces", half=precision == "int8"))
    graph.nodes.append(helper.make_node("Reshape", [hidden, graph.shaped], ["vectors"]))
    pieces = helper.make_tensor_value_info("pieces", TensorProto.INT64, ["texts", "length"])
    vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", "length", DIMENSION])
    return _serialised(graph, f"all-MiniLM-L6-v2-{precision}", [pieces], [vectors])


def build_reader(weights: Weights, precision: Precision) -> bytes:
    """The reader: word pieces of two sides -> `logits` float32 [texts, n], n outputs of the layer "head.last".

    `pieces` int64 [texts, length]; `left` float32 [texts, length], 1 on the pieces of the left side without [CLS] and
    [SEP], `right` likewise 1 on what is of the second segment. The head sees the last vector of [CLS] and the mean of
    the left side's. Its sums are taken row by row: matrix products of other shapes would round otherwise, and a pair's
    score depend on its neighbours. Raises `KeyError` when a weight is missing.
    """
    graph = _Graph(weights)
    products = _Int8(graph) if precision == "int8" else _Fp32(graph)
    hidden = _encoder(graph, products, graph.embeddings("pieces", half=precision == "int8", segments="right"))
    vectors = graph.op("Reshape", hidden, graph.shaped)
    first, last = (graph.constant(np.array(value)) for value in ([-1], [2]))
    along = graph.constant(np.array([1]))
    cls = graph.op("Gather", vectors, graph.constant(np.array(0)), axis=1)
    left = graph.op("Unsqueeze", "left", last)
    total = graph.op("ReduceSum", graph.op("Mul", vectors, left), along, keepdims=0)
    mean = graph.op("Div", total, graph.op("ReduceSum", left, along, keepdims=0))
    joined = products.prepare(graph.op("Concat", cls, mean, axis=1))
    dense = graph.op("Add", products.product(joined, "head.dense"), graph.weight("head.dense.bias"))
    wide = graph.op("Unsqueeze", graph.op("Tanh", dense), along)
    each = graph.op("ReduceSum", graph.op("Mul", wide, graph.weight("head.last.weight")), first, keepdims=0)
    graph.nodes.append(helper.make_node("Add", [each, graph.weight("head.last.bias")], ["logits"]))
    inputs = [helper.make_tensor_value_info("pieces", TensorProto.INT64, ["texts", "length"])]
    for name in ("left", "right"):
        inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["texts", "length"]))
    outputs = len(weights["head.last.bias"])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", outputs])
    return _serialised(graph, f"reader-{precision}", inputs, [logits])


def _encoder(graph: _Graph, products: _Fp32 | _Int8, hidden: str) -> str:
    """All layers, [texts * length, 384] -> the same."""
    for number in range(_LAYERS):
        hidden = _layer(graph, products, hidden, f"encoder.layer.{number}.")
    return hidden


def _serialised(graph: _Graph, name: str, inputs: list[ValueInfoProto], outputs: list[ValueInfoProto]) -> bytes:
    made = helper.make_graph(graph.nodes, name, inputs, outputs, graph.constants)
    versions = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
    model: bytes = helper.make_model(made, opset_imports=versions, ir_version=9).SerializeToString()
    return model


def _layer(graph: _Graph, products: _Fp32 | _Int8, hidden: str, layer: str) -> str:
    """One encoder layer, [texts * length, 384] -> the same."""
    inputs = products.prepare(hidden)
    parts = [layer + f"attention.self.{part}" for part in ("query", "key", "value")]
    projected = [graph.op("Reshape", products.product(inputs, part), graph.shaped) for part in parts]
    bias = graph.constant(np.concatenate([graph.weights[part + ".bias"] for part in parts]))
    heads = graph.op("MultiHeadAttention", *projected, bias, domain=_MICROSOFT, num_heads=_HEADS)
    context = products.prepare(graph.op("Reshape", heads, graph.flat))
    hidden = graph.add_and_norm(
        products.product(context, layer + "attention.output.dense"), hidden, layer + "attention."
    )
    wide = products.product(products.prepare(hidden), layer + "intermediate.dense")
    active = graph.op("BiasGelu", wide, graph.weight(layer + "intermediate.dense.bias"), domain=_MICROSOFT)
    narrow = products.product(products.prepare(active, after_gelu=True), layer + "output.dense")
    return graph.add_and_norm(narrow, hidden, layer)


class _Graph:
    """The nodes and constants of the graph so far. Values inside are flat: [texts * length, width]."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self._names = 0
        self.shape = self.op("Shape", "pieces")
        self.shaped = self.op("Concat", self.shape, self.constant(np.array([DIMENSION])), axis=0)
        self.flat = self.constant(np.array([-1, DIMENSION]))

    def _name(self) -> str:
        self._names += 1
        return f"v{self._names}"

    def constant(self, value: npt.NDArray[Any] | np.generic) -> str:
        name = self._name()
        self.constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(self.weights[name])

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        output = self._name()
        self.nodes.append(helper.make_node(kind, list(inputs), [output], domain=domain, **attributes))
        return output

    def embeddings(self, pieces: str, *, half: bool, segments: str = "") -> str:
        """Word, position and segment vectors added up; `half` stores the words' as float16 (no loss seen).

        `segments` names the input that is 1 on pieces of the second segment; without it every text is one segment.
        """
        words = self.weights["embeddings.word_embeddings.weight"]
        found = self.op("Gather", self.constant(words.astype(np.float16) if half else words), pieces)
        found = self.op("Cast", found, to=TensorProto.FLOAT) if half else found
        segment, second = self.weights["embeddings.token_type_embeddings.weight"]
        places = self.constant(self.weights["embeddings.position_embeddings.weight"][:MAX_PIECES] + segment)
        zero = self.constant(np.array([0]))
        length = self.op("Gather", self.shape, self.constant(np.array([1])))
        total = self.op("Add", found, self.op("Slice", places, zero, length, zero))
        if segments:
            marks = self.op("Unsqueeze", segments, self.constant(np.array([2])))
            total = self.op("Add", total, self.op("Mul", marks, self.constant(second - segment)))
        return self.op("Reshape", self._norm(total, "embeddings."), self.flat)

    def add_and_norm(self, change: str, hidden: str, part: str) -> str:
        """LayerNorm(change + bias + hidden)."""
        bias = self.weight(part + "output.dense.bias")
        return self._norm(self.op("Add", self.op("Add", change, bias), hidden), part + "output.")

    def _norm(self, value: str, part: str) -> str:
        scale, shift = (self.weight(f"{part}LayerNorm.{name}") for name in ("weight", "bias"))
        return self.op("LayerNormalization", value, scale, shift, axis=-1, epsilon=_EPSILON)


class _Fp32:
    """Matrix products in float32."""

    def __init__(self, graph: _Graph) -> None:
        self._graph = graph

    def prepare(self, value: str, *, after_gelu: bool = False) -> str:
        del after_gelu
        return value

    def product(self, value: Any, dense: str) -> str:
        """`value` times the weight of `dense`, without its bias."""
        weight = self._graph.weights[dense + ".weight"].T
        return self._graph.op("MatMul", value, self._graph.constant(weight))


class _Int8:
    """Matrix products in integers: rows of activations and columns of weights each have a scale of their own."""

    def __init__(self, graph: _Graph) -> None:
        self._graph = graph
        self._last = graph.constant(np.array([1]))  # the axis of the row

    def prepare(self, value: str, *, after_gelu: bool = False) -> tuple[str, str, int]:
        """The integers of each row, the rows' scales [rows, 1], and the zero point that all rows share."""
        graph = self._graph
        zero = _GELU_ZERO if after_gelu else _SIGNED_ZERO
        scale = self._scale_after_gelu(value) if after_gelu else self._scale(value)
        scales = graph.op("Reshape", scale, graph.constant(np.array([-1])))
        zeros = graph.op("Expand", graph.constant(np.array([zero], np.uint8)), graph.op("Shape", scales))
        return graph.op("QuantizeLinear", value, scales, zeros, axis=0), scale, zero

    def _scale(self, value: str) -> str:
        graph = self._graph
        highest = graph.op("ReduceMax", value, self._last, keepdims=1)
        lowest = graph.op("Neg", graph.op("ReduceMin", value, self._last, keepdims=1))
        largest = graph.op("Max", highest, lowest, graph.constant(np.float32(1e-6)))
        return graph.op("Mul", largest, graph.constant(np.float32(1 / 127)))

    def _scale_after_gelu(self, value: str) -> str:
        graph = self._graph
        highest = graph.op("ReduceMax", value, self._last, keepdims=1)
        step = graph.op("Mul", highest, graph.constant(np.float32(1 / (255 - _GELU_ZERO))))
        return graph.op("Max", step, graph.constant(np.float32(_GELU_MINIMUM / _GELU_ZERO)))

    def product(self, value: Any, dense: str) -> str:
        """Row `r`, column `c`: sum of integers * column scale `c` (inside the operator) * row scale `r`."""
        graph = self._graph
        integers, scale, zero = value
        stored = graph.weights[dense + ".weight"]
        weight, column_scales = stored if isinstance(stored, Quantised) else quantised(stored.T)
        constants = (np.float32(1), column_scales, np.uint8(zero), np.zeros(column_scales.shape, np.int8))
        one, columns, row_zero, column_zeros = (graph.constant(constant) for constant in constants)
        found = graph.op(
            "MatMulIntegerToFloat",
            integers,
            graph.constant(weight),
            one,
            columns,
            row_zero,
            column_zeros,
            domain=_MICROSOFT,
        )
        return graph.op("Mul", found, scale)
