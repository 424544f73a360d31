//! Section `[documents]` of the configuration: where documents are kept, which are taken, and how many
//! come and go at once.

use std::sync::Arc;
use std::time::Duration;

use jejak_ledger::documents::DocumentStore;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::objects::Objects;
use crate::config::within;

/// Section `[documents]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Documents {
    /// `s3://bucket/prefix`: an S3-compatible store. Absent: files of the data directory. The credentials
    /// are those of the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`).
    pub url: Option<String>,
    /// Address of the store, where it is not Amazon's: `https://s3.example.go.id`.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// Whether the store may be reached without TLS, as on one machine or a closed network.
    pub allow_http: bool,
    /// Media types that are taken.
    pub mediatypes: Vec<String>,
    /// Uploads at once; further ones are told to come back.
    #[serde(deserialize_with = "within::<_, _, 1, 1_024>")]
    pub uploads_max: usize,
    /// The same of one caller.
    #[serde(deserialize_with = "within::<_, _, 1, 1_024>")]
    pub caller_uploads_max: usize,
    /// Downloads at once; further ones are told to come back.
    #[serde(deserialize_with = "within::<_, _, 1, 1_024>")]
    pub downloads_max: usize,
    /// The same of one caller.
    #[serde(deserialize_with = "within::<_, _, 1, 1_024>")]
    pub caller_downloads_max: usize,
    /// Time for a whole upload.
    #[serde(deserialize_with = "within::<_, _, 1_000, 86_400_000>")]
    pub upload_total_ms: u64,
}

/// Why the place for documents cannot be used.
#[derive(Debug, Error)]
pub enum DocumentsError {
    /// Not `s3://bucket` or `s3://bucket/prefix`.
    #[error("documents: {url:?} is not s3://bucket or s3://bucket/prefix")]
    Url {
        /// What is configured.
        url: String,
    },
    /// The store of objects cannot be set up.
    #[error("documents: {0}")]
    Store(#[from] object_store::Error),
    /// The threads that talk to it cannot be started.
    #[error("documents: {0}")]
    Io(#[from] std::io::Error),
}

impl Documents {
    /// The store that is configured, where it is not the data directory.
    pub fn store(&self) -> Result<Option<Arc<dyn DocumentStore>>, DocumentsError> {
        let Some(url) = &self.url else { return Ok(None) };
        Ok(Some(Arc::new(Objects::s3(url, self)?)))
    }

    /// Whether documents of this type are taken.
    pub(crate) fn takes(&self, mediatype: &str) -> bool {
        self.mediatypes.iter().any(|taken| taken.eq_ignore_ascii_case(mediatype))
    }

    pub(crate) fn upload_total(&self) -> Duration {
        Duration::from_millis(self.upload_total_ms)
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            url: None,
            endpoint: None,
            region: "us-east-1".to_owned(),
            allow_http: false,
            mediatypes: TAKEN.map(str::to_owned).to_vec(),
            uploads_max: 32,
            caller_uploads_max: 8,
            downloads_max: 64,
            caller_downloads_max: 16,
            upload_total_ms: 1_800_000,
        }
    }
}

/// What offices exchange: texts, scans, sheets, archives, signed files, data.
const TAKEN: [&str; 24] = [
    "application/pdf",
    "application/json",
    "application/xml",
    "application/zip",
    "application/gzip",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/pkcs7-mime",
    "application/pkcs7-signature",
    "application/octet-stream",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "text/csv",
    "text/plain",
    "text/xml",
];
