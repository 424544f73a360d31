//! What a refusal says: the words of its own rule and of no other, and what would be accepted.

use Code::{ContentInvalid, RoleMissing, RuleRefused};

use super::corrections::granted;
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
    let own = "No national identity number stands in clear in an event. /data/own: contains a national identity number";
    assert!(number.starts_with(own), "{number}");
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

/// Rules of the acts about earlier events that no row has words for came without their sentence.
#[test]
fn a_structural_rule_says_its_sentence_in_both_languages() {
    let speaks = |kind: &str| {
        let mut event = example(kind);
        let granted = example("subdomain.granted");
        event["subject"] = granted["subject"].clone();
        let key = event_key(granted["id"].as_str().unwrap()).to_string();
        let agency = granted["source"].as_str().unwrap().trim_start_matches("agency/");
        event["data"]["event"] = json!({ "agency": agency, "id": granted["id"], "key": key });
        event
    };
    let by_dishub = |kind: &str| {
        let mut event = speaks(kind);
        event["source"] = json!("agency/dishub");
        event.as_object_mut().unwrap().remove("office");
        event
    };
    let ended = speaks("decision.revoked");
    let mut twice = ended.clone();
    twice["id"] = json!("twice");
    for (before, event, code, rule, id, en) in [
        (
            None,
            by_dishub("event.voided"),
            RoleMissing,
            "SYS.9.2",
            "Peristiwa terdahulu hanya dibetulkan atau dibatalkan oleh yang menandatangani atau memutuskannya, \
             oleh yang berwenang atas tindakan itu, atau oleh pemegang otoritas buku besar.",
            "Only he who signed or decided an earlier event, whoever may do the act, or an authority of the \
             ledger corrects or voids it.",
        ),
        (
            None,
            by_dishub("decision.revoked"),
            RoleMissing,
            "SYS.10.2",
            "Keputusan diakhiri oleh pejabat yang kini memegang jabatan yang memutuskannya; bila tanpa \
             jabatan, oleh yang kini berwenang memutuskannya.",
            "A decision is ended by the present holder of the office that made it; where no office did, by \
             whoever may make it today.",
        ),
        (
            Some(&ended),
            twice,
            RuleRefused,
            "SYS.10.3",
            "Yang diakhiri adalah keputusan yang masih berlaku: keadaan yang diberikannya masih ada dan \
             tidak ada keputusan lain yang menggantikannya.",
            "Only a decision that is in effect ends: what it gave still stands, and no later decision \
             stands in its place.",
        ),
    ] {
        let mut world = granted();
        if let Some(event) = before {
            world.given(event);
        }
        let refusal = world.when(&event).unwrap_err();
        let told = (refusal.code, refusal.rule.as_deref(), refusal.wording.clone());
        let wording = Text { id: id.to_owned(), en: en.to_owned() };
        assert_eq!(told, (code, Some(rule), Some(wording)), "{refusal:?}");
    }
}

/// What a row says is of its streams: of others all patterns of the type are told, and no row's words.
#[test]
fn a_stream_of_no_row_is_told_the_streams_of_every_row_of_the_type() {
    let mut world = World::bengkayang();
    let event = changed("facility.connected.backbone", &[("/subject", json!("facility/tulang2"))]);
    let refusal = world.when(&event).unwrap_err();
    assert_eq!(refusal.wording, None);
    let pattern = "facility/backbone, facility/bus".to_owned();
    assert_eq!(refusal.faults[0].why, Why::SubjectNotOfPattern { pattern });
    // One row has its words.
    let event = changed("agency.registered", &[("/subject", json!("thing/a"))]);
    assert!(world.when(&event).unwrap_err().wording.is_some());
}

/// Who may act by another rule than the row's is told what that one says.
#[test]
fn the_rule_of_who_may_act_has_its_own_words() {
    let mut world = World::bengkayang();
    let by_nobody = example("app.built.special");
    let refusal = world.when(&by_nobody).unwrap_err();
    assert_eq!((refusal.code, refusal.rule.as_deref()), (RoleMissing, Some("BKY.21.4")));
    let said = refusal.wording.unwrap().en;
    assert_eq!(
        said,
        "Special applications may be developed by PSEs, according to their tasks and functions."
    );
    let by_another = changed("app.built.general", &[("/source", json!("agency/dinkes"))]);
    let refusal = world.when(&by_another).unwrap_err();
    assert_eq!((refusal.code, refusal.rule.as_deref()), (RoleMissing, Some("BKY.21.3")));
    assert_eq!(
        refusal.wording.unwrap().en,
        "General applications are provided by the communications agency."
    );
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let nobodys = text.replacen("who_rule = \"BKY.21.4\"\n", "", 1);
    let faults = RuleSet::check(nobodys.as_bytes()).unwrap_err();
    let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert!(told.len() == 1 && told[0].contains("who_rule: is required"), "{told:?}");
}

/// Many states are told by what they stand beside, in words.
#[test]
fn many_states_are_told_together() {
    let allowed =
        ["built", "live", "live+built", "live+cleared", "none", "offered+built", "verified"];
    let allowed = allowed.map(str::to_owned).to_vec();
    let (thing, state) = ("system/x".to_owned(), Some("retired".to_owned()));
    let words = Why::StateForbids { thing, state, allowed }.text();
    assert_eq!(
        words.en,
        "system/x is in state retired; needed: built, live, live+ with built/cleared, none, offered+ with built, verified"
    );
    assert!(
        words.id.contains("beroperasi (live), live+ dengan built/cleared, belum ada (none)"),
        "{}",
        words.id
    );
    let few = ["live", "live+built"].map(str::to_owned).to_vec();
    let why = Why::StateForbids { thing: "system/x".to_owned(), state: None, allowed: few };
    assert!(why.text().en.ends_with("; needed: live, live+built"));
}
