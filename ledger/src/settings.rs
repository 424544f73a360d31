//! The named limits of an open data directory, with their defaults.

use serde::{Deserialize, Serialize};

use crate::documents::DocumentLimits;

/// Limits of writing and reading. Every queue, body and loop of the ledger is bounded by one of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Threads that parse and verify statements. 0: one for each core.
    pub verify_threads: usize,
    /// Threads that decide and write; each serves a share of the ledgers.
    pub writer_threads: usize,
    /// Events that one synced write may hold.
    pub group_events_max: usize,
    /// Bytes of statements that one synced write may hold.
    pub group_bytes_max: usize,
    /// Bytes of statements that may wait or be read at one time, over all ledgers.
    pub queue_bytes_max: usize,
    /// Lines of one batch.
    pub batch_lines_max: usize,
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
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            verify_threads: 0,
            writer_threads: 2,
            group_events_max: 4_096,
            group_bytes_max: 16 << 20,
            queue_bytes_max: 64 << 20,
            batch_lines_max: 4_096,
            clock_behind_max_ms: 2_000,
            clock_jump_max_s: 3_600,
            disk_free_min_bytes: 256 << 20,
            credentials_max: 16_384,
            block_cache_bytes: 128 << 20,
            write_buffer_bytes: 128 << 20,
            open_files_max: 512,
            documents: DocumentLimits::default(),
        }
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
