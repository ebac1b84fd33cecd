//! Finds efforts that overlap, and says why.
//!
//! Pure: text and facts in, findings with evidence out. This crate does no I/O,
//! reads no clock and knows nothing of databases or GraphQL. The same input gives
//! the same output on every machine and with every number of threads.
//!
//! Start with [`Catalogue`]: insert [`Record`]s, then [`Catalogue::search`] with a
//! draft or [`Catalogue::scan`] for every overlap within.
#![warn(missing_docs)]

// Test support that is shared with `tests/` names this crate as others do.
#[cfg(test)]
extern crate self as matching;

mod catalogue;
pub mod cluster;
pub mod cofunding;
mod compare;
#[cfg(feature = "encoder")]
mod encoder;
mod explain;
mod finding;
mod hubs;
mod index;
mod lexicon;
pub mod names;
mod normalise;
pub mod partners;
mod profile;
mod record;
mod relation;
mod score;
mod topic;
mod vocabulary;
mod wide;

/// The stems of a text in their order, as the matcher counts them: function words left out.
#[must_use]
pub fn stems(text: &str) -> Vec<String> {
    profile::Profiler::default().stems(text)
}

pub use catalogue::{Catalogue, Key, Progress, ScanOptions, SearchOptions, SearchOutcome};
#[cfg(feature = "encoder")]
pub use encoder::{Encoder, EncoderError};
pub use finding::{
    AlignedTerm, Contribution, Evidence, Field, Finding, Match, Relation, Score, ScoreOutOfRange, Span,
};
pub use record::{Day, Declared, DeclaredRelation, Money, Party, Period, Phase, Record};
pub use score::{Weight, restraint, weights};
pub use topic::Meaning;
