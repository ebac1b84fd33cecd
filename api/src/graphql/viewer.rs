//! Who asks.

use async_graphql::Context;

use crate::access::Viewer;

/// Who asks; nobody that is known unless the request says so.
pub(crate) fn of(ctx: &Context<'_>) -> Viewer {
    ctx.data_opt::<Viewer>().cloned().unwrap_or_else(Viewer::public)
}
