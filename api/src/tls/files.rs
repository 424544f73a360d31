//! The certificate that the server shows, as it stands in its two PEM files.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jejak_signer::{Hash, validity};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use thiserror::Error;

/// Where certificate and key lie.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// What was read from the files, not yet understood.
pub(super) struct Bytes {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// A certificate with its key, fit to be shown.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) certified: Arc<CertifiedKey>,
    /// The last second of its validity, Unix time.
    pub(super) not_after: i64,
}

/// Why there is no TLS.
#[derive(Debug, Error)]
pub enum TlsError {
    /// Certificate without key, or key without certificate.
    #[error("[tls] needs certificate and key, and one of the two is missing")]
    Half,
    /// A file could not be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds no certificate, or something that is none.
    #[error("{} holds no certificate chain in PEM", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// The file holds no private key.
    #[error("{} holds no private key in PEM", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// Everybody on the machine may read the private key.
    #[error("{} may be read by everybody; `chmod 600` it", path.display())]
    KeyOpen {
        /// The file.
        path: PathBuf,
    },
    /// Certificate and key cannot be used, most often because they do not belong together.
    #[error("{} and {}: {reason}", certificate.display(), key.display())]
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What the TLS library said.
        reason: rustls::Error,
    },
}

impl Files {
    /// Reads both files.
    pub(super) fn read(&self) -> Result<Bytes, TlsError> {
        let certificate = read(&self.certificate)?;
        let key = read(&self.key)?;
        let mode =
            fs::metadata(&self.key).map_err(|source| self.key_lost(source))?.permissions().mode();
        // A group may be the one that certificates are given to; everybody is nobody's choice.
        if mode & OTHERS != 0 {
            return Err(TlsError::KeyOpen { path: self.key.clone() });
        }
        Ok(Bytes { certificate, key })
    }

    fn key_lost(&self, source: io::Error) -> TlsError {
        TlsError::Read { path: self.key.clone(), source }
    }

    /// Makes of `bytes` what can be shown.
    pub(super) fn parse(
        &self,
        bytes: &Bytes,
        provider: &CryptoProvider,
    ) -> Result<Shown, TlsError> {
        let no_certificate = || TlsError::NoCertificate { path: self.certificate.clone() };
        let chain = CertificateDer::pem_slice_iter(&bytes.certificate)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| no_certificate())?;
        let leaf = chain.first().ok_or_else(no_certificate)?;
        let not_after = validity(leaf).map_err(|_| no_certificate())?.not_after;
        let key = PrivateKeyDer::from_pem_slice(&bytes.key)
            .map_err(|_| TlsError::NoKey { path: self.key.clone() })?;
        let certified =
            CertifiedKey::from_der(chain, key, provider).map_err(|reason| TlsError::Unusable {
                certificate: self.certificate.clone(),
                key: self.key.clone(),
                reason,
            })?;
        Ok(Shown { certified: Arc::new(certified), not_after })
    }
}

impl Bytes {
    /// What tells these bytes from others.
    pub(super) fn digest(&self) -> Hash {
        Hash::of_parts(&[Hash::of(&self.certificate).as_bytes(), Hash::of(&self.key).as_bytes()])
    }
}

/// What others than owner and group may do.
const OTHERS: u32 = 0o007;

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|source| TlsError::Read { path: path.to_owned(), source })
}
