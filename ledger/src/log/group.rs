//! Proofs of the newest group without reading anything: the nodes that its leaves completed, and
//! the older peaks beside them. A proof is then a copy of about `log2(size)` hashes.

use std::cmp::Ordering;
use std::ops::Range;

use jejak_signer::Hash;

use super::merkle::{EMPTY_ROOT, node_hash};
use super::tree::bag;

/// Inclusion paths of the leaves of one group against the tree as it stands after the group.
/// Made by [`super::Tree::append`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupProofs {
    leaves: Range<u64>,
    heights: Vec<Run>,
    /// The node of each height that contains the last leaf, cut off at the end of the tree, up to
    /// the root.
    edge: Vec<Hash>,
    root: Hash,
}

/// Complete nodes of one height, next to each other, from an even index on: so each pair in it is
/// a pair in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    first: u64,
    nodes: Vec<Hash>,
}

impl GroupProofs {
    /// Size of the tree after the group.
    pub fn size(&self) -> u64 {
        self.leaves.end
    }

    /// Root of the tree after the group.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The inclusion path of leaf `index`, its sibling first; `None` if it is not of this group.
    pub fn inclusion(&self, index: u64) -> Option<Vec<Hash>> {
        if !self.leaves.contains(&index) {
            return None;
        }
        let last = self.leaves.end - 1;
        let mut path = Vec::with_capacity(self.edge.len());
        // The last of the edge is the root, which has no sibling.
        let (_, below_root) = self.edge.split_last()?;
        for (height, edge) in (0..).zip(below_root) {
            let sibling = (index >> height) ^ 1;
            match sibling.cmp(&(last >> height)) {
                Ordering::Less => path.push(self.node(height, sibling)?),
                Ordering::Equal => path.push(*edge),
                Ordering::Greater => {} // the last node of its height has no sibling
            }
        }
        Some(path)
    }

    /// A group that begins at `size`, where the tree has these peaks (tallest first).
    pub(super) fn begin(size: u64, peaks: &[Hash], leaves: usize) -> Self {
        let after = size + u64::try_from(leaves).unwrap_or(u64::MAX);
        let mut peaks = peaks.iter().rev();
        let heights = (0..=after.checked_ilog2().unwrap_or(0)).map(|height| {
            let mut nodes = Vec::with_capacity((leaves >> height) + 2);
            let index = size >> height;
            if index % 2 == 1 {
                nodes.extend(peaks.next());
            }
            Run { first: index & !1, nodes }
        });
        Self { leaves: size..size, heights: heights.collect(), edge: Vec::new(), root: EMPTY_ROOT }
    }

    /// Takes a node that the group has completed.
    pub(super) fn add(&mut self, height: u32, node: Hash) {
        if height == 0 {
            self.leaves.end += 1;
        }
        let run = usize::try_from(height).ok().and_then(|height| self.heights.get_mut(height));
        if let Some(run) = run {
            run.nodes.push(node);
        }
    }

    /// Hashes the right edge, once for all proofs of the group; `peaks` are the tree's after it.
    pub(super) fn seal(mut self, peaks: &[Hash]) -> Self {
        self.edge = self.right_edge().unwrap_or_default();
        self.root = self.edge.last().copied().unwrap_or_else(|| bag(peaks));
        self
    }

    fn right_edge(&self) -> Option<Vec<Hash>> {
        if self.leaves.is_empty() {
            return None;
        }
        let last = self.leaves.end - 1;
        let mut node = self.node(0, last)?;
        let mut edge = vec![node];
        let mut height = 0;
        while last >> height > 0 {
            let index = last >> height;
            height += 1;
            node = match self.complete_node(height, index / 2) {
                Some(complete) => complete,
                None if index % 2 == 1 => node_hash(&self.node(height - 1, index - 1)?, &node),
                None => node,
            };
            edge.push(node);
        }
        Some(edge)
    }

    /// A node that is known to be complete.
    fn node(&self, height: u32, index: u64) -> Option<Hash> {
        let run = self.heights.get(usize::try_from(height).ok()?)?;
        let offset = usize::try_from(index.checked_sub(run.first)?).ok()?;
        run.nodes.get(offset).copied()
    }

    fn complete_node(&self, height: u32, index: u64) -> Option<Hash> {
        let complete = self.leaves.end.checked_shr(height)?;
        if index < complete { self.node(height, index) } else { None }
    }
}
