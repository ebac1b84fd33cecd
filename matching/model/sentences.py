"""Sentence vectors that outlive a run: encoding takes half an hour, the rest two minutes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from mpnet import MpNet, tokenizer

# Numbers of a sentence vector.
WIDTH = 768


class Encodings:
    """MPNet with a memory. Without a folder it remembers for one run only."""

    def __init__(self, folder: Path | None):
        self.folder = folder
        self.texts: dict[str, int] = {}
        self.vectors = np.zeros((0, WIDTH), np.float32)
        if folder and (folder / "vectors.npy").exists():
            lines = (folder / "texts.txt").read_text(encoding="utf-8").split("\n")
            self.texts = {text: row for row, text in enumerate(lines)}
            self.vectors = np.load(folder / "vectors.npy")

    def of(self, texts: list[str], limit: int) -> np.ndarray:
        """A row for each text, of which the first `limit` tokens count."""
        texts = [f"{limit} {' '.join(text.split())}" for text in texts]
        missing = sorted({text for text in texts if text not in self.texts})
        if missing:
            show = lambda done, total: print(f"\r{done} of {total} texts", end="", file=sys.stderr, flush=True)
            fresh = MpNet().encode([text.partition(" ")[2] for text in missing], limit, show)
            print(file=sys.stderr)
            self.texts.update({text: len(self.vectors) + row for row, text in enumerate(missing)})
            self.vectors = np.concatenate([self.vectors, fresh])
            self._keep()
        return self.vectors[[self.texts[text] for text in texts]]

    @staticmethod
    def pieces(words: list[str]) -> np.ndarray:
        """Into how many pieces MPNet splits each word."""
        return np.array([len(encoding.ids) - 2 for encoding in tokenizer().encode_batch(words)])

    def _keep(self) -> None:
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "texts.txt").write_text("\n".join(self.texts), encoding="utf-8")
            np.save(self.folder / "vectors.npy", self.vectors)
