//! Whose certificates a list or a response speaks of: those that its own key signed. A name alone says nothing: two
//! authorities may bear one, and so does an authority with a new key.

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::{Issued, IssuerId};
use crate::backend;
use crate::error::{CertificateError, NoStanding};
use crate::hash::Hash;

/// An authority by name and key, as it verifies what it has issued: read once, asked often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    id: IssuerId,
    /// Its name in DER.
    name: Vec<u8>,
    /// The content of the BIT STRING of its public key.
    key: Vec<u8>,
}

impl Issuer {
    /// The authority with this certificate in DER.
    pub fn of(certificate: &[u8]) -> Result<Self, CertificateError> {
        let id = IssuerId::of(certificate)?;
        let (_, x509) =
            X509Certificate::from_der(certificate).map_err(|_| CertificateError::Malformed)?;
        let key = x509.public_key().subject_public_key.data.to_vec();
        Ok(Self { id, name: x509.subject().as_raw().to_vec(), key })
    }

    /// Under which its lists are recorded.
    pub fn id(&self) -> IssuerId {
        self.id
    }

    /// A certificate in DER that names this authority, and that its key has signed (RFC 5280, 6.1.3 and 6.3.3 (f)).
    pub fn issued(&self, certificate: &[u8]) -> Result<Issued, NoStanding> {
        let Ok(([], x509)) = X509Certificate::from_der(certificate) else {
            return Err(NoStanding::Malformed);
        };
        if x509.issuer().as_raw() != self.name || !self.has_signed(&x509) {
            return Err(NoStanding::OtherIssuer);
        }
        Ok(Issued::new(&x509, Hash::of(certificate), self.id))
    }

    fn has_signed(&self, x509: &X509Certificate<'_>) -> bool {
        let oid = x509.signature_algorithm.algorithm.to_id_string();
        backend::of_identifier(&oid, &self.key).is_some_and(|algorithm| {
            let (signed, signature) = (x509.tbs_certificate.as_ref(), &x509.signature_value.data);
            algorithm.verify_signature(&self.key, signed, signature).is_ok()
        })
    }
}
