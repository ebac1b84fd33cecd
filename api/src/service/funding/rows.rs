//! A call as rows of the database.

use chrono::{DateTime, Utc};
use entity::{funding_call as call, funding_call_term as term};
use uuid::Uuid;

use super::draft::Prepared;
use crate::service::fingerprint;
use crate::store::search::folded;

/// The rows of a call in its first version.
pub(super) fn rows(
    id: Uuid,
    prepared: Prepared,
    source: &str,
    record_id: &str,
    by: &str,
    now: DateTime<Utc>,
) -> (call::Model, Vec<term::Model>) {
    let content_hash = fingerprint(&format!("{prepared:?}"));
    let search_key = search_key(&prepared);
    let Prepared {
        told,
        funder,
        opens_ms,
        closes_ms,
        time_zone,
        currency,
        lines,
    } = prepared;
    let terms = lines.into_iter().zip(0..).map(|(line, position)| term::Model {
        id: Uuid::now_v7(),
        call_id: id,
        kind: line.kind,
        position,
        value_key: folded(&line.value),
        value: line.value,
        number: line.number,
    });
    let row = call::Model {
        id,
        source: source.to_owned(),
        record_id: record_id.to_owned(),
        title: told.title,
        description: told.description,
        search_key,
        funder_id: funder,
        funder_name: told.funder_name,
        url: told.url,
        opens_ms,
        closes_ms,
        time_zone,
        currency,
        purse_minor: told.purse.map(|sum| sum.minor),
        least_grant_minor: told.least_grant.map(|sum| sum.minor),
        most_grant_minor: told.most_grant.map(|sum| sum.minor),
        most_grant_each_minor: told.most_grant_each.map(|sum| sum.minor),
        fewest_partners: told.fewest_partners.unwrap_or(0),
        most_partners: told.most_partners,
        most_led: told.most_led,
        version: 1,
        content_hash,
        created_by: by.to_owned(),
        created_at: now,
        updated_at: now,
    };
    (row, terms.collect())
}

/// The words of a text as calls are searched by them: letters and digits, in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// All words that a call is found by, each with a space before it.
fn search_key(prepared: &Prepared) -> String {
    let told = &prepared.told;
    let texts = [
        Some(&told.title),
        Some(&told.description),
        told.funder_name.as_ref(),
    ];
    let lists = told.topics.iter().chain(&told.themes).chain(&told.nations);
    let words = texts
        .into_iter()
        .flatten()
        .chain(lists)
        .flat_map(|text| words(text));
    words.fold(String::new(), |key, word| format!("{key} {word}"))
}
