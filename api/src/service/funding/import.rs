//! Funding calls from files.

use std::collections::{HashMap, HashSet};

use entity::funding_call as call;
use uuid::Uuid;

use super::draft::{CallDraft, MatchRate, Prepared, Quota, prepare};
use super::moment::{self, Edge};
use super::rows;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::exchange::calls::CallRecord;
use crate::service::directory::{Meaning, Meanings};
use crate::service::{App, fingerprint};
use crate::store;

/// Calls are written so many at a time, each batch whole or not at all.
pub const BATCH: usize = 200;

/// What became of the rows of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls that are new.
    pub created: usize,
    /// Calls that were there and say something else now.
    pub changed: usize,
    /// Calls that were there already.
    pub unchanged: usize,
    /// Rows that were left out.
    pub refused: usize,
}

/// What is to be said of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The row's line.
    pub line: u64,
    /// What it is about.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// Whether the row was left out for it.
    pub refused: bool,
}

/// Writes a batch of calls, or with `dry_run` only says what would become of them.
///
/// A call is known by its source and the source's id, or by its title where it has none. Bringing it again changes
/// nothing; a call whose content changed gets a new version.
///
/// # Errors
/// Forbidden for whoever is no administrator; when the database fails nothing of the batch is written.
pub async fn batch(
    app: &App,
    viewer: &Viewer,
    source: &str,
    records: Vec<(u64, CallRecord)>,
    dry_run: bool,
    tally: &mut Tally,
) -> ApiResult<Vec<Remark>> {
    super::known(viewer)?;
    if !viewer.is_administrator() {
        return Err(ApiError::Forbidden(
            "only administrators bring calls from files".to_owned(),
        ));
    }
    let mut remarks = Vec::new();
    let mut plan: Vec<(String, Prepared)> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for (line, record) in records {
        let id = record.id.clone().unwrap_or_else(|| fingerprint(&record.title));
        let mut refuse = |field: String, message: String| {
            remarks.push(Remark {
                line,
                field,
                message,
                refused: true,
            });
        };
        if !seen.insert(id.clone()) {
            refuse("id".to_owned(), "another row of this file has this id".to_owned());
            tally.refused += 1;
            continue;
        }
        let (draft, told) = draft(app, record);
        match prepare(app.directory.as_ref(), draft) {
            Ok(prepared) => {
                remarks.extend(told.map(|message| Remark {
                    line,
                    field: "opens".to_owned(),
                    message,
                    refused: false,
                }));
                plan.push((id, prepared));
            }
            Err(mistakes) => {
                tally.refused += 1;
                for mistake in mistakes {
                    refuse(mistake.path.join("."), mistake.message);
                }
            }
        }
    }
    write(app, viewer, source, plan, dry_run, tally).await?;
    Ok(remarks)
}

async fn write(
    app: &App,
    viewer: &Viewer,
    source: &str,
    plan: Vec<(String, Prepared)>,
    dry_run: bool,
    tally: &mut Tally,
) -> ApiResult<()> {
    let ids: Vec<String> = plan.iter().map(|(id, _)| id.clone()).collect();
    let txn = app.db.begin().await?;
    let known = store::funding::of_source(&txn, source, &ids).await?;
    let known: HashMap<String, call::Model> = known
        .into_iter()
        .map(|row| (row.record_id.clone(), row))
        .collect();
    let (mut fresh, mut fresh_terms) = (Vec::new(), Vec::new());
    for (record_id, prepared) in plan {
        let earlier = known.get(&record_id);
        let id = earlier.map_or_else(Uuid::now_v7, |row| row.id);
        let (mut row, terms) = rows::rows(
            id,
            prepared,
            source,
            &record_id,
            &super::signed(viewer),
            clock::now(),
        );
        match earlier {
            None => {
                tally.created += 1;
                fresh.push(row);
                fresh_terms.extend(terms);
            }
            Some(earlier) if earlier.content_hash == row.content_hash => tally.unchanged += 1,
            Some(earlier) => {
                tally.changed += 1;
                row.created_at = earlier.created_at;
                row.created_by.clone_from(&earlier.created_by);
                row.version = earlier.version.saturating_add(1);
                if !store::funding::replace(&txn, row, terms, earlier.version).await? {
                    return Err(ApiError::Conflict(
                        "a call was changed meanwhile; bring the file again".to_owned(),
                    ));
                }
            }
        }
    }
    if dry_run {
        txn.rollback().await?;
        return Ok(());
    }
    store::funding::insert(&txn, fresh, fresh_terms).await?;
    txn.commit().await?;
    Ok(())
}

/// A file's call as a draft. A funder that is no body for sure stays a name. Of a call that closes before it opens the
/// opening is left out, and that is told.
fn draft(app: &App, record: CallRecord) -> (CallDraft, Option<String>) {
    let clear = record
        .funder
        .as_deref()
        .and_then(|name| match app.directory.meaning(name, None) {
            Meaning::Clear(id) => Some(id.to_string()),
            Meaning::Ambiguous(_) | Meaning::Unknown(_) => None,
        });
    let quotas = record
        .quotas
        .into_iter()
        .map(|(nation, fewest)| Quota { nation, fewest });
    let rates = record
        .match_rates
        .into_iter()
        .map(|(kind, percent)| MatchRate { kind, percent });
    let mut draft = CallDraft {
        title: record.title,
        description: record.description,
        funder: clear,
        funder_name: record.funder,
        url: record.url,
        topics: record.topics,
        opens: record.opens,
        closes: record.closes,
        time_zone: record.time_zone,
        purse: record.purse,
        least_grant: record.least_grant,
        most_grant: record.most_grant,
        most_grant_each: record.most_grant_each,
        fewest_partners: record.fewest_partners,
        most_partners: record.most_partners,
        most_led: record.most_led,
        lead_kinds: record.lead_kinds,
        member_kinds: record.member_kinds,
        nations: record.nations,
        phases: record.phases,
        themes: record.themes,
        quotas: quotas.collect(),
        match_rates: rates.collect(),
    };
    let zone = moment::zone(draft.time_zone.as_deref().unwrap_or(moment::UK));
    let read = |text: &Option<String>, edge| moment::parse(text.as_deref()?, zone?, edge).ok();
    let reversed = read(&draft.opens, Edge::Opens)
        .zip(read(&draft.closes, Edge::Closes))
        .is_some_and(|(opens, closes)| opens >= closes);
    let told = reversed.then(|| {
        let opens = draft.opens.take().unwrap_or_default();
        format!("the call closes before it opens on {opens}; the opening was left out")
    });
    (draft, told)
}

/// A mistake in a source's name.
///
/// # Errors
/// Bad input when the name is empty or that of calls made here.
pub fn source_name(name: &str) -> ApiResult<String> {
    let name = name.trim();
    if name.is_empty() || name == super::OWN || name.chars().count() > 200 {
        let message = "a name of 1 to 200 characters other than “tandem” is expected";
        return Err(ApiError::bad_input(UserErrorCode::Invalid, &["source"], message));
    }
    Ok(name.to_owned())
}
