//! The trust policy file: what a ledger trusts, as an object that one of its events adopts. TOML, `format =
//! "jejak-trust/1"`. FORMAT.md, Trust policy file.

mod file;
mod history;
mod lockout;

use jejak_signer::{Hash, TrustPolicy, TrustPolicyError};

pub use history::PolicyInForce;
pub use lockout::LockedOut;
pub(crate) use lockout::Signers;

/// Longest trust policy file that is read, in bytes.
pub const TRUST_POLICY_BYTES_MAX: usize = 512 << 10;

/// Why bytes are no trust policy file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrustFileError {
    /// Longer than a trust policy file may be.
    #[error("a trust policy file has at most {TRUST_POLICY_BYTES_MAX} bytes, not {bytes}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8")]
    NotText,
    /// Not TOML, or not of this shape.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// Another format, or another version.
    #[error("the format is not {FORMAT:?}")]
    Format,
    /// A certificate is not one block of PEM.
    #[error("{table} {number}: certificate is not one CERTIFICATE block of PEM")]
    Certificate {
        /// `[[anchor]]` or `[[tsa]]`.
        table: &'static str,
        /// Which, from 1.
        number: usize,
    },
    /// A time is not RFC 3339 in whole seconds.
    #[error("{table} {number}: {name} is not RFC 3339 with an offset, in whole seconds")]
    Time {
        /// `[[anchor]]`, `[[algorithm]]`, `[[hash]]` or `[[tsa]]`.
        table: &'static str,
        /// Which, from 1.
        number: usize,
        /// Of the time.
        name: &'static str,
    },
    /// No algorithm of this name.
    #[error("[[algorithm]] {rule}: no algorithm is called {name:?}")]
    Algorithm {
        /// Which, from 1.
        rule: usize,
        /// As written.
        name: String,
    },
    /// No hash algorithm of this name.
    #[error("[[hash]] {rule}: no hash algorithm is called {name:?}")]
    Hash {
        /// Which, from 1.
        rule: usize,
        /// As written.
        name: String,
    },
    /// What the file says cannot stand.
    #[error(transparent)]
    Policy(#[from] TrustPolicyError),
}

/// Reads a trust policy file. The policy has the hash of these bytes.
pub fn read_trust_policy(bytes: &[u8]) -> Result<TrustPolicy, TrustFileError> {
    check_trust_policy(bytes).map_err(|TrustFileFaults { first, .. }| first)
}

/// The same, with every fault that a table has by itself.
pub fn check_trust_policy(bytes: &[u8]) -> Result<TrustPolicy, TrustFileFaults> {
    if bytes.len() > TRUST_POLICY_BYTES_MAX {
        return Err(TrustFileError::TooLong { bytes: bytes.len() }.into());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| TrustFileError::NotText)?;
    let policy = TrustPolicy::new(Hash::of(bytes), file::read(text)?);
    Ok(policy.map_err(TrustFileError::from)?)
}

/// What is wrong with a trust policy file: at least one fault, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustFileFaults {
    /// The first.
    pub first: TrustFileError,
    /// The others.
    pub more: Vec<TrustFileError>,
}

impl From<TrustFileError> for TrustFileFaults {
    fn from(first: TrustFileError) -> Self {
        Self { first, more: Vec::new() }
    }
}

const FORMAT: &str = "jejak-trust/1";

#[cfg(test)]
mod tests;
