//! Documents that were seen before: clients send the same few over and over, and parsing and validating one costs more
//! CPU than running it does where it asks for little. What may be asked, and by whom, is looked at with every request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::parser::types::{BaseType, DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{Name, Request, Value, Variables};

/// How many documents are kept. A client that sends ever new ones makes the others be parsed again, no more.
const MOST: usize = 256;

/// Longer documents are seldom sent twice.
const LONGEST_BYTES: usize = 8 << 10;

/// The types of variables of which any text is a right value, so that validation does not depend on them.
const TEXTS: [&str; 2] = ["ID", "String"];

/// The documents by their text.
#[derive(Debug, Default)]
pub(super) struct Documents(RwLock<HashMap<String, Arc<Known>>>);

/// A document that was sent before.
#[derive(Debug)]
pub(super) struct Known {
    syntax: ExecutableDocument,
    /// Of a single query all of whose variables are texts: their names.
    texts: Option<Vec<Name>>,
    /// Whether the document was found valid.
    valid: AtomicBool,
}

impl Documents {
    /// The request with its document parsed, and the document, when that can be done; else as it was, and the schema says
    /// what is wrong.
    pub(super) fn parsed(&self, mut request: Request) -> (Request, Option<Arc<Known>>) {
        if request.query.len() > LONGEST_BYTES {
            return (request, None);
        }
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&request.query)
            .cloned();
        if let Some(known) = known {
            request.set_parsed_query(known.syntax.clone());
            return (request, Some(known));
        }
        let Ok(parsed) = request.parsed_query().cloned() else {
            return (request, None);
        };
        let known = Arc::new(Known {
            texts: texts(&parsed),
            syntax: parsed,
            valid: AtomicBool::new(false),
        });
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(request.query.clone(), Arc::clone(&known));
        drop(kept);
        (request, Some(known))
    }
}

impl Known {
    /// Whether the document is valid with these variables, because it was with others and they make no difference: every
    /// one that it declares is given as a text, and of its type any text is right.
    pub(super) fn is_valid_with(&self, variables: &Variables) -> bool {
        let Some(texts) = self.texts.as_ref().filter(|_| self.valid.load(Ordering::Relaxed)) else {
            return false;
        };
        texts
            .iter()
            .all(|name| matches!(variables.get(name), Some(Value::String(_))))
    }

    /// The document was answered without an error, and so is valid.
    pub(super) fn found_valid(&self) {
        self.valid.store(true, Ordering::Relaxed);
    }
}

/// The variables of a document with a single query, when all of them are texts.
fn texts(document: &ExecutableDocument) -> Option<Vec<Name>> {
    let DocumentOperations::Single(operation) = &document.operations else {
        return None;
    };
    if operation.node.ty != OperationType::Query {
        return None;
    }
    let variables = operation.node.variable_definitions.iter();
    variables
        .map(|variable| {
            let is_text = match &variable.node.var_type.node.base {
                BaseType::Named(name) => TEXTS.contains(&name.as_str()),
                BaseType::List(_) => false,
            };
            is_text.then(|| variable.node.name.node.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(documents: &Documents) -> usize {
        documents.0.read().unwrap().len()
    }

    fn known(text: &str) -> Arc<Known> {
        let (_, known) = Documents::default().parsed(Request::new(text));
        known.unwrap()
    }

    #[test]
    fn documents_are_kept_by_their_text_and_bounded() {
        let documents = Documents::default();
        for text in ["{ a }", "{ a }", "{ b }", "{ broken"] {
            let (request, _) = documents.parsed(Request::new(text));
            assert_eq!(request.query, text);
        }
        assert_eq!(kept(&documents), 2);
        documents.parsed(Request::new(format!("{{ a }} # {}", "x".repeat(LONGEST_BYTES))));
        assert_eq!(kept(&documents), 2);
        for number in 0..2 * MOST {
            documents.parsed(Request::new(format!("{{ a{number} }}")));
        }
        assert!(kept(&documents) <= MOST);
    }

    #[test]
    fn the_same_text_has_the_same_operation() {
        let documents = Documents::default();
        for _ in 0..2 {
            let (mut request, _) = documents.parsed(Request::new("query A { a } query B { b }"));
            assert_eq!(request.parsed_query().unwrap().operations.iter().count(), 2);
        }
    }

    #[test]
    fn what_was_found_valid_stays_so_while_every_variable_is_a_text() {
        let document = known("query ($id: ID!, $name: String) { a(id: $id, name: $name) }");
        let texts = Variables::from_json(serde_json::json!({"id": "1", "name": "x", "unknown": 3}));
        assert!(!document.is_valid_with(&texts), "not before it was validated");
        document.found_valid();
        assert!(document.is_valid_with(&texts));
        for odd in [
            serde_json::json!({"id": "1"}),
            serde_json::json!({"id": 1, "name": "x"}),
            serde_json::json!({"id": "1", "name": null}),
            serde_json::json!({"id": ["1"], "name": "x"}),
            serde_json::json!({"id": {"a": 1}, "name": "x"}),
        ] {
            assert!(
                !document.is_valid_with(&Variables::from_json(odd.clone())),
                "{odd}"
            );
        }
    }

    #[test]
    fn documents_whose_variables_matter_are_validated_each_time() {
        for text in [
            "query ($first: Int) { a(first: $first) }",
            "query ($filter: Filter) { a(filter: $filter) }",
            "query ($ids: [ID!]) { a(ids: $ids) }",
            "query ($yes: Boolean!) { a @include(if: $yes) }",
            "query A { a } query B { b }",
            "mutation { a }",
            "subscription { a }",
        ] {
            let document = known(text);
            document.found_valid();
            assert!(!document.is_valid_with(&Variables::default()), "{text}");
        }
        let plain = known("{ a }");
        plain.found_valid();
        assert!(plain.is_valid_with(&Variables::default()));
    }
}
