//! Who asks, within a resolver.

use async_graphql::Context;

use crate::access::Viewer;

/// Whoever asks; the public when nobody said who they are.
pub(crate) fn of(ctx: &Context<'_>) -> Viewer {
    ctx.data_opt::<Viewer>().cloned().unwrap_or_else(Viewer::public)
}
