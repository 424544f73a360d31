//! `jejak post` and its outbox, as programs use them: killed at any point, with the server down, with
//! things that are refused, dropped twice, or too old.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use jejak_api::SystemClock;
use jejak_ledger::log::{Outcome, Policy, Position, Receipt};
use jejak_ledger::{Archive, Clock as _, Settings, audit};
use jejak_signer::certificate_to_pem;
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::{DAY_S, Person, World};
use crate::process::{Process, program};

/// A world whose health official signs on his own machine, and drops into an outbox.
struct Desk {
    world: World,
    place: tempfile::TempDir,
    policy: Policy,
}

impl Desk {
    fn new() -> Self {
        let mut world = World::at(SystemClock.now().0 / 1_000_000);
        let ledger = world.ledger();
        let policy = format!(
            "format = \"jejak-policy/1\"\nquorum = \"none\"\n[[ledger]]\norigin = \"{}\"\n[[ledger.key]]\nvkey = \"{}\"\n",
            ledger.origin(),
            ledger.vkey()
        );
        drop(ledger);
        world.close();
        let place = tempfile::tempdir().unwrap();
        let desk = Self { policy: Policy::parse(&policy).unwrap(), world, place };
        fs::write(desk.path("policy.toml"), policy).unwrap();
        desk.write_key(&desk.world.dinkes, "dinkes");
        fs::create_dir_all(desk.path("outbox/new")).unwrap();
        desk
    }

    fn write_key(&self, person: &Person, name: &str) {
        let chain: String = person.chain.iter().map(|der| certificate_to_pem(der)).collect();
        fs::write(self.path(&format!("{name}.pem")), chain).unwrap();
        let key = person.key.to_pkcs8_pem().unwrap();
        fs::write(self.path(&format!("{name}.key.pem")), key.as_bytes()).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn event(&self, label: &str) -> Value {
        request(&self.world, &self.world.dinkes, label)
    }

    /// Drops a file as the protocol says: written under another name, then renamed.
    fn drop_in(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let aside = self.path("outbox/new").join(format!(".{name}.part"));
        fs::write(&aside, bytes).unwrap();
        fs::rename(aside, self.path("outbox/new").join(name)).unwrap();
    }

    fn drop_event(&self, name: &str, event: &Value) {
        self.drop_in(name, serde_json::to_vec_pretty(event).unwrap());
    }

    fn command(&self, url: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(["post", "--url", url, "--ledger", "61.07", "--policy"]);
        command.arg(self.path("policy.toml")).args(arguments);
        command
    }

    fn signing(&self, command: &mut Command) {
        command.arg("--key").arg(self.path("dinkes.key.pem"));
        command.arg("--cert").arg(self.path("dinkes.pem"));
    }

    fn outbox(&self, url: &str) -> Command {
        let mut command = self.command(url, &["-o", "ndjson", "--outbox"]);
        command.arg(self.path("outbox"));
        self.signing(&mut command);
        command
    }

    /// The names in a directory of the outbox, hidden ones included.
    fn names(&self, directory: &str) -> BTreeSet<String> {
        let listed = fs::read_dir(self.path("outbox").join(directory)).into_iter().flatten();
        listed.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// What the ledger holds: the ids of all events, each with its positions; audited.
    fn recorded(&self) -> BTreeMap<String, Vec<u64>> {
        let archive = Archive::open(&self.world.path(), &Settings::default()).unwrap();
        let view = archive.view("61.07").unwrap();
        let report = audit(view, &archive.lock_evidence(view), &Settings::default(), &|_, _| ());
        assert!(report.is_clean(), "{report:#?}");
        let mut held = BTreeMap::<String, Vec<u64>>::new();
        for position in 0..view.size() {
            let entry = view.entry(Position(position)).unwrap().unwrap();
            held.entry(entry.event.id.clone()).or_default().push(position);
        }
        held
    }

    /// Everything in `done/` is a statement with a receipt that proves it.
    fn done(&self) -> BTreeMap<String, u64> {
        let names = self.names("done");
        let stems: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".jws")).collect();
        assert_eq!(names.len(), 2 * stems.len(), "{names:?}");
        let proven = stems.into_iter().map(|stem| {
            let read =
                |kind: &str| fs::read(self.path("outbox/done").join(format!("{stem}.{kind}")));
            let receipt = Receipt::parse(&read("receipt.json").unwrap()).unwrap();
            let verdict = receipt.verify(&self.policy, Some(&read("jws").unwrap()));
            assert_eq!(verdict.outcome, Outcome::Proven, "{stem}: {verdict:?}");
            (stem.to_owned(), receipt.record.position.0)
        });
        proven.collect()
    }
}

fn rows(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Kills a child that may have ended by itself.
fn kill(mut child: Child) {
    drop(child.kill());
    child.wait().unwrap();
}

#[test]
fn an_outbox_that_is_killed_again_and_again_records_each_event_once() {
    const EVENTS: usize = 60;
    const KILLS: u64 = 16;
    let desk = Desk::new();
    for number in 0..EVENTS {
        desk.drop_event(&format!("{number:03}.json"), &desk.event(&format!("k{number:03}")));
    }
    let server = Process::start(&desk.world);
    // A different moment each time, by a sequence that a failure can be repeated with.
    let mut state: u64 = SystemClock.now().0;
    let seed = state;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for round in 0..KILLS {
        let mut command = desk.outbox(&server.base);
        let spawned = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut child = spawned.unwrap();
        let (directory, enough) = match round % 3 {
            0 => ("signed", random(EVENTS)),
            1 => ("done", random(2 * EVENTS)),
            _ => ("done", 0),
        };
        let mut spins = random(2_000);
        while child.try_wait().unwrap().is_none() {
            if desk.names(directory).len() >= enough {
                if spins == 0 {
                    break;
                }
                spins -= 1;
            }
            std::thread::yield_now();
        }
        kill(child);
        // What was finished is put back as if its sender had not heard of it: at least once delivery.
        let back = desk
            .names("done")
            .into_iter()
            .find(|name| Path::new(name).extension().is_some_and(|end| end == "jws"));
        if let (Some(name), true) = (back, round % 4 == 3) {
            let statement = fs::read(desk.path("outbox/done").join(&name)).unwrap();
            desk.drop_in(&name, statement);
        }
    }
    let last = desk.outbox(&server.base).output().unwrap();
    assert_eq!(last.status.code(), Some(0), "seed {seed}: {}", told(&last));
    server.kill();

    let done = desk.done();
    assert_eq!(done.len(), EVENTS, "seed {seed}");
    for directory in ["new", "signed", "refused"] {
        let left: Vec<_> =
            desk.names(directory).into_iter().filter(|name| !name.starts_with('.')).collect();
        assert!(left.is_empty(), "seed {seed}: {directory}/ {left:?}");
    }
    let held = desk.recorded();
    assert!(held.values().all(|positions| positions.len() == 1), "seed {seed}");
    let positions: Vec<u64> = done.values().copied().collect();
    assert!(positions.is_sorted(), "seed {seed}: not in the order of the names: {positions:?}");
    // Opening, agency, two enrolments, and each event once.
    assert_eq!(held.len(), 4 + EVENTS, "seed {seed}");
}

#[test]
fn a_server_that_is_down_loses_nothing_and_the_same_bytes_are_sent_later() {
    let desk = Desk::new();
    desk.drop_event("a.json", &desk.event("turun"));
    let server = Process::start(&desk.world);
    let gone = server.base.clone();
    server.kill();
    let output = desk.outbox(&gone).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    // It used to say that nothing was left unsent.
    assert!(told(&output).contains("1 tidak dikirim"), "{}", told(&output));
    desk.drop_event("b.json", &desk.event("turun-lagi"));
    desk.drop_event("c.json", &desk.event("turun-terus"));
    let giving_up = desk.outbox(&gone).args(["--give-up", "1s"]).output().unwrap();
    assert_eq!(giving_up.status.code(), Some(3), "{}", told(&giving_up));
    assert!(told(&giving_up).contains("3 tidak dikirim"), "{}", told(&giving_up));
    for name in ["b", "c"] {
        fs::remove_file(desk.path(&format!("outbox/new/{name}.json"))).unwrap();
    }
    let lines = [desk.event("x1"), desk.event("x2")].map(|event| event.to_string()).join("\n");
    fs::write(desk.path("two.ndjson"), lines).unwrap();
    let mut files = desk.command(&gone, &[]);
    desk.signing(&mut files);
    let files = files.arg(desk.path("two.ndjson")).output().unwrap();
    assert_eq!(files.status.code(), Some(3), "{}", told(&files));
    assert!(told(&files).contains("2 tidak dikirim"), "{}", told(&files));
    let signed = fs::read(desk.path("outbox/signed/a.jws")).unwrap();

    let server = Process::start(&desk.world);
    let output = desk.outbox(&server.base).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(rows(&output)[0]["status"], 201);
    server.kill();
    assert_eq!(fs::read(desk.path("outbox/done/a.jws")).unwrap(), signed);
    assert_eq!(desk.done().len(), 1);
}

#[test]
fn what_is_refused_is_kept_with_its_reason_and_the_others_go_on() {
    let desk = Desk::new();
    let good = desk.event("baik");
    let mut unknown = desk.event("salah");
    unknown["type"] = json!("subdomain.stolen");
    desk.drop_event("1.json", &unknown);
    desk.drop_in("2.json", b"{ this is no event");
    desk.drop_in("3.jws", b"a.b.c");
    desk.drop_event("4.json", &good);
    desk.drop_in(".5.json", b"{ being written");
    let server = Process::start(&desk.world);
    let output = desk.outbox(&server.base).output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", told(&output));
    let shown: BTreeMap<String, Value> = rows(&output)
        .into_iter()
        .map(|row| (row["name"].as_str().unwrap().to_owned(), row))
        .collect();
    assert_eq!(shown["1"]["code"], "type-unknown");
    assert_eq!(shown["2"]["code"], "not-signed");
    assert_eq!(shown["3"]["code"], "not-signed");
    assert_eq!(shown["4"]["status"], 201);
    let kept = ["1.jws", "1.problem.json", "2.json", "2.problem.json", "3.jws", "3.problem.json"];
    assert_eq!(desk.names("refused"), kept.map(str::to_owned).into());
    assert_eq!(desk.names("new"), [".5.json".to_owned()].into());

    // The same event again under the same name, and under another one in other bytes.
    desk.drop_event("4.json", &good);
    let again = desk.outbox(&server.base).output().unwrap();
    assert_eq!(again.status.code(), Some(0), "{}", told(&again));
    assert!(rows(&again).is_empty());
    desk.drop_in("6.json", good.to_string());
    // A statement that was recorded already gets the receipt of its record.
    let recorded = fs::read(desk.path("outbox/done/4.jws")).unwrap();
    desk.drop_in("7.jws", recorded);
    // Another event under a name that is taken.
    desk.drop_event("4.json", &desk.event("lain"));
    let twins = desk.outbox(&server.base).output().unwrap();
    assert_eq!(twins.status.code(), Some(5), "{}", told(&twins));
    server.kill();
    let done = desk.done();
    assert_eq!(done.keys().collect::<Vec<_>>(), ["4", "4~2", "7"]);
    assert_eq!(done["4"], done["7"]);
    let reason = fs::read(desk.path("outbox/refused/6.problem.json")).unwrap();
    let reason: Value = serde_json::from_slice(&reason).unwrap();
    assert_eq!(reason["code"], "id-reused");
    assert_eq!(desk.recorded().len(), 4 + 2);
}

#[test]
fn a_statement_whose_signing_time_has_passed_is_signed_anew_only_by_its_own_signer() {
    let desk = Desk::new();
    let long_ago = desk.world.clock.seconds() - 2 * DAY_S;
    let own = desk.event("lama");
    let own_old = desk.world.dinkes.sign(&own, long_ago);
    let foreign = request(&desk.world, &desk.world.kominfo, "diskominfo");
    let server = Process::start(&desk.world);

    // Without a key nobody signs anything.
    desk.drop_in("1.jws", &own_old);
    let mut keyless = desk.command(&server.base, &["-o", "ndjson", "--outbox"]);
    let output = keyless.arg(desk.path("outbox")).output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", told(&output));
    assert_eq!(rows(&output)[0]["code"], "iat-out-of-window");
    assert_eq!(desk.names("refused").len(), 2);

    // With it, one's own, and in its place in the order; another's never.
    desk.drop_in("2.jws", &own_old);
    desk.drop_in("3.jws", desk.world.kominfo.sign(&foreign, long_ago));
    desk.drop_event("4.json", &desk.event("baru"));
    let output = desk.outbox(&server.base).output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", told(&output));
    server.kill();
    let done = desk.done();
    assert_eq!(done.keys().collect::<Vec<_>>(), ["2", "4"]);
    assert!(done["2"] < done["4"]);
    assert!(desk.names("refused").contains("3.jws"));
    assert_eq!(desk.recorded().len(), 4 + 2);
}

#[test]
fn events_of_a_directory_are_signed_on_the_way_and_their_receipts_are_found_by_file_and_position() {
    let desk = Desk::new();
    let events = desk.path("events");
    fs::create_dir(&events).unwrap();
    for number in 0..3 {
        let event = desk.event(&format!("e{number}"));
        fs::write(events.join(format!("{number}.json")), event.to_string()).unwrap();
    }
    let mut refused = desk.event("salah");
    refused["type"] = json!("subdomain.stolen");
    fs::write(events.join("1a.json"), refused.to_string()).unwrap();
    let lines = [desk.event("b1"), desk.event("b2")].map(|event| event.to_string()).join("\n");
    fs::write(desk.path("more.ndjson"), lines).unwrap();

    let server = Process::start(&desk.world);
    let receipts = desk.path("receipts");
    let mut command = desk.command(&server.base, &["-o", "ndjson", "--receipts"]);
    command.arg(&receipts).arg(&events).arg(desk.path("more.ndjson"));
    let unsigned = command.output().unwrap();
    assert_eq!(unsigned.status.code(), Some(2), "events need a key: {}", told(&unsigned));
    desk.signing(&mut command);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", told(&output));
    server.kill();

    let rows = rows(&output);
    let status: Vec<&Value> = rows.iter().map(|row| &row["status"]).collect();
    assert_eq!(status, [201, 201, 422, 201, 201, 201], "in order, and on after a refusal");
    let bad = rows.iter().find(|row| row["status"] == 422).unwrap();
    assert_eq!(bad["code"], "type-unknown");
    assert!(bad["file"].as_str().unwrap().ends_with("1a.json"));
    let name = |row: &Value| match (row["file"].as_str().unwrap(), row["line"].as_u64().unwrap()) {
        (file, line) if file.ends_with("ndjson") => format!("more.ndjson.{line}.receipt.json"),
        (file, _) => {
            format!("{}.receipt.json", Path::new(file).file_name().unwrap().to_str().unwrap())
        }
    };
    for row in rows.iter().filter(|row| row["status"] == 201) {
        let by_position = fs::read(receipts.join(format!("{}.json", row["position"]))).unwrap();
        assert_eq!(fs::read(receipts.join(name(row))).unwrap(), by_position);
        assert_eq!(Receipt::parse(&by_position).unwrap().record.position.0, row["position"]);
    }
    assert_eq!(fs::read_dir(receipts).unwrap().count(), 10, "nothing is left half written");
}

#[test]
fn a_dry_run_tells_everything_that_stands_in_the_way_and_records_nothing() {
    let desk = Desk::new();
    let mut wrong = desk.event("salah");
    wrong["data"].as_object_mut().unwrap().remove("form");
    wrong["data"].as_object_mut().unwrap().remove("letter");
    fs::write(desk.path("good.json"), desk.event("baik").to_string()).unwrap();
    fs::write(desk.path("wrong.json"), wrong.to_string()).unwrap();
    let now = desk.world.clock.seconds();
    fs::write(desk.path("own.jws"), desk.world.dinkes.sign(&desk.event("sendiri"), now)).unwrap();
    let foreign = request(&desk.world, &desk.world.kominfo, "diskominfo");
    fs::write(desk.path("other.jws"), desk.world.kominfo.sign(&foreign, now)).unwrap();
    let server = Process::start(&desk.world);
    let run = |format: &str, files: &[&str]| {
        let mut command = Command::new(program());
        command.args([
            "post",
            "--dry-run",
            "--url",
            &server.base,
            "--ledger",
            "61.07",
            "-o",
            format,
        ]);
        desk.signing(&mut command);
        command.args(files.iter().map(|file| desk.path(file))).output().unwrap()
    };
    let output = run("ndjson", &["good.json", "wrong.json", "own.jws"]);
    assert_eq!(output.status.code(), Some(5), "{}", told(&output));
    let answers = rows(&output);
    let accepted: Vec<&Value> = answers.iter().map(|answer| &answer["accepted"]).collect();
    assert_eq!(accepted, [true, false, true]);
    assert_eq!(answers[0]["would"]["status"], 201);
    let failures = answers[1]["failures"].as_array().unwrap();
    let pointers: Vec<&str> =
        failures.iter().filter_map(|failure| failure["pointer"].as_str()).collect();
    assert!(pointers.contains(&"/data/form") && pointers.contains(&"/data/letter"), "{pointers:?}");
    assert!(told(&output).contains("2 akan diterima, 1 akan ditolak"), "{}", told(&output));
    // For people, a row for each.
    let table = run("csv", &["wrong.json"]);
    let text = String::from_utf8(table.stdout).unwrap();
    assert!(text.contains("/data/form") && text.contains("/data/letter"), "{text}");
    assert_eq!(text.matches("ditolak (refused)").count(), failures.len(), "{text}");
    assert_eq!(run("csv", &["good.json"]).status.code(), Some(0));
    // Another's statement cannot become a trial here.
    assert_eq!(run("csv", &["other.jws"]).status.code(), Some(2));
    assert_eq!(server.end().0, Some(0));
    assert_eq!(desk.recorded().len(), 4, "nothing was recorded");
}

#[test]
fn a_receipt_of_another_log_is_not_believed_and_the_statement_stays() {
    let desk = Desk::new();
    desk.drop_event("a.json", &desk.event("palsu"));
    let other = Desk::new();
    fs::copy(other.path("policy.toml"), desk.path("policy.toml")).unwrap();
    let server = Process::start(&desk.world);
    let output = desk.outbox(&server.base).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", told(&output));
    assert_eq!(desk.names("signed"), ["a.jws".to_owned()].into());
    assert!(desk.names("done").is_empty());
}
