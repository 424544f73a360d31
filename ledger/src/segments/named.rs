//! The objects that an event names: the certificates of its chains and anchors, and what its fields name by hash. Only acts
//! of the structure name objects; what the acts of a regulation name are documents.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_signer::Hash;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::event::Event;
use crate::prepared::Candidate;

/// Types of events that name objects begin so.
const STRUCTURE: [&str; 5] = ["ledger.", "signer.", "ruleset.", "trust.", "evidence."];
/// Fields of `data` that hold the hash of an object.
const BY_HASH: [&str; 3] = ["ruleset", "policy", "object"];
/// Lists of certificates, base64 of the DER: in `data`, or in a member of one of its lists.
const CERTIFICATES: [&str; 2] = ["anchors", "chain"];

/// The objects that an event names.
fn objects_of(event: &Event) -> Vec<Hash> {
    if !names_objects(&event.kind) {
        return Vec::new();
    }
    let by_hash = BY_HASH.iter().filter_map(|name| event.data.get(*name)?.as_str()?.parse().ok());
    let mut objects: Vec<Hash> = by_hash.collect();
    certificates(&event.data, &mut objects);
    let lists = event.data.values().filter_map(Value::as_array).flatten();
    lists.filter_map(Value::as_object).for_each(|member| certificates(member, &mut objects));
    objects
}

/// The objects that the event in a payload names; `None` where it is no event. Only an event whose type says that it names
/// any is read whole.
pub(crate) fn objects_in(payload: &[u8]) -> Option<Vec<Hash>> {
    #[derive(Deserialize)]
    struct Typed<'a> {
        #[serde(borrow)]
        r#type: Cow<'a, str>,
    }
    let typed: Typed<'_> = serde_json::from_slice(payload).ok()?;
    if !names_objects(&typed.r#type) {
        return Some(Vec::new());
    }
    Event::parse(payload).ok().as_ref().map(objects_of)
}

fn names_objects(kind: &str) -> bool {
    STRUCTURE.iter().any(|prefix| kind.starts_with(prefix))
}

fn certificates(of: &Map<String, Value>, objects: &mut Vec<Hash>) {
    let lists = CERTIFICATES.iter().filter_map(|name| of.get(*name)?.as_array()).flatten();
    let ders = lists.filter_map(|text| STANDARD.decode(text.as_str()?).ok());
    objects.extend(ders.map(|der| Hash::of(&der)));
}

/// The objects that a statement names, whatever became of it when it was read again; `None` where it is no event.
pub(crate) fn named_by(candidate: &Candidate) -> Option<Vec<Hash>> {
    match candidate {
        Candidate::Prepared(prepared) => Some(objects_of(&prepared.event)),
        Candidate::Unknown(jws) => objects_in(jws.payload()),
        Candidate::Unfit(_) | Candidate::Refused(_) => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn named(kind: &str, data: &Value) -> Vec<Hash> {
        let event = json!({
            "specversion": "1.0", "id": "1", "source": "agency/setda", "type": kind,
            "subject": "ledger/61.07", "time": "2026-01-01T00:00:00Z", "ledger": "h/61.07",
            "data": data,
        });
        let whole = objects_of(&Event::parse(event.to_string().as_bytes()).unwrap());
        assert_eq!(objects_in(event.to_string().as_bytes()), Some(whole.clone()));
        let escaped = event.to_string().replace(kind, &kind.replace('.', "\\u002e"));
        assert_eq!(
            objects_in(escaped.as_bytes()),
            Some(whole.clone()),
            "however the type is spelled"
        );
        whole
    }

    #[test]
    fn what_is_no_event_names_nothing_that_can_be_vouched_for() {
        for bytes in ["", "{}", "[]", r#"{"type": 1}"#, r#"{"type": "signer.enrolled"}"#] {
            assert_eq!(objects_in(bytes.as_bytes()), None, "{bytes}");
        }
    }

    #[test]
    fn chains_anchors_and_hashes_are_objects_of_structural_acts_alone() {
        let [a, b, c] = [b"a", b"b", b"c"].map(|der| STANDARD.encode(der));
        let hash = Hash::of(b"ruleset");
        let data = json!({
            "anchors": [a], "ruleset": hash.to_string(), "name": Hash::of(b"no").to_string(),
            "authorities": [{"person": "p-1", "chain": [b, c]}],
        });
        let expected = [hash, Hash::of(b"a"), Hash::of(b"b"), Hash::of(b"c")];
        assert_eq!(named("ledger.opened", &data), expected);
        assert_eq!(named("signer.enrolled", &json!({"chain": [b]})), [Hash::of(b"b")]);
        assert_eq!(named("evidence.recorded", &json!({"object": hash.to_string()})), [hash]);
        assert_eq!(named("trust.policy_adopted", &json!({"policy": hash.to_string()})), [hash]);
        assert_eq!(named("policy.adopted", &data), []);
        assert_eq!(named("signer.enrolled", &json!({"chain": "x", "object": "ab"})), []);
    }
}
