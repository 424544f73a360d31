//! What a refusal says: the words of its own rule and of no other, and what would be accepted.

use Code::{ContentInvalid, RoleMissing, RuleRefused};

use super::*;

/// Two rules with words and one without, on one act.
const RULES: &str = r#"
format = "jejak-ruleset/1"
name = "test"
structural = 1
title = { id = "Uji", en = "Test" }

[[act]]
type = "thing.done"
row = "T-1"
rule = "T.1"
force = "DO"
class = "public"
subject = "thing/{year:year}"
who = []
text = { id = "Aturan satu.", en = "Rule one." }
field = [
    { name = "own", kind = "text" },
    { name = "worded", kind = "text", required = false, rule = "T.2", text = { id = "Aturan dua.", en = "Rule two." } },
    { name = "other", kind = "integer", required = false, rule = "T.2" },
    { name = "bare", kind = "integer", required = false, rule = "T.3" },
    { name = "person", kind = "person", required = false },
    { name = "year", kind = "integer", required = false },
    { name = "agency", kind = "agency", required = false },
    { name = "end", kind = "date", required = false },
]
condition = [
    { kind = "compare", left = "data.year", is = "==", right = "subject.year", rule = "T.4", when = [{ kind = "field", field = "data.year", present = true }] },
    { kind = "state", thing = "agency/{data.agency}", not_in = ["none", "ended"], rule = "T.4", when = [{ kind = "field", field = "data.agency", present = true }] },
    { kind = "compare", left = "data.end", is = "<=", right = "today", plus = "P1Y", rule = "T.5", text = { id = "Aturan lima.", en = "Rule five." }, when = [{ kind = "field", field = "data.end", present = true }] },
    { kind = "field", field = "data.own", none_of = ["a", "b"], rule = "T.1" },
]
"#;

/// The refusal of `data` in both languages.
#[track_caller]
fn told(data: Value, code: Code, rule: &str, pointer: &str) -> (String, String) {
    let mut world = World::empty(RULES.as_bytes());
    world.given_opened(&example("ledger.opened"));
    let event = changed(
        "agency.registered",
        &[("/type", json!("thing.done")), ("/subject", json!("thing/2026")), ("/data", data)],
    );
    let refusal = world.when(&event).expect_err("is refused");
    let details = (refusal.detail(Language::Indonesian), refusal.detail(Language::English));
    refused(Err(refusal), code, rule, pointer);
    details
}

fn in_english(data: Value, code: Code, rule: &str, pointer: &str) -> String {
    told(data, code, rule, pointer).1
}

/// Every refusal of content once opened with the words of the act, whatever rule it named.
#[test]
fn a_refusal_opens_with_the_words_of_its_own_rule() {
    let content = |data, rule, pointer| in_english(data, ContentInvalid, rule, pointer);
    let own = content(json!({}), "T.1", "/data/own");
    assert_eq!(own, "Rule one. /data/own: is required.");
    let worded = content(json!({ "own": "x", "worded": "" }), "T.2", "/data/worded");
    assert!(worded.starts_with("Rule two. /data/worded: must be text"), "{worded}");
    let other = content(json!({ "own": "x", "other": "1" }), "T.2", "/data/other");
    assert_eq!(other, "Rule two. /data/other: must be integer.");
    let bare = content(json!({ "own": "x", "bare": "1" }), "T.3", "/data/bare");
    assert_eq!(bare, "/data/bare: must be integer.");
    let number = json!({ "own": "6107.0101/1280 0001" });
    let number = content(number, "SYS.0.1", "/data/own");
    assert!(number.starts_with("/data/own: contains a national identity number"), "{number}");
}

#[test]
fn a_broken_comparison_names_both_sides() {
    let year = told(json!({ "own": "x", "year": 2025 }), RuleRefused, "T.4", "/data/year");
    assert_eq!(year.0, "/data/year: data.year (2025) harus sama dengan subject.year (2026).");
    assert_eq!(year.1, "/data/year: data.year (2025) must be the same as subject.year (2026).");
    let late = json!({ "own": "x", "end": "2027-11-21" });
    let late = in_english(late, RuleRefused, "T.5", "/data/end");
    assert_eq!(
        late,
        "Rule five. /data/end: data.end (2027-11-21) must not be more than today + P1Y."
    );
    let forbidden = in_english(json!({ "own": "a" }), RuleRefused, "T.1", "/data/own");
    assert_eq!(forbidden, "Rule one. /data/own: data.own must be none of: \"a\", \"b\".");
}

/// It once said "needed: ." where the rule set names the states that are not allowed.
#[test]
fn a_state_that_is_not_allowed_is_named_with_all_of_them() {
    let nobody = json!({ "own": "x", "agency": "nobody" });
    let nobody = told(nobody, RuleRefused, "T.4", "/data/agency");
    let id =
        "/data/agency: agency/nobody berstatus none; status yang tidak diperbolehkan: none, ended.";
    let en = "/data/agency: agency/nobody is in state none; states not allowed: none, ended.";
    assert_eq!(nobody, (id.to_owned(), en.to_owned()));
}

#[test]
fn a_person_id_says_its_form() {
    let short = json!({ "own": "x", "person": "budi" });
    let short = told(short, ContentInvalid, "T.1", "/data/person");
    assert!(short.0.ends_with("harus berupa id orang (8 sampai 64 dari a-z 0-9 . _ -, acak)."));
    assert!(short.1.ends_with("must be person id (8 to 64 of a-z 0-9 . _ -, random)."));
}

/// An override turns `gpj.exe` into `exe.jpg` before the reader's eyes.
#[test]
fn texts_that_read_otherwise_than_they_are_written_are_refused() {
    for character in ['\u{202A}', '\u{202E}', '\u{2066}', '\u{2069}', '\u{7F}', '\u{85}'] {
        let text = json!({ "own": format!("surat {character}fdp.exe") });
        let told = in_english(text, ContentInvalid, "T.1", "/data/own");
        assert!(told.contains("without control or bidi override characters"), "{told}");
    }
}

#[test]
fn actors_are_told_with_what_makes_them_so() {
    let mut world = World::bengkayang();
    world.given_all(&["subdomain.requested"]);
    let itself = changed("subdomain.granted", &[("/source", json!("agency/dinkes"))]);
    let refusal = world.when(&itself).expect_err("is refused");
    assert_eq!(refusal.code, RoleMissing);
    let detail = refusal.detail(Language::Indonesian);
    let who = "yang berwenang: DINAS (perangkat daerah dengan fungsi kominfo).";
    assert!(detail.ends_with(who), "{detail}");
}
