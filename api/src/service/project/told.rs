//! A project's state as people read it, and what sets two states apart.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Outcome;
use super::version::State;
use crate::exchange::currency::decimal;
use crate::exchange::record::{Amount, PartialDate};

/// The names of organisations, by id.
pub type Names = HashMap<Uuid, String>;

/// A field in which two states differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The field's name in the API.
    pub field: String,
    /// What it says in the first state; `None` where it is unknown.
    pub before: Option<String>,
    /// What it says in the second.
    pub after: Option<String>,
}

/// The fields in which two states differ, in the order of [`told`].
#[must_use]
pub fn differences(
    before: &State,
    after: &State,
    names: &Names,
    project: &dyn Fn(Uuid) -> String,
) -> Vec<Difference> {
    let pairs = told(before, names, project)
        .into_iter()
        .zip(told(after, names, project));
    pairs
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| Difference {
            field: field.to_owned(),
            before,
            after,
        })
        .collect()
}

/// Every field of a state as people read it, in one order; `None` where it is unknown. `project` is how another
/// project is named.
#[must_use]
pub fn told(
    state: &State,
    names: &Names,
    project: &dyn Fn(Uuid) -> String,
) -> Vec<(&'static str, Option<String>)> {
    let draft = &state.draft;
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let list = |parts: Vec<String>| text(&parts.join("; "));
    let body = |id: &String| {
        let name = Uuid::try_parse(id).ok().and_then(|id| names.get(&id));
        name.unwrap_or(id).clone()
    };
    let bodies = |ids: &[String]| list(ids.iter().map(body).collect());
    let awards = draft.awards.iter().map(|award| {
        let by = award.funder.as_ref().map(|id| format!(" by {}", body(id)));
        let on = award.awarded_on.map(|day| format!(" on {day}"));
        format!(
            "{}{}{}",
            money(&award.amount),
            by.unwrap_or_default(),
            on.unwrap_or_default()
        )
    });
    let relations = draft
        .relations
        .iter()
        .map(|(other, relation)| format!("{} {}", relation.as_str(), project(*other)));
    let adopters = draft.adopters.iter().map(|adoption| {
        let on = adoption.adopted_on.map(|day| format!(" on {day}"));
        format!("{}{}", body(&adoption.organisation), on.unwrap_or_default())
    });
    vec![
        ("title", text(&draft.title)),
        ("summary", text(&draft.summary)),
        ("kind", draft.kind.map(|kind| kind.as_str().to_owned())),
        ("phase", draft.phase.map(|phase| phase.as_str().to_owned())),
        ("status", text(state.status.as_str())),
        ("lead", draft.lead.as_ref().map(body)),
        ("partners", bodies(&draft.partners)),
        ("funders", bodies(&draft.funders)),
        ("suppliers", bodies(&draft.suppliers)),
        ("evaluators", bodies(&draft.evaluators)),
        ("themes", list(draft.themes.clone())),
        ("technologies", list(draft.technologies.clone())),
        ("sectors", list(draft.sectors.clone())),
        ("goals", list(draft.goals.iter().map(u8::to_string).collect())),
        ("programme", draft.programme.clone()),
        ("outcome", draft.outcome.clone()),
        ("outcomes", list(draft.outcomes.iter().map(outcome).collect())),
        ("adopters", list(adopters.collect())),
        (
            "beneficiaryPlaces",
            list(draft.places.iter().map(|place| place.name.clone()).collect()),
        ),
        ("note", draft.note.clone()),
        ("startDate", date(draft.start)),
        ("endDate", date(draft.end)),
        ("budget", draft.budget.as_ref().map(money)),
        ("awards", list(awards.collect())),
        ("links", list(draft.links.clone())),
        ("relations", list(relations.collect())),
        ("retiredReason", state.retired_reason.clone()),
    ]
}

fn outcome(told: &Outcome) -> String {
    let evidence = told.evidence.iter().chain(&told.evidence_url).cloned();
    let reusable = told.reusable.map(|word| format!("reusable {}", word.as_str()));
    let beside: Vec<String> = evidence.chain(reusable).collect();
    let beside = if beside.is_empty() {
        String::new()
    } else {
        format!(" ({})", beside.join(", "))
    };
    format!("{}: {}{beside}", told.finding.as_str(), told.statement)
}

/// As much of a date as is known.
fn date(date: Option<PartialDate>) -> Option<String> {
    use entity::kinds::DatePrecision::{Day, Month, Year};
    date.map(|date| match date.precision {
        Day => date.date.to_string(),
        Month => date.date.format("%Y-%m").to_string(),
        Year => date.date.format("%Y").to_string(),
    })
}

fn money(amount: &Amount) -> String {
    format!("{} {}", decimal(amount), amount.currency)
}
