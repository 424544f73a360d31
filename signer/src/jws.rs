//! A statement: the exact bytes of a JWS in compact serialization (RFC 7515, 7.1), in its one
//! spelling. Whatever is accepted here, generic JOSE libraries accept too; not the other way round.

use std::fmt;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{DecodeError, Engine as _};

use crate::error::{FramingError, JwsError, Part, SignError};
use crate::hash::Hash;
use crate::header::{Header, Typ};
use crate::json;
use crate::key::SigningKey;

/// Longest statement in bytes: its length fits 16 bits.
pub const STATEMENT_BYTES_MAX: usize = 65_535;

/// Longest protected header in bytes, decoded: fifty times what the four members need.
pub const HEADER_BYTES_MAX: usize = 8_192;

/// A well-formed statement. Nothing is known yet about its signature or its payload.
#[derive(Clone, PartialEq, Eq)]
pub struct Jws(Box<Parts>);

/// Boxed, so that a statement moves through queues and results as one pointer.
#[derive(Clone, PartialEq, Eq)]
struct Parts {
    bytes: Vec<u8>,
    header: Header,
    payload: Vec<u8>,
    signature: Vec<u8>,
    signing_input_bytes: usize,
}

impl Jws {
    /// Parses a statement of kind `typ`: first the framing, then the header. The payload is decoded
    /// but not looked into; [`json::parse_object`] does that once the signature is verified.
    pub fn parse(bytes: Vec<u8>, typ: Typ) -> Result<Self, JwsError> {
        let spelled = split(&bytes)?;
        let signing_input_bytes = spelled.header.len() + 1 + spelled.payload.len();
        let header = decode(spelled.header, Part::Header, 0)?;
        let payload = decode(spelled.payload, Part::Payload, spelled.header.len() + 1)?;
        let signature = decode(spelled.signature, Part::Signature, signing_input_bytes + 1)?;

        let header = Header::parse(&header, typ)?;
        if !header.algorithm.signature_bytes().contains(&signature.len()) {
            return Err(JwsError::Framing(FramingError::SignatureLength {
                algorithm: header.algorithm,
                bytes: signature.len(),
            }));
        }
        Ok(Self(Box::new(Parts { bytes, header, payload, signature, signing_input_bytes })))
    }

    /// The statement as received.
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The statement as received, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.bytes
    }

    /// The protected header.
    pub fn header(&self) -> &Header {
        &self.0.header
    }

    /// The decoded payload.
    pub fn payload(&self) -> &[u8] {
        &self.0.payload
    }

    /// The decoded signature.
    pub fn signature(&self) -> &[u8] {
        &self.0.signature
    }

    /// What is signed (RFC 7515, 5.1): header and payload as spelled, with the dot between them.
    pub fn signing_input(&self) -> &[u8] {
        // Never the default: the length was taken from these bytes.
        self.0.bytes.get(..self.0.signing_input_bytes).unwrap_or_default()
    }

    /// SHA-256 of the signing input: the same for every signature over the same event.
    pub fn event_key(&self) -> Hash {
        Hash::of(self.signing_input())
    }

    /// For a trial: the event key of the statement that it rehearses, which has the same header but for
    /// `typ`, and the same payload.
    pub fn rehearsed_key(&self) -> Hash {
        let mut parts = self.signing_input().splitn(2, |byte| *byte == b'.');
        let header = parts.next().and_then(|spelled| URL_SAFE_NO_PAD.decode(spelled).ok());
        let header = header.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let (trial, event) = (Typ::Trial.name(), Typ::Event.name());
        let header = URL_SAFE_NO_PAD.encode(header.replacen(trial, event, 1));
        let payload = parts.next().unwrap_or_default();
        Hash::of_parts(&[header.as_bytes(), b".", payload])
    }

    /// SHA-256 of the whole statement: what the log commits to.
    pub fn statement_hash(&self) -> Hash {
        Hash::of(self.bytes())
    }
}

impl fmt::Debug for Jws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jws")
            .field("header", self.header())
            .field("payload_bytes", &self.payload().len())
            .field("signature_bytes", &self.signature().len())
            .finish()
    }
}

/// Makes a statement of kind `typ` over `payload`, which must be one strict JSON object.
///
/// `thumbprint` is the SHA-256 of the certificate that holds the key; `iat` is the signing time in
/// seconds since 1970, required for events and trials and left out of proofs of possession.
pub fn sign_jws(
    key: &SigningKey,
    typ: Typ,
    thumbprint: Hash,
    iat: Option<u64>,
    payload: &[u8],
) -> Result<Vec<u8>, SignError> {
    json::parse_object(payload).map_err(|_| SignError::PayloadNotAnObject)?;
    let header = Header { algorithm: key.algorithm(), typ, thumbprint, iat }.to_json()?;

    let mut statement = URL_SAFE_NO_PAD.encode(header);
    statement.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut statement);
    let signature = key.sign(statement.as_bytes())?;
    statement.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut statement);

    if statement.len() > STATEMENT_BYTES_MAX {
        return Err(SignError::TooLong { bytes: statement.len(), bytes_max: STATEMENT_BYTES_MAX });
    }
    Ok(statement.into_bytes())
}

/// The three parts as spelled.
struct Spelled<'a> {
    header: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
}

/// Counts before it splits: a statement of nothing but dots costs one pass and no memory.
fn split(bytes: &[u8]) -> Result<Spelled<'_>, FramingError> {
    if bytes.len() > STATEMENT_BYTES_MAX {
        return Err(FramingError::TooLong { bytes: bytes.len(), bytes_max: STATEMENT_BYTES_MAX });
    }
    let mut parts = bytes.split(|byte| *byte == b'.');
    let dots = parts.clone().count() - 1;
    let (2, Some(header), Some(payload), Some(signature)) =
        (dots, parts.next(), parts.next(), parts.next())
    else {
        return Err(FramingError::DotCount { dots });
    };
    // Without padding, 4 characters carry 3 bytes, and a rest of 2 or 3 carries 1 or 2.
    let header_bytes = header.len() * 3 / 4;
    if header_bytes > HEADER_BYTES_MAX {
        return Err(FramingError::HeaderTooLong {
            bytes: header_bytes,
            bytes_max: HEADER_BYTES_MAX,
        });
    }
    Ok(Spelled { header, payload, signature })
}

/// base64url without padding, in its one spelling (RFC 4648, 3.5: the unused bits are zero).
fn decode(spelled: &[u8], part: Part, start: usize) -> Result<Vec<u8>, FramingError> {
    if spelled.is_empty() {
        return Err(FramingError::EmptyPart(part));
    }
    URL_SAFE_NO_PAD.decode(spelled).map_err(|error| match error {
        DecodeError::InvalidByte(offset, byte) => {
            FramingError::ForbiddenByte { offset: start + offset, byte }
        }
        DecodeError::InvalidLength(_) => FramingError::ImpossibleLength(part),
        DecodeError::InvalidLastSymbol { .. } => FramingError::TrailingBits(part),
        DecodeError::InvalidPadding => FramingError::Padded(part),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing(bytes: &[u8]) -> FramingError {
        match Jws::parse(bytes.to_vec(), Typ::Event) {
            Err(JwsError::Framing(error)) => error,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn three_parts_of_base64url_in_one_spelling() {
        assert_eq!(framing(b""), FramingError::DotCount { dots: 0 });
        assert_eq!(framing(b"e30.e30"), FramingError::DotCount { dots: 1 });
        assert_eq!(framing(b"e30.e30.AA.AA"), FramingError::DotCount { dots: 3 });
        assert_eq!(framing(b".e30.AA"), FramingError::EmptyPart(Part::Header));
        assert_eq!(framing(b"e30..AA"), FramingError::EmptyPart(Part::Payload));
        assert_eq!(framing(b"e30.e30."), FramingError::EmptyPart(Part::Signature));
        assert_eq!(framing(b"e30.e30.AA=="), FramingError::Padded(Part::Signature));
        assert_eq!(framing(b"e30.e30.AB"), FramingError::TrailingBits(Part::Signature));
        assert_eq!(framing(b"e30.e31.AA"), FramingError::TrailingBits(Part::Payload));
        assert_eq!(framing(b"e30.e3000.AA"), FramingError::ImpossibleLength(Part::Payload));
        for (statement, offset, byte) in [
            (&b"e30.e30.A+AA"[..], 9, b'+'),
            (b"e30.e30.A/AA", 9, b'/'),
            (b"e30.e 30.AAAA", 5, b' '),
            (b"e30.e30.AAAA\n", 12, b'\n'),
            (b"\xef\xbb\xbfe30.e30.AAAA", 0, 0xef),
            (b"e3\x00.e30.AAAA", 2, 0),
        ] {
            assert_eq!(framing(statement), FramingError::ForbiddenByte { offset, byte });
        }
    }

    #[test]
    fn lengths_are_bounded_before_anything_is_decoded() {
        assert_eq!(
            framing(&vec![b'.'; STATEMENT_BYTES_MAX + 1]),
            FramingError::TooLong { bytes: 65_536, bytes_max: 65_535 }
        );
        assert_eq!(
            framing(&vec![b'.'; STATEMENT_BYTES_MAX]),
            FramingError::DotCount { dots: 65_535 }
        );
        let longest = format!("{}.e30.AA", "A".repeat(10_923));
        assert!(matches!(Jws::parse(longest.into_bytes(), Typ::Event), Err(JwsError::Header(_))));
        let longer = format!("{}.e30.AA", "A".repeat(10_924));
        assert_eq!(
            framing(longer.as_bytes()),
            FramingError::HeaderTooLong { bytes: 8_193, bytes_max: 8_192 }
        );
    }
}
