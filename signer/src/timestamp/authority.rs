//! Whose tokens count: an anchor, the time in which it is trusted, the policies that are accepted; and the path
//! of a token's signer to it at the token's own time.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter};

use super::signer::TIME_STAMPING;
use crate::authority::AuthorityCertificate;
use crate::backend::PATH_ALGORITHMS;
use crate::error::{CertificateError, TimestampError};
use crate::fields::{ANY_EXTENDED_KEY_USAGE, Fields};
use crate::policy::TimeAuthority;
use crate::public_key::check_authority_key;
use crate::trust::{Transcripts, Window};

/// An anchor that tokens may lead to.
#[derive(Debug, Clone)]
pub struct TimestampAuthority {
    anchor: AuthorityCertificate,
    trusted: TrustAnchor<'static>,
    window: Window,
    policies: Vec<String>,
}

impl TimestampAuthority {
    /// Takes the anchor's certificate in DER, an authority that may sign certificates; tokens made within
    /// `window` count, under one of the `policies` (dotted), or under any where none is named.
    pub fn new(
        anchor: Vec<u8>,
        window: Window,
        policies: Vec<String>,
    ) -> Result<Self, CertificateError> {
        let anchor = AuthorityCertificate::from_der(anchor)?;
        let der = CertificateDer::from(anchor.fields.der.as_slice());
        let trusted = webpki::anchor_from_trusted_cert(&der);
        let trusted = trusted.map_err(|_| CertificateError::Malformed)?.to_owned();
        Ok(Self { anchor, trusted, window, policies })
    }

    /// The anchor's certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.anchor.fields.der
    }

    /// When its tokens count.
    pub fn window(&self) -> Window {
        self.window
    }

    /// The intermediates, in DER, that lead from the signer to this anchor at `at`, the signer's issuer first.
    pub(super) fn path(
        &self,
        signer: &[u8],
        others: &[Vec<u8>],
        policy: &str,
        at: i64,
    ) -> Result<Vec<Vec<u8>>, TimestampError> {
        // What cannot be read is left as it is: webpki says why it does not count.
        let read: Vec<Fields> = std::iter::once(signer)
            .chain(others.iter().map(Vec::as_slice))
            .filter_map(fields)
            .collect();
        let read: Vec<&Fields> = read.iter().collect();
        let transcripts = Transcripts::allowing(&self.policies, &read);
        let leaf = CertificateDer::from(transcripts.shown(signer));
        let between: Vec<CertificateDer<'_>> =
            others.iter().map(|der| CertificateDer::from(transcripts.shown(der))).collect();
        let over_the_originals = transcripts.algorithms(PATH_ALGORITHMS);
        let algorithms: Vec<&dyn SignatureVerificationAlgorithm> = over_the_originals
            .iter()
            .map(|algorithm| {
                let algorithm: &dyn SignatureVerificationAlgorithm = algorithm;
                algorithm
            })
            .collect();
        // Before 1970 nothing was stamped.
        let time = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(at).unwrap_or(0)));
        let leaf = EndEntityCert::try_from(&leaf).map_err(TimestampError::Path)?;
        let anchors = std::slice::from_ref(&self.trusted);
        let path = leaf
            .verify_for_usage(&algorithms, anchors, &between, time, AnyPurpose, None, None)
            .map_err(TimestampError::Path)?;
        let intermediates: Vec<Vec<u8>> = path
            .intermediate_certificates()
            .map(|certificate| transcripts.original(&certificate.der()).to_vec())
            .collect();
        for der in &intermediates {
            let authority = AuthorityCertificate::from_der(der.clone());
            check_issuing(&authority.map_err(TimestampError::Certificate)?.fields)?;
        }
        self.check(intermediates.len(), policy, at)?;
        Ok(intermediates)
    }

    /// What webpki does not ask of an anchor, and what we ask of tokens under it.
    fn check(&self, intermediates: usize, policy: &str, at: i64) -> Result<(), TimestampError> {
        let own = Window::of(&self.anchor.fields);
        for Window { not_before, not_after } in [own, self.window] {
            if !(not_before..=not_after).contains(&at) {
                return Err(TimestampError::AnchorNotTrusted { not_before, not_after, at });
            }
        }
        let length = self.anchor.path_length.and_then(|length| usize::try_from(length).ok());
        if length.is_some_and(|length| intermediates > length) {
            return Err(TimestampError::Path(webpki::Error::PathLenConstraintViolated));
        }
        if self.policies.is_empty() || self.policies.iter().any(|allowed| allowed == policy) {
            return Ok(());
        }
        Err(TimestampError::Policy { policy: policy.to_owned() })
    }
}

fn fields(der: &[u8]) -> Option<Fields> {
    Fields::from_der(der.to_vec(), |spki| Ok(check_authority_key(spki)?))
        .ok()
        .map(|(fields, ())| fields)
}

/// As a trust policy names it.
impl TryFrom<&TimeAuthority> for TimestampAuthority {
    type Error = CertificateError;

    fn try_from(named: &TimeAuthority) -> Result<Self, CertificateError> {
        let window = Window {
            not_before: named.trusted_from.unwrap_or(i64::MIN),
            not_after: named.trusted_until.map_or(i64::MAX, |until| until.saturating_sub(1)),
        };
        Self::new(named.anchor.clone(), window, named.policies.clone())
    }
}

/// An issuer between signer and anchor may be limited to purposes; time-stamping must be one.
fn check_issuing(issuer: &Fields) -> Result<(), TimestampError> {
    match &issuer.extended_key_usage {
        Some(found) if !found.iter().any(|purpose| ISSUING.contains(&purpose.as_str())) => {
            Err(TimestampError::ExtendedKeyUsage { found: found.clone() })
        }
        _ => Ok(()),
    }
}

/// The signer's purposes are checked before, more strictly than webpki would; its issuers' after.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

const ISSUING: [&str; 2] = [TIME_STAMPING, ANY_EXTENDED_KEY_USAGE];
