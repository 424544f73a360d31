//! Opening a directory: one process, a format that is known, every table.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, RwLock};

use rocksdb::{ColumnFamilyDescriptor, DB, Options, WriteBatch};

use super::{Rocks, Tuning, not_done, options};
use crate::store::{
    Corruption, FileError, HeldBy, Holder, HolderError, LedgerNumber, LedgerStore as _, StoreError,
    Table, create_dir, keys,
};

/// The version of the layout of a directory. A newer program reads an older one; an older program refuses a newer one.
///
/// | version | new in it |
/// | --- | --- |
/// | 1 | everything else |
/// | 2 | the table `document`, made and filled when a directory of version 1 is opened for writing |
pub const FORMAT_VERSION: u32 = 2;

/// `RocksDB` keeps the name of its newest manifest in this file: without it there is no database.
const CURRENT: &str = "CURRENT";

/// Why a directory was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no database.
    #[error("there is no ledger database in {}", dir.display())]
    Missing {
        /// The directory.
        dir: PathBuf,
    },
    /// There is a database already.
    #[error("there is a ledger database in {} already", dir.display())]
    Exists {
        /// The directory.
        dir: PathBuf,
    },
    /// Another process has it open.
    #[error("{} is in use by {by}; one process at a time", dir.display())]
    Held {
        /// The directory.
        dir: PathBuf,
        /// Which process.
        by: HeldBy,
    },
    /// A newer program wrote it.
    #[error("{} has format version {found}, this program knows {known}; use a newer program", dir.display())]
    Newer {
        /// The directory.
        dir: PathBuf,
        /// Its version.
        found: u32,
        /// [`FORMAT_VERSION`]
        known: u32,
    },
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Rocks {
    /// Makes a database in a directory that has none; the directory is made where it is missing.
    pub fn create(dir: &Path, tuning: &Tuning) -> Result<Self, OpenError> {
        create_dir(dir)?;
        let holder = hold(dir)?;
        if dir.join(CURRENT).exists() {
            return Err(OpenError::Exists { dir: dir.to_path_buf() });
        }
        Self::open_held(dir, tuning, holder)
    }

    /// Opens the database of a directory.
    pub fn open(dir: &Path, tuning: &Tuning) -> Result<Self, OpenError> {
        if !dir.join(CURRENT).exists() {
            return Err(OpenError::Missing { dir: dir.to_path_buf() });
        }
        Self::open_held(dir, tuning, hold(dir)?)
    }

    /// Opens the database of a directory for reading: nothing in the directory is changed, and every
    /// write fails.
    pub fn open_reading(dir: &Path, tuning: &Tuning) -> Result<Self, OpenError> {
        if !dir.join(CURRENT).exists() {
            return Err(OpenError::Missing { dir: dir.to_path_buf() });
        }
        let holder = Holder::take_reading(dir).map_err(held)?;
        let present = refuse_unknown_families(dir)?;
        // A directory of an older version lacks the tables that came later: there they are empty.
        let lacking =
            |table: Table| is_later(table) && !present.iter().any(|of| of == table.name());
        let families = options::families(tuning).filter(|(table, _)| !lacking(*table));
        let families = families.map(|(table, of)| ColumnFamilyDescriptor::new(table.name(), of));
        let options = options::reading(tuning);
        let db = DB::open_cf_descriptors_read_only(&options, dir, families, false)
            .map_err(|error| not_done(&error))?;
        let rocks = Self::over(db, holder);
        rocks.check_format(dir)?;
        for entry in rocks.ledgers()? {
            rocks.add_gate(entry.number);
        }
        Ok(rocks)
    }

    fn over(db: DB, holder: Holder) -> Self {
        Self {
            db,
            gates: RwLock::default(),
            directory: Mutex::default(),
            broken: AtomicBool::new(false),
            #[cfg(any(test, feature = "drill"))]
            fault: Mutex::default(),
            _holder: holder,
        }
    }

    fn open_held(dir: &Path, tuning: &Tuning, holder: Holder) -> Result<Self, OpenError> {
        refuse_unknown_families(dir)?;
        let families = options::families(tuning);
        let families = families.map(|(table, of)| ColumnFamilyDescriptor::new(table.name(), of));
        let db = DB::open_cf_descriptors(&options::database(tuning), dir, families)
            .map_err(|error| not_done(&error))?;
        let rocks = Self::over(db, holder);
        if rocks.check_format(dir)? < FORMAT_VERSION {
            // From now on it may hold what an older program does not know.
            rocks.write_format()?;
        }
        for entry in rocks.ledgers()? {
            rocks.add_gate(entry.number);
        }
        Ok(rocks)
    }

    /// The version of the directory; 0 where it has none yet.
    fn check_format(&self, dir: &Path) -> Result<u32, OpenError> {
        match self.row(LedgerNumber::DIRECTORY, Table::Meta, keys::FORMAT)?.as_deref() {
            Some(bytes) => refuse_newer(dir, bytes),
            // A crash while the directory was made may have left it without.
            None if self.ledgers()?.is_empty() => Ok(0),
            None => Err(StoreError::from(Corruption::Engine(
                "there are ledgers, but the row of the format version is missing".to_owned(),
            ))
            .into()),
        }
    }

    fn write_format(&self) -> Result<(), StoreError> {
        let mut rows = WriteBatch::default();
        let key = keys::stored(LedgerNumber::DIRECTORY, keys::FORMAT);
        rows.put_cf(self.family(Table::Meta)?, key, FORMAT_VERSION.to_be_bytes());
        self.commit(rows)
    }
}

fn hold(dir: &Path) -> Result<Holder, OpenError> {
    Holder::take(dir).map_err(held)
}

fn held(error: HolderError) -> OpenError {
    match error {
        HolderError::Held { dir, by } => OpenError::Held { dir, by },
        HolderError::File(error) => OpenError::File(error),
    }
}

/// Whether directories of an older version have no such table.
pub(super) fn is_later(table: Table) -> bool {
    table == Table::Document
}

/// The families of a directory. One of a newer program may have families that this one does not know, and `RocksDB` opens all or none. So its
/// version is read without writing to it.
fn refuse_unknown_families(dir: &Path) -> Result<Vec<String>, OpenError> {
    if !dir.join(CURRENT).exists() {
        return Ok(Vec::new());
    }
    let refused = |error: rocksdb::Error| OpenError::Store(not_done(&error));
    let present = DB::list_cf(&Options::default(), dir).map_err(refused)?;
    let is_known = |name: &String| {
        name == rocksdb::DEFAULT_COLUMN_FAMILY_NAME
            || Table::ALL.iter().any(|table| table.name() == name)
    };
    let Some(unknown) = present.iter().find(|name| !is_known(name)) else {
        return Ok(present);
    };
    let db =
        DB::open_cf_for_read_only(&Options::default(), dir, &present, false).map_err(refused)?;
    let key = keys::stored(LedgerNumber::DIRECTORY, keys::FORMAT);
    if let Some(meta) = db.cf_handle(Table::Meta.name())
        && let Some(bytes) = db.get_cf(meta, key).map_err(refused)?
    {
        refuse_newer(dir, &bytes)?;
    }
    let what = Corruption::Engine(format!("{unknown} is no column family of this format"));
    Err(StoreError::from(what).into())
}

fn refuse_newer(dir: &Path, row: &[u8]) -> Result<u32, OpenError> {
    let found = row.try_into().map(u32::from_be_bytes).map_err(|_| {
        let what = Corruption::Engine("the row of the format version is no number".to_owned());
        StoreError::from(what)
    })?;
    if found > FORMAT_VERSION {
        return Err(OpenError::Newer { dir: dir.to_path_buf(), found, known: FORMAT_VERSION });
    }
    Ok(found)
}
