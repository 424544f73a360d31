//! What was last signed, in a file outside the database.
//!
//! A database that is put back to an older state (a restored backup, a lost WAL) cannot know that it is older. This file
//! can: it is advanced after the write is durable and before the checkpoint is signed, and it never goes back. So no two
//! inconsistent checkpoints are signed.
//!
//! The file begins with its name in a pair of pages; each ledger has a pair of slots (`slot.rs`). The slot with the older
//! entry is the one that is written next: a crash at any byte leaves the newer one whole.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::slot::{
    Content, Contradiction, LockEntry, PAGE_BYTES, SLOT_BYTES, Slot, newest, offset, page, parse,
};
use super::{FileError, FileStep, LedgerNumber, sync_dir};

const MAGIC: &[u8; 13] = b"jejak-lock/1\n";

/// Why the lock was not read or not advanced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// There is no lock file. Where ledgers have records it must be there: somebody removed it.
    #[error("the lock file {} is missing", path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// There is a lock file already; a new one would forget what was signed.
    #[error("the lock file {} is there already", path.display())]
    Exists {
        /// Where it is.
        path: PathBuf,
    },
    /// The file is not a lock file of this version.
    #[error("{} is not a lock file of this version", path.display())]
    NotALock {
        /// Which file.
        path: PathBuf,
    },
    /// No slot of a ledger can be believed.
    #[error("both slots of ledger number {ledger} are damaged or contradict each other")]
    Damaged {
        /// Which ledger.
        ledger: LedgerNumber,
    },
    /// A smaller checkpoint than the last signed one.
    #[error("ledger number {ledger} was signed at size {held}, never again below it at {given}")]
    GoesBack {
        /// Which ledger.
        ledger: LedgerNumber,
        /// The size that was signed.
        held: u64,
        /// The size that was asked for.
        given: u64,
    },
    /// Another checkpoint of the same size as the last signed one.
    #[error("ledger number {ledger} was signed at size {size} with other hashes")]
    Conflict {
        /// Which ledger.
        ledger: LedgerNumber,
        /// The size of both.
        size: u64,
    },
    /// The directory of ledgers has no checkpoint.
    #[error("number 0 is no ledger")]
    NotALedger,
    /// An earlier advance failed; what is on the disk is not known until the file is opened again.
    #[error("an earlier write of the lock file failed; it must be opened again")]
    Reopen,
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The lock file of a data directory.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    file: File,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    newest: BTreeMap<LedgerNumber, (Slot, LockEntry)>,
    damaged: Vec<LedgerNumber>,
    broken: bool,
}

impl Lock {
    /// Makes a new lock file; durable when it returns.
    pub fn create(path: &Path) -> Result<Self, LockError> {
        if path.exists() {
            return Err(LockError::Exists { path: path.to_path_buf() });
        }
        let mut header = [0; 2 * PAGE_BYTES];
        header.iter_mut().zip(MAGIC).for_each(|(to, from)| *to = *from);
        super::write_new_file(&path.with_extension("new"), path, &header)?;
        Self::open(path)
    }

    /// Opens the lock file and reads every slot.
    pub fn open(path: &Path) -> Result<Self, LockError> {
        if !path.exists() {
            return Err(LockError::Missing { path: path.to_path_buf() });
        }
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(FileError::at(FileStep::Open, path))?;
        // A crash right after `create` may have left the name itself unsynced.
        path.parent().filter(|dir| !dir.as_os_str().is_empty()).map_or(Ok(()), sync_dir)?;
        Self::over(path, file)
    }

    /// Opens the lock file for reading: every [`Lock::advance`] fails.
    pub fn open_reading(path: &Path) -> Result<Self, LockError> {
        if !path.exists() {
            return Err(LockError::Missing { path: path.to_path_buf() });
        }
        let file = File::open(path).map_err(FileError::at(FileStep::Open, path))?;
        Self::over(path, file)
    }

    fn over(path: &Path, file: File) -> Result<Self, LockError> {
        let lock = Self { path: path.to_path_buf(), file, state: Mutex::default() };
        lock.read_header()?;
        lock.read_slots()?;
        Ok(lock)
    }

    /// What was last signed for a ledger; `None` where nothing was.
    pub fn read(&self, ledger: LedgerNumber) -> Result<Option<LockEntry>, LockError> {
        let state = self.state();
        if state.broken {
            return Err(LockError::Reopen);
        }
        if state.damaged.contains(&ledger) {
            return Err(LockError::Damaged { ledger });
        }
        Ok(state.newest.get(&ledger).map(|(_, entry)| *entry))
    }

    /// Advances any number of ledgers with one sync; durable when it returns. If one of them would go back, none moves.
    pub fn advance(&self, entries: &[(LedgerNumber, LockEntry)]) -> Result<(), LockError> {
        let mut state = self.state();
        if state.broken {
            return Err(LockError::Reopen);
        }
        let mut moves = BTreeMap::new();
        for (ledger, given) in entries {
            let pending = moves.get(ledger).map(|(_, entry)| entry);
            if state.admits(*ledger, pending, given)? {
                moves.insert(*ledger, (state.slot_after(*ledger), *given));
            }
        }
        if moves.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.write(&moves) {
            state.broken = true;
            return Err(error.into());
        }
        state.newest.append(&mut moves);
        Ok(())
    }

    fn write(&self, moves: &BTreeMap<LedgerNumber, (Slot, LockEntry)>) -> Result<(), FileError> {
        for (ledger, (slot, entry)) in moves {
            self.file
                .write_all_at(&page(*ledger, entry), offset(*ledger, *slot))
                .map_err(FileError::at(FileStep::Write, &self.path))?;
        }
        self.file.sync_data().map_err(FileError::at(FileStep::Sync, &self.path))
    }

    fn read_header(&self) -> Result<(), LockError> {
        let mut magic = [0; MAGIC.len()];
        let read = self.file.read_exact_at(&mut magic, 0);
        if read.is_err() || magic != *MAGIC {
            return Err(LockError::NotALock { path: self.path.clone() });
        }
        Ok(())
    }

    fn read_slots(&self) -> Result<(), LockError> {
        let bytes = self.file.metadata().map_err(FileError::at(FileStep::Read, &self.path))?.len();
        let pairs = bytes.div_ceil(offset(LedgerNumber(1), Slot::A));
        let mut state = self.state();
        for number in 1..u32::try_from(pairs).unwrap_or(u32::MAX) {
            let ledger = LedgerNumber(number);
            let a = self.read_slot(ledger, Slot::A)?;
            let b = self.read_slot(ledger, Slot::B)?;
            match newest(a, b) {
                Ok(Some(newest)) => drop(state.newest.insert(ledger, newest)),
                Ok(None) => {}
                Err(Contradiction) => state.damaged.push(ledger),
            }
        }
        Ok(())
    }

    fn read_slot(&self, ledger: LedgerNumber, slot: Slot) -> Result<Content, LockError> {
        let mut bytes = [0; SLOT_BYTES];
        let read = self.file.read_exact_at(&mut bytes, offset(ledger, slot));
        match read {
            Ok(()) => Ok(parse(ledger, &bytes)),
            // The file ends before the slot: it was never written.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(Content::Never),
            Err(error) => Err(FileError::at(FileStep::Read, &self.path)(error).into()),
        }
    }

    /// A panic while it was held cannot have left it half changed: it is changed in single steps.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether `given` is a step forward: `false` where it is what stands already.
    fn admits(
        &self,
        ledger: LedgerNumber,
        pending: Option<&LockEntry>,
        given: &LockEntry,
    ) -> Result<bool, LockError> {
        if ledger == LedgerNumber::DIRECTORY {
            return Err(LockError::NotALedger);
        }
        if self.damaged.contains(&ledger) {
            return Err(LockError::Damaged { ledger });
        }
        let Some(held) = pending.or(self.newest.get(&ledger).map(|(_, entry)| entry)).copied()
        else {
            return Ok(true);
        };
        let (held_size, size) = (held.size, given.size);
        match size.cmp(&held_size) {
            Ordering::Less => Err(LockError::GoesBack { ledger, held: held_size, given: size }),
            Ordering::Equal if *given != held => Err(LockError::Conflict { ledger, size }),
            Ordering::Equal => Ok(false),
            Ordering::Greater => Ok(true),
        }
    }

    /// The slot that does not hold the newest entry.
    fn slot_after(&self, ledger: LedgerNumber) -> Slot {
        match self.newest.get(&ledger) {
            Some((Slot::A, _)) => Slot::B,
            Some((Slot::B, _)) | None => Slot::A,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use jejak_signer::Hash;

    use super::*;

    const ONE: LedgerNumber = LedgerNumber(1);
    const THREE: LedgerNumber = LedgerNumber(3);

    fn entry(size: u64) -> LockEntry {
        LockEntry { size, leaf_hash: Hash([0x11; 32]), root: Hash([0x22; 32]) }
    }

    fn scene() -> (tempfile::TempDir, PathBuf, Lock) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let lock = Lock::create(&path).unwrap();
        (dir, path, lock)
    }

    fn damage(path: &Path, ledger: LedgerNumber, slot: Slot) {
        let file = OpenOptions::new().write(true).open(path).unwrap();
        file.write_all_at(b"torn", offset(ledger, slot) + 20).unwrap();
    }

    #[test]
    fn what_was_advanced_is_read_after_opening_again() {
        let (_dir, path, lock) = scene();
        assert_eq!(lock.read(ONE), Ok(None));
        lock.advance(&[(ONE, entry(1)), (THREE, entry(5)), (ONE, entry(2))]).unwrap();
        lock.advance(&[(ONE, entry(4))]).unwrap();
        let again = Lock::open(&path).unwrap();
        for lock in [&lock, &again] {
            assert_eq!(lock.read(ONE), Ok(Some(entry(4))));
            assert_eq!(lock.read(LedgerNumber(2)), Ok(None));
            assert_eq!(lock.read(THREE), Ok(Some(entry(5))));
            assert_eq!(lock.read(LedgerNumber(400)), Ok(None));
        }
    }

    #[test]
    fn it_never_goes_back_and_then_nothing_moves() {
        let (_dir, path, lock) = scene();
        lock.advance(&[(ONE, entry(5))]).unwrap();
        let back = LockError::GoesBack { ledger: ONE, held: 5, given: 4 };
        assert_eq!(lock.advance(&[(THREE, entry(9)), (ONE, entry(4))]), Err(back));
        assert_eq!(lock.advance(&[(ONE, entry(5))]), Ok(()));
        let given = LockEntry { root: Hash([0x33; 32]), ..entry(5) };
        let conflict = LockError::Conflict { ledger: ONE, size: 5 };
        assert_eq!(lock.advance(&[(ONE, given)]), Err(conflict));
        assert_eq!(lock.advance(&[(LedgerNumber(0), entry(1))]), Err(LockError::NotALedger));
        assert_eq!(Lock::open(&path).unwrap().read(THREE), Ok(None));
    }

    #[test]
    fn a_torn_write_leaves_the_entry_before_it() {
        let (_dir, path, lock) = scene();
        for size in 1..=4 {
            lock.advance(&[(ONE, entry(size))]).unwrap();
        }
        damage(&path, ONE, Slot::B);
        let lock = Lock::open(&path).unwrap();
        assert_eq!(lock.read(ONE), Ok(Some(entry(3))));
        lock.advance(&[(ONE, entry(9))]).unwrap();
        assert_eq!(Lock::open(&path).unwrap().read(ONE), Ok(Some(entry(9))));
    }

    #[test]
    fn two_damaged_slots_are_an_alarm_for_that_ledger_alone() {
        let (_dir, path, lock) = scene();
        lock.advance(&[(ONE, entry(1)), (THREE, entry(1))]).unwrap();
        lock.advance(&[(ONE, entry(2)), (THREE, entry(2))]).unwrap();
        damage(&path, ONE, Slot::A);
        damage(&path, ONE, Slot::B);
        let lock = Lock::open(&path).unwrap();
        assert_eq!(lock.read(ONE), Err(LockError::Damaged { ledger: ONE }));
        assert_eq!(lock.advance(&[(ONE, entry(9))]), Err(LockError::Damaged { ledger: ONE }));
        assert_eq!(lock.read(THREE), Ok(Some(entry(2))));
    }

    #[test]
    fn a_slot_of_another_ledger_is_not_believed() {
        let (_dir, path, lock) = scene();
        lock.advance(&[(THREE, entry(2))]).unwrap();
        lock.file.write_all_at(&page(THREE, &entry(8)), offset(ONE, Slot::A)).unwrap();
        let lock = Lock::open(&path).unwrap();
        assert_eq!(lock.read(ONE), Err(LockError::Damaged { ledger: ONE }));
    }

    #[test]
    fn a_lock_is_neither_made_twice_nor_taken_from_another_file() {
        let (dir, path, _lock) = scene();
        assert_eq!(Lock::create(&path).unwrap_err(), LockError::Exists { path });
        let other = dir.path().join("other");
        assert_eq!(Lock::open(&other).unwrap_err(), LockError::Missing { path: other.clone() });
        std::fs::write(&other, b"something").unwrap();
        assert_eq!(Lock::open(&other).unwrap_err(), LockError::NotALock { path: other });
    }
}
