//! Projects as activities of IATI 2.03.
//!
//! What the standard has no element for, or not exactly, goes into elements of our own namespace at the end of
//! the activity, as the standard allows: `<tandem:field name="phase">`. Reading prefers those.

use std::io::{self, Write};

use chrono::{NaiveDate, SecondsFormat};
use quick_xml::Writer as Xml;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::super::columns::Field;
use super::super::record::{AwardRecord, PartialDate, ProjectRecord};
use super::super::source::iati::{EXTENSION, KEPT_IDENTIFIER, NAMESPACE, PREFIX, TECHNOLOGIES, THEMES};
use super::super::value::{amount, award, date};
use super::threesixty::is_uri;
use super::told::{partial, told};
use super::{Outgoing, Writer};
use entity::kinds::{DatePrecision, DeclaredRelation, Phase};

/// Who reports what nobody leads: this program.
const REPORTER: &str = "Tandem";

/// What activities tell in elements of ours, where not exactly in the standard's.
const BEYOND: [Field; 22] = [
    Field::Id,
    Field::Summary,
    Field::Kind,
    Field::Phase,
    Field::Lead,
    Field::Partners,
    Field::Suppliers,
    Field::Evaluators,
    Field::Themes,
    Field::Technologies,
    Field::Programme,
    Field::Outcome,
    Field::Outcomes,
    Field::Adopters,
    Field::Start,
    Field::End,
    Field::Budget,
    Field::Awards,
    Field::Sources,
    Field::Links,
    Field::Relations,
    Field::Note,
];

/// A file of activities.
pub(super) struct Activities<'a> {
    xml: Xml<&'a mut dyn Write>,
}

impl<'a> Activities<'a> {
    pub(super) fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        let mut xml = Xml::new_with_indent(out, b' ', 1);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root = BytesStart::new("iati-activities")
            .with_attributes([("version", "2.03"), ("xmlns:tandem", NAMESPACE)]);
        xml.write_event(Event::Start(root))?;
        Ok(Self { xml })
    }
}

impl Writer for Activities<'_> {
    fn project(&mut self, outgoing: &Outgoing) -> io::Result<()> {
        let updated = outgoing.updated_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let activity = BytesStart::new("iati-activity").with_attributes([
            ("xml:lang", "en"),
            ("default-currency", "GBP"),
            ("last-updated-datetime", updated.as_str()),
        ]);
        self.xml.write_event(Event::Start(activity))?;
        let mut activity = Activity {
            xml: &mut self.xml,
            outgoing,
            record: &outgoing.record,
        };
        activity.who()?;
        activity.when()?;
        activity.words()?;
        activity.money()?;
        activity.elsewhere()?;
        activity.beyond()?;
        self.xml.write_event(Event::End(BytesEnd::new("iati-activity")))
    }

    fn finish(mut self: Box<Self>) -> io::Result<Vec<String>> {
        self.xml
            .write_event(Event::End(BytesEnd::new("iati-activities")))?;
        self.xml.get_mut().write_all(b"\n")?;
        self.xml.get_mut().flush()?;
        Ok(Vec::new())
    }
}

struct Activity<'a, 'b> {
    xml: &'a mut Xml<&'b mut dyn Write>,
    outgoing: &'a Outgoing,
    record: &'a ProjectRecord,
}

impl Activity<'_, '_> {
    /// `<name attributes/>`
    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let element = self.xml.create_element(name);
        let clean: Vec<(&str, String)> = attributes
            .iter()
            .map(|(name, value)| (*name, clean(value)))
            .collect();
        let attributes = clean.iter().map(|(name, value)| (*name, value.as_str()));
        element.with_attributes(attributes).write_empty()?;
        Ok(())
    }

    /// `<name attributes>text</name>`
    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        let element = self.xml.create_element(name);
        let element = element.with_attributes(attributes.iter().copied());
        element.write_text_content(BytesText::new(&clean(text)))?;
        Ok(())
    }

    fn begin(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let clean: Vec<(&str, String)> = attributes
            .iter()
            .map(|(name, value)| (*name, clean(value)))
            .collect();
        let attributes = clean.iter().map(|(name, value)| (*name, value.as_str()));
        self.xml
            .write_event(Event::Start(BytesStart::new(name).with_attributes(attributes)))
    }

    fn end(&mut self, name: &str) -> io::Result<()> {
        self.xml.write_event(Event::End(BytesEnd::new(name)))
    }

    /// `<name attributes><narrative>text</narrative></name>`
    fn narrative(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.begin(name, attributes)?;
        self.text("narrative", &[], text)?;
        self.end(name)
    }

    /// The attributes of an organisation: its identifier, where it is of a register.
    fn body(&mut self, element: &str, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let known = self.record.identifiers.iter().find(|(known, _)| known == name);
        let mut attributes = attributes.to_vec();
        if let Some((_, id)) = known {
            attributes.push(("ref", id));
        }
        self.narrative(element, &attributes, name)
    }

    fn who(&mut self) -> io::Result<()> {
        let record = self.record;
        let note = record.note.as_deref().unwrap_or_default();
        let kept = note.lines().find_map(|line| line.strip_prefix(KEPT_IDENTIFIER));
        let own = format!("{PREFIX}{}", record.id.as_deref().unwrap_or_default());
        self.text("iati-identifier", &[], kept.unwrap_or(&own))?;
        let reporter = record.lead.as_deref().unwrap_or(REPORTER);
        let known = record.identifiers.iter().find(|(known, _)| known == reporter);
        let id = known.map_or("TANDEM", |(_, id)| id);
        self.narrative(
            "reporting-org",
            &[("ref", id), ("type", "10"), ("secondary-reporter", "1")],
            reporter,
        )?;
        self.narrative("title", &[], &record.title)?;
        let told = if record.summary.is_empty() {
            &record.title
        } else {
            &record.summary
        };
        self.narrative("description", &[("type", "1")], told)?;
        for funder in &record.funders {
            self.body("participating-org", funder, &[("role", "1")])?;
        }
        self.body("participating-org", reporter, &[("role", "2")])?;
        for partner in &record.partners {
            self.body("participating-org", partner, &[("role", "4")])?;
        }
        let status = match record.phase {
            Some(Phase::Concept) => "1",
            Some(Phase::Retired) => "4",
            _ => "2",
        };
        self.empty("activity-status", &[("code", status)])
    }

    fn when(&mut self) -> io::Result<()> {
        let record = self.record;
        let today = self.outgoing.updated_at.date_naive();
        let mut told = false;
        let start = record.start.map(|start| (start.date, ["1", "2"]));
        let end = record.end.map(|end| (date::last_day(end), ["3", "4"]));
        for (day, [planned, actual]) in start.into_iter().chain(end) {
            let kind = if day <= today { actual } else { planned };
            self.empty("activity-date", &[("iso-date", &day.to_string()), ("type", kind)])?;
            told = true;
        }
        if told {
            return Ok(());
        }
        // An activity has a date: that on which it was recorded. What is added says that it is not the project's.
        let recorded = self.outgoing.recorded_at.date_naive().to_string();
        self.empty("activity-date", &[("iso-date", &recorded), ("type", "1")])
    }

    fn words(&mut self) -> io::Result<()> {
        let lists = [
            (THEMES, &self.record.themes),
            (TECHNOLOGIES, &self.record.technologies),
        ];
        for place in &self.record.places {
            self.begin("location", &[])?;
            self.narrative("name", &[], place)?;
            self.end("location")?;
        }
        for sector in &self.record.sectors {
            self.empty("sector", &[("vocabulary", "3"), ("code", sector)])?;
        }
        for goal in &self.record.goals {
            self.empty("tag", &[("vocabulary", "2"), ("code", &goal.to_string())])?;
        }
        for (vocabulary, words) in lists {
            for word in words {
                let attributes = [
                    ("vocabulary", "99"),
                    ("vocabulary-uri", vocabulary),
                    ("code", word),
                ];
                self.narrative("tag", &attributes, word)?;
            }
        }
        Ok(())
    }

    fn money(&mut self) -> io::Result<()> {
        let record = self.record;
        if let (Some(budget), Some(first), Some(last)) = (&record.budget, record.start, record.end) {
            let (first, last) = (first.date, date::last_day(last));
            self.begin("budget", &[("type", "1"), ("status", "1")])?;
            self.empty("period-start", &[("iso-date", &first.to_string())])?;
            self.empty("period-end", &[("iso-date", &last.to_string())])?;
            self.value(&amount::plain(budget), &budget.currency, first)?;
            self.end("budget")?;
        }
        for award in &record.awards {
            let start = record.start.map(|start| start.date);
            let recorded = self.outgoing.recorded_at.date_naive();
            let day = award.awarded_on.or(start).unwrap_or(recorded);
            self.begin("transaction", &[])?;
            self.empty("transaction-type", &[("code", "11")])?;
            self.empty("transaction-date", &[("iso-date", &day.to_string())])?;
            self.value(&amount::plain(&award.amount), &award.amount.currency, day)?;
            if let Some(funder) = &award.funder {
                self.body("provider-org", funder, &[])?;
            }
            if let Some(lead) = &record.lead {
                self.body("receiver-org", lead, &[])?;
            }
            self.end("transaction")?;
        }
        Ok(())
    }

    fn value(&mut self, sum: &str, currency: &str, day: NaiveDate) -> io::Result<()> {
        let day = day.to_string();
        self.text("value", &[("currency", currency), ("value-date", &day)], sum)
    }

    fn elsewhere(&mut self) -> io::Result<()> {
        let record = self.record;
        for link in record.links.iter().filter(|link| is_uri(link)) {
            self.begin("document-link", &[("format", "text/html"), ("url", link)])?;
            self.narrative("title", &[], link)?;
            self.empty("category", &[("code", "A12")])?;
            self.end("document-link")?;
        }
        for relation in &record.relations {
            if relation.relation == DeclaredRelation::PartOf {
                let other = format!("{PREFIX}{}", relation.other);
                self.empty("related-activity", &[("ref", &other), ("type", "1")])?;
            }
        }
        Ok(())
    }

    fn beyond(&mut self) -> io::Result<()> {
        for field in BEYOND {
            for value in added(self.record, field) {
                self.text(EXTENSION, &[("name", field.name())], &value)?;
            }
        }
        Ok(())
    }
}

/// What is added of a field, because the standard's elements do not tell it or not exactly.
fn added(record: &ProjectRecord, field: Field) -> Vec<String> {
    let exact_day =
        |date: &Option<PartialDate>| date.is_some_and(|date| date.precision == DatePrecision::Day);
    let whole = |award: &AwardRecord| award.funder.is_some() && award.awarded_on.is_some();
    let unknown = || vec!["unknown".to_owned()];
    let date = |date: Option<PartialDate>| date.map_or_else(unknown, |date| vec![partial(date)]);
    match field {
        Field::Summary if record.summary.is_empty() => unknown(),
        Field::Lead if record.lead.is_none() => unknown(),
        Field::Summary | Field::Lead => Vec::new(),
        Field::Start if exact_day(&record.start) => Vec::new(),
        Field::End if exact_day(&record.end) => Vec::new(),
        Field::Start => date(record.start),
        Field::End => date(record.end),
        Field::Budget => {
            let sum = record.budget.as_ref();
            sum.map(|sum| format!("{} {}", amount::plain(sum), sum.currency))
                .into_iter()
                .collect()
        }
        Field::Awards if record.awards.iter().all(whole) => Vec::new(),
        Field::Awards => record.awards.iter().map(award::told).collect(),
        Field::Note => {
            let note = record.note.as_deref().unwrap_or_default();
            let lines = note.lines().filter(|line| !line.starts_with(KEPT_IDENTIFIER));
            let note = lines.collect::<Vec<_>>().join("\n");
            if note.is_empty() { Vec::new() } else { vec![note] }
        }
        Field::Sources => record.sources.clone(),
        // Already told whole by the standard's elements.
        Field::Partners if lead_is_none_of(record) => Vec::new(),
        Field::Themes | Field::Technologies => Vec::new(),
        Field::Links if record.links.iter().all(|link| is_uri(link)) => Vec::new(),
        Field::Partners => record.partners.clone(),
        Field::Links => record.links.clone(),
        Field::Suppliers => record.suppliers.clone(),
        Field::Evaluators => record.evaluators.clone(),
        Field::Relations => {
            let told = record
                .relations
                .iter()
                .map(|one| format!("{} {}", one.relation.as_str(), one.other));
            told.collect()
        }
        other => match told(record, other).json() {
            Some(serde_json::Value::String(text)) => vec![text],
            Some(serde_json::Value::Array(entries)) => entries
                .into_iter()
                .map(|entry| match entry {
                    serde_json::Value::String(text) => text,
                    object => object.to_string(),
                })
                .collect(),
            _ => Vec::new(),
        },
    }
}

/// Whether reading tells the partners from the lead: none has its name, and somebody leads.
fn lead_is_none_of(record: &ProjectRecord) -> bool {
    record
        .lead
        .as_ref()
        .is_some_and(|lead| !record.partners.contains(lead))
}

/// The text without the characters that XML cannot hold.
fn clean(text: &str) -> String {
    let held = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(held).collect()
}
