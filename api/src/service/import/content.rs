//! A record's content as a hash, to know it again wherever it comes from.

use crate::exchange::record::{Amount, AwardRecord, PartialDate, ProjectRecord};
use crate::service::fingerprint;

/// Parts are set apart by a character that no text field has.
const BETWEEN: &str = "\u{1f}";

/// A hash of everything that the record says; its place in the file does not matter.
pub(super) fn hash(record: &ProjectRecord) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let date = |date: &Option<PartialDate>| {
        date.map(|date| format!("{} {}", date.date, date.precision.as_str()))
            .unwrap_or_default()
    };
    let amount = |amount: &Option<Amount>| {
        amount
            .as_ref()
            .map(|amount| format!("{} {}", amount.minor, amount.currency))
            .unwrap_or_default()
    };
    let list = |list: &[String]| list.join("\u{1e}");
    let award = |award: &AwardRecord| {
        let day = award.awarded_on.map(|day| day.to_string());
        let sum = format!("{} {}", award.amount.minor, award.amount.currency);
        [sum, day.unwrap_or_default(), text(&award.funder)].join("\u{1d}")
    };
    let relations = record
        .relations
        .iter()
        .map(|one| format!("{} {}", one.relation.as_str(), one.other));
    let parts = [
        text(&record.id),
        record.title.clone(),
        record.summary.clone(),
        record
            .kind
            .map(|kind| kind.as_str().to_owned())
            .unwrap_or_default(),
        record
            .phase
            .map(|phase| phase.as_str().to_owned())
            .unwrap_or_default(),
        text(&record.lead),
        list(&record.partners),
        list(&record.funders),
        list(&record.themes),
        list(&record.technologies),
        text(&record.programme),
        text(&record.outcome),
        date(&record.start),
        date(&record.end),
        amount(&record.budget),
        list(&record.awards.iter().map(award).collect::<Vec<_>>()),
        list(&record.sources),
        list(&record.links),
        list(&record.suppliers),
        list(&record.evaluators),
        list(&relations.collect::<Vec<_>>()),
        text(&record.note),
        entries(record),
    ];
    fingerprint(&parts.join(BETWEEN))
}

/// What the record says in entries of several parts, and in codes.
fn entries(record: &ProjectRecord) -> String {
    let adopters = record
        .adopters
        .iter()
        .map(|one| format!("{} {:?}", one.organisation, one.adopted_on));
    let goals = record.goals.iter().map(u8::to_string);
    let findings = serde_json::to_string(&record.outcomes).unwrap_or_default();
    let lists = [
        record.places.join("\u{1e}"),
        record.sectors.join("\u{1e}"),
        goals.collect::<Vec<_>>().join("\u{1e}"),
        adopters.collect::<Vec<_>>().join("\u{1e}"),
        findings,
    ];
    lists.join(BETWEEN)
}
