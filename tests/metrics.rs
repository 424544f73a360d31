//! The figures: written as `OpenMetrics` says, moved by what really happens, and never labelled with what a caller makes up.

#![expect(clippy::float_cmp, reason = "counts are whole")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;

use serde_json::json;

use crate::acts::request;
use crate::harness::World;
use crate::server::{JOSE, LINES, Server, is_problem};

const EVENTS: &str = "/v1/61.07/events";

/// One scrape, taken apart as strictly as `OpenMetrics` 1.0 is written.
struct Scrape {
    samples: BTreeMap<String, f64>,
    families: BTreeMap<String, Family>,
}

#[derive(Default)]
struct Family {
    help: bool,
    kind: String,
    unit: String,
}

impl Scrape {
    fn of(server: &Server) -> Self {
        let answer = server.get("/metrics");
        assert_eq!(answer.status(), 200);
        let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        assert_eq!(answer.headers()["content-type"], media);
        Self::parse(&answer.text().unwrap())
    }

    fn parse(text: &str) -> Self {
        let body = text.strip_suffix("# EOF\n").unwrap();
        let mut scrape = Self { samples: BTreeMap::new(), families: BTreeMap::new() };
        let mut current = String::new();
        for line in body.lines() {
            let Some(comment) = line.strip_prefix("# ") else {
                scrape.sample(&current, line);
                continue;
            };
            let mut words = comment.splitn(3, ' ');
            let mut word = || words.next().unwrap().to_owned();
            let (what, name, rest) = (word(), word(), word());
            if name != current {
                assert!(!scrape.families.contains_key(&name), "{name} stands in two places");
                current.clone_from(&name);
            }
            let family = scrape.families.entry(name).or_default();
            match what.as_str() {
                "HELP" => family.help = !rest.is_empty(),
                "TYPE" => family.kind = rest,
                "UNIT" => family.unit = rest,
                _ => panic!("{line}"),
            }
        }
        scrape
    }

    fn sample(&mut self, family: &str, line: &str) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
        let name = series.split('{').next().unwrap();
        let ending = name.strip_prefix(family).unwrap_or_else(|| panic!("{line} under {family}"));
        let allowed: &[&str] = match self.families[family].kind.as_str() {
            "counter" => &["_total"],
            "gauge" => &[""],
            "histogram" => &["_bucket", "_sum", "_count"],
            kind => panic!("{kind}"),
        };
        assert!(allowed.contains(&ending), "{line}");
        assert!(self.samples.insert(series.to_owned(), value).is_none(), "twice: {line}");
    }

    /// A sample; 0 where it is not there yet.
    fn value(&self, series: &str) -> f64 {
        self.samples.get(series).copied().unwrap_or_default()
    }

    fn values_of(&self, name: &str, label: &str) -> BTreeSet<&str> {
        let label = format!("{label}=\"");
        let series = self.samples.keys().filter(|series| series.starts_with(&format!("{name}{{")));
        series.filter_map(|series| series.split(&label).nth(1)?.split('"').next()).collect()
    }
}

fn event(result: &str) -> String {
    format!("jejak_events_appended_total{{result=\"{result}\"}}")
}

#[test]
fn figures_are_written_as_openmetrics_says() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    server.json("/v1/61.07");
    let scrape = Scrape::of(&server);
    let lower = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    for (name, family) in &scrape.families {
        assert!(name.starts_with("jejak_") || name.starts_with("process_"), "{name}");
        assert!(lower(name) && !name.contains("__"), "{name}");
        assert!(family.help && !family.kind.is_empty(), "{name} says not what it is");
        assert!(!name.ends_with("_total") && !name.ends_with("_count"), "{name}");
        if !family.unit.is_empty() {
            assert!(name.ends_with(&format!("_{}", family.unit)), "{name}: {}", family.unit);
        }
        for unit in ["seconds", "bytes"] {
            assert!(!name.contains(unit) || family.unit == unit, "{name} has no unit");
        }
        assert!(!["milliseconds", "ms", "kb", "minutes"].iter().any(|unit| name.ends_with(unit)));
    }
    for name in [
        "jejak_events_appended",
        "jejak_append_duration_seconds",
        "jejak_ledger_size",
        "jejak_checkpoint_age_seconds",
        "jejak_verify_failures",
        "jejak_queue_bytes",
        "jejak_connections",
        "jejak_http_requests",
        "jejak_store_write_buffers_bytes",
        "jejak_store_block_cache_bytes",
        "jejak_store_compaction_pending_bytes",
        "process_resident_memory_bytes",
        "process_open_fds",
    ] {
        assert!(scrape.families.contains_key(name), "{name} is missing");
    }
    assert!(scrape.value("process_resident_memory_bytes") > 1_000_000.0);
}

#[test]
fn counters_move_with_what_is_posted() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let before = Scrape::of(&server);
    assert_eq!(before.value(&event("recorded")), 0.0, "what was posted before the server began");
    let good = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    assert_eq!(server.post(EVENTS, JOSE, good.clone()).status(), 201);
    assert_eq!(server.post(EVENTS, JOSE, good.clone()).status(), 200);
    let mut forged = good.clone();
    let last = forged.len() - 10;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    is_problem(server.post(EVENTS, JOSE, forged), 422, "signature-invalid");
    is_problem(server.post(EVENTS, JOSE, "no jws"), 400, "malformed-jws");
    let wrong = world.event(&world.dinkes, "subdomain.granted", "subdomain/x.id", json!({}));
    assert_eq!(server.post(EVENTS, JOSE, world.sign(&world.dinkes, &wrong)).status(), 422);
    let second = world.sign(&world.dinkes, &request(&world, &world.dinkes, "simpus"));
    let batch = [second, good].join(&b'\n');
    assert_eq!(server.post(&format!("{EVENTS}/batch"), LINES, batch).status(), 200);

    let after = Scrape::of(&server);
    let results =
        ["recorded", "repeated", "refused", "failed"].map(|result| after.value(&event(result)));
    assert_eq!(results, [2.0, 2.0, 3.0, 0.0]);
    let failures =
        |reason: &str| after.value(&format!("jejak_verify_failures_total{{reason=\"{reason}\"}}"));
    assert_eq!(failures("signature-invalid"), 1.0);
    assert_eq!(failures("malformed-jws"), 1.0);
    assert_eq!(failures("certificate-unknown"), 0.0);
    // Five posts and a batch, which is handed over in as many pieces as its two lines arrive in.
    let appended = after.value("jejak_append_duration_seconds_count");
    assert!((6.0..=7.0).contains(&appended), "{appended} hand-overs");
    assert!(after.value("jejak_append_duration_seconds_sum") > 0.0);
    let size = "jejak_ledger_size{ledger=\"61.07\"}";
    assert_eq!(after.value(size) - before.value(size), 2.0);
    assert_eq!(after.value("jejak_ledger_writing{ledger=\"61.07\"}"), 1.0);
    let posts = |status: u16| {
        let labels = format!("method=\"POST\",route=\"/v1/{{ledger}}/events\",status=\"{status}\"");
        after.value(&format!("jejak_http_requests_total{{{labels}}}"))
    };
    assert_eq!([201, 200, 422, 400].map(posts), [1.0, 1.0, 2.0, 1.0]);
    assert_eq!(after.value("jejak_queue_bytes"), 0.0);
    assert_eq!(after.value("jejak_http_requests_in_flight"), 1.0, "the scrape itself");
    world.audit();
}

#[test]
fn no_label_takes_what_a_caller_makes_up() {
    let world = World::opened();
    let server = Server::start(world.ledgers());
    for number in 0..20 {
        server.get(&format!("/canary-{number}"));
        server.get(&format!("/v1/canary-{number}/events/canary-{number}?canary={number}"));
        server.request(&format!("CANARY{number}"), "/v1/61.07").send().unwrap();
    }
    let scrape = Scrape::of(&server);
    assert!(!scrape.samples.keys().any(|series| series.to_lowercase().contains("canary")));
    let requests = "jejak_http_requests_total";
    assert_eq!(scrape.values_of(requests, "method"), ["GET", "other"].into());
    let routes = ["-", "/v1/{ledger}", "/v1/{ledger}/events/{position}"];
    assert_eq!(scrape.values_of(requests, "route"), routes.into());
}

#[test]
fn with_more_ledgers_than_may_be_named_none_is() {
    let world = World::opened();
    let server = Server::configured(world.ledgers(), |config| config.metrics.ledgers_max = 0);
    let scrape = Scrape::of(&server);
    assert!(!scrape.samples.keys().any(|series| series.contains("61.07")));
    assert_eq!(scrape.value("jejak_ledgers"), 1.0);
    assert_eq!(scrape.value("jejak_records"), 1.0);
}

#[test]
fn figures_with_an_address_of_their_own_are_there_alone() {
    let world = World::opened();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::configured(world.ledgers(), |config| config.metrics.listen = Some(free));
    is_problem(server.get("/metrics"), 404, "unknown-route");
    let there = reqwest::blocking::get(format!("http://{free}/metrics")).unwrap();
    Scrape::parse(&there.text().unwrap());
    is_problem(
        reqwest::blocking::get(format!("http://{free}/v1/ledgers")).unwrap(),
        404,
        "unknown-route",
    );
}

/// What the documentation shows is what there is.
#[test]
fn every_figure_is_documented() {
    let world = World::opened();
    let server = Server::start(world.ledgers());
    let text = fs::read_to_string(crate::harness::file("../docs/operations.md")).unwrap();
    for name in Scrape::of(&server).families.keys() {
        assert!(text.contains(&format!("`{name}`")), "docs/operations.md does not name {name}");
    }
}
