//! The URI of a key on a token (RFC 7512): `pkcs11:token=Jejak;object=log-61.07?module-path=/usr/lib/hsm.so`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::error::TokenUriError;

/// Which key on which token, and through which module.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenUri {
    text: String,
    module: PathBuf,
    pin_source: Option<String>,
    pub(super) token: TokenName,
    pub(super) object: Option<String>,
    pub(super) id: Option<Vec<u8>>,
}

/// What the URI says of the token: what it does not say may be anything.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct TokenName {
    pub(super) label: Option<String>,
    pub(super) manufacturer: Option<String>,
    pub(super) model: Option<String>,
    pub(super) serial: Option<String>,
}

impl TokenUri {
    /// The module, by its whole path.
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// Where the PIN is, in whatever words the caller gives to it (RFC 7512, 2.4).
    pub fn pin_source(&self) -> Option<&str> {
        self.pin_source.as_deref()
    }

    /// Whether a text means to be such a URI.
    pub fn is_one(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    fn put(&mut self, name: &str, value: Vec<u8>) -> Result<(), TokenUriError> {
        let text = |value| String::from_utf8(value).map_err(|_| TokenUriError::Malformed);
        match name {
            "token" => once(name, &mut self.token.label, text(value)?),
            "manufacturer" => once(name, &mut self.token.manufacturer, text(value)?),
            "model" => once(name, &mut self.token.model, text(value)?),
            "serial" => once(name, &mut self.token.serial, text(value)?),
            "object" => once(name, &mut self.object, text(value)?),
            "id" => once(name, &mut self.id, value),
            // It is always the private key that signs.
            "type" if value == b"private" => Ok(()),
            _ => Err(TokenUriError::Unknown { name: name.to_owned() }),
        }
    }
}

impl FromStr for TokenUri {
    type Err = TokenUriError;

    fn from_str(text: &str) -> Result<Self, TokenUriError> {
        let rest = text.strip_prefix(SCHEME).filter(|_| text.len() <= URI_BYTES_MAX);
        let rest = rest.ok_or(TokenUriError::Malformed)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut uri = Self {
            text: text.to_owned(),
            module: PathBuf::new(),
            pin_source: None,
            token: TokenName::default(),
            object: None,
            id: None,
        };
        for (name, value) in attributes(path, ';')? {
            uri.put(name, value)?;
        }
        let mut module = None;
        for (name, value) in attributes(query, '&')? {
            let value = String::from_utf8(value).map_err(|_| TokenUriError::Malformed)?;
            match name {
                "module-path" => once(name, &mut module, value)?,
                "pin-source" => once(name, &mut uri.pin_source, value)?,
                "pin-value" => return Err(TokenUriError::PinInside),
                _ => return Err(TokenUriError::Unknown { name: name.to_owned() }),
            }
        }
        uri.module = module.map(PathBuf::from).ok_or(TokenUriError::NoModule)?;
        if !uri.module.is_absolute() {
            return Err(TokenUriError::NoModule);
        }
        if uri.object.is_none() && uri.id.is_none() {
            return Err(TokenUriError::NoObject);
        }
        Ok(uri)
    }
}

/// As it was written. It holds no PIN.
impl fmt::Display for TokenUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for TokenUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenUri({})", self.text)
    }
}

fn once<T>(name: &str, place: &mut Option<T>, value: T) -> Result<(), TokenUriError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(TokenUriError::Twice { name: name.to_owned() }),
    }
}

/// Names and values, the escapes of the values undone.
fn attributes(text: &str, between: char) -> Result<Vec<(&str, Vec<u8>)>, TokenUriError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split(between)
        .map(|attribute| {
            let (name, value) = attribute.split_once('=').ok_or(TokenUriError::Malformed)?;
            Ok((name, unescaped(value)?))
        })
        .collect()
}

/// RFC 3986, 2.1. Bytes below the space and above ASCII must be escaped.
fn unescaped(value: &str) -> Result<Vec<u8>, TokenUriError> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let pair = digit(rest.next()).zip(digit(rest.next()));
                let value = pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                value.ok_or(TokenUriError::Malformed)?
            }
            b'!'..=b'~' => byte,
            _ => return Err(TokenUriError::Malformed),
        });
    }
    if bytes.is_empty() { Err(TokenUriError::Malformed) } else { Ok(bytes) }
}

const SCHEME: &str = "pkcs11:";
/// Longest URI.
const URI_BYTES_MAX: usize = 2_048;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn refusal(text: &str) -> TokenUriError {
        text.parse::<TokenUri>().unwrap_err()
    }

    #[test]
    fn a_uri_names_token_key_module_and_where_the_pin_is() {
        let text = "pkcs11:token=Jejak%20Uji;serial=0a1b;type=private;object=log-61.07;id=%00%fF\
                    ?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin";
        let uri: TokenUri = text.parse().unwrap();
        assert_eq!(uri.token.label.as_deref(), Some("Jejak Uji"));
        assert_eq!(uri.token.serial.as_deref(), Some("0a1b"));
        assert_eq!(uri.token.model, None);
        assert_eq!(uri.object.as_deref(), Some("log-61.07"));
        assert_eq!(uri.id, Some(vec![0, 255]));
        assert_eq!(uri.module(), Path::new("/usr/lib/softhsm/libsofthsm2.so"));
        assert_eq!(uri.pin_source(), Some("file:/run/pin"));
        assert_eq!(uri.to_string(), text);
    }

    #[test]
    fn what_is_no_uri_of_a_key_is_refused_with_its_reason() {
        let unknown = |name: &str| TokenUriError::Unknown { name: name.to_owned() };
        let twice = |name: &str| TokenUriError::Twice { name: name.to_owned() };
        for (text, reason) in [
            ("", TokenUriError::Malformed),
            ("PKCS11:object=a?module-path=/m", TokenUriError::Malformed),
            ("pkcs11:object?module-path=/m", TokenUriError::Malformed),
            ("pkcs11:object=?module-path=/m", TokenUriError::Malformed),
            ("pkcs11:object=a;?module-path=/m", TokenUriError::Malformed),
            ("pkcs11:object=%0?module-path=/m", TokenUriError::Malformed),
            ("pkcs11:object=%g0?module-path=/m", TokenUriError::Malformed),
            ("pkcs11:object=%ff?module-path=/m", TokenUriError::Malformed),
            ("pkcs11:object=a b?module-path=/m", TokenUriError::Malformed),
            ("pkcs11:object=é?module-path=/m", TokenUriError::Malformed),
            ("pkcs11:object=a;slot-id=1?module-path=/m", unknown("slot-id")),
            ("pkcs11:object=a;type=public?module-path=/m", unknown("type")),
            ("pkcs11:object=a?module-path=/m&x-a=1", unknown("x-a")),
            ("pkcs11:object=a;object=b?module-path=/m", twice("object")),
            ("pkcs11:object=a?module-path=/m&module-path=/m", twice("module-path")),
            ("pkcs11:object=a?module-path=/m&pin-value=1234", TokenUriError::PinInside),
            ("pkcs11:object=a", TokenUriError::NoModule),
            ("pkcs11:object=a?module-path=hsm.so", TokenUriError::NoModule),
            ("pkcs11:token=a?module-path=/m", TokenUriError::NoObject),
        ] {
            assert_eq!(refusal(text), reason, "{text}");
        }
        let long = format!("pkcs11:object={}?module-path=/m", "a".repeat(URI_BYTES_MAX));
        assert_eq!(refusal(&long), TokenUriError::Malformed);
    }
}
