//! Surveys: what they ask, and their rounds.

pub mod invitation;
pub mod response;

use entity::survey::{Column, Entity, Model};
use entity::{survey_question_set as set, survey_upload as upload, survey_wave as wave};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::page::{Page, Slice, by_time};

/// One by its id.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// A page of surveys, the latest first. Without `drafts`, only those that have a round.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, drafts: bool, page: &Page) -> Result<Slice<Model>, DbErr> {
    by_time(db, visible(drafts), Column::Id.into_expr(), true, page).await
}

/// How many surveys there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, drafts: bool) -> Result<u64, DbErr> {
    visible(drafts).count(db).await
}

fn visible(drafts: bool) -> sea_orm::Select<Entity> {
    let query = Entity::find();
    if drafts {
        return query;
    }
    let with_rounds = wave::Entity::find()
        .select_only()
        .column(wave::Column::SurveyId)
        .into_query();
    query.filter(Column::Id.in_subquery(with_rounds))
}

macro_rules! insertion {
    ($(#[$doc:meta])* $name:ident, $table:ident) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// When the database fails.
        pub async fn $name(db: &impl ConnectionTrait, row: $table::Model) -> Result<(), DbErr> {
            $table::Entity::insert(row.into_active_model())
                .exec_without_returning(db)
                .await?;
            Ok(())
        }
    };
}
use entity::survey;
pub(super) use insertion;

insertion!(
    /// Writes a new survey.
    insert, survey
);
insertion!(
    /// Writes a new version of what a survey asks.
    insert_set, set
);
insertion!(
    /// Writes a new round.
    insert_wave, wave
);
insertion!(
    /// Keeps a file of answers.
    insert_upload, upload
);

/// A version of what a survey asks.
///
/// # Errors
/// When the database fails.
pub async fn set(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<set::Model>, DbErr> {
    set::Entity::find_by_id(id).one(db).await
}

/// Every version of what a survey asks, the latest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn sets(db: &impl ConnectionTrait, survey: Uuid, limit: u64) -> Result<Vec<set::Model>, DbErr> {
    set::Entity::find()
        .filter(set::Column::SurveyId.eq(survey))
        .order_by_desc(set::Column::Number)
        .limit(limit)
        .all(db)
        .await
}

/// Changes a version that is a draft of this revision. Returns whether it was so: otherwise nothing is changed.
///
/// # Errors
/// When the database fails.
pub async fn change_set(
    db: &impl ConnectionTrait,
    id: Uuid,
    revision: i32,
    change: set::ActiveModel,
) -> Result<bool, DbErr> {
    let done = set::Entity::update_many()
        .set(change)
        .filter(set::Column::Id.eq(id))
        .filter(set::Column::Revision.eq(revision))
        .filter(set::Column::PublishedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// A round.
///
/// # Errors
/// When the database fails.
pub async fn wave(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<wave::Model>, DbErr> {
    wave::Entity::find_by_id(id).one(db).await
}

/// The rounds of a survey, the latest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn waves(db: &impl ConnectionTrait, survey: Uuid, limit: u64) -> Result<Vec<wave::Model>, DbErr> {
    wave::Entity::find()
        .filter(wave::Column::SurveyId.eq(survey))
        .order_by_desc(wave::Column::OpensAt)
        .order_by_desc(wave::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Moves the end of a round.
///
/// # Errors
/// When the database fails.
pub async fn change_wave(
    db: &impl ConnectionTrait,
    id: Uuid,
    change: wave::ActiveModel,
) -> Result<(), DbErr> {
    wave::Entity::update_many()
        .set(change)
        .filter(wave::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// A file of answers.
///
/// # Errors
/// When the database fails.
pub async fn upload(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<upload::Model>, DbErr> {
    upload::Entity::find_by_id(id).one(db).await
}

/// Rewrites a file of answers, whose rows were written.
///
/// # Errors
/// When the database fails.
pub async fn change_upload(
    db: &impl ConnectionTrait,
    id: Uuid,
    change: upload::ActiveModel,
) -> Result<(), DbErr> {
    upload::Entity::update_many()
        .set(change)
        .filter(upload::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}
