//! The parameters of a GraphQL request: from a JSON body, a query string or a WebSocket message.

use actix_web::web::Query;
use async_graphql::{Request, Variables};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::trusted::{self, Asked};

/// Reads a POST's body.
pub(super) fn from_body(body: &[u8]) -> Result<Asked, String> {
    let value =
        serde_json::from_slice(body).map_err(|error| format!("the body is not valid JSON: {error}"))?;
    from_value(value)
}

/// Reads a parsed request.
pub(super) fn from_value(value: Value) -> Result<Asked, String> {
    match value {
        Value::Object(members) => from_members(members),
        Value::Array(_) => Err("batches are not accepted; send one operation a request".into()),
        _ => Err("the request must be a JSON object with a member `query`".into()),
    }
}

fn from_members(mut members: Map<String, Value>) -> Result<Asked, String> {
    let document = trusted::name(members.remove("documentId"), members.get("extensions"))?;
    let query = match members.remove("query") {
        Some(Value::String(query)) => query,
        // A name stands for it.
        None | Some(Value::Null) if document.is_some() => String::new(),
        None | Some(Value::Null) => return Err("`query` is missing".into()),
        Some(_) => return Err("`query` must be a string".into()),
    };
    let mut request = Request::new(query);
    request.operation_name = match members.remove("operationName") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
        Some(_) => return Err("`operationName` must be a string".into()),
    };
    match members.remove("variables") {
        None | Some(Value::Null) => {}
        Some(value @ Value::Object(_)) => request.variables = Variables::from_json(value),
        Some(_) => return Err("`variables` must be an object".into()),
    }
    match members.remove("extensions") {
        None | Some(Value::Null) => {}
        Some(value @ Value::Object(_)) => {
            request.extensions = serde_json::from_value(value)
                .map_err(|error| format!("`extensions` is malformed: {error}"))?;
        }
        Some(_) => return Err("`extensions` must be an object".into()),
    }
    Ok(Asked { request, document })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryParameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
    document_id: Option<String>,
}

/// Reads a GET's query string, where `variables` and `extensions` are JSON.
pub(super) fn from_query_string(query_string: &str) -> Result<Asked, String> {
    let Query(parameters) = Query::<QueryParameters>::from_query(query_string)
        .map_err(|error| format!("the query string is malformed: {error}"))?;
    let mut members = Map::new();
    let plain = [
        ("query", parameters.query),
        ("operationName", parameters.operation_name),
        ("documentId", parameters.document_id),
    ];
    for (name, text) in plain {
        if let Some(text) = text {
            members.insert(name.into(), Value::String(text));
        }
    }
    let json = [
        ("variables", parameters.variables),
        ("extensions", parameters.extensions),
    ];
    for (name, text) in json {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            let value = serde_json::from_str(&text)
                .map_err(|error| format!("`{name}` in the query string is not valid JSON: {error}"))?;
            members.insert(name.into(), value);
        }
    }
    from_members(members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_wrong_type_is_named() {
        let cases = [
            (json!([{"query": "{a}"}]), "batches"),
            (json!("{a}"), "JSON object"),
            (json!({}), "`query` is missing"),
            (json!({"query": null}), "`query` is missing"),
            (json!({"query": 1}), "`query`"),
            (json!({"query": "{a}", "operationName": 1}), "`operationName`"),
            (json!({"query": "{a}", "variables": []}), "`variables`"),
            (json!({"query": "{a}", "variables": "{}"}), "`variables`"),
            (json!({"query": "{a}", "extensions": false}), "`extensions`"),
        ];
        for (value, expected) in cases {
            let error = from_value(value.clone()).unwrap_err();
            assert!(error.contains(expected), "{value} gave: {error}");
        }
    }

    #[test]
    fn null_parameters_are_absent_ones() {
        let value = json!({"query": "{a}", "operationName": null, "variables": null, "extensions": null});
        let Asked { request, document } = from_value(value).unwrap();
        assert_eq!(document, None);
        assert_eq!(request.operation_name, None);
        assert!(request.variables.is_empty());
    }

    #[test]
    fn a_query_string_carries_all_parameters() {
        let asked =
            from_query_string("query=query+A%7Ba%7D&operationName=A&variables=%7B%22n%22%3A1%7D").unwrap();
        let request = asked.request;
        assert_eq!(request.query, "query A{a}");
        assert_eq!(request.operation_name.as_deref(), Some("A"));
        assert_eq!(request.variables.len(), 1);
    }

    #[test]
    fn a_document_may_be_named_instead_of_sent() {
        let hash = "a".repeat(64);
        let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
        for (value, name) in [
            (json!({ "documentId": "sha256:abc" }), "sha256:abc"),
            (json!({ "extensions": persisted }), hash.as_str()),
            (
                json!({ "documentId": format!("sha256:{hash}"), "extensions": persisted }),
                &format!("sha256:{hash}"),
            ),
        ] {
            let asked = from_value(value).unwrap();
            assert_eq!(
                (asked.request.query.as_str(), asked.document.as_deref()),
                ("", Some(name))
            );
        }
        let asked = from_query_string("documentId=list&variables=%7B%7D").unwrap();
        assert_eq!(asked.document.as_deref(), Some("list"));
        for value in [
            json!({ "documentId": 7 }),
            json!({ "documentId": "" }),
            json!({ "documentId": "x".repeat(257) }),
            json!({ "documentId": "other", "extensions": persisted }),
            json!({ "extensions": { "persistedQuery": { "sha256Hash": 7 } } }),
            json!({ "extensions": { "persistedQuery": {} } }),
        ] {
            assert!(from_value(value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn a_query_string_with_one_parameter_twice_is_refused() {
        assert!(from_query_string("query=%7Ba%7D&query=%7Bb%7D").is_err());
    }

    #[test]
    fn json_nested_beyond_reason_is_an_error_and_no_crash() {
        let body = format!(r#"{{"query":"{{a}}","variables":{{"v":{}"#, "[".repeat(100_000));
        assert!(from_body(body.as_bytes()).unwrap_err().contains("not valid JSON"));
    }
}
