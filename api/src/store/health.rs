//! Whether the database itself is sound.

use chrono::{DateTime, Utc};
use entity::kinds::{ImportState, OverlapState};
use entity::{import_job, overlap};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, Statement,
};

async fn all(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
}

/// What is unsound about the database's own files and indexes, at most 20 lines; nothing where all is well.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn faults(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        let sql = "SELECT 'the index ' || c.relname || ' is not valid' AS fault FROM pg_index i JOIN pg_class c \
                   ON c.oid = i.indexrelid WHERE NOT i.indisvalid LIMIT 20";
        return all(db, sql)
            .await?
            .iter()
            .map(|row| row.try_get("", "fault"))
            .collect();
    }
    let mut faults = Vec::new();
    for row in all(db, "PRAGMA integrity_check(20)").await? {
        let line: String = row.try_get("", "integrity_check")?;
        if line != "ok" {
            faults.push(line);
        }
    }
    let astray = "SELECT \"table\" AS name, \"parent\" AS parent, COUNT(*) AS number FROM pragma_foreign_key_check GROUP BY 1, 2 LIMIT 20";
    for row in all(db, astray).await? {
        let (name, parent): (String, String) = (row.try_get("", "name")?, row.try_get("", "parent")?);
        let number: i64 = row.try_get("", "number")?;
        faults.push(format!(
            "{number} rows of {name} name rows of {parent} that are not there"
        ));
    }
    Ok(faults)
}

/// The database's own clock; `None` where it has none but this machine's.
///
/// # Errors
/// When the database fails.
pub async fn clock(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let rows = all(db, "SELECT clock_timestamp() AS now").await?;
    rows.first().map(|row| row.try_get("", "now")).transpose()
}

/// Imports that were to be under way, and of which nothing was written since a moment.
///
/// # Errors
/// When the database fails.
pub async fn stuck_imports(
    db: &impl ConnectionTrait,
    since: DateTime<Utc>,
) -> Result<Vec<import_job::Model>, DbErr> {
    import_job::Entity::find()
        .filter(import_job::Column::State.is_in([ImportState::Committing, ImportState::Undoing]))
        .filter(import_job::Column::UpdatedAt.lt(since))
        .order_by_asc(import_job::Column::Id)
        .limit(20)
        .all(db)
        .await
}

/// How many findings hold, by their state.
///
/// # Errors
/// When the database fails.
pub async fn findings(db: &impl ConnectionTrait) -> Result<Vec<(OverlapState, i64)>, DbErr> {
    overlap::Entity::find()
        .select_only()
        .column(overlap::Column::State)
        .column_as(overlap::Column::Id.count(), "number")
        .filter(overlap::Column::WithdrawnAt.is_null())
        .group_by(overlap::Column::State)
        .into_tuple()
        .all(db)
        .await
}

/// How many imports there are, by their state.
///
/// # Errors
/// When the database fails.
pub async fn imports(db: &impl ConnectionTrait) -> Result<Vec<(ImportState, i64)>, DbErr> {
    import_job::Entity::find()
        .select_only()
        .column(import_job::Column::State)
        .column_as(import_job::Column::Id.count(), "number")
        .group_by(import_job::Column::State)
        .into_tuple()
        .all(db)
        .await
}
