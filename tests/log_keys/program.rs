//! The procedures of docs/operations.md, as they stand there, with the program itself: a rotation under a running server,
//! and a ledger whose log key is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as STANDARD;
use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use jejak_signer::{Hash, Jws, Typ, certificates_from_pem};
use serde_json::{Value, json};

use crate::harness::{ORIGIN, REGION, rfc3339};
use crate::process::{Process, program};

/// A folder with the keys of two authorities and two registrars, and the ledger of a region in `data`.
pub(super) struct Office {
    folder: tempfile::TempDir,
    /// What the opening has said of the founders.
    opened: Value,
}

impl Office {
    pub(super) fn new() -> Self {
        let mut office = Self { folder: tempfile::tempdir().unwrap(), opened: Value::Null };
        office.done("cert dev-ca --out ca");
        for (name, agency) in
            [("bupati", "setda"), ("sekda", "setda"), ("satu", "kominfo"), ("dua", "bkpsdm")]
        {
            office
                .done(&format!("cert issue --ca ca --name {name} --org {agency} --out {name}.pem"));
        }
        office.opened = office.done(&format!(
            "ledger init --dir data --region {REGION} --origin {ORIGIN} --ruleset bengkayang-19-2020 \
             --anchor ca/anchor.pem --sign-key bupati.key.pem --authority bupati.pem sekda.pem \
             --registrar satu.pem dua.pem --function kominfo=kominfo"
        ));
        office
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self) -> Command {
        let mut command = Command::new(program());
        command.current_dir(self.folder.path());
        command
    }

    pub(super) fn run(&self, line: &str) -> Output {
        self.program().args(line.split_whitespace()).output().unwrap()
    }

    pub(super) fn done(&self, line: &str) -> Value {
        let output = self.run(&format!("{line} -o json"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{line}: {said}");
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    /// What is said when it fails, and the ending.
    pub(super) fn fails(&self, line: &str) -> (Option<i32>, String) {
        let output = self.run(line);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn serve(&self) -> Process {
        Process::serving_as(self.program(), &self.path("data"), "127.0.0.1:0", &[])
    }

    /// A new log key in a file, and its verifier key.
    pub(super) fn log_key(&self, file: &str) -> String {
        self.done(&format!("key new --out {file}"));
        fs::set_permissions(self.path(file), fs::Permissions::from_mode(0o600)).unwrap();
        let shown = self.done(&format!("key show {file} --origin {ORIGIN}"));
        shown["vkey"].as_str().unwrap().to_owned()
    }

    /// The person who has this certificate, by the opening.
    fn person(&self, name: &str) -> String {
        let certificate = json!(self.thumbprint(name));
        let mut persons = self.opened["persons"].as_array().unwrap().iter();
        let found = persons.find(|person| person["certificate"] == certificate).unwrap();
        found["person"].as_str().unwrap().to_owned()
    }

    fn chain(&self, name: &str) -> Vec<Vec<u8>> {
        let pem = fs::read_to_string(self.path(&format!("{name}.pem"))).unwrap();
        certificates_from_pem(&pem).unwrap()
    }

    fn thumbprint(&self, name: &str) -> String {
        Hash::of(&self.chain(name)[0]).to_string()
    }

    /// A statement about the ledger, or about the agency that it registers, in a file `<id>.jws`, signed by `who`.
    fn sign(&self, who: &str, agency: &str, id: &str, kind: &str, data: &Value) {
        let subject = match data.get("agency").filter(|_| kind == "agency.registered") {
            Some(agency) => format!("agency/{}", agency.as_str().unwrap()),
            None => format!("ledger/{REGION}"),
        };
        self.sign_on(&subject, who, agency, id, kind, data);
    }

    fn sign_on(&self, subject: &str, who: &str, agency: &str, id: &str, kind: &str, data: &Value) {
        let event = json!({
            "specversion": "1.0", "id": id, "source": format!("agency/{agency}"), "type": kind,
            "subject": subject, "time": rfc3339(SystemClock.now().0 / 1_000_000), "ledger": ORIGIN,
            "data": data,
        });
        fs::write(self.path(&format!("{id}.json")), event.to_string()).unwrap();
        let signed = self.run(&format!("sign --key {who}.key.pem --cert {who}.pem {id}.json"));
        assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
        fs::write(self.path(&format!("{id}.jws")), &signed.stdout).unwrap();
    }

    /// The two statements of both authorities: `<id>.jws` and `<id>-2.jws`.
    pub(super) fn sign_both(&self, id: &str, kind: &str, data: &Value) {
        self.sign("bupati", "setda", id, kind, data);
        let statement = fs::read_to_string(self.path(&format!("{id}.jws"))).unwrap();
        let jws = Jws::parse(statement.trim().as_bytes().to_vec(), Typ::Event).unwrap();
        let key = jws.event_key().to_string();
        let data = json!({ "event": { "agency": "setda", "id": id, "key": key } });
        self.sign("sekda", "setda", &format!("{id}-2"), "act.countersigned", &data);
    }

    fn post(&self, server: &Process, files: &str) {
        self.done(&format!(
            "post --url {} --ledger {REGION} --receipts receipts {files}",
            server.base
        ));
    }

    /// An agency is registered, which is something like any other event.
    fn register(&self, server: &Process, agency: &str) {
        let data = json!({ "agency": agency, "name": agency, "short_names": [agency] });
        self.sign("satu", "kominfo", agency, "agency.registered", &data);
        self.post(server, &format!("{agency}.jws"));
    }

    /// Ids of the keys under the receipt of a statement.
    fn signed_by(&self, name: &str) -> usize {
        let receipt = fs::read(self.path(&format!("receipts/{name}.jws.receipt.json"))).unwrap();
        let receipt: Value = serde_json::from_slice(&receipt).unwrap();
        receipt.to_string().matches(&format!("\u{2014} {ORIGIN} ")).count()
    }

    /// Which of the receipts are proven by this policy.
    fn proven(&self, policy: &str, names: &[&str]) -> Vec<bool> {
        let verify = |name: &&str| {
            let line = format!(
                "receipt verify --policy {policy} --statement {name}.jws receipts/{name}.jws.receipt.json"
            );
            self.run(&line).status.success()
        };
        names.iter().map(verify).collect()
    }

    fn policy(&self, file: &str, place: &str) {
        let written = self.run(&format!("ledger policy {REGION} {place} --unwitnessed"));
        assert!(written.status.success());
        fs::write(self.path(file), written.stdout).unwrap();
    }
}

/// Each founder compares what the ledger holds for him with his own certificate before the first act.
#[test]
fn the_certificates_of_the_founders_are_shown_with_the_ledger() {
    let office = Office::new();
    let show = format!("ledger show {REGION}");
    let shown = office.done(&format!("{show} --dir data"));
    let expected: Vec<_> = [
        ("authority", "setda", "bupati"),
        ("authority", "setda", "sekda"),
        ("registrar", "kominfo", "satu"),
        ("registrar", "bkpsdm", "dua"),
    ]
    .into_iter()
    .map(|(role, agency, name)| {
        let (person, certificate) = (office.person(name), office.thumbprint(name));
        json!({ "role": role, "agency": agency, "person": person, "certificate": certificate })
    })
    .collect();
    assert_eq!(shown["founders_at_opening"], json!(expected));
    let checks = office.run("doctor --dir data");
    let checks = String::from_utf8_lossy(&checks.stdout).into_owned();
    assert!(
        checks.contains(&format!("authority setda {}", office.thumbprint("sekda"))),
        "{checks}"
    );

    // The opening is above public: a server shows its founders to whoever may read it.
    let server = office.serve();
    let at = format!("{show} --url {}", server.base);
    let output = office.run(&format!("{at} -o json"));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("pendiri tidak terlihat") && told.contains("are not shown"), "{told}");
    let public: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(public.get("founders_at_opening"), None);
    // What is said to be hidden is hidden, and nothing else.
    assert!(public["seats"].as_array().is_some_and(|seats| seats.len() == 4), "{public}");
    let said = "pendiri tidak terlihat: di atas kelas publik; pakai --dir atau token kelas internal (--token-file)";
    assert!(told.contains(said) && !told.contains("kursi") && !told.contains("seats"), "{told}");
    let token = office.run("token new --dir data --name uji --class internal --expires 1d");
    fs::write(office.path("token"), token.stdout).unwrap();
    assert_eq!(
        office.done(&format!("{at} --token-file token"))["founders_at_opening"],
        json!(expected)
    );
}

#[test]
fn a_log_key_is_rotated_while_the_server_runs() {
    let office = Office::new();
    let first = office.done(&format!("ledger show {REGION} --dir data"))["vkey"].clone();
    office.policy("before.toml", "--dir data");
    let next = office.log_key("data/keys/61.07.next.pem");
    let server = office.serve();
    let at_server = format!("--url {}", server.base);
    office.register(&server, "satu");
    office.sign_both("add", "ledger.key_added", &json!({ "vkey": next }));
    office.post(&server, "add.jws add-2.jws");
    office.register(&server, "dua");
    let data = json!({ "vkey": first, "reason": "superseded" });
    office.sign_both("retire", "ledger.key_retired", &data);
    office.post(&server, "retire.jws retire-2.jws");
    office.register(&server, "tiga");
    assert_eq!(["satu", "dua", "tiga"].map(|name| office.signed_by(name)), [1, 2, 1]);

    // Who knew the first key still proves with it what it signed; who asks again proves all.
    let names = ["satu", "dua", "tiga"];
    assert_eq!(office.proven("before.toml", &names), [true, true, false]);
    // Nothing is wrong with the third: the policy is from before its key. A changed signature of a known key is wrong.
    let verify = "receipt verify --policy before.toml receipts";
    let newer = office.run(&format!("{verify}/tiga.jws.receipt.json -o csv"));
    assert_eq!(newer.status.code(), Some(8));
    let said = String::from_utf8_lossy(&newer.stdout).into_owned();
    for part in
        ["log-key-unknown", "vkey buku besar yang baru dari sumber lain", "from another source"]
    {
        assert!(said.contains(part), "{said}");
    }
    assert!(!said.contains("resi ini salah") && !said.contains("FAILED"), "{said}");
    let known = fs::read_to_string(office.path("receipts/satu.jws.receipt.json")).unwrap();
    let line = known.find(&format!("\u{2014} {ORIGIN} ")).unwrap() + ORIGIN.len() + 5;
    let at = line + 20;
    let other = if known.as_bytes()[at] == b'A' { "B" } else { "A" };
    let forged = [&known[..at], other, &known[at + 1..]].concat();
    fs::write(office.path("receipts/forged.json"), forged).unwrap();
    let wrong = office.run(&format!("{verify}/forged.json"));
    assert_eq!(wrong.status.code(), Some(4), "{}", String::from_utf8_lossy(&wrong.stdout));
    office.policy("after.toml", &at_server);
    assert_eq!(office.proven("after.toml", &names), [true; 3]);
    let shown = office.done(&format!("ledger show {REGION} {at_server}"));
    assert_eq!(shown["vkey"], json!(next));
    assert_eq!(shown["keys"][0]["vkey"], first);
    let end = shown["keys"][0]["until"].as_u64().unwrap();
    assert_eq!((shown["keys"][1]["from"].as_u64(), end), (Some(end - 3), end));
    assert_eq!(shown["keys"][1].get("until"), None);
    assert_eq!(server.end().0, Some(0));

    // Evidence of the same ledger leads from the first key to the one that signed.
    let led = |policy: &str, evidence: &str, receipt: &str| {
        let line = format!("receipt verify --policy {policy} receipts/{receipt}.jws.receipt.json");
        let led = office.run(&format!("{line} {evidence} -o json"));
        let told: Value = serde_json::from_slice(&led.stdout).unwrap();
        let reason = told["reason"].as_str().unwrap_or_default().to_owned();
        (led.status.code(), told["outcome"].as_str().unwrap().to_owned(), reason)
    };
    let is = |code: i32, outcome: &str, reason: &str| {
        (Some(code), outcome.to_owned(), reason.to_owned())
    };
    let proven = is(0, "proven", "");
    let unknown = is(8, "indeterminate", "log-key-unknown");
    assert_eq!(led("before.toml", "", "tiga"), unknown);
    let saved = office.run(&format!(
        "verdict 1 --dir data --ledger {REGION} --policy before.toml --save led.json --checkpoint \
         receipts/tiga.jws.receipt.json"
    ));
    assert_eq!(saved.status.code(), Some(0), "{}", String::from_utf8_lossy(&saved.stderr));
    assert_eq!(led("before.toml", "--evidence led.json", "tiga"), proven);
    assert_eq!(led("before.toml", "--evidence led.json", "satu"), proven);
    // What leads nowhere says no more than before: evidence without the links, and a key whose end the policy knows.
    let mut bare: Value =
        serde_json::from_slice(&fs::read(office.path("led.json")).unwrap()).unwrap();
    assert!(bare.as_object_mut().unwrap().remove("keys").is_some());
    fs::write(office.path("bare.json"), bare.to_string()).unwrap();
    assert_eq!(led("before.toml", "--evidence bare.json", "tiga"), unknown);
    let before = fs::read_to_string(office.path("before.toml")).unwrap();
    let vkey = before.lines().find(|line| line.starts_with("vkey = ")).unwrap();
    let ended = before.replace(vkey, &format!("{vkey}\nuntil = 2"));
    fs::write(office.path("ended.toml"), ended).unwrap();
    assert_eq!(led("ended.toml", "--evidence led.json", "tiga"), unknown);
    assert_eq!(led("ended.toml", "", "satu"), is(8, "indeterminate", "log-key-not-in-force"));
    // Of a ledger that the policy does not name nothing is decided either, and both languages say what would decide it.
    let origin = "lain.example.go.id/61.07";
    office.done("key new --out lain.pem");
    let vkey = office.done(&format!("key show lain.pem --origin {origin}"))["vkey"].clone();
    let other = format!(
        "format = \"jejak-policy/1\"\nquorum = \"none\"\n[[ledger]]\norigin = \"{origin}\"\n\
         [[ledger.key]]\nvkey = {vkey}\n"
    );
    fs::write(office.path("other.toml"), other).unwrap();
    let other = format!("{verify}/satu.jws.receipt.json");
    let other = office.run(&other.replace("before.toml", "other.toml"));
    let said = String::from_utf8_lossy(&other.stdout).into_owned();
    assert_eq!(other.status.code(), Some(8), "{said}");
    for part in ["ledger-unknown", "tambahkan [[ledger]]", "add this [[ledger]]"] {
        assert!(said.contains(part), "{said}");
    }

    let last =
        fs::rename(office.path("data/keys/61.07.next.pem"), office.path("data/keys/61.07.pem"));
    last.unwrap();
    office.done("audit --dir data");
    let server = office.serve();
    office.register(&server, "empat");
    assert_eq!(server.end().0, Some(0));
    assert_eq!(office.proven("after.toml", &["empat"]), [true]);
}

/// A function of an agency that the opening does not have would be lost without a word.
#[test]
fn the_function_of_an_agency_that_is_not_there_opens_no_ledger() {
    let office = Office::new();
    let line = format!(
        "ledger init --dir lain --region {REGION} --origin {ORIGIN} --ruleset bengkayang-19-2020 --anchor ca/anchor.pem \
         --sign-key bupati.key.pem --authority bupati.pem sekda.pem --registrar satu.pem dua.pem --function x=kominfo"
    );
    let (code, said) = office.fails(&line);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("tidak ada instansi x dalam pembukaan ini"), "{said}");
    assert!(said.contains("no authority, registrar or service is of this agency"), "{said}");
    assert!(!office.path("lain").exists());
}

/// One command posts what puts another key in place of a stolen one, and believes the receipts under it.
#[test]
fn a_stolen_log_key_is_replaced_at_once() {
    let office = Office::new();
    let first = office.done(&format!("ledger show {REGION} --dir data"))["vkey"].clone();
    let next = office.log_key("data/keys/61.07.next.pem");
    let server = office.serve();
    office.register(&server, "satu");
    office.sign_both("add", "ledger.key_added", &json!({ "vkey": next }));
    let data = json!({ "vkey": first, "reason": "compromised" });
    office.sign_both("retire", "ledger.key_retired", &data);
    office.post(&server, "add.jws add-2.jws retire.jws retire-2.jws");
    office.register(&server, "dua");
    assert_eq!(office.signed_by("dua"), 1);
    assert_eq!(server.end().0, Some(0));
    // The thief may have it; the server needs it no more.
    fs::remove_file(office.path("data/keys/61.07.pem")).unwrap();
    let server = office.serve();
    office.register(&server, "tiga");
    assert_eq!(server.end().0, Some(0));
    office.policy("policy.toml", "--dir data");
    assert_eq!(office.proven("policy.toml", &["satu", "dua", "tiga"]), [true; 3]);
    office.done("audit --dir data");
}

#[test]
fn a_server_without_a_key_in_force_says_which_it_needs_and_a_recovery_gives_it_one() {
    let office = Office::new();
    let first = office.done(&format!("ledger show {REGION} --dir data"))["vkey"].clone();
    let first = first.as_str().unwrap().to_owned();
    let server = office.serve();
    office.register(&server, "satu");
    assert_eq!(server.end().0, Some(0));
    // The copy of the key was lost with the key.
    fs::remove_file(office.path("data/keys/61.07.pem")).unwrap();
    let new = office.log_key("baru.pem");
    let start = "serve --dir data --listen 127.0.0.1:0";
    let (code, said) = office.fails(start);
    assert_eq!(code, Some(6), "{said}");
    assert!(said.contains(&first) && said.contains("`jejak ledger recover --help`"), "{said}");
    let (code, said) = {
        let output = office.run("doctor --dir data -o json");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&format!("(missing): {first}")), "{said}");
    assert!(said.contains("where it is lost: jejak ledger recover"), "{said}");
    fs::copy(office.path("baru.pem"), office.path("data/keys/61.07.pem")).unwrap();
    let (code, said) = office.fails(start);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("bukan kunci log yang berlaku; yang berlaku") && said.contains(&first));
    assert!(said.contains("does not hold a log key that is in force"), "{said}");
    assert!(said.contains("Where no copy is left: `jejak ledger recover`"), "{said}");
    fs::remove_file(office.path("data/keys/61.07.pem")).unwrap();

    office.sign_both("add", "ledger.key_added", &json!({ "vkey": new }));
    office.sign_both("retire", "ledger.key_retired", &json!({ "vkey": first, "reason": "lost" }));
    let recover = format!("ledger recover --dir data --region {REGION}");
    let (code, said) = office.fails(&format!("{recover} --log-key baru.pem add.jws"));
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("the given log key is not in force"), "{said}");
    let (code, said) = office.fails(&format!("{recover} --log-key baru.pem add-2.jws add.jws"));
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("pernyataan 1 ditolak") && said.contains("statement 1 is refused"));
    let (code, said) = office.fails(&format!("{recover} add.jws add-2.jws"));
    assert_eq!(code, Some(2), "{said}");
    office.done("key new --alg ES256 --out es.pem");
    let (code, said) = office.fails(&format!("{recover} --log-key es.pem add.jws add-2.jws"));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("--log-key: ini kunci ES256; kunci log harus Ed25519"), "{said}");
    assert!(said.contains("this is a key for ES256: a log key is an Ed25519 key"), "{said}");
    let files = "add.jws add-2.jws retire.jws retire-2.jws";
    let done = office.done(&format!("{recover} --log-key baru.pem {files}"));
    assert_eq!(done["keys"][1]["vkey"], json!(new));
    assert_eq!(done["positions"].as_array().unwrap().len(), 4);

    let server = office.serve();
    office.register(&server, "dua");
    assert_eq!(server.end().0, Some(0));
    office.done("audit --dir data --receipt receipts/satu.jws.receipt.json");
    office.policy("policy.toml", "--dir data");
    assert_eq!(office.proven("policy.toml", &["satu", "dua"]), [true; 2]);
    let checks = office.done("doctor --dir data");
    let mut checks = checks["checks"].as_array().unwrap().iter();
    let key = checks.find(|check| check["check"] == format!("key {REGION}")).unwrap();
    assert_eq!(key["verdict"], "ok");
}

/// A registrar whose key is lost and who does not come back: the other one goes on, and both authorities put somebody in
/// his place who signs for his agency already.
#[test]
fn both_authorities_appoint_a_registrar_in_the_place_of_one_who_is_lost() {
    let office = Office::new();
    let server = office.serve();
    let (person, lost) = ("p-tiga00000001", office.person("satu"));
    office.done("cert issue --ca ca --name tiga --org kominfo --out tiga.pem");
    let mine = json!({ "ledger": ORIGIN, "agency": "kominfo", "person": person,
                       "certificate": office.thumbprint("tiga") });
    fs::write(office.path("possession.json"), mine.to_string()).unwrap();
    let possession =
        office.run("sign --typ possession --key tiga.key.pem --cert tiga.pem possession.json");
    let possession = String::from_utf8(possession.stdout).unwrap();
    let data = json!({
        "person": person, "agency": "kominfo", "algorithm": "Ed25519", "class": "langsung",
        "chain": office.chain("tiga").iter().map(|der| STANDARD.encode(der)).collect::<Vec<_>>(),
        "possession": possession.trim(),
    });
    office.sign_on(&format!("signer/{person}"), "dua", "bkpsdm", "enrol", "signer.enrolled", &data);
    office.post(&server, "enrol.jws");

    let certificate = office.thumbprint("tiga");
    let data = json!({ "person": person, "agency": "kominfo", "certificate": certificate });
    office.sign_both("appoint", "ledger.registrar_appointed", &data);
    let data = json!({ "person": lost, "reason": "kunci hilang" });
    office.sign_both("remove", "ledger.registrar_removed", &data);
    office.post(&server, "appoint.jws appoint-2.jws remove.jws remove-2.jws");
    // The new one does what the lost one did, who does it no more.
    let data = json!({ "agency": "baru", "name": "baru", "short_names": ["baru"] });
    office.sign("tiga", "kominfo", "baru", "agency.registered", &data);
    office.post(&server, "baru.jws");
    let data = json!({ "agency": "lama", "name": "lama", "short_names": ["lama"] });
    office.sign("satu", "kominfo", "lama", "agency.registered", &data);
    let (code, said) =
        office.fails(&format!("post --url {} --ledger {REGION} lama.jws", server.base));
    assert_eq!(code, Some(5), "{said}");
    assert_eq!(server.end().0, Some(0));
    office.done("audit --dir data");
}
