//! A project as a file tells it, read and understood but not yet in the catalogue.

use chrono::NaiveDate;
use entity::kinds::{DatePrecision, DeclaredRelation, OutcomeFinding, Phase, ProjectKind, Reusability};
use serde::{Deserialize, Serialize};

/// What identifiers of organisations begin with that are in no register: 360Giving's form for a publisher's own.
pub const OWN_PREFIX: &str = "360G-tandem-ORG:";

/// A date, and how much of it was said: "2019" is 2019-01-01 known to the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartialDate {
    /// The first day that fits.
    pub date: NaiveDate,
    /// How much was said.
    pub precision: DatePrecision,
}

impl PartialDate {
    /// The last day that fits: of a year its last, of a day itself.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        super::value::date::last_day(self)
    }
}

/// An amount in minor units of an ISO 4217 currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Minor units: 1234 is £12.34.
    pub minor: i64,
    /// ISO 4217 code in capitals.
    pub currency: String,
}

/// Money granted, as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardRecord {
    /// Who granted it, as written.
    pub funder: Option<String>,
    /// How much.
    pub amount: Amount,
    /// When.
    pub awarded_on: Option<NaiveDate>,
}

/// Something that was found out, as a file tells it: a JSON object wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeRecord {
    /// Whether it worked.
    pub finding: OutcomeFinding,
    /// What was found.
    pub statement: String,
    /// How that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// The web address of the evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_url: Option<String>,
    /// Whether others can use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reusable: Option<Reusability>,
}

/// Who took something up, as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptionRecord {
    /// Who, as written.
    pub organisation: String,
    /// When.
    pub adopted_on: Option<NaiveDate>,
}

/// What a project says it is to another, as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationRecord {
    /// What it is to the other.
    pub relation: DeclaredRelation,
    /// The other's id, in the catalogue or in the file.
    pub other: String,
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
    /// Who sells to it, as written.
    pub suppliers: Vec<String>,
    /// Who judges it, as written.
    pub evaluators: Vec<String>,
    /// Themes, as written.
    pub themes: Vec<String>,
    /// Technologies, as written.
    pub technologies: Vec<String>,
    /// The programme, as written.
    pub programme: Option<String>,
    /// What came of it, as written.
    pub outcome: Option<String>,
    /// What was found out.
    pub outcomes: Vec<OutcomeRecord>,
    /// Who took it up.
    pub adopters: Vec<AdoptionRecord>,
    /// The places whose people it is for, as written.
    pub places: Vec<String>,
    /// Codes of COFOG.
    pub sectors: Vec<String>,
    /// Numbers of Sustainable Development Goals.
    pub goals: Vec<u8>,
    /// The first day.
    pub start: Option<PartialDate>,
    /// The last day.
    pub end: Option<PartialDate>,
    /// What it costs.
    pub budget: Option<Amount>,
    /// Money granted, where the source says award rather than budget.
    pub awards: Vec<AwardRecord>,
    /// Where the facts stand: web addresses.
    pub sources: Vec<String>,
    /// Other web addresses.
    pub links: Vec<String>,
    /// What it is to other projects.
    pub relations: Vec<RelationRecord>,
    /// What a reader should know of the facts; and the values that could not be understood, as they were given.
    pub note: Option<String>,
    /// Names of organisations that the record uses, each with the identifier that it gives them.
    pub identifiers: Vec<(String, String)>,
}
