//! Tampering drills: what somebody with the disk in his hands could do, done on purpose to a copy.
//!
//! Every change is made so that the checksums agree: what finds it must be the chain, the tree and the signatures. A
//! directory that does not hold the file [`DRILL_MARK`] is never touched.

use std::path::{Path, PathBuf};

use super::{OpenError, Rocks, Tuning};
use crate::log::Position;
use crate::store::codec::{CodecError, frame_statement};
use crate::store::{LedgerNumber, StoreError, Table, keys};

/// The file that marks a database directory as a drill copy.
pub const DRILL_MARK: &str = "DRILL";

/// Why a drill was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrillError {
    /// The directory is not marked.
    #[error("{} is not marked as a drill copy: it holds no file {DRILL_MARK}", dir.display())]
    NotADrill {
        /// The directory.
        dir: PathBuf,
    },
    /// There is no such row.
    #[error("there is no {table} row with the key {}", key.escape_ascii())]
    NoSuchRow {
        /// The table.
        table: Table,
        /// The key within the ledger.
        key: Vec<u8>,
    },
    /// The row to be inserted is there already.
    #[error("there is a {table} row with the key {} already", key.escape_ascii())]
    RowExists {
        /// Its table.
        table: Table,
        /// Its key within the ledger.
        key: Vec<u8>,
    },
    /// The new bytes are no row.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The directory does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts other bytes in the place of a statement, in a frame whose checksum agrees.
pub fn drill_replace_statement(
    dir: &Path,
    ledger: LedgerNumber,
    position: Position,
    statement: &[u8],
) -> Result<(), DrillError> {
    let value = frame_statement(statement)?;
    drill_replace_row(dir, ledger, Table::Statement, &keys::statement(position), &value)
}

/// Puts other bytes in the place of any row that is there.
pub fn drill_replace_row(
    dir: &Path,
    ledger: LedgerNumber,
    table: Table,
    key: &[u8],
    value: &[u8],
) -> Result<(), DrillError> {
    change(dir, ledger, table, key, |rows, family, key| {
        rows.put_cf(family, key, value);
    })
}

/// Removes any row that is there.
pub fn drill_delete_row(
    dir: &Path,
    ledger: LedgerNumber,
    table: Table,
    key: &[u8],
) -> Result<(), DrillError> {
    change(dir, ledger, table, key, |rows, family, key| {
        rows.delete_cf(family, key);
    })
}

/// Puts a row where none is.
pub fn drill_insert_row(
    dir: &Path,
    ledger: LedgerNumber,
    table: Table,
    key: &[u8],
    value: &[u8],
) -> Result<(), DrillError> {
    let rocks = open_marked(dir)?;
    if rocks.row(ledger, table, key)?.is_some() {
        return Err(DrillError::RowExists { table, key: key.to_vec() });
    }
    let mut rows = rocksdb::WriteBatch::default();
    rows.put_cf(rocks.family(table)?, keys::stored(ledger, key), value);
    Ok(rocks.commit(rows)?)
}

fn change(
    dir: &Path,
    ledger: LedgerNumber,
    table: Table,
    key: &[u8],
    make: impl FnOnce(&mut rocksdb::WriteBatch, &rocksdb::ColumnFamily, Vec<u8>),
) -> Result<(), DrillError> {
    let rocks = open_marked(dir)?;
    if rocks.row(ledger, table, key)?.is_none() {
        return Err(DrillError::NoSuchRow { table, key: key.to_vec() });
    }
    let mut rows = rocksdb::WriteBatch::default();
    make(&mut rows, rocks.family(table)?, keys::stored(ledger, key));
    Ok(rocks.commit(rows)?)
}

fn open_marked(dir: &Path) -> Result<Rocks, DrillError> {
    if !dir.join(DRILL_MARK).is_file() {
        return Err(DrillError::NotADrill { dir: dir.to_path_buf() });
    }
    Ok(Rocks::open(dir, &Tuning::default())?)
}
