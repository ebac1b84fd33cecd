"""What words mean, from WordNet: each word's senses with how common each is.

A bare rare word is to MPNet little more than its word pieces ("telecare" lies
beside "telemark"). Its definition says what it is.
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

# Debian's wordnet-base puts it here.
FOLDER = Path(os.environ.get("WORDNET", "/usr/share/wordnet"))
FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
# Senses beyond the second, and those met in less than a seventh of uses, blur a word.
MOST_SENSES = 2
LEAST_SHARE = 0.15
# Endings of inflected forms, as (ending, what stands in the base form).
ENDINGS = {
    "n": [("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")],
    "v": [("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")],
    "a": [("er", ""), ("est", ""), ("er", "e"), ("est", "e")],
    "r": [],
}


class WordNet:
    def __init__(self, folder: Path = FOLDER):
        if not folder.is_dir():
            raise SystemExit(f"no WordNet in {folder}: see README.md")
        self.synsets: dict[str, list[str]] = {}
        self.irregular: dict[str, dict[str, list[str]]] = {}
        for part, name in FILES.items():
            lines = (folder / f"index.{name}").read_text(encoding="latin-1").splitlines()
            for line in lines:
                if not line.startswith(" "):
                    fields = line.split()
                    self.synsets[part + fields[0]] = [part + offset for offset in fields[-int(fields[2]) :]]
            rows = [line.split() for line in (folder / f"{name}.exc").read_text(encoding="latin-1").splitlines()]
            self.irregular[part] = {row[0]: row[1:] for row in rows}
        self.texts = {part + offset: text for part in FILES for offset, text in self._texts(folder / f"data.{FILES[part]}")}
        self.uses = self._uses(folder / "cntlist.rev")

    @staticmethod
    def _texts(path: Path):
        for line in path.read_text(encoding="latin-1").splitlines():
            if line.startswith(" "):
                continue
            facts, _, gloss = line.partition(" | ")
            fields = facts.split()
            names = [fields[4 + 2 * at].split("(")[0].replace("_", " ") for at in range(int(fields[3], 16))]
            meaning = gloss.split('; "')[0].strip()
            yield fields[0], f"{', '.join(names[:5])}: {meaning}"

    @staticmethod
    def _uses(path: Path) -> dict[tuple[str, int], int]:
        """How often a sense was met in the texts that WordNet's makers tagged."""
        part = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
        found: dict[tuple[str, int], int] = defaultdict(int)
        for line in path.read_text(encoding="latin-1").splitlines():
            key, sense, count = line.split()
            lemma, _, rest = key.partition("%")
            found[part[rest[0]] + lemma, int(sense)] += int(count)
        return found

    def bases(self, word: str) -> list[str]:
        """The entries that a word may be a form of, marked with their part of speech."""
        found = []
        for part in FILES:
            forms = [word, *self.irregular[part].get(word, [])]
            forms += [word.removesuffix(end) + base for end, base in ENDINGS[part] if word.endswith(end) and len(word) > len(end) + 2]
            for form in dict.fromkeys(forms):
                if part + form in self.synsets:
                    found.append(part + form)
                    break
        return found

    def senses(self, word: str) -> list[tuple[str, float]]:
        """The commonest senses of a word and the shares of its uses that they have."""
        weighed = []
        for entry in self.bases(word):
            for rank, synset in enumerate(self.synsets[entry], 1):
                weighed.append((synset, self.uses.get((entry, rank), 0) + 1.0 / rank))
        total = sum(weight for _, weight in weighed)
        weighed = sorted(weighed, key=lambda pair: (-pair[1], pair[0]))[:MOST_SENSES]
        return [(synset, weight / total) for synset, weight in weighed if weight >= LEAST_SHARE * total]
