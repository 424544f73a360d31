//! What an operator asks before and after a change: is the configuration right, what is in force, is this installation
//! sound?

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
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
    let wrong =
        Command::new(program()).args(flags).env("JEJAK_LIMITS__READ_MAX", "16").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8_lossy(&wrong.stderr);
    assert!(said.contains("JEJAK_LIMITS__READ_MAX") && said.contains("reads_max"), "{said}");
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
    for name in
        ["permissions", "disk", "key 61.07", "lock 61.07", "clock", "configuration", "open files"]
    {
        assert!(names.contains(&name), "{name} in {names:?}");
    }

    let key = directory.join("keys/61.07.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let (code, checks) = examined(&directory, &[]);
    assert_eq!((code, not_ok(&checks)), (Some(1), vec![("permissions", "bad")]));
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
    let (code, checks) = examined(&world.path(), &["--url", &server.base]);
    assert_eq!((code, not_ok(&checks)), (Some(0), vec![]), "{checks:?}");
    for name in ["ledgers", "server", "version"] {
        assert!(checks.contains(&(name.to_owned(), "ok".to_owned())), "{name} in {checks:?}");
    }
    assert_eq!(server.end().0, Some(0));
    let (code, checks) = examined(&world.path(), &["--url", "http://127.0.0.1:9"]);
    assert_eq!((code, not_ok(&checks)), (Some(1), vec![("server", "bad")]));
}
