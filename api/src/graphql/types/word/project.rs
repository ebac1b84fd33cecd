//! Projects.

use async_graphql::Enum;
use entity::kinds;

use crate::service::freshness;

word_list! {
    /// Whether something that a project tried worked.
    OutcomeFinding {
        /// It worked.
        Worked,
        /// It worked in part, or for some.
        Mixed,
        /// It did not work.
        DidNotWork,
        /// It cannot be told yet.
        NotYetKnown,
    }
}

word_list! {
    /// Whether others can use what a project made or found.
    Reusability {
        /// As it is.
        AsIs,
        /// With changes for each place.
        WithChanges,
        /// Not elsewhere.
        No,
    }
}

word_list! {
    /// What sort of effort a project is.
    ProjectKind {
        /// A programme that speeds others up.
        Accelerator,
        /// A showing in real use.
        Demonstrator,
        /// A try whose end is open.
        Experiment,
        /// The introduction of something known to work.
        Rollout,
    }
}

word_list! {
    /// How far along a project is.
    Phase {
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
        /// The service has ended.
        Retired,
    }
}

word_list! {
    /// Where a project's record stands in the catalogue.
    ProjectStatus {
        /// In the catalogue.
        Active,
        /// Taken out; a tombstone is left.
        Retired,
    }
}

word_list! {
    /// What was done to a project.
    ProjectChange {
        /// Recorded for the first time.
        Created,
        /// Facts were changed.
        Changed,
        /// Said to be still true.
        Confirmed,
        /// Taken out; a tombstone is left.
        Retired,
    }
}

word_list! {
    /// What a participant does in a project.
    ParticipantRole {
        /// Answers for it.
        Lead,
        /// Takes part.
        Partner,
        /// Pays.
        Funder,
        /// Sells to it.
        Supplier,
        /// Judges it.
        Evaluator,
    }
}

word_list! {
    /// How exactly a date is known.
    DatePrecision {
        /// The day is known.
        Day,
        /// The month is known.
        Month,
        /// The year is known.
        Year,
    }
}

word_list! {
    /// What one project is declared to be to another.
    DeclaredRelation {
        /// Its next stage.
        Continues,
        /// The same done elsewhere.
        Replicates,
        /// The same at a larger scale.
        ScalesUp,
        /// A part of it.
        PartOf,
    }
}

/// How far a record can be relied on to be up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Staleness {
    /// Somebody confirmed it within a year.
    Fresh,
    /// Somebody confirmed it within two years: it is due.
    Ageing,
    /// Nobody has confirmed it for two years. It stays in the catalogue and ranks lower.
    Stale,
}

impl From<freshness::Staleness> for Staleness {
    fn from(staleness: freshness::Staleness) -> Self {
        match staleness {
            freshness::Staleness::Fresh => Self::Fresh,
            freshness::Staleness::Ageing => Self::Ageing,
            freshness::Staleness::Stale => Self::Stale,
        }
    }
}

impl From<Staleness> for freshness::Staleness {
    fn from(staleness: Staleness) -> Self {
        match staleness {
            Staleness::Fresh => Self::Fresh,
            Staleness::Ageing => Self::Ageing,
            Staleness::Stale => Self::Stale,
        }
    }
}
