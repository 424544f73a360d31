//! The closed list of signature algorithms. A statement never chooses among them: the certificate
//! that was enrolled does, and the header must agree.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// A signature algorithm that a statement may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032), never Ed448.
    Ed25519,
    /// ECDSA on the curve P-256 with SHA-256, the signature as r and s of fixed length (RFC 7518, 3.4).
    Es256,
    /// ECDSA on the curve P-384 with SHA-384, the signature as r and s of fixed length.
    Es384,
    /// RSASSA-PKCS1-v1_5 with SHA-256 and a modulus of 2048 to 4096 bits.
    Rs256,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256, a salt of 32 bytes and a modulus of 2048 to 4096
    /// bits. Its keys are those of [`Algorithm::Rs256`].
    Ps256,
}

/// A text that names no accepted algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an accepted signature algorithm")]
pub struct NotAnAlgorithm;

impl Algorithm {
    /// Every algorithm, in a fixed order.
    pub const ALL: [Self; 5] = [Self::Ed25519, Self::Es256, Self::Es384, Self::Rs256, Self::Ps256];

    /// The algorithm that a header's `alg` names. RFC 9864 replaces `EdDSA` by `Ed25519`; libraries
    /// still write either, and both mean the same here.
    pub fn of_header(alg: &str) -> Option<Self> {
        match alg {
            "Ed25519" | "EdDSA" => Some(Self::Ed25519),
            "ES256" => Some(Self::Es256),
            "ES384" => Some(Self::Es384),
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            _ => None,
        }
    }

    /// The one name that is written, in headers and elsewhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }

    /// How long a signature can be, over all keys of this algorithm.
    pub(crate) fn signature_bytes(self) -> RangeInclusive<usize> {
        match self {
            Self::Ed25519 | Self::Es256 => 64..=64,
            Self::Es384 => 96..=96,
            Self::Rs256 | Self::Ps256 => 256..=512,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = NotAnAlgorithm;

    fn from_str(text: &str) -> Result<Self, NotAnAlgorithm> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == text).ok_or(NotAnAlgorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_mean_ed25519_and_one_is_written() {
        assert_eq!(Algorithm::of_header("EdDSA"), Some(Algorithm::Ed25519));
        assert_eq!(Algorithm::of_header("Ed25519"), Some(Algorithm::Ed25519));
        assert_eq!("EdDSA".parse::<Algorithm>(), Err(NotAnAlgorithm));
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
            assert_eq!(Algorithm::of_header(algorithm.name()), Some(algorithm));
        }
    }

    #[test]
    fn nothing_else_is_an_algorithm() {
        for name in
            ["none", "None", "HS256", "RS1", "ES256K", "ES512", "PS384", "Ed448", "rs256", ""]
        {
            assert_eq!(Algorithm::of_header(name), None, "{name}");
        }
    }
}
