//! Projects as grants of 360Giving 1.4: a grant for each award whose giver is known, where the lead is its recipient.
//!
//! What the standard has no field for goes with the first grant of a project under `tandem`, by our own names of
//! fields, and lines of the note that hold what an imported grant said go back to where they stood. Ids that
//! were not imported are made of our prefix, the project's id and the award's place in its list.

mod nested;

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::{NaiveDate, SecondsFormat};
use serde_json::{Map, Value, json};

use super::super::columns::Field;
use super::super::record::{AwardRecord, ProjectRecord};
use super::super::source::threesixty::{
    EXTENSION, PREFIX, TECHNOLOGIES, THEMES, is_number, kept_line, title_of,
};
use super::super::value::{amount, guard};
use super::told::{partial, told};
use super::{Outgoing, Writer};
use nested::{number_of, put, without_holes};

/// What a grant cannot tell by fields of the standard.
const BEYOND: [Field; 22] = [
    Field::Id,
    Field::Kind,
    Field::Phase,
    Field::Partners,
    Field::Funders,
    Field::Suppliers,
    Field::Evaluators,
    Field::Themes,
    Field::Technologies,
    Field::Outcome,
    Field::Outcomes,
    Field::Adopters,
    Field::Places,
    Field::Sectors,
    Field::Goals,
    Field::Budget,
    Field::Awards,
    Field::Sources,
    Field::Links,
    Field::Relations,
    Field::Note,
    Field::Programme,
];

/// The standard's columns of a table, as paths.
const PATHS: [&str; 18] = [
    "id",
    "title",
    "description",
    "currency",
    "amountAwarded",
    "awardDate",
    "plannedDates/0/startDate",
    "plannedDates/0/endDate",
    "recipientOrganization/0/id",
    "recipientOrganization/0/name",
    "fundingOrganization/0/id",
    "fundingOrganization/0/name",
    "grantProgramme/0/title",
    "classifications/0/vocabulary",
    "classifications/0/title",
    "url",
    "dataSource",
    "dateModified",
];

/// One grant, flat, with what is added to it.
struct Grant {
    facts: BTreeMap<String, Value>,
    added: Map<String, Value>,
}

/// How many projects and awards could not be told.
#[derive(Debug, Default)]
struct LeftOut {
    projects: u64,
    awards: u64,
    written: u64,
}

impl LeftOut {
    fn notes(&self) -> io::Result<Vec<String>> {
        if self.written == 0 {
            return Err(io::Error::other(
                "no project has an award whose recipient and funder are known, and a 360Giving file holds at least one grant",
            ));
        }
        let mut notes = Vec::new();
        if self.projects > 0 {
            notes.push(format!(
                "{} projects without an award, or without a lead, were left out: 360Giving tells of grants",
                self.projects
            ));
        }
        if self.awards > 0 {
            notes.push(format!(
                "{} awards without a known funder are no grants of their own",
                self.awards
            ));
        }
        Ok(notes)
    }
}

/// A package of grants in JSON.
pub(super) struct Package<'a> {
    out: &'a mut dyn Write,
    left_out: LeftOut,
}

impl<'a> Package<'a> {
    pub(super) fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        let publisher = json!({ "name": "Tandem" });
        write!(
            out,
            "{{\"version\": \"1.4\", \"publisher\": {publisher}, \"grants\": ["
        )?;
        Ok(Self {
            out,
            left_out: LeftOut::default(),
        })
    }
}

impl Writer for Package<'_> {
    fn project(&mut self, outgoing: &Outgoing) -> io::Result<()> {
        for mut grant in grants(outgoing, true, &mut self.left_out) {
            let mark = if self.left_out.written == 0 { "" } else { "," };
            let mut whole = Value::Object(Map::new());
            for (path, value) in grant.facts {
                put(&mut whole, &path, value);
            }
            if let Some(fields) = whole.as_object_mut()
                && !grant.added.is_empty()
            {
                fields.insert(
                    EXTENSION.to_owned(),
                    Value::Object(std::mem::take(&mut grant.added)),
                );
            }
            write!(self.out, "{mark}\n{}", without_holes(whole))?;
            self.left_out.written += 1;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Vec<String>> {
        let notes = self.left_out.notes()?;
        writeln!(self.out, "\n]}}")?;
        self.out.flush()?;
        Ok(notes)
    }
}

/// A table of grants.
pub(super) struct Table<'a> {
    table: csv::Writer<&'a mut dyn Write>,
    left_out: LeftOut,
}

impl<'a> Table<'a> {
    pub(super) fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        let mut table = csv::Writer::from_writer(out);
        let added = BEYOND.iter().map(|field| format!("{EXTENSION}:{}", field.name()));
        table.write_record(PATHS.iter().map(|path| column(path)).chain(added))?;
        Ok(Self {
            table,
            left_out: LeftOut::default(),
        })
    }
}

/// "Recipient Org:Name": tables leave out the place of a first entry.
fn column(path: &str) -> String {
    title_of(&path.replace("/0/", "/"))
}

impl Writer for Table<'_> {
    fn project(&mut self, outgoing: &Outgoing) -> io::Result<()> {
        for grant in grants(outgoing, false, &mut self.left_out) {
            let fact = |path: &&str| match grant.facts.get(*path) {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            };
            let added = BEYOND.iter().map(|field| match grant.added.get(field.name()) {
                Some(Value::String(text)) => text.clone(),
                _ => String::new(),
            });
            let cells = PATHS.iter().map(fact).chain(added);
            self.table.write_record(cells.map(guard::guarded))?;
            self.left_out.written += 1;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<Vec<String>> {
        self.table.flush()?;
        self.left_out.notes()
    }
}

/// The grants of a project. `nested` says that lists go whole and that what was kept of an import goes back.
fn grants(outgoing: &Outgoing, nested: bool, left_out: &mut LeftOut) -> Vec<Grant> {
    let record = &outgoing.record;
    let given: Vec<(usize, &AwardRecord, &String)> = (1..)
        .zip(&record.awards)
        .filter_map(|(number, award)| Some((number, award, award.funder.as_ref()?)))
        .collect();
    let (Some(lead), false) = (&record.lead, given.is_empty()) else {
        left_out.projects += 1;
        return Vec::new();
    };
    left_out.awards += u64::try_from(record.awards.len() - given.len()).unwrap_or(0);
    let note = record.note.as_deref().unwrap_or_default();
    let is_back = |line: &&str| {
        let kept = kept_line(line).filter(|_| nested);
        kept.is_some_and(|(number, ..)| given.iter().any(|(given, ..)| *given == number))
    };
    let (back, note): (Vec<&str>, Vec<&str>) = note.lines().partition(is_back);
    let mut grants: Vec<Grant> = given
        .iter()
        .map(|(number, award, funder)| grant(outgoing, lead, (*number, award, funder), &back, nested))
        .collect();
    let funders: Vec<&String> = given.iter().map(|(_, _, funder)| *funder).collect();
    if let Some(first) = grants.first_mut() {
        first.added = beyond(
            record,
            &distinct(&funders),
            &note.join("\n"),
            nested,
            &first.facts,
        );
        // Grants of one project know each other by its id.
        let id = first.added.get(Field::Id.name()).cloned();
        for grant in grants.iter_mut().skip(1) {
            grant
                .added
                .extend(id.clone().map(|id| (Field::Id.name().to_owned(), id)));
        }
    }
    grants
}

fn distinct<'a>(names: &[&'a String]) -> Vec<&'a String> {
    let mut distinct: Vec<&String> = Vec::new();
    for name in names {
        if !distinct.contains(name) {
            distinct.push(name);
        }
    }
    distinct
}

fn grant(
    outgoing: &Outgoing,
    lead: &str,
    (number, award, funder): (usize, &AwardRecord, &str),
    back: &[&str],
    nested: bool,
) -> Grant {
    let record = &outgoing.record;
    let id = record.id.as_deref().unwrap_or_default();
    let modified = outgoing.updated_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut facts: BTreeMap<String, Value> = BTreeMap::new();
    let mut say = |path: &str, value: Value| drop(facts.insert(path.to_owned(), value));
    say("id", format!("{PREFIX}{id}-{number}").into());
    say("title", record.title.as_str().into());
    say("description", record.summary.as_str().into());
    say("currency", award.amount.currency.as_str().into());
    say("amountAwarded", number_of(&amount::plain(&award.amount)));
    say("awardDate", day(outgoing, award).to_string().into());
    say("recipientOrganization/0/id", identifier(record, lead).into());
    say("recipientOrganization/0/name", lead.into());
    say("fundingOrganization/0/id", identifier(record, funder).into());
    say("fundingOrganization/0/name", funder.into());
    say("dateModified", modified.into());
    for (edge, date) in [("startDate", record.start), ("endDate", record.end)] {
        if let Some(date) = date {
            say(&format!("plannedDates/0/{edge}"), partial(date).into());
        }
    }
    if let Some(programme) = &record.programme {
        say("grantProgramme/0/title", programme.as_str().into());
    }
    for (path, addresses) in [("url", &record.links), ("dataSource", &record.sources)] {
        if let Some(address) = addresses.first().filter(|address| is_uri(address)) {
            say(path, address.as_str().into());
        }
    }
    let kept: Vec<(&str, &str)> = back
        .iter()
        .filter_map(|line| kept_line(line))
        .filter(|(kept, ..)| *kept == number)
        .map(|(_, path, value)| (path, value))
        .collect();
    classify(record, &kept, nested, &mut say);
    if nested {
        locate(record, &kept, &mut say);
    }
    for (path, value) in kept {
        say(
            path,
            if is_number(path) {
                number_of(value)
            } else {
                value.into()
            },
        );
    }
    Grant {
        facts,
        added: Map::new(),
    }
}

/// Key words as classifications, behind those that came with an import.
fn classify(record: &ProjectRecord, kept: &[(&str, &str)], nested: bool, say: &mut impl FnMut(&str, Value)) {
    let classifications = kept.iter().filter_map(|(path, value)| {
        let (place, name) = path.strip_prefix("classifications/")?.split_once('/')?;
        Some((place.parse::<usize>().ok()?, name, *value))
    });
    let next = classifications
        .clone()
        .map(|(place, ..)| place + 1)
        .max()
        .unwrap_or(0);
    let told: Vec<&str> = classifications
        .filter(|(_, name, _)| *name == "title")
        .map(|(.., title)| title)
        .collect();
    let lists = [(THEMES, &record.themes), (TECHNOLOGIES, &record.technologies)];
    let words = lists
        .into_iter()
        .flat_map(|(vocabulary, words)| words.iter().map(move |word| (vocabulary, word)));
    let words = words.filter(|(_, word)| !told.contains(&word.as_str()));
    let most = if nested { usize::MAX } else { 1 };
    for (place, (vocabulary, word)) in (next..).zip(words.take(most)) {
        say(&format!("classifications/{place}/vocabulary"), vocabulary.into());
        say(&format!("classifications/{place}/title"), word.as_str().into());
    }
}

/// Places behind those that came with an import, which bring more than their names.
fn locate(record: &ProjectRecord, kept: &[(&str, &str)], say: &mut impl FnMut(&str, Value)) {
    let locations = kept.iter().filter_map(|(path, value)| {
        let (place, name) = path.strip_prefix("beneficiaryLocation/")?.split_once('/')?;
        Some((place.parse::<usize>().ok()?, name, *value))
    });
    let next = locations.clone().map(|(place, ..)| place + 1).max().unwrap_or(0);
    let told: Vec<&str> = locations
        .filter(|(_, name, _)| *name == "name")
        .map(|(.., name)| name)
        .collect();
    let names = record.places.iter().filter(|name| !told.contains(&name.as_str()));
    for (place, name) in (next..).zip(names) {
        say(&format!("beneficiaryLocation/{place}/name"), name.as_str().into());
    }
}

/// What the standard's fields do not tell, or not exactly.
fn beyond(
    record: &ProjectRecord,
    funders: &[&String],
    note: &str,
    nested: bool,
    facts: &BTreeMap<String, Value>,
) -> Map<String, Value> {
    let first = |path: &str| facts.get(path).and_then(Value::as_str);
    let whole = |list: &[String], path: &str| match list {
        [] => true,
        [only] => first(path) == Some(only.as_str()),
        _ => false,
    };
    let exact = |award: &AwardRecord| award.funder.is_some() && award.awarded_on.is_some();
    let sum = |award: &AwardRecord| amount::plain(&award.amount).parse::<f64>().is_ok();
    let by_standard = |field: &Field| match field {
        Field::Funders => record.funders.iter().eq(funders.iter().copied()),
        Field::Themes => nested || record.themes.len() < 2 && record.technologies.is_empty(),
        Field::Technologies => nested,
        Field::Places => nested || record.places.is_empty(),
        Field::Awards => record.awards.iter().all(|award| exact(award) && sum(award)),
        Field::Sources => whole(&record.sources, "dataSource"),
        Field::Links => whole(&record.links, "url"),
        Field::Programme | Field::Note => true,
        _ => false,
    };
    let mut added = Map::new();
    for field in BEYOND.into_iter().filter(|field| !by_standard(field)) {
        let value = match field {
            // In words, so that a sole award without its day is told too.
            Field::Awards => {
                let words = record.awards.iter().map(super::super::value::award::told);
                let words: Vec<String> = words.collect();
                Some(if nested {
                    words.into()
                } else {
                    words.join("; ").into()
                })
            }
            Field::Budget => record
                .budget
                .as_ref()
                .map(|sum| format!("{} {}", amount::plain(sum), sum.currency).into()),
            field if nested => told(record, field).json(),
            field => Some(told(record, field).cell())
                .filter(|cell| !cell.is_empty())
                .map(Value::from),
        };
        added.extend(value.map(|value| (field.name().to_owned(), value)));
    }
    if !note.is_empty() {
        added.insert(Field::Note.name().to_owned(), note.into());
    }
    added
}

/// The day of an award; where it is not known, the first day of the project, or that of the record.
fn day(outgoing: &Outgoing, award: &AwardRecord) -> NaiveDate {
    let start = outgoing.record.start.map(|start| start.date);
    award
        .awarded_on
        .or(start)
        .unwrap_or_else(|| outgoing.recorded_at.date_naive())
}

/// The identifier that the record has for a body.
fn identifier(record: &ProjectRecord, name: &str) -> String {
    let known = record.identifiers.iter().find(|(known, _)| known == name);
    known.map_or_else(
        || format!("{}{name}", super::super::record::OWN_PREFIX),
        |(_, id)| id.clone(),
    )
}

/// Whether an address is a URI to the letter: no spaces, and nothing beyond ASCII.
pub(super) fn is_uri(address: &str) -> bool {
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    let allowed = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(
                byte,
                b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'`' | b'[' | b']' | b'%' | b'#'
            )
    };
    rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && rest.bytes().all(allowed)
    })
}
