//! A record's content as a hash, to know it again wherever it comes from.

use crate::exchange::record::{Amount, PartialDate, ProjectRecord};
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
        amount(&record.award),
        record.awarded_on.map(|day| day.to_string()).unwrap_or_default(),
        list(&record.sources),
        list(&record.links),
    ];
    fingerprint(&parts.join(BETWEEN))
}
