//! From the cells of one row to a project.

mod parts;

use super::columns::{Column, Field, Plan};
use super::problem::{Consequence, RowError};
use super::projects::Row;
use super::record::{Amount, PartialDate, ProjectRecord};
use super::source::Cell;
use super::value::amount::{self, AmountFault};
use super::value::date::{self, Edge};
use super::value::list::Parting;
use super::value::word::{self, Stage};
use super::value::{address, guard, is_unknown, list, text};
use entity::kinds::DatePrecision;

/// A row of which nothing could be read.
pub(crate) fn refused(line: u64, message: String) -> Row {
    let problem = RowError {
        line,
        field: "row",
        column: String::new(),
        value: String::new(),
        message,
        consequence: Consequence::RowRefused,
    };
    Row {
        line,
        record: None,
        problems: vec![problem],
    }
}

/// Reads every field of a row. `space_parted` names the columns of tags that are parted by spaces.
pub(crate) fn understand(line: u64, plan: &Plan, space_parted: &[String], cells: &[Cell]) -> Row {
    let mut row = RowReader {
        line,
        plan,
        space_parted,
        cells,
        problems: Vec::new(),
        kept: Vec::new(),
    };
    row.check_sizes();
    let record = row.record();
    let problems = row.problems;
    let refused = problems
        .iter()
        .any(|problem| problem.consequence == Consequence::RowRefused);
    Row {
        line,
        record: (!refused).then_some(record),
        problems,
    }
}

struct RowReader<'a> {
    line: u64,
    plan: &'a Plan,
    space_parted: &'a [String],
    cells: &'a [Cell],
    problems: Vec<RowError>,
    /// What could not be understood, as it was given.
    kept: Vec<String>,
}

/// So many characters of a value that was not understood are kept in the note.
const KEPT_CHARACTERS: usize = 1_000;

impl<'a> RowReader<'a> {
    fn record(&mut self) -> ProjectRecord {
        let (start, end) = (
            self.date(Field::Start, Edge::Start),
            self.date(Field::End, Edge::End),
        );
        self.check_period(start, end);
        let mut record = ProjectRecord {
            line: self.line,
            id: self.one_line(Field::Id),
            title: self.title(),
            summary: self.summary(),
            lead: self.one_line(Field::Lead),
            partners: self.list(Field::Partners, Parting::Strong),
            funders: self.list(Field::Funders, Parting::Strong),
            themes: self.list(Field::Themes, Parting::Comma),
            technologies: self.list(Field::Technologies, Parting::Comma),
            programme: self.programme(),
            outcome: self.outcome(),
            start,
            end,
            budget: self.amount(Field::Budget),
            suppliers: self.list(Field::Suppliers, Parting::Strong),
            evaluators: self.list(Field::Evaluators, Parting::Strong),
            outcomes: self.outcomes(),
            adopters: self.adopters(),
            places: self.list(Field::Places, Parting::Strong),
            sectors: self.list(Field::Sectors, Parting::Comma),
            goals: self.goals(),
            sources: self.addresses(Field::Sources),
            links: self.addresses(Field::Links),
            ..ProjectRecord::default()
        };
        record.awards = self.awards(record.funders.first());
        record.relations = self.relations();
        record.identifiers = self.identifiers();
        self.stage_and_kind(&mut record);
        record.note = self.note();
        record
    }

    /// The columns of a field with what stands in them, blank ones left out.
    fn filled(&self, field: Field) -> impl Iterator<Item = (&'a Column, &'a Cell)> + use<'a> {
        let cells = self.cells;
        let columns = self.plan.columns(field).iter();
        columns.filter_map(move |column| {
            Some((column, cells.get(column.index).filter(|cell| !cell.is_blank())?))
        })
    }

    /// The same as text; a list's entries one a line.
    fn texts(&self, field: Field) -> impl Iterator<Item = (&'a Column, String)> + use<'a> {
        self.filled(field).map(|(column, cell)| match cell {
            Cell::Text(text) => (column, guard::unguarded(text).to_owned()),
            Cell::List(entries) => (column, entries.join("\n")),
            Cell::Oversize(_) => (column, String::new()),
        })
    }

    fn tell(&mut self, field: Field, column: &Column, value: &str, message: &str, consequence: Consequence) {
        if consequence == Consequence::ValueDropped {
            let value: String = text::paragraph(value).chars().take(KEPT_CHARACTERS).collect();
            self.kept.push(format!("{} as given: {value}", field.name()));
        }
        self.problems.push(RowError {
            line: self.line,
            field: field.name(),
            column: column.name.clone(),
            value: text::shortened(value),
            message: message.to_owned(),
            consequence,
        });
    }

    fn check_sizes(&mut self) {
        for (field, columns) in &self.plan.fields {
            for column in columns {
                if let Some(Cell::Oversize(bytes)) = self.cells.get(column.index) {
                    let message = format!(
                        "is {bytes} bytes long; at most {} are read",
                        super::source::MAX_FIELD_BYTES
                    );
                    self.tell(*field, column, "", &message, Consequence::RowRefused);
                }
            }
        }
    }

    fn title(&mut self) -> String {
        let title = self.one_line(Field::Title);
        if title.is_none() {
            let oversize = self
                .filled(Field::Title)
                .any(|(_, cell)| matches!(cell, Cell::Oversize(_)));
            if !oversize {
                let nowhere = Column {
                    index: 0,
                    name: String::new(),
                    currency: None,
                };
                let column = self.plan.columns(Field::Title).first().unwrap_or(&nowhere);
                self.tell(Field::Title, column, "", "is missing", Consequence::RowRefused);
            }
        }
        title.unwrap_or_default()
    }

    /// The first column that says something; several lines become one.
    fn one_line(&self, field: Field) -> Option<String> {
        self.texts(field)
            .map(|(_, cell)| text::line(&cell))
            .find(|line| !is_unknown(line))
    }

    /// Every column that says something, one below the other.
    fn summary(&self) -> String {
        let mut summary = String::new();
        for (_, cell) in self.texts(Field::Summary).filter(|(_, cell)| !is_unknown(cell)) {
            if !summary.is_empty() {
                summary.push('\n');
            }
            summary.push_str(&text::paragraph(&cell));
        }
        summary
    }

    /// What the row notes, and below it what could not be understood.
    fn note(&mut self) -> Option<String> {
        let noted = self
            .texts(Field::Note)
            .map(|(_, cell)| text::paragraph(&cell))
            .find(|note| !is_unknown(note));
        let lines: Vec<String> = noted.into_iter().chain(std::mem::take(&mut self.kept)).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn outcome(&self) -> Option<String> {
        self.texts(Field::Outcome)
            .map(|(_, cell)| text::paragraph(&cell))
            .find(|outcome| !is_unknown(outcome))
    }

    /// A bare number means little without the column's word: "call 2".
    fn programme(&self) -> Option<String> {
        let lines = self
            .texts(Field::Programme)
            .map(|(column, cell)| (column, text::line(&cell)));
        let (column, line) = lines.into_iter().find(|(_, line)| !is_unknown(line))?;
        let bare = line.len() <= 4 && line.bytes().all(|byte| byte.is_ascii_digit());
        Some(if bare {
            format!("{} {line}", column.name)
        } else {
            line
        })
    }

    fn list(&self, field: Field, parting: Parting) -> Vec<String> {
        let mut entries = Vec::new();
        for (column, cell) in self.filled(field) {
            let parting = match parting {
                _ if self.space_parted.contains(&column.name) => Parting::Space,
                // One label may hold commas: "Recreation, culture and religion".
                Parting::Comma if column.name.to_lowercase().contains("sector") => Parting::Strong,
                other => other,
            };
            let found = match cell {
                Cell::Text(text) => list::parse(guard::unguarded(text), parting),
                Cell::List(found) => found.clone(),
                Cell::Oversize(_) => Vec::new(),
            };
            for entry in found {
                list::add(&mut entries, entry.trim_end_matches('.'));
            }
        }
        entries
    }

    fn addresses(&mut self, field: Field) -> Vec<String> {
        let mut addresses = Vec::new();
        for (column, cell) in self.texts(field).filter(|(_, cell)| !is_unknown(cell)) {
            let (found, doubtful) = address::parse(&cell);
            for address in found {
                list::add(&mut addresses, &address);
            }
            if let Some(doubtful) = doubtful {
                self.tell(
                    field,
                    column,
                    &doubtful,
                    "is not a web address",
                    Consequence::ValueDropped,
                );
            }
        }
        addresses
    }

    fn date(&mut self, field: Field, edge: Edge) -> Option<PartialDate> {
        for (column, cell) in self.texts(field) {
            match date::parse(&text::line(&cell), edge) {
                Ok(None) => {}
                Ok(found) => return found,
                Err(message) => self.tell(field, column, &cell, message, Consequence::ValueDropped),
            }
        }
        None
    }

    fn day(&mut self, field: Field) -> Option<chrono::NaiveDate> {
        let date = self.date(field, Edge::Start)?;
        if date.precision != DatePrecision::Day
            && let Some((column, cell)) = self.texts(field).next()
        {
            self.tell(field, column, &cell, "names no day", Consequence::ValueDropped);
            return None;
        }
        Some(date.date)
    }

    fn check_period(&mut self, start: Option<PartialDate>, end: Option<PartialDate>) {
        let (Some(start), Some(end)) = (start, end) else {
            return;
        };
        let last = date::last_day(end);
        if start.date <= last {
            return;
        }
        if let Some((column, cell)) = self.texts(Field::End).next() {
            let message = format!("lies before the start, {}", start.date);
            self.tell(Field::End, column, &cell, &message, Consequence::RowRefused);
        }
    }

    fn amount(&mut self, field: Field) -> Option<Amount> {
        let told = self
            .one_line(Field::Currency)
            .and_then(|code| amount::currency(&code));
        for (column, cell) in self.texts(field) {
            match amount::parse(&text::line(&cell), column.currency.or(told)) {
                Ok(None) => {}
                Ok(found) => return found,
                Err(AmountFault::Unreadable(message)) => {
                    self.tell(field, column, &cell, message, Consequence::ValueDropped);
                }
                Err(AmountFault::Impossible(message)) => {
                    self.tell(field, column, &cell, message, Consequence::RowRefused);
                }
            }
        }
        None
    }

    fn stage_and_kind(&mut self, record: &mut ProjectRecord) {
        for (column, cell) in self.texts(Field::Phase).filter(|(_, cell)| !is_unknown(cell)) {
            match word::stage(&cell) {
                Some(Stage::Phase(phase)) if record.phase.is_none() => record.phase = Some(phase),
                Some(Stage::Kind(kind)) if record.kind.is_none() => record.kind = Some(kind),
                Some(_) => {}
                None => self.tell(
                    Field::Phase,
                    column,
                    &cell,
                    "is not a phase that is known",
                    Consequence::ValueDropped,
                ),
            }
        }
        for (column, cell) in self.texts(Field::Kind).filter(|(_, cell)| !is_unknown(cell)) {
            match word::kind(&cell) {
                Some(kind) => record.kind = Some(kind),
                None => self.tell(
                    Field::Kind,
                    column,
                    &cell,
                    "is not a kind that is known",
                    Consequence::ValueDropped,
                ),
            }
        }
    }
}
