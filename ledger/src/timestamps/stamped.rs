//! What of a checkpoint is stamped: its text and the signature lines of the log's own keys, those that count for its
//! size, and no other line. Witnesses
//! cosign when they come; what is stamped must not wait for them, nor change with them.

use crate::log::{Checkpoint, KeyHistory, LogSignatureError, Note};

/// A checkpoint as it is stamped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    text: String,
    checkpoint: Checkpoint,
}

/// Why a text is no checkpoint of this log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampedError {
    /// Not a checkpoint that the log has signed.
    #[error(transparent)]
    Log(#[from] LogSignatureError),
    /// Signed, and with more than the lines of the keys that counted.
    #[error("more than the log's own signature lines")]
    OtherLines,
}

impl Stamped {
    /// Of a signed checkpoint, whoever else has signed it; `log` are the log's keys.
    pub fn of(note: &str, log: &KeyHistory) -> Result<Self, StampedError> {
        let note = Note::parse(note.as_bytes()).map_err(LogSignatureError::from)?;
        let (checkpoint, by) = log.verify(&note)?;
        let mut own = Note::new(note.text().to_owned()).map_err(LogSignatureError::from)?;
        for line in note.signatures() {
            if by.iter().any(|by| by.key.name() == line.name && by.key.id() == line.id) {
                own.add(line.clone());
            }
        }
        Ok(Self { text: own.to_string(), checkpoint })
    }

    /// Reads what was kept: exactly what [`Stamped::of`] gives.
    pub fn parse(text: &str, log: &KeyHistory) -> Result<Self, StampedError> {
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
