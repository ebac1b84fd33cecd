//! What the audit log is told of a request: who asks for which operations, and what of that is not public.

use async_graphql::parser::types::{ExecutableDocument, Field, OperationType};
use async_graphql::{Request, Response, ServerError, Value, Variables};

use super::Schema;
use super::guarded::{among, collect, operations};
use super::id::{Kind, decode};
use crate::access::rules::SENSITIVE;
use crate::audit::{Origin, acting, on_behalf};
use crate::error::ApiError;
use crate::service::audit::note_read;
use crate::store::Database;

/// What `node` shows that is not public.
const SENSITIVE_KINDS: [Kind; 9] = [
    Kind::Account,
    Kind::AuditEntry,
    Kind::Bid,
    Kind::Board,
    Kind::Import,
    Kind::Interest,
    Kind::SurveyInvitation,
    Kind::SurveyResponse,
    Kind::SurveyUpload,
];

/// A field at the root that shows what is not public.
struct Look {
    name: String,
    /// Where its answer stands.
    key: String,
    ids: Vec<String>,
}

/// What a document asks for.
#[derive(Default)]
struct Asked {
    names: Vec<String>,
    looks: Vec<Look>,
}

/// Runs a request on behalf of whoever sent it. What is not public is shown once the log has it, or not at all.
pub(super) async fn run(schema: &Schema, db: &Database, mut request: Request) -> Response {
    let operation = request.operation_name.clone();
    let variables = request.variables.clone();
    let asked = match request.parsed_query() {
        Ok(document) => asked(document, operation.as_deref(), &variables),
        Err(_) => Asked::default(),
    };
    let origin = among(&request).cloned();
    let origin: Origin = origin.unwrap_or_else(|| (*acting()).clone());
    let work = async {
        // In a place of its own: its future is large, and would be moved about with each one around it.
        let response = Box::pin(schema.execute(request)).await;
        let shown: Vec<(String, Vec<String>)> = asked
            .looks
            .into_iter()
            .filter(|look| is_shown(&response.data, &look.key))
            .map(|look| (look.name, look.ids))
            .collect();
        if shown.is_empty() {
            return response;
        }
        match note_read(db, &shown).await {
            Ok(()) => response,
            Err(error) => unnoted(error),
        }
    };
    on_behalf(origin.asking(&asked.names.join(", ")), work).await
}

fn asked(document: &ExecutableDocument, name: Option<&str>, variables: &Variables) -> Asked {
    let mut asked = Asked::default();
    for operation in operations(document, name) {
        let mut fields = Vec::new();
        collect(
            document,
            &operation.selection_set.node,
            &mut Default::default(),
            &mut fields,
        );
        for (field, _) in fields {
            let name = field.name.node.as_str();
            if operation.ty == OperationType::Query
                && let Some(ids) = sensitive(field, variables)
            {
                asked.looks.push(Look {
                    name: name.to_owned(),
                    key: field.response_key().node.to_string(),
                    ids,
                });
            }
            if !asked.names.iter().any(|known| known == name) {
                asked.names.push(name.to_owned());
            }
        }
    }
    asked
}

/// What a field is asked about, when what it shows is not public.
fn sensitive(field: &Field, variables: &Variables) -> Option<Vec<String>> {
    match field.name.node.as_str() {
        "node" => {
            let ids = ids(field, variables);
            let mut kinds = ids.iter().filter_map(|id| decode(id));
            kinds
                .any(|(kind, _)| SENSITIVE_KINDS.contains(&kind))
                .then_some(ids)
        }
        name => SENSITIVE.contains(&name).then(|| ids(field, variables)),
    }
}

/// The global ids among a field's arguments.
fn ids(field: &Field, variables: &Variables) -> Vec<String> {
    let mut found = Vec::new();
    for (_, value) in &field.arguments {
        let known = value
            .node
            .clone()
            .into_const_with(|name| Ok::<_, ()>(variables.get(&name).cloned().unwrap_or_default()));
        if let Ok(value) = known {
            gather(&value, &mut found);
        }
    }
    found
}

/// At most so many ids of one field are kept.
const MOST_IDS: usize = 20;

fn gather(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if found.len() < MOST_IDS && decode(text).is_some() => found.push(text.clone()),
        Value::List(values) => values.iter().for_each(|value| gather(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| gather(value, found)),
        _ => {}
    }
}

fn is_shown(data: &Value, key: &str) -> bool {
    match data {
        Value::Object(fields) => fields.get(key).is_some_and(|value| *value != Value::Null),
        _ => false,
    }
}

fn unnoted(error: ApiError) -> Response {
    let error = async_graphql::Error::from(error);
    Response::from_errors(vec![ServerError {
        message: error.message,
        source: None,
        locations: Vec::new(),
        path: Vec::new(),
        extensions: error.extensions,
    }])
}
