//! The catalogue's projects as records that a file can hold, and that an import knows again.

use entity::kinds::{ParticipantRole, TagKind};
use entity::project;
use uuid::Uuid;

use super::App;
use crate::error::ApiResult;
use crate::exchange::record::{Amount, PartialDate, ProjectRecord};
use crate::store::{self, grouped};

/// So many projects are read at a time.
const PAGE: u64 = 500;

/// The projects after one, in the order of their ids; empty at the end. Each record's id is the project's own, by which
/// an import into this catalogue knows it; organisations go by their names. What a file of projects has no column for
/// (suppliers, evaluators, notes, relations, further awards) stays behind.
///
/// # Errors
/// When the database fails.
pub async fn page(app: &App, after: Option<Uuid>) -> ApiResult<Vec<(Uuid, ProjectRecord)>> {
    let db = app.db.read();
    let rows = store::project::active_after(db, after, PAGE).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut participants = grouped(store::project::participants(db, &ids).await?, |(row, _)| {
        row.project_id
    });
    let mut tags = grouped(store::project::tags(db, &ids).await?, |row| row.project_id);
    let mut awards = grouped(store::project::awards(db, &ids).await?, |row| row.project_id);
    let mut sources = grouped(store::project::sources(db, &ids).await?, |row| row.project_id);
    let mut links = grouped(store::project::links(db, &ids).await?, |row| row.project_id);
    let record = |row: project::Model| {
        let id = row.id;
        let participants = participants.remove(&id).unwrap_or_default();
        let with = |role: ParticipantRole| -> Vec<String> {
            let bodies = participants.iter().filter(|(row, _)| row.role == role);
            bodies.map(|(_, body)| body.name.clone()).collect()
        };
        let tags = tags.remove(&id).unwrap_or_default();
        let award = awards.remove(&id).unwrap_or_default().into_iter().next();
        let date = |date: Option<_>, precision: Option<_>| {
            date.zip(precision)
                .map(|(date, precision)| PartialDate { date, precision })
        };
        let sum = |minor: Option<i64>, currency: Option<String>| {
            minor
                .zip(currency)
                .map(|(minor, currency)| Amount { minor, currency })
        };
        let sources = sources.remove(&id).unwrap_or_default().into_iter();
        let links = links.remove(&id).unwrap_or_default().into_iter();
        let record = ProjectRecord {
            line: 0,
            id: Some(id.to_string()),
            lead: with(ParticipantRole::Lead).into_iter().next(),
            partners: with(ParticipantRole::Partner),
            funders: with(ParticipantRole::Funder),
            themes: store::project::labels(&tags, TagKind::Theme),
            technologies: store::project::labels(&tags, TagKind::Technology),
            kind: row.kind,
            phase: row.phase,
            start: date(row.start_date, row.start_precision),
            end: date(row.end_date, row.end_precision),
            budget: sum(row.budget_minor, row.budget_currency),
            awarded_on: award.as_ref().and_then(|award| award.awarded_on),
            award: award.map(|award| Amount {
                minor: award.amount_minor,
                currency: award.currency,
            }),
            title: row.title,
            summary: row.summary,
            programme: row.programme,
            outcome: row.outcome,
            sources: sources.filter_map(|source| source.url).collect(),
            links: links.map(|link| link.url).collect(),
        };
        (id, record)
    };
    Ok(rows.into_iter().map(record).collect())
}
