//! Which trust policies a ledger has had, and since when.

use std::sync::Arc;

use jejak_signer::{Hash, TrustPolicy};

use crate::held::unread;
use crate::log::{Micros, Position};
use crate::view::{ReadError, View};

/// A trust policy that is or was in force.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyInForce {
    /// SHA-256 of its file; none for the anchors of the opening.
    pub hash: Option<Hash>,
    /// As the event called it that adopted it.
    pub name: Option<String>,
    /// Where it was put in force: with the last signature, where it waited for one.
    pub position: Position,
    /// When that was recorded.
    pub recorded_at: Micros,
}

impl View {
    /// The trust policies up to the record at `as_of`, the oldest first: what the opening trusts, then what was adopted.
    pub fn trust_policies(&self, as_of: Position) -> Result<Vec<PolicyInForce>, ReadError> {
        let subject = format!("ledger/{}", self.region());
        let (size, mut first) = (as_of.0.saturating_add(1), 0);
        let mut policies: Vec<PolicyInForce> = Vec::new();
        for _ in 0..PAGES_MAX {
            let page = self.versions(&subject, first..size, PAGE_VERSIONS)?;
            for thing in page.versions {
                let hash = thing.text("policy").map(str::parse).transpose();
                let hash = hash.map_err(|_| ReadError::Corrupt)?;
                if policies.last().is_none_or(|last| last.hash != hash) {
                    let name = hash.and_then(|_| thing.text("policy_name")).map(str::to_owned);
                    let (position, recorded_at) = (thing.position, thing.recorded_at);
                    policies.push(PolicyInForce { hash, name, position, recorded_at });
                }
            }
            let Some(next) = page.next else { return Ok(policies) };
            first = next.0.saturating_add(1);
        }
        Ok(policies)
    }

    /// The file of the trust policy in force after the record at `as_of`, as it is held, with its hash; none where the anchors
    /// of the opening are in force.
    pub fn trust_source(&self, as_of: Position) -> Result<Option<(Hash, Vec<u8>)>, ReadError> {
        let after = Position(as_of.0.saturating_add(1));
        let Some(hash) = self.policy_hash_at(after)? else { return Ok(None) };
        let file = self.held.object(&hash).map_err(unread)?.ok_or(ReadError::Corrupt)?;
        Ok(Some((hash, file)))
    }

    /// What the ledger trusted after the record at `as_of`.
    pub fn trust_after(&self, as_of: Position) -> Result<Arc<TrustPolicy>, ReadError> {
        Ok(self.context_at(Position(as_of.0.saturating_add(1)))?.policy)
    }
}

/// Versions of the ledger's own thing that are read at once; acts of its authorities make them.
const PAGE_VERSIONS: usize = 64;
/// Most pages of them.
const PAGES_MAX: usize = 1_024;
