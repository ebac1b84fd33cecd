//! Whole walks over HTTP, each step by somebody with a key of their own role.

mod bids;
mod groups;
mod reviews;

use serde_json::{Value, json};
use tests::Server;
use tests::patience::eventually;
use tests::server::{client, key};

/// Somebody with these roles, as `tandem key create` takes them.
fn somebody(server: &Server, roles: &[&str]) -> reqwest::Client {
    let arguments: Vec<&str> = roles.iter().flat_map(|role| ["--role", role]).collect();
    let key = key(server.database.folder(), &server.database.url, &arguments);
    client(Some(&key))
}

/// The `data` of an answer without errors.
async fn data(server: &Server, by: &reqwest::Client, query: &str, variables: Value) -> Value {
    let mut answer = server.graphql_by(by, query, variables).await;
    assert!(answer.get("errors").is_none(), "{query}\nanswered {answer:#}");
    answer["data"].take()
}

/// What a mutation says, under its own name.
async fn change(server: &Server, by: &reqwest::Client, name: &str, fields: &str, input: Value) -> Value {
    let mut capital = name.to_owned();
    capital[..1].make_ascii_uppercase();
    let query = format!(
        "mutation ($input: {capital}Input!) {{ {name}(input: $input) {{ {fields} errors {{ code message path }} }} }}"
    );
    data(server, by, &query, json!({ "input": input })).await[name].take()
}

/// The same, which must not be refused.
async fn done(server: &Server, by: &reqwest::Client, name: &str, fields: &str, input: Value) -> Value {
    let payload = change(server, by, name, fields, input).await;
    assert_eq!(payload["errors"], json!([]), "{name}: {payload}");
    payload
}

/// The code that a request fails with as a whole.
async fn failure(server: &Server, by: &reqwest::Client, name: &str, input: Value) -> Value {
    let mut capital = name.to_owned();
    capital[..1].make_ascii_uppercase();
    let query =
        format!("mutation ($input: {capital}Input!) {{ {name}(input: $input) {{ errors {{ code }} }} }}");
    let answer = server.graphql_by(by, &query, json!({ "input": input })).await;
    answer["errors"][0]["extensions"]["code"].clone()
}

async fn organisation(server: &Server, name: &str) -> Value {
    let query = "query ($name: String!) { resolveOrganisation(name: $name) { organisation { id } } }";
    let mut found = server.data(query, json!({ "name": name })).await;
    found["resolveOrganisation"][0]["organisation"]["id"].take()
}

/// Records a project, as its lead does.
async fn project(server: &Server, by: &reqwest::Client, mut input: Value, pounds: &str) -> Value {
    input["budget"] = json!({ "amount": pounds });
    input["phase"] = json!("ALPHA");
    done(server, by, "createProject", "project { id }", input).await["project"]["id"].take()
}

/// The findings, once the server has so many.
async fn findings(server: &Server, number: usize) -> Vec<Value> {
    let query = "{ overlaps { nodes { id state left { id title } right { id title } } } }";
    let look = async || {
        let found = server.data(query, json!({})).await["overlaps"]["nodes"].take();
        found.as_array().filter(|found| found.len() == number).cloned()
    };
    eventually("the findings", look).await
}
