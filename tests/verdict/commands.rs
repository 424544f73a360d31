//! The verdict as server and command give it: the server by what the ledger trusts, the command by the inspector's own
//! policy, from a directory, from a server that it does not believe, and from a file without a network.

use std::process::Output;

use jejak_api::SystemClock;
use jejak_api::tokens::Token;
use jejak_ledger::Clock as _;
use jejak_ledger::log::Micros;
use jejak_ledger::rules::Class;
use jejak_ledger::verdict::{EVIDENCE_BYTES_MAX, Evidence, EvidenceError, verdict};
use jejak_signer::certificate_to_pem;
use jejak_signer::devca::ListSpec;
use serde_json::Value;

use super::{START, Scene, YEAR, open, tsa};
use crate::harness::{DAY_S, ORIGIN, World, copy};
use crate::process::{Process, jejak};
use crate::server::Server;
use crate::tokens::{give, token};

#[test]
fn evidence_goes_through_a_file_unchanged() {
    let scene = Scene::new();
    let view = scene.world.ledger().view();
    for position in 0..view.size() {
        let position = jejak_ledger::log::Position(position);
        let (file, class) = view.evidence_file(position).unwrap().unwrap();
        assert!(class >= Class::Internal);
        let mut read = Evidence::parse(&file).unwrap();
        let mut here = view.evidence(position).unwrap().unwrap();
        for evidence in [&mut read, &mut here] {
            evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), super::STAMPED));
            evidence.lists.push(scene.list(&super::empty_list(super::LISTED)));
        }
        let found = scene.judge(&read);
        assert_eq!(found, scene.judge(&here));
        assert_eq!(open(&found), [], "position {position}");
    }
}

#[test]
fn what_is_no_evidence_is_refused_with_its_reason() {
    let scene = Scene::new();
    let view = scene.world.ledger().view();
    let (file, _) = view.evidence_file(scene.position).unwrap().unwrap();
    let whole: Value = serde_json::from_slice(&file).unwrap();
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut changed = whole.clone();
        change(&mut changed);
        Evidence::parse(changed.to_string().as_bytes()).unwrap_err()
    };
    assert_eq!(refused(&|file| file["format"] = "jejak-evidence/2".into()), EvidenceError::Format);
    for (pointer, member) in [
        ("/record", "record"),
        ("/proof", "proof"),
        ("/chain/0", "chain"),
        ("/before/ruleset", "before.ruleset"),
        ("/before/rulesets/0", "before.rulesets"),
        ("/before/things/0/1", "before.things"),
        ("/since/stream", "since"),
        ("/since/stream/0", "since"),
        ("/since/stream/1", "since"),
        ("/since/certificate/0", "since"),
    ] {
        let error = refused(&|file| *file.pointer_mut(pointer).unwrap() = "!".into());
        assert_eq!(error, EvidenceError::Member { member }, "{pointer}");
    }
    // One that is none of this ledger's, though it is a hash like others.
    let other = jejak_signer::Hash::of(b"lain").to_string();
    for (pointer, member) in
        [("/before/ruleset", "before.ruleset"), ("/before/policy", "before.policy")]
    {
        let error = refused(&|file| *file.pointer_mut(pointer).unwrap() = other.clone().into());
        assert_eq!(error, EvidenceError::Member { member }, "{pointer}");
    }
    for size in [0, scene.position.0] {
        let error = refused(&|file| file["since"]["size"] = size.into());
        assert_eq!(error, EvidenceError::Member { member: "since" }, "{size}");
    }
    let many = refused(&|file| file["lists"] = vec![""; 33].into());
    assert_eq!(many, EvidenceError::TooMany { member: "lists", max: 32 });
    assert!(matches!(refused(&|file| file["lain"] = 1.into()), EvidenceError::Json { .. }));
    assert!(matches!(Evidence::parse(b"{").unwrap_err(), EvidenceError::Json { .. }));
}

/// A directory of today with an event at `position`, a server of a copy of it, and a policy file.
struct Served {
    place: tempfile::TempDir,
    server: Process,
    position: String,
}

impl Served {
    fn new() -> Self {
        let now = SystemClock.now().0 / 1_000_000;
        let mut scene = Scene::signed_by(World::at(now), |world| world.dinkes.clone());
        let place = tempfile::tempdir().unwrap();
        let anchor = certificate_to_pem(scene.world.authority.ca.anchor_der());
        let vkey = scene.world.ledger().vkey();
        let genesis = scene.log().ledgers[0].genesis.unwrap();
        let policy = format!(
            "format = \"jejak-policy/1\"\nquorum = \"none\"\nclock = \"ledger\"\n[[ledger]]\n\
             origin = \"{ORIGIN}\"\ngenesis = \"{genesis}\"\n[[ledger.key]]\nvkey = \"{vkey}\"\n[[anchor]]\n\
             certificate = '''\n{anchor}'''\n"
        );
        tsa::written(&place, "policy.toml", policy.as_bytes());
        let checkpoint = scene.world.ledger().published().checkpoint;
        tsa::written(&place, "checkpoint", checkpoint.as_bytes());
        let listed = super::empty_list(i64::try_from(now).unwrap());
        tsa::written(&place, "good.crl", &scene.list(&listed));
        let points = vec!["http://daftar.test/lain.crl".to_owned()];
        let elsewhere = ListSpec { points, ..super::empty_list(i64::try_from(now).unwrap()) };
        tsa::written(&place, "elsewhere.crl", &scene.list(&elsewhere));
        let mut forged = scene.list(&listed);
        *forged.last_mut().unwrap() ^= 1;
        tsa::written(&place, "forged.crl", &forged);
        let stranger = World::at(now).authority.ca.revocation_list(&listed);
        tsa::written(&place, "stranger.crl", &stranger.unwrap());
        scene.world.close();
        let directory = place.path().join("served");
        copy(&scene.world.path(), &directory);
        copy(&scene.world.path(), &place.path().join("data"));
        let since = Micros(now * 1_000_000);
        let expires = Micros(since.0 + DAY_S * 1_000_000);
        let token = Token { created: since, expires, ..token("pemeriksa", Class::Internal) };
        let secret = give(&directory, token);
        tsa::written(&place, "token", secret.reveal().as_bytes());
        let server = Process::serving(&directory, "127.0.0.1:0", &[]);
        Self { place, server, position: scene.position.to_string() }
    }

    fn at(&self, name: &str) -> String {
        self.place.path().join(name).to_str().unwrap().to_owned()
    }

    /// The evidence, saved to a file from the directory.
    fn saved(&self) -> String {
        let (dir, file) = (self.at("data"), self.at("bukti.json"));
        let of = [&self.position, "--dir", &dir, "--ledger", "61.07", "--save", &file];
        let saved = self.run(&[&of[..], &["--checkpoint", &self.at("checkpoint")]].concat());
        assert_eq!(saved.status.code(), Some(0));
        file
    }

    /// What the command tells of a file of evidence, as a table.
    fn table(&self, file: &str) -> String {
        let policy = self.at("policy.toml");
        let of = ["verdict", "--evidence", file, "--policy", &policy, "-o", "csv"];
        String::from_utf8_lossy(&jejak(of).stdout).into_owned()
    }

    fn run(&self, more: &[&str]) -> Output {
        let policy = self.at("policy.toml");
        jejak([&["verdict", "--policy", &policy, "-o", "json"], more].concat())
    }
}

fn told(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn directory_server_and_file_give_the_same_verdict() {
    let served = Served::new();
    let (dir, file, url) = (served.at("data"), served.at("bukti.json"), &served.server.base);
    let at = &served.position;
    let from = |place: &[&str]| served.run(&[&[at.as_str(), "--ledger", "61.07"], place].concat());
    let by_dir = from(&["--dir", &dir, "--checkpoint", &served.at("checkpoint")]);
    assert_eq!(by_dir.status.code(), Some(0), "{}", String::from_utf8_lossy(&by_dir.stderr));
    let by_url = from(&["--url", url, "--token-file", &served.at("token"), "--save", &file]);
    assert_eq!(by_url.status.code(), Some(0), "{}", String::from_utf8_lossy(&by_url.stderr));
    let by_file = served.run(&["--evidence", &file, "--at", "2041-01-01T00:00:00Z"]);
    assert_eq!(told(&by_dir), told(&by_url));
    assert_eq!(told(&by_dir), told(&by_file));
    let found = told(&by_dir);
    assert_eq!(found["verdict"], "TOTAL-PASSED");
    assert_eq!(found["existence"]["by"], "ledger-clock");
    assert_eq!(found["steps"].as_array().unwrap().len(), 5);
    assert_eq!(found["policy"]["name"], "policy.toml");
}

#[test]
fn the_server_is_not_believed_about_whom_to_trust() {
    let served = Served::new();
    let (url, at) = (&served.server.base, &served.position);
    let without = jejak(["verdict", at, "--url", url, "--ledger", "61.07"]);
    assert_eq!(without.status.code(), Some(2));
    // A directory that is only read holds no signed checkpoint.
    let unsigned = served.run(&[at, "--dir", &served.at("data"), "--ledger", "61.07"]);
    assert_eq!(unsigned.status.code(), Some(8));
    assert_eq!(told(&unsigned)["reason"], "checkpoint-not-held");
    // From a directory the ledger's own trust is shown for what it is: without a token nothing is certain.
    let own =
        jejak(["verdict", at, "--dir", &served.at("data"), "--ledger", "61.07", "-o", "json"]);
    assert_eq!(own.status.code(), Some(8));
    assert_eq!(told(&own)["reason"], "no-proof-of-existence");
    // The evidence is not for everybody.
    let bare = served.run(&[at, "--url", url, "--ledger", "61.07"]);
    assert_eq!(bare.status.code(), Some(7), "{}", String::from_utf8_lossy(&bare.stderr));
}

/// A file of evidence is of one event: to ask it about another is a mistake, not a verdict.
#[test]
fn a_file_of_evidence_answers_for_its_own_event_only() {
    let served = Served::new();
    let (dir, file, at) = (served.at("data"), served.at("bukti.json"), &served.position);
    let checkpoint = served.at("checkpoint");
    let of = [at, "--dir", &dir, "--ledger", "61.07", "--save", &file, "--checkpoint", &checkpoint];
    assert_eq!(served.run(&of).status.code(), Some(0));
    for asked in [&["0"][..], &["--ledger", "99.99"], &[at, "--ledger", "99.99"]] {
        let refused = served.run(&[&["--evidence", &file], asked].concat());
        assert_eq!(refused.status.code(), Some(2), "{asked:?}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains(&format!("bukti ini tentang posisi {at} dari 61.07")), "{said}");
        assert!(said.contains(&format!("the evidence is of position {at} of 61.07")), "{said}");
    }
    for asked in [&[at.as_str()][..], &["--ledger", "61.07"], &[at, "--ledger", ORIGIN]] {
        let found = served.run(&[&["--evidence", &file], asked].concat());
        assert_eq!(found.status.code(), Some(0), "{asked:?}");
    }
}

#[test]
fn what_is_no_checkpoint_is_refused_before_anything_is_judged() {
    let served = Served::new();
    let dir = served.at("data");
    tsa::written(&served.place, "binary", &[0xff, 0x00, 0x80]);
    for name in ["policy.toml", "binary"] {
        let file = served.at(name);
        let of = [&served.position, "--dir", &dir, "--ledger", "61.07", "--checkpoint", &file];
        let refused = served.run(&of);
        assert_eq!(refused.status.code(), Some(2), "{name}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("bukan kepala pohon dan bukan resi"), "{said}");
        assert!(said.contains("neither a checkpoint nor a receipt"), "{said}");
    }
}

/// Whoever reads the table sees first of which event it speaks.
#[test]
fn the_table_shows_what_was_judged_before_the_answer() {
    let served = Served::new();
    let (dir, policy) = (served.at("data"), served.at("policy.toml"));
    let of = ["verdict", &served.position, "--dir", &dir, "--ledger", "61.07"];
    let with = ["--checkpoint", &served.at("checkpoint"), "--policy", &policy, "-o", "csv"];
    let output = jejak([&of[..], &with].concat());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let order = [
        format!("posisi {} dari {ORIGIN}", served.position),
        " tentang ".to_owned(),
        "sertifikat (certificate)".to_owned(),
        "waktu (time)".to_owned(),
        "TOTAL-PASSED".to_owned(),
    ];
    let found: Vec<_> = order.iter().map(|text| said.find(text.as_str())).collect();
    assert!(found.iter().all(Option::is_some) && found.is_sorted(), "{found:?}\n{said}");
}

#[test]
fn a_changed_file_of_evidence_ends_with_the_code_of_a_failure() {
    let served = Served::new();
    let (dir, file) = (served.at("data"), served.at("bukti.json"));
    let of = [&served.position, "--dir", &dir, "--ledger", "61.07", "--save", &file];
    let saved = served.run(&[&of[..], &["--checkpoint", &served.at("checkpoint")]].concat());
    assert_eq!(saved.status.code(), Some(0));
    let mut evidence: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let statement = evidence["statement"].as_str().unwrap().to_owned();
    let (head, _) = statement.rsplit_once('.').unwrap();
    evidence["statement"] = format!("{head}.{}", "A".repeat(86)).into();
    std::fs::write(&file, evidence.to_string()).unwrap();
    let failed = served.run(&["--evidence", &file]);
    assert_eq!(failed.status.code(), Some(4));
    assert_eq!(told(&failed)["verdict"], "TOTAL-FAILED");
    assert_eq!(told(&failed)["reason"], "signature-invalid");
}

#[test]
fn the_interface_tells_the_verdict_by_what_the_ledger_trusts() {
    let scene = Scene::new();
    let server = Server::start(scene.world.ledgers());
    let found = server.json(&format!("/v1/61.07/events/{}/verdict", scene.position));
    assert_eq!(found["verdict"], "INDETERMINATE");
    assert_eq!(found["reason"], "no-proof-of-existence");
    let results: Vec<_> =
        found["steps"].as_array().unwrap().iter().map(|step| step["result"].clone()).collect();
    assert_eq!(results, ["passed", "indeterminate", "passed", "passed", "passed"]);
    assert_eq!(found["policy"]["name"], ORIGIN);
}

#[test]
fn a_policy_file_is_read_with_what_it_trusts() {
    use jejak_ledger::verdict::{VerdictPolicy, VerdictPolicyError};

    let scene = Scene::new();
    let anchor = certificate_to_pem(scene.world.authority.ca.anchor_der());
    let vkey = scene.world.ledger().vkey();
    let file = |rest: &str, end: &str| {
        format!(
            "format = \"jejak-policy/1\"\nquorum = \"none\"\n{rest}[[ledger]]\norigin = \"{ORIGIN}\"\n\
             [[ledger.key]]\nvkey = \"{vkey}\"\n{end}"
        )
    };
    let trust =
        format!("format = \"jejak-trust/1\"\n[[anchor]]\ncertificate = \"\"\"\n{anchor}\"\"\"\n");
    let embedded = format!("clock = \"ledger\"\ntrust = '''\n{trust}'''\n");
    let anchors = format!("[[anchor]]\ncertificate = '''\n{anchor}'''\n");
    for text in [file(&embedded, ""), file("clock = \"ledger\"\n", &anchors)] {
        let policy = VerdictPolicy::of_file("p.toml", &text).unwrap();
        let found = verdict(&scene.bare(), &policy, START + YEAR);
        assert_eq!(open(&found), []);
        assert_eq!(found.policy.sha256, Some(jejak_signer::Hash::of(text.as_bytes())));
    }
    let both = VerdictPolicy::of_file("p", &file(&embedded, &anchors)).unwrap_err();
    assert_eq!(both, VerdictPolicyError::AnchorsTwice);
    let pem =
        VerdictPolicy::of_file("p", &file("", "[[anchor]]\ncertificate = \"x\"\n")).unwrap_err();
    assert_eq!(pem, VerdictPolicyError::Certificate { anchor: 1 });
    let trust = VerdictPolicy::of_file("p", &file("trust = \"x = 1\"\n", "")).unwrap_err();
    assert!(matches!(trust, VerdictPolicyError::Trust(_)), "{trust:?}");
    let clock = VerdictPolicy::of_file("p", &file("clock = \"mine\"\n", "")).unwrap_err();
    assert!(clock.to_string().contains("clock"), "{clock}");
}

/// A list that is not heard must not look as if it had been: the command ends before it judges.
#[test]
fn a_list_that_is_handed_in_and_cannot_be_used_is_an_error_with_its_reason() {
    let served = Served::new();
    let (dir, checkpoint) = (served.at("data"), served.at("checkpoint"));
    let with = |name: &str| {
        let list = served.at(name);
        let of = [&served.position, "--dir", &dir, "--ledger", "61.07", "--crl", &list];
        (served.run(&[&of[..], &["--checkpoint", &checkpoint]].concat()), list)
    };
    let (good, _) = with("good.crl");
    assert_eq!(good.status.code(), Some(0), "{}", String::from_utf8_lossy(&good.stderr));
    for (name, indonesian, english) in [
        ("forged.crl", "tanda tangannya bukan milik penerbit", "the signature is not the issuer's"),
        (
            "stranger.crl",
            "dibuat dengan kunci lain penerbit",
            "made with another key of the issuer",
        ),
        (
            "elsewhere.crl",
            "bukan tentang sertifikat mana pun dalam bukti ini",
            "about none of the certificates of this evidence",
        ),
        ("checkpoint", "PEM", "PEM"),
    ] {
        let (refused, list) = with(name);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(4), "{name}: {said}");
        assert_eq!(refused.stdout, b"", "{name}");
        for words in [list.as_str(), indonesian, english] {
            assert!(said.contains(words), "{name}: {said}");
        }
    }
}

/// What the evidence brings along and nobody heard has a row of its own.
#[test]
fn a_list_of_the_evidence_that_does_not_count_has_a_row_in_the_table() {
    use base64::Engine as _;
    let served = Served::new();
    let file = served.saved();
    let table = || served.table(&file);
    assert!(!table().contains("list not accepted"), "{}", table());
    let mut evidence: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let forged = std::fs::read(served.at("forged.crl")).unwrap();
    let list = base64::engine::general_purpose::STANDARD.encode(&forged);
    evidence["lists"].as_array_mut().unwrap().push(list.into());
    std::fs::write(&file, evidence.to_string()).unwrap();
    let said = table();
    let sha256 = jejak_signer::Hash::of(&forged);
    for words in [
        "daftar tidak diterima (list not accepted)".to_owned(),
        format!("{sha256} tidak diperhitungkan: tanda tangannya bukan milik penerbit"),
        format!("{sha256} counts for nothing: the signature is not the issuer's"),
    ] {
        assert!(said.contains(&words), "{said}");
    }
}

/// Lists may be long: a file of more than a hundred megabytes is read, what is no list in it counts for nothing and is told.
#[test]
fn a_file_of_a_hundred_megabytes_is_judged_and_one_beyond_the_bound_is_refused() {
    let served = Served::new();
    let file = served.saved();
    let mut evidence: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    // Zeros in base64.
    evidence["lists"] = vec!["A".repeat(3_400_000); Evidence::LISTS_MAX].into();
    let text = evidence.to_string();
    assert!(text.len() > 100 << 20, "{}", text.len());
    std::fs::write(&file, text).unwrap();
    let found = served.run(&["--evidence", &file]);
    assert_eq!(found.status.code(), Some(0), "{}", String::from_utf8_lossy(&found.stderr));
    let said = served.table(&file);
    assert_eq!(said.matches("daftar tidak diterima (list not accepted)").count(), 32, "{said}");
    // A file that is only long takes no place here.
    let over = std::fs::File::create(&file).unwrap();
    over.set_len(u64::try_from(EVIDENCE_BYTES_MAX).unwrap() + 1).unwrap();
    let refused = served.run(&["--evidence", &file]);
    assert_eq!(refused.status.code(), Some(4));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    let words = format!("evidence has at most {EVIDENCE_BYTES_MAX} bytes, not 268435457");
    assert!(said.contains("bukan bukti yang dikenal") && said.contains(&words), "{said}");
}

/// Sentences side by side are no wider than a page where there is no terminal.
#[test]
fn the_table_of_a_verdict_is_a_page_wide() {
    let served = Served::new();
    let file = served.saved();
    let policy = served.at("policy.toml");
    let output = jejak(["verdict", "--evidence", &file, "--policy", &policy]);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let widest = said.lines().map(|line| line.chars().count()).max().unwrap();
    assert!((60..=100).contains(&widest), "{widest}: {said}");
    assert!(said.contains("TOTAL-PASSED"), "{said}");
}

/// What has become of another event says nothing of this one, and what has no name says nothing at all.
#[test]
fn what_became_of_another_event_is_refused_and_what_is_missing_is_not_made_up() {
    let scene = Scene::new();
    let view = scene.world.ledger().view();
    let file = |position| {
        let (file, _) = view.evidence_file(position).unwrap().unwrap();
        serde_json::from_slice::<Value>(&file).unwrap()
    };
    let own = file(scene.position);
    let size = view.size();
    let read = |file: &Value| Evidence::parse(file.to_string().as_bytes());
    assert_eq!(scene.judge(&read(&own).unwrap()).today.as_of, Some(size));
    for member in ["stream", "certificate"] {
        let mut other = own.clone();
        other["since"][member] = file(jejak_ledger::log::Position(1))["since"][member].clone();
        assert_ne!(other, own);
        assert_eq!(read(&other).unwrap_err(), EvidenceError::Member { member: "since" });
    }
    let mut none = own.clone();
    none["since"] = serde_json::json!({ "stream": null, "certificate": null });
    let mut unnamed = own.clone();
    unnamed["since"] = serde_json::json!({
        "stream": own["since"]["stream"][1], "certificate": own["since"]["certificate"][1],
    });
    for file in [none, unnamed] {
        let today = scene.judge(&read(&file).unwrap()).today;
        assert_eq!((today.as_of, today.certificate), (None, None));
    }
}

/// The table says what nothing proves, and what the evidence does not tell.
#[test]
fn the_table_says_what_is_taken_by_the_word_of_the_source() {
    let served = Served::new();
    let file = served.saved();
    let table = || served.table(&file);
    let said = table();
    let size = served.position.parse::<u64>().unwrap() + 1;
    for words in [
        "sertifikat ini didaftarkan oleh p-registrar-1 (#3) untuk p-dinkes01, dinkes, kelas langsung",
        "the certificate was enrolled by p-registrar-1 (#3) for p-dinkes01, dinkes, class langsung",
        "perangkat aturan itu ditetapkan oleh p-bupati01 (#0)",
        "the rule set was adopted by p-bupati01 (#0)",
        "menurut sumber (by its word),jabatan diambil dari kata sumber bukti",
        "office is taken by the word of the source of the evidence",
        "berkas bukti tidak memuat pencabutan",
        "Mintalah register penanda tangan per kepala pohon yang lebih baru (`jejak register signers`)",
        "a file of evidence holds no revocations",
        "Ask for the register of signers as of a later checkpoint (`jejak register signers`), `jejak impact`",
        &format!("per kepala pohon {size}, menurut kata sumber bukti"),
        &format!("as of checkpoint {size}, by the word of the source of the evidence"),
        "tidak ada kabar pencabutan dari penerbitnya",
        "no news of revocation by its issuer",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("not revoked at that time"), "{said}");
    let mut evidence: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    evidence["since"] = serde_json::json!({ "stream": null, "certificate": null });
    assert!(evidence.as_object_mut().unwrap().remove("grounds").is_some());
    std::fs::write(&file, evidence.to_string()).unwrap();
    let said = table();
    assert!(!said.contains("terbukti (proven)") && !said.contains("genesis"), "{said}");
    for words in [
        "orang, instansi, jabatan, dan perangkat aturan diambil dari kata sumber bukti",
        "person, agency, office and rule set are taken by the word of the source of the evidence",
        "bukti tidak mengatakan apa yang terjadi sesudahnya",
        "the evidence does not say what has become of it since",
        "the evidence does not say how the enrolment of the certificate stands today",
        "a file of evidence holds no revocations",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("as of checkpoint"), "{said}");
}

/// Whoever holds the log's key can make another opening: a policy that does not say with which the ledger begins proves none
/// of what rests on it, and the table says that, and how to mend it.
#[test]
fn the_table_says_where_the_policy_does_not_pin_the_opening() {
    let served = Served::new();
    let file = served.saved();
    let unpinned = [
        "tidak terbukti (not proven)",
        "kebijakan tidak menyebut catatan pertama buku besar (genesis)",
        "`jejak ledger policy` menuliskan genesis",
        "the policy does not name the first record of the ledger (genesis)",
        "`jejak ledger policy` writes genesis",
    ];
    let said = served.table(&file);
    for words in unpinned {
        assert!(!said.contains(words), "{words}: {said}");
    }
    let policy = std::fs::read_to_string(served.at("policy.toml")).unwrap();
    let lines = policy.lines().filter(|line| !line.starts_with("genesis"));
    let bare: String = lines.flat_map(|line| [line, "\n"]).collect();
    assert_ne!(bare, policy);
    std::fs::write(served.at("policy.toml"), bare).unwrap();
    let said = served.table(&file);
    for words in unpinned {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("terbukti (proven)"), "{said}");
    for words in [
        "orang, instansi, jabatan, perangkat aturan, dan kebijakan kepercayaan diambil dari kata",
        "person, agency, office, rule set and trust policy are taken by the word of the source",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}
