//! Where projects stand in the order of changes: asked with every project that is shown, and so by sqlx itself. The future
//! of a statement of sea-orm's is some 100 KB, and moving it about cost more than all else that it does.

use sea_orm::sqlx::{Error, query_as};
use sea_orm::{ConnAcquireErr, DbBackend, DbErr, RuntimeErr};
use uuid::Uuid;

use super::Database;

/// The places of those of these projects that there are, tombstones included, in no order.
///
/// # Errors
/// When the database fails, or no connection comes free in time.
pub async fn of(db: &Database, ids: &[Uuid]) -> Result<Vec<(Uuid, i64)>, DbErr> {
    db.count_statement();
    let found = match db.backend() {
        DbBackend::Postgres => {
            let pool = db.read().get_postgres_connection_pool();
            query_as("SELECT id, change_seq FROM project WHERE id = ANY($1)")
                .bind(ids)
                .fetch_all(pool)
                .await
        }
        _ => {
            let pool = db.read().get_sqlite_connection_pool();
            let marks = vec!["?"; ids.len()].join(", ");
            let sql = format!("SELECT id, change_seq FROM project WHERE id IN ({marks})");
            let query = query_as(sea_orm::sqlx::AssertSqlSafe(sql));
            ids.iter()
                .fold(query, |query, id| query.bind(id))
                .fetch_all(pool)
                .await
        }
    };
    found.map_err(|error| match error {
        Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        other => DbErr::Query(RuntimeErr::SqlxError(other.into())),
    })
}
