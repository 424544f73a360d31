//! The attributes that a token's signer signs (RFC 5652, 5.3 and 11; RFC 5816): they tie the signature to the
//! content and to one certificate. Without the second, another certificate over the same key would do.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest as sha1};
use cms::cert::x509::attr::Attribute;
use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use cms::signed_data::SignerInfo;
use der::asn1::{Any, Int, OctetString, OctetStringRef};
use der::oid::ObjectIdentifier;
use der::{Encode, Sequence, Tag, TagNumber, Tagged};

use super::digest::HashAlgorithm;
use super::signer::SigningCertificate;
use crate::error::TimestampError;

/// `SigningCertificate` (RFC 2634, 5.4).
#[derive(Sequence)]
struct EssV1 {
    certificates: Vec<EssCertId>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

#[derive(Sequence)]
struct EssCertId {
    hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<IssuerSerial>,
}

/// `SigningCertificateV2` (RFC 5035, 3).
#[derive(Sequence)]
struct EssV2 {
    certificates: Vec<EssCertIdV2>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

#[derive(Sequence)]
struct EssCertIdV2 {
    #[asn1(optional = "true")]
    algorithm: Option<AlgorithmIdentifierOwned>,
    hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<IssuerSerial>,
}

#[derive(Sequence)]
struct IssuerSerial {
    issuer: Vec<Any>,
    serial: Int,
}

/// Checks them all; what was signed is the answer: the attributes as a `SET OF` in DER (RFC 5652, 5.4).
pub(super) fn check(
    signer: &SignerInfo,
    content: &[u8],
    algorithm: HashAlgorithm,
    certificate: &SigningCertificate<'_>,
) -> Result<Vec<u8>, TimestampError> {
    let attributes = signer.signed_attrs.as_ref().ok_or(TimestampError::NoSignedAttributes)?;
    let all: Vec<&Attribute> = attributes.iter().collect();

    let content_type = value(&all, CONTENT_TYPE)?.ok_or(missing(CONTENT_TYPE))?;
    let content_type = content_type.decode_as::<ObjectIdentifier>();
    if content_type.map_err(|_| malformed(CONTENT_TYPE))?.to_string() != ID_CT_TST_INFO {
        return Err(TimestampError::OtherContentType);
    }
    let digest = value(&all, MESSAGE_DIGEST)?.ok_or(missing(MESSAGE_DIGEST))?;
    let digest: OctetStringRef<'_> = digest.decode_as().map_err(|_| malformed(MESSAGE_DIGEST))?;
    if digest.as_bytes() != algorithm.digest(content) {
        return Err(TimestampError::MessageDigest);
    }
    let (v1, v2) = (value(&all, SIGNING_CERTIFICATE)?, value(&all, SIGNING_CERTIFICATE_V2)?);
    if v1.is_none() && v2.is_none() {
        return Err(missing(SIGNING_CERTIFICATE_V2));
    }
    if let Some(v1) = v1 {
        check_v1(v1, certificate)?;
    }
    if let Some(v2) = v2 {
        check_v2(v2, certificate)?;
    }
    attributes.to_der().map_err(|_| TimestampError::Malformed { what: "signed attributes" })
}

/// The one value of an attribute that stands at most once.
fn value<'a>(
    attributes: &[&'a Attribute],
    (oid, name): Named,
) -> Result<Option<&'a Any>, TimestampError> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid.to_string() == oid);
    let (first, second) = (found.next(), found.next());
    let Some(first) = first else {
        return Ok(None);
    };
    match (first.values.as_slice(), second) {
        ([value], None) => Ok(Some(value)),
        _ => Err(TimestampError::Attribute { name }),
    }
}

/// The first of the identifiers is the signer's (RFC 2634, 5.4.1; RFC 5035, 3).
fn check_v1(value: &Any, certificate: &SigningCertificate<'_>) -> Result<(), TimestampError> {
    let ess: EssV1 = value.decode_as().map_err(|_| malformed(SIGNING_CERTIFICATE))?;
    let first = ess.certificates.first().ok_or(malformed(SIGNING_CERTIFICATE))?;
    let hash = sha1(&SHA1_FOR_LEGACY_USE_ONLY, certificate.der);
    check_id(hash.as_ref(), &first.hash, first.issuer_serial.as_ref(), certificate)
}

fn check_v2(value: &Any, certificate: &SigningCertificate<'_>) -> Result<(), TimestampError> {
    let ess: EssV2 = value.decode_as().map_err(|_| malformed(SIGNING_CERTIFICATE_V2))?;
    let first = ess.certificates.first().ok_or(malformed(SIGNING_CERTIFICATE_V2))?;
    let algorithm = match &first.algorithm {
        None => HashAlgorithm::Sha256,
        Some(named) => HashAlgorithm::of_oid(&named.oid)
            .ok_or_else(|| TimestampError::HashAlgorithm { oid: named.oid.to_string() })?,
    };
    let hash = algorithm.digest(certificate.der);
    check_id(&hash, &first.hash, first.issuer_serial.as_ref(), certificate)
}

fn check_id(
    hash: &[u8],
    named: &OctetString,
    issuer_serial: Option<&IssuerSerial>,
    certificate: &SigningCertificate<'_>,
) -> Result<(), TimestampError> {
    let same = issuer_serial.is_none_or(|named| {
        named.issuer.iter().any(|name| {
            name.tag() == DIRECTORY_NAME && name.value() == certificate.fields.issuer.der
        }) && certificate.has_serial(named.serial.as_bytes())
    });
    if hash == named.as_bytes() && same {
        Ok(())
    } else {
        Err(TimestampError::OtherSigningCertificate)
    }
}

fn missing((_, name): Named) -> TimestampError {
    TimestampError::AttributeMissing { name }
}

fn malformed((_, name): Named) -> TimestampError {
    TimestampError::Attribute { name }
}

/// An attribute: dotted identifier, name.
type Named = (&'static str, &'static str);

/// RFC 5652, 11.1 and 11.2.
const CONTENT_TYPE: Named = ("1.2.840.113549.1.9.3", "content-type");
const MESSAGE_DIGEST: Named = ("1.2.840.113549.1.9.4", "message-digest");
/// RFC 2634, 5.4, and RFC 5035, 3.
const SIGNING_CERTIFICATE: Named = ("1.2.840.113549.1.9.16.2.12", "signing-certificate");
const SIGNING_CERTIFICATE_V2: Named = ("1.2.840.113549.1.9.16.2.47", "signing-certificate-v2");
/// RFC 3161, 2.4.2.
const ID_CT_TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
/// `GeneralName` of the fourth kind (RFC 5280, 4.2.1.6).
const DIRECTORY_NAME: Tag = Tag::ContextSpecific { number: TagNumber::N4, constructed: true };
