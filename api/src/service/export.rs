//! The catalogue's projects as records that a file can hold, and that an import knows again.

use std::collections::{BTreeSet, HashMap};

use entity::kinds::{ParticipantRole, TagKind};
use entity::{organisation, project};
use uuid::Uuid;

use super::App;
use crate::error::ApiResult;
use crate::exchange::record::{
    AdoptionRecord, Amount, AwardRecord, OutcomeRecord, PartialDate, ProjectRecord, RelationRecord,
};
use crate::exchange::written::Outgoing;
use crate::store::project::labels;
use crate::store::{self, grouped};

/// So many projects are read at a time.
const PAGE: u64 = 500;

/// The projects after one, in the order of their ids; empty at the end. Each record's id is the project's own, by which
/// an import into this catalogue knows it; organisations go by their names, with their identifiers beside them.
///
/// # Errors
/// When the database fails.
pub async fn page(app: &App, after: Option<Uuid>) -> ApiResult<Vec<(Uuid, Outgoing)>> {
    let db = app.db.read();
    let rows = store::project::active_after(db, after, PAGE).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut children = Children {
        participants: grouped(store::project::participants(db, &ids).await?, |(row, _)| {
            row.project_id
        }),
        tags: grouped(store::project::tags(db, &ids).await?, |row| row.project_id),
        awards: grouped(store::project::awards(db, &ids).await?, |row| row.project_id),
        sources: grouped(store::project::sources(db, &ids).await?, |row| row.project_id),
        links: grouped(store::project::links(db, &ids).await?, |row| row.project_id),
        relations: grouped(store::project::relations(db, &ids).await?, |row| row.project_id),
        outcomes: grouped(store::project::outcomes(db, &ids).await?, |row| row.project_id),
        adopters: grouped(store::project::adopters(db, &ids).await?, |row| row.project_id),
        places: grouped(store::project::places(db, &ids).await?, |row| row.project_id),
        identifiers: HashMap::new(),
        adopter_names: HashMap::new(),
    };
    let adopters: BTreeSet<Uuid> = children
        .adopters
        .values()
        .flatten()
        .map(|row| row.organisation_id)
        .collect();
    let adopters = store::organisation::by_ids(db, adopters).await?;
    children.adopter_names = adopters.into_iter().map(|body| (body.id, body.name)).collect();
    let bodies: BTreeSet<Uuid> = children
        .participants
        .values()
        .flatten()
        .map(|(_, body)| body.id)
        .collect();
    let bodies: Vec<Uuid> = bodies.into_iter().collect();
    children.identifiers = grouped(store::organisation::identifiers(db, &bodies).await?, |row| {
        row.organisation_id
    });
    Ok(rows
        .into_iter()
        .map(|row| (row.id, children.outgoing(row)))
        .collect())
}

/// What belongs to the projects of a page.
struct Children {
    participants: HashMap<Uuid, Vec<store::project::Participation>>,
    tags: HashMap<Uuid, Vec<entity::project_tag::Model>>,
    awards: HashMap<Uuid, Vec<entity::project_award::Model>>,
    sources: HashMap<Uuid, Vec<entity::project_source::Model>>,
    links: HashMap<Uuid, Vec<entity::project_link::Model>>,
    relations: HashMap<Uuid, Vec<entity::project_relation::Model>>,
    outcomes: HashMap<Uuid, Vec<entity::project_outcome::Model>>,
    adopters: HashMap<Uuid, Vec<entity::project_adopter::Model>>,
    places: HashMap<Uuid, Vec<entity::project_place::Model>>,
    identifiers: HashMap<Uuid, Vec<entity::organisation_identifier::Model>>,
    adopter_names: HashMap<Uuid, String>,
}

impl Children {
    fn outgoing(&mut self, row: project::Model) -> Outgoing {
        let id = row.id;
        let (recorded_at, updated_at) = (row.created_at, row.updated_at);
        let participants = self.participants.remove(&id).unwrap_or_default();
        let tags = self.tags.remove(&id).unwrap_or_default();
        let record = ProjectRecord {
            themes: labels(&tags, TagKind::Theme),
            technologies: labels(&tags, TagKind::Technology),
            sectors: labels(&tags, TagKind::Sector),
            goals: labels(&tags, TagKind::Goal)
                .iter()
                .filter_map(|number| number.parse().ok())
                .collect(),
            identifiers: self.identified(&participants),
            ..own(row)
        };
        let record = self.with_people(record, id, &participants);
        Outgoing {
            record: self.with_rest(record, id),
            recorded_at,
            updated_at,
        }
    }

    /// The record with who takes part, who paid and who took it up.
    fn with_people(
        &mut self,
        mut record: ProjectRecord,
        id: Uuid,
        participants: &[store::project::Participation],
    ) -> ProjectRecord {
        let with = |role: ParticipantRole| -> Vec<String> {
            let bodies = participants.iter().filter(|(row, _)| row.role == role);
            bodies.map(|(_, body)| body.name.clone()).collect()
        };
        record.lead = with(ParticipantRole::Lead).into_iter().next();
        record.partners = with(ParticipantRole::Partner);
        record.funders = with(ParticipantRole::Funder);
        record.suppliers = with(ParticipantRole::Supplier);
        record.evaluators = with(ParticipantRole::Evaluator);
        // Whoever grants an award takes part as a funder.
        let names: HashMap<Uuid, &String> = participants
            .iter()
            .map(|(_, body)| (body.id, &body.name))
            .collect();
        let awards = self.awards.remove(&id).unwrap_or_default().into_iter();
        let awards = awards.map(|award| AwardRecord {
            funder: award
                .funder_id
                .and_then(|id| names.get(&id))
                .map(|name| (*name).clone()),
            amount: Amount {
                minor: award.amount_minor,
                currency: award.currency,
            },
            awarded_on: award.awarded_on,
        });
        record.awards = awards.collect();
        let adopters = self.adopters.remove(&id).unwrap_or_default().into_iter();
        let adopters = adopters.filter_map(|row| {
            Some(AdoptionRecord {
                organisation: self.adopter_names.get(&row.organisation_id)?.clone(),
                adopted_on: row.adopted_on,
            })
        });
        record.adopters = adopters.collect();
        record
    }

    /// The record with what was found, where, and what it is to others.
    fn with_rest(&mut self, mut record: ProjectRecord, id: Uuid) -> ProjectRecord {
        let outcomes = self.outcomes.remove(&id).unwrap_or_default().into_iter();
        let outcomes = outcomes.map(|row| OutcomeRecord {
            finding: row.finding,
            statement: row.statement,
            evidence: row.evidence,
            evidence_url: row.evidence_url,
            reusable: row.reusable,
        });
        record.outcomes = outcomes.collect();
        let relations = self.relations.remove(&id).unwrap_or_default().into_iter();
        let relations = relations.map(|row| RelationRecord {
            relation: row.relation,
            other: row.other_id.to_string(),
        });
        record.relations = relations.collect();
        let places = self.places.remove(&id).unwrap_or_default().into_iter();
        record.places = places.map(|place| place.name).collect();
        let sources = self.sources.remove(&id).unwrap_or_default().into_iter();
        record.sources = sources.filter_map(|source| source.url).collect();
        let links = self.links.remove(&id).unwrap_or_default().into_iter();
        record.links = links.map(|link| link.url).collect();
        record
    }

    /// Each body's name with the best identifier that it has: that of a register, else our own.
    fn identified(&self, participants: &[store::project::Participation]) -> Vec<(String, String)> {
        let mut identified: Vec<(String, String)> = Vec::new();
        for (_, body) in participants {
            if identified.iter().all(|(name, _)| *name != body.name) {
                identified.push((body.name.clone(), self.identifier(body)));
            }
        }
        identified
    }

    fn identifier(&self, body: &organisation::Model) -> String {
        let known = self.identifiers.get(&body.id).into_iter().flatten();
        let mut registered: Vec<String> = known
            .filter(|known| known.scheme.contains('-'))
            .map(|known| format!("{}-{}", known.scheme, known.value))
            .collect();
        registered.sort_unstable();
        let own = || format!("{}{}", crate::exchange::record::OWN_PREFIX, body.id);
        registered.into_iter().next().unwrap_or_else(own)
    }
}

/// What stands in the project's own row.
fn own(row: project::Model) -> ProjectRecord {
    let date = |date: Option<_>, precision: Option<_>| {
        date.zip(precision)
            .map(|(date, precision)| PartialDate { date, precision })
    };
    ProjectRecord {
        id: Some(row.id.to_string()),
        title: row.title,
        summary: row.summary,
        kind: row.kind,
        phase: row.phase,
        programme: row.programme,
        outcome: row.outcome,
        note: row.note,
        start: date(row.start_date, row.start_precision),
        end: date(row.end_date, row.end_precision),
        budget: row
            .budget_minor
            .zip(row.budget_currency)
            .map(|(minor, currency)| Amount { minor, currency }),
        ..ProjectRecord::default()
    }
}
