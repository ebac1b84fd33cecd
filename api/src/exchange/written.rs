//! Projects on their way out: a spreadsheet or lines of JSON that [`projects`](super::projects) reads again as they were.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::columns::Field;
use super::record::{Amount, PartialDate, ProjectRecord};
use super::value::{amount, guard};
use entity::kinds::DatePrecision;

/// How projects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Layout {
    /// A header row, then one row a project, cells parted by commas. Cells that a spreadsheet would run as a formula
    /// begin with an apostrophe, which reading takes away again.
    Csv,
    /// One JSON object a line; what is unknown is left out.
    Jsonl,
}

/// The columns of a table, in order. `Currency` is that of every sum that does not name its own.
const COLUMNS: [Field; 20] = [
    Field::Id,
    Field::Title,
    Field::Summary,
    Field::Kind,
    Field::Phase,
    Field::Lead,
    Field::Partners,
    Field::Funders,
    Field::Themes,
    Field::Technologies,
    Field::Programme,
    Field::Outcome,
    Field::Start,
    Field::End,
    Field::Budget,
    Field::Award,
    Field::AwardedOn,
    Field::Currency,
    Field::Sources,
    Field::Links,
];

/// Writes projects one after the other.
#[expect(missing_debug_implementations, reason = "what it writes to need not have any")]
pub enum Writing<'a> {
    /// A table.
    Table(Box<csv::Writer<&'a mut dyn Write>>),
    /// Lines.
    Lines(&'a mut dyn Write),
}

impl<'a> Writing<'a> {
    /// Begins, with the header where there is one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(layout: Layout, out: &'a mut dyn Write) -> io::Result<Self> {
        Ok(match layout {
            Layout::Jsonl => Self::Lines(out),
            Layout::Csv => {
                let mut table = csv::Writer::from_writer(out);
                table.write_record(COLUMNS.map(Field::name))?;
                Self::Table(Box::new(table))
            }
        })
    }

    /// Writes a project.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn project(&mut self, record: &ProjectRecord) -> io::Result<()> {
        match self {
            Self::Table(table) => {
                let cells = COLUMNS.map(|field| guard::guarded(told(record, field).cell()));
                table.write_record(cells)?;
            }
            Self::Lines(out) => {
                let fields = COLUMNS.into_iter().filter_map(|field| {
                    let value = told(record, field).json()?;
                    Some((field.name().to_owned(), value))
                });
                let object = Value::Object(fields.collect::<Map<String, Value>>());
                writeln!(out, "{object}")?;
            }
        }
        Ok(())
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Table(mut table) => table.flush(),
            Self::Lines(out) => out.flush(),
        }
    }
}

/// What a record says of a field.
enum Told<'a> {
    Unknown,
    Text(String),
    List(&'a [String]),
}

impl Told<'_> {
    fn cell(self) -> String {
        match self {
            Self::Unknown => String::new(),
            Self::Text(text) => text,
            // A list that ends in a semicolon is one whatever commas it has.
            Self::List([only]) if only.contains(',') => format!("{only};"),
            Self::List(entries) => entries.join("; "),
        }
    }

    fn json(self) -> Option<Value> {
        match self {
            Self::Unknown | Self::List([]) => None,
            Self::Text(text) => Some(text.into()),
            Self::List(entries) => Some(entries.into()),
        }
    }
}

fn told(record: &ProjectRecord, field: Field) -> Told<'_> {
    let text = |text: Option<&str>| match text.filter(|text| !text.is_empty()) {
        Some(text) => Told::Text(text.to_owned()),
        None => Told::Unknown,
    };
    let shared = shared_currency(record);
    let sum = |sum: &Option<Amount>| match sum {
        Some(sum) if shared == Some(sum.currency.as_str()) => Told::Text(amount::plain(sum)),
        Some(sum) => Told::Text(format!("{} {}", amount::plain(sum), sum.currency)),
        None => Told::Unknown,
    };
    match field {
        Field::Id => text(record.id.as_deref()),
        Field::Title => text(Some(&record.title)),
        Field::Summary => text(Some(&record.summary)),
        Field::Kind => text(record.kind.map(entity::kinds::ProjectKind::as_str)),
        Field::Phase => text(record.phase.map(entity::kinds::Phase::as_str)),
        Field::Lead => text(record.lead.as_deref()),
        Field::Partners => Told::List(&record.partners),
        Field::Funders => Told::List(&record.funders),
        Field::Themes => Told::List(&record.themes),
        Field::Technologies => Told::List(&record.technologies),
        Field::Programme => text(record.programme.as_deref()),
        Field::Outcome => text(record.outcome.as_deref()),
        Field::Start => date(record.start),
        Field::End => date(record.end),
        Field::Budget => sum(&record.budget),
        Field::Award => sum(&record.award),
        Field::AwardedOn => record
            .awarded_on
            .map_or(Told::Unknown, |day| Told::Text(day.to_string())),
        Field::Currency => text(shared),
        Field::Sources => Told::List(&record.sources),
        Field::Links => Told::List(&record.links),
    }
}

/// The currency of all sums, where they have one in common.
fn shared_currency(record: &ProjectRecord) -> Option<&str> {
    let mut sums = record.budget.iter().chain(&record.award);
    let first = sums.next()?.currency.as_str();
    sums.all(|sum| sum.currency == first).then_some(first)
}

/// As much of a date as is known.
fn date(date: Option<PartialDate>) -> Told<'static> {
    let Some(PartialDate { date, precision }) = date else {
        return Told::Unknown;
    };
    let format = match precision {
        DatePrecision::Day => "%Y-%m-%d",
        DatePrecision::Month => "%Y-%m",
        DatePrecision::Year => "%Y",
    };
    Told::Text(date.format(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::super::projects::{ReadOptions, read};
    use super::*;
    use chrono::NaiveDate;
    use entity::kinds::{Phase, ProjectKind};

    fn full() -> ProjectRecord {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let sum = |minor, currency: &str| {
            Some(Amount {
                minor,
                currency: currency.to_owned(),
            })
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
            budget: sum(12_000_050, "GBP"),
            award: sum(5, "EUR"),
            awarded_on: NaiveDate::from_ymd_opt(2019, 2, 28),
            sources: texts(&["https://example.org/a,b"]),
            links: texts(&["https://example.org/c", "https://example.org/d"]),
        }
    }

    #[test]
    fn what_was_written_is_read_again_as_it_was() {
        let bare = ProjectRecord {
            title: "Bare".to_owned(),
            award: full().budget,
            ..ProjectRecord::default()
        };
        for layout in [Layout::Csv, Layout::Jsonl] {
            let records = [full(), bare.clone()];
            let mut out = Vec::new();
            let mut writing = Writing::begin(layout, &mut out).unwrap();
            for record in &records {
                writing.project(record).unwrap();
            }
            writing.finish().unwrap();
            let text = String::from_utf8(out.clone()).unwrap();
            let rows = read(Box::new(io::Cursor::new(out)), "file", &ReadOptions::default()).unwrap();
            for (row, record) in rows.zip(records) {
                let row = row.unwrap();
                assert_eq!(row.problems, [], "{text}");
                assert_eq!(
                    row.record.map(|read| ProjectRecord { line: 0, ..read }),
                    Some(record),
                    "{text}"
                );
            }
            if layout == Layout::Csv {
                let runs = |cell: &str| cell.starts_with(['=', '+', '-', '@']);
                let mut table = csv::Reader::from_reader(text.as_bytes());
                assert!(
                    table.records().all(|row| !row.unwrap().iter().any(runs)),
                    "{text}"
                );
            }
        }
    }
}
