//! A log is one: of one size it has one root, at one position one record, each record names the one before it, and one tree extends
//! the other.
//!
//! Whoever holds the log's key can show one tree here and another one there. Where both are in the evidence, whatever of it
//! they are shown for, they prove that he does.

use std::collections::BTreeMap;

use jejak_signer::Hash;

use super::shown::Shown;
use crate::log::Record;
use crate::log::merkle::Node;

/// What is not of one log, in words; none where nothing contradicts.
pub(super) fn found(shown: &Shown<'_>) -> Option<String> {
    let two_nodes = || shown.two_nodes().map(told);
    two_roots(shown.roots()).or_else(|| two_records(shown.standing())).or_else(two_nodes)
}

/// Two trees of which neither extends the other: they differ in what both hold.
fn told(((level, index), one, other): (Node, Hash, Hash)) -> String {
    let records = 1_u128.checked_shl(level).unwrap_or_default();
    let first = u128::from(index).saturating_mul(records);
    format!("two trees over {records} records from position {first} on: {one}, {other}")
}

/// Two heads of one size.
fn two_roots(roots: impl Iterator<Item = (u64, Hash)>) -> Option<String> {
    let mut by_size: BTreeMap<u64, Hash> = BTreeMap::new();
    for (size, root) in roots {
        let known = by_size.entry(size).or_insert(root);
        if *known != root {
            return Some(format!("two roots of size {size}: {known}, {root}"));
        }
    }
    None
}

/// Two records at one position, or one that does not name the one before it.
fn two_records(records: impl Iterator<Item = Record>) -> Option<String> {
    let mut records: Vec<(u64, Hash, Hash)> =
        records.map(|one| (one.position.0, one.leaf_hash(), one.previous)).collect();
    records.sort_unstable();
    records.dedup();
    records.windows(2).find_map(|pair| {
        let [(earlier, hash, _), (later, other, previous)] = pair else { return None };
        if earlier == later {
            return Some(format!("two records at position {later}: {hash}, {other}"));
        }
        let is_next = earlier.checked_add(1) == Some(*later);
        (is_next && previous != hash).then(|| {
            format!("position {later} names {previous} before it, position {earlier} is {hash}")
        })
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::log::{Chain, Micros};

    #[test]
    fn a_log_has_one_root_of_each_size() {
        let at = |size: u64, root: u8| (size, Hash([root; 32]));
        assert_eq!(two_roots([at(1, 1), at(2, 2), at(1, 1)].into_iter()), None);
        let told = two_roots([at(1, 1), at(2, 2), at(1, 3)].into_iter()).unwrap();
        assert!(told.starts_with("two roots of size 1: "), "{told}");
    }

    #[test]
    fn a_log_has_one_record_at_each_position_and_each_names_the_one_before() {
        let mut chain = Chain::new("jejak.example/61.07");
        let mut next = |at: u8| chain.next(Micros(u64::from(at)), Hash([at; 32])).unwrap();
        let [one, two, three] = [next(0), next(1), next(2)];
        let other = Record { statement: Hash([9; 32]), ..two };
        let told = |records: &[Record]| two_records(records.iter().copied());
        assert_eq!(told(&[three, one, two, three]), None);
        let twice = told(&[one, two, other]).unwrap();
        assert!(twice.starts_with("two records at position 1: "), "{twice}");
        // It follows on the first as the true one does, and the third names the true one.
        assert_eq!(told(&[one, other]), None);
        let unnamed = told(&[other, three]).unwrap();
        assert!(unnamed.starts_with("position 2 names "), "{unnamed}");
        // Nothing is known of what lies between.
        assert_eq!(told(&[one, three]), None);
    }
}
