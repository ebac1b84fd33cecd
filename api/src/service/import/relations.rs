//! What records say that their projects are to others: those others may come later in the file, or never.

use std::collections::{HashMap, HashSet};

use entity::kinds::DeclaredRelation;
use entity::project_relation;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{App, Consequence, Import, Origin, Problem};
use crate::error::ApiResult;
use crate::exchange::record::{ProjectRecord, RelationRecord};
use crate::store;

/// More relations than this to projects that have not been met yet are left out.
const MOST_PENDING: usize = 100_000;

/// The projects that ids in records mean.
#[derive(Debug, Default)]
pub(super) struct Others {
    known: HashMap<String, Uuid>,
}

/// A relation whose other end was not known when it was read. Both ends are ids of the file, so that a run that goes on
/// after another knows no less.
#[derive(Debug)]
pub(super) struct Pending {
    record_id: String,
    told: RelationRecord,
    line: Option<i64>,
}

/// A relation to a project that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// The line of the file.
    pub line: u64,
    /// The id that no project has.
    pub other: String,
}

impl Stray {
    fn of(pending: &Pending) -> Self {
        Self {
            line: pending.line.and_then(|line| u64::try_from(line).ok()).unwrap_or_default(),
            other: pending.told.other.clone(),
        }
    }

    /// What stands on the row that told it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem {
            value: self.other.clone(),
            ..Problem::noted(
                "relations",
                format!("no project has the id “{}”", self.other),
                Consequence::ValueDropped,
            )
        }
    }
}

impl Others {
    /// Looks up every other project that is named.
    pub(super) async fn find<'a>(
        db: &impl ConnectionTrait,
        system: &str,
        told: impl Iterator<Item = &'a RelationRecord>,
    ) -> ApiResult<Self> {
        Self::named(db, system, told.map(|one| one.other.clone()).collect()).await
    }

    /// Looks up projects by the catalogue's ids, or by the file's.
    async fn named(db: &impl ConnectionTrait, system: &str, mut names: Vec<String>) -> ApiResult<Self> {
        names.sort_unstable();
        names.dedup();
        let mut known = HashMap::new();
        // A statement names a bounded number.
        for names in names.chunks(500) {
            for row in store::project::sources_of(db, system, names).await? {
                known.extend(row.record_id.map(|id| (id, row.project_id)));
            }
            let ids: Vec<Uuid> = names
                .iter()
                .filter_map(|name| Uuid::try_parse(name).ok())
                .collect();
            if !ids.is_empty() {
                let rows = store::project::by_ids(db, &ids).await?;
                known.extend(rows.into_iter().map(|row| (row.id.to_string(), row.id)));
            }
        }
        Ok(Self { known })
    }

    /// The relations of a record whose other ends are known.
    pub(super) fn of(&self, record: &ProjectRecord) -> Vec<(Uuid, DeclaredRelation)> {
        let relations = record.relations.iter();
        relations
            .filter_map(|one| Some((*self.known.get(&one.other)?, one.relation)))
            .collect()
    }
}

impl Import {
    /// Puts off the relations of a record whose other ends are not known yet.
    pub(super) fn put_off(&mut self, others: &Others, told: Vec<RelationRecord>, origin: &Origin) {
        let Some(record_id) = &origin.record_id else {
            return;
        };
        for one in told {
            if !others.known.contains_key(&one.other) && self.pending.len() < MOST_PENDING {
                self.pending.push(Pending {
                    record_id: record_id.clone(),
                    told: one,
                    line: origin.line,
                });
            }
        }
    }

    /// The relations to projects that neither the catalogue nor a record of this run has.
    pub(crate) fn strays(&self) -> Vec<Stray> {
        let strays = self.pending.iter();
        strays
            .filter(|one| !self.ids.contains_key(&one.told.other))
            .map(Stray::of)
            .collect()
    }

    /// Writes the relations that the file told before their other ends. To be called after the last batch. Those that
    /// were left out, because nobody knows their other end.
    ///
    /// # Errors
    /// When the database fails; then none of them is written.
    pub(crate) async fn relate(&mut self, app: &App) -> ApiResult<Vec<Stray>> {
        let pending = std::mem::take(&mut self.pending);
        let mut strays = Vec::new();
        if pending.is_empty() {
            return Ok(strays);
        }
        let txn = app.db.begin().await?;
        let ends = pending.iter().flat_map(|one| [&one.record_id, &one.told.other]);
        let others = Others::named(&txn, &self.system, ends.cloned().collect()).await?;
        let mut wanted = HashSet::new();
        for one in &pending {
            let ends = (
                others.known.get(&one.record_id),
                others.known.get(&one.told.other),
            );
            match ends {
                (Some(project), Some(other)) if project != other => {
                    wanted.insert((*project, *other, one.told.relation));
                }
                (Some(_), None) => strays.push(Stray::of(one)),
                _ => {}
            }
        }
        let projects: Vec<Uuid> = wanted.iter().map(|(project, ..)| *project).collect();
        for ids in projects.chunks(500) {
            for row in store::project::relations(&txn, ids).await? {
                wanted.remove(&(row.project_id, row.other_id, row.relation));
            }
        }
        let mut wanted: Vec<_> = wanted.into_iter().collect();
        wanted.sort_unstable();
        let rows = wanted
            .into_iter()
            .map(|(project_id, other_id, relation)| project_relation::Model {
                id: Uuid::now_v7(),
                project_id,
                other_id,
                relation,
            });
        store::project::relate(&txn, rows.collect()).await?;
        txn.commit().await?;
        app.live.wake();
        Ok(strays)
    }
}
