//! `jejak serve`: the server, until SIGTERM or Ctrl-C.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_api::config::Layered;
use jejak_api::{Config, ConfigError, ServeError, telemetry};
use jejak_ledger::OpenError;

use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::unfit::Unfit;
use super::{Context, causes, closed, source};

/// Runs the server.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Alamat, bawaan dari konfigurasi (address; default: the configuration's), e.g. 127.0.0.1:6107
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// HTTP tanpa TLS boleh keluar dari mesin ini (plain HTTP may leave this machine)
    #[arg(long)]
    insecure_http: bool,
}

impl Serve {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        source::check_directory(&self.dir)?;
        let mut config = configuration(context, Some(&self.dir))?;
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        config.server.insecure_http |= self.insecure_http;
        telemetry::init(&config.log)?;
        let talk = context.talk;
        let shut = |region: &str, error: &OpenError| {
            talk.say(
                format!("awas: buku besar {region} TIDAK dilayani: {}", closed::told(error)),
                format!("warning: this ledger is NOT served: {error}"),
            );
        };
        let served = jejak_api::run(config.clone(), &self.dir, shut, |url| {
            talk.say(format!("melayani {url}/v1/ledgers"), "serving");
        });
        match served {
            Ok(()) => Ok(Exit::Ok),
            Err(ServeError::Open(error)) => Err(source::explained(error, &self.dir)),
            Err(error) => match (Unfit::of(&error, &config), error) {
                (Some(unfit), _) => Err(unfit.stop().into()),
                (None, ServeError::Listen { address, source }) => {
                    Err(not_listening(address, &source).into())
                }
                (None, error) => Err(error.into()),
            },
        }
    }
}

/// An address that the configuration may well name, and that is not to be had now.
fn not_listening(address: SocketAddr, source: &io::Error) -> Stop {
    let why = match source.kind() {
        io::ErrorKind::AddrInUse => "sudah dipakai proses lain",
        io::ErrorKind::PermissionDenied => {
            "tidak boleh dipakai (di bawah port 1024 perlu CAP_NET_BIND_SERVICE)"
        }
        _ => "tidak dapat dipakai",
    };
    let exit = causes::of_kind(source.kind()).unwrap_or(Exit::Error);
    Stop::new(exit, format_args!("alamat {address} {why}"), source)
}

/// What is in force: the defaults, the file, and the variables of the environment.
pub(crate) fn configuration(context: &Context, dir: Option<&Path>) -> Result<Config> {
    let path = configuration_path(context, dir);
    Ok(layered(path.as_deref()).context("konfigurasi (configuration)")?.config)
}

/// The file of `--config`, else the directory's own `jejak.toml` where there is one.
pub(crate) fn configuration_path(context: &Context, dir: Option<&Path>) -> Option<PathBuf> {
    let own = dir.map(|dir| dir.join("jejak.toml")).filter(|path| path.is_file());
    context.config.clone().or(own)
}

/// The file at `path` under the variables of this process's environment.
pub(crate) fn layered(path: Option<&Path>) -> Result<Layered, ConfigError> {
    // A variable that is no text names no value of ours.
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    Layered::load(path, std::env::vars_os().filter_map(text))
}

const EXAMPLES: Examples = Examples(&[
    (
        "layani semua buku besar di direktori ini",
        "serve every ledger of this directory",
        "jejak serve --dir /tmp/jejak --listen 127.0.0.1:6107  # Ctrl-C",
    ),
    (
        "dengan berkas konfigurasi",
        "with a configuration file",
        "jejak serve --dir /tmp/jejak --listen 127.0.0.1:6107 \\\n  --config /tmp/jejak/demo/jejak.toml  # Ctrl-C",
    ),
]);
