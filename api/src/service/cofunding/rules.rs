//! A call's lines as the rules that bids are held against.

use entity::kinds::{CallTermKind, Phase};
use matching::cofunding::{MatchRate, Quota, Rules};

use crate::exchange::to_matching::phase;
use crate::service::funding::Call;

/// The rules of a call.
#[must_use]
pub fn rules(call: &Call) -> Rules {
    let words = |kind| call.words(kind).map(str::to_owned).collect();
    let count = |number: Option<i32>| number.and_then(|number| usize::try_from(number).ok());
    let quotas = call.lines(CallTermKind::NationQuota).map(|line| Quota {
        nation: line.value.clone(),
        fewest: count(line.number).unwrap_or(0),
    });
    let rates = call.lines(CallTermKind::MatchRate).map(|line| MatchRate {
        kind: line.value.clone(),
        basis_points: line
            .number
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(0),
    });
    let phases = call.words(CallTermKind::Phase).filter_map(Phase::parse);
    let row = &call.row;
    let purse = [row.most_grant_minor, row.purse_minor];
    Rules {
        currency: row.currency.clone(),
        lead_kinds: words(CallTermKind::LeadKind),
        member_kinds: words(CallTermKind::MemberKind),
        nations: words(CallTermKind::Nation),
        phases: phases.map(phase).collect(),
        themes: words(CallTermKind::Theme),
        fewest_partners: count(Some(row.fewest_partners)).unwrap_or(0),
        most_partners: count(row.most_partners),
        quotas: quotas.collect(),
        match_rates: rates.collect(),
        least_grant: row.least_grant_minor,
        most_grant: purse.into_iter().flatten().min(),
        most_grant_each: row.most_grant_each_minor,
        most_led: count(row.most_led),
    }
}
