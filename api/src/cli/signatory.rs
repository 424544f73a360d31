//! Who signs on this machine: `--key` and `--cert`, or `--p12`, checked against each other before anything is signed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_ledger::custody::KeyPlace;
use jejak_ledger::event::Event;
use jejak_signer::{Algorithm, Hash, Jws, Pkcs12, SigningKey, Typ, sign_jws};

use super::custody::{self, Secret};
use super::exit::Stop;
use super::files;
use super::key::algorithm;
use super::talk::Talk;

/// The key and the certificate of the signer.
#[derive(Debug, Clone, Args)]
pub(crate) struct KeyAndCertificate {
    /// Kunci penandatangan: berkas PKCS#8 PEM, juga terenkripsi, atau URI pkcs11: (the signer's key: a file, also an
    /// encrypted one, or a token)
    #[arg(long, value_name = "KEY", requires = "cert", value_parser = custody::place)]
    key: Option<KeyPlace>,
    /// Sertifikat penandatangan (the signer's certificate; the first one in the file)
    #[arg(long, value_name = "PEM", requires = "key")]
    cert: Option<PathBuf>,
    /// Algoritma yang terdaftar, jika kunci RSA terdaftar untuk PS256 (the enrolled algorithm, where it
    /// is not the key's first)
    #[arg(long, value_parser = algorithm)]
    alg: Option<Algorithm>,
    /// Kunci dan sertifikat dalam satu berkas PKCS #12, .p12 atau .pfx (key and certificate in one file)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "cert"])]
    p12: Option<PathBuf>,
    #[command(flatten)]
    secret: Secret,
}

/// A key with the certificate that it is enrolled under.
pub(crate) struct Signatory {
    key: SigningKey,
    thumbprint: Hash,
}

impl KeyAndCertificate {
    /// The signer, if one was named.
    pub(crate) fn load(&self, talk: Talk) -> Result<Option<Signatory>> {
        let (named, key, chain, cert) = match (&self.p12, &self.key, &self.cert) {
            (Some(file), ..) => {
                let Pkcs12 { key, chain } = self.secret.pkcs12(file)?;
                custody::warn_if_file_open(file, talk);
                (file.display().to_string(), key, chain, file)
            }
            (None, Some(place), Some(cert)) => {
                custody::warn_if_open(place, talk);
                (place.to_string(), self.secret.key(place)?, files::chain(cert)?, cert)
            }
            _ if self.alg.is_some() || self.secret.passphrase.is_some() => {
                let indonesian = "--alg dan --passphrase hanya dengan --key atau --p12";
                return Err(Stop::usage(indonesian, "with --key or --p12 only").into());
            }
            _ => return Ok(None),
        };
        let key = match self.alg {
            Some(alg) => key.with_algorithm(alg).with_context(|| format!("kunci (key) {named}"))?,
            None => key,
        };
        Signatory::new(key, &chain, cert).map(Some)
    }

    /// The signer, where there must be one.
    pub(crate) fn need(&self, talk: Talk) -> Result<Signatory> {
        let indonesian = "penandatangan belum disebut: beri --key dan --cert, atau --p12";
        let nobody = || Stop::usage(indonesian, "who signs? give --key and --cert, or --p12");
        Ok(self.load(talk)?.ok_or_else(nobody)?)
    }
}

impl Signatory {
    fn new(key: SigningKey, chain: &[Vec<u8>], cert: &Path) -> Result<Self> {
        let certificate = files::leaf(chain)?;
        if certificate.public_key().spki_der() != key.public_key().spki_der() {
            let indonesian = format!("sertifikat {} bukan untuk kunci ini", cert.display());
            return Err(Stop::usage(indonesian, "the certificate is not for this key").into());
        }
        Ok(Self { key, thumbprint: certificate.thumbprint() })
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
        let statement = sign_jws(&self.key, typ, self.thumbprint, iat, payload);
        let statement = statement.map_err(custody::unsigned)?;
        Ok(Jws::parse(statement, typ)?.into_bytes())
    }
}
