//! A token as it comes (RFC 3161, 2.4.2): CMS signed data over a `TSTInfo`, read in DER, not yet believed.

use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{EncapsulatedContentInfo, SignerInfo};
use der::asn1::{Any, OctetStringRef, SetOfVec};
use der::{Decode, Encode, Sequence};

use super::info::TstInfo;
use crate::error::TimestampError;
use crate::hash::Hash;

/// Longest token in bytes; one with a chain of three RSA certificates has about 7,000.
pub const TOKEN_BYTES_MAX: usize = 32_768;

/// Most certificates inside a token.
pub const TOKEN_CERTIFICATES_MAX: usize = 8;

/// A well-formed token. What it says is a claim until
/// [`TimestampToken::verify`](crate::TimestampToken::verify) has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampToken {
    der: Vec<u8>,
    /// The bytes that the message digest is of.
    content: Vec<u8>,
    info: TstInfo,
    signer: SignerInfo,
    certificates: Vec<Vec<u8>>,
}

/// `SignedData` (RFC 5652, 5.1) with the certificates' bytes as they are.
#[derive(Sequence)]
struct SignedData {
    version: CmsVersion,
    digest_algorithms: SetOfVec<AlgorithmIdentifierOwned>,
    encap_content_info: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    certificates: Option<SetOfVec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    crls: Option<SetOfVec<Any>>,
    signer_infos: SetOfVec<SignerInfo>,
}

impl TimestampToken {
    /// Reads a token, a `ContentInfo` in DER with nothing after it: signed data of one signer over a `TSTInfo`.
    pub fn parse(der: &[u8]) -> Result<Self, TimestampError> {
        check_length(der, TOKEN_BYTES_MAX)?;
        let outer = ContentInfo::from_der(der).map_err(|_| MALFORMED)?;
        if outer.content_type.to_string() != ID_SIGNED_DATA {
            return Err(TimestampError::NotSignedData { oid: outer.content_type.to_string() });
        }
        let data: SignedData = outer.content.decode_as().map_err(|_| MALFORMED)?;
        let EncapsulatedContentInfo { econtent_type, econtent } = data.encap_content_info;
        if econtent_type.to_string() != ID_CT_TST_INFO {
            return Err(TimestampError::NotTstInfo { oid: econtent_type.to_string() });
        }
        let content = econtent.ok_or(MALFORMED)?;
        let content: OctetStringRef<'_> = content.decode_as().map_err(|_| MALFORMED)?;
        let mut signers = data.signer_infos.into_vec();
        let found = signers.len();
        let (1, Some(signer)) = (found, signers.pop()) else {
            return Err(TimestampError::Signers { signers: found });
        };
        let certificates = data.certificates.map(SetOfVec::into_vec).unwrap_or_default();
        let (found, found_max) = (certificates.len(), TOKEN_CERTIFICATES_MAX);
        if found > found_max {
            return Err(TimestampError::TooManyCertificates { found, found_max });
        }
        let certificates = certificates.iter().map(Encode::to_der).collect::<Result<_, _>>();
        Ok(Self {
            der: der.to_vec(),
            info: TstInfo::read(content.as_bytes())?,
            content: content.as_bytes().to_vec(),
            signer,
            certificates: certificates.map_err(|_| MALFORMED)?,
        })
    }

    /// The token as given.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the token.
    pub fn digest(&self) -> Hash {
        Hash::of(&self.der)
    }

    pub(super) fn content(&self) -> &[u8] {
        &self.content
    }

    pub(super) fn info(&self) -> &TstInfo {
        &self.info
    }

    pub(super) fn signer(&self) -> &SignerInfo {
        &self.signer
    }

    /// The certificates that came with it, in DER, in the order of their bytes: which is whose is for the path to find.
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }
}

pub(super) fn check_length(bytes: &[u8], bytes_max: usize) -> Result<(), TimestampError> {
    match bytes.len() {
        bytes if bytes > bytes_max => Err(TimestampError::TooLong { bytes, bytes_max }),
        _ => Ok(()),
    }
}

const MALFORMED: TimestampError = TimestampError::Malformed { what: "token" };

/// RFC 5652, 5.1.
const ID_SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
/// RFC 3161, 2.4.2.
const ID_CT_TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
