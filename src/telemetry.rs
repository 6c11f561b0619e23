//! Logs: lines for people on a terminal, JSON otherwise, always on standard error. Secrets are never given to them.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::error::{Error, Result};

/// The HTTP library reports each malformed request as an error. Those are mistakes of clients, who must not be able to
/// fill the log; a filter that names the library itself still shows them.
const QUIET: &str = "actix_http::h1=off";

pub fn start(filter: &str) -> Result<()> {
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}")).map_err(|e| Error::Internal(format!("the log filter \"{filter}\" is not right: {e}")))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started =
        if std::io::stderr().is_terminal() { builder.with_target(false).try_init() } else { builder.json().flatten_event(true).with_target(false).try_init() };
    started.map_err(|e| Error::Internal(format!("cannot start the log: {e}")))?;
    // A panic is caught where it does no harm; here it becomes a line of the log like any other.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panic: {}", panic.payload_as_str().unwrap_or("without a message"));
    }));
    Ok(())
}
