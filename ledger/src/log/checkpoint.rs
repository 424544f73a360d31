//! Checkpoints: the tree head that a log signs. C2SP tlog-checkpoint.

use jejak_signer::Hash;

use super::merkle::EMPTY_ROOT;
use super::note::{Note, NoteError};
use super::note_signer::{NoteSignError, NoteSigner};
use super::text::{hash_of_base64, number, push_base64};

/// Origin, size and root of a tree; what is read from others may carry further lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

/// Why a note's text is not a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The first line is missing, empty or too long.
    #[error("the origin is missing, empty or longer than {ORIGIN_BYTES_MAX} bytes")]
    Origin,
    /// The second line is not a decimal number without leading zeroes.
    #[error("the size is missing or not a decimal number")]
    Size,
    /// The third line is not the base64 of 32 bytes.
    #[error("the root is missing or not a base64 hash")]
    Root,
    /// The tree without leaves has another root.
    #[error("{found} is not the root of a tree without leaves")]
    EmptyTreeRoot {
        /// The root in the text.
        found: Hash,
    },
    /// A further line is empty, or the last line does not end.
    #[error("an empty or unfinished line after the root")]
    Extension,
}

impl Checkpoint {
    /// A ledger's checkpoint.
    pub fn new(origin: &str, size: u64, root: Hash) -> Self {
        Self { origin: origin.to_owned(), size, root, extensions: Vec::new() }
    }

    /// Reads a note's text. Origins of other logs are not held to the form of ours.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let text = text.strip_suffix('\n').ok_or(CheckpointError::Extension)?;
        let mut lines = text.split('\n');
        let fits = |origin: &&str| !origin.is_empty() && origin.len() <= ORIGIN_BYTES_MAX;
        let origin = lines.next().filter(fits).ok_or(CheckpointError::Origin)?;
        let size = lines.next().and_then(number).ok_or(CheckpointError::Size)?;
        let root = lines.next().and_then(hash_of_base64).ok_or(CheckpointError::Root)?;
        if size == 0 && root != EMPTY_ROOT {
            return Err(CheckpointError::EmptyTreeRoot { found: root });
        }
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(CheckpointError::Extension);
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions })
    }

    /// The log that signs it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// Lines after the root, which are signed but mean nothing to us. A ledger writes none.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n", self.origin, self.size);
        push_base64(&mut text, self.root.as_bytes());
        text.push('\n');
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// The note signed by the log's keys. Whoever calls this must never have signed a checkpoint
    /// that this one does not extend.
    pub fn sign(&self, signers: &[&NoteSigner]) -> Result<Note, CheckpointSignError> {
        let mut note = Note::new(self.text())?;
        for signer in signers {
            if signer.vkey().name() != self.origin {
                return Err(NoteSignError::NameIsNotOrigin.into());
            }
            note.add(signer.sign(note.text())?);
        }
        Ok(note)
    }
}

/// Why a checkpoint was not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointSignError {
    /// The origin cannot stand in a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A key did not sign.
    #[error(transparent)]
    Sign(#[from] NoteSignError),
}

/// Longest origin of any log: cosignatures of type 0x06 name it with one length byte.
const ORIGIN_BYTES_MAX: usize = 255;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const EMPTY: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    const OTHER: &str = "gw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=";

    #[test]
    fn text_goes_there_and_back() {
        for text in [
            format!("example.com/log\n0\n{EMPTY}\n"),
            format!("any name\n18446744073709551615\n{OTHER}\n"),
            format!("example.com/log\n300\n{OTHER}\nextension one\nextension two\n"),
        ] {
            assert_eq!(Checkpoint::parse(&text).unwrap().text(), text);
        }
    }

    #[test]
    fn what_is_not_a_checkpoint_is_refused_with_its_reason() {
        let refused = |text: &str| Checkpoint::parse(text).unwrap_err();
        for text in ["\n", &format!("\n1\n{OTHER}\n"), &format!("{}\n1\n", "o".repeat(256))] {
            assert_eq!(refused(text), CheckpointError::Origin, "{text:?}");
        }
        for size in ["", "01", "-1", "+1", "1 ", "0x1", "18446744073709551616"] {
            assert_eq!(refused(&format!("o\n{size}\n{OTHER}\n")), CheckpointError::Size, "{size}");
        }
        for root in ["", "AAAA", &OTHER[..43], &format!("{OTHER}=")] {
            assert_eq!(refused(&format!("o\n1\n{root}\n")), CheckpointError::Root, "{root}");
        }
        assert_eq!(refused("o\n"), CheckpointError::Size);
        assert_eq!(refused("o\n1\n"), CheckpointError::Root);
        for text in ["", "o", &format!("o\n1\n{OTHER}"), &format!("o\n1\n{OTHER}\n\n")] {
            assert_eq!(refused(text), CheckpointError::Extension, "{text:?}");
        }
        let found = hash_of_base64(OTHER).unwrap();
        let wrong = CheckpointError::EmptyTreeRoot { found };
        assert_eq!(refused(&format!("o\n0\n{OTHER}\n")), wrong);
    }
}
