//! What the revocation of a time-stamping authority does to its tokens (RFC 3161, 4): a token made before an
//! orderly end stands, but nothing that a key in other hands signed can be told from a forgery.

use std::borrow::Borrow;

use super::verified::Timestamp;
use crate::error::TimestampError;
use crate::revocation::{Revocation, RevocationEvidence, RevocationReason, Standing};

/// What lists and responses say of the certificates behind a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimestampStanding {
    /// Of at least one certificate none says anything at `genTime`.
    Unknown,
    /// None was revoked, as far as those at hand go.
    NotRevoked,
    /// None was revoked, and such as were made at or after `genTime` say so.
    Settled,
}

impl Timestamp {
    /// Judges signer and intermediates at `genTime` by lists and responses that were verified with certificates of this
    /// path's authorities; those that are not about one of them are passed over.
    pub fn standing<E: Borrow<RevocationEvidence>>(
        &self,
        told: &[E],
    ) -> Result<TimestampStanding, TimestampError> {
        let mut worst = TimestampStanding::Settled;
        for (index, certificate) in self.chain().iter().enumerate() {
            let mut best = TimestampStanding::Unknown;
            for one in told {
                let found = match one.borrow().standing(certificate, self.time().seconds) {
                    Err(_) => continue,
                    Ok(Standing::OnHold(revocation) | Standing::Revoked(revocation)) => {
                        return Err(TimestampError::Revoked { index, revocation });
                    }
                    Ok(Standing::NotRevoked { later: Some(revocation), .. })
                        if !is_orderly(revocation) =>
                    {
                        return Err(TimestampError::Revoked { index, revocation });
                    }
                    Ok(Standing::NotRevoked { settled: true, .. }) => TimestampStanding::Settled,
                    Ok(Standing::NotRevoked { settled: false, .. }) => {
                        TimestampStanding::NotRevoked
                    }
                };
                best = best.max(found);
            }
            worst = worst.min(best);
        }
        Ok(worst)
    }
}

/// The reasons after which earlier tokens stand. Whoever gives none says that they do not (RFC 3161, 4,
/// item 1).
fn is_orderly(revocation: Revocation) -> bool {
    use RevocationReason::{AffiliationChanged, CessationOfOperation, Superseded};
    matches!(revocation.reason, AffiliationChanged | Superseded | CessationOfOperation)
}
