"""Builds `../data/vocabulary.bin`: words, their frequencies, vectors and neighbours.

    python build.py            encodes, reduces, writes, prints the figures of README.md
    python build.py --check    the same, but compares with the committed file instead of writing
"""

from __future__ import annotations

import os

# One fixed number of threads: sums are taken in the same order on every run.
os.environ["OPENBLAS_NUM_THREADS"] = "2"

import argparse
import hashlib
import struct
import sys
from pathlib import Path

import numpy as np
import snowballstemmer

import words as lexicon
from minilm import MiniLm

MAGIC = b"TANDEMV1"
DIMENSIONS = 128
NEIGHBOURS = 16
# Below this two words are related at best; see the evaluation in README.md.
LEAST_SIMILARITY = 0.45
NO_WORD = 65_535
OUTPUT = Path(__file__).resolve().parent.parent / "data" / "vocabulary.bin"


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def reduced(vectors: np.ndarray, dimensions: int) -> np.ndarray:
    """The vectors on the axes that keep the most of their inner products.

    The mean is not taken off first: similarities stay on the model's own scale, on which
    unrelated words lie near 0.2 and words of one meaning above 0.5.
    """
    values, axes = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors.astype(np.float64))
    top = axes[:, np.argsort(values)[::-1][:dimensions]]
    # An axis has no sign of its own: fix it, so that every run writes the same bytes.
    top = top * np.sign(top[np.abs(top).argmax(axis=0), np.arange(top.shape[1])])
    return vectors.astype(np.float64) @ top


def quantised(vectors: np.ndarray) -> np.ndarray:
    return np.rint(vectors * (127.0 / np.abs(vectors).max(axis=1, keepdims=True))).astype(np.int8)


def neighbours(words: list[str], vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each word's nearest words, best first, without inflections of itself or of one another."""
    stemmer = snowballstemmer.stemmer("english")
    stems = [stemmer.stemWord(word) for word in words]
    rows = unit(vectors.astype(np.float32))
    index = np.full((len(words), NEIGHBOURS), NO_WORD, np.uint16)
    likeness = np.zeros((len(words), NEIGHBOURS), np.uint8)
    for start in range(0, len(words), 2000):
        scores = rows[start : start + 2000] @ rows.T
        # Rounded before ordering, so that the order never hangs on the last bit.
        scores = np.rint(scores * 255).astype(np.int16)
        for offset, line in enumerate(scores):
            word, seen, slot = start + offset, {stems[start + offset]}, 0
            near = np.flatnonzero(line >= LEAST_SIMILARITY * 255)
            for other in near[np.lexsort((near, -line[near]))]:
                if stems[other] in seen:
                    continue
                seen.add(stems[other])
                index[word, slot], likeness[word, slot] = other, min(255, line[other])
                slot += 1
                if slot == NEIGHBOURS:
                    break
    return index, likeness


def packed(words: list[str], zipf: list[float], vectors: np.ndarray) -> bytes:
    index, likeness = neighbours(words, vectors)
    text = "\n".join(words).encode()
    frequency = np.rint(np.array(zipf) * 1000).astype("<u2")
    head = MAGIC + struct.pack("<IIII", len(words), vectors.shape[1], NEIGHBOURS, len(text))
    return head + text + frequency.tobytes() + vectors.tobytes() + index.astype("<u2").tobytes() + likeness.tobytes()


def loss(full: np.ndarray, small: np.ndarray) -> str:
    """How well similarities survive: over random pairs, and over pairs that are alike."""
    random = np.random.default_rng(7)
    left, right = random.integers(0, len(full), (2, 400_000))
    full, small = unit(full.astype(np.float64)), unit(small.astype(np.float64))
    near = random.integers(0, len(full), 2000)
    close = np.argwhere(full[near] @ full.T > 0.45)
    left, right = np.concatenate([left, near[close[:, 0]]]), np.concatenate([right, close[:, 1]])
    keep = left != right
    before = np.einsum("ij,ij->i", full[left[keep]], full[right[keep]])
    after = np.einsum("ij,ij->i", small[left[keep]], small[right[keep]])
    alike = before > 0.45
    return (
        f"correlation {np.corrcoef(before, after)[0, 1]:.4f} over {len(before)} pairs, "
        f"{np.corrcoef(before[alike], after[alike])[0, 1]:.4f} over the {alike.sum()} alike; "
        f"mean shift of the alike {np.mean(after[alike] - before[alike]):+.3f}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="compare with the committed file, write nothing")
    options = options.parse_args()
    words, zipf = lexicon.vocabulary()
    show = lambda done, total: print(f"\r{done} of {total} words", end="", file=sys.stderr)
    full = MiniLm().encode(words, show)
    print(file=sys.stderr)
    small = quantised(reduced(full, DIMENSIONS))
    data = packed(words, zipf, small)
    print(loss(full, small))
    print(f"{len(words)} words, {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")
    if options.check:
        sys.exit(0 if OUTPUT.read_bytes() == data else f"{OUTPUT.name} differs from what this recipe makes")
    OUTPUT.write_bytes(data)


if __name__ == "__main__":
    main()
