//! The keys of a log that follow on those which the policy names: each believed because an older key has signed the log
//! that holds the events which added it.

use std::borrow::Cow;

use jejak_signer::{Jws, Typ};
use serde_json::Value;

use super::evidence::{Evidence, KeyLink};
use super::policy::VerdictPolicy;
use crate::event::Event;
use crate::log::{
    Outcome, Policy, PolicyKey, PolicyLedger, Position, Receipt, SignatureType, TlogProof, Vkey,
};
use crate::rules::Citation;
use crate::store::keys;
use crate::view::{ReadError, View};

impl VerdictPolicy {
    /// The same with the keys to which the evidence leads from those that it names.
    pub(super) fn following(&self, evidence: &Evidence) -> Cow<'_, Self> {
        match following(&self.log, evidence) {
            Cow::Borrowed(_) => Cow::Borrowed(self),
            Cow::Owned(log) => {
                let mut policy = self.clone();
                policy.log = log;
                Cow::Owned(policy)
            }
        }
    }
}

/// A policy with the keys to which evidence leads from those that it names.
///
/// One whose end it names leads to none: whoever
/// stole it could lead anywhere, and who knows of its end has been told what follows.
pub fn following<'p>(policy: &'p Policy, evidence: &Evidence) -> Cow<'p, Policy> {
    let mut all = Cow::Borrowed(policy);
    if evidence.keys.is_empty() {
        return all;
    }
    // Another ledger of the policy cannot name the keys of this one.
    let mut leading = policy.only(&evidence.origin).into_owned();
    for ledger in &mut leading.ledgers {
        ledger.keys.retain(|key| key.until.is_none());
    }
    for link in evidence.keys.iter().take(Evidence::KEYS_MAX) {
        let Some(key) = followed(link, &leading, policy, &evidence.origin) else { continue };
        for log in [&mut leading, all.to_mut()] {
            let of_log = |ledger: &&mut PolicyLedger| ledger.origin.as_str() == evidence.origin;
            if let Some(ledger) = log.ledgers.iter_mut().find(of_log) {
                ledger.keys.push(key.clone());
            }
        }
    }
    all
}

/// The key that a link leads to, if its two statements stand in the log under a checkpoint by a leading key, are what
/// adds a key, and the key is new.
fn followed(link: &KeyLink, leading: &Policy, named: &Policy, origin: &str) -> Option<PolicyKey> {
    let (act, act_key) = standing(&link.added, leading)?;
    let (confirmation, _) = standing(&link.confirmed, leading)?;
    let of_log = |event: &Event| event.ledger == origin && event.subject == act.subject;
    let cited = Citation::of(&confirmation).filter(|cited| cited.is_of(&act))?;
    let (added, confirmed) = (link.added.record.position, link.confirmed.record.position);
    let adds = act.kind == "ledger.key_added" && of_log(&act);
    let confirms = confirmation.kind == "act.countersigned" && of_log(&confirmation);
    if !adds || !confirms || cited.key != act_key || added >= confirmed {
        return None;
    }
    let vkey: Vkey = act.data.get("vkey").and_then(Value::as_str)?.parse().ok()?;
    let known = [named, leading].into_iter().filter_map(|policy| policy.ledger(origin));
    let is_known = known.flat_map(|ledger| &ledger.keys).any(|key| key.vkey.id() == vkey.id());
    let is_of_log = vkey.signature_type() == SignatureType::Ed25519 && vkey.name() == origin;
    if is_known || !is_of_log {
        return None;
    }
    Some(PolicyKey { vkey, from: confirmed.0.saturating_add(1), until: None })
}

/// The event of a statement that stands in the log, and the key by which others name it. What it takes of witnesses is
/// asked of the newest checkpoint.
fn standing(receipt: &Receipt, policy: &Policy) -> Option<(Event, jejak_signer::Hash)> {
    let statement = receipt.statement.as_deref()?.as_bytes();
    if let Outcome::Failed(_) = receipt.verify(policy, Some(statement)).outcome {
        return None;
    }
    let jws = Jws::parse(statement.to_vec(), Typ::Event).ok()?;
    Some((Event::parse(jws.payload()).ok()?, jws.event_key()))
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
        let Some(confirmed) = self.standing_under(confirmed, checkpoint)? else { return Ok(None) };
        let cited = confirmed.statement.as_deref().and_then(|statement| {
            let jws = Jws::parse(statement.as_bytes().to_vec(), Typ::Event).ok()?;
            Citation::of(&Event::parse(jws.payload()).ok()?)
        });
        let Some(cited) = cited else { return Ok(None) };
        let id = keys::id(&cited.source, &cited.id);
        let row = self.id_rows(&[id], confirmed.record.position.0)?.into_iter().next().flatten();
        let Some(row) = row else { return Ok(None) };
        let added = self.standing_under(row.position, checkpoint)?;
        Ok(added.map(|added| KeyLink { added, confirmed }))
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
