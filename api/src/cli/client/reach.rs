//! How servers are reached: the authorities that are trusted, and the token that is shown.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_api::tokens::Secret;
use reqwest::Certificate;

use crate::cli::exit::Stop;
use crate::cli::files;

/// How servers are reached, whichever command asks them.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Reach {
    /// Hanya percaya server dengan sertifikat di bawah CA ini (trust https servers under these authorities only)
    #[arg(long, global = true, value_name = "PEM", env = "JEJAK_CA")]
    pub(super) ca: Option<PathBuf>,
    /// Berkas token pembaca untuk --url; tanpa ini `JEJAK_TOKEN` (file with the reader's token)
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) token_file: Option<PathBuf>,
    /// The token of the environment. Never an argument, which everybody on the machine could read.
    #[arg(skip)]
    pub(super) token: Option<String>,
}

impl Reach {
    /// With the token of the environment, where there is one.
    pub(crate) fn with_environment(self) -> Self {
        // A variable that is set to nothing says as much as one that is not set.
        let token = env::var(TOKEN_VARIABLE).ok().filter(|token| !token.trim().is_empty());
        let ca = self.ca.filter(|path| !path.as_os_str().is_empty());
        Self { ca, token, ..self }
    }

    /// The reader's token, where the user has given one.
    pub(super) fn secret(&self) -> Result<Option<Secret>> {
        let (text, place) = match (&self.token_file, &self.token) {
            (Some(path), _) => (files::read_text(path)?, path.display().to_string()),
            (None, Some(text)) => (text.clone(), TOKEN_VARIABLE.to_owned()),
            (None, None) => return Ok(None),
        };
        let malformed = || Stop::usage("bukan token Jejak", "not a whole token of Jejak");
        let secret = Secret::parse(text.trim()).map_err(|_| malformed());
        Ok(Some(secret.context(place)?))
    }
}

/// The authorities of a PEM file, at least one.
pub(super) fn authorities(path: &Path) -> Result<Vec<Certificate>> {
    let wrong = || format!("CA {}: bukan sertifikat PEM (no PEM certificate)", path.display());
    let authorities = Certificate::from_pem_bundle(&files::read(path)?).with_context(wrong)?;
    anyhow::ensure!(!authorities.is_empty(), wrong());
    Ok(authorities)
}

/// The variable that holds a token.
const TOKEN_VARIABLE: &str = "JEJAK_TOKEN";
