//! Interest in working together, and the boards that it opens.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::kinds::{BoardEntryKind, BoardOutcome, BoardRole, BoardState, InterestState};
use entity::{board_entry, board_member, board_milestone, interest};
use uuid::Uuid;

use super::organisation::Organisation;
use super::project::Project;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::graphql::filter::bounded;
use crate::graphql::id::{Kind, encode, expect_all};
use crate::graphql::loaders::{self, Loaders};
use crate::graphql::pagination::{PageArguments, connection, laid_out};
use crate::graphql::scalar::{Date, DateTime};
use crate::graphql::viewer;
use crate::service::{App, bid, board, interest as interests};
use crate::store;
use crate::store::board::BoardQuery;
use crate::store::interest::InterestQuery;
use crate::store::page::{KeyKind, Position};

/// So many entries of a board are shown, the latest.
const MOST_ENTRIES: u64 = 500;

/// That one body would like to work with another. Both sides see it.
#[derive(Debug, Clone)]
pub struct Interest(pub Arc<interest::Model>);

connection!(
    InterestConnection,
    InterestEdge,
    Interest,
    "expressions of interest"
);

/// Where bodies work out over about three months what to do together. Its members see it.
#[derive(Debug, Clone)]
pub struct Board(pub Arc<board::Board>);

connection!(BoardConnection, BoardEdge, Board, "boards");

/// Which expressions of interest are wanted, of those that one may see.
#[derive(Debug, Clone, Default, InputObject)]
pub struct InterestFilter {
    /// Expressed by one of these bodies, by global id.
    from: Option<Vec<ID>>,
    /// Expressed to one of these bodies, by global id.
    to: Option<Vec<ID>>,
    /// Only those that wait for an answer.
    pending: Option<bool>,
}

/// A body on a board.
#[derive(Debug, Clone, SimpleObject)]
pub struct BoardMember {
    /// The body.
    pub organisation: Organisation,
    /// What it does there.
    pub role: BoardRole,
}

/// What a board means to reach by a day.
#[derive(Debug, Clone, SimpleObject)]
pub struct BoardMilestone {
    /// What is to be reached.
    pub title: String,
    /// By when.
    pub due_on: Date,
    /// The body that answers for it.
    pub owner: Organisation,
    /// When it was reached; null while it is not.
    pub done_on: Option<Date>,
}

/// What was decided, said or linked to on a board.
#[derive(Debug, Clone, SimpleObject)]
pub struct BoardEntry {
    /// What it is.
    pub kind: BoardEntryKind,
    /// What it says.
    pub text: String,
    /// The web address, of links.
    pub url: Option<String>,
    /// The body for which it was written.
    pub organisation: Option<Organisation>,
    /// When.
    pub created_at: DateTime,
}

async fn body(ctx: &Context<'_>, id: Uuid) -> ApiResult<Option<Organisation>> {
    let rows = ctx
        .data_unchecked::<Loaders>()
        .load(loaders::Organisation(id))
        .await?;
    Ok(rows.into_iter().next().map(Organisation::from))
}

impl InterestFilter {
    /// The question to the database.
    ///
    /// # Errors
    /// Bad input for lists out of bounds and ids of something else.
    pub(crate) fn query(self) -> ApiResult<InterestQuery> {
        let ids = |ids: Option<Vec<ID>>, name: &str| {
            let asked = ids.is_some();
            let ids = expect_all(Kind::Organisation, &bounded(ids, name)?, name)?;
            Ok::<_, ApiError>(asked.then_some(ids))
        };
        Ok(InterestQuery {
            of: None,
            to: ids(self.to, "to")?,
            from: ids(self.from, "from")?,
            pending_at: self.pending.unwrap_or(false).then(clock::now),
        })
    }
}

impl Interest {
    /// One that the viewer may see.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn visible(ctx: &Context<'_>, id: Uuid) -> ApiResult<Option<Self>> {
        let row = store::interest::by_id(ctx.data_unchecked::<App>().db.read(), id).await?;
        let viewer = viewer::of(ctx);
        let row = row.filter(|row| interests::sees(&viewer, row));
        Ok(row.map(|row| Self(Arc::new(row))))
    }

    /// A page of those that fit and that the viewer may see, the latest first.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds; unauthenticated for the public.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        query: InterestQuery,
        arguments: &PageArguments,
    ) -> ApiResult<InterestConnection> {
        let query = interests::narrowed(&viewer::of(ctx), query)?;
        let page = arguments.page(KeyKind::Id)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let slice = store::interest::list(db, &query, &page).await?;
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::interest::count(db, &query).await?,
            false => 0,
        };
        let (rows, cursors, info) = laid_out(slice, |row| Position::by_id(row.id));
        let nodes = rows.into_iter().map(|row| Self(Arc::new(row))).collect();
        Ok(InterestConnection::new(nodes, cursors, info, total))
    }
}

/// That one body would like to work with another. Both sides see it.
#[Object]
impl Interest {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Interest, self.0.id)
    }

    /// The body that is interested.
    async fn from(&self, ctx: &Context<'_>) -> Option<Result<Organisation, ApiError>> {
        body(ctx, self.0.from_id).await.transpose()
    }

    /// The body that it is interested in.
    async fn to(&self, ctx: &Context<'_>) -> Option<Result<Organisation, ApiError>> {
        body(ctx, self.0.to_id).await.transpose()
    }

    /// The project of the other that it is about; null where it is about the other as a whole.
    async fn project(&self, ctx: &Context<'_>) -> Option<Result<Project, ApiError>> {
        let found = async {
            let Some(id) = self.0.project_id else {
                return Ok(None);
            };
            match store::project::by_id(ctx.data_unchecked::<App>().db.read(), id).await? {
                Some(row) => Project::one(ctx, row, ctx.look_ahead()).await,
                None => Ok(None),
            }
        };
        found.await.transpose()
    }

    /// What is said to the other.
    async fn message(&self) -> &str {
        &self.0.message
    }

    /// What has become of it by now.
    async fn state(&self) -> InterestState {
        interests::state(&self.0, clock::now())
    }

    /// When it was expressed.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Until when it can be answered: 30 days after it was expressed.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When it was answered or taken back.
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(DateTime)
    }

    /// What the other said to its answer.
    async fn answer_note(&self) -> Option<&str> {
        self.0.answer_note.as_deref()
    }

    /// The board that it opened; null unless it was accepted.
    async fn board(&self, ctx: &Context<'_>) -> Option<Result<Board, ApiError>> {
        let id = self.0.board_id?;
        Board::visible(ctx, id).await.transpose()
    }
}

impl Board {
    /// One that the viewer may see.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn visible(ctx: &Context<'_>, id: Uuid) -> ApiResult<Option<Self>> {
        let db = ctx.data_unchecked::<App>().db.read();
        let board = board::visible(db, &viewer::of(ctx), id).await?;
        Ok(board.map(|board| Self(Arc::new(board))))
    }

    /// A page of those that fit and that the viewer may see, the latest first.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds; unauthenticated for the public.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        states: Option<Vec<BoardState>>,
        arguments: &PageArguments,
    ) -> ApiResult<BoardConnection> {
        let query = BoardQuery {
            states: bounded(states, "states")?,
            seen_by: None,
        };
        let query = board::narrowed(&viewer::of(ctx), query)?;
        let page = arguments.page(KeyKind::Id)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let slice = store::board::list(db, &query, &page).await?;
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::board::count(db, &query).await?,
            false => 0,
        };
        let (rows, cursors, info) = laid_out(slice, |row| Position::by_id(row.id));
        let boards = board::load(db, rows).await?;
        let nodes = boards.into_iter().map(|board| Self(Arc::new(board))).collect();
        Ok(BoardConnection::new(nodes, cursors, info, total))
    }

    fn member(&self, id: Uuid) -> Option<Organisation> {
        let found = self.0.members.iter().find(|(row, _)| row.organisation_id == id);
        found.map(|(_, body)| Organisation::from(Arc::clone(body)))
    }
}

/// Where bodies work out over about three months what to do together. Its members see it.
#[Object]
impl Board {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Board, self.0.row.id)
    }

    /// The title.
    async fn title(&self) -> &str {
        &self.0.row.title
    }

    /// What it is for.
    async fn purpose(&self) -> &str {
        &self.0.row.purpose
    }

    /// Whether it is at work.
    async fn state(&self) -> BoardState {
        self.0.row.state
    }

    /// Who is on it.
    async fn members(&self) -> Vec<BoardMember> {
        let member = |(row, body): &(board_member::Model, Arc<entity::organisation::Model>)| BoardMember {
            organisation: Organisation::from(Arc::clone(body)),
            role: row.role,
        };
        self.0.members.iter().map(member).collect()
    }

    /// The projects that it is about.
    async fn projects(&self, ctx: &Context<'_>) -> Result<Vec<Project>, ApiError> {
        let rows = store::project::by_ids(ctx.data_unchecked::<App>().db.read(), &self.0.projects).await?;
        let found = Project::page(ctx, rows, &[ctx.look_ahead()]).await?;
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

    /// What it means to reach, by day.
    async fn milestones(&self) -> Vec<BoardMilestone> {
        let milestone = |row: &board_milestone::Model| {
            Some(BoardMilestone {
                title: row.title.clone(),
                due_on: Date(row.due_on),
                owner: self.member(row.owner_id)?,
                done_on: row.done_on.map(Date),
            })
        };
        self.0.milestones.iter().filter_map(milestone).collect()
    }

    /// Decisions, updates and links, the latest first; at most 500.
    async fn entries(&self, ctx: &Context<'_>) -> Result<Vec<BoardEntry>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let rows = store::board::entries(db, self.0.row.id, MOST_ENTRIES).await?;
        let entry = |row: board_entry::Model| BoardEntry {
            kind: row.kind,
            text: row.text,
            url: row.url,
            organisation: self.member(row.organisation_id),
            created_at: DateTime(row.created_at),
        };
        Ok(rows.into_iter().map(entry).collect())
    }

    /// What came of it; null while it is at work.
    async fn outcome(&self) -> Option<BoardOutcome> {
        self.0.row.outcome
    }

    /// Why, or what exactly came of it.
    async fn outcome_note(&self) -> Option<&str> {
        self.0.row.outcome_note.as_deref()
    }

    /// The project that came of it.
    async fn outcome_project(&self, ctx: &Context<'_>) -> Option<Result<Project, ApiError>> {
        let id = self.0.row.outcome_project_id?;
        let found = async {
            match store::project::by_id(ctx.data_unchecked::<App>().db.read(), id).await? {
                Some(row) => Project::one(ctx, row, ctx.look_ahead()).await,
                None => Ok(None),
            }
        };
        found.await.transpose()
    }

    /// The bid that came of it; null where one may not see it.
    async fn outcome_bid(&self, ctx: &Context<'_>) -> Option<Result<super::bid::Bid, ApiError>> {
        let id = self.0.row.outcome_bid_id?;
        let found = bid::visible(ctx.data_unchecked::<App>(), &viewer::of(ctx), id).await;
        found.map(|bid| bid.map(super::bid::Bid::from)).transpose()
    }

    /// Counts the changes, from 1; entries do not count.
    async fn version(&self) -> i32 {
        self.0.row.version
    }

    /// When it was opened.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.row.created_at)
    }

    /// When it was closed.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.row.closed_at.map(DateTime)
    }
}
