//! An empty file to fill in: the columns, an example, and what each column holds.

use std::io::{self, Write};

use chrono::DateTime;

use super::super::columns::Field;
use super::super::record::{Amount, PartialDate, ProjectRecord};
use super::told::COLUMNS;
use super::{Layout, Outgoing, Writing};
use entity::kinds::{DatePrecision, Phase, ProjectKind};

/// Writes a template: a header with one project as an example, which goes before the file is sent.
///
/// # Errors
/// When it cannot be written, or when the layout is that of a standard, which has templates of its own.
pub fn template(layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if !matches!(layout, Layout::Csv | Layout::Jsonl | Layout::Xlsx) {
        return Err(io::Error::other(
            "there are templates for csv, xlsx and jsonl; the standards have their own",
        ));
    }
    let mut writing = Writing::begin(layout, out)?;
    let nobody_asks = DateTime::default();
    writing.project(&Outgoing {
        record: example(),
        recorded_at: nobody_asks,
        updated_at: nobody_asks,
    })?;
    writing.finish()?;
    Ok(())
}

fn example() -> ProjectRecord {
    let date = |year, month, day| {
        let date = chrono::NaiveDate::from_ymd_opt(year, month, day)?;
        Some(PartialDate {
            date,
            precision: DatePrecision::Day,
        })
    };
    ProjectRecord {
        id: Some("example-1".to_owned()),
        title: "Example: damp sensors in council homes (delete this row)".to_owned(),
        summary: "What the project does, for whom, and how; two to ten sentences.".to_owned(),
        kind: Some(ProjectKind::Demonstrator),
        phase: Some(Phase::Beta),
        lead: Some("Leeds City Council".to_owned()),
        partners: vec!["City of York Council".to_owned(), "Hull City Council".to_owned()],
        themes: vec!["housing".to_owned(), "health".to_owned()],
        technologies: vec!["IoT".to_owned()],
        start: date(2025, 4, 1),
        end: date(2026, 3, 31),
        budget: Some(Amount {
            minor: 12_000_000,
            currency: "GBP".to_owned(),
        }),
        ..ProjectRecord::default()
    }
}

/// Each column with what it holds.
pub(super) fn notes() -> impl Iterator<Item = (&'static str, &'static str)> {
    let first = [
        (
            "Column",
            "What it holds. Only title is needed; leave blank what is not known.",
        ),
        (
            "Lists",
            "are parted by semicolons: Hull City Council; City of York Council",
        ),
    ];
    first
        .into_iter()
        .chain(COLUMNS.into_iter().map(|field| (field.name(), says(field))))
}

fn says(field: Field) -> &'static str {
    match field {
        Field::Id => {
            "Your own id of the project: sending the file again changes the project instead of adding one"
        }
        Field::Title => "The project's name",
        Field::Summary => "What it does, for whom and how; the more it says, the better overlaps are found",
        Field::Kind => "ACCELERATOR, DEMONSTRATOR, EXPERIMENT or ROLLOUT",
        Field::Phase => "CONCEPT, DISCOVERY, ALPHA, BETA, LIVE or RETIRED",
        Field::Lead => "The authority that leads: its name, code or GSS code",
        Field::Partners => "Who else takes part: a list",
        Field::Funders => "Who pays: a list",
        Field::Suppliers => "Who sells to it: a list",
        Field::Evaluators => "Who judges it: a list",
        Field::Themes => "What it is about, in key words: a list",
        Field::Technologies => "What it is made with: a list",
        Field::Programme => "The programme or competition that pays",
        Field::Outcome => "What came of it",
        Field::Outcomes => "What was found out, as JSON objects, one a line",
        Field::Adopters => "Who took it up: Leeds City Council on 2024-05-01; a list",
        Field::Places => "The places whose people it is for: a list",
        Field::Sectors => "Codes of COFOG: a list",
        Field::Goals => "Sustainable Development Goals: numbers from 1 to 17, a list",
        Field::Start => "The first day: 2025-04-01, 2025-04 or 2025",
        Field::End => "The last day, in the same way",
        Field::Budget => "What it costs in all: 120000.50",
        Field::Award => "The sum granted, where there is one award, by the first funder",
        Field::AwardedOn => "The day of that award",
        Field::Awards => "Several awards: 50000 GBP on 2025-02-28 from Innovate UK; 20000 GBP",
        Field::Currency => "The currency of the sums of this row, such as GBP; GBP where it is blank",
        Field::Sources => "Web addresses where the facts stand: a list",
        Field::Links => "Other web addresses: a list",
        Field::Relations => {
            "What it is to other projects: CONTINUES, REPLICATES, SCALES_UP or PART_OF and the other's id; a list"
        }
        Field::Note => "What a reader should know of the facts",
        Field::Identifiers => "",
    }
}
