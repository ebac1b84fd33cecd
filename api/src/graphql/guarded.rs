//! The schema behind its rules: an operation that the viewer may not do is refused before anything of its request runs.

use std::any::TypeId;
use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::{
    Data, ErrorExtensionValues, Executor, Pos, Request, Response, ServerError, ValidationMode,
};
use futures_util::stream::{self, BoxStream, StreamExt as _};

use super::documents::Known;
use super::{Schema, trail};
use crate::access::Viewer;
use crate::access::rules::{self, Refused, Root};
use crate::service::App;
use crate::store::Database;

/// A schema whose every operation is held against the table of rules, over HTTP and WebSocket alike.
#[derive(Clone)]
pub struct Guarded {
    schema: Schema,
    /// The same schema for documents that are known to be valid; their cost and depth are bounded still.
    lenient: Schema,
    /// Where the audit log is, which is told who looks at what is not public.
    db: Database,
    /// Operations that the schema has and nobody gave a rule: a mistake of ours, for which nobody else is let in.
    without_rule: Arc<HashSet<String>>,
}

impl Guarded {
    /// The schema over a running application, behind its rules. Must be called within the runtime.
    #[must_use]
    pub fn over(app: &App) -> Self {
        let schema = super::schema(app.clone());
        let without_rule = operations_of(&schema.sdl())
            .into_iter()
            .filter(|(root, name)| rules::of(*root, name).is_none())
            .map(|(_, name)| name)
            .collect();
        Self {
            schema,
            lenient: super::over(app.clone(), ValidationMode::Fast),
            db: app.db.clone(),
            without_rule: Arc::new(without_rule),
        }
    }
}

/// Every operation of a schema's text.
#[must_use]
pub fn operations_of(sdl: &str) -> Vec<(Root, String)> {
    let Ok(document) = parse_schema(sdl) else {
        return Vec::new();
    };
    let types = document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(kind) => Some(kind.node),
            _ => None,
        });
    types
        .filter_map(|kind| {
            let root = match kind.name.node.as_str() {
                "Query" => Root::Query,
                "Mutation" => Root::Mutation,
                "Subscription" => Root::Subscription,
                _ => return None,
            };
            match kind.kind {
                TypeKind::Object(object) => Some((root, object.fields)),
                _ => None,
            }
        })
        .flat_map(|(root, fields)| {
            let names = fields.into_iter().map(|field| field.node.name.node.to_string());
            names.map(move |name| (root, name))
        })
        .collect()
}

impl Executor for Guarded {
    async fn execute(&self, mut request: Request) -> Response {
        let known: Option<Arc<Known>> = among(&request).cloned();
        if let Some(errors) = self.refused(&mut request) {
            return Response::from_errors(errors);
        }
        if let Some(known) = &known
            && known.is_valid_with(&request.variables)
        {
            return trail::run(&self.lenient, &self.db, request).await;
        }
        let response = trail::run(&self.schema, &self.db, request).await;
        if let Some(known) = known
            && response.errors.is_empty()
        {
            known.found_valid();
        }
        response
    }

    fn execute_stream(
        &self,
        mut request: Request,
        session: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        match self.refused(&mut request) {
            Some(errors) => stream::once(async move { Response::from_errors(errors) }).boxed(),
            None => Executor::execute_stream(&self.schema, request, session),
        }
    }
}

impl Guarded {
    /// The operations of a request that its viewer may not do. A document that cannot be read has none, nor has an
    /// operation that does not exist: the schema says what is wrong with them.
    fn refused(&self, request: &mut Request) -> Option<Vec<ServerError>> {
        let viewer = among(request).cloned().unwrap_or_else(Viewer::public);
        let name = request.operation_name.clone();
        let document = request.parsed_query().ok()?;
        let errors: Vec<ServerError> = operations(document, name.as_deref())
            .flat_map(|operation| {
                let root = match operation.ty {
                    OperationType::Query => Root::Query,
                    OperationType::Mutation => Root::Mutation,
                    OperationType::Subscription => Root::Subscription,
                };
                let mut fields = Vec::new();
                collect(
                    document,
                    &operation.selection_set.node,
                    &mut HashSet::new(),
                    &mut fields,
                );
                fields
                    .into_iter()
                    .map(move |(field, at)| (root, field.name.node.as_str(), at))
            })
            .filter_map(|(root, field, at)| {
                let refused = match self.without_rule.contains(field) {
                    true => Refused::Role,
                    false => rules::check(&viewer, root, field).err()?,
                };
                Some(error(refused, field, at))
            })
            .collect();
        (!errors.is_empty()).then_some(errors)
    }
}

/// What was put among a request's data.
pub(super) fn among<T: 'static>(request: &Request) -> Option<&T> {
    request.data.get(&TypeId::of::<T>())?.downcast_ref()
}

/// The operation of that name, or every one when none is named.
pub(super) fn operations<'a>(
    document: &'a ExecutableDocument,
    name: Option<&'a str>,
) -> impl Iterator<Item = &'a OperationDefinition> {
    document
        .operations
        .iter()
        .filter(move |(of, _)| name.is_none() || of.map(|of| of.as_str()) == name)
        .map(|(_, operation)| &operation.node)
}

/// The root fields of a selection, through fragments, each fragment once.
pub(super) fn collect<'a>(
    document: &'a ExecutableDocument,
    selections: &'a SelectionSet,
    seen: &mut HashSet<&'a str>,
    fields: &mut Vec<(&'a Field, Pos)>,
) {
    for selection in &selections.items {
        match &selection.node {
            Selection::Field(field) => fields.push((&field.node, field.pos)),
            Selection::InlineFragment(fragment) => {
                collect(document, &fragment.node.selection_set.node, seen, fields);
            }
            Selection::FragmentSpread(spread) => {
                let name = spread.node.fragment_name.node.as_str();
                if seen.insert(name)
                    && let Some(fragment) = document.fragments.get(name)
                {
                    collect(document, &fragment.node.selection_set.node, seen, fields);
                }
            }
        }
    }
}

fn error(refused: Refused, field: &str, at: Pos) -> ServerError {
    let (code, message) = match refused {
        Refused::Unknown => (
            "UNAUTHENTICATED",
            format!(
                "`{field}` is for people and programs who are known: send `Authorization: Bearer KEY` with a key that \
                 `tandem key create` made"
            ),
        ),
        Refused::Role => ("FORBIDDEN", format!("`{field}` is not for your roles")),
        Refused::ReadOnly => (
            "FORBIDDEN",
            format!("`{field}` changes something, and your key may only read"),
        ),
    };
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    let mut error = ServerError::new(message, Some(at));
    error.extensions = Some(extensions);
    error
}
