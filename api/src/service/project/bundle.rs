//! From a checked draft to the rows that are written.

use entity::kinds::{ParticipantRole, ProjectStatus, TagKind};
use entity::{
    project, project_award as award, project_link as link, project_participant as participant,
    project_relation as relation, project_source as source, project_tag as tag,
};
use uuid::Uuid;

use super::{Resolved, Stamp};
use crate::store::project::Bundle;
use crate::store::search::{folded, terms};

/// The source of projects that were typed in through the API.
const API: &str = "api";

/// Where a record was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The source's name.
    pub system: String,
    /// The record's id there.
    pub record_id: Option<String>,
    /// The line of the file.
    pub line: Option<i64>,
    /// A hash of the record as it came.
    pub content_hash: Option<String>,
}

/// The rows of a project. Its sources are the draft's web addresses, under each of `origins`.
#[must_use]
pub fn assemble(resolved: Resolved, stamp: &Stamp, origins: Vec<Origin>) -> Bundle {
    let Resolved {
        draft,
        participants,
        award_funders,
        relations,
    } = resolved;
    let id = stamp.id;
    let lead_id = participants
        .iter()
        .find(|(_, role)| *role == ParticipantRole::Lead)
        .map(|(id, _)| *id);
    let tags = [
        (TagKind::Theme, &draft.themes),
        (TagKind::Technology, &draft.technologies),
    ];
    let tags = tags
        .into_iter()
        .flat_map(|(kind, labels)| labels.iter().zip(1..).map(move |label| (kind, label)));
    let searched: Vec<&str> = [draft.summary.as_str()]
        .into_iter()
        .chain(draft.programme.as_deref())
        .chain(labels(&draft))
        .collect();
    Bundle {
        terms: terms(id, &draft.title, &searched),
        participants: participants
            .iter()
            .zip(1..)
            .map(|(&(organisation_id, role), position)| participant::Model {
                id: Uuid::now_v7(),
                project_id: id,
                organisation_id,
                role,
                position,
            })
            .collect(),
        tags: tags
            .map(|(kind, (label, position))| tag::Model {
                id: Uuid::now_v7(),
                project_id: id,
                kind,
                label: label.clone(),
                label_key: folded(label),
                position,
            })
            .collect(),
        awards: draft
            .awards
            .iter()
            .zip(award_funders)
            .zip(1..)
            .map(|((award, funder_id), position)| award::Model {
                id: Uuid::now_v7(),
                project_id: id,
                funder_id,
                amount_minor: award.amount.minor,
                currency: award.amount.currency.clone(),
                awarded_on: award.awarded_on,
                position,
            })
            .collect(),
        sources: sources(stamp, &draft.sources, origins),
        links: draft
            .links
            .iter()
            .zip(1..)
            .map(|(url, position)| link::Model {
                id: Uuid::now_v7(),
                project_id: id,
                url: url.clone(),
                position,
            })
            .collect(),
        relations: relations
            .into_iter()
            .filter(|(other, _)| *other != id)
            .map(|(other_id, relation)| relation::Model {
                id: Uuid::now_v7(),
                project_id: id,
                other_id,
                relation,
            })
            .collect(),
        project: project::Model {
            id,
            title_key: folded(&draft.title),
            title: draft.title,
            summary: draft.summary,
            kind: draft.kind,
            phase: draft.phase,
            status: ProjectStatus::Active,
            lead_id,
            programme: draft.programme,
            outcome: draft.outcome,
            note: draft.note,
            start_date: draft.start.map(|date| date.date),
            start_precision: draft.start.map(|date| date.precision),
            end_date: draft.end.map(|date| date.date),
            end_precision: draft.end.map(|date| date.precision),
            budget_minor: draft.budget.as_ref().map(|budget| budget.minor),
            budget_currency: draft.budget.map(|budget| budget.currency),
            version: stamp.version,
            change_seq: stamp.change_seq,
            created_at: stamp.created_at,
            updated_at: stamp.now,
            last_confirmed_at: Some(stamp.now),
            retired_at: None,
            retired_reason: None,
        },
    }
}

fn labels(draft: &super::ProjectDraft) -> impl Iterator<Item = &str> {
    draft.themes.iter().chain(&draft.technologies).map(String::as_str)
}

/// One row an origin, each with a web address while there are any; then the addresses left over.
fn sources(stamp: &Stamp, urls: &[String], origins: Vec<Origin>) -> Vec<source::Model> {
    let mut urls = urls.iter().cloned();
    let (project_id, recorded_at) = (stamp.id, stamp.now);
    let mut rows: Vec<source::Model> = origins
        .into_iter()
        .map(|origin| source::Model {
            id: Uuid::now_v7(),
            project_id,
            system: origin.system,
            record_id: origin.record_id,
            line: origin.line,
            url: urls.next(),
            content_hash: origin.content_hash,
            recorded_at,
        })
        .collect();
    let system = rows.first().map_or(API, |row| row.system.as_str()).to_owned();
    rows.extend(urls.map(|url| source::Model {
        id: Uuid::now_v7(),
        project_id,
        system: system.clone(),
        record_id: None,
        line: None,
        url: Some(url),
        content_hash: None,
        recorded_at,
    }));
    rows
}
