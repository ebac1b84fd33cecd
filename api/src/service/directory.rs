//! Who is meant by a name: the names and codes of every organisation, in memory.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use chrono::NaiveDate;
use entity::organisation;
use matching::names::{Entry, NameMatch, Resolution, Resolver};
use uuid::Uuid;

use crate::data::{self, DataError};
use crate::error::ApiResult;
use crate::exchange::to_matching::day;
use crate::store::organisation::{Rows, State};
use crate::store::{self, Database};

/// How often the names look for what other processes wrote.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The names of this process, kept in step with what it writes.
#[derive(Debug)]
pub struct Directory {
    resolver: RwLock<Resolver>,
    /// The official names, by id.
    names: RwLock<HashMap<Uuid, String>>,
    /// Records that were merged into another, and which.
    merged: RwLock<HashMap<Uuid, Uuid>>,
    /// What the organisations were when they were last read.
    state: RwLock<State>,
}

/// The names of the authorities that are shipped with the program, for work without a database.
#[derive(Debug)]
pub struct Shipped(Resolver);

impl Shipped {
    /// Reads the shipped names.
    ///
    /// # Errors
    /// When the shipped data is broken.
    pub fn read() -> Result<Self, DataError> {
        let reference = data::load()?;
        let entries = reference.authorities.iter().map(|facts| Entry {
            id: facts.key.as_str().to_owned(),
            names: facts.names().map(str::to_owned).collect(),
            codes: facts.codes().collect(),
            start: facts.start.map(day),
            end: facts.end.map(day),
        });
        Ok(Self(Resolver::new(entries)))
    }

    /// The key of the one authority that a name means.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<String> {
        match self.0.resolve_one(name, None) {
            Resolution::Clear(found) => Some(found.id),
            Resolution::Ambiguous(_) | Resolution::Unknown(_) => None,
        }
    }
}

/// An organisation that a name may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The organisation.
    pub id: Uuid,
    /// Its official name.
    pub name: String,
    /// How sure, in [0, 1].
    pub score: f64,
    /// Why, in plain words.
    pub why: String,
    /// Whether it existed on the day asked for; true when none was.
    pub valid_on_date: bool,
}

/// What a name came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// It can only mean this one.
    Clear(Uuid),
    /// It fits several; a person must choose.
    Ambiguous(Vec<Named>),
    /// It fits none well; the nearest, if any.
    Unknown(Vec<Named>),
}

/// So many of the organisations that a name may mean are told.
const CANDIDATES_TOLD: usize = 3;

/// The organisations that a name may mean, for a sentence: "A, B or C".
#[must_use]
pub fn listed(candidates: &[Named]) -> String {
    let names = candidates
        .iter()
        .take(CANDIDATES_TOLD)
        .map(|named| named.name.as_str());
    let names: Vec<&str> = names.collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, first)) => format!("{} or {last}", first.join(", ")),
        None => "several organisations".to_owned(),
    }
}

/// Tells who is meant by a name.
pub trait Meanings {
    /// The one organisation that an id, a name or a code means, or why there is none.
    fn meaning(&self, name: &str, on: Option<NaiveDate>) -> Meaning;
}

impl Directory {
    /// Reads every name from the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(db: &Database) -> ApiResult<Self> {
        let directory = Self {
            resolver: RwLock::default(),
            names: RwLock::default(),
            merged: RwLock::default(),
            state: RwLock::default(),
        };
        directory.reload(db).await?;
        Ok(directory)
    }

    /// Reads every name anew.
    ///
    /// # Errors
    /// When the database fails; then the names stay as they were.
    pub async fn reload(&self, db: &Database) -> ApiResult<()> {
        // Before the rows, so that what comes between is seen as new the next time.
        let state = store::organisation::state(db.read()).await?;
        let mut rows = store::organisation::directory(db.read()).await?;
        let names = rows.organisations.iter().map(|body| (body.id, body.name.clone()));
        let names = names.collect();
        let survivors = rows.organisations.iter();
        let merged = survivors.filter_map(|body| Some((body.id, body.merged_into_id?)));
        let merged = merged.collect();
        rows.organisations.retain(|body| body.merged_into_id.is_none());
        let resolver = Resolver::new(entries(rows));
        *self.resolver.write().unwrap_or_else(PoisonError::into_inner) = resolver;
        *self.names.write().unwrap_or_else(PoisonError::into_inner) = names;
        *self.merged.write().unwrap_or_else(PoisonError::into_inner) = merged;
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(())
    }

    /// Keeps the names up to date with what other processes write, until it is told to stop by dropping the future.
    pub async fn follow(&self, db: Database) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let looked = async {
                let state = store::organisation::state(db.read()).await?;
                let known = *self.state.read().unwrap_or_else(PoisonError::into_inner);
                if state == known {
                    Ok(())
                } else {
                    self.reload(&db).await
                }
            };
            if let Err(error) = looked.await {
                tracing::error!(
                    ?error,
                    "the names could not be brought up to date; it tries again"
                );
            }
        }
    }

    /// The organisation that stands for this one: itself, unless it was merged into another.
    #[must_use]
    pub fn survivor(&self, id: Uuid) -> Uuid {
        let merged = self.merged.read().unwrap_or_else(PoisonError::into_inner);
        let mut id = id;
        // Merges cannot go round; the bound is for a database that somebody edited by hand.
        for _ in 0..=merged.len() {
            match merged.get(&id) {
                Some(&into) => id = into,
                None => break,
            }
        }
        id
    }

    /// Every official name, in no order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        names.values().cloned().collect()
    }

    /// The official name of an organisation.
    #[must_use]
    pub fn name(&self, id: Uuid) -> Option<String> {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        names.get(&id).cloned()
    }

    /// Every organisation that a name or code may mean, best first.
    #[must_use]
    pub fn resolve(&self, name: &str, on: Option<NaiveDate>) -> Vec<Named> {
        let resolver = self.resolver.read().unwrap_or_else(PoisonError::into_inner);
        self.named(resolver.resolve(name, on.map(day)))
    }

    fn named(&self, matches: Vec<NameMatch>) -> Vec<Named> {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        let named = |found: NameMatch| {
            let id = Uuid::parse_str(&found.id).ok()?;
            Some(Named {
                id,
                name: names.get(&id).cloned().unwrap_or_default(),
                score: found.score,
                why: found.why,
                valid_on_date: found.valid_on_date,
            })
        };
        matches.into_iter().filter_map(named).collect()
    }

    /// Learns organisations that were just written.
    pub fn learn(&self, rows: Rows) {
        self.names
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(rows.organisations.iter().map(|body| (body.id, body.name.clone())));
        let mut resolver = self.resolver.write().unwrap_or_else(PoisonError::into_inner);
        for entry in entries(rows) {
            resolver.insert(entry);
        }
    }
}

impl Meanings for Directory {
    fn meaning(&self, name: &str, on: Option<NaiveDate>) -> Meaning {
        if let Ok(id) = Uuid::parse_str(name.trim()) {
            let known = self
                .names
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .contains_key(&id);
            return if known {
                Meaning::Clear(self.survivor(id))
            } else {
                Meaning::Unknown(Vec::new())
            };
        }
        let resolver = self.resolver.read().unwrap_or_else(PoisonError::into_inner);
        match resolver.resolve_one(name, on.map(day)) {
            Resolution::Clear(found) => match Uuid::parse_str(&found.id) {
                Ok(id) => Meaning::Clear(id),
                Err(_) => Meaning::Unknown(Vec::new()),
            },
            Resolution::Ambiguous(matches) => Meaning::Ambiguous(self.named(matches)),
            Resolution::Unknown(matches) => Meaning::Unknown(self.named(matches)),
        }
    }
}

fn entries(rows: Rows) -> Vec<Entry> {
    let mut names: HashMap<Uuid, Vec<String>> = HashMap::new();
    for alias in rows.aliases {
        names.entry(alias.organisation_id).or_default().push(alias.name);
    }
    let mut codes: HashMap<Uuid, Vec<String>> = HashMap::new();
    for known in rows.identifiers {
        let code = match known.scheme.starts_with("GB-") {
            true => format!("{}-{}", known.scheme, known.value),
            false => known.value,
        };
        codes.entry(known.organisation_id).or_default().push(code);
    }
    let entry = |body: &organisation::Model| {
        let names = names.remove(&body.id).unwrap_or_default();
        entry(body, names, codes.remove(&body.id).unwrap_or_default())
    };
    rows.organisations.iter().map(entry).collect()
}

fn entry(body: &organisation::Model, aliases: Vec<String>, identifiers: Vec<String>) -> Entry {
    let mut names = vec![body.name.clone()];
    names.extend(body.short_name.clone());
    names.extend(aliases);
    let mut codes: Vec<String> = body.code.iter().chain(&body.gss).cloned().collect();
    codes.extend(identifiers);
    Entry {
        id: body.id.to_string(),
        names,
        codes,
        start: body.start_date.map(day),
        end: body.end_date.map(day),
    }
}
