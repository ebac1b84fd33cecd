//! How far people have come with findings, and the moves that took them there.

use chrono::{DateTime, Utc};
use entity::kinds::{OverlapState, ReviewMove};
use entity::overlap::{Column, Entity, Model};
use entity::{overlap_move as moves, overlap_review as review};
use sea_orm::sea_query::{Condition, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::page::{Page, Slice, Sorting, by_time, paged, slice};

/// Which findings of the queue are wanted. Empty lists and `None` ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct QueueQuery {
    /// In one of these states.
    pub states: Vec<OverlapState>,
    /// Somebody with this account is at it.
    pub assignee: Option<Uuid>,
    /// Nobody is at it.
    pub unassigned: bool,
    /// At least this sure.
    pub min_score: Option<f64>,
    /// A deadline passed before this moment, a reminder fell due, or an appeal waits.
    pub due_before: Option<DateTime<Utc>>,
}

/// How far people have come with a finding.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_overlap(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<review::Model>, DbErr> {
    review::Entity::find_by_id(id).one(db).await
}

/// The same of these findings; those that nobody moved are left out.
///
/// # Errors
/// When the database fails.
pub async fn by_overlaps(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<review::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(super::ROWS_AN_INSERT) {
        let rows = review::Entity::find().filter(review::Column::OverlapId.is_in(ids.iter().copied()));
        found.extend(rows.all(db).await?);
    }
    Ok(found)
}

/// Writes how far people have come: the first time, or where the version is still the one before. Returns whether it
/// was written.
///
/// # Errors
/// When the database fails.
pub async fn save(db: &impl ConnectionTrait, row: review::Model) -> Result<bool, DbErr> {
    if row.version == 1 {
        review::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await?;
        return Ok(true);
    }
    let (id, before) = (row.overlap_id, row.version - 1);
    let changed = review::Entity::update_many()
        .set(row.into_active_model().reset_all())
        .filter(review::Column::OverlapId.eq(id))
        .filter(review::Column::Version.eq(before))
        .exec(db)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Adds a move.
///
/// # Errors
/// When the database fails.
pub async fn add(db: &impl ConnectionTrait, row: moves::Model) -> Result<(), DbErr> {
    moves::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Writes the state of a finding and what is worth reading first.
///
/// # Errors
/// When the database fails.
pub async fn place(
    db: &impl ConnectionTrait,
    id: Uuid,
    state: OverlapState,
    priority: i64,
) -> Result<(), DbErr> {
    let change = entity::overlap::ActiveModel {
        state: sea_orm::Set(state),
        priority: sea_orm::Set(priority),
        ..Default::default()
    };
    Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// One move.
///
/// # Errors
/// When the database fails.
pub async fn move_by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<moves::Model>, DbErr> {
    moves::Entity::find_by_id(id).one(db).await
}

/// Which moves of a finding somebody sees.
#[derive(Debug, Clone, Default)]
pub struct Sight {
    /// The finding.
    pub overlap: Uuid,
    /// Whether reviewers' own moves are seen, and what others said to reviewers.
    pub all: bool,
    /// Otherwise what was said for these organisations is seen.
    pub organisations: Vec<Uuid>,
    /// Of judgements apart only those of this account are seen: as long as nothing is decided nobody is to be led by
    /// another's.
    pub own_judgements: Option<Uuid>,
}

/// A page of a finding's moves that somebody sees, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    sight: &Sight,
    page: &Page,
) -> Result<Slice<moves::Model>, DbErr> {
    by_time(db, seen(sight), moves::Column::Id.into_expr(), true, page).await
}

/// How many moves of a finding somebody sees.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, sight: &Sight) -> Result<u64, DbErr> {
    seen(sight).count(db).await
}

/// What is said to reviewers, and seen by them and by whoever said it.
const SAID: [ReviewMove; 2] = [ReviewMove::Reply, ReviewMove::Appeal];

/// What reviewers do among themselves.
const INNER: [ReviewMove; 4] = [
    ReviewMove::Note,
    ReviewMove::Remind,
    ReviewMove::Assign,
    ReviewMove::Judge,
];

fn seen(sight: &Sight) -> Select<moves::Entity> {
    let mut all = moves::Entity::find().filter(moves::Column::OverlapId.eq(sight.overlap));
    if let Some(account) = sight.own_judgements {
        let other = moves::Column::Kind.ne(ReviewMove::Judge);
        all = all.filter(other.or(moves::Column::MovedBy.eq(account)));
    }
    if sight.all {
        return all;
    }
    let own = moves::Column::OrganisationId.is_in(sight.organisations.iter().copied());
    let said = moves::Column::Kind.is_not_in(SAID).or(own);
    all.filter(moves::Column::Kind.is_not_in(INNER)).filter(said)
}

/// The organisations that replied about a finding since a moment.
///
/// # Errors
/// When the database fails.
pub async fn replied(
    db: &impl ConnectionTrait,
    overlap: Uuid,
    since: Option<DateTime<Utc>>,
) -> Result<Vec<Uuid>, DbErr> {
    let mut query = moves::Entity::find()
        .select_only()
        .column(moves::Column::OrganisationId)
        .distinct()
        .filter(moves::Column::OverlapId.eq(overlap))
        .filter(moves::Column::Kind.eq(ReviewMove::Reply));
    if let Some(since) = since {
        query = query.filter(moves::Column::MovedAt.gte(since));
    }
    let found: Vec<Option<Uuid>> = query.into_tuple().all(db).await?;
    Ok(found.into_iter().flatten().collect())
}

/// The latest moves that decide, judge apart, reopen, flag anew, or decide on an appeal, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn verdicts(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<moves::Model>, DbErr> {
    const KINDS: [ReviewMove; 8] = [
        ReviewMove::Judge,
        ReviewMove::FlagAnew,
        ReviewMove::Confirm,
        ReviewMove::Dismiss,
        ReviewMove::Relate,
        ReviewMove::Reopen,
        ReviewMove::Uphold,
        ReviewMove::Overturn,
    ];
    moves::Entity::find()
        .filter(moves::Column::Kind.is_in(KINDS))
        .order_by_desc(moves::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// A page of the queue, what is worth reading first first.
///
/// # Errors
/// When the database fails.
pub async fn queue(
    db: &impl ConnectionTrait,
    query: &QueueQuery,
    page: &Page,
) -> Result<Slice<Model>, DbErr> {
    let sorting = Sorting {
        expression: Column::Priority.into_expr(),
        descending: true,
        id: Column::Id.into_expr(),
    };
    let rows = paged(queued(query), &sorting, page).all(db).await?;
    Ok(slice(rows, page))
}

/// How many findings are in the queue.
///
/// # Errors
/// When the database fails.
pub async fn count_queue(db: &impl ConnectionTrait, query: &QueueQuery) -> Result<u64, DbErr> {
    queued(query).count(db).await
}

fn queued(query: &QueueQuery) -> Select<Entity> {
    let open = [
        OverlapState::Flagged,
        OverlapState::UnderReview,
        OverlapState::NeedsInfo,
    ];
    let waits = review::Column::AppealOpen
        .eq(true)
        .or(review::Column::Explained.eq(true));
    let mut all = Condition::all().add(Column::WithdrawnAt.is_null()).add(
        Column::State
            .is_in(open)
            .or(reviewed(Condition::all().add(waits))),
    );
    all = all.add_option(query.min_score.map(|least| Column::Score.gte(least)));
    if !query.states.is_empty() {
        all = all.add(Column::State.is_in(query.states.iter().copied()));
    }
    if let Some(account) = query.assignee {
        let theirs = Condition::all().add(review::Column::AssigneeId.eq(account));
        all = all.add(reviewed(theirs));
    }
    if query.unassigned {
        let taken = Condition::all().add(review::Column::AssigneeName.is_not_null());
        all = all.add(reviewed(taken).not());
    }
    if let Some(now) = query.due_before {
        let due = Condition::any()
            .add(review::Column::ReplyDueAt.lt(now))
            .add(review::Column::RemindAt.lt(now))
            .add(review::Column::AppealOpen.eq(true));
        all = all.add(reviewed(due));
    }
    Entity::find().filter(all)
}

/// Findings whose review fits.
pub(super) fn reviewed(fits: Condition) -> sea_orm::sea_query::SimpleExpr {
    let rows = Query::select()
        .column(review::Column::OverlapId)
        .from(review::Entity)
        .cond_where(fits)
        .take();
    Column::Id.in_subquery(rows)
}
