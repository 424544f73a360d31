//! What a trust policy file may say, and what it may not.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jejak_signer::devca::DevCa;
use jejak_signer::{
    AlgorithmRule, HashAlgorithm, IngestWindow, PolicyAlgorithm, Signs, StaleRevocation, Window,
    certificate_to_pem,
};

use super::*;

const WINDOW: Window = Window { not_before: 1_700_000_000, not_after: 1_900_000_000 };

fn pem() -> String {
    let ca = DevCa::create("Uji", WINDOW, jejak_signer::Algorithm::Ed25519).unwrap();
    certificate_to_pem(ca.anchor_der())
}

fn anchor(pem: &str, rest: &str) -> String {
    format!("[[anchor]]\ncertificate = '''\n{pem}'''\n{rest}\n")
}

fn tsa(pem: &str, rest: &str) -> String {
    format!("[[tsa]]\ncertificate = '''\n{pem}'''\n{rest}\n")
}

fn file(rest: &str) -> String {
    format!("format = \"jejak-trust/1\"\n{rest}")
}

fn read(rest: &str) -> Result<TrustPolicy, TrustFileError> {
    read_trust_policy(file(rest).as_bytes())
}

fn reason(rest: &str) -> String {
    read(rest).unwrap_err().to_string()
}

#[test]
fn every_table_with_a_fault_is_told_in_the_order_of_the_file() {
    let rest = "[[anchor]]\ncertificate = ''\n[[algorithm]]\nname = \"X\"\n[[algorithm]]\nname = \"RS256\"\n\
                [[hash]]\nname = \"Z\"\nuntil = 2030-01-01T00:00:00Z\n";
    let faults = check_trust_policy(file(rest).as_bytes()).unwrap_err();
    let more: Vec<_> = faults.more.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults.first,
        TrustFileError::Certificate { table: "[[anchor]]", number: 1 },
        "which alone is told where one is enough"
    );
    assert_eq!(read(rest).unwrap_err(), faults.first);
    let expected = [
        "[[algorithm]] 1: no algorithm is called \"X\"",
        "[[hash]] 1: no hash algorithm is called \"Z\"",
    ];
    assert_eq!(more, expected);
}

/// One fault after the other was told, each after the one before was mended.
#[test]
fn every_fault_of_a_table_is_told_at_once() {
    let pem = pem();
    let text = [
        anchor("bukan PEM\n", "trusted_from = \"kemarin\"\npolicies = [\"x\", \"y\"]\npurposes = []\nlifetime_max_days = 0"),
        "[[algorithm]]\nname = \"RS512\"\nsigns = \"statements\"\nrsa_bits_min = 1024\nuntil = \"besok\"\n".to_owned(),
        "[[hash]]\nname = \"Z\"\nuntil = \"besok\"\n[window]\niat_past_s = 1\n".to_owned(),
        tsa(&pem, "name = \"TSA\"\nurl = \"ftp://x\"\ntrusted_from = 2025-01-01T00:00:00Z\ntrusted_until = 2024-01-01T00:00:00Z"),
        "[revocation]\nstale = \"refuse\"\nage_max_hours = 0\nhosts = [\"A\", \"B\"]\n".to_owned(),
    ]
    .concat();
    let faults = check_trust_policy(file(&text).as_bytes()).unwrap_err();
    let all: Vec<_> =
        std::iter::once(&faults.first).chain(&faults.more).map(ToString::to_string).collect();
    let expected = [
        "[[anchor]] 1: certificate is not one CERTIFICATE block of PEM",
        "[[anchor]] 1: trusted_from is not RFC 3339 with an offset, in whole seconds",
        "[[anchor]] 1: \"x\" is not an object identifier with dots",
        "[[anchor]] 1: \"y\" is not an object identifier with dots",
        "[[anchor]] 1: purposes is empty; leave it out for the usual ones",
        "[[anchor]] 1: lifetime_max_days is not from 1 to 36525",
        "[[algorithm]] 1: until is not RFC 3339 with an offset, in whole seconds",
        "[[algorithm]] 1: the algorithm is not one of what it is to sign",
        "[[algorithm]] 1: rsa_bits_min is not from 2048 to 8192",
        "[[hash]] 1: until is not RFC 3339 with an offset, in whole seconds",
        "[[hash]] 1: no hash algorithm is called \"Z\"",
        "iat_past_s is from 60 to 7776000 (90 days), iat_future_s from 60 to 86400",
        "[[tsa]] 1: name has 1 to 32 small letters, digits or hyphens",
        "[[tsa]] 1: url is not http:// or https:// with a host, at most 2048 characters",
        "[[tsa]] 1: trusted_until is not after trusted_from",
        "age_max_hours is not from 1 to 8784",
    ];
    let hosts = [
        "\"A\" is not a host in small letters, with or without a port",
        "\"B\" is not a host in small letters, with or without a port",
    ];
    let expected: Vec<_> =
        expected[..15].iter().chain(&hosts).chain(&expected[15..]).copied().collect();
    assert_eq!(all, expected);
}

/// The root of a time-stamping authority was told in English words alone.
#[test]
fn a_root_of_time_that_is_none_is_told_in_both_languages() {
    let ca = DevCa::create("Uji", WINDOW, jejak_signer::Algorithm::Ed25519).unwrap();
    let key = jejak_signer::SigningKey::generate(jejak_signer::Algorithm::Ed25519).unwrap();
    let profile = jejak_signer::devca::Profile::of_holder(jejak_signer::HolderKind::Person);
    let chain = ca.issue("Pejabat", "Dinas", key.public_key(), &profile, WINDOW).unwrap();
    let leaf = certificate_to_pem(&chain[0]);
    let text = [anchor(&pem(), ""), tsa(&leaf, "name = \"tsa\"\nurl = \"http://tsa.example.id/\"")]
        .concat();
    let told = crate::words::trust_file(&read(&text).unwrap_err());
    assert!(told.id.starts_with("[[tsa]] 1: certificate: jangkar: "), "{}", told.id);
    assert!(told.en.starts_with("[[tsa]] 1: "), "{}", told.en);
    assert_ne!(told.id, told.en);
}

#[test]
fn a_whole_file_is_read() {
    let pem = pem();
    let text = [
        anchor(
            &pem,
            "trusted_from = 2024-01-01T00:00:00+07:00\ntrusted_until = \"2034-01-01T00:00:00Z\"\n\
             tersertifikasi = true\npolicies = [\"2.16.360.1.1.1.12.3\"]\n\
             purposes = [\"1.3.6.1.5.5.7.3.36\"]\nlifetime_max_days = 730",
        ),
        "[[algorithm]]\nname = \"RS256\"\nuntil = 2031-01-01T00:00:00Z\n\
         [[algorithm]]\nname = \"PS256\"\nsigns = \"statements\"\nrsa_bits_min = 3072\n\
         [window]\niat_past_s = 3600\n"
            .to_owned(),
        tsa(
            &pem,
            "name = \"bssn\"\nurl = \"http://tsa.example.id/\"\npolicies = [\"1.2.3\"]\n\
             trusted_from = 2025-01-01T00:00:00Z",
        ),
        "[revocation]\nstale = \"pending\"\nage_max_hours = 24\nhosts = [\"crl.example.id:8080\"]\n"
            .to_owned(),
    ]
    .concat();
    let policy = read(&text).unwrap();
    assert_eq!(policy.hash(), Some(Hash::of(file(&text).as_bytes())));
    let anchors: Vec<_> = policy.anchor_rules().collect();
    let [(_, rule)] = anchors.as_slice() else { unreachable!("one anchor") };
    assert_eq!((rule.trusted_from, rule.trusted_until), (Some(1_704_042_000), Some(2_019_686_400)));
    assert!(rule.tersertifikasi);
    assert_eq!(rule.policies, ["2.16.360.1.1.1.12.3"]);
    assert_eq!(rule.purposes, ["1.3.6.1.5.5.7.3.36"]);
    assert_eq!(rule.lifetime_max_s, Some(730 * 86_400));
    let expected = [
        AlgorithmRule {
            algorithm: PolicyAlgorithm::Rs256,
            signs: Signs::Both,
            until: Some(1_924_992_000),
            rsa_bits_min: None,
        },
        AlgorithmRule {
            algorithm: PolicyAlgorithm::Ps256,
            signs: Signs::Statements,
            until: None,
            rsa_bits_min: Some(3_072),
        },
    ];
    assert_eq!(policy.algorithms(), expected);
    assert_eq!(policy.window(), IngestWindow { iat_past_s: 3_600, iat_future_s: 900 });
    let tsa = &policy.time_authorities()[0];
    assert_eq!((tsa.name.as_str(), tsa.url.as_str()), ("bssn", "http://tsa.example.id/"));
    assert_eq!((tsa.trusted_from, tsa.trusted_until), (Some(1_735_689_600), None));
    assert!(tsa.allows_policy("1.2.3") && !tsa.allows_policy("1.2.4"));
    assert!(!tsa.is_trusted_at(1_735_689_599) && tsa.is_trusted_at(1_735_689_600));
    let revocation = policy.revocation();
    assert_eq!(revocation.stale, StaleRevocation::Pending);
    assert_eq!(revocation.age_max_hours, Some(24));
    assert_eq!(revocation.hosts, ["crl.example.id:8080"]);
}

#[test]
fn an_anchor_alone_trusts_as_an_opening_does() {
    let policy = read(&anchor(&pem(), "")).unwrap();
    let (_, rule) = policy.anchor_rules().next().unwrap();
    assert_eq!(*rule, jejak_signer::AnchorRule::default());
    assert_eq!(policy.window(), IngestWindow { iat_past_s: 86_400, iat_future_s: 900 });
    assert_eq!(policy.revocation().stale, StaleRevocation::NotAsked);
    assert!(policy.algorithms().is_empty() && policy.time_authorities().is_empty());
}

#[test]
fn what_cannot_stand_is_named_with_its_place() {
    let pem = pem();
    let of_anchor = |rest: &str| reason(&anchor(&pem, rest));
    let with = |rest: &str| reason(&format!("{}{rest}", anchor(&pem, "")));
    let with_tsa = |rest: &str| with(&tsa(&pem, rest));
    assert_eq!(reason(""), "no trust anchor");
    assert_eq!(
        reason("[[anchor]]\ncertificate = \"x\""),
        "[[anchor]] 1: certificate is not one CERTIFICATE block of PEM"
    );
    assert_eq!(
        reason(&anchor(&format!("{pem}{pem}"), "")),
        "[[anchor]] 1: certificate is not one CERTIFICATE block of PEM"
    );
    assert_eq!(
        reason(&[anchor(&pem, ""), anchor(&pem, "")].concat()),
        "[[anchor]] 2: it stands in the policy already"
    );
    for (rest, expected) in [
        ("policies = [\"1\"]", "[[anchor]] 1: \"1\" is not an object identifier with dots"),
        (
            "policies = [\"2.5.29.32.0\"]",
            "[[anchor]] 1: policies names anyPolicy; leave policies out to allow any",
        ),
        ("purposes = []", "[[anchor]] 1: purposes is empty; leave it out for the usual ones"),
        ("lifetime_max_days = 0", "[[anchor]] 1: lifetime_max_days is not from 1 to 36525"),
        (
            "trusted_from = 2024-01-01T00:00:00Z\ntrusted_until = 2024-01-01T00:00:00Z",
            "[[anchor]] 1: trusted_until is not after trusted_from",
        ),
        (
            "trusted_from = 2024-01-01",
            "[[anchor]] 1: trusted_from is not RFC 3339 with an offset, in whole seconds",
        ),
        (
            "trusted_until = \"2024-01-01T00:00:00.5Z\"",
            "[[anchor]] 1: trusted_until is not RFC 3339 with an offset, in whole seconds",
        ),
    ] {
        assert_eq!(of_anchor(rest), expected);
    }
    for (rest, expected) in [
        ("name = \"rs256\"", "[[algorithm]] 1: no algorithm is called \"rs256\""),
        (
            "name = \"RS384\"\nsigns = \"statements\"",
            "[[algorithm]] 1: the algorithm is not one of what it is to sign",
        ),
        (
            "name = \"PS256\"\nsigns = \"certificates\"",
            "[[algorithm]] 1: the algorithm is not one of what it is to sign",
        ),
        (
            "name = \"ES256\"\nrsa_bits_min = 2048",
            "[[algorithm]] 1: rsa_bits_min belongs to RSA algorithms only",
        ),
        (
            "name = \"RS256\"\nrsa_bits_min = 1024",
            "[[algorithm]] 1: rsa_bits_min is not from 2048 to 8192",
        ),
        (
            "name = \"ES256\"\n[[algorithm]]\nname = \"ES256\"",
            "[[algorithm]] 2: it stands in the policy already",
        ),
    ] {
        assert_eq!(with(&format!("[[algorithm]]\n{rest}")), expected);
    }
    let window = "iat_past_s is from 60 to 7776000 (90 days), iat_future_s from 60 to 86400";
    for rest in
        ["iat_past_s = 59", "iat_future_s = 0", "iat_past_s = 7776001", "iat_future_s = 86401"]
    {
        assert_eq!(with(&format!("[window]\n{rest}")), window);
    }
    let url = "url = \"https://tsa.example.id\"";
    for (rest, expected) in [
        (
            format!("name = \"A\"\n{url}"),
            "[[tsa]] 1: name has 1 to 32 small letters, digits or hyphens",
        ),
        (
            "name = \"a\"\nurl = \"ftp://x\"".to_owned(),
            "[[tsa]] 1: url is not http:// or https:// with a host, at most 2048 characters",
        ),
        (
            format!("name = \"a\"\n{url}\npolicies = [\"x\"]"),
            "[[tsa]] 1: \"x\" is not an object identifier with dots",
        ),
    ] {
        assert_eq!(with_tsa(&rest), expected);
    }
    let revocation = |rest: &str| with(&format!("[revocation]\nstale = \"refuse\"\n{rest}"));
    assert_eq!(
        revocation("hosts = [\"CRL.example.id\"]"),
        "\"CRL.example.id\" is not a host in small letters, with or without a port"
    );
    assert_eq!(revocation("age_max_hours = 0"), "age_max_hours is not from 1 to 8784");
}

#[test]
fn everything_has_a_bound() {
    let pem = pem();
    let oids: Vec<_> = (0..33).map(|n| format!("\"1.2.{n}\"")).collect();
    assert_eq!(
        reason(&anchor(&pem, &format!("policies = [{}]", oids.join(",")))),
        "[[anchor]] 1: 33 object identifiers in a list, at most 32"
    );
    assert_eq!(reason(&anchor(&pem, "").repeat(65)), "65 [[anchor]], at most 64");
    let algorithms = "[[algorithm]]\nname = \"ES256\"\n".repeat(33);
    assert_eq!(
        reason(&format!("{}{algorithms}", anchor(&pem, ""))),
        "33 [[algorithm]], at most 32"
    );
    let tsas = tsa(&pem, "name = \"a\"\nurl = \"http://a\"").repeat(17);
    assert_eq!(reason(&format!("{}{tsas}", anchor(&pem, ""))), "17 [[tsa]], at most 16");
    let hosts = vec!["\"a\""; 65].join(",");
    let revocation = format!("[revocation]\nstale = \"refuse\"\nhosts = [{hosts}]");
    assert_eq!(reason(&format!("{}{revocation}", anchor(&pem, ""))), "65 hosts, at most 64");
    let bytes = TRUST_POLICY_BYTES_MAX + 1;
    assert_eq!(
        read_trust_policy(&vec![b' '; bytes]).unwrap_err(),
        TrustFileError::TooLong { bytes }
    );
}

#[test]
fn other_files_are_refused() {
    let refused = |text: &str| read_trust_policy(text.as_bytes()).unwrap_err();
    assert_eq!(refused("format = \"jejak-trust/2\"\nnew = 1"), TrustFileError::Format);
    assert_eq!(read_trust_policy(b"\xff").unwrap_err(), TrustFileError::NotText);
    let pem = pem();
    for rest in
        ["other = 1\n", "[revocation]\n", "[revocation]\nstale = \"x\"\n", "[window]\nx = 1\n"]
    {
        let result = read(&format!("{rest}{}", anchor(&pem, "")));
        assert!(matches!(result, Err(TrustFileError::Toml(_))), "{rest} {result:?}");
    }
    for rest in ["other = 1", "lifetime_max_days = -1", "tersertifikasi = 1"] {
        let result = read(&anchor(&pem, rest));
        assert!(matches!(result, Err(TrustFileError::Toml(_))), "{rest} {result:?}");
    }
}

#[test]
fn a_hash_algorithm_ends_where_the_policy_says_so() {
    let ends = "[[hash]]\nname = \"SHA-256\"\nuntil = 2035-01-01T00:00:00Z\n";
    let policy = read(&format!("{}{ends}", anchor(&pem(), ""))).unwrap();
    assert_eq!(policy.hash_until(HashAlgorithm::Sha256), Some(2_051_222_400));
    assert_eq!(policy.hash_until(HashAlgorithm::Sha512), None);
    let pem = pem();
    let sha256 = "name = \"SHA-256\"\nuntil = 2035-01-01T00:00:00Z";
    for (rest, expected) in [
        (
            "name = \"SHA256\"\nuntil = 2035-01-01T00:00:00Z".to_owned(),
            "[[hash]] 1: no hash algorithm is called \"SHA256\"",
        ),
        (
            "name = \"SHA-256\"\nuntil = 2035-01-01".to_owned(),
            "[[hash]] 1: until is not RFC 3339 with an offset, in whole seconds",
        ),
        (format!("{sha256}\n[[hash]]\n{sha256}"), "[[hash]] 2: it stands in the policy already"),
    ] {
        assert_eq!(reason(&format!("{}[[hash]]\n{rest}", anchor(&pem, ""))), expected);
    }
}
