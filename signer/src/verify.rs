//! The only door from a well-formed statement to a verified one.

use std::sync::Arc;

use crate::certificate::Certificate;
use crate::error::VerifyError;
use crate::hash::Hash;
use crate::jws::Jws;
use crate::trust::Credential;

/// Where credentials are found.
pub trait Credentials {
    /// The credential with this thumbprint, if it is known.
    fn credential(&self, thumbprint: &Hash) -> Option<Arc<Credential>>;
}

/// Verifies statements with the credentials of one ledger.
#[derive(Debug, Clone)]
pub struct Verifier<C>(C);

/// A statement whose signature the holder of the credential made. Only [`Verifier::verify`] makes it.
///
/// The statement was verified as it stands; whether the credential counts at a given time (window,
/// revocation, office) is the ledger's to decide.
#[derive(Debug, Clone)]
pub struct Verified {
    jws: Jws,
    credential: Arc<Credential>,
}

/// A statement that did not verify, unchanged: with another credential it may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unverified {
    /// The statement.
    pub jws: Jws,
    /// Why not.
    pub reason: VerifyError,
}

impl<C: Credentials> Verifier<C> {
    /// A verifier with these credentials.
    pub fn new(credentials: C) -> Self {
        Self(credentials)
    }

    /// Verifies one statement: its certificate is known, enrolled for the header's algorithm, and its
    /// key signed exactly the header and payload as spelled.
    pub fn verify(&self, jws: Jws) -> Result<Verified, Unverified> {
        match self.judge(&jws) {
            Ok(credential) => Ok(Verified { jws, credential }),
            Err(reason) => Err(Unverified { jws, reason }),
        }
    }

    fn judge(&self, jws: &Jws) -> Result<Arc<Credential>, VerifyError> {
        let header = jws.header();
        let thumbprint = header.thumbprint;
        let credential =
            self.0.credential(&thumbprint).ok_or(VerifyError::CertificateUnknown { thumbprint })?;
        let (enrolled, found) = (credential.algorithm(), header.algorithm);
        if enrolled != found {
            return Err(VerifyError::AlgorithmNotEnrolled { enrolled, found });
        }
        let key = credential.certificate().public_key();
        key.verify(jws.signing_input(), jws.signature())?;
        Ok(credential)
    }
}

/// Whether the key of a certificate signed the statement exactly as spelled, by the algorithm of its
/// header. Whether the certificate counts is not asked: a verdict asks that of another time than now.
pub fn signed_by(jws: &Jws, certificate: &Certificate) -> Result<(), VerifyError> {
    let header = jws.header();
    let thumbprint = header.thumbprint;
    if certificate.thumbprint() != thumbprint {
        return Err(VerifyError::CertificateUnknown { thumbprint });
    }
    let key = certificate.public_key();
    let (enrolled, found) = (key.algorithm(), header.algorithm);
    let key = key.clone().with_algorithm(found);
    let key = key.map_err(|_| VerifyError::AlgorithmNotEnrolled { enrolled, found })?;
    Ok(key.verify(jws.signing_input(), jws.signature())?)
}

impl Verified {
    /// The statement.
    pub fn jws(&self) -> &Jws {
        &self.jws
    }

    /// The statement, without a copy.
    pub fn into_jws(self) -> Jws {
        self.jws
    }

    /// The credential that it was verified with.
    pub fn credential(&self) -> &Arc<Credential> {
        &self.credential
    }
}

/// Exactly one: for statements signed under a chain in their own data.
impl Credentials for Arc<Credential> {
    fn credential(&self, thumbprint: &Hash) -> Option<Self> {
        (self.thumbprint() == *thumbprint).then(|| Self::clone(self))
    }
}

impl<C: Credentials + ?Sized> Credentials for &C {
    fn credential(&self, thumbprint: &Hash) -> Option<Arc<Credential>> {
        (**self).credential(thumbprint)
    }
}
