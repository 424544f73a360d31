//! The named limits of an open data directory, with their defaults, and where its log keys are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::custody::{KeyPlaces, SecretSource};
use crate::documents::DocumentLimits;
use crate::log::Micros;
use crate::quota::Quota;

/// Limits of writing and reading. Every queue, body and loop of the ledger is bounded by one of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Threads that parse and verify statements. 0: one for each core.
    pub verify_threads: usize,
    /// Threads that decide and write; each serves a share of the ledgers.
    pub writer_threads: usize,
    /// Threads that wait for log keys outside this process; each serves one ledger at a time.
    pub signing_threads: usize,
    /// Events that one synced write may hold.
    pub group_events_max: usize,
    /// Bytes of statements that one synced write may hold.
    pub group_bytes_max: usize,
    /// Bytes of statements that may wait or be read at one time, over all ledgers.
    pub queue_bytes_max: usize,
    /// Lines of one submission, and of one rehearsal.
    pub batch_lines_max: usize,
    /// Statements that one signer may post or try in a minute, for as long as he likes. 0: no quota. Repeats never count.
    pub signer_events_per_minute: u32,
    /// Statements that one signer may post at once after a pause.
    pub signer_events_burst: u32,
    /// The same for all signers of an agency together.
    pub agency_events_per_minute: u32,
    /// The same for all signers of an agency together.
    pub agency_events_burst: u32,
    /// Signers, and agencies, whose quotas are kept in mind, for each ledger.
    pub quota_keys_max: usize,
    /// Refusals kept beside the chain, for each ledger; the oldest go first. 0: none.
    pub refusals_max: u64,
    /// Of them, those of one signer: nobody pushes out all those of others.
    pub signer_refusals_max: u64,
    /// Days for which a refusal is kept.
    pub refusal_days_max: u32,
    /// How far the clock may stand behind the last record before writing stops, in milliseconds.
    pub clock_behind_max_ms: u64,
    /// How far the clock may run ahead of the time that really passed, in seconds.
    pub clock_jump_max_s: u64,
    /// Bytes that must stay free on the disk for writing to go on.
    pub disk_free_min_bytes: u64,
    /// Certificates kept ready for verification, over all ledgers.
    pub credentials_max: usize,
    /// Cache for blocks of the database, in bytes.
    pub block_cache_bytes: usize,
    /// Rows that are not yet in table files, in bytes.
    pub write_buffer_bytes: usize,
    /// Table files that may be open at one time.
    pub open_files_max: i32,
    /// Limits of taking documents in.
    pub documents: DocumentLimits,
    /// Where the log keys of a region are, if not in the data directory: a file or the `pkcs11:` URI of a token, or
    /// several of them while one key follows another.
    pub log_keys: BTreeMap<String, KeyPlaces>,
    /// Where the passphrase of encrypted log keys comes from, and the PIN of tokens whose URI does not say it.
    pub log_key_passphrase: Option<SecretSource>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            verify_threads: 0,
            writer_threads: 2,
            signing_threads: 4,
            group_events_max: 4_096,
            group_bytes_max: 16 << 20,
            queue_bytes_max: 64 << 20,
            batch_lines_max: 4_096,
            signer_events_per_minute: 60_000,
            signer_events_burst: 60_000,
            agency_events_per_minute: 180_000,
            agency_events_burst: 180_000,
            quota_keys_max: 65_536,
            refusals_max: 100_000,
            signer_refusals_max: 10_000,
            refusal_days_max: 90,
            clock_behind_max_ms: 2_000,
            clock_jump_max_s: 3_600,
            disk_free_min_bytes: 256 << 20,
            credentials_max: 16_384,
            block_cache_bytes: 128 << 20,
            write_buffer_bytes: 128 << 20,
            open_files_max: 512,
            documents: DocumentLimits::default(),
            log_keys: BTreeMap::new(),
            log_key_passphrase: None,
        }
    }
}

impl Settings {
    /// From when on refusals are still kept at `now`.
    pub fn refusals_since(&self, now: Micros) -> Micros {
        const DAY_US: u64 = 86_400 * 1_000_000;
        Micros(now.0.saturating_sub(u64::from(self.refusal_days_max).saturating_mul(DAY_US)))
    }

    pub(crate) fn signer_quota(&self) -> Quota {
        Quota { per_minute: self.signer_events_per_minute, burst: self.signer_events_burst }
    }

    pub(crate) fn agency_quota(&self) -> Quota {
        Quota { per_minute: self.agency_events_per_minute, burst: self.agency_events_burst }
    }
}

#[cfg(feature = "rocks")]
impl Settings {
    pub(crate) fn tuning(&self) -> crate::store::Tuning {
        crate::store::Tuning {
            block_cache_bytes: self.block_cache_bytes,
            write_buffer_bytes: self.write_buffer_bytes,
            open_files_max: self.open_files_max,
            ..crate::store::Tuning::default()
        }
    }
}
