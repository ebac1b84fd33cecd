//! Bids for funding calls.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Lookahead, Object, SimpleObject};
use entity::bid_introduction as introduction;
use entity::kinds::{BidChange, BidMemberState, BidState};
use uuid::Uuid;

use super::account::shown;
use super::funding::FundingCall;
use super::money::Money;
use super::organisation::Organisation;
use super::project::Project;
use crate::error::{ApiError, ApiResult};
use crate::exchange::record::Amount;
use crate::graphql::filter::bounded;
use crate::graphql::id::{Kind, encode, expect_all};
use crate::graphql::pagination::{PageArguments, connection, laid_out};
use crate::graphql::scalar::DateTime;
use crate::graphql::viewer;
use crate::service::bid::{self, Group};
use crate::service::{App, funding};
use crate::store;
use crate::store::bid::BidQuery;
use crate::store::page::{KeyKind, Position};

/// So many versions of a bid are shown.
const MOST_VERSIONS: u64 = 100;

/// A bid for a funding call. Its members see it, and once it is handed in the call's funder does.
#[derive(Debug, Clone)]
pub struct Bid(pub Arc<bid::Bid>);

connection!(BidConnection, BidEdge, Bid, "bids");

/// Which bids are wanted, of those that one may see.
#[derive(Debug, Clone, Default, InputObject)]
pub struct BidFilter {
    /// For one of these funding calls, by global id.
    calls: Option<Vec<ID>>,
    /// In one of these states.
    states: Option<Vec<BidState>>,
    /// With one of these bodies, by global id.
    members: Option<Vec<ID>>,
}

impl BidFilter {
    /// The question to the database.
    ///
    /// # Errors
    /// Bad input for lists out of bounds and ids of something else.
    pub(crate) fn query(self) -> ApiResult<BidQuery> {
        Ok(BidQuery {
            calls: expect_all(Kind::FundingCall, &bounded(self.calls, "calls")?, "calls")?,
            states: bounded(self.states, "states")?,
            members: expect_all(Kind::Organisation, &bounded(self.members, "members")?, "members")?,
            seen_by: None,
        })
    }
}

/// A body in a bid, and what it bears. `cost` is `match` + `grant`, to the penny.
#[derive(Debug, Clone, SimpleObject)]
pub struct BidMember {
    /// The body.
    pub organisation: Organisation,
    /// What it has said to the present terms.
    pub state: BidMemberState,
    /// What it would pay alone, when the bid was drafted; 0 where unknown.
    pub alone: Money,
    /// What it bears of the cost; the shares of all add up to the bid's cost.
    pub cost: Money,
    /// What of that it brings itself.
    pub r#match: Money,
    /// What of that is asked of the funder.
    pub grant: Money,
    /// When it answered; null where it has not.
    pub answered_at: Option<DateTime>,
}

/// A change of a bid.
#[derive(Debug, Clone, SimpleObject)]
pub struct BidVersion {
    /// The version that the change made.
    pub version: i32,
    /// What was done.
    pub change: BidChange,
    /// Who did it, by name for whoever may know it.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: DateTime,
    /// The title, words, members and money after the change, as JSON.
    pub state: String,
}

/// An offer to introduce the applicants of two bids that are after the same.
#[derive(Debug, Clone, SimpleObject)]
pub struct BidIntroduction {
    /// Who leads the other bid. What that bid says stays with its members.
    pub lead: Organisation,
    /// How sure it is that both are after the same, from 0 to 1.
    pub score: f64,
    /// When it was offered.
    pub offered_at: DateTime,
}

/// Bids of a call that are after the same, for its funder.
#[derive(Debug, Clone, SimpleObject)]
pub struct BidGroup {
    /// The bids, in the order in which they were drafted.
    pub bids: Vec<Bid>,
    /// What they cost in all.
    pub cost: Money,
    /// What is expected to be spent twice: everything but the dearest bid.
    pub duplicated: Money,
    /// What one joint bid would save: 70 per cent of that, as each still pays 30 per cent of its own figure to adopt a shared build.
    pub saved: Money,
}

impl From<bid::Bid> for Bid {
    fn from(bid: bid::Bid) -> Self {
        Self(Arc::new(bid))
    }
}

impl Bid {
    /// A page of the bids that fit and that the viewer may see, the latest first.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds; unauthenticated for the public.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        query: BidQuery,
        arguments: &PageArguments,
    ) -> ApiResult<BidConnection> {
        let viewer = viewer::of(ctx);
        if !viewer.is_known() {
            return Err(ApiError::Unauthenticated("sign in to see bids".to_owned()));
        }
        let query = bid::seen(&viewer, query);
        let page = arguments.page(KeyKind::Id)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let slice = store::bid::list(db, &query, &page).await?;
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::bid::count(db, &query).await?,
            false => 0,
        };
        let (rows, cursors, info) = laid_out(slice, |row| Position::by_id(row.id));
        let nodes = bid::load(db, rows).await?.into_iter().map(Self::from).collect();
        Ok(BidConnection::new(nodes, cursors, info, total))
    }

    fn money(&self, minor: i64) -> Money {
        Money::from(Amount {
            minor,
            currency: self.0.row.currency.clone(),
        })
    }

    fn sum(&self, of: impl Fn(&entity::bid_member::Model) -> i64) -> Money {
        let sums = self.0.standing().map(|(row, _)| of(row));
        self.money(sums.fold(0, i64::saturating_add))
    }
}

/// A bid for a funding call. Its members see it, and once it is handed in the call's funder does.
#[Object]
impl Bid {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Bid, self.0.row.id)
    }

    /// The call.
    async fn call(&self, ctx: &Context<'_>) -> Result<FundingCall, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let call = funding::by_id(db, self.0.row.call_id).await?;
        let call = call.ok_or_else(|| ApiError::internal(anyhow::anyhow!("a bid's call is missing")))?;
        Ok(FundingCall::from(call))
    }

    /// The title.
    async fn title(&self) -> &str {
        &self.0.row.title
    }

    /// What it is about; may be empty.
    async fn summary(&self) -> &str {
        &self.0.row.summary
    }

    /// How far along it is.
    async fn state(&self) -> BidState {
        self.0.row.state
    }

    /// The body that leads and answers for it.
    async fn lead(&self) -> Option<Organisation> {
        let lead = self
            .0
            .members
            .iter()
            .find(|(row, _)| row.organisation_id == self.0.row.lead_id);
        lead.map(|(_, body)| Organisation::from(Arc::clone(body)))
    }

    /// Everybody in it, the lead first; those who left too.
    async fn members(&self) -> Vec<BidMember> {
        let member =
            |(row, body): &(entity::bid_member::Model, Arc<entity::organisation::Model>)| BidMember {
                organisation: Organisation::from(Arc::clone(body)),
                state: row.state,
                alone: self.money(row.alone_minor),
                cost: self.money(row.share_minor),
                r#match: self.money(row.share_minor.saturating_sub(row.grant_minor)),
                grant: self.money(row.grant_minor),
                answered_at: row.answered_at.map(DateTime),
            };
        self.0.members.iter().map(member).collect()
    }

    /// The projects that it builds on.
    async fn projects(&self, ctx: &Context<'_>) -> Result<Vec<Project>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let rows = store::project::by_ids(db, &self.0.projects).await?;
        let look: Lookahead<'_> = ctx.look_ahead();
        let found = Project::page(ctx, rows, &[look]).await?;
        let found: HashMap<Uuid, Project> = found
            .into_iter()
            .map(|project| (project.row.id, project))
            .collect();
        Ok(self
            .0
            .projects
            .iter()
            .filter_map(|id| found.get(id).cloned())
            .collect())
    }

    /// What it costs in all.
    async fn cost(&self) -> Money {
        self.money(self.0.row.cost_minor)
    }

    /// What the members bring themselves.
    async fn r#match(&self) -> Money {
        self.sum(|row| row.share_minor.saturating_sub(row.grant_minor))
    }

    /// What is asked of the funder.
    async fn grant(&self) -> Money {
        self.sum(|row| row.grant_minor)
    }

    /// Counts the changes, from 1.
    async fn version(&self) -> i32 {
        self.0.row.version
    }

    /// When it was drafted.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.row.created_at)
    }

    /// When it was handed in; null while it is a draft.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.row.submitted_at.map(DateTime)
    }

    /// What the funder said to its decision.
    async fn outcome_note(&self) -> Option<&str> {
        self.0.row.outcome_note.as_deref()
    }

    /// Every change, the latest first; at most 100.
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<BidVersion>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let rows = store::bid::versions(db, self.0.row.id, MOST_VERSIONS).await?;
        let mut versions = Vec::with_capacity(rows.len());
        for row in rows {
            versions.push(BidVersion {
                version: row.version,
                change: row.change,
                changed_by: shown(ctx, Some(&row.changed_by)).await?,
                changed_at: DateTime(row.changed_at),
                state: row.state,
            });
        }
        Ok(versions)
    }

    /// Applicants of the same call whose bids are after the same: an introduction is offered to each, the most alike first;
    /// at most 100.
    async fn introductions(&self, ctx: &Context<'_>) -> Result<Vec<BidIntroduction>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let mut ties = store::bid::introductions(db, &[self.0.row.id]).await?;
        ties.truncate(100);
        let own = self.0.row.id;
        let other = |tie: &introduction::Model| {
            if tie.left_id == own {
                tie.right_id
            } else {
                tie.left_id
            }
        };
        let leads = store::bid::leads(db, &ties.iter().map(other).collect::<Vec<_>>()).await?;
        let bodies = store::organisation::by_ids(db, leads.values().copied().collect::<Vec<_>>()).await?;
        let introduced = ties.iter().filter_map(|tie| {
            let lead = leads.get(&other(tie))?;
            let body = bodies.iter().find(|body| body.id == *lead)?;
            Some(BidIntroduction {
                lead: Organisation::from(body.clone()),
                score: tie.score,
                offered_at: DateTime(tie.created_at),
            })
        });
        Ok(introduced.collect())
    }
}

impl From<Group> for BidGroup {
    fn from(group: Group) -> Self {
        let money = |minor| {
            Money::from(Amount {
                minor,
                currency: group.currency.clone(),
            })
        };
        Self {
            cost: money(group.cost_minor),
            duplicated: money(group.duplicated_minor),
            saved: money(group.saved_minor),
            bids: group.bids.into_iter().map(Bid).collect(),
        }
    }
}
