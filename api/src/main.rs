//! The program `tandem`.

use std::io::Write as _;
use std::process::ExitCode;

use tandem::config::Cli;
use tandem::{command, logging};

/// Answers and imports are made of many small values, which this allocator hands out faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a command that could not do its work ends with.
const COULD_NOT: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::read();
    let done = logging::begin(&cli.logging)
        .map_err(anyhow::Error::from)
        .and_then(|()| command::run(cli));
    match done {
        Ok(status) => status.into(),
        Err(error) => {
            // Nothing is left to do when even this cannot be written.
            drop(writeln!(std::io::stderr(), "tandem: {error:#}"));
            ExitCode::from(COULD_NOT)
        }
    }
}
