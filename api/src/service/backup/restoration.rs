//! From a backup to a database.

use std::io::{BufRead, Read, Seek, SeekFrom};

use anyhow::{Context as _, anyhow, bail};
use entity::registry::Holds;
use sha2::{Digest as _, Sha256};

use super::cell;
use super::file::{End, FORMAT, Head, Listed, hex};
use crate::store::{self, Database, Transaction};

/// The longest line that is read: an import keeps parts of its file in rows of a few megabytes.
const LONGEST_LINE: u64 = 256 << 20;

/// So many rows are written at a time.
const BATCH: usize = 500;

/// Rows that every migrated database has.
const BORN_WITH: [&str; 3] = ["catalogue", "access_state", "audit_chain"];

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// How many rows.
    pub rows: u64,
    /// The version of the program that wrote the backup.
    pub program: String,
    /// How many migrations were applied to what it held.
    pub migrated: usize,
}

/// What the lines say of themselves, once all were read.
struct Checked {
    head: Head,
    columns: Vec<(Vec<String>, Vec<Holds>)>,
    rows: u64,
}

/// Makes the database what the backup says, then brings it up to date. The whole file is looked at before anything is
/// changed.
///
/// # Errors
/// When the file is no backup, was changed or cut off, or is a newer program's; when the database holds anything and
/// `replace` is not said; when the database fails. What fails once the old content is gone leaves an empty database.
pub async fn restore(
    db: &Database,
    file: &mut (impl BufRead + Seek),
    replace: bool,
) -> anyhow::Result<Restored> {
    let checked = check(file)?;
    let ours = Database::migrations();
    let theirs = &checked.head.migrations;
    if ours.get(..theirs.len()) != Some(theirs.as_slice()) {
        bail!(
            "the backup was written by tandem {}, whose tables this version ({}) does not know; restore it with that \
             version or a later one",
            checked.head.program,
            env!("CARGO_PKG_VERSION")
        );
    }
    if !is_unused(db).await? && !replace {
        bail!(
            "the database holds something already; restore into an empty one, or say --replace to lose what it holds"
        );
    }
    db.rebuild(theirs.len()).await.context("making the tables")?;
    file.seek(SeekFrom::Start(0))
        .context("reading the backup again")?;
    let txn = db.begin_unlogged().await.context("beginning to restore")?;
    for table in BORN_WITH {
        if checked.head.tables.iter().any(|listed| listed.name == table) {
            store::dump::clear(&txn, table).await?;
        }
    }
    fill(&txn, file, &checked).await?;
    txn.commit().await.context("keeping what was restored")?;
    db.migrate()
        .await
        .context("bringing the restored tables up to date")?;
    Ok(Restored {
        rows: checked.rows,
        program: checked.head.program,
        migrated: ours.len() - theirs.len(),
    })
}

/// Whether a database holds nothing that anybody put there.
async fn is_unused(db: &Database) -> anyhow::Result<bool> {
    for table in store::dump::names(db.read()).await? {
        if !BORN_WITH.contains(&table.as_str()) && !store::dump::is_empty(db.read(), &table).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads the whole file once.
fn check(file: &mut impl BufRead) -> anyhow::Result<Checked> {
    let mut line = String::new();
    let mut digest = Sha256::new();
    read_line(file, &mut line)?;
    let head: Head = serde_json::from_str(&line).context("this is no backup of tandem's")?;
    if head.tandem_backup > FORMAT {
        bail!(
            "the backup was written by a newer tandem ({}); restore it with that one",
            head.program
        );
    }
    let columns = head.tables.iter().map(columns).collect::<Result<Vec<_>, _>>()?;
    digest.update(line.as_bytes());
    let mut rows = 0;
    loop {
        if !read_line(file, &mut line)? {
            bail!("the backup is cut off after {rows} rows");
        }
        if line.starts_with('{') {
            break;
        }
        rows += 1;
        row(&line, &columns).ok_or_else(|| anyhow!("row {rows} of the backup cannot be read"))?;
        digest.update(line.as_bytes());
    }
    let end: End = serde_json::from_str(&line).context("the last line of the backup cannot be read")?;
    if end.rows != rows || end.sha256 != hex(digest) {
        bail!("the backup was changed since it was written: its digest is another one");
    }
    Ok(Checked { head, columns, rows })
}

fn columns(listed: &Listed) -> anyhow::Result<(Vec<String>, Vec<Holds>)> {
    let holds = listed.columns.iter().map(|(column, holds)| {
        let known = Holds::NAMES.iter().find(|(_, name)| name == holds);
        let known = known.ok_or_else(|| {
            anyhow!(
                "the backup has a column {}.{column} of an unknown kind",
                listed.name
            )
        })?;
        Ok((column.clone(), known.0))
    });
    Ok(holds.collect::<anyhow::Result<Vec<_>>>()?.into_iter().unzip())
}

/// A row, and the place of its table.
fn row(line: &str, columns: &[(Vec<String>, Vec<Holds>)]) -> Option<(usize, Vec<sea_orm::Value>)> {
    let (place, cells): (usize, Vec<serde_json::Value>) = serde_json::from_str(line).ok()?;
    let (_, holds) = columns.get(place)?;
    if cells.len() != holds.len() {
        return None;
    }
    let values = cells
        .into_iter()
        .zip(holds)
        .map(|(cell, holds)| cell::from_json(cell, *holds));
    Some((place, values.collect::<Option<_>>()?))
}

/// Writes the rows.
async fn fill(txn: &Transaction, file: &mut impl BufRead, checked: &Checked) -> anyhow::Result<()> {
    let mut line = String::new();
    read_line(file, &mut line)?;
    let mut at = 0;
    let mut batch = Vec::new();
    for _ in 0..checked.rows {
        read_line(file, &mut line)?;
        let (place, values) = row(&line, &checked.columns).context("the backup changed while it was read")?;
        if place != at || batch.len() >= BATCH {
            write(txn, checked, at, std::mem::take(&mut batch)).await?;
            at = place;
        }
        batch.push(values);
    }
    write(txn, checked, at, batch).await
}

async fn write(
    txn: &Transaction,
    checked: &Checked,
    place: usize,
    rows: Vec<Vec<sea_orm::Value>>,
) -> anyhow::Result<()> {
    let (Some(listed), Some((columns, _))) = (checked.head.tables.get(place), checked.columns.get(place))
    else {
        bail!("the backup changed while it was read");
    };
    let written = store::dump::insert(txn, &listed.name, columns, rows).await;
    written.with_context(|| format!("restoring the table {}", listed.name))
}

/// The next line with its end; false at the end of the file.
fn read_line(file: &mut impl BufRead, line: &mut String) -> anyhow::Result<bool> {
    line.clear();
    let read = file
        .by_ref()
        .take(LONGEST_LINE)
        .read_line(line)
        .context("reading the backup")?;
    Ok(read > 0)
}
