//! What evidence shows of its log: every tree head in it that the ledger signed, wherever it stands, and the records that stand
//! under one.

use std::collections::BTreeMap;

use jejak_signer::Hash;

use super::case::Case;
use super::evidence::Evidence;
use crate::log::merkle::{self, Node};
use crate::log::{Checkpoint, Position, Receipt, Record, SeenCheckpoint, TlogProof};

/// Heads and records that whoever holds a key of the log has signed for.
pub(super) struct Shown<'a> {
    heads: BTreeMap<&'a str, SeenCheckpoint>,
    /// Records that a head includes.
    included: Vec<Record>,
    /// The record of the event, and those before it as far as each is in the evidence: the hash of one is in the next.
    committed: Vec<Record>,
    /// A head includes the record of the event, and with it those before it.
    is_event_included: bool,
    /// What the paths to those records show of their trees, for good; where two show something else of one node, both.
    nodes: BTreeMap<Node, (Hash, Option<Hash>)>,
}

impl<'a> Shown<'a> {
    pub(super) fn of(case: &Case<'a>) -> Self {
        let evidence = case.evidence;
        let of_event: Vec<&TlogProof> = proofs_of_event(evidence).collect();
        let others: Vec<(&Record, &TlogProof)> = receipts(evidence).flat_map(proven).collect();
        let mut heads = BTreeMap::new();
        let proofs = of_event.iter().copied().chain(others.iter().map(|(_, proof)| *proof));
        for checkpoint in proofs.map(|proof| proof.checkpoint.as_str()) {
            if heads.contains_key(checkpoint) {
                continue;
            }
            let seen = SeenCheckpoint::examine(checkpoint, &case.policy.log).ok();
            let of_ledger = seen.filter(|seen| seen.checkpoint.origin() == evidence.origin);
            heads.extend(of_ledger.map(|seen| (checkpoint, seen)));
        }
        let is_under = |record: &Record, proof: &TlogProof| {
            let head = heads.get(proof.checkpoint.as_str());
            head.is_some_and(|head| head.includes(record, proof))
        };
        let of_event: Vec<_> =
            of_event.into_iter().filter(|proof| is_under(&evidence.record, proof)).collect();
        let others: Vec<_> =
            others.into_iter().filter(|(record, proof)| is_under(record, proof)).collect();
        let is_event_included = !of_event.is_empty();
        let of_event = of_event.into_iter().map(|proof| (&evidence.record, proof));
        let nodes = nodes(of_event.chain(others.iter().copied()), &heads);
        let included = others.iter().map(|(record, _)| **record).collect();
        Self { committed: committed(evidence), heads, included, is_event_included, nodes }
    }

    /// A head of this text, where the ledger signed it.
    pub(super) fn head(&self, checkpoint: &str) -> Option<&Checkpoint> {
        Some(&self.heads.get(checkpoint)?.checkpoint)
    }

    /// Size and root of each head.
    pub(super) fn roots(&self) -> impl Iterator<Item = (u64, Hash)> {
        self.heads.values().map(|seen| (seen.checkpoint.size(), seen.checkpoint.root()))
    }

    /// A node of the tree of which two paths that verify show another hash.
    pub(super) fn two_nodes(&self) -> Option<(Node, Hash, Hash)> {
        self.nodes.iter().find_map(|(node, (one, other))| Some((*node, *one, (*other)?)))
    }

    /// What a head includes, and what the record of the event commits to, whether one includes it or not.
    pub(super) fn records(&self) -> impl Iterator<Item = Record> {
        self.committed.iter().chain(&self.included).copied()
    }

    /// What a head includes.
    pub(super) fn standing(&self) -> impl Iterator<Item = Record> {
        let of_event = self.committed.iter().filter(|_| self.is_event_included);
        of_event.chain(&self.included).copied()
    }
}

fn nodes<'r>(
    proven: impl Iterator<Item = (&'r Record, &'r TlogProof)>,
    heads: &BTreeMap<&str, SeenCheckpoint>,
) -> BTreeMap<Node, (Hash, Option<Hash>)> {
    let mut nodes = BTreeMap::new();
    for (record, proof) in proven {
        let Some(head) = heads.get(proof.checkpoint.as_str()) else { continue };
        let (leaf, size) = (record.leaf_hash(), head.checkpoint.size());
        for (node, hash) in merkle::lasting_nodes(&leaf, proof.index, size, &proof.hashes) {
            let (known, other) = nodes.entry(node).or_insert((hash, None));
            if *known != hash {
                *other = Some(hash);
            }
        }
    }
    nodes
}

/// Under the newest checkpoint, and under those that were stamped.
fn proofs_of_event(evidence: &Evidence) -> impl Iterator<Item = &TlogProof> {
    let stamps = evidence.stamps.iter().take(Evidence::STAMPS_MAX);
    evidence.proof.iter().chain(stamps.map(|stamp| &stamp.proof))
}

/// Grounds, and the links to later keys with theirs.
fn receipts(evidence: &Evidence) -> impl Iterator<Item = &Receipt> {
    let links = evidence.keys.iter().take(Evidence::KEYS_MAX);
    let of_links =
        links.flat_map(|link| [&link.added, &link.confirmed].into_iter().chain(&link.grounds));
    evidence.grounds.iter().chain(of_links)
}

/// The records of a receipt, each with its proof.
fn proven(receipt: &Receipt) -> impl Iterator<Item = (&Record, &TlogProof)> {
    let of_signer = receipt.enrolment.iter().map(|enrolment| (&enrolment.record, &enrolment.proof));
    [(&receipt.record, &receipt.proof)].into_iter().chain(of_signer)
}

fn committed(evidence: &Evidence) -> Vec<Record> {
    let blocks = evidence.renewals.iter().filter_map(|renewed| renewed.block.as_ref());
    let in_blocks = blocks.flat_map(|block| block.positions.iter().map(|(record, _)| *record));
    let before: BTreeMap<Position, Record> =
        in_blocks.chain(evidence.before.previous).map(|record| (record.position, record)).collect();
    let mut records = vec![evidence.record];
    let mut newest = evidence.record;
    while let Some(below) = newest.position.0.checked_sub(1)
        && let Some(previous) = before.get(&Position(below))
        && previous.leaf_hash() == newest.previous
    {
        newest = *previous;
        records.push(newest);
    }
    records
}
