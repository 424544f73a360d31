//! What readers are promised: a token opens what its class allows and nothing else, at once and for as long as it counts;
//! and nobody reads anything above public without a line in the access log.

use std::fs;

use jejak_api::access::{self, Line, Range, Wanted, What};
use jejak_api::tokens::{Secret, TOKENS_FILE, Token, TokenList};
use jejak_ledger::log::Micros;
use jejak_ledger::rules::Class;
use serde_json::{Value, json};

use crate::harness::{DAY_S, START_S, World, rfc3339};
use crate::server::{Server, is_problem, problem};
use crate::tokens::{get_as, give, reader, revoke, token};

/// Words that stand in the restricted event of [`incident`] and nowhere else.
const SECRET_WORDS: &str = "kanari-terbatas";

/// Posts an event of class restricted; its position.
fn incident(world: &World, number: &str) -> u64 {
    let data = json!({ "secured": SECRET_WORDS, "secured_at": rfc3339(START_S) });
    let subject = format!("incident/{number}");
    let secured = world.event(&world.dinkes, "incident.data_secured", &subject, data);
    world.accept(&world.dinkes, &secured).position.0
}

fn json_as(server: &Server, secret: &Secret, path: &str) -> Value {
    let answer = get_as(server, secret, path);
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().unwrap()
}

/// All lines of the access log.
fn lines(world: &World) -> Vec<Line> {
    let wanted = Wanted { from: None, to: None, token: None, ledger: None, limit: 10_000 };
    let page = access::read(&world.path(), &wanted).unwrap();
    assert_eq!((page.more, page.unreadable), (false, 0));
    page.lines
}

#[test]
fn a_token_opens_what_its_class_allows() {
    let world = World::new();
    let position = incident(&world, "i-1");
    let server = Server::start(world.ledgers());
    let restricted = reader(&world, "terbatas", Class::Restricted);
    let internal = reader(&world, "internal", Class::Internal);

    let entry = json_as(&server, &restricted, &format!("/v1/61.07/events/{position}"));
    assert_eq!(entry["event"]["data"]["secured"], SECRET_WORDS);
    assert_eq!(entry["signer"]["agency"], "dinkes");
    let statement = format!("/v1/61.07/events/{position}/statement");
    let jws = get_as(&server, &restricted, &statement).bytes().unwrap();
    assert_eq!(jws, world.ledger().view().statement(entry_position(position)).unwrap().unwrap());
    let row = json_as(&server, &restricted, "/v1/61.07/registers/incidents/i-1");
    assert_eq!(row["row"]["key"], "i-1");
    let rows = json_as(&server, &restricted, "/v1/61.07/registers/incidents");
    assert_eq!(rows["rows"][0]["key"], "i-1");
    let found = json_as(&server, &restricted, "/v1/61.07/events?subject=incident/i-1");
    assert_eq!(found["events"][0]["position"], position);

    // Internal is not restricted: withheld, refused, not there, as for the public.
    let entry = json_as(&server, &internal, &format!("/v1/61.07/events/{position}"));
    assert_eq!(entry["withheld"], true);
    is_problem(get_as(&server, &internal, &statement), 403, "class-denied");
    let row = get_as(&server, &internal, "/v1/61.07/registers/incidents/i-1");
    is_problem(row, 404, "unknown-row");
    let found = json_as(&server, &internal, "/v1/61.07/events?subject=incident/i-1");
    assert_eq!(found["events"], json!([]));

    // The enrolment and the certificate are internal.
    let enrolments = "/v1/61.07/events?type=signer.enrolled";
    assert_eq!(json_as(&server, &internal, enrolments)["events"].as_array().unwrap().len(), 2);
    assert_eq!(server.json(enrolments)["events"], json!([]));
    let certificate = format!("/v1/61.07/certificates/{}", world.dinkes.thumbprint());
    assert_eq!(get_as(&server, &internal, &certificate).bytes().unwrap(), world.dinkes.chain[0]);
    is_problem(server.get(&certificate), 403, "class-denied");
}

fn entry_position(position: u64) -> jejak_ledger::log::Position {
    jejak_ledger::log::Position(position)
}

#[test]
fn a_token_of_another_ledger_is_the_public() {
    let world = World::new();
    let position = incident(&world, "i-1");
    let server = Server::start(world.ledgers());
    let elsewhere =
        Token { ledgers: Some(vec!["61.08".to_owned()]), ..token("tetangga", Class::Restricted) };
    let elsewhere = give(&world.path(), elsewhere);
    let entry = json_as(&server, &elsewhere, &format!("/v1/61.07/events/{position}"));
    assert_eq!(entry["withheld"], true);
    let here =
        Token { ledgers: Some(vec!["61.07".to_owned()]), ..token("sini", Class::Restricted) };
    let here = give(&world.path(), here);
    let entry = json_as(&server, &here, &format!("/v1/61.07/events/{position}"));
    assert_eq!(entry["event"]["data"]["secured"], SECRET_WORDS);
}

#[test]
fn a_token_that_does_not_count_is_never_silently_public() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let told = |authorization: &str| {
        let request = server.request("GET", "/v1/61.07/events/0");
        let answer = request.header("authorization", authorization).send().unwrap();
        assert_eq!(
            answer.headers()["www-authenticate"],
            "Bearer realm=\"jejak\", error=\"invalid_token\""
        );
        let body: Value = answer.json().unwrap();
        assert_eq!((&body["status"], &body["code"]), (&json!(401), &json!("reader-required")));
        body["token"].as_str().unwrap().to_owned()
    };
    let bearer = |secret: &Secret| format!("Bearer {}", secret.reveal());
    let secret = reader(&world, "satu", Class::Internal);
    assert_eq!(get_as(&server, &secret, "/v1/61.07/events/0").status(), 200);
    for malformed in ["", "Bearer", "Bearer x", "Basic eDp5", &bearer(&secret)[..50]] {
        assert_eq!(told(malformed), "malformed", "{malformed}");
    }
    assert_eq!(told(&bearer(&Secret::generate().unwrap())), "unknown");
    world.clock.forward_s(DAY_S - 1);
    assert_eq!(get_as(&server, &secret, "/v1/61.07/events/0").status(), 200);
    world.clock.forward_s(1);
    assert_eq!(told(&bearer(&secret)), "expired");
    revoke(&world, "satu");
    assert_eq!(told(&bearer(&secret)), "revoked");
}

#[test]
fn a_running_server_sees_a_new_token_and_a_revoked_one_at_once() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    for round in 0..5 {
        let id = format!("t-{round}");
        let secret = reader(&world, &id, Class::Internal);
        assert_eq!(json_as(&server, &secret, "/v1/61.07/events/0")["type"], "ledger.opened");
        revoke(&world, &id);
        is_problem(get_as(&server, &secret, "/v1/61.07/events/0"), 401, "reader-required");
    }
}

/// A list that cannot be read may be the one that revokes: until it can be read nobody is more than the public.
#[test]
fn while_the_list_of_tokens_is_broken_no_token_counts() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let secret = reader(&world, "satu", Class::Internal);
    let path = world.path().join(TOKENS_FILE);
    let good = fs::read(&path).unwrap();
    for broken in [&good[..good.len() / 2], b"", b"{\"format\":\"jejak-tokens/9\",\"tokens\":[]}"] {
        assert_eq!(get_as(&server, &secret, "/v1/61.07/events/0").status(), 200);
        fs::write(&path, broken).unwrap();
        for _ in 0..2 {
            let answer = get_as(&server, &secret, "/v1/61.07/events/0");
            assert!(answer.headers().contains_key("retry-after"));
            is_problem(answer, 503, "tokens-unreadable");
        }
        assert_eq!(server.json("/v1/61.07/events/0")["withheld"], true);
        fs::write(&path, &good).unwrap();
    }
    fs::remove_file(&path).unwrap();
    is_problem(get_as(&server, &secret, "/v1/61.07/events/0"), 401, "reader-required");
}

#[test]
fn what_is_above_public_is_kept_by_no_shared_cache() {
    let world = World::new();
    let position = incident(&world, "i-1");
    let server = Server::start(world.ledgers());
    let secret = reader(&world, "satu", Class::Restricted);
    let paths = [
        format!("/v1/61.07/events/{position}"),
        format!("/v1/61.07/events/{position}/statement"),
        "/v1/61.07/events?limit=1000".to_owned(),
        "/v1/61.07/registers/incidents".to_owned(),
        "/v1/61.07/registers/incidents/i-1".to_owned(),
        format!("/v1/61.07/certificates/{}", world.dinkes.thumbprint()),
    ];
    for path in paths {
        let answer = get_as(&server, &secret, &path);
        assert_eq!(answer.status(), 200, "{path}");
        let caching = answer.headers()["cache-control"].to_str().unwrap();
        assert!(caching.starts_with("private"), "{path}: {caching}");
        let vary: Vec<_> = answer.headers().get_all("vary").iter().collect();
        assert!(vary.contains(&&"authorization".parse().unwrap()), "{path}: {vary:?}");
    }
}

#[test]
fn a_cursor_serves_no_reader_of_another_class() {
    let world = World::new();
    for number in ["i-1", "i-2", "i-3"] {
        incident(&world, number);
    }
    let server = Server::start(world.ledgers());
    let restricted = reader(&world, "terbatas", Class::Restricted);
    let internal = reader(&world, "internal", Class::Internal);
    for list in ["/v1/61.07/events?limit=1", "/v1/61.07/registers/incidents?limit=1"] {
        let page = json_as(&server, &restricted, list);
        let next = format!("{list}&cursor={}", page["next"].as_str().unwrap());
        assert_eq!(get_as(&server, &restricted, &next).status(), 200);
        is_problem(get_as(&server, &internal, &next), 400, "invalid-parameter");
        is_problem(server.get(&next), 400, "invalid-parameter");
    }
}

#[test]
fn every_read_above_public_is_in_the_access_log_before_it_is_answered() {
    let world = World::new();
    let first = incident(&world, "i-1");
    let last = incident(&world, "i-2");
    let server = Server::start(world.ledgers());
    let secret = reader(&world, "satu", Class::Restricted);
    let mut seen = 0;
    let mut line_of = |path: &str| {
        let request = server.request("GET", path).header("x-request-id", "r-7");
        let authorization = format!("Bearer {}", secret.reveal());
        let answer = request.header("authorization", authorization).send().unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let mut lines = lines(&world);
        assert_eq!(lines.len(), seen + 1, "{path}");
        seen += 1;
        lines.pop().unwrap()
    };
    let expected = Line {
        time: "2026-01-02T03:04:05.000000Z".to_owned(),
        token: "satu".to_owned(),
        name: "Pembaca satu".to_owned(),
        ledger: "61.07".to_owned(),
        route: "/v1/{ledger}/events/{position}".to_owned(),
        path: format!("/v1/61.07/events/{first}"),
        query: None,
        class: What::Restricted,
        positions: Some(Range(first, first)),
        keys: None,
        rows: 1,
        request_id: "r-7".to_owned(),
    };
    assert_eq!(line_of(&format!("/v1/61.07/events/{first}")), expected);
    let path = format!("/v1/61.07/events/{first}/statement");
    let route = "/v1/{ledger}/events/{position}/statement".to_owned();
    let statement = Line { route, path, positions: None, rows: 0, ..expected.clone() };
    assert_eq!(line_of(&statement.path), statement);
    let page = line_of("/v1/61.07/registers/incidents?limit=9");
    assert_eq!(page.keys, Some(Range("i-1".to_owned(), "i-2".to_owned())));
    assert_eq!((page.query.as_deref(), page.rows), (Some("limit=9"), 2));
    let page = line_of(&format!("/v1/61.07/events?after={}", first - 1));
    assert_eq!(page.positions, Some(Range(first, last)));
    let certificate = line_of(&format!("/v1/61.07/certificates/{}", world.dinkes.thumbprint()));
    assert_eq!(certificate.class, What::Internal);
    // The holder of the bytes who asks whether they changed has read them.
    let request = server.request("GET", &statement.path).header("if-none-match", "*");
    let request = request.header("authorization", format!("Bearer {}", secret.reveal()));
    assert_eq!(request.send().unwrap().status(), 304);
    assert_eq!(lines(&world).len(), seen + 1);
    let text = fs::read_to_string(world.path().join("access/2026-01-02.ndjson")).unwrap();
    assert!(!text.contains(SECRET_WORDS) && !text.contains("jejak_"), "{text}");
}

#[test]
fn what_is_public_or_not_shown_is_not_in_the_access_log() {
    let world = World::new();
    let position = incident(&world, "i-1");
    let server = Server::start(world.ledgers());
    let secret = reader(&world, "satu", Class::Internal);
    for path in ["/v1/ledgers", "/v1/61.07", "/v1/61.07/checkpoint", "/v1/61.07/registers/systems"]
    {
        assert_eq!(get_as(&server, &secret, path).status(), 200, "{path}");
    }
    assert_eq!(get_as(&server, &secret, &format!("/v1/61.07/events/{position}")).status(), 200);
    let denied = get_as(&server, &secret, &format!("/v1/61.07/events/{position}/statement"));
    is_problem(denied, 403, "class-denied");
    assert_eq!(server.get("/v1/61.07/events").status(), 200);
    assert_eq!(lines(&world), []);
}

#[test]
fn where_the_access_log_cannot_be_written_nothing_above_public_is_shown() {
    let world = World::new();
    let position = incident(&world, "i-1");
    let server = Server::start(world.ledgers());
    let secret = reader(&world, "satu", Class::Restricted);
    let folder = world.path().join(access::FOLDER);
    fs::write(&folder, "in the way").unwrap();
    let path = format!("/v1/61.07/events/{position}");
    let answer = get_as(&server, &secret, &path);
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let (status, code) = problem(answer);
    assert_eq!((status, code.as_str()), (503, "access-unrecorded"));
    assert!(!get_as(&server, &secret, &path).text().unwrap().contains(SECRET_WORDS));
    // What is public is shown, also to him; and once the log can be written he is answered again.
    assert_eq!(get_as(&server, &secret, "/v1/61.07/registers/systems").status(), 200);
    assert_eq!(server.get(&path).status(), 200);
    fs::remove_file(&folder).unwrap();
    assert_eq!(get_as(&server, &secret, &path).status(), 200);
    assert_eq!(lines(&world).len(), 1);
}

#[test]
fn the_day_of_the_last_use_is_kept() {
    let world = World::new();
    let mut server = Server::start(world.ledgers());
    let secret = reader(&world, "satu", Class::Public);
    assert_eq!(get_as(&server, &secret, "/v1/61.07").status(), 200);
    server.stop();
    let used = || {
        let file = jejak_api::tokens::UsedFile::load(&world.path());
        file.used().day("satu").map(|day| day.to_string())
    };
    // The note is written by a thread that nobody waits for.
    for _ in 0..100_000 {
        if used().is_some() {
            break;
        }
        std::thread::yield_now();
    }
    assert_eq!(used().as_deref(), Some("2026-01-02"));
}

#[test]
fn two_that_change_the_list_at_once_lose_nothing() {
    let world = World::new();
    std::thread::scope(|scope| {
        for part in 0..4 {
            let world = &world;
            scope.spawn(move || {
                for number in 0..10 {
                    let id = format!("t-{part}-{number}");
                    reader(world, &id, Class::Public);
                }
            });
        }
    });
    let list = TokenList::load(&world.path()).unwrap();
    assert_eq!(list.tokens().len(), 40);
    assert!(list.tokens().iter().all(|token| token.revoked.is_none()));
    assert_eq!(list.tokens()[0].created, Micros(START_S * 1_000_000));
}
