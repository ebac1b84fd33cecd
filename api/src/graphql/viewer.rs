//! Who asks.

use async_graphql::Context;

use crate::access::Viewer;

/// Whoever sent the request.
pub(crate) fn of(ctx: &Context<'_>) -> Viewer {
    ctx.data_opt::<Viewer>().cloned().unwrap_or_else(Viewer::public)
}
