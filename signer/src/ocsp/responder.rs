//! Who may answer for an issuer (RFC 6960, 4.2.2.2): the issuer itself, or a responder whose certificate the
//! issuer signed for that purpose.

use std::time::Duration;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use der::Encode;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage};
use x509_ocsp::ResponderId;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use crate::authority::AuthorityCertificate;
use crate::backend::PATH_ALGORITHMS;
use crate::error::OcspError;
use crate::fields::Fields;
use crate::public_key::check_authority_key;

/// The key of a responder that may answer.
pub(super) struct Responder {
    /// The content of the BIT STRING.
    pub(super) key: Vec<u8>,
    /// Its certificate in DER, where it is not the issuer itself.
    pub(super) delegate: Option<Vec<u8>>,
}

impl Responder {
    /// Finds who answered, by the response's word, among the issuer and the certificates in the response; a
    /// delegate must have been valid, and his issuer have let him answer, at `produced_at`.
    pub(super) fn find(
        id: &ResponderId,
        issuer: &AuthorityCertificate,
        certificates: &[Vec<u8>],
        produced_at: i64,
    ) -> Result<Self, OcspError> {
        let own = key_of(&issuer.fields.der).ok_or(OcspError::ResponderMissing)?;
        if is(id, &issuer.fields.subject.der, &own) {
            return Ok(Self { key: own, delegate: None });
        }
        for der in certificates {
            let Ok(([], x509)) = X509Certificate::from_der(der) else {
                continue;
            };
            let key = x509.public_key().subject_public_key.data.to_vec();
            if is(id, x509.subject().as_raw(), &key) {
                check_delegate(der, issuer, produced_at)?;
                return Ok(Self { key, delegate: Some(der.clone()) });
            }
        }
        Err(OcspError::ResponderMissing)
    }
}

/// `ResponderID`: by name, or by SHA-1 of the public key (RFC 6960, 4.2.1).
fn is(id: &ResponderId, subject: &[u8], key: &[u8]) -> bool {
    match id {
        ResponderId::ByName(name) => name.to_der().is_ok_and(|name| name == subject),
        ResponderId::ByKey(hash) => {
            digest(&SHA1_FOR_LEGACY_USE_ONLY, key).as_ref() == hash.as_bytes()
        }
    }
}

/// Issued by that issuer directly, for signing such answers, and valid then.
fn check_delegate(der: &[u8], issuer: &AuthorityCertificate, at: i64) -> Result<(), OcspError> {
    let (fields, ()) = Fields::from_der(der.to_vec(), |spki| Ok(check_authority_key(spki)?))
        .map_err(OcspError::Certificate)?;
    let found = fields.extended_key_usage.unwrap_or_default();
    if !found.iter().any(|purpose| purpose == OCSP_SIGNING) {
        return Err(OcspError::ResponderNotAuthorized { found });
    }
    let anchor = CertificateDer::from(issuer.fields.der.as_slice());
    let anchor = webpki::anchor_from_trusted_cert(&anchor).map_err(OcspError::Path)?;
    let leaf = CertificateDer::from(der);
    let leaf = EndEntityCert::try_from(&leaf).map_err(OcspError::Path)?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(at).unwrap_or(0)));
    let usage = KeyUsage::required(&OCSP_SIGNING_DER);
    leaf.verify_for_usage(PATH_ALGORITHMS, &[anchor], &[], time, usage, None, None)
        .map(|_| ())
        .map_err(OcspError::Path)
}

fn key_of(der: &[u8]) -> Option<Vec<u8>> {
    let (_, x509) = X509Certificate::from_der(der).ok()?;
    Some(x509.public_key().subject_public_key.data.to_vec())
}

/// `id-kp-OCSPSigning` (RFC 6960, 4.2.2.2).
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
/// The content of the same identifier in DER.
const OCSP_SIGNING_DER: [u8; 8] = [0x2b, 6, 1, 5, 5, 7, 3, 9];
