//! Why two records overlap.

use async_graphql::{Enum, SimpleObject};

use crate::service::evidence::{Stored, StoredContribution, StoredSpan, StoredTerm};

/// Why a pair got its score: everything that counted, for and against.
#[derive(Debug, Clone, SimpleObject)]
pub struct OverlapEvidence {
    /// One plain sentence.
    pub summary: String,
    /// Every part of the score. Their `logOdds` add up to the score's: score = 1 / (1 + e^-sum).
    pub contributions: Vec<Contribution>,
    /// Which words of the left record met which of the right, the weightiest first.
    pub aligned_terms: Vec<AlignedTerm>,
    /// Facts that would have helped and were unknown.
    pub missing: Vec<String>,
}

/// What one kind of fact added to a score, or took away.
#[derive(Debug, Clone, SimpleObject)]
pub struct Contribution {
    /// The kind of fact: a stable lower-case name such as `text`, `title` or `technologies`.
    pub factor: String,
    /// The weight of this kind of fact.
    pub weight: f64,
    /// What it added to the log-odds (natural logarithm); negative counts against.
    pub log_odds: f64,
    /// What was seen, in plain words.
    pub detail: String,
}

/// Two words or phrases, one of each record, that mean alike.
#[derive(Debug, Clone, SimpleObject)]
pub struct AlignedTerm {
    /// The left record's word as written.
    pub left: String,
    /// The right record's word as written.
    pub right: String,
    /// How alike they are, from 0 to 1; 1 is the same word.
    pub similarity: f64,
    /// The part of the texts' likeness that this pair carries; all parts add up to at most 1.
    pub weight: f64,
    /// Where the word stands in the left record.
    pub left_spans: Vec<TextSpan>,
    /// Where the word stands in the right record.
    pub right_spans: Vec<TextSpan>,
}

/// A place in a record's text, counted in Unicode code points.
#[derive(Debug, Clone, SimpleObject)]
pub struct TextSpan {
    /// The text.
    pub field: TextField,
    /// The first character, from 0.
    pub start: i32,
    /// One past the last character.
    pub end: i32,
}

/// A text of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum TextField {
    /// The title.
    Title,
    /// The summary.
    Summary,
}

impl From<Stored> for OverlapEvidence {
    fn from(evidence: Stored) -> Self {
        Self {
            summary: evidence.summary,
            contributions: evidence
                .contributions
                .into_iter()
                .map(Contribution::from)
                .collect(),
            aligned_terms: evidence
                .aligned_terms
                .into_iter()
                .map(AlignedTerm::from)
                .collect(),
            missing: evidence.missing,
        }
    }
}

impl From<StoredContribution> for Contribution {
    fn from(part: StoredContribution) -> Self {
        let StoredContribution {
            factor,
            weight,
            log_odds,
            detail,
        } = part;
        Self {
            factor,
            weight,
            log_odds,
            detail,
        }
    }
}

impl From<StoredTerm> for AlignedTerm {
    fn from(term: StoredTerm) -> Self {
        let spans = |spans: Vec<StoredSpan>| spans.into_iter().map(TextSpan::from).collect();
        Self {
            left: term.left,
            right: term.right,
            similarity: term.similarity,
            weight: term.weight,
            left_spans: spans(term.left_spans),
            right_spans: spans(term.right_spans),
        }
    }
}

impl From<StoredSpan> for TextSpan {
    fn from(span: StoredSpan) -> Self {
        let place = |place: u32| i32::try_from(place).unwrap_or(i32::MAX);
        let field = if span.in_title {
            TextField::Title
        } else {
            TextField::Summary
        };
        Self {
            field,
            start: place(span.start),
            end: place(span.end),
        }
    }
}
