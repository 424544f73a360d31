//! What a receipt proves to somebody who holds a policy file and nothing else, and what it does not.

use std::fmt;

use jejak_signer::Hash;

use crate::log::checkpoint::CheckpointError;
use crate::log::merkle::ProofError;
use crate::log::note::{NoteError, NoteVerifyError};
use crate::log::record::{Micros, Position};
use crate::log::vkey::KeyId;

/// The answer to [`Receipt::verify`](super::Receipt::verify).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptVerdict {
    /// The answer in one word.
    pub outcome: Outcome,
    /// What is proven. Nothing, if the receipt failed.
    pub proven: Vec<Proven>,
    /// What a reader might think is proven and is not.
    pub unproven: Vec<Unproven>,
}

/// The answer in one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The record stands in the ledger, and as many have seen it as the policy asks for.
    Proven,
    /// The ledger says that the record stands in it; whether it says so to everybody is open.
    Indeterminate(Indeterminate),
    /// Something in the receipt is wrong.
    Failed(ReceiptFailure),
}

/// Why a receipt that is not wrong proves too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indeterminate {
    /// Too few of the policy's witnesses have cosigned, or the policy names none.
    Unwitnessed,
}

/// Something that a receipt proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proven {
    /// The ledger signed this tree head.
    Checkpoint {
        /// The ledger.
        origin: String,
        /// Size of the tree.
        size: u64,
        /// Its root.
        root: Hash,
        /// The keys that signed, by id.
        keys: Vec<KeyId>,
    },
    /// The record stands under it.
    Record {
        /// Where.
        position: Position,
        /// When the ledger says it was recorded.
        recorded_at: Micros,
        /// The statement it commits to.
        statement: Hash,
    },
    /// The record is the one that the policy says the ledger begins with.
    Genesis,
    /// These bytes are the statement that the record commits to.
    Statement {
        /// Their hash.
        sha256: Hash,
    },
    /// The statement that is said to have enrolled the signer stands in the same ledger.
    Enrolment {
        /// Where.
        position: Position,
    },
    /// These witnesses of the policy have seen the checkpoint.
    Witnessed {
        /// Who, and when.
        by: Vec<WitnessSeen>,
    },
}

/// A cosignature by a witness of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessSeen {
    /// The witness's name in the policy.
    pub name: String,
    /// When it cosigned, in seconds since 1970.
    pub time: u64,
}

/// Something that a receipt does not prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    /// That the ledger shows everybody the same: the witnesses do not suffice.
    OneView,
    /// What was stated: the statement was not given.
    Statement,
    /// Who signed the statement, and that he was entitled: certificates and the ledger's rules
    /// are judged by an audit.
    Signatory,
    /// That the ledger's clock was right.
    RecordedAt,
    /// That the ledger is the one with the policy's first record, or which it begins with.
    Genesis,
}

/// What is wrong with a receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptFailure {
    /// The proof is of another place than the record.
    #[error("the record is of position {record}, the proof of {proof}")]
    IndexMismatch {
        /// The record's position.
        record: Position,
        /// The proof's index.
        proof: u64,
    },
    /// The checkpoint is not a note.
    #[error("the checkpoint is not a signed note: {0}")]
    Note(#[from] NoteError),
    /// The note is not a checkpoint.
    #[error("the note is not a checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The policy does not know the ledger.
    #[error("{origin} is not a ledger of the policy")]
    LedgerUnknown {
        /// The checkpoint's origin.
        origin: String,
    },
    /// The statement says that it is of another ledger than the checkpoint.
    #[error("the checkpoint is of {checkpoint}, the statement of {statement}")]
    OtherLedger {
        /// The checkpoint's origin.
        checkpoint: String,
        /// The ledger that the statement names.
        statement: String,
    },
    /// A signature is wrong, or none is by a known key.
    #[error("{0}")]
    Signatures(#[from] NoteVerifyError),
    /// The ledger's keys of this size have not signed: only witnesses, or keys of other sizes.
    #[error("no key of the ledger that counts at size {size} has signed")]
    NoLogSignature {
        /// Size of the tree.
        size: u64,
    },
    /// The path does not lead to the root.
    #[error("the record is not under the checkpoint: {0}")]
    Inclusion(#[from] ProofError),
    /// The record at position 0 is not the one of the policy, or not of this origin.
    #[error("the ledger does not begin as the policy says")]
    Genesis,
    /// The statement is not the one that the record commits to.
    #[error("the statement has the hash {found}, the record names {expected}")]
    Statement {
        /// What the record names.
        expected: Hash,
        /// Hash of the statement that was given.
        found: Hash,
    },
    /// The enrolment is wrong.
    #[error("the enrolment: {0}")]
    Enrolment(#[source] Box<Self>),
}

impl ReceiptFailure {
    /// Nothing is wrong with what the policy cannot judge: it knows no such ledger, no key that signed, or none that counts
    /// at this size. Another policy, or keys that it is led to, could decide it.
    pub fn is_undecided(&self) -> bool {
        match self {
            Self::LedgerUnknown { .. }
            | Self::NoLogSignature { .. }
            | Self::Signatures(NoteVerifyError::NoKnownSignature) => true,
            // An enrolment in another ledger than the record is wrong, whoever knows that ledger.
            Self::Enrolment(inner) => {
                !matches!(**inner, Self::LedgerUnknown { .. }) && inner.is_undecided()
            }
            _ => false,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proven => f.write_str("PROVEN"),
            Self::Indeterminate(Indeterminate::Unwitnessed) => {
                f.write_str("INDETERMINATE (unwitnessed)")
            }
            Self::Failed(failure) => write!(f, "FAILED ({failure})"),
        }
    }
}

impl fmt::Display for Proven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint { origin, size, root, .. } => {
                write!(f, "{origin} signed the tree of {size} records with root {root}")
            }
            Self::Record { position, statement, .. } => {
                write!(f, "the record at position {position}, for statement {statement}, is in it")
            }
            Self::Genesis => f.write_str("it is the record that the ledger begins with"),
            Self::Statement { sha256 } => {
                write!(f, "the statement given is the one recorded ({sha256})")
            }
            Self::Enrolment { position } => {
                write!(f, "the enrolment given is recorded in the same ledger, at {position}")
            }
            Self::Witnessed { by } => {
                let names: Vec<&str> = by.iter().map(|seen| seen.name.as_str()).collect();
                write!(f, "the same tree was seen by {}", names.join(", "))
            }
        }
    }
}

impl fmt::Display for Unproven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneView => "that the ledger shows everybody the same tree: too few witnesses",
            Self::Statement => "what was stated: the statement was not given",
            Self::Signatory => "who signed the statement and that he was entitled: see an audit",
            Self::RecordedAt => "that the ledger's clock was right",
            Self::Genesis => "which record the ledger begins with",
        })
    }
}
