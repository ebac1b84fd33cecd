//! A part of an object whose fields are resolved in memory of their own.
//!
//! What resolves a field of an object is one future, as large as the largest of the object's fields needs: 15 KB for all
//! that can be asked. Every use moves it about, the smallest too. A [`Boxed`] part is a pointer instead, so that the
//! fields beside it, which are asked for most, stay small.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
};

/// A part of a merged object, resolved in memory of its own.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Boxed<T>(T);

impl<T: ContainerType> ContainerType for Boxed<T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        Box::pin(self.0.resolve_field(ctx)).await
    }
}

impl<T: OutputType> OutputType for Boxed<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        Box::pin(self.0.resolve(ctx, field)).await
    }
}

impl<T: ObjectType> ObjectType for Boxed<T> {}
