//! The short form of what marks repeat. A stream shows many of them and is one row: what is long stands in full in the
//! event that a mark names, and here under its digest. From version 3 of the structural acts.

use jejak_signer::Hash;

use crate::rules::thing::{Field, Fields};

/// Longest value that a mark repeats, in bytes of its JSON.
const VALUE_BYTES_MAX: usize = 128;
/// Most events that a mark names as resting on a decision.
pub(super) const RESTS_MAX: usize = 16;

/// Under which name a place of a corrected field keeps the digest of its new value.
pub(super) const NEW_DIGEST: &str = "new_digest";

/// The old and the new value of a corrected place, as short as a mark shows them.
pub(super) fn shorten(place: &mut Fields) {
    for (name, short) in [("old", "old_digest"), ("new", NEW_DIGEST)] {
        let digest = place.get(name).and_then(digest);
        if let Some(digest) = digest {
            place.remove(name);
            place.insert(short.to_owned(), digest);
        }
    }
}

/// SHA-256 and length of the JSON of a value that is too long to be repeated.
fn digest(value: &Field) -> Option<Field> {
    let json = value.to_json().to_string();
    (json.len() > VALUE_BYTES_MAX).then(|| {
        let bytes = i64::try_from(json.len()).unwrap_or(i64::MAX);
        let hash = Hash::of(json.as_bytes()).to_string();
        Field::Map(Fields::from([
            ("sha256".to_owned(), Field::Text(hash)),
            ("bytes".to_owned(), Field::Integer(bytes)),
        ]))
    })
}

/// Is it the value that the digest stands for?
pub(super) fn is_of(short: &Field, value: &Field) -> bool {
    digest(value).as_ref() == Some(short)
}
