//! Findings: pairs of projects that seem to pursue the same effort.

use chrono::{DateTime, Utc};
use entity::kinds::{OverlapRelation, OverlapState, ParticipantRole, TagKind};
use entity::overlap::{Column, Entity, Model};
use entity::{
    overlap_review as review, project_award as award, project_participant as participant, project_tag as tag,
};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Statement, Value,
};
use uuid::Uuid;

use super::organisation::insert_all;
use super::page::{Page, Slice, Sorting, paged, slice};
use super::review::reviewed;
use super::search::folded;

/// Which findings are wanted. Empty lists and `None` ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct OverlapQuery {
    /// Only these findings.
    pub ids: Vec<Uuid>,
    /// At least this sure.
    pub min_score: Option<f64>,
    /// Of one of these relations.
    pub relations: Vec<OverlapRelation>,
    /// In one of these states.
    pub states: Vec<OverlapState>,
    /// Not those that people dismissed.
    pub undismissed: bool,
    /// Of one of these projects.
    pub projects: Vec<Uuid>,
    /// Of a project led by, or with, one of these organisations.
    pub authorities: Vec<Uuid>,
    /// Of a project with one of these themes.
    pub themes: Vec<String>,
    /// Of projects that these organisations pay for.
    pub portfolio: Option<Portfolio>,
    /// Sort by the time of flagging instead of the score.
    pub by_time: bool,
    /// Best or latest first.
    pub descending: bool,
}

/// How findings lie to the projects that somebody pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Between two of them.
    Within,
    /// Between one of them and another project.
    Across,
}

/// The projects that somebody pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    /// Who pays.
    pub funders: Vec<Uuid>,
    /// Which findings of theirs.
    pub reach: Reach,
}

/// A finding of a list, and the project in whose list it stands.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Owned {
    /// The project.
    pub owner_id: Uuid,
    /// The finding.
    #[sea_orm(nested)]
    pub overlap: Model,
}

/// One by its id, also when it was withdrawn.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Those with these ids, in no order.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await
}

/// A page of findings that stand.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &OverlapQuery,
    page: &Page,
) -> Result<Slice<Model>, DbErr> {
    let id = Column::Id.into_expr();
    // Ids are UUIDv7: their order is the order of flagging.
    let expression = if query.by_time {
        id.clone()
    } else {
        Column::Score.into_expr()
    };
    let sorting = Sorting {
        expression,
        descending: query.descending,
        id,
    };
    let rows = paged(filtered(query), &sorting, page).all(db).await?;
    Ok(slice(rows, page))
}

/// How many findings stand.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &OverlapQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

/// Every finding that stands and fits, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &impl ConnectionTrait, query: &OverlapQuery, limit: u64) -> Result<Vec<Model>, DbErr> {
    let query = OverlapQuery {
        descending: true,
        ..query.clone()
    };
    Ok(list(db, &query, &Page::first(limit)).await?.rows)
}

fn filtered(query: &OverlapQuery) -> Select<Entity> {
    let mut all = Condition::all().add(Column::WithdrawnAt.is_null());
    all = all.add_option(query.min_score.map(|least| Column::Score.gte(least)));
    if !query.ids.is_empty() {
        all = all.add(Column::Id.is_in(query.ids.iter().copied()));
    }
    if !query.relations.is_empty() {
        all = all.add(Column::Relation.is_in(query.relations.iter().copied()));
    }
    if !query.states.is_empty() {
        all = all.add(Column::State.is_in(query.states.iter().copied()));
    }
    if query.undismissed {
        let dismissed = review::Column::Outcome.eq(OverlapState::Dismissed);
        all = all.add(reviewed(Condition::all().add(dismissed)).not());
    }
    if !query.projects.is_empty() {
        let of = |column: Column| column.is_in(query.projects.iter().copied());
        all = all.add(of(Column::LeftId).or(of(Column::RightId)));
    }
    if !query.authorities.is_empty() {
        let mut rows = Query::select();
        rows.column(participant::Column::ProjectId)
            .from(participant::Entity)
            .and_where(participant::Column::OrganisationId.is_in(query.authorities.iter().copied()));
        all = all.add(either_in(&rows));
    }
    if !query.themes.is_empty() {
        let mut rows = Query::select();
        rows.column(tag::Column::ProjectId)
            .from(tag::Entity)
            .and_where(tag::Column::Kind.eq(TagKind::Theme))
            .and_where(tag::Column::LabelKey.is_in(query.themes.iter().map(|label| folded(label))));
        all = all.add(either_in(&rows));
    }
    if let Some(portfolio) = &query.portfolio {
        let paid = paid_by(&portfolio.funders);
        let left = || Column::LeftId.in_subquery(paid.clone());
        let right = || Column::RightId.in_subquery(paid.clone());
        all = all.add(match portfolio.reach {
            Reach::Within => left().and(right()),
            Reach::Across => left().and(right().not()).or(right().and(left().not())),
        });
    }
    Entity::find().filter(all)
}

/// The projects that organisations pay for: they are named as their funders, or granted an award.
fn paid_by(funders: &[Uuid]) -> SelectStatement {
    let mut granted = Query::select();
    granted
        .column(award::Column::ProjectId)
        .from(award::Entity)
        .and_where(award::Column::FunderId.is_in(funders.iter().copied()));
    let mut named = Query::select();
    named
        .column(participant::Column::ProjectId)
        .from(participant::Entity)
        .and_where(participant::Column::OrganisationId.is_in(funders.iter().copied()))
        .and_where(participant::Column::Role.eq(ParticipantRole::Funder))
        .union(UnionType::Distinct, granted);
    named
}

/// The projects that organisations pay for.
///
/// # Errors
/// When the database fails.
pub async fn portfolio(db: &impl ConnectionTrait, funders: &[Uuid]) -> Result<Vec<Uuid>, DbErr> {
    let rows = db.query_all(&paid_by(funders)).await?;
    rows.iter().map(|row| row.try_get("", "project_id")).collect()
}

fn either_in(projects: &SelectStatement) -> SimpleExpr {
    Column::LeftId
        .in_subquery(projects.clone())
        .or(Column::RightId.in_subquery(projects.clone()))
}

/// The best findings of each of these projects, `limit` for each, best first, in one statement.
///
/// # Errors
/// When the database fails.
pub async fn best_of(db: &impl ConnectionTrait, projects: &[Uuid], limit: u64) -> Result<Vec<Owned>, DbErr> {
    if projects.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=projects.len()).map(|place| format!("${place}")).collect();
    let places = places.join(", ");
    let sql = format!(
        "SELECT * FROM (SELECT sides.*, ROW_NUMBER() OVER (PARTITION BY owner_id ORDER BY score DESC, id) AS place \
         FROM (SELECT left_id AS owner_id, overlap.* FROM overlap WHERE withdrawn_at IS NULL AND left_id IN ({places}) \
         UNION ALL SELECT right_id AS owner_id, overlap.* FROM overlap WHERE withdrawn_at IS NULL AND right_id IN ({places})) \
         AS sides) AS placed WHERE place <= ${} ORDER BY owner_id, place",
        projects.len() + 1
    );
    let values: Vec<Value> = projects
        .iter()
        .map(|id| Value::from(*id))
        .chain([Value::from(i64::try_from(limit).unwrap_or(i64::MAX))])
        .collect();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Owned::find_by_statement(statement).all(db).await
}

/// How many findings each of these projects has, those without any left out.
///
/// # Errors
/// When the database fails.
pub async fn counts_of(db: &impl ConnectionTrait, projects: &[Uuid]) -> Result<Vec<(Uuid, i64)>, DbErr> {
    if projects.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=projects.len()).map(|place| format!("${place}")).collect();
    let places = places.join(", ");
    let sql = format!(
        "SELECT owner_id, COUNT(*) AS number FROM (SELECT left_id AS owner_id FROM overlap WHERE withdrawn_at IS NULL \
         AND left_id IN ({places}) UNION ALL SELECT right_id AS owner_id FROM overlap WHERE withdrawn_at IS NULL \
         AND right_id IN ({places})) AS sides GROUP BY owner_id"
    );
    let values: Vec<Value> = projects.iter().map(|id| Value::from(*id)).collect();
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "owner_id")?, row.try_get("", "number")?)))
        .collect()
}

/// Every finding of these projects, withdrawn ones too.
///
/// # Errors
/// When the database fails.
pub async fn ever_of(db: &impl ConnectionTrait, projects: &[Uuid]) -> Result<Vec<Model>, DbErr> {
    let of = |column: Column| column.is_in(projects.iter().copied());
    Entity::find()
        .filter(of(Column::LeftId).or(of(Column::RightId)))
        .all(db)
        .await
}

/// Writes new findings.
///
/// # Errors
/// When a pair is there already, or the database fails.
pub async fn insert(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    insert_all::<Entity, _>(db, rows).await
}

/// Rewrites a finding.
///
/// # Errors
/// When the database fails.
pub async fn update(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    let id = row.id;
    Entity::update_many()
        .set(row.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Marks findings as no longer standing.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(db: &impl ConnectionTrait, ids: &[Uuid], at: DateTime<Utc>) -> Result<(), DbErr> {
    for ids in ids.chunks(super::ROWS_AN_INSERT) {
        Entity::update_many()
            .set(entity::overlap::ActiveModel {
                withdrawn_at: sea_orm::Set(Some(at)),
                updated_at: sea_orm::Set(at),
                ..Default::default()
            })
            .filter(Column::Id.is_in(ids.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Every finding there ever was.
///
/// # Errors
/// When the database fails.
pub async fn every(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().all(db).await
}

/// A finding without its evidence.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub struct Pair {
    /// The project with the smaller id.
    pub left_id: Uuid,
    /// The other.
    pub right_id: Uuid,
    /// A calibrated probability.
    pub score: f64,
    /// How far people have come with it.
    pub state: OverlapState,
    /// What they decided, where they did; kept when it is closed.
    pub outcome: Option<OverlapState>,
}

/// The findings that stand and fit, the strongest `limit`, without their evidence.
///
/// # Errors
/// When the database fails.
pub async fn pairs(db: &impl ConnectionTrait, query: &OverlapQuery, limit: u64) -> Result<Vec<Pair>, DbErr> {
    filtered(query)
        .select_only()
        .columns([Column::LeftId, Column::RightId, Column::Score, Column::State])
        .expr_as(outcome(), "outcome")
        .order_by_desc(Column::Score)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_model()
        .all(db)
        .await
}

/// What people decided about the finding of a row.
fn outcome() -> SimpleExpr {
    let own = Expr::col((review::Entity, review::Column::OverlapId)).equals((Entity, Column::Id));
    let outcome = Query::select()
        .column(review::Column::Outcome)
        .from(review::Entity)
        .and_where(own)
        .take();
    SimpleExpr::SubQuery(None, Box::new(outcome.into()))
}

/// The projects that have findings that stand; one with several comes several times.
///
/// # Errors
/// When the database fails.
pub async fn projects(db: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
    let pairs: Vec<(Uuid, Uuid)> = Entity::find()
        .filter(Column::WithdrawnAt.is_null())
        .select_only()
        .columns([Column::LeftId, Column::RightId])
        .into_tuple()
        .all(db)
        .await?;
    Ok(pairs
        .into_iter()
        .flat_map(|(left, right)| [left, right])
        .collect())
}
