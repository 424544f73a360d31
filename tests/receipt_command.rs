//! `jejak receipt verify`: what a poster kept is worth what its receipt proves, and nothing beside it is believed.

use std::fs;

use jejak_ledger::log::Micros;
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::World;
use crate::process::jejak;

struct Desk {
    world: World,
    folder: tempfile::TempDir,
    answer: Value,
}

impl Desk {
    /// An answer with its receipt, and the policy that proves it.
    fn new() -> Self {
        let mut world = World::new();
        let receipted = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
        let Micros(micros) = receipted.recorded_at;
        let recorded_at = jiff::Timestamp::from_microsecond(i64::try_from(micros).unwrap());
        let receipt = receipted.receipt().unwrap();
        let answer = json!({
            "position": receipted.position.0,
            "recorded_at": format!("{:.6}", recorded_at.unwrap()),
            "statement_sha256": receipt.record.statement.to_string(),
            "receipt": receipt,
        });
        world.close();
        let output = jejak([
            "ledger",
            "policy",
            "61.07",
            "--unwitnessed",
            "--dir",
            world.path().to_str().unwrap(),
        ]);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("policy.toml"), output.stdout).unwrap();
        Self { world, folder, answer }
    }

    /// The ending, and what is told.
    fn verified(&self, answer: &Value) -> (Option<i32>, Value) {
        let at = |name: &str| self.folder.path().join(name).to_str().unwrap().to_owned();
        fs::write(at("answer.json"), answer.to_string()).unwrap();
        let line = ["receipt", "verify", "-o", "json", "--policy"].map(str::to_owned);
        let output = jejak(line.into_iter().chain([at("policy.toml"), at("answer.json")]));
        let told = serde_json::from_slice(&output.stdout);
        (output.status.code(), told.unwrap_or_default())
    }
}

/// What an audit says of the answer: its verdict, where it is, and why.
fn audited(desk: &Desk, answer: &Value) -> (Option<i32>, Value) {
    let file = desk.folder.path().join("answer.json");
    fs::write(&file, answer.to_string()).unwrap();
    let (dir, file) = (desk.world.path(), file.to_str().unwrap().to_owned());
    let line = ["audit", "-o", "json", "--dir", dir.to_str().unwrap(), "--receipt", &file];
    let output = jejak(line);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut checks = report["checks"].as_array().unwrap().iter();
    let name = format!("receipt {file}");
    let mut check = checks.find(|check| check["name"] == name.as_str()).unwrap().clone();
    check.as_object_mut().unwrap().remove("name");
    (output.status.code(), check)
}

#[test]
fn an_audit_compares_what_stands_beside_a_receipt_as_its_verification_does() {
    let desk = Desk::new();
    let fine = (Some(0), json!({ "verdict": "ok" }));
    assert_eq!(audited(&desk, &desk.answer), fine);
    assert_eq!(audited(&desk, &desk.answer["receipt"]), fine);
    let position = desk.answer["position"].as_u64().unwrap();
    let mut changed = desk.answer.clone();
    changed["position"] = json!(position + 1);
    changed["ledger"] = json!("99.99");
    let (said, origin) = (position + 1, crate::harness::ORIGIN);
    let reason = format!(
        "jawaban ini diubah di luar resinya: position {said}, menurut resi {position}; ledger 99.99, menurut resi {origin} \
         (the answer was changed beside its receipt: position {said}, by the receipt {position}; ledger 99.99, by the \
         receipt {origin})"
    );
    let found = json!({ "verdict": "bad", "position": position, "reason": reason });
    assert_eq!(audited(&desk, &changed), (Some(4), found));
    // What is wrong with the receipt itself is told first.
    changed["receipt"]["statement"] = json!("a.b.c");
    let (code, told) = audited(&desk, &changed);
    assert_eq!(code, Some(4));
    let reason = told["reason"].as_str().unwrap();
    assert!(reason.starts_with("resi ini bukan dari log ini"), "{reason}");
}

#[test]
fn what_stands_beside_a_receipt_says_what_the_receipt_says() {
    let desk = Desk::new();
    let (code, told) = desk.verified(&desk.answer);
    assert_eq!((code, &told["outcome"]), (Some(0), &json!("proven")), "{told}");
    // The receipt alone, as it is kept.
    assert_eq!(desk.verified(&desk.answer["receipt"]).0, Some(0));
    let position = desk.answer["position"].as_u64().unwrap();
    for (member, value) in [
        ("position", json!(position + 1)),
        ("position", json!(position.to_string())),
        ("recorded_at", json!("2020-01-01T00:00:00.000000Z")),
        ("recorded_at", json!(7)),
        ("statement_sha256", json!("00".repeat(32))),
        ("ledger", json!("99.99")),
        ("origin", json!("lain.example/61.07")),
    ] {
        let mut changed = desk.answer.clone();
        changed[member] = value.clone();
        let (code, told) = desk.verified(&changed);
        assert_eq!((code, &told["outcome"]), (Some(4), &json!("failed")), "{member}: {told}");
        assert_eq!(told["reason"], "answer-differs-from-receipt");
        let differing = told["differing"].as_array().unwrap();
        assert_eq!(differing.len(), 1, "{told}");
        assert_eq!(differing[0]["member"], member);
        let said = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        assert_eq!(differing[0]["said"], said);
    }
    // The same moment in another zone is the same, and so is the region or its whole name.
    let mut same = desk.answer.clone();
    let at: jiff::Timestamp = same["recorded_at"].as_str().unwrap().parse().unwrap();
    same["recorded_at"] = json!(
        at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)))
            .strftime("%FT%T%.6f%:z")
            .to_string()
    );
    same["ledger"] = json!("61.07");
    assert_eq!(desk.verified(&same).0, Some(0));
    // What is wrong with the receipt itself is told first.
    let mut both = desk.answer.clone();
    both["position"] = json!(position + 1);
    both["receipt"]["statement"] = json!("a.b.c");
    let (code, told) = desk.verified(&both);
    assert_eq!((code, told.get("differing")), (Some(4), None), "{told}");
}

/// A PEM, a policy or a receipt that is none has faults, as a trust policy that is none has.
#[test]
fn files_that_are_not_what_they_must_be_end_with_one_code() {
    let desk = Desk::new();
    let at = |name: &str| desk.folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("bukan"), "bukan apa-apa\n").unwrap();
    fs::write(at("answer.json"), desk.answer.to_string()).unwrap();
    fs::write(at("bita"), [0xff, 0xfe, b'\n']).unwrap();
    for (line, said) in [
        (vec!["trust", "make", "--anchor", "BUKAN"], ["bukan PEM", "PEM"]),
        (vec!["trust", "check", "BUKAN"], ["bukan kebijakan kepercayaan", "no trust policy"]),
        (
            vec!["receipt", "verify", "--policy", "BUKAN", "ANSWER"],
            ["bukan berkas kebijakan", "policy"],
        ),
        (vec!["receipt", "verify", "--policy", "POLICY", "BUKAN"], ["resi", "not a receipt"]),
        (
            vec!["receipt", "verify", "--policy", "BITA", "ANSWER"],
            ["bukan teks UTF-8", "not UTF-8 text"],
        ),
        (
            vec!["verdict", "--evidence", "BUKAN", "--policy", "POLICY"],
            ["bukan bukti", "not evidence"],
        ),
    ] {
        let file = |word: &&str| match *word {
            "BUKAN" => at("bukan"),
            "BITA" => at("bita"),
            "ANSWER" => at("answer.json"),
            "POLICY" => at("policy.toml"),
            word => word.to_owned(),
        };
        let output = jejak(line.iter().map(file));
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{line:?}: {told}");
        assert!(said.iter().all(|words| told.contains(words)), "{line:?}: {told}");
    }
}
