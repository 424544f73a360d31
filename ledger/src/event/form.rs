//! The forms of the texts of events, for those who ask about events: a question that no event could ever answer is a
//! mistake.

use super::forms;

/// What a text of an event has to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `subdomain.granted`.
    EventType,
    /// `subdomain/dinkes.example.go.id`.
    Stream,
    /// `agency/dinkes`: an agency as events name their source.
    Source,
    /// `dinkes`: an agency as signers and registers name it.
    Agency,
    /// `role/kadis-kominfo`.
    Office,
    /// A random id.
    Person,
}

impl Form {
    /// Whether `text` has it.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::EventType => forms::event_type(text).is_ok(),
            Self::Stream => forms::is_stream(text),
            Self::Source => forms::source(text).is_ok(),
            Self::Agency => forms::segment(text).is_ok(),
            Self::Office => forms::is_office(text),
            Self::Person => forms::is_person(text),
        }
    }

    /// What it is, in Indonesian and in English, with an example.
    pub fn in_words(self) -> (&'static str, &'static str) {
        match self {
            Self::EventType => (
                "jenis peristiwa: kata huruf kecil dipisah titik, misalnya subdomain.granted",
                "an event type: lower-case words joined by dots, e.g. subdomain.granted",
            ),
            Self::Stream => (
                "aliran: jenis dan id dipisah garis miring, misalnya system/antrean",
                "a stream: its kind and its id joined by a slash, e.g. system/antrean",
            ),
            Self::Source => (
                "agency/ dan id instansi: agency/dinkes",
                "agency/ and an agency id: agency/dinkes",
            ),
            Self::Agency => (
                "id instansi saja, tanpa agency/: dinkes",
                "an agency id alone, without agency/: dinkes",
            ),
            Self::Office => (
                "role/ dan id jabatan: role/kadis-kominfo",
                "role/ and an office id: role/kadis-kominfo",
            ),
            Self::Person => (
                "id orang: 8 sampai 64 dari a-z 0-9 . _ -",
                "a person id: 8 to 64 of a-z 0-9 . _ -",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Form::{self, Agency, EventType, Office, Person, Source, Stream};

    #[test]
    fn each_form_takes_its_own_and_not_its_neighbours() {
        let takers = |text: &str| {
            let all = [EventType, Stream, Source, Agency, Office, Person];
            all.into_iter().filter(|form| form.fits(text)).collect::<Vec<_>>()
        };
        assert_eq!(takers("dinkes"), [Stream, Agency]);
        assert_eq!(takers("agency/dinkes"), [Stream, Source]);
        assert_eq!(takers("role/kadis"), [Stream, Office]);
        assert_eq!(takers("p-dinkes01"), [Stream, Agency, Person]);
        assert_eq!(takers("subdomain.granted"), [EventType, Stream, Agency, Person]);
        assert_eq!(takers("agency/a/b"), [Stream]);
        for nothing in ["", "Dinkes", "agency/", "/dinkes", "a b"] {
            assert_eq!(takers(nothing), Vec::<Form>::new(), "{nothing}");
        }
    }
}
