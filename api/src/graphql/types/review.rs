//! How people come from a finding to a decision.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object};
use entity::kinds::{FollowUp, OverlapRelation, OverlapState, ReviewMove, ReviewReason, ReviewSeat};
use entity::overlap_move::Model as MoveRow;
use entity::overlap_review::Model;

use super::account::shown;
use super::organisation::Organisation;
use super::organisation_change::organisation;
use super::overlap::{Overlap, OverlapConnection};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::graphql::filter::bounded;
use crate::graphql::pagination::{PageArguments, connection, laid_out};
use crate::graphql::scalar::DateTime;
use crate::graphql::viewer;
use crate::service::App;
use crate::service::review::parties::{Parties, concerned, reviews};
use crate::service::review::{Case, moves, own_judgements, reviewing};
use crate::store;
use crate::store::page::{KeyKind, Position, SortKey};
use crate::store::review::{QueueQuery, Sight};

/// How far people have come with a finding. Seen by reviewers, by who belongs to an authority concerned, and by who acts
/// for somebody that pays for one of the two projects.
#[derive(Debug, Clone)]
pub struct OverlapReview {
    case: Arc<Case>,
    viewer: Viewer,
    /// Whether what reviewers tell each other is seen.
    inner: bool,
}

impl OverlapReview {
    /// The review of a finding, unless the viewer may not see it.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn of(ctx: &Context<'_>, overlap: &entity::overlap::Model) -> ApiResult<Option<Self>> {
        let viewer = viewer::of(ctx);
        if viewer.grants().is_empty() {
            return Ok(None);
        }
        let db = ctx.data_unchecked::<App>().db.read();
        let case = Case::of(db, overlap.clone()).await?;
        let seats = case.parties.seats(&viewer);
        Ok(concerned(&seats).then(|| Self {
            inner: reviews(&seats),
            case: Arc::new(case),
            viewer,
        }))
    }

    fn row(&self) -> &Model {
        &self.case.review
    }
}

/// How far people have come with a finding. Seen by reviewers, by who belongs to an authority concerned, and by who acts
/// for somebody that pays for one of the two projects.
#[Object]
impl OverlapReview {
    /// One more with each move; `reviewOverlap` wants it, so that of two people who act at once one is told.
    async fn version(&self) -> i32 {
        self.row().version
    }

    /// Who is at it; seen by reviewers.
    async fn assignee(&self, ctx: &Context<'_>) -> Option<ApiResult<String>> {
        let signature = self.row().assignee_name.as_deref().filter(|_| self.inner);
        shown(ctx, signature).await.transpose()
    }

    /// What was decided: `CONFIRMED`, `DISMISSED` or `RELATED`. It stays when the finding is closed.
    async fn outcome(&self) -> Option<OverlapState> {
        self.row().outcome
    }

    /// What a person says that the two are to each other, where they said it.
    async fn relation(&self) -> Option<OverlapRelation> {
        self.row().relation
    }

    /// What is to follow.
    async fn follow_up(&self) -> Option<FollowUp> {
        self.row().follow_up
    }

    /// Whether only a relation that an authority declared explains it, and no reviewer agreed yet.
    async fn explained_by_declaration(&self) -> bool {
        self.row().explained
    }

    /// When it was decided.
    async fn decided_at(&self) -> Option<DateTime> {
        self.row().decided_at.map(DateTime)
    }

    /// Until when the authorities concerned are waited for. Before that, `CONFIRMED` needs a reply of each lead.
    async fn reply_due_at(&self) -> Option<DateTime> {
        self.row().reply_due_at.map(DateTime)
    }

    /// The leads that replied in this round; seen by reviewers.
    async fn replied(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>, ApiError> {
        let mut found = Vec::new();
        for id in self.case.replied.iter().filter(|_| self.inner) {
            found.push(organisation(ctx, *id).await?);
        }
        Ok(found)
    }

    /// Whether every lead replied, or was waited for long enough.
    async fn heard(&self) -> bool {
        self.case.standing(&self.viewer).heard
    }

    /// When whoever is at it wants to be reminded; seen by reviewers.
    async fn remind_at(&self) -> Option<DateTime> {
        self.row().remind_at.filter(|_| self.inner).map(DateTime)
    }

    /// Until when the decision can be appealed against; null when it cannot.
    async fn appeal_due_at(&self) -> Option<DateTime> {
        self.row().appeal_due_at.map(DateTime)
    }

    /// Whether an appeal waits for a decision by another reviewer.
    async fn appeal_open(&self) -> bool {
        self.row().appeal_open
    }

    /// What falls due or is overdue, in plain words; empty when nothing is. Seen by reviewers.
    async fn reminders(&self) -> Vec<String> {
        if !self.inner {
            return Vec::new();
        }
        self.case.reminders(clock::now())
    }

    /// What whoever asks may do with the finding as it stands.
    async fn legal_moves(&self) -> Vec<ReviewMove> {
        let seats = self.case.parties.seats(&self.viewer);
        moves::legal(&self.case.standing(&self.viewer), &seats)
    }

    /// When it was last moved.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row().updated_at)
    }
}

/// One move in the review of a finding. Moves are only ever added.
#[derive(Debug, Clone)]
pub struct OverlapMove {
    row: MoveRow,
    inner: bool,
}

connection!(OverlapMoveConnection, OverlapMoveEdge, OverlapMove, "moves");

impl OverlapMove {
    /// A page of a finding's moves that the viewer sees, the latest first; none for whom it does not concern.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(super) async fn connection(
        ctx: &Context<'_>,
        overlap: &entity::overlap::Model,
        arguments: &PageArguments,
    ) -> Result<OverlapMoveConnection, ApiError> {
        let page = arguments.page(KeyKind::Id)?;
        let viewer = viewer::of(ctx);
        let db = ctx.data_unchecked::<App>().db.read();
        let parties = match viewer.grants() {
            [] => Parties::default(),
            _ => Parties::of(db, &[overlap.left_id, overlap.right_id]).await?,
        };
        let seats = parties.seats(&viewer);
        let inner = reviews(&seats);
        let (slice, total) = match concerned(&seats) {
            true => {
                let sight = Sight {
                    overlap: overlap.id,
                    all: inner,
                    organisations: parties.own(&viewer),
                    own_judgements: own_judgements(overlap, &viewer),
                };
                let counted = ctx.look_ahead().field("totalCount").exists();
                let total = match counted {
                    true => store::review::count(db, &sight).await?,
                    false => 0,
                };
                (store::review::list(db, &sight, &page).await?, total)
            }
            false => (store::page::slice(Vec::new(), &page), 0),
        };
        let (rows, cursors, info) = laid_out(slice, |row| Position::by_id(row.id));
        let nodes = rows.into_iter().map(|row| Self { row, inner }).collect();
        Ok(OverlapMoveConnection::new(nodes, cursors, info, total))
    }
}

/// One move in the review of a finding. Moves are only ever added.
#[Object]
impl OverlapMove {
    /// What was done.
    #[graphql(name = "move")]
    async fn kind(&self) -> ReviewMove {
        self.row.kind
    }

    /// When.
    async fn moved_at(&self) -> DateTime {
        DateTime(self.row.moved_at)
    }

    /// Who did it, as far as whoever asks may know; null where a reviewer did, for everybody who is none.
    async fn mover(&self, ctx: &Context<'_>) -> Option<ApiResult<String>> {
        use ReviewSeat::{Authority, Funder, System};
        let told = self.inner || matches!(self.row.seat, Authority | Funder | System);
        let signature = Some(self.row.mover.as_str()).filter(|_| told);
        shown(ctx, signature).await.transpose()
    }

    /// As what they did it.
    async fn seat(&self) -> ReviewSeat {
        self.row.seat
    }

    /// The organisation that they spoke for, where they did.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<ApiResult<Organisation>> {
        Some(organisation(ctx, self.row.organisation_id?).await)
    }

    /// The state before.
    async fn from_state(&self) -> OverlapState {
        self.row.from_state
    }

    /// The state after.
    async fn to_state(&self) -> OverlapState {
        self.row.to_state
    }

    /// Why, from the list.
    async fn reason(&self) -> Option<ReviewReason> {
        self.row.reason
    }

    /// Why, in words for those concerned; of a reply or an appeal, its text.
    async fn explanation(&self) -> Option<&str> {
        self.row.explanation.as_deref()
    }

    /// What is for reviewers only; null for everybody else.
    async fn note(&self) -> Option<&str> {
        self.row.note.as_deref().filter(|_| self.inner)
    }

    /// What the two are said to be to each other.
    async fn relation(&self) -> Option<OverlapRelation> {
        self.row.relation
    }

    /// What is to follow.
    async fn follow_up(&self) -> Option<FollowUp> {
        self.row.follow_up
    }

    /// What whoever judged it apart (`JUDGE`) would decide; seen by reviewers, and before anything is decided by nobody else.
    async fn judged(&self) -> Option<OverlapState> {
        self.row.judged
    }

    /// The deadline or reminder that was set.
    async fn due_at(&self) -> Option<DateTime> {
        self.row.due_at.map(DateTime)
    }

    /// The earlier decision that this move speaks of: the one appealed against, or the one that a changed record put in
    /// question.
    async fn cites(&self, ctx: &Context<'_>) -> Option<ApiResult<Self>> {
        let id = self.row.cites_id?;
        let found = store::review::move_by_id(ctx.data_unchecked::<App>().db.read(), id).await;
        match found {
            Ok(row) => Some(Ok(Self {
                row: row?,
                inner: self.inner,
            })),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// The version of the review after it.
    async fn review_version(&self) -> i32 {
        self.row.review_version
    }

    /// The score that it was based on, from 0 to 1.
    async fn score(&self) -> f64 {
        self.row.score
    }

    /// The version of the left record that it was based on.
    async fn left_version(&self) -> i32 {
        self.row.left_version
    }

    /// The version of the right record that it was based on.
    async fn right_version(&self) -> i32 {
        self.row.right_version
    }

    /// The version of the method and its parameters that it was based on.
    async fn model_version(&self) -> &str {
        &self.row.model_version
    }
}

/// Which findings of the queue are wanted. Conditions add up.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ReviewQueueFilter {
    /// In one of these states.
    states: Option<Vec<OverlapState>>,
    /// At least this sure, from 0 to 1.
    min_score: Option<f64>,
    /// Whom they are assigned to.
    assigned: Option<Assignment>,
    /// Only those with a deadline that passed, a reminder that fell due, or an appeal that waits.
    due: Option<bool>,
}

/// Whom a finding is assigned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Assignment {
    /// Whoever asks.
    Mine,
    /// Nobody.
    Nobody,
}

impl ReviewQueueFilter {
    fn query(self, viewer: &Viewer) -> ApiResult<QueueQuery> {
        let mine = self.assigned == Some(Assignment::Mine);
        if mine && viewer.account().is_none() {
            let message = "only an account has findings of its own";
            return Err(ApiError::bad_input(
                UserErrorCode::Invalid,
                &["filter", "assigned"],
                message,
            ));
        }
        Ok(QueueQuery {
            states: bounded(self.states, "states")?,
            assignee: viewer.account().filter(|_| mine),
            unassigned: self.assigned == Some(Assignment::Nobody),
            min_score: self.min_score,
            due_before: self.due.unwrap_or(false).then(clock::now),
        })
    }
}

/// A page of the queue.
///
/// # Errors
/// `Forbidden` for who is no reviewer; bad input for arguments out of bounds.
pub(crate) async fn queue(
    ctx: &Context<'_>,
    filter: ReviewQueueFilter,
    arguments: &PageArguments,
) -> Result<OverlapConnection, ApiError> {
    let viewer = viewer::of(ctx);
    reviewing(&viewer)?;
    let query = filter.query(&viewer)?;
    let page = arguments.page(KeyKind::Integer)?;
    let db = ctx.data_unchecked::<App>().db.read();
    let slice = store::review::queue(db, &query, &page).await?;
    let look = ctx.look_ahead();
    let total = match look.field("totalCount").exists() {
        true => store::review::count_queue(db, &query).await?,
        false => 0,
    };
    let place = |row: &entity::overlap::Model| Position {
        key: SortKey::Integer(row.priority),
        id: row.id,
    };
    let (rows, cursors, info) = laid_out(slice, place);
    let asked = [look.field("nodes"), look.field("edges").field("node")];
    let nodes = Overlap::page(ctx, rows, &asked).await?;
    Ok(OverlapConnection::new(nodes, cursors, info, total))
}
