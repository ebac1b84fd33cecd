//! Funding calls from a file, row by row: CSV, XLSX or JSON.
//!
//! A row is refused where it has no title or cannot be read at all; any other value that cannot be read is left out and
//! told. Columns are found by their names; letters' case, spaces and underscores do not matter.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use entity::kinds::{OrganisationKind, Phase};

use super::problem::{Consequence, ReadError, RowError};
use super::projects::ReadOptions;
use super::record::Amount;
use super::source::{Cell, RawRow, Source, SourceError, Wanted};
use super::value::amount::{self, AmountFault};
use super::value::date::{self, Edge};
use super::value::list::{self, Parting};
use super::value::text;

/// A funding call as a file tells it. Organisations are names as written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallRecord {
    /// The source's own id.
    pub id: Option<String>,
    /// Never empty.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Who pays, as written.
    pub funder: Option<String>,
    /// The web address.
    pub url: Option<String>,
    /// Free words.
    pub topics: Vec<String>,
    /// From when bids are taken: a day or a moment, as written but understood.
    pub opens: Option<String>,
    /// Until when.
    pub closes: Option<String>,
    /// The zone of both.
    pub time_zone: Option<String>,
    /// What there is for all bids.
    pub purse: Option<Amount>,
    /// The least that a bid may ask for.
    pub least_grant: Option<Amount>,
    /// The most for a bid.
    pub most_grant: Option<Amount>,
    /// The most for each member.
    pub most_grant_each: Option<Amount>,
    /// The fewest partners.
    pub fewest_partners: Option<i32>,
    /// The most partners.
    pub most_partners: Option<i32>,
    /// The most bids led by one.
    pub most_led: Option<i32>,
    /// Kinds that may lead.
    pub lead_kinds: Vec<OrganisationKind>,
    /// Kinds that may take part.
    pub member_kinds: Vec<OrganisationKind>,
    /// Nations that all lie in.
    pub nations: Vec<String>,
    /// Phases that are funded.
    pub phases: Vec<Phase>,
    /// Themes that are funded.
    pub themes: Vec<String>,
    /// Nations with how many of each.
    pub quotas: Vec<(String, i32)>,
    /// Kinds with what each must bring, in per cent.
    pub match_rates: Vec<(OrganisationKind, f64)>,
}

/// One row as understood.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRow {
    /// The line on which it begins.
    pub line: u64,
    /// The call; `None` if the row was refused.
    pub record: Option<CallRecord>,
    /// Everything about it that could not be understood.
    pub problems: Vec<RowError>,
}

/// What a column can hold, and how it may be called.
const COLUMNS: [(&str, &[&str]); 22] = [
    (
        "id",
        &["id", "callid", "competitionid", "opportunityid", "reference"],
    ),
    ("title", &["title", "name", "call", "competition", "opportunity"]),
    ("description", &["description", "summary", "abstract"]),
    (
        "funder",
        &["funder", "funders", "sponsor", "sponsors", "fundingorganisation"],
    ),
    ("url", &["url", "link", "website"]),
    ("topics", &["topics", "keywords", "tags"]),
    (
        "opens",
        &[
            "opens",
            "opensat",
            "opening",
            "openingdate",
            "opendate",
            "startdate",
        ],
    ),
    (
        "closes",
        &[
            "closes",
            "closesat",
            "closing",
            "closingdate",
            "closedate",
            "deadline",
            "enddate",
        ],
    ),
    ("timeZone", &["timezone"]),
    ("purse", &["purse", "totalfund", "budget", "purseminor"]),
    ("leastGrant", &["leastgrant", "minaward", "mingrant"]),
    ("mostGrant", &["mostgrant", "maxaward", "maxgrant", "cap"]),
    ("mostGrantEach", &["mostgranteach", "maxgranteach"]),
    ("fewestPartners", &["fewestpartners", "minpartners"]),
    ("mostPartners", &["mostpartners", "maxpartners"]),
    ("mostLed", &["mostled", "maxled"]),
    ("leadKinds", &["leadkinds", "wholeads"]),
    ("memberKinds", &["memberkinds", "partnerkinds"]),
    ("nations", &["nations"]),
    ("phases", &["phases"]),
    ("themes", &["themes"]),
    ("nationQuotas", &["nationquotas"]),
];

/// Beside the columns above: rates are written `LOCAL_AUTHORITY=25`.
const RATES: (&str, &[&str]) = ("matchRates", &["matchrates", "matchrate"]);

/// A file of calls being read. Iterates over its rows; memory holds one at a time.
pub struct CallReading {
    name: String,
    source: Source,
    mapping: Vec<(String, String)>,
}

impl std::fmt::Debug for CallReading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallReading")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Opens a file; `-` is standard input.
///
/// # Errors
/// [`ReadError`] if it cannot be opened, is no table, or has no column for the title.
pub fn open(path: &Path, options: &ReadOptions) -> Result<CallReading, ReadError> {
    let name = path.display().to_string();
    let bytes: Box<dyn Read + Send> = match path.as_os_str() == "-" {
        true => Box::new(std::io::stdin()),
        false => Box::new(File::open(path).map_err(|cause| ReadError::Open {
            name: name.clone(),
            cause,
        })?),
    };
    let fields = all_columns();
    for (ours, _) in &options.mapping {
        if !fields.iter().any(|(known, _)| known == ours) {
            return Err(ReadError::UnknownField {
                field: ours.clone(),
                fields: fields
                    .iter()
                    .map(|(known, _)| *known)
                    .collect::<Vec<_>>()
                    .join(", "),
            });
        }
    }
    let knows = |header: &[String]| {
        header
            .iter()
            .filter(|column| field_of(column, &options.mapping).is_some())
            .count()
    };
    let wanted = Wanted {
        format: options.format,
        separator: options.separator,
        // Standards for grants say nothing of calls.
        mapped: true,
        knows: &knows,
    };
    let (source, _) = Source::open(bytes, wanted).map_err(|error| told(error, &name))?;
    if let Some(header) = source.header() {
        let titled = header
            .iter()
            .any(|column| field_of(column, &options.mapping) == Some("title"));
        if !titled {
            return Err(ReadError::MissingColumn {
                name,
                field: "title",
                columns: header.join(", "),
            });
        }
    }
    Ok(CallReading {
        name,
        source,
        mapping: options.mapping.clone(),
    })
}

fn told(error: SourceError, name: &str) -> ReadError {
    let name = name.to_owned();
    match error {
        SourceError::Io(cause) => ReadError::Read { name, cause },
        other => ReadError::Unfit {
            name,
            reason: other.to_string(),
        },
    }
}

fn all_columns() -> Vec<(&'static str, &'static [&'static str])> {
    COLUMNS.into_iter().chain([RATES]).collect()
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Our name of what a column holds.
fn field_of(column: &str, mapping: &[(String, String)]) -> Option<&'static str> {
    let mapped = mapping.iter().find(|(_, theirs)| theirs == column);
    let called = plain(mapped.map_or(column, |(ours, _)| ours.as_str()));
    let known = all_columns()
        .into_iter()
        .find(|(ours, names)| plain(ours) == called || names.contains(&called.as_str()));
    known.map(|(ours, _)| ours)
}

impl Iterator for CallReading {
    type Item = Result<CallRow, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.source.next_row() {
                Ok(Some(row)) if is_blank(&row) => {}
                Ok(row) => return row.map(|row| Ok(Row::read(row, &self.mapping))),
                Err(error) => return Some(Err(told(error, &self.name))),
            }
        }
    }
}

fn is_blank(row: &RawRow) -> bool {
    let cells = row.content.as_ref().map(|(_, cells)| cells);
    cells.is_ok_and(|cells| cells.iter().all(Cell::is_blank))
}

/// A row that is being understood.
struct Row {
    line: u64,
    record: CallRecord,
    problems: Vec<RowError>,
}

impl Row {
    fn read(raw: RawRow, mapping: &[(String, String)]) -> CallRow {
        let mut row = Self {
            line: raw.line,
            record: CallRecord::default(),
            problems: Vec::new(),
        };
        match raw.content {
            Err(reason) => row.say("row", "", "", reason, Consequence::RowRefused),
            Ok((columns, cells)) => {
                for (column, cell) in columns.iter().zip(&cells).filter(|(_, cell)| !cell.is_blank()) {
                    if let Some(field) = field_of(column, mapping) {
                        row.take(field, column, cell);
                    }
                }
                if row.record.title.is_empty() && row.problems.is_empty() {
                    row.say(
                        "title",
                        "",
                        "",
                        "there is no title".to_owned(),
                        Consequence::RowRefused,
                    );
                }
            }
        }
        let refused = row
            .problems
            .iter()
            .any(|problem| problem.consequence == Consequence::RowRefused);
        CallRow {
            line: row.line,
            record: (!refused && !row.record.title.is_empty()).then_some(row.record),
            problems: row.problems,
        }
    }

    fn say(
        &mut self,
        field: &'static str,
        column: &str,
        value: &str,
        message: String,
        consequence: Consequence,
    ) {
        self.problems.push(RowError {
            line: self.line,
            field,
            column: column.to_owned(),
            value: text::shortened(value),
            message,
            consequence,
        });
    }

    fn drop(&mut self, field: &'static str, column: &str, value: &str, message: &str) {
        self.say(
            field,
            column,
            value,
            message.to_owned(),
            Consequence::ValueDropped,
        );
    }

    fn take(&mut self, field: &'static str, column: &str, cell: &Cell) {
        let (whole, entries) = match cell {
            Cell::Text(text) => (text.clone(), list::parse(text, Parting::Strong)),
            Cell::List(entries) => (entries.join("; "), entries.clone()),
            Cell::Oversize(bytes) => {
                let message = format!("the field has {bytes} bytes");
                return self.say(field, column, "", message, Consequence::RowRefused);
            }
        };
        let line = text::line(&whole);
        let record = &mut self.record;
        match field {
            "id" => record.id = Some(line),
            "title" => record.title = line,
            "description" => record.description = text::paragraph(&whole),
            "funder" => record.funder = Some(line),
            "url" => match line
                .split_whitespace()
                .next()
                .filter(|url| url.starts_with("http"))
            {
                Some(url) => record.url = Some(url.to_owned()),
                None => self.drop(field, column, &line, "is no web address"),
            },
            "topics" => record.topics = entries,
            "timeZone" => record.time_zone = Some(line),
            "nations" => record.nations = entries,
            "themes" => record.themes = entries,
            "opens" | "closes" => self.day(field, column, &line),
            "purse" | "leastGrant" | "mostGrant" | "mostGrantEach" => self.sum(field, column, &line),
            "fewestPartners" | "mostPartners" | "mostLed" => self.count(field, column, &line),
            _ => self.words(field, column, &entries),
        }
    }

    /// A day or a moment; what is already written as one is left as it is.
    fn day(&mut self, field: &'static str, column: &str, line: &str) {
        let edge = if field == "opens" { Edge::Start } else { Edge::End };
        let moment = line.contains('T') || line.contains(':');
        let found = match moment {
            true => Some(line.to_owned()),
            false => match date::parse(line, edge) {
                Ok(day) => day.map(|day| match edge {
                    Edge::Start => day.date.to_string(),
                    Edge::End => date::last_day(day).to_string(),
                }),
                Err(message) => return self.drop(field, column, line, message),
            },
        };
        match field {
            "opens" => self.record.opens = found,
            _ => self.record.closes = found,
        }
    }

    fn sum(&mut self, field: &'static str, column: &str, line: &str) {
        let found = match amount::parse(line, None) {
            Ok(found) => found,
            Err(AmountFault::Unreadable(message) | AmountFault::Impossible(message)) => {
                return self.drop(field, column, line, message);
            }
        };
        match field {
            "purse" => self.record.purse = found,
            "leastGrant" => self.record.least_grant = found,
            "mostGrant" => self.record.most_grant = found,
            _ => self.record.most_grant_each = found,
        }
    }

    fn count(&mut self, field: &'static str, column: &str, line: &str) {
        let Ok(number) = line.parse::<i32>() else {
            return self.drop(field, column, line, "is no whole number");
        };
        match field {
            "fewestPartners" => self.record.fewest_partners = Some(number),
            "mostPartners" => self.record.most_partners = Some(number),
            _ => self.record.most_led = Some(number),
        }
    }

    fn words(&mut self, field: &'static str, column: &str, entries: &[String]) {
        for entry in entries {
            let known = match field {
                "leadKinds" => OrganisationKind::parse(entry).map(|kind| self.record.lead_kinds.push(kind)),
                "memberKinds" => {
                    OrganisationKind::parse(entry).map(|kind| self.record.member_kinds.push(kind))
                }
                "phases" => Phase::parse(entry).map(|phase| self.record.phases.push(phase)),
                "nationQuotas" => {
                    numbered(entry).map(|(nation, number)| self.record.quotas.push((nation, number)))
                }
                _ => rate(entry).map(|rate| self.record.match_rates.push(rate)),
            };
            if known.is_none() {
                self.drop(field, column, entry, "is not a word that is expected here");
            }
        }
    }
}

/// `Wales=1`
fn numbered(entry: &str) -> Option<(String, i32)> {
    let (name, number) = entry.split_once(['=', ':'])?;
    Some((name.trim().to_owned(), number.trim().parse().ok()?))
}

/// `LOCAL_AUTHORITY=25` or `LOCAL_AUTHORITY=25%`
fn rate(entry: &str) -> Option<(OrganisationKind, f64)> {
    let (kind, rate) = entry.split_once(['=', ':'])?;
    let rate = rate.trim().trim_end_matches('%').trim_end();
    Some((OrganisationKind::parse(kind)?, rate.parse().ok()?))
}
