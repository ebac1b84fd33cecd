//! Sentence vectors: each record's text encoded once, kept with the encoder's version, and used again.

use std::collections::HashMap;
use std::sync::Arc;

use entity::project_meaning::Model;
use matching::{Encoder, Key, Meaning, Progress, Record};
use uuid::Uuid;

use super::fingerprint;
use crate::error::{ApiError, ApiResult};
use crate::store::{self, Database};

/// So many texts go through the encoder before progress is told.
const BATCH: usize = 64;

/// What the encoder reads of a record: everything that tells what it is about.
#[must_use]
pub fn text(record: &Record) -> String {
    let mut text = format!("{}. {}", record.title.trim_end_matches('.'), record.summary);
    if !record.technologies.is_empty() {
        text.push(' ');
        text.push_str(&record.technologies.join(", "));
    }
    text
}

/// Encodes records in place.
///
/// # Errors
/// When the encoder fails.
pub fn encode(encoder: &Encoder, records: &mut [&mut Record], progress: &dyn Progress) -> anyhow::Result<()> {
    for batch in records.chunks_mut(BATCH) {
        let texts: Vec<String> = batch.iter().map(|record| text(record)).collect();
        for (record, vector) in batch.iter_mut().zip(encoder.encode(&texts)?) {
            record.meaning = Some(Meaning::new(&vector));
        }
        progress.advance(batch.len());
    }
    Ok(())
}

/// Gives records of the catalogue their vectors: those kept are used, the others are made and kept.
///
/// # Errors
/// When the encoder or the database fails.
pub async fn fill(
    db: &Database,
    encoder: &Arc<Encoder>,
    records: Vec<(Key, Record)>,
) -> ApiResult<Vec<(Key, Record)>> {
    let ids: Vec<Uuid> = records.iter().map(|(key, _)| Uuid::from_u128(key.0)).collect();
    let kept = store::meaning::of(db.read(), encoder.version(), &ids).await?;
    let kept: HashMap<Uuid, Model> = kept.into_iter().map(|row| (row.project_id, row)).collect();
    let encoder = Arc::clone(encoder);
    let work = tokio::task::spawn_blocking(move || complete(&encoder, records, &kept));
    let (records, fresh) = work.await.map_err(ApiError::internal)??;
    if !fresh.is_empty() {
        let txn = db.begin().await?;
        store::meaning::keep(&txn, fresh).await?;
        txn.commit().await?;
    }
    Ok(records)
}

/// Records with the keys they are indexed by.
type Keyed = Vec<(Key, Record)>;

/// The records with their vectors, and the vectors that were not kept yet.
fn complete(
    encoder: &Encoder,
    mut records: Keyed,
    kept: &HashMap<Uuid, Model>,
) -> anyhow::Result<(Keyed, Vec<Model>)> {
    let mut fresh = Vec::new();
    let mut unknown: Vec<(Uuid, String, &mut Record, String)> = Vec::new();
    for (key, record) in &mut records {
        let id = Uuid::from_u128(key.0);
        let text = text(record);
        let text_hash = fingerprint(&text);
        match kept.get(&id).filter(|row| row.text_hash == text_hash) {
            Some(row) => record.meaning = Some(Meaning::new(&numbers(&row.vector))),
            None => unknown.push((id, text_hash, record, text)),
        }
    }
    for batch in unknown.chunks_mut(BATCH) {
        let texts: Vec<String> = batch.iter().map(|(_, _, _, text)| text.clone()).collect();
        for ((id, text_hash, record, _), vector) in batch.iter_mut().zip(encoder.encode(&texts)?) {
            record.meaning = Some(Meaning::new(&vector));
            fresh.push(Model {
                project_id: *id,
                model: encoder.version().to_owned(),
                text_hash: text_hash.clone(),
                vector: vector.iter().flat_map(|number| number.to_le_bytes()).collect(),
            });
        }
    }
    Ok((records, fresh))
}

fn numbers(bytes: &[u8]) -> Vec<f32> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|four| f32::from_le_bytes(*four))
        .collect()
}
