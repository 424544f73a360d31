//! What the signatures of authorities are verified with: webpki's algorithms over aws-lc, by the identifier
//! that the signature carries. SHA-1 is not among them.

use rustls_pki_types::SignatureVerificationAlgorithm;
use webpki::aws_lc_rs;

/// One algorithm as webpki takes it.
pub(crate) type Backend = &'static dyn SignatureVerificationAlgorithm;

/// What certificates of a path may be signed with.
pub(crate) const PATH_ALGORITHMS: &[Backend] = &[
    aws_lc_rs::ED25519,
    aws_lc_rs::ECDSA_P256_SHA256,
    aws_lc_rs::ECDSA_P384_SHA384,
    aws_lc_rs::RSA_PKCS1_2048_8192_SHA256,
    aws_lc_rs::RSA_PKCS1_2048_8192_SHA384,
    aws_lc_rs::RSA_PKCS1_2048_8192_SHA512,
];

/// The algorithm that a dotted identifier names, for keys of the kind that `key` is, the content of a public
/// key's BIT STRING: for what authorities sign besides certificates, where a P-384 key may go with SHA-256.
pub(crate) fn of_identifier(oid: &str, key: &[u8]) -> Option<Backend> {
    let p384 = key.len() == P384_POINT_BYTES;
    match oid {
        ED25519 => Some(aws_lc_rs::ED25519),
        ECDSA_WITH_SHA256 if p384 => Some(aws_lc_rs::ECDSA_P384_SHA256),
        ECDSA_WITH_SHA384 if p384 => Some(aws_lc_rs::ECDSA_P384_SHA384),
        ECDSA_WITH_SHA512 if p384 => Some(aws_lc_rs::ECDSA_P384_SHA512),
        ECDSA_WITH_SHA256 => Some(aws_lc_rs::ECDSA_P256_SHA256),
        ECDSA_WITH_SHA384 => Some(aws_lc_rs::ECDSA_P256_SHA384),
        ECDSA_WITH_SHA512 => Some(aws_lc_rs::ECDSA_P256_SHA512),
        SHA256_WITH_RSA => Some(aws_lc_rs::RSA_PKCS1_2048_8192_SHA256),
        SHA384_WITH_RSA => Some(aws_lc_rs::RSA_PKCS1_2048_8192_SHA384),
        SHA512_WITH_RSA => Some(aws_lc_rs::RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

/// An uncompressed point of P-384.
const P384_POINT_BYTES: usize = 97;

/// RFC 8410, 3.
pub(crate) const ED25519: &str = "1.3.101.112";
/// RFC 5758, 3.2.
pub(crate) const ECDSA_WITH_SHA256: &str = "1.2.840.10045.4.3.2";
pub(crate) const ECDSA_WITH_SHA384: &str = "1.2.840.10045.4.3.3";
pub(crate) const ECDSA_WITH_SHA512: &str = "1.2.840.10045.4.3.4";
/// RFC 8017, C.
pub(crate) const SHA256_WITH_RSA: &str = "1.2.840.113549.1.1.11";
pub(crate) const SHA384_WITH_RSA: &str = "1.2.840.113549.1.1.12";
pub(crate) const SHA512_WITH_RSA: &str = "1.2.840.113549.1.1.13";
