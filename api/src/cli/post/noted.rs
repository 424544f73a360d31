//! What an accepted event was noted with, for people: that it waits for signatures, and what was found.

use serde_json::Value;

/// `menunggu tanda tangan ... (waits for the signature of ...)`, and the findings; none where there is nothing to tell.
pub(super) fn told(answer: &Value) -> Option<String> {
    let list = |name: &str| answer.get(name).and_then(Value::as_array).into_iter().flatten();
    let words = |one: &Value, language: &str, else_by: &str| {
        let text = one.pointer(&format!("/text/{language}")).or_else(|| one.get(else_by));
        text.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let names = |language| {
        list("awaits").map(|one| words(one, language, "actor")).collect::<Vec<_>>().join("; ")
    };
    let waits = list("awaits").next().map(|_| {
        let (id, en) = (names("id"), names("en"));
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
