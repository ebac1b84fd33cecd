"""Word vectors whose weighted sum over a text lies near the text's sentence vector.

The vectors start from what MiniLM makes of the bare word and of its definitions, and are
then fitted to sentence vectors by ridge regression: the commoner a word is in the
texts, the further it may move from its start.
"""

from __future__ import annotations

import csv
import html
import re
from pathlib import Path

import numpy as np
from scipy import sparse

from collect import ADDRESS, SHARED, TOKEN

# Frequency at which a word counts half: common words say little about a text.
HALF_WEIGHT = 1e-3
# How strongly a word's vector is held to its start, in texts that hold it.
STIFFNESS = 3.0
ROUNDS = 60


def descriptions() -> list[list[str]]:
    """From each funding competition its title, sentences and stretches of sixty words."""
    csv.field_size_limit(1 << 24)
    found, known = [], set()
    with open(SHARED / "projects/uk_funding_competitions.csv", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            title, body = (ADDRESS.sub(" ", html.unescape(row[column])).strip() for column in ("title", "description"))
            texts = [title]
            texts += [part.strip()[:400] for part in re.split(r"(?<=[.!?])\s+|\n+", body) if len(part.strip()) > 30]
            run = body.split()
            texts += [f"{title}. {' '.join(run[at : at + 60])}" for at in range(0, min(len(run), 180), 60) if len(run) > at + 25]
            found.append([text for text in dict.fromkeys(texts) if len(text) > 8 and text not in known])
            known.update(texts)
    return found


def weights_of(zipf: list[float]) -> np.ndarray:
    """A word's weight in a text: near 1 when rare, near 0 for function words."""
    return HALF_WEIGHT / (HALF_WEIGHT + 10.0 ** (np.array(zipf) - 9.0))


def rows_of(texts: list[str], words: list[str], weight: np.ndarray) -> sparse.csr_matrix:
    """Texts × words: the weight of each word that a text holds, each row of length 1."""
    at = {word: index for index, word in enumerate(words)}
    data, columns, starts = [], [], [0]
    for text in texts:
        held = sorted({at[token] for token in tokens_of(text) if token in at})
        values = weight[held]
        data.append(values / max(np.linalg.norm(values), 1e-9))
        columns.append(np.array(held, np.int64))
        starts.append(starts[-1] + len(held))
    return sparse.csr_matrix((np.concatenate(data), np.concatenate(columns), starts), (len(texts), len(words)))


def tokens_of(text: str) -> list[str]:
    found = []
    for token in TOKEN.findall(text.lower().replace("’", "'")):
        token = token.removesuffix("'s").strip("'&+")
        found += [token, *token.split("-")] if "-" in token else [token]
    return found


def fitted(rows: sparse.csr_matrix, targets: np.ndarray, start: np.ndarray, stiffness: float = STIFFNESS) -> np.ndarray:
    """Least squares with each word held to its start, by conjugate gradients."""
    made = rows @ start
    scale = float((made * targets).sum() / (made * made).sum())
    start = start * scale
    # The change is what is solved for, so a word of no text stays where it was.
    left = targets - rows @ start
    apply = lambda change: rows.T @ (rows @ change) + stiffness * change
    change = np.zeros_like(start)
    rest = rows.T @ left
    direction, size = rest.copy(), (rest * rest).sum(axis=0)
    for _ in range(ROUNDS):
        moved = apply(direction)
        step = size / np.maximum((direction * moved).sum(axis=0), 1e-12)
        change += direction * step
        rest -= moved * step
        fresh = (rest * rest).sum(axis=0)
        direction = rest + direction * (fresh / np.maximum(size, 1e-12))
        size = fresh
    return start + change
