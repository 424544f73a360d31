//! The steps that lead from a receipt and a policy to a verdict. FORMAT.md, Receipt.

use jejak_signer::{Hash, Jws, Typ};
use serde::Deserialize;

use super::Receipt;
use super::verdict::{
    Indeterminate, Outcome, Proven, ReceiptFailure, ReceiptVerdict, Unproven, WitnessSeen,
};
use crate::log::chain::genesis_previous;
use crate::log::checkpoint::Checkpoint;
use crate::log::merkle;
use crate::log::note::{Endorsement, Note};
use crate::log::policy::{Policy, PolicyLedger, Witnessing};
use crate::log::proof::TlogProof;
use crate::log::record::{Position, Record};
use crate::log::vkey::{KeyId, Vkey};

impl Receipt {
    /// Verifies the receipt, and that `statement` is what it is for, if one is given. Needs
    /// nothing but its arguments.
    ///
    /// All of these are checked, in this order: the record and the proof are of one position; the
    /// checkpoint is of a ledger of the policy; every signature on it by a key of the policy is
    /// right, and one is by a key of the ledger that counts at this size; the path leads from the
    /// record to the checkpoint's root; a record at position 0 is the ledger's first; statement and
    /// enrolment, as far as given, each meant for this ledger; the policy's witnesses suffice.
    pub fn verify(&self, policy: &Policy, statement: Option<&[u8]>) -> ReceiptVerdict {
        match self.examine(policy, statement) {
            Ok(verdict) => verdict,
            Err(failure) => ReceiptVerdict {
                outcome: Outcome::Failed(failure),
                proven: Vec::new(),
                unproven: Vec::new(),
            },
        }
    }

    fn examine(
        &self,
        policy: &Policy,
        statement: Option<&[u8]>,
    ) -> Result<ReceiptVerdict, ReceiptFailure> {
        let standing = Standing::verify(&self.record, &self.proof, policy)?;
        let mut proven = vec![standing.proven_checkpoint(), proven_record(&self.record)];
        let mut unproven = vec![Unproven::Signatory, Unproven::RecordedAt];
        if standing.genesis(&self.record)? {
            proven.push(Proven::Genesis);
        } else {
            unproven.push(Unproven::Genesis);
        }
        let statements = statement.into_iter().chain(self.statement.as_deref().map(str::as_bytes));
        match verify_statements(&self.record, statements, standing.checkpoint.origin())? {
            Some(sha256) => proven.push(Proven::Statement { sha256 }),
            None => unproven.push(Unproven::Statement),
        }
        if let Some(position) = self.verify_enrolment(policy, &standing)? {
            proven.push(Proven::Enrolment { position });
        }
        let (enough, by) = standing.witnesses(policy);
        if !by.is_empty() {
            proven.push(Proven::Witnessed { by });
        }
        let outcome = if enough {
            Outcome::Proven
        } else {
            unproven.insert(0, Unproven::OneView);
            Outcome::Indeterminate(Indeterminate::Unwitnessed)
        };
        Ok(ReceiptVerdict { outcome, proven, unproven })
    }

    fn verify_enrolment(
        &self,
        policy: &Policy,
        standing: &Standing<'_>,
    ) -> Result<Option<Position>, ReceiptFailure> {
        let Some(enrolment) = &self.enrolment else {
            return Ok(None);
        };
        let verified = || {
            let own = Standing::verify(&enrolment.record, &enrolment.proof, policy)?;
            own.genesis(&enrolment.record)?;
            let (origin, expected) = (own.checkpoint.origin(), standing.checkpoint.origin());
            if origin != expected {
                return Err(ReceiptFailure::LedgerUnknown { origin: origin.to_owned() });
            }
            verify_statements(&enrolment.record, [enrolment.statement.as_bytes()], origin)?;
            Ok(Some(enrolment.record.position))
        };
        verified().map_err(|failure| ReceiptFailure::Enrolment(Box::new(failure)))
    }
}

/// A checkpoint that a ledger of a policy has signed, and who else has seen it.
#[derive(Debug, Clone)]
pub(crate) struct SeenCheckpoint {
    pub(crate) checkpoint: Checkpoint,
    /// The policy's witnesses suffice.
    pub(crate) witnessed: bool,
    pub(crate) witnesses: Vec<WitnessSeen>,
}

impl SeenCheckpoint {
    /// Verifies the signatures on a checkpoint as [`Receipt::verify`] does.
    pub(crate) fn examine(checkpoint: &str, policy: &Policy) -> Result<Self, ReceiptFailure> {
        let standing = Standing::of_checkpoint(checkpoint, policy)?;
        let (enough, witnesses) = standing.witnesses(policy);
        Ok(Self { checkpoint: standing.checkpoint, witnessed: enough, witnesses })
    }

    /// Does the proof lead from the record to this checkpoint?
    pub(crate) fn includes(&self, record: &Record, proof: &TlogProof) -> bool {
        let (size, root) = (self.checkpoint.size(), self.checkpoint.root());
        let leads = |index| {
            merkle::verify_inclusion(&record.leaf_hash(), index, size, &proof.hashes, &root).is_ok()
        };
        record.position.0 == proof.index && leads(proof.index)
    }
}

/// A record that stands under a checkpoint which a ledger of the policy has signed.
struct Standing<'p> {
    ledger: &'p PolicyLedger,
    checkpoint: Checkpoint,
    keys: Vec<KeyId>,
    endorsements: Vec<Endorsement<'p>>,
}

impl<'p> Standing<'p> {
    fn verify(
        record: &Record,
        proof: &TlogProof,
        policy: &'p Policy,
    ) -> Result<Self, ReceiptFailure> {
        if record.position.0 != proof.index {
            let (record, proof) = (record.position, proof.index);
            return Err(ReceiptFailure::IndexMismatch { record, proof });
        }
        let standing = Self::of_checkpoint(&proof.checkpoint, policy)?;
        let (size, root) = (standing.checkpoint.size(), standing.checkpoint.root());
        merkle::verify_inclusion(&record.leaf_hash(), proof.index, size, &proof.hashes, &root)?;
        Ok(standing)
    }

    /// A checkpoint that a ledger of the policy has signed.
    fn of_checkpoint(checkpoint: &str, policy: &'p Policy) -> Result<Self, ReceiptFailure> {
        let note = Note::parse(checkpoint.as_bytes())?;
        let checkpoint = Checkpoint::parse(note.text())?;
        let (origin, size) = (checkpoint.origin(), checkpoint.size());
        let unknown = || ReceiptFailure::LedgerUnknown { origin: origin.to_owned() };
        let ledger = policy.ledger(origin).ok_or_else(unknown)?;
        let endorsements = note.verify(&known_keys(policy, ledger))?;
        let counts = |e: &&Endorsement<'_>| {
            ledger.keys.iter().any(|key| key.vkey == *e.key && key.counts_at(size))
        };
        let keys: Vec<KeyId> = endorsements.iter().filter(counts).map(|e| e.key.id()).collect();
        if keys.is_empty() {
            return Err(ReceiptFailure::NoLogSignature { size });
        }
        Ok(Self { ledger, checkpoint, keys, endorsements })
    }

    /// Whether the record is the first one and the policy says so; fails if it says otherwise.
    fn genesis(&self, record: &Record) -> Result<bool, ReceiptFailure> {
        if record.position != Position(0) {
            return Ok(false);
        }
        let expected = self.ledger.genesis;
        let origin_fits = record.previous == genesis_previous(self.ledger.origin.as_str());
        if !origin_fits || expected.is_some_and(|expected| expected != record.leaf_hash()) {
            return Err(ReceiptFailure::Genesis);
        }
        Ok(expected.is_some())
    }

    /// Whether the witnesses suffice, and who they are.
    fn witnesses(&self, policy: &Policy) -> (bool, Vec<WitnessSeen>) {
        let quorum = match &policy.witnessing {
            Witnessing::Unstated => return (false, Vec::new()),
            Witnessing::NotAsked => return (true, Vec::new()),
            Witnessing::Quorum(quorum) => quorum,
        };
        let seen: Vec<WitnessSeen> = quorum
            .witnesses()
            .iter()
            .filter_map(|witness| {
                let mut theirs = self.endorsements.iter().filter(|e| *e.key == witness.vkey);
                let time = theirs.find_map(|e| e.time)?;
                Some(WitnessSeen { name: witness.name.clone(), time })
            })
            .collect();
        let enough = quorum.satisfied_by(|witness| seen.iter().any(|s| s.name == witness.name));
        (enough, seen)
    }

    fn proven_checkpoint(&self) -> Proven {
        Proven::Checkpoint {
            origin: self.checkpoint.origin().to_owned(),
            size: self.checkpoint.size(),
            root: self.checkpoint.root(),
            keys: self.keys.clone(),
        }
    }
}

fn known_keys<'p>(policy: &'p Policy, ledger: &'p PolicyLedger) -> Vec<&'p Vkey> {
    let witnesses = match &policy.witnessing {
        Witnessing::Quorum(quorum) => quorum.witnesses(),
        Witnessing::Unstated | Witnessing::NotAsked => &[],
    };
    let logs = ledger.keys.iter().map(|key| &key.vkey);
    logs.chain(witnesses.iter().map(|witness| &witness.vkey)).collect()
}

fn proven_record(record: &Record) -> Proven {
    let Record { position, recorded_at, statement, .. } = *record;
    Proven::Record { position, recorded_at, statement }
}

/// The hash of the statements, if there are any: they are all the one the record commits to, and of this ledger.
fn verify_statements<'s>(
    record: &Record,
    statements: impl IntoIterator<Item = &'s [u8]>,
    origin: &str,
) -> Result<Option<Hash>, ReceiptFailure> {
    let mut hash = None;
    for statement in statements {
        let (expected, found) = (record.statement, Hash::of(statement));
        if found != expected {
            return Err(ReceiptFailure::Statement { expected, found });
        }
        if let Some(named) = ledger_named(statement).filter(|named| named != origin) {
            let checkpoint = origin.to_owned();
            return Err(ReceiptFailure::OtherLedger { checkpoint, statement: named });
        }
        hash = Some(found);
    }
    Ok(hash)
}

/// The ledger for which an event is meant; none where the statement is no event.
fn ledger_named(statement: &[u8]) -> Option<String> {
    let jws = Jws::parse(statement.to_vec(), Typ::Event).ok()?;
    let event: Meant = serde_json::from_slice(jws.payload()).ok()?;
    Some(event.ledger)
}

/// The one member of an event that is asked about here.
#[derive(Deserialize)]
struct Meant {
    ledger: String,
}
