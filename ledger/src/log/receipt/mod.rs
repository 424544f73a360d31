//! The receipt: what a poster keeps. A record, its inclusion proof, and on request the evidence for
//! who signed. FORMAT.md, Receipt. What it proves is in `verdict.rs`,
//! and how that is found out in `verify.rs`.

mod verdict;
mod verify;

use serde::{Deserialize, Serialize};

use crate::log::note::Note;
use crate::log::proof::{TlogProof, TlogProofError};
use crate::log::record::{Record, RecordError};
use crate::log::text::{base64, bytes_of_base64};

pub(crate) use verify::SeenCheckpoint;

pub use verdict::{
    Indeterminate, Outcome, Proven, ReceiptFailure, ReceiptVerdict, Unproven, WitnessSeen,
};

/// A receipt whose form is right; nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ReceiptFile", into = "ReceiptFile")]
pub struct Receipt {
    /// The record.
    pub record: Record,
    /// The proof that it stands in the log.
    pub proof: TlogProof,
    /// What the record commits to: a JWS in compact serialization.
    pub statement: Option<String>,
    /// The signer's certificate and its intermediates, DER, the signer's first. Empty if not sent.
    pub chain: Vec<Vec<u8>>,
    /// The statement that enrolled the signer, as it stands in the log.
    pub enrolment: Option<Enrolment>,
}

/// A statement with the proof that it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The JWS of the enrolling event.
    pub statement: String,
    /// Its record.
    pub record: Record,
    /// The record's proof.
    pub proof: TlogProof,
}

/// Why bytes are not a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Longer than a receipt may be.
    #[error("a receipt has at most {} bytes, not {bytes}", Receipt::BYTES_MAX)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not JSON, or not of this shape.
    #[error("not a receipt: line {line}, column {column}")]
    Json {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
    },
    /// Another format, or another version.
    #[error("the format is not {FORMAT:?}")]
    Format,
    /// A record that is not padded base64.
    #[error("the record is not base64")]
    RecordBase64,
    /// A malformed record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A malformed proof.
    #[error(transparent)]
    Proof(#[from] TlogProofError),
    /// A certificate that is not padded base64.
    #[error("certificate {certificate} of the chain is not base64")]
    Chain {
        /// Which, from 1.
        certificate: usize,
    },
}

impl Receipt {
    /// Longest receipt that is read: two checkpoints of the largest size and 1 MiB of evidence.
    pub const BYTES_MAX: usize = 2 * Note::BYTES_MAX + 1024 * 1024;

    /// A receipt without evidence.
    pub fn new(record: Record, proof: TlogProof) -> Self {
        Self { record, proof, statement: None, chain: Vec::new(), enrolment: None }
    }

    /// Reads a receipt file.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        if bytes.len() > Self::BYTES_MAX {
            return Err(ReceiptError::TooLong { bytes: bytes.len() });
        }
        // The format first: what else the file may hold follows from it.
        let line: FormatLine = serde_json::from_slice(bytes).map_err(place)?;
        if line.format != FORMAT {
            return Err(ReceiptError::Format);
        }
        let file: ReceiptFile = serde_json::from_slice(bytes).map_err(place)?;
        file.try_into()
    }
}

/// The one part of the file that every version has.
#[derive(Deserialize)]
struct FormatLine {
    format: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiptFile {
    format: String,
    record: String,
    proof: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    statement: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    chain: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    enrolment: Option<EnrolmentPart>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EnrolmentPart {
    statement: String,
    record: String,
    proof: String,
}

impl TryFrom<ReceiptFile> for Receipt {
    type Error = ReceiptError;

    fn try_from(file: ReceiptFile) -> Result<Self, ReceiptError> {
        if file.format != FORMAT {
            return Err(ReceiptError::Format);
        }
        Ok(Self {
            record: read_record(&file.record)?,
            proof: file.proof.parse()?,
            statement: file.statement,
            chain: read_chain(&file.chain)?,
            enrolment: file.enrolment.map(Enrolment::try_from).transpose()?,
        })
    }
}

impl TryFrom<EnrolmentPart> for Enrolment {
    type Error = ReceiptError;

    fn try_from(part: EnrolmentPart) -> Result<Self, ReceiptError> {
        let (record, proof) = (read_record(&part.record)?, part.proof.parse()?);
        Ok(Self { statement: part.statement, record, proof })
    }
}

impl From<Receipt> for ReceiptFile {
    fn from(receipt: Receipt) -> Self {
        Self {
            format: FORMAT.to_owned(),
            record: base64(&receipt.record.to_bytes()),
            proof: receipt.proof.to_string(),
            statement: receipt.statement,
            chain: receipt.chain.iter().map(|der| base64(der)).collect(),
            enrolment: receipt.enrolment.map(EnrolmentPart::from),
        }
    }
}

impl From<Enrolment> for EnrolmentPart {
    fn from(enrolment: Enrolment) -> Self {
        Self {
            statement: enrolment.statement,
            record: base64(&enrolment.record.to_bytes()),
            proof: enrolment.proof.to_string(),
        }
    }
}

fn read_record(text: &str) -> Result<Record, ReceiptError> {
    let bytes = bytes_of_base64(text).ok_or(ReceiptError::RecordBase64)?;
    Ok(Record::parse(&bytes)?)
}

fn read_chain(chain: &[String]) -> Result<Vec<Vec<u8>>, ReceiptError> {
    let numbered = (1..).zip(chain);
    numbered
        .map(|(certificate, text)| bytes_of_base64(text).ok_or(ReceiptError::Chain { certificate }))
        .collect()
}

#[expect(clippy::needless_pass_by_value, reason = "the argument of map_err")]
fn place(error: serde_json::Error) -> ReceiptError {
    ReceiptError::Json { line: error.line(), column: error.column() }
}

const FORMAT: &str = "jejak-receipt/1";
