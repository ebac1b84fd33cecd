"""Which words the vocabulary holds, and how common each one is."""

from __future__ import annotations

import math
import re
from pathlib import Path

import symspellpy

HERE = Path(__file__).resolve().parent
WORD = re.compile(r"[a-z0-9][a-z0-9'&+-]*\Z")
SIZE = 58_000
# A handful of stems keeps coarse words out; words of health, equality and the law stay.
COARSE = re.compile(
    r"(mother|bull|dumb|butt)?(fuck|shit|cunt|wank|whore|slut|twat|nigg|faggot|bitch|bollock|blowjob|dildo|cocksuck|arsehole|asshole"
    r"|jackass|milf|smegma|turd|boob|tits?\Z|titt|piss|cum(s|ming)\Z|clit|spic\Z|gook|kike|wop\Z|polack|pussy|pussies|porno|horny|jizz)"
)
# The general list was made from British spellings; these endings give the
# American ones, which catalogues with American partners use.
AMERICAN = [
    ("isation", "ization"), ("isations", "izations"), ("ise", "ize"), ("ised", "ized"), ("ises", "izes"), ("iser", "izer"),
    ("isers", "izers"), ("ising", "izing"), ("yse", "yze"), ("ysed", "yzed"), ("ysing", "yzing"), ("yser", "yzer"),
    ("entre", "enter"), ("entres", "enters"), ("entred", "entered"), ("ogue", "og"), ("ogues", "ogs"),
]
OUR = """arbour behaviour candour clamour colour demeanour endeavour favour favourite fervour flavour glamour harbour
honour humour labour neighbour neighbourhood odour parlour rancour rigour rumour saviour savour splendour
tumour valour vapour vigour""".split()
OTHER = {
    "fibre": "fiber", "litre": "liter", "metre": "meter", "theatre": "theater", "kerb": "curb", "tyre": "tire", "mould": "mold",
    "defence": "defense", "licence": "license", "offence": "offense", "grey": "gray", "programme": "program", "cheque": "check",
    "plough": "plow", "sceptical": "skeptical", "paediatric": "pediatric", "anaesthetic": "anesthetic", "mum": "mom",
    "travelled": "traveled", "travelling": "traveling", "traveller": "traveler", "cancelled": "canceled", "modelling": "modeling",
    "modelled": "modeled", "labelled": "labeled", "labelling": "labeling", "counselling": "counseling", "counsellor": "counselor",
    "signalling": "signaling", "fuelled": "fueled", "levelled": "leveled", "levelling": "leveling", "channelled": "channeled",
    "enrolment": "enrollment", "fulfil": "fulfill", "skilful": "skillful", "jewellery": "jewelry", "ageing": "aging",
}


def general_counts() -> dict[str, int]:
    """Word counts of English books, from the frequency dictionary of symspellpy."""
    path = Path(symspellpy.__file__).parent / "frequency_dictionary_en_82_765.txt"
    rows = (line.split() for line in path.read_text(encoding="utf-8-sig").splitlines())
    return {word: int(count) for word, count in rows}


def domain_counts() -> dict[str, int]:
    """In how many public-sector descriptions each word stands (`collect.py`)."""
    rows = (line.split("\t") for line in (HERE / "domain.tsv").read_text(encoding="utf-8").splitlines())
    return {word: int(count) for word, count in rows if not word.startswith("#")}


def technical_terms() -> list[str]:
    lines = (HERE / "terms.txt").read_text(encoding="utf-8").splitlines()
    return sorted({word for line in lines if not line.startswith("#") for word in line.split()})


def glosses() -> dict[str, str]:
    """What a term means in local government, by the term (`glosses.txt`)."""
    found = {}
    for line in (HERE / "glosses.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            names, meaning = line.split(": ", 1)
            found.update({name: f"{names}: {meaning}" for name in names.split(", ")})
    return found


def american(counts: dict[str, int]) -> dict[str, str]:
    """American spelling → the British one it stands for, where the list has only the latter."""
    twins = {}
    for british in counts:
        for ending, other in AMERICAN:
            root = british.removesuffix(ending)
            real = not ending.startswith("is") or root + "isation" in counts or root + "ization" in counts
            if british.endswith(ending) and len(root) > 2 and real:
                twins.setdefault(root + other, british)
        for stem in OUR:
            if british.startswith(stem):
                twins.setdefault(stem.replace("our", "or") + british.removeprefix(stem), british)
    for british, other in OTHER.items():
        for ending in ("", "s"):
            twins.setdefault(other + ending, british + ending)
    return {word: british for word, british in twins.items() if word not in counts and british in counts}


def vocabulary() -> tuple[list[str], list[float]]:
    """The words, sorted by their bytes, and the Zipf frequency of each.

    A Zipf frequency is log10 of occurrences in a thousand million words. Half of
    it is the frequency in books, half that in public-sector descriptions: "pilot"
    and "council" are commoner in a catalogue of projects than in books, and should weigh
    accordingly little.
    """
    general, domain, terms = general_counts(), domain_counts(), [*technical_terms(), *glosses()]
    usable = lambda word: WORD.match(word) and len(word) > 1 and not COARSE.match(word)
    twins = {word: british for word, british in american(general).items() if general[british] > 600_000}
    chosen = {word for word in terms if usable(word)}
    chosen |= {word for word, count in domain.items() if usable(word) and (word in general or (count >= 3 and len(word) > 2))}
    chosen |= {word for word in twins if usable(word)}
    for word in sorted(general, key=lambda word: (-general[word], word)):
        if len(chosen) >= SIZE:
            break
        if usable(word):
            chosen.add(word)
    words = sorted(chosen, key=lambda word: word.encode())
    books, texts = sum(general.values()), sum(domain.values())
    zipf = []
    for word in words:
        # Floors: a term of neither list is rare, not impossible.
        in_books = max(general.get(word, general.get(twins.get(word, ""), 0)), 20_000) / books
        in_domain = domain.get(word, 0) / texts
        zipf.append(math.log10((in_books + in_domain) / 2 * 1e9))
    return words, zipf
