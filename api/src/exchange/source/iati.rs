//! Activities of IATI 2.03 as rows.

use super::xml::{Elements, Node};
use super::{Bytes, Cell, MAX_FIELD_BYTES, RawRow, Rows, SourceError};
use crate::exchange::columns::Field;
use std::sync::Arc;

/// The prefix and the name of elements that carry what IATI has no element for, by our names of fields.
pub(crate) const EXTENSION: &str = "tandem:field";
/// The namespace of that prefix.
pub(crate) const NAMESPACE: &str = "urn:tandem:exchange:1";
/// The vocabularies of tags that hold a project's key words.
pub(crate) const THEMES: &str = "urn:tandem:themes";
/// See [`THEMES`].
pub(crate) const TECHNOLOGIES: &str = "urn:tandem:technologies";
/// Identifiers of activities that this program made up begin so; other publishers' are kept.
pub(crate) const PREFIX: &str = "TANDEM-";
/// The line of a note that holds another publisher's identifier begins so.
pub(crate) const KEPT_IDENTIFIER: &str = "IATI iati-identifier: ";

/// So many facts beyond the catalogue's fields are kept of one activity.
const MOST_KEPT: usize = 60;

/// So much of one of them is kept, in characters.
const LONGEST_KEPT: usize = 400;

/// What is read of an activity, beside the element that it is read from.
const COLUMNS: [(Field, &str); 28] = [
    (Field::Id, "iati-identifier"),
    (Field::Title, "title"),
    (Field::Summary, "description"),
    (Field::Kind, "tandem:field kind"),
    (Field::Phase, "tandem:field phase"),
    (Field::Lead, "participating-org role 2"),
    (Field::Partners, "participating-org"),
    (Field::Funders, "participating-org role 1"),
    (Field::Suppliers, "tandem:field suppliers"),
    (Field::Evaluators, "tandem:field evaluators"),
    (Field::Themes, "tag"),
    (Field::Technologies, "tag"),
    (Field::Programme, "tandem:field programme"),
    (Field::Outcome, "result"),
    (Field::Outcomes, "tandem:field findings"),
    (Field::Adopters, "tandem:field adopters"),
    (Field::Places, "location"),
    (Field::Sectors, "sector vocabulary 3"),
    (Field::Goals, "tag vocabulary 2"),
    (Field::Start, "activity-date start"),
    (Field::End, "activity-date end"),
    (Field::Budget, "budget"),
    (Field::Awards, "transaction"),
    (Field::Sources, "tandem:field sources"),
    (Field::Links, "document-link"),
    (Field::Relations, "related-activity"),
    (Field::Note, "note"),
    (Field::Identifiers, "ref"),
];

/// The activities of a file.
pub(super) struct Activities {
    elements: Elements<Bytes>,
    keys: Arc<[String]>,
    met: bool,
}

impl Activities {
    pub(super) fn new(text: Bytes, line: u64) -> Self {
        Self {
            elements: Elements::new(text, line),
            keys: COLUMNS.iter().map(|(_, name)| (*name).to_owned()).collect(),
            met: false,
        }
    }
}

impl Rows for Activities {
    fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        let Some((line, activity)) = self.elements.next("iati-activity")? else {
            if self.met {
                return Ok(None);
            }
            return Err(SourceError::NotText("it is XML without an iati-activity"));
        };
        self.met = true;
        let cells = COLUMNS.iter().map(|(field, _)| cell(&activity, *field)).collect();
        Ok(Some(RawRow {
            line,
            content: Ok((Arc::clone(&self.keys), cells)),
        }))
    }

    fn header(&self) -> Option<Arc<[String]>> {
        Some(Arc::clone(&self.keys))
    }

    fn fixed(&self) -> Option<&'static [(Field, &'static str)]> {
        Some(&COLUMNS)
    }

    fn bytes_mended(&self) -> u64 {
        self.elements.input().bytes_mended()
    }
}

fn cell(activity: &Node, field: Field) -> Cell {
    let mut added = activity
        .all(EXTENSION)
        .filter(|node| node.attribute("name") == field.name())
        .map(|node| node.text().to_owned())
        .peekable();
    let cell = if field != Field::Note && added.peek().is_some() {
        Cell::List(added.collect())
    } else {
        told(activity, field)
    };
    let bytes = match &cell {
        Cell::Text(text) => text.len(),
        Cell::List(entries) => entries.iter().map(String::len).sum(),
        Cell::Oversize(_) => 0,
    };
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    if bytes > MAX_FIELD_BYTES {
        Cell::Oversize(bytes)
    } else {
        cell
    }
}

/// What the standard's own elements say of a field.
fn told(activity: &Node, field: Field) -> Cell {
    let text = |text: Option<String>| Cell::Text(text.unwrap_or_default());
    match field {
        Field::Id => text(
            activity
                .first("iati-identifier")
                .map(|node| node.text().to_owned()),
        ),
        Field::Title => text(activity.first("title").and_then(narrative)),
        Field::Summary => {
            let descriptions = activity.all("description").filter_map(narrative);
            Cell::Text(descriptions.collect::<Vec<_>>().join("\n"))
        }
        Field::Lead => text(lead(activity)),
        Field::Partners => {
            let lead = lead(activity);
            let others = with_role(activity, |role| role != "1");
            Cell::List(others.filter(|name| Some(name) != lead.as_ref()).collect())
        }
        Field::Funders => Cell::List(with_role(activity, |role| role == "1").collect()),
        Field::Themes => Cell::List(words(activity, |vocabulary| vocabulary != TECHNOLOGIES)),
        Field::Technologies => Cell::List(words(activity, |vocabulary| vocabulary == TECHNOLOGIES)),
        Field::Outcome => Cell::Text(results(activity)),
        Field::Places => {
            let names = activity
                .all("location")
                .filter_map(|node| narrative(node.first("name")?));
            Cell::List(names.collect())
        }
        // Codes of COFOG, and of the Sustainable Development Goals.
        Field::Sectors => Cell::List(codes(activity, "sector", "3")),
        Field::Goals => Cell::List(codes(activity, "tag", "2")),
        Field::Start => Cell::Text(date(activity, ["2", "1"]).to_owned()),
        Field::End => Cell::Text(date(activity, ["4", "3"]).to_owned()),
        Field::Budget => text(budget(activity)),
        Field::Awards => Cell::List(awards(activity)),
        Field::Links => {
            let links = activity.all("document-link").map(|node| node.attribute("url"));
            let addresses = links.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
            Cell::List(addresses.map(str::to_owned).collect())
        }
        Field::Relations => {
            let parents = activity
                .all("related-activity")
                .filter(|node| node.attribute("type") == "1");
            Cell::List(
                parents
                    .map(|node| format!("PART_OF {}", node.attribute("ref")))
                    .collect(),
            )
        }
        Field::Note => note(activity),
        Field::Identifiers => Cell::List(identifiers(activity)),
        _ => Cell::Text(String::new()),
    }
}

/// What came of the activity: each result with its description, one below the other.
fn results(activity: &Node) -> String {
    let results = activity.all("result").filter_map(|result| {
        let said = ["title", "description"]
            .iter()
            .filter_map(|name| narrative(result.first(name)?));
        let said: Vec<String> = said.collect();
        (!said.is_empty()).then(|| said.join(": "))
    });
    results.collect::<Vec<_>>().join("\n")
}

/// What an element says in English, or in the first language that it says it in.
fn narrative(node: &Node) -> Option<String> {
    let mut narratives = node.all("narrative").filter(|node| !node.text().is_empty());
    let english = narratives
        .clone()
        .find(|node| node.attribute("xml:lang").eq_ignore_ascii_case("en"));
    let found = english.or_else(|| narratives.next())?;
    Some(found.text().to_owned())
}

/// An organisation's name, or its identifier where it is not named.
fn organisation(node: &Node) -> Option<String> {
    narrative(node).or_else(|| Some(node.attribute("ref").to_owned()).filter(|id| !id.is_empty()))
}

fn with_role<'a>(
    activity: &'a Node,
    wanted: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = String> + 'a {
    let bodies = activity
        .all("participating-org")
        .filter(move |node| wanted(node.attribute("role")));
    bodies.filter_map(organisation)
}

/// Who is accountable, else who reports.
fn lead(activity: &Node) -> Option<String> {
    let accountable = with_role(activity, |role| role == "2").next();
    accountable.or_else(|| organisation(activity.first("reporting-org")?))
}

/// What tags and sectors are called.
fn words(activity: &Node, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let tags = activity.all("tag").chain(activity.all("sector"));
    let wanted = tags.filter(|node| wanted(node.attribute("vocabulary-uri")));
    wanted.filter_map(narrative).collect()
}

/// Codes of one of the standard's vocabularies.
fn codes(activity: &Node, name: &str, vocabulary: &str) -> Vec<String> {
    let nodes = activity
        .all(name)
        .filter(|node| node.attribute("vocabulary") == vocabulary);
    nodes.map(|node| node.attribute("code").to_owned()).collect()
}

/// The date of the first of these types that is told.
fn date<'a>(activity: &'a Node, types: [&str; 2]) -> &'a str {
    let of = |kind: &str| {
        let mut dates = activity.all("activity-date");
        dates.find(|node| node.attribute("type") == kind)
    };
    let [best, other] = types;
    of(best)
        .or_else(|| of(other))
        .map_or("", |node| node.attribute("iso-date"))
}

/// An amount with its currency.
fn value<'a>(activity: &'a Node, node: &'a Node) -> Option<(&'a str, &'a str)> {
    let value = node.first("value")?;
    let currency = match value.attribute("currency") {
        "" => activity.attribute("default-currency"),
        named => named,
    };
    Some((value.text(), currency))
}

/// The budget where one is told; several years' budgets add up only on paper, so the note holds them.
fn budget(activity: &Node) -> Option<String> {
    let mut budgets = activity.all("budget");
    let only = budgets.next().filter(|_| budgets.next().is_none())?;
    let (sum, currency) = value(activity, only)?;
    Some(format!("{sum} {currency}"))
}

/// The types of transactions that are awards: commitments; where there are none, what came in.
fn award_types(activity: &Node) -> &'static [&'static str] {
    const COMMITMENTS: [&str; 2] = ["2", "11"];
    let mut transactions = activity.all("transaction");
    match transactions.any(|node| COMMITMENTS.contains(&transaction_type(node))) {
        true => &COMMITMENTS,
        false => &["1"],
    }
}

fn transaction_type(transaction: &Node) -> &str {
    let kind = transaction.first("transaction-type");
    kind.map_or("", |kind| kind.attribute("code"))
}

fn awards(activity: &Node) -> Vec<String> {
    let types = award_types(activity);
    let transactions = activity.all("transaction");
    let granted = transactions.filter(|node| types.contains(&transaction_type(node)));
    let award = |node: &Node| {
        let (sum, currency) = value(activity, node)?;
        let day = node
            .first("transaction-date")
            .map_or("", |node| node.attribute("iso-date"));
        let mut told = format!("{sum} {currency} on {day}");
        if let Some(giver) = node.first("provider-org").and_then(organisation) {
            told.push_str(&format!(" from {giver}"));
        }
        Some(told)
    };
    granted.filter_map(award).collect()
}

fn identifiers(activity: &Node) -> Vec<String> {
    let transactions = activity.all("transaction");
    let givers = transactions.filter_map(|node| node.first("provider-org"));
    let bodies = activity
        .all("participating-org")
        .chain(activity.all("reporting-org"))
        .chain(givers);
    let identified = bodies.filter_map(|node| {
        let id = node.attribute("ref");
        let name = narrative(node)?;
        (!id.is_empty() && !id.contains(char::is_whitespace)).then(|| format!("{id} {name}"))
    });
    identified.collect()
}

/// What the activity notes, and what it says beyond our fields.
fn note(activity: &Node) -> Cell {
    let noted = activity
        .all(EXTENSION)
        .filter(|node| node.attribute("name") == Field::Note.name());
    let mut lines: Vec<String> = noted.map(|node| node.text().to_owned()).collect();
    let own = activity.all(EXTENSION).next().is_some();
    let id = activity.first("iati-identifier").map_or("", Node::text);
    if !id.is_empty() && !id.starts_with(PREFIX) {
        lines.push(format!("{KEPT_IDENTIFIER}{id}"));
    }
    // An activity that this program wrote says nothing beyond.
    let beyond = activity.children().iter().filter(|_| !own);
    let awards = award_types(activity);
    let beyond = beyond.filter_map(|node| kept(activity, awards, node));
    lines.extend(beyond.take(MOST_KEPT));
    Cell::Text(lines.join("\n"))
}

/// What an element says that no field of ours takes. People to write to are left out: they did not ask to be here.
fn kept(activity: &Node, awards: &[&str], node: &Node) -> Option<String> {
    let name = node.name.as_str();
    let code = node.attribute("code");
    match name {
        EXTENSION | "iati-identifier" | "reporting-org" | "title" | "description" | "participating-org"
        | "activity-date" | "location" | "document-link" | "contact-info" => None,
        "activity-status" | "activity-scope" => Some(format!("IATI {name}: {code}")),
        "sector" if node.attribute("vocabulary") == "3" => None,
        "tag" if node.attribute("vocabulary") == "2" => None,
        "sector" | "tag" if narrative(node).is_none() => Some(format!(
            "IATI {name}: {code} (vocabulary {})",
            match node.attribute("vocabulary") {
                "" => "1",
                named => named,
            }
        )),
        "budget" if activity.all("budget").nth(1).is_some() => {
            let (sum, currency) = value(activity, node)?;
            let edge = |name: &str| node.first(name).map_or("", |node| node.attribute("iso-date"));
            Some(format!(
                "IATI budget: {sum} {currency} from {} to {}",
                edge("period-start"),
                edge("period-end")
            ))
        }
        "sector" | "tag" | "budget" => None,
        "related-activity" if node.attribute("type") == "1" => None,
        "transaction" if awards.contains(&transaction_type(node)) => None,
        // The result itself is the outcome; how it was measured is beyond.
        "result" => {
            let measured: Vec<String> = node.all("indicator").map(spelled).collect();
            (!measured.is_empty()).then(|| clipped(&format!("IATI indicators: {}", measured.join("; "))))
        }
        _ => Some(clipped(&format!("IATI {name}: {}", spelled(node)))).filter(|said| !said.ends_with(": ")),
    }
}

/// All that an element says, from outside to inside: its attributes, its text or what it says in English, its children.
fn spelled(node: &Node) -> String {
    let attributes = node.attributes().map(|(name, value)| format!("{name}={value}"));
    let said = narrative(node).unwrap_or_else(|| node.text().to_owned());
    let inner = node.children().iter().filter(|child| child.name != "narrative");
    let inner = inner.map(|child| match spelled(child) {
        said if said.is_empty() => child.name.clone(),
        said => format!("{} {said}", child.name),
    });
    let inner: Vec<String> = inner.collect();
    let inner = (!inner.is_empty()).then(|| format!("({})", inner.join(", ")));
    let parts = attributes.chain(Some(said)).chain(inner);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST_KEPT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
