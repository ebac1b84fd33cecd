//! From a checked draft to the rows that are written.

use chrono::NaiveDate;
use entity::kinds::{DeclaredRelation, ParticipantRole, ProjectChange, ProjectStatus, TagKind};
use entity::{
    project, project_adopter as adopter, project_award as award, project_link as link,
    project_outcome as outcome, project_participant as participant, project_place as place,
    project_relation as relation, project_source as source, project_tag as tag,
};
use uuid::Uuid;

use super::version::Change;
use super::{API, Award, Outcome, ProjectDraft, Resolved, Stamp};
use crate::store::project::Bundle;
use crate::store::search::folded;

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

impl Origin {
    /// What was done to a project because of this record.
    #[must_use]
    pub fn change(&self, kind: ProjectChange) -> Change {
        let line = self.line.map(|line| format!(", line {line}"));
        Change {
            kind,
            by: Some(format!("{}{}", self.system, line.unwrap_or_default())),
            reason: None,
        }
    }
}

/// The rows of a project. Its sources are the draft's web addresses, under each of `origins`.
#[must_use]
pub fn assemble(resolved: Resolved, stamp: &Stamp, origins: Vec<Origin>) -> Bundle {
    let id = stamp.id;
    let draft = &resolved.draft;
    Bundle {
        participants: participants(id, &resolved.participants),
        tags: tags(id, draft),
        awards: awards(id, &draft.awards, &resolved.award_funders),
        sources: sources(stamp, &draft.sources, origins),
        links: links(id, &draft.links),
        relations: relations(id, &resolved.relations),
        outcomes: outcomes(id, &draft.outcomes),
        adopters: adopters(id, &resolved.adopters),
        places: places(id, draft, &resolved.place_authorities),
        project: row(resolved, stamp),
    }
}

fn participants(project_id: Uuid, found: &[(Uuid, ParticipantRole)]) -> Vec<participant::Model> {
    let rows = found
        .iter()
        .zip(1..)
        .map(|(&(organisation_id, role), position)| participant::Model {
            id: Uuid::now_v7(),
            project_id,
            organisation_id,
            role,
            position,
        });
    rows.collect()
}

fn tags(project_id: Uuid, draft: &ProjectDraft) -> Vec<tag::Model> {
    let goals = draft.goals.iter().map(u8::to_string).collect();
    let lists = [
        (TagKind::Theme, &draft.themes),
        (TagKind::Technology, &draft.technologies),
        (TagKind::Sector, &draft.sectors),
        (TagKind::Goal, &goals),
    ];
    let tag = |kind, label: &String, position| tag::Model {
        id: Uuid::now_v7(),
        project_id,
        kind,
        label: label.clone(),
        label_key: folded(label),
        position,
    };
    let rows = lists.into_iter().flat_map(|(kind, labels)| {
        labels
            .iter()
            .zip(1..)
            .map(move |(label, position)| tag(kind, label, position))
    });
    rows.collect()
}

fn awards(project_id: Uuid, told: &[Award], funders: &[Option<Uuid>]) -> Vec<award::Model> {
    let rows = told
        .iter()
        .zip(funders)
        .zip(1..)
        .map(|((award, funder_id), position)| award::Model {
            id: Uuid::now_v7(),
            project_id,
            funder_id: *funder_id,
            amount_minor: award.amount.minor,
            currency: award.amount.currency.clone(),
            awarded_on: award.awarded_on,
            position,
        });
    rows.collect()
}

fn outcomes(project_id: Uuid, told: &[Outcome]) -> Vec<outcome::Model> {
    let rows = told.iter().zip(1..).map(|(told, position)| outcome::Model {
        id: Uuid::now_v7(),
        project_id,
        position,
        finding: told.finding,
        statement: told.statement.clone(),
        evidence: told.evidence.clone(),
        evidence_url: told.evidence_url.clone(),
        reusable: told.reusable,
    });
    rows.collect()
}

fn adopters(project_id: Uuid, found: &[(Uuid, Option<NaiveDate>)]) -> Vec<adopter::Model> {
    let rows = found
        .iter()
        .zip(1..)
        .map(|(&(organisation_id, adopted_on), position)| adopter::Model {
            id: Uuid::now_v7(),
            project_id,
            position,
            organisation_id,
            adopted_on,
        });
    rows.collect()
}

fn places(project_id: Uuid, draft: &ProjectDraft, authorities: &[Option<Uuid>]) -> Vec<place::Model> {
    let told = draft.places.iter().zip(authorities).zip(1..);
    let rows = told.map(|((told, &organisation_id), position)| place::Model {
        id: Uuid::now_v7(),
        project_id,
        position,
        name: told.name.trim().to_owned(),
        organisation_id,
    });
    rows.collect()
}

fn links(project_id: Uuid, urls: &[String]) -> Vec<link::Model> {
    let rows = urls.iter().zip(1..).map(|(url, position)| link::Model {
        id: Uuid::now_v7(),
        project_id,
        url: url.clone(),
        position,
    });
    rows.collect()
}

/// A project is nothing to itself: such a relation is left out.
fn relations(project_id: Uuid, told: &[(Uuid, DeclaredRelation)]) -> Vec<relation::Model> {
    let others = told.iter().filter(|(other, _)| *other != project_id);
    let rows = others.map(|&(other_id, relation)| relation::Model {
        id: Uuid::now_v7(),
        project_id,
        other_id,
        relation,
    });
    rows.collect()
}

fn row(resolved: Resolved, stamp: &Stamp) -> project::Model {
    let mut bodies = resolved.participants.iter();
    let lead_id = bodies
        .find(|(_, role)| *role == ParticipantRole::Lead)
        .map(|(id, _)| *id);
    let draft = resolved.draft;
    let (budget_minor, budget_currency) = draft.budget.map(|budget| (budget.minor, budget.currency)).unzip();
    project::Model {
        id: stamp.id,
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
        budget_minor,
        budget_currency,
        version: stamp.version,
        change: stamp.change.kind,
        changed_by: stamp.change.by.clone(),
        change_reason: stamp.change.reason.clone(),
        change_seq: stamp.change_seq,
        created_at: stamp.created_at,
        updated_at: stamp.now,
        last_confirmed_at: Some(stamp.now),
        retired_at: None,
        retired_reason: None,
    }
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
