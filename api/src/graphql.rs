//! The GraphQL face of the service.

pub mod at_hand;
mod boxed;
pub(crate) mod documents;
pub mod examples;
pub mod filter;
pub mod guarded;
pub mod id;
pub mod input;
pub mod limits;
mod loaders;
pub mod mutation;
pub mod pagination;
pub mod pricing;
pub mod query;
pub mod scalar;
pub mod subscription;
mod trail;
pub mod types;
pub mod validity;
pub(crate) mod viewer;

use async_graphql::{SDLExportOptions, SchemaBuilder, ValidationMode};

use crate::service::App;
use loaders::Loaders;
use mutation::Mutation;
use query::Query;
use subscription::Subscription;

/// Everything that can be asked, changed and listened to.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The most that a query may cost, in fields: a page of 100 projects with 20 findings each and a dozen
/// fields of both is about 50,000.
const MOST_COMPLEX: usize = 60_000;

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
        .limit_complexity(MOST_COMPLEX)
        // They tell strangers what the schema has, and finding them costs more the longer a wrong name is.
        .disable_suggestions()
        .register_output_type::<types::node::Node>()
        .register_output_type::<types::organisation::Organisation>()
}

/// The schema over a running application. Must be called within the runtime.
#[must_use]
pub fn schema(app: App) -> Schema {
    over(app, ValidationMode::Strict)
}

fn over(app: App, validation: ValidationMode) -> Schema {
    let loaders = Loaders::new(app.db.clone());
    builder()
        .validation_mode(validation)
        .data(app)
        .data(loaders)
        .finish()
}

/// The schema's text, sorted, as committed in `schema.graphql`.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    let text = builder().finish().sdl_with_options(options);
    format!("{}\n", text.trim())
}
