//! Funding calls: who pays for what, under which rules, until when.

mod input;

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::funding_call::Model;
use entity::kinds::{CallTermKind, OrganisationKind, Phase};

use super::money::Money;
use super::organisation::Organisation;
use crate::clock;
use crate::error::ApiResult;
use crate::exchange::record::Amount;
use crate::graphql::filter::bounded;
use crate::graphql::id::{Kind, encode, expect_all};
use crate::graphql::pagination::{PageArguments, connection, cursor, page_info};
use crate::graphql::scalar::DateTime;
use crate::service::App;
use crate::service::funding::{self, Call, moment};
use crate::store;
use crate::store::funding::{CallQuery, Standing};
use crate::store::page::{KeyKind, Position};
pub use input::FundingCallInput;

/// A call for bids: who pays for what, under which rules, until when.
#[derive(Debug, Clone)]
pub struct FundingCall(pub Arc<Call>);

connection!(
    FundingCallConnection,
    FundingCallEdge,
    FundingCall,
    "funding calls"
);

/// Whether a call takes bids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum FundingCallState {
    /// It opens later.
    Upcoming,
    /// It takes bids.
    Open,
    /// It takes bids no more.
    Closed,
}

impl From<Standing> for FundingCallState {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Upcoming => Self::Upcoming,
            Standing::Open => Self::Open,
            Standing::Closed => Self::Closed,
        }
    }
}

impl From<FundingCallState> for Standing {
    fn from(state: FundingCallState) -> Self {
        match state {
            FundingCallState::Upcoming => Self::Upcoming,
            FundingCallState::Open => Self::Open,
            FundingCallState::Closed => Self::Closed,
        }
    }
}

/// Which funding calls are wanted. Several conditions must all hold; of a list, one entry is enough.
#[derive(Debug, Clone, Default, InputObject)]
pub struct FundingCallFilter {
    /// In one of these states now.
    states: Option<Vec<FundingCallState>>,
    /// Of one of these funders, by global id.
    funders: Option<Vec<ID>>,
    /// Of the source with exactly this name; `tandem` are those recorded through the API.
    source: Option<String>,
    /// That fund one of these themes, or any.
    themes: Option<Vec<String>>,
    /// That are for one of these nations, or for any.
    nations: Option<Vec<String>>,
    /// That one of these kinds of body may lead.
    lead_kinds: Option<Vec<OrganisationKind>>,
    /// That fund one of these phases, or any.
    phases: Option<Vec<Phase>>,
    /// With one of these words among their topics; case does not matter.
    topics: Option<Vec<String>>,
}

impl FundingCallFilter {
    /// The question to the database.
    ///
    /// # Errors
    /// Bad input for lists out of bounds and ids of something else.
    pub(crate) fn query(self, search: Option<&str>) -> ApiResult<CallQuery> {
        let kinds = bounded(self.lead_kinds, "leadKinds")?.into_iter();
        let kinds = kinds.map(|kind| kind.as_str().to_owned());
        let phases = bounded(self.phases, "phases")?.into_iter();
        let phases = phases.map(|phase| phase.as_str().to_owned());
        let given = |kind, words: Vec<String>| (!words.is_empty()).then_some((kind, words));
        let open_to = [
            given(CallTermKind::Theme, bounded(self.themes, "themes")?),
            given(CallTermKind::Nation, bounded(self.nations, "nations")?),
            given(CallTermKind::LeadKind, kinds.collect()),
            given(CallTermKind::Phase, phases.collect()),
        ];
        let states = bounded(self.states, "states")?;
        Ok(CallQuery {
            words: funding::searched(search)?,
            standing: states.into_iter().map(Into::into).collect(),
            now_ms: clock::now().timestamp_millis(),
            funders: expect_all(Kind::Organisation, &bounded(self.funders, "funders")?, "funders")?,
            source: self.source,
            open_to: open_to.into_iter().flatten().collect(),
            about: given(CallTermKind::Topic, bounded(self.topics, "topics")?)
                .into_iter()
                .collect(),
        })
    }
}

/// What a call demands. Rules are hard: what breaks one cannot be handed in. Empty lists and null demand nothing.
#[derive(Debug, Clone, SimpleObject)]
pub struct FundingRules {
    /// The kinds of body that may lead.
    pub lead_kinds: Vec<OrganisationKind>,
    /// The kinds of body that may take part.
    pub member_kinds: Vec<OrganisationKind>,
    /// The nations that all members must lie in.
    pub nations: Vec<String>,
    /// The phases of which each member must have a project.
    pub phases: Vec<Phase>,
    /// The themes of which each member must have a project.
    pub themes: Vec<String>,
    /// The fewest partners beside the lead.
    pub fewest_partners: i32,
    /// The most partners beside the lead.
    pub most_partners: Option<i32>,
    /// The most bids that one body may lead.
    pub most_led: Option<i32>,
    /// Nations of which there must be so many members, the lead included.
    pub nation_quotas: Vec<NationQuota>,
    /// What bodies of a kind must bring themselves; a kind that is not named brings nothing.
    pub match_rates: Vec<MatchRate>,
}

/// At least so many members of one nation.
#[derive(Debug, Clone, SimpleObject)]
pub struct NationQuota {
    /// The nation.
    pub nation: String,
    /// At least so many members, the lead included.
    pub fewest: i32,
}

/// What bodies of one kind must bring themselves.
#[derive(Debug, Clone, SimpleObject)]
pub struct MatchRate {
    /// The kind of body.
    pub kind: OrganisationKind,
    /// The part of its own share of the cost, in per cent from 0 to 100.
    pub percent: f64,
}

impl From<Call> for FundingCall {
    fn from(call: Call) -> Self {
        Self(Arc::new(call))
    }
}

impl FundingCall {
    /// A page of the calls that fit.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        query: CallQuery,
        arguments: &PageArguments,
    ) -> ApiResult<FundingCallConnection> {
        let page = arguments.page(KeyKind::Integer)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let slice = store::funding::list(db, &query, &page).await?;
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::funding::count(db, &query).await?,
            false => 0,
        };
        let place = |row: &Model| Position {
            key: store::funding::sort_key(row),
            id: row.id,
        };
        let info = page_info(&slice, place);
        let cursors = slice.rows.iter().map(|row| cursor(&place(row))).collect();
        let nodes = funding::load(db, slice.rows).await?;
        let nodes = nodes.into_iter().map(Self::from).collect();
        Ok(FundingCallConnection::new(nodes, cursors, info, total))
    }

    fn sum(&self, minor: Option<i64>) -> Option<Money> {
        minor.map(|minor| {
            Money::from(Amount {
                minor,
                currency: self.0.row.currency.clone(),
            })
        })
    }
}

/// A call for bids: who pays for what, under which rules, until when.
#[Object]
impl FundingCall {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::FundingCall, self.0.row.id)
    }

    /// The title.
    async fn title(&self) -> &str {
        &self.0.row.title
    }

    /// What it is about; may be empty.
    async fn description(&self) -> &str {
        &self.0.row.description
    }

    /// Who pays, where the body is known.
    async fn funder(&self) -> Option<Organisation> {
        self.0.funder.clone().map(Organisation::from)
    }

    /// Who pays, as the source writes it.
    async fn funder_name(&self) -> Option<&str> {
        let written = self.0.row.funder_name.as_deref();
        written.or_else(|| self.0.funder.as_ref().map(|body| body.name.as_str()))
    }

    /// The web address.
    async fn url(&self) -> Option<&str> {
        self.0.row.url.as_deref()
    }

    /// What it is about, in the source's words.
    async fn topics(&self) -> Vec<&str> {
        self.0.words(CallTermKind::Topic).collect()
    }

    /// What the call is called as a record of its source: `tandem` are calls recorded through the API.
    async fn source(&self) -> &str {
        &self.0.row.source
    }

    /// From when bids are taken; null where unknown.
    async fn opens_at(&self) -> Option<DateTime> {
        self.0.row.opens_ms.map(|ms| DateTime(moment::utc(ms)))
    }

    /// From this moment on bids are taken no more; null where the call never closes or it is unknown.
    async fn closes_at(&self) -> Option<DateTime> {
        self.0.row.closes_ms.map(|ms| DateTime(moment::utc(ms)))
    }

    /// The closing on the clocks of the call's time zone, such as `2026-12-01T12:00 GMT`.
    async fn closes_locally(&self) -> Option<String> {
        let row = &self.0.row;
        row.closes_ms.map(|ms| moment::told(ms, &row.time_zone))
    }

    /// The time zone of the call, by its name in the IANA database.
    async fn time_zone(&self) -> &str {
        &self.0.row.time_zone
    }

    /// Whether it takes bids now. A call without an end that has opened does.
    async fn state(&self) -> FundingCallState {
        self.0.standing(clock::now().timestamp_millis()).into()
    }

    /// Whole days until it closes; 0 on its last day, null where it never closes or has closed.
    async fn days_left(&self) -> Option<i32> {
        let days = self.0.days_left(clock::now().timestamp_millis())?;
        i32::try_from(days).ok()
    }

    /// What there is for all bids together.
    async fn purse(&self) -> Option<Money> {
        self.sum(self.0.row.purse_minor)
    }

    /// The least that a bid may ask for.
    async fn least_grant(&self) -> Option<Money> {
        self.sum(self.0.row.least_grant_minor)
    }

    /// The most that is granted to a bid.
    async fn most_grant(&self) -> Option<Money> {
        self.sum(self.0.row.most_grant_minor)
    }

    /// The most that is granted to each member of a bid.
    async fn most_grant_each(&self) -> Option<Money> {
        self.sum(self.0.row.most_grant_each_minor)
    }

    /// What it demands of a bid.
    async fn rules(&self) -> FundingRules {
        let call = &self.0;
        let words = |kind| call.words(kind).map(str::to_owned).collect();
        let kinds = |kind| call.words(kind).filter_map(OrganisationKind::parse).collect();
        let phases = call.words(CallTermKind::Phase).filter_map(Phase::parse);
        let quotas = call.lines(CallTermKind::NationQuota).map(|line| NationQuota {
            nation: line.value.clone(),
            fewest: line.number.unwrap_or_default(),
        });
        let rates = call.lines(CallTermKind::MatchRate).filter_map(|line| {
            Some(MatchRate {
                kind: OrganisationKind::parse(&line.value)?,
                percent: f64::from(line.number?) / 100.0,
            })
        });
        FundingRules {
            lead_kinds: kinds(CallTermKind::LeadKind),
            member_kinds: kinds(CallTermKind::MemberKind),
            nations: words(CallTermKind::Nation),
            phases: phases.collect(),
            themes: words(CallTermKind::Theme),
            fewest_partners: call.row.fewest_partners,
            most_partners: call.row.most_partners,
            most_led: call.row.most_led,
            nation_quotas: quotas.collect(),
            match_rates: rates.collect(),
        }
    }

    /// Counts the changes of the record, from 1.
    async fn version(&self) -> i32 {
        self.0.row.version
    }

    /// When the record last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.row.updated_at)
    }
}
