//! What waits is shown where people look: acts that wait for signatures in the tables of events and streams, with the key by
//! which they are countersigned, and rows that rest on news of revocations that is still awaited.

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use serde_json::{Value, json};

use crate::acts::request;
use crate::evidence::{asking, list, record, root_list};
use crate::harness::{DAY_S, World, recorded};
use crate::process::{Process, jejak};

/// What the command says: on stdout, and to people.
fn said(line: &str, place: [&str; 2]) -> (String, String) {
    let words = line.split(' ').chain(["--ledger", "61.07"]).chain(place);
    let output = jejak(words);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{line}: {err}");
    (out, err)
}

fn told(line: &str, place: [&str; 2]) -> Value {
    serde_json::from_str(&said(&format!("{line} -o json"), place).0).unwrap()
}

#[test]
fn an_act_that_waits_is_shown_in_tables_with_the_key_by_which_it_is_countersigned() {
    let mut world = World::at(SystemClock.now().0 / 1_000_000);
    let data = json!({ "person": world.dinkes.id, "agency": "dinkes", "certificate": world.dinkes.thumbprint().to_string() });
    let act = world.event(&world.bupati, "ledger.registrar_appointed", "ledger/61.07", data);
    let accepted = recorded(world.post(&world.bupati, &act));
    let at = accepted.position.0;
    let key = world.ledger().view().entry(accepted.position).unwrap().unwrap().event_key;
    let confirmation = world.confirmation(&act);
    assert_eq!(confirmation["data"]["event"]["key"], key.to_string());
    world.close();
    let path = world.path();
    let dir = ["--dir", path.to_str().unwrap()];

    let after = format!("events --after {}", at - 1);
    let (csv, _) = said(&format!("{after} -o csv"), dir);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "position,recorded_at,type,subject,source,class,noted");
    assert!(lines[1].contains("menunggu tanda tangan: "), "{}", lines[1]);
    assert!(lines[1].contains("(waits for the signature of: "), "{}", lines[1]);
    let (_, says) = said(&after, dir);
    assert!(says.contains("yang masih ditunggu ditunjukkan `jejak stream`"), "{says}");
    assert!(says.contains("tells what still waits"), "{says}");

    let (csv, says) = said("stream ledger/61.07 -o csv", dir);
    assert!(csv.lines().last().unwrap().contains("(still waits for the signature of: "), "{csv}");
    let id = format!("posisi {at} (ledger.registrar_appointed) masih menunggu tanda tangan: ");
    assert!(says.contains(&id) && says.contains(&format!("kuncinya (key) {key}")), "{says}");
    assert!(says.contains(&format!("position {at} still waits for the signature of: ")), "{says}");
    let compared = format!(
        "cocokkan sebelum menandatangani posisi {at}: agency dinkes; certificate {}; person {}; by {}; by.certificate {}; until ",
        world.dinkes.thumbprint(),
        world.dinkes.id,
        world.bupati.id,
        world.bupati.thumbprint(),
    );
    assert!(says.contains(&compared), "{says}");
    assert!(says.contains(&format!("(compare before position {at} is signed: ")), "{says}");
    let stream = told("stream ledger/61.07", dir);
    assert_eq!(stream["marks"]["pending"][0]["key"], key.to_string());
    // Programs get the members themselves, and of a server the same.
    assert_eq!(stream["events"].as_array().unwrap().last().unwrap().get("noted"), None);

    let server = Process::start(&world);
    let url = ["--url", server.base.as_str()];
    assert_eq!(told("stream ledger/61.07", url)["marks"], stream["marks"]);
    let (of_server, _) = said("stream ledger/61.07 -o csv", url);
    assert_eq!(of_server.lines().last(), csv.lines().last());
}

/// The clock of this machine is far beyond the month that an act of the ledger itself waits.
#[test]
fn of_an_act_that_waited_too_long_it_is_said_that_it_can_be_signed_no_more() {
    let mut world = World::at(crate::harness::START_S);
    let data = json!({ "person": world.dinkes.id, "agency": "dinkes", "certificate": world.dinkes.thumbprint().to_string() });
    let act = world.event(&world.bupati, "ledger.registrar_appointed", "ledger/61.07", data);
    let at = recorded(world.post(&world.bupati, &act)).position.0;
    world.close();
    let path = world.path();
    let (csv, says) = said("stream ledger/61.07 -o csv", ["--dir", path.to_str().unwrap()]);
    assert!(csv.contains("(can be signed no more: the act waited until "), "{csv}");
    assert!(
        says.contains(&format!("(position {at} can be signed no more: the act waited until ")),
        "{says}"
    );
    assert!(!says.contains("masih menunggu") && !says.contains("cocokkan"), "{says}");
}

/// Nothing was written since: what is read is judged when it is asked for, and as of before as it was.
#[test]
fn an_act_that_can_be_signed_no_more_waits_no_more_whoever_asks() {
    let mut world = World::at(SystemClock.now().0 / 1_000_000);
    let data = json!({ "person": world.dinkes.id, "agency": "dinkes", "certificate": world.dinkes.thumbprint().to_string() });
    let act = world.event(&world.bupati, "ledger.registrar_appointed", "ledger/61.07", data);
    let at = recorded(world.post(&world.bupati, &act)).position.0;
    // Who proposed it loses his certificate, on a stream of his own.
    let revocation = crate::recovery::revocation(&world, &world.sekda, &world.bupati);
    world.accept(&world.sekda, &revocation);
    let second = world.countersignature(&world.sekda, &revocation, &world.registrar);
    world.accept(&world.registrar, &second);
    world.close();
    let path = world.path();
    let dir = ["--dir", path.to_str().unwrap()];
    let check = |place: [&str; 2]| {
        let marks = &told("stream ledger/61.07", place)["marks"];
        assert_eq!(marks.get("pending"), None, "{marks}");
        let lapsed = &marks["lapsed"][0];
        assert_eq!(lapsed["position"], at);
        let certificate = world.bupati.thumbprint().to_string();
        assert!(lapsed["why"]["en"].as_str().unwrap().contains(&certificate), "{marks}");
        assert!(lapsed["why"]["id"].as_str().unwrap().contains(&certificate), "{marks}");
        let before = &told(&format!("stream ledger/61.07 --as-of {at}"), place)["marks"];
        assert_eq!((&before["pending"][0]["position"], before.get("lapsed")), (&json!(at), None));
        let (csv, says) = said("stream ledger/61.07 -o csv", place);
        assert!(csv.contains("tidak dapat ditandatangani lagi: "), "{csv}");
        assert!(says.contains(&format!("(position {at} can be signed no more: ")), "{says}");
    };
    check(dir);
    let server = Process::start(&world);
    check(["--url", &server.base]);
}

#[test]
fn a_certificate_on_the_word_of_one_is_marked_in_the_register_of_signers() {
    let mut world = World::new();
    world.close();
    let path = world.path();
    let dir = ["--dir", path.to_str().unwrap()];
    let rows = told("register signers", dir);
    let row = |id: &str| {
        let rows = rows["rows"].as_array().unwrap();
        rows.iter().find(|row| row["key"] == id).unwrap().clone()
    };
    let marked = row(&world.dinkes.id);
    assert_eq!(marked["unattested"][0]["certificate"], world.dinkes.thumbprint().to_string());
    assert_eq!(marked["unattested"][0]["enrolled_by"], world.registrar.id);
    assert!(marked["unattested"][0]["text"]["id"].as_str().unwrap().contains("belum disahkan"));
    assert_eq!(row(&world.registrar.id).get("unattested"), None, "of the opening");
    let (csv, _) = said("register signers -o csv", dir);
    let line = csv.lines().find(|line| line.starts_with(&world.dinkes.id)).unwrap();
    assert!(line.contains(",unattested,"), "{csv}");
    let server = Process::start(&world);
    assert_eq!(told("register signers", ["--url", server.base.as_str()])["rows"], rows["rows"]);
}

#[test]
fn with_the_last_signature_nothing_is_said_to_wait() {
    let mut world = World::new();
    let data = json!({ "person": world.dinkes.id, "agency": "dinkes", "certificate": world.dinkes.thumbprint().to_string() });
    world.accept_of_both("ledger.registrar_appointed", data);
    world.close();
    let path = world.path();
    let dir = ["--dir", path.to_str().unwrap()];
    let (_, says) = said("stream ledger/61.07", dir);
    assert!(!says.contains("masih menunggu") && !says.contains("cocokkan"), "{says}");
    // Once both have signed, the column says so of the act that waited, and as of before that it still waits.
    let (csv, _) = said("stream ledger/61.07 -o csv", dir);
    let line = csv.lines().rev().nth(1).unwrap();
    assert!(line.ends_with(",sudah ditandatangani (was signed)"), "{csv}");
    let server = Process::start(&world);
    let (of_server, _) = said("stream ledger/61.07 -o csv", ["--url", server.base.as_str()]);
    assert_eq!(of_server.lines().rev().nth(1), Some(line));
    let at: u64 = line.split(',').next().unwrap().parse().unwrap();
    let (before, _) =
        said(&format!("stream ledger/61.07 -o csv --as-of {at}"), ["--url", server.base.as_str()]);
    assert!(before.lines().last().unwrap().contains("masih menunggu tanda tangan: "), "{before}");
}

#[test]
fn a_row_whose_event_was_accepted_while_news_was_awaited_says_so() {
    let mut world = asking("stale = \"pending\"");
    let first = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes")).position.0;
    world.clock.forward_s(60);
    record(&world, &root_list(&world));
    record(&world, &list(&world, 1, &[]));
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "kesehatan"));
    // How a row was accepted stays, whatever is recorded since.
    world.clock.forward_s(DAY_S);
    record(&world, &list(&world, 2, &[]));
    world.close();
    let path = world.path();
    let dir = ["--dir", path.to_str().unwrap()];
    let name = |label: &str| format!("{label}.bengkayangkab.go.id");
    let rows = told("register subdomains", dir);
    let pending = |rows: &Value, label: &str| {
        let rows = rows["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["key"] == name(label)).unwrap();
        row.get("revocation_pending").cloned()
    };
    assert_eq!(pending(&rows, "dinkes"), Some(json!(true)));
    assert_eq!(pending(&rows, "kesehatan"), None);
    let (csv, _) = said("register subdomains -o csv", dir);
    let line = |label: &str| csv.lines().find(|line| line.starts_with(&name(label))).unwrap();
    assert!(line("dinkes").contains("revocation-pending"), "{csv}");
    assert!(!line("kesehatan").contains("revocation-pending"), "{csv}");
    let history = format!("register subdomains --history {}", name("dinkes"));
    let versions = told(&history, dir);
    assert_eq!(versions["versions"][0]["marks"], json!({ "revocation_pending": true }));
    let before = told(&format!("register subdomains --as-of {first}"), dir);
    assert_eq!(pending(&before, "dinkes"), Some(json!(true)));

    let line = format!("events --after {} --limit 1", first - 1);
    let entry = told(&line, dir);
    // An event says the same of itself, whoever is asked.
    assert_eq!(entry["events"][0]["revocation"], "revocation-pending");

    let server = Process::start(&world);
    let url = ["--url", server.base.as_str()];
    assert_eq!(told("register subdomains", url)["rows"], rows["rows"]);
    assert_eq!(told(&history, url)["versions"], versions["versions"]);
    assert_eq!(told(&line, url), entry);
}
