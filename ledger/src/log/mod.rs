//! The log: what is hashed and signed, and the proofs of it. Pure: bytes in, bytes out. It knows no
//! store, no clock, no randomness.
//!
//! A [`Record`] commits to one statement. The [`Chain`] puts records in order, the [`Tree`] over
//! their leaf hashes gives short proofs, a [`Checkpoint`] is the tree's head as the ledger signs it,
//! and a [`Receipt`] is record, proof and checkpoint in one file, which [`Receipt::verify`] judges
//! under a [`Policy`].
//!
//! ```text
//! statement -> Record -> Chain -> Tree -> Checkpoint -> Note (signed, cosigned)
//!                 \________________\____ TlogProof ____/
//!                                   Receipt + Policy -> ReceiptVerdict
//! ```
//!
//! The bytes are drawn in `FORMAT.md`; the formats that are not ours are those of C2SP
//! (<https://c2sp.org>).

pub mod merkle;
pub mod tile;

mod chain;
mod checkpoint;
mod cosignature;
mod group;
mod keys;
mod moment;
mod note;
mod note_signer;
mod origin;
mod paths;
mod policy;
mod proof;
mod receipt;
mod record;
mod segment;
mod text;
mod tree;
mod vkey;

#[cfg(test)]
mod tests;

pub use chain::{Chain, ChainError, genesis_previous};
pub use checkpoint::{Checkpoint, CheckpointError, CheckpointSignError};
pub use group::GroupProofs;
pub use keys::{KeyHistory, LogSignatureError};
pub(crate) use moment::Moment;
pub use note::{Endorsement, Note, NoteError, NoteVerifyError, SignatureLine};
pub use note_signer::{Cosigner, NoteSignError, NoteSigner};
pub use origin::{Origin, OriginError};
pub use policy::{
    LineError, Policy, PolicyAnchor, PolicyError, PolicyKey, PolicyLedger, PolicyLedgerError,
    Witness, WitnessPolicy, WitnessPolicyError, Witnessing,
};
pub use proof::{TlogProof, TlogProofError};
pub(crate) use receipt::SeenCheckpoint;
pub use receipt::{
    Enrolment, Indeterminate, Outcome, Proven, Receipt, ReceiptError, ReceiptFailure,
    ReceiptVerdict, Unproven, WitnessSeen,
};
pub use record::{Micros, Position, Record, RecordError};
pub use segment::{
    BLOCK_POSITIONS, Remains, Renewal, SEGMENT_POSITIONS, Segment, SegmentError, SegmentLine,
    SegmentMaker, SegmentObject, StampLine, StampList, Twice,
};
pub use tree::{Appended, CompletedTile, TILE_WIDTH, TileSource, Tree, TreeError};
pub use vkey::{KeyId, SignatureType, Vkey, VkeyError};
