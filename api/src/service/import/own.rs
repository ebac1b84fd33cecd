//! Records that name a project of this catalogue by its own id: an export that comes back edited.

use std::collections::HashMap;

use entity::kinds::{ProjectChange, ProjectStatus};
use entity::project;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{Batch, Note};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::exchange::record::ProjectRecord;
use crate::service::project::version::State;
use crate::service::project::{Origin, ProjectDraft, Stamp, assemble, version};
use crate::store;
use crate::store::search::folded;

/// The projects that records name by their own ids.
pub(super) async fn projects(
    db: &impl ConnectionTrait,
    records: &[(ProjectRecord, Origin)],
) -> ApiResult<HashMap<Uuid, project::Model>> {
    let ids: Vec<Uuid> = records.iter().filter_map(|(record, _)| id(record)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = store::project::by_ids(db, &ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The project that a record names; a second record of one project is none of ours.
pub(super) fn take(
    own: &mut HashMap<Uuid, project::Model>,
    record: &ProjectRecord,
) -> Option<project::Model> {
    own.remove(&id(record)?)
}

fn id(record: &ProjectRecord) -> Option<Uuid> {
    Uuid::try_parse(record.id.as_deref()?).ok()
}

impl Batch<'_> {
    /// Changes a project to what a record says of it. What the record leaves empty stays.
    pub(super) async fn renew(
        &mut self,
        db: &impl ConnectionTrait,
        record: ProjectRecord,
        row: project::Model,
        origin: &Origin,
        change_seq: i64,
    ) -> ApiResult<()> {
        let line = record.line;
        if row.status != ProjectStatus::Active {
            self.import.report.unchanged += 1;
            self.import.report.notes.push(Note {
                line,
                field: "id".to_owned(),
                message: "the project was taken out of the catalogue; it was left so".to_owned(),
                refused: false,
            });
            return Ok(());
        }
        let present = State::present(db, &row).await?;
        let told = self.named_as_present(self.draft(record), &present);
        let draft = laid_over(present.draft.clone(), told);
        let resolved = match self
            .bodies
            .resolve(&self.app.directory, draft, line, &mut self.import.report)
        {
            Ok(resolved) => resolved,
            Err(ApiError::BadInput(mistakes)) => {
                self.refuse(line, mistakes);
                return Ok(());
            }
            Err(other) => return Err(other),
        };
        if State::proposed(resolved.clone()) == present {
            self.import.report.unchanged += 1;
            return Ok(());
        }
        let stamp = Stamp {
            id: row.id,
            version: row.version + 1,
            change_seq,
            now: clock::now(),
            created_at: row.created_at,
            change: origin.change(ProjectChange::Changed),
        };
        self.import.report.new_organisations += self.bodies.write(db).await?;
        version::keep(db, &row).await?;
        store::project::replace(db, assemble(resolved, &stamp, Vec::new()), row.version).await?;
        self.import.report.updated += 1;
        Ok(())
    }
}

impl Batch<'_> {
    /// The draft with the ids of the bodies that the project names already, whoever else may go by their names.
    fn named_as_present(&self, mut told: ProjectDraft, present: &State) -> ProjectDraft {
        let named = |id: Uuid| Some((folded(&self.app.directory.name(id)?), id.to_string()));
        let ids: HashMap<String, String> = present.bodies().filter_map(named).collect();
        let id = |name: String| ids.get(&folded(&name)).cloned().unwrap_or(name);
        told.lead = told.lead.map(&id);
        told.partners = told.partners.into_iter().map(&id).collect();
        told.funders = told.funders.into_iter().map(&id).collect();
        for award in &mut told.awards {
            award.funder = award.funder.take().map(&id);
        }
        told
    }
}

/// What a project says with what a record tells laid over it.
fn laid_over(present: ProjectDraft, told: ProjectDraft) -> ProjectDraft {
    let list = |told: Vec<String>, present: Vec<String>| if told.is_empty() { present } else { told };
    // A file has one award and does not say by whom: it is another only where the sum or the day is.
    let awards = match (present.awards.as_slice(), told.awards.as_slice()) {
        ([], _) => told.awards,
        ([known], [award]) if (&known.amount, known.awarded_on) != (&award.amount, award.awarded_on) => {
            told.awards
        }
        _ => present.awards,
    };
    ProjectDraft {
        title: told.title,
        summary: if told.summary.is_empty() {
            present.summary
        } else {
            told.summary
        },
        kind: told.kind.or(present.kind),
        phase: told.phase.or(present.phase),
        lead: told.lead.or(present.lead),
        partners: list(told.partners, present.partners),
        funders: list(told.funders, present.funders),
        themes: list(told.themes, present.themes),
        technologies: list(told.technologies, present.technologies),
        programme: told.programme.or(present.programme),
        outcome: told.outcome.or(present.outcome),
        start: told.start.or(present.start),
        end: told.end.or(present.end),
        budget: told.budget.or(present.budget),
        awards,
        links: list(told.links, present.links),
        sources: Vec::new(),
        ..present
    }
}
