//! The curves of ECDSA keys (FIPS 186-5), and their points as certificates spell them (RFC 5480).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaSigningAlgorithm,
};
use x509_parser::asn1_rs::Tag;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::algorithm::Algorithm;
use crate::error::KeyError;

/// A curve that keys may lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
}

impl Curve {
    /// The curve with this dotted object identifier.
    pub(crate) fn of_oid(oid: &str) -> Result<Self, KeyError> {
        match oid {
            PRIME256V1 => Ok(Self::P256),
            SECP384R1 => Ok(Self::P384),
            _ => Err(KeyError::CurveNotAccepted { oid: oid.to_owned() }),
        }
    }

    /// The curve that the parameters name (RFC 5480, 2.1.1: a name and nothing else).
    pub(crate) fn of_spki(spki: &SubjectPublicKeyInfo<'_>) -> Result<Self, KeyError> {
        let parameters = spki.algorithm.parameters.as_ref();
        let name = parameters.filter(|parameters| parameters.tag() == Tag::Oid);
        let name = name.and_then(|name| name.as_oid().ok()).ok_or(KeyError::MalformedPublicKey)?;
        Self::of_oid(&name.to_id_string())
    }

    /// The only algorithm of the curve's keys.
    pub(crate) fn algorithm(self) -> Algorithm {
        match self {
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
        }
    }

    /// How aws-lc signs with the curve's keys.
    pub(crate) fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        }
    }

    /// The `SubjectPublicKeyInfo` of a point in its uncompressed form. Whether the point lies on the
    /// curve is not asked here.
    pub(crate) fn spki(self, point: &[u8]) -> Result<Vec<u8>, KeyError> {
        match point {
            [0] => Err(KeyError::Infinity),
            [2 | 3 | 6 | 7, ..] => Err(KeyError::NotUncompressed),
            [4, coordinates @ ..] if coordinates.len() == self.coordinates_bytes() => {
                Ok([self.spki_prefix(), point].concat())
            }
            _ => Err(KeyError::MalformedPublicKey),
        }
    }

    fn coordinates_bytes(self) -> usize {
        match self {
            Self::P256 => 64,
            Self::P384 => 96,
        }
    }

    fn spki_prefix(self) -> &'static [u8] {
        match self {
            Self::P256 => &P256_SPKI_PREFIX,
            Self::P384 => &P384_SPKI_PREFIX,
        }
    }
}

/// RFC 5480, 2.1.1.1.
const PRIME256V1: &str = "1.2.840.10045.3.1.7";
/// RFC 5480, 2.1.1.1.
const SECP384R1: &str = "1.3.132.0.34";

/// SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING of 65 bytes } (RFC 5480, 2).
const P256_SPKI_PREFIX: [u8; 26] = [
    48, 89, 48, 19, 6, 7, 42, 134, 72, 206, 61, 2, 1, 6, 8, 42, 134, 72, 206, 61, 3, 1, 7, 3, 66, 0,
];
/// SEQUENCE { SEQUENCE { id-ecPublicKey, secp384r1 }, BIT STRING of 97 bytes }.
const P384_SPKI_PREFIX: [u8; 23] =
    [48, 118, 48, 16, 6, 7, 42, 134, 72, 206, 61, 2, 1, 6, 5, 43, 129, 4, 0, 34, 3, 98, 0];
