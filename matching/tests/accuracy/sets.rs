//! The labelled sets of the shared folder, as records, and what is measured on them.
//! Used by the accuracy test and by `examples/ladder.rs`.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::print_stdout,
    clippy::allow_attributes,
    dead_code,
    reason = "test support, of which each user uses a part"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use matching::{
    Catalogue, Day, Finding, Key, Money, Party, Period, Phase, Progress, Record, ScanOptions, SearchOptions,
    SearchOutcome,
};

pub(crate) struct Quiet;

impl Progress for Quiet {
    fn advance(&self, _: usize) {}
}

/// The shared folder beside the repository, if it is there.
pub(crate) fn shared() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    path.is_dir().then_some(path)
}

/// Whether the sets are there. Without them tests are skipped, and say so; never in CI.
pub(crate) fn present() -> bool {
    let present = shared().is_some();
    if !present {
        println!("skipped: no shared folder beside the repository");
        assert!(
            std::env::var_os("CI").is_none(),
            "the labelled sets must be there in CI"
        );
    }
    present
}

/// A file of the shared folder as rows by column name.
pub(crate) fn table(file: &str, separator: char) -> Vec<BTreeMap<String, String>> {
    let bytes = std::fs::read(shared().unwrap().join(file)).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let mut rows = cells(text.trim_start_matches('\u{feff}'), separator).into_iter();
    let header = rows.next().unwrap_or_default();
    rows.filter(|row| row.len() == header.len())
        .map(|row| header.iter().cloned().zip(row).collect())
        .collect()
}

fn cells(text: &str, separator: char) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                row.last_mut().unwrap().push('"');
            }
            '"' if quoted || row.last().unwrap().is_empty() => quoted = !quoted,
            c if c == separator && !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' if !quoted => {}
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows
}

/// The names of all authorities of the gazetteer.
pub(crate) fn places() -> Vec<String> {
    table("data/authorities/uk_local_authorities.csv", ',')
        .into_iter()
        .flat_map(|row| [row["official-name"].clone(), row["nice-name"].clone()])
        .filter(|name| !name.is_empty())
        .collect()
}

pub(crate) fn catalogue(records: Vec<Record>) -> Catalogue {
    let places = places();
    let mut catalogue = Catalogue::new(places.iter().map(String::as_str));
    catalogue.extend((0..).map(Key).zip(records).collect::<Vec<_>>(), &Quiet);
    catalogue
}

fn party(name: &str) -> Option<Party> {
    (!name.is_empty()).then(|| Party {
        id: None,
        name: name.to_owned(),
    })
}

fn day(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<i32>().ok());
    let (year, month, date) = (
        parts.next()??,
        parts.next().flatten().unwrap_or(1),
        parts.next().flatten().unwrap_or(1),
    );
    let (y, m) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    Some(Day(365 * y + y / 4 - y / 100
        + y / 400
        + (153 * m + 2) / 5
        + date
        - 719_469))
}

/// The records in the voice of survey answers, each with its effort.
pub(crate) fn overlap_dev() -> Vec<(String, Record)> {
    overlap_like(&shared().unwrap().join("benchmarks/overlap-dev.jsonl"))
}

/// The records of a file in the form of `overlap-dev.jsonl`, each with its effort.
pub(crate) fn overlap_like(file: &Path) -> Vec<(String, Record)> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let string = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let record = Record {
                title: string("title"),
                summary: string("summary"),
                lead: party(&string("authority")),
                technologies: row["technologies"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|t| t.as_str().unwrap().to_owned())
                    .collect(),
                period: Period {
                    start: day(&row["startYear"].to_string()),
                    end: None,
                },
                money: row["budgetGbp"]
                    .as_i64()
                    .map(|sum| Money {
                        minor: sum * 100,
                        currency: "GBP".into(),
                        funder: None,
                    })
                    .into_iter()
                    .collect(),
                ..Record::default()
            };
            (string("effort"), record)
        })
        .collect()
}

/// The real projects of UK councils, each with its id.
pub(crate) fn uk_projects() -> Vec<(String, Record)> {
    table("data/projects/uk_council_projects.csv", ',')
        .into_iter()
        .map(|row| {
            let phase = match row["phase"].as_str() {
                "discovery" => Some(Phase::Discovery),
                "alpha" => Some(Phase::Alpha),
                "beta" => Some(Phase::Beta),
                "live" => Some(Phase::Live),
                _ => None,
            };
            let record = Record {
                title: row["title"].clone(),
                summary: row["summary_paraphrased"].clone(),
                lead: party(&row["lead_authority"]),
                partners: row["partners"]
                    .split(';')
                    .filter_map(|name| party(name.trim()))
                    .collect(),
                programme: Some(row["programme"].clone()).filter(|name| !name.is_empty()),
                phase,
                period: Period {
                    start: day(&row["start"]),
                    end: day(&row["end"]),
                },
                money: row["amount_gbp"]
                    .parse::<i64>()
                    .ok()
                    .map(|sum| Money {
                        minor: sum * 100,
                        currency: "GBP".into(),
                        funder: None,
                    })
                    .into_iter()
                    .collect(),
                ..Record::default()
            };
            (row["id"].clone(), record)
        })
        .collect()
}

/// The demonstration catalogue that the server ships with, each record with its id.
pub(crate) fn demonstration() -> Vec<(String, Record)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/data/projects.jsonl");
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let string = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let strings = |name: &str| -> Vec<String> {
                let list = row[name].as_array().map_or(&[][..], Vec::as_slice);
                list.iter()
                    .map(|item| item.as_str().unwrap().to_owned())
                    .collect()
            };
            let labels = |name: &str| strings(name).iter().map(|key| key.replace('-', " ")).collect();
            let record = Record {
                title: string("title"),
                summary: string("summary"),
                lead: party(&string("lead")),
                partners: strings("partners")
                    .iter()
                    .filter_map(|name| party(name))
                    .collect(),
                themes: labels("themes"),
                technologies: labels("technologies"),
                ..Record::default()
            };
            (string("id"), record)
        })
        .collect()
}

/// The public services of European authorities.
pub(crate) fn ips_cases() -> Vec<Record> {
    table("data/projects/ips_cases.csv", ',')
        .into_iter()
        .map(|row| Record {
            title: row["name"].clone(),
            summary: row["description"].clone(),
            technologies: vec![row["technology"].clone()],
            lead: party(&row["lead_organisation_name"]),
            ..Record::default()
        })
        .collect()
}

/// Average precision of findings whose pairs are right or wrong, over all right pairs.
pub(crate) fn average_precision(right: &[bool], all_right: usize) -> f64 {
    let (mut hits, mut sum) = (0.0, 0.0);
    for (rank, right) in right.iter().enumerate() {
        if *right {
            hits += 1.0;
            sum += hits / (rank as f64 + 1.0);
        }
    }
    sum / all_right as f64
}

/// Average precision and recall among each record's best five, over findings that hold every pair, best first.
pub(crate) fn precision_and_recall(efforts: &[String], findings: &[(usize, usize)]) -> (f64, f64) {
    let same = |&(a, b): &(usize, usize)| efforts[a] == efforts[b];
    let partners = |i: usize| efforts.iter().filter(|effort| **effort == efforts[i]).count() - 1;
    let all: usize = (0..efforts.len()).map(partners).sum::<usize>() / 2;
    let right: Vec<bool> = findings.iter().map(same).collect();
    let mut recalls = Vec::new();
    for i in (0..efforts.len()).filter(|&i| partners(i) > 0) {
        let best = findings.iter().filter(|(a, b)| *a == i || *b == i).take(5);
        recalls.push(best.filter(|pair| same(pair)).count() as f64 / partners(i) as f64);
    }
    (
        average_precision(&right, all),
        recalls.iter().sum::<f64>() / recalls.len() as f64,
    )
}

/// Every pair of a catalogue, best first.
pub(crate) fn every_pair(catalogue: &Catalogue) -> Vec<Finding> {
    catalogue.scan(
        &ScanOptions {
            min_score: 0.0,
            top: None,
            explain: false,
        },
        &Quiet,
    )
}

/// What a sentence encoder is given of a record, as the server gives it.
pub(crate) fn whole_text(record: &Record) -> String {
    let mut text = format!("{}. {}", record.title.trim_end_matches('.'), record.summary);
    if !record.technologies.is_empty() {
        text.push(' ');
        text.push_str(&record.technologies.join(", "));
    }
    text
}

pub(crate) fn index(key: Key) -> usize {
    usize::try_from(key.0).unwrap()
}

/// The share of reworded records that find the record they were, first of all 853, and among the first five.
pub(crate) fn reworded_recall() -> (f64, f64, usize) {
    let cases = table("data/projects/ips_cases.csv", ',');
    let mut by_url: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let bare = |url: &str| {
        let url = url.trim().trim_end_matches('/').to_lowercase();
        let url = url
            .split_once("://")
            .map_or(url.clone(), |(_, rest)| rest.to_owned());
        url.trim_start_matches("www.").to_owned()
    };
    // Three chatbots were once recorded under one address, where one of them stands alone today: what bears the name is itself too.
    let named = |name: &str| name.split(" - ").next().unwrap_or_default().trim().to_lowercase();
    let mut by_name: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (n, row) in cases.iter().enumerate() {
        by_url.entry(bare(&row["url"])).or_default().insert(n);
        by_name.entry(named(&row["name"])).or_default().insert(n);
    }
    let none = BTreeSet::new();
    let catalogue = catalogue(ips_cases());
    let (mut first, mut five, mut all) = (0, 0, 0);
    for row in table("benchmarks/reworded_pairs.csv", ',') {
        let Some(selves) = by_url.get(&bare(&row["url_key"])) else {
            continue;
        };
        let namesakes = by_name.get(&named(&row["name_a"])).unwrap_or(&none);
        let itself = |key: Key| selves.contains(&index(key)) || namesakes.contains(&index(key));
        let query = Record {
            title: row["name_a"].clone(),
            summary: row["desc_a"].clone(),
            ..Record::default()
        };
        let options = SearchOptions {
            first: 5,
            min_score: 0.0,
            exclude: None,
        };
        let SearchOutcome::Judged(found) = catalogue.search(&query, &options) else {
            continue;
        };
        all += 1;
        first += usize::from(found.first().is_some_and(|m| itself(m.key)));
        five += usize::from(found.iter().any(|m| itself(m.key)));
    }
    (
        f64::from(first as u32) / f64::from(all as u32),
        f64::from(five as u32) / f64::from(all as u32),
        all,
    )
}

/// Precision, recall and F1 of linking two files one to one as `tandem link --one-to-one` does: both files in one
/// catalogue, pairs from `min_score` up, best first while both records are free; what would not be flagged only if
/// it is the best pair of either record.
pub(crate) fn link_f1(
    left: &[Record],
    right: &[Record],
    truth: &BTreeSet<(usize, usize)>,
    min_score: f64,
) -> (f64, f64, f64) {
    let mut catalogue = Catalogue::new([]);
    let records = left.iter().chain(right).cloned();
    catalogue.extend((0..).map(Key).zip(records).collect::<Vec<_>>(), &Quiet);
    let options = ScanOptions {
        min_score,
        top: None,
        explain: false,
    };
    let (mut lefts, mut rights) = (BTreeSet::new(), BTreeSet::new());
    let (mut seen_lefts, mut seen_rights) = (BTreeSet::new(), BTreeSet::new());
    let (mut hits, mut made) = (0.0, 0.0);
    for found in catalogue.scan(&options, &Quiet) {
        let (l, r) = (index(found.left), index(found.right));
        let Some(r) = r.checked_sub(left.len()).filter(|_| l < left.len()) else {
            continue;
        };
        let best = [seen_lefts.insert(l), seen_rights.insert(r)].contains(&true);
        let sure = found.score.value() >= Catalogue::FLAG_THRESHOLD;
        if (!best && !sure) || lefts.contains(&l) || rights.contains(&r) {
            continue;
        }
        lefts.insert(l);
        rights.insert(r);
        made += 1.0;
        hits += f64::from(u8::from(truth.contains(&(l, r))));
    }
    let (precision, recall) = (hits / f64::max(made, 1.0), hits / truth.len() as f64);
    (
        precision,
        recall,
        2.0 * precision * recall / f64::max(precision + recall, 1e-9),
    )
}

/// The least score of `tandem link --one-to-one` where none is asked for.
pub(crate) const LEAST_OF_ONE_TO_ONE: f64 = 0.0003;

/// Two files of entity resolution with their truth.
pub(crate) fn linking(set: &str) -> (Vec<Record>, Vec<Record>, BTreeSet<(usize, usize)>) {
    let (files, separator) = match set {
        "abt-buy" => (["abt.csv", "buy.csv"], '|'),
        _ => (["dblp.csv", "acm.csv"], '%'),
    };
    let read = |file: &str| table(&format!("benchmarks/er/{set}/{file}"), separator);
    let record = |row: &BTreeMap<String, String>| match set {
        "abt-buy" => Record {
            title: row["name"].clone(),
            summary: row["description"].clone(),
            ..Record::default()
        },
        _ => Record {
            title: row["title"].clone(),
            summary: format!("{} {} {}", row["authors"], row["venue"], row["year"]),
            ..Record::default()
        },
    };
    let [left, right] = files.map(read);
    let place = |rows: &[BTreeMap<String, String>]| -> BTreeMap<String, usize> {
        rows.iter()
            .enumerate()
            .map(|(n, row)| (row["id"].clone(), n))
            .collect()
    };
    let (l, r) = (place(&left), place(&right));
    let truth = read("gt.csv")
        .iter()
        .filter_map(|row| Some((*l.get(&row["D1"])?, *r.get(&row["D2"])?)))
        .collect();
    (
        left.iter().map(record).collect(),
        right.iter().map(record).collect(),
        truth,
    )
}
