//! Whole tables, read in pages and written in bulk.

use entity::registry::{Holds, Table};
use sea_orm::prelude::{Date, DateTimeUtc, Uuid};
use sea_orm::sea_query::{Alias, Query};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};

/// Parameters that one statement may have: below SQLite's 32,766.
const MOST_PARAMETERS: usize = 30_000;

/// The tables that a database has, but for the one of its migrations.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn names(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema() \
             AND table_type = 'BASE TABLE' ORDER BY 1"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
    };
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await?;
    let names = rows.iter().map(|row| row.try_get("", "name"));
    let mut names: Vec<String> = names.collect::<Result<_, _>>()?;
    names.retain(|name| name != "seaql_migrations");
    Ok(names)
}

/// Whether a table has no row.
///
/// # Errors
/// When the database fails.
pub async fn is_empty(db: &impl ConnectionTrait, table: &str) -> Result<bool, DbErr> {
    let sql = format!("SELECT 1 AS one FROM \"{table}\" LIMIT 1");
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await?;
    Ok(row.is_none())
}

/// The next rows of a table in the order of its key, after the one whose key is given.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: &impl ConnectionTrait,
    table: &Table,
    after: Option<&[Value]>,
    limit: u64,
) -> Result<Vec<Vec<Value>>, DbErr> {
    let quoted = |names: &[&str]| -> String {
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        names.join(", ")
    };
    let columns: Vec<&str> = table.columns.iter().map(|(column, _)| *column).collect();
    let key = quoted(&table.key);
    let beyond = match after {
        Some(after) => {
            let places: Vec<String> = (1..=after.len()).map(|place| format!("${place}")).collect();
            format!(" WHERE ({key}) > ({})", places.join(", "))
        }
        None => String::new(),
    };
    let sql = format!(
        "SELECT {} FROM \"{}\"{beyond} ORDER BY {key} LIMIT {limit}",
        quoted(&columns),
        table.name
    );
    let values = after.unwrap_or_default().to_vec();
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
        .await?;
    rows.iter()
        .map(|row| {
            let values = table
                .columns
                .iter()
                .map(|(column, holds)| value(row, column, *holds));
            values.collect()
        })
        .collect()
}

fn value(row: &QueryResult, column: &str, holds: Holds) -> Result<Value, DbErr> {
    Ok(match holds {
        Holds::Uuid => row.try_get::<Option<Uuid>>("", column)?.into(),
        Holds::Text => row.try_get::<Option<String>>("", column)?.into(),
        Holds::Int => row.try_get::<Option<i32>>("", column)?.into(),
        Holds::BigInt => row.try_get::<Option<i64>>("", column)?.into(),
        Holds::Double => row.try_get::<Option<f64>>("", column)?.into(),
        Holds::Bool => row.try_get::<Option<bool>>("", column)?.into(),
        Holds::Time => row.try_get::<Option<DateTimeUtc>>("", column)?.into(),
        Holds::Date => row.try_get::<Option<Date>>("", column)?.into(),
        Holds::Bytes => row.try_get::<Option<Vec<u8>>>("", column)?.into(),
    })
}

/// Writes rows into a table.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    db: &impl ConnectionTrait,
    table: &str,
    columns: &[String],
    rows: Vec<Vec<Value>>,
) -> Result<(), DbErr> {
    let at_once = (MOST_PARAMETERS / columns.len().max(1)).max(1);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut insert = Query::insert();
        insert
            .into_table(Alias::new(table))
            .columns(columns.iter().map(Alias::new));
        for row in rows.by_ref().take(at_once) {
            insert
                .values(row.into_iter().map(Into::into))
                .map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        let mut statement = db.get_database_backend().build(&insert);
        // A prepared statement keeps the types that it was first given, and migrations give theirs otherwise: this is another.
        statement.sql.insert_str(0, "/* restored */ ");
        db.execute_raw(statement).await?;
    }
    Ok(())
}

/// Removes every row of a table.
///
/// # Errors
/// When the database fails.
pub async fn clear(db: &impl ConnectionTrait, table: &str) -> Result<(), DbErr> {
    let sql = format!("DELETE FROM \"{table}\"");
    db.execute_raw(Statement::from_string(db.get_database_backend(), sql))
        .await?;
    Ok(())
}
