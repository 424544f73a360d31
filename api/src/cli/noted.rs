//! What an accepted event was noted with, for people: that it waits for signatures, and what was found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Context;
use super::output::{Format, with};

/// A column with what events were noted with, where they are laid out in cells; programs get the members themselves.
pub(super) struct Column {
    is_laid_out: bool,
    awaits: bool,
    since: Option<Since>,
}

impl Column {
    pub(super) fn new(context: &Context) -> Self {
        let format = context.output.asked().unwrap_or(Format::Table);
        Self {
            is_laid_out: matches!(format, Format::Table | Format::Csv),
            awaits: false,
            since: None,
        }
    }

    /// Is it filled at all?
    pub(super) fn is_laid_out(&self) -> bool {
        self.is_laid_out
    }

    /// The same, saying of acts that waited what has become of them.
    pub(super) fn knowing(self, since: Since) -> Self {
        Self { since: Some(since), ..self }
    }

    /// The event with its cell.
    pub(super) fn fill(&mut self, entry: Value) -> Value {
        if !self.is_laid_out {
            return entry;
        }
        self.awaits |= entry.get("awaits").is_some();
        let cell = match &self.since {
            Some(since) => joined(since.of(&entry), &entry),
            None => told(&entry),
        };
        let cell = cell.unwrap_or_default();
        with(entry, "noted", cell.into())
    }

    /// Says of cells about signatures that they are of the time when the act was recorded.
    pub(super) fn say(&self, context: &Context) {
        if self.awaits {
            context.talk.say(
                format_args!(
                    "menunggu tanda tangan: ketika dicatat; yang masih ditunggu ditunjukkan `jejak stream` aliran itu"
                ),
                "waits for the signature: when it was recorded; `jejak stream` of its stream tells what still waits",
            );
        }
    }
}

/// Says which acts of a stream still wait, and which can be signed no more; for whose signatures, the key by which each is countersigned, and what
/// whoever signs compares before.
pub(super) fn say_waiting(marks: Option<&Value>, context: &Context) {
    for mark in listed(marks, "lapsed") {
        let position = mark.get("position").and_then(Value::as_u64).unwrap_or_default();
        let kind = text(mark, "type");
        context.talk.say(
            format_args!(
                "posisi {position} ({kind}) tidak dapat ditandatangani lagi: {}",
                why(mark, "id")
            ),
            format_args!("position {position} can be signed no more: {}", why(mark, "en")),
        );
    }
    for mark in listed(marks, "pending") {
        let position = mark.get("position").and_then(Value::as_u64).unwrap_or_default();
        let (kind, key) = (text(mark, "type"), text(mark, "key"));
        let (indonesian, english) = awaited(mark);
        context.talk.say(
            format_args!("posisi {position} ({kind}) masih menunggu tanda tangan: {indonesian}; kuncinya (key) {key}"),
            format_args!("position {position} still waits for the signature of: {english}"),
        );
        if let Some(compared) = compared(mark) {
            context.talk.say(
                format_args!("cocokkan sebelum menandatangani posisi {position}: {compared}"),
                format_args!(
                    "compare before position {position} is signed: what it changes, who signed it first and by which certificate, until when it waits"
                ),
            );
        }
    }
}

/// What an act of the ledger itself would change, who signed it first, and until when it waits; none of other acts.
fn compared(mark: &Value) -> Option<String> {
    let until = mark.get("until").and_then(Value::as_str)?;
    let data = mark.get("data").and_then(Value::as_object).into_iter().flatten();
    let data = data.map(|(name, value)| format!("{name} {}", value.as_str().unwrap_or_default()));
    let of = [
        format!("by {}", text(mark, "by")),
        format!("by.certificate {}", text(mark, "certificate")),
        format!("until {until}"),
    ];
    Some(data.chain(of).collect::<Vec<_>>().join("; "))
}

fn listed<'a>(marks: Option<&'a Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    let list = marks.and_then(|marks| marks.get(name)).and_then(Value::as_array);
    list.into_iter().flatten()
}

/// Why an act waits no more, in a language.
fn why<'a>(mark: &'a Value, language: &str) -> &'a str {
    mark.get("why").map_or("", |why| text(why, language))
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// What has become of the acts of a stream that waited when they were recorded.
#[derive(Default)]
pub(super) struct Since {
    /// Those that still wait, by position.
    pending: BTreeMap<u64, Value>,
    /// Those that can be signed no more, with the reason in both languages.
    lapsed: BTreeMap<u64, (String, String)>,
    voided: BTreeSet<u64>,
    /// The keys of events that were countersigned: at most as many as the stream has events.
    signed: BTreeSet<String>,
    /// Is there an event whose content is not shown?
    is_partial: bool,
}

impl Since {
    /// An event of the stream.
    pub(super) fn saw(&mut self, entry: &Value) {
        self.is_partial |= entry.get("event").is_none();
        if text(entry, "type") == "act.countersigned" {
            let key = entry.pointer("/event/data/event/key").and_then(Value::as_str);
            self.signed.extend(key.map(str::to_owned));
        }
    }

    /// What the stream shows of its events.
    pub(super) fn shown(&mut self, marks: Option<&Value>) {
        let at = |mark: &Value| mark.get("position").and_then(Value::as_u64);
        let pending = listed(marks, "pending").filter_map(|mark| Some((at(mark)?, mark.clone())));
        self.pending.extend(pending);
        let lapsed = listed(marks, "lapsed").filter_map(|mark| {
            Some((at(mark)?, (why(mark, "id").to_owned(), why(mark, "en").to_owned())))
        });
        self.lapsed.extend(lapsed);
        let voided = marks.and_then(|marks| marks.get("voided")).and_then(Value::as_array);
        let of = |mark: &Value| mark.get("of").and_then(Value::as_u64);
        self.voided.extend(voided.into_iter().flatten().filter_map(of));
    }

    /// Of an event that waited; none of others.
    fn of(&self, entry: &Value) -> Option<String> {
        entry.get("awaits")?;
        let position = entry.get("position").and_then(Value::as_u64)?;
        if let Some(mark) = self.pending.get(&position) {
            let (id, en) = awaited(mark);
            return Some(format!(
                "masih menunggu tanda tangan: {id} (still waits for the signature of: {en})"
            ));
        }
        if let Some((id, en)) = self.lapsed.get(&position) {
            return Some(format!(
                "tidak dapat ditandatangani lagi: {id} (can be signed no more: {en})"
            ));
        }
        let is_signed = self.signed.contains(text(entry, "event_key"));
        Some(
            if self.voided.contains(&position) {
                "dibatalkan (was voided)"
            } else if is_signed {
                "sudah ditandatangani (was signed)"
            } else if self.is_partial {
                "tidak menunggu lagi (waits no more)"
            } else {
                "tidak menunggu lagi, tanpa ditandatangani (waits no more, and was not signed)"
            }
            .to_owned(),
        )
    }
}

/// Whose signatures are awaited, in both languages.
fn awaited(answer: &Value) -> (String, String) {
    let names = |language: &str| {
        let awaits = answer.get("awaits").and_then(Value::as_array).into_iter().flatten();
        awaits.map(|one| words(one, language, "actor")).collect::<Vec<_>>().join("; ")
    };
    (names("id"), names("en"))
}

fn words(one: &Value, language: &str, else_by: &str) -> String {
    let text = one.pointer(&format!("/text/{language}")).or_else(|| one.get(else_by));
    text.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// `menunggu tanda tangan ... (waits for the signature of ...)`, and the findings; none where there is nothing to tell.
pub(super) fn told(answer: &Value) -> Option<String> {
    let awaits = answer.get("awaits").and_then(Value::as_array);
    let waits = awaits.filter(|awaits| !awaits.is_empty()).map(|_| {
        let (id, en) = awaited(answer);
        format!("menunggu tanda tangan: {id} (waits for the signature of: {en})")
    });
    joined(waits, answer)
}

/// What is said of its signatures, and the findings.
fn joined(waits: Option<String>, answer: &Value) -> Option<String> {
    let list = |name: &str| answer.get(name).and_then(Value::as_array).into_iter().flatten();
    let found = list("found").map(|one| {
        let (id, en) = (words(one, "id", "rule"), words(one, "en", "rule"));
        let rule = one.get("rule").and_then(Value::as_str).unwrap_or_default();
        format!("temuan {rule}: {id} (finding: {en})")
    });
    let pending = answer.get("revocation").and_then(Value::as_str).map(|word| {
        format!(
            "{word}: daftar pencabutan sertifikatnya usang saat dicatat (revocation lists about the signer were stale)"
        )
    });
    let riwayat = answer.get("riwayat").map(|act| {
        let (kind, day) = (text(act, "act"), text(act, "at"));
        format!("RIWAYAT: {kind} pada {day} (from before the ledger)")
    });
    let told = riwayat.into_iter().chain(waits).chain(found).chain(pending);
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join("; "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_tells_for_whom_the_act_waits_and_what_was_found() {
        let answer = json!({
            "position": 7,
            "found": [{ "rule": "BKY.14.3", "text": { "id": "belum PSE", "en": "no PSE yet" } }],
            "awaits": [
                { "actor": "KAOPD of source", "text": { "id": "kepala", "en": "the head" } },
                { "actor": "DINAS" },
            ],
        });
        assert_eq!(
            told(&answer).as_deref(),
            Some(
                "menunggu tanda tangan: kepala; DINAS (waits for the signature of: the head; DINAS); \
                 temuan BKY.14.3: belum PSE (finding: no PSE yet)"
            )
        );
        assert_eq!(told(&json!({ "position": 7 })), None);
        let pending = told(&json!({ "position": 7, "revocation": "revocation-pending" }));
        assert!(pending.is_some_and(|told| told.starts_with("revocation-pending: ")));
        let before = json!({ "riwayat": { "act": "system.registered", "at": "2018-03-12" } });
        assert_eq!(
            told(&before).as_deref(),
            Some("RIWAYAT: system.registered pada 2018-03-12 (from before the ledger)")
        );
    }
    #[test]
    fn of_an_act_that_waited_it_is_said_what_has_become_of_it() {
        let waited = |position: u64| json!({ "position": position, "event_key": format!("k{position}"), "awaits": [{ "actor": "X" }] });
        let mut since = Since::default();
        since.saw(&json!({
            "type": "act.countersigned", "event": { "data": { "event": { "key": "k2" } } },
        }));
        let marks = json!({
            "pending": [
                { "position": 1, "awaits": [{ "actor": "Y" }], "until": "2026-12-01T00:00:00Z" },
                { "position": 6, "awaits": [{ "actor": "Y" }] },
            ],
            "lapsed": [{ "position": 4, "awaits": [{ "actor": "Y" }], "why": { "id": "lewat", "en": "over" } }],
            "voided": [{ "position": 9, "of": 3 }],
        });
        since.shown(Some(&marks));
        let of = |position| since.of(&waited(position)).unwrap_or_default();
        let waits = "masih menunggu tanda tangan: Y (still waits for the signature of: Y)";
        assert_eq!((of(1).as_str(), of(6).as_str()), (waits, waits));
        assert_eq!(of(2), "sudah ditandatangani (was signed)");
        assert_eq!(of(3), "dibatalkan (was voided)");
        assert_eq!(of(4), "tidak dapat ditandatangani lagi: lewat (can be signed no more: over)");
        assert!(of(5).ends_with("(waits no more, and was not signed)"), "{}", of(5));
        assert_eq!(since.of(&json!({ "position": 1 })), None);
        // What is withheld may be the signature.
        since.saw(&json!({ "position": 8 }));
        assert_eq!(since.of(&waited(5)).as_deref(), Some("tidak menunggu lagi (waits no more)"));
    }
}
