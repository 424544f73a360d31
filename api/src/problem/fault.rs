//! What is wrong with a parameter or a token, and which limit was met.

use jejak_ledger::Form;

/// A limit a caller can meet, named in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// `statement_bytes`: one statement.
    StatementBytes,
    /// `batch_bytes`: one batch.
    BatchBytes,
    /// `batch_lines`: statements of one batch.
    BatchLines,
    /// `header_bytes`: the head of a request.
    HeaderBytes,
    /// `document_bytes`: one document.
    DocumentBytes,
    /// `evidence_bytes`: one revocation list.
    EvidenceBytes,
    /// `trial_bytes`: one batch of trials.
    TrialBytes,
    /// `trial_lines`: trials of one batch.
    TrialLines,
}

/// Why a reader is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// He has shown none.
    Missing,
    /// Not exactly one bearer token of ours: mistyped, cut off, or another scheme.
    Malformed,
    /// Nobody was given it, here.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

/// What is wrong with a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Encoding,
    Repeated,
    Missing,
    Empty,
    Long {
        bytes_max: usize,
    },
    Integer,
    Flag,
    Range {
        min: usize,
        max: usize,
    },
    Least {
        min: u64,
    },
    Below {
        other: &'static str,
    },
    NotAbove {
        other: &'static str,
    },
    AsOf,
    Moment,
    Many {
        max: usize,
    },
    Signer,
    /// Not what texts of this kind look like in events.
    Form(Form),
    /// None of the states that rows of this register can be in.
    State {
        known: String,
    },
    /// None of the codes that statements are refused with.
    Code,
    Digest,
    Row,
    Cursor,
    CursorWith,
}

impl TokenFault {
    /// The name in the answer.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// RFC 6750, 3: without a token there is nothing to complain about.
    pub(super) fn challenge(self) -> &'static str {
        match self {
            Self::Missing => "Bearer realm=\"jejak\"",
            _ => "Bearer realm=\"jejak\", error=\"invalid_token\"",
        }
    }
}

impl Limit {
    /// The name in the answer.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::StatementBytes => "statement_bytes",
            Self::BatchBytes => "batch_bytes",
            Self::BatchLines => "batch_lines",
            Self::HeaderBytes => "header_bytes",
            Self::DocumentBytes => "document_bytes",
            Self::EvidenceBytes => "evidence_bytes",
            Self::TrialBytes => "trial_bytes",
            Self::TrialLines => "trial_lines",
        }
    }
}
