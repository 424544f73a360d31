//! Marks: what acts about its events say of a thing, beside the columns of its row.

use serde_json::{Map, Value, json};

use crate::log::Position;
use crate::rules::{
    FOUND, Field, Fields, MARKS, PENDING, RIWAYAT, RuleSet, Text, Thing, unattested,
};

/// What acts about its events say of a thing: what was corrected, voided or revoked, what was
/// accepted with a finding, what waits for a signature, and what is from before the ledger (RIWAYAT).
///
/// Of a signer also which of his certificates rest on the word of one.
pub fn marks(thing: &Thing) -> Map<String, Value> {
    let shown = |name: &str| Some((name.to_owned(), thing.fields.get(name)?.to_json()));
    let mut marks: Map<_, _> =
        MARKS.into_iter().chain([FOUND, PENDING, RIWAYAT]).filter_map(shown).collect();
    let unattested: Vec<Value> = unattested(thing).map(of_certificate).collect();
    if !unattested.is_empty() {
        marks.insert(UNATTESTED.to_owned(), unattested.into());
    }
    marks
}

/// A certificate that nobody has attested, whose word it stands on, and what that means.
fn of_certificate(entry: &Fields) -> Value {
    let text = |name: &str| entry.get(name).and_then(Field::as_text);
    let words = Text { id: UNATTESTED_ID.to_owned(), en: UNATTESTED_EN.to_owned() };
    json!({ "certificate": text("certificate"), "enrolled_by": text("enrolled_by"), "text": words })
}

/// Of a signer: his certificates that one person enrolled and no other has attested.
pub const UNATTESTED: &str = "unattested";
const UNATTESTED_ID: &str = "didaftarkan oleh satu orang dan belum disahkan: dengannya ia bukan pemegang otoritas, pendaftar, \
     atau layanan buku besar";
const UNATTESTED_EN: &str = "enrolled by one person and not attested: with it he is no authority, registrar or service of \
     the ledger";

/// The marks that the event at `position` has left.
pub fn marks_of(thing: &Thing, position: Position) -> Map<String, Value> {
    let at = json!(position.0);
    let mut marks = marks(thing);
    for list in marks.values_mut().filter_map(Value::as_array_mut) {
        list.retain(|mark| mark.get("position") == Some(&at));
    }
    marks.retain(|_, list| list.as_array().is_some_and(|list| !list.is_empty()));
    marks
}

/// Adds to marks (or to a row with them) what rules say: of a finding its text; of an act that waits, in words whose
/// signatures are missing, `{actor, text}`.
pub fn tell(marks: &mut Map<String, Value>, rules: &RuleSet) {
    for mark in marks.get_mut(FOUND).and_then(Value::as_array_mut).into_iter().flatten() {
        let words = text(mark, "type").zip(text(mark, "rule"));
        let words = words.and_then(|(kind, rule)| rules.finding(kind, rule));
        if let (Some(mark), Some(words)) = (mark.as_object_mut(), words) {
            mark.insert("text".to_owned(), json!(words));
        }
    }
    for mark in marks.get_mut(PENDING).and_then(Value::as_array_mut).into_iter().flatten() {
        // Those of the act that a correction corrects sign it.
        let of = mark.get("of").unwrap_or(mark);
        let member = |name| text(of, name).unwrap_or_default().to_owned();
        let (kind, agency) = (member("type"), member("agency"));
        for awaited in mark.get_mut("awaits").and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(actor) = awaited.as_str() else { continue };
            *awaited = match rules.cosigner(&kind, actor, &agency) {
                Some(words) => json!({ "actor": actor, "text": words }),
                None => json!({ "actor": actor }),
            };
        }
    }
}

/// Of a row, or of the marks of its version: the event that made it was accepted while news of revocations was awaited.
pub const REVOCATION_PENDING: &str = "revocation_pending";

/// Of a row, or the marks of a stream: the acts that waited and can be signed no more.
pub const LAPSED: &str = "lapsed";

/// The marks of a row by their names: `corrected`, `voided`, `revoked`, `annulled`, `found BKY.14.3`, `pending`,
/// `lapsed`, `unattested`, `revocation-pending`, `riwayat`.
pub fn names_of_marks(row: &Map<String, Value>) -> Vec<String> {
    let [corrections, voided, revoked] = MARKS;
    let list = |name: &str| row.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let once = |name: &str, called: &str| (!list(name).is_empty()).then(|| called.to_owned());
    let mut names: Vec<String> =
        once(corrections, "corrected").into_iter().chain(once(voided, "voided")).collect();
    names.extend(list(revoked).iter().filter_map(|mark| text(mark, "how")).map(str::to_owned));
    let found = list(FOUND).iter().filter_map(|mark| text(mark, "rule"));
    names.extend(found.map(|rule| format!("found {rule}")));
    names.extend(once(PENDING, "pending"));
    names.extend(once(LAPSED, "lapsed"));
    names.extend(once(UNATTESTED, "unattested"));
    let awaited = row.get(REVOCATION_PENDING) == Some(&Value::Bool(true));
    names.extend(awaited.then(|| "revocation-pending".to_owned()));
    names.extend(once(RIWAYAT, RIWAYAT));
    names.dedup();
    names
}

fn text<'a>(mark: &'a Value, name: &str) -> Option<&'a str> {
    mark.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::log::Micros;
    use crate::rules::{BENGKAYANG_19_2020, Class, Field};

    fn marked() -> Thing {
        let entry = |pairs: &[(&str, Field)]| {
            Field::Map(
                pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            )
        };
        let mut thing = Thing::new(Position(9), Micros(0), Class::Public);
        let awaits = Field::List(vec![Field::from("KAOPD of source"), Field::from("NOBODY")]);
        let sop = ("type", Field::from("sop.adopted"));
        for (name, mark) in [
            ("corrections", entry(&[("position", Field::Integer(4))])),
            ("voided", entry(&[("position", Field::Integer(5))])),
            (
                "revoked",
                entry(&[("position", Field::Integer(6)), ("how", Field::from("annulled"))]),
            ),
            (
                "found",
                entry(&[
                    ("position", Field::Integer(9)),
                    sop.clone(),
                    ("rule", Field::from("BKY.14.3")),
                ]),
            ),
            (
                "pending",
                entry(&[
                    ("position", Field::Integer(9)),
                    sop,
                    ("agency", Field::from("dinkes")),
                    ("awaits", awaits),
                ]),
            ),
        ] {
            thing.fields.insert(name.to_owned(), Field::List(vec![mark]));
        }
        thing
    }

    #[test]
    fn every_mark_has_a_name_and_one_that_is_not_there_has_none() {
        let names = names_of_marks(&marks(&marked()));
        assert_eq!(names, ["corrected", "voided", "annulled", "found BKY.14.3", "pending"]);
        let mut before = marked();
        let mark = Fields::from([("position".to_owned(), Field::Integer(3))]);
        before.fields.insert("riwayat".to_owned(), Field::List(vec![Field::Map(mark)]));
        assert_eq!(names_of_marks(&marks(&before)).last().unwrap(), "riwayat");
        let of_third: Vec<_> = marks_of(&before, Position(3)).into_iter().collect();
        assert_eq!(of_third, [("riwayat".to_owned(), json!([{ "position": 3 }]))]);
        let mut row = marks(&marked());
        row.insert(REVOCATION_PENDING.to_owned(), true.into());
        assert_eq!(names_of_marks(&row).last().unwrap(), "revocation-pending");
        row.insert(REVOCATION_PENDING.to_owned(), false.into());
        assert_eq!(names_of_marks(&row).last().unwrap(), "pending");
        assert_eq!(names_of_marks(&Map::new()), Vec::<String>::new());
    }

    #[test]
    fn certificates_on_the_word_of_one_are_marked_until_they_are_attested_or_revoked() {
        let entry = |pairs: &[(&str, Field)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
            Field::Map(pairs.collect())
        };
        let certificate = |name: &str, state: &str| {
            vec![("certificate", Field::from(name)), ("state", Field::from(state))]
        };
        let by = ("enrolled_by", Field::from("p-1"));
        let attested = ("attested_at", Field::Integer(7));
        let list = [
            entry(&certificate("opening", "active")),
            entry(&[certificate("alone", "active"), vec![by.clone()]].concat()),
            entry(&[certificate("both", "active"), vec![by.clone(), attested]].concat()),
            entry(&[certificate("gone", "revoked"), vec![by.clone()]].concat()),
            entry(&[certificate("held", "suspended"), vec![by]].concat()),
        ];
        let mut thing = Thing::new(Position(9), Micros(0), Class::Public);
        thing.fields.insert("certificates".to_owned(), Field::List(list[..1].to_vec()));
        assert_eq!(marks(&thing), Map::new());
        thing.fields.insert("certificates".to_owned(), Field::List(list.to_vec()));
        let marked = marks(&thing);
        let of: Vec<_> =
            marked[UNATTESTED].as_array().unwrap().iter().map(|one| &one["certificate"]).collect();
        assert_eq!(of, ["alone", "held"]);
        assert_eq!(marked[UNATTESTED][0]["enrolled_by"], "p-1");
        assert!(marked[UNATTESTED][0]["text"]["id"].as_str().unwrap().contains("belum disahkan"));
        assert!(marked[UNATTESTED][0]["text"]["en"].as_str().unwrap().contains("not attested"));
        assert_eq!(names_of_marks(&marked), ["unattested"]);
        // It is the state of the row, and no version has left it.
        assert_eq!(marks_of(&thing, Position(9)), Map::new());
    }

    #[test]
    fn the_marks_of_a_position_are_those_that_its_event_has_left() {
        let of = |position| {
            let marks = marks_of(&marked(), Position(position));
            marks.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!((of(5), of(7)), (vec!["voided".to_owned()], Vec::new()));
        assert_eq!(of(9), ["found", "pending"]);
    }

    /// A row showed only "KAOPD of source".
    #[test]
    fn marks_tell_what_the_rules_say_and_keep_the_names_for_programs() {
        let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
        let mut told = marks(&marked());
        tell(&mut told, &rules);
        let awaits = &told["pending"][0]["awaits"];
        assert_eq!(awaits[0]["actor"], "KAOPD of source");
        assert_eq!(
            awaits[0]["text"],
            json!({
                "id": "KAOPD (perangkat daerah, kepala instansi) dari dinkes",
                "en": "KAOPD (agency, head of the agency) of dinkes",
            })
        );
        assert_eq!(awaits[1], json!({ "actor": "NOBODY" }));
        let words = rules.finding("sop.adopted", "BKY.14.3").unwrap();
        assert_eq!(told["found"][0]["text"], json!(words));
    }
}
