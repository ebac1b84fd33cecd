//! Projects as an Excel workbook: a sheet of rows, and one that says what the columns hold.
//!
//! Rows go to a temporary file as they come. A sheet ends at a million rows; the next one then goes on with the
//! same header. Every cell is a text, so that nothing in it is run and no date or sum is bent by a spreadsheet.

use std::io::{self, Seek, Write};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::super::columns::Field;
use super::told::{COLUMNS, told};
use super::{Outgoing, Writer, template};

/// The last row of a sheet, counted from 0.
const LAST_ROW: u32 = 1_048_575;
/// The longest text of a cell, in characters.
const LONGEST_TEXT: usize = 32_767;

/// A workbook being filled.
pub(super) struct Book<'a> {
    out: &'a mut dyn Write,
    book: Workbook,
    sheets: usize,
    row: u32,
    cut: u64,
}

impl<'a> Book<'a> {
    pub(super) fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        let mut book = Self {
            out,
            book: Workbook::new(),
            sheets: 0,
            row: 0,
            cut: 0,
        };
        book.begin_sheet()?;
        Ok(book)
    }

    fn begin_sheet(&mut self) -> io::Result<()> {
        self.sheets += 1;
        let name = match self.sheets {
            1 => "Projects".to_owned(),
            number => format!("Projects {number}"),
        };
        let sheet = self.book.add_worksheet_with_constant_memory().map_err(broken)?;
        sheet.set_name(name).map_err(broken)?;
        sheet.set_freeze_panes(1, 0).map_err(broken)?;
        let bold = Format::new().set_bold();
        for (column, field) in (0..).zip(COLUMNS) {
            let width = if matches!(field, Field::Summary) { 60 } else { 20 };
            sheet.set_column_width(column, width).map_err(broken)?;
            sheet
                .write_string_with_format(0, column, field.name(), &bold)
                .map_err(broken)?;
        }
        self.row = 1;
        Ok(())
    }

    fn sheet(&mut self) -> io::Result<&mut Worksheet> {
        self.book.worksheet_from_index(self.sheets - 1).map_err(broken)
    }
}

impl Writer for Book<'_> {
    fn project(&mut self, outgoing: &Outgoing) -> io::Result<()> {
        if self.row > LAST_ROW {
            self.begin_sheet()?;
        }
        let row = self.row;
        let mut cut = 0;
        let sheet = self.sheet()?;
        for (column, field) in (0..).zip(COLUMNS) {
            let text = told(&outgoing.record, field).cell();
            if text.is_empty() {
                continue;
            }
            let short = shortened(&text);
            cut += u64::from(short.len() < text.len());
            sheet.write_string(row, column, short).map_err(broken)?;
        }
        self.cut += cut;
        self.row += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<Vec<String>> {
        let notes = self.book.add_worksheet();
        notes.set_name("Notes").map_err(broken)?;
        notes.set_column_width(0, 20).map_err(broken)?;
        notes.set_column_width(1, 100).map_err(broken)?;
        for (row, (name, says)) in (0..).zip(template::notes()) {
            notes.write_string(row, 0, name).map_err(broken)?;
            notes.write_string(row, 1, says).map_err(broken)?;
        }
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&mut file).map_err(broken)?;
        file.rewind()?;
        io::copy(&mut file, self.out)?;
        self.out.flush()?;
        Ok(match self.cut {
            0 => Vec::new(),
            cut => vec![format!(
                "{cut} texts were cut at the {LONGEST_TEXT} characters that a cell of a workbook holds; CSV and JSONL hold them whole"
            )],
        })
    }
}

/// As much of a text as a cell holds. Excel counts in UTF-16.
fn shortened(text: &str) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > LONGEST_TEXT
    });
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn broken(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(cause) => cause,
        other => io::Error::other(other),
    }
}
