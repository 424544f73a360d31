//! A data directory opened for reading: audits, replays, registers of a copy.

use std::path::{Path, PathBuf};

use super::OpenError;
use super::directory::{Directory, Opening};
use crate::audit::LockEvidence;
use crate::documents::Documents;
use crate::log::Micros;
use crate::settings::Settings;
use crate::store::{self, Lock, StoreError};
use crate::view::View;

/// A data directory that is open for reading only.
///
/// Nothing in it is changed, acquired, locked or signed, so its views have no checkpoint. Damage does not keep it from opening as long as the ledgers can be
/// told apart: finding it is what an audit is for.
pub struct Archive {
    directory: Directory,
    views: Vec<View>,
}

impl Archive {
    /// Opens what stands in `path`. The directory must not be in use by another process.
    pub fn open(path: &Path, settings: &Settings) -> Result<Self, OpenError> {
        let directory = Directory::open(path, settings, Opening::Reading, Micros(0))?;
        let mut views = Vec::new();
        for entry in directory.store.ledgers()? {
            if directory.store.head(entry.number)?.size > 0 {
                let loaded = directory.load(&entry)?;
                views.push(loaded.view(&directory, "".into()));
            }
        }
        Ok(Self { directory, views })
    }

    /// All ledgers, by number.
    pub fn views(&self) -> &[View] {
        &self.views
    }

    /// One ledger.
    pub fn view(&self, region: &str) -> Option<&View> {
        self.views.iter().find(|view| view.region() == region)
    }

    /// The documents that events name.
    pub fn documents(&self) -> &Documents {
        &self.directory.documents
    }

    /// One stored row as it is, for drills and for those who look for the cause of a fault.
    pub fn row(
        &self,
        view: &View,
        table: store::Table,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.directory.store.get_many(view.identity.number, &[(table, key)])?;
        Ok(found.into_iter().next().flatten())
    }

    /// What the lock file says of a ledger, for audits.
    pub fn lock_evidence(&self, view: &View) -> LockEvidence {
        let path: PathBuf = self.directory.path.join("lock");
        match Lock::open_reading(&path).and_then(|lock| lock.read(view.identity.number)) {
            Ok(Some(entry)) => LockEvidence::Entry(entry),
            Ok(None) => LockEvidence::NoEntry,
            Err(error) => LockEvidence::Unreadable(error),
        }
    }
}
