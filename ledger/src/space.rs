//! Room on the disk, asked before each write: a database that runs into a full disk in the middle of a
//! write would leave it unclear what was written.

use std::path::PathBuf;

use crate::error::Failure;

/// The file system of a data directory.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    pub(crate) path: PathBuf,
    pub(crate) free_min_bytes: u64,
}

impl Space {
    /// Refuses while less is free than must stay free.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let free = rustix::fs::statvfs(&self.path).map_err(|_| Failure::Unavailable)?;
        let free_bytes = free.f_bavail.saturating_mul(free.f_frsize);
        if free_bytes < self.free_min_bytes {
            return Err(Failure::DiskFull { free_bytes, free_min_bytes: self.free_min_bytes });
        }
        Ok(())
    }
}
