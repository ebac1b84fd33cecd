//! Rows that many answers show, kept in memory. Before each use the database is asked whether they still stand: a change
//! of a project moves its place in the order of changes, a change of an organisation moves the count of those. So an
//! answer is as true as one whose rows were read for it, and most of what that costs is not paid again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::project::Model;
use uuid::Uuid;

use crate::error::ApiResult;
use crate::store::project::Participation;
use crate::store::{self, Database, grouped};

/// At most so many projects are kept, twice: those used lately, and those used before them. A project takes 1 to 4 KB.
const MOST: usize = 10_000;

/// A project, and its place in the order of changes when it was looked for.
pub type Placed = (Uuid, i64);

/// Who takes part in a project, and when that was so: by its own place and by the count of organisations' changes.
type Parts = ((i64, i64), Arc<Vec<Participation>>);

/// What this process keeps.
#[derive(Debug, Default)]
pub struct Kept {
    projects: Mutex<Generations<Arc<Model>>>,
    parts: Mutex<Generations<Parts>>,
}

impl Kept {
    /// A project, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn project(&self, db: &Database, id: Uuid) -> ApiResult<Option<Arc<Model>>> {
        Ok(self.by_ids(db, &[id]).await?.pop())
    }

    /// Projects by their ids, in no order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_ids(&self, db: &Database, ids: &[Uuid]) -> ApiResult<Vec<Arc<Model>>> {
        let placed = store::place::of(db, ids).await?;
        self.projects(db, &placed).await
    }

    /// Projects that were found at these places, in that order. One that was changed since comes as it is by now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn projects(&self, db: &Database, placed: &[Placed]) -> ApiResult<Vec<Arc<Model>>> {
        let mut found: HashMap<Uuid, Arc<Model>> = {
            let mut kept = held(&self.projects);
            let known = placed.iter().filter_map(|(id, place)| {
                let row = kept.get(*id)?;
                (row.change_seq == *place).then(|| (*id, Arc::clone(row)))
            });
            known.collect()
        };
        let missing = absent(placed, |id| found.contains_key(&id));
        if !missing.is_empty() {
            let rows = store::project::by_ids(db.read(), &missing).await?;
            let mut kept = held(&self.projects);
            for row in rows.into_iter().map(Arc::new) {
                kept.put(row.id, Arc::clone(&row));
                found.insert(row.id, row);
            }
        }
        Ok(placed.iter().filter_map(|(id, _)| found.remove(id)).collect())
    }

    /// Who takes part in projects that stand at these places.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn participants(
        &self,
        db: &Database,
        placed: &[Placed],
    ) -> ApiResult<HashMap<Uuid, Arc<Vec<Participation>>>> {
        // Read before the rows: what is kept under a count is never older than that.
        let bodies = store::catalogue::organisations(db.read()).await?;
        let mut found: HashMap<Uuid, Arc<Vec<Participation>>> = {
            let mut kept = held(&self.parts);
            let known = placed.iter().filter_map(|(id, place)| {
                let (when, parts) = kept.get(*id)?;
                (*when == (*place, bodies)).then(|| (*id, Arc::clone(parts)))
            });
            known.collect()
        };
        let missing = absent(placed, |id| found.contains_key(&id));
        if !missing.is_empty() {
            let rows = store::project::participants(db.read(), &missing).await?;
            let mut rows = grouped(rows, |(row, _)| row.project_id);
            let mut kept = held(&self.parts);
            for (id, place) in placed.iter().filter(|(id, _)| missing.contains(id)) {
                let parts = Arc::new(rows.remove(id).unwrap_or_default());
                kept.put(*id, ((*place, bodies), Arc::clone(&parts)));
                found.insert(*id, parts);
            }
        }
        Ok(found)
    }
}

fn absent(placed: &[Placed], known: impl Fn(Uuid) -> bool) -> Vec<Uuid> {
    placed
        .iter()
        .map(|(id, _)| *id)
        .filter(|id| !known(*id))
        .collect()
}

fn held<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Values by id in two generations: when the young are [`MOST`], they become the old, and the old are forgotten.
#[derive(Debug)]
struct Generations<V> {
    young: HashMap<Uuid, V>,
    old: HashMap<Uuid, V>,
}

impl<V> Default for Generations<V> {
    fn default() -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }
}

impl<V> Generations<V> {
    fn get(&mut self, id: Uuid) -> Option<&V> {
        if let Some(value) = self.old.remove(&id) {
            self.put(id, value);
        }
        self.young.get(&id)
    }

    fn put(&mut self, id: Uuid, value: V) {
        if self.young.len() >= MOST && !self.young.contains_key(&id) {
            self.old = std::mem::take(&mut self.young);
        }
        self.old.remove(&id);
        self.young.insert(id, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let mut kept = Generations::default();
        let used = Uuid::now_v7();
        kept.put(used, 0);
        let others: Vec<Uuid> = (0..3 * MOST).map(|_| Uuid::now_v7()).collect();
        for (number, id) in others.iter().enumerate() {
            kept.put(*id, number);
            assert_eq!(kept.get(used), Some(&0));
        }
        assert!(kept.young.len() + kept.old.len() <= 2 * MOST);
        assert_eq!(kept.get(others[0]), None);
        kept.put(used, 1);
        assert_eq!(kept.get(used), Some(&1), "the new value, not an old one");
    }
}
