//! What strangers are kept from: other documents than the server's own, and the schema, where it is set so.

use serde_json::{Value, json};

use super::over_socket::Client;
use super::{GRAPHQL_RESPONSE, code, post, settings, start_with, url};
use crate::graphql::limits::Limits;
use crate::http::{DocumentSettings, HttpSettings, Introspection, Running, TrustedDocuments};

fn with_documents(only: bool) -> Running {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("hello.graphql"), "query Hello { hello }").unwrap();
    std::fs::write(
        folder.path().join("set.graphql"),
        "mutation Set { set(value: 1) }",
    )
    .unwrap();
    let trusted = TrustedDocuments::read(folder.path(), &Limits::default()).unwrap();
    start_with(HttpSettings {
        documents: DocumentSettings {
            trusted: Some(trusted),
            only,
        },
        ..settings()
    })
}

fn introspecting(introspection: Introspection) -> Running {
    start_with(HttpSettings {
        introspection,
        ..settings()
    })
}

async fn get(server: &Running, path: &str, key: Option<&str>) -> (u16, Value) {
    let mut request = reqwest::Client::new()
        .get(url(server, path))
        .header("accept", GRAPHQL_RESPONSE);
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

#[tokio::test]
async fn documents_are_named_over_get_post_and_socket() {
    let server = with_documents(true);
    let data = json!({ "data": { "hello": "world" } });
    assert_eq!(
        get(&server, "/graphql?documentId=hello", None).await,
        (200, data.clone())
    );
    let (status, _, body) = post(&server, GRAPHQL_RESPONSE, json!({ "documentId": "hello" })).await;
    assert_eq!((status, body), (200, data.clone()));
    let mut client = Client::ready(&server).await;
    client
        .send(json!({ "type": "subscribe", "id": "1", "payload": { "documentId": "hello" } }))
        .await;
    assert_eq!(client.next().await["payload"], data);
    assert_eq!(client.next().await["type"], "complete");
    // A name opens no way around what holds for texts.
    assert_eq!(get(&server, "/graphql?documentId=set", None).await.0, 405);
    let (status, body) = get(&server, "/graphql?documentId=other", None).await;
    assert_eq!((status, code(&body)), (400, "PERSISTED_QUERY_NOT_FOUND"));
    client
        .send(json!({ "type": "subscribe", "id": "2", "payload": { "documentId": "other" } }))
        .await;
    assert_eq!(
        client.next().await["payload"][0]["extensions"]["code"],
        "PERSISTED_QUERY_NOT_FOUND"
    );
}

#[tokio::test]
async fn strangers_run_what_is_known_and_nothing_else() {
    let server = with_documents(true);
    let other = json!({ "query": "{ other: hello }" });
    let (status, _, body) = post(&server, GRAPHQL_RESPONSE, other.clone()).await;
    assert_eq!((status, code(&body)), (403, "UNAUTHENTICATED"), "{body}");
    let (status, _, _) = post(
        &server,
        GRAPHQL_RESPONSE,
        json!({ "query": "query Hello { hello }" }),
    )
    .await;
    assert_eq!(status, 200, "the text itself does as well as its name");
    let mut client = Client::ready(&server).await;
    client.subscribe("1", "{ other: hello }").await;
    assert_eq!(
        client.next().await["payload"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    let known = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .bearer_auth("tandem_good")
        .json(&other);
    assert_eq!(known.send().await.unwrap().status(), 200);
    let (status, _, _) = post(&with_documents(false), GRAPHQL_RESPONSE, other).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn the_schema_is_shown_to_whom_it_is_for() {
    let documents = [
        "{ __schema { queryType { name } } }",
        "{ hello __type(name: \"Query\") { name } }",
        "{ ...F } fragment F on Query { __schema { types { name } } }",
        "query Q { hello } query Other { __schema { queryType { name } } }",
    ];
    for (introspection, key, shown) in [
        (Introspection::Everyone, None, true),
        (Introspection::Known, None, false),
        (Introspection::Known, Some("tandem_good"), true),
        (Introspection::Nobody, Some("tandem_good"), false),
    ] {
        let server = introspecting(introspection);
        for document in documents {
            let query = encoded(document);
            let (status, body) = get(&server, &format!("/graphql?operationName=&query={query}"), key).await;
            let several = document.starts_with("query Q");
            let expected = if shown && !several { 200 } else { 400 };
            assert_eq!(status, expected, "{introspection:?} {document}: {body}");
            assert!(shown || !body.to_string().contains("queryType"), "{body}");
        }
        assert_eq!(
            get(&server, "/schema.graphql", key).await.0,
            if shown { 200 } else { 403 }
        );
        let plain = get(&server, "/graphql?query=%7B__typename%20hello%7D", key).await;
        assert_eq!(plain.0, 200, "a type's name is no secret: {plain:?}");
    }
    let server = introspecting(Introspection::Known);
    let mut client = Client::ready(&server).await;
    client.subscribe("1", documents[0]).await;
    assert_eq!(
        client.next().await["payload"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
}

/// A text as a query string has it.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
