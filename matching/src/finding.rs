//! What the matcher answers.

use crate::Key;

/// How likely it is that two records pursue the same effort: a calibrated
/// probability in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Score(f64);

/// A number that is no score.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a score lies between 0 and 1, not {0}")]
pub struct ScoreOutOfRange(pub f64);

impl Score {
    /// Takes a number in [0, 1].
    ///
    /// # Errors
    /// [`ScoreOutOfRange`] for anything else, not-a-number included.
    pub fn new(value: f64) -> Result<Self, ScoreOutOfRange> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(ScoreOutOfRange(value))
        }
    }

    /// The probability that belongs to a log-odds. Total: infinities give 0 and 1,
    /// not-a-number gives 0.
    #[must_use]
    pub fn from_log_odds(log_odds: f64) -> Self {
        if log_odds.is_nan() {
            Self(0.0)
        } else {
            Self(1.0 / (1.0 + (-log_odds).exp()))
        }
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

/// What two overlapping records are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// One project recorded twice.
    SameProject,
    /// The next stage of the same effort by the same people.
    LaterPhase,
    /// The same thing done elsewhere.
    SameSolution,
    /// A separate effort after the same end.
    SimilarEffort,
}

/// Which text of a record a position points into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// [`crate::Record::title`]
    Title,
    /// [`crate::Record::summary`]
    Summary,
}

/// A place in a text, counted in Unicode scalar values from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub field: Field,
    /// The first character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
}

/// Two words or phrases, one of each record, that mean alike.
#[derive(Debug, Clone, PartialEq)]
pub struct AlignedTerm {
    /// The left record's word as written.
    pub left: String,
    /// The right record's word as written.
    pub right: String,
    /// How alike in [0, 1]; 1 is the same stem.
    pub similarity: f64,
    /// The part of the text's likeness that this pair carried; all weights of a finding add up to at most 1.
    pub weight: f64,
    /// Where the word stands in the left record.
    pub left_spans: Vec<Span>,
    /// Where the word stands in the right record.
    pub right_spans: Vec<Span>,
}

/// What one kind of fact added to the score, or took away.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The kind of fact, a stable lower-case name such as `text`, `title`, `technologies`, `base`.
    pub factor: &'static str,
    /// The weight from the table.
    pub weight: f64,
    /// What was added to the log-odds (natural logarithm); negative counts against.
    pub log_odds: f64,
    /// What was seen, in plain words.
    pub detail: String,
}

/// Why a pair got its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// One plain sentence for a person.
    pub summary: String,
    /// Every part of the score; the log-odds add up to the score's.
    pub contributions: Vec<Contribution>,
    /// Which words met which, heaviest first.
    pub aligned: Vec<AlignedTerm>,
    /// Facts that would have helped and were unknown, in plain words.
    pub missing: Vec<String>,
}

/// One record of the catalogue that a query overlaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The record found.
    pub key: Key,
    /// How sure.
    pub score: Score,
    /// What it seems to be.
    pub relation: Relation,
    /// Why. The query is on the left.
    pub evidence: Evidence,
}

/// An overlap within a catalogue. `left` is always the smaller key.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// One record.
    pub left: Key,
    /// The other.
    pub right: Key,
    /// How sure.
    pub score: Score,
    /// What they seem to be to each other.
    pub relation: Relation,
    /// Why, where asked for.
    pub evidence: Option<Evidence>,
}
