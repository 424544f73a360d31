//! What the server tells its operator: tracing to standard error, as JSON lines or as text. Never a payload, never a
//! query string, never a key of a register; of a panic only its place.

use std::io::{self, IsTerminal};
use std::panic::PanicHookInfo;

use thiserror::Error;
use tracing::error;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::TryInitError;

use crate::config::{Log, LogFormat};

/// Why logging could not be set up.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The filter is not a list of directives.
    #[error("log.filter: {0}")]
    Filter(#[from] ParseError),
    /// Another subscriber was installed before.
    #[error("logging is already set up: {0}")]
    Installed(#[from] TryInitError),
}

/// Installs the subscriber of this process. Call it once, before the server starts.
pub fn init(log: &Log) -> Result<(), TelemetryError> {
    use tracing_subscriber::util::SubscriberInitExt;

    let filter = EnvFilter::try_new(&log.filter)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match log.format {
        LogFormat::Json => {
            builder
                .json()
                .flatten_event(true)
                .with_current_span(true)
                .with_span_list(false)
                .finish()
                .try_init()?;
        }
        LogFormat::Text => builder.with_ansi(io::stderr().is_terminal()).finish().try_init()?,
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Where it happened, and not what it says: the words of a panic may quote what was being worked on.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let at = panic.location().map_or_else(String::new, ToString::to_string);
    let thread = std::thread::current();
    error!(at, thread = thread.name(), "a thread panicked");
}
