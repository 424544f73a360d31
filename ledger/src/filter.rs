//! Which entries a page of the log shows.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use jejak_signer::Hash;

use crate::event::is_person;
use crate::rules::Class;
use crate::view::Entry;

/// Which entries a page shows. Empty: all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Exactly this type.
    pub event_type: Option<String>,
    /// Exactly this stream.
    pub subject: Option<String>,
    /// Exactly this source.
    pub source: Option<String>,
    /// Signed by this person, or under this certificate.
    pub signer: Option<Signer>,
    /// The act happened at this moment or later: microseconds since 1970 UTC.
    pub acted_from: Option<i64>,
    /// The act happened at this moment or earlier.
    pub acted_to: Option<i64>,
    /// Only these positions. What was recorded within times is so too:
    /// [`View::recorded_within`](crate::View::recorded_within).
    pub within: Option<Range<u64>>,
    /// The highest class that a filter may look into: what lies above it matches nothing, or the match
    /// would tell what is withheld.
    pub class_max: Class,
}

/// Who signed: a person, whatever his certificates, or one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// A person id.
    Person(String),
    /// SHA-256 of a certificate.
    Certificate(Hash),
}

/// A text that names neither a person nor a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither a person id nor the SHA-256 of a certificate in hex")]
pub struct NoSigner;

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => f.write_str(person),
            Self::Certificate(hash) => hash.fmt(f),
        }
    }
}

impl FromStr for Signer {
    type Err = NoSigner;

    /// 64 hex digits are a certificate, everything else that can be a person id is one.
    fn from_str(text: &str) -> Result<Self, NoSigner> {
        match text.parse() {
            Ok(hash) => Ok(Self::Certificate(hash)),
            Err(_) if is_person(text) => Ok(Self::Person(text.to_owned())),
            Err(_) => Err(NoSigner),
        }
    }
}

impl EntryFilter {
    /// Whether it looks into no entry: a record whose statement is not held has no other way in.
    pub(crate) fn is_open(&self) -> bool {
        let Self {
            event_type,
            subject,
            source,
            signer,
            acted_from,
            acted_to,
            within: _,
            class_max: _,
        } = self;
        let texts = [event_type, subject, source];
        texts.iter().all(|text| text.is_none())
            && signer.is_none()
            && acted_from.is_none()
            && acted_to.is_none()
    }

    pub(crate) fn admits(&self, entry: &Entry) -> bool {
        let same = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        let event = &entry.event;
        let acted = event.time.micros;
        self.is_open()
            || (entry.class <= self.class_max
                && same(&self.event_type, &event.kind)
                && same(&self.subject, &event.subject)
                && same(&self.source, &event.source)
                && self.signer.as_ref().is_none_or(|signer| match signer {
                    Signer::Person(person) => entry.signatory.person == *person,
                    Signer::Certificate(hash) => entry.signatory.certificate == *hash,
                })
                && self.acted_from.is_none_or(|from| from <= acted)
                && self.acted_to.is_none_or(|to| acted <= to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signer_is_a_person_or_a_certificate() {
        let hash = Hash::of(b"certificate");
        assert_eq!(hash.to_string().parse(), Ok(Signer::Certificate(hash)));
        assert_eq!("p-kominfo1".parse(), Ok(Signer::Person("p-kominfo1".to_owned())));
        for wrong in ["", "short", "P-KOMINFO1", "a person", &hash.to_string().to_uppercase()] {
            assert_eq!(wrong.parse::<Signer>(), Err(NoSigner), "{wrong}");
        }
    }

    #[test]
    fn positions_alone_look_into_nothing() {
        assert!(EntryFilter { within: Some(3..9), ..EntryFilter::default() }.is_open());
        assert!(!EntryFilter { acted_to: Some(0), ..EntryFilter::default() }.is_open());
    }
}
