//! Documents as they arrive: held against the bounds, parsed once, and priced once where variables make no difference.
//!
//! Clients send the same few over and over, and parsing and validating one costs more CPU than running it does where it
//! asks for little. What may be asked, and by whom, is looked at with every request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use async_graphql::parser::types::{BaseType, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Name, Request, ServerError, Value, Variables};

use super::limits::{self, Limits, Operation};
use super::pricing::Prices;

/// How many bytes of text are kept of all documents together: what is parsed of a text takes about a hundred times its
/// room. A client that sends ever new ones makes the others be parsed again, no more.
const MOST_BYTES: usize = 256 << 10;

/// Longer documents are seldom sent twice.
const LONGEST_BYTES: usize = 8 << 10;

/// The types of variables of which any text is a right value, so that validation does not depend on them.
const TEXTS: [&str; 2] = ["ID", "String"];

/// The documents by their text. Those of one server: they were held against its bounds.
#[derive(Debug, Default)]
pub(crate) struct Documents(RwLock<Kept>);

/// The documents, and how long their texts are together.
#[derive(Debug, Default)]
struct Kept {
    by_text: HashMap<String, Arc<Known>>,
    bytes: usize,
}

impl Kept {
    fn keep(&mut self, text: &str, known: Arc<Known>) {
        if self.bytes.saturating_add(text.len()) > MOST_BYTES {
            *self = Self::default();
        }
        if self.by_text.insert(text.to_owned(), known).is_none() {
            self.bytes += text.len();
        }
    }
}

/// A document that was parsed.
#[derive(Debug)]
pub(crate) struct Known {
    syntax: ExecutableDocument,
    /// The operation, when it is the only one.
    operation: Option<Operation>,
    /// Of a single query all of whose variables are texts: their names.
    texts: Option<Vec<Name>>,
    /// What it costs, when its variables cannot change that.
    price: OnceLock<u64>,
    /// Whether the document was found valid.
    valid: AtomicBool,
}

/// A request within the bounds.
#[derive(Debug)]
pub(crate) struct Admitted {
    /// The request with its document parsed, and with the document among its data for [`Guarded`](super::guarded::Guarded).
    pub(crate) request: Request,
    /// What would run.
    pub(crate) operation: Operation,
    /// The document; none when only the guard could read it, and the schema says what is wrong.
    known: Option<Arc<Known>>,
}

impl Documents {
    /// Reads a request's document, and says which operation would run.
    ///
    /// # Errors
    /// When it is malformed or asks for more than `limits` allow.
    pub(crate) fn admit(&self, mut request: Request, limits: &Limits) -> Result<Admitted, ServerError> {
        limits::inspect_variables(request.variables.values(), limits)?;
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .by_text
            .get(&request.query)
            .cloned();
        let name = request.operation_name.as_deref();
        if let Some(known) = known {
            let operation = match known.operation(name) {
                Some(operation) => operation.clone(),
                None => limits::inspect(&request.query, name, limits)?,
            };
            request.set_parsed_query(known.syntax.clone());
            return Ok(Admitted {
                request: request.data(Arc::clone(&known)),
                operation,
                known: Some(known),
            });
        }
        // Before the parser, which is not safe from every text.
        let operation = limits::inspect(&request.query, name, limits)?;
        let Ok(syntax) = request.parsed_query().cloned() else {
            return Ok(Admitted {
                request,
                operation,
                known: None,
            });
        };
        let known = Arc::new(Known::new(syntax, operation.clone()));
        if request.query.len() <= LONGEST_BYTES {
            let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
            kept.keep(&request.query, Arc::clone(&known));
        }
        Ok(Admitted {
            request: request.data(Arc::clone(&known)),
            operation,
            known: Some(known),
        })
    }
}

impl Admitted {
    /// What the request costs, at least 1. One whose document cannot be read costs that: it runs nothing.
    pub(crate) fn price(&self, prices: &Prices) -> u64 {
        let Some(known) = &self.known else { return 1 };
        let reckon = || {
            let name = self.request.operation_name.as_deref();
            prices.price(&known.syntax, name, &self.request.variables)
        };
        // A text is no number and no list, whatever it says.
        match known.texts {
            Some(_) => *known.price.get_or_init(reckon),
            None => reckon(),
        }
    }
}

impl Known {
    fn new(syntax: ExecutableDocument, operation: Operation) -> Self {
        Self {
            operation: only(&syntax).map(|_| operation),
            texts: texts(&syntax),
            syntax,
            price: OnceLock::new(),
            valid: AtomicBool::new(false),
        }
    }

    /// The operation of that name, or the only one, when that is known.
    fn operation(&self, name: Option<&str>) -> Option<&Operation> {
        self.operation
            .as_ref()
            .filter(|operation| name.is_none() || operation.name.as_deref() == name)
    }

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

/// The operation of a document that has one.
fn only(document: &ExecutableDocument) -> Option<&OperationDefinition> {
    let mut operations = document.operations.iter().map(|(_, operation)| &operation.node);
    operations.next().filter(|_| operations.next().is_none())
}

/// The variables of a document with a single query, when all of them are texts.
fn texts(document: &ExecutableDocument) -> Option<Vec<Name>> {
    let operation = only(document)?;
    if operation.ty != OperationType::Query {
        return None;
    }
    let variables = operation.variable_definitions.iter();
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
    use crate::graphql::limits::OperationKind;

    fn admit(documents: &Documents, text: &str) -> Admitted {
        documents.admit(Request::new(text), &Limits::default()).unwrap()
    }

    fn kept(documents: &Documents) -> usize {
        documents.0.read().unwrap().by_text.len()
    }

    fn known(text: &str) -> Arc<Known> {
        admit(&Documents::default(), text).known.unwrap()
    }

    #[test]
    fn documents_are_kept_by_their_text_and_bounded() {
        let documents = Documents::default();
        for text in ["{ a }", "{ a }", "{ b }"] {
            assert_eq!(admit(&documents, text).request.query, text);
        }
        let broken = documents.admit(Request::new("{ broken"), &Limits::default());
        assert!(broken.is_err());
        assert_eq!(kept(&documents), 2);
        admit(&documents, &format!("{{ a }} # {}", "x".repeat(LONGEST_BYTES)));
        assert_eq!(kept(&documents), 2);
        let long = "a ".repeat(1_000);
        for number in 0..MOST_BYTES / 1_000 {
            admit(&documents, &format!("{{ a{number} {long} }}"));
            assert!(documents.0.read().unwrap().bytes <= MOST_BYTES);
        }
        let kept = documents.0.into_inner().unwrap();
        assert_eq!(kept.bytes, kept.by_text.keys().map(String::len).sum::<usize>());
    }

    #[test]
    fn the_same_text_has_the_same_operations() {
        let documents = Documents::default();
        let two = "query A { a } mutation B { b }";
        for _ in 0..2 {
            let asked = |name: &str| Request::new(two).operation_name(name);
            let mut a = documents.admit(asked("A"), &Limits::default()).unwrap();
            assert_eq!(a.request.parsed_query().unwrap().operations.iter().count(), 2);
            assert_eq!(a.operation.kind, OperationKind::Query);
            let b = documents.admit(asked("B"), &Limits::default()).unwrap();
            assert_eq!(b.operation.kind, OperationKind::Mutation);
            let unnamed = documents.admit(Request::new(two), &Limits::default());
            assert!(unnamed.is_err(), "which of the two?");
        }
        for _ in 0..2 {
            let one = Request::new("query A { a }");
            let named = documents.admit(one.operation_name("A"), &Limits::default());
            assert_eq!(named.unwrap().operation.name.as_deref(), Some("A"));
            let other = Request::new("query A { a }").operation_name("B");
            assert!(documents.admit(other, &Limits::default()).is_err());
        }
    }

    #[test]
    fn a_price_is_kept_where_variables_make_no_difference() {
        let prices =
            Prices::of("type Query { list(first: Int, of: ID): [Item!]! } type Item { name: String }");
        let documents = Documents::default();
        for (text, variables, points) in [
            (
                "query ($of: ID!) { list(of: $of) { name } }",
                serde_json::json!({"of": "1"}),
                21,
            ),
            (
                "query ($of: ID!) { list(of: $of) { name } }",
                serde_json::json!({"of": "2"}),
                21,
            ),
            (
                "query ($n: Int) { list(first: $n) { name } }",
                serde_json::json!({"n": 3}),
                4,
            ),
            (
                "query ($n: Int) { list(first: $n) { name } }",
                serde_json::json!({"n": 7}),
                8,
            ),
        ] {
            let request = Request::new(text).variables(Variables::from_json(variables));
            let admitted = documents.admit(request, &Limits::default()).unwrap();
            assert_eq!(admitted.price(&prices), points, "{text}");
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
            "mutation { a }",
            "subscription { a }",
        ] {
            let document = known(text);
            document.found_valid();
            assert!(!document.is_valid_with(&Variables::default()), "{text}");
        }
        for text in ["{ a }", "query A { a }"] {
            let plain = known(text);
            plain.found_valid();
            assert!(plain.is_valid_with(&Variables::default()));
        }
        let two = Request::new("query A { a } query B { b }").operation_name("A");
        let two = Documents::default()
            .admit(two, &Limits::default())
            .unwrap()
            .known
            .unwrap();
        two.found_valid();
        assert!(!two.is_valid_with(&Variables::default()));
    }
}
