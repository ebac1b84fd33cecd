#!/usr/bin/env python3
"""Writes authorities.jsonl from the public facts, and checks projects.jsonl against its own.

    python3 api/data/build.py [SHARED]      # SHARED defaults to the folder `shared` beside the repository

Standard library only; the same facts give the same bytes. Facts read from SHARED/data:

  authorities/uk_local_authorities.csv    mySociety, uk_local_authority_names_and_codes (MIT)
  authorities/name_to_code.csv            the same: name variants
  authorities/gss_to_code.csv             the same: GSS codes, current and former
  authorities/lad2021_neighbours.json     ONS Visual, Local-Authority-Districts-2021-neighbours (OGL)
  authorities/lower_to_upper_tier.json    ONS, lower to upper tier 2021 (OGL)
  projects/uk_council_projects.csv        facts of public pages, each with its address

What is changed on the way, and why:

* An end date is the last day on which the body existed. The facts name the day after it for the
  reorganisations of 2021 and 2023, the last day for those before.
* The facts name no successors for the Northern Ireland districts that ended in 2015; they are added here.
* The registers that org-id.guide lists for England name 13 bodies no longer or not yet (those of the latest
  reorganisations and some combined authorities); their GB-LAE identifier is formed from their code as well.
* Name variants that say something are `aliases`; mistyped or lower-case ones are `spellings`, which only
  serve to find a body. Both leave out what differs only by case or punctuation. Usual abbreviations are added.
* The region and the centre of a county or combined authority follow from its parts (see `repair_places`).
* Neighbours are of 2021. A district that ended hands its neighbours to its successors. A county borders the
  counties and unitary councils that one of its districts borders, and a combined authority borders those
  whose members touch its own; for both, `near` is not derived. Ended bodies have no neighbours.
* The four cities of the United States that the programme names are added from the 2020 census.

sectors.jsonl has the divisions and groups of COFOG (United Nations Statistics Division), codes and official titles.
projects.jsonl, themes.jsonl, technologies.jsonl and places.txt are kept by hand; this tool compares the ids,
amounts, dates and addresses of projects.jsonl with the facts and fails where they differ.
"""

import csv
import datetime
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent

TIERS = {
    "NMD": "DISTRICT",
    "UA": "UNITARY",
    "NID": "NI_DISTRICT",
    "MD": "METROPOLITAN_DISTRICT",
    "SCO": "SCOTTISH_COUNCIL",
    "LBO": "LONDON_BOROUGH",
    "CTY": "COUNTY",
    "WPA": "WELSH_COUNCIL",
    "COMB": "COMBINED_AUTHORITY",
    "SRA": "STRATEGIC_AUTHORITY",
    "CC": "CITY_CORPORATION",
}

# The register of org-id.guide that lists the bodies of each nation by their three-letter code.
SCHEMES = {"England": "GB-LAE", "Scotland": "GB-LAS", "Wales": "GB-PLA", "Northern Ireland": "GB-LANI"}

# The Northern Ireland reorganisation of 1 April 2015, by the district that took the larger part.
NI_SUCCESSORS = {
    "NIR-A": "DRS", "NIR-J": "DRS",
    "NIR-B": "CCG", "NIR-C": "CCG", "NIR-D": "CCG", "NIR-E": "CCG",
    "NIR-F": "MEA", "NIR-G": "MEA", "NIR-V": "MEA",
    "NIR-H": "MUL", "NIR-I": "MUL", "NIR-M": "MUL",
    "NIR-K": "FMO", "NIR-L": "FMO",
    "NIR-N": "ABC", "NIR-O": "ABC", "NIR-Q": "ABC",
    "NIR-P": "NMD", "NIR-R": "NMD",
    "NIR-S": "LBC", "NIR-Y": "LBC",
    "NIR-T": "ANN", "NIR-U": "ANN",
    "NIR-W": "AND", "NIR-X": "AND",
}

# Abbreviations in everyday use, names in Welsh and Gaelic, and repairs of garbled ones.
EXTRA_ALIASES = {
    "AGY": ["Ynys Môn", "Sir Ynys Môn", "Cyngor Sir Ynys Môn"],
    "BAS": ["B&NES", "BANES"],
    "BBD": ["BwD"],
    "BDG": ["LBBD"],
    "BIR": ["B'ham", "Brum"],
    "BPC": ["BCP"],
    "BST": ["Bristol"],
    "BUC": ["Bucks"],
    "CAM": ["Cambs"],
    "CMN": ["Sir Gaerfyrddin"],
    "CRF": ["Caerdydd"],
    "DBY": ["Derbys"],
    "DUR": ["Co Durham", "Durham"],
    "EDH": ["Dùn Èideann"],
    "FLN": ["Sir y Fflint"],
    "GLA": ["GLA", "Mayor of London"],
    "GLS": ["Glos"],
    "GMCA": ["GMCA"],
    "HAM": ["Hants"],
    "HCK": ["LB Hackney"],
    "HMF": ["LBHF"],
    "HRT": ["Herts"],
    "KEC": ["RBKC"],
    "KHL": ["Hull", "Kingston upon Hull"],
    "KTT": ["RBK"],
    "LAN": ["Lancs"],
    "LCR": ["LCRCA"],
    "LEC": ["Leics"],
    "LIN": ["Lincs"],
    "LND": ["Corporation of London", "Square Mile"],
    "MIK": ["MK"],
    "NEL": ["NELC"],
    "NET": ["Newcastle upon Tyne"],
    "NGM": ["Nott'm"],
    "NTT": ["Notts"],
    "NWP": ["Casnewydd"],
    "OXF": ["Oxon"],
    "PEM": ["Sir Benfro"],
    "POW": ["Powys"],
    "RCT": ["RCT"],
    "SCR": ["SYMCA"],
    "SHR": ["Salop"],
    "STH": ["Soton"],
    "STS": ["Staffs"],
    "SWA": ["City and County of Swansea", "Dinas a Sir Abertawe"],
    "TVCA": ["TVCA"],
    "WAR": ["Warks"],
    "WDU": [],
    "WECA": ["WECA"],
    "WGN": ["Wigan"],
    "WIL": ["Wilts"],
    "WLV": ["W'ton", "Wolverhampton"],
    "WMCA": ["WMCA"],
    "WNM": ["RBWM"],
    "WOR": ["Worcs"],
    "WRX": ["Wrecsam"],
    "WYCA": ["WYCA"],
}

# United States Census Bureau, 2020 census: place, resident population, rounded centre.
US_CITIES = [
    ("us:new-orleans-la", "City of New Orleans", "New Orleans", "Louisiana", 383997, 29.95, -90.07),
    ("us:aurora-co", "City of Aurora", "Aurora", "Colorado", 386261, 39.71, -104.81),
    ("us:cary-nc", "Town of Cary", "Cary", "North Carolina", 174721, 35.79, -78.78),
    ("us:seat-pleasant-md", "City of Seat Pleasant", "Seat Pleasant", "Maryland", 4522, 38.90, -76.90),
]
US_STATES = {"Louisiana": "LA", "Colorado": "CO", "North Carolina": "NC", "Maryland": "MD"}


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def plain(name):
    """A name without what does not tell bodies apart: case, punctuation, the word for &."""
    return re.sub(r"[^a-z0-9]+", " ", name.lower().replace("&", " and ")).strip()


def last_day(text):
    if not text:
        return None
    day = datetime.date.fromisoformat(text)
    return (day - datetime.timedelta(days=1) if day.day == 1 else day).isoformat()


def number(text, kind):
    return kind(float(text)) if text else None


def split_names(row, variants):
    """The aliases that a person may be shown, and the spellings that only serve to find the body."""
    seen = {plain(row["official-name"]), plain(row["nice-name"])}
    aliases, spellings = [], []
    for name in sorted(EXTRA_ALIASES.get(row["local-authority-code"], [])):
        if plain(name) not in seen or not name.isascii():
            seen.add(plain(name))
            aliases.append(name)
    # Names with capitals first: of two that differ by case only, the one to show is kept.
    for name in sorted(variants, key=lambda n: (n == n.lower(), n)):
        if plain(name) in seen or not name.isascii():
            continue
        seen.add(plain(name))
        showable = name != name.lower() and not re.search(r" (UA|CA|CC|UA\d*)$", name)
        (aliases if showable else spellings).append(name)
    return aliases, spellings


def authority(row, variants):
    code = row["local-authority-code"]
    aliases, spellings = split_names(row, variants)
    former = [c for c in row["former-gss-codes"].split(",") if c]
    others = [("ecode", row["ecode"]), ("snac", row["snac"]), ("gov-uk-slug", row["gov-uk-slug"])]
    successors = [c for c in row["replaced-by"].split(",") if c] or [
        c for c in [NI_SUCCESSORS.get(code)] if c
    ]
    return {
        "key": f"gb:{code}",
        "code": code,
        "name": " ".join(row["official-name"].split()),
        "shortName": row["nice-name"],
        "aliases": aliases,
        "spellings": spellings,
        "gss": row["gss-code"] or None,
        "formerGss": former,
        "identifiers": [{"scheme": SCHEMES[row["nation"]], "id": code}]
        + [{"scheme": scheme, "id": value} for scheme, value in others if value],
        "nation": row["nation"],
        "region": row["region"] or None,
        "tier": TIERS[row["local-authority-type"]],
        "county": row["county-la"] or None,
        "combinedAuthority": row["combined-authority"] or None,
        "population": number(row["pop-2020"], int),
        "populationYear": 2020 if row["pop-2020"] else None,
        "areaKm2": number(row["area"], float),
        "latitude": round(float(row["lat"]), 5) if row["lat"] else None,
        "longitude": round(float(row["long"]), 5) if row["long"] else None,
        "start": row["start-date"] or None,
        "end": last_day(row["end-date"]),
        "successors": successors,
        "border": [],
        "near": [],
        "source": "mySociety, uk_local_authority_names_and_codes",
    }


def fill_regions(bodies):
    """An ended body without a region lay in that of its successor."""
    for body in bodies.values():
        while body["region"] is None and body["successors"]:
            heir = bodies[body["successors"][0]]
            body["region"] = heir["region"]
            if heir["region"] is None:
                break


def repair_places(bodies):
    """Sets right what the facts have wrong of a body made of others: its region and its centre.

    A county and its districts lie in one region: what most of them say holds for all. The centre of a county
    or a combined authority is the mean of its parts' centres, weighted by area; the facts' own centres of
    counties lie up to 190 km outside them.
    """
    for body in bodies.values():
        parts = [b for b in bodies.values() if b["county"] == body["code"]]
        if parts:
            regions = [b["region"] for b in parts]
            body["region"] = max(sorted(set(regions)), key=regions.count)
            for part in parts:
                part["region"] = body["region"]
    for field in ["county", "combinedAuthority"]:
        for body in bodies.values():
            parts = [b for b in bodies.values() if b[field] == body["code"]]
            if parts and all(b["areaKm2"] and b["latitude"] is not None for b in parts):
                area = sum(b["areaKm2"] for b in parts)
                for axis in ["latitude", "longitude"]:
                    body[axis] = round(sum(b[axis] * b["areaKm2"] for b in parts) / area, 5)


def heirs(code, bodies):
    """The current bodies that a body's area belongs to today: itself, or those that followed it."""
    body = bodies[code]
    if body["end"] is None:
        return {code}
    return {heir for successor in body["successors"] for heir in heirs(successor, bodies)}


def neighbours(facts, upper, gss, bodies):
    border, near = set(), set()

    def add(pairs, left, right):
        for a in heirs(left, bodies):
            for b in heirs(right, bodies):
                if a != b:
                    pairs |= {(a, b), (b, a)}

    for own, (touching, *others) in sorted(facts.items()):
        touching = [touching] if isinstance(touching, str) else touching or []
        for other in touching:
            add(border, gss[own], gss[other])
        for other in others:
            # The lists hold the nearest few of each; a pair is near when each names the other.
            if other and own in facts.get(other, []):
                add(near, gss[own], gss[other])
    counties = {gss[r["LTLA21CD"]]: gss[r["UTLA21CD"]] for r in upper}
    county_of = {
        heir: county
        for code, body in bodies.items()
        for county in [body["county"] or counties.get(code)]
        if county and bodies[county]["end"] is None
        for heir in heirs(code, bodies)
        if bodies[heir]["tier"] == "DISTRICT"
    }
    member_of = {c: b["combinedAuthority"] for c, b in bodies.items() if b["end"] is None and b["combinedAuthority"]}
    districts = set(border)
    for a, b in districts:
        a_top, b_top = county_of.get(a, a), county_of.get(b, b)
        if a_top != b_top and (a_top != a or b_top != b):
            border |= {(a_top, b_top), (b_top, a_top)}
        a_all = member_of.get(a) or member_of.get(a_top)
        b_all = member_of.get(b) or member_of.get(b_top)
        if a_all and b_all and a_all != b_all:
            border |= {(a_all, b_all), (b_all, a_all)}
    near -= border
    for code, body in bodies.items():
        body["border"] = sorted(b for a, b in border if a == code)
        body["near"] = sorted(b for a, b in near if a == code)


def american(key, name, short, state, population, latitude, longitude):
    return {
        "key": key, "code": None, "name": name, "shortName": short,
        "aliases": [f"{short}, {state}", f"{short}, {US_STATES[state]}"], "spellings": [],
        "gss": None, "formerGss": [], "identifiers": [], "nation": "United States", "region": state,
        "tier": "US_CITY", "county": None, "combinedAuthority": None, "population": population,
        "populationYear": 2020, "areaKm2": None, "latitude": latitude, "longitude": longitude,
        "start": None, "end": None, "successors": [], "border": [], "near": [],
        "source": "United States Census Bureau, 2020 census",
    }


def authorities(shared):
    folder = shared / "data" / "authorities"
    variants = {}
    for row in rows(folder / "name_to_code.csv"):
        variants.setdefault(row["local-authority-code"], []).append(row["la-name"])
    facts = rows(folder / "uk_local_authorities.csv")
    bodies = {r["local-authority-code"]: authority(r, variants.get(r["local-authority-code"], [])) for r in facts}
    fill_regions(bodies)
    repair_places(bodies)
    gss = {r["gss-code"]: r["local-authority-code"] for r in rows(folder / "gss_to_code.csv") if r["gss-code"]}
    neighbours(
        json.loads((folder / "lad2021_neighbours.json").read_text()),
        json.loads((folder / "lower_to_upper_tier.json").read_text()),
        gss,
        bodies,
    )
    return [bodies[code] for code in sorted(bodies)] + [american(*city) for city in US_CITIES]


def check_projects(shared):
    """Every difference between projects.jsonl and the facts it was written from, as a sentence."""
    facts = {r["id"]: r for r in rows(shared / "data" / "projects" / "uk_council_projects.csv")}
    lines = (HERE / "projects.jsonl").read_text(encoding="utf-8").splitlines()
    ours = {p["id"]: p for p in map(json.loads, lines)}
    wrong = [f"{i}: not in projects.jsonl" for i in facts.keys() - ours.keys()]
    wrong += [f"{i}: not among the facts" for i in ours.keys() - facts.keys()]
    for i in sorted(facts.keys() & ours.keys()):
        fact, project = facts[i], ours[i]
        pence = int(fact["amount_gbp"]) * 100 if fact["amount_gbp"] else None
        pairs = [
            ("title", fact["title"], project["title"]),
            ("amount", pence, (project.get("award") or project.get("budget") or {}).get("pence")),
            ("source", fact["source_url"], project["sources"][0]),
        ]
        if "ran 20" not in fact["note"]:
            announced = "announcement" in fact["note"]
            pairs.append(("start", fact["start"] or None, project.get("announced" if announced else "start")))
            pairs.append(("end", fact["end"] or None, project.get("end")))
        wrong += [f"{i}: {what} is {b!r}, the facts say {a!r}" for what, a, b in pairs if a != b]
    return wrong


def main():
    shared = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[2] / "shared"
    lines = [json.dumps(a, ensure_ascii=False, separators=(",", ":")) for a in authorities(shared)]
    (HERE / "authorities.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    wrong = check_projects(shared)
    print(f"authorities.jsonl: {len(lines)} lines")
    print("\n".join(wrong) or "projects.jsonl: agrees with the facts")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
