//! What a response says of one certificate (RFC 6960, 4.2.1).

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use cms::cert::x509::ext::Extension;
use cms::cert::x509::ext::pkix::CrlReason;
use der::Decode;
use der::asn1::GeneralizedTime;
use x509_ocsp::{CertId, CertStatus, OcspGeneralizedTime, SingleResponse};

use crate::error::OcspError;
use crate::revocation::{Revocation, RevocationReason};
use crate::timestamp::HashAlgorithm;
use crate::trust::Window;

/// One answer, about the certificate of that serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) serial: Vec<u8>,
    pub(super) status: Status,
    /// `thisUpdate` to `nextUpdate`; without the latter, the same second.
    pub(super) window: Window,
    /// The responder keeps what it knew of certificates that expired from this time on.
    pub(super) keeps_expired_from: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Good,
    Revoked(Revocation),
    Unknown,
}

/// Whom the answers must be about: the issuer's name in DER and the content of its key.
pub(super) struct Issuer<'a> {
    pub(super) subject: &'a [u8],
    pub(super) key: &'a [u8],
}

impl Answer {
    pub(super) fn read(single: &SingleResponse, issuer: &Issuer<'_>) -> Result<Self, OcspError> {
        check_issuer(&single.cert_id, issuer)?;
        let made_at = seconds(single.this_update);
        let next_at = single.next_update.map_or(made_at, seconds);
        if made_at > next_at {
            return Err(OcspError::NextUpdate);
        }
        let extensions = single.single_extensions.as_deref().unwrap_or_default();
        check_critical(extensions)?;
        let status = match &single.cert_status {
            CertStatus::Good(_) => Status::Good,
            CertStatus::Unknown(_) => Status::Unknown,
            CertStatus::Revoked(info) => Status::Revoked(Revocation {
                revoked_at: seconds(info.revocation_time),
                reason: info.revocation_reason.map_or(RevocationReason::Unspecified, reason),
                invalid_since: date(extensions, INVALIDITY_DATE)?,
            }),
        };
        Ok(Self {
            serial: number(single.cert_id.serial_number.as_bytes()).to_vec(),
            status,
            window: Window { not_before: made_at, not_after: next_at },
            keeps_expired_from: date(extensions, ARCHIVE_CUTOFF)?,
        })
    }
}

/// The hashes are of the issuer's name and key; SHA-1 here only finds, it proves nothing.
fn check_issuer(id: &CertId, issuer: &Issuer<'_>) -> Result<(), OcspError> {
    let oid = &id.hash_algorithm.oid;
    let hash = |bytes: &[u8]| match HashAlgorithm::of_oid(oid) {
        Some(algorithm) => Some(algorithm.digest(bytes)),
        None if oid.to_string() == SHA1 => {
            Some(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec())
        }
        None => None,
    };
    let (Some(name), Some(key)) = (hash(issuer.subject), hash(issuer.key)) else {
        return Err(OcspError::HashAlgorithm { oid: oid.to_string() });
    };
    if name == id.issuer_name_hash.as_bytes() && key == id.issuer_key_hash.as_bytes() {
        Ok(())
    } else {
        Err(OcspError::OtherIssuer)
    }
}

/// None of the extensions of responses and answers is one that must be understood.
pub(super) fn check_critical(extensions: &[Extension]) -> Result<(), OcspError> {
    match extensions.iter().find(|extension| extension.critical) {
        None => Ok(()),
        Some(extension) => {
            Err(OcspError::UnknownCriticalExtension { oid: extension.extn_id.to_string() })
        }
    }
}

/// A `GeneralizedTime` in an extension.
fn date(extensions: &[Extension], oid: &str) -> Result<Option<i64>, OcspError> {
    let Some(found) = extensions.iter().find(|extension| extension.extn_id.to_string() == oid)
    else {
        return Ok(None);
    };
    let time = GeneralizedTime::from_der(found.extn_value.as_bytes());
    let time = time.map_err(|_| OcspError::Malformed { what: "extension" })?;
    Ok(Some(seconds(OcspGeneralizedTime(time))))
}

pub(super) fn seconds(time: OcspGeneralizedTime) -> i64 {
    i64::try_from(time.0.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

/// Without the octet that only says that the number is positive.
pub(super) fn number(raw: &[u8]) -> &[u8] {
    raw.strip_prefix(&[0]).unwrap_or(raw)
}

fn reason(reason: CrlReason) -> RevocationReason {
    match reason {
        CrlReason::Unspecified => RevocationReason::Unspecified,
        CrlReason::KeyCompromise => RevocationReason::KeyCompromise,
        CrlReason::CaCompromise => RevocationReason::CaCompromise,
        CrlReason::AffiliationChanged => RevocationReason::AffiliationChanged,
        CrlReason::Superseded => RevocationReason::Superseded,
        CrlReason::CessationOfOperation => RevocationReason::CessationOfOperation,
        CrlReason::CertificateHold => RevocationReason::CertificateHold,
        CrlReason::RemoveFromCRL => RevocationReason::RemoveFromCrl,
        CrlReason::PrivilegeWithdrawn => RevocationReason::PrivilegeWithdrawn,
        CrlReason::AaCompromise => RevocationReason::AaCompromise,
    }
}

/// RFC 3279, 2.1.
const SHA1: &str = "1.3.14.3.2.26";
/// RFC 5280, 5.3.2; RFC 6960, 4.4.5 lets an answer carry it.
const INVALIDITY_DATE: &str = "2.5.29.24";
/// RFC 6960, 4.4.4.
const ARCHIVE_CUTOFF: &str = "1.3.6.1.5.5.7.48.1.6";
