//! What can be wrong with a file or with a row of it, told so that its owner can mend it.

use std::fmt;
use std::io;

/// Why a file cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened.
    #[error("cannot open {name}: {}", reason(.cause))]
    Open {
        /// The file.
        name: String,
        /// Why.
        cause: io::Error,
    },
    /// Reading failed midway.
    #[error("cannot read {name}: {}", reason(.cause))]
    Read {
        /// The file.
        name: String,
        /// Why.
        cause: io::Error,
    },
    /// The file is not of a kind that is read, or empty, or not to be separated as asked.
    #[error("cannot read {name}: {reason}")]
    Unfit {
        /// The file.
        name: String,
        /// What it is instead.
        reason: String,
    },
    /// A field without which there are no projects has no column.
    #[error(
        "{name} has no column for the {field}; its columns are: {columns}; name the right one with --map {field}=COLUMN"
    )]
    MissingColumn {
        /// The file.
        name: String,
        /// Our field.
        field: &'static str,
        /// The columns that there are.
        columns: String,
    },
    /// The user mapped a field that we do not have.
    #[error("--map {field}=…: there is no field {field:?}; the fields are: {fields}")]
    UnknownField {
        /// As the user wrote it.
        field: String,
        /// Ours.
        fields: String,
    },
    /// The user mapped a column that the file does not have.
    #[error("--map …={column}: {name} has no column {column:?}; its columns are: {columns}")]
    UnknownColumn {
        /// The file.
        name: String,
        /// As the user wrote it.
        column: String,
        /// The columns that there are.
        columns: String,
    },
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// What became of the value that a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// The whole row was refused.
    RowRefused,
    /// The value was left out and the row kept.
    ValueDropped,
}

/// Something in a row that could not be made sense of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The line on which the row begins.
    pub line: u64,
    /// Our name of the field; `row` for the row as a whole.
    pub field: &'static str,
    /// The file's name of the column; empty for the row as a whole.
    pub column: String,
    /// What stood there, shortened.
    pub value: String,
    /// What is wrong with it.
    pub message: String,
    /// What became of it.
    pub consequence: Consequence,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, {}", self.line, self.field)?;
        if !self.column.is_empty() && self.column != self.field {
            write!(f, " ({})", self.column)?;
        }
        if !self.value.is_empty() {
            write!(f, ": {:?}", self.value)?;
        } else {
            write!(f, ":")?;
        }
        write!(f, " {}", self.message)?;
        match self.consequence {
            Consequence::RowRefused => write!(f, " (row refused)"),
            Consequence::ValueDropped => write!(f, " (left out)"),
        }
    }
}
