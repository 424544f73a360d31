//! Where a command reads from: a data directory on this machine, or a server.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use jejak_ledger::rules::Language;
use jejak_ledger::{Archive, OpenError, View, store};

use super::Context;
use super::client::Client;
use super::closed;
use super::custody;
use super::exit::{Exit, Stop};
use super::serve::configuration;

/// `--dir D` or `--url U`, one of them.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Place {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Alamat server (the server's URL)
    #[arg(long)]
    url: Option<String>,
}

/// An opened place.
pub(crate) enum Source {
    /// The files themselves: everything in them, whatever its class.
    Directory(Box<Archive>),
    /// A server: what it shows to us.
    Server(Client),
}

impl Place {
    pub(crate) fn new(dir: Option<PathBuf>, url: Option<String>) -> Self {
        Self { dir, url }
    }

    /// The directory, where one is named.
    pub(crate) fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    /// The server, where one is named.
    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    pub(crate) fn open(&self, context: &Context) -> Result<Source> {
        match (&self.dir, &self.url) {
            (Some(dir), _) => match archive(dir, context) {
                Ok(archive) => Ok(Source::Directory(Box::new(archive))),
                Err(error) if is_held(&error) => {
                    Err(error.context("direktori ini sedang dilayani: tanya servernya lewat --url (ask its server by --url)"))
                }
                Err(error) => Err(error),
            },
            (None, Some(url)) => Ok(Source::Server(Client::new(url, &context.reach)?)),
            (None, None) => Err(Stop::usage("--dir atau --url", "one of the two is needed").into()),
        }
    }
}

/// A data directory, opened for reading.
pub(crate) fn archive(dir: &Path, context: &Context) -> Result<Archive> {
    check_directory(dir)?;
    let config = configuration(context, Some(dir))?;
    let archive = Archive::open(dir, &config.ledger).map_err(|error| explained(error, dir))?;
    if let Some(store) = config.documents.store()? {
        archive.documents().keep_in(store);
    }
    Ok(archive)
}

/// Is there a directory that may be read? Where it may not be, its files would only seem to be missing.
pub(crate) fn check_directory(dir: &Path) -> Result<()> {
    match fs::read_dir(dir) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let indonesian = format!("tidak ada direktori {}", dir.display());
            return Err(Stop::not_found(indonesian, "no such directory").into());
        }
        Err(error) => return Err(anyhow::Error::new(error).context(dir.display().to_string())),
    }
    let database = dir.join("db");
    match fs::read_dir(&database) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(anyhow::Error::new(error).context(database.display().to_string()))
        }
        _ => Ok(()),
    }
}

/// Why a directory does not open, with what to do where that is plain.
pub(crate) fn explained(error: OpenError, dir: &Path) -> anyhow::Error {
    match &error {
        OpenError::Database(store::OpenError::Missing { .. }) => {
            let indonesian = format!("belum ada buku besar di {}", dir.display());
            Stop::not_found(indonesian, "no ledger there yet: see `jejak ledger init --help`")
                .into()
        }
        OpenError::KeyFileMissing { region, path, vkeys } => {
            let indonesian = format!(
                "buku besar {region}: kunci log {} tidak ada; yang berlaku: {}; kembalikan dari salinan, atau bila tidak ada \
                 salinan: `jejak ledger recover --help`",
                path.display(),
                vkeys.join(", ")
            );
            let english = "the log key is gone: put it back from your copy, or where there is none see `jejak ledger \
                           recover --help`";
            Stop::not_found(indonesian, english).into()
        }
        OpenError::LogKey { region, error, vkeys } => {
            let stop = custody::stop(error);
            let vkeys = vkeys.join(", ");
            anyhow::Error::new(stop).context(format!(
                "{}: buku besar (ledger) {region}, kunci yang berlaku (keys in force): {vkeys}",
                dir.display()
            ))
        }
        OpenError::Refused(refusal) => {
            let said = |language| refusal.detail(language);
            let indonesian = format!("pembukaan ditolak: {}", said(Language::Indonesian));
            let english = format!("the opening is refused: {}", said(Language::English));
            Stop::new(Exit::Refused, indonesian, english).into()
        }
        _ => {
            let why = closed::indonesian(&error).unwrap_or_else(|| "membuka (opening)".to_owned());
            anyhow::Error::new(error).context(format!("{}: {why}", dir.display()))
        }
    }
}

/// Is it that another process has the directory open?
pub(crate) fn is_held(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        matches!(
            cause.downcast_ref::<OpenError>(),
            Some(OpenError::Database(store::OpenError::Held { .. }))
        )
    })
}

/// One ledger of a directory.
pub(crate) fn view<'a>(archive: &'a Archive, region: &str) -> Result<&'a View> {
    let missing = || Stop::not_found(format!("tidak ada buku besar {region}"), "no such ledger");
    Ok(archive.view(region).ok_or_else(missing)?)
}

/// The named ledger of a directory, or all of them.
pub(crate) fn views<'a>(archive: &'a Archive, region: Option<&str>) -> Result<Vec<&'a View>> {
    match region {
        Some(region) => Ok(vec![view(archive, region)?]),
        None => Ok(archive.views().iter().collect()),
    }
}
