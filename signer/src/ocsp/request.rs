//! Asking a responder about one certificate (RFC 6960, 4.1): plain, without a nonce, so that it may answer with what it has
//! made before (RFC 5019).

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use cms::cert::x509::serial_number::SerialNumber;
use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use der::Encode;
use der::asn1::{Any, OctetString};
use der::oid::ObjectIdentifier;
use x509_ocsp::{CertId, OcspRequest, Request, TbsRequest, Version};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use crate::error::CertificateError;

/// A request in DER about a certificate and its issuer's, both in DER.
pub fn ocsp_request(certificate: &[u8], issuer: &[u8]) -> Result<Vec<u8>, CertificateError> {
    let req_cert = cert_id(certificate, issuer)?;
    let tbs_request = TbsRequest {
        version: Version::V1,
        requestor_name: None,
        request_list: vec![Request { req_cert, single_request_extensions: None }],
        request_extensions: None,
    };
    let request = OcspRequest { tbs_request, optional_signature: None };
    request.to_der().map_err(|_| CertificateError::Malformed)
}

/// How requests and answers name a certificate (RFC 6960, 4.1.1). SHA-1 here only names the issuer, as RFC 5019, 2.1.1 asks
/// for; what is answered is verified with the issuer's own key.
pub(crate) fn cert_id(certificate: &[u8], issuer: &[u8]) -> Result<CertId, CertificateError> {
    let read = |der| X509Certificate::from_der(der).map_err(|_| CertificateError::Malformed);
    let ((_, certificate), (_, issuer)) = (read(certificate)?, read(issuer)?);
    let sha1 = |bytes: &[u8]| {
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes);
        OctetString::new(hash.as_ref()).map_err(|_| CertificateError::Malformed)
    };
    Ok(CertId {
        hash_algorithm: AlgorithmIdentifierOwned { oid: SHA1, parameters: Some(Any::null()) },
        issuer_name_hash: sha1(issuer.subject().as_raw())?,
        issuer_key_hash: sha1(&issuer.public_key().subject_public_key.data)?,
        serial_number: SerialNumber::new(certificate.raw_serial())
            .map_err(|_| CertificateError::Malformed)?,
    })
}

/// RFC 3279, 2.1.
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
