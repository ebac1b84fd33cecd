//! What each stage of a check costs: `script/bench stages`.
//!
//! The records are our labelled ones, told again under other keys until the catalogue has the size asked for,
//! each time with other words in front so that they are not the same.

#[path = "../tests/labelled/set.rs"]
mod set;

use divan::{Bencher, black_box};
use matching::{Catalogue, Key, Record, ScanOptions, SearchOptions};

fn main() {
    divan::main();
}

/// So many records, no two of them alike.
fn records(count: usize) -> Vec<(Key, Record)> {
    let set = set::all();
    let told = set.iter().map(|one| &one.record).cycle().take(count);
    let others = set.iter().map(|one| &one.record).cycle();
    (0..)
        .map(Key)
        .zip(told.zip(others.skip(7)).enumerate().map(|(n, (record, other))| {
            let turn = n / set.len();
            let extra = other.summary.split_whitespace().cycle().skip(turn).take(12);
            Record {
                summary: format!("{} {}", extra.collect::<Vec<_>>().join(" "), record.summary),
                ..record.clone()
            }
        }))
        .collect()
}

fn filled(count: usize) -> Catalogue {
    let mut catalogue = set::catalogue(&[]);
    catalogue.extend(records(count), &set::Quiet);
    catalogue
}

/// A text to its stems, function words left out.
#[divan::bench]
fn tokenise(bencher: Bencher<'_, '_>) {
    let set = set::all();
    let mut texts = set.iter().map(|one| one.record.summary.as_str()).cycle();
    bencher.bench_local(|| matching::stems(black_box(texts.next().unwrap_or_default())));
}

/// Candidates alone: nothing scores enough to be compared further.
#[divan::bench(args = [163, 2_000, 20_000])]
fn find_candidates(bencher: Bencher<'_, '_>, size: usize) {
    search(bencher, size, 1.0);
}

/// A whole check: candidates, comparing, scoring, the evidence of the best ten.
#[divan::bench(args = [163, 2_000, 20_000])]
fn check(bencher: Bencher<'_, '_>, size: usize) {
    search(bencher, size, Catalogue::FLAG_THRESHOLD);
}

fn search(bencher: Bencher<'_, '_>, size: usize, min_score: f64) {
    let (catalogue, set) = (filled(size), set::all());
    let options = SearchOptions {
        first: 10,
        min_score,
        exclude: None,
    };
    let mut drafts = set.iter().map(|one| &one.record).cycle();
    bencher.bench_local(|| {
        drafts
            .next()
            .map(|draft| catalogue.search(black_box(draft), &options))
    });
}

/// Comparing one pair, scoring it and giving its evidence.
#[divan::bench]
fn compare_and_score_a_pair(bencher: Bencher<'_, '_>) {
    let set = set::all();
    let catalogue = set::catalogue(&set);
    let mut keys = (0..u128::try_from(set.len()).unwrap_or(1)).map(Key).cycle();
    bencher.bench_local(|| {
        let left = keys.next()?;
        catalogue.judge(black_box(left), black_box(Key(left.0 / 2)))
    });
}

/// Every pair of the labelled records, compared and scored without evidence.
#[divan::bench]
fn scan_the_labelled_set(bencher: Bencher<'_, '_>) {
    let catalogue = set::catalogue(&set::all());
    let options = ScanOptions {
        min_score: 0.0,
        top: None,
        explain: false,
    };
    bencher.bench_local(|| catalogue.scan(black_box(&options), &set::Quiet));
}
