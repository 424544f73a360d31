//! What an issuer says of certificates that it issued, in whichever form: a list, or a response of its responder. Both are
//! asked alike.

use der::{Decode, Header, Reader, SliceReader, Tag};

use super::{Issued, IssuerId, RevocationList, Standing};
use crate::error::{NoStanding, RevocationEvidenceError};
use crate::hash::Hash;
use crate::ocsp::OcspResponse;
use crate::trust::Window;

/// A list or a response whose signature is its issuer's, or that of a responder to whom the issuer left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevocationEvidence {
    /// A revocation list (RFC 5280, 5).
    List(RevocationList),
    /// An OCSP response (RFC 6960).
    Response(OcspResponse),
}

impl RevocationEvidence {
    /// Reads either form in DER and verifies it with the issuer's certificate.
    pub fn verify(der: &[u8], issuer: &[u8]) -> Result<Self, RevocationEvidenceError> {
        if is_ocsp_response(der) {
            Ok(Self::Response(OcspResponse::verify(der, issuer)?))
        } else {
            Ok(Self::List(RevocationList::verify(der, issuer)?))
        }
    }

    /// SHA-256 of its bytes.
    pub fn digest(&self) -> Hash {
        match self {
            Self::List(list) => list.digest(),
            Self::Response(response) => response.digest(),
        }
    }

    /// The issuer of the certificates that it is about.
    pub fn by(&self) -> IssuerId {
        match self {
            Self::List(list) => list.by(),
            Self::Response(response) => response.by(),
        }
    }

    /// How many certificates it names.
    pub fn count(&self) -> usize {
        match self {
            Self::List(list) => list.count(),
            Self::Response(response) => response.count(),
        }
    }

    /// When what it says of the certificate was made, and when the next word was due; none where it says nothing of it.
    pub fn window_about(&self, certificate: &Issued) -> Option<Window> {
        match self {
            Self::List(list) => (list.is_about(certificate) == Ok(true)).then(|| list.window()),
            Self::Response(response) => response.window_about(certificate),
        }
    }

    /// The same of a certificate in DER.
    pub fn window_about_der(&self, certificate: &[u8]) -> Option<Window> {
        match self {
            Self::List(list) => {
                let about = !matches!(
                    list.standing(certificate, list.window().not_before),
                    Err(NoStanding::Malformed | NoStanding::OtherIssuer | NoStanding::OtherScope)
                );
                about.then(|| list.window())
            }
            Self::Response(response) => {
                let known = response.standing(certificate, response.produced_at());
                let window = response.window(certificate).ok()?;
                (known != Err(NoStanding::Unknown)).then_some(window)
            }
        }
    }

    /// What it says of a certificate at the time `at` in Unix seconds.
    pub fn standing_of(&self, certificate: &Issued, at: i64) -> Result<Standing, NoStanding> {
        match self {
            Self::List(list) => list.standing_of(certificate, at),
            Self::Response(response) => response.standing_of(certificate, at),
        }
    }

    /// The same of a certificate in DER.
    pub fn standing(&self, certificate: &[u8], at: i64) -> Result<Standing, NoStanding> {
        match self {
            Self::List(list) => list.standing(certificate, at),
            Self::Response(response) => response.standing(certificate, at),
        }
    }

    /// The list, where it is one.
    pub fn list(&self) -> Option<&RevocationList> {
        match self {
            Self::List(list) => Some(list),
            Self::Response(_) => None,
        }
    }
}

/// Whether the bytes begin as an OCSP response does (RFC 6960, 4.2.1): a sequence whose first member is enumerated, which
/// that of no list is. Nothing is verified.
pub fn is_ocsp_response(bytes: &[u8]) -> bool {
    let Ok(mut reader) = SliceReader::new(bytes) else { return false };
    let begins = Header::decode(&mut reader).is_ok_and(|header| header.tag == Tag::Sequence);
    begins && reader.peek_byte() == Some(Tag::Enumerated.octet())
}
