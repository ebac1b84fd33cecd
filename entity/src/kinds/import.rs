//! Imports.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

word_list! {
    /// How far an import has come.
    ImportState {
        /// What it would do is known; nothing was done.
        Previewed = "PREVIEWED",
        /// It is being written, batch by batch. It goes on by itself after a restart of the server.
        Committing = "COMMITTING",
        /// It is written.
        Committed = "COMMITTED",
        /// It is being taken back, batch by batch.
        Undoing = "UNDOING",
        /// It was taken back.
        Undone = "UNDONE",
        /// It could not be written to its end; what was written stays until it is undone.
        Failed = "FAILED",
    }
}

word_list! {
    /// What becomes of a row of an import.
    ImportOutcome {
        /// A project is new.
        Created = "CREATED",
        /// A project changes.
        Changed = "CHANGED",
        /// The catalogue has it already, as it is.
        Unchanged = "UNCHANGED",
        /// The project is left as it is, because somebody changed it or took it out since it was imported.
        Kept = "KEPT",
        /// The row is left out for its mistakes.
        Refused = "REFUSED",
    }
}

word_list! {
    /// What the undoing of an import did to what a row had done.
    ImportUndo {
        /// The project that it had created was taken out, and left a tombstone.
        Retired = "RETIRED",
        /// The project that it had changed says again what it said before, as a new version.
        Restored = "RESTORED",
        /// The project was left as it is, because somebody changed it since.
        Left = "LEFT",
    }
}
