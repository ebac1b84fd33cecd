//! Projects on their way out: a spreadsheet or lines of JSON that [`projects`](super::projects) reads again as they were.

mod iati;
mod template;
mod threesixty;
mod told;
mod workbook;

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::columns::Field;
use super::record::ProjectRecord;
use super::value::guard;
pub use template::template;
use told::{COLUMNS, told};

/// How projects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Layout {
    /// A header row, then one row a project, cells parted by commas. Cells that a spreadsheet would run as a formula
    /// begin with an apostrophe, which reading takes away again.
    Csv,
    /// One JSON object a line; what is unknown is left out.
    Jsonl,
    /// An Excel workbook: a sheet of projects, and one that says what its columns hold.
    Xlsx,
    /// A 360Giving 1.4 package in JSON: one grant an award.
    #[value(name = "360giving-json")]
    ThreeSixtyJson,
    /// A 360Giving 1.4 table: one grant an award.
    #[value(name = "360giving-csv")]
    ThreeSixtyCsv,
    /// Activities of IATI 2.03 in XML.
    Iati,
}

/// A project on its way out, with what a file of a standard wants to know beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// What the project says.
    pub record: ProjectRecord,
    /// When it was recorded here.
    pub recorded_at: DateTime<Utc>,
    /// When it was last changed here.
    pub updated_at: DateTime<Utc>,
}

/// Something that projects are written to.
trait Writer {
    fn project(&mut self, outgoing: &Outgoing) -> io::Result<()>;

    /// Writes what is still held back, and says what a person should know.
    fn finish(self: Box<Self>) -> io::Result<Vec<String>>;
}

/// Writes projects one after the other.
#[expect(missing_debug_implementations, reason = "what it writes to need not have any")]
pub struct Writing<'a>(Box<dyn Writer + 'a>);

impl<'a> Writing<'a> {
    /// Begins, with the header where there is one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(layout: Layout, out: &'a mut dyn Write) -> io::Result<Self> {
        Ok(Self(match layout {
            Layout::Csv => Box::new(Table::begin(out)?),
            Layout::Jsonl => Box::new(Lines(out)),
            Layout::ThreeSixtyJson => Box::new(threesixty::Package::begin(out)?),
            Layout::Xlsx => Box::new(workbook::Book::begin(out)?),
            Layout::Iati => Box::new(iati::Activities::begin(out)?),
            Layout::ThreeSixtyCsv => Box::new(threesixty::Table::begin(out)?),
        }))
    }

    /// Writes a project.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn project(&mut self, outgoing: &Outgoing) -> io::Result<()> {
        self.0.project(outgoing)
    }

    /// Writes what is still held back; returns what a person should know of what the format could not hold.
    ///
    /// # Errors
    /// When it cannot be written, or when the format needs what no project had.
    pub fn finish(self) -> io::Result<Vec<String>> {
        self.0.finish()
    }
}

struct Table<'a>(csv::Writer<&'a mut dyn Write>);

impl<'a> Table<'a> {
    fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(COLUMNS.map(Field::name))?;
        Ok(Self(table))
    }
}

impl Writer for Table<'_> {
    fn project(&mut self, outgoing: &Outgoing) -> io::Result<()> {
        let cells = COLUMNS.map(|field| guard::guarded(told(&outgoing.record, field).cell()));
        Ok(self.0.write_record(cells)?)
    }

    fn finish(mut self: Box<Self>) -> io::Result<Vec<String>> {
        self.0.flush()?;
        Ok(Vec::new())
    }
}

struct Lines<'a>(&'a mut dyn Write);

impl Writer for Lines<'_> {
    fn project(&mut self, outgoing: &Outgoing) -> io::Result<()> {
        let fields = COLUMNS.into_iter().filter_map(|field| {
            let value = told(&outgoing.record, field).json()?;
            Some((field.name().to_owned(), value))
        });
        let object = Value::Object(fields.collect::<Map<String, Value>>());
        writeln!(self.0, "{object}")
    }

    fn finish(self: Box<Self>) -> io::Result<Vec<String>> {
        self.0.flush()?;
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::super::projects::{ReadOptions, read};
    use super::super::record::{
        AdoptionRecord, Amount, AwardRecord, OutcomeRecord, PartialDate, RelationRecord,
    };
    use super::*;
    use clap::ValueEnum;
    use entity::kinds::{DatePrecision, DeclaredRelation, Phase, ProjectKind};

    fn full() -> ProjectRecord {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let sum = |minor, currency: &str| Amount {
            minor,
            currency: currency.to_owned(),
        };
        let award = |minor, funder: Option<&str>, day: Option<&str>| AwardRecord {
            funder: funder.map(str::to_owned),
            amount: sum(minor, "EUR"),
            awarded_on: day.map(|day| day.parse().unwrap()),
        };
        let date = |text: &str, precision| {
            Some(PartialDate {
                date: text.parse().unwrap(),
                precision,
            })
        };
        ProjectRecord {
            line: 0,
            id: Some("7".to_owned()),
            title: "=SUM(A1), \"quoted\"; é".to_owned(),
            summary: "@first line\n+second – line".to_owned(),
            kind: Some(ProjectKind::Demonstrator),
            phase: Some(Phase::Beta),
            lead: Some("Leeds City Council".to_owned()),
            partners: texts(&["Bournemouth, Christchurch and Poole Council"]),
            funders: texts(&["A", "B, C"]),
            themes: texts(&["Recreation, culture and religion"]),
            technologies: texts(&["IoT", "AI"]),
            programme: Some("-Fund".to_owned()),
            outcome: Some("Fewer repairs".to_owned()),
            start: date("2019-01-01", DatePrecision::Year),
            end: date("2020-05-01", DatePrecision::Month),
            suppliers: texts(&["Sensors on Tap Ltd"]),
            evaluators: texts(&["University of Leeds", "C"]),
            budget: Some(sum(12_000_050, "GBP")),
            awards: vec![
                award(5, Some("A"), Some("2019-02-28")),
                award(5, Some("A"), Some("2019-02-28")),
                award(7_000_000_000, Some("B, C"), None),
                award(1, None, Some("2020-01-01")),
            ],
            sources: texts(&["https://example.org/a,b"]),
            links: texts(&["https://example.org/c", "https://example.org/d"]),
            note: Some("+one\ntwo".to_owned()),
            ..found()
        }
    }

    /// What came of it, where, and what it is to others.
    fn found() -> ProjectRecord {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        ProjectRecord {
            outcomes: vec![OutcomeRecord {
                finding: entity::kinds::OutcomeFinding::ALL[0],
                statement: "Fewer; \"repairs\"".to_owned(),
                evidence: Some("A trial".to_owned()),
                evidence_url: None,
                reusable: None,
            }],
            adopters: vec![AdoptionRecord {
                organisation: "York".to_owned(),
                adopted_on: Some("2021-02-03".parse().unwrap()),
            }],
            places: texts(&["Chapeltown", "Leeds"]),
            sectors: texts(&["06.1"]),
            goals: vec![3, 11],
            relations: vec![RelationRecord {
                relation: DeclaredRelation::ScalesUp,
                other: "8 b".to_owned(),
            }],
            ..ProjectRecord::default()
        }
    }

    /// The record as it goes out, with an identifier for each body as an export has.
    fn outgoing(record: &ProjectRecord) -> Outgoing {
        let bodies = record.lead.iter().chain(&record.funders);
        let identifiers = bodies.map(|name| (name.clone(), format!("GB-COH-{}", name.len())));
        let day = DateTime::parse_from_rfc3339("2024-05-06T07:08:09Z")
            .unwrap()
            .to_utc();
        Outgoing {
            record: ProjectRecord {
                identifiers: identifiers.collect(),
                ..record.clone()
            },
            recorded_at: day,
            updated_at: day,
        }
    }

    /// What is read of what was written, and the text itself.
    fn back(layout: Layout, records: &[ProjectRecord]) -> (Vec<ProjectRecord>, Vec<u8>) {
        let mut out = Vec::new();
        let mut writing = Writing::begin(layout, &mut out).unwrap();
        for record in records {
            writing.project(&outgoing(record)).unwrap();
        }
        writing.finish().unwrap();
        let text = String::from_utf8_lossy(&out).into_owned();
        let rows = read(
            Box::new(io::Cursor::new(out.clone())),
            "file",
            &ReadOptions::default(),
        )
        .unwrap();
        let read = rows.map(|row| {
            let row = row.unwrap();
            assert_eq!(row.problems, [], "{text}");
            ProjectRecord {
                line: 0,
                identifiers: Vec::new(),
                ..row.record.unwrap()
            }
        });
        (read.collect(), out)
    }

    #[test]
    fn what_was_written_is_read_again_as_it_was() {
        let bare = ProjectRecord {
            id: Some("8".to_owned()),
            title: "Bare".to_owned(),
            lead: Some("York".to_owned()),
            funders: vec!["A".to_owned()],
            awards: vec![AwardRecord {
                funder: Some("A".to_owned()),
                amount: full().budget.unwrap(),
                awarded_on: None,
            }],
            ..ProjectRecord::default()
        };
        let plain = ProjectRecord {
            id: Some("9".to_owned()),
            awards: full().awards.into_iter().take(1).collect(),
            funders: vec!["A".to_owned()],
            themes: full().themes,
            ..bare.clone()
        };
        let records = [full(), bare, plain];
        for layout in Layout::value_variants() {
            let (read, out) = back(*layout, &records);
            let text = String::from_utf8_lossy(&out).into_owned();
            for (read, record) in read.iter().zip(&records) {
                assert_eq!(read, record, "{layout:?}: {text}");
            }
            assert_eq!(read.len(), records.len(), "{layout:?}");
        }
    }

    #[test]
    fn no_cell_of_a_table_is_run_by_a_spreadsheet() {
        for layout in [Layout::Csv, Layout::ThreeSixtyCsv] {
            let (_, out) = back(layout, &[full()]);
            let runs = |cell: &str| cell.starts_with(['=', '+', '-', '@']);
            let mut table = csv::Reader::from_reader(out.as_slice());
            assert!(table.records().all(|row| !row.unwrap().iter().any(runs)));
        }
    }
}
