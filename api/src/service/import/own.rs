//! Records that name a project of this catalogue by its own id: an export that comes back edited.

use std::collections::HashMap;

use entity::kinds::{ImportOutcome, ProjectStatus};
use entity::project;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{Action, Change, Planning, RowResult};
use crate::error::ApiResult;
use crate::exchange::record::ProjectRecord;
use crate::service::App;
use crate::service::project::version::State;
use crate::service::project::{Award, Origin, PlaceTold, ProjectDraft};
use crate::store::search::folded;

/// The id of the project that a record may name.
pub(super) fn id(record: &ProjectRecord) -> Option<Uuid> {
    Uuid::try_parse(record.id.as_deref()?).ok()
}

impl<C: ConnectionTrait> Planning<'_, C> {
    /// Changes a project to what a record says of it. What the record leaves empty stays.
    pub(super) async fn renew(
        &mut self,
        record: ProjectRecord,
        row: project::Model,
        origin: Origin,
        result: &mut RowResult,
    ) -> ApiResult<Action> {
        if row.status != ProjectStatus::Active {
            result.keep("the project was taken out of the catalogue; it was left so");
            return Ok(Action::Nothing);
        }
        let present = State::present(self.db, &row).await?;
        let told = self.draft(record);
        let told = named_as_present(self.app, told, &present);
        let Some(resolved) = self.resolve(laid_over(present.draft.clone(), told), result)? else {
            return Ok(Action::Nothing);
        };
        if State::proposed(resolved.clone()) == present {
            result.outcome = ImportOutcome::Unchanged;
            return Ok(Action::Nothing);
        }
        let change = Change {
            row,
            present,
            resolved,
            origin,
            renewed: None,
        };
        Ok(self.changing(change, result))
    }
}

/// The draft with the ids of the bodies that the project names already, whoever else may go by their names.
pub(in crate::service) fn named_as_present(
    app: &App,
    mut told: ProjectDraft,
    present: &State,
) -> ProjectDraft {
    let named = |id: Uuid| Some((folded(&app.directory.name(id)?), id.to_string()));
    let ids: HashMap<String, String> = present.bodies().filter_map(named).collect();
    let id = |name: String| ids.get(&folded(&name)).cloned().unwrap_or(name);
    told.lead = told.lead.map(&id);
    told.partners = told.partners.into_iter().map(&id).collect();
    for list in [&mut told.funders, &mut told.suppliers, &mut told.evaluators] {
        *list = std::mem::take(list).into_iter().map(&id).collect();
    }
    for award in &mut told.awards {
        award.funder = award.funder.take().map(&id);
    }
    for adoption in &mut told.adopters {
        adoption.organisation = id(std::mem::take(&mut adoption.organisation));
    }
    told
}

/// What a project says with what a record tells laid over it.
pub(in crate::service) fn laid_over(present: ProjectDraft, told: ProjectDraft) -> ProjectDraft {
    let named = |places: &[PlaceTold]| places.iter().map(|place| place.name.clone()).collect::<Vec<_>>();
    let places = match named(&told.places) == named(&present.places) {
        true => present.places,
        false => list(told.places, present.places),
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
        awards: awards(present.awards, told.awards),
        suppliers: list(told.suppliers, present.suppliers),
        evaluators: list(told.evaluators, present.evaluators),
        relations: list(told.relations, present.relations),
        sectors: list(told.sectors, present.sectors),
        goals: list(told.goals, present.goals),
        outcomes: list(told.outcomes, present.outcomes),
        adopters: list(told.adopters, present.adopters),
        places,
        note: told.note.or(present.note),
        links: list(told.links, present.links),
        sources: Vec::new(),
    }
}

/// A list as told, unless it says nothing.
fn list<T>(told: Vec<T>, present: Vec<T>) -> Vec<T> {
    if told.is_empty() { present } else { told }
}

/// The awards as told. A single one of the same sum and day as the present one is that, whoever it says gave it: a
/// file with one column for an award can only guess.
fn awards(present: Vec<Award>, told: Vec<Award>) -> Vec<Award> {
    match (present.as_slice(), told.as_slice()) {
        (_, []) => present,
        ([known], [award]) if (&known.amount, known.awarded_on) == (&award.amount, award.awarded_on) => {
            present
        }
        _ => told,
    }
}
