//! Where a listing goes on: what a page ends with and the next one begins with.
//!
//! A cursor carries the whole question, so that it cannot be continued with another one, and the size of
//! the ledger that the listing sees, so that later events never shift its pages. Pure: text in, text out.
//!
//! ```text
//! base64url( 0x01 | listing | count u8, { name, value } by name | size u64 | after | seal 8 )
//! text = length u16, UTF-8        after = 0x00 position u64 | 0x01 text (a key) | 0x02 text (kept)
//! ```
//!
//! Nothing of this is stored: another program may lay it out differently.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::log::Position;

/// A place in a listing, and the listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// What is listed: `61.07/events`.
    pub listing: String,
    /// The question: each parameter that was asked with, as it was written.
    pub question: BTreeMap<String, String>,
    /// The listing sees the first so many records of the ledger.
    pub size: u64,
    /// Where the page before ended.
    pub after: Place,
}

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The last position examined.
    Position(Position),
    /// The last key examined, which the reader has seen.
    Key(String),
    /// The last key examined, which the reader may not see: the server remembers it under this name.
    Kept(String),
}

/// Why a text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// Longer than a cursor can be.
    #[error("longer than {CURSOR_BYTES_MAX} bytes")]
    TooLong,
    /// Not base64url without padding.
    #[error("not base64url")]
    Encoding,
    /// Made by somebody else: the seal is not that of these bytes.
    #[error("the seal is another")]
    Seal,
    /// Not laid out as a cursor.
    #[error("not laid out as a cursor")]
    Layout,
}

impl Cursor {
    /// The text that a caller hands back, under the seal that `seal` gives its bytes.
    pub fn to_text(&self, seal: impl Fn(&[u8]) -> [u8; SEAL_BYTES]) -> Result<String, CursorError> {
        let mut bytes = vec![VERSION];
        put_text(&mut bytes, &self.listing)?;
        bytes.push(u8::try_from(self.question.len()).map_err(|_| CursorError::TooLong)?);
        for (name, value) in &self.question {
            put_text(&mut bytes, name)?;
            put_text(&mut bytes, value)?;
        }
        bytes.extend_from_slice(&self.size.to_be_bytes());
        match &self.after {
            Place::Position(position) => {
                bytes.push(AT_POSITION);
                bytes.extend_from_slice(&position.0.to_be_bytes());
            }
            Place::Key(key) => {
                bytes.push(AT_KEY);
                put_text(&mut bytes, key)?;
            }
            Place::Kept(name) => {
                bytes.push(AT_KEPT);
                put_text(&mut bytes, name)?;
            }
        }
        let own = seal(&bytes);
        bytes.extend_from_slice(&own);
        let text = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        if text.len() <= CURSOR_BYTES_MAX { Ok(text) } else { Err(CursorError::TooLong) }
    }

    /// The cursor in a text that a caller handed back.
    pub fn parse(
        text: &str,
        seal: impl Fn(&[u8]) -> [u8; SEAL_BYTES],
    ) -> Result<Self, CursorError> {
        if text.len() > CURSOR_BYTES_MAX {
            return Err(CursorError::TooLong);
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError::Encoding)?;
        let (body, own) = bytes.split_last_chunk::<SEAL_BYTES>().ok_or(CursorError::Layout)?;
        if seal(body) != *own {
            return Err(CursorError::Seal);
        }
        let mut rest = Rest(body);
        rest.cursor().filter(|_| rest.0.is_empty()).ok_or(CursorError::Layout)
    }
}

/// What is not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn cursor(&mut self) -> Option<Cursor> {
        (self.byte()? == VERSION).then_some(())?;
        let listing = self.text()?;
        let mut question = BTreeMap::new();
        for _ in 0..self.byte()? {
            let (name, value) = (self.text()?, self.text()?);
            // Each name once and in order: one question has one spelling.
            let ascends = question.last_key_value().is_none_or(|(last, _)| *last < name);
            ascends.then_some(())?;
            question.insert(name, value);
        }
        let size = self.number()?;
        let after = match self.byte()? {
            AT_POSITION => Place::Position(Position(self.number()?)),
            AT_KEY => Place::Key(self.text()?),
            AT_KEPT => Place::Kept(self.text()?),
            _ => return None,
        };
        Some(Cursor { listing, question, size, after })
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_be_bytes(*number))
    }

    fn text(&mut self) -> Option<String> {
        let (length, rest) = self.0.split_first_chunk::<2>()?;
        let (text, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        self.0 = rest;
        std::str::from_utf8(text).ok().map(str::to_owned)
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) -> Result<(), CursorError> {
    let length = u16::try_from(text.len()).map_err(|_| CursorError::TooLong)?;
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
    Ok(())
}

/// Longest cursor as text. A parameter of a request head, which may have 8 KiB in all.
pub const CURSOR_BYTES_MAX: usize = 6_144;
/// Length of the seal.
pub const SEAL_BYTES: usize = 8;

const VERSION: u8 = 1;
const AT_POSITION: u8 = 0;
const AT_KEY: u8 = 1;
const AT_KEPT: u8 = 2;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn seal(bytes: &[u8]) -> [u8; SEAL_BYTES] {
        [bytes.iter().fold(7, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(*byte)); SEAL_BYTES]
    }

    fn cursor(after: Place) -> Cursor {
        let question = [("type", "subdomain.granted"), ("source", "agency/dinkes")];
        let question = question.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Cursor { listing: "61.07/events".to_owned(), question: question.into(), size: 42, after }
    }

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let places =
            [Place::Position(Position(41)), Place::Key("a.id".into()), Place::Kept(String::new())];
        for place in places {
            let text = cursor(place.clone()).to_text(seal).unwrap();
            let url_safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            assert!(text.bytes().all(url_safe));
            assert_eq!(Cursor::parse(&text, seal).unwrap(), cursor(place));
        }
    }

    #[test]
    fn under_another_seal_it_is_refused() {
        let text = cursor(Place::Position(Position(0))).to_text(seal).unwrap();
        assert_eq!(Cursor::parse(&text, |_| [0; SEAL_BYTES]), Err(CursorError::Seal));
    }

    #[test]
    fn what_is_too_long_is_neither_made_nor_read() {
        let long = Place::Key("k".repeat(CURSOR_BYTES_MAX));
        assert_eq!(cursor(long).to_text(seal), Err(CursorError::TooLong));
        let text = "A".repeat(CURSOR_BYTES_MAX + 1);
        assert_eq!(Cursor::parse(&text, seal), Err(CursorError::TooLong));
    }

    #[test]
    fn rubbish_is_refused_with_its_reason() {
        let sealed = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode([bytes, &seal(bytes)].concat());
        let whole = cursor(Place::Position(Position(41))).to_text(seal).unwrap();
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(whole).unwrap();
        bytes.truncate(bytes.len() - SEAL_BYTES);
        for cut in 0..bytes.len() {
            let text = sealed(bytes.get(..cut).unwrap());
            assert_eq!(Cursor::parse(&text, seal), Err(CursorError::Layout), "{cut}");
        }
        bytes.push(0);
        assert_eq!(Cursor::parse(&sealed(&bytes), seal), Err(CursorError::Layout));
        assert_eq!(Cursor::parse("%%%", seal), Err(CursorError::Encoding));
        assert_eq!(Cursor::parse("", seal), Err(CursorError::Layout));
        // A name twice.
        let twice = [&[1, 0, 0, 2][..], &[0, 1, b'a', 0, 0, 0, 1, b'a', 0, 0], &[0; 17]].concat();
        assert_eq!(Cursor::parse(&sealed(&twice), seal), Err(CursorError::Layout));
    }
}
