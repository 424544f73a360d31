//! Whose tokens count for a ledger: the time-stamping authorities of its trust policy, and those that the caller adds.

use jejak_signer::TimestampAuthority;

use crate::log::Position;
use crate::view::{ReadError, View};

impl View {
    /// The authorities of the trust policy in force at this view's size; none where none was adopted.
    pub fn time_authorities(&self) -> Result<Vec<TimestampAuthority>, ReadError> {
        let Some(hash) = self.policy_hash_at(Position(self.size()))? else { return Ok(Vec::new()) };
        let policy = self.held.policy(&hash)?.ok_or(ReadError::Corrupt)?;
        let authorities = policy.time_authorities().iter().map(TimestampAuthority::try_from);
        authorities.collect::<Result<_, _>>().map_err(|_| ReadError::Corrupt)
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
}
