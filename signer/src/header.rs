//! The protected header: four members and no other, so that nothing in a message can choose how it
//! is verified (RFC 8725).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::algorithm::Algorithm;
use crate::error::{HeaderError, JsonError, JsonReason, SignError};
use crate::hash::Hash;
use crate::json;

/// What a statement is for. One kind is refused where another is asked for, so that a rehearsed
/// statement can never be posted as an event by somebody else (RFC 8725, 3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Typ {
    /// An event for the ledger.
    Event,
    /// A rehearsal, never recorded.
    Trial,
    /// Proof that the holder of a new certificate has its key; part of an enrolment.
    Possession,
}

/// A protected header that keeps every rule of the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The algorithm that the signer claims.
    pub algorithm: Algorithm,
    /// What the statement is for.
    pub typ: Typ,
    /// SHA-256 of the signer's certificate (`x5t#S256`).
    pub thumbprint: Hash,
    /// Claimed signing time in seconds since 1970; `None` in proofs of possession only.
    pub iat: Option<u64>,
}

impl Typ {
    /// The value of `typ`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Event => "jejak-event+jws",
            Self::Trial => "jejak-trial+jws",
            Self::Possession => "jejak-possession+jws",
        }
    }

    fn has_iat(self) -> bool {
        match self {
            Self::Event | Self::Trial => true,
            Self::Possession => false,
        }
    }
}

impl Header {
    /// Parses the decoded header of a statement of kind `typ`.
    pub(crate) fn parse(bytes: &[u8], typ: Typ) -> Result<Self, HeaderError> {
        let members = json::parse_object(bytes).map_err(of_json)?;
        check_names(&members, typ)?;

        let alg = text(&members, ALG)?;
        let algorithm = Algorithm::of_header(alg)
            .ok_or_else(|| HeaderError::AlgorithmNotAccepted { alg: alg.to_owned() })?;
        let found = text(&members, TYP)?;
        if found != typ.name() {
            return Err(HeaderError::WrongTyp { expected: typ, found: found.to_owned() });
        }
        let thumbprint = thumbprint(text(&members, X5T)?)?;
        let iat = if typ.has_iat() { Some(iat(&members)?) } else { None };
        Ok(Self { algorithm, typ, thumbprint, iat })
    }

    /// The JSON text of a new header: `alg`, `typ`, `x5t#S256`, `iat`.
    pub(crate) fn to_json(&self) -> Result<String, SignError> {
        if self.iat.is_some() != self.typ.has_iat() {
            return Err(SignError::IatMisplaced);
        }
        let iat = match self.iat {
            None => String::new(),
            Some(iat @ 1..=json::INTEGER_MAX) => format!(r#","iat":{iat}"#),
            Some(iat) => return Err(SignError::IatOutOfRange { iat }),
        };
        let (alg, typ) = (self.algorithm.name(), self.typ.name());
        let x5t = URL_SAFE_NO_PAD.encode(self.thumbprint);
        Ok(format!(r#"{{"alg":"{alg}","typ":"{typ}","x5t#S256":"{x5t}"{iat}}}"#))
    }
}

fn of_json(error: JsonError) -> HeaderError {
    match error {
        JsonError { pointer, reason: JsonReason::DuplicateName { name } }
            if pointer.matches('/').count() == 1 =>
        {
            HeaderError::DuplicateMember { name }
        }
        other => HeaderError::Json(other),
    }
}

fn check_names(members: &Map<String, Value>, typ: Typ) -> Result<(), HeaderError> {
    // RFC 7515, 4.1.11: what is not understood must be refused; we understand no extension.
    if members.contains_key("crit") {
        return Err(HeaderError::CritPresent);
    }
    for name in members.keys() {
        match name.as_str() {
            ALG | TYP | X5T => {}
            IAT if typ.has_iat() => {}
            _ => return Err(HeaderError::UnknownMember { name: name.clone() }),
        }
    }
    Ok(())
}

fn member<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
) -> Result<&'a Value, HeaderError> {
    members.get(name).ok_or(HeaderError::MissingMember { name })
}

fn text<'a>(members: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, HeaderError> {
    member(members, name)?.as_str().ok_or(HeaderError::WrongType { name })
}

fn thumbprint(text: &str) -> Result<Hash, HeaderError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| HeaderError::ThumbprintMalformed)?;
    Hash::try_from(bytes.as_slice()).map_err(|_| HeaderError::ThumbprintMalformed)
}

/// The JSON parser has bounded it by 2^53 - 1.
fn iat(members: &Map<String, Value>) -> Result<u64, HeaderError> {
    match member(members, IAT)?.as_u64() {
        Some(0) | None => Err(HeaderError::WrongType { name: IAT }),
        Some(iat) => Ok(iat),
    }
}

const ALG: &str = "alg";
const TYP: &str = "typ";
const X5T: &str = "x5t#S256";
const IAT: &str = "iat";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const HEADER: Header = Header {
        algorithm: Algorithm::Ed25519,
        typ: Typ::Event,
        thumbprint: Hash([7; 32]),
        iat: Some(1_700_000_000),
    };

    #[test]
    fn what_is_written_is_what_is_read() {
        let json = HEADER.to_json().unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"alg":"Ed25519","typ":"jejak-event+jws","#,
                r#""x5t#S256":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc","iat":1700000000}"#
            )
        );
        assert_eq!(Header::parse(json.as_bytes(), Typ::Event), Ok(HEADER));

        let possession = Header { typ: Typ::Possession, iat: None, ..HEADER };
        let json = possession.to_json().unwrap();
        assert_eq!(Header::parse(json.as_bytes(), Typ::Possession), Ok(possession));
    }

    #[test]
    fn iat_is_written_where_it_is_read() {
        let without = Header { iat: None, ..HEADER };
        assert_eq!(without.to_json(), Err(SignError::IatMisplaced));
        let with = Header { typ: Typ::Possession, ..HEADER };
        assert_eq!(with.to_json(), Err(SignError::IatMisplaced));
        for iat in [0, 1 << 53] {
            let odd = Header { iat: Some(iat), ..HEADER };
            assert_eq!(odd.to_json(), Err(SignError::IatOutOfRange { iat }));
        }
        let json = HEADER.to_json().unwrap().replace("event", "possession");
        assert_eq!(
            Header::parse(json.as_bytes(), Typ::Possession),
            Err(HeaderError::UnknownMember { name: "iat".to_owned() })
        );
    }

    #[test]
    fn no_kind_passes_for_another() {
        let json = HEADER.to_json().unwrap();
        assert_eq!(
            Header::parse(json.as_bytes(), Typ::Trial),
            Err(HeaderError::WrongTyp {
                expected: Typ::Trial,
                found: "jejak-event+jws".to_owned()
            })
        );
    }
}
