//! A certification authority's certificate: an anchor or an intermediate. webpki verifies its
//! signature; that it may sign at all is checked here, because webpki does not ask.

use crate::error::CertificateError;
use crate::fields::{ANY_EXTENDED_KEY_USAGE, Authority, Fields};
use crate::policy::PURPOSES;
use crate::public_key::check_authority_key;

/// A certificate that may sign certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthorityCertificate {
    pub(crate) fields: Fields,
    /// Most intermediates below it, if it says so (RFC 5280, 4.2.1.9).
    pub(crate) path_length: Option<u32>,
}

impl AuthorityCertificate {
    /// Reads the certificate of an authority: CA by its basic constraints, `keyCertSign` in its key
    /// usage, a key that webpki's algorithms accept.
    pub(crate) fn from_der(der: Vec<u8>) -> Result<Self, CertificateError> {
        let (fields, ()) = Fields::from_der(der, |spki| Ok(check_authority_key(spki)?))?;
        let Authority::Yes { path_length } = fields.authority else {
            return Err(CertificateError::NotAnAuthority);
        };
        if !fields.key_usage.is_some_and(|usage| usage.key_cert_sign()) {
            return Err(CertificateError::CertSignMissing);
        }
        Ok(Self { fields, path_length })
    }
}

/// Whether a certificate's extended key usages leave room for signing statements, where nothing else is said: there are
/// none, or one of them is for e-mail, client authentication or documents.
pub(crate) fn signs_statements(fields: &Fields) -> bool {
    purposes_allow(fields, &PURPOSES)
}

/// Whether a certificate has no extended key usages, or one of those that are allowed. For an authority, "any" does too.
pub(crate) fn purposes_allow<P: AsRef<str>>(fields: &Fields, allowed: &[P]) -> bool {
    let Some(found) = &fields.extended_key_usage else {
        return true;
    };
    let is_authority = fields.authority != Authority::No;
    found.iter().any(|purpose| {
        allowed.iter().any(|one| one.as_ref() == purpose)
            || (is_authority && purpose == ANY_EXTENDED_KEY_USAGE)
    })
}
