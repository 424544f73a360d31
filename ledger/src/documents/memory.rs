//! Documents in memory, for tests.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jejak_signer::Hash;

use super::error::DocumentError;
use super::store::{DocumentStore, Kept, Opened};
use super::upload::Staged;
use crate::store::{FileError, FileStep};

/// Documents in memory.
#[derive(Debug, Default)]
pub struct InMemory(Mutex<BTreeMap<Hash, Vec<u8>>>);

impl InMemory {
    fn held(&self) -> MutexGuard<'_, BTreeMap<Hash, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DocumentStore for InMemory {
    fn keep(&self, staged: &Staged) -> Result<Kept, DocumentError> {
        let path = staged.path();
        let bytes = fs::read(path).map_err(FileError::at(FileStep::Read, path))?;
        let before = self.held().insert(staged.sha256(), bytes);
        Ok(if before.is_some() { Kept::Known } else { Kept::New })
    }

    fn size(&self, sha256: &Hash) -> Result<Option<u64>, DocumentError> {
        Ok(self.held().get(sha256).map(|bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX)))
    }

    fn open(&self, sha256: &Hash) -> Result<Option<Opened>, DocumentError> {
        let Some(bytes) = self.held().get(sha256).cloned() else { return Ok(None) };
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(Some(Opened { size, bytes: Box::new(Cursor::new(bytes)) }))
    }

    fn remove(&self, sha256: &Hash) -> Result<bool, DocumentError> {
        Ok(self.held().remove(sha256).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::super::conformance;
    use super::*;

    #[test]
    fn the_contract_holds_in_memory() {
        conformance::all(&|| Box::new(InMemory::default()));
    }
}
