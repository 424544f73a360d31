//! What the operating system knows of this process, and how long its certificate is good for.

use std::fmt;
use std::fs;
use std::sync::{Arc, OnceLock};

use jejak_ledger::Clock as _;
use jejak_ledger::log::Micros;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::registry::Unit;

use super::ledgers::one;
use crate::clock::SystemClock;
use crate::tls::Identity;

/// Asks the system for memory and files.
#[derive(Debug)]
pub(super) struct ProcessFigures {
    started: Micros,
}

/// Asks TLS for its certificate.
pub(super) struct Expiry {
    clock: SystemClock,
    shown: Arc<OnceLock<Arc<Identity>>>,
}

impl ProcessFigures {
    pub(super) fn new(clock: SystemClock) -> Self {
        Self { started: clock.now() }
    }
}

impl Collector for ProcessFigures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let started = seconds(self.started);
        let help = "When the process started, Unix time";
        one(&mut encoder, "process_start_time", help, Some(&Unit::Seconds), started)?;
        if let Some(bytes) = resident_bytes() {
            let help = "Memory of the process that is in use";
            one(&mut encoder, "process_resident_memory", help, Some(&Unit::Bytes), bytes)?;
        }
        if let Some(files) = open_files() {
            one(&mut encoder, "process_open_fds", "Files and connections open", None, files)?;
        }
        if let Some(files) = open_files_max() {
            let help = "Files and connections that may be open";
            one(&mut encoder, "process_max_fds", help, None, files)?;
        }
        Ok(())
    }
}

impl Expiry {
    pub(super) fn new(clock: SystemClock, shown: Arc<OnceLock<Arc<Identity>>>) -> Self {
        Self { clock, shown }
    }
}

impl Collector for Expiry {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(identity) = self.shown.get() else { return Ok(()) };
        let left = identity.not_after().saturating_sub(seconds(self.clock.now()));
        let help = "Time until the TLS certificate expires; negative: since it did";
        one(&mut encoder, "cert_expiry", help, Some(&Unit::Seconds), left)
    }
}

impl fmt::Debug for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expiry").finish_non_exhaustive()
    }
}

fn seconds(at: Micros) -> i64 {
    i64::try_from(at.0 / 1_000_000).unwrap_or(i64::MAX)
}

/// `VmRSS` of `/proc/self/status`, where there is one.
fn resident_bytes() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1_024)
}

fn open_files() -> Option<i64> {
    i64::try_from(fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}

/// The soft limit of `/proc/self/limits`.
fn open_files_max() -> Option<i64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
