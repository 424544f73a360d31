//! The public half of a key on a token: of the public key that lies beside it, or of its certificate.

use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use pkcs8::ObjectIdentifier;
use pkcs8::der::asn1::{AnyRef, BitStringRef, UintRef};
use pkcs8::der::{Decode as _, Encode as _};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::session::of;
use crate::certificate::Certificate;
use crate::curve::Curve;
use crate::error::{KeyError, TokenError};
use crate::public_key::PublicKey;

/// The public key of the private key `key`.
pub(super) fn of_key(session: &Session, key: ObjectHandle) -> Result<PublicKey, TokenError> {
    let private = Attributes::of(session, key)?;
    if private.kind == Some(KeyType::RSA)
        && let (Some(modulus), Some(exponent)) = (&private.modulus, &private.exponent)
    {
        return Ok(rsa(modulus, exponent)?);
    }
    for beside in beside(session, ObjectClass::PUBLIC_KEY, &private)? {
        let public = Attributes::of(session, beside)?;
        if public.kind == private.kind
            && let Some(public) = public.public_key()?
        {
            return Ok(public);
        }
    }
    for beside in beside(session, ObjectClass::CERTIFICATE, &private)? {
        let found = session.get_attributes(beside, &[AttributeType::Value]);
        for attribute in found.map_err(|error| of(&error))? {
            if let Attribute::Value(der) = attribute
                && let Ok(certificate) = Certificate::from_der(der)
            {
                return Ok(certificate.public_key().clone());
            }
        }
    }
    Err(TokenError::PublicKeyNotFound)
}

/// What the halves of a key pair have in common is the id; where there is none, the label.
fn beside(
    session: &Session,
    class: ObjectClass,
    private: &Attributes,
) -> Result<Vec<ObjectHandle>, TokenError> {
    let mut template = vec![Attribute::Class(class)];
    match (&private.id, &private.label) {
        (Some(id), _) if !id.is_empty() => template.push(Attribute::Id(id.clone())),
        (_, Some(label)) if !label.is_empty() => template.push(Attribute::Label(label.clone())),
        _ => return Ok(Vec::new()),
    }
    session.find_objects(&template).map_err(|error| of(&error))
}

/// What an object tells of itself.
#[derive(Default)]
struct Attributes {
    kind: Option<KeyType>,
    id: Option<Vec<u8>>,
    label: Option<Vec<u8>>,
    parameters: Option<Vec<u8>>,
    point: Option<Vec<u8>>,
    modulus: Option<Vec<u8>>,
    exponent: Option<Vec<u8>>,
}

impl Attributes {
    /// One after the other: some tokens answer no question where one of them is not for the object.
    fn of(session: &Session, object: ObjectHandle) -> Result<Self, TokenError> {
        let mut known = Self::default();
        for wanted in [
            AttributeType::KeyType,
            AttributeType::Id,
            AttributeType::Label,
            AttributeType::EcParams,
            AttributeType::EcPoint,
            AttributeType::Modulus,
            AttributeType::PublicExponent,
        ] {
            let Ok(found) = session.get_attributes(object, &[wanted]) else { continue };
            for attribute in found {
                match attribute {
                    Attribute::KeyType(kind) => known.kind = Some(kind),
                    Attribute::Id(id) => known.id = Some(id),
                    Attribute::Label(label) => known.label = Some(label),
                    Attribute::EcParams(parameters) => known.parameters = Some(parameters),
                    Attribute::EcPoint(point) => known.point = Some(point),
                    Attribute::Modulus(modulus) => known.modulus = Some(modulus),
                    Attribute::PublicExponent(exponent) => known.exponent = Some(exponent),
                    _ => {}
                }
            }
        }
        if known.kind.is_none() {
            // Every key has a type: it is the session that does not answer.
            let reason = "C_GetAttributeValue: CKA_KEY_TYPE".to_owned();
            return Err(TokenError::SessionLost { reason });
        }
        Ok(known)
    }

    fn public_key(&self) -> Result<Option<PublicKey>, TokenError> {
        match (self.kind, &self.point, &self.modulus, &self.exponent) {
            (Some(KeyType::EC_EDWARDS), Some(point), ..) => {
                let point = point_of(point, ED25519_BYTES);
                let point = point.try_into().map_err(|_| KeyError::MalformedPublicKey)?;
                Ok(Some(PublicKey::from_ed25519(point)?))
            }
            (Some(KeyType::EC), Some(point), ..) => {
                let parameters = self.parameters.as_deref().unwrap_or_default();
                let curve: ObjectIdentifier = ObjectIdentifier::from_der(parameters)
                    .map_err(|_| KeyError::MalformedPublicKey)?;
                let curve = Curve::of_oid(&curve.to_string())?;
                let bytes = match curve {
                    Curve::P256 => 65,
                    Curve::P384 => 97,
                };
                Ok(Some(PublicKey::from_point(curve, point_of(point, bytes))?))
            }
            (Some(KeyType::RSA), _, Some(modulus), Some(exponent)) => {
                Ok(Some(rsa(modulus, exponent)?))
            }
            (Some(KeyType::EC | KeyType::EC_EDWARDS | KeyType::RSA), ..) => Ok(None),
            (other, ..) => {
                let oid = other.map(|kind| kind.to_string()).unwrap_or_default();
                Err(KeyError::AlgorithmNotAccepted { oid }.into())
            }
        }
    }
}

/// `CKA_EC_POINT` is an OCTET STRING around the point (PKCS#11 v3.0, 2.3.3); some tokens give the point alone.
fn point_of(attribute: &[u8], bytes: usize) -> &[u8] {
    match attribute {
        [4, length, point @ ..] if usize::from(*length) == bytes && point.len() == bytes => point,
        _ => attribute,
    }
}

/// RFC 8017, A.1.1 in RFC 5280, 4.1.2.7.
fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey, KeyError> {
    let malformed = |_| KeyError::MalformedPublicKey;
    let integer = |number| UintRef::new(number).map_err(malformed);
    let key = vec![integer(modulus)?, integer(exponent)?].to_der().map_err(malformed)?;
    let spki = SubjectPublicKeyInfoRef {
        algorithm: AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(AnyRef::NULL) },
        subject_public_key: BitStringRef::from_bytes(&key).map_err(malformed)?,
    };
    PublicKey::from_spki_der(&spki.to_der().map_err(malformed)?)
}

const ED25519_BYTES: usize = 32;
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
