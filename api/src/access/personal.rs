//! The register of personal data: every column that can say something of a person, whose it is, and what becomes of it.
//!
//! `docs/privacy.md` tells people the same, and a test holds the two together. The audit log keeps nothing of these columns
//! but that they changed.

/// What becomes of a personal value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It goes when its owner asks for erasure (`eraseMyData`).
    ErasedOnRequest,
    /// It goes when its owner asks, and some days after it has served its purpose.
    ErasedOnRequestAndInTime,
    /// It goes some days after it has served its purpose; nobody's account is tied to it.
    ErasedInTime,
    /// People write freely there, so it can name somebody; it belongs to a record of a public body, which stays.
    Record,
}

/// A column that can say something of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Personal {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What it says, of whom.
    pub what: &'static str,
    /// What becomes of it.
    pub fate: Fate,
}

const fn of(table: &'static str, column: &'static str, what: &'static str, fate: Fate) -> Personal {
    Personal {
        table,
        column,
        what,
        fate,
    }
}

use Fate::{ErasedInTime, ErasedOnRequest, ErasedOnRequestAndInTime, Record};

/// Every such column.
pub const REGISTER: &[Personal] = &[
    of("account", "email", "where the holder gets mail", ErasedOnRequest),
    of("account", "issuer", "who vouches for the holder", ErasedOnRequest),
    of("account", "name", "what the holder is called", ErasedOnRequest),
    of(
        "account",
        "subject",
        "what the issuer calls the holder",
        ErasedOnRequest,
    ),
    of("api_key", "name", "what the holder called a key", ErasedOnRequest),
    of(
        "audit_origin",
        "address",
        "where a request came from",
        ErasedOnRequestAndInTime,
    ),
    of(
        "board_entry",
        "text",
        "what the holder wrote on a board",
        ErasedOnRequest,
    ),
    of(
        "board_entry",
        "url",
        "what the holder linked on a board",
        ErasedOnRequest,
    ),
    of(
        "import_job",
        "file_name",
        "how somebody called a file",
        ErasedInTime,
    ),
    of(
        "interest",
        "answer_note",
        "what somebody wrote with an answer",
        ErasedOnRequest,
    ),
    of(
        "interest",
        "message",
        "what the holder wrote to another authority",
        ErasedOnRequest,
    ),
    of(
        "overlap_move",
        "explanation",
        "why a reviewer decided so, as they wrote it",
        Record,
    ),
    of(
        "overlap_move",
        "note",
        "what a reviewer or an authority wrote on a finding",
        Record,
    ),
    of(
        "survey_answer",
        "answered_by",
        "who answered, where it is known by a link",
        ErasedOnRequestAndInTime,
    ),
    of(
        "survey_answer",
        "value",
        "an answer, which can name somebody",
        Record,
    ),
    of(
        "survey_answer_version",
        "answered_by",
        "who answered, where it is known by a link",
        ErasedOnRequestAndInTime,
    ),
    of(
        "survey_answer_version",
        "value",
        "an answer, which can name somebody",
        Record,
    ),
    of(
        "survey_invitation",
        "recipient",
        "whom a link was sent to",
        ErasedInTime,
    ),
    of(
        "survey_submission",
        "answers",
        "answers, which can name somebody",
        Record,
    ),
    of(
        "survey_submission",
        "decided_by",
        "who decided on a submission",
        ErasedOnRequestAndInTime,
    ),
    of(
        "survey_submission",
        "remarks",
        "what a reviewer wrote on a submission",
        Record,
    ),
    of(
        "survey_submission",
        "submitted_by",
        "who submitted, where it is known by a link",
        ErasedOnRequestAndInTime,
    ),
];

/// Whether a column can say something of a person.
#[must_use]
pub fn is_personal(table: &str, column: &str) -> bool {
    REGISTER
        .iter()
        .any(|entry| entry.table == table && entry.column == column)
}
