//! A funding call as clients tell it.

use async_graphql::InputObject;
use entity::kinds::{OrganisationKind, Phase};

use crate::error::{ApiError, ApiResult, UserError};
use crate::exchange::record::Amount;
use crate::graphql::filter::body;
use crate::graphql::types::money::MoneyInput;
use crate::service::funding::{CallDraft, MatchRate, Quota};

/// A funding call, all of it. Rules are hard: what breaks one cannot be handed in. What is not given demands nothing.
#[derive(Debug, Clone, InputObject)]
pub struct FundingCallInput {
    /// The title, at most 500 characters.
    title: String,
    /// What it is about, at most 100,000 characters.
    description: Option<String>,
    /// Who pays: a global id, a code, or a name that means one body. Only an administrator may leave it out.
    funder: Option<String>,
    /// The web address.
    url: Option<String>,
    /// What it is about, in free words; at most 100.
    topics: Option<Vec<String>>,
    /// From when bids are taken: a day such as `2026-12-01`, which counts from its beginning, a time on the clocks of the time
    /// zone such as `2026-12-01T09:00`, or a moment with its offset such as `2026-12-01T09:00:00Z`.
    opens: Option<String>,
    /// From when bids are taken no more, written likewise; a day counts until its end.
    closes: Option<String>,
    /// The time zone, by its name in the IANA database; `Europe/London` unless given.
    time_zone: Option<String>,
    /// What there is for all bids together. All sums of a call are in one currency.
    purse: Option<MoneyInput>,
    /// The least that a bid may ask for.
    least_grant: Option<MoneyInput>,
    /// The most that is granted to a bid.
    most_grant: Option<MoneyInput>,
    /// The most that is granted to each member.
    most_grant_each: Option<MoneyInput>,
    /// The fewest partners beside the lead, from 0 to 1,000.
    fewest_partners: Option<i32>,
    /// The most partners beside the lead, from 0 to 1,000.
    most_partners: Option<i32>,
    /// The most bids that one body may lead, from 1 to 1,000.
    most_led: Option<i32>,
    /// The kinds of body that may lead.
    lead_kinds: Option<Vec<OrganisationKind>>,
    /// The kinds of body that may take part.
    member_kinds: Option<Vec<OrganisationKind>>,
    /// The nations that all members must lie in.
    nations: Option<Vec<String>>,
    /// The phases of which each member must have a project.
    phases: Option<Vec<Phase>>,
    /// The themes of which each member must have a project.
    themes: Option<Vec<String>>,
    /// Nations of which there must be so many members; at most 20.
    nation_quotas: Option<Vec<NationQuotaInput>>,
    /// What bodies of a kind must bring themselves.
    match_rates: Option<Vec<MatchRateInput>>,
}

/// At least so many members of one nation.
#[derive(Debug, Clone, InputObject)]
pub(super) struct NationQuotaInput {
    /// The nation, such as `Wales`.
    nation: String,
    /// At least so many members, the lead included; from 1 to 1,000.
    fewest: i32,
}

/// What bodies of one kind must bring themselves.
#[derive(Debug, Clone, InputObject)]
pub(super) struct MatchRateInput {
    /// The kind of body.
    kind: OrganisationKind,
    /// The part of its own share of the cost, in per cent from 0 to 100 with at most two decimals.
    percent: f64,
}

impl FundingCallInput {
    /// What is told, as the service takes it.
    ///
    /// # Errors
    /// Every sum that cannot be understood.
    pub(crate) fn draft(self) -> ApiResult<CallDraft> {
        let mut mistakes: Vec<UserError> = Vec::new();
        let mut sum = |field: &str, money: Option<MoneyInput>| -> Option<Amount> {
            match money?.amount(&["call", field]) {
                Ok(amount) => Some(amount),
                Err(mistake) => {
                    mistakes.push(mistake);
                    None
                }
            }
        };
        let (purse, least_grant) = (sum("purse", self.purse), sum("leastGrant", self.least_grant));
        let most_grant = sum("mostGrant", self.most_grant);
        let most_grant_each = sum("mostGrantEach", self.most_grant_each);
        if !mistakes.is_empty() {
            return Err(ApiError::BadInput(mistakes));
        }
        let quotas = self
            .nation_quotas
            .unwrap_or_default()
            .into_iter()
            .map(|quota| Quota {
                nation: quota.nation,
                fewest: quota.fewest,
            });
        let rates = self
            .match_rates
            .unwrap_or_default()
            .into_iter()
            .map(|rate| MatchRate {
                kind: rate.kind,
                percent: rate.percent,
            });
        Ok(CallDraft {
            title: self.title,
            description: self.description.unwrap_or_default(),
            funder: self.funder.map(body),
            funder_name: None,
            url: self.url,
            topics: self.topics.unwrap_or_default(),
            opens: self.opens,
            closes: self.closes,
            time_zone: self.time_zone,
            purse,
            least_grant,
            most_grant,
            most_grant_each,
            fewest_partners: self.fewest_partners,
            most_partners: self.most_partners,
            most_led: self.most_led,
            lead_kinds: self.lead_kinds.unwrap_or_default(),
            member_kinds: self.member_kinds.unwrap_or_default(),
            nations: self.nations.unwrap_or_default(),
            phases: self.phases.unwrap_or_default(),
            themes: self.themes.unwrap_or_default(),
            quotas: quotas.collect(),
            match_rates: rates.collect(),
        })
    }
}
