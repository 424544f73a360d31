//! `jejak serve`: the server, until SIGTERM or Ctrl-C.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_api::{Config, ServeError, telemetry};

use super::exit::Exit;
use super::{Context, source};

/// Runs the server.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Alamat, bawaan dari konfigurasi (address; default: the configuration's), e.g. 127.0.0.1:6107
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        source::check_directory(&self.dir)?;
        let mut config = configuration(context, Some(&self.dir))?;
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        telemetry::init(&config.log)?;
        let talk = context.talk;
        let served = jejak_api::run(config, &self.dir, |address| {
            talk.say(format!("melayani http://{address}/v1/ledgers"), "serving");
        });
        match served {
            Ok(()) => Ok(Exit::Ok),
            Err(ServeError::Open(error)) => Err(source::explained(error, &self.dir)),
            Err(error) => Err(error.into()),
        }
    }
}

/// The file of `--config`, else the directory's own `jejak.toml`, else the defaults.
pub(crate) fn configuration(context: &Context, dir: Option<&Path>) -> Result<Config> {
    let own = dir.map(|dir| dir.join("jejak.toml")).filter(|path| path.is_file());
    match context.config.as_ref().or(own.as_ref()) {
        Some(path) => Config::load(path).context("konfigurasi (configuration)"),
        None => Ok(Config::default()),
    }
}
