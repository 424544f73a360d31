//! The certificate that handshakes are answered with. It can be replaced while connections go on; a replacement that
//! cannot be used leaves the one before in place.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jejak_signer::Hash;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tracing::{error, info};

use super::files::{Files, Shown, TlsError};

/// The files, and what was last read from them that could be used.
pub(crate) struct Identity {
    files: Files,
    provider: Arc<CryptoProvider>,
    shown: RwLock<Shown>,
    /// What was last looked at, good or bad: a fault is told once.
    seen: Mutex<Option<Hash>>,
}

impl Identity {
    pub(super) fn load(files: Files, provider: Arc<CryptoProvider>) -> Result<Self, TlsError> {
        let bytes = files.read()?;
        let shown = files.parse(&bytes, &provider)?;
        let seen = Mutex::new(Some(bytes.digest()));
        Ok(Self { files, provider, shown: RwLock::new(shown), seen })
    }

    /// The last second at which the certificate is valid, Unix time.
    pub(crate) fn not_after(&self) -> i64 {
        self.shown().not_after
    }

    /// Reads the files again and shows what they hold now, if it is something else and can be used.
    pub(super) fn reread(&self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let read = self.files.read();
        let digest = read.as_ref().map(super::files::Bytes::digest).ok();
        if *seen == digest {
            return;
        }
        *seen = digest;
        match read.and_then(|bytes| self.files.parse(&bytes, &self.provider)) {
            Ok(shown) => {
                info!(not_after = shown.not_after, "the new TLS certificate is shown from now on");
                *self.shown.write().unwrap_or_else(PoisonError::into_inner) = shown;
            }
            Err(error) => {
                error!(%error, "the TLS certificate was not replaced; the one before stays");
            }
        }
    }

    pub(super) fn unusable(&self, reason: rustls::Error) -> TlsError {
        let Files { certificate, key } = self.files.clone();
        TlsError::Unusable { certificate, key, reason }
    }

    fn shown(&self) -> Shown {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown().certified)
    }
}

/// Nothing of the key.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("files", &self.files).finish_non_exhaustive()
    }
}
