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
import math
import struct
import sys
from pathlib import Path

import numpy as np
import snowballstemmer
from scipy import sparse

import distil
import evaluate
import words as lexicon
from sentences import Encodings
from senses import WordNet

MAGIC = b"TANDEMV1"
DIMENSIONS = 128
NEIGHBOURS = 16
# Definitions that are encoded, and the tokens that count of words, definitions and texts.
SENSES = 30_000
WORD_TOKENS, DEFINITION_TOKENS, TEXT_TOKENS = 12, 28, 110
# What a word's definitions count in its start beside the bare word.
DEFINITION_WEIGHT = 1.0
PIECED_WEIGHT = 0.5
# What a definition counts in the fit beside a description.
DEFINED = 0.5
# Below this two words are related at best; see the evaluation in README.md.
LEAST_SIMILARITY = 0.45
NO_WORD = 65_535
OUTPUT = Path(__file__).resolve().parent.parent / "data" / "vocabulary.bin"


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def definitions(words: list[str], zipf: list[float], wordnet: WordNet) -> list[list[tuple[str, float]]]:
    """For each word the definitions that are encoded, with their shares.

    Those of the commonest senses only: the rarest would double the encoding for
    words that no catalogue holds. Words of the field come first.
    """
    domain = lexicon.domain_counts()
    senses = [wordnet.senses(word) for word in words]
    worth: dict[str, float] = {}
    for word, frequency, found in zip(words, zipf, senses):
        for sense, share in found:
            value = frequency + math.log10(share) + (word in domain)
            worth[sense] = max(worth.get(sense, value), value)
    kept = set(sorted(worth, key=lambda sense: (-worth[sense], sense))[:SENSES])
    return [[(wordnet.texts[sense], share) for sense, share in found if sense in kept] for found in senses]


def starting_points(words: list[str], senses: list[list[tuple[str, float]]], encodings: Encodings) -> np.ndarray:
    """Each word's own vector blended with that of its definitions, common parts taken off."""
    glosses = lexicon.glosses()
    bare = encodings.of(words, WORD_TOKENS)
    needed = sorted({text for found in senses for text, _ in found} | set(glosses.values()))
    row = {text: vector for text, vector in zip(needed, encodings.of(needed, DEFINITION_TOKENS))}
    meaning, has = np.zeros_like(bare), np.zeros(len(words), bool)
    for at, (word, found) in enumerate(zip(words, senses)):
        if found:
            meaning[at] = sum(share * row[text] for text, share in found) / sum(share for _, share in found)
        if word in glosses:
            # The field's sense of a word counts three times its general one.
            meaning[at] = 0.75 * row[glosses[word]] + 0.25 * meaning[at] if found else row[glosses[word]]
        has[at] = bool(found) or word in glosses
    meaning[has] -= meaning[has].mean(axis=0)
    # A word that MPNet sees in pieces owes half its own vector to them: "telecare" to "telemark".
    whole = np.where(has & (encodings.pieces(words) > 1), PIECED_WEIGHT, 1.0)[:, None]
    return unit(whole * unit(bare - bare.mean(axis=0)) + DEFINITION_WEIGHT * unit(meaning))


def word_vectors(words: list[str], zipf: list[float], encodings: Encodings) -> tuple[np.ndarray, str]:
    """The vectors in their final dimensions, and how well such do on texts that are kept apart from a fit."""
    senses = definitions(words, zipf, WordNet())
    start = starting_points(words, senses, encodings).astype(np.float64)
    stems = distil.Stems.among(words, zipf)
    glosses = sorted({text for found in senses for text, _ in found})
    defined = centred(encodings.of(glosses, DEFINITION_TOKENS))
    files = distil.descriptions()

    def fit(files: list[list[str]]) -> np.ndarray:
        # What a file's texts have in common is its voice, no word's meaning: each file has its own mean.
        described = [centred(encodings.of(texts, TEXT_TOKENS)) for texts in files]
        rows = [distil.rows_of(texts, stems) for texts in files]
        targets = np.concatenate([*described, DEFINED * defined])
        axes = principal(np.concatenate([targets, 0.5 * start]), DIMENSIONS)
        rows = sparse.vstack([*rows, DEFINED * distil.rows_of(glosses, stems)]).tocsr()
        return distil.fitted(rows, targets @ axes, start @ axes, stems)

    def drawn(tenths: range) -> list[list[str]]:
        return [[text for at, group in enumerate(groups) if at % 10 in tenths for text in group] for groups in files]

    apart = drawn(range(9, 10))[0]
    truth, made = centred(encodings.of(apart, TEXT_TOKENS)), distil.rows_of(apart, stems)
    kept = lambda vectors: likeness_kept(made @ vectors[stems.head], truth)
    figures = f"texts kept apart: {kept(fit(drawn(range(9))))}; before fitting {kept(start)}"
    return fit(drawn(range(10))), figures


def centred(rows: np.ndarray) -> np.ndarray:
    return (rows - rows.mean(axis=0)).astype(np.float64)


def principal(rows: np.ndarray, dimensions: int) -> np.ndarray:
    """The axes that keep the most of the rows' inner products."""
    values, axes = np.linalg.eigh(rows.T @ rows)
    top = axes[:, np.argsort(values)[::-1][:dimensions]]
    # An axis has no sign of its own: fix it, so that every run writes the same bytes.
    return top * np.sign(top[np.abs(top).argmax(axis=0), np.arange(top.shape[1])])


def likeness_kept(made: np.ndarray, truth: np.ndarray) -> str:
    """Correlation of the cosines of all pairs with those of the sentence vectors."""
    made, truth = unit(made[:1500]), unit(truth[:1500])
    upper = np.triu_indices(len(made), 1)
    return f"{np.corrcoef((made @ made.T)[upper], (truth @ truth.T)[upper])[0, 1]:.3f}"


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
    scale = np.abs(vectors).max(axis=1)
    small = quantised(vectors)
    index, likeness = neighbours(words, small)
    text = "\n".join(words).encode()
    frequency = np.rint(np.array(zipf) * 1000).astype("<u2")
    head = MAGIC + struct.pack("<IIII", len(words), vectors.shape[1], NEIGHBOURS, len(text))
    parts = [frequency, small, index.astype("<u2"), likeness, scale.astype("<f4")]
    return head + text + b"".join(part.tobytes() for part in parts)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="compare with the committed file, write nothing")
    options.add_argument("--cache", type=Path, metavar="DIR", help="keep encodings there for the next run")
    options = options.parse_args()
    words, zipf = lexicon.vocabulary()
    vectors, figures = word_vectors(words, zipf, Encodings(options.cache))
    data = packed(words, zipf, vectors)
    print(figures)
    print(f"before rounding: {evaluate.synonyms(words, vectors.astype(np.float32))}")
    print(f"{len(words)} words, {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")
    if options.check:
        sys.exit(0 if OUTPUT.read_bytes() == data else f"{OUTPUT.name} differs from what this recipe makes")
    OUTPUT.write_bytes(data)


if __name__ == "__main__":
    main()
