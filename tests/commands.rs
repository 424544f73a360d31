//! What the commands tell those who ask: the same of a directory as of its server, and nothing silently empty.

use std::fmt::Display;
use std::process::Output;

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::{Value, json};

use crate::acts::{grant, request, subdomain};
use crate::harness::{World, copy, recorded, rfc3339};
use crate::process::{Process, jejak};

/// A directory, and a server of a copy of it.
struct Twice {
    world: World,
    place: tempfile::TempDir,
    server: Process,
}

impl Twice {
    fn new() -> Self {
        let mut world = World::at(SystemClock.now().0 / 1_000_000);
        world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
        world.accept(&world.kominfo, &grant(&world, "dinkes", "dinkes"));
        let data = json!({ "secured": "cadangan", "secured_at": rfc3339(world.clock.seconds()) });
        let secured = world.event(&world.dinkes, "incident.data_secured", "incident/i-1", data);
        recorded(world.post(&world.dinkes, &secured));
        world.close();
        let place = tempfile::tempdir().unwrap();
        let copied = place.path().join("served");
        copy(&world.path(), &copied);
        copy(&world.path(), &place.path().join("data"));
        let server = Process::serving(&copied, "127.0.0.1:0", &[]);
        Self { world, place, server }
    }

    /// What a command says of the directory, and of the server.
    fn both(&self, command: &[&str]) -> [Output; 2] {
        let directory = self.place.path().join("data");
        [["--dir", directory.to_str().unwrap()], ["--url", &self.server.base]]
            .map(|place| jejak(command.iter().chain(&["--ledger", "61.07"]).chain(&place)))
    }

    fn json(&self, command: &[&str]) -> Value {
        let told = self.both(&[command, &["-o", "json"]].concat()).map(|output| {
            assert_eq!(output.status.code(), Some(0), "{command:?}: {}", said(&output));
            serde_json::from_slice::<Value>(&output.stdout).unwrap()
        });
        assert_eq!(told[0], told[1], "{command:?}");
        told[0].clone()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn has(text: &str, part: impl Display) {
    let part = part.to_string();
    assert!(text.contains(&part), "no {part:?} in {text}");
}

#[test]
fn a_directory_tells_of_streams_and_registers_what_its_server_tells() {
    let twice = Twice::new();
    let subject = subdomain("dinkes");
    let key = subject.strip_prefix("subdomain/").unwrap();

    let stream = twice.json(&["stream", &subject]);
    assert_eq!((&stream["state"], &stream["version"]), (&json!("granted"), &json!(2)));
    assert_eq!(stream["events"].as_array().unwrap().len(), 2);
    let last = stream["events"][0]["position"].to_string();
    assert_eq!(twice.json(&["stream", &subject, "--as-of", &last])["state"], "requested");
    let next = ["stream", &subject, "--as-of", &last, "--next", "--agency", "kominfo"];
    assert_eq!(twice.json(&next)["asker"]["agency"], "kominfo");
    for output in twice.both(&["stream", "subdomain/tidak.ada", "--next"]) {
        // There is none yet, and the rules say what would make one.
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
    for output in twice.both(&["stream", "subdomain/tidak.ada"]) {
        assert_eq!(output.status.code(), Some(6), "{}", said(&output));
    }

    let history = twice.json(&["register", "subdomains", "--history", key]);
    let change = &history["versions"][1]["changes"]["state"];
    assert_eq!(change, &json!({ "old": "requested", "new": "granted" }));
    let totals = twice.json(&["register", "subdomains", "--totals"]);
    let expected = json!({ "all": 1, "by_state": { "granted": 1 }, "complete": true });
    assert_eq!(totals["totals"], expected);
    let none = twice.json(&["register", "subdomains", "--totals", "--where", "state=requested"]);
    assert_eq!(none["totals"]["all"], 0);
    twice.json(&["events", "--type", "subdomain.granted"]);
}

#[test]
fn a_day_is_a_local_day_for_a_directory_as_for_its_server() {
    let twice = Twice::new();
    let local = Offset::constant(7);
    let now = i64::try_from(twice.world.clock.seconds()).unwrap();
    let today = local.to_datetime(Timestamp::from_second(now).unwrap()).date();
    let (today, before) = (today.to_string(), today.yesterday().unwrap().to_string());
    let granted = ["events", "--type", "subdomain.granted"];
    let found = |more: &[&str]| {
        let events = twice.json(&[&granted, more].concat());
        events["events"].as_array().unwrap().len()
    };
    assert_eq!(found(&["--as-of", &today]), 1);
    assert_eq!(found(&["--from", &today, "--to", &today]), 1);
    assert_eq!(found(&["--acted-from", &today, "--acted-to", &today]), 1);
    assert_eq!(found(&["--to", &before]), 0);
    assert_eq!(found(&["--acted-to", &before]), 0);
    for command in [&["register", "subdomains"][..], &["stream", &subdomain("dinkes")]] {
        let now = twice.json(&[command, &["--as-of", &today]].concat());
        assert_eq!(now["as_of"], twice.json(command)["as_of"]);
        for output in twice.both(&[command, &["--as-of", &before]].concat()) {
            assert_eq!(output.status.code(), Some(6), "{}", said(&output));
        }
    }
    for wrong in ["2026-02-30", "22-11-2026", "kemarin"] {
        for output in twice.both(&[&granted[..], &["--from", wrong]].concat()) {
            assert_eq!(output.status.code(), Some(2), "{}", said(&output));
            has(&said(&output), "neither a day nor an RFC 3339 time");
        }
    }
}

#[test]
fn a_question_that_nothing_could_answer_is_a_mistake_of_the_command_line() {
    let twice = Twice::new();
    let wrong: [(&[&str], &str); 6] = [
        (&["events", "--source", "dinkes"], "agency/dinkes"),
        (&["events", "--type", "nix"], "subdomain.granted"),
        (&["events", "--subject", "Antrean"], "system/antrean"),
        (&["stream", "agency/dinkes", "--next", "--agency", "agency/dinkes"], "without agency/"),
        (&["refusals", "--code", "nix"], "role-missing"),
        (&["refusals", "--signer", "dinkes"], "person id"),
    ];
    for (command, form) in wrong {
        for output in twice.both(command) {
            assert_eq!(output.status.code(), Some(2), "{command:?}: {}", said(&output));
            has(&said(&output), form);
        }
    }
    for output in twice.both(&["register", "systems", "--where", "agency=agency/dinkes"]) {
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        has(&said(&output), "tanpa agency/");
    }
    // What has the form may have been known once: the list is empty, and it is said why.
    for output in twice.both(&["events", "--type", "subdomain.stolen"]) {
        assert_eq!(output.status.code(), Some(0));
        has(&said(&output), "aturan yang berlaku tidak mengenal jenis subdomain.stolen");
    }
    for output in twice.both(&["events", "--type", "subdomain.refused"]) {
        assert!(!said(&output).contains("tidak mengenal"), "{}", said(&output));
    }
}

#[test]
fn who_asks_a_directory_that_is_served_is_told_whom_to_ask() {
    let twice = Twice::new();
    let served = twice.place.path().join("served");
    let served = served.to_str().unwrap();
    let refusals = jejak(["refusals", "--dir", served, "--ledger", "61.07"]);
    assert_eq!(refusals.status.code(), Some(1));
    has(&said(&refusals), "jejak token new --refusals");
    has(&said(&refusals), "sedang dipakai proses lain");
    let stream = jejak(["stream", "agency/dinkes", "--dir", served, "--ledger", "61.07"]);
    has(&said(&stream), "tanya servernya lewat --url (ask its server by --url)");
    assert!(!said(&stream).contains("--refusals"));
}

/// What an audit finds is said in both languages where people read it; programs get the report as it is.
#[test]
fn the_reasons_of_an_audit_are_in_both_languages_in_a_table() {
    let twice = Twice::new();
    let directory = twice.place.path().join("data");
    let audit =
        |format: &str| shown(&jejak(["audit", "--dir", directory.to_str().unwrap(), "-o", format]));
    let reason = "1 of 1 documents are not held";
    has(&audit("table"), format_args!("ada dokumen yang tidak disimpan di sini ({reason})"));
    has(&audit("json"), format_args!("\"reason\":\"{reason}\""));
}

/// What is withheld used to be an empty row.
#[test]
fn a_row_above_the_readers_class_says_that_it_is_withheld() {
    let twice = Twice::new();
    let [directory, server] = twice.both(&["register", "incidents"]);
    assert!(!shown(&directory).contains("tertutup"), "{}", shown(&directory));
    has(&shown(&server), "tertutup (withheld)");
    let [_, server] = twice.both(&["events", "-o", "csv"]);
    has(&shown(&server), "tertutup (withheld)");
}

/// A token for a ledger that was spelled wrongly opened nothing, and nobody was told.
#[test]
fn a_token_is_for_ledgers_that_the_directory_holds() {
    let twice = Twice::new();
    let directory = twice.place.path().join("data");
    let new = |directory: &std::path::Path, ledgers: &[&str]| {
        let flags =
            ["token", "new", "--name", "x", "--class", "public", "--expires", "1d", "--dir"];
        let flags = flags.iter().copied().chain([directory.to_str().unwrap()]);
        jejak(flags.chain(ledgers.iter().flat_map(|region| ["--ledger", region])))
    };
    let unknown = new(&directory, &["61.07", "99.99"]);
    assert_eq!(unknown.status.code(), Some(6), "{}", said(&unknown));
    has(&said(&unknown), "99.99");
    has(&said(&unknown), "there are: 61.07");
    assert!(!directory.join("tokens.json").exists());
    assert_eq!(new(&directory, &["61.07"]).status.code(), Some(0));
    // Also while a server has it open.
    let served = twice.place.path().join("served");
    assert_eq!(new(&served, &["99.99"]).status.code(), Some(6));
    assert_eq!(new(&served, &["61.07"]).status.code(), Some(0));
    assert_eq!(new(&directory, &[]).status.code(), Some(0), "of all ledgers");
}

#[test]
fn an_act_that_changes_no_state_reads_as_one() {
    let twice = Twice::new();
    for output in twice.both(&["rules", "act", "system.registered"]) {
        has(&shown(&output), "keadaan tetap (state stays)");
    }
    // The server tells nobody without a token what may come on a stream that could be there above his class.
    let [output, _] = twice.both(&["stream", "system/antrean", "--next"]);
    let text = shown(&output);
    let line = text.lines().find(|line| line.contains("system.registered"));
    has(line.unwrap_or(&said(&output)), "keadaan tetap (state stays)");
    assert!(!text.contains("none → none"), "{text}");
}
