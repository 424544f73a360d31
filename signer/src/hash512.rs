//! SHA-512 values: what is hashed a second time, so that it can still be shown should SHA-256 fail.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha512};

use crate::hash::{NotAHash, nibble};

/// A SHA-512 value. Shown and parsed as 128 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash512(pub [u8; Self::BYTES]);

impl Hash512 {
    /// Length in bytes.
    pub const BYTES: usize = 64;

    /// SHA-512 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha512::digest(bytes).into())
    }

    /// The 64 bytes.
    pub fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

/// SHA-512 of bytes that come in pieces.
#[derive(Debug, Clone, Default)]
pub struct Hasher512(Sha512);

impl Hasher512 {
    /// Of nothing so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// Of all pieces, one after another.
    pub fn finish(self) -> Hash512 {
        Hash512(self.0.finalize().into())
    }
}

impl TryFrom<&[u8]> for Hash512 {
    type Error = NotAHash;

    fn try_from(bytes: &[u8]) -> Result<Self, NotAHash> {
        Ok(Self(bytes.try_into().map_err(|_| NotAHash)?))
    }
}

impl fmt::Display for Hash512 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash512 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash512 {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != Self::BYTES || !rest.is_empty() {
            return Err(NotAHash);
        }
        let mut bytes = [0; Self::BYTES];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // FIPS 180-2, C.1.
    const ABC: &str = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                       2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

    #[test]
    fn sha512_of_abc_is_the_published_value() {
        assert_eq!(Hash512::of(b"abc").to_string(), ABC);
        let mut pieces = Hasher512::new();
        pieces.update(b"a");
        pieces.update(b"bc");
        assert_eq!(pieces.finish(), Hash512::of(b"abc"));
    }

    #[test]
    fn text_goes_there_and_back_and_nothing_else_parses() {
        assert_eq!(ABC.parse(), Ok(Hash512::of(b"abc")));
        for bad in [ABC.to_uppercase().as_str(), &ABC[1..], &ABC[2..], &format!("{ABC}00"), ""] {
            assert_eq!(bad.parse::<Hash512>(), Err(NotAHash), "{bad}");
        }
    }
}
