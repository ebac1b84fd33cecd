//! Objects most of whose fields are at hand, resolved without waiting.
//!
//! async-graphql makes a boxed future of every field of every object and joins them, which for a title costs ten times
//! what the title does; a page of 50 projects with those who take part has 1,100 fields. An [`AtHand`] object gives the
//! fields that need neither arguments nor waiting as values; everything else, and every document that does something
//! unusual with the object, goes the library's way. A test asks both ways and compares.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::{ContainerType, ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value};

/// What a field gives at once.
pub(crate) enum Given<'a> {
    /// A value without fields.
    Value(Value),
    /// An object, all of whose fields are at hand that are asked for; else the field is resolved as any other.
    Object(Box<dyn Shown + 'a>),
}

/// An object with fields that are at hand.
pub(crate) trait Shown: Send + Sync {
    /// The name of its type.
    fn type_name(&self) -> &'static str;

    /// The interfaces that it has.
    fn interfaces(&self) -> &'static [&'static str] {
        &[]
    }

    /// What a field without arguments gives, if it is at hand.
    fn give(&self, field: &str) -> Option<Given<'_>>;
}

impl<T: Shown + ?Sized> Shown for &T {
    fn type_name(&self) -> &'static str {
        <T as Shown>::type_name(self)
    }

    fn interfaces(&self) -> &'static [&'static str] {
        T::interfaces(self)
    }

    fn give(&self, field: &str) -> Option<Given<'_>> {
        T::give(self, field)
    }
}

/// Text, or null.
pub(crate) fn text(text: Option<&str>) -> Given<'static> {
    Given::Value(text.map_or(Value::Null, |text| Value::String(text.to_owned())))
}

/// A word of a list, or null.
pub(crate) fn word<T: async_graphql::resolver_utils::EnumType>(word: Option<T>) -> Given<'static> {
    Given::Value(word.map_or(Value::Null, async_graphql::resolver_utils::enum_value))
}

/// An object of the schema that is resolved by what is at hand first.
#[derive(Debug, Clone)]
pub struct AtHand<T>(pub T);

impl<T: Shown + ContainerType> OutputType for AtHand<T> {
    fn type_name() -> Cow<'static, str> {
        <T as OutputType>::type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let mut asked = Vec::new();
        // Extensions would have to hear of every field; the schema has none.
        let plain = gather(&self.0, ctx, &ctx.item.node, &mut asked).is_some() && all_differ(&asked);
        if !plain {
            return self.0.resolve(ctx, field).await;
        }
        let mut object = IndexMap::with_capacity(asked.len());
        for one in asked {
            let value = match given(&self.0, ctx, one) {
                Some(value) => value,
                // Nothing else is unusual about it: this is how the library resolves a field without directives.
                // Boxed, since its future is as large as the largest field needs and seldom wanted.
                None => Box::pin(self.0.resolve_field(&ctx.with_field(one)))
                    .await?
                    .unwrap_or_default(),
            };
            object.insert(key(one), value);
        }
        Ok(Value::Object(object))
    }
}

fn key(field: &Positioned<Field>) -> Name {
    field.node.response_key().node.clone()
}

/// Whether no two fields have one place in the answer, so that none need be put together.
fn all_differ(asked: &[&Positioned<Field>]) -> bool {
    asked.iter().enumerate().all(|(place, one)| {
        let earlier = asked.iter().take(place);
        earlier
            .into_iter()
            .all(|other| other.node.response_key().node != one.node.response_key().node)
    })
}

/// The fields that are asked of an object, through fragments; `None` where something is unusual.
fn gather<'a>(
    object: &dyn Shown,
    ctx: &ContextSelectionSet<'a>,
    set: &'a SelectionSet,
    asked: &mut Vec<&'a Positioned<Field>>,
) -> Option<()> {
    for selection in &set.items {
        let (condition, directives, inner) = match &selection.node {
            Selection::Field(field) if field.node.directives.is_empty() => {
                asked.push(field);
                continue;
            }
            Selection::Field(_) => return None,
            Selection::InlineFragment(fragment) => (
                fragment.node.type_condition.as_ref(),
                &fragment.node.directives,
                &fragment.node.selection_set,
            ),
            Selection::FragmentSpread(spread) => {
                let fragment = ctx.query_env.fragments.get(&spread.node.fragment_name.node)?;
                if !spread.node.directives.is_empty() {
                    return None;
                }
                (
                    Some(&fragment.node.type_condition),
                    &fragment.node.directives,
                    &fragment.node.selection_set,
                )
            }
        };
        if !directives.is_empty() {
            return None;
        }
        let applies = condition.is_none_or(|condition| {
            let wanted = condition.node.on.node.as_str();
            wanted == object.type_name() || object.interfaces().contains(&wanted)
        });
        // A fragment on another type may be on one that this type has, or on none: the library knows.
        if !applies {
            return None;
        }
        gather(object, ctx, &inner.node, asked)?;
    }
    Some(())
}

/// The value of a field that is at hand, with all that is asked of it.
fn given(object: &dyn Shown, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> Option<Value> {
    if !field.node.arguments.is_empty() {
        return None;
    }
    let name = field.node.name.node.as_str();
    if name == "__typename" {
        return Some(Value::String(object.type_name().to_owned()));
    }
    match object.give(name)? {
        Given::Value(value) => Some(value),
        Given::Object(inner) => {
            let mut asked = Vec::new();
            gather(inner.as_ref(), ctx, &field.node.selection_set.node, &mut asked)?;
            if !all_differ(&asked) {
                return None;
            }
            let values = asked.into_iter().map(|one| {
                let value = given(inner.as_ref(), ctx, one)?;
                Some((key(one), value))
            });
            values.collect::<Option<_>>().map(Value::Object)
        }
    }
}
