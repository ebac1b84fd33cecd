//! Records of a file into the catalogue: what is new is created, what changed is
//! changed, what is there already is left.
//!
//! A batch of rows is first planned, which reads and decides and writes nothing, and then written, whole or not at
//! all. A preview is a plan that is never written.

mod bodies;
mod content;
mod own;
mod relations;
mod row;
mod write;

use std::collections::{HashMap, HashSet};

use entity::kinds::ImportOutcome;
use entity::{project, project_source as source};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::project::told::{Names, differences};
use super::project::version::State;
use super::project::{Adoption, Award, Origin, Outcome, PlaceTold, ProjectDraft, Resolved};
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::exchange::projects::Row;
use crate::exchange::record::{AdoptionRecord, OutcomeRecord, ProjectRecord};
use crate::store;
pub(crate) use bodies::Bodies;
pub(in crate::service) use own::{laid_over, named_as_present};
pub use relations::Stray;
use relations::{Others, Pending};
pub use row::{Consequence, Problem, RowResult, Tally, Touched};
pub(crate) use write::write;

/// One run over one file: what was met of it so far.
#[derive(Debug)]
pub(crate) struct Import {
    system: String,
    /// The line on which an id of the file was met first.
    ids: HashMap<String, u64>,
    contents: HashSet<String>,
    /// Relations to projects that were not known when they were read.
    pending: Vec<Pending>,
}

/// A row, and what is to be done about it.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) result: RowResult,
    action: Action,
}

/// What a row does to the catalogue.
#[derive(Debug)]
enum Action {
    Nothing,
    Create(Box<(Resolved, Origin)>),
    Change(Box<Change>),
}

/// A change of a project, and of the source whose record it came with.
#[derive(Debug)]
struct Change {
    row: project::Model,
    present: State,
    resolved: Resolved,
    origin: Origin,
    renewed: Option<source::Model>,
}

/// What the catalogue knows of a batch's records.
struct Known {
    by_id: HashMap<String, source::Model>,
    contents: HashSet<String>,
    /// The projects that the records' sources belong to, and those that records name by their own ids.
    projects: HashMap<Uuid, project::Model>,
}

/// A batch that is being planned.
struct Planning<'a, C> {
    app: &'a App,
    db: &'a C,
    bodies: &'a mut Bodies,
    others: Others,
}

impl Import {
    /// A run over the file or other source called `system`.
    pub(crate) fn new(system: impl Into<String>) -> Self {
        Self {
            system: system.into(),
            ids: HashMap::new(),
            contents: HashSet::new(),
            pending: Vec::new(),
        }
    }

    /// Passes over rows that an earlier run was done with, so that later ones are compared with them.
    pub(crate) fn pass_over(&mut self, rows: &[Row]) {
        for record in rows.iter().filter_map(|row| row.record.as_ref()) {
            let origin = self.origin(record);
            self.meet(&origin, record.line);
            self.put_off(&Others::default(), record.relations.clone(), &origin);
        }
    }

    /// Decides what rows do to the catalogue as `db` shows it. Bodies that nobody knows are put into `bodies`.
    pub(crate) async fn plan(
        &mut self,
        app: &App,
        db: &impl ConnectionTrait,
        rows: Vec<Row>,
        bodies: &mut Bodies,
    ) -> ApiResult<Vec<Planned>> {
        let rows: Vec<(Row, Option<Origin>)> = rows
            .into_iter()
            .map(|row| {
                let origin = row.record.as_ref().map(|record| self.origin(record));
                (row, origin)
            })
            .collect();
        let mut known = known(db, &self.system, &rows).await?;
        let records = rows.iter().filter_map(|(row, _)| row.record.as_ref());
        let told = records.flat_map(|record| &record.relations);
        let others = Others::find(db, &self.system, told).await?;
        let mut planning = Planning {
            app,
            db,
            bodies,
            others,
        };
        let mut planned = Vec::with_capacity(rows.len());
        for (row, origin) in rows {
            let mut result = RowResult::of(&row, origin.as_ref());
            let action = match row.record.zip(origin) {
                Some((record, origin)) => {
                    let (told, from) = (record.relations.clone(), origin.clone());
                    let read = (record, origin, &mut result);
                    let action = self.decide(&mut planning, &mut known, read).await?;
                    if !matches!(action, Action::Nothing) {
                        self.put_off(&planning.others, told, &from);
                    }
                    action
                }
                None => Action::Nothing,
            };
            planned.push(Planned { result, action });
        }
        Ok(planned)
    }

    async fn decide<C: ConnectionTrait>(
        &mut self,
        planning: &mut Planning<'_, C>,
        known: &mut Known,
        (record, origin, result): (ProjectRecord, Origin, &mut RowResult),
    ) -> ApiResult<Action> {
        let (met, earlier) = self.meet(&origin, record.line);
        let own = own::id(&record).and_then(|id| known.projects.get(&id).cloned());
        let hash = origin.content_hash.as_deref().unwrap_or_default();
        if met || (own.is_none() && known.contents.contains(hash)) {
            result.outcome = ImportOutcome::Unchanged;
            return Ok(Action::Nothing);
        }
        if let Some(line) = earlier {
            let message = format!("this id stands on line {line} already, with another content");
            result.refuse(vec![UserError::new(UserErrorCode::Duplicate, &["id"], message)]);
            return Ok(Action::Nothing);
        }
        if let Some(row) = own {
            return planning.renew(record, row, origin, result).await;
        }
        let id = origin.record_id.as_deref().unwrap_or_default();
        let Some(source) = known.by_id.remove(id) else {
            return planning.create(record, origin, result);
        };
        match known.projects.get(&source.project_id) {
            Some(row) if row.updated_at <= source.recorded_at => {
                let row = row.clone();
                planning.change(record, row, source, origin, result).await
            }
            _ => {
                result.keep("the project was changed or taken out in the catalogue since it was imported; it was left as it is");
                Ok(Action::Nothing)
            }
        }
    }

    fn origin(&self, record: &ProjectRecord) -> Origin {
        let hash = content::hash(record);
        Origin {
            system: self.system.clone(),
            // A record without an id is known by its content.
            record_id: Some(record.id.clone().unwrap_or_else(|| format!("content:{hash}"))),
            line: i64::try_from(record.line).ok(),
            content_hash: Some(hash),
        }
    }

    /// Whether a record with this content was met before, and else the line on which its id was.
    fn meet(&mut self, origin: &Origin, line: u64) -> (bool, Option<u64>) {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let met = !self.contents.insert(text(&origin.content_hash));
        let id = text(&origin.record_id);
        let earlier = self.ids.get(&id).copied();
        self.ids.entry(id).or_insert(line);
        (met, earlier)
    }
}

impl<C: ConnectionTrait> Planning<'_, C> {
    fn create(&mut self, record: ProjectRecord, origin: Origin, result: &mut RowResult) -> ApiResult<Action> {
        let draft = self.draft(record);
        let Some(resolved) = self.resolve(draft, result)? else {
            return Ok(Action::Nothing);
        };
        result.outcome = ImportOutcome::Created;
        Ok(Action::Create(Box::new((resolved, origin))))
    }

    async fn change(
        &mut self,
        record: ProjectRecord,
        row: project::Model,
        source: source::Model,
        origin: Origin,
        result: &mut RowResult,
    ) -> ApiResult<Action> {
        let draft = self.draft(record);
        let Some(mut resolved) = self.resolve(draft, result)? else {
            return Ok(Action::Nothing);
        };
        resolved.draft.sources.clear();
        let present = State::present(self.db, &row).await?;
        let change = Change {
            row,
            present,
            resolved,
            origin,
            renewed: Some(source),
        };
        Ok(self.changing(change, result))
    }

    /// The draft that a record makes, its organisations as it names them.
    fn draft(&mut self, record: ProjectRecord) -> ProjectDraft {
        self.bodies.identify(&record.identifiers);
        let relations = self.others.of(&record);
        ProjectDraft {
            relations,
            ..draft(record)
        }
    }

    /// Notes on the row what a change does, and makes it an action.
    fn changing(&self, change: Change, result: &mut RowResult) -> Action {
        let proposed = State::proposed(change.resolved.clone());
        let names = self.names(&change.present, &proposed);
        result.changes = differences(&change.present, &proposed, &names, &|id| id.to_string());
        result.outcome = ImportOutcome::Changed;
        result.touched = Some(Touched {
            project: change.row.id,
            before: Some(change.row.version),
            after: None,
            source: change
                .renewed
                .as_ref()
                .map(|source| (source.id, source.content_hash.clone())),
        });
        Action::Change(Box::new(change))
    }

    fn names(&self, before: &State, after: &State) -> Names {
        let ids = before.bodies().chain(after.bodies());
        let name = |id: Uuid| Some((id, self.app.directory.name(id).or_else(|| self.bodies.name(id))?));
        ids.filter_map(name).collect()
    }

    /// The draft as it can be written; `None` when it cannot, which then stands on the row.
    fn resolve(&mut self, draft: ProjectDraft, result: &mut RowResult) -> ApiResult<Option<Resolved>> {
        let found = self
            .bodies
            .resolve(&self.app.directory, draft, &mut result.problems);
        match found {
            Ok(resolved) => Ok(Some(resolved)),
            Err(ApiError::BadInput(mistakes)) => {
                result.refuse(mistakes);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }
}

fn draft(record: ProjectRecord) -> ProjectDraft {
    let awards = record.awards.into_iter().map(|award| Award {
        funder: award.funder,
        amount: award.amount,
        awarded_on: award.awarded_on,
    });
    ProjectDraft {
        title: record.title,
        summary: record.summary,
        kind: record.kind,
        phase: record.phase,
        lead: record.lead,
        partners: record.partners,
        funders: record.funders,
        themes: record.themes,
        technologies: record.technologies,
        programme: record.programme,
        outcome: record.outcome,
        start: record.start,
        end: record.end,
        budget: record.budget,
        awards: awards.collect(),
        links: record.links,
        sources: record.sources,
        suppliers: record.suppliers,
        evaluators: record.evaluators,
        outcomes: record.outcomes.into_iter().map(outcome).collect(),
        adopters: record.adopters.into_iter().map(adoption).collect(),
        places: record.places.into_iter().map(place).collect(),
        sectors: record.sectors,
        goals: record.goals,
        note: record.note,
        relations: Vec::new(),
    }
}

fn outcome(told: OutcomeRecord) -> Outcome {
    Outcome {
        finding: told.finding,
        statement: told.statement,
        evidence: told.evidence,
        evidence_url: told.evidence_url,
        reusable: told.reusable,
    }
}

fn adoption(told: AdoptionRecord) -> Adoption {
    Adoption {
        organisation: told.organisation,
        adopted_on: told.adopted_on,
    }
}

fn place(name: String) -> PlaceTold {
    PlaceTold {
        name,
        authority: None,
    }
}

async fn known(db: &impl ConnectionTrait, system: &str, rows: &[(Row, Option<Origin>)]) -> ApiResult<Known> {
    let origins = || rows.iter().filter_map(|(_, origin)| origin.as_ref());
    let ids: Vec<String> = origins().filter_map(|origin| origin.record_id.clone()).collect();
    let hashes: Vec<String> = origins()
        .filter_map(|origin| origin.content_hash.clone())
        .collect();
    let by_id = store::project::sources_of(db, system, &ids).await?;
    let by_content = store::project::sources_with(db, &hashes).await?;
    let named = rows.iter().filter_map(|(row, _)| own::id(row.record.as_ref()?));
    let wanted: Vec<Uuid> = by_id.iter().map(|row| row.project_id).chain(named).collect();
    let projects = match wanted.is_empty() {
        true => Vec::new(),
        false => store::project::by_ids(db, &wanted).await?,
    };
    Ok(Known {
        by_id: by_id
            .into_iter()
            .filter_map(|row| Some((row.record_id.clone()?, row)))
            .collect(),
        contents: by_content
            .into_iter()
            .filter_map(|row| row.content_hash)
            .collect(),
        projects: projects.into_iter().map(|row| (row.id, row)).collect(),
    })
}
