//! What Tandem does: load, decide, save. One file a noun.

pub mod account;
pub mod audit;
pub mod backup;
pub mod bid;
pub mod board;
pub mod calibration;
pub mod cluster;
pub mod cofunding;
pub mod demonstration;
pub mod directory;
pub mod doctor;
pub mod evidence;
pub mod export;
pub mod facet;
pub mod freshness;
pub mod funding;
pub mod group;
pub mod import;
pub mod import_job;
pub mod interest;
pub mod kept;
pub mod listing;
pub mod meaning;
pub mod measure;
pub mod merge;
pub mod organisation;
pub mod overlap;
pub mod partner;
pub mod portfolio;
pub mod privacy;
pub mod project;
pub mod quality;
pub mod reference;
pub mod report;
pub mod retry;
pub mod review;
pub mod summary;
pub mod survey;
pub mod vocabulary;

use std::sync::Arc;

use matching::Encoder;
use sha2::{Digest, Sha256};

use crate::error::ApiResult;
use crate::live::Live;
use crate::store::Database;
use directory::Directory;

/// Everything that a use case needs: the database, the index, the names.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub db: Database,
    /// The index of this process.
    pub live: Live,
    /// Rows that many answers show.
    pub kept: Arc<kept::Kept>,
    /// What lists are searched in.
    pub listing: listing::Listing,
    /// Who is meant by a name.
    pub directory: Arc<Directory>,
    /// Partner suggestions, kept while the catalogue stands still.
    pub partners: Arc<partner::Cache>,
    /// Who is who.
    pub doors: Arc<account::Doors>,
    /// The texts of the funding calls, kept while none changes.
    pub calls: Arc<cofunding::Cache>,
    /// The imports that this process is to work through.
    pub imports: Arc<import_job::Queue>,
}

impl App {
    /// Migrates the database, loads the reference data on the first start and the names on every one.
    /// The index is empty until [`Live::load`]. With an encoder, texts are compared by their vectors too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(db: Database, encoder: Option<Arc<Encoder>>) -> ApiResult<Self> {
        db.migrate().await?;
        reference::load(&db).await?;
        let directory = Arc::new(Directory::load(&db).await?);
        Ok(Self {
            db,
            live: Live::new(reference::places()?, encoder),
            kept: Arc::default(),
            listing: listing::Listing::default(),
            directory,
            partners: Arc::default(),
            doors: Arc::default(),
            calls: Arc::default(),
            imports: Arc::default(),
        })
    }
}

/// A hash of a text, to know it again.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
