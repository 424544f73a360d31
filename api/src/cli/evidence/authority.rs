//! A time-stamping authority on the network: asked by HTTP (RFC 3161, 3.4), once, within bounds.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_signer::{
    HashAlgorithm, TIMESTAMP_RESPONSE_BYTES_MAX, Timestamp, TimestampAuthority, TimestampRequest,
    TimestampToken, Window,
};
use reqwest::Url;
use reqwest::blocking::Client;

use crate::cli::exit::{Exit, Stop};
use crate::cli::files;

/// Which tokens count.
#[derive(Debug, Clone, Args)]
pub(super) struct Trusted {
    /// Akar otoritas stempel waktu, PEM; boleh berulang (root of the time-stamping authority; may be repeated)
    #[arg(long, value_name = "FILE")]
    anchor: Vec<PathBuf>,
    /// Hanya stempel menurut kebijakan ini (only tokens under this policy, dotted)
    #[arg(long, value_name = "OID")]
    policy: Vec<String>,
}

impl Trusted {
    /// The authorities, none where no anchor is named.
    pub(super) fn authorities(&self) -> Result<Vec<TimestampAuthority>> {
        let mut authorities = Vec::new();
        for path in &self.anchor {
            for der in files::chain(path)? {
                let authority = TimestampAuthority::new(der, ALWAYS, self.policy.clone());
                let named = || format!("akar (anchor) {}", path.display());
                authorities.push(authority.with_context(named)?);
            }
        }
        Ok(authorities)
    }
}

/// Asks the authority at `url` for a token over `stamped` under SHA-512, and takes it only where it counts.
pub(super) fn stamp(
    url: &str,
    login: Option<&Path>,
    stamped: &[u8],
    authorities: &[TimestampAuthority],
) -> Result<(TimestampToken, Timestamp)> {
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let address = parsed.ok_or_else(|| {
        Stop::usage(format!("bukan alamat otoritas: {url}"), "not the URL of an authority")
    })?;
    let nonce = getrandom::u64().context("bilangan acak (random number)")?;
    let request = TimestampRequest::new(stamped, HashAlgorithm::Sha512, nonce)?;
    let mut http = Client::builder().connect_timeout(CONNECT).timeout(ANSWER);
    if address.scheme() == "http" {
        // Nothing to verify: the token proves itself.
        http = http.tls_certs_only([]);
    }
    let mut asked = http
        .build()?
        .post(address)
        .header("content-type", "application/timestamp-query")
        .header("accept", "application/timestamp-reply")
        .body(request.der().to_vec());
    if let Some(path) = login {
        let login = files::read_text(path)?;
        let (user, password) = login.trim_end().split_once(':').ok_or_else(|| {
            Stop::usage(format!("{}: bukan nama:sandi", path.display()), "not user:password")
        })?;
        asked = asked.basic_auth(user, Some(password));
    }
    let answer = asked.send().map_err(|error| {
        let indonesian = format!("otoritas {url} tidak menjawab");
        Stop::new(Exit::CannotConnect, indonesian, error)
    })?;
    let status = answer.status();
    if !status.is_success() {
        let indonesian = format!("otoritas menjawab {status}");
        return Err(Stop::new(Exit::Error, indonesian, "the authority gave no token").into());
    }
    let max = u64::try_from(TIMESTAMP_RESPONSE_BYTES_MAX)?;
    let mut body = Vec::new();
    answer.take(max + 1).read_to_end(&mut body).context("jawaban terputus (broke off)")?;
    request.accept(&body, authorities).map_err(|error| {
        let indonesian = format!("stempel dari {url} tidak diterima");
        Stop::new(Exit::VerificationFailed, indonesian, error).into()
    })
}

/// Whoever names an anchor trusts it.
const ALWAYS: Window = Window { not_before: i64::MIN, not_after: i64::MAX };
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_mins(1);
