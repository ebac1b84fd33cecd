//! What a record says of a field, as a cell and as JSON.

use serde_json::{Value, json};

use super::super::columns::Field;
use super::super::record::{
    AdoptionRecord, Amount, AwardRecord, OutcomeRecord, PartialDate, ProjectRecord, RelationRecord,
};
use super::super::value::{amount, award};
use entity::kinds::DatePrecision;

/// The columns of a table, in order. `Currency` is that of every sum that does not name its own.
pub(crate) const COLUMNS: [Field; 30] = [
    Field::Id,
    Field::Title,
    Field::Summary,
    Field::Kind,
    Field::Phase,
    Field::Lead,
    Field::Partners,
    Field::Funders,
    Field::Suppliers,
    Field::Evaluators,
    Field::Themes,
    Field::Technologies,
    Field::Programme,
    Field::Outcome,
    Field::Outcomes,
    Field::Adopters,
    Field::Places,
    Field::Sectors,
    Field::Goals,
    Field::Start,
    Field::End,
    Field::Budget,
    Field::Award,
    Field::AwardedOn,
    Field::Awards,
    Field::Currency,
    Field::Sources,
    Field::Links,
    Field::Relations,
    Field::Note,
];

/// What a record says of a field.
pub(super) enum Told<'a> {
    Unknown,
    Text(String),
    List(&'a [String]),
    Awards(&'a [AwardRecord]),
    Relations(&'a [RelationRecord]),
    Outcomes(&'a [OutcomeRecord]),
    Words(Vec<String>),
}

impl Told<'_> {
    /// As one cell.
    pub(super) fn cell(self) -> String {
        match self {
            Self::Unknown => String::new(),
            Self::Text(text) => text,
            // A list that ends in a semicolon is one whatever commas it has.
            Self::List([only]) if only.contains(',') => format!("{only};"),
            Self::List(entries) => entries.join("; "),
            Self::Outcomes(outcomes) => {
                let lines = outcomes.iter().filter_map(|one| serde_json::to_string(one).ok());
                lines.collect::<Vec<_>>().join("\n")
            }
            Self::Words(words) => words.join("; "),
            Self::Awards(awards) => awards.iter().map(award::told).collect::<Vec<_>>().join("; "),
            Self::Relations(relations) => {
                let told = relations
                    .iter()
                    .map(|one| format!("{} {}", one.relation.as_str(), one.other));
                told.collect::<Vec<_>>().join("; ")
            }
        }
    }

    /// As JSON; `None` where nothing is known.
    pub(super) fn json(self) -> Option<Value> {
        match self {
            Self::Unknown | Self::List([]) | Self::Awards([]) | Self::Relations([]) => None,
            Self::Outcomes([]) => None,
            Self::Outcomes(outcomes) => serde_json::to_value(outcomes).ok(),
            Self::Words(words) => (!words.is_empty()).then(|| words.into()),
            Self::Text(text) => Some(text.into()),
            Self::List(entries) => Some(entries.into()),
            Self::Awards(awards) => Some(awards.iter().map(award_object).collect()),
            Self::Relations(relations) => {
                let told = relations
                    .iter()
                    .map(|one| json!({ "relation": one.relation.as_str(), "project": one.other }));
                Some(told.collect())
            }
        }
    }
}

fn award_object(award: &AwardRecord) -> Value {
    let mut object = json!({ "amount": amount::plain(&award.amount), "currency": award.amount.currency });
    if let Some(fields) = object.as_object_mut() {
        fields.extend(
            award
                .awarded_on
                .map(|day| ("awardedOn".to_owned(), day.to_string().into())),
        );
        fields.extend(
            award
                .funder
                .as_ref()
                .map(|name| ("funder".to_owned(), name.as_str().into())),
        );
    }
    object
}

/// What the record says of the field.
pub(super) fn told(record: &ProjectRecord, field: Field) -> Told<'_> {
    let shared = shared_currency(record);
    let sum = |sum: &Amount| match shared == Some(sum.currency.as_str()) {
        true => Told::Text(amount::plain(sum)),
        false => Told::Text(format!("{} {}", amount::plain(sum), sum.currency)),
    };
    let known = |told: Option<Told<'static>>| told.unwrap_or(Told::Unknown);
    match field {
        Field::Id => text(record.id.as_deref()),
        Field::Title => text(Some(&record.title)),
        Field::Summary => text(Some(&record.summary)),
        Field::Kind => text(record.kind.map(entity::kinds::ProjectKind::as_str)),
        Field::Phase => text(record.phase.map(entity::kinds::Phase::as_str)),
        Field::Lead => text(record.lead.as_deref()),
        Field::Partners => Told::List(&record.partners),
        Field::Funders => Told::List(&record.funders),
        Field::Suppliers => Told::List(&record.suppliers),
        Field::Evaluators => Told::List(&record.evaluators),
        Field::Themes => Told::List(&record.themes),
        Field::Technologies => Told::List(&record.technologies),
        Field::Programme => text(record.programme.as_deref()),
        Field::Outcome => text(record.outcome.as_deref()),
        Field::Outcomes => Told::Outcomes(&record.outcomes),
        Field::Adopters => Told::Words(record.adopters.iter().map(adoption).collect()),
        Field::Places => Told::List(&record.places),
        Field::Sectors => Told::List(&record.sectors),
        Field::Goals => Told::Words(record.goals.iter().map(u8::to_string).collect()),
        Field::Start => date(record.start),
        Field::End => date(record.end),
        Field::Budget => known(record.budget.as_ref().map(sum)),
        Field::Award => known(sole_award(record).map(|award| sum(&award.amount))),
        Field::AwardedOn => known(
            sole_award(record)
                .and_then(|award| award.awarded_on)
                .map(|day| Told::Text(day.to_string())),
        ),
        Field::Awards if sole_award(record).is_some() => Told::Unknown,
        Field::Awards => Told::Awards(&record.awards),
        Field::Currency => text(shared),
        Field::Sources => Told::List(&record.sources),
        Field::Links => Told::List(&record.links),
        Field::Relations => Told::Relations(&record.relations),
        Field::Note => text(record.note.as_deref()),
        Field::Identifiers => Told::Unknown,
    }
}

/// "Leeds City Council on 2024-05-01".
fn adoption(adoption: &AdoptionRecord) -> String {
    match adoption.adopted_on {
        Some(day) => format!("{} on {day}", adoption.organisation),
        None => adoption.organisation.clone(),
    }
}

fn text(text: Option<&str>) -> Told<'static> {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => Told::Text(text.to_owned()),
        None => Told::Unknown,
    }
}

/// The award that the columns for one can tell whole: there is no other, and the first funder gave it.
fn sole_award(record: &ProjectRecord) -> Option<&AwardRecord> {
    match record.awards.as_slice() {
        [only] if only.funder.as_ref() == record.funders.first() => Some(only),
        _ => None,
    }
}

/// The currency of all sums in columns of their own, where they have one in common.
fn shared_currency(record: &ProjectRecord) -> Option<&str> {
    let award = sole_award(record).map(|award| &award.amount);
    let mut sums = record.budget.iter().chain(award);
    let first = sums.next()?.currency.as_str();
    sums.all(|sum| sum.currency == first).then_some(first)
}

fn date(date: Option<PartialDate>) -> Told<'static> {
    date.map_or(Told::Unknown, |date| Told::Text(partial(date)))
}

/// As much of a date as is known: "2019", "2019-05" or "2019-05-01".
pub(super) fn partial(PartialDate { date, precision }: PartialDate) -> String {
    let format = match precision {
        DatePrecision::Day => "%Y-%m-%d",
        DatePrecision::Month => "%Y-%m",
        DatePrecision::Year => "%Y",
    };
    date.format(format).to_string()
}
