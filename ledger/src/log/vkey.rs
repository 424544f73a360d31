//! Verifier keys: the public keys of logs and witnesses as C2SP signed-note writes them.

use std::fmt;
use std::str::FromStr;

use jejak_signer::{Hash, PublicKey};

use super::cosignature;
use super::text::{base64, bytes_of_base64};

/// The four bytes that lead a reader to the key: `SHA-256(name || 0x0A || type || key)[:4]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

/// What a signature of the key is made over. The types that this program verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureType {
    /// `0x01`: Ed25519 over the note's text. Logs sign so.
    Ed25519,
    /// `0x04`: Ed25519 over the note's text and a time. Witnesses sign so.
    CosignatureV1,
}

/// A public key with its name, type and id.
#[derive(Debug, Clone)]
pub struct Vkey {
    name: String,
    signature_type: SignatureType,
    id: KeyId,
    bytes: [u8; 32],
    key: PublicKey,
}

/// Why a text is not a verifier key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VkeyError {
    /// Not `<name>+<8 hexadecimal digits>+<base64>`.
    #[error("a verifier key is <name>+<id>+<key>")]
    Form,
    /// The name is empty or has white space, `+` or control characters.
    #[error("a key name is not empty and has no white space and no '+'")]
    Name,
    /// The id is not of 8 lower-case hexadecimal digits.
    #[error("a key id has 8 lower-case hexadecimal digits")]
    Id,
    /// The key is not padded base64 of at least the type.
    #[error("the key is not base64")]
    Base64,
    /// A type that this program does not verify.
    #[error("signature type {found:#04x} is not supported")]
    SignatureType {
        /// The type byte.
        found: u8,
    },
    /// Not 32 bytes, or not the point of an Ed25519 key.
    #[error("not an Ed25519 public key")]
    Key,
    /// The id does not belong to the name and the key.
    #[error("the key has id {expected}, not {found}")]
    IdMismatch {
        /// The id of this name and key.
        expected: KeyId,
        /// The id in the text.
        found: KeyId,
    },
}

impl Vkey {
    /// The verifier key of an Ed25519 key.
    pub fn new(
        name: &str,
        signature_type: SignatureType,
        key: &PublicKey,
    ) -> Result<Self, VkeyError> {
        let bytes = *key.ed25519_bytes().ok_or(VkeyError::Key)?;
        Self::of_bytes(name, signature_type, bytes)
    }

    /// The key's name; a log's is its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's id.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What it signs.
    pub fn signature_type(&self) -> SignatureType {
        self.signature_type
    }

    /// The 32 bytes of the public key: equal for two verifier keys that wrap one key.
    pub fn key_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Verifies a signature over a note's text; `Some` is the time of a cosignature, in seconds.
    pub(super) fn verify(&self, text: &str, signature: &[u8]) -> Result<Option<u64>, NotByThisKey> {
        match self.signature_type {
            SignatureType::Ed25519 => {
                self.key.verify(text.as_bytes(), signature).map_err(|_| NotByThisKey)?;
                Ok(None)
            }
            SignatureType::CosignatureV1 => {
                let (time, signature) = cosignature::split(signature).ok_or(NotByThisKey)?;
                let message = cosignature::message(text, time);
                self.key.verify(message.as_bytes(), signature).map_err(|_| NotByThisKey)?;
                Ok(Some(time))
            }
        }
    }

    fn of_bytes(
        name: &str,
        signature_type: SignatureType,
        bytes: [u8; 32],
    ) -> Result<Self, VkeyError> {
        if !is_key_name(name) {
            return Err(VkeyError::Name);
        }
        let key = PublicKey::from_ed25519(&bytes).map_err(|_| VkeyError::Key)?;
        let id = KeyId::of(name, signature_type, &bytes);
        Ok(Self { name: name.to_owned(), signature_type, id, bytes, key })
    }
}

/// A signature that the key did not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotByThisKey;

impl SignatureType {
    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureV1 => 0x04,
        }
    }

    fn of_byte(byte: u8) -> Option<Self> {
        [Self::Ed25519, Self::CosignatureV1].into_iter().find(|known| known.byte() == byte)
    }
}

impl KeyId {
    fn of(name: &str, signature_type: SignatureType, key: &[u8; 32]) -> Self {
        let parts = [name.as_bytes(), b"\n", &[signature_type.byte()], key];
        let [a, b, c, d, ..] = Hash::of_parts(&parts).0;
        Self([a, b, c, d])
    }
}

impl PartialEq for Vkey {
    fn eq(&self, other: &Self) -> bool {
        // The id follows from the rest.
        (&self.name, self.signature_type, &self.bytes)
            == (&other.name, other.signature_type, &other.bytes)
    }
}

impl Eq for Vkey {}

impl FromStr for Vkey {
    type Err = VkeyError;

    fn from_str(text: &str) -> Result<Self, VkeyError> {
        let (name, rest) = text.split_once('+').ok_or(VkeyError::Form)?;
        // The key's base64 may itself contain '+'.
        let (id, key) = rest.split_once('+').ok_or(VkeyError::Form)?;
        let found: KeyId = id.parse()?;
        let key = bytes_of_base64(key).ok_or(VkeyError::Base64)?;
        let (&type_byte, key) = key.split_first().ok_or(VkeyError::Base64)?;
        let unknown = VkeyError::SignatureType { found: type_byte };
        let signature_type = SignatureType::of_byte(type_byte).ok_or(unknown)?;
        let bytes = key.try_into().map_err(|_| VkeyError::Key)?;
        let vkey = Self::of_bytes(name, signature_type, bytes)?;
        if vkey.id != found {
            return Err(VkeyError::IdMismatch { expected: vkey.id, found });
        }
        Ok(vkey)
    }
}

impl FromStr for KeyId {
    type Err = VkeyError;

    fn from_str(text: &str) -> Result<Self, VkeyError> {
        let digits = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 8 || !text.bytes().all(digits) {
            return Err(VkeyError::Id);
        }
        let id = u32::from_str_radix(text, 16).map_err(|_| VkeyError::Id)?;
        Ok(Self(id.to_be_bytes()))
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.signature_type.byte()], self.bytes.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, base64(&key))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

/// C2SP signed-note: not empty, no Unicode space, no `+`. Characters below U+0020 are excluded
/// because no note may contain them; U+007F may stand in one.
pub(super) fn is_key_name(name: &str) -> bool {
    let excluded = |c: char| c.is_whitespace() || c < ' ' || c == '+';
    !name.is_empty() && !name.contains(excluded)
}
