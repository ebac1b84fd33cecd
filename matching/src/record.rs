//! What the matcher is told of a project.

/// A calendar day, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// When an effort ran. Either end may be unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub start: Option<Day>,
    /// The last day.
    pub end: Option<Day>,
}

/// An amount in integer minor units (pence) of an ISO 4217 currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// Minor units: 1234 is £12.34.
    pub minor: i64,
    /// ISO 4217 code in capitals, such as `GBP`.
    pub currency: String,
    /// Who gave it, where known. The same sum from the same funder may be the same cost.
    pub funder: Option<String>,
}

/// An organisation that takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// What identifies the body over all its names: a register's code, or a database id.
    /// `None` when only a name is known; then names are compared.
    pub id: Option<String>,
    /// The name as given.
    pub name: String,
}

/// How far along an effort is, in the order of the stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// An idea.
    Concept,
    /// Finding out what is needed.
    Discovery,
    /// Trying out answers.
    Alpha,
    /// In use by some.
    Beta,
    /// In use by all.
    Live,
    /// Ended.
    Retired,
}

/// How an authority says its project relates to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeclaredRelation {
    /// The next stage of the other.
    Continues,
    /// Does again elsewhere what the other did.
    Replicates,
    /// The other at a larger scale.
    ScalesUp,
    /// A part of the other.
    PartOf,
}

/// A relation declared by a person, from this record to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The other record.
    pub other: crate::Key,
    /// What was declared.
    pub relation: DeclaredRelation,
}

/// One project, draft or survey answer, as the matcher sees it.
///
/// Only `title` and `summary` are needed. Every other field may be empty, which
/// means unknown: an unknown fact counts neither for nor against an overlap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// The title as written.
    pub title: String,
    /// The summary as written.
    pub summary: String,
    /// Who leads.
    pub lead: Option<Party>,
    /// Everybody else who takes part, funders and suppliers excepted.
    pub partners: Vec<Party>,
    /// Themes, free words or vocabulary labels.
    pub themes: Vec<String>,
    /// Technologies, free words or vocabulary labels.
    pub technologies: Vec<String>,
    /// The funding programme or competition, as named.
    pub programme: Option<String>,
    /// How far along it is.
    pub phase: Option<Phase>,
    /// When it ran.
    pub period: Period,
    /// Budgets and awards.
    pub money: Vec<Money>,
    /// Relations declared by people.
    pub declared: Vec<Declared>,
    /// What a sentence encoder makes of title, summary and technologies. Without it words alone are compared.
    pub meaning: Option<crate::Meaning>,
}
