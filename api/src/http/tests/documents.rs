//! Documents that would crash or stall a server without the guard, sent to one that has it.

use std::fmt::Write as _;

use serde_json::json;

use super::{GRAPHQL_RESPONSE, code, post, query, start};

/// The query that graphql-js sends, with its nine levels of wrapped types.
const INTROSPECTION: &str = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } \
    subscriptionType { name } types { ...FullType } directives { name description locations \
    args { ...InputValue } } } } fragment FullType on __Type { kind name description \
    fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } \
    isDeprecated deprecationReason } inputFields { ...InputValue } interfaces { ...TypeRef } \
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } \
    possibleTypes { ...TypeRef } } fragment InputValue on __InputValue { name description \
    type { ...TypeRef } defaultValue } fragment TypeRef on __Type { kind name ofType { kind name ofType { \
    kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name \
    ofType { kind name ofType { kind name } } } } } } } } } }";

#[tokio::test]
async fn introspection_by_common_clients_passes() {
    let server = start();
    let (status, body) = query(&server, INTROSPECTION).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["data"]["__schema"]["queryType"]["name"], "Query");
}

#[tokio::test]
async fn literals_nested_thousands_deep_are_refused() {
    let server = start();
    let deep_list = format!(
        "{{ size(tree: {{children: {}{}}}) }}",
        "[".repeat(3_000),
        "]".repeat(3_000)
    );
    let deep_object = format!(
        "{{ size(tree: {}{}) }}",
        "{children: [".repeat(1_500),
        "]}".repeat(1_500)
    );
    let deep_type = format!(
        "query ($a: {}Int{}) {{ hello }}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let deep_default = format!(
        "query ($a: Int = {}1{}) {{ hello }}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let deep_selection = format!("{}name{}", "{node".repeat(4_000), "}".repeat(4_000));
    let unclosed = "[".repeat(20_000);
    for document in [
        deep_list,
        deep_object,
        deep_type,
        deep_default,
        deep_selection,
        format!("{{a(b:{unclosed}"),
    ] {
        let (status, body) = query(&server, &document).await;
        assert_eq!((status, code(&body)), (400, "LIMIT_EXCEEDED"), "{body}");
    }
    assert_eq!(query(&server, "{ hello }").await.0, 200);
}

#[tokio::test]
async fn variables_nested_deep_are_refused() {
    let server = start();
    let mut value = json!(1);
    for _ in 0..100 {
        value = json!({"children": [value]});
    }
    let body = json!({"query": "query ($t: Tree!) { size(tree: $t) }", "variables": {"t": value}});
    let (status, _, answer) = post(&server, GRAPHQL_RESPONSE, body).await;
    assert_eq!(status, 400, "{answer}");
}

#[tokio::test]
async fn a_fragment_bomb_is_refused() {
    let server = start();
    let mut document = String::from("{ node { ...F0 } }");
    for level in 0..24 {
        let next = level + 1;
        write!(
            document,
            " fragment F{level} on Node {{ ...F{next} node {{ ...F{next} }} }}"
        )
        .unwrap();
    }
    document.push_str(" fragment F24 on Node { name }");
    let (status, body) = query(&server, &document).await;
    assert_eq!((status, code(&body)), (400, "LIMIT_EXCEEDED"), "{body}");
}

#[tokio::test]
async fn a_page_of_any_size_costs_no_panic() {
    let server = start();
    for first in ["2147483647", "-2147483648", "0", "null"] {
        let document = format!("{{ page(first: {first}) {{ node {{ node {{ name }} }} }} }}");
        assert_eq!(query(&server, &document).await.0, 200, "{first}");
    }
}

#[tokio::test]
async fn the_largest_documents_that_pass_the_guard_are_answered() {
    let server = start();
    let same = format!("{{ {} }}", "hello ".repeat(2_900));
    let unknown = format!("{{ {} }}", "nothing ".repeat(2_900));
    let nested = format!("{{ {} }}", "node { name } ".repeat(1_400));
    for (document, expected) in [(same, 200), (unknown, 400), (nested, 200)] {
        assert_eq!(query(&server, &document).await.0, expected);
    }
}

#[tokio::test]
async fn a_document_wrong_in_thousands_of_places_gets_a_short_answer() {
    let server = start();
    let (status, body) = query(&server, &format!("{{ {} }}", "nothing ".repeat(2_900))).await;
    assert_eq!((status, body["errors"].as_array().unwrap().len()), (400, 50));
}
