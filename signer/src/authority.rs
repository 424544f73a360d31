//! A certification authority's certificate: an anchor or an intermediate. webpki verifies its
//! signature; that it may sign at all is checked here, because webpki does not ask.

use std::collections::BTreeSet;

use crate::error::CertificateError;
use crate::fields::{
    ANY_EXTENDED_KEY_USAGE, Authority, CLIENT_AUTH, DOCUMENT_SIGNING, EMAIL_PROTECTION, Fields,
};
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

/// Whether a certificate's extended key usages leave room for signing statements: there are none, or
/// one of them is for e-mail, client authentication or documents. For an authority, "any" does too.
pub(crate) fn signs_statements(fields: &Fields) -> bool {
    let Some(found) = &fields.extended_key_usage else {
        return true;
    };
    let mut allowed = BTreeSet::from([EMAIL_PROTECTION, CLIENT_AUTH, DOCUMENT_SIGNING]);
    if fields.authority != Authority::No {
        allowed.insert(ANY_EXTENDED_KEY_USAGE);
    }
    found.iter().any(|purpose| allowed.contains(purpose.as_str()))
}
