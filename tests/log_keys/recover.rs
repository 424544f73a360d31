//! What `jejak ledger recover` says: of a key that is still in force, of what was asked wrongly, and of what it leaves aside.

use std::fs;

use serde_json::json;

use super::program::Office;
use crate::harness::REGION;

/// An office whose log key is lost, the next one in `baru.pem`, and both authorities' statements in files.
fn lost() -> (Office, String, String) {
    let office = Office::new();
    let first = office.done(&format!("ledger show {REGION} --dir data"))["vkey"].clone();
    let first = first.as_str().unwrap().to_owned();
    let new = office.log_key("baru.pem");
    office.sign_both("add", "ledger.key_added", &json!({ "vkey": new }));
    office.sign_both("retire", "ledger.key_retired", &json!({ "vkey": first, "reason": "lost" }));
    (office, first, new)
}

const RECOVER: &str = "ledger recover --dir data --region 61.07";

/// What is said to people where it succeeds.
fn says(office: &Office, line: &str) -> String {
    let output = office.run(line);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

fn has(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_lost_key_that_the_statements_do_not_retire_is_told_to_be_in_force_still() {
    let (office, first, _) = lost();
    fs::remove_file(office.path("data/keys/61.07.pem")).unwrap();
    let said = says(&office, &format!("{RECOVER} --log-key baru.pem add.jws add-2.jws"));
    let of_first =
        [format!("kunci {first} MASIH BERLAKU"), format!("the key {first} is STILL IN FORCE")];
    has(&said, &of_first.each_ref().map(String::as_str));
    has(
        &said,
        &[
            "kunci log baru berlaku; buku besar dapat dilayani lagi",
            "the new log key is in force: the ledger can be served again",
            "catat ledger.key_retired bila kunci itu hilang",
            "record ledger.key_retired if it is lost",
        ],
    );
    assert!(!said.contains("memuatnya"), "{said}");
}

#[test]
fn a_key_file_that_was_in_the_place_lies_aside_and_is_told_while_its_key_counts() {
    let (office, first, new) = lost();
    let line = format!("{RECOVER} --log-key baru.pem add.jws add-2.jws -o json");
    let output = office.run(&line);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let former = told["former"].as_str().unwrap();
    assert!(former.ends_with("keys/61.07.former.pem"), "{former}");
    assert_eq!(told["still_in_force"][0]["vkey"], first.as_str());
    assert_eq!(told["keys"][1]["vkey"], new.as_str());
    has(
        &said,
        &[
            &format!("berkas kunci yang tadinya di tempat itu kini {former}"),
            &format!("the key file that was in that place is {former} now"),
            "jaga berkas itu sampai ledger.key_retired dicatat",
            "guard that file until ledger.key_retired is recorded",
        ],
    );
    // With the lost one retired nothing else counts, and nothing is said of it.
    let (office, first, _) = lost();
    let files = "add.jws add-2.jws retire.jws retire-2.jws";
    let said = says(&office, &format!("{RECOVER} --log-key baru.pem {files}"));
    assert!(!said.contains("MASIH BERLAKU") && !said.contains(&first), "{said}");
}

#[test]
fn what_was_asked_wrongly_is_said_in_both_languages_and_records_nothing() {
    let (office, first, _) = lost();
    let size = || office.done(&format!("ledger show {REGION} --dir data"))["size"].clone();
    let before = size();
    let fails = |line: &str, code: i32, parts: &[&str]| {
        let (found, said) = office.fails(line);
        assert_eq!(found, Some(code), "{said}");
        has(&said, parts);
    };
    fails(
        "ledger recover --dir data --region 99.99 --log-key baru.pem add.jws",
        6,
        &["tidak ada buku besar 99.99", "no such ledger"],
    );
    fails(
        &format!("{RECOVER} add.jws add-2.jws"),
        2,
        &["--log-key diperlukan", "--log-key is needed: which key is the new one?"],
    );
    // The key in force is named, so that whoever has the wrong statements sees which are needed.
    fails(
        &format!("{RECOVER} --log-key baru.pem add.jws"),
        5,
        &[
            &format!("kunci log yang diberikan tidak berlaku; yang berlaku: {first}"),
            "they must add it, signed by both authorities; nothing is recorded",
        ],
    );
    fails(
        &format!("{RECOVER} --log-key baru.pem add-2.jws add.jws"),
        5,
        &["pernyataan 1 ditolak", "statement 1 is refused", "tidak ada yang dicatat"],
    );
    let line = fs::read_to_string(office.path("add.jws")).unwrap();
    let many = vec![line.trim(); jejak_ledger::RECOVERY_STATEMENTS_MAX + 1].join("\n");
    fs::write(office.path("banyak.jsonl"), many).unwrap();
    fails(
        &format!("{RECOVER} --log-key baru.pem banyak.jsonl"),
        2,
        &["lebih dari", "too many statements"],
    );
    fails(&format!("{RECOVER} --log-key tidak-ada.pem add.jws add-2.jws"), 6, &["tidak-ada.pem"]);
    let named =
        format!("[ledger.log_keys]\n\"{REGION}\" = \"{}\"\n", office.path("baru.pem").display());
    fs::write(office.path("data/jejak.toml"), named).unwrap();
    fails(
        &format!("{RECOVER} --log-key baru.pem add.jws add-2.jws"),
        2,
        &[
            "konfigurasi sudah menyebut kunci log buku besar ini",
            "the configuration names the log key of this ledger: give one of the two",
        ],
    );
    assert_eq!(size(), before);
    // The one that the configuration names is the new one.
    let said = says(&office, &format!("{RECOVER} add.jws add-2.jws"));
    has(&said, &["kunci log baru berlaku"]);
}

/// The first policy is adopted right after the opening: in force at once where the other authority's key is at hand, and else
/// when he countersigns it.
#[test]
fn a_ledger_begins_under_the_trust_policy_that_it_is_opened_with() {
    let office = Office::new();
    let made = |anchor: &str, file: &str| {
        let made = office.run(&format!("trust make --anchor {anchor}"));
        assert!(made.status.success());
        fs::write(office.path(file), made.stdout).unwrap();
    };
    made("ca/anchor.pem", "kebijakan.toml");
    let init = |dir: &str, more: &str| {
        format!(
            "ledger init --dir {dir} --region {REGION} --origin {} --ruleset bengkayang-19-2020 --anchor ca/anchor.pem \
             --sign-key bupati.key.pem --authority bupati.pem sekda.pem --registrar satu.pem dua.pem \
             --function kominfo=kominfo --trust kebijakan.toml {more}",
            crate::harness::ORIGIN
        )
    };
    let shown = |dir: &str| office.done(&format!("trust show --dir {dir} --ledger {REGION}"));
    let opened = office.done(&init("langsung", "--other-key sekda.key.pem"));
    let policy = &opened["trust"];
    assert_eq!((&policy["position"], &policy["in_force"]), (&json!(1), &json!(2)));
    let hash = policy["hash"].clone();
    assert!(hash.is_string());
    let held = hash.as_str().unwrap();
    let object = office.path(&format!("langsung/objects/{}/{}", &held[..2], &held[2..]));
    assert_eq!(fs::read(object).unwrap(), fs::read(office.path("kebijakan.toml")).unwrap());
    assert!(shown("langsung").to_string().contains(held), "{}", shown("langsung"));
    assert!(office.run("audit --dir langsung").status.success());

    // Without the other key it waits, and the opening's anchors count.
    let opened = office.done(&init("menunggu", ""));
    let policy = &opened["trust"];
    assert_eq!((&policy["position"], &policy["in_force"]), (&json!(1), &json!(null)));
    assert_eq!(policy["hash"], hash);
    assert!(!shown("menunggu").to_string().contains(held), "{}", shown("menunggu"));
    // What he is asked to sign is what `init` told.
    let stream = office.done(&format!("stream ledger/{REGION} --dir menunggu --ledger {REGION}"));
    let pending = &stream["marks"]["pending"][0];
    assert_eq!(
        (&pending["key"], &pending["id"]),
        (&policy["event"]["key"], &policy["event"]["id"])
    );
    assert_eq!(pending["data"]["policy"], hash);

    // A key of somebody else, or a policy under which an authority could sign nothing: no ledger is made.
    let (code, _) = office.fails(&init("salah", "--other-key satu.key.pem"));
    assert_ne!(code, Some(0));
    office.done("cert dev-ca --out lain");
    made("lain/anchor.pem", "asing.toml");
    let other = init("asing", "").replace("kebijakan.toml", "asing.toml");
    let (code, said) = office.fails(&other);
    assert_eq!(code, Some(5), "{said}");
    for dir in ["salah", "asing"] {
        let (_, said) = office.fails(&format!("ledger show {REGION} --dir {dir}"));
        assert!(!said.is_empty(), "{dir}");
        assert!(!office.path(&format!("{dir}/db")).exists(), "{dir}");
    }
}
