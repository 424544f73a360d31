//! Where the log keys of one ledger are: one place, or several while one key follows another.

use std::fmt;
use std::path::Path;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::KeyPlace;

/// The places of the log keys of one ledger, at least one. In a configuration a text, or a list of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPlaces(Vec<KeyPlace>);

/// Most log keys that are held for one ledger.
pub const KEY_PLACES_MAX: usize = 8;

impl KeyPlaces {
    /// All of them, in the order in which they are named.
    pub fn all(&self) -> &[KeyPlace] {
        &self.0
    }

    /// Relative paths of files start at `folder`.
    #[must_use]
    pub fn starting_at(self, folder: &Path) -> Self {
        Self(self.0.into_iter().map(|place| place.starting_at(folder)).collect())
    }
}

impl From<KeyPlace> for KeyPlaces {
    fn from(place: KeyPlace) -> Self {
        Self(vec![place])
    }
}

impl Serialize for KeyPlaces {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.all() {
            [one] => one.serialize(serializer),
            several => several.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for KeyPlaces {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Places)
    }
}

struct Places;

impl<'de> Visitor<'de> for Places {
    type Value = KeyPlaces;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the place of a log key, or a list of 1 to {KEY_PLACES_MAX} of them")
    }

    fn visit_str<E: Error>(self, place: &str) -> Result<KeyPlaces, E> {
        place.parse::<KeyPlace>().map(KeyPlaces::from).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<KeyPlaces, A::Error> {
        let mut places = Vec::new();
        while let Some(place) = list.next_element()? {
            places.push(place);
            if places.len() > KEY_PLACES_MAX {
                return Err(A::Error::invalid_length(places.len(), &self));
            }
        }
        if places.is_empty() {
            Err(A::Error::invalid_length(0, &self))
        } else {
            Ok(KeyPlaces(places))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(places: &str) -> Result<KeyPlaces, serde_json::Error> {
        serde_json::from_str(places)
    }

    #[test]
    fn one_place_or_several_are_written_as_they_were_read() {
        for places in [r#""a.pem""#, r#"["a.pem","b.pem"]"#] {
            assert_eq!(serde_json::to_string(&read(places).unwrap()).unwrap(), places);
        }
        let moved = read(r#"["a.pem","/b.pem"]"#).unwrap().starting_at(Path::new("/etc"));
        assert_eq!(serde_json::to_string(&moved).unwrap(), r#"["/etc/a.pem","/b.pem"]"#);
    }

    #[test]
    fn no_place_and_too_many_are_refused() {
        let says = "a list of 1 to 8 of them";
        let many = serde_json::to_string(&vec!["a.pem"; KEY_PLACES_MAX + 1]).unwrap();
        for places in ["[]", "7", &many] {
            let refused = read(places).unwrap_err().to_string();
            assert!(refused.contains(says), "{refused}");
        }
        assert!(read(r#"["a.pem", 7]"#).is_err());
        assert!(read(&serde_json::to_string(&vec!["a.pem"; KEY_PLACES_MAX]).unwrap()).is_ok());
    }
}
