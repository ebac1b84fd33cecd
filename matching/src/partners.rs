//! Partners: whom an authority should talk to, and why.
//!
//! A [`Directory`] holds facts of authorities, what they do and which efforts overlap.
//! [`Directory::suggest`] ranks the others for one authority. Every suggestion carries
//! its reasons and what was held against it; their contributions add up to its score.
//!
//! # How the score is made
//! Each factor gives a number in [0, 1], times its weight ([`Weights`]); the weights add
//! up to 1. What counts against a suggestion takes away a stated part of the factor that
//! it puts in doubt ([`weights`]), so a score never leaves [0, 1].
//!
//! # Who is like whom
//! Nearest neighbours over the whole of the UK: natural logarithms of population,
//! density and area, each in standard deviations over all authorities of the directory,
//! and two steps for what the sources measure in no number: the services an authority
//! runs ([`Tier`]) and its nation. The distance is the root of the mean of the squares
//! over the facts that both sides have; [`Likeness`] shows each part.
//!
//! # The list is diverse
//! No more than [`weights::MOST_OF_ONE_COUNTY`] of one county stand in any ten in a row, so
//! the order may differ from that of the scores.
//!
//! Only authorities of the directory are suggested: leave out those that have ended, and
//! put what their successors took over under the successor's id.

mod case;
mod directory;
mod effort;
mod geography;
mod likeness;
mod rank;
pub mod weights;

pub use directory::Directory;
pub use likeness::{Likeness, LikenessPart};
pub use weights::Weights;

use crate::{Day, Key, Phase};

/// Which services an authority runs. Only like is compared with like without a remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// A district below a county: housing, planning, waste collection.
    District,
    /// A district of Northern Ireland: planning and waste, but neither housing nor care.
    NorthernIrelandDistrict,
    /// All services: unitary authorities, metropolitan districts, London boroughs, Scotland, Wales.
    Single,
    /// A county above districts: care, schools, highways, waste disposal.
    County,
    /// A combined or strategic authority.
    Strategic,
}

/// What is known of an authority. Unknown facts are `None` or empty, and count neither way.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthorityFacts {
    /// The caller's id; everything else refers to it.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// What it runs.
    pub tier: Option<Tier>,
    /// Nation, such as `Wales`.
    pub nation: String,
    /// Region, such as `South West`.
    pub region: Option<String>,
    /// The county above it: its id where it is in the directory, or any name that all its districts have.
    pub county: Option<String>,
    /// The combined authority that it belongs to: its id where it is in the directory, or any name.
    pub combined_authority: Option<String>,
    /// Residents.
    pub population: Option<f64>,
    /// Area in square kilometres.
    pub area_km2: Option<f64>,
    /// Degrees north and east of its middle.
    pub centre: Option<(f64, f64)>,
    /// Ids of those with which it shares a boundary. One side saying so is enough.
    pub borders: Vec<String>,
}

/// That an authority takes part in a project. One for each project and authority.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// [`AuthorityFacts::id`]
    pub authority: String,
    /// The project; all who take part in it are named by their own activities.
    pub project: Key,
    /// The project's title, for reasons.
    pub title: String,
    /// Themes as labels of one vocabulary.
    pub themes: Vec<String>,
    /// Technologies as labels of one vocabulary.
    pub technologies: Vec<String>,
    /// How far along.
    pub phase: Option<Phase>,
    /// Whether there is evidence, such as a published evaluation, that it worked.
    pub proven: bool,
    /// When the entry was last confirmed by the authority.
    pub last_confirmed: Option<Day>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Who asks: [`AuthorityFacts::id`].
    pub authority: String,
    /// The project that partners are sought for; without it all projects of the authority count.
    pub project: Option<Key>,
    /// Themes that partners are sought for, beside those of the project.
    pub themes: Vec<String>,
    /// Authorities already on board: they are not suggested, and whoever worked with them, is near
    /// them or like them ranks higher.
    pub on_board: Vec<String>,
    /// The day from which freshness is counted.
    pub today: Day,
    /// At most so many suggestions.
    pub first: usize,
    /// What each factor counts.
    pub weights: Weights,
}

impl Question {
    /// Ten partners for all that an authority does.
    #[must_use]
    pub fn new(authority: impl Into<String>, today: Day) -> Self {
        Self {
            authority: authority.into(),
            project: None,
            themes: Vec::new(),
            on_board: Vec::new(),
            today,
            first: 10,
            weights: Weights::default(),
        }
    }
}

/// The question named an authority or a project that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownSeeker {
    /// No such authority in the directory.
    #[error("cannot suggest partners: no authority {0:?} in the directory")]
    Authority(String),
    /// The authority takes no part in that project.
    #[error("cannot suggest partners: {authority:?} takes no part in project {project}")]
    Project {
        /// Who asked.
        authority: String,
        /// For which project.
        project: u128,
    },
}

/// The partners found.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestions {
    /// In the order in which to read them.
    pub partners: Vec<Suggestion>,
    /// What limits the answer as a whole, in plain words.
    pub notes: Vec<String>,
}

/// An authority worth talking to.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// [`AuthorityFacts::id`]
    pub authority: String,
    /// How much speaks for it, in [0, 1]: the sum of all contributions below.
    pub score: f64,
    /// What speaks for it, the heaviest first.
    pub reasons: Vec<Reason>,
    /// What speaks against it, the heaviest first; a contribution of 0 is a remark.
    pub counter_reasons: Vec<Reason>,
    /// How like the one who asks; `None` when no fact is known of both.
    pub likeness: Option<Likeness>,
    /// Between the middles, along the earth's surface.
    pub distance_km: Option<f64>,
    /// Whether both run the same services; `None` when that is unknown of either.
    pub same_tier: Option<bool>,
    /// Their efforts that overlap with those asked about, the best first.
    pub efforts: Vec<SharedEffort>,
}

/// One fact for or against.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// A stable lower-case name: `efforts`, `ahead`, `likeness`, `geography`, `together`,
    /// `experience`, `freshness`, and for counter-reasons `tier` and `stale` too.
    pub factor: &'static str,
    /// What it adds to the score, or takes away.
    pub contribution: f64,
    /// In plain words.
    pub detail: String,
}

/// Two efforts after the same end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharedEffort {
    /// Of the one who asks.
    pub ours: Key,
    /// Of the one suggested.
    pub theirs: Key,
    /// How likely they pursue the same end.
    pub score: f64,
}

#[cfg(test)]
mod tests;
