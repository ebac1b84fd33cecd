//! Imports.

use async_graphql::Enum;
use entity::kinds;

word_list! {
    /// How far an import has come.
    ImportState {
        /// What it would do is known; nothing was done.
        Previewed,
        /// It is being written, batch by batch. It goes on by itself after a restart of the server.
        Committing,
        /// It is written.
        Committed,
        /// It is being taken back, batch by batch.
        Undoing,
        /// It was taken back.
        Undone,
        /// It could not be written to its end; what was written stays until it is undone.
        Failed,
    }
}

word_list! {
    /// What becomes of a row of an import.
    ImportOutcome {
        /// A project is new.
        Created,
        /// A project changes.
        Changed,
        /// The catalogue has it already, as it is.
        Unchanged,
        /// The project is left as it is, because somebody changed it or took it out since it was imported.
        Kept,
        /// The row is left out for its mistakes.
        Refused,
    }
}

word_list! {
    /// What the undoing of an import did to what a row had done.
    ImportUndo {
        /// The project that it had created was taken out, and left a tombstone.
        Retired,
        /// The project that it had changed says again what it said before, as a new version.
        Restored,
        /// The project was left as it is, because somebody changed it since.
        Left,
    }
}
