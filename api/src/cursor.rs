//! The opaque cursor of a page. It carries the whole question (so that it cannot be continued with another one) and
//! the place where the page ended; a register's cursor pins its `as_of`, so that later events never shift its pages.
//! It grants nothing, and nobody can make one: it carries a mark of this process. Nor does it serve a reader of another class
//! than the one it was given to.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jejak_ledger::log::Position;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::problem::{Fault, Problem};
use crate::query::invalid;
use crate::reader::Reader;

/// Where a list of events goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsCursor {
    /// The ledger's region.
    pub(crate) ledger: String,
    /// The filters it was asked with.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub(crate) event_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// The last position examined.
    pub(crate) after: Position,
}

/// Where the rows of a register go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterCursor {
    /// The ledger's region.
    pub(crate) ledger: String,
    /// The register's name.
    pub(crate) register: String,
    /// The position its rows are as of.
    pub(crate) as_of: Position,
    /// Where the page before ended.
    pub(crate) after: Place,
}

/// The last key examined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    /// The reader has seen it.
    Key(String),
    /// The reader may not see it; the server remembers it under this id.
    Kept(String),
}

/// The text a caller hands back.
pub(crate) fn encode<T: Serialize>(cursor: &T, reader: &Reader) -> Result<String, Problem> {
    let mut bytes = serde_json::to_vec(cursor).map_err(|error| Problem::internal(&error))?;
    bytes.extend_from_slice(&mark(&bytes, reader).to_be_bytes());
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// The cursor in a text a caller handed back.
pub(crate) fn decode<T: DeserializeOwned>(text: &str, reader: &Reader) -> Result<T, Problem> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| foreign())?;
    let (json, own) = bytes.split_last_chunk::<8>().ok_or_else(foreign)?;
    if mark(json, reader).to_be_bytes() != *own {
        return Err(foreign());
    }
    serde_json::from_slice(json).map_err(|_| foreign())
}

/// What only this process can put under a cursor (`SipHash` under a random key): a place that somebody made
/// up would let him ask where the keys lie that he may not see. After a restart paging begins again.
fn mark(json: &[u8], reader: &Reader) -> u64 {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEY.hash_one((json, reader.class()))
}

/// A cursor that this question did not give out.
pub(crate) fn foreign() -> Problem {
    invalid("cursor", Fault::Cursor)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn events() -> EventsCursor {
        EventsCursor {
            ledger: "61.07".into(),
            event_type: Some("subdomain.granted".into()),
            subject: None,
            source: None,
            after: Position(41),
        }
    }

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let text = encode(&events(), &Reader::PUBLIC).unwrap();
        assert!(
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        );
        assert_eq!(decode::<EventsCursor>(&text, &Reader::PUBLIC).unwrap(), events());
    }

    #[test]
    fn a_cursor_of_another_kind_is_refused() {
        let text = encode(&events(), &Reader::PUBLIC).unwrap();
        assert!(decode::<RegisterCursor>(&text, &Reader::PUBLIC).is_err());
    }

    #[test]
    fn rubbish_is_refused() {
        for text in ["", "x", "%%%", "AAAA", "e30", "bnVsbA"] {
            assert!(decode::<EventsCursor>(text, &Reader::PUBLIC).is_err(), "{text}");
        }
    }
}
