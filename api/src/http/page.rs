//! `/`: GraphiQL for browsers.
//!
//! GraphiQL and React are not part of this repository. They come from a directory that `script/graphiql`
//! fills from the package registry, or else from a CDN, by exact version and checked against the digests
//! below. Where neither is there, the page's own script offers a plain editor in their place.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, VARY};
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::Executor;
use serde_json::json;

use super::{HttpSettings, Shared};

/// A file of GraphiQL: its name in the directory, its path at the CDN, its digest.
struct Asset {
    file: &'static str,
    cdn_path: &'static str,
    integrity: &'static str,
}

const CDN: &str = "https://unpkg.com";

/// In the order in which they must be loaded.
const ASSETS: [Asset; 4] = [
    Asset {
        file: "graphiql.min.css",
        cdn_path: "graphiql@4.1.2/graphiql.min.css",
        integrity: "sha384-1el1QShFBnnXTx9x/Cprg82hZWKt0ry29OAYIXt05swbi0KcZDFoj0CWguMpopJr",
    },
    Asset {
        file: "react.production.min.js",
        cdn_path: "react@18.3.1/umd/react.production.min.js",
        integrity: "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
    },
    Asset {
        file: "react-dom.production.min.js",
        cdn_path: "react-dom@18.3.1/umd/react-dom.production.min.js",
        integrity: "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
    },
    Asset {
        file: "graphiql.min.js",
        cdn_path: "graphiql@4.1.2/graphiql.min.js",
        integrity: "sha384-9XdHu7ajgGJziD4J1zNBKQ842Q/+zZfDv+ib1eMhZWBH6hPAs806x+Jbcf0yNO6B",
    },
];

const APP: &str = include_str!("page/app.js");
const STYLE: &str = include_str!("page/app.css");

/// The page, made once.
#[derive(Debug)]
pub(super) struct Page {
    html: String,
    policy: String,
    files: BTreeMap<&'static str, Bytes>,
}

impl Page {
    /// Makes the page, reading GraphiQL's files when a directory is given.
    ///
    /// # Errors
    /// When the directory lacks one of the files.
    pub(super) fn load(settings: &HttpSettings) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        files.insert("app.js", Bytes::from_static(APP.as_bytes()));
        files.insert("app.css", Bytes::from_static(STYLE.as_bytes()));
        let local = settings.graphiql_assets.as_deref();
        if let Some(directory) = local {
            for asset in ASSETS {
                files.insert(asset.file, read(directory, asset.file)?);
            }
        }
        let origin = if local.is_some() {
            String::new()
        } else {
            format!(" {CDN}")
        };
        let policy = format!(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             connect-src 'self'; img-src 'self' data:; font-src 'self' data:; \
             script-src 'self'{origin}; style-src 'self' 'unsafe-inline'{origin}"
        );
        Ok(Self {
            html: html(settings, local.is_some()),
            policy,
            files,
        })
    }
}

fn read(directory: &Path, file: &str) -> io::Result<Bytes> {
    let path = directory.join(file);
    let shown = path.display().to_string();
    std::fs::read(path)
        .map(Bytes::from)
        .map_err(|error| io::Error::new(error.kind(), format!("reading GraphiQL's file {shown}: {error}")))
}

fn html(settings: &HttpSettings, local: bool) -> String {
    let assets: Vec<_> = ASSETS
        .iter()
        .map(|asset| {
            if local {
                json!({"address": format!("/graphiql/{}", asset.file)})
            } else {
                json!({"address": format!("{CDN}/{}", asset.cdn_path), "integrity": asset.integrity})
            }
        })
        .collect();
    let examples: Vec<_> = settings
        .examples
        .iter()
        .map(|(title, query)| json!({"title": title, "query": query}))
        .collect();
    // Within a script element only `<` could end it; JSON may write it as an escape.
    let data = json!({"assets": assets, "examples": examples})
        .to_string()
        .replace('<', "\\u003c");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Tandem API</title>\n<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/graphiql/app.css\">\n\
         <script type=\"application/json\" id=\"page-data\">{data}</script>\n\
         <script src=\"/graphiql/app.js\" defer></script>\n</head>\n\
         <body><div id=\"app\"><p role=\"status\">Loading GraphiQL …</p></div>\
         <noscript>This page needs JavaScript. The API is at /graphql, its schema at \
         <a href=\"/schema.graphql\">/schema.graphql</a>.</noscript></body>\n</html>\n"
    )
}

fn is_browser(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .any(|accept| {
            accept
                .split(',')
                .any(|range| range.trim().starts_with("text/html"))
        })
}

/// GraphiQL for a browser; for anything else a word on where the API is.
pub(super) async fn index<E: Executor>(http: HttpRequest, shared: Data<Shared<E>>) -> HttpResponse {
    if !shared.settings.graphiql || !is_browser(http.headers()) {
        return HttpResponse::Ok().insert_header((VARY, "Accept")).json(json!({
            "service": "tandem",
            "graphql": "/graphql",
            "subscriptions": "/graphql/ws",
            "schema": "/schema.graphql",
        }));
    }
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((VARY, "Accept"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, shared.page.policy.as_str()))
        .body(shared.page.html.clone())
}

/// The page's scripts and styles.
pub(super) async fn file<E: Executor>(name: web::Path<String>, shared: Data<Shared<E>>) -> HttpResponse {
    let known = shared
        .page
        .files
        .get(name.as_str())
        .filter(|_| shared.settings.graphiql);
    let Some(content) = known else {
        return HttpResponse::NotFound().finish();
    };
    let kind = if name.ends_with(".css") {
        "text/css"
    } else {
        "text/javascript"
    };
    HttpResponse::Ok()
        .content_type(format!("{kind}; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(content.clone())
}
