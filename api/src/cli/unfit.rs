//! Why a server does not start on a configuration, in both languages, and under which key the reason stands. `serve` ends
//! with it, `config check` tells all of it beforehand.

use std::io;

use jejak_api::timestamps::TimestampsError;
use jejak_api::{Config, ServeError, TlsError};

use super::exit::{Exit, Stop};

/// What keeps a server from starting.
pub(super) struct Unfit {
    /// `section.key`.
    pub(super) key: &'static str,
    pub(super) indonesian: String,
    pub(super) english: String,
}

impl Unfit {
    /// What `error` says of a configuration; none where it is about something else.
    pub(super) fn of(error: &ServeError, config: &Config) -> Option<Self> {
        match error {
            ServeError::Exposed { address } => Some(told(
                "server.listen",
                format!(
                    "{address} terjangkau dari mesin lain dan TLS belum diatur: isi [tls] certificate dan key, atau \
                     izinkan dengan --insecure-http"
                ),
                "reached from other machines, and there is no TLS: set [tls] certificate and key, or allow it with \
                 --insecure-http",
            )),
            ServeError::Tls(error) => Some(tls(error, config)),
            ServeError::Documents(error) => Some(told(
                "documents.url",
                "tempat penyimpanan dokumen tidak dapat dipakai",
                error.to_string(),
            )),
            ServeError::Evidence(error) => Some(told(
                "evidence.key",
                "kunci layanan untuk mencatat daftar pencabutan tidak dapat dipakai",
                error.to_string(),
            )),
            ServeError::Timestamps(error) => Some(told(
                timestamps_key(error),
                "penanda waktu tidak dapat diminta dengan ini",
                error.to_string(),
            )),
            // Another process that has the address is no fault of the configuration.
            ServeError::Listen { address, source }
                if source.kind() == io::ErrorKind::AddrNotAvailable =>
            {
                let is_metrics = config.metrics.listen == Some(*address);
                Some(told(
                    if is_metrics { "metrics.listen" } else { "server.listen" },
                    format!("{} bukan alamat mesin ini", address.ip()),
                    format!("{} is no address of this machine", address.ip()),
                ))
            }
            _ => None,
        }
    }

    /// The ending of a server that does not start for it.
    pub(super) fn stop(self) -> Stop {
        let Self { key, indonesian, english } = self;
        Stop::new(Exit::Usage, format_args!("{key}: {indonesian}"), english)
    }
}

fn timestamps_key(error: &TimestampsError) -> &'static str {
    match error {
        TimestampsError::Url { .. } | TimestampsError::TooMany { .. } => "timestamps.urls",
        TimestampsError::Open { .. } | TimestampsError::Credentials { .. } => {
            "timestamps.credentials"
        }
        TimestampsError::Read { .. }
        | TimestampsError::Pem { .. }
        | TimestampsError::Anchor { .. } => "timestamps.anchors",
    }
}

fn tls(error: &TlsError, config: &Config) -> Unfit {
    let key_of = |path: &std::path::Path| {
        if config.tls.key.as_deref() == Some(path) { "tls.key" } else { "tls.certificate" }
    };
    match error {
        TlsError::Half => told(
            if config.tls.key.is_none() { "tls.key" } else { "tls.certificate" },
            "certificate dan key harus diisi keduanya",
            "certificate and key are needed both",
        ),
        TlsError::Read { path, source } => {
            let (indonesian, english) = match source.kind() {
                io::ErrorKind::NotFound => ("tidak ada".to_owned(), "it is not there".to_owned()),
                io::ErrorKind::PermissionDenied => {
                    ("tidak boleh dibaca".to_owned(), "it may not be read".to_owned())
                }
                _ => ("tidak terbaca".to_owned(), source.to_string()),
            };
            told(key_of(path), format!("{} {indonesian}", path.display()), english)
        }
        TlsError::NoCertificate { path } => told(
            "tls.certificate",
            format!("{} tidak berisi rantai sertifikat PEM", path.display()),
            "it holds no certificate chain in PEM",
        ),
        TlsError::NoKey { path } => told(
            "tls.key",
            format!("{} tidak berisi kunci privat PEM", path.display()),
            "it holds no private key in PEM",
        ),
        TlsError::KeyOpen { path } => told(
            "tls.key",
            format!("{} dapat dibaca semua orang: chmod 600", path.display()),
            "everybody may read it",
        ),
        TlsError::Unusable { certificate, key, reason } => told(
            "tls.key",
            format!("{} dan {} tidak dapat dipakai bersama", certificate.display(), key.display()),
            format!("they cannot be used together: {reason}"),
        ),
    }
}

fn told(key: &'static str, indonesian: impl Into<String>, english: impl Into<String>) -> Unfit {
    Unfit { key, indonesian: indonesian.into(), english: english.into() }
}
