//! `tandem serve`, and the serving part of `tandem demo`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use futures_util::FutureExt as _;
use tokio::task::JoinHandle;

use super::{ExitStatus, database};
use crate::audit::{Origin, on_behalf};
use crate::config::{ServeArgs, ServerArgs};
use crate::form;
use crate::graphql::guarded::Guarded;
use crate::graphql::{self, examples};
use crate::http::{self, Doorkeeper, Part, Readiness, TrustedDocuments};
use crate::live::Silent;
use crate::metrics;
use crate::service::privacy::retention;
use crate::service::{App, import_job, measure};
use crate::{store, traces};

/// Serves until a signal says stop.
///
/// # Errors
/// When the database cannot be used or the address cannot be bound.
pub fn run(args: &ServeArgs) -> anyhow::Result<ExitStatus> {
    database::run("serve", async {
        let database = database::connect(&args.database).await?;
        if args.no_migrate && !database.is_current().await? {
            bail!(
                "the database's tables are not up to date: run `tandem migrate`, or leave out --no-migrate"
            );
        }
        let encoder = database::load_encoder(&args.encoder)?.map(Arc::new);
        let app = App::open(database, encoder).await.map_err(database::cause)?;
        serve(app, &args.server).await
    })
}

/// Serves until a signal says stop. The index is read and kept up to date beside the requests.
pub(super) async fn serve(app: App, args: &ServerArgs) -> anyhow::Result<ExitStatus> {
    let schema = Guarded::over(&app);
    let probed = app.clone();
    let readiness = move || {
        let app = probed.clone();
        async move { readiness(&app).await }.boxed()
    };
    let tokens = args.oidc.tokens()?.map(Arc::new);
    if let Some(tokens) = tokens.clone() {
        tokio::spawn(async move { tokens.prepare().await });
    }
    let asked = app.clone();
    let doorkeeper: Doorkeeper = Arc::new(move |credential| {
        let (app, tokens) = (asked.clone(), tokens.clone());
        async move { app.doors.viewer(&app.db, tokens.as_deref(), &credential).await }.boxed()
    });
    let settings = args.http_settings(&examples::EXAMPLES);
    let documents = args.safety.documents(&settings.limits)?;
    if let Some(trusted) = &documents.trusted {
        understood(trusted).await?;
    }
    let settings = http::HttpSettings {
        forms: Some(form::forms(app.clone())),
        documents,
        ..settings
    };
    if !args.bind.ip().is_loopback() {
        open_to_others(&app, args.bind).await?;
    }
    // Before the first request, so that its span is taken too.
    let sending = args.traces.clone().map(traces::follow);
    let running = http::serve(schema, graphql::sdl(), readiness, doorkeeper, settings)
        .context("starting the server")?;
    let address = running.address();
    say(&format!(
        "Tandem listens on http://{address}\n  GraphiQL, with {} example queries: http://{address}/\n  \
         GraphQL: http://{address}/graphql   Stop with Ctrl-C.",
        examples::EXAMPLES.len()
    ));
    let exposed = args.metrics_bind.map(|bind| expose(&app, bind)).transpose()?;
    let sending = sending.map(tokio::spawn);
    let tasks = beside(&app, args).into_iter().chain(exposed).chain(sending);
    let stopped = running.until_signal().await;
    // Whatever they were at is undone with its transaction and done at the next start.
    for task in tasks {
        task.abort();
        drop(task.await);
    }
    app.db.close().await.context("closing the database")?;
    stopped.context("stopping the server")?;
    Ok(ExitStatus::Done)
}

/// Begins what a server does beside its requests.
fn beside(app: &App, args: &ServerArgs) -> Vec<JoinHandle<()>> {
    let followed = app.clone();
    let following = async move {
        // Lists are ready first: they take a small part of the time that the index takes.
        if let Err(error) = followed.listing.catch_up(&followed.db).await {
            tracing::error!(
                ?error,
                "lists could not be made ready; the first to ask for one waits"
            );
        }
        if !followed.live.is_loaded()
            && let Err(error) = followed.live.load(&followed.db, Arc::new(Silent)).await
        {
            tracing::error!(
                ?error,
                "the catalogue could not be read at once; it is read bit by bit"
            );
        }
        followed.live.follow(followed.db.clone()).await;
    };
    let named = app.clone();
    let importing = import_job::work(app.clone());
    let forgetting = retention::follow(app.clone(), args.retention.retention());
    vec![
        tokio::spawn(on_behalf(Origin::server("findOverlaps").deriving(), following)),
        tokio::spawn(async move { named.directory.follow(named.db.clone()).await }),
        tokio::spawn(on_behalf(Origin::server("import"), importing)),
        tokio::spawn(on_behalf(Origin::server("retention"), forgetting)),
    ]
}

/// Tells what is measured on an address of its own, and the person at the terminal where that is.
fn expose(app: &App, bind: SocketAddr) -> anyhow::Result<JoinHandle<()>> {
    let measured = app.clone();
    let refresh: http::Refresh = Arc::new(move || {
        let app = measured.clone();
        async move {
            if let Some(metrics) = metrics::get() {
                measure::refresh(&app, metrics).await;
            }
        }
        .boxed()
    });
    let (address, serving) = http::expose(bind, refresh).context("telling what is measured")?;
    say(&format!("  Metrics: http://{address}/metrics"));
    Ok(tokio::spawn(async move {
        if let Err(error) = serving.await {
            tracing::error!(%error, "what is measured is told no more");
        }
    }))
}

/// A document that the schema does not understand would be a client's first surprise: it keeps the server from starting.
async fn understood(trusted: &TrustedDocuments) -> anyhow::Result<()> {
    let mistakes = graphql::validity::mistakes(&trusted.texts()).await;
    if mistakes.is_empty() {
        return Ok(());
    }
    bail!(
        "the schema does not understand these trusted documents:\n  {}",
        mistakes.join("\n  ")
    )
}

/// A server that other machines reach must have somebody who can put things right: without an administrator nobody could
/// even take a role back.
async fn open_to_others(app: &App, bind: SocketAddr) -> anyhow::Result<()> {
    if !store::account::has_administrator(app.db.read()).await? {
        bail!(
            "{bind} can be reached from other machines, and nobody may administer this server yet: make an \
             administrator first, with `tandem key create --name NAME --role administrator`, or use a loopback \
             address such as 127.0.0.1:{}",
            bind.port()
        );
    }
    tracing::warn!(
        "the server speaks plain HTTP and can be reached from other machines: put a proxy with TLS in front of it"
    );
    Ok(())
}

async fn readiness(app: &App) -> Readiness {
    let database = match store::catalogue::state(app.db.read()).await {
        Ok(_) => true,
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            false
        }
    };
    Readiness {
        parts: vec![
            Part {
                name: "database",
                ready: database,
            },
            Part {
                name: "index",
                ready: app.live.is_loaded(),
            },
        ],
    }
}

/// Tells the person at the terminal; scripts read the address here too.
pub(super) fn say(text: &str) {
    // Whoever closed standard output does not want to hear.
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{text}").and_then(|()| out.flush()));
}
