//! Who signs on this machine: `--key` and `--cert`, checked against each other before anything is signed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_ledger::event::Event;
use jejak_signer::{Algorithm, Hash, Jws, SigningKey, Typ, sign_jws};

use super::exit::Stop;
use super::files;
use super::key::algorithm;

/// The key and the certificate of the signer.
#[derive(Debug, Clone, Args)]
pub(crate) struct KeyAndCertificate {
    /// Kunci penandatangan, PKCS#8 PEM (the signer's key)
    #[arg(long, value_name = "PEM", requires = "cert")]
    key: Option<PathBuf>,
    /// Sertifikat penandatangan (the signer's certificate; the first one in the file)
    #[arg(long, value_name = "PEM", requires = "key")]
    cert: Option<PathBuf>,
    /// Algoritma yang terdaftar, jika kunci RSA terdaftar untuk PS256 (the enrolled algorithm, where it
    /// is not the key's first)
    #[arg(long, value_parser = algorithm, requires = "key")]
    alg: Option<Algorithm>,
}

/// A key with the certificate that it is enrolled under.
pub(crate) struct Signatory {
    key: SigningKey,
    thumbprint: Hash,
}

impl KeyAndCertificate {
    /// The signer, if one was named.
    pub(crate) fn load(&self) -> Result<Option<Signatory>> {
        match (&self.key, &self.cert) {
            (Some(key), Some(cert)) => Signatory::load(key, cert, self.alg).map(Some),
            _ => Ok(None),
        }
    }
}

impl Signatory {
    pub(crate) fn load(key: &Path, cert: &Path, alg: Option<Algorithm>) -> Result<Self> {
        let named = || format!("kunci (key) {}", key.display());
        let signing = files::signing_key(key)?;
        let signing = match alg {
            Some(alg) => signing.with_algorithm(alg).with_context(named)?,
            None => signing,
        };
        let certificate = files::leaf(&files::chain(cert)?)?;
        if certificate.public_key().spki_der() != signing.public_key().spki_der() {
            let indonesian = format!("sertifikat {} bukan untuk kunci ini", cert.display());
            return Err(Stop::usage(indonesian, "the certificate is not for this key").into());
        }
        Ok(Self { key: signing, thumbprint: certificate.thumbprint() })
    }

    /// The thumbprint of the certificate.
    pub(crate) fn thumbprint(&self) -> Hash {
        self.thumbprint
    }

    /// The statement of an event, signed at `iat`.
    pub(crate) fn event(&self, payload: &[u8], iat: u64) -> Result<Vec<u8>> {
        Event::parse(payload).context("bukan peristiwa yang sah (not a valid event)")?;
        self.statement(Typ::Event, Some(iat), payload)
    }

    /// A statement of any kind. What a ledger would not even parse is not handed out.
    pub(crate) fn statement(&self, typ: Typ, iat: Option<u64>, payload: &[u8]) -> Result<Vec<u8>> {
        let statement = sign_jws(&self.key, typ, self.thumbprint, iat, payload)?;
        Ok(Jws::parse(statement, typ)?.into_bytes())
    }
}
