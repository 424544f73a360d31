//! `jejak receipt verify`: what a poster kept is worth what its receipt proves, and nothing beside it is believed.

use std::fs;

use jejak_ledger::log::Micros;
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::World;
use crate::process::jejak;

struct Desk {
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
        Self { folder, answer }
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
    for (line, said) in [
        (vec!["trust", "make", "--anchor", "BUKAN"], ["bukan PEM", "PEM"]),
        (vec!["trust", "check", "BUKAN"], ["bukan kebijakan kepercayaan", "no trust policy"]),
        (
            vec!["receipt", "verify", "--policy", "BUKAN", "ANSWER"],
            ["bukan berkas kebijakan", "policy"],
        ),
        (vec!["receipt", "verify", "--policy", "POLICY", "BUKAN"], ["resi", "not a receipt"]),
        (
            vec!["verdict", "--evidence", "BUKAN", "--policy", "POLICY"],
            ["bukan bukti", "not evidence"],
        ),
    ] {
        let file = |word: &&str| match *word {
            "BUKAN" => at("bukan"),
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
