//! Times extending, scanning and checking on made records: `cargo run --release -p matching --example scale -- 100000`.
//!
//! The records are made from a seed: each takes its words from the descriptions of two public services of the
//! shared folder; one in ten is an edited copy of another (words dropped, exchanged, misspelt). Or, given two
//! files instead of a count, those that `script/bench.d/generate.py` made: RECORDS.jsonl and TRUTH.csv.
//! With a third argument, instead of timing checks, `curve` tells what other thresholds would find, `lost` where each
//! right pair that was not found is lost: on the way to be compared, in a scan's first pass, or by its score.
#![expect(
    clippy::print_stdout,
    clippy::as_conversions,
    reason = "a tool that prints a report on data it makes"
)]

#[path = "timing/checks.rs"]
mod checks;
#[path = "../tests/labelled/set.rs"]
mod own;
#[path = "../tests/accuracy/sets.rs"]
mod sets;

#[path = "../tests/scale/made.rs"]
mod made;

use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash, Hasher};
use std::io::BufRead;
use std::time::Instant;

use matching::{Catalogue, Finding, Key, Record, ScanOptions};

/// As the program has it: what is timed here is what users wait for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Two records of a file, and how they were made alike.
type Truth = Vec<((usize, usize), String)>;

fn read(records: &str, truth: &str) -> std::io::Result<(Vec<Record>, Truth)> {
    let number = |id: &str| id.trim_start_matches('r').parse::<usize>().map_or(0, |n| n - 1);
    let mut made = Vec::new();
    for line in std::io::BufReader::new(std::fs::File::open(records)?).lines() {
        made.push(own::record(&serde_json::from_str(&line?)?));
    }
    let text = std::fs::read_to_string(truth)?;
    let pairs = text.lines().skip(1).filter_map(|line| {
        let mut cells = line.trim().split(',');
        let (a, b) = (number(cells.next()?), number(cells.next()?));
        Some(((a.min(b), a.max(b)), cells.next()?.to_owned()))
    });
    Ok((made, pairs.collect()))
}

/// Prints how many of the true pairs were found, by kind, and how many of the findings are true.
fn report(found: &HashSet<(usize, usize)>, truth: &Truth) {
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (pair, kind) in truth {
        let count = kinds.entry(kind).or_default();
        *count = (count.0 + usize::from(found.contains(pair)), count.1 + 1);
    }
    for (kind, (hits, all)) in &kinds {
        println!("{kind:<10} found {hits} of {all}");
    }
    let right = truth.iter().filter(|(_, kind)| kind != "negative");
    let (hits, all) = right.fold((0, 0), |(hits, all), (pair, _)| {
        (hits + usize::from(found.contains(pair)), all + 1)
    });
    let share = |n: usize, of: usize| n as f64 / of.max(1) as f64;
    let (precision, recall) = (share(hits, found.len()), share(hits, all));
    println!(
        "precision {precision:.3}, recall {recall:.3}, F1 {:.3}",
        2.0 * precision * recall / (precision + recall)
    );
}

/// Prints what lower and higher thresholds would find. Pairs below the least are not looked at.
fn by_threshold(catalogue: &Catalogue, truth: &Truth) {
    let options = ScanOptions {
        min_score: 0.01,
        top: None,
        explain: false,
    };
    let findings = catalogue.scan(&options, &sets::Quiet);
    for least in [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] {
        let over = findings.iter().filter(|found| found.score.value() >= least);
        let found = over
            .map(|f| (sets::index(f.left), sets::index(f.right)))
            .collect();
        println!("from {least}:");
        report(&found, truth);
    }
}

/// What becomes of right pairs of one kind.
#[derive(Default)]
struct Fate {
    /// How many there are.
    all: usize,
    /// How many come to the flag threshold where they are judged, and of these how many a scan from there compares, and
    /// one that leaves out nothing.
    over: usize,
    found: usize,
    compared: usize,
    /// How many of those below the threshold are compared, and how many come to 0.2 and to 0.05.
    below: usize,
    fair: usize,
    faint: usize,
}

/// Prints where right pairs are lost.
fn where_lost(catalogue: &Catalogue, truth: &Truth, found: &HashSet<(usize, usize)>) {
    let everything = ScanOptions {
        min_score: 0.0,
        top: None,
        explain: false,
    };
    let compared: HashSet<(usize, usize)> = catalogue
        .scan(&everything, &sets::Quiet)
        .iter()
        .map(|f| (sets::index(f.left), sets::index(f.right)))
        .collect();
    let mut kinds: BTreeMap<&str, Fate> = BTreeMap::new();
    for (pair, kind) in truth {
        let score = catalogue
            .judge(Key(pair.0 as u128), Key(pair.1 as u128))
            .map_or(0.0, |judged| judged.0.value());
        let fate = kinds.entry(kind).or_default();
        fate.all += 1;
        if score >= Catalogue::FLAG_THRESHOLD {
            fate.over += 1;
            fate.found += usize::from(found.contains(pair));
            fate.compared += usize::from(compared.contains(pair));
        } else {
            fate.below += usize::from(compared.contains(pair));
            fate.fair += usize::from(score >= 0.2);
            fate.faint += usize::from((0.05..0.2).contains(&score));
        }
    }
    println!("compared {}", compared.len());
    for (kind, fate) in kinds {
        println!(
            "{kind:<10} of {}: {} over the threshold, of them {} compared, {} found; below {} compared, {} from 0.2, {} from 0.05",
            fate.all, fate.over, fate.compared, fate.found, fate.below, fate.fair, fate.faint
        );
    }
}

/// A number that differs as soon as one bit of one finding does: what was only made faster must not change it.
fn digest(findings: &[Finding]) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    for found in findings {
        (found.left, found.right, found.score.value().to_bits()).hash(&mut hasher);
        std::mem::discriminant(&found.relation).hash(&mut hasher);
    }
    hasher.finish()
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (records, truth) = match arguments.as_slice() {
        [records, truth, ..] => read(records, truth).unwrap_or_default(),
        _ => {
            let count = arguments.first().and_then(|n| n.parse().ok()).unwrap_or(100_000);
            let (records, copies) = made::records(count);
            let truth = copies.into_iter().map(|pair| (pair, "copy".to_owned()));
            (records, truth.collect())
        }
    };
    let count = records.len();
    let drafts: Vec<Record> = records.iter().step_by(count / 200 + 1).cloned().collect();
    let mut catalogue = Catalogue::new([]);
    let before = cpu_seconds();
    let start = Instant::now();
    catalogue.extend((0..).map(Key).zip(records).collect::<Vec<_>>(), &sets::Quiet);
    println!(
        "extend {count}: {:.1?}, CPU {:.1} s",
        start.elapsed(),
        cpu_seconds() - before
    );
    let before = cpu_seconds();
    let start = Instant::now();
    let findings = catalogue.scan(
        &ScanOptions {
            min_score: 0.5,
            top: None,
            explain: false,
        },
        &sets::Quiet,
    );
    println!(
        "scan: {:.1?}, CPU {:.1} s, {} findings, digest {:016x}",
        start.elapsed(),
        cpu_seconds() - before,
        findings.len(),
        digest(&findings)
    );
    let found: HashSet<(usize, usize)> = findings
        .iter()
        .map(|f| (sets::index(f.left), sets::index(f.right)))
        .collect();
    report(&found, &truth);
    match arguments.get(2).map(String::as_str) {
        Some("curve") => return by_threshold(&catalogue, &truth),
        Some("lost") => return where_lost(&catalogue, &truth, &found),
        _ => {}
    }
    let [median, most, slowest] = checks::times(&catalogue, &drafts);
    println!("check: p50 {median:.2} ms, p99 {most:.2} ms, slowest {slowest:.2} ms");
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!(
        "{}",
        status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or("")
    );
}
