//! What the callers of one group share: its records, the proofs of their places, one checkpoint.

use std::collections::BTreeMap;
use std::sync::Arc;

use jejak_signer::Hash;

use crate::log::{GroupProofs, Micros, Position, Receipt, Record, TlogProof};
use crate::noted::Noted;
use crate::view::{ReadError, View};

/// A durable, signed group.
pub(crate) struct Group {
    pub(crate) records: Vec<Record>,
    pub(crate) proofs: GroupProofs,
    pub(crate) checkpoint: Arc<str>,
    pub(crate) noted: BTreeMap<Position, Noted>,
}

/// An event that stands in the log, with the means to prove it.
#[derive(Clone)]
pub struct Receipted {
    /// Where it stands.
    pub position: Position,
    /// When the ledger recorded it.
    pub recorded_at: Micros,
    proof: Proof,
}

#[derive(Clone)]
enum Proof {
    Group(Arc<Group>, usize),
    Stored(View),
}

impl Receipted {
    pub(crate) fn of_group(group: &Arc<Group>, position: Position) -> Option<Self> {
        let first = group.records.first()?.position;
        let index = usize::try_from(position.0.checked_sub(first.0)?).ok()?;
        let recorded_at = group.records.get(index)?.recorded_at;
        Some(Self { position, recorded_at, proof: Proof::Group(Arc::clone(group), index) })
    }

    pub(crate) fn of_view(view: View, record: &Record) -> Self {
        let (position, recorded_at) = (record.position, record.recorded_at);
        Self { position, recorded_at, proof: Proof::Stored(view) }
    }

    /// Whether the receipt is made without reading the store.
    pub fn is_at_hand(&self) -> bool {
        matches!(self.proof, Proof::Group(..))
    }

    /// What the event was accepted with. For an event of an earlier group this reads the store.
    pub fn noted(&self) -> Result<Noted, ReadError> {
        match &self.proof {
            Proof::Group(group, _) => {
                Ok(group.noted.get(&self.position).cloned().unwrap_or_default())
            }
            Proof::Stored(view) => view.noted_at(self.position),
        }
    }

    /// The receipt. For an event of an earlier group this reads the store.
    pub fn receipt(&self) -> Result<Receipt, ReadError> {
        match &self.proof {
            Proof::Group(group, index) => {
                let record = group.records.get(*index).ok_or(ReadError::Corrupt)?;
                let path = group.proofs.inclusion(record.position.0).ok_or(ReadError::Corrupt)?;
                Ok(receipt_of(record, path, &group.checkpoint))
            }
            Proof::Stored(view) => view.receipt(self.position)?.ok_or(ReadError::Corrupt),
        }
    }
}

/// Record, path and checkpoint as a receipt.
pub(crate) fn receipt_of(record: &Record, path: Vec<Hash>, checkpoint: &str) -> Receipt {
    let proof = TlogProof {
        extra: None,
        index: record.position.0,
        hashes: path,
        checkpoint: checkpoint.to_owned(),
    };
    Receipt::new(*record, proof)
}
