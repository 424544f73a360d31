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
const SIXTH: &str = r#"
format = "jejak-ruleset/1"
name = "singkawang-12-2022"
region = "61.72"
structural = 3
title.id = "Peraturan Wali Kota Singkawang Nomor 12 Tahun 2022 tentang Katalog Aplikasi Pemerintah Kota"
title.en = "Regulation of the Mayor of Singkawang 12/2022 on the catalogue of applications"

[lists]
levels = ["kota", "kecamatan", "kelurahan"]

[actors.PERANGKAT]
kind = "opd"

[actors.BAGIAN_ORGANISASI]
function = "organisasi"

[actors.WALI_KOTA]
office = ["role/wali-kota"]

[[lifecycle]]
stream = "system"
final = ["withdrawn"]

[[lifecycle.transition]]
on = "application.proposed"
from = ["none", "returned"]
to = "proposed"

[[lifecycle.transition]]
on = "application.reviewed"
from = ["proposed"]
to = "fit"
when = [{ kind = "field", field = "data.result", equals = "fit" }]

[[lifecycle.transition]]
on = "application.reviewed"
from = ["proposed"]
to = "returned"

[[lifecycle.transition]]
on = "application.catalogued"
from = ["fit"]
to = "catalogued"

[[lifecycle.transition]]
on = "application.withdrawn"
from = ["*"]
to = "withdrawn"

[[act]]
type = "application.proposed"
row = "SKW-01"
rule = "SKW.3.1"
force = "MUST"
pasal = ["3(1)-(2)"]
term = "pengusulan aplikasi"
trigger = { id = "sebelum aplikasi dipakai", en = "before an application is used" }
class = "public"
subject = "system/{id}"
who = ["PERANGKAT"]
text.id = "Perangkat Daerah wajib mengusulkan aplikasinya dengan kode yang belum dipakai."
text.en = "An agency must propose its application, under a code that is not in use."
field = [
    { name = "name", kind = "text" },
    { name = "code", kind = "id", rule = "SKW.3.2" },
    { name = "level", kind = "text" },
    { name = "manual", kind = "document", is = "manual" },
]
keep = { agency = "source" }

[[act.condition]]
kind = "unique"
index = "application-code"
value = "data.code"
rule = "SKW.3.2"
text.id = "Kode aplikasi hanya dipakai oleh satu aplikasi."
text.en = "A code belongs to one application."

[[act.condition]]
kind = "member"
field = "data.level"
list = "levels"

[[act]]
type = "application.reviewed"
row = "SKW-02"
rule = "SKW.4.1"
force = "DO"
pasal = ["4(1)"]
term = "penelaahan"
trigger = { id = "bila aplikasi diusulkan", en = "when an application is proposed", acts = ["application.proposed"] }
clock = { within = "P14D", starts = ["application.proposed"] }
class = "public"
subject = "system/{id}"
who = ["BAGIAN_ORGANISASI"]
under = "review"
text.id = "Bagian Organisasi menelaah usulan paling lama 14 (empat belas) hari."
text.en = "The organisation office reviews a proposal within 14 days."
field = [
    { name = "result", kind = "enum", one_of = ["fit", "unfit"] },
    { name = "minutes", kind = "document", is = "minutes", numbered = true },
]

[[act]]
type = "application.catalogued"
row = "SKW-03"
rule = "SKW.5.1"
force = "DO"
pasal = ["5(1)-(2)"]
trigger = { id = "bila penelaahan menyatakan layak", en = "when the review finds it fit", acts = ["application.reviewed"] }
class = "public"
subject = "system/{id}"
who = ["WALI_KOTA"]
under = "listing"
text.id = "Aplikasi dicatat dalam katalog dengan Keputusan Wali Kota."
text.en = "An application enters the catalogue by decision of the mayor."
field = [
    { name = "decree", kind = "document", is = "decree", numbered = true, rule = "SKW.5.2", text = { id = "Keputusan Wali Kota bernomor dan bertanggal.", en = "The decision has a number and a date." } },
    { name = "number", kind = "text", max = 40 },
]

[[act.condition]]
kind = "unique"
index = "catalogue-number"
value = "data.number"
rule = "SKW.5.2"

[[act]]
type = "application.withdrawn"
row = "SKW-04"
rule = "SKW.6.1"
force = "MAY"
pasal = ["6(1)"]
class = "public"
subject = "system/{id}"
who = ["PERANGKAT of this.agency"]
under = "withdrawal"
text.id = "Perangkat Daerah pemilik dapat menarik aplikasinya."
text.en = "The agency that owns it may withdraw its application."
field = [{ name = "reason", kind = "text", max = 1000 }]

[[duty]]
row = "SKW-05"
rule = "SKW.7.1"
force = "NOT"
pasal = ["7(1)"]
who = { id = "setiap Perangkat Daerah", en = "every agency" }
text.id = "Setiap Perangkat Daerah dilarang memakai aplikasi di luar katalog."
text.en = "No agency may use an application outside of the catalogue."
"#;

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
