//! What both records say of people, time, places and money, set side by side.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::Bodies;
use crate::exchange::currency::decimal;
use crate::exchange::record::{Amount, PartialDate};
use crate::service::project::version::State;

/// Somebody who takes part in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedParticipant {
    /// The organisation.
    pub organisation: Uuid,
    /// Its name.
    pub name: String,
    /// What it does in the left project.
    pub left: Vec<&'static str>,
    /// What it does in the right project.
    pub right: Vec<&'static str>,
    /// What shows that it is the same body.
    pub matched_by: String,
    /// Whether it leads or takes part in both, and does not only pay, sell or judge.
    pub works: bool,
}

/// How two periods lie to each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Period {
    /// The left one, as told.
    pub left: String,
    /// The right one, as told.
    pub right: String,
    /// So many days both ran, both ends counted; none where a beginning or an end is unknown.
    pub days_together: Option<i64>,
    /// The same in words.
    pub told: String,
}

/// A place that both share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedPlace {
    /// Its name.
    pub name: String,
    /// How both have to do with it.
    pub how: &'static str,
}

/// A sum of one of the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Whether the left record says it.
    pub is_left: bool,
    /// `award` or `budget`.
    pub kind: &'static str,
    /// Who gives it, where that is known.
    pub source: Option<String>,
    /// Who, as an organisation.
    pub organisation: Option<Uuid>,
    /// How much.
    pub amount: Amount,
    /// When it was granted.
    pub awarded_on: Option<NaiveDate>,
}

impl Sum {
    /// The amount as people read it.
    #[must_use]
    pub fn told(&self) -> String {
        format!("{} {}", decimal(&self.amount), self.amount.currency)
    }
}

/// A sum in both records that may be one cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameCost {
    /// How much.
    pub amount: Amount,
    /// The same as people read it.
    pub told: String,
    /// Whether one body gives both.
    pub same_source: bool,
    /// Whether the sum is so exact (three significant figures and more) that chance is unlikely.
    pub exact: bool,
    /// Why.
    pub why: String,
}

type Roles = BTreeMap<Uuid, Vec<&'static str>>;

fn roles(state: &State) -> Roles {
    let draft = &state.draft;
    let mut found = Roles::new();
    let lists: [(&'static str, Vec<&String>); 5] = [
        ("lead", draft.lead.iter().collect()),
        ("partner", draft.partners.iter().collect()),
        ("funder", draft.funders.iter().collect()),
        ("supplier", draft.suppliers.iter().collect()),
        ("evaluator", draft.evaluators.iter().collect()),
    ];
    for (role, ids) in lists {
        for id in ids.into_iter().filter_map(|id| Uuid::try_parse(id).ok()) {
            found.entry(id).or_default().push(role);
        }
    }
    found
}

/// Who takes part in both.
pub(super) fn participants(left: &State, right: &State, bodies: &Bodies) -> Vec<SharedParticipant> {
    let (left, right) = (roles(left), roles(right));
    let works = |roles: &[&str]| roles.iter().any(|role| matches!(*role, "lead" | "partner"));
    let shared = left.into_iter().filter_map(|(id, left)| {
        let right = right.get(&id)?.clone();
        let body = bodies.get(&id)?;
        let code = body.code.as_deref().or(body.gss.as_deref());
        Some(SharedParticipant {
            organisation: id,
            name: body.name.clone(),
            matched_by: match code {
                Some(code) => format!("the same body in the register ({code})"),
                None => "the same body in the catalogue".to_owned(),
            },
            works: works(&left) && works(&right),
            left,
            right,
        })
    });
    let mut shared: Vec<SharedParticipant> = shared.collect();
    shared.sort_by(|a, b| b.works.cmp(&a.works).then_with(|| a.name.cmp(&b.name)));
    shared
}

fn whole(state: &State) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let draft = &state.draft;
    (
        draft.start.map(|start| start.date),
        draft.end.map(PartialDate::last_day),
    )
}

fn told(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
    format!("{} to {}", day(from), day(to))
}

/// How the periods lie to each other.
pub(super) fn period(left: &State, right: &State) -> Period {
    let (left, right) = (whole(left), whole(right));
    let words = (told(left.0, left.1), told(right.0, right.1));
    let mut found = Period {
        left: words.0,
        right: words.1,
        ..Period::default()
    };
    let (Some(from), Some(to)) = (left.0.zip(right.0), left.1.zip(right.1)) else {
        found.told = "cannot be told: a beginning or an end is unknown".to_owned();
        return found;
    };
    let (from, to) = (from.0.max(from.1), to.0.min(to.1));
    let days = to.signed_duration_since(from).num_days() + 1;
    found.days_together = Some(days.max(0));
    found.told = match days {
        ..=0 => format!("not at the same time; {} days lie between them", -days),
        1 => "for one day".to_owned(),
        days => format!("for {days} days, from {from} to {to}"),
    };
    found
}

/// Places that both are for, or that both are led from.
pub(super) fn places(left: &State, right: &State, bodies: &Bodies) -> Vec<SharedPlace> {
    let mut shared: Vec<SharedPlace> = Vec::new();
    let mut add = |name: &str, how: &'static str| {
        if !shared.iter().any(|place| place.name == name) {
            shared.push(SharedPlace {
                name: name.to_owned(),
                how,
            });
        }
    };
    for place in &left.draft.places {
        let same = right.draft.places.iter().any(|other| {
            (place.authority.is_some() && place.authority == other.authority)
                || place.name.to_lowercase() == other.name.to_lowercase()
        });
        if same {
            add(&place.name, "both are for its people");
        }
    }
    let lead = |state: &State| {
        let id = Uuid::try_parse(state.draft.lead.as_deref()?).ok()?;
        bodies.get(&id)
    };
    if let Some((one, other)) = lead(left).zip(lead(right)) {
        if one.id == other.id {
            add(&one.name, "the same body leads both");
        }
        for (a, b, how) in [
            (&one.region, &other.region, "both are led from this region"),
            (&one.nation, &other.nation, "both are led from this nation"),
        ] {
            if let Some(name) = a.as_deref().filter(|_| a == b) {
                add(name, how);
            }
        }
    }
    shared
}

fn sums(state: &State, is_left: bool, bodies: &Bodies) -> Vec<Sum> {
    let draft = &state.draft;
    let only_funder = match draft.funders.as_slice() {
        [one] => Uuid::try_parse(one).ok(),
        _ => None,
    };
    let named = |id: Option<Uuid>| id.and_then(|id| Some(bodies.get(&id)?.name.clone()));
    let awards = draft.awards.iter().map(|award| {
        let told = award.funder.as_deref().and_then(|id| Uuid::try_parse(id).ok());
        let organisation = told.or(only_funder);
        Sum {
            is_left,
            kind: "award",
            source: named(organisation),
            organisation,
            amount: award.amount.clone(),
            awarded_on: award.awarded_on,
        }
    });
    let budget = draft.budget.iter().map(|budget| Sum {
        is_left,
        kind: "budget",
        source: None,
        organisation: None,
        amount: budget.clone(),
        awarded_on: None,
    });
    awards.chain(budget).collect()
}

/// Every sum of either, and those that stand in both.
pub(super) fn money(left: &State, right: &State, bodies: &Bodies) -> (Vec<Sum>, Vec<SameCost>) {
    let (mut left, right) = (sums(left, true, bodies), sums(right, false, bodies));
    let mut same: Vec<SameCost> = Vec::new();
    for one in &left {
        for other in right
            .iter()
            .filter(|other| other.amount == one.amount && one.amount.minor != 0)
        {
            let same_source = one.organisation.is_some() && one.organisation == other.organisation;
            let exact = figures(one.amount.minor) >= 3;
            let known = same.iter_mut().find(|known| known.amount == one.amount);
            let why = match (same_source, exact) {
                (true, _) => format!(
                    "both records name this sum from {}",
                    one.source.as_deref().unwrap_or("the same body")
                ),
                (false, true) => "both records name this exact sum".to_owned(),
                (false, false) => "both records name this round sum, which may be chance".to_owned(),
            };
            match known {
                Some(known) if same_source && !known.same_source => {
                    (known.same_source, known.why) = (true, why);
                }
                Some(_) => {}
                None => same.push(SameCost {
                    told: one.told(),
                    amount: one.amount.clone(),
                    same_source,
                    exact,
                    why,
                }),
            }
        }
    }
    left.extend(right);
    (left, same)
}

/// How many significant figures a sum has: 1 for £50,000.
fn figures(minor: i64) -> u32 {
    let mut rest = minor.unsigned_abs();
    while rest != 0 && rest.is_multiple_of(10) {
        rest /= 10;
    }
    rest.checked_ilog10().map_or(0, |digits| digits + 1)
}
