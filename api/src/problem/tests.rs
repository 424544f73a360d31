//! What callers are told.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use axum::http::header::{
    self, CONNECTION, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderValue, RETRY_AFTER,
};
use axum::response::IntoResponse;
use jejak_ledger::Stop;
use jejak_ledger::log::Position;
use jejak_signer::Hash;

use super::*;
use crate::context::Language;

fn context(language: Language) -> Context {
    Context { request_id: "r-1".into(), language, both: false }
}

fn told(problem: &Problem, language: Language) -> Value {
    serde_json::to_value(problem.body(&context(language))).unwrap()
}

#[test]
fn a_problem_has_the_members_of_rfc_9457_and_ours() {
    let problem = Problem::TooLarge { limit: Limit::StatementBytes, max: 65_535 };
    let expected = serde_json::json!({
        "type": "urn:jejak:problem:too-large",
        "title": "Too large",
        "status": 413,
        "detail": "The limit statement_bytes is 65535 bytes for one statement.",
        "code": "too-large",
        "limit": "statement_bytes",
        "max": 65_535,
        "request_id": "r-1",
    });
    assert_eq!(told(&problem, Language::English), expected);
}

#[test]
fn the_language_changes_words_and_never_codes() {
    let problem = Problem::UnknownLedger { region: "99".into() };
    let (id, en) = (told(&problem, Language::Indonesian), told(&problem, Language::English));
    assert_eq!(id["code"], en["code"]);
    assert_eq!(id["title"], "Buku besar tidak dikenal");
    assert_eq!(en["detail"], "This server has no ledger \"99\". See /v1/ledgers.");
}

#[test]
fn who_reads_both_languages_is_told_in_both() {
    let problem = Problem::Refused(Refusal::IdReused { position: Position(7) });
    let (id, en) = (told(&problem, Language::Indonesian), told(&problem, Language::English));
    let both = Context { both: true, ..context(Language::Indonesian) };
    let told = serde_json::to_value(problem.body(&both)).unwrap();
    let beside = |pointer: &str| {
        let text = |one: &Value| one.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        assert_eq!(text(&told), format!("{} ({})", text(&id), text(&en)), "{pointer}");
    };
    ["/title", "/detail", "/errors/0/detail"].into_iter().for_each(beside);
    let rendered = render(&problem.into_response(), &Problem::Busy, &both);
    assert_eq!(rendered.headers()[CONTENT_LANGUAGE], "id, en");
}

#[test]
fn an_internal_problem_keeps_its_cause_to_itself() {
    let problem = Problem::internal(&"row 7 of /var/lib is broken");
    assert_eq!(problem.cause().as_deref(), Some("row 7 of /var/lib is broken"));
    assert!(!told(&problem, Language::English).to_string().contains("row 7"));
}

#[test]
fn a_rendered_problem_keeps_allow_and_says_when_to_come_back() {
    let rendered = |problem: Problem| {
        let mut response = problem.into_response();
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        let problem = carried(&response).unwrap();
        render(&response, &problem, &context(Language::Indonesian))
    };
    let wrong_method = rendered(Problem::MethodNotAllowed);
    assert_eq!(wrong_method.status(), 405);
    assert_eq!(wrong_method.headers()[header::ALLOW], "POST");
    assert_eq!(wrong_method.headers()[CONTENT_TYPE], "application/problem+json");
    assert_eq!(wrong_method.headers()[CONTENT_LANGUAGE], "id");
    assert_eq!(rendered(Problem::Busy).headers()[RETRY_AFTER], "1");
    assert_eq!(rendered(Problem::BodyTruncated).headers()[CONNECTION], "close");
}

#[test]
fn our_failures_are_5xx_with_codes_of_their_own() {
    let answer = |failure| {
        let problem = Problem::Failed(failure);
        (problem.status().as_u16(), problem.code())
    };
    assert_eq!(answer(Failure::Unavailable), (503, "unavailable"));
    assert_eq!(answer(Failure::Draining), (503, "draining"));
    assert_eq!(answer(Failure::DiskFull { free_bytes: 0, free_min_bytes: 1 }), (507, "disk-full"));
    assert_eq!(answer(Failure::WritingStopped(Stop::Indeterminate)), (503, "writing-stopped"));
}

#[test]
fn a_refusal_is_the_callers_and_says_where_the_other_event_stands() {
    let refused = |refusal| told(&Problem::Refused(refusal), Language::English);
    let taken = refused(Refusal::IdReused { position: Position(7) });
    assert_eq!(taken["status"], 409);
    assert_eq!(taken["code"], "id-reused");
    assert_eq!(taken["position"], 7);
    assert_eq!(taken["title"], "Id already used");
    assert_eq!(taken["errors"][0]["pointer"], "/id");
    let behind = refused(Refusal::VersionMismatch { expected: 2, version: 3 });
    assert_eq!(behind["status"], 412);
    let unknown = refused(Refusal::CertificateUnknown { thumbprint: Hash::of(b"") });
    assert_eq!(unknown["status"], 422);
    assert_eq!(unknown.get("errors"), None, "it is the statement as a whole");
}
