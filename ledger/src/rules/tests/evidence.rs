//! Evidence of revocation: only what is newer is recorded, scope by scope.

use Code::{RoleMissing, RuleRefused, TransitionForbidden};

use super::*;

const STREAM: &str = "crl/6f0c2e5b9a7d41f38e1c05a2b4d6f790";

fn list(made: &str, number: Option<&str>, scope: Option<&str>) -> Value {
    changed(
        "evidence.recorded",
        &[
            ("/data/this_update", json!(made)),
            ("/data/number", json!(number)),
            ("/data/scope", json!(scope)),
        ],
    )
}

fn newer_only(result: Result<(), Refusal>, pointer: &str) {
    refused(result, RuleRefused, "SYS.30.2", pointer);
}

#[test]
fn the_newest_list_of_an_issuer_stands_and_nothing_goes_back() {
    let mut world = World::bengkayang();
    world.given(&list("2026-11-20T01:00:00Z", Some("ff"), None));
    let held = world.field(STREAM, "lists")["whole"].clone();
    assert_eq!(held["number"], "ff");
    assert_eq!(held["object"], example("evidence.recorded")["data"]["object"]);
    for (made, number, pointer) in [
        ("2026-11-20T00:59:59Z", Some("100"), "/data/this_update"),
        ("2026-11-20T08:00:00+07:00", Some("ff"), "/data/number"),
        ("2026-11-20T01:00:00Z", Some("0fe"), "/data/number"),
        ("2026-11-20T01:00:00Z", None, "/data/this_update"),
        ("2026-11-20T02:00:00Z", Some("fe"), "/data/number"),
    ] {
        newer_only(world.when(&list(made, number, None)), pointer);
    }
    world.given(&list("2026-11-20T01:00:00Z", Some("100"), None));
    world.given(&list("2026-11-20T02:00:00Z", Some("100"), None));
    world.given(&list("2026-11-20T03:00:00Z", None, None));
    assert_eq!(world.field(STREAM, "lists")["whole"]["this_update"], "2026-11-20T03:00:00Z");
    assert_eq!(world.field(STREAM, "lists")["whole"]["number"], Value::Null);
}

#[test]
fn lists_of_different_scopes_stand_beside_each_other() {
    let mut world = World::bengkayang();
    let scope = |n: u32| Hash::of(&n.to_be_bytes()).to_string();
    world.given(&list("2026-11-20T01:00:00Z", None, None));
    world.given(&list("2026-11-19T01:00:00Z", None, Some(&scope(0))));
    newer_only(
        world.when(&list("2026-11-19T01:00:00Z", None, Some(&scope(0)))),
        "/data/this_update",
    );
    for n in 1..127 {
        world.given(&list("2026-11-19T01:00:00Z", None, Some(&scope(n))));
    }
    let one_more = list("2026-11-19T01:00:00Z", None, Some(&scope(127)));
    let why = refused(world.when(&one_more), RuleRefused, "SYS.30.2", "/data/scope");
    assert_eq!(why, Why::TooLong { max: 128 });
    world.given(&list("2026-11-20T02:00:00Z", None, Some(&scope(126))));
}

#[test]
fn the_newest_response_about_a_certificate_stands_and_nothing_goes_back() {
    let response =
        |made: &str| changed("evidence.response_recorded", &[("/data/this_update", json!(made))]);
    let mut world = World::bengkayang();
    world.given(&response("2026-11-20T01:00:00Z"));
    for made in ["2026-11-20T00:59:59Z", "2026-11-20T08:00:00+07:00"] {
        newer_only(world.when(&response(made)), "/data/this_update");
    }
    world.given(&response("2026-11-20T01:00:01Z"));
    world.signer = Some("p-00000000d15b");
    let nobody = world.when(&response("2026-11-20T03:00:00Z"));
    refused(nobody, RoleMissing, "SYS.30.3", "/source");
}

#[test]
fn not_everybody_records_evidence() {
    let mut world = World::bengkayang();
    world.signer = Some("p-00000000d15b");
    refused(world.when(&example("evidence.recorded")), RoleMissing, "SYS.30.1", "/source");
    let elsewhere = changed("evidence.recorded", &[("/subject", json!("system/simpus"))]);
    let result = world.when(&elsewhere).map_err(|refusal| refusal.code);
    assert!(matches!(result, Err(Code::ContentInvalid | TransitionForbidden)), "{result:?}");
}
