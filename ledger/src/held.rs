//! The objects of a data directory as decisions need them: bytes by hash; rule sets, trust policies and evidence
//! of revocation parsed once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jejak_signer::{Hash, RevocationEvidence, RevocationEvidenceError, TrustPolicy};

use crate::evidence::{Named, VerifiedEvidence};
use crate::objects::{ObjectError, Objects};
use crate::rules::{self, RuleSet, RuleSetError};
use crate::store::{Cause, Corruption, StoreError};
use crate::trust::read_trust_policy;

/// Rule sets that are kept parsed; a region adopts a few in a decade.
const RULESETS_MAX: usize = 32;
/// Trust policies that are kept read.
const POLICIES_MAX: usize = 32;

/// Objects, with the rule sets, trust policies and evidence of revocation among them.
pub(crate) struct Held {
    objects: Objects,
    rulesets: Mutex<BTreeMap<Hash, Arc<RuleSet>>>,
    policies: Mutex<BTreeMap<Hash, Arc<TrustPolicy>>>,
    evidence: Mutex<VerifiedEvidence>,
    watched: Option<Watched>,
}

/// The objects of another place, and which of them were asked for.
struct Watched {
    under: Arc<Held>,
    asked: Mutex<Asked>,
}

/// What a decision asked for, whether it was held or not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) objects: BTreeSet<Hash>,
    pub(crate) rulesets: BTreeSet<Hash>,
}

/// A rule set, or why its bytes are none.
pub(crate) type Loaded = Result<Arc<RuleSet>, RuleSetError>;

impl Held {
    pub(crate) fn new(objects: Objects) -> Self {
        Self {
            objects,
            rulesets: Mutex::default(),
            policies: Mutex::default(),
            evidence: Mutex::default(),
            watched: None,
        }
    }

    /// The objects of `under`, noting what is asked for: what a decision rests on.
    pub(crate) fn watching(under: Arc<Self>) -> Self {
        let watched = Watched { under, asked: Mutex::default() };
        Self { watched: Some(watched), ..Self::new(Objects::in_memory()) }
    }

    /// What was asked for since the watch began.
    pub(crate) fn asked(&self) -> Asked {
        let asked = self.watched.as_ref().map(|watched| watched.asked());
        asked.map(|asked| asked.clone()).unwrap_or_default()
    }

    /// A rule set that is parsed already.
    pub(crate) fn know(&self, ruleset: Arc<RuleSet>) {
        let mut rulesets = self.rulesets.lock().unwrap_or_else(PoisonError::into_inner);
        rulesets.insert(ruleset.hash(), ruleset);
    }

    /// The bytes of an object, their digest checked.
    pub(crate) fn object(&self, hash: &Hash) -> Result<Option<Vec<u8>>, ObjectError> {
        let Some(watched) = &self.watched else { return self.objects.get(hash) };
        watched.asked().objects.insert(*hash);
        watched.under.object(hash)
    }

    /// Stores an object; durable when it returns.
    pub(crate) fn put(&self, bytes: &[u8]) -> Result<Hash, ObjectError> {
        self.objects.put(bytes)
    }

    /// A rule set: held as an object, or one that comes with this program, whose bytes have the very
    /// hash. `None` where neither is so, or where the bytes are no rule set.
    pub(crate) fn ruleset(&self, hash: &Hash) -> Result<Option<Arc<RuleSet>>, StoreError> {
        Ok(self.loaded(hash)?.and_then(Result::ok))
    }

    /// The same; where the bytes are no rule set, why.
    pub(crate) fn loaded(&self, hash: &Hash) -> Result<Option<Loaded>, StoreError> {
        if let Some(watched) = &self.watched {
            watched.asked().rulesets.insert(*hash);
            return watched.under.loaded(hash);
        }
        if let Some(known) = self.known(hash) {
            return Ok(Some(Ok(known)));
        }
        let Some(bytes) = self.ruleset_source(hash)? else { return Ok(None) };
        let ruleset = match RuleSet::parse(&bytes) {
            Ok(ruleset) => Arc::new(ruleset),
            Err(error) => return Ok(Some(Err(error))),
        };
        let mut rulesets = self.rulesets.lock().unwrap_or_else(PoisonError::into_inner);
        if rulesets.len() >= RULESETS_MAX {
            rulesets.clear();
        }
        rulesets.insert(*hash, Arc::clone(&ruleset));
        Ok(Some(Ok(ruleset)))
    }

    /// A trust policy that is held as an object. `None` where none is, or where the bytes are none.
    pub(crate) fn policy(&self, hash: &Hash) -> Result<Option<Arc<TrustPolicy>>, StoreError> {
        if let Some(watched) = &self.watched {
            watched.asked().objects.insert(*hash);
            return watched.under.policy(hash);
        }
        let policies = || self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = policies().get(hash) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(bytes) = self.objects.get(hash).map_err(unread)? else { return Ok(None) };
        let Ok(policy) = read_trust_policy(&bytes).map(Arc::new) else { return Ok(None) };
        let mut policies = policies();
        if policies.len() >= POLICIES_MAX {
            policies.clear();
        }
        policies.insert(*hash, Arc::clone(&policy));
        Ok(Some(policy))
    }

    /// The bytes that a rule set was parsed from.
    pub(crate) fn ruleset_source(&self, hash: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let bundled = rules::BUNDLED.iter().find(|bytes| Hash::of(bytes) == *hash);
        match (self.objects.get(hash), bundled) {
            (Ok(Some(bytes)), _) => Ok(Some(bytes)),
            (_, Some(bytes)) => Ok(Some(bytes.to_vec())),
            (Ok(None), None) => Ok(None),
            (Err(error), None) => Err(unread(error)),
        }
    }

    /// A list or response that was verified not long ago.
    pub(crate) fn known_evidence(&self, named: &Named) -> Option<Arc<RevocationEvidence>> {
        if let Some(watched) = &self.watched {
            watched.asked().objects.extend([named.object, named.issuer]);
            return watched.under.known_evidence(named);
        }
        self.evidence.lock().unwrap_or_else(PoisonError::into_inner).get(named)
    }

    /// The list or response of `bytes`, verified with its issuer's certificate, once. Both have the digests of `named`.
    pub(crate) fn evidence(
        &self,
        named: Named,
        bytes: &[u8],
        issuer: &[u8],
    ) -> Result<Arc<RevocationEvidence>, RevocationEvidenceError> {
        if let Some(known) = self.known_evidence(&named) {
            return Ok(known);
        }
        let evidence = Arc::new(RevocationEvidence::verify(bytes, issuer)?);
        self.keep_evidence(named, Arc::clone(&evidence));
        Ok(evidence)
    }

    /// Keeps what was verified with the certificate that `named` names.
    pub(crate) fn keep_evidence(&self, named: Named, evidence: Arc<RevocationEvidence>) {
        self.evidence.lock().unwrap_or_else(PoisonError::into_inner).insert(named, evidence);
    }

    fn known(&self, hash: &Hash) -> Option<Arc<RuleSet>> {
        self.rulesets.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }
}

impl Watched {
    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An object that cannot be read stops a decision as an unreadable row does.
pub(crate) fn unread(error: ObjectError) -> StoreError {
    match error {
        ObjectError::File(error) => Cause::Engine(error.to_string()).into(),
        damaged => Corruption::Engine(damaged.to_string()).into(),
    }
}
