//! What an accepted event was noted with, for people: that it waits for signatures, and what was found.

use serde_json::Value;

use super::Context;
use super::output::{Format, with};

/// A column with what events were noted with, where they are laid out in cells; programs get the members themselves.
pub(super) struct Column {
    is_laid_out: bool,
    awaits: bool,
}

impl Column {
    pub(super) fn new(context: &Context) -> Self {
        let format = context.output.asked().unwrap_or(Format::Table);
        Self { is_laid_out: matches!(format, Format::Table | Format::Csv), awaits: false }
    }

    /// The event with its cell.
    pub(super) fn fill(&mut self, entry: Value) -> Value {
        if !self.is_laid_out {
            return entry;
        }
        self.awaits |= entry.get("awaits").is_some();
        let cell = told(&entry).unwrap_or_default();
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

/// Says which acts of a stream still wait, for whose signatures, and the key by which each is countersigned.
pub(super) fn say_waiting(marks: Option<&Value>, context: &Context) {
    let waiting = marks.and_then(|marks| marks.get("pending")).and_then(Value::as_array);
    for mark in waiting.into_iter().flatten() {
        let text = |name: &str| mark.get(name).and_then(Value::as_str).unwrap_or_default();
        let position = mark.get("position").and_then(Value::as_u64).unwrap_or_default();
        let (kind, key) = (text("type"), text("key"));
        let (indonesian, english) = awaited(mark);
        context.talk.say(
            format_args!("posisi {position} ({kind}) masih menunggu tanda tangan: {indonesian}; kuncinya (key) {key}"),
            format_args!("position {position} still waits for the signature of: {english}"),
        );
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
    let list = |name: &str| answer.get(name).and_then(Value::as_array).into_iter().flatten();
    let waits = list("awaits").next().map(|_| {
        let (id, en) = awaited(answer);
        format!("menunggu tanda tangan: {id} (waits for the signature of: {en})")
    });
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
    let told: Vec<String> = waits.into_iter().chain(found).chain(pending).collect();
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
    }
}
