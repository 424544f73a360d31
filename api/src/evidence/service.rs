//! The service's key: signs events that record evidence, and nothing else here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jejak_ledger::custody::CustodyError;
use jejak_ledger::evidence::Offer;
use jejak_ledger::log::Micros;
use jejak_ledger::{Answer, Failure, Ledger};
use jejak_signer::{
    Certificate, CertificateError, Hash, PemError, SignError, SigningKey, Typ,
    certificates_from_pem, sign_jws,
};
use jiff::Timestamp;
use serde_json::json;
use thiserror::Error;
use tokio::sync::oneshot;

use super::Evidence;

/// Why the service's key cannot be used.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// Only one of key and certificate is named.
    #[error("evidence: key and certificate are needed both")]
    OneOfTwo,
    /// A file could not be read.
    #[error("evidence: {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The key is not to be had.
    #[error("evidence: {0}")]
    Key(#[from] CustodyError),
    /// Not certificates in PEM.
    #[error("evidence: {}: {source}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// Why.
        source: PemError,
    },
    /// Not a certificate that statements may be signed under.
    #[error("evidence: {}: {source}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why.
        source: CertificateError,
    },
    /// The certificate is another key's.
    #[error("evidence: the certificate is not for this key")]
    OtherKey,
}

/// A key with the certificate that it is enrolled under.
pub(crate) struct Service {
    key: SigningKey,
    thumbprint: Hash,
}

impl Service {
    /// The key that is configured, where one is.
    pub(crate) fn load(settings: &Evidence) -> Result<Option<Self>, ServiceError> {
        let (place, path) = match (&settings.key, &settings.certificate) {
            (None, None) => return Ok(None),
            (Some(key), Some(certificate)) => (key, certificate),
            _ => return Err(ServiceError::OneOfTwo),
        };
        let key = place.open_with(settings.passphrase.as_ref())?;
        let chain = certificates_from_pem(&read(path)?)
            .map_err(|source| ServiceError::Pem { path: path.clone(), source })?;
        let leaf = chain.into_iter().next().unwrap_or_default();
        let certificate = Certificate::from_der(leaf)
            .map_err(|source| ServiceError::Certificate { path: path.clone(), source })?;
        if certificate.public_key().spki_der() != key.public_key().spki_der() {
            return Err(ServiceError::OtherKey);
        }
        Ok(Some(Self { key, thumbprint: certificate.thumbprint() }))
    }

    /// The agency for which the certificate is enrolled in a ledger; none where it is not.
    pub(crate) fn agency(&self, ledger: &Ledger) -> Option<String> {
        ledger.view().agency_of(&self.thumbprint).ok().flatten()
    }

    /// Signs the event that records what was taken in.
    pub(crate) fn sign(
        &self,
        ledger: &Ledger,
        agency: &str,
        offer: &Offer,
        now: Micros,
    ) -> Result<Vec<u8>, SignError> {
        let seconds = now.0 / 1_000_000;
        let time = i64::try_from(seconds).ok().and_then(|at| Timestamp::from_second(at).ok());
        let mut id = offer.object.to_string();
        id.truncate(ID_DIGITS);
        let form = offer.subject.split('/').next().unwrap_or_default();
        let event = json!({
            "specversion": "1.0",
            "id": format!("{form}-{id}-{seconds}"),
            "source": format!("agency/{agency}"),
            "type": offer.kind,
            "subject": offer.subject,
            "time": time.unwrap_or_default().to_string(),
            "ledger": ledger.origin(),
            "data": offer.data,
        });
        let payload = event.to_string();
        sign_jws(&self.key, Typ::Event, self.thumbprint, Some(seconds), payload.as_bytes())
    }
}

/// Posts a statement in this process, as any statement is posted.
pub(super) async fn post(ledger: &Arc<Ledger>, statement: Vec<u8>) -> Result<Answer, Failure> {
    let (sender, receiver) = oneshot::channel();
    let reply = move |answers: Vec<Answer>| {
        // The server may be stopping; the statement stands all the same.
        let _ = sender.send(answers);
    };
    ledger.submit(vec![statement], Box::new(reply))?;
    let answers = receiver.await.unwrap_or_default();
    answers.into_iter().next().ok_or(Failure::Unavailable)
}

fn read(path: &Path) -> Result<String, ServiceError> {
    fs::read_to_string(path).map_err(|source| ServiceError::File { path: path.to_owned(), source })
}

/// Digits of the object's digest in the id of the event.
const ID_DIGITS: usize = 32;
