//! A bid's history: what it was after each change.

use entity::bid_version;
use entity::kinds::{BidChange, BidMemberState};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Bid;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;

/// A bid as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    title: String,
    summary: String,
    currency: String,
    cost_minor: i64,
    members: Vec<KeptMember>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeptMember {
    organisation: Uuid,
    state: BidMemberState,
    share_minor: i64,
    grant_minor: i64,
}

/// Writes a changed bid as its next version, and keeps what it became.
///
/// # Errors
/// A conflict when somebody else was faster.
pub(super) async fn write(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    bid: &mut Bid,
    change: BidChange,
) -> ApiResult<()> {
    let expected = bid.row.version;
    bid.row.version = expected.saturating_add(1);
    bid.row.updated_at = clock::now();
    if !store::bid::update(db, bid.row.clone(), expected).await? {
        let message = "somebody else changed the bid at the same moment; read it again";
        return Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            &["version"],
            message,
        ));
    }
    let members = bid.members.iter().map(|(row, _)| row.clone()).collect();
    store::bid::replace_members(db, bid.row.id, members).await?;
    keep(db, viewer, bid, change).await
}

/// Keeps what a bid is now.
///
/// # Errors
/// When the database fails.
pub(super) async fn keep(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    bid: &Bid,
    change: BidChange,
) -> ApiResult<()> {
    let members = bid.members.iter().map(|(row, _)| KeptMember {
        organisation: row.organisation_id,
        state: row.state,
        share_minor: row.share_minor,
        grant_minor: row.grant_minor,
    });
    let kept = Kept {
        title: bid.row.title.clone(),
        summary: bid.row.summary.clone(),
        currency: bid.row.currency.clone(),
        cost_minor: bid.row.cost_minor,
        members: members.collect(),
    };
    let row = bid_version::Model {
        bid_id: bid.row.id,
        version: bid.row.version,
        change,
        changed_by: crate::service::funding::signed(viewer),
        changed_at: bid.row.updated_at,
        state: serde_json::to_string(&kept).map_err(ApiError::internal)?,
    };
    Ok(store::bid::keep(db, row).await?)
}
