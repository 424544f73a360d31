//! What the issuers' lists and responders say of a chain at the time by which everything is judged.

use std::sync::Arc;

use jejak_signer::{
    Hash, NoStanding, Revocation, RevocationEvidence, RevocationEvidenceError, RevocationListError,
    StaleRevocation, Standing,
};

use super::reason::{Effect, Reason};
use crate::evidence::Named;
use crate::held::Held;

/// A list or response, verified with one of the authorities, or known from before; what the one with its name says is
/// what counts.
pub(super) fn read(
    der: &[u8],
    issuers: &[&[u8]],
    held: &Held,
) -> Result<Arc<RevocationEvidence>, RevocationEvidenceError> {
    let object = Hash::of(der);
    let named: Vec<_> =
        issuers.iter().map(|issuer| Named { object, issuer: Hash::of(issuer) }).collect();
    if let Some(known) = named.iter().find_map(|named| held.known_evidence(named)) {
        return Ok(known);
    }
    let mut refused = RevocationEvidenceError::List(RevocationListError::OtherIssuer);
    for (named, issuer) in named.into_iter().zip(issuers) {
        match held.evidence(named, der, issuer) {
            Ok(evidence) => return Ok(evidence),
            Err(reason) if reason.is_of_other_issuer() => {}
            Err(reason) => refused = reason,
        }
    }
    Err(refused)
}

/// What is known of one certificate.
pub(super) struct Known {
    pub(super) reason: Option<Reason>,
    /// The revocation that was found, also one that came later.
    pub(super) revocation: Option<Revocation>,
    /// No later list can say otherwise.
    pub(super) settled: bool,
    /// What would be awaited if the policy asked for news: none where it does, or where there is news.
    pub(super) not_asked: Option<Reason>,
}

/// News of the leaf is asked for, as the policy says; those about the authorities above it are heeded where they
/// are there.
pub(super) fn of_chain(
    chain: &[Vec<u8>],
    told: &[Arc<RevocationEvidence>],
    asked: StaleRevocation,
    at: i64,
) -> Known {
    let mut leaf = Known { reason: None, revocation: None, settled: false, not_asked: None };
    for (index, certificate) in chain.iter().enumerate() {
        let known = of_certificate(certificate, told, at);
        if index == 0 {
            leaf = known;
            if asked == StaleRevocation::NotAsked && weight(leaf.reason) == NEWS {
                leaf.not_asked = leaf.reason.take();
            }
        } else if weight(known.reason) > weight(leaf.reason).max(NEWS) {
            leaf = known;
        }
    }
    leaf
}

/// How grave a reason is; that there is no news is the least.
fn weight(reason: Option<Reason>) -> u8 {
    match reason {
        None => 0,
        Some(Reason::RevocationPending | Reason::RevocationUnknown) => NEWS,
        Some(reason) if reason.effect() == Effect::Indeterminate => NEWS + 1,
        Some(_) => NEWS + 2,
    }
}

const NEWS: u8 = 1;

fn of_certificate(certificate: &[u8], evidence: &[Arc<RevocationEvidence>], at: i64) -> Known {
    let mut told: Vec<(i64, Result<Standing, NoStanding>)> = evidence
        .iter()
        .filter_map(|one| {
            let window = one.window_about_der(certificate)?;
            Some((window.not_before, one.standing(certificate, at)))
        })
        .collect();
    told.sort_by_key(|(made_at, _)| *made_at);
    // A revocation is for good, whoever says it.
    let revoked = told.iter().filter_map(|(_, standing)| match standing {
        Ok(Standing::Revoked(revocation)) => Some(*revocation),
        _ => None,
    });
    if let Some(found) = revoked.min_by_key(|revocation| revocation.revoked_at) {
        let reason =
            if found.revoked_at <= at { Reason::CertificateRevoked } else { Reason::InvalidSince };
        let reason = Some(reason);
        return Known { reason, revocation: Some(found), settled: true, not_asked: None };
    }
    let pending =
        told.iter().any(|(_, standing)| matches!(standing, Ok(_) | Err(NoStanding::Stale { .. })));
    // Whether one on hold came back, the newest word says.
    match told.iter().rev().find_map(|(_, standing)| standing.as_ref().ok()) {
        Some(Standing::OnHold(found)) => Known {
            reason: Some(Reason::CertificateOnHold),
            revocation: Some(*found),
            settled: false,
            not_asked: None,
        },
        Some(Standing::NotRevoked { later, settled }) => Known {
            reason: (!settled).then_some(Reason::RevocationPending),
            revocation: *later,
            settled: *settled,
            not_asked: None,
        },
        Some(Standing::Revoked(_)) | None => Known {
            reason: Some(if pending {
                Reason::RevocationPending
            } else {
                Reason::RevocationUnknown
            }),
            revocation: None,
            settled: false,
            not_asked: None,
        },
    }
}
