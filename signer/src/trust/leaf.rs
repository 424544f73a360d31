//! What a chain must be before its path is walked: certificates in order, a leaf that is a holder's, purposes, dates.

use super::{Anchors, CHAIN_CERTIFICATES_MAX, HolderKind, Window};
use crate::authority::{AuthorityCertificate, purposes_allow, signs_statements};
use crate::certificate::Certificate;
use crate::error::TrustError;
use crate::fields::{Authority, Fields};

pub(super) fn read_chain(
    chain: &[Vec<u8>],
) -> Result<(Certificate, Vec<AuthorityCertificate>), TrustError> {
    let Some((leaf, rest)) = chain.split_first() else {
        return Err(TrustError::EmptyChain);
    };
    if chain.len() > CHAIN_CERTIFICATES_MAX {
        return Err(TrustError::ChainTooLong {
            certificates: chain.len(),
            certificates_max: CHAIN_CERTIFICATES_MAX,
        });
    }
    let leaf = Certificate::from_der(leaf.clone())
        .map_err(|reason| TrustError::Certificate { index: 0, reason })?;
    let mut intermediates = Vec::new();
    for (index, der) in (1..).zip(rest) {
        let intermediate = AuthorityCertificate::from_der(der.clone())
            .map_err(|reason| TrustError::Certificate { index, reason })?;
        intermediates.push(intermediate);
    }
    Ok((leaf, intermediates))
}

/// Each certificate is followed by its issuer's, and the root stays outside: one spelling per chain.
pub(super) fn check_order(
    anchors: &Anchors,
    leaf: &Fields,
    intermediates: &[AuthorityCertificate],
) -> Result<(), TrustError> {
    let mut below = leaf;
    for (index, AuthorityCertificate { fields, .. }) in (1..).zip(intermediates) {
        if fields.is_self_issued() || anchors.ders().any(|anchor| anchor == fields.der) {
            return Err(TrustError::RootInChain { index });
        }
        if below.issuer.der != fields.subject.der {
            return Err(TrustError::OutOfOrder { index: index - 1 });
        }
        below = fields;
    }
    Ok(())
}

/// What keeps a leaf from being a holder's, the first of it first (RFC 5280, 4.2.1.3; observed on the
/// certificates that the national authorities issue to persons).
fn leaf_faults(leaf: &Fields, kind: HolderKind) -> impl Iterator<Item = TrustError> {
    let authority = (leaf.authority != Authority::No).then_some(TrustError::LeafIsAuthority);
    let usage_faults = leaf.key_usage.map_or([Some(TrustError::KeyUsageMissing), None], |usage| {
        let for_others = usage.key_cert_sign() || usage.crl_sign();
        let signs = usage.digital_signature() || usage.non_repudiation();
        let missing = match kind {
            HolderKind::Person if !usage.non_repudiation() => {
                Some(TrustError::NonRepudiationMissing)
            }
            HolderKind::System if !signs => Some(TrustError::DigitalSignatureMissing),
            HolderKind::Person | HolderKind::System => None,
        };
        [for_others.then_some(TrustError::LeafSignsForOthers), missing]
    });
    authority.into_iter().chain(usage_faults.into_iter().flatten())
}

fn purpose_fault(index: usize, fields: &Fields) -> Option<TrustError> {
    (!signs_statements(fields)).then(|| wrong_purpose(index, fields))
}

fn wrong_purpose(index: usize, fields: &Fields) -> TrustError {
    let found = fields.extended_key_usage.clone().unwrap_or_default();
    TrustError::ExtendedKeyUsage { index, found }
}

fn date_fault(index: usize, fields: &Fields, at: i64) -> Option<TrustError> {
    let Window { not_before, not_after } = Window::of(fields);
    (!fields.is_valid_at(at)).then_some(TrustError::NotValid { index, not_before, not_after, at })
}

/// Everything about a leaf alone that keeps it from being a holder's at a time.
pub(crate) fn holder_faults(leaf: &Fields, kind: HolderKind, at: i64) -> Vec<TrustError> {
    let more = [purpose_fault(0, leaf), date_fault(0, leaf, at)];
    leaf_faults(leaf, kind).chain(more.into_iter().flatten()).collect()
}

pub(super) fn check_leaf(leaf: &Fields, kind: HolderKind) -> Result<(), TrustError> {
    leaf_faults(leaf, kind).next().map_or(Ok(()), Err)
}

/// What none of the anchors trusts a certificate for needs no path.
pub(super) fn check_purposes_and_dates(
    anchors: &Anchors,
    below: &[&Fields],
    at: i64,
) -> Result<(), TrustError> {
    let mut faults = below.iter().enumerate().flat_map(|(index, fields)| {
        let allowed = anchors.rules().any(|rule| purposes_allow(fields, &rule.purposes));
        let purpose = if allowed { None } else { Some(wrong_purpose(index, fields)) };
        [purpose, date_fault(index, fields, at)].into_iter().flatten()
    });
    faults.next().map_or(Ok(()), Err)
}
