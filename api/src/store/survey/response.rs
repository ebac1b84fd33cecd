//! Responses, their answers and what was submitted.

use std::collections::HashMap;

use entity::kinds::SurveyResponseState;
use entity::survey_response::{ActiveModel, Column, Entity, Model};
use entity::{survey_answer as answer, survey_answer_version as version, survey_submission as submission};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::insertion;
use crate::store::page::{Page, Slice, by_time};

/// Which responses are wanted. An empty list asks for nothing.
#[derive(Debug, Clone, Default)]
pub struct ResponseQuery {
    /// Of this round.
    pub wave: Uuid,
    /// In one of these states.
    pub states: Vec<SurveyResponseState>,
}

/// One by its id.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// What an authority says in a round.
///
/// # Errors
/// When the database fails.
pub async fn of(db: &impl ConnectionTrait, wave: Uuid, organisation: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::WaveId.eq(wave))
        .filter(Column::OrganisationId.eq(organisation))
        .one(db)
        .await
}

/// Every response of rounds.
///
/// # Errors
/// When the database fails.
pub async fn of_waves(db: &impl ConnectionTrait, waves: &[Uuid]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::WaveId.is_in(waves.iter().copied()))
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// How far these responses have come.
///
/// # Errors
/// When the database fails.
pub async fn states(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, SurveyResponseState>, DbErr> {
    let rows = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::State)
        .filter(Column::Id.is_in(ids.iter().copied()));
    let rows: Vec<(Uuid, SurveyResponseState)> = rows.into_tuple().all(db).await?;
    Ok(rows.into_iter().collect())
}

/// What these authorities submitted in these rounds.
///
/// # Errors
/// When the database fails.
pub async fn submitted_by(
    db: &impl ConnectionTrait,
    waves: &[Uuid],
    organisations: &[Uuid],
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::WaveId.is_in(waves.iter().copied()))
        .filter(Column::OrganisationId.is_in(organisations.iter().copied()))
        .filter(Column::Version.gt(0))
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// A page of responses, in the order in which their authorities were invited.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &ResponseQuery,
    page: &Page,
) -> Result<Slice<Model>, DbErr> {
    by_time(db, filtered(query), Column::Id.into_expr(), false, page).await
}

/// How many responses there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &ResponseQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

fn filtered(query: &ResponseQuery) -> Select<Entity> {
    let mut all = Condition::all().add(Column::WaveId.eq(query.wave));
    if !query.states.is_empty() {
        all = all.add(Column::State.is_in(query.states.iter().copied()));
    }
    Entity::find().filter(all)
}

insertion!(
    /// Keeps an answer as it was given.
    keep_version, version
);
insertion!(
    /// Keeps a response as it was submitted.
    insert_submission, submission
);

/// Writes new responses, which nobody answered yet.
///
/// # Errors
/// When the database fails.
pub async fn insert_all(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    crate::store::organisation::insert_all::<Entity, _>(db, rows).await
}

/// Counts a change of a response. Its row stays locked until the transaction ends, so that what is read from here on is
/// what will be changed. Returns it, as it is now; `None` where there is none.
///
/// # Errors
/// When the database fails.
pub async fn touch(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::update_many()
        .col_expr(Column::Revision, Expr::col(Column::Revision).add(1))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    by_id(db, id).await
}

/// Changes a response whose row this transaction holds.
///
/// # Errors
/// When the database fails.
pub async fn change(db: &impl ConnectionTrait, id: Uuid, change: ActiveModel) -> Result<(), DbErr> {
    Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// The present answers of responses.
///
/// # Errors
/// When the database fails.
pub async fn answers(db: &impl ConnectionTrait, responses: &[Uuid]) -> Result<Vec<answer::Model>, DbErr> {
    answer::Entity::find()
        .filter(answer::Column::ResponseId.is_in(responses.iter().copied()))
        .order_by_asc(answer::Column::ResponseId)
        .order_by_asc(answer::Column::Question)
        .all(db)
        .await
}

/// Writes the present answer to a question, in the place of the one before.
///
/// # Errors
/// When the database fails.
pub async fn put_answer(db: &impl ConnectionTrait, row: answer::Model) -> Result<(), DbErr> {
    let there = OnConflict::columns([answer::Column::ResponseId, answer::Column::Question])
        .update_columns([
            answer::Column::Value,
            answer::Column::Revision,
            answer::Column::AnsweredBy,
            answer::Column::AnsweredAt,
        ])
        .to_owned();
    answer::Entity::insert(row.into_active_model())
        .on_conflict(there)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Every answer that was given to a question of a response, the latest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn versions(
    db: &impl ConnectionTrait,
    response: Uuid,
    question: &str,
    limit: u64,
) -> Result<Vec<version::Model>, DbErr> {
    version::Entity::find()
        .filter(version::Column::ResponseId.eq(response))
        .filter(version::Column::Question.eq(question))
        .order_by_desc(version::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// What was submitted of responses, each response's latest first.
///
/// # Errors
/// When the database fails.
pub async fn submissions(
    db: &impl ConnectionTrait,
    responses: &[Uuid],
) -> Result<Vec<submission::Model>, DbErr> {
    submission::Entity::find()
        .filter(submission::Column::ResponseId.is_in(responses.iter().copied()))
        .order_by_asc(submission::Column::ResponseId)
        .order_by_desc(submission::Column::Version)
        .all(db)
        .await
}

/// Notes what a reviewer decided on a submission.
///
/// # Errors
/// When the database fails.
pub async fn decide(
    db: &impl ConnectionTrait,
    id: Uuid,
    change: submission::ActiveModel,
) -> Result<(), DbErr> {
    submission::Entity::update_many()
        .set(change)
        .filter(submission::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}
