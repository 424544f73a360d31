//! A table of bad payloads with the exact place and reason, and what parses.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;
use serde_json::json;

use crate::reasons::FORMS;

use super::forms::parse_time;
use super::*;

fn event() -> Value {
    json!({
        "specversion": "1.0", "id": "0193-a.b_c", "source": "agency/dinkes",
        "type": "subdomain.requested", "subject": "subdomain/a.bengkayangkab.go.id",
        "time": "2026-11-20T09:00:00+07:00", "ledger": "jejak.bengkayangkab.go.id/61.07",
        "data": {},
    })
}

fn document() -> Value {
    json!({
        "kind": "letter", "name": "surat.pdf", "mediatype": "application/pdf", "size": 1,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    })
}

fn with(changes: &[(&str, Value)]) -> Value {
    let mut event = event();
    for (name, value) in changes {
        event[*name] = value.clone();
    }
    event
}

fn parse(event: &Value) -> Result<Event, PayloadError> {
    Event::parse(event.to_string().as_bytes())
}

fn form(form: &'static str) -> PayloadReason {
    PayloadReason::Form { form }
}

#[test]
fn an_event_with_every_attribute_parses() {
    let root = "dB9IPYIFIBzUC5yv4kvVwMaqHkIEqNzmpyMrVaKAUkw=";
    let event = parse(&with(&[
        ("dataschema", json!("1")),
        ("expectedversion", json!(0)),
        ("seen", json!(format!("12 {root}"))),
        ("office", json!("role/pencatat")),
        ("mandate", json!("plh")),
        ("mandateref", json!("SK 12/2026")),
        ("signedas", json!("pencatat")),
        (
            "decision",
            json!({
                "by": "p-5b0c7e21d94a", "office": "role/bupati", "date": "2026-11-01",
                "document": document(),
            }),
        ),
        ("late", json!({ "reason": "Dari buku register.", "document": document() })),
    ]))
    .unwrap();
    assert_eq!(event.agency(), "dinkes");
    assert_eq!(event.region(), "61.07");
    assert_eq!(event.time.micros, 1_795_140_000_000_000);
    assert_eq!(event.time.text, "2026-11-20T09:00:00+07:00");
    assert_eq!((event.dataschema, event.expected_version), (Some(1), Some(0)));
    assert_eq!(event.seen.unwrap().size, 12);
    assert_eq!(event.mandate, Some(Mandate::Plh));
    assert_eq!(event.signed_as, SignedAs::Recorder);
    assert_eq!(event.decision.unwrap().document.size, 1);
    assert_eq!(event.late.unwrap().document.number, None);
}

/// Name, bad value, pointer, reason.
fn bad_attributes() -> Vec<(&'static str, Value, &'static str, PayloadReason)> {
    let missing = PayloadReason::Missing;
    let text = PayloadReason::WrongType { expected: "a string" };
    let object = PayloadReason::WrongType { expected: "an object" };
    let size = PayloadReason::WrongType { expected: "an integer, 0 or more" };
    let id = form("1 to 64 of A-Z a-z 0-9 . _ -");
    let source = form("agency/ and an agency id");
    let kind = form("lower-case words joined by dots");
    let stream = form("lower-case a-z 0-9 . _ - segments joined by /, 200 at most");
    let time = form("an RFC 3339 time with offset");
    let version = form("the version of a schema, such as \"1\"");
    let seen = form("\"<size> <base64 root>\"");
    let role = form("role/ and an office id");
    let mut with_extra = document();
    with_extra["url"] = json!("https://");
    let mut other_digest = document();
    other_digest["sha256"] = json!("BA");
    let decision = |document: Value| json!({ "by": "p-5b0c7e21d94a", "office": "role/x", "date": "2026-11-01", "document": document });
    vec![
        ("specversion", json!("1.1"), "/specversion", form("\"1.0\"")),
        ("id", json!(""), "/id", id.clone()),
        ("id", json!("a/b"), "/id", id.clone()),
        ("id", json!("a".repeat(65)), "/id", id),
        ("id", json!(1), "/id", text.clone()),
        ("source", json!("dinkes"), "/source", source.clone()),
        ("source", json!("agency/a/b"), "/source", source.clone()),
        ("source", json!("agency/Dinkes"), "/source", source),
        ("type", json!("subdomain"), "/type", kind.clone()),
        ("type", json!("Subdomain.granted"), "/type", kind),
        ("subject", json!("a//b"), "/subject", stream.clone()),
        ("subject", json!("a/../b"), "/subject", stream.clone()),
        ("subject", json!("A/b"), "/subject", stream.clone()),
        ("subject", json!(format!("a/{}", "b".repeat(199))), "/subject", stream),
        ("time", json!("2026-11-20"), "/time", time.clone()),
        ("time", json!("2026-11-20T09:00:00"), "/time", time.clone()),
        ("time", json!("2026-11-20 09:00:00Z"), "/time", time.clone()),
        ("time", json!("2026-11-20t09:00:00z"), "/time", time.clone()),
        ("time", json!("2026-11-20T09:00Z"), "/time", time.clone()),
        ("time", json!("2026-11-20T09:00:00+0700"), "/time", time.clone()),
        ("time", json!("2026-02-30T09:00:00Z"), "/time", time.clone()),
        ("time", json!("2016-12-31T23:59:60Z"), "/time", time.clone()),
        ("time", json!("2026-11-20T09:00:00.Z"), "/time", time.clone()),
        ("time", json!("2026-11-20T09:00:00Z[Asia/Jakarta]"), "/time", time),
        ("ledger", json!("Jejak"), "/ledger", form("the origin of a ledger")),
        ("dataschema", json!("01"), "/dataschema", version.clone()),
        ("dataschema", json!("0"), "/dataschema", version),
        ("dataschema", json!(1), "/dataschema", text.clone()),
        ("expectedversion", json!(-1), "/expectedversion", size.clone()),
        ("expectedversion", json!("1"), "/expectedversion", size.clone()),
        ("seen", json!("12"), "/seen", seen.clone()),
        ("seen", json!("012 dB9IPYIFIBzUC5yv4kvVwMaqHkIEqNzmpyMrVaKAUkw="), "/seen", seen.clone()),
        ("seen", json!("12 dB9I"), "/seen", seen),
        ("office", json!("kadis"), "/office", role),
        ("mandate", json!("pgs"), "/mandate", form("one of plt, plh, pj, an, ub")),
        ("mandate", json!("plt"), "/mandateref", PayloadReason::RequiredWith { with: "mandate" }),
        ("mandateref", json!("x"), "/mandateref", PayloadReason::OnlyWith { with: "mandate" }),
        ("signedas", json!("saksi"), "/signedas", form("pejabat or pencatat")),
        (
            "signedas",
            json!("pencatat"),
            "/decision",
            PayloadReason::RequiredWith { with: "signedas pencatat" },
        ),
        (
            "decision",
            decision(document()),
            "/decision",
            PayloadReason::OnlyWith { with: "signedas pencatat" },
        ),
        ("decision", json!("SK 1"), "/decision", object.clone()),
        ("decision", json!({}), "/decision/by", missing.clone()),
        ("decision", decision(json!([])), "/decision/document", object.clone()),
        ("decision", decision(with_extra), "/decision/document/url", PayloadReason::Unknown),
        (
            "decision",
            decision(other_digest),
            "/decision/document/sha256",
            form("64 lower-case hexadecimal digits"),
        ),
        ("late", json!({ "reason": " " }), "/late/reason", PayloadReason::Blank),
        ("late", json!({ "reason": "x" }), "/late/document", missing),
        (
            "late",
            json!({ "reason": "x".repeat(1001) }),
            "/late/reason",
            PayloadReason::TooLong { max: 1000 },
        ),
        ("data", json!([]), "/data", object),
        ("data", json!(null), "/data", PayloadReason::WrongType { expected: "an object" }),
        ("office", json!(null), "/office", text),
        ("a/b~c", json!(1), "/a~1b~0c", PayloadReason::Unknown),
    ]
}

#[test]
fn bad_attributes_are_refused_where_they_stand() {
    for (name, value, pointer, reason) in bad_attributes() {
        let error = parse(&with(&[(name, value.clone())])).expect_err("is refused");
        let expected = PayloadError { pointer: pointer.to_owned(), reason };
        assert_eq!(error, expected, "{name}: {value}");
        if let PayloadReason::Form { form: words } | PayloadReason::WrongType { expected: words } =
            error.reason
        {
            let is_alike = words.starts_with('"') && !words.contains(' ');
            let is_known = FORMS.iter().any(|(english, _)| *english == words);
            assert!(is_alike || is_known, "{words:?} has no Indonesian");
        }
    }
}

#[test]
fn required_attributes_are_required() {
    for name in ["specversion", "id", "source", "type", "subject", "time", "ledger", "data"] {
        let mut event = event();
        event.as_object_mut().unwrap().remove(name);
        let expected = PayloadError { pointer: format!("/{name}"), reason: PayloadReason::Missing };
        assert_eq!(parse(&event), Err(expected));
    }
}

#[test]
fn mandate_and_recorder_need_an_office() {
    let mandate = [("mandate", json!("plt")), ("mandateref", json!("SK 1"))];
    let error = parse(&with(&mandate)).unwrap_err();
    assert_eq!(error.pointer, "/office");
    assert_eq!(error.reason, PayloadReason::RequiredWith { with: "mandate" });
}

#[test]
fn what_is_not_one_strict_object_is_refused_with_its_place() {
    for (payload, pointer) in [
        (&b"[]"[..], ""),
        (b"{} ", ""),
        (br#"{"data":{"a":1,"a":2}}"#, "/data"),
        (br#"{"data":{"a":1.5}}"#, "/data/a"),
    ] {
        let error = Event::parse(payload).expect_err("is refused");
        assert!(matches!(error.reason, PayloadReason::Json(_)), "{error}");
        assert!(error.pointer.starts_with(pointer), "{error}");
    }
}

/// The pointer to the payload as a whole is empty; it was once shown as `: : not an object`.
#[test]
fn an_error_of_the_whole_payload_names_no_place() {
    let error = Event::parse(b"[]").unwrap_err();
    assert!(!error.to_string().starts_with(':'), "{error}");
    let error = parse(&with(&[("id", json!(1))])).unwrap_err();
    assert_eq!(error.to_string(), "/id: must be a string");
}

#[test]
fn times_are_cut_to_microseconds() {
    assert_eq!(parse_time("1970-01-01T00:00:00.000001999Z"), Some(1));
    assert_eq!(parse_time("1970-01-01T07:00:00.5+07:00"), Some(500_000));
    assert_eq!(parse_time("1970-01-01T00:00:00.0000000001Z"), None);
}

#[test]
fn the_act_lies_near_its_signature_or_says_why_not() {
    let event = parse(&event()).unwrap();
    let at = u64::try_from(event.time.micros / 1_000_000).unwrap();
    assert_eq!(event.check_time(at), Ok(()));
    assert_eq!(event.check_time(at - 15 * 60), Ok(()));
    assert_eq!(event.check_time(at - 15 * 60 - 1), Err(TimeOutOfRange::AfterSignature));
    assert_eq!(event.check_time(at + 86_400), Ok(()));
    assert_eq!(event.check_time(at + 86_401), Err(TimeOutOfRange::LateWithoutReason));
    let late = json!({ "reason": "Dari register.", "document": document() });
    let event = parse(&with(&[("late", late)])).unwrap();
    assert_eq!(event.check_time(at + 86_401), Ok(()));
    assert_eq!(event.check_time(u64::MAX), Ok(()));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "[0-9T:.+Z-]{0,30}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z0-9~/]{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn parsing_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Event::parse(&bytes);
    }

    #[test]
    fn parsing_a_changed_event_never_panics(
        name in prop::sample::select(vec![
            "id", "source", "type", "subject", "time", "ledger", "dataschema", "seen",
            "expectedversion", "office", "mandate", "mandateref", "signedas", "decision",
            "late", "data", "other",
        ]),
        value in any_json(),
    ) {
        let _ = parse(&with(&[(name, value)]));
    }

    #[test]
    fn deciding_on_any_content_never_panics(
        kind in prop::sample::select(vec![
            "subdomain.granted", "incident.reported", "index.published", "role.appointed",
        ]),
        subject in "[a-z0-9./-]{1,30}",
        data in any_json(),
    ) {
        let changes =
            [("type", json!(kind)), ("subject", json!(subject)), ("data", json!({ "holder": data }))];
        if let Ok(event) = parse(&with(&changes)) {
            for rules in crate::rules::BUNDLED {
                let rules = crate::rules::RuleSet::parse(rules).unwrap();
                let _ = crate::rules::check(&rules, &event);
                let _ = crate::rules::reads(&rules, &event, &[]);
            }
        }
    }
}
