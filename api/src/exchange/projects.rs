//! Projects from a file, row by row.
//!
//! ```no_run
//! use std::path::Path;
//! use tandem::exchange::projects::{ReadOptions, open};
//!
//! let mut reading = open(Path::new("projects.csv"), &ReadOptions::default())?;
//! while let Some(row) = reading.next() {
//!     let row = row?;
//!     for problem in &row.problems {
//!         println!("{problem}");
//!     }
//!     if let Some(project) = row.record {
//!         println!("{}", project.title);
//!     }
//! }
//! # Ok::<(), tandem::exchange::projects::ReadError>(())
//! ```
//!
//! A row is refused whole where it cannot be a project (no title, a field of more than a
//! mebibyte, a period that ends before it begins, an amount that cannot be). Any other
//! value that cannot be read is dropped and told, and its row is kept.

use super::columns::{self, Column, Field, MapFault, Plan};
use super::record::ProjectRecord;
use super::row;
use super::source::{Cell, RawRow, Source, SourceError, Wanted};
use super::value::list;
use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use super::problem::{Consequence, ReadError, RowError};
pub use super::source::Format;

/// So many rows are looked at to learn what columns hold.
const SAMPLE_ROWS: usize = 50;

/// How a file is to be read. The default finds everything out.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The layout; found out where not given.
    pub format: Option<Format>,
    /// The separator of cells; found out where not given. Giving it says that the file is no JSON.
    pub separator: Option<char>,
    /// Pairs of our field and the file's column. Several columns for one field are put together
    /// (texts and lists) or stand in for each other, the first that says something (all else).
    pub mapping: Vec<(String, String)>,
    /// Refuse a file without a column for the summary, rather than make do without.
    pub needs_summary: bool,
    /// Follow a mapping only where the file has its column, because it is meant for several files.
    pub mapping_may_miss: bool,
}

/// One row as understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line on which it begins.
    pub line: u64,
    /// The project; `None` if the row was refused.
    pub record: Option<ProjectRecord>,
    /// Everything about it that could not be understood.
    pub problems: Vec<RowError>,
}

/// A file being read. Iterates over its rows; memory holds a few at a time, whatever the file's size.
pub struct Reading {
    name: String,
    format: Format,
    source: Source,
    mapping: Vec<(String, String)>,
    /// The plan for the columns of the last row.
    plan: Plan,
    keys: Arc<[String]>,
    extra_summary: Vec<String>,
    space_parted: Vec<String>,
    peeked: VecDeque<RawRow>,
    notes: Vec<String>,
    size: Option<u64>,
    position: Arc<AtomicU64>,
    failed: bool,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading")
            .field("name", &self.name)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// Opens a file; `-` is standard input.
///
/// # Errors
/// [`ReadError`] if it cannot be opened, is no table, or has no column for the title.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Reading, ReadError> {
    if path.as_os_str() == "-" {
        return read(Box::new(io::stdin()), "standard input", options);
    }
    let name = path.display().to_string();
    let cannot = |cause| ReadError::Open {
        name: name.clone(),
        cause,
    };
    let file = File::open(path).map_err(cannot)?;
    let about = file.metadata().map_err(cannot)?;
    if about.is_dir() {
        return Err(cannot(io::ErrorKind::IsADirectory.into()));
    }
    let mut reading = read(Box::new(file), &name, options)?;
    reading.size = about.is_file().then_some(about.len());
    Ok(reading)
}

/// Reads from anything; `name` is what messages call it.
///
/// # Errors
/// [`ReadError`] if it is no table or has no column for the title.
pub fn read(bytes: Box<dyn Read + Send>, name: &str, options: &ReadOptions) -> Result<Reading, ReadError> {
    let position = Arc::new(AtomicU64::new(0));
    let counted = Box::new(Counted {
        bytes,
        read: Arc::clone(&position),
    });
    let theirs = |header: &[String]| {
        let mapped = options
            .mapping
            .iter()
            .filter(|(_, theirs)| header.iter().any(|name| name == theirs));
        columns::known(header) + mapped.count()
    };
    let wanted = Wanted {
        format: options.format,
        separator: options.separator,
        mapped: !options.mapping.is_empty(),
        knows: &theirs,
    };
    let (mut source, format) = Source::open(counted, wanted).map_err(|error| told(error, name))?;
    let mut peeked = VecDeque::new();
    while peeked.len() < SAMPLE_ROWS
        && let Some(row) = source.next_row().map_err(|error| told(error, name))?
    {
        peeked.push_back(row);
    }
    let keys = source.header().unwrap_or_else(|| all_keys(&peeked));
    let mut mapping = options.mapping.clone();
    mapping.retain(|(_, theirs)| !options.mapping_may_miss || columns::names_one(&keys, theirs));
    let mut reading = Reading {
        name: name.to_owned(),
        format,
        source,
        mapping,
        plan: Plan::default(),
        keys,
        extra_summary: Vec::new(),
        space_parted: Vec::new(),
        peeked,
        notes: Vec::new(),
        size: None,
        position,
        failed: false,
    };
    reading.settle_columns(options.needs_summary)?;
    Ok(reading)
}

fn told(error: SourceError, name: &str) -> ReadError {
    let name = name.to_owned();
    match error {
        SourceError::Io(cause) => ReadError::Read { name, cause },
        other => ReadError::Unfit {
            name,
            reason: other.to_string(),
        },
    }
}

/// Counts the bytes that pass.
struct Counted {
    bytes: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(out)?;
        self.read
            .fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}

/// The keys of the rows that were peeked at, each once, in the order in which they were met.
fn all_keys(rows: &VecDeque<RawRow>) -> Arc<[String]> {
    let mut keys: Vec<String> = Vec::new();
    for (row_keys, _) in rows.iter().filter_map(|row| row.content.as_ref().ok()) {
        let new: Vec<&String> = row_keys.iter().filter(|key| !keys.contains(key)).collect();
        keys.extend(new.into_iter().cloned());
    }
    keys.into()
}

impl Reading {
    /// The layout that was found or asked for.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// What a person should know about how the file was taken: columns put to use, passed over or ignored.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.notes.clone();
        let mended = self.source.bytes_mended();
        if mended > 0 {
            notes.push(format!(
                "{mended} bytes were not UTF-8 and were read as Windows-1252"
            ));
        }
        notes
    }

    /// Each field in use beside the names of its columns.
    #[must_use]
    pub fn columns(&self) -> Vec<(&'static str, Vec<String>)> {
        let names = |columns: &Vec<Column>| columns.iter().map(|column| column.name.clone()).collect();
        self.plan
            .fields
            .iter()
            .map(|(field, columns)| (field.name(), names(columns)))
            .collect()
    }

    /// The size in bytes, where it is known.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn position(&self) -> u64 {
        let read = self.position.load(Ordering::Relaxed);
        match self.source.progress() {
            // The whole file was looked at before its first row.
            Some((rows, all)) => read / all * rows.min(all),
            None => read,
        }
    }

    /// The plan for the columns of the file, or of the rows that were peeked at.
    fn settle_columns(&mut self, needs_summary: bool) -> Result<(), ReadError> {
        if let Some(fixed) = self.source.fixed() {
            self.plan = Plan::fixed(fixed);
            return Ok(());
        }
        let keys = Arc::clone(&self.keys);
        let mut plan = Plan::new(&keys, &self.mapping).map_err(|fault| self.map_fault(fault))?;
        // Rows that are no objects at all tell more by themselves than a missing column would.
        let has_rows = !keys.is_empty() || self.peeked.is_empty();
        if has_rows && plan.columns(Field::Title).is_empty() {
            return Err(self.missing(Field::Title));
        }
        if plan.columns(Field::Summary).is_empty() {
            if needs_summary && !keys.is_empty() {
                return Err(self.missing(Field::Summary));
            }
            self.find_summary(&plan);
        }
        self.extend_summary(&mut plan);
        for (name, field) in &plan.passed_over {
            let used = plan
                .columns(*field)
                .first()
                .map_or("", |column| column.name.as_str());
            self.notes.push(format!(
                "column {name:?} was not read: the {} comes from {used:?}",
                field.name()
            ));
        }
        if !plan.unclaimed.is_empty() {
            let names: Vec<&str> = plan.unclaimed.iter().map(|column| column.name.as_str()).collect();
            self.notes.push(format!("columns not read: {}", names.join(", ")));
        }
        for column in plan.columns(Field::Themes) {
            if list::is_space_parted(self.sampled(&column.name)) {
                self.space_parted.push(column.name.clone());
            }
        }
        self.plan = plan;
        Ok(())
    }

    /// Where no column offers a summary, the columns that hold words make up for it.
    fn find_summary(&mut self, plan: &Plan) {
        let names = plan.unclaimed.iter().map(|column| column.name.clone());
        let texts: Vec<String> = names.filter(|name| holds_words(self.sampled(name))).collect();
        self.notes.push(if texts.is_empty() {
            "no column holds a summary: records are judged by their titles".to_owned()
        } else {
            format!(
                "no column is called summary: the text of {} is read as one",
                texts.join(", ")
            )
        });
        self.extra_summary = texts;
    }

    fn extend_summary(&self, plan: &mut Plan) {
        if self.extra_summary.is_empty() {
            return;
        }
        let (texts, rest) = plan
            .unclaimed
            .drain(..)
            .partition(|column| self.extra_summary.contains(&column.name));
        plan.unclaimed = rest;
        plan.fields.insert(Field::Summary, texts);
    }

    /// The texts of a column in the rows that were peeked at.
    fn sampled<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.peeked.iter().filter_map(move |row| {
            let (keys, cells) = row.content.as_ref().ok()?;
            match cells.get(keys.iter().position(|key| key == name)?)? {
                Cell::Text(text) => Some(text.as_str()).filter(|text| !text.trim().is_empty()),
                Cell::List(_) | Cell::Oversize(_) => None,
            }
        })
    }

    fn missing(&self, field: Field) -> ReadError {
        ReadError::MissingColumn {
            name: self.name.clone(),
            field: field.name(),
            columns: self.keys.join(", "),
        }
    }

    fn map_fault(&self, fault: MapFault) -> ReadError {
        match fault {
            MapFault::NoField(field) => ReadError::UnknownField {
                field,
                fields: columns::our_names(),
            },
            MapFault::NoColumn(column) => ReadError::UnknownColumn {
                name: self.name.clone(),
                column,
                columns: self.keys.join(", "),
            },
        }
    }

    fn understand(&mut self, raw: RawRow) -> Row {
        let (keys, cells) = match raw.content {
            Ok(content) => content,
            Err(message) => return row::refused(raw.line, message),
        };
        if !Arc::ptr_eq(&keys, &self.keys) {
            // An object with other keys than the one before. A mapped key may be absent here.
            let mut mapping = self.mapping.clone();
            mapping.retain(|(_, theirs)| columns::names_one(&keys, theirs));
            let mut plan = Plan::new(&keys, &mapping).unwrap_or_default();
            self.extend_summary(&mut plan);
            self.plan = plan;
            self.keys = keys;
        }
        row::understand(raw.line, &self.plan, &self.space_parted, &cells)
    }
}

impl Iterator for Reading {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(raw) = self.peeked.pop_front() {
            return Some(Ok(self.understand(raw)));
        }
        if self.failed {
            return None;
        }
        match self.source.next_row() {
            Ok(Some(raw)) => Some(Ok(self.understand(raw))),
            Ok(None) => None,
            Err(error) => {
                self.failed = true;
                Some(Err(told(error, &self.name)))
            }
        }
    }
}

/// Whether a column is prose or names rather than codes and numbers: most of its cells have a
/// word of letters, on the whole more than one, and most cells differ. (A column of few values that
/// come again and again sorts records; it tells nothing of any one.)
fn holds_words<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    let (mut filled, mut worded, mut words) = (0_usize, 0_usize, 0_usize);
    let mut distinct = HashSet::new();
    for cell in cells {
        let of_letters =
            |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() * 2 > word.chars().count();
        let count = cell.split_whitespace().filter(of_letters).count();
        filled += 1;
        distinct.insert(cell);
        worded += usize::from(count > 0);
        words += count;
    }
    filled > 0 && distinct.len() * 2 >= filled && worded * 4 >= filled * 3 && words * 2 >= filled * 3
}

#[cfg(test)]
#[path = "projects_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "projects_dirty_tests.rs"]
mod dirty;
