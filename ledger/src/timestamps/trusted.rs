//! Whose tokens count for a ledger: the time-stamping authorities of its trust policy, those that earlier policies named
//! while they were in force, and those that the caller adds.

use std::collections::BTreeSet;

use jejak_signer::{Hash, TimestampAuthority, TrustPolicy};

use crate::log::Position;
use crate::store::{Direction, Table, codec, keys};
use crate::timestamps::seconds;
use crate::view::{ReadError, View};

/// Changes of a ledger's own thing that are looked at for policies; a region makes a few in a year.
const CHANGES_MAX: usize = 4_096;

/// An authority by the name that a policy gives it.
#[derive(Debug, Clone)]
pub(crate) struct NamedAuthority {
    pub(crate) name: String,
    pub(crate) authority: TimestampAuthority,
}

impl View {
    /// The authorities of the trust policy in force at this view's size; none where none was adopted.
    pub fn time_authorities(&self) -> Result<Vec<TimestampAuthority>, ReadError> {
        let Some(hash) = self.policy_hash_at(Position(self.size()))? else { return Ok(Vec::new()) };
        let policy = self.held.policy(&hash)?.ok_or(ReadError::Corrupt)?;
        Ok(named(&policy, None)?.into_iter().map(|named| named.authority).collect())
    }

    /// The same, and `more`.
    pub(crate) fn time_authorities_with(
        &self,
        more: &[TimestampAuthority],
    ) -> Result<Vec<TimestampAuthority>, ReadError> {
        let mut authorities = self.time_authorities()?;
        authorities.extend_from_slice(more);
        Ok(authorities)
    }

    /// The authorities of the policy in force, and those that former policies named and it does not: their tokens count
    /// until the end of the policy that named them.
    pub(crate) fn time_authorities_ever(&self) -> Result<Vec<NamedAuthority>, ReadError> {
        let mut policies = self.policies()?;
        let Some((_, present)) = policies.pop() else { return Ok(Vec::new()) };
        let mut all = named(&present, None)?;
        let mut known: BTreeSet<Hash> = all.iter().map(NamedAuthority::anchor).collect();
        // The latest word on an authority is what counts.
        for (ended_at, former) in policies.into_iter().rev() {
            let former = named(&former, Some(ended_at))?;
            let new: Vec<_> =
                former.into_iter().filter(|named| !known.contains(&named.anchor())).collect();
            known.extend(new.iter().map(NamedAuthority::anchor));
            all.extend(new);
        }
        Ok(all)
    }

    /// The trust policies that were in force, the oldest first, each with the time at which the next one took its place,
    /// Unix seconds.
    fn policies(&self) -> Result<Vec<(i64, std::sync::Arc<TrustPolicy>)>, ReadError> {
        let stream = format!("ledger/{}", self.region());
        let range = keys::versions(&stream, 0..self.size());
        let rows = self.scan(Table::Version, &range, Direction::Forward, CHANGES_MAX)?;
        let mut adopted: Vec<(Hash, Position)> = Vec::new();
        for (_, value) in rows {
            let thing: crate::rules::Thing =
                codec::decode(&value).map_err(|_| ReadError::Corrupt)?;
            let Some(hash) = thing.text("policy") else { continue };
            let hash = hash.parse().map_err(|_| ReadError::Corrupt)?;
            if adopted.last().is_none_or(|(last, _)| *last != hash) {
                adopted.push((hash, thing.position));
            }
        }
        let mut policies = Vec::new();
        for (index, (hash, _)) in adopted.iter().enumerate() {
            let ended_at = match adopted.get(index.saturating_add(1)) {
                None => i64::MAX,
                Some((_, next)) => {
                    let record = self.record(*next)?.ok_or(ReadError::Corrupt)?;
                    seconds(record.recorded_at)
                }
            };
            let policy = self.held.policy(hash)?.ok_or(ReadError::Corrupt)?;
            policies.push((ended_at, policy));
        }
        Ok(policies)
    }
}

impl NamedAuthority {
    fn anchor(&self) -> Hash {
        Hash::of(self.authority.der())
    }
}

/// The authorities of a policy, trusted until `ended_at` at most.
fn named(policy: &TrustPolicy, ended_at: Option<i64>) -> Result<Vec<NamedAuthority>, ReadError> {
    let authorities = policy.time_authorities().iter().map(|named| {
        let mut named = named.clone();
        if let Some(ended_at) = ended_at {
            let until = named.trusted_until.unwrap_or(i64::MAX).min(ended_at);
            named.trusted_until = Some(until);
        }
        let authority = TimestampAuthority::try_from(&named).map_err(|_| ReadError::Corrupt)?;
        Ok(NamedAuthority { name: named.name, authority })
    });
    authorities.collect()
}
