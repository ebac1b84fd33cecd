//! `/metrics`, on an address of its own: it is for whoever runs the server, and nobody else.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use futures_util::future::BoxFuture;

use crate::metrics;

/// Brings up to date what is read only when it is asked for.
pub type Refresh = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// Serves the measures at `/metrics` until the future is dropped. Returns the address, with the real port where port 0 was
/// asked for.
///
/// # Errors
/// When the address cannot be bound.
pub fn expose(
    bind: SocketAddr,
    refresh: Refresh,
) -> io::Result<(SocketAddr, impl Future<Output = io::Result<()>> + Send)> {
    let refresh = Data::from(Arc::new(refresh));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(refresh.clone())
            .route("/metrics", web::get().to(told))
    })
    .workers(1)
    .disable_signals()
    .bind(bind)
    .map_err(|error| io::Error::new(error.kind(), format!("listening on {bind}: {error}")))?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    Ok((address, server.run()))
}

async fn told(refresh: Data<Refresh>) -> HttpResponse {
    let Some(metrics) = metrics::get() else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    (refresh)().await;
    match metrics.text() {
        Ok(text) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, metrics::MEDIA_TYPE))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(text),
        Err(error) => {
            tracing::error!(%error, "the measures could not be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}
