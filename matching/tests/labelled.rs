//! How right the matcher is on our own labelled records, the development set of hard negatives.
//!
//! Most of the set's likely pairs are decoys on purpose, so its figures are far lower than those of a catalogue.
//!
//! Prints the report (`cargo test -p matching --test labelled -- --nocapture`) and fails below its floors.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that prints its report, on data it knows"
)]

#[path = "labelled/set.rs"]
mod set;

use std::collections::BTreeMap;

use matching::{Catalogue, Key, ScanOptions};
use set::Labelled;

/// Below these the build fails. Set a little under what was measured without a sentence encoder on
/// 23 November 2026; they are raised by hand.
const LEAST_PRECISION: f64 = 0.36;
const LEAST_RECALL_IN_FIVE: f64 = 0.87;
const MOST_DECOYS_FLAGGED: f64 = 0.62;

fn place(key: Key) -> usize {
    usize::try_from(key.0).unwrap()
}

fn share(part: usize, whole: usize) -> f64 {
    f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(whole.max(1)).unwrap())
}

/// Every pair that was compared, best first, with its score.
fn pairs(catalogue: &Catalogue) -> Vec<(usize, usize, f64)> {
    let everything = ScanOptions {
        min_score: 0.0,
        top: None,
        explain: false,
    };
    catalogue
        .scan(&everything, &set::Quiet)
        .iter()
        .map(|finding| (place(finding.left), place(finding.right), finding.score.value()))
        .collect()
}

/// The pairs that pursue the same effort.
fn right(set: &[Labelled]) -> usize {
    let same = |n: usize| {
        set[n + 1..]
            .iter()
            .filter(|other| other.effort == set[n].effort)
            .count()
    };
    (0..set.len()).map(same).sum()
}

fn average_precision(set: &[Labelled], pairs: &[(usize, usize, f64)]) -> f64 {
    let (mut hits, mut sum) = (0, 0.0);
    for (rank, (a, b, _)) in pairs.iter().enumerate() {
        if set[*a].effort == set[*b].effort {
            hits += 1;
            sum += share(hits, rank + 1);
        }
    }
    sum / f64::from(u32::try_from(right(set)).unwrap())
}

fn recall_in_five(set: &[Labelled], pairs: &[(usize, usize, f64)]) -> f64 {
    let recalls: Vec<f64> = (0..set.len())
        .filter_map(|n| {
            let others = set.iter().filter(|other| other.effort == set[n].effort).count() - 1;
            let best = pairs.iter().filter(|(a, b, _)| *a == n || *b == n).take(5);
            let hits = best.filter(|(a, b, _)| set[*a].effort == set[*b].effort).count();
            (others > 0).then(|| share(hits, others))
        })
        .collect();
    recalls.iter().sum::<f64>() / f64::from(u32::try_from(recalls.len()).unwrap())
}

/// For each kind of decoy: how many there are, and how many are flagged with any record at all.
fn decoys(set: &[Labelled], pairs: &[(usize, usize, f64)]) -> BTreeMap<String, (usize, usize)> {
    let mut kinds = BTreeMap::new();
    for (n, labelled) in set.iter().enumerate() {
        let Some(trap) = &labelled.trap else { continue };
        let kind = trap.split(':').next().unwrap_or_default().to_owned();
        let flagged = pairs
            .iter()
            .any(|(a, b, score)| (*a == n || *b == n) && *score >= Catalogue::FLAG_THRESHOLD);
        let count: &mut (usize, usize) = kinds.entry(kind).or_default();
        *count = (count.0 + 1, count.1 + usize::from(flagged));
    }
    kinds
}

#[test]
fn the_set_is_what_its_readme_says() {
    let set = set::all();
    let alone = set
        .iter()
        .filter(|one| set.iter().filter(|other| other.effort == one.effort).count() == 1);
    assert_eq!((set.len(), right(&set), alone.count()), (163, 76, 59));
    assert!(
        set.iter()
            .all(|one| one.trap.is_none()
                || set.iter().filter(|other| other.effort == one.effort).count() == 1)
    );
}

#[test]
fn records_of_unseen_themes_find_their_own_effort_and_pass_by_decoys() {
    let set = set::all();
    let pairs = pairs(&set::catalogue(&set));
    let (precision, recall) = (average_precision(&set, &pairs), recall_in_five(&set, &pairs));
    let flagged: Vec<_> = pairs
        .iter()
        .filter(|pair| pair.2 >= Catalogue::FLAG_THRESHOLD)
        .collect();
    let hits = flagged
        .iter()
        .filter(|(a, b, _)| set[*a].effort == set[*b].effort)
        .count();
    println!("average precision {precision:.4}, recall in the first five {recall:.4}");
    let plain: Vec<_> = pairs
        .iter()
        .copied()
        .filter(|(a, b, _)| set[*a].trap.is_none() && set[*b].trap.is_none())
        .collect();
    println!(
        "average precision among all but the decoys {:.4}",
        average_precision(&set, &plain)
    );
    println!(
        "flagged {}: right {:.3} of them, {:.3} of all that are right",
        flagged.len(),
        share(hits, flagged.len()),
        share(hits, right(&set))
    );
    let kinds = decoys(&set, &pairs);
    for (kind, (all, taken)) in &kinds {
        println!("decoys of the same {kind}: {taken} of {all} flagged with anything");
    }
    if std::env::var_os("TANDEM_SHOW_PAIRS").is_some() {
        for (a, b, score) in pairs.iter().take(110) {
            let mark = if set[*a].effort == set[*b].effort {
                '+'
            } else {
                '-'
            };
            println!(
                "{mark} {score:.3} {} | {}",
                set[*a].record.title, set[*b].record.title
            );
        }
    }
    let (all, taken) = kinds
        .values()
        .fold((0, 0), |sum, kind| (sum.0 + kind.0, sum.1 + kind.1));
    assert!(precision >= LEAST_PRECISION, "average precision {precision}");
    assert!(
        recall >= LEAST_RECALL_IN_FIVE,
        "recall in the first five {recall}"
    );
    assert!(
        share(taken, all) <= MOST_DECOYS_FLAGGED,
        "{taken} of {all} decoys flagged"
    );
}
