//! Prints what the matcher reaches on the labelled sets, and what each of its steps adds:
//! `cargo run --release -p matching --example ladder -- steps,dev,uk,reworded,link`. With `made RECORDS.jsonl TRUTH.csv`
//! it scans records that `script/bench.d/generate.py` made.
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool that prints a report on data it knows"
)]

#[path = "../tests/labelled/set.rs"]
mod own;
#[path = "../tests/accuracy/sets.rs"]
mod sets;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use matching::{Catalogue, Finding, ScanOptions};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, made, records, truth] = arguments.as_slice()
        && made == "made"
    {
        self::made(Path::new(records), Path::new(truth));
        return;
    }
    if sets::shared().is_none() {
        println!("skipped: no shared folder beside the repository");
        return;
    }
    let want = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "steps,dev,uk,reworded,link".into());
    if want.contains("steps") {
        let own = own::all();
        let efforts: Vec<String> = own.iter().map(|one| one.effort.clone()).collect();
        steps("own set", &own::catalogue(&own), &efforts);
        let (efforts, records): (Vec<_>, Vec<_>) = sets::overlap_dev().into_iter().unzip();
        steps("overlap-dev", &sets::catalogue(records), &efforts);
    }
    if want.contains("dev") {
        dev();
    }
    if want.contains("uk") {
        uk();
    }
    if want.contains("reworded") {
        let start = Instant::now();
        let (first, five, all) = sets::reworded_recall();
        println!(
            "reworded: first {first:.4}, in five {five:.4} of {all}, {:?}",
            start.elapsed()
        );
    }
    if want.contains("link") {
        for set in ["abt-buy", "dblp-acm"] {
            let (left, right, truth) = sets::linking(set);
            for min in [0.0, sets::LEAST_OF_ONE_TO_ONE, 0.1, 0.5] {
                let start = Instant::now();
                let (p, r, f) = sets::link_f1(&left, &right, &truth, min);
                println!(
                    "{set} from {min}: P {p:.3} R {r:.3} F1 {f:.3} {:?}",
                    start.elapsed()
                );
            }
        }
    }
}

fn dev() {
    let rows = sets::overlap_dev();
    let efforts: Vec<String> = rows.iter().map(|row| row.0.clone()).collect();
    let start = Instant::now();
    let catalogue = sets::catalogue(rows.iter().map(|row| row.1.clone()).collect());
    let findings = sets::every_pair(&catalogue);
    let pairs: Vec<(usize, usize)> = findings
        .iter()
        .map(|f| (sets::index(f.left), sets::index(f.right)))
        .collect();
    let (precision, recall) = sets::precision_and_recall(&efforts, &pairs);
    let flagged = findings.iter().filter(|f| f.score.value() >= 0.5).count();
    println!(
        "overlap-dev: AP {precision:.4} recall@5 {recall:.4} flagged {flagged} {:?}",
        start.elapsed()
    );
    if std::env::var("PAIRS").is_ok() {
        for (finding, (a, b)) in findings.iter().zip(pairs).take(120) {
            let mark = if efforts[a] == efforts[b] { "+" } else { "-" };
            println!(
                "{mark} {:.3} {:?} | {} | {}",
                finding.score.value(),
                finding.relation,
                rows[a].1.title,
                rows[b].1.title
            );
        }
    }
}

fn uk() {
    let rows = sets::uk_projects();
    let start = Instant::now();
    let catalogue = sets::catalogue(rows.iter().map(|row| row.1.clone()).collect());
    let findings = sets::every_pair(&catalogue);
    println!("uk projects: {} records, {:?}", rows.len(), start.elapsed());
    for finding in findings.iter().take(60) {
        let (a, b) = (sets::index(finding.left), sets::index(finding.right));
        println!(
            "{:.3} {:?} | {} {} | {} {}",
            finding.score.value(),
            finding.relation,
            rows[a].0,
            rows[a].1.title,
            rows[b].0,
            rows[b].1.title
        );
    }
}

/// What a pair's score is made of, up to each step: the kinds of fact that the step adds.
const STEPS: [(&str, &[&str]); 6] = [
    ("words that meet, by what they tell", &["text"]),
    ("+ likeness as a whole", &["topic", "meaning"]),
    ("+ local scaling", &["generality"]),
    ("+ technologies", &["technologies", "themes"]),
    ("+ titles, numbers of models", &["title", "code"]),
    (
        "+ people, money, links",
        &["people", "period", "money", "declared"],
    ),
];

/// A pair and what each kind of fact added to its log-odds.
type Told<'a> = ((usize, usize), BTreeMap<&'a str, f64>);

/// Prints average precision and recall in the first five as the kinds of fact are taken in one after another.
fn steps(name: &str, catalogue: &Catalogue, efforts: &[String]) {
    let findings = sets::every_pair(catalogue);
    let pairs: Vec<Told<'_>> = findings
        .iter()
        .filter_map(|found| {
            let (_, _, evidence) = catalogue.judge(found.left, found.right)?;
            let parts = evidence.contributions.iter();
            let parts = parts.map(|part| (part.factor, part.log_odds)).collect();
            Some(((sets::index(found.left), sets::index(found.right)), parts))
        })
        .collect();
    let mut taken: Vec<&str> = Vec::new();
    for (step, adds) in STEPS {
        taken.extend(adds);
        let mut ranked: Vec<(f64, (usize, usize))> = pairs
            .iter()
            .map(|(pair, parts)| (taken.iter().filter_map(|factor| parts.get(factor)).sum(), *pair))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let ranked: Vec<(usize, usize)> = ranked.into_iter().map(|(_, pair)| pair).collect();
        let (precision, recall) = sets::precision_and_recall(efforts, &ranked);
        println!("{name} | {step:<36} | {precision:.3} | {recall:.3}");
    }
}

/// Scans made records, and prints what is flagged of each kind of edit.
fn made(records: &Path, truth: &Path) {
    let rows = sets::overlap_like(records);
    let start = Instant::now();
    let catalogue = sets::catalogue(rows.into_iter().map(|row| row.1).collect());
    let options = ScanOptions {
        min_score: Catalogue::FLAG_THRESHOLD,
        top: None,
        explain: false,
    };
    let findings = catalogue.scan(&options, &sets::Quiet);
    // The ids are numbers in the order of the lines, from 1.
    let id = |key| format!("r{:07}", sets::index(key) + 1);
    let pair = |found: &Finding| (id(found.left), id(found.right));
    let flagged: BTreeSet<(String, String)> = findings.iter().map(pair).collect();
    let truth = std::fs::read_to_string(truth).unwrap_or_default();
    let mut kinds: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for line in truth.lines().skip(1) {
        if let [left, right, edit] = line.split(',').collect::<Vec<_>>()[..] {
            let found = flagged.contains(&(left.min(right).to_owned(), left.max(right).to_owned()));
            let count = kinds.entry(edit).or_default();
            *count = (count.0 + 1, count.1 + u32::from(found));
        }
    }
    let right = kinds.iter().filter(|(edit, _)| **edit != "negative");
    let (all, hits) = right.fold((0, 0), |sum, (_, kind)| (sum.0 + kind.0, sum.1 + kind.1));
    let flagged = u32::try_from(flagged.len()).unwrap_or(u32::MAX);
    let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
    println!(
        "{} records: precision {:.3}, recall {:.3}, F1 {:.3}, {:?}",
        catalogue.len(),
        share(hits, flagged),
        share(hits, all),
        share(2 * hits, flagged + all),
        start.elapsed()
    );
    for (edit, (all, found)) in kinds {
        println!("{edit}: {found} of {all} flagged, {:.3}", share(found, all));
    }
}
