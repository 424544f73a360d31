//! Request heads that nobody can read are refused with a problem, as everything else is; several on one connection are
//! answered in order; `HEAD` and `OPTIONS` are what RFC 9110 says.

use serde_json::Value;

use crate::harness::World;
use crate::server::Server;

/// The head and the body of the last answer in `text`.
fn last_answer(text: &str) -> (String, Value) {
    let start = text.rfind("HTTP/1.1 4").unwrap();
    let (head, body) = text[start..].split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert_eq!(length, body.len().to_string(), "{text}");
    (head.to_owned(), serde_json::from_str(body).unwrap())
}

#[test]
fn a_head_that_cannot_be_read_is_refused_with_a_problem() {
    let world = World::opened();
    let server = Server::configured(world.ledgers(), |config| {
        config.limits.header_bytes_max = 128 * 1024;
    });
    let long = |bytes: usize| "x".repeat(bytes);
    for (raw, status, code) in [
        ("\u{16}\u{3}\u{1}".to_owned() + "TLS?\r\n\r\n", 400, "malformed-request"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400, "malformed-request"),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), 400, "malformed-request"),
        ("GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n".to_owned(), 400, "malformed-request"),
        (format!("GET /{} HTTP/1.1\r\n\r\n", long(70_000)), 414, "target-too-long"),
        (format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", long(200_000)), 431, "too-large"),
    ] {
        let text = server.raw(raw.as_bytes(), |_| {});
        let (head, body) = last_answer(&text);
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{text}");
        assert!(head.contains("\r\ncontent-type: application/problem+json"), "{text}");
        assert!(head.contains("\r\nconnection: close") && head.contains("\r\ndate: "), "{text}");
        assert_eq!((&body["status"], &body["code"]), (&status.into(), &code.into()), "{text}");
        let id = format!("\r\nx-request-id: {}", body["request_id"].as_str().unwrap());
        assert!(head.contains(&id), "{text}");
    }
    let told =
        server.raw(format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", long(200_000)).as_bytes(), |_| {});
    assert_eq!(last_answer(&told).1["limit"], "header_bytes");
    assert_eq!(last_answer(&told).1["max"], 128 * 1024);
}

#[test]
fn what_was_answered_before_stays_as_it_was() {
    let world = World::opened();
    let server = Server::start(world.ledgers());
    let good = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let alone = server.raw(
        format!("{good}GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes(),
        |_| {},
    );
    assert_eq!(alone.matches("HTTP/1.1 200 OK").count(), 2, "{alone}");
    assert_eq!(alone.matches("{\"status\":\"ok\"}").count(), 2, "{alone}");
    let then_broken = server.raw(format!("{good}{good}broken\r\n\r\n").as_bytes(), |_| {});
    assert_eq!(then_broken.matches("HTTP/1.1 200 OK").count(), 2, "{then_broken}");
    let (head, body) = last_answer(&then_broken);
    assert!(head.starts_with("HTTP/1.1 400 "), "{then_broken}");
    assert_eq!(body["code"], "malformed-request");
}

#[test]
fn a_connection_is_kept_and_its_requests_are_answered_in_order() {
    let world = World::opened();
    let server = Server::start(world.ledgers());
    let paths = ["/healthz", "/nowhere", "/version", "/v1/61.07/events?limit=0", "/v1/ledgers"];
    let mut piped = String::new();
    for path in paths {
        piped.push_str("GET ");
        piped.push_str(path);
        piped.push_str(" HTTP/1.1\r\nhost: x\r\n\r\n");
    }
    piped.push_str("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let text = server.raw(piped.as_bytes(), |_| {});
    let statuses: Vec<&str> =
        text.split("HTTP/1.1 ").skip(1).map(|answer| answer.split(' ').next().unwrap()).collect();
    assert_eq!(statuses, ["200", "404", "200", "400", "200", "200"], "{text}");
    let old = server.raw(b"GET /healthz HTTP/1.0\r\n\r\n", |_| {});
    assert!(old.starts_with("HTTP/1.0 200 OK"), "{old}");
}

#[test]
fn options_says_what_a_route_allows() {
    let world = World::opened();
    let server = Server::start(world.ledgers());
    for (path, allowed) in [("/v1/61.07/events", "GET,HEAD,POST"), ("/healthz", "GET,HEAD")] {
        let answer = server.request("OPTIONS", path).send().unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["allow"]),
            (204, &allowed.parse().unwrap())
        );
    }
}
