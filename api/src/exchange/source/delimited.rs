//! Rows of cells parted by a separator (CSV and its kin).
//!
//! Own rather than the `csv` crate's reader because three things are needed that it does
//! not tell: the size of a field too long to keep, a quote that is never closed, and a bound
//! on memory whatever the file holds.

use super::separator::{self, Separator};
use super::{Cell, MAX_FIELD_BYTES, MAX_ROW_BYTES, RawRow, SourceError, Wanted};
use std::io::{self, BufRead};
use std::sync::Arc;

/// More cells than this are counted, not kept.
const MAX_CELLS: usize = 16_384;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// A quote inside a quoted cell: its end, or half of a doubled quote.
    QuoteSeen,
}

/// Splits text into cells. A quote counts only at the beginning of a cell; `""` within is one
/// quote; whatever follows the closing quote belongs to the cell.
#[derive(Debug)]
pub(super) struct Splitter {
    separator: u8,
    state: State,
    skip_line_feed: bool,
    line: u64,
    quote_line: u64,
    cell: Vec<u8>,
    cell_bytes: u64,
    row_bytes: u64,
    cells: Vec<Cell>,
    cell_count: usize,
}

/// A row as split.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) line: u64,
    pub(super) cells: Vec<Cell>,
    /// The line of a quote that the file never closes.
    pub(super) unclosed: Option<u64>,
}

impl Splitter {
    pub(super) fn new(separator: u8, line: u64) -> Self {
        Self {
            separator,
            state: State::CellStart,
            skip_line_feed: false,
            line,
            quote_line: line,
            cell: Vec::new(),
            cell_bytes: 0,
            row_bytes: 0,
            cells: Vec::new(),
            cell_count: 0,
        }
    }

    /// The next row that is not blank.
    pub(super) fn next(&mut self, input: &mut impl BufRead) -> io::Result<Option<Split>> {
        loop {
            let Some(split) = self.next_even_blank(input)? else {
                return Ok(None);
            };
            if split.unclosed.is_some() || !split.cells.iter().all(Cell::is_blank) {
                return Ok(Some(split));
            }
        }
    }

    fn next_even_blank(&mut self, input: &mut impl BufRead) -> io::Result<Option<Split>> {
        let line = self.line;
        loop {
            let text = input.fill_buf()?;
            if text.is_empty() {
                let unclosed = (self.state == State::Quoted).then_some(self.quote_line);
                let nothing = self.cell_count == 0 && self.state == State::CellStart && self.cell_bytes == 0;
                return Ok(if nothing {
                    None
                } else {
                    Some(self.end_row(line, unclosed))
                });
            }
            let (used, ended) = self.feed(text);
            input.consume(used);
            if ended {
                return Ok(Some(self.end_row(line, None)));
            }
        }
    }

    /// Takes text up to the end of the row or of the text; says how much, and which.
    fn feed(&mut self, text: &[u8]) -> (usize, bool) {
        let mut rest = text;
        let used = |rest: &[u8]| text.len() - rest.len();
        if std::mem::take(&mut self.skip_line_feed) && rest.first() == Some(&b'\n') {
            rest = rest.get(1..).unwrap_or_default();
        }
        while let Some((first, after)) = rest.split_first() {
            match self.state {
                State::CellStart if *first == b'"' => {
                    self.state = State::Quoted;
                    self.quote_line = self.line;
                    rest = after;
                }
                State::QuoteSeen if *first == b'"' => {
                    self.push(b"\"");
                    self.state = State::Quoted;
                    rest = after;
                }
                State::CellStart | State::QuoteSeen => self.state = State::Plain,
                State::Quoted => {
                    let end = rest.iter().position(|byte| *byte == b'"');
                    let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
                    self.line += count_breaks(run);
                    self.push(run);
                    rest = after.get(1..).unwrap_or_default();
                    if end.is_some() {
                        self.state = State::QuoteSeen;
                    }
                }
                State::Plain => {
                    let separator = self.separator;
                    let end = rest
                        .iter()
                        .position(|byte| *byte == separator || matches!(byte, b'\n' | b'\r'));
                    let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
                    self.push(run);
                    let Some((stop, after)) = after.split_first() else {
                        return (text.len(), false);
                    };
                    rest = after;
                    self.end_cell();
                    if *stop != separator {
                        self.skip_line_feed = *stop == b'\r';
                        self.line += 1;
                        return (used(rest), true);
                    }
                }
            }
        }
        (text.len(), false)
    }

    fn push(&mut self, run: &[u8]) {
        let length = u64::try_from(run.len()).unwrap_or(u64::MAX);
        self.cell_bytes = self.cell_bytes.saturating_add(length);
        self.row_bytes = self.row_bytes.saturating_add(length);
        if self.cell_bytes <= MAX_FIELD_BYTES && self.row_bytes <= MAX_ROW_BYTES {
            self.cell.extend_from_slice(run);
        }
    }

    fn end_cell(&mut self) {
        self.state = State::CellStart;
        self.cell_count += 1;
        let kept = u64::try_from(self.cell.len()).unwrap_or(u64::MAX) == self.cell_bytes;
        let cell = if kept {
            Cell::Text(String::from_utf8_lossy(&self.cell).into_owned())
        } else {
            Cell::Oversize(self.cell_bytes)
        };
        self.cell.clear();
        self.cell_bytes = 0;
        if self.cells.len() < MAX_CELLS {
            self.cells.push(cell);
        }
    }

    fn end_row(&mut self, line: u64, unclosed: Option<u64>) -> Split {
        if self.state != State::CellStart || self.cell_count == 0 || unclosed.is_some() {
            self.end_cell();
        }
        self.cell_count = 0;
        self.row_bytes = 0;
        Split {
            line,
            cells: std::mem::take(&mut self.cells),
            unclosed,
        }
    }
}

fn count_breaks(run: &[u8]) -> u64 {
    u64::try_from(run.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0)
}

/// A table with a header row.
pub(crate) struct Delimited<R> {
    input: R,
    splitter: Splitter,
    header: Arc<[String]>,
}

impl<R: BufRead> Delimited<R> {
    /// Reads the header, after finding out the separator if none was named.
    pub(super) fn open(mut input: R, line: u64, wanted: Wanted<'_>) -> Result<Self, SourceError> {
        let found = match wanted.separator {
            Some(separator) => Separator::named(separator)?,
            None => separator::find_out(input.fill_buf()?, wanted.knows),
        };
        let mut splitter = Splitter::new(found.byte, line);
        if found.declared {
            splitter.next(&mut input)?;
        }
        let header = splitter.next(&mut input)?.ok_or(SourceError::Empty)?;
        Ok(Self {
            input,
            splitter,
            header: names(&header.cells).into(),
        })
    }

    pub(crate) fn header(&self) -> &Arc<[String]> {
        &self.header
    }

    pub(crate) fn input(&self) -> &R {
        &self.input
    }

    /// The next row that is neither blank nor the header once more.
    pub(crate) fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        loop {
            let Some(split) = self.splitter.next(&mut self.input)? else {
                return Ok(None);
            };
            if *names(&split.cells) == *self.header {
                continue;
            }
            return Ok(Some(RawRow {
                line: split.line,
                content: self.checked(split),
            }));
        }
    }

    fn checked(&self, split: Split) -> Result<(Arc<[String]>, Vec<Cell>), String> {
        if let Some(line) = split.unclosed {
            return Err(format!(
                "a quote opened on line {line} is never closed, so nothing after it could be read"
            ));
        }
        let (columns, mut cells) = (self.header.len(), split.cells);
        if cells.iter().skip(columns).any(|cell| !cell.is_blank()) {
            return Err(format!(
                "the row has {} cells and the header {columns}; a quote may be missing around a cell that holds the separator",
                cells.len()
            ));
        }
        cells.resize_with(columns, || Cell::Text(String::new()));
        Ok((Arc::clone(&self.header), cells))
    }
}

pub(super) fn names(cells: &[Cell]) -> Vec<String> {
    let name = |cell: &Cell| match cell {
        Cell::Text(text) => text.trim().to_owned(),
        Cell::List(_) | Cell::Oversize(_) => String::new(),
    };
    cells.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        // A reader of three bytes at a time meets every boundary within a row.
        let mut input = io::BufReader::with_capacity(3, text.as_bytes());
        let mut splitter = Splitter::new(b',', 1);
        let mut rows = Vec::new();
        while let Some(split) = splitter.next(&mut input).unwrap() {
            assert_eq!(split.unclosed, None);
            rows.push((split.line, names(&split.cells)));
        }
        rows
    }

    fn check(text: &str, expected: &[(u64, &[&str])]) {
        let expected: Vec<(u64, Vec<String>)> = expected
            .iter()
            .map(|(line, cells)| (*line, cells.iter().map(ToString::to_string).collect()))
            .collect();
        assert_eq!(rows(text), expected, "{text:?}");
    }

    #[test]
    fn quotes_line_ends_and_blank_rows_are_read_as_people_write_them() {
        check("a,b\n1,2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check("a,b\r\n1,2", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check("a\r1\r", &[(1, &["a"]), (2, &["1"])]);
        check("a,b\n\n ,\n1,\n", &[(1, &["a", "b"]), (4, &["1", ""])]);
        check(
            "\"x, \"\"y\"\"\r\nz\",2\n3,4",
            &[(1, &["x, \"y\"\r\nz", "2"]), (3, &["3", "4"])],
        );
        check("17\" screen,\"a\" b,\n", &[(1, &["17\" screen", "a b", ""])]);
        check("\"\",x", &[(1, &["", "x"])]);
        check("", &[]);
    }

    #[test]
    fn a_quote_that_never_closes_is_told_with_its_line() {
        let mut splitter = Splitter::new(b',', 1);
        let mut input = "a\n\"b,c\nd\n".as_bytes();
        splitter.next(&mut input).unwrap();
        assert_eq!(splitter.next(&mut input).unwrap().unwrap().unclosed, Some(2));
        assert!(splitter.next(&mut input).unwrap().is_none());
    }

    #[test]
    fn a_field_too_long_is_measured_and_not_kept() {
        let text = format!("a,{},b\nnext\n", "x".repeat(10 << 20));
        let mut splitter = Splitter::new(b',', 1);
        let mut input = text.as_bytes();
        let row = splitter.next(&mut input).unwrap().unwrap();
        assert_eq!(
            row.cells,
            [
                Cell::Text("a".into()),
                Cell::Oversize(10 << 20),
                Cell::Text("b".into())
            ]
        );
        assert_eq!(
            names(&splitter.next(&mut input).unwrap().unwrap().cells),
            ["next"]
        );
    }
}
