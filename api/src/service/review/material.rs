//! What is material about a record: what a decision on a pair rests on.
//!
//! Title, summary, who leads and takes part, the period, what it costs, and its themes and technologies. Case and spacing
//! are not, nor are phase, notes, links, sources or outcomes: a project that goes on as planned is no other project.

use std::collections::{BTreeSet, HashMap};

use entity::kinds::{ParticipantRole, TagKind};
use entity::{project, project_award, project_participant, project_tag};
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::service::fingerprint;
use crate::store::search::folded;
use crate::store::{self, grouped};

/// What is material about one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    title: String,
    summary: String,
    participants: BTreeSet<Uuid>,
    period: String,
    money: String,
    words: String,
}

/// What is material about both records of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Of the left one.
    pub left: Material,
    /// Of the right one.
    pub right: Material,
}

impl Material {
    fn of(
        row: &project::Model,
        roles: &[project_participant::Model],
        tags: &[project_tag::Model],
        awards: &[project_award::Model],
    ) -> Self {
        let people = roles
            .iter()
            .filter(|row| matches!(row.role, ParticipantRole::Lead | ParticipantRole::Partner));
        let mut words: Vec<&str> = tags
            .iter()
            .filter(|tag| matches!(tag.kind, TagKind::Theme | TagKind::Technology))
            .map(|tag| tag.label_key.as_str())
            .collect();
        words.sort_unstable();
        let mut granted: Vec<(&str, i64)> = awards
            .iter()
            .map(|award| (award.currency.as_str(), award.amount_minor))
            .collect();
        granted.sort_unstable();
        Self {
            title: fingerprint(&folded(&row.title)),
            summary: fingerprint(&folded(&row.summary)),
            participants: people.map(|row| row.organisation_id).collect(),
            period: format!(
                "{:?} {:?} {:?} {:?}",
                row.start_date, row.start_precision, row.end_date, row.end_precision
            ),
            money: fingerprint(&format!(
                "{:?} {:?} {granted:?}",
                row.budget_minor, row.budget_currency
            )),
            words: fingerprint(&words.join("\n")),
        }
    }

    /// What of it is not as it was before. `same` tells who an organisation became that was merged into another since.
    #[must_use]
    pub fn changed(&self, before: &Self, same: &dyn Fn(Uuid) -> Uuid) -> Vec<&'static str> {
        let people = |of: &Self| -> BTreeSet<Uuid> { of.participants.iter().map(|id| same(*id)).collect() };
        let parts = [
            ("title", self.title != before.title),
            ("summary", self.summary != before.summary),
            ("participants", people(self) != people(before)),
            ("period", self.period != before.period),
            ("money", self.money != before.money),
            ("themes or technologies", self.words != before.words),
        ];
        parts
            .into_iter()
            .filter(|(_, changed)| *changed)
            .map(|(name, _)| name)
            .collect()
    }
}

impl Pair {
    /// What is material about two records as they stand; `None` when one is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(db: &impl ConnectionTrait, left: Uuid, right: Uuid) -> Result<Option<Self>, DbErr> {
        let mut both = of_projects(db, &[left, right]).await?;
        let pair = both.remove(&left).zip(both.remove(&right));
        Ok(pair.map(|(left, right)| Self { left, right }))
    }

    /// As it is kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn kept(&self) -> ApiResult<String> {
        serde_json::to_string(self).map_err(ApiError::internal)
    }

    /// What of it is not as it was when `kept` was kept: empty when all is.
    ///
    /// # Errors
    /// When what was kept cannot be read.
    pub fn changed(&self, kept: &str, same: &dyn Fn(Uuid) -> Uuid) -> ApiResult<Vec<&'static str>> {
        let before: Self = serde_json::from_str(kept).map_err(ApiError::internal)?;
        let mut changed = self.left.changed(&before.left, same);
        for part in self.right.changed(&before.right, same) {
            if !changed.contains(&part) {
                changed.push(part);
            }
        }
        Ok(changed)
    }
}

/// What is material about these projects, in three statements for each 500.
///
/// # Errors
/// When the database fails.
pub async fn of_projects(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Material>, DbErr> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(store::ROWS_AN_INSERT) {
        let roles = grouped(store::project::roles(db, ids).await?, |row| row.project_id);
        let tags = grouped(store::project::tags(db, ids).await?, |row| row.project_id);
        let awards = grouped(store::project::awards(db, ids).await?, |row| row.project_id);
        for row in store::project::by_ids(db, ids).await? {
            let id = row.id;
            let material = Material::of(
                &row,
                roles.get(&id).map_or(&[], Vec::as_slice),
                tags.get(&id).map_or(&[], Vec::as_slice),
                awards.get(&id).map_or(&[], Vec::as_slice),
            );
            found.insert(id, material);
        }
    }
    Ok(found)
}
