use super::super::super::projects::{ReadOptions, Reading, read};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook as Book};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn open(bytes: Vec<u8>) -> Result<Reading, String> {
    read(Box::new(Cursor::new(bytes)), "book", &ReadOptions::default()).map_err(|error| error.to_string())
}

/// Titles with line, start and budget, and what was told.
fn outcome(bytes: Vec<u8>) -> (Vec<String>, Vec<String>) {
    let (mut kept, mut told) = (Vec::new(), Vec::new());
    for row in open(bytes).unwrap() {
        let row = row.unwrap();
        told.extend(row.problems.iter().map(ToString::to_string));
        kept.extend(row.record.map(|record| {
            let start = record
                .start
                .map(|start| start.date.to_string())
                .unwrap_or_default();
            let budget = record.budget.map(|sum| sum.minor.to_string()).unwrap_or_default();
            format!("{} {} {start} {budget}", record.line, record.title)
        }));
    }
    (kept, told)
}

#[test]
fn sheets_are_read_as_a_person_reads_them() {
    let mut book = Book::new();
    let cover = book.add_worksheet();
    cover.write_string(0, 0, "Our projects in this year").unwrap();
    let sheet = book.add_worksheet();
    sheet
        .write_string(0, 0, "Prepared by the programme office")
        .unwrap();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    for (column, name) in (0..).zip(["Title", "Start date", "Budget"]) {
        sheet.write_string(2, column, name).unwrap();
        sheet.write_string(6, column, name).unwrap();
    }
    let day = ExcelDateTime::from_ymd(2019, 5, 1).unwrap();
    sheet.write_string(3, 0, "Real date").unwrap();
    sheet.write_datetime_with_format(3, 1, &day, &date).unwrap();
    sheet.write_number(3, 2, 20_000).unwrap();
    sheet
        .write_string(5, 0, "Number of a date, number as text")
        .unwrap();
    sheet.write_number(5, 1, 43_586).unwrap();
    sheet.write_string(5, 2, "£1.2m").unwrap();
    sheet.write_string(7, 0, "What nobody can read").unwrap();
    sheet.write_string(7, 1, "after the elections").unwrap();
    let other = book.add_worksheet();
    other.write_string(0, 0, "Something else").unwrap();
    other.write_string(1, 0, "Not a project").unwrap();
    let (kept, told) = outcome(book.save_to_buffer().unwrap());
    assert_eq!(
        kept,
        [
            "4 Real date 2019-05-01 2000000",
            "6 Number of a date, number as text 2019-05-01 120000000",
            "8 What nobody can read  "
        ]
    );
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn a_sheet_that_goes_on_with_the_same_header_is_read() {
    let mut book = Book::new();
    for (sheet, title) in ["One", "Two"].into_iter().enumerate() {
        let page = book.add_worksheet();
        page.write_string(0, 0, "Title").unwrap();
        for row in 1..=30 {
            page.write_string(row, 0, format!("{title} {sheet} {row}"))
                .unwrap();
        }
    }
    assert_eq!(outcome(book.save_to_buffer().unwrap()).0.len(), 60);
}

const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// A workbook made by hand, with one part beside what a workbook needs.
fn made(sheet: &[u8], more: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let workbook = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, content) in parts.into_iter().chain(more) {
        zip.start_file(name, packed).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn refused(bytes: Vec<u8>, reason: &str) {
    let told = match open(bytes) {
        Err(told) => told,
        Ok(mut reading) => reading
            .find_map(|row| row.err().map(|error| error.to_string()))
            .unwrap_or_default(),
    };
    assert!(told.contains(reason), "{reason:?} is not in {told:?}");
}

fn sheet(rows: &str) -> Vec<u8> {
    format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>").into_bytes()
}

fn cell(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn what_could_do_harm_is_refused() {
    let header = format!("<row r=\"1\">{}</row>", cell("A1", "title"));
    let row = format!("<row r=\"2\">{}</row>", cell("A2", "Fine"));
    let good = sheet(&format!("{header}{row}"));
    assert_eq!(outcome(made(&good, None)).0, ["2 Fine  "]);
    refused(made(&good, Some(("xl/vbaProject.bin", b"code"))), "holds macros");
    refused(
        made(&good, Some(("xl/macrosheets/sheet1.xml", b"<x/>"))),
        "holds macros",
    );
    let mut bomb = good.clone();
    bomb.resize(9 << 20, b' ');
    refused(made(&bomb, None), "no honest workbook");
    let long = sheet(&format!(
        "{header}<row r=\"2\">{}</row>",
        cell("A2", &"x".repeat(2 << 20))
    ));
    refused(made(&long, None), "longer than a mebibyte");
    let wide = sheet(&format!(
        "{header}<row r=\"2\">{}{}</row>",
        cell("A2", "x"),
        cell("AAAA2", "y")
    ));
    refused(made(&wide, None), "columns");
    let mut lying = made(&good, None);
    lying.truncate(lying.len() / 2);
    refused(lying, "cannot be unpacked");
    refused(b"PK\x03\x04".to_vec(), "cannot be unpacked");
}

#[test]
fn a_zip_archive_is_no_workbook() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("projects.csv", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"title\nx\n").unwrap();
    refused(zip.finish().unwrap().into_inner(), "no Excel workbook");
}
