//! Documents that were parsed before: clients send the same few over and over, and parsing one costs more CPU than
//! running it does where it asks for little. What is kept is the syntax only; every request is checked anew.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use async_graphql::Request;
use async_graphql::parser::types::ExecutableDocument;

/// How many documents are kept. A client that sends ever new ones makes the others be parsed again, no more.
const MOST: usize = 256;

/// Longer documents are seldom sent twice.
const LONGEST_BYTES: usize = 8 << 10;

/// The documents by their text.
#[derive(Debug, Default)]
pub(super) struct Documents(RwLock<HashMap<String, ExecutableDocument>>);

impl Documents {
    /// The request with its document parsed, when that can be done; else as it was, and the schema says what is wrong.
    pub(super) fn parsed(&self, mut request: Request) -> Request {
        if request.query.len() > LONGEST_BYTES {
            return request;
        }
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&request.query)
            .cloned();
        if let Some(known) = known {
            request.set_parsed_query(known);
            return request;
        }
        let Ok(parsed) = request.parsed_query().cloned() else {
            return request;
        };
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(request.query.clone(), parsed);
        drop(kept);
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(documents: &Documents) -> usize {
        documents.0.read().unwrap().len()
    }

    #[test]
    fn documents_are_kept_by_their_text_and_bounded() {
        let documents = Documents::default();
        for text in ["{ a }", "{ a }", "{ b }", "{ broken"] {
            let request = documents.parsed(Request::new(text));
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
            let mut request = documents.parsed(Request::new("query A { a } query B { b }"));
            assert_eq!(request.parsed_query().unwrap().operations.iter().count(), 2);
        }
    }
}
