//! What many organisations of one answer ask for alike, fetched in one statement.
//!
//! Projects do not go through here: a page of them is looked ahead and loaded whole
//! ([`super::types::project::Project::page`]), which costs a third of the CPU.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use entity::{
    organisation, organisation_alias as alias, organisation_change, organisation_identifier as identifier,
    organisation_neighbour as neighbour, organisation_successor as successor,
};
use sea_orm::DbErr;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::store::Database;
use crate::store::organisation as store;

/// Loads rows of one database in batches.
pub(super) struct Loaders(DataLoader<Rows>);

/// The database that rows come from.
pub(super) struct Rows(Database);

/// One failure for all that waited for the batch.
type LoadError = Arc<DbErr>;

impl Loaders {
    /// For one database.
    #[must_use]
    pub(super) fn new(db: Database) -> Self {
        Self(DataLoader::new(
            Rows(db),
            TokioSpawner::current(),
            TokioTimer::default(),
        ))
    }

    /// What belongs to `key`, or the empty value.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn load<K>(&self, key: K) -> ApiResult<<Rows as Loader<K>>::Value>
    where
        K: std::hash::Hash + Eq + Clone + Send + Sync + 'static,
        Rows: Loader<K, Error = LoadError>,
        <Rows as Loader<K>>::Value: Default,
    {
        let found = self.0.load_one(key).await.map_err(ApiError::internal)?;
        Ok(found.unwrap_or_default())
    }
}

/// The most changes that are read for a page of organisations.
const MOST_CHANGES: u64 = 10_000;

macro_rules! loads {
    ($($(#[$doc:meta])* $key:ident, $value:ty, |$db:ident, $ids:ident| $load:expr, $rows:ident => $found:expr;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Hash)]
            pub(super) struct $key(pub(super) Uuid);

            impl Loader<$key> for Rows {
                type Value = $value;
                type Error = LoadError;

                async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, $value>, LoadError> {
                    let $db = self.0.read();
                    let $ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
                    let $rows = $load.await.map_err(Arc::new)?;
                    let mut found: HashMap<$key, $value> = HashMap::new();
                    for (id, row) in $found {
                        found.entry($key(id)).or_default().extend([row]);
                    }
                    Ok(found)
                }
            }
        )+
    };
}

loads! {
    /// An organisation.
    Organisation, Vec<organisation::Model>, |db, ids| store::by_ids(db, ids),
        rows => rows.into_iter().map(|row| (row.id, row));
    /// The other names of an organisation.
    AliasesOf, Vec<alias::Model>, |db, ids| store::aliases(db, &ids),
        rows => rows.into_iter().map(|row| (row.organisation_id, row));
    /// The identifiers of an organisation.
    IdentifiersOf, Vec<identifier::Model>, |db, ids| store::identifiers(db, &ids),
        rows => rows.into_iter().map(|row| (row.organisation_id, row));
    /// Who took over from an organisation.
    SuccessorsOf, Vec<successor::Model>, |db, ids| store::successors(db, &ids),
        rows => rows.into_iter().map(|row| (row.organisation_id, row));
    /// From whom an organisation took over.
    PredecessorsOf, Vec<successor::Model>, |db, ids| store::predecessors(db, &ids),
        rows => rows.into_iter().map(|row| (row.successor_id, row));
    /// The merges and splits of an organisation, the latest first.
    ChangesOf, Vec<organisation_change::Model>, |db, ids| crate::store::organisation_change::of(db, &ids, MOST_CHANGES),
        rows => rows.into_iter().flat_map(|row| [(row.organisation_id, row.clone()), (row.other_id, row)]);
    /// Who lies beside or near an organisation.
    NeighboursOf, Vec<neighbour::Model>, |db, ids| store::neighbours(db, &ids),
        rows => rows.into_iter().map(|row| (row.organisation_id, row));
}
