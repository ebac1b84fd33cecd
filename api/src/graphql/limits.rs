//! The document guard: what a GraphQL document may cost, decided before the schema sees it.
//!
//! async-graphql walks values recursively and expands fragments while it validates, before any of its
//! own limits apply. A literal nested a few thousand deep overflows the stack, which aborts the process,
//! and a kilobyte of fragments that spread each other costs seconds. [`inspect`] reads the document as
//! tokens, counts what it would expand to without expanding it, and refuses what is over [`Limits`]. Its
//! work is proportional to the document's length and stops at the token limit.
//!
//! The guard reads strictly, by the specification's grammar: a document that it cannot read is refused
//! here as a syntax error, so the schema's own parser never meets text that the guard saw differently.

mod document;
mod expansion;
mod lexer;

use async_graphql::{ErrorExtensionValues, Pos, ServerError, Value};

use document::Document;

/// How many records a page may hold at most; larger requests are refused by the resolvers.
pub const MAX_PAGE: usize = 100;

/// How many records a page holds when the client does not say.
pub const DEFAULT_PAGE: usize = 20;

/// A name longer than this is refused: the schema compares unknown names with every known one to suggest
/// what was meant, which is quadratic in their length.
const MAX_NAME_BYTES: usize = 256;

/// What one document may hold. Counts of fields, aliases and directives are taken after every fragment
/// is expanded, over all operations and fragments of the document, since validation visits them all.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Length of the text; strings and comments make it long without making tokens.
    pub bytes: usize,
    /// Lexical tokens.
    pub tokens: usize,
    /// Levels of lists and objects within one argument or variable.
    pub literal_depth: usize,
    /// Levels of fields, root fields being the first.
    pub depth: usize,
    /// The same below `__schema` and `__type`: the introspection of common clients is 15 levels deep.
    pub introspection_depth: usize,
    /// Fields.
    pub fields: usize,
    /// Fields under another name.
    pub aliases: usize,
    /// Directives such as `@include`.
    pub directives: usize,
}

impl Default for Limits {
    /// Generous for documents that people and code generators write: GraphiQL's introspection has about
    /// 400 tokens and expands to fewer than 300 fields.
    fn default() -> Self {
        Self {
            bytes: 128 << 10,
            tokens: 8_000,
            literal_depth: 16,
            depth: 15,
            introspection_depth: 25,
            fields: 3_000,
            aliases: 100,
            directives: 100,
        }
    }
}

/// The three kinds of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// Reads; may run over GET.
    Query,
    /// Writes; POST and WebSocket only.
    Mutation,
    /// Listens; WebSocket only.
    Subscription,
}

impl OperationKind {
    /// The keyword that begins such an operation.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

/// The operation of a document that will run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its kind.
    pub kind: OperationKind,
    /// Its name in the document, if it has one.
    pub name: Option<String>,
    /// Whether the document asks what the schema has.
    pub introspects: bool,
}

/// Why the guard refused a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, for the person who wrote the document.
    pub message: String,
    /// Line and column, both from 1, where that can be told.
    pub location: Option<(usize, usize)>,
    /// `true` when the document could be valid but asks for too much.
    pub over_limit: bool,
}

impl Refusal {
    fn limit(message: String) -> Self {
        Self {
            message,
            location: None,
            over_limit: true,
        }
    }

    fn invalid(message: String) -> Self {
        Self {
            message,
            location: None,
            over_limit: false,
        }
    }

    fn at(mut self, source: &str, offset: usize) -> Self {
        self.location = Some(lexer::line_and_column(source, offset));
        self
    }

    /// The stable code of this refusal in a GraphQL error's extensions.
    pub fn code(&self) -> &'static str {
        if self.over_limit {
            "LIMIT_EXCEEDED"
        } else {
            "BAD_USER_INPUT"
        }
    }
}

impl From<Refusal> for ServerError {
    fn from(refusal: Refusal) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", refusal.code());
        let position = refusal.location.map(|(line, column)| Pos { line, column });
        let mut error = Self::new(refusal.message, position);
        error.extensions = Some(extensions);
        error
    }
}

/// Reads `source`, refuses it when it is malformed or over `limits`, and says which operation would run.
///
/// `operation_name` chooses among several operations as the specification's `GetOperation` does.
pub fn inspect(source: &str, operation_name: Option<&str>, limits: &Limits) -> Result<Operation, Refusal> {
    if source.len() > limits.bytes {
        let message = format!(
            "the document is longer than {} bytes; send long values as variables",
            limits.bytes
        );
        return Err(Refusal::limit(message));
    }
    let tokens = lexer::tokens(source, limits.tokens)?;
    let document = Document::read(source, &tokens, limits)?;
    expansion::measure(&document, limits)?;
    let introspects = document.introspects();
    let operation = document.operation(operation_name)?;
    Ok(Operation {
        introspects,
        ..operation
    })
}

/// Refuses variables nested deeper than `limits` allow in a literal.
pub fn inspect_variables<'a>(
    variables: impl IntoIterator<Item = &'a Value>,
    limits: &Limits,
) -> Result<(), Refusal> {
    if variables
        .into_iter()
        .all(|value| is_shallow(value, limits.literal_depth))
    {
        return Ok(());
    }
    Err(Refusal::limit(format!(
        "a variable is nested deeper than {} levels",
        limits.literal_depth
    )))
}

fn is_shallow(value: &Value, levels: usize) -> bool {
    let inner = |value| levels > 0 && is_shallow(value, levels.saturating_sub(1));
    match value {
        Value::List(items) => levels > 0 && items.iter().all(inner),
        Value::Object(members) => levels > 0 && members.values().all(inner),
        _ => true,
    }
}

/// The complexity of a page of records, for `#[graphql(complexity = …)]`.
///
/// Complexity is computed before arguments are checked, so `first` can be anything: it is clamped to what
/// a page can hold, and nothing overflows.
pub fn page_cost(first: Option<i32>, child: usize) -> usize {
    page_records(first).saturating_mul(child.max(1)).saturating_add(1)
}

/// How many records a page may have.
pub(super) fn page_records(first: Option<i32>) -> usize {
    match first {
        None => DEFAULT_PAGE,
        Some(first) => usize::try_from(first).unwrap_or(0).clamp(1, MAX_PAGE),
    }
}

#[cfg(test)]
mod tests;
