//! The log: for people on a terminal, JSON anywhere else, on standard error.

use std::io::{self, IsTerminal as _};
use std::panic::PanicHookInfo;

use thiserror::Error;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{self, LogArgs, LogFormat};

/// Why logging cannot begin.
#[derive(Debug, Error)]
pub enum LoggingError {
    /// The filter makes no sense.
    #[error("reading the log filter `{filter}`")]
    Filter {
        /// As it was given.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// Another logger is set.
    #[error("beginning to log")]
    Begin(#[from] tracing_subscriber::util::TryInitError),
}

/// Begins to log, panics included, and warns of variables that look like misspelt settings.
///
/// # Errors
/// When the filter cannot be read or logging has begun before.
pub fn begin(settings: &LogArgs) -> Result<(), LoggingError> {
    let filter = EnvFilter::try_new(&settings.log).map_err(|source| LoggingError::Filter {
        filter: settings.log.clone(),
        source,
    })?;
    let terminal = io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_env_filter(filter)
        .with_ansi(terminal && config::may_colour());
    if is_json(settings.log_format, terminal) {
        builder
            .json()
            .with_span_list(true)
            .with_current_span(false)
            .finish()
            .try_init()?;
    } else {
        builder.with_target(false).finish().try_init()?;
    }
    std::panic::set_hook(Box::new(log_panic));
    for variable in config::unknown_variables() {
        tracing::warn!(
            variable,
            "the environment sets a variable that is no setting; see --help"
        );
    }
    Ok(())
}

fn is_json(format: LogFormat, terminal: bool) -> bool {
    match format {
        LogFormat::Auto => !terminal,
        LogFormat::Pretty => false,
        LogFormat::Json => true,
    }
}

/// Within a request's span, so that the line carries the request's id.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("a panic without a text");
    let place = panic.location().map(ToString::to_string);
    tracing::error!(message, place, "panicked");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_follows_the_terminal_unless_it_is_chosen() {
        let cases = [
            (LogFormat::Auto, true, false),
            (LogFormat::Auto, false, true),
            (LogFormat::Pretty, false, false),
            (LogFormat::Json, true, true),
        ];
        for (format, terminal, json) in cases {
            assert_eq!(is_json(format, terminal), json, "{format:?} {terminal}");
        }
    }

    #[test]
    fn a_filter_without_meaning_is_named() {
        let settings = LogArgs {
            log: "tandem=loud".into(),
            log_format: LogFormat::Json,
        };
        assert!(begin(&settings).unwrap_err().to_string().contains("tandem=loud"));
    }
}
