//! The demonstration catalogue: real projects of real councils, each with its source.

use std::collections::HashMap;

use entity::catalogue;
use entity::kinds::ProjectChange;
use sea_orm::Set;
use uuid::Uuid;

use super::App;
use super::directory::Meanings;
use super::project::{Award, Origin, ProjectDraft, Stamp, assemble, resolve};
use crate::clock;
use crate::data::{self, OrganisationKey, ProjectFacts, Reference};
use crate::error::ApiResult;
use crate::exchange::record::Amount;
use crate::store;

/// Changed whenever the demonstration catalogue changes.
pub const DEMONSTRATION_VERSION: &str = "1";

/// What the projects' source is called.
const SYSTEM: &str = "demonstration";

/// Writes the demonstration catalogue, unless it was written before. Returns how many projects were new.
///
/// # Errors
/// When the database fails; nothing of it stays.
pub async fn load(app: &App) -> ApiResult<usize> {
    let reference = data::load()?;
    let txn = app.db.begin().await?;
    let count = i64::try_from(reference.projects.len()).unwrap_or(0);
    let place = store::catalogue::reserve(&txn, count).await?;
    if store::catalogue::state(&txn)
        .await?
        .demonstration_version
        .is_some()
    {
        txn.rollback().await?;
        return Ok(0);
    }
    let ids: HashMap<&str, Uuid> = reference
        .projects
        .iter()
        .map(|facts| (facts.id.as_str(), Uuid::now_v7()))
        .collect();
    let now = clock::now();
    let mut bundles = Vec::with_capacity(ids.len());
    for (facts, change_seq) in reference.projects.iter().zip(place..) {
        let Some(&id) = ids.get(facts.id.as_str()) else {
            continue;
        };
        let origin = origin(facts);
        let stamp = Stamp {
            id,
            version: 1,
            change_seq,
            now,
            created_at: now,
            change: origin.change(ProjectChange::Created),
        };
        let resolved = resolve(app.directory.as_ref(), draft(app, reference, facts, &ids))?;
        bundles.push(assemble(resolved, &stamp, vec![origin]));
    }
    let written = bundles.len();
    store::project::insert(&txn, bundles).await?;
    let note = catalogue::ActiveModel {
        demonstration_version: Set(Some(DEMONSTRATION_VERSION.to_owned())),
        ..Default::default()
    };
    store::catalogue::note(&txn, note).await?;
    txn.commit().await?;
    app.live.wake();
    Ok(written)
}

fn origin(facts: &ProjectFacts) -> Origin {
    Origin {
        system: SYSTEM.to_owned(),
        record_id: Some(facts.id.clone()),
        line: None,
        content_hash: None,
    }
}

fn draft(app: &App, reference: &Reference, facts: &ProjectFacts, ids: &HashMap<&str, Uuid>) -> ProjectDraft {
    let body = |key: &OrganisationKey| body(app, reference, key);
    let labels = |slugs: &[String], terms: &[data::Term]| -> Vec<String> {
        slugs
            .iter()
            .filter_map(|slug| terms.iter().find(|term| term.slug == *slug))
            .map(|term| term.label.clone())
            .collect()
    };
    let pounds = |pence: i64| Amount {
        minor: pence,
        currency: "GBP".to_owned(),
    };
    let funder = facts.funder.as_ref().and_then(body);
    let award = facts.award.map(|award| Award {
        funder: funder.clone(),
        amount: pounds(award.pence),
        awarded_on: award.on.or(facts.announced),
    });
    let relations = facts.relations.iter();
    ProjectDraft {
        title: facts.title.clone(),
        summary: facts.summary.clone(),
        kind: facts.kind,
        phase: facts.phase,
        lead: body(&facts.lead),
        partners: facts.partners.iter().filter_map(body).collect(),
        funders: funder.into_iter().collect(),
        themes: labels(&facts.themes, &reference.themes),
        technologies: labels(&facts.technologies, &reference.technologies),
        programme: facts.programme.clone(),
        outcome: Some(facts.outcome.clone()),
        note: facts.note.clone(),
        start: facts.start,
        end: facts.end,
        budget: facts.budget.map(|budget| pounds(budget.pence)),
        awards: award.into_iter().collect(),
        sources: facts.sources.clone(),
        relations: relations
            .filter_map(|to| Some((*ids.get(to.to.as_str())?, to.relation)))
            .collect(),
        ..ProjectDraft::default()
    }
}

/// The id of an organisation that the shipped records refer to: authorities by code, others by their name.
fn body(app: &App, reference: &Reference, key: &OrganisationKey) -> Option<String> {
    let name = match key.as_str().strip_prefix("gb:") {
        Some(code) => code,
        None => reference.organisation_name(key)?,
    };
    match app.directory.meaning(name, None) {
        super::directory::Meaning::Clear(id) => Some(id.to_string()),
        _ => None,
    }
}
