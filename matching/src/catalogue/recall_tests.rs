//! How many of the pairs that would be flagged are compared at all, against comparing every pair; and that
//! findings depend on nothing but the records.

#![expect(clippy::print_stdout, reason = "the figures are the report of the tests")]

use rustc_hash::FxHashSet;

use super::Catalogue;
use super::pairs::Pairing;
use crate::index::AFAR;
use crate::{Day, Finding, Key, Money, Period, Progress, Record, ScanOptions, score};

#[path = "../../tests/accuracy/sets.rs"]
mod sets;

#[path = "../../tests/scale/made.rs"]
mod made;

/// Hears nothing.
struct Silent;

impl Progress for Silent {
    fn advance(&self, _records: usize) {}
}

/// The least share of the pairs over the threshold that a scan and a search must compare.
const LEAST: f64 = 0.995;

const FLAGGED: ScanOptions = ScanOptions {
    min_score: Catalogue::FLAG_THRESHOLD,
    top: None,
    explain: false,
};

impl Catalogue {
    /// For every so many-th record of those with keys before `end`, the pairs over the threshold when it is compared with
    /// every other record: how many there are, how many a scan compares, and how many a search does.
    fn recall(&self, step: usize, end: usize) -> [usize; 3] {
        let mut counts = [0; 3];
        let compared: FxHashSet<_> = self.pairs(Self::FLAG_THRESHOLD, &Silent).into_iter().collect();
        let mut pairing = Pairing::new(self);
        let sample = (0..end).step_by(step).filter_map(|n| {
            let id = self.index.slot_of(Key(u128::try_from(n).ok()?))?;
            Some((id, self.index.slot(id)?))
        });
        for (id, slot) in sample {
            if pairing.take_up_slot(id).is_none() {
                continue;
            }
            let found = pairing.candidates(AFAR);
            for (other, _) in self.index.slots().filter(|(_, other)| other.key != slot.key) {
                let Some((_, mut facts)) = pairing.facts_but_title(other) else {
                    continue;
                };
                if score::log_odds(&facts).1 + score::most_from_title() < 0.0 {
                    continue;
                }
                pairing.add_title(other, &mut facts);
                if score::score(&facts).value() >= Self::FLAG_THRESHOLD {
                    let by_scan = compared.contains(&(id, other)) || compared.contains(&(other, id));
                    counts[0] += 1;
                    counts[1] += usize::from(by_scan);
                    counts[2] += usize::from(found.iter().any(|near| near.slot == other));
                }
            }
        }
        counts
    }
}

/// The labelled sets and the real projects first, then thousands of real descriptions.
fn real() -> (Vec<Record>, usize) {
    let mut records: Vec<Record> = sets::overlap_dev().into_iter().map(|row| row.1).collect();
    records.extend(sets::uk_projects().into_iter().map(|row| row.1));
    records.extend(sets::ips_cases());
    let labelled = records.len();
    let calls = sets::table("data/projects/uk_funding_competitions.csv", ',');
    records.extend(calls.into_iter().map(|row| Record {
        title: row.get("title").cloned().unwrap_or_default(),
        summary: row.get("description").cloned().unwrap_or_default(),
        ..Record::default()
    }));
    (records, labelled)
}

fn catalogue(records: Vec<Record>) -> Catalogue {
    let mut catalogue = Catalogue::new([]);
    catalogue.extend((0..).map(Key).zip(records).collect::<Vec<_>>(), &Silent);
    catalogue
}

fn check(name: &str, catalogue: &Catalogue, (step, end): (usize, usize)) {
    let [all, by_scan, by_search] = catalogue.recall(step, end);
    println!("{name}: {all} pairs over the threshold, {by_scan} compared by a scan, {by_search} by a search");
    let count = |n: usize| u32::try_from(n).map_or(0.0, f64::from);
    assert!(all > 20, "{name}: too few pairs to tell");
    assert!(count(by_scan) >= LEAST * count(all), "{name}: a scan");
    assert!(count(by_search) >= LEAST * count(all), "{name}: a search");
}

#[test]
fn pairs_over_the_threshold_are_compared_among_real_records() {
    if sets::present() {
        let (records, labelled) = real();
        check(
            "labelled sets and real projects",
            &catalogue(records),
            (10, labelled),
        );
    }
}

#[test]
fn pairs_over_the_threshold_are_compared_among_twenty_thousand() {
    if sets::present() {
        let (records, _) = made::records(20_000);
        check("20,000 made records", &catalogue(records), (200, 20_000));
    }
}

/// Made records, each with a start and a sum; those of a copy are its original's. Also which was copied from which.
fn stated(count: i32) -> (Vec<Record>, Vec<(usize, usize)>) {
    let (mut records, copies) = made::records(usize::try_from(count).unwrap());
    for (n, record) in (0..count).zip(&mut records) {
        record.period = Period {
            start: Some(Day(15_000 + n % 12 * 365)),
            end: None,
        };
        record.money = vec![Money {
            minor: 1_000_000 + i64::from(n * 37 % 500) * 10_000,
            currency: "GBP".into(),
            funder: None,
        }];
    }
    for &(from, copy) in &copies {
        let (period, money) = (records[from].period, records[from].money.clone());
        records[copy].period = period;
        records[copy].money = money;
    }
    (records, copies)
}

#[test]
fn what_facts_tell_is_learnt_and_shown() {
    if !sets::present() {
        return;
    }
    let (records, copies) = stated(3_000);
    let mut bare = records.clone();
    for record in &mut bare {
        record.period = Period::default();
        record.money.clear();
    }
    let (taught, untaught) = (catalogue(records), catalogue(bare));
    let key = |n: usize| Key(u128::try_from(n).unwrap());
    let mut higher = 0;
    for &(from, copy) in &copies {
        let (Some((score, _, evidence)), Some((before, ..))) = (
            taught.judge(key(from), key(copy)),
            untaught.judge(key(from), key(copy)),
        ) else {
            continue;
        };
        let part = |factor: &str| evidence.contributions.iter().find(|part| part.factor == factor);
        for factor in ["period", "money"] {
            let part = part(factor).unwrap();
            assert!(part.log_odds > 1.0 && part.log_odds <= part.weight, "{part:?}");
        }
        let sum: f64 = evidence.contributions.iter().map(|part| part.log_odds).sum();
        let odds = (score.value() / (1.0 - score.value())).ln();
        assert!((sum - odds).abs() < 1e-6, "{sum} {odds}");
        higher += usize::from(score.value() > before.value());
    }
    assert!(
        copies.len() > 200 && higher * 10 > copies.len() * 9,
        "{higher} of {}",
        copies.len()
    );
    for found in taught.scan(&FLAGGED, &Silent).iter().take(50) {
        let judged = taught.judge(found.left, found.right).unwrap().0;
        assert!((judged.value() - found.score.value()).abs() < 1e-12);
    }
}

fn scan(records: &[(Key, Record)], threads: usize) -> Vec<Finding> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        let mut catalogue = Catalogue::new([]);
        catalogue.extend(records.to_vec(), &Silent);
        catalogue.scan(&FLAGGED, &Silent)
    })
}

#[test]
fn neither_order_nor_threads_change_a_finding() {
    if !sets::present() {
        return;
    }
    let mut records: Vec<(Key, Record)> = (0..).map(Key).zip(stated(3_000).0).collect();
    let one = scan(&records, 1);
    assert!(one.len() > 200);
    assert_eq!(one, scan(&records, 2));
    records.reverse();
    assert_eq!(one, scan(&records, 2));
    records.sort_by_key(|(key, _)| key.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 10_007);
    assert_eq!(one, scan(&records, 3));
}

/// Builds one catalogue with every tenth record put in, every twentieth changed and every fiftieth taken out
/// one by one, and another at once from what is left; gives the greatest difference of score among the flagged, and how many
/// only one of them flags.
fn drift(count: i32) -> (f64, usize, usize) {
    let records: Vec<(Key, Record)> = (0..).map(Key).zip(stated(count).0).collect();
    let count = records.len();
    let mut slow = Catalogue::new([]);
    slow.extend(
        records
            .iter()
            .take(count - count / 10)
            .cloned()
            .collect::<Vec<_>>(),
        &Silent,
    );
    for (key, record) in records.iter().skip(count - count / 10) {
        slow.insert(*key, record.clone());
    }
    for (key, record) in records.iter().step_by(20) {
        let (title, summary) = (record.title.clone(), format!("{} revised", record.summary));
        slow.insert(
            *key,
            Record {
                title,
                summary,
                ..Record::default()
            },
        );
    }
    for (key, _) in records.iter().step_by(50) {
        slow.remove(*key);
    }
    let left = slow
        .index
        .slots()
        .map(|(_, slot)| (slot.key, Record::clone(&slot.record)));
    let mut fresh = Catalogue::new([]);
    fresh.extend(left.collect::<Vec<_>>(), &Silent);
    let (slow, fresh) = (slow.scan(&FLAGGED, &Silent), fresh.scan(&FLAGGED, &Silent));
    let mut only_one = 0;
    let mut most = 0.0_f64;
    for (ours, theirs) in [(&slow, &fresh), (&fresh, &slow)] {
        for finding in ours {
            let other = theirs
                .iter()
                .find(|f| (f.left, f.right) == (finding.left, finding.right));
            match other {
                Some(other) => most = most.max((finding.score.value() - other.score.value()).abs()),
                None => only_one += 1,
            }
        }
    }
    (most, only_one, fresh.len())
}

#[test]
fn changes_one_by_one_stay_near_a_rebuild() {
    if !sets::present() {
        return;
    }
    for (count, allowed) in [(10, 1e-6), (300, 0.05), (2_400, 0.05)] {
        let (most, only_one, all) = drift(count);
        println!(
            "{count} records: scores differ by {most:.4} at most, {only_one} of {all} flagged by one only"
        );
        assert!(most <= allowed, "{count} records: {most}");
        assert!(
            only_one * 50 <= all.max(50),
            "{count} records: {only_one} of {all}"
        );
    }
}
