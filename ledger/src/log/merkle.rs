//! The Merkle tree of RFC 6962 with SHA-256: its hashes, and the verification of its two kinds of
//! proof (RFC 9162, 2.1.3.2 and 2.1.4.2, which say for verifiers what RFC 6962 says for logs).

use jejak_signer::Hash;

/// Root of the tree without leaves: `SHA-256("")`.
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf is not in a tree of this size.
    #[error("no leaf {index} in a tree of size {size}")]
    NoSuchLeaf {
        /// Index of the leaf.
        index: u64,
        /// Size of the tree.
        size: u64,
    },
    /// The older tree is larger than the newer one.
    #[error("size {from} is not before size {to}")]
    SizesReversed {
        /// Older size.
        from: u64,
        /// Newer size.
        to: u64,
    },
    /// Every tree extends the empty one, so that there is nothing a proof could show; RFC 6962,
    /// 2.1.2 defines none.
    #[error("a tree without leaves needs no consistency proof")]
    FromEmpty,
    /// The path has not as many hashes as the sizes demand.
    #[error("a path of {found} hashes does not fit")]
    PathLength {
        /// How many hashes it has.
        found: usize,
    },
    /// The path leads to another root: of the tree, or of the newer of two.
    #[error("the path leads to root {found}, not {expected}")]
    Root {
        /// The root to be shown.
        expected: Hash,
        /// The root the path gives.
        found: Hash,
    },
    /// The path leads to another root of the older tree.
    #[error("the path leads to the older root {found}, not {expected}")]
    OlderRoot {
        /// The root to be shown.
        expected: Hash,
        /// The root the path gives.
        found: Hash,
    },
}

/// RFC 6962, 2.1: `SHA-256(0x00 || entry)`.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash::of_parts(&[&[0x00], entry])
}

/// RFC 6962, 2.1: `SHA-256(0x01 || left || right)`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash::of_parts(&[&[0x01], left.as_bytes(), right.as_bytes()])
}

/// Checks that `leaf` is leaf `index` of the tree of `size` leaves with this `root`. The path
/// begins with the leaf's sibling.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::NoSuchLeaf { index, size });
    }
    let mut walk = Walk::new(index, size - 1);
    let mut found = *leaf;
    for sibling in path {
        let wrong_length = ProofError::PathLength { found: path.len() };
        found = match walk.up().ok_or(wrong_length)? {
            Side::Left => node_hash(sibling, &found),
            Side::Right => node_hash(&found, sibling),
        };
    }
    walk.end(path.len())?;
    same_root(root, found)
}

/// A node of the tree: how many levels above the leaves, and which of that level from the left.
pub(crate) type Node = (u32, u64);

/// The nodes that a path which verifies shows of its tree, without those at its right edge, which change as it grows: whatever
/// is appended, a tree of the same log has these.
pub(crate) fn lasting_nodes(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
) -> Vec<(Node, Hash)> {
    let mut nodes = vec![((0, index), *leaf)];
    let mut walk = Walk::new(index, size.saturating_sub(1));
    let mut found = *leaf;
    for sibling in path {
        let Some(turn) = walk.up() else { break };
        // The level below the parent that the walk has reached.
        let (left, level) = (walk.node.saturating_mul(2), walk.level.saturating_sub(1));
        let (beside, parent) = match turn {
            Side::Left => (left, node_hash(sibling, &found)),
            Side::Right => (left.saturating_add(1), node_hash(&found, sibling)),
        };
        nodes.extend([((level, beside), *sibling), ((walk.level, walk.node), parent)]);
        found = parent;
    }
    let lasts = |(level, index): Node| {
        let behind = u128::from(index).saturating_add(1).checked_shl(level);
        behind.is_some_and(|behind| behind <= u128::from(size))
    };
    nodes.retain(|(node, _)| lasts(*node));
    nodes
}

/// Checks that the tree of size `to` with `to_root` begins with the tree of size `from` with
/// `from_root`. Equal sizes take an empty path and equal roots.
pub fn verify_consistency(
    from: u64,
    to: u64,
    path: &[Hash],
    from_root: &Hash,
    to_root: &Hash,
) -> Result<(), ProofError> {
    if from > to {
        return Err(ProofError::SizesReversed { from, to });
    }
    if from == 0 {
        return Err(ProofError::FromEmpty);
    }
    let wrong_length = ProofError::PathLength { found: path.len() };
    if from == to {
        return if path.is_empty() { same_root(to_root, *from_root) } else { Err(wrong_length) };
    }
    // An older tree that is one complete node is itself the first node of the path.
    let (first, rest) = if from.is_power_of_two() {
        (from_root, path)
    } else {
        path.split_first().ok_or(wrong_length)?
    };
    let mut walk = Walk::new(from - 1, to - 1);
    walk.skip_right_turns();
    let (mut older, mut newer) = (*first, *first);
    for sibling in rest {
        match walk.up().ok_or(wrong_length)? {
            Side::Left => {
                older = node_hash(sibling, &older);
                newer = node_hash(sibling, &newer);
            }
            Side::Right => newer = node_hash(&newer, sibling),
        }
    }
    walk.end(path.len())?;
    if older != *from_root {
        return Err(ProofError::OlderRoot { expected: *from_root, found: older });
    }
    same_root(to_root, newer)
}

/// The way from a node up to the root, beside the way of the tree's last node: `fn` and `sn` of
/// RFC 9162.
struct Walk {
    node: u64,
    last: u64,
    /// How many levels above the leaves.
    level: u32,
}

/// On which side of the node its sibling stands.
enum Side {
    Left,
    Right,
}

impl Walk {
    fn new(node: u64, last: u64) -> Self {
        Self { node, last, level: 0 }
    }

    /// Moves to the parent that the next sibling makes; none above the root. Levels on which the
    /// last node has no sibling are passed over.
    fn up(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.node % 2 == 1 || self.node == self.last {
            while self.node.is_multiple_of(2) && self.node != 0 {
                self.halve();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.halve();
        Some(side)
    }

    /// Moves up to the complete node that ends with this one.
    fn skip_right_turns(&mut self) {
        while self.node % 2 == 1 {
            self.halve();
        }
    }

    fn halve(&mut self) {
        self.node /= 2;
        self.last /= 2;
        self.level += 1;
    }

    fn end(&self, path_length: usize) -> Result<(), ProofError> {
        if self.last == 0 { Ok(()) } else { Err(ProofError::PathLength { found: path_length }) }
    }
}

fn same_root(expected: &Hash, found: Hash) -> Result<(), ProofError> {
    if found == *expected { Ok(()) } else { Err(ProofError::Root { expected: *expected, found }) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_root_of_no_leaves_is_the_hash_of_nothing() {
        assert_eq!(EMPTY_ROOT, Hash::of(b""));
    }

    /// RFC 6962, 2.1, of a part of the leaves.
    fn root(leaves: &[Hash]) -> Hash {
        let [one] = leaves else {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            return node_hash(&root(left), &root(right));
        };
        *one
    }

    fn path(at: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
        let (mut path, other) = match at.checked_sub(left.len()) {
            Some(at) => (path(at, right), root(left)),
            None => (path(at, left), root(right)),
        };
        path.push(other);
        path
    }

    #[test]
    fn the_nodes_of_a_path_are_those_that_every_later_tree_has() {
        let leaves: Vec<Hash> = (0..40_u8).map(|leaf| leaf_hash(&[leaf])).collect();
        for size in 1..leaves.len() {
            for (index, leaf) in leaves[..size].iter().enumerate() {
                let path = path(index, &leaves[..size]);
                let [index, of] = [index, size].map(|number| u64::try_from(number).unwrap());
                assert_eq!(
                    verify_inclusion(leaf, index, of, &path, &root(&leaves[..size])),
                    Ok(())
                );
                let nodes = lasting_nodes(leaf, index, of, &path);
                assert_eq!(nodes[0], ((0, index), *leaf));
                for ((level, at), hash) in &nodes {
                    let first = usize::try_from(*at << level).unwrap();
                    assert_eq!(*hash, root(&leaves[first..first + (1 << level)]));
                }
                // All of its way and beside it but what is at the edge.
                let beside = |level| [(level, index >> level), (level, (index >> level) ^ 1)];
                let whole = |(level, at): &Node| (at + 1) << level <= of;
                let expected: BTreeSet<Node> = (0..8).flat_map(beside).filter(whole).collect();
                let found: BTreeSet<Node> = nodes.iter().map(|(node, _)| *node).collect();
                assert_eq!(found, expected, "{index} in {size}");
                assert_eq!(found.len(), nodes.len());
            }
        }
    }

    #[test]
    fn refusals_name_what_is_wrong() {
        let (one, two) = (Hash([1; 32]), Hash([2; 32]));
        let no_leaf = ProofError::NoSuchLeaf { index: 3, size: 3 };
        assert_eq!(verify_inclusion(&one, 3, 3, &[], &one), Err(no_leaf));
        let long = ProofError::PathLength { found: 1 };
        assert_eq!(verify_inclusion(&one, 0, 1, &[two], &one), Err(long));
        let short = ProofError::PathLength { found: 0 };
        assert_eq!(verify_inclusion(&one, 0, 2, &[], &one), Err(short));
        let root = ProofError::Root { expected: two, found: one };
        assert_eq!(verify_inclusion(&one, 0, 1, &[], &two), Err(root));

        let reversed = ProofError::SizesReversed { from: 3, to: 2 };
        assert_eq!(verify_consistency(3, 2, &[], &one, &two), Err(reversed));
        assert_eq!(verify_consistency(0, 2, &[], &EMPTY_ROOT, &two), Err(ProofError::FromEmpty));
        assert_eq!(verify_consistency(0, 0, &[], &one, &one), Err(ProofError::FromEmpty));
        assert_eq!(verify_consistency(2, 3, &[], &one, &two), Err(short));
        assert_eq!(verify_consistency(2, 2, &[one], &one, &one), Err(long));
        let older = ProofError::OlderRoot { expected: one, found: two };
        assert_eq!(
            verify_consistency(3, 4, &[two, two, two], &one, &two).map_err(kind),
            Err(kind(older))
        );
    }

    /// Without the hashes that a path happens to give.
    fn kind(error: ProofError) -> std::mem::Discriminant<ProofError> {
        std::mem::discriminant(&error)
    }
}
