//! What the command says where something is wrong: what it is, in both languages, and with the ending that is documented.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use jejak_signer::certificates_from_pem;
use jejak_signer::devca::{DevCa, ListSpec};
use jejak_signer::{Window, revocation_list_to_pem};
use serde_json::Value;

use crate::harness::{ORIGIN, REGION, World};
use crate::opening::STRUCTURAL_ONLY;
use crate::process::{Process, jejak, program};

/// A folder with an authority and the keys of founders.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.done("cert dev-ca --alg ES256 --out ca");
        for name in ["satu", "dua", "tiga", "empat"] {
            desk.done(&format!("cert issue --ca ca --name {name} --org {name} --out {name}.pem"));
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self) -> Command {
        let mut command = Command::new(program());
        command.current_dir(self.folder.path());
        command
    }

    fn run(&self, line: &str) -> Output {
        self.program().args(line.split_whitespace()).output().unwrap()
    }

    fn done(&self, line: &str) -> Value {
        let output = self.run(&format!("{line} -o json"));
        assert!(output.status.success(), "{line}: {}", said(&output));
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    /// The ending, and everything that was said.
    fn ends(&self, line: &str) -> (i32, String) {
        let output = self.run(line);
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().unwrap(), shown + &said(&output))
    }

    fn init(more: &str) -> String {
        format!(
            "ledger init --dir data --region {REGION} --origin {ORIGIN} --ruleset bengkayang-19-2020 --anchor \
             ca/anchor.pem --sign-key satu.key.pem --authority satu.pem dua.pem --registrar tiga.pem empat.pem {more}"
        )
    }

    fn authority(&self) -> DevCa {
        DevCa::from_pem(&fs::read_to_string(self.path("ca/dev-ca.pem")).unwrap()).unwrap()
    }

    /// A seal of an organisation, as OpenSSL makes one: it binds whoever it names, and that is no person.
    fn seal(&self) {
        let stored = fs::read_to_string(self.path("ca/dev-ca.pem")).unwrap();
        let key = stored.rfind("-----BEGIN PRIVATE KEY").unwrap();
        let certificate = stored.rfind("-----BEGIN CERTIFICATE").unwrap();
        fs::write(self.path("issuer.key"), &stored[key..]).unwrap();
        fs::write(self.path("issuer.pem"), &stored[certificate..key]).unwrap();
        fs::write(
            self.path("seal.ext"),
            "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n\
             extendedKeyUsage=emailProtection\nauthorityKeyIdentifier=keyid\n",
        )
        .unwrap();
        let openssl = |arguments: &[&str]| {
            let output = Command::new("openssl")
                .current_dir(self.folder.path())
                .args(arguments)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", said(&output));
        };
        let curve = "ec_paramgen_curve:P-256";
        openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", "seal.key.pem"]);
        let name = "/C=ID/O=Dinas Kominfo/organizationIdentifier=NTRID-1/CN=Segel";
        openssl(&["req", "-new", "-key", "seal.key.pem", "-subj", name, "-out", "seal.csr"]);
        let sign = ["x509", "-req", "-in", "seal.csr", "-CA", "issuer.pem", "-CAkey", "issuer.key"];
        let rest = ["-days", "30", "-extfile", "seal.ext", "-out", "leaf.pem"];
        openssl(&[&sign[..], &rest].concat());
        let leaf = fs::read_to_string(self.path("leaf.pem")).unwrap();
        let issuer = fs::read_to_string(self.path("issuer.pem")).unwrap();
        fs::write(self.path("seal.pem"), leaf + &issuer).unwrap();
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::write(path, text).unwrap();
}

/// With a person's certificate the ledger's own service would sign in his name.
#[test]
fn a_service_of_a_new_ledger_is_a_system_or_an_organisation_and_no_person() {
    let desk = Desk::new();
    desk.done("cert issue --ca ca --name orang --org kominfo --out orang.pem");
    let (code, told) = desk.ends(&Desk::init("--service orang.pem"));
    assert_eq!(code, 5, "{told}");
    has(&told, &["--service orang.pem: ini sertifikat orang", "this is a person's certificate"]);
    assert!(!desk.path("data").exists(), "nothing was made");
    let check = "cert check --anchor ca/anchor.pem --kind system orang.pem";
    let (code, told) = desk.ends(check);
    assert_eq!(code, 0, "a ledger may still enrol it: {told}");
    has(&told, &["awas: sertifikat orang", "warning: a person's certificate"]);

    desk.seal();
    desk.done("cert issue --ca ca --name mesin --org kominfo --kind system --out mesin.pem");
    let opened = desk.done(&Desk::init("--service mesin.pem seal.pem=segel"));
    let roles = opened["persons"].as_array().unwrap().iter();
    assert_eq!(roles.filter(|person| person["role"] == "service").count(), 2);
}

/// Where an authority below the root gives no list, nobody knows whether it was revoked.
#[test]
fn a_path_stands_only_where_the_list_of_each_issuer_says_so() {
    let desk = Desk::new();
    let ca = desk.authority();
    let now = i64::try_from(SystemClock.now().0 / 1_000_000).unwrap();
    let nobody = ListSpec {
        window: Window { not_before: now - 60, not_after: now + 86_400 },
        number: 1,
        points: Vec::new(),
        revoked: Vec::new(),
    };
    let list = ca.revocation_list(&nobody).unwrap();
    write(&desk.path("issuer.crl"), revocation_list_to_pem(&list));
    let list = ca.root_revocation_list(&nobody).unwrap();
    write(&desk.path("root.crl"), revocation_list_to_pem(&list));
    let check = |lists: &str| {
        let output =
            desk.run(&format!("cert check --anchor ca/anchor.pem {lists} satu.pem -o json"));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), told)
    };
    let (code, told) = check("--crl issuer.crl");
    assert_eq!((code, &told["verdict"]), (Some(8), &Value::from("indeterminate")));
    assert_eq!(told["code"], "revocation-pending");
    let root = "C=ID, O=Jejak Pengembangan, CN=Jejak Pengembangan Root";
    assert_eq!(
        told["indonesian"],
        format!("sertifikat 1, penerbit {root}: tidak ada daftar dari penerbitnya")
    );
    assert_eq!(told["english"], format!("certificate 1, issuer {root}: no list of its issuer"));
    assert_eq!(told["revocation"][1]["issuer"], root);
    let (code, told) = check("--crl root.crl");
    assert_eq!((code, &told["code"]), (Some(8), &Value::from("revocation-pending")));
    let (code, told) = check("--crl issuer.crl --crl root.crl");
    assert_eq!((code, &told["verdict"]), (Some(0), &Value::from("accepted")));
    assert_eq!(told.get("code"), None);
}

#[test]
fn a_trust_policy_is_told_with_every_table_that_is_wrong() {
    let desk = Desk::new();
    write(
        &desk.path("wrong.toml"),
        "format = \"jejak-trust/1\"\n[[anchor]]\ncertificate = ''\n[[algorithm]]\nname = \"X\"\n[[algorithm]]\nname = \"Y\"\n",
    );
    let (code, told) = desk.ends("trust check wrong.toml");
    assert_eq!(code, 4, "{told}");
    has(&told, &["wrong.toml: bukan kebijakan kepercayaan, 3 kesalahan"]);
    // The table wraps the sentences, whose words are these.
    let shown = desk.run("trust check wrong.toml -o json");
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let faults = shown["faults"].as_array().unwrap().iter();
    let words = faults.flat_map(|fault| ["indonesian", "english"].map(|of| fault[of].as_str()));
    let words: Vec<&str> = words.map(Option::unwrap).collect();
    assert_eq!(words.len(), 6);
    has(
        &words.join("\n"),
        &[
            "[[anchor]] 1: certificate bukan satu blok PEM CERTIFICATE",
            "[[anchor]] 1: certificate is not one CERTIFICATE block of PEM",
            "[[algorithm]] 1: tidak ada algoritma bernama \"X\"",
            "[[algorithm]] 2: no algorithm is called \"Y\"",
        ],
    );

    desk.done(&Desk::init(""));
    let (code, told) = desk.ends("trust hold --dir data wrong.toml");
    assert_eq!(code, 4, "{told}");
    has(
        &told,
        &["[[anchor]] 1: certificate bukan satu blok PEM", "`jejak trust check` tells every fault"],
    );

    // Its directory is open for writing elsewhere: no way through a server is promised.
    let server = Process::serving(&desk.path("data"), "127.0.0.1:0", &[]);
    write(&desk.path("right.toml"), desk.run("trust make --anchor ca/anchor.pem").stdout);
    let (_, told) = desk.ends(&format!("trust check --against data --ledger {REGION} right.toml"));
    has(&told, &["sedang dipakai proses lain; hentikan dulu, atau pakai salinan direktorinya"]);
    assert!(!told.contains("--url"), "{told}");
    let (_, told) = desk.ends("ledger list --dir data");
    has(&told, &["tanya servernya lewat --url (ask its server by --url)"]);
    drop(server);
}

#[test]
fn evidence_is_not_gathered_for_a_file_that_is_there() {
    let mut world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("bukti.json"), world.path());
    world.close();
    write(&file, "lama");
    let line = ["verdict", "0", "--ledger", REGION, "--dir", data.to_str().unwrap(), "--save"];
    let output = jejak(line.iter().copied().chain([file.to_str().unwrap()]));
    assert_eq!(output.status.code(), Some(1));
    let expected = format!(
        "jejak: {} sudah ada dan tidak ditimpa (exists and is not overwritten)\n",
        file.display()
    );
    assert_eq!((said(&output), output.stdout.len()), (expected, 0));
    assert_eq!(fs::read(&file).unwrap(), b"lama");
    let nowhere = folder.path().join("tidak-ada/bukti.json");
    let output = jejak(line.iter().copied().chain([nowhere.to_str().unwrap()]));
    assert_eq!(output.status.code(), Some(6));
    has(&said(&output), &["tidak ada direktori", "no such directory"]);
}

#[test]
fn what_a_server_answers_is_told_in_both_languages() {
    let mut world = World::new();
    world.close();
    let server = Process::serving(&world.path(), "127.0.0.1:0", &[]);
    let ask = |line: &[&str], token: Option<&str>| {
        let mut command = Command::new(program());
        command.args(line).args(["--ledger", REGION, "--url", &server.base]);
        match token {
            Some(token) => command.env("JEJAK_TOKEN", token),
            None => command.env_remove("JEJAK_TOKEN"),
        };
        command.output().unwrap()
    };
    let output = ask(&["register", "signers", "--as-of", "99"], None);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(6), "{told}");
    has(&told, &["Buku besar ini berisi", "This ledger holds", "(404 unknown-position)"]);

    // A variable that is set to nothing is no token, and one that is wrong is told as such.
    assert_eq!(ask(&["register", "agencies"], Some("")).status.code(), Some(0));
    assert_eq!(ask(&["register", "agencies"], Some(" ")).status.code(), Some(0));
    let wrong = ask(&["register", "agencies"], Some("x"));
    assert_eq!(wrong.status.code(), Some(2));
    has(&said(&wrong), &["JEJAK_TOKEN: bukan token Jejak (not a whole token of Jejak)"]);
}

#[test]
fn a_command_line_that_makes_no_sense_is_told_in_both_languages() {
    let desk = Desk::new();
    let (code, told) = desk.ends("evidence add --dir data --ledger 61.07 --agency kominfo");
    assert_eq!(code, 2, "{told}");
    has(&told, &["bukti belum disebut: beri --crl DAFTAR atau --ocsp JAWABAN (which evidence?"]);
    let (code, told) = desk.ends("evidence add");
    assert_eq!(code, 2, "{told}");
    has(&told, &["belum diberikan: --ledger <LEDGER>, --agency <ID>", "required arguments"]);
    write(&desk.path("event.json"), "{");
    let (_, told) = desk.ends("sign --key satu.key.pem --cert satu.pem event.json");
    has(&told, &["event.json: ", "tidak sah ("]);
    let (code, told) = desk.ends("sign --key satu.key.pem --cert ca event.json");
    assert_ne!(code, 0, "{told}");
    let chain = fs::read_to_string(desk.path("satu.pem")).unwrap();
    assert_eq!(certificates_from_pem(&chain).unwrap().len(), 2);
}

/// A token that is not plugged in takes its own ledger out of service and no other.
#[test]
fn a_ledger_whose_key_does_not_open_is_named_and_the_others_are_served() {
    let mut world = World::new();
    let origin = "jejak.sanggaukab.go.id/61.03";
    world.ledgers().init(world.opening("61.03", origin, STRUCTURAL_ONLY)).unwrap();
    let vkey = world.ledgers().ledger("61.03").unwrap().vkey();
    world.close();
    let key = "pkcs11:token=Jejak;object=log?module-path=/nowhere/module.so";
    let config = format!("[ledger.log_keys]\n\"61.03\" = \"{key}\"\n");
    write(&world.path().join("jejak.toml"), config);
    let server = Process::serving(&world.path(), "127.0.0.1:0", &[]);

    let at = |region: &str| jejak(["ledger", "show", region, "--url", &server.base]);
    assert_eq!(at(REGION).status.code(), Some(0));
    let refused = at("61.03");
    assert_eq!(refused.status.code(), Some(1));
    let told = said(&refused);
    has(&told, &["tidak dapat dibuka", "did not open; its operator knows why", "503 ledger-shut"]);
    let ready = reqwest::blocking::get(format!("{}/readyz", server.base)).unwrap();
    assert_eq!(ready.status(), 200);
    let ready: Value = serde_json::from_slice(&ready.bytes().unwrap()).unwrap();
    assert_eq!(ready, serde_json::json!({ "status": "ready", "shut": ["61.03"] }));
    let data = world.path();
    let doctor = ["doctor", "--dir", data.to_str().unwrap(), "--url", &server.base];
    let checks = jejak(doctor);
    assert_eq!(checks.status.code(), Some(1));
    has(&String::from_utf8_lossy(&checks.stdout), &["TIDAK dilayani (not served): 61.03"]);

    let (code, lines) = server.end();
    assert_eq!(code, Some(0));
    let told = lines.join("\n");
    has(&told, &["awas: buku besar 61.03 TIDAK dilayani", "this ledger is NOT served", &vkey]);
    has(&told, &["jejak ledger recover"]);
    // Who holds the directory reads it without the key.
    let shown = jejak(["ledger", "show", "61.03", "--dir", data.to_str().unwrap()]);
    assert_eq!(shown.status.code(), Some(0), "{}", said(&shown));
}

#[test]
fn tables_are_for_people_wherever_they_go_and_json_is_for_who_asks_for_it() {
    let mut world = World::new();
    world.close();
    let data = world.path();
    let run = |line: &[&str]| {
        let output = jejak(line.iter().copied().chain(["--dir", data.to_str().unwrap()]));
        assert_eq!(output.status.code(), Some(0), "{line:?}: {}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for line in [&["audit"][..], &["replay", "--ledger", REGION]] {
        let table = run(line);
        assert!(table.starts_with(" ledger") || table.starts_with(" name"), "{table}");
        let json = run(&[line, &["-o", "json"]].concat());
        assert!(serde_json::from_str::<Value>(&json).is_ok(), "{json}");
    }
    let trusted = run(&["trust", "show", "--ledger", REGION]);
    assert!(!trusted.contains('{'), "{trusted}");
    has(
        &trusted,
        &["as_of.position", "policy.window.iat_past_s", "policy.anchors", "1.3.6.1.5.5.7.3.4, "],
    );
}

#[test]
fn a_key_file_that_others_may_read_signs_with_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let event = serde_json::json!({
        "specversion": "1.0", "id": "x", "source": "agency/satu", "type": "system.registered",
        "subject": "system/x", "time": "2026-01-02T03:04:05Z", "ledger": ORIGIN, "data": {},
    });
    write(&desk.path("event.json"), event.to_string());
    let sign = "sign --key satu.key.pem --cert satu.pem event.json";
    let quiet = desk.run(sign);
    assert_eq!((quiet.status.code(), said(&quiet).as_str()), (Some(0), ""));
    fs::set_permissions(desk.path("satu.key.pem"), fs::Permissions::from_mode(0o644)).unwrap();
    let open = desk.run(sign);
    assert_eq!(open.status.code(), Some(0));
    let expected = "awas: satu.key.pem dapat dibaca orang lain (644); jalankan chmod 600 (warning: others may read this \
                    private key: chmod 600)\n";
    assert_eq!(said(&open), expected);
}

/// 01:00 on the second is the evening of the first by UTC.
#[test]
fn a_day_is_one_of_western_indonesia_where_no_ledger_says_whose_it_is() {
    let mut world = World::new();
    world.close();
    let data = world.path();
    fs::create_dir_all(data.join("access")).unwrap();
    let line = |time: &str, path: &str| {
        serde_json::json!({
            "time": time, "token": "t", "name": "Inspektorat", "ledger": REGION, "route": "/", "path": path,
            "class": "internal", "request_id": "r",
        })
        .to_string()
    };
    let lines = [
        line("2026-01-01T16:59:59.000000Z", "/pertama"),
        line("2026-01-01T18:00:00.000000Z", "/kedua"),
    ];
    write(&data.join("access/2026-01-01.ndjson"), lines.join("\n") + "\n");
    let read = |edges: &[&str]| {
        let place = ["access", "-o", "csv", "--dir", data.to_str().unwrap()];
        let output = jejak(place.iter().chain(edges));
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        ["/pertama", "/kedua"].map(|path| text.contains(path))
    };
    assert_eq!(read(&["--from", "2026-01-02"]), [false, true]);
    assert_eq!(read(&["--to", "2026-01-01"]), [true, false]);
    assert_eq!(read(&["--from", "2026-01-02T00:00:00+07:00"]), [false, true]);
    assert_eq!(read(&["--from", "2026-01-01", "--to", "2026-01-02"]), [true, true]);

    let at = |day: &str| {
        let line = ["verdict", "0", "--ledger", REGION, "--dir", data.to_str().unwrap()];
        let output = jejak(line.iter().chain(&["--at", day, "-o", "json"]));
        (output.status.code().unwrap(), said(&output))
    };
    assert_eq!(at("2026-01-02").0, 8, "{}", at("2026-01-02").1);
    let (code, told) = at("kemarin");
    assert_eq!(code, 2, "{told}");
    has(&told, &["nilai \"kemarin\" tidak sah untuk --at <TIME|DAY>"]);
}
