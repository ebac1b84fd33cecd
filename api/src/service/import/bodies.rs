//! The organisations of a batch: those known are found, those unknown are recorded by name.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::kinds::OrganisationKind;
use entity::organisation;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{Consequence, Problem};
use crate::error::ApiResult;
use crate::service::directory::{Directory, Meaning, Meanings, listed};
use crate::service::project::{ProjectDraft, Resolved, resolve};
use crate::service::reference::named_body;
use crate::store;
use crate::store::organisation::Rows;
use crate::store::search::folded;

/// The directory and the bodies of this batch.
struct Known<'a> {
    directory: &'a Directory,
    bodies: &'a HashMap<Uuid, organisation::Model>,
}

impl Meanings for Known<'_> {
    fn meaning(&self, name: &str, on: Option<NaiveDate>) -> Meaning {
        match Uuid::parse_str(name) {
            Ok(id) if self.bodies.contains_key(&id) => Meaning::Clear(id),
            _ => self.directory.meaning(name, on),
        }
    }
}

/// Organisations that this batch brings.
#[derive(Debug, Default)]
pub(crate) struct Bodies {
    by_name: HashMap<String, Uuid>,
    bodies: HashMap<Uuid, organisation::Model>,
    unwritten: Vec<organisation::Model>,
}

impl Bodies {
    /// Checks a draft whose organisations are names as written. Of a draft with mistakes no body is kept.
    pub(super) fn resolve(
        &mut self,
        directory: &Directory,
        draft: ProjectDraft,
        problems: &mut Vec<Problem>,
    ) -> ApiResult<Resolved> {
        let (told, known) = (problems.len(), self.unwritten.len());
        let named = self.named(directory, draft, problems);
        // The directory learns new bodies only when the batch is committed.
        let bodies = &self.bodies;
        let resolved = resolve(&Known { directory, bodies }, named);
        if resolved.is_err() {
            problems.truncate(told);
            for body in self.unwritten.drain(known..) {
                self.by_name.remove(&folded(&body.name));
                self.bodies.remove(&body.id);
            }
        }
        resolved
    }

    /// The draft with ids for the names that are clear or new, and the others kept in its note.
    fn named(
        &mut self,
        directory: &Directory,
        mut draft: ProjectDraft,
        problems: &mut Vec<Problem>,
    ) -> ProjectDraft {
        let on = draft.start.map(|date| date.date);
        let mut kept = Vec::new();
        let mut id = |field: &str, name: String| -> Option<String> {
            let found = self.find(directory, &name, on, field, problems);
            if found.is_none() {
                kept.push(format!("{field} as given: {name}"));
            }
            found.map(|id| id.to_string())
        };
        draft.lead = draft.lead.and_then(|name| id("lead", name));
        draft.partners = draft
            .partners
            .into_iter()
            .filter_map(|name| id("partner", name))
            .collect();
        draft.funders = draft
            .funders
            .into_iter()
            .filter_map(|name| id("funder", name))
            .collect();
        for award in &mut draft.awards {
            award.funder = award.funder.take().and_then(|name| id("funder", name));
        }
        if !kept.is_empty() {
            draft.note = Some(draft.note.into_iter().chain(kept).collect::<Vec<_>>().join("; "));
        }
        draft
    }

    /// The name of a body of this batch.
    pub(super) fn name(&self, id: Uuid) -> Option<String> {
        self.bodies.get(&id).map(|body| body.name.clone())
    }

    /// How many bodies are not written yet.
    pub(crate) fn waiting(&self) -> usize {
        self.unwritten.len()
    }

    /// Writes the bodies that are new since the last call; returns how many.
    pub(crate) async fn write(&mut self, db: &impl ConnectionTrait) -> ApiResult<usize> {
        let organisations = std::mem::take(&mut self.unwritten);
        let count = organisations.len();
        store::organisation::insert(
            db,
            Rows {
                organisations,
                ..Rows::default()
            },
        )
        .await?;
        Ok(count)
    }

    /// The bodies of this batch.
    pub(crate) fn into_rows(self) -> Vec<organisation::Model> {
        self.bodies.into_values().collect()
    }

    fn find(
        &mut self,
        directory: &Directory,
        name: &str,
        on: Option<NaiveDate>,
        field: &str,
        problems: &mut Vec<Problem>,
    ) -> Option<Uuid> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(body) = self.by_name.get(&folded(&name)) {
            return Some(*body);
        }
        match directory.meaning(&name, on) {
            Meaning::Clear(id) => Some(id),
            Meaning::Ambiguous(candidates) => {
                let message = format!("“{name}” may mean {}; it was kept as a note", listed(&candidates));
                problems.push(Problem::noted(field, message, Consequence::Noted));
                None
            }
            Meaning::Unknown(_) => {
                let body = named_body(Uuid::now_v7(), OrganisationKind::Unknown, &name);
                let id = body.id;
                self.unwritten.push(body.clone());
                self.by_name.insert(folded(&name), id);
                self.bodies.insert(id, body);
                let message = format!("no organisation was known as “{name}”; it was recorded by that name");
                problems.push(Problem::noted(field, message, Consequence::Recorded));
                Some(id)
            }
        }
    }
}
