//! A new key pair on a token.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, ObjectClass};
use cryptoki::session::Session;

use super::session::{find_token, log_in, of, template};
use super::uri::TokenUri;
use crate::algorithm::Algorithm;
use crate::error::{KeyError, TokenError};
use crate::key::Passphrase;

/// Makes the pair that `uri` names, where nothing has that name.
pub(super) fn generate(
    uri: &TokenUri,
    pin: Option<&Passphrase>,
    algorithm: Algorithm,
) -> Result<(), TokenError> {
    let (module, slot) = find_token(uri)?;
    let session = module.open_rw_session(slot).map_err(|error| of(&error))?;
    log_in(&module, slot, &session, pin)?;
    for class in [ObjectClass::PRIVATE_KEY, ObjectClass::PUBLIC_KEY] {
        if !session.find_objects(&template(uri, class)).map_err(|error| of(&error))?.is_empty() {
            return Err(TokenError::ObjectExists);
        }
    }
    make(&session, uri, algorithm)
}

fn make(session: &Session, uri: &TokenUri, algorithm: Algorithm) -> Result<(), TokenError> {
    let mut name = Vec::new();
    name.extend(uri.object.as_ref().map(|label| Attribute::Label(label.as_bytes().to_vec())));
    name.push(Attribute::Id(id(uri)?));
    let mut public =
        vec![Attribute::Token(true), Attribute::Private(false), Attribute::Verify(true)];
    let mechanism = match algorithm {
        Algorithm::Ed25519 => {
            public.push(Attribute::EcParams(ED25519.to_vec()));
            Mechanism::EccEdwardsKeyPairGen
        }
        Algorithm::Es256 => {
            public.push(Attribute::EcParams(P256.to_vec()));
            Mechanism::EccKeyPairGen
        }
        Algorithm::Es384 => {
            public.push(Attribute::EcParams(P384.to_vec()));
            Mechanism::EccKeyPairGen
        }
        Algorithm::Rs256 | Algorithm::Ps256 => {
            public.push(Attribute::ModulusBits(2048.into()));
            public.push(Attribute::PublicExponent(vec![1, 0, 1]));
            Mechanism::RsaPkcsKeyPairGen
        }
    };
    let mut private = vec![
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
    ];
    public.extend(name.iter().cloned());
    private.extend(name);
    let made = session.generate_key_pair(&mechanism, &public, &private);
    made.map(drop).map_err(|error| of(&error))
}

/// That of the URI, or a random one: it is what keeps the halves together.
fn id(uri: &TokenUri) -> Result<Vec<u8>, TokenError> {
    if let Some(id) = &uri.id {
        return Ok(id.clone());
    }
    let mut id = vec![0; 16];
    getrandom::fill(&mut id).map_err(|_| KeyError::NotGenerated)?;
    Ok(id)
}

/// OBJECT IDENTIFIER 1.3.101.112 (RFC 8410, 3).
const ED25519: [u8; 5] = [6, 3, 43, 101, 112];
/// OBJECT IDENTIFIER 1.2.840.10045.3.1.7 (RFC 5480, 2.1.1.1).
const P256: [u8; 10] = [6, 8, 42, 134, 72, 206, 61, 3, 1, 7];
/// OBJECT IDENTIFIER 1.3.132.0.34.
const P384: [u8; 7] = [6, 5, 43, 129, 4, 0, 34];
