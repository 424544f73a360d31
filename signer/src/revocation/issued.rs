//! What a list is asked about: one certificate of one issuer, read once and asked often.

use std::fmt;

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::issuer::Issuer;
use super::scope::{points_of, responders_of};
use crate::error::CertificateError;
use crate::hash::{Hash, Hasher};

/// Who issues certificates and lists: a name with a key. All certificates of an authority for the same key, renewed or
/// cross-signed, are one issuer; another key under the same name is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssuerId([u8; 16]);

impl IssuerId {
    /// The issuer with this certificate in DER: the first half of SHA-256 over its subject in DER and the SHA-256 of its
    /// `SubjectPublicKeyInfo`. The key identifier that a certificate claims does not count: anybody can claim it.
    pub fn of(certificate: &[u8]) -> Result<Self, CertificateError> {
        let (rest, x509) =
            X509Certificate::from_der(certificate).map_err(|_| CertificateError::Malformed)?;
        match rest {
            [] => Ok(Self::read(&x509)),
            more => Err(CertificateError::BytesAfter { bytes: more.len() }),
        }
    }

    pub(crate) fn read(x509: &X509Certificate<'_>) -> Self {
        let mut hasher = Hasher::new();
        hasher.update(x509.subject().as_raw());
        hasher.update(Hash::of(x509.public_key().raw).as_bytes());
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(hasher.finish().as_bytes()) {
            *to = *from;
        }
        Self(id)
    }
}

impl fmt::Display for IssuerId {
    /// 32 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A certificate as lists of its issuer speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    by: IssuerId,
    thumbprint: Hash,
    serial: Vec<u8>,
    is_authority: bool,
    points: Vec<String>,
    responders: Vec<String>,
    not_after: i64,
}

impl Issued {
    /// A certificate and its issuer's, both in DER. That the one signed the other is decided by who walks the path.
    pub fn read(certificate: &[u8], issuer: &[u8]) -> Result<Self, CertificateError> {
        let by = IssuerId::of(issuer)?;
        let (_, x509) =
            X509Certificate::from_der(certificate).map_err(|_| CertificateError::Malformed)?;
        Ok(Self::new(&x509, Hash::of(certificate), by))
    }

    /// The same where the certificate names that issuer, and none where it names another. Of the next certificate in a
    /// chain that was validated; where several authorities may bear the name, [`Self::by_key`] tells which it is.
    pub fn under(certificate: &[u8], issuer: &[u8]) -> Option<Self> {
        let (_, above) = X509Certificate::from_der(issuer).ok()?;
        let (_, x509) = X509Certificate::from_der(certificate).ok()?;
        let named = x509.issuer().as_raw() == above.subject().as_raw();
        named.then(|| Self::new(&x509, Hash::of(certificate), IssuerId::read(&above)))
    }

    /// The same where the key of that issuer has signed the certificate.
    pub fn by_key(certificate: &[u8], issuer: &[u8]) -> Option<Self> {
        Issuer::of(issuer).ok()?.issued(certificate).ok()
    }

    pub(crate) fn new(x509: &X509Certificate<'_>, thumbprint: Hash, by: IssuerId) -> Self {
        Self {
            by,
            thumbprint,
            serial: serial(x509.raw_serial()).to_vec(),
            is_authority: x509.is_ca(),
            points: points_of(x509),
            responders: responders_of(x509),
            not_after: x509.validity().not_after.timestamp(),
        }
    }

    /// Who issued it.
    pub fn by(&self) -> IssuerId {
        self.by
    }

    /// SHA-256 of the certificate.
    pub fn thumbprint(&self) -> Hash {
        self.thumbprint
    }

    /// The serial number, without the octet that only says that it is positive.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// Where the certificate says that whole lists of its own issuer are (`cRLDistributionPoints`, RFC 5280, 4.2.1.13).
    pub fn points(&self) -> &[String] {
        &self.points
    }

    /// Where the certificate says that its issuer's responders are (`authorityInfoAccess`, RFC 6960, 3.1).
    pub fn responders(&self) -> &[String] {
        &self.responders
    }

    pub(super) fn is_authority(&self) -> bool {
        self.is_authority
    }

    pub(crate) fn not_after(&self) -> i64 {
        self.not_after
    }
}

/// Without the octet that only says that the number is positive.
pub(super) fn serial(raw: &[u8]) -> &[u8] {
    raw.strip_prefix(&[0]).unwrap_or(raw)
}
