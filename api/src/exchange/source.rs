//! From bytes to rows of named cells, whatever the format and the encoding.

mod decode;
mod delimited;
mod json;
mod separator;

use std::io::{self, BufRead, Read};
use std::sync::Arc;

pub(crate) use decode::TextReader;
use delimited::Delimited;
use json::{Array, Lines};

/// The longest field that is read. Longer ones are measured, not kept: the longest
/// summaries seen in real catalogues are under 40,000 characters.
pub(crate) const MAX_FIELD_BYTES: u64 = 1 << 20;
/// The longest row that is kept in memory.
pub(crate) const MAX_ROW_BYTES: u64 = 64 << 20;

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A header row, then one row a record, cells parted by a separator.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// One JSON array of objects, or objects one after the other.
    Json,
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
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// The separator that was asked for cannot separate.
    #[error("the separator {0:?} is not one ASCII character other than a quote or a line break")]
    BadSeparator(char),
}

type Bytes = TextReader<Box<dyn Read + Send>>;

/// Rows, one after the other.
pub(crate) enum Source {
    Delimited(Delimited<Bytes>),
    Lines(Lines<Bytes>),
    Array(Array<Bytes>),
}

/// How the caller wants a file to be taken.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) format: Option<Format>,
    pub(crate) separator: Option<char>,
    /// Says how many columns of a header it knows.
    pub(crate) knows: &'a dyn Fn(&[String]) -> usize,
}

impl Source {
    /// Finds out encoding and layout from the beginning of the text.
    pub(crate) fn open(
        bytes: Box<dyn Read + Send>,
        wanted: Wanted<'_>,
    ) -> Result<(Self, Format), SourceError> {
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
        let source = match format {
            Format::Csv => Self::Delimited(Delimited::open(text, line, wanted)?),
            Format::Jsonl => Self::Lines(Lines::new(text, line)),
            Format::Json => Self::Array(Array::new(text, line)),
        };
        Ok((source, format))
    }

    /// The next row; `None` at the end.
    pub(crate) fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        match self {
            Self::Delimited(rows) => rows.next_row(),
            Self::Lines(rows) => rows.next_row(),
            Self::Array(rows) => rows.next_row(),
        }
    }

    /// The names of the columns where the format has a header.
    pub(crate) fn header(&self) -> Option<Arc<[String]>> {
        match self {
            Self::Delimited(rows) => Some(Arc::clone(rows.header())),
            Self::Lines(_) | Self::Array(_) => None,
        }
    }

    /// How many bytes were not UTF-8 and were read as Windows-1252.
    pub(crate) fn bytes_mended(&self) -> u64 {
        match self {
            Self::Delimited(rows) => rows.input().bytes_mended(),
            Self::Lines(rows) => rows.input().bytes_mended(),
            Self::Array(rows) => rows.input().bytes_mended(),
        }
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
