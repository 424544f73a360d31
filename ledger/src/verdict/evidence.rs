//! What a verdict on one event rests on, as plain data: nothing in it is believed before a step has judged it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jejak_signer::Hash;

use super::reads::Reads;
use crate::log::{Receipt, Record, Remains, TlogProof};
use crate::rules::{RuleSet, Thing};

/// The evidence for the signature on one event.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The ledger.
    pub origin: String,
    /// The record of the event.
    pub record: Record,
    /// The statement: a JWS in compact serialization. None where it is not held.
    pub statement: Option<Vec<u8>>,
    /// The signer's certificate and its intermediates, DER, the signer's first. Empty where not held.
    pub chain: Vec<Vec<u8>>,
    /// That the record stands under the newest checkpoint. None where no signed one is held: a directory that is only
    /// read has none, but those that were stamped.
    pub proof: Option<TlogProof>,
    /// Checkpoints that include the record, with a token of trusted time each.
    pub stamps: Vec<Stamp>,
    /// Revocation lists of issuers, DER.
    pub lists: Vec<Vec<u8>>,
    /// OCSP responses, DER.
    pub responses: Vec<Vec<u8>>,
    /// Renewals of the ledger's evidence, the oldest first.
    pub renewals: Vec<Renewed>,
    /// What the event was decided by.
    pub before: Before,
    /// What has become of it.
    pub since: Since,
    /// What leads from the first key of the log to each later one, in the order in which they were added.
    pub keys: Vec<KeyLink>,
    /// On what signer and rules rest: statements with the chains of their signers, under the checkpoint of `proof`.
    pub grounds: Vec<Receipt>,
}

/// How a later key of the log is learnt from an older one: the statements with which both authorities added it stand
/// under a checkpoint that the older one signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLink {
    /// That of `ledger.key_added`, with its statement.
    pub added: Receipt,
    /// That of the countersignature, with its statement.
    pub confirmed: Receipt,
    /// On what those rest who signed the two, back to the opening: statements with the chains of their signers, under the
    /// same checkpoint.
    pub grounds: Vec<Receipt>,
}

/// A checkpoint with a token of trusted time (RFC 3161).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The token, DER.
    pub token: Vec<u8>,
    /// That the record stands under the stamped checkpoint.
    pub proof: TlogProof,
    /// That the newest checkpoint extends the stamped one (RFC 6962, 2.1.2).
    pub consistency: Vec<Hash>,
}

/// A renewal of the evidence of a ledger: what was stamped anew before it grew too old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// Its text (`jejak-renewal/1`).
    pub text: String,
    /// The token over it, DER.
    pub token: Vec<u8>,
    /// Of the lists of stamps that it names, those that name a stamp of this evidence.
    pub lists: Vec<String>,
    /// The record and its statement under SHA-512, where a list is there.
    pub block: Option<Block>,
}

/// The block of a segment in which the record stands: what proves it under SHA-512.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The text of the segment.
    pub segment: String,
    /// The records of the block, each with what a segment needs of its statement.
    pub positions: Vec<(Record, Option<Remains>)>,
}

/// The state before the event, as far as its decision reads it.
///
/// It is what the source of the evidence holds: that it follows from the log is for an audit to say.
#[derive(Debug, Clone)]
pub struct Before {
    /// The record before; none for the opening.
    pub previous: Option<Record>,
    /// The anchors of the opening, DER.
    pub anchors: Vec<Vec<u8>>,
    /// The trust policy in force, where one was adopted; it is among the objects.
    pub policy: Option<Hash>,
    /// Hash of the rule set in force.
    pub ruleset: Hash,
    /// Rule sets that the decision asks for, parsed.
    pub rulesets: BTreeMap<Hash, Arc<RuleSet>>,
    /// Other objects that the decision asks for, by their hashes.
    pub objects: BTreeMap<Hash, Vec<u8>>,
    /// Rows that the decision reads.
    pub reads: Reads,
}

/// Things that the event is about, as of later: the word of the source, which nothing proves.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Since {
    /// Size of the log as of which they are given.
    pub size: u64,
    /// The stream of the event.
    pub stream: Option<Thing>,
    /// The signer's certificate.
    pub certificate: Option<Thing>,
}

impl Evidence {
    /// Most keys that are followed.
    pub const KEYS_MAX: usize = 64;
    /// Most statements on which signer and rules rest, or who signed a link to a key.
    pub const GROUNDS_MAX: usize = 48;
    /// Most tokens that are looked at.
    pub const STAMPS_MAX: usize = 16;
    /// Most revocation lists that are looked at.
    pub const LISTS_MAX: usize = 32;
    /// Most renewals that are looked at.
    pub const RENEWALS_MAX: usize = 256;
    /// Most lists of stamps of one renewal that are looked at.
    pub const STAMP_LISTS_MAX: usize = 4;
    /// Most OCSP responses that are looked at.
    pub const RESPONSES_MAX: usize = 16;
}
