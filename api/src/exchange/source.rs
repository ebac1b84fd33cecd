//! From bytes to rows of named cells, whatever the format and the encoding.

mod decode;
mod delimited;
pub(crate) mod iati;
mod json;
mod separator;
pub(crate) mod threesixty;
mod workbook;
mod xml;

use std::io::{self, BufRead, Read};
use std::sync::Arc;

pub(crate) use decode::TextReader;
use delimited::Delimited;
use iati::Activities;
use json::{Array, Lines};
use threesixty::Grants;
use workbook::Workbook;

use super::columns::Field;

/// The longest field that is read. Longer ones are measured, not kept: the longest
/// summaries seen in real catalogues are under 40,000 characters.
pub(crate) const MAX_FIELD_BYTES: u64 = 1 << 20;
/// The longest row that is kept in memory.
pub(crate) const MAX_ROW_BYTES: u64 = 64 << 20;

/// How a zip archive, which a workbook is, begins.
const ZIP_MARK: &[u8] = b"PK\x03\x04";

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A header row, then one row a record, cells parted by a separator.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// One JSON array of objects, or objects one after the other.
    Json,
    /// A 360Giving data package: a JSON object with a list of grants.
    #[value(name = "360giving-json")]
    ThreeSixtyJson,
    /// A 360Giving table of grants.
    #[value(name = "360giving-csv")]
    ThreeSixtyCsv,
    /// Activities of IATI 2 in XML.
    Iati,
    /// An Excel workbook: its first sheet with columns that are known.
    Xlsx,
}

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Text as written; may be empty.
    Text(String),
    /// A JSON list, each entry as text.
    List(Vec<String>),
    /// Longer than [`MAX_FIELD_BYTES`]: so many bytes.
    Oversize(u64),
}

impl Cell {
    /// Whether nothing but white space stands there.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::List(entries) => entries.is_empty(),
            Self::Oversize(_) => false,
        }
    }
}

/// One row, before anybody asked what its cells mean.
#[derive(Debug)]
pub(crate) struct RawRow {
    /// The line on which it begins.
    pub(crate) line: u64,
    /// Its cells beside the names of their columns; or what is wrong with the row as a whole.
    pub(crate) content: Result<(Arc<[String]>, Vec<Cell>), String>,
}

/// Why no rows can be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The bytes are no text that we know; what they are instead.
    #[error("{0}")]
    NotText(&'static str),
    /// It is laid out otherwise than its format says, so that no more of it can be read.
    #[error("{0}")]
    Broken(String),
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// The separator that was asked for cannot separate.
    #[error("the separator {0:?} is not one ASCII character other than a quote or a line break")]
    BadSeparator(char),
}

/// A line, and what begins there; or what is wrong with it.
type Placed<T> = (u64, Result<T, String>);

type Bytes = TextReader<Box<dyn Read + Send>>;

/// Rows, one after the other.
pub(super) trait Rows {
    /// The next row; `None` at the end.
    fn next_row(&mut self) -> Result<Option<RawRow>, SourceError>;

    /// The names of the columns where the format has a header.
    fn header(&self) -> Option<Arc<[String]>> {
        None
    }

    /// What the columns hold, where a standard says it.
    fn fixed(&self) -> Option<&'static [(Field, &'static str)]> {
        None
    }

    /// How many bytes were not UTF-8 and were read as Windows-1252.
    fn bytes_mended(&self) -> u64;

    /// How many rows of how many were read, where bytes do not tell.
    fn progress(&self) -> Option<(u64, u64)> {
        None
    }
}

/// A file's rows.
pub(crate) struct Source {
    rows: Box<dyn Rows + Send>,
}

/// How the caller wants a file to be taken.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) format: Option<Format>,
    pub(crate) separator: Option<char>,
    /// The caller says which columns to read, so that no standard does.
    pub(crate) mapped: bool,
    /// Says how many columns of a header it knows.
    pub(crate) knows: &'a dyn Fn(&[String]) -> usize,
}

impl Source {
    /// Finds out encoding and layout from the beginning of the text.
    pub(crate) fn open(
        mut bytes: Box<dyn Read + Send>,
        wanted: Wanted<'_>,
    ) -> Result<(Self, Format), SourceError> {
        let mut mark = Vec::new();
        bytes.by_ref().take(4).read_to_end(&mut mark)?;
        let is_zip = mark == ZIP_MARK;
        let bytes: Box<dyn Read + Send> = Box::new(io::Cursor::new(mark).chain(bytes));
        if is_zip && wanted.format.is_none_or(|format| format == Format::Xlsx) {
            let rows = Box::new(Workbook::open(bytes, wanted)?);
            return Ok((Self { rows }, Format::Xlsx));
        }
        let mut text = TextReader::new(bytes)?;
        skip_white_space(&mut text)?;
        let sample = text.fill_buf()?;
        if sample.is_empty() {
            return Err(SourceError::Empty);
        }
        let format = wanted.format.unwrap_or_else(|| {
            if wanted.separator.is_some() {
                Format::Csv
            } else {
                sniff(sample)
            }
        });
        let line = text.lines_skipped() + 1;
        let (rows, format): (Box<dyn Rows + Send>, Format) = match format {
            Format::Csv | Format::ThreeSixtyCsv => table(text, line, wanted)?,
            Format::Jsonl => (Box::new(Lines::new(text, line)), format),
            Format::Json => (Box::new(Array::new(text, line)), format),
            Format::Xlsx => return Err(SourceError::NotText("it is no Excel workbook (XLSX)")),
            Format::Iati => (Box::new(Activities::new(text, line)), format),
            Format::ThreeSixtyJson => (Box::new(Grants::package(text, line)?), format),
        };
        Ok((Self { rows }, format))
    }

    /// The next row; `None` at the end.
    pub(crate) fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        self.rows.next_row()
    }

    /// The names of the columns where the format has a header.
    pub(crate) fn header(&self) -> Option<Arc<[String]>> {
        self.rows.header()
    }

    /// What the columns hold, where a standard says it.
    pub(crate) fn fixed(&self) -> Option<&'static [(Field, &'static str)]> {
        self.rows.fixed()
    }

    /// How many rows of how many were read, where bytes do not tell.
    pub(crate) fn progress(&self) -> Option<(u64, u64)> {
        self.rows.progress()
    }

    /// How many bytes were not UTF-8 and were read as Windows-1252.
    pub(crate) fn bytes_mended(&self) -> u64 {
        self.rows.bytes_mended()
    }
}

/// A table: one of grants if its header is that of one and the caller asked for nothing else.
fn table(text: Bytes, line: u64, wanted: Wanted<'_>) -> Result<(Box<dyn Rows + Send>, Format), SourceError> {
    let table = Delimited::open(text, line, wanted)?;
    let grants = match wanted.format {
        Some(format) => format == Format::ThreeSixtyCsv,
        None => !wanted.mapped && threesixty::is_grants(table.header()),
    };
    Ok(match grants {
        true => (Box::new(Grants::table(table)), Format::ThreeSixtyCsv),
        false => (Box::new(table), Format::Csv),
    })
}

impl Rows for Delimited<Bytes> {
    fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        self.next_row()
    }

    fn header(&self) -> Option<Arc<[String]>> {
        Some(Arc::clone(self.header()))
    }

    fn bytes_mended(&self) -> u64 {
        self.input().bytes_mended()
    }
}

impl Rows for Lines<Bytes> {
    fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        self.next_row()
    }

    fn bytes_mended(&self) -> u64 {
        self.input().bytes_mended()
    }
}

impl Rows for Array<Bytes> {
    fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        self.next_row()
    }

    fn bytes_mended(&self) -> u64 {
        self.input().bytes_mended()
    }
}

fn skip_white_space(text: &mut Bytes) -> io::Result<()> {
    loop {
        let sample = text.fill_buf()?;
        let blank = sample
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r'))
            .count();
        let all = blank == sample.len();
        if sample.is_empty() || blank == 0 {
            return Ok(());
        }
        text.skip(blank);
        if !all {
            return Ok(());
        }
    }
}

/// JSON if it begins like JSON: one object a line if its first line is one.
fn sniff(sample: &[u8]) -> Format {
    match sample.first() {
        Some(b'[') => Format::Json,
        Some(b'<') => Format::Iati,
        Some(b'{') if threesixty::is_package(sample) => Format::ThreeSixtyJson,
        Some(b'{') => {
            let first = sample.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let whole = serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok();
            let unfinished = first.len() == sample.len();
            let opens_only = first
                .iter()
                .all(|byte| matches!(byte, b'{' | b' ' | b'\t' | b'\r'));
            if whole || unfinished || !opens_only {
                Format::Jsonl
            } else {
                Format::Json
            }
        }
        _ => Format::Csv,
    }
}
