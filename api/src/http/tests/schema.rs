//! A schema whose fields do what can go wrong.

use std::time::Duration;

use async_graphql::{Context, Error, InputObject, Object, Schema, Subscription};
use futures_util::{Stream, StreamExt as _, stream};

use crate::graphql::limits::page_cost;
use crate::http::RequestId;

pub(super) type TestSchema = Schema<Query, Mutation, Ticks>;

pub(super) fn schema() -> TestSchema {
    Schema::build(Query, Mutation, Ticks)
        .limit_complexity(100_000)
        .disable_suggestions()
        .finish()
}

pub(super) struct Query;

#[derive(InputObject)]
pub(super) struct Tree {
    children: Option<Vec<Tree>>,
}

pub(super) struct Node;

#[Object]
impl Node {
    async fn node(&self) -> Node {
        Node
    }

    async fn name(&self) -> &str {
        "n"
    }
}

#[Object]
impl Query {
    async fn hello(&self) -> &str {
        "world"
    }

    async fn node(&self) -> Node {
        Node
    }

    async fn request_id(&self, context: &Context<'_>) -> String {
        context.data_unchecked::<RequestId>().to_string()
    }

    async fn echo(&self, text: String) -> String {
        text
    }

    async fn size(&self, tree: Tree) -> usize {
        tree.children.map_or(0, |children| children.len())
    }

    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn page(&self, first: Option<i32>) -> Vec<Node> {
        vec![Node; 1]
            .into_iter()
            .filter(|_| first.is_none_or(|first| first > 0))
            .collect()
    }

    async fn leak(&self) -> Result<String, Error> {
        Err(std::io::Error::other("SELECT secret FROM users"))?
    }

    async fn coded(&self) -> Result<Option<String>, Error> {
        let mut error = Error::new("no such project");
        error.extensions.get_or_insert_default().set("code", "NOT_FOUND");
        Err(error)
    }

    async fn boom(&self, #[graphql(default = true)] really: bool) -> &str {
        assert!(!really, "a secret of the panic");
        "no"
    }

    async fn slow(&self, ms: u64) -> &str {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        "done"
    }
}

impl Clone for Node {
    fn clone(&self) -> Self {
        Self
    }
}

pub(super) struct Mutation;

#[Object]
impl Mutation {
    async fn set(&self, value: i32) -> i32 {
        value
    }
}

pub(super) struct Ticks;

#[Subscription]
impl Ticks {
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(0..to)
    }

    async fn forever(&self) -> impl Stream<Item = i32> {
        stream::once(async { 1 }).chain(stream::pending())
    }

    async fn boom(&self) -> impl Stream<Item = i32> {
        stream::iter(0..2).map(|number| {
            if number == 1 {
                panic!("in a stream")
            } else {
                number
            }
        })
    }
}
