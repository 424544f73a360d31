//! A revocation list of the development authority, made by rcgen and signed by one of our keys.

use rcgen::{
    CertificateRevocationListParams, CrlDistributionPoint, CrlIssuingDistributionPoint,
    KeyIdMethod, RevokedCertParams, SerialNumber, date_time_ymd,
};

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::DevCaError;
use super::issue::{Subject, since_epoch};
use crate::key::SigningKey;
use crate::revocation::{Revocation, RevocationReason};
use crate::trust::Window;

/// What a list says.
#[derive(Debug, Clone)]
pub struct ListSpec {
    /// From `thisUpdate` to `nextUpdate`.
    pub window: Window,
    /// `cRLNumber`.
    pub number: u64,
    /// Where it is, where it is about a part only (`issuingDistributionPoint`); about all when empty.
    pub points: Vec<String>,
    /// Whom it lists.
    pub revoked: Vec<Listed>,
}

/// One revoked certificate.
#[derive(Debug, Clone)]
pub struct Listed {
    serial: SerialNumber,
    revocation: Revocation,
}

impl Listed {
    /// A certificate of the list's issuer, in DER.
    pub fn of(certificate: &[u8], revocation: Revocation) -> Result<Self, DevCaError> {
        let (_, x509) = X509Certificate::from_der(certificate).map_err(|_| DevCaError::Stored)?;
        Ok(Self { serial: SerialNumber::from_slice(x509.raw_serial()), revocation })
    }
}

impl Listed {
    /// A certificate by its serial number, big-endian.
    pub fn numbered(serial: &[u8], revocation: Revocation) -> Self {
        let digits = serial.iter().skip_while(|byte| **byte == 0).copied().collect::<Vec<_>>();
        Self { serial: SerialNumber::from(digits), revocation }
    }
}

/// A list that `issuer` signs with `key`.
pub(super) fn signed_by(
    list: &ListSpec,
    issuer: &Subject<'_>,
    key: &SigningKey,
) -> Result<Vec<u8>, DevCaError> {
    let epoch = date_time_ymd(1970, 1, 1);
    let revoked = list.revoked.iter().map(|listed| {
        let Revocation { revoked_at, reason, invalid_since } = listed.revocation;
        let invalid = invalid_since.map(since_epoch).transpose()?;
        Ok(RevokedCertParams {
            serial_number: listed.serial.clone(),
            revocation_time: epoch + since_epoch(revoked_at)?,
            reason_code: code_of(reason),
            invalidity_date: invalid.map(|since| epoch + since),
        })
    });
    let points = (!list.points.is_empty()).then(|| CrlIssuingDistributionPoint {
        distribution_point: CrlDistributionPoint { uris: list.points.clone() },
        scope: None,
    });
    let params = CertificateRevocationListParams {
        this_update: epoch + since_epoch(list.window.not_before)?,
        next_update: epoch + since_epoch(list.window.not_after)?,
        crl_number: SerialNumber::from(list.number),
        issuing_distribution_point: points,
        revoked_certs: revoked.collect::<Result<_, DevCaError>>()?,
        key_identifier_method: KeyIdMethod::Sha256,
    };
    Ok(params.signed_by(&issuer.as_issuer(key)?)?.der().to_vec())
}

/// As rcgen names it; none where no reason is given.
fn code_of(reason: RevocationReason) -> Option<rcgen::RevocationReason> {
    use rcgen::RevocationReason as Code;
    Some(match reason {
        RevocationReason::Unspecified => return None,
        RevocationReason::KeyCompromise => Code::KeyCompromise,
        RevocationReason::CaCompromise => Code::CaCompromise,
        RevocationReason::AffiliationChanged => Code::AffiliationChanged,
        RevocationReason::Superseded => Code::Superseded,
        RevocationReason::CessationOfOperation => Code::CessationOfOperation,
        RevocationReason::CertificateHold => Code::CertificateHold,
        RevocationReason::RemoveFromCrl => Code::RemoveFromCrl,
        RevocationReason::PrivilegeWithdrawn => Code::PrivilegeWithdrawn,
        RevocationReason::AaCompromise => Code::AaCompromise,
    })
}
