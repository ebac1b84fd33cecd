//! What the common GraphQL scanners look for, each asked of a server as they ask it: aliases, batches, directives and
//! fields in masses, introspection in circles, changes over GET and by forms, suggestions, traces, and causes of errors.

use reqwest::Method;
use serde_json::{Value, json};

use super::{GRAPHQL_RESPONSE, JSON, code, post, query, start, url};

#[tokio::test]
async fn aliases_fields_and_directives_in_masses_are_refused() {
    let server = start();
    let aliases: String = (0..101).map(|number| format!("a{number}: __typename ")).collect();
    for document in [
        format!("{{ {aliases} }}"),
        format!("{{ {} }}", "__typename ".repeat(3_001)),
        format!("{{ __typename {} }}", "@aa".repeat(101)),
        format!("query {} {{ __typename }}", "@include(if: true) ".repeat(101)),
    ] {
        let (status, body) = query(&server, &document).await;
        assert_eq!((status, code(&body)), (400, "LIMIT_EXCEEDED"), "{document:.60}");
    }
}

#[tokio::test]
async fn batches_are_refused_however_they_are_sent() {
    let server = start();
    for length in [1, 2, 10] {
        let batch = json!(vec![json!({ "query": "{ hello }" }); length]);
        let (status, _, body) = post(&server, JSON, batch).await;
        assert_eq!((status, code(&body)), (400, "BAD_USER_INPUT"));
        assert!(body.is_object() && body.get("data").is_none(), "{body}");
    }
}

#[tokio::test]
async fn introspection_in_circles_is_refused_before_it_runs() {
    let server = start();
    let mut circle = "name".to_owned();
    for _ in 0..14 {
        circle = format!("fields {{ type {{ {circle} }} }}");
    }
    let (status, body) = query(&server, &format!("{{ __schema {{ types {{ {circle} }} }} }}")).await;
    assert_eq!((status, code(&body)), (400, "LIMIT_EXCEEDED"), "{body}");
}

#[tokio::test]
async fn nothing_is_changed_by_what_another_site_can_send() {
    let server = start();
    let change = "mutation { set(value: 1) }";
    let client = reqwest::Client::new();
    let encoded = [("query", change)];
    let attempts = [
        client.get(url(&server, "/graphql")).query(&encoded),
        client.post(url(&server, "/graphql")).query(&encoded),
        client.post(url(&server, "/graphql")).form(&encoded),
        client
            .post(url(&server, "/graphql"))
            .header("content-type", "text/plain")
            .body(json!({ "query": change }).to_string()),
        client
            .post(url(&server, "/graphql"))
            .header("content-type", "application/json; charset=utf-16")
            .body("{}"),
        client
            .request(Method::HEAD, url(&server, "/graphql"))
            .query(&encoded),
        client
            .request(Method::PUT, url(&server, "/graphql"))
            .json(&json!({ "query": change })),
    ];
    for attempt in attempts {
        let response = attempt.send().await.unwrap();
        assert!(response.status().is_client_error(), "{}", response.status());
        assert!(!response.text().await.unwrap().contains("\"set\":1"));
    }
}

#[tokio::test]
async fn wrong_names_are_not_put_right_for_strangers() {
    let server = start();
    for document in [
        "{ hell }",
        "{ echo(txt: \"x\") }",
        "{ nod { name } }",
        "{ __typenam }",
        "mutation { se(value: 1) }",
    ] {
        let (status, body) = query(&server, document).await;
        assert_eq!(status, 400, "{document}");
        assert!(!body.to_string().contains("Did you mean"), "{body}");
    }
}

#[tokio::test]
async fn neither_traces_nor_versions_are_told() {
    let server = start();
    let response = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .header("apollo-federation-include-trace", "ftv1")
        .header("x-apollo-tracing", "1")
        .json(&json!({ "query": "{ hello }" }))
        .send()
        .await
        .unwrap();
    for header in ["server", "x-powered-by"] {
        assert!(response.headers().get(header).is_none(), "{header}");
    }
    let body: Value = response.json().await.unwrap();
    assert_eq!(body, json!({ "data": { "hello": "world" } }), "no extensions");
}

#[tokio::test]
async fn errors_tell_no_causes() {
    let server = start();
    for document in [
        "{ leak }",
        "{ boom }",
        "{ echo(text: 7) }",
        "query ($v: Nothing) { hello }",
    ] {
        let (_, _, body) = post(&server, GRAPHQL_RESPONSE, json!({ "query": document })).await;
        let told = body.to_string();
        for secret in [
            "secret",
            ".rs",
            "panicked",
            "SELECT",
            "stacktrace",
            "async_graphql",
            "src/",
        ] {
            assert!(!told.contains(secret), "{document}: {told}");
        }
        assert!(!code(&body).is_empty(), "{told}");
    }
}
