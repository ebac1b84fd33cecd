"""Figures for README.md: do like words, and like texts, get like vectors?

    python evaluate.py      reads ../data/vocabulary.bin
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "data" / "vocabulary.bin"


def read(path: Path = DATA) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Words, Zipf frequencies, vectors at their true lengths, neighbours and their likeness."""
    data = path.read_bytes()
    assert data[:8] == b"TANDEMV1"
    n, d, k, text = struct.unpack_from("<IIII", data, 8)
    at = 24
    words = data[at : at + text].decode().split("\n")
    at += text
    zipf = np.frombuffer(data, "<u2", n, at) / 1000
    at += 2 * n
    rows = np.frombuffer(data, "i1", n * d, at).reshape(n, d).astype(np.float32)
    at += n * d
    near = np.frombuffer(data, "<u2", n * k, at).reshape(n, k)
    at += 2 * n * k
    likeness = np.frombuffer(data, "u1", n * k, at).reshape(n, k) / 255
    at += n * k
    scale = np.frombuffer(data, "<f4", n, at) if at < len(data) else np.full(n, 127, np.float32)
    return words, zipf, rows * (scale / 127)[:, None], near, likeness


def pairs(words: list[str]) -> list[tuple[int, int]]:
    at = {word: index for index, word in enumerate(words)}
    lines = (HERE / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    found = [line.split() for line in lines if line and not line.startswith("#")]
    return [(at[left], at[right]) for left, right in found if left in at and right in at]


def synonyms(words: list[str], vectors: np.ndarray) -> str:
    """How well pairs of one meaning stand out from random pairs of the same words."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    known = pairs(words)
    alike = np.array([unit[left] @ unit[right] for left, right in known])
    members = [word for pair in known for word in pair]
    linked = {frozenset(pair) for pair in known}
    draw = np.random.default_rng(0).choice(members, (40_000, 2))
    others = [(l, r) for l, r in draw if l != r and frozenset((l, r)) not in linked and words[l][:4] != words[r][:4]]
    unlike = np.array([unit[left] @ unit[right] for left, right in others])
    area = (np.searchsorted(np.sort(unlike), alike) / len(unlike)).mean()
    cut = np.quantile(unlike, 0.99)
    ranks = [int((unit @ unit[a] > unit[a] @ unit[b] + 1e-6).sum()) for l, r in known for a, b in ((l, r), (r, l))]
    return (
        f"{len(known)} pairs: area under the curve {area:.4f}, found at 1 % false {np.mean(alike > cut):.3f} "
        f"(cosine {cut:.2f}), among the 16 nearest {np.mean(np.array(ranks) <= 16):.3f}"
    )


if __name__ == "__main__":
    words, _, vectors, near, likeness = read()
    print(synonyms(words, vectors))
    print(f"neighbours a word: {np.mean((near != 65_535).sum(axis=1)):.1f}; without any: {np.mean(near[:, 0] == 65_535):.3f}")
    at = {word: index for index, word in enumerate(words)}
    for word in "bins telecare retrofit drone council loneliness".split():
        row = at[word]
        print(word, "→", ", ".join(f"{words[n]} {s:.2f}" for n, s in zip(near[row], likeness[row]) if n != 65_535))
