//! Projects for tests to create, and how they are created.

use serde_json::{Value, json};
use tests::Server;

const CREATE: &str = "mutation ($input: CreateProjectInput!) { createProject(input: $input) {
    clientMutationId errors { code message path }
    project { id version title status }
} }";

/// Two councils after damp, in different words, and one that mends cycle lanes.
pub(crate) fn damp() -> Value {
    json!({
        "title": "Damp and mould sensors in council homes",
        "summary": "Wireless humidity and temperature sensors in council flats warn the housing team of damp \
                    and mould before tenants have to complain about them.",
        "lead": "LDS", "themes": ["Social housing", "Damp and mould"], "technologies": ["Internet of Things"],
    })
}

pub(crate) fn damp_elsewhere() -> Value {
    json!({
        "title": "Sensors against damp and mould",
        "summary": "Small wireless sensors measure humidity and temperature in council homes, so that the \
                    housing team sees damp and mould coming before tenants complain.",
        "lead": "CMD", "themes": ["Social housing", "Damp and mould"], "technologies": ["Internet of Things"],
    })
}

pub(crate) fn cycle_lanes() -> Value {
    json!({
        "title": "Sweeping cycle lanes in autumn",
        "summary": "A narrow electric sweeper clears leaves and gravel from segregated cycle lanes on a \
                    timetable that follows the leaf fall in parks and avenues.",
        "lead": "BST", "themes": ["Transport"],
    })
}

/// The payload of `createProject`.
pub(crate) async fn submit(server: &Server, input: &Value) -> Value {
    let mut data = server.data(CREATE, json!({ "input": input })).await;
    data["createProject"].take()
}

/// The id of a project that must be created.
pub(crate) async fn create(server: &Server, input: &Value) -> String {
    let payload = submit(server, input).await;
    assert_eq!(payload["errors"], json!([]), "{input:#}");
    payload["project"]["id"].as_str().unwrap().to_owned()
}

/// How many overlaps stand.
pub(crate) async fn overlaps(server: &Server) -> u64 {
    let data = server.data("{ overlaps { totalCount } }", json!({})).await;
    data["overlaps"]["totalCount"].as_u64().unwrap()
}

/// The mistakes of a payload as `CODE path`, sorted.
pub(crate) fn mistakes(payload: &Value) -> Vec<String> {
    let errors = payload["errors"].as_array().unwrap().iter();
    let mut mistakes: Vec<String> = errors
        .map(|error| {
            let path: Vec<&str> = error["path"]
                .as_array()
                .unwrap()
                .iter()
                .map(|part| part.as_str().unwrap())
                .collect();
            assert!(!error["message"].as_str().unwrap().is_empty());
            format!("{} {}", error["code"].as_str().unwrap(), path.join("."))
        })
        .collect();
    mistakes.sort();
    mistakes
}
