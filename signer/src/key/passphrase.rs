//! What opens a private key: a passphrase, a PIN.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::KeyError;

/// A passphrase or a PIN: never shown, and wiped from memory when dropped.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes a text of 1 to [`PASSPHRASE_BYTES_MAX`] bytes.
    pub fn new(text: String) -> Result<Self, KeyError> {
        let text = Zeroizing::new(text);
        if text.is_empty() || text.len() > PASSPHRASE_BYTES_MAX {
            return Err(KeyError::PassphraseLength { bytes_max: PASSPHRASE_BYTES_MAX });
        }
        Ok(Self(text))
    }

    /// Takes the bytes of a file: UTF-8, without the line end that editors put behind it.
    pub fn from_file_bytes(bytes: Vec<u8>) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(bytes);
        let text = str::from_utf8(&bytes).map_err(|_| KeyError::PassphraseNotText)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        Self::new(text.strip_suffix('\r').unwrap_or(text).to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether two are the same, as somebody who types a new one twice must be told.
impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

impl Eq for Passphrase {}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Longest passphrase or PIN.
pub const PASSPHRASE_BYTES_MAX: usize = 1_024;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_has_no_line_end_some_length_and_no_face() {
        let of = |bytes: &[u8]| Passphrase::from_file_bytes(bytes.to_vec());
        assert_eq!(of(b"rahasia\n").unwrap().as_str(), "rahasia");
        assert_eq!(of(b"rahasia\r\n").unwrap().as_str(), "rahasia");
        assert_eq!(of(b" a b \n\n").unwrap().as_str(), " a b \n");
        let bytes_max = PASSPHRASE_BYTES_MAX;
        assert_eq!(of(b"\n"), Err(KeyError::PassphraseLength { bytes_max }));
        assert_eq!(of(&[b'a'; 1_025]), Err(KeyError::PassphraseLength { bytes_max }));
        assert!(of(&[b'a'; 1_024]).is_ok());
        assert_eq!(of(b"\xff"), Err(KeyError::PassphraseNotText));
        assert_eq!(format!("{:?}", of(b"rahasia").unwrap()), "Passphrase(..)");
    }
}
