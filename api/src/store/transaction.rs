//! A transaction that writes: it notes what its statements touch, and adds one entry to the audit log in its commit.
//!
//! This is the one place that the log is written from. Whoever begins a transaction need not know of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sea_query::sea_value_to_json_value;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement, Value,
};

use super::audit;
use crate::audit::change::{Cells, Changes, MOST_ROWS};
use crate::audit::statement::{self, Verb, Write, renumbered};
use crate::audit::tables::{self, Table, is_told, plain};
use crate::audit::{Origin, acting};
use entity::kinds::AuditKind;

/// A transaction that writes.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    changes: Mutex<Changes>,
    origin: Arc<Origin>,
    /// Whether the log is told nothing.
    is_unlogged: bool,
}

/// What a statement is about to do, as far as that is told.
struct About {
    write: Write,
    /// Of an INSERT: the rows that it adds.
    added: Vec<Cells>,
    /// Of the others: the rows that it finds.
    before: Option<Before>,
}

/// Rows before a statement: by their names, with a condition that finds them again.
struct Before {
    rows: BTreeMap<String, Cells>,
    again: String,
    columns: Vec<String>,
}

impl Transaction {
    pub(super) fn new(inner: DatabaseTransaction) -> Self {
        Self {
            inner,
            changes: Mutex::default(),
            origin: acting(),
            is_unlogged: false,
        }
    }

    pub(super) fn unlogged(inner: DatabaseTransaction) -> Self {
        Self {
            is_unlogged: true,
            ..Self::new(inner)
        }
    }

    /// Makes all of it last: what was written, and the entry that tells of it.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn commit(self) -> Result<(), DbErr> {
        let changes = self.changes.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !changes.is_empty() {
            audit::append(&self.inner, AuditKind::Change, &self.origin, changes.written()).await?;
        }
        self.inner.commit().await
    }

    /// Gives all of it up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a statement is about to write, where that is told.
    async fn about(&self, statement: &Statement) -> Result<Option<About>, DbErr> {
        if self.is_unlogged {
            return Ok(None);
        }
        let write = statement::read(&statement.sql).filter(|write| is_told(&write.table, &write.columns));
        let Some(write) = write else {
            return Ok(None);
        };
        let added = match write.verb == Verb::Insert && !self.origin.derived {
            true => added(&write, statement),
            false => Vec::new(),
        };
        let before = self.before(&write, statement).await?;
        Ok(Some(About { write, added, before }))
    }

    /// The rows that a statement is about to change or remove, unless they are too many to tell.
    async fn before(&self, write: &Write, statement: &Statement) -> Result<Option<Before>, DbErr> {
        let wanted = write.verb != Verb::Insert && !self.origin.derived && self.changes().has_room();
        let (true, Some(table), Some(condition)) = (wanted, tables::of(&write.table), &write.condition)
        else {
            return Ok(None);
        };
        let mut columns: Vec<String> = match write.verb {
            Verb::Delete => table.columns.iter().map(|column| (*column).to_owned()).collect(),
            _ => write.columns.clone(),
        };
        columns.retain(|column| !table.key.contains(&column.as_str()) || write.verb == Verb::Delete);
        let values = statement
            .values
            .as_ref()
            .map_or(&[][..], |values| values.0.as_slice());
        let bound = values
            .iter()
            .skip(write.before_condition)
            .take(write.in_condition)
            .cloned();
        let condition = renumbered(condition, write.before_condition);
        // Whoever changes them meanwhile waits, as they would for the statement itself.
        let lock = match self.inner.get_database_backend() {
            DbBackend::Postgres => " FOR UPDATE",
            _ => "",
        };
        let condition = format!("{condition} LIMIT {}{lock}", MOST_ROWS + 1);
        let found = self
            .select(&write.table, table, &columns, &condition, bound.collect())
            .await?;
        if found.len() > MOST_ROWS {
            return Ok(None);
        }
        let again: Vec<String> = found.iter().map(|(key, _)| again(table, key)).collect();
        Ok(Some(Before {
            rows: found
                .into_iter()
                .map(|(key, cells)| (named(&key), cells))
                .collect(),
            again: again.join(" OR "),
            columns,
        }))
    }

    /// Rows as the database quotes their values: their keys, and the columns that are asked for.
    async fn select(
        &self,
        name: &str,
        table: &Table,
        columns: &[String],
        condition: &str,
        values: Vec<Value>,
    ) -> Result<Vec<(Vec<String>, Cells)>, DbErr> {
        let backend = self.inner.get_database_backend();
        let all: Vec<&str> = table
            .key
            .iter()
            .copied()
            .chain(columns.iter().map(String::as_str))
            .collect();
        let quoted: Vec<String> = all
            .iter()
            .enumerate()
            .map(|(place, column)| match backend {
                DbBackend::Postgres => {
                    format!("COALESCE(quote_literal(\"{column}\"::text), 'NULL') AS c{place}")
                }
                _ => format!("quote(\"{column}\") AS c{place}"),
            })
            .collect();
        let sql = format!("SELECT {} FROM \"{name}\" WHERE {condition}", quoted.join(", "));
        let rows = self
            .inner
            .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
        rows.iter()
            .map(|row| {
                let cell = |place: usize| row.try_get::<String>("", &format!("c{place}"));
                let key = (0..table.key.len()).map(cell).collect::<Result<_, _>>()?;
                let cells = columns
                    .iter()
                    .enumerate()
                    .map(|(place, column)| Ok((column.clone(), cell(place + table.key.len())?)))
                    .collect::<Result<_, DbErr>>()?;
                Ok((key, cells))
            })
            .collect()
    }

    /// Notes what a statement did to `affected` rows.
    async fn note(&self, about: About, affected: u64) -> Result<(), DbErr> {
        let About { write, added, before } = about;
        if affected == 0 {
            return Ok(());
        }
        let action = write.verb.as_str();
        if let Some(table) = tables::of(&write.table)
            && u64::try_from(added.len()).is_ok_and(|added| added == affected)
        {
            let mut changes = self.changes();
            for cells in added {
                let key: Vec<String> = table
                    .key
                    .iter()
                    .map(|column| cells.get(*column).cloned().unwrap_or_default())
                    .collect();
                changes.row(&write.table, action, &named(&key), (None, Some(cells)));
            }
            return Ok(());
        }
        let (Some(before), Some(table)) = (before, tables::of(&write.table)) else {
            self.changes().count(&write.table, action, affected);
            return Ok(());
        };
        let mut after: BTreeMap<String, Cells> = match write.verb {
            Verb::Update if !before.again.is_empty() => self
                .select(&write.table, table, &before.columns, &before.again, Vec::new())
                .await?
                .into_iter()
                .map(|(key, cells)| (named(&key), cells))
                .collect(),
            _ => BTreeMap::new(),
        };
        let mut changes = self.changes();
        for (row, cells) in before.rows {
            let now = after.remove(&row);
            changes.row(&write.table, action, &row, (Some(cells), now));
        }
        Ok(())
    }
}

/// The rows of an INSERT by column, read from its parameters; none when there are not as many as its columns need.
fn added(write: &Write, statement: &Statement) -> Vec<Cells> {
    let values = statement
        .values
        .as_ref()
        .map_or(&[][..], |values| values.0.as_slice());
    let width = write.columns.len();
    if width == 0 || !values.len().is_multiple_of(width) || values.len() / width > MOST_ROWS {
        return Vec::new();
    }
    values
        .chunks(width)
        .map(|row| {
            let cells = write.columns.iter().zip(row);
            cells
                .map(|(column, value)| (column.clone(), text(value)))
                .collect()
        })
        .collect()
}

/// A parameter as text.
fn text(value: &Value) -> String {
    match sea_value_to_json_value(value) {
        serde_json::Value::Null => "NULL".to_owned(),
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

/// The name of a row: the values of its key.
fn named(key: &[String]) -> String {
    let parts: Vec<String> = key.iter().map(|part| plain(part)).collect();
    parts.join("/")
}

/// The condition that finds a row again, of values that the database itself quoted.
fn again(table: &Table, key: &[String]) -> String {
    let parts: Vec<String> = table
        .key
        .iter()
        .zip(key)
        .map(|(column, value)| format!("\"{column}\" = {value}"))
        .collect();
    format!("({})", parts.join(" AND "))
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let Some(about) = self.about(&statement).await? else {
            return self.inner.execute_raw(statement).await;
        };
        let done = self.inner.execute_raw(statement).await?;
        self.note(about, done.rows_affected()).await?;
        Ok(done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let done = self.inner.execute_unprepared(sql).await?;
        // Nothing in the program writes so; if something ever does, it does not go unnoticed.
        self.changes().count("unprepared", "STATEMENT", 1);
        Ok(done)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let Some(about) = self.about(&statement).await? else {
            return self.inner.query_one_raw(statement).await;
        };
        let row = self.inner.query_one_raw(statement).await?;
        self.note(about, u64::from(row.is_some())).await?;
        Ok(row)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Some(about) = self.about(&statement).await? else {
            return self.inner.query_all_raw(statement).await;
        };
        let rows = self.inner.query_all_raw(statement).await?;
        let affected = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        self.note(about, affected).await?;
        Ok(rows)
    }
}
