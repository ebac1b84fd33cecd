//! A project as a file tells it, read and understood but not yet in the catalogue.

use chrono::NaiveDate;
use entity::kinds::{DatePrecision, Phase, ProjectKind};
use serde::{Deserialize, Serialize};

/// A date, and how much of it was said: "2019" is 2019-01-01 known to the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartialDate {
    /// The first day that fits.
    pub date: NaiveDate,
    /// How much was said.
    pub precision: DatePrecision,
}

/// An amount in minor units of an ISO 4217 currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Minor units: 1234 is £12.34.
    pub minor: i64,
    /// ISO 4217 code in capitals.
    pub currency: String,
}

/// One project of a file. Organisations are names, codes or identifiers as written;
/// whoever stores the record resolves them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectRecord {
    /// The line of the file (CSV, JSONL: 1 is the first line; a header counts) that it began on.
    pub line: u64,
    /// The source's own id.
    pub id: Option<String>,
    /// Never empty.
    pub title: String,
    /// May be empty when the source has none.
    pub summary: String,
    /// What sort of effort.
    pub kind: Option<ProjectKind>,
    /// How far along.
    pub phase: Option<Phase>,
    /// Who leads, as written.
    pub lead: Option<String>,
    /// Who else takes part, as written.
    pub partners: Vec<String>,
    /// Who pays, as written.
    pub funders: Vec<String>,
    /// Themes, as written.
    pub themes: Vec<String>,
    /// Technologies, as written.
    pub technologies: Vec<String>,
    /// The programme, as written.
    pub programme: Option<String>,
    /// What came of it, as written.
    pub outcome: Option<String>,
    /// The first day.
    pub start: Option<PartialDate>,
    /// The last day.
    pub end: Option<PartialDate>,
    /// What it costs.
    pub budget: Option<Amount>,
    /// Money granted: an award by the (first) funder, where the source says award rather than budget.
    pub award: Option<Amount>,
    /// When the award was made.
    pub awarded_on: Option<NaiveDate>,
    /// Where the facts stand: web addresses.
    pub sources: Vec<String>,
    /// Other web addresses.
    pub links: Vec<String>,
}
