//! `tandem schema`.

use std::io::Write;

use super::ExitStatus;
use crate::graphql;

/// Prints the schema's text.
///
/// # Errors
/// When standard output cannot be written.
pub(super) fn run(out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    out.write_all(graphql::sdl().as_bytes())?;
    Ok(ExitStatus::Done)
}
