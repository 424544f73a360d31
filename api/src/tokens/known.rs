//! The tokens as a running server knows them. The file is looked at (one `stat`) whenever a token is shown, so that what
//! the operator gives and takes back counts at once. While the file cannot be read no token counts: it may be the one
//! that revokes.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jejak_ledger::log::Micros;
use jejak_signer::Hash;
use jiff::civil::Date;
use tracing::error;

use super::{Secret, State, TOKENS_FILE, TOKENS_MAX, Token, TokenList};

/// The tokens of one data directory.
#[derive(Debug)]
pub(crate) struct Known {
    dir: PathBuf,
    read: Mutex<Reading>,
    /// The day on which each was last seen by this process.
    seen: Mutex<HashMap<String, Date>>,
}

/// The list that was read last.
#[derive(Debug, Default)]
struct Reading {
    /// The file it was read from; none: not yet read.
    of: Option<Identity>,
    tokens: Option<Arc<HashMap<Hash, Arc<Token>>>>,
}

/// What changes when the file is replaced or written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Identity {
    Missing,
    File { device: u64, inode: u64, size: u64, changed: (i64, i64) },
    Unknown,
}

/// The list cannot be read, so nobody can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// What a token turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nobody was given it, here.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
    /// It counts.
    Counts(Arc<Token>),
}

impl Known {
    pub(crate) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), read: Mutex::default(), seen: Mutex::default() }
    }

    /// Whether the list that was read last is still the one in the directory.
    pub(crate) fn is_current(&self) -> bool {
        let of = self.reading(|reading| reading.of);
        of.is_some_and(|of| of != Identity::Unknown && of == self.identity())
    }

    /// Reads the list again.
    pub(crate) fn reload(&self) {
        // Looked at before it is read: a file that is replaced meanwhile is read once more.
        let identity = self.identity();
        let tokens = match TokenList::load(&self.dir) {
            Ok(list) => {
                let tokens = list.tokens().iter();
                Some(tokens.map(|token| (token.sha256, Arc::new(token.clone()))).collect())
            }
            Err(error) => {
                error!(%error, "no token counts until the list of tokens can be read");
                None
            }
        };
        self.reading(|reading| {
            *reading = Reading { of: Some(identity), tokens: tokens.map(Arc::new) };
        });
    }

    /// What a token is at `now`, by the list that was read last.
    pub(crate) fn judge(&self, secret: &Secret, now: Micros) -> Result<Verdict, Unreadable> {
        let tokens = self.reading(|reading| reading.tokens.clone()).ok_or(Unreadable)?;
        let Some(token) = tokens.get(&secret.hash()) else { return Ok(Verdict::Unknown) };
        Ok(match token.state(now) {
            State::Active => Verdict::Counts(Arc::clone(token)),
            State::Expired => Verdict::Expired,
            State::Revoked => Verdict::Revoked,
        })
    }

    /// Whether this is the first use of the token `id` on `day`.
    pub(crate) fn is_first_use(&self, id: &str, day: Date) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.get(id) == Some(&day) {
            return false;
        }
        if seen.len() >= TOKENS_MAX {
            seen.clear();
        }
        seen.insert(id.to_owned(), day);
        true
    }

    fn identity(&self) -> Identity {
        match fs::metadata(self.dir.join(TOKENS_FILE)) {
            Ok(file) => Identity::File {
                device: file.dev(),
                inode: file.ino(),
                size: file.size(),
                changed: (file.ctime(), file.ctime_nsec()),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Identity::Missing,
            Err(_) => Identity::Unknown,
        }
    }

    fn reading<T>(&self, with: impl FnOnce(&mut Reading) -> T) -> T {
        with(&mut self.read.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
