//! GraphQL over HTTP: statuses, media types, methods, bounds, errors.

use std::time::Duration;

use serde_json::{Value, json};

use super::{GRAPHQL_RESPONSE, JSON, code, post, query, settings, start, start_with, url};
use crate::http::HttpSettings;

#[tokio::test]
async fn a_query_is_answered_in_the_type_asked_for() {
    let server = start();
    for accept in [GRAPHQL_RESPONSE, JSON] {
        let (status, content_type, body) = post(&server, accept, json!({"query": "{ hello }"})).await;
        assert_eq!((status, body), (200, json!({"data": {"hello": "world"}})));
        assert_eq!(content_type, format!("{accept}; charset=utf-8"));
    }
    let response = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .header("accept", "text/html")
        .json(&json!({"query": "{ hello }"}))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 406);
}

#[tokio::test]
async fn a_document_in_error_is_400_without_data_or_200_by_media_type() {
    let server = start();
    let coercion = json!({"query": "query ($id: Int!) { set: __typename @include(if: true) }", "variables": {"id": null}});
    for body in [json!({"query": "{"}), json!({"query": "{ nothing }"}), coercion] {
        let (status, _, answer) = post(&server, GRAPHQL_RESPONSE, body.clone()).await;
        assert_eq!(status, 400, "{body}");
        assert!(answer.get("data").is_none(), "{answer}");
        assert_eq!(code(&answer), "BAD_USER_INPUT");
        let (status, _, answer) = post(&server, JSON, body).await;
        assert_eq!(status, 200);
        assert!(answer.get("data").is_none(), "{answer}");
    }
}

#[tokio::test]
async fn parameters_of_the_wrong_type_are_400_in_either_type() {
    let server = start();
    let cases = [
        json!({}),
        json!({"query": 1}),
        json!({"query": "{ hello }", "variables": []}),
        json!({"query": "{ hello }", "operationName": 7}),
        json!({"query": "{ hello }", "extensions": "x"}),
        json!([{"query": "{ hello }"}]),
    ];
    for body in cases {
        for accept in [GRAPHQL_RESPONSE, JSON] {
            let (status, _, answer) = post(&server, accept, body.clone()).await;
            assert_eq!((status, code(&answer)), (400, "BAD_USER_INPUT"), "{body}");
        }
    }
    let broken = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .header("content-type", JSON)
        .body("{ \"query\": ")
        .send()
        .await
        .unwrap();
    assert_eq!(broken.status(), 400);
}

#[tokio::test]
async fn the_operation_named_is_the_one_that_runs() {
    let server = start();
    let document = "query A { a: hello } query B { b: hello }";
    let (_, _, body) = post(&server, JSON, json!({"query": document, "operationName": "B"})).await;
    assert_eq!(body, json!({"data": {"b": "world"}}));
    for name in [json!("C"), Value::Null] {
        let (status, _, body) = post(
            &server,
            GRAPHQL_RESPONSE,
            json!({"query": document, "operationName": name}),
        )
        .await;
        assert_eq!((status, code(&body)), (400, "BAD_USER_INPUT"));
    }
    let get = [("query", document), ("operationName", "A")];
    let response = reqwest::Client::new()
        .get(url(&server, "/graphql"))
        .query(&get)
        .send()
        .await
        .unwrap();
    assert_eq!(
        response.json::<Value>().await.unwrap(),
        json!({"data": {"a": "world"}})
    );
}

#[tokio::test]
async fn only_queries_run_over_get() {
    let server = start();
    let cases = [
        ("mutation { set(value: 1) }", None, 405),
        ("subscription { count(to: 1) }", None, 405),
        (
            "query Read { hello } mutation Write { set(value: 1) }",
            Some("Write"),
            405,
        ),
        (
            "query Read { hello } mutation Write { set(value: 1) }",
            Some("Read"),
            200,
        ),
        ("query Read { hello }", None, 200),
    ];
    for (document, name, expected) in cases {
        let mut parameters = vec![("query", document)];
        parameters.extend(name.map(|name| ("operationName", name)));
        let request = reqwest::Client::new()
            .get(url(&server, "/graphql"))
            .query(&parameters);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), expected, "{document}");
        let allow = response
            .headers()
            .get("allow")
            .map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(
            allow.as_deref(),
            (expected == 405).then_some("POST"),
            "{document}"
        );
    }
}

#[tokio::test]
async fn forms_and_plain_text_run_nothing() {
    let server = start();
    let body = r#"{"query":"mutation { set(value: 1) }"}"#;
    for (content_type, expected) in [
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        // A form with files is read, but not when another site may have sent it.
        ("multipart/form-data; boundary=x", 403),
        ("", 415),
    ] {
        let mut request = reqwest::Client::new().post(url(&server, "/graphql")).body(body);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let status = request.send().await.unwrap().status();
        assert_eq!(status, expected, "{content_type}");
    }
}

#[tokio::test]
async fn other_methods_are_told_which_are_allowed() {
    let server = start();
    let response = reqwest::Client::new()
        .delete(url(&server, "/graphql"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET, POST");
    let missing = reqwest::get(url(&server, "/nothing")).await.unwrap();
    assert_eq!(missing.status(), 404);
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_whether_its_length_is_told_or_not() {
    let server = start();
    let text = "x".repeat(settings().body_limit_bytes);
    let body = json!({"query": format!("{{ echo(text: \"{text}\") }}")}).to_string();
    let told = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .header("content-type", JSON)
        .body(body.clone())
        .send()
        .await
        .unwrap();
    assert_eq!(told.status(), 413);
    assert_eq!(code(&told.json().await.unwrap()), "LIMIT_EXCEEDED");
    assert_eq!(chunked(&server, &body).await, "HTTP/1.1 413 Payload Too Large");
    assert_eq!(query(&server, "{ hello }").await.0, 200);
}

/// Posts a body in chunks, without a content length, and gives the status line back.
async fn chunked(server: &super::Running, body: &str) -> String {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    let mut stream = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for piece in body.as_bytes().chunks(4096) {
        let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        if stream.write_all(&chunk).await.is_err() {
            break;
        }
    }
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).await.unwrap();
    line.trim().to_owned()
}

#[tokio::test]
async fn an_error_has_its_code_and_the_request_id_and_no_internals() {
    let server = start();
    for (document, expected) in [
        ("{ leak }", "INTERNAL"),
        ("{ coded }", "NOT_FOUND"),
        ("{ boom }", "INTERNAL"),
        ("{ x }", "BAD_USER_INPUT"),
    ] {
        let response = reqwest::Client::new()
            .post(url(&server, "/graphql"))
            .header("x-request-id", "trace-7")
            .json(&json!({"query": document}))
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["x-request-id"], "trace-7");
        let body: Value = response.json().await.unwrap();
        assert_eq!(code(&body), expected, "{body}");
        assert_eq!(body["errors"][0]["extensions"]["requestId"], "trace-7");
        assert!(!body.to_string().contains("secret"), "{body}");
    }
}

#[tokio::test]
async fn resolvers_know_the_request_id_that_the_response_carries() {
    let server = start();
    let response = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .json(&json!({"query": "{ requestId }"}))
        .send()
        .await
        .unwrap();
    let header = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["data"]["requestId"], header);
}

#[tokio::test]
async fn a_panic_in_a_resolver_is_500_and_the_server_lives_on() {
    let server = start();
    for _ in 0..3 {
        let (status, body) = query(&server, "{ boom }").await;
        assert_eq!((status, code(&body)), (500, "INTERNAL"));
    }
    assert_eq!(query(&server, "{ hello }").await.0, 200);
}

#[tokio::test]
async fn an_operation_that_takes_too_long_is_503() {
    let server = start();
    let (status, body) = query(&server, "{ slow(ms: 60000) }").await;
    assert_eq!((status, code(&body)), (503, "LIMIT_EXCEEDED"));
}

#[tokio::test]
async fn a_body_that_never_ends_is_408() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let server = start();
    let mut stream = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
                content-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 408");
}

#[tokio::test]
async fn a_subscription_over_post_points_to_the_socket() {
    let server = start();
    let (status, body) = query(&server, "subscription { count(to: 1) }").await;
    assert_eq!(status, 400);
    assert!(body.to_string().contains("/graphql/ws"), "{body}");
}

#[tokio::test]
async fn health_and_schema_are_served() {
    let server = start();
    let ready = reqwest::get(url(&server, "/health/ready")).await.unwrap();
    assert_eq!(ready.status(), 200);
    assert_eq!(
        ready.json::<Value>().await.unwrap(),
        json!({"status": "ready", "parts": {"database": "ready"}})
    );
    assert_eq!(
        reqwest::get(url(&server, "/health/live")).await.unwrap().status(),
        200
    );
    let schema = reqwest::get(url(&server, "/schema.graphql"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(schema.starts_with("type Query"));
}

#[tokio::test]
async fn a_part_that_is_not_ready_is_named_with_503() {
    use crate::http::{Part, Readiness, serve};
    use futures_util::FutureExt as _;
    let probe = || {
        let parts = vec![
            Part {
                name: "database",
                ready: true,
            },
            Part {
                name: "index",
                ready: false,
            },
        ];
        async { Readiness { parts } }.boxed()
    };
    let server = serve(
        super::schema::schema(),
        String::new(),
        probe,
        super::doorkeeper(),
        settings(),
    )
    .unwrap();
    let response = reqwest::get(url(&server, "/health/ready")).await.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(
        response.json::<Value>().await.unwrap()["parts"]["index"],
        "not ready"
    );
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_names_it() {
    let server = start();
    let taken = HttpSettings {
        bind: server.address(),
        ..settings()
    };
    let probe = || futures_util::FutureExt::boxed(async { crate::http::Readiness::default() });
    let error = crate::http::serve(
        super::schema::schema(),
        String::new(),
        probe,
        super::doorkeeper(),
        taken,
    )
    .unwrap_err();
    assert!(
        error.to_string().contains(&server.address().to_string()),
        "{error}"
    );
}

#[tokio::test]
async fn large_answers_are_compressed_for_clients_that_ask() {
    let server = start_with(HttpSettings {
        request_timeout: Duration::from_secs(5),
        ..settings()
    });
    let text = "a".repeat(20_000);
    let response = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .header("accept-encoding", "gzip")
        .json(&json!({"query": format!("{{ echo(text: \"{text}\") }}")}))
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert!(response.bytes().await.unwrap().len() < 2_000);
}
