//! The records of `efforts.jsonl`, for the tests, benches and tools that measure on them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    dead_code,
    reason = "test support, of which each user uses a part"
)]

use matching::{Catalogue, Day, Key, Money, Party, Period, Progress, Record};

/// A record of the set and what is known of it.
pub(crate) struct Labelled {
    /// What the record is about: the same in two records that overlap.
    pub(crate) effort: String,
    /// On a decoy: in what it is like another record.
    pub(crate) trap: Option<String>,
    /// The record.
    pub(crate) record: Record,
}

/// Hears nothing.
pub(crate) struct Quiet;

impl Progress for Quiet {
    fn advance(&self, _: usize) {}
}

/// A record from a line of JSONL in the fields of a file of projects.
pub(crate) fn record(row: &serde_json::Value) -> Record {
    let string = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let technologies = row["technologies"].as_array().into_iter().flatten();
    Record {
        title: string("title"),
        summary: string("summary"),
        lead: Some(Party {
            id: None,
            name: string("authority"),
        }),
        technologies: technologies
            .filter_map(|technology| technology.as_str())
            .map(str::to_owned)
            .collect(),
        money: row["budgetGbp"]
            .as_i64()
            .map(|pounds| Money {
                minor: pounds * 100,
                currency: "GBP".to_owned(),
                funder: None,
            })
            .into_iter()
            .collect(),
        period: Period {
            start: row["startYear"].as_i64().and_then(first_day),
            end: None,
        },
        ..Record::default()
    }
}

/// The first day of a year.
fn first_day(year: i64) -> Option<Day> {
    let before = year - 1;
    let days = 365 * before + before / 4 - before / 100 + before / 400 - 719_162;
    i32::try_from(days).ok().map(Day)
}

/// The whole set, in the order of the file.
pub(crate) fn all() -> Vec<Labelled> {
    include_str!("efforts.jsonl")
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            Labelled {
                effort: row["effort"].as_str().unwrap().to_owned(),
                trap: row["trap"].as_str().map(str::to_owned),
                record: record(&row),
            }
        })
        .collect()
}

/// A catalogue of the set that knows its invented authorities as places; keys count from 0.
pub(crate) fn catalogue(set: &[Labelled]) -> Catalogue {
    let places: Vec<&str> = set
        .iter()
        .filter_map(|labelled| labelled.record.lead.as_ref())
        .map(|lead| lead.name.as_str())
        .collect();
    let mut catalogue = Catalogue::new(places);
    let records = set.iter().map(|labelled| labelled.record.clone());
    catalogue.extend((0..).map(Key).zip(records).collect::<Vec<_>>(), &Quiet);
    catalogue
}
