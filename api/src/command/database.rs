//! The database and the application over it, as commands open them.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use matching::{Encoder, Key, Progress as _};
use tokio::runtime::Runtime;

use super::check::Standing;
use crate::audit::{Origin, on_behalf};
use crate::config::{DatabaseArgs, EncoderArgs};
use crate::error::ApiError;
use crate::graphql::id::{Kind, encode};
use crate::live::Live;
use crate::progress::Progress;
use crate::service::{App, reference};
use crate::store::Database;

/// What asynchronous commands run in.
pub(super) fn runtime() -> anyhow::Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().build().context("starting the runtime")
}

/// Runs the work of a command, in whose name the audit log has what it changes.
pub(super) fn run<T>(operation: &str, work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    runtime()?.block_on(on_behalf(Origin::command(operation), work))
}

/// Opens the database without changing it.
pub(super) async fn connect(args: &DatabaseArgs) -> anyhow::Result<Database> {
    args.database_url.backend()?;
    let connections = u32::try_from(args.database_connections).unwrap_or(u32::MAX);
    let database = Database::connect(args.database_url.expose(), connections, args.database_timeout).await;
    database.with_context(|| format!("opening the database {}", args.database_url))
}

/// Opens the database, brings it up to date and loads the reference data.
pub(super) async fn open(args: &DatabaseArgs, encoder: &EncoderArgs) -> anyhow::Result<App> {
    let encoder = load_encoder(encoder)?.map(Arc::new);
    let database = connect(args).await?;
    App::open(database, encoder).await.map_err(cause)
}

/// Reads the catalogue into the index and looks for overlaps, with progress.
pub(super) async fn index(app: &App) -> anyhow::Result<()> {
    let progress = Arc::new(Progress::new("reading the catalogue", 0));
    progress.advance(0);
    app.live.load(&app.db, progress).await.map_err(cause)
}

/// The sentence encoder, where one is named.
pub(super) fn load_encoder(args: &EncoderArgs) -> anyhow::Result<Option<Encoder>> {
    let load = |folder: &PathBuf| {
        Encoder::load(folder).with_context(|| format!("loading the sentence encoder in {}", folder.display()))
    };
    args.encoder.as_ref().map(load).transpose()
}

/// A service's failure as one for the terminal of whoever runs the server.
pub(super) fn cause(error: ApiError) -> anyhow::Error {
    match error {
        ApiError::Internal(cause) => anyhow!("{cause:#}"),
        ApiError::BadInput(mistakes) => {
            let texts: Vec<String> = mistakes
                .iter()
                .map(|mistake| format!("{}: {}", mistake.path.join("."), mistake.message))
                .collect();
            anyhow!("{}", texts.join("; "))
        }
        ApiError::Unauthenticated(what)
        | ApiError::Forbidden(what)
        | ApiError::NotFound(what)
        | ApiError::Conflict(what)
        | ApiError::Limit(what) => anyhow!(what),
    }
}

/// The projects of the database, for a check of drafts. Nothing in it is changed.
pub(super) fn standing(args: &DatabaseArgs, encoder: &EncoderArgs) -> anyhow::Result<Standing> {
    let encoder = load_encoder(encoder)?.map(Arc::new);
    runtime()?.block_on(async {
        let database = connect(args).await?;
        if !database.is_current().await? {
            bail!(
                "{} holds no catalogue of this version: run `tandem migrate`, or name a file",
                args.database_url
            );
        }
        let live = Live::new(reference::places().map_err(cause)?, encoder);
        let ids = live.read(&database).await.map_err(cause)?;
        database.close().await?;
        let ids = ids
            .into_iter()
            .map(|id| (Key(id.as_u128()), encode(Kind::Project, id).to_string()))
            .collect();
        let catalogue = live.into_catalogue().context("the index is still in use")?;
        Ok(Standing { catalogue, ids })
    })
}
