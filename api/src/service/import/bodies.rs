//! The organisations of a batch: those known are found, those unknown are recorded by name.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::kinds::OrganisationKind;
use entity::organisation;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{Note, Report};
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
    ids: HashSet<Uuid>,
}

impl Meanings for Known<'_> {
    fn meaning(&self, name: &str, on: Option<NaiveDate>) -> Meaning {
        match Uuid::parse_str(name) {
            Ok(id) if self.ids.contains(&id) => Meaning::Clear(id),
            _ => self.directory.meaning(name, on),
        }
    }
}

/// So many bodies that nobody knew are told one by one; the others are counted.
const RECORDED_SHOWN: usize = 5;

/// Organisations that this batch brings.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    by_name: HashMap<String, organisation::Model>,
    unwritten: Vec<organisation::Model>,
}

impl Bodies {
    /// Checks a draft whose organisations are names as written.
    pub(super) fn resolve(
        &mut self,
        directory: &Directory,
        mut draft: ProjectDraft,
        line: u64,
        report: &mut Report,
    ) -> ApiResult<Resolved> {
        let on = draft.start.map(|date| date.date);
        let mut kept = Vec::new();
        let mut id = |field: &str, name: String| -> Option<String> {
            let found = self.find(directory, &name, on, (line, field), report);
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
        // The directory learns new bodies only when the batch is committed.
        let ids = self.by_name.values().map(|body| body.id).collect();
        resolve(&Known { directory, ids }, draft)
    }

    /// Writes the bodies that are new since the last call; returns how many.
    pub(super) async fn write(&mut self, db: &impl ConnectionTrait) -> ApiResult<usize> {
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
    pub(super) fn into_rows(self) -> Vec<organisation::Model> {
        self.by_name.into_values().collect()
    }

    fn find(
        &mut self,
        directory: &Directory,
        name: &str,
        on: Option<NaiveDate>,
        (line, field): (u64, &str),
        report: &mut Report,
    ) -> Option<Uuid> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(body) = self.by_name.get(&folded(&name)) {
            return Some(body.id);
        }
        let message = match directory.meaning(&name, on) {
            Meaning::Clear(id) => return Some(id),
            Meaning::Ambiguous(candidates) => {
                format!("“{name}” may mean {}; it was kept as a note", listed(&candidates))
            }
            Meaning::Unknown(_) => {
                let body = named_body(Uuid::now_v7(), OrganisationKind::Unknown, &name);
                let id = body.id;
                self.unwritten.push(body.clone());
                self.by_name.insert(folded(&name), body);
                let message = format!("no organisation was known as “{name}”; it was recorded by that name");
                if report.recorded.len() < RECORDED_SHOWN {
                    report.recorded.push(Note {
                        line,
                        field: field.to_owned(),
                        message,
                        refused: false,
                    });
                }
                return Some(id);
            }
        };
        report.notes.push(Note {
            line,
            field: field.to_owned(),
            message,
            refused: false,
        });
        None
    }
}
