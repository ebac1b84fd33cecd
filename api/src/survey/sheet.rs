//! Rows of text as a file: CSV, or a workbook. Nothing in a cell is ever run by a spreadsheet.

use std::io;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::exchange::value::guard::guarded;

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Cells parted by commas, UTF-8.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

/// A sheet: its name, its header and its rows.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// What it is called.
    pub name: String,
    /// The names of its columns.
    pub header: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

impl Layout {
    /// The file's ending.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// The file. CSV holds the first sheet; a workbook all of them.
///
/// # Errors
/// When it cannot be written.
pub fn write(sheets: &[Sheet], layout: Layout) -> io::Result<Vec<u8>> {
    match layout {
        Layout::Csv => csv(sheets.first()),
        Layout::Xlsx => workbook(sheets).map_err(io::Error::other),
    }
}

fn csv(sheet: Option<&Sheet>) -> io::Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    if let Some(sheet) = sheet {
        out.write_record(&sheet.header)?;
        for row in &sheet.rows {
            out.write_record(row.iter().map(|cell| guarded(cell.clone())))?;
        }
    }
    out.into_inner().map_err(|error| error.into_error())
}

fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    for told in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(&told.name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, name) in (0..).zip(&told.header) {
            sheet.set_column_width(column, 24)?;
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        for (line, row) in (1..).zip(&told.rows) {
            for (column, cell) in (0..).zip(row) {
                if !cell.is_empty() {
                    sheet.write_string(line, column, cell)?;
                }
            }
        }
    }
    book.save_to_buffer()
}
