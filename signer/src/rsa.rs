//! RSA public keys: strength, and the one spelling.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::PublicKey;
use x509_parser::public_key::RSAPublicKey;

use crate::error::KeyError;

/// Checks a key that statements may be signed with; the answer is the length of its signatures.
pub(crate) fn check(spki: &[u8], rsa: &RSAPublicKey<'_>) -> Result<usize, KeyError> {
    check_strength(rsa, BITS_MAX)?;
    // RFC 8017, A.1: one DER spelling, parameters NULL. Re-encoding shows any other.
    let canonical: PublicKeyX509Der<'_> = PublicKey::from_der(spki)
        .map_err(|_| KeyError::MalformedPublicKey)?
        .as_der()
        .map_err(|_| KeyError::MalformedPublicKey)?;
    if canonical.as_ref() != spki {
        return Err(KeyError::MalformedPublicKey);
    }
    // RFC 8017, 8.1.2 and 8.2.2: a signature is as long as the modulus.
    Ok(bits(rsa.modulus).div_ceil(8))
}

/// Checks the key of a certification authority.
pub(crate) fn check_authority(rsa: &RSAPublicKey<'_>) -> Result<(), KeyError> {
    check_strength(rsa, AUTHORITY_BITS_MAX)
}

fn check_strength(rsa: &RSAPublicKey<'_>, bits_max: usize) -> Result<(), KeyError> {
    let bits = bits(rsa.modulus);
    if !(BITS_MIN..=bits_max).contains(&bits) {
        return Err(KeyError::ModulusLength { bits, bits_min: BITS_MIN, bits_max });
    }
    match rsa.try_exponent() {
        Ok(exponent) if exponent >= 65_537 && exponent % 2 == 1 => Ok(()),
        _ => Err(KeyError::Exponent),
    }
}

/// Bits of a big-endian number; leading zeros do not count.
pub(crate) fn bits(number: &[u8]) -> usize {
    let leading = number.iter().take_while(|byte| **byte == 0).count();
    let top = number.get(leading).map_or(0, |byte| byte.ilog2() + 1);
    match number.len() - leading {
        0 => 0,
        bytes => (bytes - 1) * 8 + usize::try_from(top).unwrap_or(8),
    }
}

/// NIST SP 800-131A: below 2048 bits no signature is to be accepted.
const BITS_MIN: usize = 2048;
/// Beyond 4096 bits verification gets slow and no certificate authority issues them to persons.
const BITS_MAX: usize = 4096;
/// What webpki's algorithms accept.
const AUTHORITY_BITS_MAX: usize = 8192;
