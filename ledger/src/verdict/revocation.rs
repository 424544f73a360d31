//! What the issuers' lists and responders say of a chain at the time by which everything is judged.

use std::cmp::Reverse;
use std::sync::Arc;

use jejak_signer::{
    Hash, NoStanding, Revocation, RevocationEvidence, RevocationEvidenceError, RevocationList,
    RevocationListError, RevocationReason, StaleRevocation, Standing, authority_name,
    is_ocsp_response, revocation_list_issuer,
};

use super::reason::{Effect, Reason};
use crate::evidence::Named;
use crate::held::Held;

/// A list or response, verified with one of the authorities, or known from before; what the one with its name says is
/// what counts. A list is tried with those that have the name of its maker.
pub(super) fn read(
    der: &[u8],
    issuers: &[&[u8]],
    held: &Held,
) -> Result<Arc<RevocationEvidence>, RevocationEvidenceError> {
    let object = Hash::of(der);
    let maker = if is_ocsp_response(der) { None } else { revocation_list_issuer(der) };
    let is_other =
        |issuer: &[u8], maker| authority_name(issuer).is_ok_and(|(_, name)| name != maker);
    let may_be = |issuer: &&&[u8]| maker.is_none_or(|maker| !is_other(issuer, maker));
    let issuers: Vec<&[u8]> = issuers.iter().filter(may_be).copied().collect();
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

/// What one list or response says of a certificate.
struct Word<'e> {
    made_at: i64,
    standing: Result<Standing, NoStanding>,
    list: Option<&'e RevocationList>,
}

impl Word<'_> {
    /// Both are lists of one scope, and this one was made after the other: by `cRLNumber`, which grows with each
    /// (RFC 5280, 5.2.3).
    fn replaces(&self, other: &Self) -> bool {
        let (Some(one), Some(other)) = (self.list, other.list) else { return false };
        let counted = |list: &RevocationList| {
            let number = list.number()?;
            Some((number.len(), number.to_owned()))
        };
        let numbers = counted(one).zip(counted(other));
        one.scope() == other.scope() && numbers.is_some_and(|(one, other)| one > other)
    }
}

fn of_certificate(certificate: &[u8], evidence: &[Arc<RevocationEvidence>], at: i64) -> Known {
    let told: Vec<Word<'_>> = evidence
        .iter()
        .filter_map(|one| {
            let window = one.window_about_der(certificate)?;
            let standing = one.standing(certificate, at);
            Some(Word { made_at: window.not_before, standing, list: one.list() })
        })
        .collect();
    // A revocation is for good, whoever says it.
    let revoked = told.iter().filter_map(|word| match word.standing {
        Ok(Standing::Revoked(revocation)) => Some(revocation),
        _ => None,
    });
    if let Some(found) = revoked.min_by_key(date) {
        let reason =
            if found.revoked_at <= at { Reason::CertificateRevoked } else { Reason::InvalidSince };
        let reason = Some(reason);
        return Known { reason, revocation: Some(found), settled: true, not_asked: None };
    }
    let pending =
        told.iter().any(|word| matches!(word.standing, Ok(_) | Err(NoStanding::Stale { .. })));
    match newest(&told) {
        Some(Standing::OnHold(found)) => Known {
            reason: Some(Reason::CertificateOnHold),
            revocation: Some(found),
            settled: false,
            not_asked: None,
        },
        Some(Standing::NotRevoked { later, settled }) => Known {
            reason: (!settled).then_some(Reason::RevocationPending),
            revocation: later,
            settled,
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

/// Whether one on hold came back, the newest word says; of several of one second the list that replaces the others, and
/// of those that are left the gravest. In which order they are handed in decides nothing.
fn newest(told: &[Word<'_>]) -> Option<Standing> {
    let speaking = || told.iter().filter(|word| word.standing.is_ok());
    let made_at = speaking().map(|word| word.made_at).max()?;
    let newest: Vec<_> = speaking().filter(|word| word.made_at == made_at).collect();
    let stands = |word: &&&Word<'_>| !newest.iter().any(|other| other.replaces(word));
    let standing = newest.iter().filter(stands).filter_map(|word| word.standing.as_ref().ok());
    standing.max_by_key(|standing| gravity(standing)).copied()
}

fn gravity(standing: &Standing) -> (u8, Option<Reverse<Date>>) {
    match standing {
        Standing::NotRevoked { later, .. } => (0, later.as_ref().map(date).map(Reverse)),
        Standing::OnHold(found) => (1, Some(Reverse(date(found)))),
        Standing::Revoked(found) => (2, Some(Reverse(date(found)))),
    }
}

/// By which revocations are ordered, the first first.
type Date = (i64, Option<i64>, RevocationReason);

fn date(revocation: &Revocation) -> Date {
    (revocation.revoked_at, revocation.invalid_since, revocation.reason)
}
