//! Section `[evidence]` of the configuration: who records revocation lists, and from where they are fetched.

use std::path::PathBuf;
use std::time::Duration;

use jejak_ledger::custody::{KeyPlace, SecretSource};
use serde::{Deserialize, Serialize};

use crate::config::within;

/// Section `[evidence]`. Without key and certificate nothing is fetched.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Evidence {
    /// Where the service's key is: a PEM file (PKCS#8, also encrypted), or a `pkcs11:` URI. A relative path starts at the
    /// configuration file's directory.
    pub key: Option<KeyPlace>,
    /// What opens it: `file:PATH`, `env:NAME` or `credential:NAME`.
    pub passphrase: Option<SecretSource>,
    /// PEM file of the certificate that is enrolled for it, leaf first.
    pub certificate: Option<PathBuf>,
    /// Hosts that lists are fetched from, `crl.example.id` or `crl.example.id:8080`; no other is ever asked.
    pub hosts: Vec<String>,
    /// Whether those hosts may have addresses of this machine or of a private network. An address that is named itself
    /// is always meant.
    pub private_addresses: bool,
    /// How often each place is asked; sooner where the next list is due before.
    #[serde(deserialize_with = "within::<_, _, 1, 86_400>")]
    pub interval_s: u64,
    /// Time for one list, from the connection to the last byte.
    #[serde(deserialize_with = "within::<_, _, 100, 600_000>")]
    pub fetch_ms: u64,
}

impl Evidence {
    pub(crate) fn interval(&self) -> Duration {
        Duration::from_secs(self.interval_s)
    }

    pub(crate) fn fetch(&self) -> Duration {
        Duration::from_millis(self.fetch_ms)
    }
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            key: None,
            passphrase: None,
            certificate: None,
            hosts: Vec::new(),
            private_addresses: false,
            interval_s: 3_600,
            fetch_ms: 60_000,
        }
    }
}
