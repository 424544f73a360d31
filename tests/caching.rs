//! What is kept by caches, and what goes over the wire smaller.

use std::io::Read as _;
use std::process::{Command, Stdio};

use jejak_ledger::rules::Class;
use jejak_signer::Hash;
use reqwest::blocking::Response;
use serde_json::Value;

use crate::acts::{request, subdomain};
use crate::harness::{World, recorded};
use crate::server::{JOSE, Server};
use crate::tokens::reader;

const EVENTS: &str = "/v1/61.07/events";

fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name).map(|value| value.to_str().unwrap())
}

fn with(server: &Server, method: &str, path: &str, name: &str, value: &str) -> Response {
    server.request(method, path).header(name, value).send().unwrap()
}

/// A world with enough events that their list is worth compressing.
fn told() -> (World, Server) {
    let world = World::new();
    for number in 0..20 {
        let event = request(&world, &world.dinkes, &format!("c-{number}"));
        recorded(world.post(&world.dinkes, &event));
    }
    let server = Server::start(world.ledgers());
    (world, server)
}

#[test]
fn what_never_changes_is_kept_for_good_under_the_tag_of_its_bytes() {
    let (world, server) = told();
    let size = world.ledger().published().size;
    let last = size - 1;
    for path in [
        format!("{EVENTS}/{last}"),
        format!("{EVENTS}/{last}/statement"),
        format!("/v1/61.07/tile/0/000.p/{size}"),
        format!("/v1/61.07/tile/entries/000.p/{size}"),
        format!("/v1/61.07/proof/inclusion?position=1&size={size}"),
        format!("/v1/61.07/proof/consistency?from=1&to={size}"),
    ] {
        let answer = server.get(&path);
        assert_eq!(answer.status(), 200, "{path}");
        let caching = header(&answer, "cache-control").unwrap();
        assert_eq!(caching, "public, max-age=31536000, immutable", "{path}");
        let tag = header(&answer, "etag").unwrap().to_owned();
        assert_eq!(tag, format!("\"{}\"", Hash::of(&answer.bytes().unwrap())), "{path}");
        for method in ["GET", "HEAD"] {
            let held = with(&server, method, &path, "if-none-match", &tag);
            assert_eq!(held.status(), 304, "{method} {path}");
            assert_eq!(header(&held, "etag"), Some(tag.as_str()));
            assert_eq!(held.bytes().unwrap().len(), 0);
        }
        let other = with(&server, "GET", &path, "if-none-match", "\"x\"");
        assert_eq!(other.status(), 200, "{path}");
    }
}

/// The place of an event that is withheld now may be shown to another reader under the same address.
#[test]
fn a_withheld_entry_is_kept_by_nobody_without_asking_again() {
    let (_world, server) = told();
    let answer = server.get(&format!("{EVENTS}/0"));
    assert_eq!(header(&answer, "cache-control"), Some("no-cache"));
    assert!(header(&answer, "vary").is_some());
}

#[test]
fn what_may_change_is_asked_for_again_and_sent_only_if_it_has() {
    let (world, server) = told();
    let key = subdomain("c-1").replace("subdomain/", "");
    for path in [
        "/v1/ledgers".to_owned(),
        "/v1/61.07".to_owned(),
        "/v1/61.07/checkpoint".to_owned(),
        format!("{EVENTS}?limit=5"),
        "/v1/61.07/registers/subdomains?limit=5".to_owned(),
        format!("/v1/61.07/registers/subdomains/{key}"),
        format!("/v1/61.07/streams/{}", subdomain("c-1")),
    ] {
        let answer = server.get(&path);
        assert_eq!(header(&answer, "cache-control"), Some("no-cache"), "{path}");
        let tag = header(&answer, "etag").unwrap().to_owned();
        for method in ["GET", "HEAD"] {
            let held = with(&server, method, &path, "if-none-match", &format!("\"x\", {tag}"));
            assert_eq!(held.status(), 304, "{method} {path}");
            assert_eq!(header(&held, "content-type"), None);
            assert_eq!(held.bytes().unwrap().len(), 0);
        }
        let head = server.request("HEAD", &path).send().unwrap();
        assert_eq!(header(&head, "etag"), Some(tag.as_str()), "{path}");
        recorded(world.post(&world.dinkes, &request(&world, &world.dinkes, &tag[1..20])));
        let changed = with(&server, "GET", &path, "if-none-match", &tag);
        assert_eq!(changed.status(), 200, "{path}: the head has moved");
        assert_ne!(header(&changed, "etag"), Some(tag.as_str()));
    }
}

#[test]
fn text_is_compressed_for_who_takes_gzip_and_says_the_same() {
    let (_world, server) = told();
    let path = format!("{EVENTS}?limit=20");
    let plain = server.get(&path);
    assert_eq!(header(&plain, "content-encoding"), None);
    assert!(header(&plain, "etag").unwrap().starts_with('"'));
    let vary = |answer: &Response| {
        let values = answer.headers().get_all("vary").iter();
        values.map(|value| value.to_str().unwrap().to_lowercase()).collect::<Vec<_>>().join(", ")
    };
    assert!(vary(&plain).contains("accept-encoding"), "{}", vary(&plain));
    let plain_tag = header(&plain, "etag").unwrap().to_owned();
    let text: Value = plain.json().unwrap();

    let zipped = with(&server, "GET", &path, "accept-encoding", "br;q=1, gzip;q=0.8");
    assert_eq!(header(&zipped, "content-encoding"), Some("gzip"));
    assert!(vary(&zipped).contains("accept-encoding"));
    let tag = header(&zipped, "etag").unwrap().to_owned();
    assert_eq!(tag, format!("W/{plain_tag}"), "other bytes, the same content");
    let bytes = zipped.bytes().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&gunzip(&bytes)).unwrap(), text);
    assert!(bytes.len() * 2 < text.to_string().len());

    let held = server.request("GET", &path).header("accept-encoding", "gzip");
    let held = held.header("if-none-match", &tag).send().unwrap();
    assert_eq!(held.status(), 304);
    assert!(vary(&held).contains("accept-encoding"));
}

#[test]
fn hashes_small_answers_and_posts_are_not_compressed() {
    let (world, server) = told();
    let size = world.ledger().published().size;
    for path in [
        "/healthz".to_owned(),
        "/v1/61.07".to_owned(),
        format!("/v1/61.07/tile/entries/000.p/{size}"),
        format!("{EVENTS}/{}/statement", size - 1),
    ] {
        let answer = with(&server, "GET", &path, "accept-encoding", "gzip");
        assert_eq!(header(&answer, "content-encoding"), None, "{path}");
    }
    // Nothing else than these bytes is on offer: who wants none of them gets them all the same.
    let path = format!("{EVENTS}?limit=20");
    let picky = with(&server, "GET", &path, "accept-encoding", "identity;q=0");
    assert_eq!((picky.status().as_u16(), header(&picky, "content-encoding")), (200, None));
    let statement = world.sign(&world.dinkes, &request(&world, &world.dinkes, "posted"));
    let posted = server.request("POST", EVENTS).header("content-type", JOSE);
    let posted = posted.header("accept-encoding", "gzip").body(statement).send().unwrap();
    assert_eq!((posted.status().as_u16(), header(&posted, "content-encoding")), (201, None));
}

/// An answer that may hold what is secret does not tell it by its length (BREACH), whatever the token is worth.
#[test]
fn what_is_asked_for_with_a_token_is_not_compressed() {
    let (world, server) = told();
    let secret = reader(&world, "internal", Class::Internal);
    let path = format!("{EVENTS}?limit=20");
    let token = format!("Bearer {}", secret.reveal());
    let asked = server.request("GET", &path).header("authorization", token);
    let answer = asked.header("accept-encoding", "gzip").send().unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "content-encoding")), (200, None));
}

/// What gzip itself makes of the bytes.
fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let input = std::fs::File::open(file.path()).unwrap();
    let mut child =
        Command::new("gzip").arg("-dc").stdin(input).stdout(Stdio::piped()).spawn().unwrap();
    let mut text = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    text
}
