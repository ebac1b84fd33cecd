//! What browsers are told and what protects their users.

use reqwest::Method;
use serde_json::json;

use super::{code, settings, start, start_with, url};
use crate::http::HttpSettings;

#[tokio::test]
async fn a_browser_gets_the_page_with_its_examples() {
    let server = start();
    let response = reqwest::Client::new()
        .get(url(&server, "/"))
        .header("accept", "text/html,*/*;q=0.8")
        .send()
        .await
        .unwrap();
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-eval"),
        "{policy}"
    );
    let html = response.text().await.unwrap();
    assert!(html.contains("query First { hello }"), "{html}");
    assert!(html.contains("sha384-"), "what comes from elsewhere is checked");
}

#[tokio::test]
async fn with_local_files_the_page_needs_no_other_server() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        "graphiql.min.css",
        "react.production.min.js",
        "react-dom.production.min.js",
        "graphiql.min.js",
    ];
    for file in files {
        std::fs::write(folder.path().join(file), "/* here */").unwrap();
    }
    let graphiql_assets = Some(folder.path().to_owned());
    let server = start_with(HttpSettings {
        graphiql_assets,
        ..settings()
    });
    let response = reqwest::Client::new()
        .get(url(&server, "/"))
        .header("accept", "text/html")
        .send()
        .await
        .unwrap();
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(!policy.contains("http"), "{policy}");
    assert!(!response.text().await.unwrap().contains("https://"));
    for file in files {
        let text = reqwest::get(url(&server, &format!("/graphiql/{file}")))
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert_eq!(text, "/* here */");
    }
    let outside = reqwest::get(url(&server, "/graphiql/..%2f..%2fetc%2fpasswd"))
        .await
        .unwrap();
    assert_eq!(outside.status(), 404);
}

#[tokio::test]
async fn a_folder_without_graphiql_is_an_error_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let graphiql_assets = Some(folder.path().to_owned());
    let probe = || futures_util::FutureExt::boxed(async { crate::http::Readiness::default() });
    let settings = HttpSettings {
        graphiql_assets,
        ..settings()
    };
    let error = crate::http::serve(
        super::schema::schema(),
        String::new(),
        probe,
        super::doorkeeper(),
        settings,
    )
    .unwrap_err();
    assert!(error.to_string().contains("graphiql.min.css"), "{error}");
}

#[tokio::test]
async fn a_program_gets_the_addresses_instead_of_the_page() {
    let server = start();
    let body: serde_json::Value = reqwest::get(url(&server, "/"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(body["graphql"], "/graphql");
}

#[tokio::test]
async fn every_response_carries_the_protecting_headers() {
    let server = start();
    for path in ["/", "/health/live", "/nothing", "/graphql"] {
        let response = reqwest::get(url(&server, path)).await.unwrap();
        for header in [
            "x-content-type-options",
            "referrer-policy",
            "content-security-policy",
            "x-request-id",
        ] {
            assert!(response.headers().contains_key(header), "{header} of {path}");
        }
    }
}

#[tokio::test]
async fn only_allowed_sites_may_read_answers() {
    let server = start();
    for (origin, allowed) in [("https://partner.example", true), ("https://evil.example", false)] {
        let preflight = reqwest::Client::new()
            .request(Method::OPTIONS, url(&server, "/graphql"))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .send()
            .await
            .unwrap();
        let answer = reqwest::Client::new()
            .post(url(&server, "/graphql"))
            .header("origin", origin)
            .json(&json!({"query": "{ hello }"}))
            .send()
            .await
            .unwrap();
        for response in [preflight, answer] {
            let value = response.headers().get("access-control-allow-origin");
            assert_eq!(
                value.map(|value| value.to_str().unwrap()),
                allowed.then_some(origin)
            );
        }
    }
}

#[tokio::test]
async fn a_site_that_points_its_name_at_loopback_is_refused() {
    let server = start();
    let response = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .header("host", "rebound.evil.example:8080")
        .json(&json!({"query": "{ hello }"}))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 421);
    assert_eq!(code(&response.json().await.unwrap()), "FORBIDDEN");
}
