//! A project as the matcher sees it.

use chrono::NaiveDate;
use entity::kinds::{self, DatePrecision, ParticipantRole, ProjectStatus, TagKind};
use entity::{project, project_award, project_relation, project_tag};
use matching::{Declared, DeclaredRelation, Key, Money, Party, Record};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::exchange::record::PartialDate;
use crate::exchange::to_matching::{period, phase};
use crate::store::{self, grouped};

/// Names an organisation for the matcher by its id in the database.
pub trait PartyIds {
    /// The organisation as a party.
    fn party(&self) -> Party;
}

impl PartyIds for entity::organisation::Model {
    fn party(&self) -> Party {
        Party {
            id: Some(self.id.to_string()),
            name: self.name.clone(),
        }
    }
}

/// The records of these projects, and the ids of those taken out.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    rows: Vec<project::Model>,
) -> Result<(Vec<Uuid>, Vec<(Key, Record)>), DbErr> {
    let (active, retired): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| row.status == ProjectStatus::Active);
    let ids: Vec<Uuid> = active.iter().map(|row| row.id).collect();
    let mut participants = grouped(store::project::participants(db, &ids).await?, |(row, _)| {
        row.project_id
    });
    let mut tags = grouped(store::project::tags(db, &ids).await?, |row| row.project_id);
    let mut awards = grouped(store::project::awards(db, &ids).await?, |row| row.project_id);
    let mut relations = grouped(store::project::relations(db, &ids).await?, |row| row.project_id);
    let records = active.into_iter().map(|row| {
        let id = row.id;
        let mut take = Children {
            participants: participants.remove(&id).unwrap_or_default(),
            tags: tags.remove(&id).unwrap_or_default(),
            awards: awards.remove(&id).unwrap_or_default(),
            relations: relations.remove(&id).unwrap_or_default(),
        };
        (Key(id.as_u128()), record(row, &mut take))
    });
    Ok((retired.into_iter().map(|row| row.id).collect(), records.collect()))
}

struct Children {
    participants: Vec<store::project::Participation>,
    tags: Vec<project_tag::Model>,
    awards: Vec<project_award::Model>,
    relations: Vec<project_relation::Model>,
}

fn record(row: project::Model, children: &mut Children) -> Record {
    let with = |role: ParticipantRole| {
        children
            .participants
            .iter()
            .filter(move |(row, _)| row.role == role)
            .map(|(_, body)| body.party())
    };
    let budget = row.budget_minor.zip(row.budget_currency.clone());
    let budget = budget.map(|(minor, currency)| Money {
        minor,
        currency,
        funder: None,
    });
    let awards = children.awards.iter().map(|award| Money {
        minor: award.amount_minor,
        currency: award.currency.clone(),
        funder: award.funder_id.map(|id| id.to_string()),
    });
    Record {
        meaning: None,
        lead: with(ParticipantRole::Lead).next(),
        partners: with(ParticipantRole::Partner).collect(),
        themes: store::project::labels(&children.tags, TagKind::Theme),
        technologies: store::project::labels(&children.tags, TagKind::Technology),
        programme: row.programme,
        phase: row.phase.map(phase),
        period: period(
            partial(row.start_date, row.start_precision),
            partial(row.end_date, row.end_precision),
        ),
        money: budget.into_iter().chain(awards).collect(),
        declared: children.relations.iter().map(declared).collect(),
        title: row.title,
        summary: row.summary,
    }
}

fn declared(row: &project_relation::Model) -> Declared {
    let relation = match row.relation {
        kinds::DeclaredRelation::Continues => DeclaredRelation::Continues,
        kinds::DeclaredRelation::Replicates => DeclaredRelation::Replicates,
        kinds::DeclaredRelation::ScalesUp => DeclaredRelation::ScalesUp,
        kinds::DeclaredRelation::PartOf => DeclaredRelation::PartOf,
    };
    Declared {
        other: Key(row.other_id.as_u128()),
        relation,
    }
}

fn partial(date: Option<NaiveDate>, precision: Option<DatePrecision>) -> Option<PartialDate> {
    let precision = precision.unwrap_or(DatePrecision::Day);
    date.map(|date| PartialDate { date, precision })
}
