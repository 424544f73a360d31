//! What every event must make sense of, whatever its row says: names that show what they are, days of our time.

use Code::ContentInvalid;

use super::rows::{post, region};
use super::*;

#[track_caller]
fn out_of_time(event: &Value, pointer: &str) -> (String, String) {
    let result = post(&mut region(), event);
    match refused(result, ContentInvalid, "SYS.0.4", pointer) {
        Why::OutOfTime { from, until } => (from, until),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_name_has_no_characters_that_nobody_sees() {
    for (unseen, shown) in [
        ("\u{200B}", "U+200B"),
        ("\u{AD}", "U+00AD"),
        ("\u{200D}", "U+200D"),
        ("\u{2060}", "U+2060"),
        ("\u{FEFF}", "U+FEFF"),
        ("\u{3164}", "U+3164"),
        ("\u{E0061}", "U+E0061"),
    ] {
        let name = format!("Sistem{unseen} Informasi");
        let event = changed("system.registered", &[("/data/name", json!(name))]);
        let why = refused(post(&mut region(), &event), ContentInvalid, "SYS.0.3", "/data/name");
        assert_eq!(why, Why::Unseen { character: shown.to_owned() });
    }
    // In a list, too.
    let items = json!(["Server", "Swi\u{200B}tch"]);
    let event = changed("asset.management_handed_over", &[("/data/items", items)]);
    refused(post(&mut region(), &event), ContentInvalid, "SYS.0.3", "/data/items/1");
}

/// Letters with marks, other scripts and typographic signs are seen.
#[test]
fn what_is_seen_may_stand_in_a_name() {
    for name in ["Pusat Séhat \u{2013} “Bengkayang”", "ꦏꦧꦸꦥꦠꦺꦤ꧀", "مركز", "e\u{301}"]
    {
        let event = changed("system.registered", &[("/data/name", json!(name))]);
        post(&mut region(), &event).unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
    }
}

/// People type it so.
#[test]
fn running_text_may_join_letters_and_pictures() {
    let mut world = region();
    let text = json!("Terima kasih \u{1F44D}\u{FE0F}, sangat mem\u{AD}bantu");
    let event = changed("complaint.received", &[("/data/text", text)]);
    post(&mut world, &event).unwrap();
}

#[test]
fn a_moment_that_has_been_is_neither_before_the_republic_nor_to_come() {
    for far in ["0000-01-01T00:00:00Z", "1945-08-16T23:59:59Z", "2026-11-20T09:15:01+07:00"] {
        let event = changed("incident.reported", &[("/data/detected_at", json!(far))]);
        let (from, until) = out_of_time(&event, "/data/detected_at");
        assert_eq!((from.as_str(), until.as_str()), ("1945-08-17", "2026-11-20T02:15:00Z"));
    }
    // As far as clocks may differ the row itself says what is wrong.
    let near = json!("2026-11-20T09:15:00+07:00");
    let mut world = region();
    world.given(&example("system.registered"));
    let event = changed("incident.reported", &[("/data/detected_at", near)]);
    refused(post(&mut world, &event), Code::RuleRefused, "BKY.37.4", "/time");
}

/// `ahead`: until when a certificate is valid is to come.
#[test]
fn a_moment_that_may_be_to_come_ends_with_the_year_2999() {
    let valid_to = |text: &str| changed("certificate.issued", &[("/data/valid_to", json!(text))]);
    post(&mut region(), &valid_to("2999-12-31T00:00:00Z")).unwrap();
    let (_, until) = out_of_time(&valid_to("3000-01-01T00:00:00Z"), "/data/valid_to");
    assert_eq!(until, "2999-12-31");
    out_of_time(&valid_to("1945-08-16T00:00:00Z"), "/data/valid_to");
}

#[test]
fn days_are_of_the_years_that_a_ledger_knows() {
    let date = |pointer: &str, kind: &str, day: &str| {
        let (from, until) = out_of_time(&changed(kind, &[(pointer, json!(day))]), pointer);
        assert_eq!((from.as_str(), until.as_str()), ("1945-08-17", "2999-12-31"), "{pointer}");
    };
    for day in ["0000-01-01", "1945-08-16", "3000-01-01", "9999-12-31"] {
        date("/data/from", "role.appointed", day);
        date("/data/decision/date", "role.appointed", day);
    }
    let late = json!({
        "reason": "listrik padam",
        "document": { "kind": "minutes", "date": "0001-01-01", "name": "ba.pdf",
            "mediatype": "application/pdf", "size": 1, "sha256": "00".repeat(32) },
    });
    let event = changed("system.registered", &[("/late", late)]);
    out_of_time(&event, "/late/document/date");
    let event = changed("system.registered", &[("/time", json!("0000-01-01T00:00:00Z"))]);
    out_of_time(&event, "/time");
}

/// What an earlier version means never changes.
#[test]
fn an_earlier_version_takes_such_names_and_days() {
    let rules = std::str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let rules = rules.replace("structural = 3", "structural = 2");
    let mut world = region();
    world.rules = Arc::new(RuleSet::parse(rules.as_bytes()).unwrap());
    post(&mut world, &changed("system.registered", &[("/data/name", json!("Sis\u{200B}tem"))]))
        .unwrap();
    let old = changed("role.appointed", &[("/data/from", json!("0001-01-01"))]);
    check(&world.rules, &Event::parse(old.to_string().as_bytes()).unwrap()).unwrap();
}
