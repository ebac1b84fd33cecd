//! Starting and stopping the server.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpMessage as _, HttpRequest, HttpResponse, HttpServer};
use async_graphql::Executor;
use futures_util::future::BoxFuture;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use super::admission::Doorkeeper;
use super::allowance::Allowances;
use super::health::Readiness;
use super::media::ResponseMedia;
use super::request_id::RequestId;
use super::respond::Failure;
use super::settings::HttpSettings;
use super::{Shared, access, form, graphql, health, page, report, socket};
use crate::graphql::documents::Documents;
use crate::graphql::pricing::Prices;

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    stopping: watch::Sender<bool>,
    settings: HttpSettings,
    serving: JoinHandle<io::Result<()>>,
}

/// Binds and begins to serve `executor` on threads of its own. To be called within a tokio runtime.
///
/// `sdl` is the text at `/schema.graphql`; `readiness` is asked by `/health/ready`, `doorkeeper` who shows a credential.
///
/// # Errors
/// When the address cannot be bound or GraphiQL's files cannot be read.
pub fn serve<E: Executor>(
    executor: E,
    sdl: String,
    readiness: impl Fn() -> BoxFuture<'static, Readiness> + Send + Sync + 'static,
    doorkeeper: Doorkeeper,
    settings: HttpSettings,
) -> io::Result<Running> {
    let (stopping, watched) = watch::channel(false);
    let shared = Data::new(Shared {
        page: page::Page::load(&settings)?,
        executor,
        prices: Prices::of(&sdl),
        documents: Documents::default(),
        allowances: Allowances::new(settings.allowances.clone()),
        sdl,
        settings: settings.clone(),
        readiness: Arc::new(readiness),
        doorkeeper,
        stopping: watched,
        sockets: AtomicUsize::new(0),
        uploads: Semaphore::new(settings.max_uploads),
    });
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .configure(routes::<E>)
            .default_service(web::to(not_found))
            .wrap(from_fn(access::observe::<E, _>))
            .wrap(Compress::default())
    })
    .disable_signals()
    .shutdown_timeout(settings.shutdown_grace.as_secs());
    if let Some(workers) = settings.workers {
        server = server.workers(workers);
    }
    let server = server
        .bind(settings.bind)
        .map_err(|error| io::Error::new(error.kind(), format!("listening on {}: {error}", settings.bind)))?;
    let address = server.addrs().first().copied().unwrap_or(settings.bind);
    let server = server.run();
    let handle = server.handle();
    Ok(Running {
        address,
        handle,
        stopping,
        settings,
        serving: tokio::spawn(server),
    })
}

fn routes<E: Executor>(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/graphql")
                .route(web::post().to(graphql::post::<E>))
                .route(web::get().to(graphql::get::<E>))
                .default_service(web::to(graphql::other)),
        )
        .service(web::resource("/graphql/ws").route(web::get().to(socket::open::<E>)))
        .service(web::resource("/schema.graphql").route(web::get().to(schema::<E>)))
        .service(web::resource("/health/live").route(web::get().to(health::live)))
        .service(web::resource("/health/ready").route(web::get().to(health::ready::<E>)))
        .service(web::resource("/reports/overlaps/{id}").route(web::get().to(report::overlap::<E>)))
        .service(
            web::resource("/survey/{token}")
                .route(web::get().to(form::show::<E>))
                .route(web::post().to(form::take::<E>)),
        )
        .service(web::resource("/").route(web::get().to(page::index::<E>)))
        .service(web::resource("/graphiql/{file}").route(web::get().to(page::file::<E>)));
}

async fn schema<E: Executor>(http: HttpRequest, shared: Data<Shared<E>>) -> HttpResponse {
    let id = http
        .extensions()
        .get::<RequestId>()
        .cloned()
        .unwrap_or_else(RequestId::fresh);
    let shown = shared.settings.introspection;
    match shared.viewer(&http).await {
        Err(failure) => return failure.render(ResponseMedia::Json, &id),
        Ok(viewer) if !shown.is_for(&viewer) => return shown.refusal().render(ResponseMedia::Json, &id),
        Ok(_) => {}
    }
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(shared.sdl.clone())
}

async fn not_found(request: HttpRequest) -> HttpResponse {
    let id = request
        .extensions()
        .get::<RequestId>()
        .cloned()
        .unwrap_or_else(RequestId::fresh);
    let message = "nothing is served here; GraphQL is at /graphql";
    Failure::new(StatusCode::NOT_FOUND, "NOT_FOUND", message).render(ResponseMedia::Json, &id)
}

impl Running {
    /// The address that it listens on, with the real port where port 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops: readiness turns to no, then no connection is accepted, sockets are closed with 1001, and
    /// requests that have begun are answered, for as long as the settings grant.
    ///
    /// # Errors
    /// When serving had failed before.
    pub async fn stop(self) -> io::Result<()> {
        self.begin_to_stop().await;
        self.ended().await
    }

    /// Serves until SIGTERM or Ctrl-C, then stops as [`Running::stop`] does; a second signal ends it at
    /// once.
    ///
    /// # Errors
    /// When serving fails, signals cannot be listened for, or a second signal cut requests short.
    pub async fn until_signal(self) -> io::Result<()> {
        let mut signals = Signals::listen()?;
        self.until(async || signals.next().await).await
    }

    /// Serves until `signal` comes, then stops, at once if it comes again.
    pub(super) async fn until(mut self, mut signal: impl AsyncFnMut()) -> io::Result<()> {
        tokio::select! {
            ended = &mut self.serving => return flatten(ended),
            () = signal() => tracing::info!("stopping; a second signal stops at once"),
        }
        tokio::select! {
            () = self.begin_to_stop() => {}
            () = signal() => {
                // The server takes no second order while it stops, so it is left to end with the process.
                self.serving.abort();
                let message = "a second signal stopped the server before every request was answered";
                return Err(io::Error::new(io::ErrorKind::Interrupted, message));
            }
        }
        self.ended().await
    }

    async fn begin_to_stop(&self) {
        self.stopping.send_replace(true);
        tokio::time::sleep(self.settings.drain).await;
        self.handle.stop(true).await;
    }

    async fn ended(self) -> io::Result<()> {
        flatten(self.serving.await)
    }
}

fn flatten(ended: Result<io::Result<()>, tokio::task::JoinError>) -> io::Result<()> {
    ended.map_err(io::Error::other)?
}

/// The signals that ask a process to end.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        let terminate = self.terminate.recv();
        #[cfg(not(unix))]
        let terminate = std::future::pending::<Option<()>>();
        tokio::select! {
            _ = terminate => {}
            interrupt = tokio::signal::ctrl_c() => {
                if let Err(error) = interrupt {
                    tracing::warn!(%error, "Ctrl-C cannot be listened for");
                    std::future::pending::<()>().await;
                }
            }
        }
    }
}
