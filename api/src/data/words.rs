//! Reads the words of `entity::kinds` and partial dates out of JSON strings.

use chrono::NaiveDate;
use entity::kinds::{DatePrecision, DeclaredRelation, OrganisationKind, Phase, ProjectKind};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::exchange::record::PartialDate;

fn word<'de, D: Deserializer<'de>, T>(
    input: D,
    what: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let text = String::deserialize(input)?;
    parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no {what}")))
}

pub(super) fn organisation_kind<'de, D: Deserializer<'de>>(input: D) -> Result<OrganisationKind, D::Error> {
    word(input, "kind of organisation", OrganisationKind::parse)
}

pub(super) fn relation<'de, D: Deserializer<'de>>(input: D) -> Result<DeclaredRelation, D::Error> {
    word(input, "declared relation", DeclaredRelation::parse)
}

pub(super) fn project_kind<'de, D: Deserializer<'de>>(input: D) -> Result<Option<ProjectKind>, D::Error> {
    word(input, "kind of project", ProjectKind::parse).map(Some)
}

pub(super) fn phase<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Phase>, D::Error> {
    word(input, "phase", Phase::parse).map(Some)
}

/// `2019` or `2019-09-12`.
pub(super) fn partial_date<'de, D: Deserializer<'de>>(input: D) -> Result<Option<PartialDate>, D::Error> {
    word(input, "year or day", |text| {
        let (full, precision) = match text.len() {
            4 => (format!("{text}-01-01"), DatePrecision::Year),
            _ => (text.to_owned(), DatePrecision::Day),
        };
        let date = NaiveDate::parse_from_str(&full, "%Y-%m-%d").ok()?;
        Some(PartialDate { date, precision })
    })
    .map(Some)
}
