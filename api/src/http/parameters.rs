//! The parameters of a GraphQL request: from a JSON body, a query string or a WebSocket message.

use actix_web::web::Query;
use async_graphql::{Request, Variables};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Reads a POST's body.
pub(super) fn from_body(body: &[u8]) -> Result<Request, String> {
    let value =
        serde_json::from_slice(body).map_err(|error| format!("the body is not valid JSON: {error}"))?;
    from_value(value)
}

/// Reads a parsed request.
pub(super) fn from_value(value: Value) -> Result<Request, String> {
    match value {
        Value::Object(members) => from_members(members),
        Value::Array(_) => Err("batches are not accepted; send one operation a request".into()),
        _ => Err("the request must be a JSON object with a member `query`".into()),
    }
}

fn from_members(mut members: Map<String, Value>) -> Result<Request, String> {
    let query = match members.remove("query") {
        Some(Value::String(query)) => query,
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
    Ok(request)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryParameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// Reads a GET's query string, where `variables` and `extensions` are JSON.
pub(super) fn from_query_string(query_string: &str) -> Result<Request, String> {
    let Query(parameters) = Query::<QueryParameters>::from_query(query_string)
        .map_err(|error| format!("the query string is malformed: {error}"))?;
    let mut members = Map::new();
    let plain = [
        ("query", parameters.query),
        ("operationName", parameters.operation_name),
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
        let request = from_value(value).unwrap();
        assert_eq!(request.operation_name, None);
        assert!(request.variables.is_empty());
    }

    #[test]
    fn a_query_string_carries_all_parameters() {
        let request =
            from_query_string("query=query+A%7Ba%7D&operationName=A&variables=%7B%22n%22%3A1%7D").unwrap();
        assert_eq!(request.query, "query A{a}");
        assert_eq!(request.operation_name.as_deref(), Some("A"));
        assert_eq!(request.variables.len(), 1);
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
