//! The keys of one log, past and present: which of them count for a checkpoint of which size. FORMAT.md, Checkpoint.

use super::checkpoint::{Checkpoint, CheckpointError};
use super::note::{Endorsement, Note, NoteError, NoteVerifyError};
use super::policy::PolicyKey;
use super::vkey::Vkey;

/// The keys of a log in the order in which they were added.
///
/// A checkpoint of size n is the log's if a key that is in force at n signed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyHistory {
    keys: Vec<PolicyKey>,
}

/// Why a text is no checkpoint of this log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogSignatureError {
    /// Not a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Of another log.
    #[error("a checkpoint of {origin:?}")]
    OtherLog {
        /// Its origin.
        origin: String,
    },
    /// Not signed by a key of this log that counts for its size.
    #[error(transparent)]
    Signature(#[from] NoteVerifyError),
    /// Signed by keys of this log only that do not count for its size: not yet, or no longer.
    #[error("at size {size} the key {key} of this log does not count")]
    NotInForce {
        /// The size of the checkpoint.
        size: u64,
        /// The id of the key that signed.
        key: super::vkey::KeyId,
    },
}

impl KeyHistory {
    /// These keys, the oldest first.
    pub fn new(keys: Vec<PolicyKey>) -> Self {
        Self { keys }
    }

    /// The key that an opening names, in force from the first checkpoint on. A text that is no key leaves none.
    pub fn of_opening(vkey: &str) -> Self {
        let key = vkey.parse().map(|vkey| PolicyKey { vkey, from: 0, until: None });
        Self { keys: key.into_iter().collect() }
    }

    /// All that ever counted.
    pub fn all(&self) -> &[PolicyKey] {
        &self.keys
    }

    /// Those whose signatures count on a checkpoint of this size.
    pub fn in_force_at(&self, size: u64) -> impl Iterator<Item = &Vkey> {
        self.keys.iter().filter(move |key| key.counts_at(size)).map(|key| &key.vkey)
    }

    /// The newest that no event has retired.
    pub fn newest(&self) -> Option<&Vkey> {
        self.keys.iter().rev().find(|key| key.until.is_none()).map(|key| &key.vkey)
    }

    /// Reads a checkpoint that a key of this log has signed which counts for its size, with the signatures of those keys.
    /// Lines of other keys are not looked at; one wrong signature of a key in force condemns the note.
    pub fn verify<'k>(
        &'k self,
        note: &Note,
    ) -> Result<(Checkpoint, Vec<Endorsement<'k>>), LogSignatureError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        let size = checkpoint.size();
        let known: Vec<_> = self.in_force_at(size).collect();
        match note.verify(&known) {
            Ok(endorsements)
                if endorsements.iter().any(|by| by.key.name() != checkpoint.origin()) =>
            {
                Err(LogSignatureError::OtherLog { origin: checkpoint.origin().to_owned() })
            }
            Ok(endorsements) => Ok((checkpoint, endorsements)),
            Err(NoteVerifyError::NoKnownSignature) => Err(self.unknown(note, size)),
            Err(error) => Err(error.into()),
        }
    }

    /// What to say of a note that no key in force has signed.
    fn unknown(&self, note: &Note, size: u64) -> LogSignatureError {
        let all: Vec<_> = self.keys.iter().map(|key| &key.vkey).collect();
        match note.verify(&all).as_deref() {
            Ok([by, ..]) => LogSignatureError::NotInForce { size, key: by.key.id() },
            _ => NoteVerifyError::NoKnownSignature.into(),
        }
    }
}
