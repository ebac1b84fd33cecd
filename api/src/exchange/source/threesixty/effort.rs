//! One project, told by the grants that paid for it.

use super::super::{Cell, RawRow};
use super::{Grant, NUMBERS};
use crate::exchange::columns::Field;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Ids of grants that this program made up begin so; other publishers' ids are kept.
pub(crate) const PREFIX: &str = "360G-tandem-";
/// The vocabularies by which a project's key words go among a grant's classifications.
pub(crate) const THEMES: &str = "Tandem themes";
/// See [`THEMES`].
pub(crate) const TECHNOLOGIES: &str = "Tandem technologies";
/// Lines of a note that hold what a grant said beyond the catalogue's fields begin so.
pub(crate) const KEPT: &str = "360Giving grant ";
/// Stands among what was added for a value that is too long to keep.
pub(super) const OVERSIZE: &str = "oversize";

/// A project has at most so many awards.
const MOST_GRANTS: usize = 100;
/// So many facts beyond the catalogue's fields are kept of one grant.
const MOST_KEPT: usize = 200;
/// What is kept of all grants of a project is no longer than this, so that the note is never refused for it.
const MOST_NOTE_BYTES: usize = 80_000;

/// What is read of a grant, beside the name that 360Giving gives it.
pub(super) const COLUMNS: [(Field, &str); 30] = [
    (Field::Id, "id"),
    (Field::Title, "title"),
    (Field::Summary, "description"),
    (Field::Kind, "tandem/kind"),
    (Field::Phase, "tandem/phase"),
    (Field::Lead, "recipientOrganization/0/name"),
    (Field::Partners, "recipientOrganization"),
    (Field::Funders, "fundingOrganization"),
    (Field::Suppliers, "tandem/suppliers"),
    (Field::Evaluators, "tandem/evaluators"),
    (Field::Themes, "classifications"),
    (Field::Technologies, "classifications"),
    (Field::Programme, "grantProgramme/0/title"),
    (Field::Outcome, "tandem/outcome"),
    (Field::Outcomes, "tandem/findings"),
    (Field::Adopters, "tandem/adopters"),
    (Field::Places, "beneficiaryLocation"),
    (Field::Sectors, "tandem/cofog"),
    (Field::Goals, "tandem/goals"),
    (Field::Start, "plannedDates/0/startDate"),
    (Field::End, "plannedDates/0/endDate"),
    (Field::Budget, "tandem/budget"),
    (Field::Award, "amountAwarded"),
    (Field::AwardedOn, "awardDate"),
    (Field::Awards, "awards"),
    (Field::Sources, "dataSource"),
    (Field::Links, "url"),
    (Field::Relations, "tandem/relations"),
    (Field::Note, "note"),
    (Field::Identifiers, "identifiers"),
];

/// A project with its grants.
#[derive(Debug)]
pub(super) struct Effort {
    line: u64,
    grants: Vec<Grant>,
}

impl Effort {
    pub(super) fn new(line: u64, grant: Grant) -> Self {
        Self {
            line,
            grants: vec![grant],
        }
    }

    /// Takes a grant of the same project; gives back any other.
    pub(super) fn take(&mut self, grant: Grant) -> Option<Grant> {
        let first = self.grants.first()?;
        let own = |grant: &Grant| match grant.added.get("id") {
            Some(Cell::Text(id)) => Some(id.clone()),
            _ => None,
        };
        let told_alike = || {
            let paths = [
                "title",
                "description",
                "recipientOrganization/0/id",
                "recipientOrganization/0/name",
            ];
            paths.iter().all(|path| first.fact(path) == grant.fact(path)) && !grant.fact("title").is_empty()
        };
        let same = match (own(first), own(&grant)) {
            (Some(first), Some(other)) => first == other,
            (None, None) => told_alike(),
            _ => false,
        };
        if same && self.grants.len() < MOST_GRANTS && first.fact("id") != grant.fact("id") {
            self.grants.push(grant);
            return None;
        }
        Some(grant)
    }

    /// The project as a row of [`COLUMNS`].
    pub(super) fn row(self, keys: &Arc<[String]>) -> RawRow {
        let line = self.line;
        let cells = COLUMNS.iter().map(|(field, _)| self.cell(*field)).collect();
        RawRow {
            line,
            content: Ok((Arc::clone(keys), cells)),
        }
    }

    fn cell(&self, field: Field) -> Cell {
        let Some(first) = self.grants.first() else {
            return Cell::Text(String::new());
        };
        if field == Field::Summary
            && let Some(oversize) = first.added.get(OVERSIZE)
        {
            return oversize.clone();
        }
        if field != Field::Note
            && let Some(added) = first.added.get(field.name())
        {
            return added.clone();
        }
        let text = |path: &str| Cell::Text(first.fact(path).to_owned());
        let dated = |edge: &str| {
            let planned = first.fact(&format!("plannedDates/0/{edge}"));
            let actual = first.fact(&format!("actualDates/0/{edge}"));
            Cell::Text(day(if planned.is_empty() { actual } else { planned }).to_owned())
        };
        // Columns of one award, unless the awards are told at length.
        let several = self.grants.len() > 1 || first.added.contains_key(Field::Awards.name());
        match field {
            Field::Id => text("id"),
            Field::Title => text("title"),
            Field::Summary => text("description"),
            Field::Lead => text("recipientOrganization/0/name"),
            Field::Partners => Cell::List(named(first, "recipientOrganization").skip(1).collect()),
            Field::Funders => Cell::List(self.funders()),
            Field::Themes => Cell::List(classified(first, |vocabulary| vocabulary != TECHNOLOGIES)),
            Field::Technologies => Cell::List(classified(first, |vocabulary| vocabulary == TECHNOLOGIES)),
            Field::Places => Cell::List(
                (0..places(first, "beneficiaryLocation"))
                    .map(|place| {
                        first
                            .fact(&format!("beneficiaryLocation/{place}/name"))
                            .to_owned()
                    })
                    .filter(|name| !name.is_empty())
                    .collect(),
            ),
            Field::Programme => text("grantProgramme/0/title"),
            Field::Start => dated("startDate"),
            Field::End => dated("endDate"),
            // With its currency: the sums of other columns bring theirs.
            Field::Award if !several && !first.fact("amountAwarded").is_empty() => Cell::Text(format!(
                "{} {}",
                first.fact("amountAwarded"),
                first.fact("currency")
            )),
            Field::AwardedOn if !several => Cell::Text(day(first.fact("awardDate")).to_owned()),
            Field::Awards if several => Cell::List(self.grants.iter().map(award).collect()),
            Field::Sources => text("dataSource"),
            Field::Links => text("url"),
            Field::Note => self.note(),
            Field::Identifiers => Cell::List(self.identifiers()),
            _ => Cell::Text(String::new()),
        }
    }

    fn funders(&self) -> Vec<String> {
        let mut funders: Vec<String> = Vec::new();
        for name in self
            .grants
            .iter()
            .flat_map(|grant| named(grant, "fundingOrganization"))
        {
            if !funders.contains(&name) {
                funders.push(name);
            }
        }
        funders
    }

    fn identifiers(&self) -> Vec<String> {
        let of = |grant: &Grant, list: &str| -> Vec<String> {
            (0..places(grant, list))
                .map(|place| {
                    let id = grant.fact(&format!("{list}/{place}/id")).trim();
                    let name = grant.fact(&format!("{list}/{place}/name")).trim();
                    format!("{} {name}", id.replace(char::is_whitespace, ""))
                })
                .collect()
        };
        let lists = ["recipientOrganization", "fundingOrganization"];
        let all = self
            .grants
            .iter()
            .flat_map(|grant| lists.iter().flat_map(|list| of(grant, list)));
        all.collect::<BTreeSet<String>>().into_iter().collect()
    }

    /// What the project notes, then what its grants say beyond our fields.
    fn note(&self) -> Cell {
        let noted = self
            .grants
            .first()
            .and_then(|grant| grant.added.get(Field::Note.name()));
        let mut lines: Vec<String> = match noted {
            Some(Cell::Text(note)) if !note.is_empty() => vec![note.clone()],
            Some(Cell::List(notes)) => notes.clone(),
            _ => Vec::new(),
        };
        for (number, grant) in (1..).zip(&self.grants) {
            let beyond = grant.facts.iter().filter(|(path, value)| {
                let generated = *path == "id" && value.starts_with(PREFIX);
                !generated && !is_read(path, grant)
            });
            let told = beyond.take(MOST_KEPT).map(|(path, value)| {
                let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
                format!("{KEPT}{number}: {path} = {value}")
            });
            // A note has its bound too: what goes beyond it stays in the file.
            for line in told {
                let bytes: usize = lines.iter().map(String::len).sum();
                if bytes + line.len() <= MOST_NOTE_BYTES {
                    lines.push(line);
                }
            }
        }
        Cell::Text(lines.join("\n"))
    }
}

/// Whether a fact has a field in the catalogue, so that it need not be kept in words.
fn is_read(path: &str, grant: &Grant) -> bool {
    let segments: Vec<&str> = path.split('/').collect();
    match segments.as_slice() {
        [
            "title" | "description" | "currency" | "amountAwarded" | "awardDate" | "url" | "dataSource"
            | "dateModified",
        ] => true,
        ["recipientOrganization" | "fundingOrganization", _, "name" | "id"] => true,
        ["grantProgramme", "0", "title"] => true,
        ["plannedDates", "0", "startDate" | "endDate"] => true,
        ["actualDates", "0", edge @ ("startDate" | "endDate")] => {
            grant.fact(&format!("plannedDates/0/{edge}")).is_empty()
        }
        ["beneficiaryLocation", place, "name"] => {
            // A name that stands by itself is all that there is to it.
            let prefix = format!("beneficiaryLocation/{place}/");
            let told = grant.facts.range(prefix.clone()..);
            told.take_while(|(path, _)| path.starts_with(&prefix)).count() == 1
        }
        ["classifications", place, "title" | "vocabulary"] => {
            // A title that stands by itself, or under a vocabulary of ours, is all that there is to it.
            let vocabulary = grant.fact(&format!("classifications/{place}/vocabulary"));
            vocabulary == THEMES || vocabulary == TECHNOLOGIES
        }
        _ => false,
    }
}

/// How many entries a list has.
fn places(grant: &Grant, list: &str) -> usize {
    let prefix = format!("{list}/");
    let of_list = grant
        .facts
        .range(prefix.clone()..)
        .map_while(|(path, _)| path.strip_prefix(&prefix))
        .filter_map(|rest| rest.split('/').next()?.parse::<usize>().ok());
    of_list.max().map_or(0, |last| (last + 1).min(MOST_GRANTS))
}

/// Names of the organisations of a list; the identifier where there is no name.
fn named<'a>(grant: &'a Grant, list: &'a str) -> impl Iterator<Item = String> + 'a {
    (0..places(grant, list)).filter_map(move |place| {
        let name = grant.fact(&format!("{list}/{place}/name"));
        let id = grant.fact(&format!("{list}/{place}/id"));
        let shown = if name.is_empty() { id } else { name };
        (!shown.is_empty()).then(|| shown.to_owned())
    })
}

/// Titles of classifications whose vocabulary is wanted.
fn classified(grant: &Grant, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let fact = |place: usize, name: &str| grant.fact(&format!("classifications/{place}/{name}"));
    (0..places(grant, "classifications"))
        .filter(|place| wanted(fact(*place, "vocabulary")))
        .map(|place| fact(place, "title").to_owned())
        .filter(|title| !title.is_empty())
        .collect()
}

/// The day of a date or of a date with its time.
fn day(date: &str) -> &str {
    match date.split_once('T') {
        Some((day, time)) if time.starts_with(|c: char| c.is_ascii_digit()) => day,
        _ => date,
    }
}

/// A grant in the words in which a cell holds an award.
fn award(grant: &Grant) -> String {
    let mut told = format!("{} {}", grant.fact("amountAwarded"), grant.fact("currency"));
    let day = day(grant.fact("awardDate"));
    if !day.is_empty() {
        told.push_str(&format!(" on {day}"));
    }
    if let Some(funder) = named(grant, "fundingOrganization").next() {
        told.push_str(&format!(" from {funder}"));
    }
    told
}

/// A kept line's grant, path and value.
pub(crate) fn kept_line(line: &str) -> Option<(usize, &str, &str)> {
    let (number, rest) = line.strip_prefix(KEPT)?.split_once(": ")?;
    let (path, value) = rest.split_once(" = ")?;
    Some((number.parse().ok()?, path, value))
}

/// Whether the value at a path is a number.
pub(crate) fn is_number(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_some_and(|name| NUMBERS.contains(&name))
}
