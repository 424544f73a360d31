//! Lists and responses that are verified and parsed once, by hash: what a decision looks a serial number up in.

use std::collections::HashMap;
use std::sync::Arc;

use jejak_signer::{Hash, RevocationEvidence};

use crate::rules::{Field, LISTS, Thing};

/// Lists and responses that are kept parsed.
const KEPT_MAX: usize = 4_096;
/// Certificates in all of them together, about 100 bytes each.
const LISTED_MAX: usize = 1_000_000;

/// A list or response that a thing names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Named {
    /// SHA-256 of its bytes.
    pub(crate) object: Hash,
    /// SHA-256 of its issuer's certificate.
    pub(crate) issuer: Hash,
}

/// The newest lists of an issuer, one for each scope, or the newest response about a certificate; none where the thing is
/// damaged.
pub(crate) fn named_in(thing: &Thing) -> Option<Vec<Named>> {
    let Some(Field::Map(lists)) = thing.fields.get(LISTS) else { return Some(Vec::new()) };
    let named = lists.values().map(|list| {
        let hash = |name: &str| list.member(name).and_then(Field::as_text)?.parse().ok();
        Some(Named { object: hash("object")?, issuer: hash("issuer")? })
    });
    named.collect()
}

/// Those whose signatures were found to be their issuers'.
#[derive(Default)]
pub(crate) struct VerifiedEvidence {
    evidence: HashMap<Named, Arc<RevocationEvidence>>,
    listed: usize,
}

impl VerifiedEvidence {
    pub(crate) fn get(&self, named: &Named) -> Option<Arc<RevocationEvidence>> {
        self.evidence.get(named).cloned()
    }

    /// Where the room is used up, all make way: what is asked for is soon back.
    pub(crate) fn insert(&mut self, named: Named, evidence: Arc<RevocationEvidence>) {
        let listed = evidence.count();
        if self.evidence.len() >= KEPT_MAX || self.listed.saturating_add(listed) > LISTED_MAX {
            self.evidence.clear();
            self.listed = 0;
        }
        if self.evidence.insert(named, evidence).is_none() {
            self.listed = self.listed.saturating_add(listed);
        }
    }
}
