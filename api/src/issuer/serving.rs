//! The issuer's few addresses: what it is, its key, and a token for whoever somebody says to be.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::http::Uri;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST};
use actix_web::web::{self, Data, Form, FormConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Signer;
use crate::access::loopback;
use crate::clock;

/// The longest form that is read, in bytes.
const LONGEST_FORM: usize = 8 << 10;

/// The longest that a token is valid, in minutes.
const MOST_MINUTES: u32 = 24 * 60;

/// How long a token is valid unless somebody says otherwise, in minutes.
const MINUTES: u32 = 60;

const PAGE: &str = include_str!("page.html");
const TOKEN_PAGE: &str = include_str!("token.html");

/// The pages need nothing but their own style, and send their form nowhere else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

struct Shared {
    address: String,
    audience: String,
    signer: Signer,
}

/// Whom a token is to speak of.
#[derive(Debug, Deserialize)]
struct Wanted {
    subject: String,
    name: Option<String>,
    email: Option<String>,
    audience: Option<String>,
    minutes: Option<u32>,
}

/// Binds an address of this machine and begins to serve.
///
/// # Errors
/// When the address can be reached from elsewhere or cannot be bound.
pub fn serve(bind: SocketAddr, audience: &str, signer: Signer) -> io::Result<(String, Server)> {
    if !bind.ip().is_loopback() {
        let message = "whoever reaches this issuer is whoever they say: it listens on loopback only";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let listener = std::net::TcpListener::bind(bind)
        .map_err(|error| io::Error::new(error.kind(), format!("listening on {bind}: {error}")))?;
    let address = format!("http://{}", listener.local_addr()?);
    let shared = Arc::new(Shared {
        address: address.clone(),
        audience: audience.to_owned(),
        signer,
    });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::from(shared.clone()))
            .app_data(FormConfig::default().limit(LONGEST_FORM))
            .route("/", web::get().to(page))
            .route("/.well-known/openid-configuration", web::get().to(discovery))
            .route("/jwks.json", web::get().to(key_set))
            .route("/token", web::post().to(token))
    })
    .workers(1)
    .listen(listener)?
    .run();
    Ok((address, server))
}

/// A site could point its own name at this machine and have a visitor's browser fetch a token for it.
fn is_called_properly(http: &HttpRequest) -> bool {
    let host = http.headers().get(HOST).and_then(|value| value.to_str().ok());
    host.and_then(|host| format!("http://{host}").parse::<Uri>().ok())
        .and_then(|uri| uri.host().map(str::to_ascii_lowercase))
        .is_some_and(|host| loopback::is_name(&host))
}

fn misdirected() -> HttpResponse {
    refused("this issuer is reached under a loopback name only")
}

fn refused(why: &str) -> HttpResponse {
    HttpResponse::BadRequest()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "error": "invalid_request", "error_description": why }))
}

fn html(text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(text)
}

fn told(value: &Value) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(value)
}

async fn page(http: HttpRequest) -> HttpResponse {
    match is_called_properly(&http) {
        true => html(PAGE.to_owned()),
        false => misdirected(),
    }
}

async fn discovery(http: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    if !is_called_properly(&http) {
        return misdirected();
    }
    let address = &shared.address;
    told(&json!({
        "issuer": address,
        "jwks_uri": format!("{address}/jwks.json"),
        "token_endpoint": format!("{address}/token"),
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn key_set(http: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    match is_called_properly(&http) {
        true => told(&shared.signer.key_set()),
        false => misdirected(),
    }
}

async fn token(http: HttpRequest, Form(wanted): Form<Wanted>, shared: Data<Shared>) -> HttpResponse {
    if !is_called_properly(&http) {
        return misdirected();
    }
    let minutes = wanted.minutes.unwrap_or(MINUTES);
    let claims = match claims(&shared, wanted, minutes) {
        Ok(claims) => claims,
        Err(why) => return refused(why),
    };
    let token = shared.signer.token(&claims);
    let accept = http.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        // A token has letters, digits, dots, lines and underscores only.
        return html(TOKEN_PAGE.replace("{token}", &token));
    }
    told(&json!({ "access_token": token, "token_type": "Bearer", "expires_in": u64::from(minutes) * 60 }))
}

fn claims(shared: &Shared, wanted: Wanted, minutes: u32) -> Result<Value, &'static str> {
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    if wanted.subject.trim().is_empty() {
        return Err("say who the token is to speak of: subject=…");
    }
    if !(1..=MOST_MINUTES).contains(&minutes) {
        return Err("a token is valid for 1 to 1440 minutes");
    }
    let now = clock::now().timestamp();
    let mut claims = json!({
        "iss": shared.address,
        "sub": wanted.subject.trim(),
        "aud": given(wanted.audience).unwrap_or_else(|| shared.audience.clone()),
        "iat": now,
        "exp": now.saturating_add(i64::from(minutes) * 60),
    });
    if let (Some(members), Some(name)) = (claims.as_object_mut(), given(wanted.name)) {
        members.insert("name".to_owned(), name.into());
    }
    if let (Some(members), Some(email)) = (claims.as_object_mut(), given(wanted.email)) {
        members.insert("email".to_owned(), email.into());
        members.insert("email_verified".to_owned(), true.into());
    }
    Ok(claims)
}
