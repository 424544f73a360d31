//! The path itself: signatures, constraints and the way to an anchor, by webpki.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter};

use super::critical::Transcripts;
use super::{Anchors, Root};
use crate::backend::PATH_ALGORITHMS;
use crate::error::TrustError;
use crate::fields::Fields;

/// Signatures, constraints and the way to an anchor, by webpki: `below` is the chain, leaf first.
pub(super) fn find_root(anchors: &Anchors, below: &[&Fields], at: i64) -> Result<Root, TrustError> {
    let transcripts = Transcripts::of(anchors, below);
    let ders: Vec<CertificateDer<'_>> =
        below.iter().map(|fields| CertificateDer::from(transcripts.shown(&fields.der))).collect();
    let Some((leaf, between)) = ders.split_first() else { return Err(TrustError::EmptyChain) };
    // Before 1970 nothing was valid that is still read today.
    let seconds = u64::try_from(at).unwrap_or(0);
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));

    let over_the_originals = transcripts.algorithms(PATH_ALGORITHMS);
    let algorithms: Vec<&dyn SignatureVerificationAlgorithm> = over_the_originals
        .iter()
        .map(|algorithm| {
            let algorithm: &dyn SignatureVerificationAlgorithm = algorithm;
            algorithm
        })
        .collect();
    let leaf = EndEntityCert::try_from(leaf).map_err(TrustError::Path)?;
    let path = leaf
        .verify_for_usage(&algorithms, anchors.trusted(), between, time, AnyPurpose, None, None)
        .map_err(TrustError::Path)?;
    let used = path.intermediate_certificates().count();
    if used != between.len() {
        return Err(TrustError::UnusedIntermediate { used, given: between.len() });
    }
    Ok(Root::of(path.anchor()))
}

/// The purposes are checked before, on every certificate of the chain and with a better error.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}
