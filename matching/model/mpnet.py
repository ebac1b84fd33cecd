"""MPNet in OpenVINO: texts in, sentence vectors out.

The build encodes some 100,000 short texts once. OpenVINO runs the twelve layers on every
processor, in single precision so that one gives what another gives, and without the
gigabytes of a framework for training. Texts are grouped by their number of tokens; no
group needs padding, hence no mask.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import openvino
from openvino import opset13 as ops
from safetensors.numpy import load_file
from tokenizers import Tokenizer

# Where script/encoder puts the weights.
FOLDER = Path(__file__).resolve().parents[2] / "target" / "encoder" / "mpnet"
# Tokens of one call.
BATCH = 8192
# Positions count from here: 0 and 1 are taken by the markers of padding.
FIRST_POSITION = 2
# Distances from here on share buckets; beyond, all are one.
FARTHEST = 128


class MpNet:
    def __init__(self, folder: Path = FOLDER):
        if not (folder / "model.safetensors").is_file():
            raise SystemExit(f"no weights in {folder}: run script/encoder mpnet")
        self.config = json.loads((folder / "config.json").read_text())
        self.weights = {name: array for name, array in load_file(folder / "model.safetensors").items() if array.dtype == np.float32}
        self.tokenizer = tokenizer(folder)
        options = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
        self.model = openvino.Core().compile_model(self._graph(), "CPU", options)

    @property
    def width(self) -> int:
        return self.config["hidden_size"]

    def encode(self, texts: list[str], limit: int, progress=None) -> np.ndarray:
        """One unit-length row a text: the mean of its last layer, markers included.

        Only the first `limit` tokens of a text count.
        """
        self.tokenizer.enable_truncation(limit)
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        groups = defaultdict(list)
        for row, tokens in enumerate(ids):
            groups[len(tokens)].append(row)
        out = np.zeros((len(texts), self.width), np.float32)
        done = 0
        for length in sorted(groups):
            rows, step, bias = groups[length], max(1, BATCH // length), self._bias(length)
            positions = np.arange(FIRST_POSITION, FIRST_POSITION + length)
            for start in range(0, len(rows), step):
                batch = rows[start : start + step]
                tokens = np.array([ids[row] for row in batch], np.int64)
                mean = self.model({"ids": tokens, "positions": positions, "bias": bias})[0]
                out[batch] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
                done += len(batch)
                if progress:
                    progress(done, len(texts))
        return out

    def _graph(self) -> openvino.Model:
        """Token ids (texts × tokens), positions and the bias of distances to means (texts × width)."""
        heads, ending = self.config["num_attention_heads"], np.array([-1], np.int64)
        weight = lambda name: ops.constant(np.ascontiguousarray(self.weights[name]))
        shape = lambda *sizes: ops.constant(np.array(sizes, np.int64))
        linear = lambda x, name: ops.add(ops.matmul(x, weight(name + ".weight"), False, True), weight(name + ".bias"))

        def norm(x, name):
            x = ops.mvn(x, ops.constant(ending), True, self.config["layer_norm_eps"], "inside_sqrt")
            return ops.add(ops.multiply(x, weight(name + ".weight")), weight(name + ".bias"))

        def split(x):
            return ops.transpose(ops.reshape(x, shape(0, 0, heads, self.width // heads), True), shape(0, 2, 1, 3))

        ids = ops.parameter([-1, -1], np.int64, name="ids")
        positions = ops.parameter([-1], np.int64, name="positions")
        bias = ops.parameter([1, heads, -1, -1], np.float32, name="bias")
        rows = lambda name, which: ops.gather(weight(f"embeddings.{name}_embeddings.weight"), which, ops.constant(np.int64(0)))
        x = norm(ops.add(rows("word", ids), rows("position", positions)), "embeddings.LayerNorm")
        for layer in range(self.config["num_hidden_layers"]):
            at = f"encoder.layer.{layer}."
            q, k, v = (split(linear(x, f"{at}attention.attn.{name}")) for name in "qkv")
            scores = ops.multiply(ops.matmul(q, k, False, True), ops.constant(np.float32((self.width // heads) ** -0.5)))
            mixed = ops.matmul(ops.softmax(ops.add(scores, bias), -1), v, False, False)
            mixed = ops.reshape(ops.transpose(mixed, shape(0, 2, 1, 3)), shape(0, 0, self.width), True)
            x = norm(ops.add(x, linear(mixed, at + "attention.attn.o")), at + "attention.LayerNorm")
            inner = ops.gelu(linear(x, at + "intermediate.dense"), "erf")
            x = norm(ops.add(x, linear(inner, at + "output.dense")), at + "output.LayerNorm")
        mean = ops.reduce_mean(x, shape(1), False)
        return openvino.Model([ops.result(mean)], [ids, positions, bias], "mpnet")

    def _bias(self, length: int) -> np.ndarray:
        """What each token adds to its attention to another for the distance between them."""
        table = self.weights["encoder.relative_attention_bias.weight"]
        places = [[bucket(there - here, len(table)) for there in range(length)] for here in range(length)]
        return np.ascontiguousarray(table[np.array(places)].transpose(2, 0, 1)[None])


def tokenizer(folder: Path = FOLDER) -> Tokenizer:
    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    made.no_padding()
    return made


def bucket(offset: int, buckets: int) -> int:
    """Half of the buckets are for tokens ahead; near distances have one each, far ones share ever more widely."""
    half, distance = buckets // 2, abs(offset)
    near = half // 2
    if distance >= near:
        spread = math.log(distance / near) / math.log(FARTHEST / near)
        distance = min(near + int(spread * (half - near)), half - 1)
    return distance + (half if offset > 0 else 0)
