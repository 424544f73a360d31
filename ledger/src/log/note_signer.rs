//! The keys that sign notes: a log's, over its checkpoints, and a witness's, over those of others.

use std::fmt;

use jejak_signer::SigningKey;

use super::cosignature;
use super::note::SignatureLine;
use super::vkey::{SignatureType, Vkey, VkeyError};

/// An Ed25519 key with the name under which it signs notes.
pub struct NoteSigner {
    vkey: Vkey,
    key: SigningKey,
}

/// A witness's key with its name.
pub struct Cosigner {
    vkey: Vkey,
    key: SigningKey,
}

/// Why a note was not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteSignError {
    /// The key could not sign.
    #[error("the key could not sign")]
    Key,
    /// A log's checkpoint is signed under the name of its origin.
    #[error("the key's name is not the checkpoint's origin")]
    NameIsNotOrigin,
    /// A time that a cosignature cannot carry.
    #[error("{time} s is after the last time a cosignature can carry")]
    Time {
        /// The time.
        time: u64,
    },
}

impl NoteSigner {
    /// A log's key is called as its origin.
    pub fn new(name: &str, key: SigningKey) -> Result<Self, VkeyError> {
        let vkey = Vkey::new(name, SignatureType::Ed25519, key.public_key())?;
        Ok(Self { vkey, key })
    }

    /// What others need to verify.
    pub fn vkey(&self) -> &Vkey {
        &self.vkey
    }

    /// Whether something else than this process signs, and may take long.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.key.is_elsewhere()
    }

    /// Signs a note's text.
    pub fn sign(&self, text: &str) -> Result<SignatureLine, NoteSignError> {
        let signature = self.key.sign(text.as_bytes()).map_err(|_| NoteSignError::Key)?;
        Ok(line(&self.vkey, signature))
    }
}

impl Cosigner {
    /// The key must serve no other witness: what it signs does not say who it is.
    pub fn new(name: &str, key: SigningKey) -> Result<Self, VkeyError> {
        let vkey = Vkey::new(name, SignatureType::CosignatureV1, key.public_key())?;
        Ok(Self { vkey, key })
    }

    /// What others need to verify.
    pub fn vkey(&self) -> &Vkey {
        &self.vkey
    }

    /// Cosigns a checkpoint's text at `time`, in seconds since 1970. That the checkpoint extends
    /// every one cosigned before is for the caller to have checked and stored.
    pub fn cosign(&self, text: &str, time: u64) -> Result<SignatureLine, NoteSignError> {
        if time > cosignature::TIME_MAX {
            return Err(NoteSignError::Time { time });
        }
        let message = cosignature::message(text, time);
        let signature = self.key.sign(message.as_bytes()).map_err(|_| NoteSignError::Key)?;
        Ok(line(&self.vkey, cosignature::join(time, &signature)))
    }
}

impl fmt::Debug for NoteSigner {
    /// The public half only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteSigner({})", self.vkey)
    }
}

impl fmt::Debug for Cosigner {
    /// The public half only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({})", self.vkey)
    }
}

fn line(vkey: &Vkey, signature: Vec<u8>) -> SignatureLine {
    SignatureLine { name: vkey.name().to_owned(), id: vkey.id(), signature }
}
