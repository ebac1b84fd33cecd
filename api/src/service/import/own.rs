//! Records that name a project of this catalogue by its own id: an export that comes back edited.

use std::collections::HashMap;

use entity::kinds::{ImportOutcome, ProjectStatus};
use entity::project;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{Action, Change, Planning, RowResult, draft};
use crate::error::ApiResult;
use crate::exchange::record::ProjectRecord;
use crate::service::project::version::State;
use crate::service::project::{Origin, ProjectDraft};
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
        let told = self.named_as_present(draft(record), &present);
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
