//! Raw text to words: folded, with their positions, names of places set aside.

mod abbreviations;
mod language;
mod places;
mod stopwords;
mod words;

pub(crate) use abbreviations::expansion;
pub(crate) use language::Language;
pub(crate) use places::Places;
pub(crate) use stopwords::is_stopword;
pub(crate) use words::{Word, Words};

/// The longest word that is looked at, in bytes; the rest of a longer one is ignored.
pub(crate) const LONGEST_WORD: usize = 48;
