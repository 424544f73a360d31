//! Room on the disk, asked before each write: a database that runs into a full disk in the middle of a
//! write would leave it unclear what was written.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::Failure;

/// Bytes that are free for us on the file system of `path`.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let free = rustix::fs::statvfs(path)?;
    Ok(free.f_bavail.saturating_mul(free.f_frsize))
}

/// The file system of a data directory.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    pub(crate) path: PathBuf,
    pub(crate) free_min_bytes: u64,
}

impl Space {
    /// Refuses while less is free than must stay free.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let free_bytes = free_bytes(&self.path).map_err(|_| Failure::Unavailable)?;
        if free_bytes < self.free_min_bytes {
            return Err(Failure::DiskFull { free_bytes, free_min_bytes: self.free_min_bytes });
        }
        Ok(())
    }
}
