//! What an event puts in force: read off what it changes of the ledger's own thing, and off nothing else, so that an
//! act which took effect at once and one that waited for a second signature do it by the same code.

use std::sync::Arc;

use jejak_signer::{Credential, Hash, TrustPolicy};
use serde_json::Value;

use super::Draft;
use crate::log::Micros;
use crate::prepared::{Context, Prepared};
use crate::refusal::Refusal;
use crate::rules::{LOG_KEYS, RuleSet, Structural, Thing, log_keys_of};
use crate::state::{State, signer_subject};
use crate::store::StoreError;
use crate::trust::{LockedOut, Signers};

/// What is in force from the next event on, where it is something else than before.
#[derive(Default)]
pub(super) struct Adopted {
    ruleset: Option<Arc<RuleSet>>,
    policy: Option<Arc<TrustPolicy>>,
}

impl Adopted {
    pub(super) fn put_in_force(self, context: &mut Context) {
        if let Some(ruleset) = self.ruleset {
            context.ruleset = ruleset;
        }
        if let Some(policy) = self.policy {
            context.policy = policy;
        }
    }
}

impl<S: State> Draft<'_, S> {
    /// What the event puts in force, or why it cannot: nothing is adopted that is not held. What it only names, and
    /// what then waits for another signature, must be held as well.
    pub(super) fn adoption(
        &mut self,
        prepared: &Prepared,
        changes: &[(String, Thing)],
        recorded_at: Micros,
    ) -> Result<Result<Adopted, Refusal>, StoreError> {
        if !prepared.event.subject.starts_with(LEDGER) {
            return Ok(Ok(Adopted::default()));
        }
        let named = |name: &str| {
            let hash = prepared.event.data.get(name).and_then(Value::as_str)?;
            hash.parse().ok()
        };
        let ledger = changes.iter().find(|(key, _)| key.starts_with(LEDGER));
        let kept = |name: &str| ledger.and_then(|(_, thing)| thing.text(name)?.parse().ok());
        let mut adopted = Adopted::default();
        for (hash, is_put_in_force) in [(named("ruleset"), false), (kept("ruleset"), true)] {
            let pointer = if is_put_in_force { "/data/event" } else { "/data/ruleset" };
            match self.ruleset_of(hash, pointer)? {
                Ok(found) if is_put_in_force => adopted.ruleset = found,
                Ok(_) => {}
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        for (hash, is_put_in_force) in [(named("policy"), false), (kept("policy"), true)] {
            let found = match self.policy_of(hash)? {
                Ok(found) => found,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if let (Some(policy), Some((_, thing))) = (&found, ledger)
                && let Some(locked) = LockedOut::find(policy, thing, recorded_at, self)?
            {
                let pointer = if is_put_in_force { "/data/event" } else { "/data/policy" };
                return Ok(Err(Refusal::LocksOut { pointer, locked: Box::new(locked) }));
            }
            if is_put_in_force {
                adopted.policy = found;
            }
        }
        Ok(self.check_signable(ledger.map(|(_, thing)| thing)).map(|()| adopted))
    }

    /// Whoever writes here must be able to sign the checkpoint that the event stands under.
    fn check_signable(&self, ledger: Option<&Thing>) -> Result<(), Refusal> {
        let keys = ledger.filter(|ledger| ledger.fields.contains_key(LOG_KEYS));
        let (Some(keys), Some(signers)) = (keys.and_then(log_keys_of), self.signers) else {
            return Ok(());
        };
        let size = self.chain.size().saturating_add(1);
        if signers.can_sign(&keys, size) {
            return Ok(());
        }
        let in_force = keys.in_force_at(size).map(ToString::to_string).collect();
        Err(Refusal::LogKeyNotHeld { in_force })
    }

    /// A rule set that is not in force. It stands on the same version of the structural acts or on a later one: what two
    /// signatures hold is not given back to one.
    fn ruleset_of(
        &self,
        hash: Option<Hash>,
        pointer: &'static str,
    ) -> Result<Result<Option<Arc<RuleSet>>, Refusal>, StoreError> {
        let Some(hash) = hash.filter(|hash| *hash != self.context.ruleset.hash()) else {
            return Ok(Ok(None));
        };
        let ruleset = match self.held.loaded(&hash)? {
            Some(Ok(ruleset)) => ruleset,
            Some(Err(error)) => {
                let error = Box::new(error);
                return Ok(Err(Refusal::RuleSetUnloadable { pointer, hash, error }));
            }
            None => return Ok(Err(Refusal::RuleSetNotHeld { hash })),
        };
        let (now, next) = (self.context.ruleset.structural(), ruleset.structural());
        if now >= Structural::Three && next < now {
            let (in_force, found) = (now.number(), next.number());
            return Ok(Err(Refusal::StructureOfBefore { pointer, in_force, found }));
        }
        Ok(self.context.serves(&ruleset).map(|()| Some(ruleset)))
    }

    /// A trust policy that is not in force.
    fn policy_of(
        &self,
        hash: Option<Hash>,
    ) -> Result<Result<Option<Arc<TrustPolicy>>, Refusal>, StoreError> {
        let Some(hash) = hash.filter(|hash| Some(*hash) != self.context.policy.hash()) else {
            return Ok(Ok(None));
        };
        Ok(match self.held.policy(&hash)? {
            Some(policy) => Ok(Some(policy)),
            None => Err(Refusal::TrustPolicyNotHeld { hash }),
        })
    }
}

impl<S: State> Signers for Draft<'_, S> {
    type Error = StoreError;

    fn signer(&mut self, person: &str) -> Result<Option<Thing>, StoreError> {
        Ok(self.state.thing(&signer_subject(person))?.cloned())
    }

    fn credential(&mut self, thumbprint: &Hash) -> Result<Option<Arc<Credential>>, StoreError> {
        Self::credential(self, thumbprint)
    }
}

/// What the key of the ledger's thing begins with.
const LEDGER: &str = "ledger/";
