//! Where private keys are, end to end through the program: encrypted files, PKCS #12 files and PKCS#11 tokens, for
//! those who sign and for the log. The token is `SoftHSM` (Debian `softhsm2`).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use serde_json::{Value, json};

use crate::harness::{ORIGIN, REGION, rfc3339};
use crate::process::{Process, program};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PASSPHRASE: &str = "kuda baterai staples";

/// A desk with a token on it, a PIN and a passphrase in files, and a region's ledger to be opened.
pub(crate) struct Desk(tempfile::TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        fs::create_dir(desk.path("tokens")).unwrap();
        let lines = format!("directories.tokendir = {}\n", desk.path("tokens").display());
        desk.write("softhsm2.conf", &lines);
        desk.write("pin", "12345678\n");
        desk.write("pass", &format!("{PASSPHRASE}\n"));
        // OpenSSL takes a second line from a file that it has read from already.
        desk.write("ekspor", PASSPHRASE);
        let made = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", "Jejak"])
            .args(["--pin", "12345678", "--so-pin", "87654321"])
            .env("SOFTHSM2_CONF", desk.path("softhsm2.conf"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A file for its owner alone.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// The URI of a key on the token, with the file that its PIN is in.
    pub(crate) fn uri(&self, object: &str) -> String {
        let pin = self.path("pin").display().to_string();
        format!("pkcs11:token=Jejak;object={object}?module-path={MODULE}&pin-source=file:{pin}")
    }

    /// The program at this desk.
    fn program(&self) -> Command {
        let mut command = Command::new(program());
        command.env("SOFTHSM2_CONF", self.path("softhsm2.conf")).current_dir(self.0.path());
        command
    }

    /// Runs a line, in which `@NAME` is the URI of a key on the token.
    pub(crate) fn run(&self, line: &str) -> Output {
        let words = line.split_whitespace().map(|word| match word.strip_prefix('@') {
            Some(object) => self.uri(object),
            None => word.to_owned(),
        });
        self.program().args(words).output().unwrap()
    }

    pub(crate) fn done(&self, line: &str) -> Value {
        let output = self.run(&format!("{line} -o json"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{line}: {said}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{line}: {said}"))
    }

    /// What is said when it fails, and the ending.
    fn fails(&self, line: &str) -> (Option<i32>, String) {
        ending(&self.run(line))
    }

    /// Keys and certificates of two authorities and two registrars: one whose key is in an encrypted file and in
    /// a PKCS #12 file, one whose key is on the token.
    pub(crate) fn people(&self) {
        self.done("cert dev-ca --out ca");
        for name in ["bupati", "sekda"] {
            self.done(&format!("cert issue --ca ca --name {name} --org setda --out {name}.pem"));
        }
        self.done("key new --alg RS256 --out satu.key.pem --encrypt --passphrase file:pass");
        self.done(
            "cert issue --ca ca --name satu --org kominfo --key satu.key.pem --passphrase file:pass --out satu.pem",
        );
        self.done("key new --alg ES384 --token @dua");
        self.done("cert issue --ca ca --name dua --org bkpsdm --key @dua --out dua.pem");
        for (kind, file) in [
            ("-legacy -certpbe PBE-SHA1-RC2-40 -keypbe PBE-SHA1-3DES -macalg sha1", "lama.p12"),
            ("-certpbe AES-256-CBC -keypbe AES-256-CBC -macalg sha256", "baru.p12"),
        ] {
            let line = format!(
                "pkcs12 -export -inkey satu.key.pem -passin file:pass -in satu.pem -passout file:ekspor -out {file} {kind}"
            );
            let mut openssl = Command::new("openssl");
            let made = openssl.args(line.split(' ')).current_dir(self.0.path()).output().unwrap();
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
    }

    pub(crate) fn opens(&self, more: &str) -> Value {
        self.done(&format!(
            "ledger init --dir data --region {REGION} --origin {ORIGIN} --ruleset bengkayang-19-2020 \
             --anchor ca/anchor.pem --sign-key bupati.key.pem --authority bupati.pem sekda.pem \
             --registrar satu.pem dua.pem --function kominfo=kominfo {more}"
        ))
    }

    /// An event that either registrar may sign: an agency of this name.
    pub(crate) fn event(&self, by: &str, agency: &str) -> String {
        let event = json!({
            "specversion": "1.0",
            "id": agency,
            "source": format!("agency/{by}"),
            "type": "agency.registered",
            "subject": format!("agency/{agency}"),
            "time": rfc3339(SystemClock.now().0 / 1_000_000),
            "ledger": ORIGIN,
            "data": { "agency": agency, "name": agency, "short_names": [agency] },
        });
        let name = format!("{agency}.json");
        self.write(&name, &event.to_string());
        name
    }

    pub(crate) fn serve(&self) -> Process {
        Process::serving_as(self.program(), &self.path("data"), "127.0.0.1:0", &[])
    }

    /// Why the server does not start.
    pub(crate) fn does_not_serve(&self) -> (Option<i32>, String) {
        self.fails("serve --dir data --listen 127.0.0.1:0")
    }
}

fn ending(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_log_key_that_never_leaves_its_token_signs_receipts_that_anybody_verifies() {
    let desk = Desk::new();
    desk.people();
    desk.done("key new --token @log");
    let shown = desk.done(&format!("key show @log --origin {ORIGIN}"));
    assert_eq!((&shown["algorithm"], &shown["extractable"]), (&json!("Ed25519"), &json!(false)));
    let opened = desk.opens("--log-key @log");
    assert_eq!(opened["vkey"], shown["vkey"]);
    let kept = text(&desk.path("data/keys/61.07.pem"));
    assert_eq!(kept, format!("{}\n", desk.uri("log")), "the directory holds no key");

    let server = desk.serve();
    // Each kind of key signs, and the ledger verifies what it signed.
    let by_file = "--key satu.key.pem --cert satu.pem --passphrase file:pass";
    let signers = [
        ("kominfo", "berkas", by_file),
        ("kominfo", "lama", "--p12 lama.p12 --passphrase file:pass"),
        ("kominfo", "baru", "--p12 baru.p12 --passphrase file:pass"),
        ("bkpsdm", "token", "--key @dua --cert dua.pem"),
    ];
    for (by, name, signer) in signers {
        let event = desk.event(by, name);
        let signed = desk.run(&format!("sign {signer} {event}"));
        assert!(signed.status.success(), "{name}: {}", ending(&signed).1);
        fs::write(desk.path(&format!("{name}.jws")), &signed.stdout).unwrap();
        let posted = desk.run(&format!(
            "post --url {} --ledger {REGION} --receipts receipts {name}.jws",
            server.base
        ));
        assert!(posted.status.success(), "{name}: {}", ending(&posted).1);
    }
    // One that `post` signs itself.
    let event = desk.event("bkpsdm", "langsung");
    let posted = desk.run(&format!(
        "post --url {} --ledger {REGION} --key @dua --cert dua.pem {event}",
        server.base
    ));
    assert!(posted.status.success(), "{}", ending(&posted).1);

    let vkey = shown["vkey"].as_str().unwrap();
    desk.write(
        "policy.toml",
        &format!(
            "format = \"jejak-policy/1\"\nquorum = \"none\"\n[[ledger]]\norigin = \"{ORIGIN}\"\n\
             [[ledger.key]]\nvkey = \"{vkey}\"\nfrom = 0\n"
        ),
    );
    for (_, name, _) in signers {
        let line = format!(
            "receipt verify --policy policy.toml --statement {name}.jws receipts/{name}.jws.receipt.json"
        );
        let verified = desk.run(&line);
        assert!(verified.status.success(), "{line}: {}", ending(&verified).1);
    }
    assert_eq!(server.end().0, Some(0));
    let audit = desk.run("audit --dir data");
    assert!(audit.status.success(), "{}", ending(&audit).1);
    let verdict = || {
        let checks: Value =
            serde_json::from_slice(&desk.run("doctor --dir data -o json").stdout).unwrap();
        let mut checks = checks["checks"].as_array().unwrap().clone().into_iter();
        let key = checks.find(|check| check["check"] == format!("key {REGION}")).unwrap();
        key["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict(), "ok");

    // The token is what the server needs, with its PIN and the very key.
    desk.write("pin", "00000000\n");
    let (code, said) = desk.does_not_serve();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("PIN salah") && said.contains("the PIN is wrong"), "{said}");
    desk.write("pin", "12345678\n");
    fs::rename(desk.path("tokens"), desk.path("away")).unwrap();
    fs::create_dir(desk.path("tokens")).unwrap();
    let (code, said) = desk.does_not_serve();
    assert_eq!(code, Some(6), "{said}");
    assert!(said.contains("token itu tidak terpasang"), "{said}");
    fs::remove_dir(desk.path("tokens")).unwrap();
    fs::rename(desk.path("away"), desk.path("tokens")).unwrap();
    desk.done("key new --token @lain");
    desk.write("data/keys/61.07.pem", &desk.uri("lain"));
    let (_, said) = desk.does_not_serve();
    assert!(said.contains("does not hold a log key that is in force"), "{said}");
    assert_eq!(verdict(), "bad");
    // The configuration names the right one, whatever the directory says.
    desk.write(
        "data/jejak.toml",
        &format!("[ledger.log_keys]\n\"{REGION}\" = \"{}\"\n", desk.uri("log")),
    );
    assert_eq!(desk.serve().end().0, Some(0));
}

#[test]
fn a_log_key_is_encrypted_where_the_configuration_names_its_passphrase() {
    let desk = Desk::new();
    desk.people();
    fs::create_dir(desk.path("data")).unwrap();
    desk.write("data/jejak.toml", "[ledger]\nlog_key_passphrase = \"file:../pass\"\n");
    let opened = desk.opens("");
    let key = desk.path("data/keys/61.07.pem");
    assert!(text(&key).starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "{}", text(&key));
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let shown =
        desk.done(&format!("key show {} --passphrase file:pass --origin {ORIGIN}", key.display()));
    assert_eq!(shown["vkey"], opened["vkey"]);
    assert_eq!(desk.serve().end().0, Some(0));

    // Another passphrase, from the environment, as a credential of systemd.
    desk.write("baru", "yang baru");
    desk.done_quietly(&format!(
        "key passphrase {} --passphrase file:pass --new-passphrase file:baru",
        key.display()
    ));
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let (code, said) = desk.does_not_serve();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("frasa sandi tidak membuka kunci ini"), "{said}");
    for (source, name, value) in [
        ("env:KUNCI_LOG", "KUNCI_LOG", "yang baru".to_owned()),
        ("credential:baru", "CREDENTIALS_DIRECTORY", desk.0.path().display().to_string()),
    ] {
        desk.write("data/jejak.toml", &format!("[ledger]\nlog_key_passphrase = \"{source}\"\n"));
        let (code, said) = desk.does_not_serve();
        assert_eq!(code, Some(2), "{said}");
        let mut program = desk.program();
        program.env(name, value);
        let server = Process::serving_as(program, &desk.path("data"), "127.0.0.1:0", &[]);
        assert_eq!(server.end().0, Some(0), "{source}");
    }
    // None is named: the key stays shut, and the server says what it lacks.
    fs::remove_file(desk.path("data/jejak.toml")).unwrap();
    let (code, said) = desk.does_not_serve();
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("nothing says where it comes from"), "{said}");
}

#[test]
fn what_does_not_open_a_key_is_said_in_both_languages() {
    let desk = Desk::new();
    desk.people();
    let event = desk.event("kominfo", "arsip");
    let sign = |signer: &str| desk.fails(&format!("sign {signer} {event}"));
    desk.write("salah", "bukan itu");
    for (signer, code, indonesian, english) in [
        (
            "--key satu.key.pem --cert satu.pem --passphrase file:salah",
            1,
            "frasa sandi tidak membuka kunci ini",
            "the passphrase does not open the key",
        ),
        (
            "--p12 baru.p12 --passphrase file:salah",
            1,
            "frasa sandi tidak membuka kunci ini",
            "the passphrase does not open the key",
        ),
        (
            "--p12 satu.pem --passphrase file:pass",
            1,
            "bukan berkas PKCS #12",
            "not a PKCS #12 file",
        ),
        ("--p12 tiada.p12 --passphrase file:pass", 6, "tidak ada", "No such file"),
        (
            "--key satu.key.pem --cert satu.pem --passphrase env:TIDAK_ADA",
            2,
            "variabel TIDAK_ADA tidak berisi teks",
            "the variable TIDAK_ADA is not set to a text",
        ),
        (
            "--key satu.key.pem --cert satu.pem --passphrase rahasia",
            2,
            "bukan file:BERKAS, env:NAMA, atau credential:NAMA",
            "is not file:PATH, env:NAME or credential:NAME",
        ),
        ("--key @tiada --cert dua.pem", 6, "tidak ada kunci privat itu", "no such private key"),
        (
            "--key pkcs11:object=a?module-path=/m&pin-value=1 --cert dua.pem",
            2,
            "pin-value tidak boleh ada di URI",
            "pin-value does not belong into a URI",
        ),
        ("--key @dua --cert satu.pem", 2, "bukan untuk kunci ini", "is not for this key"),
        ("", 2, "beri --key dan --cert, atau --p12", "who signs?"),
    ] {
        let (ended, said) = sign(signer);
        assert_eq!(ended, Some(code), "{signer}: {said}");
        assert!(said.contains(indonesian), "{signer}: {said}");
        assert!(said.contains(english), "{signer}: {said}");
    }
    fs::set_permissions(desk.path("pass"), fs::Permissions::from_mode(0o644)).unwrap();
    let (ended, said) = sign("--key satu.key.pem --cert satu.pem --passphrase file:pass");
    assert_eq!(ended, Some(7), "{said}");
    assert!(said.contains("chmod 600"), "{said}");
}

impl Desk {
    /// A command that has nothing to print.
    fn done_quietly(&self, line: &str) {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {}", ending(&output).1);
    }
}
