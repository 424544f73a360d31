//! A region that the program has never heard of, by its rule set alone: checked, opened, used and audited with the
//! program as it is. Nothing in the code knows its acts, actors or states.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use serde_json::{Value, json};

use crate::harness::rfc3339;
use crate::process::{Process, jejak};

/// Peraturan Wali Kota Singkawang on a catalogue of applications: small, but with all that a regulation has.
const SIXTH: &str = include_str!("sixth_region/singkawang-12-2022.toml");
/// What stands beside it, as docs/regulation.md says how to write it.
const BESIDE: [(&str, &str); 9] = [
    (
        "articles/singkawang-12-2022.toml",
        include_str!("sixth_region/articles/singkawang-12-2022.toml"),
    ),
    ("cases/singkawang-12-2022.toml", include_str!("sixth_region/cases/singkawang-12-2022.toml")),
    (
        "examples/agency.registered.json",
        include_str!("sixth_region/examples/agency.registered.json"),
    ),
    (
        "examples/application.catalogued.json",
        include_str!("sixth_region/examples/application.catalogued.json"),
    ),
    (
        "examples/application.proposed.json",
        include_str!("sixth_region/examples/application.proposed.json"),
    ),
    (
        "examples/application.reviewed.json",
        include_str!("sixth_region/examples/application.reviewed.json"),
    ),
    (
        "examples/application.withdrawn.json",
        include_str!("sixth_region/examples/application.withdrawn.json"),
    ),
    ("examples/ledger.opened.json", include_str!("sixth_region/examples/ledger.opened.json")),
    ("examples/role.appointed.json", include_str!("sixth_region/examples/role.appointed.json")),
];
/// The page that a lawyer and a programmer of a new region read.
const PAGE: &str = include_str!("../docs/regulation.md");

const REGION: &str = "61.72";
const ORIGIN: &str = "jejak.singkawangkota.go.id/61.72";

/// A directory of keys, certificates and events of the region.
struct Region(tempfile::TempDir);

/// Who may sign: the name of the key, and the agency.
type Signer = (&'static str, &'static str);
const SECRETARY: Signer = ("sekda", "setda");
const REGISTRAR: Signer = ("pendaftar-kominfo", "kominfo");
const HEALTH: Signer = ("pendaftar-dinkes", "dinkes");

impl Region {
    fn new() -> Self {
        let region = Self(tempfile::tempdir().unwrap());
        fs::write(region.path("singkawang-12-2022.toml"), SIXTH).unwrap();
        let ca = region.path("ca");
        done(&jejak(["cert", "dev-ca", "--out", ca.to_str().unwrap(), "--alg", "Ed25519"]));
        for (name, agency) in [SECRETARY, ("inspektur", "inspektorat"), REGISTRAR, HEALTH] {
            let out = region.path(&format!("{name}.pem"));
            let files = [ca.to_str().unwrap(), out.to_str().unwrap()];
            let ca = ["cert", "issue", "--ca", files[0], "--name", name, "--org", agency];
            done(&jejak(ca.iter().chain(&["--out", files[1]])));
        }
        region
    }

    /// With the table of its regulation, its cases and its examples beside it.
    fn beside(&self) {
        for (name, content) in BESIDE {
            let path = self.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The path of a file as an argument, perhaps with an agency behind it.
    fn file(&self, name: &str, agency: &str) -> String {
        let path = self.path(name).display().to_string();
        if agency.is_empty() { path } else { format!("{path}={agency}") }
    }

    fn open(&self) -> PathBuf {
        let data = self.path("data");
        let pem = |(name, agency): Signer| self.file(&format!("{name}.pem"), agency);
        let arguments = [
            "ledger",
            "init",
            "--region",
            REGION,
            "--origin",
            ORIGIN,
            "--dir",
            &self.file("data", ""),
            "--ruleset",
            &self.file("singkawang-12-2022.toml", ""),
            "--anchor",
            &self.file("ca/anchor.pem", ""),
            "--sign-key",
            &self.file("sekda.key.pem", ""),
            "--authority",
            &pem(SECRETARY),
            &pem(("inspektur", "inspektorat")),
            "--registrar",
            &pem(REGISTRAR),
            &pem(HEALTH),
            "--function",
            "setda=organisasi",
        ];
        done(&jejak(arguments));
        data
    }

    /// Signs and posts with the program.
    fn post(&self, server: &Process, (name, agency): Signer, mut event: Value) -> Output {
        event["source"] = json!(format!("agency/{agency}"));
        let file = self.path("event.json");
        fs::write(&file, event.to_string()).unwrap();
        let (key, cert) =
            (self.file(&format!("{name}.key.pem"), ""), self.file(&format!("{name}.pem"), ""));
        let file = file.to_str().unwrap();
        let post = ["post", "--url", &server.base, "--ledger", REGION, "-o", "ndjson"];
        jejak(post.iter().chain(&["--key", key.as_str(), "--cert", cert.as_str(), file]))
    }

    fn accept(&self, server: &Process, signer: Signer, event: Value) {
        done(&self.post(server, signer, event));
    }

    /// The code and the rule of the refusal.
    fn refuse(&self, server: &Process, signer: Signer, event: Value) -> (String, String) {
        let output = self.post(server, signer, event);
        assert_eq!(output.status.code(), Some(5), "{}", told(&output));
        let line = String::from_utf8(output.stdout).unwrap();
        let answer: Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("rule"))
    }
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}", text(&output.stdout), text(&output.stderr))
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", told(output));
}

fn json_of(arguments: &[&str]) -> Value {
    let output = jejak(arguments.iter().chain(&["-o", "json"]));
    done(&output);
    serde_json::from_slice(&output.stdout).unwrap()
}

fn event(id: &str, kind: &str, subject: &str, data: &Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "type": kind, "subject": subject, "ledger": ORIGIN,
        "source": "", "time": rfc3339(SystemClock.now().0 / 1_000_000), "data": data,
    })
}

fn document(kind: &str, number: Option<&str>) -> Value {
    let mut document = json!({
        "kind": kind, "name": format!("{kind}.pdf"), "mediatype": "application/pdf", "size": 1024,
        "sha256": jejak_signer::Hash::of(kind.as_bytes()).to_string(),
    });
    if let Some(number) = number {
        document["number"] = json!(number);
        document["date"] = json!("2022-08-17");
    }
    document
}

fn proposed(id: &str, system: &str, code: &str) -> Value {
    let data = json!({
        "name": "Antrean Puskesmas", "code": code, "level": "kota", "manual": document("manual", None),
    });
    event(id, "application.proposed", &format!("system/{system}"), &data)
}

fn reviewed(id: &str) -> Value {
    let data = json!({ "result": "fit", "minutes": document("minutes", Some("065/14/ORG/2022")) });
    event(id, "application.reviewed", "system/antrean", &data)
}

fn catalogued(id: &str, decree: &Value) -> Value {
    let data = json!({ "decree": decree, "number": "KAT-0001" });
    event(id, "application.catalogued", "system/antrean", &data)
}

/// The mayor's office is filled by a registrar, with the person who is the first authority here.
fn appointment(server: &Process) -> Value {
    let signers = json_of(&["register", "signers", "--url", &server.base, "--ledger", REGION]);
    let of_setda = |row: &&Value| row["agency"] == "setda";
    let person = signers["rows"].as_array().unwrap().iter().find(of_setda).unwrap()["key"].clone();
    let data = json!({
        "person": person, "agency": "setda", "from": "2022-01-01", "position": "Wali Kota",
        "decision": document("decree", Some("131.61/2/2022")),
    });
    event("wali-kota", "role.appointed", "role/wali-kota", &data)
}

#[test]
fn a_region_that_nobody_has_heard_of_runs_by_its_rule_set_alone() {
    let region = Region::new();
    let rules = region.file("singkawang-12-2022.toml", "");
    let checked = json_of(&["rules", "check", &rules]);
    assert_eq!((&checked["name"], &checked["duties"]), (&json!("singkawang-12-2022"), &json!(1)));
    let data = region.open();
    let server = Process::serving(&data, "127.0.0.1:0", &[]);
    region.accept(&server, REGISTRAR, appointment(&server));

    // Actors, lifecycle, uniqueness, a numbered document: each refuses by the rule that the file names.
    let refused = |signer: Signer, event: Value| region.refuse(&server, signer, event);
    let by = |code: &str, rule: &str| (code.to_owned(), rule.to_owned());
    region.accept(&server, HEALTH, proposed("p-1", "antrean", "antrean-1"));
    let taken = proposed("p-2", "antrean-lain", "antrean-1");
    assert_eq!(refused(REGISTRAR, taken), by("rule-refused", "SKW.3.2"));
    let mut strange = proposed("p-3", "antrean-lain", "antrean-2");
    strange["data"]["level"] = json!("provinsi");
    assert_eq!(refused(REGISTRAR, strange), by("rule-refused", "SKW.3.1"));
    assert_eq!(refused(HEALTH, reviewed("r-1")), by("role-missing", "SKW.4.1"));
    let decree = document("decree", Some("050/7/2022"));
    let mut early = catalogued("c-1", &decree);
    early["office"] = json!("role/wali-kota");
    assert_eq!(refused(SECRETARY, early.clone()), by("transition-forbidden", "SKW.5.1"));
    region.accept(&server, SECRETARY, reviewed("r-2"));
    let without_office = catalogued("c-2", &decree);
    assert_eq!(refused(SECRETARY, without_office), by("role-missing", "SKW.5.1"));
    let mut unnumbered = catalogued("c-3", &document("decree", None));
    unnumbered["office"] = json!("role/wali-kota");
    assert_eq!(refused(SECRETARY, unnumbered), by("content-invalid", "SKW.5.2"));
    early["id"] = json!("c-4");
    region.accept(&server, SECRETARY, early);
    let reason = json!({ "reason": "Diganti" });
    let withdrawn = event("w-1", "application.withdrawn", "system/antrean", &reason);
    assert_eq!(refused(REGISTRAR, withdrawn), by("role-missing", "SKW.6.1"));

    seen(&server);
    let (code, said) = server.end();
    assert_eq!(code, Some(0), "{said:?}");
    audited(&data);
}

/// The blocks of a kind in the page.
fn blocks(kind: &str) -> Vec<&'static str> {
    let opening = format!("```{kind}\n");
    let blocks = PAGE.split(opening.as_str()).skip(1);
    blocks.map(|rest| rest.split_once("```").unwrap().0).collect()
}

#[test]
fn its_table_and_its_cases_are_written_as_the_page_says_and_cover_it() {
    let files = || BESIDE.iter().map(|(_, content)| content);
    for block in blocks("toml").into_iter().chain(blocks("json")) {
        assert!(files().any(|content| content.contains(block)), "in no file:\n{block}");
    }
    assert_eq!((blocks("toml").len(), blocks("json").len()), (9, 1));
    let region = Region::new();
    region.beside();
    let rules = region.file("singkawang-12-2022.toml", "");
    let covered = json_of(&["rules", "coverage", &rules]);
    assert_eq!(covered["gaps"], json!([]));
    assert_eq!(covered["cases"], json!({ "accepted": 4, "refused": 9, "found": 0 }));
    for count in covered["counts"].as_array().unwrap() {
        assert_eq!(count["regulation"], count["covered"], "{count}");
    }
    done(&jejak(["rules", "check", &rules, "--cases"]));
}

/// What the table has and the rule set has not is told, and so is what nobody has read or tried.
#[test]
fn what_is_missing_beside_it_is_told() {
    let region = Region::new();
    region.beside();
    let rules = region.file("singkawang-12-2022.toml", "");
    for (name, written, other, row, told) in [
        ("articles", "force = \"MAY\"", "force = \"MUST\"", "SKW-04", "force"),
        ("articles", "\"8\" = 0", "\"8\" = 0\n\"9\" = 0", "9", ""),
        ("articles", "\"is kota\"", "\"is kampung\"", "SKW-01", "data.level"),
        ("articles", "[\"kind opd\"]", "[\"kind central\"]", "PERANGKAT", "central"),
        ("cases", "at = \"/data/level\"", "at = \"/data/code\"", "SKW-01", "tingkat"),
    ] {
        let path = region.path(&format!("{name}/singkawang-12-2022.toml"));
        let whole = fs::read_to_string(&path).unwrap();
        assert!(whole.contains(written), "{written}");
        fs::write(&path, whole.replacen(written, other, 1)).unwrap();
        let output = jejak(["rules", "coverage", &rules, "-o", "json"]);
        assert_eq!(output.status.code(), Some(4), "{}", self::told(&output));
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let gaps = answer["gaps"].as_array().unwrap();
        let is_told = |gap: &Value| gap["row"] == row && gap["text"].to_string().contains(told);
        assert!(gaps.iter().any(is_told), "{row}: {gaps:#?}");
        fs::write(&path, whole).unwrap();
    }
}

/// Register, stream and rules tell of it as of any other region.
fn seen(server: &Process) {
    let at = ["--url", &server.base, "--ledger", REGION];
    let told = |command: &[&str]| json_of(&[command, &at].concat());
    let systems = told(&["register", "systems"]);
    let rows = systems["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["key"], &rows[0]["state"]), (&json!("antrean"), &json!("catalogued")));
    assert_eq!(rows[0]["agency"], "dinkes");
    let events = told(&["stream", "system/antrean"]);
    let types: Vec<&str> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["application.proposed", "application.reviewed", "application.catalogued"]);
    let explained = told(&["rules", "explain", "4(1)"]);
    assert_eq!(explained[0]["clock"]["en"], "within 14 days from application.proposed");
    assert_eq!(
        explained[0]["who"][0]["en"],
        "BAGIAN_ORGANISASI (agency with the function organisasi)"
    );
}

fn audited(data: &Path) {
    let audit = jejak(["audit", "--dir", data.to_str().unwrap(), "-o", "json"]);
    done(&audit);
    let report: Value = serde_json::from_slice(&audit.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    assert!(checks.len() > 5, "{report:#}");
    assert!(checks.iter().all(|check| check["verdict"] != "bad"), "{report:#}");
}
