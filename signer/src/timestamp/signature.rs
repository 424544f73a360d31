//! The signature of a token: by which of the accepted algorithms, over the signed attributes.

use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use cms::signed_data::SignerInfo;
use der::Sequence;
use webpki::aws_lc_rs;

use super::digest::HashAlgorithm;
use super::signer::SigningCertificate;
use crate::backend::{self, Backend};
use crate::error::TimestampError;

/// `RSASSA-PSS-params` (RFC 8017, A.2.3).
#[derive(Sequence)]
struct PssParameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    hash: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    mask: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    salt: Option<u8>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    trailer: Option<u8>,
}

/// The hash of the content: SHA-256, SHA-384 or SHA-512.
pub(super) fn content_hash(signer: &SignerInfo) -> Result<HashAlgorithm, TimestampError> {
    let oid = &signer.digest_alg.oid;
    HashAlgorithm::of_oid(oid).ok_or_else(|| TimestampError::HashAlgorithm { oid: oid.to_string() })
}

/// The certificate's key signed `attributes`.
pub(super) fn verify(
    signer: &SignerInfo,
    content_hash: HashAlgorithm,
    attributes: &[u8],
    certificate: &SigningCertificate<'_>,
) -> Result<(), TimestampError> {
    let named = &signer.signature_algorithm;
    let backend = backend(named, content_hash, certificate)
        .ok_or_else(|| TimestampError::SignatureAlgorithm { oid: named.oid.to_string() })?;
    backend
        .verify_signature(&certificate.key, attributes, signer.signature.as_bytes())
        .map_err(|_| TimestampError::SignatureInvalid)
}

/// The algorithm that the signature names, with the hash of the content (RFC 5652, 5.4: the same hash for
/// both), for a key of the kind that the certificate has.
fn backend(
    named: &AlgorithmIdentifierOwned,
    hash: HashAlgorithm,
    certificate: &SigningCertificate<'_>,
) -> Option<Backend> {
    let oid = named.oid.to_string();
    let full = match (oid.as_str(), hash) {
        (RSASSA_PSS, _) => return pss(named, hash),
        // With the bare identifier the hash is said by the digest's algorithm alone (RFC 3370, 3.2).
        (RSA_ENCRYPTION, HashAlgorithm::Sha256) => backend::SHA256_WITH_RSA,
        (RSA_ENCRYPTION, HashAlgorithm::Sha384) => backend::SHA384_WITH_RSA,
        (RSA_ENCRYPTION, HashAlgorithm::Sha512) => backend::SHA512_WITH_RSA,
        (named, hash) => NAMED.iter().find(|known| **known == (named, hash))?.0,
    };
    backend::of_identifier(full, &certificate.key)
}

/// One hash for all, a salt as long as it: that is what aws-lc verifies.
fn pss(named: &AlgorithmIdentifierOwned, hash: HashAlgorithm) -> Option<Backend> {
    let parameters: PssParameters = named.parameters.as_ref()?.decode_as().ok()?;
    let mask = parameters.mask?;
    let inner: AlgorithmIdentifierOwned = mask.parameters.as_ref()?.decode_as().ok()?;
    let fits = parameters.hash?.oid == hash.oid()
        && mask.oid.to_string() == MGF1
        && inner.oid == hash.oid()
        && parameters.salt? == hash.bytes()
        && parameters.trailer.is_none_or(|trailer| trailer == 1);
    let algorithm = match hash {
        HashAlgorithm::Sha256 => aws_lc_rs::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        HashAlgorithm::Sha384 => aws_lc_rs::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
        HashAlgorithm::Sha512 => aws_lc_rs::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
    };
    fits.then_some(algorithm)
}

/// The signatures that name their hash, and Ed25519, which goes with SHA-512 where attributes are signed
/// (RFC 8419, 3.1).
const NAMED: [(&str, HashAlgorithm); 7] = [
    (backend::SHA256_WITH_RSA, HashAlgorithm::Sha256),
    (backend::SHA384_WITH_RSA, HashAlgorithm::Sha384),
    (backend::SHA512_WITH_RSA, HashAlgorithm::Sha512),
    (backend::ECDSA_WITH_SHA256, HashAlgorithm::Sha256),
    (backend::ECDSA_WITH_SHA384, HashAlgorithm::Sha384),
    (backend::ECDSA_WITH_SHA512, HashAlgorithm::Sha512),
    (backend::ED25519, HashAlgorithm::Sha512),
];

/// RFC 8017, C.
const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
const MGF1: &str = "1.2.840.113549.1.1.8";
const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
