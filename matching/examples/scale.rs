//! Times extending, scanning and checking on made records: `cargo run --release -p matching --example scale -- 100000`.
//!
//! The records are made from a seed: each takes its words from the descriptions of two public services of the
//! shared folder; one in ten is an edited copy of another (words dropped, exchanged, misspelt).
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a tool that prints a report on data it makes"
)]

#[path = "../tests/accuracy/sets.rs"]
mod sets;

use std::time::Instant;

use matching::{Catalogue, Key, Record, ScanOptions, SearchOptions};

/// A small generator of numbers (SplitMix64): the same seed gives the same records everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

fn records(count: usize) -> (Vec<Record>, Vec<(usize, usize)>) {
    let texts: Vec<Vec<String>> = sets::ips_cases()
        .iter()
        .map(|case| format!("{} {}", case.title, case.summary))
        .chain(
            sets::table("data/projects/uk_funding_competitions.csv", ',')
                .iter()
                .map(|row| row["description"].clone()),
        )
        .map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|words| words.len() > 60)
        .collect();
    let mut numbers = Numbers(7);
    let mut made: Vec<Record> = Vec::with_capacity(count);
    let mut copies = Vec::new();
    while made.len() < count {
        if made.len() > 10 && numbers.below(10) == 0 {
            let from = numbers.below(made.len());
            let mut words: Vec<String> = made[from].summary.split(' ').map(str::to_owned).collect();
            for _ in 0..words.len() / 4 {
                let at = numbers.below(words.len());
                match numbers.below(3) {
                    0 => {
                        words.remove(at);
                    }
                    1 => {
                        let other = numbers.below(words.len());
                        words.swap(at, other);
                    }
                    _ => {
                        words[at].pop();
                    }
                }
            }
            copies.push((from, made.len()));
            made.push(Record {
                title: made[from].title.clone(),
                summary: words.join(" "),
                ..Record::default()
            });
            continue;
        }
        let (one, two) = (
            &texts[numbers.below(texts.len())],
            &texts[numbers.below(texts.len())],
        );
        let length = 40 + numbers.below(40);
        let words: Vec<&str> = (0..length)
            .map(|n| {
                let text = if n % 2 == 0 { one } else { two };
                text[numbers.below(text.len())].as_str()
            })
            .collect();
        made.push(Record {
            title: words[..6].join(" "),
            summary: words[6..].join(" "),
            ..Record::default()
        });
    }
    (made, copies)
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn main() {
    let count = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(100_000);
    let (records, copies) = records(count);
    let drafts: Vec<Record> = records.iter().step_by(count / 200 + 1).cloned().collect();
    let mut catalogue = Catalogue::new([]);
    let before = cpu_seconds();
    let start = Instant::now();
    catalogue.extend((0..).map(Key).zip(records).collect(), &sets::Quiet);
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
        "scan: {:.1?}, CPU {:.1} s, {} findings",
        start.elapsed(),
        cpu_seconds() - before,
        findings.len()
    );
    let found: std::collections::HashSet<(usize, usize)> = findings
        .iter()
        .map(|f| (sets::index(f.left), sets::index(f.right)))
        .collect();
    let hits = copies.iter().filter(|pair| found.contains(pair)).count();
    println!("copies found {hits} of {}", copies.len());
    time_checks(&catalogue, &drafts);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!(
        "{}",
        status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or("")
    );
}

fn time_checks(catalogue: &Catalogue, drafts: &[Record]) {
    let options = SearchOptions {
        first: 10,
        min_score: 0.5,
        exclude: None,
    };
    let mut times: Vec<f64> = drafts
        .iter()
        .map(|draft| {
            let start = Instant::now();
            std::hint::black_box(catalogue.search(draft, &options));
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "check: p50 {:.2} ms, p99 {:.2} ms",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
}
