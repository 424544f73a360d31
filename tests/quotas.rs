//! Quotas: nobody can use up another's, nothing that is over one is recorded, and a repeat is never one.

use jejak_api::Config;
use jejak_api::tokens::Token;
use jejak_ledger::rules::Class;
use jejak_ledger::{Answer, Exceeded, Failure, OverQuota, Quota, QuotaOf, Settings};
use jejak_signer::{Typ, sign_jws};
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::{Person, World, audit_clean, recorded, repeated};
use crate::server::{JOSE, LINES, Server, is_problem};
use crate::tokens::{get_as, give, reader, token};

/// A world where one signer may post four statements and an agency six, one of them back every ten seconds.
fn narrow() -> World {
    let mut world = World::new();
    world.reopen_with(&Settings {
        signer_events_per_minute: 6,
        signer_events_burst: 4,
        agency_events_per_minute: 6,
        agency_events_burst: 6,
        ..Settings::default()
    });
    world
}

fn requests(world: &World, by: &Person, count: usize) -> Vec<Vec<u8>> {
    let sign = |number| world.sign(by, &request(world, by, &format!("k-{number}-{}", by.id)));
    (0..count).map(sign).collect()
}

fn limited(answer: Answer) -> OverQuota {
    match answer {
        Answer::Failed(Failure::OverQuota(over)) => over,
        other => panic!("not limited: {}", crate::harness::shown(&other)),
    }
}

#[test]
fn a_signer_over_his_quota_comes_back_and_nothing_of_it_is_recorded() {
    let world = narrow();
    let statements = requests(&world, &world.dinkes, 5);
    for statement in &statements[..4] {
        recorded(world.post_bytes(statement.clone()));
    }
    let size = world.ledger().published().size;
    let over = limited(world.post_bytes(statements[4].clone()));
    let quota = Quota { per_minute: 6, burst: 4 };
    let retry_after = std::time::Duration::from_secs(10);
    assert_eq!(over, OverQuota { of: QuotaOf::Signer, exceeded: Exceeded { quota, retry_after } });
    assert_eq!(world.ledger().published().size, size);
    // A repeat is answered as ever, and others are not held up.
    repeated(world.post_bytes(statements[0].clone()));
    recorded(world.post_bytes(requests(&world, &world.kominfo, 1).remove(0)));
    world.clock.forward_s(10);
    recorded(world.post_bytes(statements[4].clone()));
    audit_clean(&world.ledger());
}

/// Judging a trial is as much work as judging its event, and took nothing from any quota.
#[test]
fn trials_take_from_the_quota_of_their_signer_as_posts_do() {
    let world = narrow();
    let server = Server::start(world.ledgers());
    let trial = |by: &Person, event: &Value| {
        let payload = serde_json::to_vec(event).unwrap();
        sign_jws(&by.key, Typ::Trial, by.thumbprint(), Some(world.clock.seconds()), &payload)
    };
    let event = request(&world, &world.dinkes, "dinkes");
    let own = trial(&world.dinkes, &event).unwrap();
    let mut elsewhere = event.clone();
    elsewhere["ledger"] = json!("jejak.example.go.id/61.08");
    let carried = trial(&world.dinkes, &elsewhere).unwrap();
    let tried = |body: &[u8]| server.post("/v1/61.07/events?dry_run=true", JOSE, body.to_vec());
    let mut forged = own.clone();
    let last = forged.len() - 10;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    for _ in 0..5 {
        assert_eq!(tried(&forged).status(), 200);
        assert_eq!(tried(&carried).status(), 200, "anybody may have carried it here");
    }
    // One that is no event at all, two that are; the fourth place is for a post.
    let malformed = trial(&world.dinkes, &json!({ "a": 1 })).unwrap();
    for body in [&malformed, &own, &own] {
        assert_eq!(tried(body).status(), 200);
    }
    recorded(world.post(&world.dinkes, &event));
    let another = trial(&world.dinkes, &request(&world, &world.dinkes, "lain")).unwrap();
    let answer = tried(&another);
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &"11".parse().unwrap())
    );
    let problem: Value = answer.json().unwrap();
    assert_eq!(
        (&problem["code"], &problem["quota"]["of"]),
        (&json!("rate-limited"), &json!("signer"))
    );
    is_problem(tried(&malformed), 429, "rate-limited");
    assert_eq!(
        limited(world.post_bytes(requests(&world, &world.dinkes, 1).remove(0))).of,
        QuotaOf::Signer
    );
    // What is recorded is a repeat, and others have their own.
    assert_eq!(tried(&own).status(), 200);
    let lines = [another, trial(&world.kominfo, &request(&world, &world.kominfo, "k")).unwrap()];
    let answer = server.post("/v1/61.07/events/batch?dry_run=true", LINES, lines.join(&b'\n'));
    let text = answer.text().unwrap();
    let statuses: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["status"].clone())
        .collect();
    assert_eq!(statuses, [429, 200]);
}

#[test]
fn the_signers_of_an_agency_share_its_quota() {
    let world = narrow();
    let second = world.authority.person("p-dinkes02", "dinkes");
    world.enrol(&second);
    for statement in requests(&world, &world.dinkes, 4) {
        recorded(world.post_bytes(statement));
    }
    let mut more = requests(&world, &second, 3);
    for statement in more.drain(..2) {
        recorded(world.post_bytes(statement));
    }
    assert_eq!(limited(world.post_bytes(more.remove(0))).of, QuotaOf::Agency);
}

/// Garbage, forged signatures and statements carried over from another ledger take nothing from anybody.
#[test]
fn nobody_uses_up_the_quota_of_another() {
    let world = narrow();
    let own = world.sign(&world.dinkes, &request(&world, &world.dinkes, "asli"));
    let mut forged = own.clone();
    let last = forged.len() - 10;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    let mut elsewhere = request(&world, &world.dinkes, "lain");
    elsewhere["ledger"] = json!("jejak.example.go.id/61.08");
    let carried = world.sign(&world.dinkes, &elsewhere);
    for _ in 0..20 {
        assert_eq!(world.refuse_bytes(b"garbage".to_vec()).0, "malformed-jws");
        assert_eq!(world.refuse_bytes(forged.clone()).0, "signature-invalid");
        assert_eq!(world.refuse_bytes(carried.clone()).0, "wrong-ledger");
    }
    recorded(world.post_bytes(own.clone()));
    for _ in 0..20 {
        repeated(world.post_bytes(own.clone()));
    }
    for statement in requests(&world, &world.dinkes, 3) {
        recorded(world.post_bytes(statement));
    }
}

#[test]
fn every_line_of_a_batch_over_the_quota_is_answered_for_itself() {
    let world = narrow();
    let server = Server::start(world.ledgers());
    let statements = requests(&world, &world.dinkes, 6);
    let lines = [statements.as_slice(), &statements[..1]].concat().join(&b'\n');
    let answer = server.post("/v1/61.07/events/batch", LINES, lines);
    assert_eq!(answer.status(), 200);
    let text = answer.text().unwrap();
    let answers: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].clone()).collect();
    assert_eq!(statuses, [201, 201, 201, 201, 429, 429, 200]);
    assert_eq!(answers[4]["code"], "rate-limited");
    let answer = server.post("/v1/61.07/events", JOSE, statements[5].clone());
    assert_eq!(answer.headers()["retry-after"], "11");
    let problem: Value = answer.json().unwrap();
    assert_eq!((&problem["status"], &problem["code"]), (&json!(429), &json!("rate-limited")));
    let quota = json!({ "of": "signer", "per_minute": 6, "burst": 4, "retry_after_s": 11 });
    assert_eq!(problem["quota"], quota);
    audit_clean(&world.ledger());
}

#[test]
fn readers_have_quotas_by_token_and_by_address() {
    let world = World::new();
    let server = Server::configured(world.ledgers(), |config: &mut Config| {
        config.quotas.address_requests_per_minute = 6;
        config.quotas.address_requests_burst = 3;
        config.quotas.token_requests_per_minute = 6;
        config.quotas.token_requests_burst = 2;
    });
    let (one, two) = (reader(&world, "satu", Class::Public), reader(&world, "dua", Class::Public));
    let own = Token { requests_per_minute: Some(5), ..token("tiga", Class::Public) };
    let own = give(&world.path(), own);
    let told = |answer: reqwest::blocking::Response| {
        assert!(answer.headers().contains_key("retry-after"));
        let problem: Value = answer.json().unwrap();
        assert_eq!((&problem["status"], &problem["code"]), (&json!(429), &json!("rate-limited")));
        problem["quota"]["of"].as_str().unwrap().to_owned()
    };
    for (secret, burst) in [(&one, 2), (&two, 2), (&own, 5)] {
        for _ in 0..burst {
            assert_eq!(get_as(&server, secret, "/v1/61.07").status(), 200);
        }
        assert_eq!(told(get_as(&server, secret, "/v1/61.07")), "token");
    }
    for _ in 0..2 {
        assert_eq!(server.get("/v1/61.07").status(), 200);
    }
    // Who tries out tokens is counted as the stranger that he is.
    let guess = jejak_api::tokens::Secret::generate().unwrap();
    is_problem(get_as(&server, &guess, "/v1/61.07"), 401, "reader-required");
    assert_eq!(told(get_as(&server, &guess, "/v1/61.07")), "address");
    assert_eq!(told(server.get("/v1/61.07")), "address");
    // Neither the process nor the taking of statements is held up.
    assert_eq!(server.get("/healthz").status(), 200);
    let statement = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    assert_eq!(server.post("/v1/61.07/events", JOSE, statement).status(), 201);
    world.clock.forward_s(10);
    assert_eq!(server.get("/v1/61.07").status(), 200);
}
