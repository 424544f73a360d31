//! An OCSP response of the development authority, signed by its own key.

use std::time::Duration;

use cms::cert::x509::ext::pkix::CrlReason;
use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use der::asn1::{Any, BitString, GeneralizedTime, OctetString};
use der::oid::ObjectIdentifier;
use der::{Decode, Encode};
use x509_ocsp::{
    BasicOcspResponse, CertStatus, OcspGeneralizedTime, OcspResponse, OcspResponseStatus,
    ResponderId, ResponseBytes, ResponseData, RevokedInfo, SingleResponse, Version,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::DevCaError;
use crate::algorithm::Algorithm;
use crate::key::SigningKey;
use crate::ocsp::cert_id;
use crate::revocation::{Revocation, RevocationReason};
use crate::trust::Window;

/// What a response says of one certificate.
#[derive(Debug, Clone)]
pub struct ResponseSpec {
    /// From `thisUpdate`, when it is signed too, to `nextUpdate`.
    pub window: Window,
    /// The certificate, in DER.
    pub certificate: Vec<u8>,
    /// What is said of it.
    pub status: ResponseStatus,
}

/// What is said of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseStatus {
    /// It is not revoked.
    Good,
    /// It is; an invalidity date is not written.
    Revoked(Revocation),
    /// The responder does not know it.
    Unknown,
}

/// A response that the issuer with the certificate `issuer` signs with `key`.
pub(super) fn signed_by(
    spec: &ResponseSpec,
    issuer: &[u8],
    key: &SigningKey,
) -> Result<Vec<u8>, DevCaError> {
    let (_, x509) = X509Certificate::from_der(issuer).map_err(|_| DevCaError::Stored)?;
    let name = Decode::from_der(x509.subject().as_raw()).map_err(|_| DevCaError::Response)?;
    let made_at = time(spec.window.not_before)?;
    let single = SingleResponse {
        cert_id: cert_id(&spec.certificate, issuer).map_err(|_| DevCaError::Response)?,
        cert_status: match spec.status {
            ResponseStatus::Good => CertStatus::good(),
            ResponseStatus::Unknown => CertStatus::unknown(),
            ResponseStatus::Revoked(revocation) => CertStatus::revoked(RevokedInfo {
                revocation_time: time(revocation.revoked_at)?,
                revocation_reason: code_of(revocation.reason),
            }),
        },
        this_update: made_at,
        next_update: Some(time(spec.window.not_after)?),
        single_extensions: None,
    };
    let data = ResponseData {
        version: Version::V1,
        responder_id: ResponderId::ByName(name),
        produced_at: made_at,
        responses: vec![single],
        response_extensions: None,
    };
    let signed = data.to_der().map_err(|_| DevCaError::Response)?;
    let signature = key.sign_certificate(&signed).map_err(|_| DevCaError::Response)?;
    let basic = BasicOcspResponse {
        tbs_response_data: data,
        signature_algorithm: algorithm_of(key.algorithm()),
        signature: BitString::from_bytes(&signature).map_err(|_| DevCaError::Response)?,
        certs: None,
    };
    let basic = basic.to_der().map_err(|_| DevCaError::Response)?;
    let response = OcspResponse {
        response_status: OcspResponseStatus::Successful,
        response_bytes: Some(ResponseBytes {
            response_type: BASIC,
            response: OctetString::new(basic).map_err(|_| DevCaError::Response)?,
        }),
    };
    response.to_der().map_err(|_| DevCaError::Response)
}

fn time(at: i64) -> Result<OcspGeneralizedTime, DevCaError> {
    let seconds = u64::try_from(at).map_err(|_| DevCaError::Window)?;
    let time = GeneralizedTime::from_unix_duration(Duration::from_secs(seconds));
    time.map(OcspGeneralizedTime).map_err(|_| DevCaError::Window)
}

/// As certificates name it (RFC 4055, RFC 5758, RFC 8410).
fn algorithm_of(algorithm: Algorithm) -> AlgorithmIdentifierOwned {
    let (oid, parameters) = match algorithm {
        Algorithm::Ed25519 => ("1.3.101.112", None),
        Algorithm::Es256 => ("1.2.840.10045.4.3.2", None),
        Algorithm::Es384 => ("1.2.840.10045.4.3.3", None),
        Algorithm::Rs256 | Algorithm::Ps256 => ("1.2.840.113549.1.1.11", Some(Any::null())),
    };
    AlgorithmIdentifierOwned { oid: ObjectIdentifier::new_unwrap(oid), parameters }
}

/// None where no reason is given.
fn code_of(reason: RevocationReason) -> Option<CrlReason> {
    Some(match reason {
        RevocationReason::Unspecified => return None,
        RevocationReason::KeyCompromise => CrlReason::KeyCompromise,
        RevocationReason::CaCompromise => CrlReason::CaCompromise,
        RevocationReason::AffiliationChanged => CrlReason::AffiliationChanged,
        RevocationReason::Superseded => CrlReason::Superseded,
        RevocationReason::CessationOfOperation => CrlReason::CessationOfOperation,
        RevocationReason::CertificateHold => CrlReason::CertificateHold,
        RevocationReason::RemoveFromCrl => CrlReason::RemoveFromCRL,
        RevocationReason::PrivilegeWithdrawn => CrlReason::PrivilegeWithdrawn,
        RevocationReason::AaCompromise => CrlReason::AaCompromise,
    })
}

/// `id-pkix-ocsp-basic` (RFC 6960, 4.2.1).
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
