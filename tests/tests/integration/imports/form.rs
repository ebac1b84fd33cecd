//! Forms with files, written by hand.

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use tests::Server;

pub(super) const PREVIEW: &str = "mutation ($input: PreviewImportInput!) { previewImport(input: $input) {
    job { id state created changed unchanged refused newOrganisations } errors { code path message } } }";

const BOUNDARY: &str = "a-line-that-no-file-has";

/// One part of a form.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    name: &'a str,
    file: Option<&'a str>,
    content: &'a str,
}

impl<'a> Part<'a> {
    pub(super) fn text(name: &'a str, content: &'a str) -> Self {
        Self {
            name,
            file: None,
            content,
        }
    }

    pub(super) fn file(name: &'a str, content: &'a str) -> Self {
        Self {
            name,
            file: Some("survey.csv"),
            content,
        }
    }
}

/// The form of an operation whose `input.file` is `file`.
pub(super) fn parts<'a>(query: &str, input: Value, file: &'a str) -> Vec<Part<'a>> {
    let operations = json!({ "query": query, "variables": { "input": input } }).to_string();
    vec![
        Part::text("operations", operations.leak()),
        Part::text("map", r#"{"0":["variables.input.file"]}"#),
        Part::file("0", file),
    ]
}

pub(super) fn request(server: &Server, parts: &[Part<'_>]) -> reqwest::RequestBuilder {
    let mut body = String::new();
    for Part { name, file, content } in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"\r\ncontent-type: text/csv"));
        let file = file.unwrap_or_default();
        body += &format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n"
        );
    }
    body += &format!("--{BOUNDARY}--\r\n");
    let request = server.http.post(format!("{}/graphql", server.url));
    request
        .header(
            "content-type",
            format!("multipart/form-data; boundary={BOUNDARY}"),
        )
        .header("graphql-require-preflight", "1")
        .body(body)
}

/// Sends a form; the status and the answer.
pub(super) async fn send(server: &Server, parts: &[Part<'_>]) -> (u16, Value) {
    let answer = request(server, parts).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Sends a request with one header changed.
pub(super) async fn answer(
    mut request: reqwest::Request,
    server: &Server,
    name: &'static str,
    value: &'static str,
) -> (u16, Value) {
    request
        .headers_mut()
        .insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    let answer = server.http.execute(request).await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}
