//! What a client is told when something is wrong with its request, or with the server.

use std::time::Duration;

use serde_json::{Value, json};
use tandem::error::ApiError;
use tests::rows::execute;
use tests::{Database, Server};

use crate::drafts::{create, damp, damp_elsewhere};

async fn post(server: &Server, body: &str) -> (u16, Value) {
    let request = server
        .http
        .post(format!("{}/graphql", server.url))
        .body(body.to_owned())
        .header("content-type", "application/json")
        .header("accept", "application/graphql-response+json");
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Asks for a field that fails, beside one that does not.
async fn fail(server: &Server, query: &str) -> Value {
    let answer = server.graphql(query, json!({})).await;
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer:#}");
    answer
}

tests::on_each_database! {
    async fn a_database_failure_shows_no_sql_and_its_id_is_in_the_log(server: Server) {
        create(&server, &damp()).await;
        execute(&server.database, "DROP TABLE project_link").await;
        let answer = fail(&server, "{ __typename projects { nodes { title links } } }").await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "INTERNAL");
        let text = answer.to_string().to_lowercase();
        for word in ["project_link", "table", "sql", "relation \\\"", "select"] {
            assert!(!text.contains(word), "{word} is told: {answer:#}");
        }
        let request = error["extensions"]["requestId"].as_str().unwrap().to_owned();

        let input = json!({ "input": { "title": "x", "links": ["https://example.org"] } });
        let create = "mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }";
        let refused = server.graphql(create, input).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "INTERNAL", "{refused}");
        let left = server.data("{ projects { totalCount } }", json!({})).await;
        assert_eq!(left["projects"]["totalCount"], 1, "nothing is half written");

        let (_, said) = server.stop();
        let logged: Vec<&String> = said.iter().filter(|line| line.contains(&request)).collect();
        assert!(logged.iter().any(|line| line.contains("ERROR") && line.contains("project_link")),
            "the cause is in the log under the request's id {request}: {logged:#?}");
    }

    async fn a_failing_field_nulls_its_nearest_nullable_parent(server: Server) {
        let id = create(&server, &damp()).await;
        execute(&server.database, "DROP TABLE project_link").await;
        let answer = fail(&server, &format!("{{ before: __typename project(id: \"{id}\") {{ title links }} after: __typename }}")).await;
        assert_eq!(answer["data"], json!({ "before": "Query", "project": null, "after": "Query" }));
        assert_eq!(answer["errors"][0]["path"][0], "project");
        let whole = fail(&server, "{ __typename projects { nodes { links } } }").await;
        assert_eq!(whole["data"], Value::Null, "a non-null root field nulls everything");
    }

    async fn whoever_finds_no_connection_free_is_told_to_come_again(database: Database) {
        let store = tandem::store::Database::connect(&database.url, 1, Duration::from_millis(50)).await.unwrap();
        let held = store.snapshot().await.unwrap();
        let refused = store.snapshot().await.unwrap_err();
        assert_eq!(ApiError::from(refused).code(), "LIMIT_EXCEEDED");
        let written = store.begin().await.expect("writers have connections of their own");
        written.rollback().await.unwrap();
        held.rollback().await.unwrap();
        store.close().await.unwrap();
    }

    async fn keys_come_in_the_order_of_the_query(server: Server) {
        create(&server, &damp()).await;
        create(&server, &damp_elsewhere()).await;
        let query = "{ z: overlaps { totalCount } authorities(first: 2) { nodes { neighbours { kind } name code id } totalCount }
            a: projects { nodes { version overlaps { nodes { id } } title lead { aliases name } id } } __typename }";
        let body = json!({ "query": query }).to_string();
        for _ in 0..5 {
            let request = server.http.post(format!("{}/graphql", server.url)).body(body.clone())
                .header("content-type", "application/json");
            let text = request.send().await.unwrap().text().await.unwrap();
            let mut from = 0;
            for key in ["\"z\"", "\"authorities\"", "\"neighbours\"", "\"name\"", "\"code\"", "\"id\"", "\"totalCount\"",
                "\"a\"", "\"version\"", "\"overlaps\"", "\"title\"", "\"lead\"", "\"aliases\"", "\"name\"", "\"__typename\""] {
                let place = text[from..].find(key);
                from += place.unwrap_or_else(|| panic!("{key} is not where the query has it: {text}"));
            }
        }
    }

    async fn requests_that_are_wrong_are_refused_as_the_specification_says(server: Server) {
        let cases = [
            ("{", "malformed"), ("{ nope }", "unknown field"), ("{ project(id: 5.5) { id } }", "wrong type"),
            ("{ project { id } }", "missing argument"), ("{ projects(first: \"x\") { nodes { id } } }", "wrong type"),
            ("{ projects(filter: { nope: 1 }) { nodes { id } } }", "unknown input field"),
            ("{ projects(orderBy: { field: NOPE }) { nodes { id } } }", "unknown enum value"),
            ("query ($a: Int!) { projects(first: $a) { nodes { id } } }", "missing variable"),
            ("{ projects(filter: { startedFrom: \"2020-13-45\" }) { nodes { id } } }", "no such day"),
            ("{ projects(updatedSince: \"yesterday\") { nodes { id } } }", "no moment"),
            ("query a { __typename } query b { __typename }", "which operation"), ("", "no document"),
        ];
        for (query, what) in cases {
            let (status, answer) = post(&server, &json!({ "query": query }).to_string()).await;
            assert!(answer.get("data").is_none_or(|data| data.is_null()), "{what}: {answer}");
            let extensions = &answer["errors"][0]["extensions"];
            assert_eq!(extensions["code"], "BAD_USER_INPUT", "{what}: {answer}");
            assert!(extensions["requestId"].is_string(), "{what}");
            assert!(status == 400 || (status == 200 && answer["errors"][0]["path"].is_array()), "{what}: {status} {answer}");
        }
        for body in ["", "{", "[]", "5", "{\"query\": 5}", "{\"query\": \"{ __typename }\", \"variables\": 5}"] {
            assert_eq!(post(&server, body).await.0, 400, "{body}");
        }
        assert_eq!(post(&server, "{\"query\": \"{ __typename }\"}").await, (200, json!({ "data": { "__typename": "Query" } })));
    }
}
