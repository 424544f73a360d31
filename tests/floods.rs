//! Floods: heads that never end, bodies that never come, uploads that are given up, more connections than there is room
//! for. The memory of all of them together stays under the configured bounds, and whoever behaves is served.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};

use jejak_api::SystemClock;
use jejak_ledger::{Clock as _, Settings};
use reqwest::blocking::Client;

use crate::acts::request;
use crate::harness::World;
use crate::process::Process;
use crate::server::{JOSE, Server};

const EVENTS: &str = "/v1/61.07/events";
const CONNECTIONS_MAX: usize = 32;
const QUEUE_BYTES_MAX: usize = 256 << 10;

fn world() -> World {
    let mut world = World::new();
    let settings = Settings { queue_bytes_max: QUEUE_BYTES_MAX, ..Settings::default() };
    world.reopen_with(&settings);
    world
}

fn server(world: &World) -> Server {
    Server::configured(world.ledgers(), |config| {
        config.server.connections_max = CONNECTIONS_MAX;
        config.server.header_read_ms = 300;
        config.server.body_idle_ms = 300;
        config.server.body_total_ms = 2_000;
    })
}

/// Posts a new statement; a server that is busy is asked again, as its `Retry-After` says.
fn posts(server: &Server, world: &World, label: &str) {
    let statement = world.sign(&world.dinkes, &request(world, &world.dinkes, label));
    loop {
        let sent = server.request("POST", EVENTS).header("content-type", JOSE);
        match sent.body(statement.clone()).send().map(|answer| answer.status().as_u16()) {
            Ok(201 | 200) => return,
            Ok(503) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// The head of an upload that announces as much as a statement may have.
fn head() -> Vec<u8> {
    let head = format!("POST {EVENTS} HTTP/1.1\r\nhost: x\r\ncontent-type: {JOSE}\r\n");
    [head.as_bytes(), b"content-length: 65535\r\n\r\n"].concat()
}

#[test]
fn heads_that_never_end_leave_room_for_those_that_do() {
    let world = world();
    let server = server(&world);
    // Four times as many as may be open: the others wait outside, at no cost, until the first are cut.
    let slow: Vec<TcpStream> = (0..4 * CONNECTIONS_MAX)
        .map(|number| {
            let mut stream = server.connect();
            let started = format!("GET /v1/61.07 HTTP/1.1\r\nx-slow: {number}\r\n");
            stream.write_all(started.as_bytes()).unwrap();
            stream
        })
        .collect();
    posts(&server, &world, "dinkes");
    for mut stream in slow {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(answer, b"", "cut without an answer");
    }
    world.audit();
}

/// One address held every connection, and nobody else got in.
#[test]
fn one_address_has_only_its_share_of_the_connections() {
    let world = world();
    let bound = |proxies: &[&str]| {
        let proxies = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        Server::configured(world.ledgers(), |config| {
            config.server.caller_connections_max = 2;
            config.quotas.proxies = proxies;
        })
    };
    let begin = |server: &Server| {
        let mut stream = server.connect();
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
        stream
    };
    let end = |mut stream: TcpStream| {
        let mut answer = String::new();
        let _ = stream.write_all(b"\r\n").and_then(|()| stream.read_to_string(&mut answer));
        answer.starts_with("HTTP/1.1 200 ")
    };
    let server = bound(&[]);
    // They are accepted in the order in which they come.
    let (first, second, third) = (begin(&server), begin(&server), begin(&server));
    assert_eq!((end(third), end(first), end(second)), (false, true, true));
    // A proxy of ours carries others.
    let server = bound(&["127.0.0.1"]);
    let many: Vec<_> = (0..8).map(|_| begin(&server)).collect();
    assert!(many.into_iter().all(end));
}

#[test]
fn bodies_that_never_come_hold_no_more_than_the_queue_may() {
    let world = world();
    let server = server(&world);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Watched all the while: what waits is never more than what may.
        let watching = scope.spawn(|| {
            let mut most = 0;
            while !over.load(Ordering::Acquire) {
                most = most.max(world.ledgers().queued_bytes());
                std::thread::yield_now();
            }
            most
        });
        let slow: Vec<TcpStream> = (0..CONNECTIONS_MAX - 2)
            .map(|_| {
                let mut stream = server.connect();
                stream.write_all(&head()).unwrap();
                // All but the last byte, and then nothing.
                let _ = stream.write_all(&vec![b'x'; 65_534]);
                stream
            })
            .collect();
        posts(&server, &world, "dinkes");
        for mut stream in slow {
            let mut answer = String::new();
            let _ = stream.read_to_string(&mut answer);
            let told = ["408 ", "503 "].iter().any(|status| answer.contains(status));
            assert!(told || answer.is_empty(), "{answer}");
        }
        over.store(true, Ordering::Release);
        let most = watching.join().unwrap();
        assert!(most > 0 && most <= QUEUE_BYTES_MAX, "{most}");
    });
    assert_eq!(world.ledgers().queued_bytes(), 0);
    posts(&server, &world, "simpus");
    world.audit();
}

#[test]
fn uploads_that_are_given_up_leave_nothing_behind() {
    let world = world();
    let server = server(&world);
    let size = world.ledger().published().size;
    for number in 0..8 * CONNECTIONS_MAX {
        let mut stream = server.connect();
        let _ = stream.write_all(&head());
        let _ = stream.write_all(&vec![b'x'; 1_000 * (number % 60)]);
    }
    posts(&server, &world, "dinkes");
    // The others have gone; their end arrives after them.
    while world.ledgers().queued_bytes() > 0 {
        std::thread::yield_now();
    }
    assert_eq!(world.ledger().published().size, size + 1);
    world.audit();
}

#[test]
fn thousands_of_connections_take_bounded_memory() {
    let now = SystemClock.now().0 / 1_000_000;
    let mut world = World::at(now);
    let statement = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    world.close();
    let limits = "[server]\nconnections_max = 256\nheader_read_ms = 1_000\n[ledger]\nqueue_bytes_max = 1_048_576\n";
    fs::write(world.path().join("jejak.toml"), limits).unwrap();
    let server = Process::start(&world);
    let client = Client::new();
    let url = format!("{}{EVENTS}", server.base);
    let post = || {
        let sent = client.post(&url).header("content-type", JOSE);
        sent.body(statement.clone()).send().unwrap().status().as_u16()
    };
    assert_eq!(post(), 201);
    let quiet = server.resident_bytes();
    let address = server.base.strip_prefix("http://").unwrap();
    // Each sends nearly as much of a head as is read, and never ends it.
    let long = format!("GET /v1/61.07 HTTP/1.1\r\nx-long: {}", "x".repeat(30_000));
    let flood: Vec<TcpStream> = (0..2_000)
        .map_while(|_| TcpStream::connect(address).ok())
        .map(|mut stream| {
            stream.set_nonblocking(true).unwrap();
            let _ = stream.write(long.as_bytes());
            stream
        })
        .collect();
    assert!(flood.len() > 1_000, "{}", flood.len());
    assert_eq!(post(), 200, "served in between");
    let flooded = server.resident_bytes();
    assert!(flooded < quiet + (96 << 20), "{quiet} bytes before, {flooded} in the flood");
    drop(flood);
    assert_eq!(post(), 200);
    assert_eq!(server.end().0, Some(0));
}
