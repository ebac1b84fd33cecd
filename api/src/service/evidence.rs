//! Evidence as it is stored with a finding.

use matching::{AlignedTerm, Contribution, Evidence, Field, Span};
use serde::{Deserialize, Serialize};

/// The whole of a finding's evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stored {
    /// One plain sentence.
    pub summary: String,
    /// Every part of the score.
    pub contributions: Vec<StoredContribution>,
    /// Which words met which.
    pub aligned_terms: Vec<StoredTerm>,
    /// What was unknown.
    pub missing: Vec<String>,
}

/// One part of the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredContribution {
    /// The kind of fact.
    pub factor: String,
    /// Its weight.
    pub weight: f64,
    /// What it added to the log-odds.
    pub log_odds: f64,
    /// What was seen.
    pub detail: String,
}

/// Two words that met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredTerm {
    /// The left record's word.
    pub left: String,
    /// The right record's word.
    pub right: String,
    /// How alike.
    pub similarity: f64,
    /// What it carried.
    pub weight: f64,
    /// Where it stands on the left.
    pub left_spans: Vec<StoredSpan>,
    /// Where it stands on the right.
    pub right_spans: Vec<StoredSpan>,
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredSpan {
    /// Whether it is the title; else the summary.
    pub in_title: bool,
    /// The first character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

impl Stored {
    /// The same of a finding that follows a record into another. Which words met where is left out: they stand in a text that
    /// the record which stays does not have.
    #[must_use]
    pub fn followed(mut self, from: &str, into: &str) -> Self {
        self.summary = format!(
            "Found of “{from}”, which became part of “{into}”. {}",
            self.summary
        );
        self.aligned_terms.clear();
        self
    }
}

impl From<&Evidence> for Stored {
    fn from(evidence: &Evidence) -> Self {
        Self {
            summary: evidence.summary.clone(),
            contributions: evidence
                .contributions
                .iter()
                .map(StoredContribution::from)
                .collect(),
            aligned_terms: evidence.aligned.iter().map(StoredTerm::from).collect(),
            missing: evidence.missing.clone(),
        }
    }
}

impl From<&Contribution> for StoredContribution {
    fn from(part: &Contribution) -> Self {
        Self {
            factor: part.factor.to_owned(),
            weight: part.weight,
            log_odds: part.log_odds,
            detail: part.detail.clone(),
        }
    }
}

impl From<&AlignedTerm> for StoredTerm {
    fn from(term: &AlignedTerm) -> Self {
        let spans = |spans: &[Span]| spans.iter().map(StoredSpan::from).collect();
        Self {
            left: term.left.clone(),
            right: term.right.clone(),
            similarity: term.similarity,
            weight: term.weight,
            left_spans: spans(&term.left_spans),
            right_spans: spans(&term.right_spans),
        }
    }
}

impl From<&Span> for StoredSpan {
    fn from(span: &Span) -> Self {
        Self {
            in_title: span.field == Field::Title,
            start: span.start,
            end: span.end,
        }
    }
}
