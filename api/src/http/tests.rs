//! The HTTP front over real sockets, with a schema made for the purpose.

mod allowances;
mod audit;
mod browser;
mod documents;
mod over_http;
mod over_socket;
mod schema;
mod stopping;
mod strangers;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Doorkeeper;
use super::{HttpSettings, Part, Readiness, Running, SocketSettings, serve};
use crate::access::Viewer;
use crate::access::credential::{Credential, NotLetIn};
use crate::graphql::limits::Limits;
use crate::service::fingerprint;

const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// A server with small bounds, so that tests reach them quickly.
fn settings() -> HttpSettings {
    HttpSettings {
        bind: ([127, 0, 0, 1], 0).into(),
        workers: Some(1),
        body_limit_bytes: 64 << 10,
        request_timeout: Duration::from_millis(400),
        examples: &[("First", "query First { hello }")],
        allowed_origins: vec!["https://partner.example".parse().unwrap()],
        limits: Limits::default(),
        socket: SocketSettings {
            init_timeout: Duration::from_millis(300),
            ping_interval: Duration::from_millis(500),
            max_operations: 3,
            max_message_bytes: 16 << 10,
            max_sockets: 4,
            ..SocketSettings::default()
        },
        shutdown_grace: Duration::from_secs(5),
        ..HttpSettings::default()
    }
}

/// Lets one key in, as one who may only read.
fn doorkeeper() -> Doorkeeper {
    Arc::new(|credential| {
        async move {
            match credential {
                Credential::Key(hash) if hash == fingerprint("tandem_good") => {
                    Ok(Viewer::known(Uuid::nil(), "Ada", Vec::new()))
                }
                Credential::Key(_) => Err(NotLetIn::Refused("this key lets nobody in")),
                Credential::Token(_) => Err(NotLetIn::Unavailable),
            }
        }
        .boxed()
    })
}

fn start_with(settings: HttpSettings) -> Running {
    let ready = || {
        async {
            Readiness {
                parts: vec![Part {
                    name: "database",
                    ready: true,
                }],
            }
        }
        .boxed()
    };
    serve(
        schema::schema(),
        "type Query { hello: String! }".into(),
        ready,
        doorkeeper(),
        settings,
    )
    .unwrap()
}

fn start() -> Running {
    start_with(settings())
}

fn url(server: &Running, path: &str) -> String {
    format!("http://{}{path}", server.address())
}

/// Posts a request body and gives the status, the content type and the body back.
async fn post(server: &Running, accept: &str, body: Value) -> (u16, String, Value) {
    let request = reqwest::Client::new()
        .post(url(server, "/graphql"))
        .header("accept", accept)
        .json(&body);
    let response = request.send().await.unwrap();
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (
        response.status().as_u16(),
        content_type,
        response.json().await.unwrap(),
    )
}

async fn query(server: &Running, query: &str) -> (u16, Value) {
    let (status, _, body) = post(server, GRAPHQL_RESPONSE, json!({"query": query})).await;
    (status, body)
}

fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_default()
}
