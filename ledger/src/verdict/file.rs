//! Evidence as a file (`jejak-evidence/1`): what an inspector takes home. `FORMAT.md`, Evidence.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_signer::Hash;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::before::{self, BeforePart};
use super::evidence::{Block, Evidence, KeyLink, Renewed, Stamp};
use super::since::SincePart;
use crate::log::{BLOCK_POSITIONS, Position, Receipt, Record, Remains, TlogProof};
use crate::rules::Class;
use crate::store::codec;
use crate::view::{ReadError, View};

/// Longest file that is read: revocation lists may be long.
pub const EVIDENCE_BYTES_MAX: usize = 256 << 20;

const FORMAT: &str = "jejak-evidence/1";

/// Why bytes are no evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Longer than a file may be.
    #[error("evidence has at most {EVIDENCE_BYTES_MAX} bytes, not {bytes}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not JSON, or not of this shape.
    #[error("not evidence: line {line}, column {column}")]
    Json {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
    },
    /// Another format, or another version.
    #[error("the format is not {FORMAT:?}")]
    Format,
    /// A member that is not what it must be.
    #[error("{member} is malformed")]
    Member {
        /// Which.
        member: &'static str,
    },
    /// More of something than is looked at.
    #[error("more than {max} {member}")]
    TooMany {
        /// Of what.
        member: &'static str,
        /// The bound.
        max: usize,
    },
}

/// The one part of the file that every version has.
#[derive(Deserialize)]
struct FormatLine {
    format: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    origin: String,
    record: String,
    statement: Option<String>,
    chain: Vec<String>,
    proof: Option<String>,
    stamps: Vec<StampPart>,
    lists: Vec<String>,
    #[serde(default)]
    responses: Vec<String>,
    #[serde(default)]
    renewals: Vec<RenewedPart>,
    before: BeforePart,
    since: SincePart,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<KeyPart>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    grounds: Vec<Receipt>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyPart {
    added: Receipt,
    confirmed: Receipt,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    grounds: Vec<Receipt>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StampPart {
    token: String,
    proof: String,
    consistency: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RenewedPart {
    text: String,
    token: String,
    lists: Vec<String>,
    block: Option<BlockPart>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockPart {
    segment: String,
    positions: Vec<(String, Option<String>)>,
}

impl View {
    /// The evidence for the event at `position` as a file, with the highest class of what is in it; `None` beyond
    /// the head.
    pub fn evidence_file(&self, position: Position) -> Result<Option<(Vec<u8>, Class)>, ReadError> {
        self.evidence_file_under(position, &self.newest_held()?)
    }

    /// The same under a checkpoint that somebody else has kept.
    pub fn evidence_file_under(
        &self,
        position: Position,
        checkpoint: &str,
    ) -> Result<Option<(Vec<u8>, Class)>, ReadError> {
        let Some(evidence) = self.evidence_under(position, checkpoint)? else { return Ok(None) };
        let class = match self.entry(position)? {
            Some(entry) => entry.class.max(evidence.class()),
            None => evidence.class(),
        };
        let mut rulesets = Vec::new();
        for hash in evidence.before.rulesets.keys() {
            rulesets.push(self.held.ruleset_source(hash)?.ok_or(ReadError::Corrupt)?);
        }
        let file = evidence.file(&rulesets).map_err(|_| ReadError::Corrupt)?;
        let bytes = serde_json::to_vec(&file).map_err(|_| ReadError::Corrupt)?;
        Ok(Some((bytes, class)))
    }
}

impl Evidence {
    /// Reads a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, EvidenceError> {
        if bytes.len() > EVIDENCE_BYTES_MAX {
            return Err(EvidenceError::TooLong { bytes: bytes.len() });
        }
        let line: FormatLine = serde_json::from_slice(bytes).map_err(place)?;
        if line.format != FORMAT {
            return Err(EvidenceError::Format);
        }
        let file: File = serde_json::from_slice(bytes).map_err(place)?;
        Self::of_file(file)
    }

    /// The highest class of the rows in it. The certificates of holders are for officials of the region.
    pub fn class(&self) -> Class {
        let things = self.before.reads.things.values().flatten();
        let versions = self.before.reads.versions.values().flatten();
        let since = self.since.stream.iter().chain(&self.since.certificate);
        let rows = things.chain(versions).chain(since).map(|thing| thing.class);
        rows.max().unwrap_or_default().max(Class::Internal)
    }

    fn file(&self, rulesets: &[Vec<u8>]) -> Result<File, codec::CodecError> {
        Ok(File {
            format: FORMAT.to_owned(),
            origin: self.origin.clone(),
            record: STANDARD.encode(self.record.to_bytes()),
            statement: self.statement.as_deref().map(text_of),
            chain: encoded(&self.chain),
            proof: self.proof.as_ref().map(ToString::to_string),
            stamps: self.stamps.iter().map(StampPart::of).collect(),
            lists: encoded(&self.lists),
            responses: encoded(&self.responses),
            renewals: self.renewals.iter().map(RenewedPart::of).collect(),
            before: BeforePart::of(&self.before, rulesets)?,
            since: SincePart::of(&self.since, self.statement.as_deref())?,
            keys: self.keys.iter().map(KeyPart::of).collect(),
            grounds: self.grounds.clone(),
        })
    }

    fn of_file(file: File) -> Result<Self, EvidenceError> {
        bounded("stamps", file.stamps.len(), Self::STAMPS_MAX)?;
        bounded("lists", file.lists.len(), Self::LISTS_MAX)?;
        bounded("responses", file.responses.len(), Self::RESPONSES_MAX)?;
        bounded("keys", file.keys.len(), Self::KEYS_MAX)?;
        bounded("grounds", file.grounds.len(), Self::GROUNDS_MAX)?;
        chains_bounded(file.grounds.iter())?;
        bounded("renewals", file.renewals.len(), Self::RENEWALS_MAX)?;
        bounded("chain", file.chain.len(), CHAIN_MAX)?;
        let recorded = record("record", &file.record)?;
        let statement = file.statement.map(String::into_bytes);
        let before = file.before.read()?;
        before::check_in_force(&before, &file.origin)?;
        Ok(Self {
            origin: file.origin,
            record: recorded,
            since: file.since.read(&recorded, statement.as_deref())?,
            statement,
            chain: decoded("chain", &file.chain)?,
            proof: file.proof.map(|text| proof("proof", &text)).transpose()?,
            stamps: file.stamps.into_iter().map(StampPart::read).collect::<Result<_, _>>()?,
            lists: decoded("lists", &file.lists)?,
            responses: decoded("responses", &file.responses)?,
            renewals: file.renewals.into_iter().map(RenewedPart::read).collect::<Result<_, _>>()?,
            before,
            keys: file.keys.into_iter().map(KeyPart::read).collect::<Result<_, _>>()?,
            grounds: file.grounds,
        })
    }
}

/// No signer of a ground has a longer chain than the signer of the event may have.
fn chains_bounded<'g>(mut grounds: impl Iterator<Item = &'g Receipt>) -> Result<(), EvidenceError> {
    grounds.try_for_each(|ground| bounded("chain", ground.chain.len(), CHAIN_MAX))
}

impl KeyPart {
    pub(super) fn of(link: &KeyLink) -> Self {
        let (added, confirmed) = (link.added.clone(), link.confirmed.clone());
        Self { added, confirmed, grounds: link.grounds.clone() }
    }

    fn read(self) -> Result<KeyLink, EvidenceError> {
        bounded("keys.grounds", self.grounds.len(), Evidence::GROUNDS_MAX)?;
        chains_bounded(self.grounds.iter().chain([&self.added, &self.confirmed]))?;
        Ok(KeyLink { added: self.added, confirmed: self.confirmed, grounds: self.grounds })
    }
}

impl StampPart {
    pub(super) fn of(stamp: &Stamp) -> Self {
        Self {
            token: STANDARD.encode(&stamp.token),
            proof: stamp.proof.to_string(),
            consistency: stamp
                .consistency
                .iter()
                .map(|hash| STANDARD.encode(hash.as_bytes()))
                .collect(),
        }
    }

    fn read(self) -> Result<Stamp, EvidenceError> {
        let malformed = || EvidenceError::Member { member: "stamps" };
        let hash = |text: &String| {
            let bytes = STANDARD.decode(text).map_err(|_| malformed())?;
            Hash::try_from(bytes.as_slice()).map_err(|_| malformed())
        };
        bounded("stamps", self.consistency.len(), 2 * TlogProof::HASHES_MAX)?;
        Ok(Stamp {
            token: STANDARD.decode(&self.token).map_err(|_| malformed())?,
            proof: proof("stamps", &self.proof)?,
            consistency: self.consistency.iter().map(hash).collect::<Result<_, _>>()?,
        })
    }
}

impl RenewedPart {
    pub(super) fn of(renewed: &Renewed) -> Self {
        let block = renewed.block.as_ref().map(|block| BlockPart {
            segment: block.segment.clone(),
            positions: block
                .positions
                .iter()
                .map(|(record, remains)| {
                    let remains = remains.map(|remains| STANDARD.encode(remains.to_bytes()));
                    (STANDARD.encode(record.to_bytes()), remains)
                })
                .collect(),
        });
        Self {
            text: renewed.text.clone(),
            token: STANDARD.encode(&renewed.token),
            lists: renewed.lists.clone(),
            block,
        }
    }

    fn read(self) -> Result<Renewed, EvidenceError> {
        bounded("renewals", self.lists.len(), Evidence::STAMP_LISTS_MAX)?;
        let token = STANDARD.decode(&self.token);
        Ok(Renewed {
            text: self.text,
            token: token.map_err(|_| EvidenceError::Member { member: "renewals" })?,
            lists: self.lists,
            block: self.block.map(BlockPart::read).transpose()?,
        })
    }
}

impl BlockPart {
    fn read(self) -> Result<Block, EvidenceError> {
        let max = usize::try_from(BLOCK_POSITIONS).unwrap_or(usize::MAX);
        bounded("renewals", self.positions.len(), max)?;
        let remains = |text: String| {
            let bytes = STANDARD.decode(text).ok();
            let read = bytes.and_then(|bytes| Remains::parse(&bytes));
            read.ok_or(EvidenceError::Member { member: "renewals" })
        };
        let positions = self
            .positions
            .into_iter()
            .map(|(text, kept)| Ok((record("renewals", &text)?, kept.map(remains).transpose()?)));
        let positions = positions.collect::<Result<_, EvidenceError>>()?;
        Ok(Block { segment: self.segment, positions })
    }
}

/// Statements and rule sets are texts; one that is none would be refused when it is read.
pub(super) fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(super) fn encoded(all: &[Vec<u8>]) -> Vec<String> {
    all.iter().map(|bytes| STANDARD.encode(bytes)).collect()
}

pub(super) fn decoded(member: &'static str, all: &[String]) -> Result<Vec<Vec<u8>>, EvidenceError> {
    let one = |text: &String| STANDARD.decode(text).map_err(|_| EvidenceError::Member { member });
    all.iter().map(one).collect()
}

pub(super) fn row_of<T: Serialize>(value: &T) -> Result<String, codec::CodecError> {
    codec::encode(value).map(|bytes| STANDARD.encode(bytes))
}

pub(super) fn row<T: DeserializeOwned>(
    member: &'static str,
    text: &str,
) -> Result<T, EvidenceError> {
    let malformed = || EvidenceError::Member { member };
    let bytes = STANDARD.decode(text).map_err(|_| malformed())?;
    codec::decode(&bytes).map_err(|_| malformed())
}

pub(super) fn optional<T: DeserializeOwned>(
    member: &'static str,
    text: Option<String>,
) -> Result<Option<T>, EvidenceError> {
    text.map(|text| row(member, &text)).transpose()
}

pub(super) fn record(member: &'static str, text: &str) -> Result<Record, EvidenceError> {
    let bytes = STANDARD.decode(text).map_err(|_| EvidenceError::Member { member })?;
    Record::parse(&bytes).map_err(|_| EvidenceError::Member { member })
}

fn proof(member: &'static str, text: &str) -> Result<TlogProof, EvidenceError> {
    text.parse().map_err(|_| EvidenceError::Member { member })
}

pub(super) fn bounded(member: &'static str, found: usize, max: usize) -> Result<(), EvidenceError> {
    if found > max { Err(EvidenceError::TooMany { member, max }) } else { Ok(()) }
}

#[expect(clippy::needless_pass_by_value, reason = "the argument of map_err")]
fn place(error: serde_json::Error) -> EvidenceError {
    EvidenceError::Json { line: error.line(), column: error.column() }
}

/// A leaf and what may stand above it.
const CHAIN_MAX: usize = 4;
