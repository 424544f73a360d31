//! `jejak cert show` and `jejak cert check`, as people and scripts call them: data on stdout, and an ending
//! that says the verdict.

use std::path::PathBuf;

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use jejak_signer::Window;
use jejak_signer::devca::{DevCa, ListSpec};
use serde_json::{Value, json};

use crate::harness::{REGION, World, file};
use crate::process;

const AT: &str = "2027-01-15T15:00:00+07:00";

#[test]
fn a_chain_that_leads_to_an_anchor_ends_with_0_and_any_other_with_4() {
    let chain = chain_of(&["ed25519", "issuing"]);
    let check = |at, anchor: &str, more: &[&str]| {
        let anchor = certificate(anchor);
        let path = chain.path().join("chain.pem");
        let mut line = vec!["cert", "check", "--at", at, "--anchor", text(&anchor), text(&path)];
        line.extend(more);
        jejak(&line)
    };
    let (ending, told) = check(AT, "anchor", &[]);
    assert_eq!((ending, &told["verdict"]), (0, &json!("accepted")));
    assert_eq!(told["algorithm"], "Ed25519");
    assert_eq!(told["valid_until"], "2045-01-01T00:00:00Z");
    assert_eq!(check(AT, "anchor", &["--kind", "system"]).0, 0);

    let (ending, told) = check("2046-01-01T00:00:00Z", "anchor", &[]);
    assert_eq!((ending, &told["code"], &told["at_fault"]), (4, &json!("not-valid"), &json!(0)));
    let english =
        "valid from 2025-01-01T00:00:00Z to 2045-01-01T00:00:00Z, not at 2046-01-01T00:00:00Z";
    assert_eq!(told["english"], english);
    assert!(told["indonesian"].as_str().unwrap().starts_with("berlaku dari 2025-01-01T00:00:00Z"));

    let (ending, told) = check(AT, "stranger", &[]);
    assert_eq!((ending, &told["code"]), (4, &json!("certificate-signature-invalid")));
    let (ending, told) = check(AT, "anchor-no-cert-sign", &[]);
    assert_eq!((ending, &told["code"]), (4, &json!("cert-sign-missing")));

    assert_eq!(check("tomorrow", "anchor", &[]).0, 2);
    assert_eq!(check(AT, "nowhere", &[]).0, 6);
}

/// The authority's lists are made by OpenSSL.
#[test]
fn a_revoked_certificate_ends_with_4_after_its_revocation_and_with_0_before() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let (ca, chain) = (at("ca"), at("budi.pem"));
    assert_eq!(jejak(&["cert", "dev-ca", "--alg", "ES256", "--out", text(&ca)]).0, 0);
    let issue = ["cert", "issue", "--ca", text(&ca), "--name", "Budi", "--org", "dinkes"];
    assert_eq!(jejak(&[&issue[..], &["--out", text(&chain)]].concat()).0, 0);
    let openssl = |arguments: &[&str]| {
        let output = std::process::Command::new("openssl")
            .current_dir(dir.path())
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let stored = std::fs::read_to_string(ca.join("dev-ca.pem")).unwrap();
    let key = stored.rfind("-----BEGIN PRIVATE KEY").unwrap();
    std::fs::write(at("issuer.key"), &stored[key..]).unwrap();
    let certificate = stored.rfind("-----BEGIN CERTIFICATE").unwrap();
    std::fs::write(at("issuer.pem"), &stored[certificate..key]).unwrap();
    let serial = openssl(&["x509", "-in", "budi.pem", "-noout", "-serial"]);
    let serial = serial.trim().split('=').nth(1).unwrap().to_owned();
    let now = i64::try_from(SystemClock.now().0).unwrap();
    let now = jiff::Timestamp::from_microsecond(now).unwrap();
    let day = jiff::Span::new().hours(24);
    let compact = |time: jiff::Timestamp| time.strftime("%y%m%d%H%M%SZ").to_string();
    // The certificate is an hour old: it was revoked half an hour ago.
    let revoked = now - jiff::Span::new().minutes(30);
    let line = format!(
        "R\t{}\t{},keyCompromise\t{serial}\tunknown\t/CN=x\n",
        compact(now + day),
        compact(revoked),
    );
    std::fs::write(at("index.txt"), line).unwrap();
    std::fs::write(at("number"), "01\n").unwrap();
    let config = "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=number\n\
                  default_md=sha256\ncertificate=issuer.pem\nprivate_key=issuer.key\n\
                  default_crl_days=7\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n";
    std::fs::write(at("ca.conf"), config).unwrap();
    openssl(&["ca", "-config", "ca.conf", "-gencrl", "-out", "list.pem"]);

    // The root's list, about the authority below it.
    let second = |time: jiff::Timestamp| time.as_second();
    let root = DevCa::from_pem(&stored).unwrap().root_revocation_list(&ListSpec {
        window: Window {
            not_before: second(revoked - jiff::Span::new().minutes(20)),
            not_after: second(now + day * 60),
        },
        number: 1,
        points: Vec::new(),
        revoked: Vec::new(),
    });
    std::fs::write(at("root.der"), root.unwrap()).unwrap();

    let (anchor, list) = (ca.join("anchor.pem"), at("list.pem"));
    let root = at("root.der");
    let check = |time: jiff::Timestamp, list: &std::path::Path| {
        let time = time.to_string();
        let line = ["cert", "check", "--at", &time, "--anchor", text(&anchor), "--crl", text(list)];
        jejak(&[&line[..], &["--crl", text(&root), text(&chain)]].concat())
    };
    let (ending, told) = check(now, &list);
    assert_eq!((ending, &told["verdict"]), (4, &json!("revoked")));
    let leaf = &told["revocation"][0];
    assert_eq!((&leaf["standing"], &leaf["reason"]), (&json!("revoked"), &json!("keyCompromise")));
    assert_eq!(told["revocation"][1]["standing"], "not-revoked");
    let (ending, told) = check(revoked - jiff::Span::new().minutes(1), &list);
    assert_eq!((ending, &told["verdict"]), (0, &json!("accepted")));
    assert_eq!(told["revocation"][0]["settled"], true);

    // One that is not revoked, by a list that is out of date: nobody can say.
    std::fs::write(at("index.txt"), "").unwrap();
    openssl(&["ca", "-config", "ca.conf", "-gencrl", "-out", "empty.pem"]);
    assert_eq!(check(now, &at("empty.pem")).0, 0);
    let (ending, told) = check(now + day * 30, &at("empty.pem"));
    assert_eq!((ending, &told["verdict"]), (8, &json!("indeterminate")));
    assert_eq!(check(now, &anchor).0, 4, "no list");
}

#[test]
fn a_certificate_is_shown_with_every_reason_against_its_enrolment() {
    let shown = |name: &str| {
        let path = certificate(name);
        let (ending, shown) = jejak(&["cert", "show", "--at", AT, text(&path)]);
        assert_eq!(ending, 0, "{name}");
        shown
    };
    let right = shown("rsa-2048");
    assert_eq!(right["key"], "RSA 2048");
    let rows = right["enrolment"].as_array().unwrap();
    assert!(rows.len() == 2 && rows.iter().all(|row| row["possible"] == true), "{rows:?}");

    let wrong = shown("issuing");
    let rows = wrong["enrolment"].as_array().unwrap().iter().filter(|row| row["kind"] == "person");
    let codes: Vec<&str> = rows.map(|row| row["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["leaf-is-authority", "leaf-signs-for-others", "non-repudiation-missing"]);
}

#[test]
fn a_certificate_of_a_ledger_is_shown_by_its_digest() {
    let mut world = World::new();
    let digest = world.dinkes.thumbprint().to_string();
    world.close();
    let path = world.path();
    let of = ["--dir", text(&path), "--ledger", REGION];
    let (ending, shown) = jejak(&[&["cert", "show", &digest][..], &of].concat());
    assert_eq!(ending, 0);
    assert_eq!(shown["certificate"], digest);
    assert_eq!(shown["subject"], "C=ID, O=dinkes, CN=p-dinkes01");

    let unknown = "0".repeat(64);
    assert_eq!(jejak(&[&["cert", "show", &unknown][..], &of].concat()).0, 6);
    assert_eq!(jejak(&["cert", "show", &unknown]).0, 2);
}

/// The ending of a command, and what it said as JSON.
fn jejak(line: &[&str]) -> (i32, Value) {
    let output = process::jejak(line.iter().copied().chain(["-o", "json"]));
    let said = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code().unwrap(), said)
}

/// A file `chain.pem` of these certificates.
fn chain_of(names: &[&str]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let pem = names.iter().map(|name| std::fs::read_to_string(certificate(name)).unwrap());
    std::fs::write(directory.path().join("chain.pem"), pem.collect::<String>()).unwrap();
    directory
}

fn certificate(name: &str) -> PathBuf {
    file("vectors/certificates").join(format!("{name}.pem"))
}

fn text(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}
