//! The whole database as one file that either kind of database can be made from again.
//!
//! The file is JSON Lines: a head with the format, the migrations that the database had and every table with its columns;
//! then a line a row; then the number of rows and a digest of all lines before. It is read from one snapshot, while writes go
//! on, and restored in one transaction, at the migrations that it was written at; what came after them is then applied.

mod cell;
mod file;
mod restoration;

use std::io::Write;

use entity::registry::{self, Table};
use sea_orm::{ConnectionTrait, Value};
use serde_json::json;

use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::store::{self, Database};
pub use file::{FORMAT, Head, Listed};
pub use restoration::{Restored, restore};

/// So many rows are read at a time.
const BATCH: u64 = 1_000;

/// Writes everything that the database holds at this moment. Returns how many rows.
///
/// # Errors
/// When the database has a table that this program does not know, or cannot be read, or `out` cannot be written.
pub async fn write(db: &Database, out: &mut dyn Write) -> ApiResult<u64> {
    let snapshot = db.snapshot().await?;
    let tables = known_tables(&snapshot).await?;
    let head = Head::of(&tables, db.applied(&snapshot).await?);
    let mut lines = file::Lines::new(out);
    lines.write(&serde_json::to_value(&head).map_err(ApiError::internal)?)?;
    let mut rows = 0;
    for (place, table) in tables.iter().enumerate() {
        let mut after: Option<Vec<Value>> = None;
        loop {
            let page = store::dump::page(&snapshot, table, after.as_deref(), BATCH).await?;
            let Some(last) = page.last() else { break };
            after = Some(key_of(table, last));
            rows += u64::try_from(page.len()).unwrap_or(u64::MAX);
            for row in page {
                let cells: Vec<serde_json::Value> = row.into_iter().map(cell::to_json).collect();
                lines.write(&json!([place, cells]))?;
            }
        }
    }
    // Nothing was written: to give it up is to end it.
    snapshot.rollback().await?;
    let digest = lines.digest();
    let at = clock::now();
    lines.write(&json!({ "rows": rows, "sha256": digest, "endedAt": at }))?;
    lines.finish()?;
    Ok(rows)
}

/// The key among a row's values.
fn key_of(table: &Table, row: &[Value]) -> Vec<Value> {
    table
        .key
        .iter()
        .filter_map(|key| table.columns.iter().position(|(column, _)| column == key))
        .filter_map(|place| row.get(place).cloned())
        .collect()
}

/// Every table, having made sure that the database has these and no others: a table that nobody told this module of would
/// be missing from every backup.
async fn known_tables(db: &impl ConnectionTrait) -> ApiResult<Vec<Table>> {
    let tables = registry::tables();
    let found = store::dump::names(db).await?;
    let known = |name: &String| tables.iter().any(|table| table.name == name);
    let unknown: Vec<&String> = found.iter().filter(|name| !known(name)).collect();
    if !unknown.is_empty() {
        return Err(
            anyhow::anyhow!("the database has tables that this program does not know: {unknown:?}").into(),
        );
    }
    let missing: Vec<&str> = tables
        .iter()
        .map(|table| table.name)
        .filter(|name| !found.iter().any(|found| found == name))
        .collect();
    if !missing.is_empty() {
        return Err(
            anyhow::anyhow!("the database has no tables {missing:?}: run `tandem migrate` first").into(),
        );
    }
    Ok(tables)
}
