//! Certificates ready for verification: a bounded cache over what the log has enrolled.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jejak_signer::{Credential, Hash, HolderKind, TrustPolicy, Window};

use crate::held::{Held, unread};
use crate::objects::ObjectError;
use crate::rules::{Field, Thing};
use crate::store::{LedgerNumber, StoreError};

/// The credentials of one ledger in a cache that all ledgers of a directory share, so that its bound does not grow with
/// their number. What is enrolled in one ledger is not in another: the ledger is part of the key.
pub(crate) struct CredentialCache {
    ledger: LedgerNumber,
    shared: Arc<Shared>,
}

/// Two generations of credentials: when the young one is full the old one is dropped, so memory is
/// bounded and what is in use stays.
struct Shared {
    half_max: usize,
    generations: RwLock<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<(LedgerNumber, Hash), Arc<Credential>>,
    old: HashMap<(LedgerNumber, Hash), Arc<Credential>>,
}

impl CredentialCache {
    /// Room for `max` credentials.
    pub(crate) fn new(max: usize) -> Self {
        let shared = Shared { half_max: (max / 2).max(1), generations: RwLock::default() };
        Self { ledger: LedgerNumber::DIRECTORY, shared: Arc::new(shared) }
    }

    /// The part of a ledger in the same room.
    pub(crate) fn of(&self, ledger: LedgerNumber) -> Self {
        Self { ledger, shared: Arc::clone(&self.shared) }
    }

    pub(crate) fn get(&self, thumbprint: &Hash) -> Option<Arc<Credential>> {
        let key = (self.ledger, *thumbprint);
        let generations = self.shared.generations.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = generations.young.get(&key) {
            return Some(Arc::clone(found));
        }
        let found = generations.old.get(&key).cloned();
        drop(generations);
        if let Some(found) = &found {
            self.insert(Arc::clone(found));
        }
        found
    }

    pub(crate) fn insert(&self, credential: Arc<Credential>) {
        let shared = &self.shared;
        let mut generations = shared.generations.write().unwrap_or_else(PoisonError::into_inner);
        if generations.young.len() >= shared.half_max {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert((self.ledger, credential.thumbprint()), credential);
    }
}

/// Makes the credential of an enrolled certificate again, from its row and from the objects that the
/// enrolment left. `None` where a certificate of the chain is not held.
///
/// The path is walked under the policy of the enrolment and at the beginning of the window that it found, so that the
/// answer does not depend on when it is asked for. Whether the certificate counts, the policy in force is asked.
pub(crate) fn load(
    thumbprint: &Hash,
    certificate: &Thing,
    opening: &TrustPolicy,
    held: &Held,
) -> Result<Option<Arc<Credential>>, StoreError> {
    let second = |name: &str| match certificate.fields.get(name) {
        Some(Field::Integer(at)) => Some(*at),
        _ => None,
    };
    let Some((not_before, not_after)) = second("not_before").zip(second("not_after")) else {
        return Ok(None);
    };
    let window = Window { not_before, not_after };
    let Some(Ok(algorithm)) = certificate.text("algorithm").map(str::parse) else {
        return Ok(None);
    };
    let kind = match certificate.text("kind") {
        Some("sistem") => HolderKind::System,
        _ => HolderKind::Person,
    };
    let above = certificate.fields.get("intermediates").and_then(Field::as_list);
    let above = above.unwrap_or_default().iter().map(|hash| hash.as_text()?.parse().ok());
    let Some(above) = above.collect::<Option<Vec<Hash>>>() else { return Ok(None) };
    let mut chain = Vec::new();
    for hash in std::iter::once(thumbprint).chain(&above) {
        match held.object(hash) {
            Ok(Some(der)) => chain.push(der),
            // What is damaged counts as lost: an audit names it.
            Ok(None) | Err(ObjectError::Damaged { .. }) => return Ok(None),
            Err(error) => return Err(unread(error)),
        }
    }
    let admitted = match certificate.text("policy") {
        None => Credential::of_enrolled(opening, &chain, kind, window),
        Some(hash) => {
            let Some(hash) = hash.parse().ok() else { return Ok(None) };
            let Some(policy) = held.policy(&hash)? else { return Ok(None) };
            Credential::of_enrolled(&policy, &chain, kind, window)
        }
    };
    let admitted = admitted.ok();
    Ok(admitted.and_then(|admitted| admitted.with_algorithm(algorithm).ok()).map(Arc::new))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use jejak_signer::devca::{DevCa, Profile};
    use jejak_signer::{Algorithm, Anchors, SigningKey};

    use super::*;
    use crate::log::{Micros, Position};
    use crate::objects::Objects;
    use crate::rules::{Class, Fields};

    const NOT_BEFORE: i64 = 1_700_000_000;

    /// An RSA certificate as it comes back, enrolled for the algorithm `named`.
    fn loaded(named: Option<&str>) -> Option<Arc<Credential>> {
        let window = Window { not_before: NOT_BEFORE, not_after: NOT_BEFORE + 86_400 };
        let ca = DevCa::create("Uji", window, Algorithm::Ed25519).unwrap();
        let opening = Anchors::new(vec![ca.anchor_der().to_vec()]).map(TrustPolicy::of_anchors);
        let key = SigningKey::generate(Algorithm::Rs256).unwrap();
        let profile = Profile::of_holder(HolderKind::Person);
        let chain = ca.issue("Pejabat", "Dinas", key.public_key(), &profile, window).unwrap();
        let held = Held::new(Objects::in_memory());
        let hashes: Vec<Hash> = chain.iter().map(|der| held.put(der).unwrap()).collect();
        let (leaf, above) = hashes.split_first().unwrap();
        let above = above.iter().map(|hash| Field::Text(hash.to_string())).collect();
        let mut fields = Fields::from([
            ("not_before".to_owned(), Field::Integer(NOT_BEFORE)),
            ("not_after".to_owned(), Field::Integer(NOT_BEFORE + 86_400)),
            ("kind".to_owned(), Field::from("langsung")),
            ("intermediates".to_owned(), Field::List(above)),
        ]);
        fields.extend(named.map(|named| ("algorithm".to_owned(), Field::from(named))));
        let row = Thing {
            state: "active".to_owned(),
            version: 1,
            position: Position(0),
            recorded_at: Micros(0),
            class: Class::Public,
            fields,
        };
        load(leaf, &row, &opening.unwrap(), &held).unwrap()
    }

    #[test]
    fn ledgers_share_the_room_and_not_the_credentials() {
        let credential = loaded(Some("RS256")).unwrap();
        let thumbprint = credential.thumbprint();
        let all = CredentialCache::new(4);
        let caches: Vec<_> = (1..=9).map(|number| all.of(LedgerNumber(number))).collect();
        let held = || caches.iter().filter(|cache| cache.get(&thumbprint).is_some()).count();
        let mut caches_in_turn = caches.iter();
        caches_in_turn.next().unwrap().insert(Arc::clone(&credential));
        assert_eq!(held(), 1, "enrolled in one is not enrolled in the others");
        caches_in_turn.for_each(|cache| cache.insert(Arc::clone(&credential)));
        assert!(caches.last().unwrap().get(&thumbprint).is_some(), "the newest is there");
        assert!(held() <= 4, "{} of 4", held());
    }

    #[test]
    fn a_credential_comes_back_for_the_algorithm_that_it_was_enrolled_with() {
        for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
            assert_eq!(loaded(Some(algorithm.name())).unwrap().algorithm(), algorithm);
        }
    }

    #[test]
    fn a_row_that_does_not_fit_the_key_gives_none() {
        for named in [None, Some("none"), Some("Ed25519")] {
            assert!(loaded(named).is_none());
        }
    }
}
