//! One exchange with a time-stamping authority over HTTP (RFC 3161, 3.4). What comes back is believed only as far as it
//! verifies, so the transport need not be trusted: a token over plain HTTP proves the same.

use std::io::Read as _;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::blocking::Client;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use thiserror::Error;

use super::settings::{Asked, Timestamps};

/// Why an authority gave no answer to read.
#[derive(Debug, Error)]
pub(super) enum AskError {
    /// Not reached, not in time, or broken off.
    #[error("{0}")]
    Transport(#[from] reqwest::Error),
    /// Broken off while its answer was read.
    #[error("{0}")]
    Read(#[from] std::io::Error),
    /// Another status than 200.
    #[error("HTTP status {0}")]
    Status(StatusCode),
    /// A longer answer than is read.
    #[error("an answer of more than {bytes_max} bytes")]
    TooLong { bytes_max: usize },
}

/// Asks one authority.
pub(super) struct Asker {
    http: Client,
    asked: Asked,
    answer_bytes_max: usize,
}

impl Asker {
    pub(super) fn new(asked: Asked, settings: &Timestamps) -> Result<Self, AskError> {
        let mut http = Client::builder()
            .connect_timeout(settings.timeout().min(CONNECT))
            .timeout(settings.timeout())
            .redirect(Policy::none())
            .user_agent(concat!("jejak/", env!("CARGO_PKG_VERSION")));
        if asked.url.scheme() == "http" {
            // Nothing to verify: a machine without any CA certificates can still talk HTTP.
            http = http.tls_certs_only([]);
        }
        if asked
            .url
            .host_str()
            .is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"))
        {
            // A proxy of the environment does not lead back to this machine.
            http = http.no_proxy();
        }
        Ok(Self { http: http.build()?, asked, answer_bytes_max: settings.answer_bytes_max })
    }

    /// Host and port, as figures and log lines name it.
    pub(super) fn name(&self) -> String {
        let url = &self.asked.url;
        let host = url.host_str().unwrap_or_default();
        url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Sends a request in DER and gives the answer's bytes.
    pub(super) fn ask(&self, request: &[u8]) -> Result<Vec<u8>, AskError> {
        let mut post = self.http.post(self.asked.url.clone()).body(request.to_vec());
        post = post.header(CONTENT_TYPE, "application/timestamp-query");
        if let Some((user, password)) = &self.asked.credentials {
            post = post.basic_auth(user, Some(password));
        }
        let answer = post.send().map_err(reqwest::Error::without_url)?;
        if answer.status() != StatusCode::OK {
            return Err(AskError::Status(answer.status()));
        }
        let bytes_max = self.answer_bytes_max;
        let one_more = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        answer.take(one_more).read_to_end(&mut bytes)?;
        if bytes.len() > bytes_max { Err(AskError::TooLong { bytes_max }) } else { Ok(bytes) }
    }
}

const CONNECT: Duration = Duration::from_secs(5);
