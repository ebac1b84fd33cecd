//! The lines of a backup.

use std::io::Write;

use anyhow::Context as _;
use entity::registry::{Holds, Table};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The layout of the file. It grows when an older program could not read what a newer one writes.
pub const FORMAT: u32 = 1;

/// A table in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its columns, and what each holds.
    pub columns: Vec<(String, String)>,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The layout of the file.
    pub tandem_backup: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// The migrations that the database had, in their order.
    pub migrations: Vec<String>,
    /// The tables; a row says which one it is of by the place in this list, from 0.
    pub tables: Vec<Listed>,
}

impl Head {
    pub(super) fn of(tables: &[Table], migrations: Vec<String>) -> Self {
        let name = |holds: &Holds| {
            let known = Holds::NAMES.iter().find(|(known, _)| known == holds);
            known.map_or("text", |(_, name)| name).to_owned()
        };
        Self {
            tandem_backup: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            migrations,
            tables: tables
                .iter()
                .map(|table| Listed {
                    name: table.name.to_owned(),
                    columns: table
                        .columns
                        .iter()
                        .map(|(column, holds)| ((*column).to_owned(), name(holds)))
                        .collect(),
                })
                .collect(),
        }
    }
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct End {
    pub(super) rows: u64,
    pub(super) sha256: String,
}

/// Lines that are being written.
pub(super) struct Lines<'a> {
    out: &'a mut dyn Write,
    digest: Sha256,
}

impl<'a> Lines<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            digest: Sha256::new(),
        }
    }

    pub(super) fn write(&mut self, line: &Value) -> anyhow::Result<()> {
        let line = format!("{line}\n");
        self.digest.update(line.as_bytes());
        self.out.write_all(line.as_bytes()).context("writing the backup")
    }

    /// The digest of what was written so far.
    pub(super) fn digest(&self) -> String {
        hex(self.digest.clone())
    }

    pub(super) fn finish(self) -> anyhow::Result<()> {
        self.out.flush().context("writing the backup")
    }
}

pub(super) fn hex(digest: Sha256) -> String {
    digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
