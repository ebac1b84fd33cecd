//! The demonstration catalogue.

use chrono::NaiveDate;
use entity::kinds::{DeclaredRelation, Phase, ProjectKind};
use serde::Deserialize;

use super::words;
use crate::exchange::record::PartialDate;

/// How shipped records refer to an organisation: `gb:` and an authority's code, `us:` and a place, `body:` and
/// a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct OrganisationKey(pub String);

impl OrganisationKey {
    /// The key as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An amount of pounds sterling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardFacts {
    /// Pence.
    pub pence: i64,
    /// The day on which the award was announced.
    pub on: Option<NaiveDate>,
}

/// What a project is declared to be to another of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectRelation {
    /// The other project's id.
    pub to: String,
    /// What this one is to it.
    #[serde(deserialize_with = "words::relation")]
    pub relation: DeclaredRelation,
}

/// A project of the demonstration catalogue. `None` is unknown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectFacts {
    /// Stable, such as `ldf-r1-oxford`.
    pub id: String,
    /// The title as published.
    pub title: String,
    /// In our words.
    pub summary: String,
    /// Who leads.
    pub lead: OrganisationKey,
    /// Who else takes part.
    pub partners: Vec<OrganisationKey>,
    /// Whose programme paid for it, or was asked to.
    pub funder: Option<OrganisationKey>,
    /// The programme or competition.
    pub programme: Option<String>,
    /// What sort of effort, where the source tells.
    #[serde(default, deserialize_with = "words::project_kind")]
    pub kind: Option<ProjectKind>,
    /// How far along.
    #[serde(default, deserialize_with = "words::phase")]
    pub phase: Option<Phase>,
    /// The source's own word where it is none of our phases: "pilot", "procurement".
    pub stage: Option<String>,
    /// What came of the bid: "Funded", "Bid not funded", "Invited to a full bid", "Not shortlisted".
    pub outcome: String,
    /// Money that a funder gave.
    pub award: Option<AwardFacts>,
    /// Money that it costs, where it is a contract's value or the council's own.
    pub budget: Option<AwardFacts>,
    /// The day it was announced, where that is all that is known of its start.
    pub announced: Option<NaiveDate>,
    /// When it began.
    #[serde(default, deserialize_with = "words::partial_date")]
    pub start: Option<PartialDate>,
    /// When it ended or was to end.
    #[serde(default, deserialize_with = "words::partial_date")]
    pub end: Option<PartialDate>,
    /// Slugs of [`super::Reference::themes`].
    pub themes: Vec<String>,
    /// Slugs of [`super::Reference::technologies`].
    pub technologies: Vec<String>,
    /// Web addresses of the pages that the facts are from.
    pub sources: Vec<String>,
    /// What it is declared to be to others.
    #[serde(default)]
    pub relations: Vec<ProjectRelation>,
    /// What a reader should know of these facts.
    pub note: Option<String>,
}
