//! What stands in a database, seen past the server.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::database::{Backend, Database};

/// How many rows each table has.
pub type Counts = BTreeMap<String, i64>;

/// A connection of the test's own.
///
/// # Panics
/// When the database cannot be reached.
pub async fn connect(database: &Database) -> DatabaseConnection {
    sea_orm::Database::connect(&database.url)
        .await
        .expect("reach the database")
}

/// Counts the rows of every table but those of the audit log, which grows with whatever is done.
///
/// # Panics
/// When the database fails or has no tables: then nothing was counted.
pub async fn counts(database: &Database) -> Counts {
    let connection = connect(database).await;
    let names = match database.backend {
        Backend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Backend::Postgres => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
    };
    let mut counts = Counts::new();
    let names = column::<String>(&connection, names, "name").await;
    for name in names.into_iter().filter(|name| !name.starts_with("audit_")) {
        let sql = format!("SELECT COUNT(*) AS rows FROM \"{name}\"");
        let rows = column::<i64>(&connection, &sql, "rows").await;
        counts.insert(name, rows.into_iter().sum());
    }
    connection.close().await.expect("close the connection");
    assert!(counts.contains_key("project"), "tables were found: {counts:?}");
    counts
}

/// One column of what a statement gives.
///
/// # Panics
/// When the statement fails.
pub async fn column<T: sea_orm::TryGetable>(
    connection: &DatabaseConnection,
    sql: &str,
    column: &str,
) -> Vec<T> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.expect(sql);
    rows.iter()
        .map(|row| row.try_get("", column).expect(column))
        .collect()
}

/// Runs a statement, behind the server's back.
///
/// # Panics
/// When it fails.
pub async fn execute(database: &Database, sql: &str) {
    let connection = connect(database).await;
    connection.execute_unprepared(sql).await.expect(sql);
    connection.close().await.expect("close the connection");
}
