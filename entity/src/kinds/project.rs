//! Projects.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

word_list! {
    /// What sort of effort a project is.
    ProjectKind {
        /// A programme that speeds others up.
        Accelerator = "ACCELERATOR",
        /// A showing in real use.
        Demonstrator = "DEMONSTRATOR",
        /// A try whose end is open.
        Experiment = "EXPERIMENT",
        /// The introduction of something known to work.
        Rollout = "ROLLOUT",
    }
}

word_list! {
    /// How far along a project is.
    Phase {
        /// An idea.
        Concept = "CONCEPT",
        /// Finding out what is needed.
        Discovery = "DISCOVERY",
        /// Trying out answers.
        Alpha = "ALPHA",
        /// In use by some.
        Beta = "BETA",
        /// In use by all.
        Live = "LIVE",
        /// The service has ended.
        Retired = "RETIRED",
    }
}

word_list! {
    /// Where a project's record stands in the catalogue.
    ProjectStatus {
        /// In the catalogue.
        Active = "ACTIVE",
        /// Taken out; a tombstone is left.
        Retired = "RETIRED",
    }
}

word_list! {
    /// What was done to a project.
    ProjectChange {
        /// Recorded for the first time.
        Created = "CREATED",
        /// Facts were changed.
        Changed = "CHANGED",
        /// Said to be still true.
        Confirmed = "CONFIRMED",
        /// Taken out; a tombstone is left.
        Retired = "RETIRED",
    }
}

word_list! {
    /// What a participant does in a project.
    ParticipantRole {
        /// Answers for it.
        Lead = "LEAD",
        /// Takes part.
        Partner = "PARTNER",
        /// Pays.
        Funder = "FUNDER",
        /// Sells to it.
        Supplier = "SUPPLIER",
        /// Judges it.
        Evaluator = "EVALUATOR",
    }
}

word_list! {
    /// How exactly a date is known.
    DatePrecision {
        /// The day is known.
        Day = "DAY",
        /// The month is known.
        Month = "MONTH",
        /// The year is known.
        Year = "YEAR",
    }
}

word_list! {
    /// What one project is declared to be to another.
    DeclaredRelation {
        /// Its next stage.
        Continues = "CONTINUES",
        /// The same done elsewhere.
        Replicates = "REPLICATES",
        /// The same at a larger scale.
        ScalesUp = "SCALES_UP",
        /// A part of it.
        PartOf = "PART_OF",
    }
}

word_list! {
    /// Which list a project's word belongs to.
    TagKind {
        /// What it is about.
        Theme = "THEME",
        /// What it is made with.
        Technology = "TECHNOLOGY",
        /// The function of government that it serves: a code of COFOG.
        Sector = "SECTOR",
        /// A Sustainable Development Goal of the United Nations: its number.
        Goal = "GOAL",
    }
}

word_list! {
    /// Whether something that a project tried worked.
    OutcomeFinding {
        /// It worked.
        Worked = "WORKED",
        /// It worked in part, or for some.
        Mixed = "MIXED",
        /// It did not work.
        DidNotWork = "DID_NOT_WORK",
        /// It cannot be told yet.
        NotYetKnown = "NOT_YET_KNOWN",
    }
}

word_list! {
    /// Whether others can use what a project made or found.
    Reusability {
        /// As it is.
        AsIs = "AS_IS",
        /// With changes for each place.
        WithChanges = "WITH_CHANGES",
        /// Not elsewhere.
        No = "NO",
    }
}

word_list! {
    /// How far a record can be relied on to be up to date.
    Staleness {
        /// Somebody confirmed it within a year.
        Fresh = "FRESH",
        /// Somebody confirmed it within two years: it is due.
        Ageing = "AGEING",
        /// Nobody has confirmed it for two years. It stays in the catalogue and ranks lower.
        Stale = "STALE",
    }
}

word_list! {
    /// Bands of budgets, by the amount in the budget's own currency.
    MoneyBand {
        /// Below 10,000.
        Under10K = "UNDER_10K",
        /// From 10,000 on, below 50,000.
        From10K = "FROM_10K",
        /// From 50,000 on, below 100,000.
        From50K = "FROM_50K",
        /// From 100,000 on, below 500,000.
        From100K = "FROM_100K",
        /// From 500,000 on, below a million.
        From500K = "FROM_500K",
        /// From a million on, below five.
        From1M = "FROM_1M",
        /// Five million and more.
        From5M = "FROM_5M",
    }
}
