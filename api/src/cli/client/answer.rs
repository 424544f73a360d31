//! What a server answers: whole, or why not; and the ending that a problem gives.

use std::io::{self, Read as _};
use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::StatusCode;
use reqwest::blocking::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::cli::exit::{Exit, Stop};
use crate::cli::patience::Failure;

/// What the ledger said to one statement: the status, and the answer or the problem.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// Why there is no whole answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    #[error("jawaban terputus (the answer broke off)")]
    Body(#[from] io::Error),
    #[error("jawaban lebih dari {bytes_max} bita (the answer is longer)")]
    TooLong { bytes_max: u64 },
}

/// A whole answer to a request.
pub(super) struct Received {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Lost {
    /// Would no other try help?
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::Request(error) => error.is_builder(),
            Self::Body(_) => false,
            Self::TooLong { .. } => true,
        }
    }
}

impl Received {
    pub(super) fn read(response: Response) -> Result<Self, Lost> {
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        response.take(ANSWER_BYTES_MAX + 1).read_to_end(&mut body)?;
        if u64::try_from(body.len()).is_ok_and(|bytes| bytes <= ANSWER_BYTES_MAX) {
            return Ok(Self { status, headers, body });
        }
        Err(Lost::TooLong { bytes_max: ANSWER_BYTES_MAX })
    }

    /// Does it say that the server has no time now?
    pub(super) fn busy(&self) -> Option<Failure> {
        let busy = [
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::BAD_GATEWAY,
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::GATEWAY_TIMEOUT,
        ];
        let seconds = || self.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok();
        busy.contains(&self.status).then(|| Failure::Busy(seconds().map(Duration::from_secs)))
    }

    pub(super) fn answer(self) -> Result<Answer> {
        let status = self.status;
        let body = serde_json::from_slice(&self.body);
        let body = body.with_context(|| {
            format!("jawaban {status} bukan JSON (the answer is no JSON: no Jejak server?)")
        })?;
        Ok(Answer { status: status.as_u16(), body })
    }
}

impl Answer {
    pub(crate) fn is_accepted(&self) -> bool {
        matches!(self.status, 200 | 201)
    }

    /// May the same statement be answered otherwise a little later, for no reason of its own?
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.status, 408 | 429 | 500..)
    }

    /// A member of the answer or problem, as text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.body.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Why the statement was not accepted.
    pub(crate) fn stop(&self) -> Stop {
        problem(self.status, &self.body)
    }
}

pub(super) fn line_answer(line: &[u8]) -> Result<Answer> {
    let body: Value = serde_json::from_slice(line)?;
    let status =
        body.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let status = status.context("baris jawaban tanpa status (an answer without status)")?;
    Ok(Answer { status, body })
}

/// A problem (RFC 9457) as the ending that the interface gives it.
pub(super) fn problem(status: u16, body: &Value) -> Stop {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let exit = match status {
        400 if text("code").is_some_and(|code| code.ends_with("-parameter")) => Exit::Usage,
        401 | 403 => Exit::NotPermitted,
        404 => Exit::NotFound,
        409 | 412 | 422 => Exit::Refused,
        _ => Exit::Error,
    };
    let detail = text("detail").or(text("title")).unwrap_or("tanpa keterangan");
    let code = text("code").unwrap_or("-");
    let rule = text("rule").map(|rule| format!(", {rule}")).unwrap_or_default();
    if ["class-denied", "reader-required"].contains(&code) {
        let indonesian =
            format!("{detail}; tunjukkan token pembaca: --token-file BERKAS, atau JEJAK_TOKEN");
        let english =
            format!("{status} {code}; show a reader's token: --token-file FILE, or JEJAK_TOKEN");
        return Stop::new(exit, indonesian, english);
    }
    Stop::new(exit, detail, format_args!("{status} {code}{rule}"))
}

/// More than the largest page, and than the receipts of a full batch.
const ANSWER_BYTES_MAX: u64 = 512 << 20;
