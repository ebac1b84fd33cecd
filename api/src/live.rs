//! The index of this process, kept in step with the database.
//!
//! Changes of projects are numbered without gaps in the order of their commits
//! ([`crate::store::catalogue::reserve`]), so a place in that order says exactly what
//! the index knows. Whoever commits a change wakes the index; it also looks by
//! itself, for other processes on the same database.

mod record;
mod settle;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use matching::{Catalogue, Encoder, Key, Progress, Record, SearchOptions, SearchOutcome};
use tokio::sync::{Mutex, Notify, broadcast};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::service::calibration::Current as Calibration;
use crate::service::meaning;
use crate::store::{self, Database};
use crate::work;
pub use record::PartyIds;
pub(crate) use settle::named;

/// How often the index looks for changes that nobody woke it for.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// So many projects are read, indexed and judged at a time.
const BATCH: u64 = 500;
/// When more changes than this were not looked at yet, and more than a quarter of all, one scan of the whole catalogue is
/// cheaper than a search for each: 100,000 records that were imported took minutes of CPU so, where a scan takes half a one.
const FEW: i64 = 1_000;

/// A subscriber that is further behind than this loses the oldest findings.
const FLAGGED_KEPT: usize = 1_024;

/// The index. Clones share it.
#[derive(Debug, Clone)]
pub struct Live {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// Made when it is first used: many commands never look for overlaps, and the vocabulary takes a moment to read.
    catalogue: OnceLock<RwLock<Catalogue>>,
    /// Names that are no evidence.
    places: Vec<String>,
    encoder: Option<Arc<Encoder>>,
    /// What decisions say of the scores.
    calibration: RwLock<Calibration>,
    /// The change up to which the index knows the catalogue.
    place: AtomicI64,
    loaded: AtomicBool,
    wake: Notify,
    /// Held by whoever brings the index up to date: one at a time.
    turn: Mutex<()>,
    flagged: broadcast::Sender<Uuid>,
}

impl Inner {
    fn catalogue(&self) -> &RwLock<Catalogue> {
        let places = || self.places.iter().map(String::as_str);
        self.catalogue
            .get_or_init(|| RwLock::new(Catalogue::new(places())))
    }
}

impl Live {
    /// An empty index. `places` are set aside as no evidence; an encoder adds what texts mean as a whole.
    #[must_use]
    pub fn new(places: Vec<String>, encoder: Option<Arc<Encoder>>) -> Self {
        let (flagged, _) = broadcast::channel(FLAGGED_KEPT);
        Self {
            inner: Arc::new(Inner {
                catalogue: OnceLock::new(),
                places,
                encoder,
                calibration: RwLock::default(),
                place: AtomicI64::new(0),
                loaded: AtomicBool::new(false),
                wake: Notify::new(),
                turn: Mutex::new(()),
                flagged,
            }),
        }
    }

    /// Reads the whole catalogue into the index and looks for overlaps where that was
    /// not done yet. Checks can be answered from the first batch on, but may miss what
    /// is not read yet; [`Live::is_loaded`] tells.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(&self, db: &Database, progress: Arc<dyn Progress + Send + Sync>) -> ApiResult<()> {
        let _turn = self.inner.turn.lock().await;
        self.recalibrate(db).await?;
        let settled = store::catalogue::state(db.read()).await?;
        let unsettled = settled.change_seq - settled.settled_seq;
        let anew = settled.settled_model.as_deref() != Some(Catalogue::MODEL_VERSION)
            || unsettled > FEW.max(settled.change_seq / 4);
        loop {
            let parts = self.read_on(db, self.len().await?).await?;
            if parts.is_empty() {
                break;
            }
            for part in parts {
                progress.advance(part.ids.len());
                // Overlaps of what changed since the last look; the first look and one at very much are one scan, below.
                if !anew && part.last > settled.settled_seq {
                    self.settle_changed(db, part.ids).await?;
                }
            }
        }
        if anew {
            self.settle_all(db).await?;
        }
        self.inner.loaded.store(true, Ordering::Release);
        Ok(())
    }

    /// Whether the whole catalogue is in the index.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.inner.loaded.load(Ordering::Acquire)
    }

    /// Brings the index up to date and stores what it finds. Returns how many projects had changed.
    ///
    /// # Errors
    /// When the database fails; the next call goes on where this one stopped.
    pub async fn catch_up(&self, db: &Database) -> ApiResult<usize> {
        let _turn = self.inner.turn.lock().await;
        self.recalibrate(db).await?;
        let mut total = 0;
        loop {
            let Some(part) = self.read_on(db, 1).await?.pop() else {
                return Ok(total);
            };
            total += part.ids.len();
            self.settle_changed(db, part.ids).await?;
        }
    }

    /// Keeps the index up to date until it is told to stop by dropping the future.
    pub async fn follow(&self, db: Database) {
        loop {
            if let Err(error) = self.catch_up(&db).await {
                tracing::error!(
                    ?error,
                    "the index could not be brought up to date; it tries again"
                );
            }
            tokio::select! {
                () = self.inner.wake.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Says that a change was committed.
    pub fn wake(&self) {
        self.inner.wake.notify_one();
    }

    /// The change up to which the index knows the catalogue.
    #[must_use]
    pub fn place(&self) -> i64 {
        self.inner.place.load(Ordering::Acquire)
    }

    /// Hears of new findings, by their ids.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Uuid> {
        self.inner.flagged.subscribe()
    }

    /// What decisions say of the scores, as accepted by now.
    #[must_use]
    pub fn calibration(&self) -> Calibration {
        let current = &self.inner.calibration;
        current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn recalibrate(&self, db: &Database) -> ApiResult<()> {
        let current = Calibration::read(db).await?;
        let mut known = self
            .inner
            .calibration
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *known = current;
        Ok(())
    }

    /// What overlaps a draft. Runs beside the requests, not in their threads.
    ///
    /// # Errors
    /// Only when the server is going down.
    pub async fn search(&self, draft: Record, options: SearchOptions) -> ApiResult<SearchOutcome> {
        let encoder = self.inner.encoder.clone();
        let work = move |catalogue: &Catalogue| {
            let mut draft = draft;
            if let Some(encoder) = encoder {
                meaning::encode(&encoder, &mut [&mut draft], &Silent)?;
            }
            Ok(catalogue.search(&draft, &options))
        };
        self.with(work).await?
    }

    /// How many projects the index has.
    ///
    /// # Errors
    /// Only when the server is going down.
    pub async fn len(&self) -> ApiResult<usize> {
        self.with(Catalogue::len).await
    }

    /// Runs something over the index in a thread for long work.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Catalogue) -> T + Send + 'static,
    ) -> ApiResult<T> {
        let inner = Arc::clone(&self.inner);
        work::long(move || work(&inner.catalogue().read().unwrap_or_else(PoisonError::into_inner))).await
    }

    /// Takes the index out, for work of this process alone.
    #[must_use]
    pub fn into_catalogue(self) -> Option<Catalogue> {
        let inner = Arc::into_inner(self.inner)?;
        inner.catalogue();
        let catalogue = inner.catalogue.into_inner()?;
        Some(catalogue.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the whole catalogue into the index and looks for nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(&self, db: &Database) -> ApiResult<Vec<Uuid>> {
        let _turn = self.inner.turn.lock().await;
        let mut all = Vec::new();
        loop {
            let parts = self.read_on(db, self.len().await?).await?;
            if parts.is_empty() {
                return Ok(all);
            }
            all.extend(parts.into_iter().flat_map(|part| part.ids));
        }
    }

    /// Reads at least so many of the next changes into the index, if there are as many. As many as the index has, at once,
    /// cost a small part of what they do one after the other: then it is put in order once.
    async fn read_on(&self, db: &Database, least: usize) -> ApiResult<Vec<Part>> {
        let mut parts: Vec<Part> = Vec::new();
        let (mut gone, mut records) = (HashSet::new(), Vec::new());
        let (mut place, mut count) = (self.place(), 0);
        while parts.is_empty() || count < least {
            let rows = store::project::changed_after(db.read(), place, BATCH).await?;
            let Some(last) = rows.last().map(|row| row.change_seq) else {
                break;
            };
            place = last;
            count += rows.len();
            let ids = rows.iter().map(|row| row.id).collect();
            parts.push(Part { last, ids });
            let (retired, mut read) = record::read(db.read(), rows).await?;
            if let Some(encoder) = &self.inner.encoder {
                read = meaning::fill(db, encoder, read).await?;
            }
            // One that was read before and is retired by now stays out.
            let retired: HashSet<Key> = retired.into_iter().map(|id| Key(id.as_u128())).collect();
            if !retired.is_empty() {
                records.retain(|(key, _)| !retired.contains(key));
            }
            gone.extend(retired);
            records.extend(read);
        }
        if parts.is_empty() {
            return Ok(parts);
        }
        let inner = Arc::clone(&self.inner);
        let written = tokio::task::spawn_blocking(move || {
            let mut catalogue = inner.catalogue().write().unwrap_or_else(PoisonError::into_inner);
            for key in gone {
                catalogue.remove(key);
            }
            catalogue.extend(records, &Silent);
        });
        written.await.map_err(ApiError::internal)?;
        self.inner.place.store(place, Ordering::Release);
        Ok(parts)
    }
}

/// Changes that were read into the index together.
struct Part {
    /// The place of the last of them.
    last: i64,
    /// The projects that they concern.
    ids: Vec<Uuid>,
}

/// Progress that nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn advance(&self, _records: usize) {}
}
