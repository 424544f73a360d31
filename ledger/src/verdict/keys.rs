//! The keys of a log that follow on those which the policy names: each believed because both authorities added it, by
//! statements that stand under a checkpoint which an older key has signed, as proven as what signer and rules rest on.

use std::borrow::Cow;
use std::sync::Arc;

use jejak_signer::{Jws, RevocationEvidence, Typ};

use super::case::made_at;
use super::evidence::{Evidence, KeyLink};
use super::grounds;
use super::policy::VerdictPolicy;
use super::revocation;
use crate::event::Event;
use crate::held::Held;
use crate::log::{PolicyKey, PolicyLedger, Position, Receipt, SignatureType, TlogProof, Vkey};
use crate::objects::Objects;
use crate::rules::Citation;
use crate::store::keys;
use crate::view::{ReadError, View};

impl VerdictPolicy {
    /// The same with the keys to which evidence leads from those that it names.
    ///
    /// None to which it leads where it does not pin the opening or trusts no certificates. One whose end it names leads to
    /// none: whoever stole it could lead anywhere, and who knows of its end has been told what follows. Nor does any lead on
    /// once an algorithm that it rests on counts no longer `at` the time of who asks, Unix seconds.
    pub fn following(&self, evidence: &Evidence, at: i64) -> Cow<'_, Self> {
        self.following_at(evidence, at, &Held::new(Objects::in_memory()))
    }

    /// By the lists and responses that were there at `at`.
    pub(super) fn following_at(&self, evidence: &Evidence, at: i64, held: &Held) -> Cow<'_, Self> {
        let mut all = Cow::Borrowed(self);
        if evidence.keys.is_empty() {
            return all;
        }
        // Another ledger of the policy cannot name the keys of this one.
        let mut leading = self.clone();
        leading.log = self.log.only(&evidence.origin).into_owned();
        for ledger in &mut leading.log.ledgers {
            ledger.keys.retain(|key| key.until.is_none());
        }
        let told = told(evidence, self, at, held);
        for link in evidence.keys.iter().take(Evidence::KEYS_MAX) {
            let Some(key) = followed(link, &leading, self, evidence, &told, at) else {
                continue;
            };
            for policy in [&mut leading, all.to_mut()] {
                let of_log = |ledger: &&mut PolicyLedger| ledger.origin.as_str() == evidence.origin;
                if let Some(ledger) = policy.log.ledgers.iter_mut().find(of_log) {
                    ledger.keys.push(key.clone());
                }
            }
        }
        all
    }
}

/// The key that a link leads to from a leading one, if it is proven who added it, and the key is new.
fn followed(
    link: &KeyLink,
    leading: &VerdictPolicy,
    named: &VerdictPolicy,
    evidence: &Evidence,
    told: &[Arc<RevocationEvidence>],
    at: i64,
) -> Option<PolicyKey> {
    let vkey: Vkey = grounds::key_added(link, evidence, leading, told, at)?.parse().ok()?;
    let origin = evidence.origin.as_str();
    let known = [named, leading].into_iter().filter_map(|policy| policy.log.ledger(origin));
    let is_known = known.flat_map(|ledger| &ledger.keys).any(|key| key.vkey.id() == vkey.id());
    let is_of_log = vkey.signature_type() == SignatureType::Ed25519 && vkey.name() == origin;
    if is_known || !is_of_log {
        return None;
    }
    let from = link.confirmed.record.position.0.saturating_add(1);
    Some(PolicyKey { vkey, from, until: None })
}

/// What the lists and responses of the evidence say that are of an authority above who signed a link, or of an anchor.
fn told(
    evidence: &Evidence,
    policy: &VerdictPolicy,
    at: i64,
    held: &Held,
) -> Vec<Arc<RevocationEvidence>> {
    let of_links = grounds::of_links(evidence);
    let above = grounds::authorities(of_links, policy.trust.as_ref());
    let above = above.into_iter().take(grounds::AUTHORITIES_MAX);
    let issuers: Vec<_> = policy.anchors().chain(above).collect();
    let lists = evidence.lists.iter().take(Evidence::LISTS_MAX);
    let all = lists.chain(evidence.responses.iter().take(Evidence::RESPONSES_MAX));
    let read = all.filter_map(|der| revocation::read(der, &issuers, held).ok());
    read.filter(|one| made_at(one) <= at).collect()
}

impl View {
    /// What leads from the first key of the log to each later one, as far as it is held.
    pub(super) fn key_links(&self) -> Result<Vec<KeyLink>, ReadError> {
        let mut links = Vec::new();
        for key in self.log_keys().all() {
            if let Some(checkpoint) = self.handover_to(&key.vkey)?
                && let Some(confirmed) = key.from.checked_sub(1).map(Position)
                && let Some(link) = self.key_link(confirmed, &checkpoint)?
            {
                links.push(link);
            }
        }
        Ok(links)
    }

    fn key_link(
        &self,
        confirmed: Position,
        checkpoint: &str,
    ) -> Result<Option<KeyLink>, ReadError> {
        let mut grounds = self.grounds_of_key(confirmed, checkpoint)?;
        let mut taken = |is: &dyn Fn(&Receipt) -> bool| {
            let at = grounds.iter().position(is)?;
            Some(grounds.remove(at))
        };
        let Some(confirmed) = taken(&|ground| ground.record.position == confirmed) else {
            return Ok(None);
        };
        let cited = confirmed.statement.as_deref().and_then(|statement| {
            let jws = Jws::parse(statement.as_bytes().to_vec(), Typ::Event).ok()?;
            Citation::of(&Event::parse(jws.payload()).ok()?)
        });
        let Some(cited) = cited else { return Ok(None) };
        let id = keys::id(&cited.source, &cited.id);
        let row = self.id_rows(&[id], confirmed.record.position.0)?.into_iter().next().flatten();
        let Some(row) = row else { return Ok(None) };
        let added = taken(&|ground| ground.record.position == row.position);
        Ok(added.map(|added| KeyLink { added, confirmed, grounds }))
    }

    pub(super) fn standing_under(
        &self,
        position: Position,
        checkpoint: &str,
    ) -> Result<Option<Receipt>, ReadError> {
        let (record, statement) = (self.record(position)?, self.statement(position)?);
        let statement = statement.and_then(|bytes| String::from_utf8(bytes).ok());
        let proof: Option<TlogProof> = self.proof_under(position, checkpoint)?;
        let (Some(record), Some(statement), Some(proof)) = (record, statement, proof) else {
            return Ok(None);
        };
        Ok(Some(Receipt { statement: Some(statement), ..Receipt::new(record, proof) }))
    }
}
