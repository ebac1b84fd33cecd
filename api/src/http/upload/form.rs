//! A multipart body, part by part, within bounds.

use std::convert::Infallible;
use std::future::pending;
use std::io;

use actix_web::http::StatusCode;
use actix_web::web::Payload;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use multer::{Field, Multipart};
use tokio::sync::mpsc;

use crate::http::respond::Failure;
use crate::http::settings::HttpSettings;

/// So many pieces of the body may wait to be looked at.
const PIECES_AHEAD: usize = 4;

/// What a form holds beside its parts: boundaries and headers.
const ROOM_FOR_HEADERS: usize = 64 << 10;

/// A multipart body.
pub(super) struct Form {
    parts: Multipart<'static>,
    total_limit: usize,
}

/// One part of it, whose content was not read yet.
pub(super) struct Part(Field<'static>);

impl Part {
    pub(super) fn name(&self) -> &str {
        self.0.name().unwrap_or_default()
    }

    pub(super) fn file_name(&self) -> Option<&str> {
        self.0.file_name()
    }
}

/// Reads a body with `work`. The reader of forms wants a body that can move between threads, which that of a request
/// cannot: its pieces are handed over.
pub(super) async fn with<T>(
    mut payload: Payload,
    boundary: String,
    settings: &HttpSettings,
    work: impl AsyncFnOnce(&mut Form) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let total_limit = settings
        .upload_limit_bytes
        .saturating_add(settings.body_limit_bytes)
        .saturating_add(ROOM_FOR_HEADERS);
    let (send, receive) = mpsc::channel::<io::Result<Bytes>>(PIECES_AHEAD);
    let pieces = stream::unfold(receive, async |mut receive| {
        receive.recv().await.map(|piece| (piece, receive))
    });
    let mut form = Form {
        parts: Multipart::new(pieces, boundary),
        total_limit,
    };
    let hand_over = async move {
        let mut total = 0_usize;
        while let Some(piece) = payload.next().await {
            let piece = piece.map_err(io::Error::other).and_then(|piece| {
                total = total.saturating_add(piece.len());
                match total > total_limit {
                    true => Err(io::ErrorKind::FileTooLarge.into()),
                    false => Ok(piece),
                }
            });
            let last = piece.is_err();
            if send.send(piece).await.is_err() || last {
                break;
            }
        }
        drop(send);
        pending::<Infallible>().await
    };
    tokio::select! {
        done = work(&mut form) => done,
        never = hand_over => match never {},
    }
}

impl Form {
    /// The next part; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Part>, Failure> {
        let next = self.parts.next_field().await;
        Ok(next.map_err(|error| self.broken(&error))?.map(Part))
    }

    /// The content of a part, never holding more than `limit` bytes of it.
    pub(super) async fn read(&mut self, part: Part, limit: usize) -> Result<Bytes, Failure> {
        let Part(mut field) = part;
        let mut content = BytesMut::new();
        while let Some(piece) = field.chunk().await.map_err(|error| self.broken(&error))? {
            if content.len().saturating_add(piece.len()) > limit {
                let name: String = field.name().unwrap_or_default().chars().take(60).collect();
                let message = format!("the part “{name}” is longer than {limit} bytes");
                return Err(too_long(message));
            }
            content.extend_from_slice(&piece);
        }
        Ok(content.freeze())
    }

    fn broken(&self, error: &multer::Error) -> Failure {
        if let multer::Error::StreamReadFailed(cause) = error
            && let Some(cause) = cause.downcast_ref::<io::Error>()
        {
            return match cause.kind() {
                io::ErrorKind::FileTooLarge => {
                    too_long(format!("the body is longer than {} bytes", self.total_limit))
                }
                _ => Failure::bad_request("the body broke off"),
            };
        }
        Failure::bad_request(format!("the form with files is malformed: {error}"))
    }
}

fn too_long(message: String) -> Failure {
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED", message)
}
