//! Rows of an Excel workbook (XLSX).
//!
//! The workbook is copied to a temporary file that has no name, because its parts are found from its end, and
//! checked there before anything is taken for rows ([`check`]). A thread of its own then reads cell by cell, so
//! that memory holds a few hundred rows whatever the sheet's size, beside the texts that Excel keeps once for
//! all cells.

mod check;

use super::delimited::names;
use super::{Cell, MAX_FIELD_BYTES, RawRow, Rows, SourceError, Wanted};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// The largest file that is taken.
const MOST_BYTES: u64 = 1 << 30;
/// So many columns does Excel have itself.
const MOST_COLUMNS: usize = 16_384;
/// So many rows are looked at for the one that names the columns.
const HEADER_ROWS: usize = 20;
/// So many rows wait for whoever reads them.
const WAITING_ROWS: usize = 256;

/// What the reading thread tells.
enum Told {
    /// A sheet begins, with so many rows.
    Sheet(u64),
    Row(Split),
    Failed(SourceError),
}

/// One row that is not blank.
struct Split {
    /// Its number in the sheet, from 1.
    line: u64,
    cells: Vec<Cell>,
}

/// The rows of a workbook's sheets.
pub(super) struct Workbook {
    told: Receiver<Told>,
    /// Rows that were looked at for the header and stand below it.
    begun: VecDeque<Split>,
    header: Arc<[String]>,
    /// The rows of this sheet are read: its header is the first sheet's.
    reads: bool,
    /// The next row must be the header again.
    expects_header: bool,
    rows_read: u64,
    rows: u64,
}

impl Workbook {
    /// Copies, checks, and finds the header.
    pub(super) fn open(bytes: impl Read, wanted: Wanted<'_>) -> Result<Self, SourceError> {
        let mut file = tempfile::tempfile()?;
        if io::copy(&mut bytes.take(MOST_BYTES + 1), &mut file)? > MOST_BYTES {
            return Err(SourceError::NotText(
                "the workbook is larger than a gibibyte; save the sheet as CSV",
            ));
        }
        file.rewind()?;
        check::check(&file)?;
        file.rewind()?;
        let (tell, told) = sync_channel(WAITING_ROWS);
        thread::Builder::new()
            .name("workbook".to_owned())
            .spawn(move || read(file, &tell))?;
        let mut book = Self {
            told,
            begun: VecDeque::new(),
            header: Arc::new([]),
            reads: true,
            expects_header: false,
            rows_read: 0,
            rows: 0,
        };
        book.find_header(wanted)?;
        Ok(book)
    }

    /// The row with the most columns that are known, in the first sheet that has such a row near its beginning;
    /// else the first row of all.
    fn find_header(&mut self, wanted: Wanted<'_>) -> Result<(), SourceError> {
        let mut first: Option<Split> = None;
        let mut looked_at: Vec<Split> = Vec::new();
        loop {
            let told = self.told.recv().ok();
            let ended = !matches!(told, Some(Told::Row(_)));
            let (begins, is_last) = (matches!(told, Some(Told::Sheet(_))), told.is_none());
            match told {
                Some(Told::Row(row)) if looked_at.len() < HEADER_ROWS => looked_at.push(row),
                Some(Told::Failed(error)) => return Err(error),
                Some(Told::Sheet(rows)) if looked_at.is_empty() => self.rows = rows,
                _ => {}
            }
            if looked_at.len() == HEADER_ROWS || ended && !looked_at.is_empty() {
                let known = |row: &Split| (wanted.knows)(&names(&row.cells));
                let best = looked_at.iter().map(known).max().unwrap_or(0);
                if best > 0 {
                    let place = looked_at.iter().position(|row| known(row) == best).unwrap_or(0);
                    let mut below = looked_at.split_off(place).into_iter();
                    self.header = below
                        .next()
                        .map_or_else(Vec::new, |row| header(&row.cells))
                        .into();
                    self.begun = below.collect();
                    // The row of a sheet that began meanwhile must be its header.
                    self.expects_header = begins;
                    return Ok(());
                }
                if first.is_none() {
                    first = looked_at.drain(..).next();
                }
                looked_at.clear();
            }
            if is_last {
                let first = first.ok_or(SourceError::Empty)?;
                self.header = header(&first.cells).into();
                return Ok(());
            }
        }
    }

    fn checked(&self, mut row: Split) -> RawRow {
        let columns = self.header.len();
        let content = if row.cells.iter().skip(columns).any(|cell| !cell.is_blank()) {
            Err(format!(
                "the row has {} cells and the header {columns}",
                row.cells.len()
            ))
        } else {
            row.cells.resize_with(columns, || Cell::Text(String::new()));
            Ok((Arc::clone(&self.header), row.cells))
        };
        RawRow {
            line: row.line,
            content,
        }
    }
}

/// The names of a header without blank ones at its end.
fn header(cells: &[Cell]) -> Vec<String> {
    let mut names = names(cells);
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names
}

impl Rows for Workbook {
    fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        loop {
            // Rows that were looked at for the header lie in its sheet, whichever has begun since.
            let looked_at = self.begun.pop_front();
            let is_next = looked_at.is_none();
            let row = match looked_at {
                Some(row) => row,
                None => match self.told.recv() {
                    Err(_) => return Ok(None),
                    Ok(Told::Failed(error)) => return Err(error),
                    Ok(Told::Sheet(rows)) => {
                        self.rows += rows;
                        self.expects_header = true;
                        continue;
                    }
                    Ok(Told::Row(row)) => row,
                },
            };
            self.rows_read += 1;
            let is_header = header(&row.cells) == *self.header;
            if is_next && std::mem::take(&mut self.expects_header) {
                self.reads = is_header;
            }
            if self.reads && !is_header {
                return Ok(Some(self.checked(row)));
            }
        }
    }

    fn header(&self) -> Option<Arc<[String]>> {
        Some(Arc::clone(&self.header))
    }

    fn bytes_mended(&self) -> u64 {
        0
    }

    fn progress(&self) -> Option<(u64, u64)> {
        Some((self.rows_read, self.rows.max(1)))
    }
}

/// Reads every sheet that shows, until nobody listens any more.
fn read(file: File, tell: &SyncSender<Told>) {
    if let Err(Stop::Failed(error)) = read_sheets(file, tell) {
        // Whoever does not listen need not know.
        drop(tell.send(Told::Failed(error)));
    }
}

enum Stop {
    Failed(SourceError),
    NobodyListens,
}

impl From<calamine::XlsxError> for Stop {
    fn from(error: calamine::XlsxError) -> Self {
        Self::Failed(SourceError::Broken(format!(
            "the workbook cannot be read: {error}"
        )))
    }
}

fn read_sheets(file: File, tell: &SyncSender<Told>) -> Result<(), Stop> {
    let mut book: Xlsx<BufReader<File>> = Xlsx::new(BufReader::new(file))?;
    let shown = |sheet: &&calamine::Sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    };
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(shown)
        .map(|sheet| sheet.name.clone())
        .collect();
    for sheet in sheets {
        let mut cells = book.worksheet_cells_reader(&sheet)?;
        let rows = cells.dimensions().end.0;
        send(tell, Told::Sheet(u64::from(rows) + 1))?;
        let mut row = Split {
            line: 0,
            cells: Vec::new(),
        };
        while let Some(cell) = cells.next_cell()? {
            let (number, column) = cell.get_position();
            let line = u64::from(number) + 1;
            if line != row.line {
                let done = std::mem::replace(
                    &mut row,
                    Split {
                        line,
                        cells: Vec::new(),
                    },
                );
                send_row(tell, done)?;
            }
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            if column >= MOST_COLUMNS {
                return Err(Stop::Failed(SourceError::Broken(format!(
                    "row {line} of the sheet has more than {MOST_COLUMNS} columns"
                ))));
            }
            if row.cells.len() <= column {
                row.cells.resize_with(column + 1, || Cell::Text(String::new()));
            }
            if let Some(place) = row.cells.get_mut(column) {
                *place = text(cell.get_value());
            }
        }
        send_row(tell, row)?;
    }
    Ok(())
}

fn send_row(tell: &SyncSender<Told>, row: Split) -> Result<(), Stop> {
    if row.cells.iter().all(Cell::is_blank) {
        return Ok(());
    }
    send(tell, Told::Row(row))
}

fn send(tell: &SyncSender<Told>, told: Told) -> Result<(), Stop> {
    tell.send(told).map_err(|_| Stop::NobodyListens)
}

/// A cell as a person reads it: dates as dates, whole numbers without a point.
fn text(value: &DataRef<'_>) -> Cell {
    let text = match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTime(date) => match date.as_datetime().filter(|_| date.is_datetime()) {
            Some(date) => date.date().to_string(),
            None => date.as_f64().to_string(),
        },
    };
    let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
    if bytes > MAX_FIELD_BYTES {
        Cell::Oversize(bytes)
    } else {
        Cell::Text(text)
    }
}

#[cfg(test)]
mod tests;
