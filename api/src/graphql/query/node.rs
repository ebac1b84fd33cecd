//! Any object.

use async_graphql::{Context, ID, Object};

use super::survey;
use crate::error::ApiResult;
use crate::graphql::id::{Kind, decode};
use crate::graphql::types::account::Account;
use crate::graphql::types::audit::AuditEntry;
use crate::graphql::types::board::{Board, Interest};
use crate::graphql::types::cluster::OverlapCluster;
use crate::graphql::types::merge::ProjectMerge;
use crate::graphql::types::node::Node;
use crate::graphql::types::organisation::Organisation;
use crate::graphql::types::organisation_change::OrganisationChange;
use crate::graphql::types::overlap::Overlap;
use crate::graphql::types::project::Project;
use crate::graphql::types::quality::Calibration;
use crate::graphql::viewer;
use crate::service::{App, bid, funding as funding_call};
use crate::store;

/// What can be asked of any object.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NodeQuery;

/// What can be asked of any object.
#[Object]
impl NodeQuery {
    /// Any object by its global id; null when there is none.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A global id.")] id: ID,
    ) -> Option<ApiResult<Node>> {
        let found = async {
            let db = ctx.data_unchecked::<App>().db.read();
            let look = ctx.look_ahead();
            let viewer = viewer::of(ctx);
            Ok(match decode(&id) {
                Some((Kind::Organisation, id)) => {
                    store::organisation::by_id(db, id)
                        .await?
                        .map(|row| match Organisation::from(row) {
                            Organisation::Authority(authority) => Node::Authority(authority),
                            Organisation::OtherOrganisation(body) => Node::OtherOrganisation(body),
                        })
                }
                Some((Kind::Project, id)) => match store::project::by_id(db, id).await? {
                    Some(row) => Project::one(ctx, row, look).await?.map(Node::Project),
                    None => None,
                },
                Some((Kind::Overlap, id)) => {
                    let rows = store::overlap::by_id(db, id).await?;
                    Overlap::page(ctx, rows.into_iter().collect(), &[look])
                        .await?
                        .pop()
                        .map(Node::Overlap)
                }
                Some((Kind::Cluster, id)) => {
                    let rows = store::cluster::by_id(db, id).await?;
                    OverlapCluster::page(ctx, rows.into_iter().collect(), &[look])
                        .await?
                        .pop()
                        .map(Node::OverlapCluster)
                }
                Some((Kind::OrganisationChange, id)) => store::organisation_change::by_id(db, id)
                    .await?
                    .map(|row| Node::OrganisationChange(OrganisationChange(row))),
                // What one may not see looks as if it were not there.
                Some((Kind::Import, id)) if viewer.is_administrator() => store::import::by_id(db, id)
                    .await?
                    .map(|row| Node::ImportJob(row.into())),
                Some((Kind::Calibration, id)) if viewer.is_reviewer() || viewer.is_administrator() => {
                    let row = store::calibration::by_id(db, id).await?;
                    row.map(|row| Node::Calibration(Calibration(row)))
                }
                Some((Kind::ProjectMerge, id)) => store::merge::by_id(db, id)
                    .await?
                    .map(|row| Node::ProjectMerge(ProjectMerge(row))),
                Some((Kind::FundingCall, id)) => funding_call::by_id(db, id)
                    .await?
                    .map(|call| Node::FundingCall(call.into())),
                Some((Kind::Interest, id)) => Interest::visible(ctx, id).await?.map(Node::Interest),
                Some((Kind::Board, id)) => Board::visible(ctx, id).await?.map(Node::Board),
                Some((Kind::Bid, id)) => {
                    let app = ctx.data_unchecked::<App>();
                    let bid = bid::visible(app, &viewer::of(ctx), id).await?;
                    bid.map(|bid| Node::Bid(bid.into()))
                }
                Some((
                    Kind::Survey
                    | Kind::QuestionSet
                    | Kind::SurveyWave
                    | Kind::SurveyResponse
                    | Kind::SurveyInvitation
                    | Kind::SurveyUpload,
                    _,
                )) => survey::node(ctx, &id).await?,
                Some((Kind::Account, id)) if viewer.is_administrator() || viewer.account() == Some(id) => {
                    let row = store::account::by_id(db, id).await?;
                    row.map(|row| Node::Account(Account(row)))
                }
                Some((Kind::AuditEntry, id)) if viewer.is_administrator() => {
                    let row = store::audit::by_id(db, id).await?;
                    row.map(|row| Node::AuditEntry(AuditEntry(row)))
                }
                Some((
                    Kind::Import | Kind::Account | Kind::ApiKey | Kind::Calibration | Kind::AuditEntry,
                    _,
                ))
                | None => None,
            })
        };
        found.await.transpose()
    }
}
