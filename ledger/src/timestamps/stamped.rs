//! What of a checkpoint is stamped: its text and the signature lines of the log's own key, and no other line. Witnesses
//! cosign when they come; what is stamped must not wait for them, nor change with them.

use crate::log::{Checkpoint, CheckpointError, Note, NoteError, NoteVerifyError, Vkey};

/// A checkpoint as it is stamped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    text: String,
    checkpoint: Checkpoint,
}

/// Why a text is no checkpoint of this log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampedError {
    /// Not a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not signed by the log.
    #[error(transparent)]
    Signature(#[from] NoteVerifyError),
    /// Not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Of another log.
    #[error("a checkpoint of {origin:?}")]
    OtherLog {
        /// Its origin.
        origin: String,
    },
    /// Signed, and with more than the log's own lines.
    #[error("more than the log's own signature lines")]
    OtherLines,
}

impl Stamped {
    /// Of a signed checkpoint, whoever else has signed it; `log` is the log's key.
    pub fn of(note: &str, log: &Vkey) -> Result<Self, StampedError> {
        let note = Note::parse(note.as_bytes())?;
        note.verify(&[log])?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin() != log.name() {
            let origin = checkpoint.origin().to_owned();
            return Err(StampedError::OtherLog { origin });
        }
        let mut own = Note::new(note.text().to_owned())?;
        let lines = note.signatures().iter();
        for line in lines.filter(|line| line.name == log.name() && line.id == log.id()) {
            own.add(line.clone());
        }
        Ok(Self { text: own.to_string(), checkpoint })
    }

    /// Reads what was kept: exactly what [`Stamped::of`] gives.
    pub fn parse(text: &str, log: &Vkey) -> Result<Self, StampedError> {
        let stamped = Self::of(text, log)?;
        if stamped.text == text { Ok(stamped) } else { Err(StampedError::OtherLines) }
    }

    /// The bytes that tokens are over.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What they say.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }
}
