"""Counts the words of public-sector descriptions: in how many texts each one stands.

Reads the public facts beside the repository and writes `domain.tsv`. Only
single words and their counts are kept, never a sentence. Run it again only when
those facts change; the build reads the committed list.
"""

from __future__ import annotations

import csv
import html
import re
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared" / "data"
SOURCES = [
    ("projects/uk_funding_competitions.csv", ["title", "description", "topics"]),
    ("projects/ips_cases.csv", ["name", "description", "primary_sector", "secondary_sector", "technology", "type"]),
    ("projects/digiscot_projects.csv", None),
    ("projects/uk_council_projects.csv", ["title", "summary", "themes", "technologies"]),
    ("taxonomies/civic_tech_taxonomy.csv", ["label", "synonyms"]),
    ("taxonomies/cofog.csv", None),
    ("taxonomies/un_sdg.csv", None),
]
# A hyphenated word counts whole and in its parts: "e-bike", "co-production".
TOKEN = re.compile(r"[a-z0-9][a-z0-9'&+]*(?:-[a-z0-9'&+]+)*")
ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")
# Left-overs of page scripts in scraped descriptions.
SCRIPT = set("createelement getelementbyid getelementsbytagname insertbefore parentnode jssdk xfbml fjs nbsp amp onclick href post-feed".split())


def words_of(text: str) -> set[str]:
    """The distinct words of a text, lower case, possessive endings taken off."""
    text = ADDRESS.sub(" ", html.unescape(text).lower().replace("’", "'"))
    found = set()
    for token in TOKEN.findall(text):
        token = token.removesuffix("'s").strip("'&+")
        found.add(token)
        if "-" in token:
            found.update(token.split("-"))
    return {word for word in found if 2 <= len(word) <= 24 and not word[0].isdigit() and not word.startswith("facebook-")} - SCRIPT


def main() -> None:
    csv.field_size_limit(1 << 24)
    counts, texts = Counter(), 0
    for name, columns in SOURCES:
        with open(SHARED / name, encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                wanted = columns or [column for column in row if column and "url" not in column.lower()]
                text = " ".join(row.get(column) or "" for column in wanted)
                if text.strip():
                    texts += 1
                    counts.update(words_of(text))
    kept = sorted((word, count) for word, count in counts.items() if count >= 2)
    with open(HERE / "domain.tsv", "w", encoding="utf-8") as out:
        out.write(f"# texts\t{texts}\n")
        out.writelines(f"{word}\t{count}\n" for word, count in kept)
    print(f"{texts} texts, {len(kept)} words", file=sys.stderr)


if __name__ == "__main__":
    main()
