//! One signer's certificate: what it says of the holder, and the key that it binds.

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use crate::algorithm::Algorithm;
use crate::authority::AuthorityCertificate;
use crate::error::{CertificateError, KeyError, PemError};
use crate::fields::Fields;
use crate::hash::Hash;
use crate::public_key::PublicKey;
use crate::trust::Window;

/// A well-formed certificate over a key that statements may be signed with. Whether to believe it is
/// decided by [`Credential::admit`](crate::Credential::admit).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    fields: Fields,
    public_key: PublicKey,
}

impl Certificate {
    /// Reads one certificate in DER, at most 8 KiB, version 3, with nothing after it.
    pub fn from_der(der: Vec<u8>) -> Result<Self, CertificateError> {
        let (fields, public_key) =
            Fields::from_der(der, |spki| Ok(PublicKey::from_spki_der(spki)?))?;
        Ok(Self { fields, public_key })
    }

    /// The certificate as given.
    pub fn der(&self) -> &[u8] {
        &self.fields.der
    }

    /// SHA-256 of the DER: the `x5t#S256` of the holder's statements.
    pub fn thumbprint(&self) -> Hash {
        self.fields.thumbprint
    }

    /// The holder's key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// First second of validity, Unix time.
    pub fn not_before(&self) -> i64 {
        self.fields.not_before
    }

    /// Last second of validity, Unix time.
    pub fn not_after(&self) -> i64 {
        self.fields.not_after
    }

    /// The holder's name, for people; who he is to the ledger is said by his enrolment.
    pub fn subject(&self) -> &str {
        &self.fields.subject.text
    }

    /// The issuer's name, for people.
    pub fn issuer(&self) -> &str {
        &self.fields.issuer.text
    }

    /// The serial number in lower-case hexadecimal.
    pub fn serial(&self) -> String {
        self.fields.serial.clone()
    }

    pub(crate) fn with_algorithm(self, algorithm: Algorithm) -> Result<Self, KeyError> {
        Ok(Self { public_key: self.public_key.with_algorithm(algorithm)?, ..self })
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }
}

/// Whom the certificate of an authority in DER names: for people, and SHA-256 of the name in DER.
pub fn authority_name(der: &[u8]) -> Result<(String, Hash), CertificateError> {
    let name = AuthorityCertificate::from_der(der.to_vec())?.fields.subject;
    Ok((name.text, Hash::of(&name.der)))
}

/// When a certificate in DER says that it is valid, and nothing else of it: for those that TLS shows, which
/// need not be fit for statements.
pub fn validity(der: &[u8]) -> Result<Window, CertificateError> {
    let (_, x509) = X509Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
    let validity = x509.validity();
    Ok(Window {
        not_before: validity.not_before.timestamp(),
        not_after: validity.not_after.timestamp(),
    })
}

/// The DER of each `CERTIFICATE` block of a PEM text, in order; at least one, and no other block.
pub fn certificates_from_pem(text: &str) -> Result<Vec<Vec<u8>>, PemError> {
    let blocks = pem::parse_many(text).map_err(|_| PemError::Malformed)?;
    if blocks.is_empty() {
        return Err(PemError::Empty);
    }
    blocks.into_iter().map(certificate_of).collect()
}

/// One certificate in DER as a PEM block.
pub fn certificate_to_pem(der: &[u8]) -> String {
    let lines = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    pem::encode_config(&pem::Pem::new(CERTIFICATE, der), lines)
}

fn certificate_of(block: pem::Pem) -> Result<Vec<u8>, PemError> {
    if block.tag() != CERTIFICATE {
        return Err(PemError::WrongLabel { expected: CERTIFICATE, label: block.tag().to_owned() });
    }
    Ok(block.into_contents())
}

const CERTIFICATE: &str = "CERTIFICATE";
