//! Lists of projects: searched, filtered, sorted and counted.
//!
//! This process keeps what lists need on a [`Shelf`] in memory. Changes of projects are numbered without gaps in the
//! order of their commits ([`store::catalogue::reserve`]), so before each answer one small statement tells whether the
//! shelf knows all of them, and what it does not know is read in first. So an answer knows every change that was
//! acknowledged before it was asked for, by whatever process, and is the same on every database.
//!
//! A plain list (the whole catalogue, by change or by title) does without: the database's own indexes give it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use entity::kinds::{ParticipantRole, TagKind};
use entity::project::Model;
use entity::{organisation, project_participant, project_tag};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::App;
use super::facet::{self, Facet};
use super::kept::Placed;
use super::vocabulary::grouped_as;
use crate::error::{ApiError, ApiResult};
use crate::search::order::{Key, Sort, Stretch};
use crate::search::{Card, Correction, Dimension, Found, Label, Shelf, Wanted};
use crate::store::page::{KeyKind, Page, Position, Slice, SortKey};
use crate::store::project::ProjectQuery;
use crate::store::{self, Database, grouped};
use crate::work;

/// So many projects are read in at a time.
const BATCH: u64 = 500;

/// The shelf of this process. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    shelf: Arc<RwLock<Shelf>>,
    /// Held by whoever reads changes in: one at a time.
    turn: Arc<Mutex<()>>,
}

/// A list that is asked for.
#[derive(Debug, Clone, Default)]
pub struct ProjectList {
    /// Words, "quoted phrases" and -exclusions.
    pub search: Option<String>,
    /// Filters.
    pub wanted: Wanted,
    /// Whether bodies mean themselves alone, and not also those whose work they carry on.
    pub own_only: bool,
    /// Led from one of these nations.
    pub nations: Vec<String>,
    /// Led from one of these regions.
    pub regions: Vec<String>,
    /// With (true) or without (false) overlaps.
    pub has_overlaps: Option<bool>,
    /// Each of these moments before which a project was last confirmed makes it a little less relevant.
    pub ranked_lower: Vec<DateTime<Utc>>,
    /// What to sort by.
    pub sort: Sort,
    /// Largest or latest first.
    pub descending: bool,
}

/// What is wanted of a list.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The stretch.
    pub page: Page,
    /// Whether to count all.
    pub total: bool,
    /// The facets to count.
    pub facets: Vec<Dimension>,
    /// At most so many values of each facet.
    pub most: usize,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The projects, each with the value that places it.
    pub slice: Slice<(Arc<Model>, SortKey)>,
    /// How many there are in all; 0 when not asked for.
    pub total: u64,
    /// As asked for.
    pub facets: Vec<Facet>,
    /// What was put right in the search.
    pub corrections: Vec<Correction>,
}

impl ProjectList {
    /// The kind of value that this order sorts by.
    #[must_use]
    pub fn sorted_by(&self) -> KeyKind {
        match self.sort {
            Sort::Title => KeyKind::Text,
            Sort::StartDate => KeyKind::Day,
            Sort::Relevance => KeyKind::Ranked,
            Sort::Budget | Sort::Updated => KeyKind::Integer,
        }
    }

    /// The same list as one that an index of the database gives, if it is such.
    fn plain(&self) -> Option<ProjectQuery> {
        let by_title = match self.sort {
            Sort::Title => true,
            Sort::Updated => false,
            Sort::Relevance | Sort::StartDate | Sort::Budget => return None,
        };
        let Wanted {
            statuses,
            updated_since,
            ..
        } = &self.wanted;
        let rest = Wanted {
            statuses: Vec::new(),
            updated_since: None,
            ..self.wanted.clone()
        };
        let plain = self.search.is_none()
            && self.nations.is_empty()
            && self.regions.is_empty()
            && self.has_overlaps.is_none()
            && rest == Wanted::default();
        plain.then(|| ProjectQuery {
            statuses: statuses.clone(),
            updated_since: *updated_since,
            by_title,
            descending: self.descending,
        })
    }
}

/// A page of a list of projects.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, list: ProjectList, asked: Asked) -> ApiResult<Listed> {
    let plain = list.plain().filter(|_| asked.facets.is_empty());
    match plain {
        Some(query) => from_database(app, &query, &asked).await,
        None => from_shelf(app, list, asked).await,
    }
}

async fn from_database(app: &App, query: &ProjectQuery, asked: &Asked) -> ApiResult<Listed> {
    let db = app.db.read();
    let slice = store::project::list(db, query, &asked.page).await?;
    let total = match asked.total {
        true => store::project::count(db, query).await?,
        false => 0,
    };
    let placed: Vec<Placed> = slice.rows.iter().map(|row| (row.id, row.change_seq)).collect();
    let rows = app.kept.projects(&app.db, &placed).await?;
    let mut keys: HashMap<Uuid, SortKey> = slice
        .rows
        .iter()
        .map(|row| (row.id, query.sort_key(row)))
        .collect();
    let keyed = rows.into_iter().filter_map(|row| {
        let key = keys.remove(&row.id)?;
        Some((row, key))
    });
    Ok(Listed {
        slice: Slice {
            rows: keyed.collect(),
            has_next: slice.has_next,
            has_previous: slice.has_previous,
        },
        total,
        facets: Vec::new(),
        corrections: Vec::new(),
    })
}

/// The list with those bodies and projects named that only the database can name.
async fn named(app: &App, mut list: ProjectList, facets: &[Dimension]) -> ApiResult<ProjectList> {
    let db = app.db.read();
    list.wanted.national = led_from(db, organisation::Column::Nation, &list.nations).await?;
    list.wanted.regional = led_from(db, organisation::Column::Region, &list.regions).await?;
    if !list.own_only {
        let Wanted {
            taking_part,
            authorities,
            leads,
            funders,
            ..
        } = &mut list.wanted;
        for bodies in [taking_part, authorities, leads, funders] {
            if !bodies.is_empty() {
                *bodies = store::organisation::with_predecessors(db, bodies).await?;
            }
        }
    }
    let by_body = [Dimension::Authority, Dimension::Funder];
    if !list.own_only && facets.iter().any(|dimension| by_body.contains(dimension)) {
        list.wanted.heirs = in_every_generation(store::organisation::heirs(db).await?);
    }
    if let Some(with) = list.has_overlaps {
        let ids: HashSet<Uuid> = store::overlap::projects(db).await?.into_iter().collect();
        list.wanted.among = Some((ids, with));
    }
    Ok(list)
}

async fn from_shelf(app: &App, list: ProjectList, asked: Asked) -> ApiResult<Listed> {
    let list = named(app, list, &asked.facets).await?;
    app.listing.catch_up(&app.db).await?;
    let shelf = Arc::clone(&app.listing.shelf);
    let (page, dimensions) = (asked.page.clone(), asked.facets.clone());
    let looking = work::long(move || {
        let shelf = shelf.read().unwrap_or_else(PoisonError::into_inner);
        look(&shelf, &list, &page, &dimensions)
    });
    let (found, weights, corrections) = looking.await?;
    let facets = facet::told(app, found.counts, asked.most).await?;
    let ids: Vec<Uuid> = found.page.iter().map(|(id, _)| *id).collect();
    let rows = match ids.is_empty() {
        true => Vec::new(),
        false => app.kept.by_ids(&app.db, &ids).await?,
    };
    let mut rows: HashMap<Uuid, Arc<Model>> = rows.into_iter().map(|row| (row.id, row)).collect();
    let keyed = found.page.into_iter().filter_map(|(id, key)| {
        let key = stored(key, weights.as_deref());
        rows.remove(&id).map(|row| (row, key))
    });
    let beyond = asked.page.beyond.is_some();
    let (has_next, has_previous) = match asked.page.backwards {
        true => (beyond, found.more),
        false => (found.more, beyond),
    };
    Ok(Listed {
        slice: Slice {
            rows: keyed.collect(),
            has_next,
            has_previous,
        },
        total: u64::try_from(found.total).unwrap_or(u64::MAX),
        facets,
        corrections,
    })
}

/// Each body with all who carry its work on, from those with each who does so at once.
fn in_every_generation(pairs: Vec<(Uuid, Uuid)>) -> Vec<(Uuid, Uuid)> {
    let next = |body: Uuid| {
        pairs
            .iter()
            .filter(move |(of, _)| *of == body)
            .map(|(_, heir)| *heir)
    };
    let mut all = BTreeSet::new();
    let mut new: Vec<(Uuid, Uuid)> = pairs.clone();
    while let Some((body, heir)) = new.pop() {
        if all.insert((body, heir)) {
            new.extend(next(heir).map(|later| (body, later)));
        }
    }
    all.into_iter().collect()
}

type Looked = (Found, Option<Vec<u16>>, Vec<Correction>);

fn look(shelf: &Shelf, list: &ProjectList, page: &Page, dimensions: &[Dimension]) -> Looked {
    let kept = page.beyond.as_ref().and_then(|place| match &place.key {
        SortKey::Ranked(_, weights) => Some(weights.as_slice()),
        _ => None,
    });
    let fit = match &list.search {
        Some(text) => shelf.fit(text, kept, &list.ranked_lower),
        None => shelf.everything(),
    };
    let weights = (list.sort == Sort::Relevance).then(|| fit.weights.clone());
    let corrections = fit.corrections.clone();
    let stretch = Stretch {
        sort: list.sort,
        descending: list.descending,
        backwards: page.backwards,
        limit: usize::try_from(page.limit).unwrap_or(usize::MAX),
        beyond: page.beyond.as_ref().and_then(sought),
    };
    (
        shelf.page(fit, &list.wanted, dimensions, &stretch),
        weights,
        corrections,
    )
}

/// A cursor's place on the shelf.
fn sought(position: &Position) -> Option<(Key, Uuid)> {
    let key = match &position.key {
        SortKey::Text(text) => Key::Text(text.clone()),
        SortKey::Integer(number) | SortKey::Ranked(number, _) => Key::Number(*number),
        SortKey::Day(day) => Key::Day(*day),
        SortKey::Real(_) | SortKey::Id(_) => return None,
    };
    Some((key, position.id))
}

/// A place on the shelf for a cursor.
fn stored(key: Key, weights: Option<&[u16]>) -> SortKey {
    match (key, weights) {
        (Key::Number(score), Some(weights)) => SortKey::Ranked(score, weights.to_vec()),
        (Key::Number(number), None) => SortKey::Integer(number),
        (Key::Text(text), _) => SortKey::Text(text),
        (Key::Day(day), _) => SortKey::Day(day),
    }
}

impl Listing {
    /// Reads in what was changed since the last time, as far as it is committed by now.
    ///
    /// # Errors
    /// When the database fails; the next call goes on where this one stopped.
    pub async fn catch_up(&self, db: &Database) -> ApiResult<()> {
        let head = store::catalogue::place(db.read()).await?;
        if self.place() == head {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        if self.place() > head {
            self.start_over_if_restored(db).await?;
        }
        while self.place() < head {
            let place = self.place();
            let rows = store::project::changed_after(db.read(), place, BATCH).await?;
            // Places that nothing is at were reserved for what was refused, or changed again since.
            let reached = rows.last().map_or(head, |row| row.change_seq);
            let cards = cards(db, rows).await?;
            self.put(cards, reached).await?;
        }
        Ok(())
    }

    /// The change up to which the shelf knows the catalogue.
    fn place(&self) -> i64 {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner).place()
    }

    /// Somebody else may have read in more meanwhile; but what is ahead of the catalogue itself is of another one, from
    /// before a backup was put back.
    async fn start_over_if_restored(&self, db: &Database) -> ApiResult<()> {
        if self.place() > store::catalogue::place(db.read()).await? {
            *self.shelf.write().unwrap_or_else(PoisonError::into_inner) = Shelf::default();
        }
        Ok(())
    }

    async fn put(&self, cards: Vec<Card>, reached: i64) -> ApiResult<()> {
        let shelf = Arc::clone(&self.shelf);
        let work = tokio::task::spawn_blocking(move || {
            let mut shelf = shelf.write().unwrap_or_else(PoisonError::into_inner);
            cards.iter().for_each(|card| shelf.put(card));
            shelf.reached(reached);
        });
        work.await.map_err(ApiError::internal)
    }
}

async fn cards(db: &Database, rows: Vec<Model>) -> ApiResult<Vec<Card>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut roles = grouped(store::project::roles(db.read(), &ids).await?, |row| {
        row.project_id
    });
    let mut tags = grouped(store::project::tags(db.read(), &ids).await?, |row| row.project_id);
    let cards = rows.into_iter().map(|row| {
        let id = row.id;
        card(
            row,
            &roles.remove(&id).unwrap_or_default(),
            &tags.remove(&id).unwrap_or_default(),
        )
    });
    Ok(cards.collect())
}

fn card(row: Model, roles: &[project_participant::Model], tags: &[project_tag::Model]) -> Card {
    let with = |wanted: &[ParticipantRole]| {
        let bodies = roles.iter().filter(|body| wanted.contains(&body.role));
        bodies.map(|body| body.organisation_id).collect()
    };
    let labels = |kind: TagKind| {
        let tags = tags.iter().filter(|tag| tag.kind == kind);
        let mut labels: Vec<Label> = Vec::new();
        for tag in tags {
            let (key, shown) = grouped_as(kind, &tag.label);
            if !labels.iter().any(|label| label.key == key) {
                labels.push(Label { key, shown });
            }
        }
        labels
    };
    Card {
        id: row.id,
        change_seq: row.change_seq,
        updated_at: row.updated_at,
        confirmed_at: row.last_confirmed_at,
        status: row.status,
        phase: row.phase,
        kind: row.kind,
        lead: row.lead_id,
        authorities: with(&[ParticipantRole::Lead, ParticipantRole::Partner]),
        funders: with(&[ParticipantRole::Funder]),
        themes: labels(TagKind::Theme),
        technologies: labels(TagKind::Technology),
        programme: row.programme,
        start: row.start_date,
        budget_minor: row.budget_minor,
        title: row.title,
        title_key: row.title_key,
        summary: row.summary,
    }
}

async fn led_from(
    db: &impl sea_orm::ConnectionTrait,
    column: organisation::Column,
    names: &[String],
) -> ApiResult<Option<Vec<Uuid>>> {
    if names.is_empty() {
        return Ok(None);
    }
    Ok(Some(store::organisation::ids_where(db, column, names).await?))
}
