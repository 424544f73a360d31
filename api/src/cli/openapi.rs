//! `jejak openapi`: the description of the HTTP interface on stdout. Hidden: it renews `docs/openapi.json`.

use std::io::{self, Write as _};

use anyhow::Result;
use clap::Args;

use super::Context;
use super::exit::Exit;
use super::serve::configuration;

/// Writes the description.
#[derive(Debug, Args)]
pub(crate) struct Openapi;

impl Openapi {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let config = configuration(context, None)?;
        write!(io::stdout().lock(), "{}", jejak_api::description(&config)?)?;
        Ok(Exit::Ok)
    }
}
