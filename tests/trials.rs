//! A rehearsal says what posting would: everything that stands in the way, or what would change. It leaves nothing
//! behind.

use jejak_ledger::{Answer, Rehearsal};
use jejak_signer::{Typ, sign_jws};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::acts::{document, grant, request, subdomain};
use crate::harness::{DAY_S, Person, World, recorded, rfc3339};
use crate::server::{JOSE, LINES, Server, is_problem};

const TRIED: &str = "/v1/61.07/events?dry_run=true";
const TRIED_BATCH: &str = "/v1/61.07/events/batch?dry_run=true";

fn trial(by: &Person, event: &Value, iat: u64) -> Vec<u8> {
    let payload = serde_json::to_vec(event).unwrap();
    sign_jws(&by.key, Typ::Trial, by.thumbprint(), Some(iat), &payload).unwrap()
}

fn rehearse(world: &World, by: &Person, event: &Value) -> Rehearsal {
    rehearse_bytes(world, trial(by, event, world.clock.seconds()))
}

fn rehearse_bytes(world: &World, trial: Vec<u8>) -> Rehearsal {
    let before = world.ledger().published().size;
    let tried = world.ledger().rehearse(vec![trial]).unwrap().remove(0);
    assert_eq!(world.ledger().published().size, before, "a rehearsal recorded something");
    tried
}

/// Code and rule of each refusal, in order.
fn found(rehearsal: &Rehearsal) -> Vec<(&str, Option<&str>)> {
    match rehearsal {
        Rehearsal::Refused(refusals) => {
            refusals.iter().map(|refusal| (refusal.code(), refusal.rule())).collect()
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_trial_that_nothing_stands_in_the_way_of_says_what_would_change() {
    let world = World::new();
    let event = request(&world, &world.dinkes, "dinkes");
    let size = world.ledger().published().size;
    for _ in 0..2 {
        let Rehearsal::Accepted { position, changes, .. } = rehearse(&world, &world.dinkes, &event)
        else {
            panic!("refused")
        };
        assert_eq!(position.0, size);
        let [change] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!(change.subject, subdomain("dinkes"));
        assert_eq!((change.before.as_str(), change.after.as_str()), ("none", "requested"));
        assert_eq!(change.version, 1);
    }
    // Neither id nor name was taken.
    world.accept(&world.dinkes, &event);
    let again = rehearse(&world, &world.dinkes, &event);
    assert!(matches!(again, Rehearsal::Repeated(position) if position.0 == size), "{again:?}");
}

#[test]
fn all_that_stands_in_the_way_is_listed_in_the_order_of_the_checks() {
    let world = World::new();
    world.clock.forward_s(3 * DAY_S);
    let now = world.clock.seconds();
    let mut event = grant(&world, "dinkes", "dinkes");
    event["source"] = json!("agency/setda");
    event["expectedversion"] = json!(7);
    event["time"] = json!(rfc3339(now + 2 * DAY_S));
    event["data"]["unheard"] = json!(true);
    let tried = rehearse_bytes(&world, trial(&world.dinkes, &event, now - 2 * DAY_S));
    let codes: Vec<&str> = found(&tried).into_iter().map(|(code, _)| code).collect();
    assert_eq!(
        codes,
        ["source-not-yours", "iat-out-of-window", "time-out-of-range", "content-invalid",]
    );
}

/// Whoever may not do an act is not told of the state that it would be done to: a rehearsal is no way to read.
#[test]
fn who_may_not_do_an_act_is_told_nothing_of_the_state() {
    let world = World::new();
    let now = world.clock.seconds();
    // Nobody has asked for this name: DINAS is told so, the health agency is not.
    let event = grant(&world, "dinkes", "dinkes");
    let told = rehearse_bytes(&world, trial(&world.registrar, &event, now));
    assert_eq!(found(&told)[0].0, "transition-forbidden");
    let mut event = event;
    event["source"] = json!("agency/dinkes");
    let told = rehearse_bytes(&world, trial(&world.dinkes, &event, now));
    let codes: Vec<&str> = found(&told).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["role-missing"]);
}

#[test]
fn what_nobody_known_has_signed_is_tried_without_the_state() {
    let world = World::new();
    let stranger = world.authority.person("p-stranger1", "dinkes");
    let mut event = grant(&world, "dinkes", "dinkes");
    event["ledger"] = json!("jejak.example.go.id/61.07");
    event["data"]["unheard"] = json!(true);
    let tried = rehearse(&world, &stranger, &event);
    let codes: Vec<&str> = found(&tried).into_iter().map(|(code, _)| code).collect();
    // No word about the stream, whose state a stranger is not told by a guess.
    assert_eq!(codes, ["certificate-unknown", "wrong-ledger", "content-invalid"]);
}

#[test]
fn an_event_is_no_trial_and_a_trial_is_no_event() {
    let world = World::new();
    let event = request(&world, &world.dinkes, "dinkes");
    let signed = world.sign(&world.dinkes, &event);
    let tried = rehearse_bytes(&world, signed.clone());
    assert_eq!(found(&tried), [("not-a-trial", None)]);
    let trial = trial(&world.dinkes, &event, world.clock.seconds());
    assert_eq!(world.refuse_bytes(trial.clone()), ("only-a-trial".to_owned(), None));

    let server = Server::start(world.ledgers());
    is_problem(server.post(TRIED, JOSE, signed.clone()), 400, "not-a-trial");
    is_problem(server.post("/v1/61.07/events", JOSE, trial), 400, "only-a-trial");
    let lines = server.post(TRIED_BATCH, LINES, signed).text().unwrap();
    let line: Value = serde_json::from_str(lines.trim()).unwrap();
    assert_eq!((&line["line"], &line["status"]), (&1.into(), &400.into()));
    assert_eq!(line["code"], "not-a-trial");
    assert_eq!(world.ledger().published().size, 4);
}

/// What a shell writes into a file ends with a line end, and was no compact JWS for it.
#[test]
fn a_line_end_behind_a_statement_is_no_part_of_it() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let event = request(&world, &world.dinkes, "dinkes");
    let (signed, tried) =
        (world.sign(&world.dinkes, &event), trial(&world.dinkes, &event, world.clock.seconds()));
    let with = |statement: &[u8], end: &str| [statement, end.as_bytes()].concat();
    for end in ["\n", "\r\n"] {
        let answer = server.post(TRIED, JOSE, with(&tried, end));
        assert_eq!(answer.json::<Value>().unwrap()["accepted"], true);
    }
    is_problem(server.post("/v1/61.07/events", JOSE, with(&signed, "\n\n")), 400, "malformed-jws");
    assert_eq!(server.post("/v1/61.07/events", JOSE, with(&signed, "\r\n")).status(), 201);
    // The very bytes that were signed are what is kept.
    let kept = server.get("/v1/61.07/events/4/statement").bytes().unwrap();
    assert_eq!(kept, signed);
    assert_eq!(server.post("/v1/61.07/events", JOSE, signed.clone()).status(), 200);
    let lines = with(&[&signed[..], b"\r\n", &signed[..]].concat(), "\r\n");
    let answers = server.post("/v1/61.07/events/batch", LINES, lines).text().unwrap();
    assert!(answers.lines().count() == 2 && answers.lines().all(|line| line.contains(":200")));
    let large = |bytes| server.post("/v1/61.07/events", JOSE, vec![b'x'; bytes]);
    is_problem(large(65_536), 413, "too-large");
    is_problem(large(65_538), 413, "too-large");
    is_problem(large(65_535), 400, "malformed-jws");
}

#[test]
fn why_a_statement_is_refused_is_told_in_the_callers_language() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let event = request(&world, &world.dinkes, "dinkes");
    let told = |path: &str, statement: &[u8], language: &str| {
        let request = server.request("POST", path).header("content-type", JOSE);
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("accept-language", language.parse().unwrap());
        let answer = request.headers(headers).body(statement.to_vec()).send().unwrap();
        answer.json::<Value>().unwrap()["detail"].as_str().unwrap().to_owned()
    };
    let post = "/v1/61.07/events";
    let tried = trial(&world.dinkes, &event, world.clock.seconds());
    assert!(told(post, &tried, "id").starts_with("Pernyataan ini hanya uji (jejak-trial+jws)"));
    assert!(told(post, &tried, "en").contains("Send it with ?dry_run=true"));
    let signed = world.sign(&world.dinkes, &event);
    assert!(told(TRIED, &signed, "id").contains("jejak sign --trial"));
    assert_eq!(
        told(post, b"a.b", "id"),
        "Pernyataan bukan JWS ringkas yang sah: 1 titik, seharusnya 2."
    );
    let mut wrong = event.clone();
    wrong["time"] = json!("kemarin");
    assert_eq!(
        told(post, &world.sign(&world.dinkes, &wrong), "id"),
        "Isi pernyataan bukan peristiwa yang sah: /time harus berupa waktu RFC 3339 dengan selisih zona."
    );
    // The same event signed anew is another statement.
    assert_eq!(server.post(post, JOSE, signed).status(), 201);
    world.clock.forward_s(1);
    let anew = world.sign(&world.dinkes, &event);
    let detail = told(post, &anew, "en");
    for part in [
        "at position 4",
        "the signing time (iat)",
        "send that earlier statement exactly",
        "take a new id",
    ] {
        assert!(detail.contains(part), "{detail}");
    }
    assert!(told(post, &anew, "id").contains("pakai id baru"));
}

#[test]
fn a_batch_of_trials_rehearses_as_a_batch() {
    let world = World::new();
    let newcomer = world.authority.person("p-newcomer", "dinkes");
    let now = world.clock.seconds();
    let asked = request(&world, &newcomer, "dinkes");
    let granted = grant(&world, "dinkes", "dinkes");
    let trials = vec![
        trial(&world.kominfo, &granted, now),
        trial(&world.registrar, &world.enrolment(&newcomer), now),
        trial(&newcomer, &asked, now),
        trial(&newcomer, &asked, now),
        trial(&world.kominfo, &granted, now),
        trial(&world.registrar, &world.revocation(&newcomer), now),
        trial(&newcomer, &request(&world, &newcomer, "dinkes2"), now),
    ];
    let size = world.ledger().published().size;
    let tried = world.ledger().rehearse(trials).unwrap();
    let told: Vec<Option<u64>> = tried
        .iter()
        .map(|one| match one {
            Rehearsal::Accepted { position, .. } | Rehearsal::Repeated(position) => {
                Some(position.0 - size)
            }
            Rehearsal::Refused(_) | Rehearsal::Limited(_) => None,
        })
        .collect();
    assert_eq!(told, [None, Some(0), Some(1), Some(1), Some(2), Some(3), None]);
    assert_eq!(found(&tried[0])[0].0, "transition-forbidden");
    assert_eq!(found(&tried[6])[0].0, "signer-revoked");
    assert_eq!(world.ledger().published().size, size);
    // Nothing of it stands: whom only a rehearsal has enrolled nobody knows.
    assert_eq!(world.refuse(&newcomer, &asked).0, "certificate-unknown");
}

#[test]
fn the_answer_names_each_failure_with_code_rule_pointer_and_words() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let mut event = grant(&world, "dinkes", "dinkes");
    event["source"] = json!("agency/dinkes");
    event["data"]["unheard"] = json!(true);
    event["data"]["basis"] = json!("whim");
    let now = world.clock.seconds();
    let answer = server.post(TRIED, JOSE, trial(&world.dinkes, &event, now));
    assert_eq!(answer.status(), 200);
    let answer: Value = answer.json().unwrap();
    assert_eq!((&answer["accepted"], &answer["would"]), (&false.into(), &json!({"status": 422})));
    let failures = answer["failures"].as_array().unwrap();
    let told = |name: &str| -> Vec<&str> {
        failures.iter().map(|one| one[name].as_str().unwrap_or_default()).collect()
    };
    assert_eq!(told("code"), ["content-invalid", "content-invalid", "role-missing"]);
    assert_eq!(told("pointer"), ["/data/basis", "/data/unheard", "/source"]);
    assert!(told("rule").iter().all(|rule| rule.starts_with("BKY.25.")), "{failures:?}");
    assert!(told("detail").iter().all(|words| !words.is_empty()));
    assert!(failures.iter().all(|one| one["status"] == 422));

    let asked = trial(&world.dinkes, &request(&world, &world.dinkes, "dinkes"), now);
    let answer: Value = server.post(TRIED, JOSE, asked).json().unwrap();
    assert_eq!(answer["accepted"], true);
    assert_eq!(answer["would"]["status"], 201);
    assert_eq!(answer["would"]["changes"][0]["after"], "requested");
    assert_eq!(answer["failures"], json!([]));
}

#[test]
fn a_batch_of_trials_has_its_limits() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    is_problem(server.post(TRIED_BATCH, LINES, "\n".repeat(4_097)), 413, "too-large");
    is_problem(server.post(TRIED_BATCH, LINES, vec![b'x'; 9 << 20]), 413, "too-large");
    is_problem(server.post(TRIED_BATCH, LINES, ""), 400, "empty-batch");
}

/// What is wrong with an event, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Source,
    Ledger,
    Type,
    Subject,
    MissingField,
    UnknownField,
    Document,
    Version,
    Future,
    Late,
    OldSignature,
    Office,
    IdTaken,
    Identity,
}

const WRONGS: [Wrong; 14] = [
    Wrong::Source,
    Wrong::Ledger,
    Wrong::Type,
    Wrong::Subject,
    Wrong::MissingField,
    Wrong::UnknownField,
    Wrong::Document,
    Wrong::Version,
    Wrong::Future,
    Wrong::Late,
    Wrong::OldSignature,
    Wrong::Office,
    Wrong::IdTaken,
    Wrong::Identity,
];

impl Wrong {
    fn put_into(self, event: &mut Value, now: u64) {
        match self {
            Self::Source => event["source"] = json!("agency/setda"),
            Self::Ledger => event["ledger"] = json!("jejak.example.go.id/61.07"),
            Self::Type => event["type"] = json!("subdomain.dreamt"),
            Self::Subject => event["subject"] = json!("system/dinkes"),
            Self::MissingField => drop(event["data"].as_object_mut().unwrap().remove("basis")),
            Self::UnknownField => event["data"]["unheard"] = json!(1),
            Self::Document => event["data"]["letter"] = document("photograph"),
            Self::Version => event["expectedversion"] = json!(3),
            Self::Future => event["time"] = json!(rfc3339(now + DAY_S)),
            Self::Late => event["time"] = json!(rfc3339(now - 9 * DAY_S)),
            Self::OldSignature => {}
            Self::Office => event["office"] = json!("role/bupati"),
            Self::IdTaken => event["id"] = json!("genesis"),
            Self::Identity => event["data"]["note"] = json!("6107010112800001"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The promise of a rehearsal: whatever is wrong with an event, and whoever signs it, its first failure is
    /// the refusal of posting it, and it is accepted exactly where posting is.
    #[test]
    fn the_first_failure_is_the_refusal_of_posting(
        moves in prop::collection::vec(
            (0..4_usize, 0..3_usize, 0..3_usize, prop::collection::vec(0..WRONGS.len() * 2, 0..3)),
            1..16,
        ),
    ) {
        let world = World::new();
        let stranger = world.authority.person("p-stranger1", "dinkes");
        for (who, what, label, wrongs) in moves {
            let by = [&world.dinkes, &world.kominfo, &world.registrar, &stranger][who];
            let label = ["dinkes", "simpus", "diskominfo"][label];
            let mut event = match what {
                0 => request(&world, by, label),
                1 => grant(&world, "dinkes", label),
                _ => world.revocation(&world.dinkes),
            };
            let now = world.clock.seconds();
            let mut iat = now;
            for wrong in wrongs {
                // Half of the draws leave the event as it is.
                let Some(wrong) = WRONGS.get(wrong) else { continue };
                wrong.put_into(&mut event, now);
                if *wrong == Wrong::OldSignature {
                    iat = now - 2 * DAY_S;
                }
            }
            let tried = rehearse_bytes(&world, trial(by, &event, iat));
            let posted = world.post_bytes(by.sign(&event, iat));
            match (tried, posted) {
                (Rehearsal::Accepted { position, .. }, answer) => {
                    prop_assert_eq!(position, recorded(answer).position);
                }
                (Rehearsal::Repeated(position), Answer::Repeated(repeated)) => {
                    prop_assert_eq!(position, repeated.position);
                }
                (Rehearsal::Refused(refusals), Answer::Refused(refusal)) => {
                    prop_assert_eq!(refusals.first(), Some(&refusal));
                }
                (tried, answer) => {
                    let answer = crate::harness::shown(&answer);
                    prop_assert!(false, "tried {:?}, posted {}", tried, answer);
                }
            }
        }
        world.audit();
    }
}
