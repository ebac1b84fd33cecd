"""Makes project records with known overlaps, from a seed: the same arguments give the same bytes.

    generate.py COUNT RECORDS.jsonl TRUTH.csv [SEED]

Each base record is an effort of its own: some fifteen things drawn from vocabulary.txt (what, where, for whom,
what is wrong, by which means, to what end), worded one of several ways and told by one of several sentences
each. Then
- one record in ten is an edited copy of a base record: lightly (a few misspellings, a word exchanged), medium
  (other wordings, sentences reordered and left out, often another title, sometimes another authority) or
  heavily (told anew: other sentences, half of the wordings others, up to two sentences left out, a title drawn
  anew, usually by another authority, often another name);
- one in twenty is a hard negative of one of three kinds: the technology of a base record for another purpose, its
  theme with another thing, or its sentences and title about another thing;
- three in ten carry sentences that thousands of others carry too.
Facts are those of the effort, as its records state them. Seven in ten name technologies by the label of a list, the
others as the text does. A copy has the year of its effort, a medium edit in one of ten cases and a heavy one in one
of five the year before or after; a medium edit leaves out the sum in 15 % of cases, a heavy one in 20 % and rounds it
to one figure in 15 % more; one in ten or five names one technology only.
TRUTH.csv names the pairs that pursue the same effort (light, medium, heavy) and, as "negative", the pairs that
only look so.
"""

import csv
import json
import pathlib
import random
import sys

COPIES, NEGATIVES, BOILERPLATED = 0.10, 0.05, 0.30

TITLES = [
    "{tech} for {quality} {asset}",
    "{Action} {asset} {setting}",
    "{name}: {outcome} through {tech}",
    "{Asset} {setting}: {tech} trial",
    "Helping {people} with {asset}",
    "{name}",
    "{Outcome} for {people}",
    "{name} – {action} {quality} {asset}",
]
# One list a sentence of the story, each with its ways of being told.
STORY = [
    [
        "{Quality} {asset} {setting} {problem}.",
        "{Setting}, {quality} {asset} {problem}.",
        "The trouble is that {quality} {asset} {problem}, above all {setting}.",
    ],
    [
        "{name} uses {quality2} {tech} to {action} {them} and {action2} {asset2}.",
        "With {quality2} {tech}, the team will {action} {them}; it will also {action2} {asset2}.",
        "We {action} {them} by means of {quality2} {tech}, and {action2} {asset2} as well.",
    ],
    [
        "{People} and {people2} were asked first, because {asset2} {problem2}.",
        "It began when {people2} told us that {asset2} {problem2}; {people} agreed.",
        "For {people}, and for {people2}, {asset2} {problem2}.",
    ],
    [
        "{Partner} supplies {tech2} {setting2}, while officers {action3} {asset3}.",
        "{Tech2} {setting2} come from {partner}; our staff {action3} {asset3}.",
        "Working with {partner}, we add {tech2} {setting2} and {action3} {asset3}.",
    ],
    [
        "The aim is {outcome} and {outcome2}, judged by {measure}.",
        "{Measure} will show whether there is {outcome} or {outcome2}.",
        "Success means {outcome}, then {outcome2}; we look at {measure}.",
    ],
    [
        "{count} {asset} near {place} came first, at {sum} each.",
        "Phase one covers {count} of {them} around {place}.",
        "So far {count} {asset} in {place} are done.",
    ],
]
BOILERPLATE = [
    "The project is funded by the regional innovation fund and follows the phases of discovery, alpha and beta.",
    "Lessons learnt will be shared openly with other authorities at the end of the funding period.",
    "It supports the corporate plan priorities of a stronger economy, thriving communities and a modern council.",
    "Residents are at the heart of everything that we do, and decisions will be driven by data.",
    "An equality impact assessment and a data protection impact assessment have been completed.",
    "The pilot will run for twelve months, after which a business case for wider rollout will go to cabinet.",
    "Governance is by a steering group that meets monthly and reports to the transformation board.",
    "The approach is scalable, replicable and aligned with national strategy for digital local government.",
]
SLOTS = {
    "asset": "asset", "asset2": "asset", "asset3": "asset", "problem": "problem", "problem2": "problem",
    "tech": "technology", "tech2": "technology", "people": "people", "people2": "people",
    "outcome": "outcome", "outcome2": "outcome", "setting": "setting", "setting2": "setting",
    "action": "action", "action2": "action", "action3": "action", "measure": "measure",
    "partner": "partner", "quality": "quality", "quality2": "quality",
}
# What each kind of hard negative keeps of the record that it looks like: of its things, and of its plan.
KEPT = [
    (("tech", "tech2", "quality", "quality2", "partner"), ("year",)),
    (("setting", "people", "people2", "partner", "outcome"), ("boilerplate", "year")),
    (("setting", "quality", "quality2", "measure"), ("title", "story", "boilerplate")),
]
# How many records name a technology by the first of its wordings, as a list of choices would.
LABELLED = 0.7
THEM = ["them", "these", "those"]
HEADS = "Ash Birch Black Bram Cald Carr Dun Elm Fair Fen Glen Gold Gran Hart Haw Holm Kel Lang Lin Mar Mel Nor Oak Pen Rav Red Row Sand Shel Stan Stone Thorn Wal West Whit Wind Wyn York".split()
TAILS = "beck borough bourne bridge burn bury by cliffe combe dale den field ford gate ham haven hill holme hurst leigh ley low mere mouth pool port ridge shaw stead stoke thorpe ton vale well wick wood worth".split()
BRANDS = "Clear Open Smart Safe Kind Bright True Swift Fresh Good Near Wise Join Find Care Plan Grow Home Step Link Pulse Spark Tide Loop Nest Path Point Watch Wave Way".split()
KINDS = ["Borough Council", "City Council", "County Council", "District Council", "Council"]


def vocabulary():
    """The sections of vocabulary.txt: each a list of things, each thing a list of wordings."""
    sections, current = {}, None
    for line in (pathlib.Path(__file__).parent / "vocabulary.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current.append([wording.strip() for wording in line.split("=")])
    return sections


class Maker:
    """Makes records from one stream of chance."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.words = vocabulary()
        self.authorities = sorted({self.place() + " " + self.pick(KINDS) for _ in range(400)})

    def pick(self, items):
        return items[int(self.random.random() * len(items))]

    def chance(self, share):
        return self.random.random() < share

    def place(self):
        return self.pick(HEADS) + self.pick(TAILS)

    def draw(self, slots):
        """For each slot a thing and one of its wordings."""
        drawn = {}
        for slot in slots:
            things = self.words[SLOTS[slot]]
            thing = int(self.random.random() * len(things))
            while slot[-1] == "2" and drawn.get(slot[:-1], (None,))[0] == thing:
                thing = int(self.random.random() * len(things))
            drawn[slot] = (thing, int(self.random.random() * len(things[thing])))
        return drawn

    def base(self):
        """An effort of its own, as its plan."""
        without = 2 + int(self.random.random() * 4)
        return {
            "slots": self.draw(SLOTS),
            "title": self.pick(TITLES),
            "story": [(n, self.pick(ways)) for n, ways in enumerate(STORY) if n < 2 or n != without and self.chance(0.85)],
            "name": self.pick(BRANDS) + self.pick(BRANDS) + (" " + self.place() if self.chance(0.5) else ""),
            "place": self.place(),
            "count": str(2 + int(self.random.random() ** 3 * 900)),
            "sum": f"£{5 + int(self.random.random() ** 2 * 900)}",
            "boilerplate": self.boilerplate(),
            "authority": self.pick(self.authorities),
            "year": 2015 + int(self.random.random() * 12),
            "budget": 1000 * (4 + int(self.random.random() ** 4 * 3000)),
            "technologies": 2,
        }

    def boilerplate(self):
        if not self.chance(BOILERPLATED):
            return []
        return self.random.sample(BOILERPLATE, 1 + self.chance(0.4))

    def reworded(self, slots, share):
        """The same things, each of this share in another of its wordings."""
        other = {}
        for slot, (thing, wording) in slots.items():
            ways = len(self.words[SLOTS[slot]][thing])
            if ways > 1 and self.chance(share):
                wording = (wording + 1 + int(self.random.random() * (ways - 1))) % ways
            other[slot] = (thing, wording)
        return other

    def light(self, plan):
        plan = dict(plan, slots=self.reworded(plan["slots"], 0.06))
        return self.record(plan, typos=1 + int(self.random.random() * 3))

    def medium(self, plan):
        story = [*plan["story"]]
        if len(story) > 3:
            story.pop(int(self.random.random() * len(story)))
        self.random.shuffle(story)
        plan = dict(plan, slots=self.reworded(plan["slots"], 0.35), story=story, boilerplate=self.boilerplate())
        plan |= self.restated(plan, shifted=0.1, left_out=0.15, rounded=0.0, fewer=0.1)
        if self.chance(0.5):
            plan["title"] = self.pick(TITLES)
        if self.chance(0.4):
            plan["authority"] = self.pick(self.authorities)
        return self.record(plan, typos=int(self.random.random() * 3))

    def heavy(self, plan):
        story = [(n, self.pick(STORY[n])) for n, _ in plan["story"]]
        self.random.shuffle(story)
        keep = max(3, len(story) - int(self.random.random() * 3))
        plan = dict(plan, slots=self.reworded(plan["slots"], 0.5), story=story[:keep], title=self.pick(TITLES),
                    boilerplate=self.boilerplate())
        if self.chance(0.6):
            plan |= {"authority": self.pick(self.authorities), "place": self.place()}
        if self.chance(0.5):
            plan["name"] = self.pick(BRANDS) + self.pick(BRANDS)
        if self.chance(0.3):
            plan["count"] = str(2 + int(self.random.random() ** 3 * 900))
        plan |= self.restated(plan, shifted=0.2, left_out=0.2, rounded=0.15, fewer=0.2)
        return self.record(plan, typos=int(self.random.random() * 4))

    def restated(self, plan, shifted, left_out, rounded, fewer):
        """The facts of an effort as another record of it states them, each changed in so many of cases."""
        year, budget, chance = plan["year"], plan["budget"], self.random.random()
        if self.chance(shifted):
            year += self.pick((-1, 1))
        if chance < left_out:
            budget = None
        elif chance < left_out + rounded:
            budget = int(float(f"{budget:.0e}"))
        return {"year": year, "budget": budget, "technologies": 1 if self.chance(fewer) else 2}

    def negative(self, plan):
        fresh = self.base()
        things, facts = self.pick(KEPT)
        slots = fresh["slots"] | {slot: plan["slots"][slot] for slot in things}
        return self.record(fresh | {key: plan[key] for key in facts} | {"slots": slots})

    def record(self, plan, typos=0):
        """The record that tells a plan."""
        words = {slot: self.words[SLOTS[slot]][thing][way] for slot, (thing, way) in plan["slots"].items()}
        words |= {slot.capitalize(): text[:1].upper() + text[1:] for slot, text in words.items()}
        words |= {"name": plan["name"], "place": plan["place"], "count": plan["count"], "sum": plan["sum"],
                  "them": THEM[len(plan["name"]) % 3]}
        title = plan["title"].format_map(words)
        sentences = [way.format_map(words) for _, way in plan["story"]]
        sentences += plan["boilerplate"]
        summary = " ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)
        for _ in range(typos):
            summary = self.misspelt(summary)
        return {
            "title": title[:1].upper() + title[1:],
            "summary": summary,
            "authority": plan["authority"],
            "technologies": [self.label(plan, slot) for slot in ("tech", "tech2")[: plan["technologies"]]],
            "startYear": plan["year"],
        } | ({"budgetGbp": plan["budget"]} if plan["budget"] else {})

    def label(self, plan, slot):
        """What the list of technologies calls this one."""
        thing, wording = plan["slots"][slot]
        return self.words[SLOTS[slot]][thing][0 if self.chance(LABELLED) else wording]

    def misspelt(self, text):
        """The text with a letter dropped, doubled or exchanged with the next."""
        at = 1 + int(self.random.random() * (len(text) - 3))
        if not (text[at].isalpha() and text[at + 1].isalpha()):
            return text
        kind = int(self.random.random() * 3)
        if kind == 0:
            return text[:at] + text[at + 1:]
        if kind == 1:
            return text[:at] + text[at] + text[at:]
        return text[:at] + text[at + 1] + text[at] + text[at + 2:]


def main():
    count, records_path, truth_path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    maker = Maker(int(sys.argv[4]) if len(sys.argv) > 4 else 2026)
    copies, negatives = round(count * COPIES), round(count * NEGATIVES)
    plans = [maker.base() for _ in range(count - copies - negatives)]
    rows = [(n, "base", maker.record(plan)) for n, plan in enumerate(plans)]
    # Each base record is copied once at most, and no record is both copied and imitated.
    chosen = maker.random.sample(range(len(plans)), copies + negatives)
    for place, n in enumerate(chosen):
        edit = ("light", "medium", "heavy")[place % 3] if place < copies else "negative"
        rows.append((n, edit, getattr(maker, edit)(plans[n])))
    maker.random.shuffle(rows)
    ids, pairs = {}, []
    with open(records_path, "w", encoding="utf-8") as out:
        for number, (n, edit, record) in enumerate(rows, 1):
            identity = f"r{number:07}"
            if n in ids:
                pairs.append((ids[n][0], identity, edit if edit != "base" else ids[n][1]))
            else:
                ids[n] = (identity, edit)
            out.write(json.dumps({"id": identity} | record, ensure_ascii=False) + "\n")
    with open(truth_path, "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["left_id", "right_id", "edit"])
        table.writerows(sorted(pairs))


if __name__ == "__main__":
    main()
