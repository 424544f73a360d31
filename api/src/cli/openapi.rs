//! `jejak openapi`: the description of the HTTP interface on stdout. Hidden: it renews `docs/openapi.json`.

use std::io::{self, Write as _};

use anyhow::Result;

use super::Context;
use super::exit::Exit;
use super::serve::configuration;

/// Writes the description of a server with this configuration.
pub(crate) fn run(context: &Context) -> Result<Exit> {
    let config = configuration(context, None)?;
    write!(io::stdout().lock(), "{}", jejak_api::description(&config)?)?;
    Ok(Exit::Ok)
}
