"""Runs the tools of script/bench and prints Markdown tables for BENCHMARKS.md.

    measure.py peers [COUNT]      tandem scan beside Splink and TF-IDF, on the same made records
    measure.py scaling [COUNT…]   tandem scan as the records grow
    measure.py import [COUNT]     tandem import and export in every format, without the search for overlaps
    measure.py latency [COUNT…]   filling the index and checking drafts, in process

CPU seconds are user and system time of the process and its threads; memory is the peak resident set. Both are
taken from the kernel when the process ends, reading the file and writing the pairs included.
"""

import csv
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target"))
DATA = TARGET / "bench-data"


def made(count):
    """The records and the truth for a count, made unless they are there already and newer than their maker."""
    records, truth = DATA / f"{count}.jsonl", DATA / f"{count}.csv"
    newest = max(path.stat().st_mtime for path in (HERE / "generate.py", HERE / "vocabulary.txt"))
    if not truth.exists() or truth.stat().st_mtime < newest:
        DATA.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, HERE / "generate.py", str(count), records, truth], check=True)
    return records, truth


def run(command, log):
    """Runs a command; gives its CPU seconds, wall seconds and peak MiB."""
    began = time.monotonic()
    with open(log, "wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed: see {log}")
    return used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss / 1024


def truth_of(path):
    """The right pairs with their edit, and the pairs that only look right."""
    right, wrong = {}, set()
    with open(path, encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            pair = tuple(sorted((row["left_id"], row["right_id"])))
            if row["edit"] == "negative":
                wrong.add(pair)
            else:
                right[pair] = row["edit"]
    return right, wrong


def judge(pairs_path, truth_path, threshold=None):
    """How right the pairs are: at the threshold, or without one at the score that gives the best F1."""
    right, wrong = truth_of(truth_path)
    found = []
    with open(pairs_path, encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found.append((float(row["score"]), tuple(sorted((row["left_id"], row["right_id"])))))
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    hits, best, cut = 0, 0.0, 0
    for count, (score, pair) in enumerate(found, 1):
        hits += pair in right
        last_of_its_score = count == len(found) or found[count][0] != score
        f1 = 2 * hits / (count + len(right))
        if last_of_its_score and (f1 >= best if threshold is None else score >= threshold):
            best, cut = f1, count
    kept = {pair for _, pair in found[:cut]}
    share = lambda edit: sum(pair in kept for pair in right if right[pair] == edit) / max(
        1, sum(value == edit for value in right.values())
    )
    hits = sum(pair in right for pair in kept)
    return {
        "precision": hits / max(1, len(kept)),
        "recall": hits / len(right),
        "f1": best,
        "heavy": share("heavy"),
        "medium": share("medium"),
        "light": share("light"),
        "negatives": sum(pair in wrong for pair in kept) / max(1, len(wrong)),
        "score": found[cut - 1][0] if cut else 0.0,
    }


def machine():
    """One line on where and when a table was made."""
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown processor")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB; {time.strftime('%Y-%m-%d')}; commit {commit}; "
        f"load of the machine when it ended {os.getloadavg()[0]:.1f}"
    )


def tandem(records, pairs, *options):
    return [str(TARGET / "release" / "tandem"), "scan", str(records), "--out", str(pairs), *options]


def peers(count):
    records, truth = made(count)
    python = str(TARGET / "bench" / "bin" / "python")
    tools = [
        ("tandem scan, as shipped", tandem(records, DATA / "tandem.csv"), "tandem.csv", 0.5),
        ("Splink 5.0.0, best threshold", [python, str(HERE / "peer_splink.py"), str(records), str(DATA / "splink.csv")], "splink.csv", None),
        ("TF-IDF, scikit-learn 1.9.1, best threshold", [python, str(HERE / "peer_tfidf.py"), str(records), str(DATA / "tfidf.csv")], "tfidf.csv", None),
    ]
    print(f"\n{count:,} records; {machine()}\n")
    print("| tool | CPU s | wall s | peak MiB | precision | recall | F1 | medium edits found | heavy edits found | hard negatives taken |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, command, pairs, threshold in tools:
        cpu, wall, peak = run(command, DATA / f"{pairs}.log")
        how = judge(DATA / pairs, truth, threshold)
        print(
            f"| {name} | {cpu:.1f} | {wall:.1f} | {peak:,.0f} | {how['precision']:.3f} | {how['recall']:.3f} | {how['f1']:.3f} "
            f"| {how['medium']:.1%} | {how['heavy']:.1%} | {how['negatives']:.1%} |",
            flush=True,
        )


def scaling(counts):
    print(f"\n{machine()}\n")
    print("| records | CPU s | µs of CPU a record | wall s | peak MiB | F1 | heavy edits found |")
    print("|---|---|---|---|---|---|---|")
    for count in counts:
        records, truth = made(count)
        cpu, wall, peak = run(tandem(records, DATA / "tandem.csv"), DATA / "tandem.csv.log")
        how = judge(DATA / "tandem.csv", truth, 0.5)
        print(
            f"| {count:,} | {cpu:.1f} | {cpu / count * 1e6:.0f} | {wall:.1f} | {peak:,.0f} | {how['f1']:.3f} | {how['heavy']:.1%} |",
            flush=True,
        )


def latency(counts):
    example = ["cargo", "run", "--quiet", "--release", "--package", "matching", "--example", "latency", "--"]
    files = [made(count)[0] for count in counts]
    print(f"\n{machine()}\n")
    print("| records | filling the index, s | a check p50, ms | p99, ms | slowest, ms |")
    print("|---|---|---|---|---|", flush=True)
    for file in files:
        subprocess.run([*example, str(file.resolve())], check=True)


def awarded(count):
    """The made records, each with an award, so that grants can be told of them too."""
    records, _ = made(count)
    path = DATA / f"{count}-awarded.jsonl"
    if not path.exists() or path.stat().st_mtime < records.stat().st_mtime:
        with open(records, encoding="utf-8") as lines, open(path, "w", encoding="utf-8") as out:
            for place, line in enumerate(lines):
                more = {"funders": ["Innovate UK"], "award": f"{1000 + place % 90000} GBP", "awardedOn": "2024-02-01"}
                out.write(json.dumps(json.loads(line) | more, ensure_ascii=False) + "\n")
    return path


def exchange(count):
    """Imports the records into an empty catalogue, exports it in each format, and imports each file again."""
    program = TARGET / "release" / "tandem"

    def measured(what, verb, rest, database):
        where = ["--database-url", f"sqlite:{database}"]
        cpu, wall, peak = run([program, verb, "projects", *rest, *where], DATA / "exchange.log")
        print(f"| {what} | {count / wall:,.0f} | {cpu:.0f} | {wall:.0f} | {peak:,.0f} |", flush=True)

    def fresh(name):
        for path in DATA.glob(f"{name}*"):
            path.unlink()
        return DATA / name

    print(f"\n{machine()}\n\n| {count:,} records | records a second | CPU s | wall s | peak MiB |")
    print("|---|---|---|---|---|", flush=True)
    catalogue = fresh("exchange.db")
    measured("import of lines of JSON", "import", [awarded(count), "--no-overlaps"], catalogue)
    for layout in ["csv", "xlsx", "360giving-json", "360giving-csv", "iati"]:
        file = DATA / f"exchange.{layout}"
        measured(f"export, {layout}", "export", ["--format", layout, "--out", file], catalogue)
        measured(f"import, {layout}", "import", [file, "--no-overlaps"], fresh("again.db"))


def main():
    what, numbers = sys.argv[1], [int(text) for text in sys.argv[2:]]
    if what == "peers":
        peers(*(numbers or [100_000]))
    elif what == "scaling":
        scaling(numbers or [10_000, 100_000, 1_000_000])
    elif what == "import":
        exchange(*(numbers or [1_000_000]))
    elif what == "latency":
        latency(numbers or [10_000, 100_000, 1_000_000])
    else:
        sys.exit(f"no such measurement: {what}")


if __name__ == "__main__":
    main()
