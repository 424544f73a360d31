//! Lists that are verified and parsed once, by hash: what a decision looks a serial number up in.

use std::collections::HashMap;
use std::sync::Arc;

use jejak_signer::{Hash, RevocationList};

use crate::rules::{Field, LISTS, Thing};

/// Lists that are kept parsed.
const LISTS_MAX: usize = 64;
/// Certificates in all of them together, about 100 bytes each.
const LISTED_MAX: usize = 1_000_000;

/// A list that a thing names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Named {
    /// SHA-256 of the list.
    pub(crate) object: Hash,
    /// SHA-256 of its issuer's certificate.
    pub(crate) issuer: Hash,
}

/// The newest lists of an issuer, one for each scope; none where the thing is damaged.
pub(crate) fn named_in(thing: &Thing) -> Option<Vec<Named>> {
    let Some(Field::Map(lists)) = thing.fields.get(LISTS) else { return Some(Vec::new()) };
    let named = lists.values().map(|list| {
        let hash = |name: &str| list.member(name).and_then(Field::as_text)?.parse().ok();
        Some(Named { object: hash("object")?, issuer: hash("issuer")? })
    });
    named.collect()
}

/// Lists whose signatures were found to be their issuers'.
#[derive(Default)]
pub(crate) struct VerifiedLists {
    lists: HashMap<Named, Arc<RevocationList>>,
    listed: usize,
}

impl VerifiedLists {
    pub(crate) fn get(&self, named: &Named) -> Option<Arc<RevocationList>> {
        self.lists.get(named).cloned()
    }

    /// Where the room is used up, all make way: what is asked for is soon back.
    pub(crate) fn insert(&mut self, named: Named, list: Arc<RevocationList>) {
        let listed = list.count();
        if self.lists.len() >= LISTS_MAX || self.listed.saturating_add(listed) > LISTED_MAX {
            self.lists.clear();
            self.listed = 0;
        }
        if self.lists.insert(named, list).is_none() {
            self.listed = self.listed.saturating_add(listed);
        }
    }
}
