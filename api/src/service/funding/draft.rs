//! A funding call as told, and what becomes of it.

use entity::kinds::{CallTermKind, OrganisationKind, Phase};
use uuid::Uuid;

use super::checks;
use super::moment::{self, Edge};
use crate::error::{UserError, UserErrorCode};
use crate::exchange::record::Amount;
use crate::service::directory::{Meaning, Meanings, listed};

/// At least so many members of one nation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// The nation.
    pub nation: String,
    /// At least so many, the lead included.
    pub fewest: i32,
}

/// What a kind of body must bring itself.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchRate {
    /// The kind.
    pub kind: OrganisationKind,
    /// The part of its own share, in per cent with at most two decimals.
    pub percent: f64,
}

/// A funding call as told by its funder or a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallDraft {
    /// The title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Who pays: an id, a code or a name that means one body.
    pub funder: Option<String>,
    /// Who pays, as written, where no body is meant for sure.
    pub funder_name: Option<String>,
    /// The web address.
    pub url: Option<String>,
    /// What it is about, in free words.
    pub topics: Vec<String>,
    /// From when bids are taken.
    pub opens: Option<String>,
    /// Until when.
    pub closes: Option<String>,
    /// The zone of both.
    pub time_zone: Option<String>,
    /// What there is for all bids together.
    pub purse: Option<Amount>,
    /// The least that a bid may ask for.
    pub least_grant: Option<Amount>,
    /// The most that is granted to a bid.
    pub most_grant: Option<Amount>,
    /// The most that is granted to each member.
    pub most_grant_each: Option<Amount>,
    /// The fewest partners beside the lead.
    pub fewest_partners: Option<i32>,
    /// The most partners beside the lead.
    pub most_partners: Option<i32>,
    /// The most bids that one body may lead.
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
    /// So many of one nation.
    pub quotas: Vec<Quota>,
    /// What each kind must bring.
    pub match_rates: Vec<MatchRate>,
}

/// A line of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) kind: CallTermKind,
    pub(super) value: String,
    pub(super) number: Option<i32>,
}

/// A call without mistakes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prepared {
    pub(super) told: CallDraft,
    pub(super) funder: Option<Uuid>,
    pub(super) opens_ms: Option<i64>,
    pub(super) closes_ms: Option<i64>,
    pub(super) time_zone: String,
    pub(super) currency: String,
    pub(super) lines: Vec<Line>,
}

/// Reads a call.
///
/// # Errors
/// Every mistake at once, and every rule that contradicts another.
pub(super) fn prepare(directory: &impl Meanings, told: CallDraft) -> Result<Prepared, Vec<UserError>> {
    let told = tidied(told);
    let mut mistakes = Vec::new();
    let funder = funder(directory, told.funder.as_deref(), &mut mistakes);
    let zone_name = told.time_zone.clone().unwrap_or_else(|| moment::UK.to_owned());
    let zone = moment::zone(&zone_name);
    if zone.is_none() {
        let message = "a name of the IANA time zone database such as Europe/London is expected";
        mistakes.push(UserError::new(UserErrorCode::Invalid, &["timeZone"], message));
    }
    let mut read = |field: &'static str, text: Option<&String>, edge| {
        let found = text.zip(zone).map(|(text, zone)| moment::parse(text, zone, edge));
        found.and_then(|found| match found {
            Ok(ms) => Some(ms),
            Err(message) => {
                mistakes.push(UserError::new(UserErrorCode::Invalid, &[field], message));
                None
            }
        })
    };
    let opens_ms = read("opens", told.opens.as_ref(), Edge::Opens);
    let closes_ms = read("closes", told.closes.as_ref(), Edge::Closes);
    if opens_ms
        .zip(closes_ms)
        .is_some_and(|(opens, closes)| opens >= closes)
    {
        let message = "the call closes before it opens";
        mistakes.push(UserError::new(
            UserErrorCode::ReversedPeriod,
            &["closes"],
            message,
        ));
    }
    checks::texts(&told, &mut mistakes);
    let currency = checks::money(&told, &mut mistakes);
    checks::counts(&told, &mut mistakes);
    checks::contradictions(&told, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let lines = lines(&told);
    Ok(Prepared {
        told,
        funder,
        opens_ms,
        closes_ms,
        time_zone: zone_name,
        currency,
        lines,
    })
}

fn tidied(mut told: CallDraft) -> CallDraft {
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let known = |text: Option<String>| {
        text.map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    let list = |list: Vec<String>| {
        let mut tidy: Vec<String> = Vec::new();
        for word in list
            .iter()
            .map(|word| spaced(word))
            .filter(|word| !word.is_empty())
        {
            if !tidy
                .iter()
                .any(|known| known.to_lowercase() == word.to_lowercase())
            {
                tidy.push(word);
            }
        }
        tidy
    };
    told.title = spaced(&told.title);
    told.description = told.description.trim().to_owned();
    told.funder = known(told.funder);
    told.funder_name = known(told.funder_name);
    told.url = known(told.url);
    told.opens = known(told.opens);
    told.closes = known(told.closes);
    told.time_zone = known(told.time_zone);
    told.topics = list(told.topics);
    told.nations = list(told.nations);
    told.themes = list(told.themes);
    for quota in &mut told.quotas {
        quota.nation = spaced(&quota.nation);
    }
    told.lead_kinds.dedup();
    told.member_kinds.dedup();
    told.phases.dedup();
    told
}

fn funder(directory: &impl Meanings, name: Option<&str>, mistakes: &mut Vec<UserError>) -> Option<Uuid> {
    let (code, message) = match directory.meaning(name?, None) {
        Meaning::Clear(id) => return Some(id),
        Meaning::Ambiguous(found) => (
            UserErrorCode::Ambiguous,
            format!("this may mean {}; give an id", listed(&found)),
        ),
        Meaning::Unknown(_) => (
            UserErrorCode::NotFound,
            "there is no such organisation; record it first".to_owned(),
        ),
    };
    mistakes.push(UserError::new(code, &["funder"], message));
    None
}

/// Hundredths of a per cent; `None` where the rate is none.
pub(super) fn basis_points(percent: f64) -> Option<i32> {
    if !(0.0..=100.0).contains(&percent) {
        return None;
    }
    let written = format!("{percent:.2}");
    let exact = written
        .parse::<f64>()
        .is_ok_and(|read| (read - percent).abs() < 1e-9);
    written.replace('.', "").parse().ok().filter(|_| exact)
}

fn lines(told: &CallDraft) -> Vec<Line> {
    let line = |kind, value: &str, number| Line {
        kind,
        value: value.to_owned(),
        number,
    };
    let mut lines: Vec<Line> = Vec::new();
    lines.extend(
        told.topics
            .iter()
            .map(|topic| line(CallTermKind::Topic, topic, None)),
    );
    lines.extend(
        told.lead_kinds
            .iter()
            .map(|kind| line(CallTermKind::LeadKind, kind.as_str(), None)),
    );
    lines.extend(
        told.member_kinds
            .iter()
            .map(|kind| line(CallTermKind::MemberKind, kind.as_str(), None)),
    );
    lines.extend(
        told.nations
            .iter()
            .map(|nation| line(CallTermKind::Nation, nation, None)),
    );
    lines.extend(
        told.phases
            .iter()
            .map(|phase| line(CallTermKind::Phase, phase.as_str(), None)),
    );
    lines.extend(
        told.themes
            .iter()
            .map(|theme| line(CallTermKind::Theme, theme, None)),
    );
    let quotas = told.quotas.iter();
    lines.extend(quotas.map(|quota| line(CallTermKind::NationQuota, &quota.nation, Some(quota.fewest))));
    let rates = told.match_rates.iter();
    lines.extend(rates.map(|rate| {
        line(
            CallTermKind::MatchRate,
            rate.kind.as_str(),
            basis_points(rate.percent),
        )
    }));
    lines
}
