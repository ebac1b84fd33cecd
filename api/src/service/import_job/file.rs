//! Files that wait in the database, and reading them beside other work.

use std::io::Cursor;

use bytes::Bytes;
use sea_orm::ConnectionTrait;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::BATCH;
use crate::error::{ApiError, ApiResult};
use crate::exchange::projects::{self, ReadError, ReadOptions, Reading, Row};
use crate::store;

/// So long is a piece of a file: no statement carries more.
const PIECE_BYTES: usize = 1 << 20;

/// Keeps a file in the database, piece by piece.
pub(super) async fn keep(db: &impl ConnectionTrait, job: Uuid, bytes: &Bytes) -> ApiResult<()> {
    for (place, piece) in (0..).zip(bytes.chunks(PIECE_BYTES)) {
        store::import::keep_piece(db, job, place, piece.to_vec()).await?;
    }
    Ok(())
}

/// A file that was kept.
pub(super) async fn fetch(db: &impl ConnectionTrait, job: Uuid) -> ApiResult<Bytes> {
    let mut bytes = Vec::new();
    let mut place = 0;
    while let Some(piece) = store::import::piece(db, job, place).await? {
        bytes.extend_from_slice(&piece);
        place += 1;
    }
    Ok(bytes.into())
}

/// What a file's content is known by.
pub(super) fn hash(bytes: &Bytes) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Opens a file in memory. Finding out its layout is work for a processor, so it is done beside other requests.
pub(super) async fn open(
    bytes: Bytes,
    name: String,
    options: ReadOptions,
) -> ApiResult<Result<Reading, ReadError>> {
    let opening = move || projects::read(Box::new(Cursor::new(bytes)), &name, &options);
    tokio::task::spawn_blocking(opening)
        .await
        .map_err(ApiError::internal)
}

/// The next rows of a file, none at its end; and the file to go on with.
pub(super) async fn next(mut reading: Reading) -> ApiResult<(Reading, Result<Vec<Row>, ReadError>)> {
    let read = move || {
        let rows = reading.by_ref().take(BATCH).collect();
        (reading, rows)
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(ApiError::internal)
}
