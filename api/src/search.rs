//! Search within this process: which projects fit, how well, in which order, and how many of each sort.
//!
//! Pure: cards in, places in a list out. Knows nothing of databases, GraphQL or the time of day, so that an answer is
//! the same on every database. What keeps a [`Shelf`] in step with the catalogue is `service::listing`.
//!
//! ```text
//! words     text → folded words; stems; function words
//! phrase    what a person typed → clauses: words, "quoted phrases", -exclusions
//! lexicon   every word of the catalogue: by stem, by beginning, by what was meant
//! shelf     the projects as columns, and which of them have which word
//! fit       clauses → projects with their relevance
//! wanted    filters → projects, and what a facet counts
//! order     the page of a list in an order
//! ```

pub mod band;
mod fit;
mod lexicon;
pub mod order;
mod phrase;
mod shelf;
mod tally;
pub mod wanted;
pub mod words;

pub use fit::{Correction, Fit};
pub use order::Found;
pub use shelf::{Card, Label, Shelf};
pub use tally::{Counted, Counts, Dimension};
pub use wanted::Wanted;

/// A number of a list as a place in memory.
fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A place in memory as a number of a list. Lists end long before 4 thousand million.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
