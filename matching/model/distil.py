"""Word vectors whose weighted sum over a text lies near the text's sentence vector.

The vectors start from what MPNet makes of the bare word and of its definitions, and are
then fitted to sentence vectors by ridge regression: the commoner a word is in the
texts, the further it may move from its start. All forms of a word move together, since
the matcher knows words by their stems: what is said of "bins" tells of "bin" too.
"""

from __future__ import annotations

import csv
import html
import math
import re
from dataclasses import dataclass

import numpy as np
import snowballstemmer
from scipy import sparse

from collect import ADDRESS, SHARED, TOKEN

# The texts that vectors are fitted to: files, and their columns of titles and texts.
TEXTS = [("projects/uk_funding_competitions.csv", "title", "description"), ("projects/ips_cases.csv", "name", "description")]
# A stretch of a text has so many words, and no more of a text than this is cut into stretches.
STRETCH, MOST_WORDS = 60, 600
# Frequency at which a word counts half: common words say little about a text.
HALF_WEIGHT = 1e-3
# How strongly a stem's vector is held to its start, in texts that hold it.
STIFFNESS = 3.0
ROUNDS = 60


@dataclass
class Stems:
    """Which words are forms of one: they share a vector's moves, and the commonest stands for all."""

    # Each word's stem, each stem's commonest word, and the stem's Zipf frequency.
    of: np.ndarray
    head: np.ndarray
    zipf: np.ndarray
    at: dict[str, int]

    @classmethod
    def among(cls, words: list[str], zipf: list[float]) -> Stems:
        stemmer, numbers = snowballstemmer.stemmer("english"), {}
        of = np.array([numbers.setdefault(stemmer.stemWord(word), len(numbers)) for word in words])
        head, uses = np.full(len(numbers), -1), np.zeros(len(numbers))
        for word, stem in enumerate(of):
            uses[stem] += 10.0 ** zipf[word]
            if head[stem] < 0 or zipf[word] > zipf[head[stem]]:
                head[stem] = word
        return cls(of, head, np.log10(uses), dict(zip(words, of)))


def descriptions() -> list[list[list[str]]]:
    """For each file, from each of its rows the title, the sentences and stretches of sixty words."""
    csv.field_size_limit(1 << 24)
    files, known = [], set()
    for name, *columns in TEXTS:
        found = []
        with open(SHARED / name, encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                title, body = (ADDRESS.sub(" ", html.unescape(row[column] or "")).strip() for column in columns)
                texts = [title]
                texts += [part.strip()[:400] for part in re.split(r"(?<=[.!?])\s+|\n+", body) if len(part.strip()) > 30]
                run = body.split()
                starts = [at for at in range(0, min(len(run), MOST_WORDS), STRETCH) if len(run) > at + 25]
                texts += [f"{title}. {' '.join(run[at : at + STRETCH])}" for at in starts]
                found.append([text for text in dict.fromkeys(texts) if len(text) > 8 and text not in known])
                known.update(texts)
        files.append(found)
    return files


def weights_of(zipf: np.ndarray) -> np.ndarray:
    """A word's weight in a text: near 1 when rare, near 0 for function words."""
    return HALF_WEIGHT / (HALF_WEIGHT + 10.0 ** (zipf - 9.0))


def rows_of(texts: list[str], stems: Stems) -> sparse.csr_matrix:
    """Texts × stems: the weight of each stem that a text holds, each row of length 1."""
    weight = weights_of(stems.zipf)
    data, columns, starts = [], [], [0]
    for text in texts:
        held = sorted({stems.at[token] for token in tokens_of(text) if token in stems.at})
        values = weight[held]
        data.append(values / max(math.sqrt((values * values).sum()), 1e-9))
        columns.append(np.array(held, np.int64))
        starts.append(starts[-1] + len(held))
    return sparse.csr_matrix((np.concatenate(data), np.concatenate(columns), starts), (len(texts), len(stems.head)))


def tokens_of(text: str) -> list[str]:
    found = []
    for token in TOKEN.findall(text.lower().replace("’", "'")):
        token = token.removesuffix("'s").strip("'&+")
        found += [token, *token.split("-")] if "-" in token else [token]
    return found


def fitted(rows: sparse.csr_matrix, targets: np.ndarray, start: np.ndarray, stems: Stems) -> np.ndarray:
    """Least squares with each stem held to where its commonest word starts, by conjugate gradients."""
    made = rows @ start[stems.head]
    scale = float((made * targets).sum() / (made * made).sum())
    # The change is what is solved for, so a word of no text stays where it was.
    left = targets - scale * made
    apply = lambda change: rows.T @ (rows @ change) + STIFFNESS * change
    rest = rows.T @ left
    change, direction, size = np.zeros_like(rest), rest.copy(), (rest * rest).sum(axis=0)
    for _ in range(ROUNDS):
        moved = apply(direction)
        step = size / np.maximum((direction * moved).sum(axis=0), 1e-12)
        change += direction * step
        rest -= moved * step
        fresh = (rest * rest).sum(axis=0)
        direction = rest + direction * (fresh / np.maximum(size, 1e-12))
        size = fresh
    return scale * start + change[stems.of]
