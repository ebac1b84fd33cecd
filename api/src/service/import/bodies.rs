//! The organisations of a batch: those known are found, those unknown are recorded by name.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::kinds::OrganisationKind;
use entity::{organisation, organisation_identifier};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{Consequence, Problem};
use crate::error::ApiResult;
use crate::exchange::record::OWN_PREFIX;
use crate::service::directory::{Directory, Meaning, Meanings, listed};
use crate::service::project::{Adoption, ProjectDraft, Resolved, resolve};
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
    /// Identifiers that the present record gives beside names: the folded name, and the identifier.
    identifiers: HashMap<String, String>,
    unwritten_identifiers: Vec<organisation_identifier::Model>,
}

impl Bodies {
    /// Learns the identifiers of a record's organisations, in place of those of the record before.
    pub(super) fn identify(&mut self, identifiers: &[(String, String)]) {
        self.identifiers = identifiers
            .iter()
            .map(|(name, id)| (folded(name), id.clone()))
            .collect();
    }

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
                self.unwritten_identifiers
                    .retain(|identifier| identifier.organisation_id != body.id);
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
        let lists = [
            ("funder", &mut draft.funders),
            ("supplier", &mut draft.suppliers),
            ("evaluator", &mut draft.evaluators),
        ];
        for (role, list) in lists {
            *list = std::mem::take(list)
                .into_iter()
                .filter_map(|name| id(role, name))
                .collect();
        }
        let adopters = std::mem::take(&mut draft.adopters).into_iter();
        draft.adopters = adopters
            .filter_map(|adoption| {
                let organisation = id("adopter", adoption.organisation)?;
                Some(Adoption {
                    organisation,
                    ..adoption
                })
            })
            .collect();
        for award in &mut draft.awards {
            award.funder = award.funder.take().and_then(|name| id("funder", name));
        }
        if !kept.is_empty() {
            draft.note = Some(draft.note.into_iter().chain(kept).collect::<Vec<_>>().join("\n"));
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
        let identifiers = std::mem::take(&mut self.unwritten_identifiers);
        let count = organisations.len();
        store::organisation::insert(
            db,
            Rows {
                organisations,
                identifiers,
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
        let identifier = self.identifiers.get(&folded(&name)).cloned();
        if let Some(id) = &identifier {
            let code = id.strip_prefix(OWN_PREFIX).unwrap_or(id);
            if let Meaning::Clear(id) = directory.meaning(code, on) {
                return Some(id);
            }
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
                self.unwritten_identifiers
                    .extend(identifier.and_then(|identifier| registered(id, &identifier)));
                let message = format!("no organisation was known as “{name}”; it was recorded by that name");
                problems.push(Problem::noted(field, message, Consequence::Recorded));
                Some(id)
            }
        }
    }
}

/// An identifier as org-id.guide writes it, "GB-COH-01234567": a country or `XM`-like code, a register, and the number
/// there. Anything else names no register and is not kept.
fn registered(organisation_id: Uuid, identifier: &str) -> Option<organisation_identifier::Model> {
    let (country, rest) = identifier.split_once('-')?;
    let (register, value) = rest.split_once('-')?;
    let is_code = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase());
    let fits =
        country.len() == 2 && is_code(country) && (2..=8).contains(&register.len()) && is_code(register);
    (fits && !value.is_empty()).then(|| organisation_identifier::Model {
        id: Uuid::now_v7(),
        organisation_id,
        scheme: format!("{country}-{register}"),
        value: value.to_owned(),
    })
}
