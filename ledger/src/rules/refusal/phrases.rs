//! What the words of several facts are made of.

use super::{Language, Text};
use crate::evaluation::Difference;
use crate::event::Mandate;
use crate::rules::lexicon::{self, told};

/// Few states one by one; of many those that stand beside one (`live+built`) together.
pub(super) fn states(all: &[String]) -> (String, String) {
    if all.len() <= STATES_MAX {
        return (all.join(", "), all.join(", "));
    }
    let mut families: Vec<(&str, Vec<&str>)> = Vec::new();
    for state in all {
        let (of, beside) =
            state.split_once('+').map_or((state.as_str(), None), |(of, b)| (of, Some(b)));
        match families.iter_mut().find(|(family, _)| *family == of) {
            Some((_, members)) => members.extend(beside),
            None => families.push((of, beside.into_iter().collect())),
        }
    }
    let is_there = |state: &str| all.iter().any(|one| one == state);
    let told = |word: fn(&str) -> String, beside: &str| {
        let family = |(of, members): &(&str, Vec<&str>)| {
            let alone = is_there(of).then(|| word(of));
            let next =
                (!members.is_empty()).then(|| format!("{of}+ {beside} {}", members.join("/")));
            alone.into_iter().chain(next).collect::<Vec<_>>().join(", ")
        };
        families.iter().map(family).collect::<Vec<_>>().join(", ")
    };
    (told(lexicon::told, "dengan"), told(str::to_owned, "with"))
}

/// Most states that are told one by one.
const STATES_MAX: usize = 6;

/// A stream by its name; a value that is held once by what it is: `cable code a1-b2`.
pub(super) fn thing_in_words(thing: &str) -> (String, String) {
    match thing.strip_prefix("index:").and_then(|held| held.split_once(':')) {
        Some((index, value)) => {
            (format!("{} `{value}`", told(index)), format!("{} `{value}`", index.replace('-', " ")))
        }
        None => (thing.to_owned(), thing.to_owned()),
    }
}

/// In which state it is; not in which, where not everybody may read it.
pub(super) fn in_state(thing: &str, state: Option<&str>) -> (String, String) {
    match state {
        Some(state) => {
            (format!("{thing} berstatus {state}"), format!("{thing} is in state {state}"))
        }
        None => (
            format!("{thing} tidak berstatus yang memungkinkan tindakan ini"),
            format!("{thing} is in no state in which this act is possible"),
        ),
    }
}

/// Its last day, and who stands in its place.
pub(super) fn agency_ended(
    agency: &str,
    last_day: &str,
    successors: &[String],
) -> (String, String) {
    let (id, en) = match successors.join(", ") {
        list if list.is_empty() => (String::new(), String::new()),
        list => (format!("; penggantinya: {list}"), format!("; in its place: {list}")),
    };
    (
        format!("perangkat daerah `{agency}` berakhir pada {last_day}{id}"),
        format!("agency `{agency}` ended on {last_day}{en}"),
    )
}

pub(super) fn those_entitled(entitled: &[Text]) -> (String, String) {
    let list = |language| {
        let texts = entitled.iter().map(|actor| actor.in_language(language));
        texts.collect::<Vec<_>>().join("; ")
    };
    let (id, en) = (list(Language::Indonesian), list(Language::English));
    (format!("yang berwenang: {id}"), format!("entitled: {en}"))
}

/// What names a mandate; where it is known, with the position of what gives it.
pub(super) fn mandate_reference(position: Option<i64>) -> (String, String) {
    let at = position.map_or_else(String::new, |position| format!(" {position}"));
    (
        format!(
            "harus menyebut yang memberi mandat: posisi{at} atau id peristiwanya, nomor atau SHA-256 keputusannya"
        ),
        format!(
            "must name what gives the mandate: position{at} or id of its event, number or SHA-256 of its decision"
        ),
    )
}

pub(super) fn in_indonesian(difference: &Difference) -> String {
    match difference {
        Difference::DomainCount { published, held } => {
            format!("{published} domain diumumkan, instrumen memiliki {held}")
        }
        Difference::Domain { number, published, computed } => {
            format!("domain {number} diumumkan {published}, menurut penilaian {computed}")
        }
        Difference::Index { published, computed } => {
            format!("indeks diumumkan {published}, menurut penilaian {computed}")
        }
        Difference::Predicate { published, computed } => {
            format!("predikat diumumkan {published}, menurut penilaian {computed}")
        }
    }
}

/// As it stands before a signature.
pub(super) fn abbreviated(mandate: Mandate) -> &'static str {
    match mandate {
        Mandate::An => "a.n.",
        Mandate::Ub => "u.b.",
        own => own.as_str(),
    }
}

pub(super) fn both(id: &str, en: &str) -> (String, String) {
    (id.to_owned(), en.to_owned())
}

/// What the sign of a comparison demands.
pub(super) fn comparison(sign: &str) -> (&'static str, &'static str) {
    match sign {
        "==" => ("harus sama dengan", "must be the same as"),
        "!=" => ("harus berbeda dari", "must differ from"),
        "<" => ("harus kurang dari", "must be less than"),
        "<=" => ("tidak boleh lebih dari", "must not be more than"),
        ">" => ("harus lebih dari", "must be more than"),
        _ => ("tidak boleh kurang dari", "must not be less than"),
    }
}
