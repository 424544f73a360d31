//! `jejak sign`: the statement of one event, signed here and nowhere else.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use jejak_ledger::event::Event;
use jejak_signer::{Algorithm, Hash, Jws, SigningKey, Typ, json, sign_jws};

use super::exit::{Exit, Stop};
use super::key::algorithm;
use super::{Context, files, output};

/// Signs an event.
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// Kunci penandatangan, PKCS#8 PEM (the signer's key)
    #[arg(long, value_name = "PEM")]
    key: PathBuf,
    /// Sertifikat penandatangan (the signer's certificate; the first one in the file)
    #[arg(long, value_name = "PEM")]
    cert: PathBuf,
    /// Algoritma yang terdaftar, jika kunci RSA terdaftar untuk PS256 (the enrolled algorithm, where it
    /// is not the key's first)
    #[arg(long, value_parser = algorithm)]
    alg: Option<Algorithm>,
    /// Jenis pernyataan (what kind of statement)
    #[arg(long, value_enum, default_value_t = Kind::Event)]
    typ: Kind,
    /// Waktu tanda tangan dalam detik Unix; bawaan: sekarang (signing time; default: now)
    #[arg(long, value_name = "SECONDS")]
    iat: Option<u64>,
    /// Peristiwa sebagai JSON; `-` untuk stdin (the event; its bytes are signed as they are)
    #[arg(value_name = "EVENT.json")]
    event: PathBuf,
}

/// The kinds of statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Peristiwa untuk dicatat (an event to be recorded)
    Event,
    /// Peristiwa untuk diuji saja (a trial, never recorded)
    Trial,
    /// Bukti penguasaan kunci untuk `signer.enrolled` (proof that the holder has the key)
    Possession,
}

impl Sign {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let payload = files::read(&self.event)?;
        let payload = payload.trim_ascii();
        check(self.typ, payload).with_context(|| self.event.display().to_string())?;
        let key = self.signing_key()?;
        let thumbprint = certificate_of(&key, &self.cert)?;
        let statement = self.statement(&key, thumbprint, payload, context.now_s())?;
        output::line(&statement)?;
        Ok(Exit::Ok)
    }

    fn signing_key(&self) -> Result<SigningKey> {
        let key = files::signing_key(&self.key)?;
        let Some(alg) = self.alg else { return Ok(key) };
        key.with_algorithm(alg).with_context(|| format!("kunci (key) {}", self.key.display()))
    }

    fn statement(
        &self,
        key: &SigningKey,
        thumbprint: Hash,
        payload: &[u8],
        now: u64,
    ) -> Result<Vec<u8>> {
        let (typ, iat) = match self.typ {
            Kind::Event => (Typ::Event, Some(self.iat.unwrap_or(now))),
            Kind::Trial => (Typ::Trial, Some(self.iat.unwrap_or(now))),
            Kind::Possession => (Typ::Possession, None),
        };
        let statement = sign_jws(key, typ, thumbprint, iat, payload)?;
        // What the ledger would not even parse is not handed out.
        Jws::parse(statement.clone(), typ)?;
        Ok(statement)
    }
}

/// Is the payload what its kind of statement may carry?
fn check(kind: Kind, payload: &[u8]) -> Result<()> {
    match kind {
        Kind::Event | Kind::Trial => Event::parse(payload).map(drop)?,
        Kind::Possession => json::parse_object(payload).map(drop)?,
    }
    Ok(())
}

/// The thumbprint of the certificate, if it is one for this key.
fn certificate_of(key: &SigningKey, path: &Path) -> Result<Hash> {
    let certificate = files::leaf(&files::chain(path)?)?;
    if certificate.public_key().spki_der() == key.public_key().spki_der() {
        return Ok(certificate.thumbprint());
    }
    let indonesian = format!("sertifikat {} bukan untuk kunci ini", path.display());
    Err(Stop::usage(indonesian, "the certificate is not for this key").into())
}
