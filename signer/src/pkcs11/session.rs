//! A session with one token, for one key: token found, logged in, key found, its mechanisms there.

use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::UserType;
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::{AuthPin, Ulong};
use sha2::{Digest as _, Sha256, Sha384};

use super::Opened;
use super::module;
use super::public;
use super::uri::{TokenName, TokenUri};
use crate::algorithm::Algorithm;
use crate::error::TokenError;
use crate::key::Passphrase;
use crate::public_key::PublicKey;

/// An open session that can sign with one key.
pub(super) struct Session {
    handle: cryptoki::session::Session,
    key: ObjectHandle,
    public_key: PublicKey,
    mechanisms: Vec<MechanismType>,
}

impl Session {
    pub(super) fn open(uri: &TokenUri, pin: Option<&Passphrase>) -> Result<Self, TokenError> {
        let (module, slot) = find_token(uri)?;
        let mechanisms = module.get_mechanism_list(slot).map_err(|error| of(&error))?;
        // Closed by hand, and only while it is known to be ours: see `close`.
        let session = module.open_ro_session_no_drop(slot).map_err(|error| of(&error))?;
        let found = log_in(&module, slot, &session, pin).and_then(|()| find_key(&session, uri));
        let (key, public_key) = match found {
            Ok(found) => found,
            Err(error) => {
                drop(session.close());
                return Err(error);
            }
        };
        let opened = Self { handle: session, key, public_key, mechanisms };
        // Rather now than at the first signature.
        match opened.mechanism(opened.public_key.algorithm()) {
            Ok(_) => Ok(opened),
            Err(error) => {
                opened.close();
                Err(error)
            }
        }
    }

    fn mechanism(&self, algorithm: Algorithm) -> Result<Mechanism<'static>, TokenError> {
        let (mechanism, name) = match algorithm {
            Algorithm::Ed25519 => {
                let parameters = EddsaParams::new(EddsaSignatureScheme::Ed25519);
                (Mechanism::Eddsa(parameters), "CKM_EDDSA")
            }
            Algorithm::Es256 | Algorithm::Es384 => (Mechanism::Ecdsa, "CKM_ECDSA"),
            Algorithm::Rs256 => (Mechanism::Sha256RsaPkcs, "CKM_SHA256_RSA_PKCS"),
            Algorithm::Ps256 => (Mechanism::Sha256RsaPkcsPss(pss()), "CKM_SHA256_RSA_PKCS_PSS"),
        };
        if self.mechanisms.contains(&mechanism.mechanism_type()) {
            return Ok(mechanism);
        }
        Err(TokenError::MechanismMissing { mechanism: name })
    }
}

impl Opened for Session {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let mechanism = self.mechanism(algorithm)?;
        // CKM_ECDSA signs a hash; what hashes and signs in one is not on every token.
        let message = match algorithm {
            Algorithm::Es256 => &Sha256::digest(message)[..],
            Algorithm::Es384 => &Sha384::digest(message)[..],
            Algorithm::Ed25519 | Algorithm::Rs256 | Algorithm::Ps256 => message,
        };
        let signed = self.handle.sign(&mechanism, self.key, message);
        signed.map_err(|error| of(&error))
    }

    fn close(self) {
        drop(self.handle.close());
    }
}

/// The one token that fits, and its module.
pub(super) fn find_token(uri: &TokenUri) -> Result<(Pkcs11, Slot), TokenError> {
    let module = module::load(uri.module())?;
    let mut fitting = Vec::new();
    for slot in module.get_slots_with_token().map_err(|error| of(&error))? {
        // One that is being pulled out is not there.
        let Ok(info) = module.get_token_info(slot) else { continue };
        if info.token_initialized() && fits(&uri.token, &info) {
            fitting.push(slot);
        }
    }
    match fitting.as_slice() {
        [slot] => Ok((module, *slot)),
        [] => Err(TokenError::TokenAbsent),
        several => Err(TokenError::TokenAmbiguous { tokens: several.len() }),
    }
}

fn fits(name: &TokenName, info: &TokenInfo) -> bool {
    let fits = |wanted: &Option<String>, found: &str| {
        wanted.as_ref().is_none_or(|wanted| wanted == found.trim_end_matches([' ', '\0']))
    };
    fits(&name.label, info.label())
        && fits(&name.manufacturer, info.manufacturer_id())
        && fits(&name.model, info.model())
        && fits(&name.serial, info.serial_number())
}

pub(super) fn log_in(
    module: &Pkcs11,
    slot: Slot,
    session: &cryptoki::session::Session,
    pin: Option<&Passphrase>,
) -> Result<(), TokenError> {
    let info = module.get_token_info(slot).map_err(|error| of(&error))?;
    let pin = pin.map(|pin| AuthPin::from(pin.as_str().to_owned()));
    let login = match pin {
        Some(pin) => session.login(UserType::User, Some(&pin)),
        None if info.protected_authentication_path() => session.login(UserType::User, None),
        None if info.login_required() => return Err(TokenError::PinMissing),
        None => return Ok(()),
    };
    match login {
        // A login counts for all sessions of the process with the token.
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
        Err(error) => Err(of(&error)),
    }
}

fn find_key(
    session: &cryptoki::session::Session,
    uri: &TokenUri,
) -> Result<(ObjectHandle, PublicKey), TokenError> {
    let found = session.find_objects(&template(uri, ObjectClass::PRIVATE_KEY));
    let found = found.map_err(|error| of(&error))?;
    let key = match found.as_slice() {
        [key] => *key,
        [] => return Err(TokenError::ObjectNotFound),
        several => return Err(TokenError::ObjectAmbiguous { objects: several.len() }),
    };
    let always = session.get_attributes(key, &[AttributeType::AlwaysAuthenticate]);
    // A token of an older version does not know the attribute.
    if always.is_ok_and(|found| found.contains(&Attribute::AlwaysAuthenticate(true))) {
        return Err(TokenError::AlwaysAuthenticate);
    }
    Ok((key, public::of_key(session, key)?))
}

/// What an object of the URI's name and of this class has.
pub(super) fn template(uri: &TokenUri, class: ObjectClass) -> Vec<Attribute> {
    let mut template = vec![Attribute::Class(class)];
    template.extend(uri.object.as_ref().map(|label| Attribute::Label(label.as_bytes().to_vec())));
    template.extend(uri.id.as_ref().map(|id| Attribute::Id(id.clone())));
    template
}

/// The token's word for what went wrong.
pub(super) fn of(error: &Error) -> TokenError {
    let reason = error.to_string();
    let Error::Pkcs11(answer, _) = error else { return TokenError::Device { reason } };
    match answer {
        RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => TokenError::PinWrong,
        RvError::PinLocked => TokenError::PinLocked,
        RvError::TokenNotPresent | RvError::TokenNotRecognized => {
            TokenError::SessionLost { reason }
        }
        // What a token says when it was away, when the module was finalised, when the process was forked; and
        // the general answers that modules give instead.
        RvError::CryptokiNotInitialized
        | RvError::DeviceError
        | RvError::DeviceRemoved
        | RvError::FunctionFailed
        | RvError::GeneralError
        | RvError::KeyHandleInvalid
        | RvError::ObjectHandleInvalid
        | RvError::OperationActive
        | RvError::SessionClosed
        | RvError::SessionHandleInvalid
        | RvError::SlotIdInvalid
        | RvError::UserNotLoggedIn => TokenError::SessionLost { reason },
        _ => TokenError::Device { reason },
    }
}

/// RFC 7518, 3.5: SHA-256 throughout, the salt as long as the hash.
fn pss() -> PkcsPssParams {
    PkcsPssParams {
        hash_alg: MechanismType::SHA256,
        mgf: PkcsMgfType::MGF1_SHA256,
        s_len: Ulong::new(32),
    }
}
