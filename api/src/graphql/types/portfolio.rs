//! What overlaps of what somebody pays for.

use async_graphql::{Context, Object, SimpleObject};
use uuid::Uuid;

use super::money::Money;
use super::organisation::Organisation;
use super::organisation_change::organisation;
use super::overlap::{Overlap, OverlapConnection};
use crate::error::{ApiError, ApiResult};
use crate::exchange::record::Amount;
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::service::App;
use crate::service::portfolio::{Overlaps, Part, overlaps};
use crate::store;
use crate::store::overlap::{OverlapQuery, Portfolio, Reach};

/// What overlaps of the projects that somebody pays for: among themselves, and with all others.
#[derive(Debug, Clone)]
pub struct PortfolioOverlap {
    funder: Uuid,
    /// With those that it took over from.
    funders: Vec<Uuid>,
    found: Overlaps,
}

impl PortfolioOverlap {
    /// The portfolio of an organisation, with those of the bodies that it took over from.
    ///
    /// # Errors
    /// When there is no such organisation, or the database fails.
    pub(crate) async fn of(ctx: &Context<'_>, funder: Uuid) -> ApiResult<Self> {
        let app = ctx.data_unchecked::<App>();
        if store::organisation::by_id(app.db.read(), funder).await?.is_none() {
            return Err(ApiError::NotFound("there is no such organisation".to_owned()));
        }
        let funders = store::organisation::with_predecessors(app.db.read(), &[funder]).await?;
        Ok(Self {
            funder,
            found: overlaps(app, &funders).await?,
            funders,
        })
    }
}

/// What overlaps of the projects that somebody pays for: among themselves, and with all others.
#[Object]
impl PortfolioOverlap {
    /// Who pays.
    async fn funder(&self, ctx: &Context<'_>) -> Result<Organisation, ApiError> {
        organisation(ctx, self.funder).await
    }

    /// How many projects it pays for: it is named as their funder, or granted them an award.
    async fn project_count(&self) -> i32 {
        count(self.found.projects)
    }

    /// What those cost in all, by currency: their awards, or else their budgets.
    async fn spend(&self) -> Vec<Money> {
        money(&self.found.spend)
    }

    /// Findings between two of them.
    async fn within(&self) -> PortfolioPart {
        PortfolioPart::of(self, Reach::Within, &self.found.within)
    }

    /// Findings between one of them and a project that somebody else pays for.
    async fn against_others(&self) -> PortfolioPart {
        PortfolioPart::of(self, Reach::Across, &self.found.across)
    }
}

/// Findings of a portfolio.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct PortfolioPart {
    /// How many stand, without those that people dismissed.
    pub overlaps: i32,
    /// How many people confirmed, closed ones too.
    pub confirmed: i32,
    /// How many nobody has decided on.
    pub open: i32,
    /// How many of the portfolio's projects they concern.
    pub projects: i32,
    /// What those cost, by currency: their awards, or else their budgets.
    pub spend: Vec<Money>,
    /// The same of those with a confirmed finding.
    pub confirmed_spend: Vec<Money>,
    #[graphql(skip)]
    portfolio: Portfolio,
}

impl PortfolioPart {
    fn of(portfolio: &PortfolioOverlap, reach: Reach, part: &Part) -> Self {
        Self {
            overlaps: count(part.overlaps),
            confirmed: count(part.confirmed),
            open: count(part.open),
            projects: count(part.projects),
            spend: money(&part.spend),
            confirmed_spend: money(&part.confirmed_spend),
            portfolio: Portfolio {
                funders: portfolio.funders.clone(),
                reach,
            },
        }
    }
}

#[async_graphql::ComplexObject]
impl PortfolioPart {
    /// The findings themselves, the surest first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn findings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<OverlapConnection, ApiError> {
        let query = OverlapQuery {
            undismissed: true,
            descending: true,
            portfolio: Some(self.portfolio.clone()),
            ..OverlapQuery::default()
        };
        Overlap::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }
}

fn count(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn money(amounts: &[Amount]) -> Vec<Money> {
    amounts.iter().cloned().map(Money::from).collect()
}
