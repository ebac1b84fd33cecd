//! Facets as people read them: how many projects of a list there are of each sort.

use std::collections::{BTreeMap, HashMap};

use entity::kinds::OrganisationKind;
use entity::organisation::Model;
use uuid::Uuid;

use super::App;
use crate::error::ApiResult;
use crate::search::{Counted, Counts, Dimension, band};
use crate::store;

/// The values of one dimension, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// What projects are told apart by.
    pub dimension: Dimension,
    /// The values with their counts.
    pub buckets: Vec<Bucket>,
    /// Whether there are values beyond those.
    pub more: bool,
}

/// One value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// As the filter takes it.
    pub value: Value,
    /// As people read it.
    pub label: String,
    /// How many projects have it.
    pub count: u32,
}

/// A value as the filter takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// An organisation.
    Body(Uuid),
    /// A word of a list, a label, a year, a place.
    Word(String),
}

/// At most so many organisations are named in one statement.
const BATCH: usize = 500;

/// The counts as facets with `most` values each at most.
///
/// # Errors
/// When the database fails.
pub(super) async fn told(app: &App, counts: Counts, most: usize) -> ApiResult<Vec<Facet>> {
    let mut bodies = Bodies {
        app,
        known: HashMap::new(),
    };
    let mut facets = Vec::with_capacity(counts.len());
    for (dimension, counted) in counts {
        let (mut buckets, more) = match dimension {
            Dimension::Authority => bodies.first(counted, most, is_authority).await?,
            Dimension::Funder => bodies.first(counted, most, |_| true).await?,
            Dimension::Region => (bodies.places(counted, |body| body.region.clone()).await?, false),
            Dimension::Nation => (bodies.places(counted, |body| body.nation.clone()).await?, false),
            _ => (counted.into_iter().filter_map(word).collect(), false),
        };
        let more = more || buckets.len() > most;
        buckets.truncate(most);
        facets.push(Facet {
            dimension,
            buckets,
            more,
        });
    }
    Ok(facets)
}

fn is_authority(body: &Model) -> bool {
    body.kind == OrganisationKind::LocalAuthority
}

fn word((counted, count): (Counted, u32)) -> Option<Bucket> {
    let (value, label) = match counted {
        Counted::Label(label) => (label.shown.clone(), label.shown),
        Counted::Phase(phase) => (phase.as_str().to_owned(), readable(phase.as_str())),
        Counted::Kind(kind) => (kind.as_str().to_owned(), readable(kind.as_str())),
        Counted::Year(year) => (year.to_string(), year.to_string()),
        Counted::Band(band) => (band.as_str().to_owned(), band::label(band).to_owned()),
        Counted::Body(_) => return None,
    };
    Some(Bucket {
        value: Value::Word(value),
        label,
        count,
    })
}

/// `SCALES_UP` as "Scales up".
fn readable(word: &str) -> String {
    let lower = word.to_lowercase().replace('_', " ");
    let mut letters = lower.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The organisations that are counted, read when they are needed.
struct Bodies<'a> {
    app: &'a App,
    known: HashMap<Uuid, Model>,
}

impl Bodies<'_> {
    async fn know(&mut self, ids: impl Iterator<Item = Uuid>) -> ApiResult<()> {
        let unknown: Vec<Uuid> = ids.filter(|id| !self.known.contains_key(id)).collect();
        for some in unknown.chunks(BATCH) {
            let rows = store::organisation::by_ids(self.app.db.read(), some.iter().copied()).await?;
            self.known.extend(rows.into_iter().map(|row| (row.id, row)));
        }
        Ok(())
    }

    /// The first of those that are of a kind; and whether there are more.
    async fn first(
        &mut self,
        counted: Vec<(Counted, u32)>,
        most: usize,
        wanted: impl Fn(&Model) -> bool,
    ) -> ApiResult<(Vec<Bucket>, bool)> {
        let counted: Vec<(Uuid, u32)> = counted.into_iter().filter_map(body).collect();
        let mut buckets = Vec::new();
        for some in counted.chunks(most.clamp(1, BATCH)) {
            self.know(some.iter().map(|(id, _)| *id)).await?;
            let found = some.iter().filter_map(|(id, count)| {
                let body = self.known.get(id).filter(|body| wanted(body))?;
                Some(Bucket {
                    value: Value::Body(*id),
                    label: body.name.clone(),
                    count: *count,
                })
            });
            buckets.extend(found);
            if buckets.len() > most {
                return Ok((buckets, true));
            }
        }
        Ok((buckets, false))
    }

    /// Where those that were counted lie.
    async fn places(
        &mut self,
        counted: Vec<(Counted, u32)>,
        place: impl Fn(&Model) -> Option<String>,
    ) -> ApiResult<Vec<Bucket>> {
        let counted: Vec<(Uuid, u32)> = counted.into_iter().filter_map(body).collect();
        self.know(counted.iter().map(|(id, _)| *id)).await?;
        let mut sums: BTreeMap<String, u32> = BTreeMap::new();
        for (id, count) in counted {
            if let Some(name) = self.known.get(&id).and_then(&place) {
                *sums.entry(name).or_default() += count;
            }
        }
        let mut sums: Vec<(String, u32)> = sums.into_iter().collect();
        sums.sort_by_key(|(_, count)| u32::MAX - count);
        let bucket = |(name, count): (String, u32)| Bucket {
            value: Value::Word(name.clone()),
            label: name,
            count,
        };
        Ok(sums.into_iter().map(bucket).collect())
    }
}

fn body((counted, count): (Counted, u32)) -> Option<(Uuid, u32)> {
    match counted {
        Counted::Body(id) => Some((id, count)),
        _ => None,
    }
}
