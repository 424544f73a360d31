//! What the issuers' lists say of a chain at the time by which everything is judged.

use jejak_signer::{NoStanding, Revocation, RevocationList, StaleRevocation, Standing};

use super::reason::{Effect, Reason};

/// What is known of one certificate.
pub(super) struct Known {
    pub(super) reason: Option<Reason>,
    /// The revocation that was found, also one that came later.
    pub(super) revocation: Option<Revocation>,
    /// No later list can say otherwise.
    pub(super) settled: bool,
}

/// The leaf's lists are asked for, as the policy says; those about the authorities above it are heeded where they
/// are there.
pub(super) fn of_chain(
    chain: &[Vec<u8>],
    lists: &[RevocationList],
    asked: StaleRevocation,
    at: i64,
) -> Known {
    let mut leaf = Known { reason: None, revocation: None, settled: false };
    for (index, certificate) in chain.iter().enumerate() {
        let known = of_certificate(certificate, lists, at);
        if index == 0 {
            leaf = known;
            if asked == StaleRevocation::NotAsked && weight(leaf.reason) == NEWS {
                leaf.reason = None;
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

fn of_certificate(certificate: &[u8], lists: &[RevocationList], at: i64) -> Known {
    let mut told: Vec<(i64, Result<Standing, NoStanding>)> = lists
        .iter()
        .map(|list| (list.window().not_before, list.standing(certificate, at)))
        .filter(|(_, standing)| {
            !matches!(
                standing,
                Err(NoStanding::OtherIssuer | NoStanding::OtherScope | NoStanding::Malformed)
            )
        })
        .collect();
    told.sort_by_key(|(made_at, _)| *made_at);
    // A revocation is for good, whichever list says it.
    let revoked = told.iter().filter_map(|(_, standing)| match standing {
        Ok(Standing::Revoked(revocation)) => Some(*revocation),
        _ => None,
    });
    if let Some(found) = revoked.min_by_key(|revocation| revocation.revoked_at) {
        let reason =
            if found.revoked_at <= at { Reason::CertificateRevoked } else { Reason::InvalidSince };
        return Known { reason: Some(reason), revocation: Some(found), settled: true };
    }
    let pending =
        told.iter().any(|(_, standing)| matches!(standing, Ok(_) | Err(NoStanding::Stale { .. })));
    // Whether one on hold came back, the newest list says.
    match told.iter().rev().find_map(|(_, standing)| standing.as_ref().ok()) {
        Some(Standing::OnHold(found)) => Known {
            reason: Some(Reason::CertificateOnHold),
            revocation: Some(*found),
            settled: false,
        },
        Some(Standing::NotRevoked { later, settled }) => Known {
            reason: (!settled).then_some(Reason::RevocationPending),
            revocation: *later,
            settled: *settled,
        },
        Some(Standing::Revoked(_)) | None => Known {
            reason: Some(if pending {
                Reason::RevocationPending
            } else {
                Reason::RevocationUnknown
            }),
            revocation: None,
            settled: false,
        },
    }
}
