//! The commands that make rules readable and provable, as they are run: by lawyers, and by what builds a region.

use std::fs;
use std::process::Output;

use jejak_ledger::rules::{BENGKAYANG_19_2020, BENGKAYANG_ARTICLES, BENGKAYANG_CASES};
use serde_json::{Value, json};

use crate::harness::{World, copy, file};
use crate::process::{Process, jejak};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What the command prints, and how it ends.
fn told(arguments: &[&str]) -> (Option<i32>, String) {
    let output = jejak(arguments);
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_rules_of_bengkayang_cover_their_regulation_and_a_hole_ends_with_4() {
    let whole = jejak(["rules", "coverage", "bengkayang-19-2020", "-o", "json"]);
    assert_eq!(whole.status.code(), Some(0), "{}", text(&whole.stdout));
    let whole = json_of(&whole);
    assert_eq!(whole["gaps"], json!([]));
    let counts = whole["counts"].as_array().unwrap();
    assert!(counts.iter().all(|count| count["regulation"] == count["covered"]), "{counts:?}");
    assert_eq!((&counts[0]["count"], &counts[0]["covered"]), (&json!("rows"), &json!(109)));

    // A rule set in a directory is measured by the files beside it.
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    let name = "bengkayang-19-2020.toml";
    for directory in ["articles", "cases"] {
        fs::create_dir(at(directory)).unwrap();
    }
    fs::write(at("articles").join(name), BENGKAYANG_ARTICLES).unwrap();
    fs::write(at("cases").join(name), BENGKAYANG_CASES).unwrap();
    let rules = text(BENGKAYANG_19_2020);
    let own = at("own.toml");
    fs::write(&own, &rules).unwrap();
    let own = own.to_str().unwrap();
    assert_eq!(told(&["rules", "coverage", own]).0, Some(0));
    fs::write(own, rules.replace("rule = \"BKY.31.4\"", "rule = \"BKY.31.3\"")).unwrap();
    let (code, said) = told(&["rules", "coverage", own]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("BKY-63") && said.contains("BKY.31.4"), "{said}");
    fs::remove_file(at("cases").join(name)).unwrap();
    let table = at("articles").join(name);
    let cases = ["--cases", "/tidak/ada", "--articles", table.to_str().unwrap()];
    assert_eq!(told(&[&["rules", "coverage", own], &cases[..]].concat()).0, Some(6));
}

#[test]
fn rules_are_explained_from_a_file_a_directory_and_a_server_alike() {
    let mut world = World::new();
    world.close();
    let place = tempfile::tempdir().unwrap();
    copy(&world.path(), place.path());
    let server = Process::serving(place.path(), "127.0.0.1:0", &[]);
    let asked = ["rules", "explain", "25(4)", "-o", "json"];
    let of = |place: &[&str]| {
        let output = jejak(asked.iter().chain(place));
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        json_of(&output)
    };
    let by_file =
        of(&["--file", file("../ledger/rulesets/bengkayang-19-2020.toml").to_str().unwrap()]);
    let by_server = of(&["--url", &server.base, "--ledger", "61.07", "--as-of", "0"]);
    assert_eq!(by_file, by_server);
    assert_eq!(by_file[0]["type"], "subdomain.refused");
    assert_eq!(by_file[0]["refuses"].as_array().unwrap().last().unwrap()["rule"], "BKY.25.4");
    let by_directory = of(&["--dir", world.path().to_str().unwrap(), "--ledger", "61.07"]);
    assert_eq!(by_file, by_directory);
}

#[test]
fn an_explanation_is_in_the_readers_language_and_fits_a_page() {
    let explain = |more: &[&str]| {
        let (code, said) =
            told(&[&["rules", "explain", "--file", "bengkayang-19-2020"], more].concat());
        assert_eq!(code, Some(0), "{said}");
        said
    };
    let indonesian = explain(&["BKY-50"]);
    assert!(indonesian.contains("Pasal 25(1), 25(3) | BKY-50 | BKY.25.1 | subdomain.granted"));
    assert!(indonesian.contains("    Siapa       DINAS (perangkat daerah dengan fungsi kominfo)"));
    assert!(indonesian.contains("    Kapan       bila ada permohonan"), "{indonesian}");
    assert!(
        indonesian.contains("    Keputusan   dapat dicabut (decision.revoked)"),
        "{indonesian}"
    );
    assert!(indonesian.contains("dimohonkan (requested)"), "{indonesian}");
    let (code, said) = told(&["rules", "explain", "--file", "bengkayang-19-2020", "pasal 10"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Pasal 10(1), 10(2) tidak memuat tindakan atau kewajiban"), "{said}");
    let both = explain(&["43"]);
    assert!(both.contains("Pasal 43(1)-(2) |") && both.contains("Pasal 43bis(1) |"), "{both}");
    let english = explain(&["BKY-50", "--lang", "en"]);
    assert!(english.contains("    Who         DINAS (agency with the function kominfo)"));
    let whole = explain(&[]);
    assert!(whole.starts_with("Peraturan Bupati Bengkayang Nomor 19 Tahun 2020"));
    assert!(whole.contains("Pasal 37(1) | BKY-103 | BKY.37.1 | kewajiban tanpa tindakan"));
    assert!(whole.lines().all(|line| line.chars().count() <= 240), "a line is not broken");
    let unknown = ["rules", "explain", "--file", "bengkayang-19-2020", "99"];
    assert_eq!(told(&unknown).0, Some(6));
    assert_eq!(told(&["rules", "explain"]).0, Some(2));
    assert_eq!(told(&["rules", "explain", "--url", "http://127.0.0.1:1"]).0, Some(2));
}

#[test]
fn two_rule_sets_are_compared_in_words() {
    let place = tempfile::tempdir().unwrap();
    let other = place.path().join("other.toml");
    let rules = text(BENGKAYANG_19_2020);
    let other_rules = rules.replacen("clock = { every = \"P1Y\"", "clock = { every = \"P2Y\"", 1);
    fs::write(&other, other_rules).unwrap();
    let other = other.to_str().unwrap();
    let compared = jejak(["rules", "compare", "bengkayang-19-2020", other, "-o", "json"]);
    let differences = json_of(&compared);
    assert_eq!(differences.as_array().unwrap().len(), 1, "{differences:#}");
    assert_eq!(differences[0]["type"], "sop.reviewed");
    assert_eq!(differences[0]["about"], "clock");
    assert!(differences[0]["second"]["en"].as_str().unwrap().starts_with("every 2 years"));
    let (code, said) = told(&["rules", "compare", "bengkayang-19-2020", "bengkayang-19-2020"]);
    assert_eq!((code, said.trim()), (Some(0), "tidak ada perbedaan (they differ in nothing)"));
}

#[test]
fn a_rule_set_is_checked_with_all_its_faults() {
    let sound = jejak(["rules", "check", "bengkayang-19-2020", "-o", "json"]);
    assert_eq!(sound.status.code(), Some(0));
    assert_eq!(json_of(&sound)["duties"], 7);
    let place = tempfile::tempdir().unwrap();
    let bad = place.path().join("bad.toml");
    let rules = text(BENGKAYANG_19_2020)
        .replacen("force = \"MUST\"", "force = \"SHALL\"", 1)
        .replacen("kind = \"location\"", "kind = \"place\"", 1);
    fs::write(&bad, rules).unwrap();
    let answer = jejak(["rules", "check", bad.to_str().unwrap(), "-o", "json"]);
    assert_eq!(answer.status.code(), Some(4));
    let faults = json_of(&answer);
    let places: Vec<_> =
        faults.as_array().unwrap().iter().map(|fault| fault["at"].as_str().unwrap()).collect();
    assert_eq!(
        places[..2],
        ["act[plan.drafted].force", "act[datacenter.commissioned].condition[0].kind"]
    );
    let of_vocabulary = "MUST, NOT, MAY, POW, DO, -";
    let id = format!("`SHALL` bukan salah satu dari {of_vocabulary}");
    let en = format!("`SHALL` is not one of {of_vocabulary}");
    assert_eq!(faults[0]["reason"], json!({ "id": id, "en": en }));
    // Where only the first is told, both languages are, too.
    let bad = bad.to_str().unwrap();
    let at = "act[plan.drafted].force";
    for asked in [&["rules", "compare", bad, bad][..], &["rules", "explain", "--file", bad]] {
        let (code, said) = told(asked);
        assert_eq!(code, Some(1), "{asked:?}");
        assert!(said.contains(&format!("{bad}: {at}: {id} ({at}: {en})")), "{said}");
    }
    assert_eq!(told(&["rules", "check", "/tidak/ada.toml"]).0, Some(6));
}

/// The cases stand beside the rules: whoever changes them runs both.
#[test]
fn the_cases_beside_a_rule_set_are_run_and_counted_as_its_regulation_needs_them() {
    let sound = jejak(["rules", "check", "bengkayang-19-2020", "--cases", "-o", "json"]);
    assert_eq!(sound.status.code(), Some(0), "{}", text(&sound.stdout));
    let sound = json_of(&sound);
    let covered = json_of(&jejak(["rules", "coverage", "bengkayang-19-2020", "-o", "json"]));
    let counted = |name: &str| {
        let counts = covered["counts"].as_array().unwrap();
        counts.iter().find(|count| count["count"] == name).unwrap()["regulation"].clone()
    };
    let kinds = sound["cases"].as_array().unwrap();
    for (kind, name) in kinds.iter().zip(["accepted", "refusals", "findings"]) {
        assert_eq!(kind["run"], kind["as_said"], "{kind}");
        assert_eq!(kind["needed"], counted(name), "{kind}");
        assert!(kind["run"].as_u64() >= kind["needed"].as_u64(), "{kind}");
    }
    let all: u64 = kinds.iter().map(|kind| kind["run"].as_u64().unwrap()).sum();
    assert_eq!(json!(all), counted("cases"));
    assert_eq!(sound["failed"], json!([]));

    // One that comes out otherwise is told, and ends the command with 4; so do too few.
    let place = tempfile::tempdir().unwrap();
    let own = place.path().join("cases.toml");
    let cases = text(BENGKAYANG_CASES);
    let run = |cases: &str| {
        fs::write(&own, cases).unwrap();
        let cases = format!("--cases={}", own.to_str().unwrap());
        told(&["rules", "check", "bengkayang-19-2020", &cases])
    };
    let (code, said) = run(&cases.replacen("state = \"drafted\"", "state = \"in_force\"", 1));
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("accepted, in_force") && said.contains("accepted, drafted"), "{said}");
    let fewer: Vec<&str> = cases.lines().filter(|line| !line.contains("code = ")).collect();
    let fewer = fewer.join("\n");
    assert_eq!(run(&fewer).0, Some(4));
    assert_eq!(told(&["rules", "check", "nasional", "--cases"]).0, Some(6));
    // The option takes no word that follows it: that is the rule set.
    let before = jejak(["rules", "check", "--cases", "bengkayang-19-2020", "-o", "json"]);
    assert_eq!(before.status.code(), Some(0));
    assert_eq!(serde_json::from_slice::<Value>(&before.stdout).unwrap(), sound);
    let (code, said) = told(&["rules", "check", "bengkayang-19-2020", "--cases", "lain.toml"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("unexpected argument 'lain.toml'"), "{said}");
}

/// The pages beside the code are those of the program; a test of the rules compares them with the rules.
#[test]
fn the_lifecycles_are_written_as_they_are_kept() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("lifecycles");
    let (code, said) = told(&["rules", "lifecycles", "--out", out.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    let kept = file("../docs/lifecycles");
    let mut pages = 0;
    for page in fs::read_dir(&out).unwrap() {
        let page = page.unwrap();
        let kept = fs::read_to_string(kept.join(page.file_name())).unwrap();
        assert_eq!(fs::read_to_string(page.path()).unwrap(), kept, "{:?}", page.file_name());
        pages += 1;
    }
    assert_eq!(pages, fs::read_dir(kept).unwrap().count());
}
