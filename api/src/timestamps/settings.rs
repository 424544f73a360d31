//! Section `[timestamps]`: whom to ask, how often, and whose tokens count.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jejak_signer::{
    CertificateError, PemError, TIMESTAMP_RESPONSE_BYTES_MAX, TimestampAuthority, Window,
    certificates_from_pem,
};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::config::within;

/// Section `[timestamps]`. Without `urls` nobody is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timestamps {
    /// Addresses of time-stamping authorities (RFC 3161, 3.4), each asked for tokens of its own; at most four.
    pub urls: Vec<String>,
    /// PEM files of roots that their certificates may lead to, beside those of each ledger's trust policy. A relative path
    /// starts at the configuration file's directory.
    pub anchors: Vec<PathBuf>,
    /// Policies, dotted, under which tokens count; any where the list is empty.
    pub policies: Vec<String>,
    /// File of mode 0600 with lines `host user:password`, for authorities that ask for a password (RFC 7617).
    pub credentials: Option<PathBuf>,
    /// A ledger that has grown is stamped at most every so many seconds.
    #[serde(deserialize_with = "within::<_, _, 1, 86_400>")]
    pub interval_s: u64,
    /// A ledger that has not grown is stamped anew every so many seconds; 0: never.
    #[serde(deserialize_with = "within::<_, _, 0, 31_536_000>")]
    pub idle_s: u64,
    /// How long an authority may take to answer.
    #[serde(deserialize_with = "within::<_, _, 100, 120_000>")]
    pub timeout_ms: u64,
    /// Bytes of an answer at most.
    #[serde(deserialize_with = "within::<_, _, 1_024, 36_864>")]
    pub answer_bytes_max: usize,
}

/// Why the section cannot be used.
#[derive(Debug, Error)]
pub enum TimestampsError {
    /// A file could not be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of anchors is not PEM.
    #[error("{}: {reason}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: PemError,
    },
    /// An anchor is no authority's certificate.
    #[error("{}: {reason}", path.display())]
    Anchor {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: CertificateError,
    },
    /// An address that is not `http://` or `https://`, or that carries a password.
    #[error("{url:?} is no address of an authority: http:// or https://, without a password")]
    Url {
        /// As given.
        url: String,
    },
    /// More addresses than are asked.
    #[error("{found} addresses, at most {AUTHORITIES_MAX}")]
    TooMany {
        /// As given.
        found: usize,
    },
    /// Others may read the passwords.
    #[error("{}: others may read it", path.display())]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// A line of the passwords is not `host user:password`.
    #[error("{}:{line}: not `host user:password`", path.display())]
    Credentials {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

/// One authority to ask.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) url: Url,
    /// User and password.
    pub(super) credentials: Option<(String, String)>,
}

impl Timestamps {
    /// The authorities whose tokens count for every ledger.
    pub fn authorities(&self) -> Result<Vec<TimestampAuthority>, TimestampsError> {
        let mut authorities = Vec::new();
        for path in &self.anchors {
            let text = read(path)?;
            let ders = certificates_from_pem(&text)
                .map_err(|reason| TimestampsError::Pem { path: path.clone(), reason })?;
            for der in ders {
                let always = Window { not_before: i64::MIN, not_after: i64::MAX };
                let authority = TimestampAuthority::new(der, always, self.policies.clone())
                    .map_err(|reason| TimestampsError::Anchor { path: path.clone(), reason })?;
                authorities.push(authority);
            }
        }
        Ok(authorities)
    }

    /// Whom to ask, in the order of `urls`.
    pub(super) fn asked(&self) -> Result<Vec<Asked>, TimestampsError> {
        if self.urls.len() > AUTHORITIES_MAX {
            return Err(TimestampsError::TooMany { found: self.urls.len() });
        }
        let credentials = self.credentials.as_deref().map(passwords).transpose()?;
        let asked = |text: &String| {
            let wrong = || TimestampsError::Url { url: text.clone() };
            let url: Url = text.parse().map_err(|_| wrong())?;
            let plain = url.username().is_empty() && url.password().is_none();
            let (Some(host), true, true) =
                (url.host_str(), plain, matches!(url.scheme(), "http" | "https"))
            else {
                return Err(wrong());
            };
            let credentials = credentials.as_ref().and_then(|all| all.get(host)).cloned();
            Ok(Asked { url, credentials })
        };
        self.urls.iter().map(asked).collect()
    }

    /// Everything that keeps the section from being used.
    pub(crate) fn check(&self) -> Result<(), TimestampsError> {
        self.asked()?;
        self.authorities().map(drop)
    }

    pub(super) fn interval(&self) -> Duration {
        Duration::from_secs(self.interval_s)
    }

    pub(super) fn idle(&self) -> Option<Duration> {
        (self.idle_s > 0).then(|| Duration::from_secs(self.idle_s))
    }

    pub(super) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}

impl Default for Timestamps {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            anchors: Vec::new(),
            policies: Vec::new(),
            credentials: None,
            interval_s: 60,
            idle_s: 3_600,
            timeout_ms: 10_000,
            answer_bytes_max: TIMESTAMP_RESPONSE_BYTES_MAX,
        }
    }
}

fn read(path: &Path) -> Result<String, TimestampsError> {
    fs::read_to_string(path)
        .map_err(|source| TimestampsError::Read { path: path.to_owned(), source })
}

/// User and password by host.
fn passwords(path: &Path) -> Result<BTreeMap<String, (String, String)>, TimestampsError> {
    let failed = |source| TimestampsError::Read { path: path.to_owned(), source };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(TimestampsError::Open { path: path.to_owned() });
    }
    let text = read(path)?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(line, text)| {
            let parts = text.trim().split_once(' ');
            let parts = parts.and_then(|(host, rest)| Some((host, rest.split_once(':')?)));
            let (host, (user, password)) = parts
                .ok_or_else(|| TimestampsError::Credentials { path: path.to_owned(), line })?;
            Ok((host.to_owned(), (user.trim().to_owned(), password.to_owned())))
        })
        .collect()
}

/// More than two or three prove nothing more.
const AUTHORITIES_MAX: usize = 4;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn with(urls: &[&str], anchors: &[&Path]) -> Timestamps {
        Timestamps {
            urls: urls.iter().map(|url| (*url).to_owned()).collect(),
            anchors: anchors.iter().map(|path| path.to_path_buf()).collect(),
            ..Timestamps::default()
        }
    }

    #[test]
    fn addresses_are_http_and_carry_no_password() {
        let anchor = Path::new("/nowhere/root.pem");
        let asked = |url| with(&[url], &[anchor]).asked().map(|_| ()).map_err(|e| e.to_string());
        assert_eq!(asked("http://tsa.example.id/"), Ok(()));
        assert_eq!(asked("https://127.0.0.1:9000/tsa?x=1"), Ok(()));
        for url in
            ["ftp://tsa.example.id/", "tsa.example.id", "http://a:b@tsa.example.id/", "http://"]
        {
            let said = asked(url).unwrap_err();
            assert!(said.contains("is no address of an authority"), "{said}");
        }
        let many = with(&["http://a.id/"; 5], &[anchor]).asked().map(|_| ()).unwrap_err();
        assert_eq!(many.to_string(), "5 addresses, at most 4");
        let missing = with(&[], &[anchor]).check().unwrap_err();
        assert!(matches!(missing, TimestampsError::Read { .. }));
    }

    #[test]
    fn passwords_are_read_by_host_from_a_file_that_nobody_else_reads() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tsa.passwords");
        let text = "tsa.example.id pemda:rahasia:1\n\n127.0.0.1 uji:x\n";
        fs::write(&path, text).unwrap();
        let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let timestamps = Timestamps {
            credentials: Some(path.clone()),
            ..with(&["http://tsa.example.id/", "http://other.id/"], &[Path::new("root.pem")])
        };
        set(0o640);
        assert!(matches!(timestamps.asked(), Err(TimestampsError::Open { .. })));
        set(0o600);
        let asked = timestamps.asked().unwrap();
        let user = |at: usize| asked.get(at).unwrap().credentials.clone();
        assert_eq!(user(0), Some(("pemda".to_owned(), "rahasia:1".to_owned())));
        assert_eq!(user(1), None);
        fs::write(&path, "tsa.example.id pemda\n").unwrap();
        assert!(matches!(timestamps.asked(), Err(TimestampsError::Credentials { line: 1, .. })));
    }
}
