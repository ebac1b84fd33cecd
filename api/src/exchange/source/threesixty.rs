//! Grants of 360Giving 1.4, in a JSON package or a table: each project with the grants that are one effort.
//!
//! Grants that follow each other with the same recipient, title and description are awards of one project, as
//! are those that this program wrote of one project. What the catalogue has no field for is kept in the note,
//! a line a fact, so that writing the grants again gives it back (see [`kept_line`]).

mod effort;
mod package;
mod titles;

use super::delimited::Delimited;
use super::{Bytes, Cell, Placed, RawRow, Rows, SourceError};
use crate::exchange::columns::Field;
use effort::Effort;
use package::Package;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use effort::{PREFIX, TECHNOLOGIES, THEMES, is_number, kept_line};
pub(super) use package::is_package;
use titles::NUMBERS;
pub(super) use titles::is_grants;
pub(crate) use titles::title_of;

/// The name under which a grant carries what 360Giving has no field for.
pub(crate) const EXTENSION: &str = "tandem";

/// One grant, flat: "recipientOrganization/0/name" and what stands there.
#[derive(Debug, Default, Clone)]
struct Grant {
    facts: BTreeMap<String, String>,
    /// What this program added, by our names of fields.
    added: BTreeMap<String, Cell>,
    /// Bytes of all paths and values.
    bytes: usize,
}

/// A grant says no more than this: short paths to short values.
const MOST_BYTES: usize = 4 << 20;

impl Grant {
    fn fact(&self, path: &str) -> &str {
        self.facts.get(path).map_or("", String::as_str)
    }

    fn add(&mut self, path: &str, value: Cell) {
        match path
            .strip_prefix(EXTENSION)
            .and_then(|rest| rest.strip_prefix('/'))
        {
            // A table has every column in every row; a blank one says nothing.
            Some(_) if value.is_blank() => {}
            Some(name) => drop(self.added.insert(name.to_owned(), value)),
            None if self.bytes > MOST_BYTES => {
                let bytes = u64::try_from(self.bytes).unwrap_or(u64::MAX);
                self.added
                    .insert(effort::OVERSIZE.to_owned(), Cell::Oversize(bytes));
            }
            None => match value {
                Cell::Text(text) if !text.trim().is_empty() => {
                    self.facts.insert(path.to_owned(), text);
                }
                Cell::Oversize(bytes) => {
                    self.facts.insert(path.to_owned(), String::new());
                    self.added
                        .insert(effort::OVERSIZE.to_owned(), Cell::Oversize(bytes));
                }
                Cell::Text(_) | Cell::List(_) => {}
            },
        }
    }

    fn from_json(value: Value) -> Self {
        let mut grant = Self::default();
        if let Value::Object(fields) = value {
            for (name, value) in fields {
                if name == EXTENSION {
                    if let Value::Object(added) = value {
                        grant.added.extend(
                            added
                                .into_iter()
                                .map(|(name, value)| (name, super::json::cell(value))),
                        );
                    }
                } else {
                    grant.flatten(&name, value);
                }
            }
        }
        grant
    }

    fn flatten(&mut self, path: &str, value: Value) {
        self.bytes += path.len();
        if self.bytes > MOST_BYTES {
            return self.add(path, Cell::Text(String::new()));
        }
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.flatten(&format!("{path}/{name}"), value);
                }
            }
            Value::Array(entries) => {
                for (place, value) in entries.into_iter().enumerate() {
                    self.flatten(&format!("{path}/{place}"), value);
                }
            }
            scalar => self.add(path, super::json::cell(scalar)),
        }
    }
}

/// Where grants come from.
enum Input {
    Package(Package<Bytes>),
    /// With the path of each column.
    Table(Delimited<Bytes>, Vec<String>),
}

/// Projects of a file of grants.
pub(super) struct Grants {
    input: Input,
    keys: Arc<[String]>,
    begun: Option<Effort>,
    /// A row that was met behind the effort that was given out.
    waiting: Option<RawRow>,
}

impl Grants {
    pub(super) fn package(text: Bytes, line: u64) -> Result<Self, SourceError> {
        Ok(Self::new(Input::Package(Package::open(text, line)?)))
    }

    pub(super) fn table(table: Delimited<Bytes>) -> Self {
        let paths = table.header().iter().map(|name| titles::path(name)).collect();
        Self::new(Input::Table(table, paths))
    }

    fn new(input: Input) -> Self {
        Self {
            input,
            keys: effort::COLUMNS
                .iter()
                .map(|(_, name)| (*name).to_owned())
                .collect(),
            begun: None,
            waiting: None,
        }
    }

    fn next_grant(&mut self) -> Result<Option<Placed<Grant>>, SourceError> {
        match &mut self.input {
            Input::Package(package) => {
                let next = package.next_grant()?;
                Ok(next.map(|(line, value)| (line, value.map(Grant::from_json))))
            }
            Input::Table(table, paths) => {
                let Some(row) = table.next_row()? else {
                    return Ok(None);
                };
                let grant = row.content.map(|(_, cells)| {
                    let mut grant = Grant::default();
                    for (path, cell) in paths.iter().zip(cells) {
                        grant.add(path, cell);
                    }
                    grant
                });
                Ok(Some((row.line, grant)))
            }
        }
    }
}

impl Rows for Grants {
    fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        if let Some(row) = self.waiting.take() {
            return Ok(Some(row));
        }
        loop {
            let row = match self.next_grant()? {
                None => return Ok(self.begun.take().map(|effort| effort.row(&self.keys))),
                Some((line, Err(message))) => RawRow {
                    line,
                    content: Err(message),
                },
                Some((line, Ok(grant))) => {
                    let grant = match &mut self.begun {
                        Some(effort) => match effort.take(grant) {
                            None => continue,
                            Some(other) => other,
                        },
                        None => grant,
                    };
                    match self.begun.replace(Effort::new(line, grant)) {
                        None => continue,
                        Some(done) => return Ok(Some(done.row(&self.keys))),
                    }
                }
            };
            return Ok(Some(match self.begun.take() {
                None => row,
                Some(done) => {
                    self.waiting = Some(row);
                    done.row(&self.keys)
                }
            }));
        }
    }

    fn header(&self) -> Option<Arc<[String]>> {
        Some(Arc::clone(&self.keys))
    }

    fn fixed(&self) -> Option<&'static [(Field, &'static str)]> {
        Some(&effort::COLUMNS)
    }

    fn bytes_mended(&self) -> u64 {
        match &self.input {
            Input::Package(package) => package.input().bytes_mended(),
            Input::Table(table, _) => table.input().bytes_mended(),
        }
    }
}
