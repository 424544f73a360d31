//! The same tokens before OpenSSL and before us.

use std::fs;

use jejak_signer::{Accuracy, HashAlgorithm, TimestampError, TimestampRequest, TimestampToken};

use crate::forge::{self, Forge};
use crate::office::{CA, Kind, Office, P256, P384, RSA};
use crate::{DATES, NOON, NOON_TEXT, NOTE, TSA, authority};

/// Valid now, whenever that is.
const LONG: (&str, &str) = ("20200101000000Z", "20400101000000Z");

/// A time-stamping authority under an intermediate, as OpenSSL runs one.
fn tsa(kind: Kind, ess: &str, digits: u8) -> Office {
    let office = Office::new(kind);
    office.key("middle", kind);
    office.issue("middle", "middle", "root", CA, LONG, "0AAA");
    office.key("tsa", kind);
    office.issue("tsa", "tsa", "middle", TSA, LONG, "0ABC");
    let config = format!(
        "[tsa]\ndefault_tsa=t\n[t]\nserial=tsa.serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\n\
         certs=middle.pem\nsigner_key=tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\n\
         digests=sha256,sha384,sha512\naccuracy=secs:1,millisecs:500,microsecs:100\n\
         clock_precision_digits={digits}\nordering=yes\ntsa_name=yes\ness_cert_id_chain=no\n\
         ess_cert_id_alg={ess}\n"
    );
    fs::write(office.file("ts.conf"), config).unwrap();
    office
}

fn reply(office: &Office, request: &TimestampRequest) -> Vec<u8> {
    fs::write(office.file("q.tsq"), request.der()).unwrap();
    office.run(&["ts", "-reply", "-config", "ts.conf", "-queryfile", "q.tsq", "-out", "r.tsr"]);
    fs::read(office.file("r.tsr")).unwrap()
}

/// OpenSSL's verdict on the reply that was made last.
fn verifies(office: &Office) -> bool {
    let anchors = ["-CAfile", "root.pem", "-untrusted", "middle.pem"];
    let files = ["ts", "-verify", "-queryfile", "q.tsq", "-in", "r.tsr"];
    office.openssl(&[&files[..], &anchors].concat()).status.success()
}

#[test]
fn tokens_that_openssl_makes_are_verified_here_and_there() {
    // The P-384 key signs with SHA-256.
    for (kind, ess, digits) in [(RSA, "sha256", 0), (P256, "sha1", 3), (P384, "sha512", 6)] {
        let office = tsa(kind, ess, digits);
        let authorities = authority(&office.der("root"));
        for algorithm in HashAlgorithm::ALL {
            let request = TimestampRequest::new(NOTE, algorithm, 77).unwrap();
            let (token, timestamp) =
                request.accept(&reply(&office, &request), &authorities).unwrap();
            assert!(verifies(&office));
            assert_eq!(timestamp.algorithm(), algorithm);
            assert_eq!(timestamp.policy(), "1.2.3.4.1");
            assert_eq!(timestamp.accuracy(), Some(Accuracy { microseconds: 1_500_100 }));
            assert_eq!(timestamp.chain(), [office.der("tsa"), office.der("middle")]);
            assert_eq!(token.verify(b"other", &authorities), Err(TimestampError::Imprint));
            // The time is OpenSSL's, as it prints it.
            office.run(&["ts", "-reply", "-in", "r.tsr", "-token_out", "-out", "t.der"]);
            assert_eq!(fs::read(office.file("t.der")).unwrap(), token.der());
            let text = office.openssl(&["ts", "-reply", "-in", "r.tsr", "-text"]).stdout;
            let text = String::from_utf8(text).unwrap();
            assert!(text.contains("Status: Granted."), "{text}");
            let fraction = timestamp.time().nanoseconds;
            assert_eq!(fraction % 10_u32.pow(9 - u32::from(digits)), 0, "{fraction}");
        }
    }
}

#[test]
fn what_openssl_refuses_to_verify_is_refused_here() {
    let office = tsa(P256, "sha256", 0);
    let request = TimestampRequest::new(NOTE, HashAlgorithm::Sha256, 77).unwrap();
    let answer = reply(&office, &request);
    // Another request, with another nonce.
    let other = TimestampRequest::new(NOTE, HashAlgorithm::Sha256, 78).unwrap();
    fs::write(office.file("q.tsq"), other.der()).unwrap();
    let authorities = authority(&office.der("root"));
    assert!(!verifies(&office));
    assert_eq!(other.accept(&answer, &authorities).unwrap_err(), TimestampError::Nonce);
    // A policy that this authority does not have, a hash that it does not take.
    fs::write(
        office.file("ts.conf"),
        fs::read_to_string(office.file("ts.conf")).unwrap().replace(",sha512", ""),
    )
    .unwrap();
    let request = TimestampRequest::new(NOTE, HashAlgorithm::Sha512, 79).unwrap();
    let refused = request.accept(&reply(&office, &request), &authorities).unwrap_err();
    assert!(
        matches!(refused, TimestampError::Refused { status: 2, failure: Some("badAlg"), .. }),
        "{refused}"
    );
}

/// OpenSSL's other implementation of signed data, with padding that its time-stamps do not have.
#[test]
fn a_token_signed_with_pss_is_verified() {
    let office = Office::new(RSA);
    office.key("tsa", RSA);
    let certificate = office.issue("tsa", "tsa", "root", TSA, DATES, "0ABC");
    office.key("ec", P256);
    let forge = Forge::new(&certificate, &forge::pkcs8(&office, "ec"), NOTE, NOON_TEXT);
    fs::write(office.file("info.der"), forge.info.der()).unwrap();
    let sign = |salt: &str| {
        let what = ["-econtent_type", "1.2.840.113549.1.9.16.1.4", "-in", "info.der", "-binary"];
        let who = ["-signer", "tsa.pem", "-inkey", "tsa.key", "-md", "sha256", "-cades"];
        let how = ["-keyopt", "rsa_padding_mode:pss", "-keyopt", salt, "-nosmimecap"];
        let out = ["-nodetach", "-outform", "DER", "-out", "t.der"];
        office.run(&[&["cms", "-sign"], &what[..], &who, &how, &out].concat());
        let token = TimestampToken::parse(&fs::read(office.file("t.der")).unwrap()).unwrap();
        token.verify(NOTE, &authority(&office.der("root"))).map(|found| found.time().seconds)
    };
    assert_eq!(sign("rsa_pss_saltlen:32"), Ok(NOON));
    let other = TimestampError::SignatureAlgorithm { oid: "1.2.840.113549.1.1.10".to_owned() };
    assert_eq!(sign("rsa_pss_saltlen:20"), Err(other));
}

/// A token written here is one to OpenSSL too, at its own time and at no other.
#[test]
fn openssl_agrees_about_a_token_whose_certificate_has_expired_since() {
    let office = Office::new(P256);
    office.key("tsa", P256);
    let dates = ("20210101000000Z", "20220101000000Z");
    let certificate = office.issue("tsa", "tsa", "root", TSA, dates, "0ABC");
    let forge = Forge::new(&certificate, &forge::pkcs8(&office, "tsa"), NOTE, "20210601120000Z");
    let token = TimestampToken::parse(&forge.token()).unwrap();
    let (june, found) = (1_622_548_800, token.verify(NOTE, &authority(&office.der("root"))));
    assert_eq!(found.unwrap().time().seconds, june);
    fs::write(office.file("t.der"), token.der()).unwrap();
    fs::write(office.file("note"), NOTE).unwrap();
    let openssl = |at: i64| {
        let at = at.to_string();
        let what = ["ts", "-verify", "-data", "note", "-in", "t.der", "-token_in"];
        let under = ["-CAfile", "root.pem", "-attime", &at];
        office.openssl(&[&what[..], &under].concat()).status.success()
    };
    assert!(openssl(june));
    assert!(!openssl(NOON));
}
