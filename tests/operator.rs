//! What an operator asks before and after a change: is the configuration right, what is in force, is this installation
//! sound?

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use jejak_signer::{Algorithm, SigningKey};
use serde_json::Value;

use crate::harness::World;
use crate::process::{Process, jejak, program};

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn check(file: &Path) -> (Option<i32>, Value) {
    let ended = jejak(["config", "check", "-o", "json", file.to_str().unwrap()]);
    (ended.status.code(), json(&ended))
}

/// The lines, keys and verdicts of what was found.
fn findings(told: &Value) -> Vec<(u64, String, String)> {
    let findings = told["findings"].as_array().unwrap().iter();
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    findings
        .map(|finding| {
            let line = finding["line"].as_u64().unwrap_or_default();
            (line, text(finding, "key"), text(finding, "verdict"))
        })
        .collect()
}

#[test]
fn every_fault_of_a_configuration_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jejak.toml");
    fs::write(&file, "[sever]\n[limits]\nreads_max = 0\nread_max = 1\n[log]\nformat = \"xml\"\n")
        .unwrap();
    let (code, told) = check(&file);
    assert_eq!((code, &told["ok"]), (Some(2), &false.into()));
    let bad = |line, key: &str| (line, key.to_owned(), "bad".to_owned());
    let expected = [
        bad(1, "sever"),
        bad(3, "limits.reads_max"),
        bad(4, "limits.read_max"),
        bad(6, "log.format"),
    ];
    assert_eq!(findings(&told), expected);
    assert!(told["findings"][0]["message"].as_str().unwrap().contains("nearest: server"));
    assert!(told["findings"][2]["message"].as_str().unwrap().contains("nearest: reads_max"));

    fs::write(&file, "[server]\nlisten = \"0.0.0.0:80\"\ninsecure_http = true\n").unwrap();
    let (code, told) = check(&file);
    assert_eq!((code, &told["ok"]), (Some(0), &true.into()), "it may be meant");
    assert_eq!(findings(&told), [(3, "server.insecure_http".to_owned(), "warn".to_owned())]);

    fs::write(&file, "").unwrap();
    assert_eq!(findings(&check(&file).1), []);
    assert_eq!(jejak(["config", "check", "/nowhere/jejak.toml"]).status.code(), Some(6));
    assert_eq!(jejak(["config", "check"]).status.code(), Some(2), "which one?");
}

#[test]
fn what_is_in_force_is_shown_with_its_origin_and_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jejak.toml");
    fs::write(&file, "[limits]\nreads_max = 8\nread_wait_ms = 9\n").unwrap();
    let flags = ["--config", file.to_str().unwrap(), "config", "show", "-o", "json"];
    let shown =
        Command::new(program()).args(flags).env("JEJAK_LIMITS__READS_MAX", "16").output().unwrap();
    let rows = json(&shown);
    let row = |key: &str| {
        let mut rows = rows.as_array().unwrap().iter();
        let row = rows.find(|row| row["key"] == key).unwrap();
        (row["value"].clone(), row["from"].as_str().unwrap().to_owned())
    };
    assert_eq!(row("limits.reads_max"), (16.into(), "JEJAK_LIMITS__READS_MAX".to_owned()));
    assert_eq!(row("limits.read_wait_ms"), (9.into(), format!("{}:3", file.display())));
    assert_eq!(row("server.listen"), ("127.0.0.1:6107".into(), "bawaan (default)".to_owned()));
    assert_eq!(row("quotas.token_requests_per_minute").0, 30_000);
    assert_eq!(row("ledger.documents.waiting_max").0, 1_024);
    assert!(row("documents.mediatypes").0.as_array().unwrap().len() > 10);
    let table = jejak(["config", "show"]);
    let wide = String::from_utf8(table.stdout).unwrap();
    assert!(wide.lines().all(|line| line.chars().count() < 160), "a page, not a mile: {wide}");
    let wrong =
        Command::new(program()).args(flags).env("JEJAK_LIMITS__READ_MAX", "16").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8_lossy(&wrong.stderr);
    assert!(said.contains("JEJAK_LIMITS__READ_MAX") && said.contains("reads_max"), "{said}");
}

/// What `serve` would end with, `config check` says beforehand: it ended with 6, and the file was said to be right.
#[test]
fn what_keeps_a_server_from_starting_is_told_by_a_check_of_its_configuration() {
    let mut world = World::at(SystemClock.now().0 / 1_000_000);
    world.close();
    let directory = world.path();
    let file = directory.join("jejak.toml");
    let key = directory.join("tls.key.pem");
    let signing = SigningKey::generate(Algorithm::Ed25519).unwrap();
    fs::write(&key, signing.to_pkcs8_pem().unwrap().as_bytes()).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(directory.join("empty.pem"), "").unwrap();
    let none = directory.join("none.pem").display().to_string();
    fs::write(directory.join("open.key.pem"), "").unwrap();
    fs::set_permissions(directory.join("open.key.pem"), fs::Permissions::from_mode(0o604)).unwrap();
    let open = "[tls]\nkey = \"open.key.pem\"\ncertificate = \"empty.pem\"\n";
    let tls = "key = \"tls.key.pem\"\ncertificate";
    for (text, key, said) in [
        (format!("[tls]\n{tls} = \"none.pem\"\n"), "tls.certificate", none.as_str()),
        (format!("[tls]\n{tls} = \"empty.pem\"\n"), "tls.certificate", "empty.pem"),
        ("[tls]\nkey = \"tls.key.pem\"\n".to_owned(), "tls.certificate", "certificate and key"),
        (
            "[tls]\ncertificate = \"none.pem\"\n".to_owned(),
            "tls.certificate",
            "certificate and key",
        ),
        (open.to_owned(), "tls.key", "everybody may read it"),
        ("[documents]\nurl = \"http://x\"\n".to_owned(), "documents.url", "s3://bucket"),
        (
            "[server]\nlisten = \"192.0.2.1:0\"\ninsecure_http = true\n".to_owned(),
            "server.listen",
            "192.0.2.1",
        ),
        ("[server]\nlisten = \"0.0.0.0:0\"\n".to_owned(), "server.listen", "insecure"),
    ] {
        fs::write(&file, &text).unwrap();
        let (code, told) = check(&file);
        assert_eq!(code, Some(2), "{text}");
        let bad = findings(&told).into_iter().filter(|(_, _, verdict)| verdict == "bad");
        assert_eq!(bad.map(|(_, key, _)| key).collect::<Vec<_>>(), [key], "{text}");
        assert!(told["findings"].to_string().contains(said), "{text}: {told}");
        let served = jejak(["serve", "--dir", directory.to_str().unwrap()]);
        let words = String::from_utf8_lossy(&served.stderr);
        assert_eq!(served.status.code(), Some(2), "{text}: {words}");
        assert!(words.contains(said), "{text}: {words}");
    }
}

#[test]
fn an_address_that_another_process_has_is_told_in_both_languages() {
    let mut world = World::at(SystemClock.now().0 / 1_000_000);
    world.close();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let served = jejak(["serve", "--listen", &address, "--dir", world.path().to_str().unwrap()]);
    assert_eq!(served.status.code(), Some(1));
    let said = String::from_utf8_lossy(&served.stderr);
    assert!(said.contains(&format!("alamat {address} sudah dipakai proses lain (")), "{said}");
}

#[test]
fn a_data_directory_and_the_keys_are_their_owners_alone() {
    let mut world = World::at(SystemClock.now().0 / 1_000_000);
    world.close();
    let directory = world.path();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let set =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(mode(&directory), 0o700, "as it is made");
    let flags = ["--dir", directory.to_str().unwrap()];
    for (wider, verdict) in [(0o755, "warn"), (0o777, "bad")] {
        set(&directory, wider);
        assert_eq!(not_ok(&examined(&directory, &[]).1), [("permissions", verdict)]);
        fs::write(directory.join("jejak.toml"), "").unwrap();
        let checked = jejak(["config", "check", "-o", "json"].iter().chain(&flags));
        assert_eq!(findings(&json(&checked)), [(0, "--dir".to_owned(), "warn".to_owned())]);
        fs::remove_file(directory.join("jejak.toml")).unwrap();
    }
    set(&directory, 0o700);
    // A log key that others may read is not used: whoever read it could sign for the ledger.
    set(&directory.join("keys/61.07.pem"), 0o644);
    let served = jejak(["serve", "--listen", "127.0.0.1:0"].iter().chain(&flags));
    assert_eq!(served.status.code(), Some(7), "{}", String::from_utf8_lossy(&served.stderr));
    assert!(String::from_utf8_lossy(&served.stderr).contains("chmod 600"));
}

/// Verdicts of `doctor`, by check.
fn examined(directory: &Path, more: &[&str]) -> (Option<i32>, Vec<(String, String)>) {
    let flags = ["doctor", "-o", "json", "--dir", directory.to_str().unwrap()];
    let ended = jejak(flags.iter().chain(more));
    let told = json(&ended);
    let text = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
    let checks = told["checks"].as_array().unwrap().iter();
    let checks = checks.map(|check| {
        assert_eq!(check["advice"] == "", check["verdict"] == "ok", "{check}");
        (text(check, "check"), text(check, "verdict"))
    });
    (ended.status.code(), checks.collect())
}

fn not_ok(checks: &[(String, String)]) -> Vec<(&str, &str)> {
    let checks = checks.iter().map(|(name, verdict)| (name.as_str(), verdict.as_str()));
    checks.filter(|(_, verdict)| *verdict != "ok").collect()
}

#[test]
fn a_sound_installation_has_nothing_bad_and_each_fault_is_named() {
    let mut world = World::at(SystemClock.now().0 / 1_000_000);
    world.close();
    let directory = world.path();
    let (code, checks) = examined(&directory, &[]);
    assert_eq!((code, not_ok(&checks)), (Some(0), vec![]), "{checks:?}");
    let names: Vec<&str> = checks.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "permissions",
        "disk",
        "key 61.07",
        "lock 61.07",
        "clock 61.07",
        "configuration",
        "open files",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }

    let key = directory.join("keys/61.07.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let (code, checks) = examined(&directory, &[]);
    let bad = vec![("permissions", "bad"), ("key 61.07", "bad")];
    assert_eq!((code, not_ok(&checks)), (Some(1), bad), "it would not be served");
    fs::remove_file(&key).unwrap();
    assert_eq!(not_ok(&examined(&directory, &[]).1), [("key 61.07", "bad")]);

    fs::write(directory.join("jejak.toml"), "[limits]\nreads_max = 0\n[serve]\n").unwrap();
    let (code, checks) = examined(&directory, &[]);
    assert_eq!(code, Some(1));
    assert_eq!(not_ok(&checks).iter().filter(|(name, _)| *name == "configuration").count(), 2);
    fs::write(
        directory.join("jejak.toml"),
        "[tls]\ncertificate = \"none.pem\"\nkey = \"none.pem\"\n",
    )
    .unwrap();
    assert!(not_ok(&examined(&directory, &[]).1).contains(&("TLS", "bad")));
    fs::remove_file(directory.join("jejak.toml")).unwrap();

    // A lock that has signed more than the log holds.
    fs::write(directory.join("lock"), b"not a lock").unwrap();
    assert!(not_ok(&examined(&directory, &[]).1).contains(&("lock 61.07", "bad")));
    assert_eq!(jejak(["doctor", "--dir", "/nowhere"]).status.code(), Some(6));
}

#[test]
fn a_running_server_is_asked_and_its_directory_is_left_to_it() {
    let mut world = World::at(SystemClock.now().0 / 1_000_000);
    world.close();
    let server = Process::start(&world);
    let (code, checks) = examined(&world.path(), &[]);
    let unseen = [("key", "not checked"), ("lock", "not checked"), ("clock", "not checked")];
    assert_eq!((code, not_ok(&checks)), (Some(0), unseen.to_vec()), "{checks:?}");
    let (code, checks) = examined(&world.path(), &["--url", &server.base]);
    assert_eq!((code, not_ok(&checks)), (Some(0), unseen[..2].to_vec()), "{checks:?}");
    for name in ["ledgers", "server", "version", "clock", "clock 61.07"] {
        assert!(checks.contains(&(name.to_owned(), "ok".to_owned())), "{name} in {checks:?}");
    }
    assert_eq!(server.end().0, Some(0));
    let (code, checks) = examined(&world.path(), &["--url", "http://127.0.0.1:9"]);
    assert_eq!((code, not_ok(&checks)), (Some(1), vec![("server", "bad")]));
}
