//! An authority that others wrote (certomancer): its time-stamps, its OCSP responses, its revocation lists.
//! Without its address in the environment nothing is looked at; `make certomancer` starts one and gives it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed, and one that looked at nothing says so"
)]

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use jejak_signer::{
    HashAlgorithm, OcspResponse, Revocation, RevocationList, RevocationReason, Standing,
    TimestampAuthority, TimestampError, TimestampRequest, TimestampStanding, Window,
};

const NOTE: &[u8] = b"example.id/jejak/61.07\n1\nroot\n";
/// 2026-06-01T00:00:00Z, when the one certificate was revoked.
const JUNE: i64 = 1_780_272_000;

/// The running authority, asked as of a time of the test's choice.
struct Authority(String);

impl Authority {
    fn running() -> Option<Self> {
        let address = env::var("JEJAK_TEST_CERTOMANCER").ok().map(Self);
        if address.is_none() {
            eprintln!("JEJAK_TEST_CERTOMANCER is not set: nothing was looked at");
        }
        address
    }

    /// One exchange over HTTP; the body of the answer.
    fn ask(&self, method: &str, path: &str, at: &str, media: &str, body: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.0).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\
             X-Certomancer-Fake-Time: {at}\r\n\r\n",
            self.0,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        assert!(head.lines().next().unwrap().contains(" 200 "), "{path}: {head}");
        answer.split_off(end + 4)
    }

    fn get(&self, path: &str, at: &str) -> Vec<u8> {
        self.ask("GET", path, at, "", &[])
    }

    fn root(&self) -> Vec<u8> {
        self.get("/uji/certs/induk/ca.crt", LATER)
    }

    fn issuer(&self) -> Vec<u8> {
        self.get("/uji/certs/induk/issued/psre.crt", LATER)
    }
}

const LATER: &str = "2026-07-01T00:00:00Z";
/// The same, Unix seconds.
const LATER_AT: i64 = 1_782_864_000;

#[test]
fn its_time_stamps_are_verified_at_their_own_time() {
    let Some(authority) = Authority::running() else {
        return;
    };
    let root = authority.root();
    let always = Window { not_before: i64::MIN, not_after: i64::MAX };
    let anchors = [TimestampAuthority::new(root.clone(), always, Vec::new()).unwrap()];
    let stamp = |algorithm, at| {
        let request = TimestampRequest::new(NOTE, algorithm, 0x8000_0000_0000_0001).unwrap();
        let (media, path) = ("application/timestamp-query", "/uji/tsa/tsa");
        let answer = authority.ask("POST", path, at, media, request.der());
        request.accept(&answer, &anchors).map(|(_, timestamp)| timestamp)
    };
    for algorithm in HashAlgorithm::ALL {
        let timestamp = stamp(algorithm, LATER).unwrap();
        assert_eq!((timestamp.time().seconds, timestamp.algorithm()), (LATER_AT, algorithm));
        let list = authority.get("/uji/crls/induk/latest.crl", "2026-09-01T00:00:00Z");
        let list = RevocationList::verify(&list, &root).unwrap();
        let standing = timestamp.standing(std::slice::from_ref(&list));
        assert_eq!(standing, Ok(TimestampStanding::Settled));
    }
    // Its certificate ends with 2034.
    stamp(HashAlgorithm::Sha256, "2034-12-31T00:00:00Z").unwrap();
    let late = stamp(HashAlgorithm::Sha256, "2035-01-02T00:00:00Z");
    assert!(matches!(late, Err(TimestampError::Path(webpki::Error::CertExpired { .. }))));
}

#[test]
fn its_answers_and_its_list_say_the_same_of_a_certificate() {
    let Some(authority) = Authority::running() else {
        return;
    };
    let issuer = authority.issuer();
    let dir = tempfile::tempdir().unwrap();
    let list = authority.get("/uji/crls/psre/latest.crl", LATER);
    let list = RevocationList::verify(&list, &issuer).unwrap();
    let of = |name: &str| {
        let leaf = authority.get(&format!("/uji/certs/psre/issued/{name}.crt"), LATER);
        fs::write(dir.path().join("leaf.der"), &leaf).unwrap();
        fs::write(dir.path().join("issuer.der"), &issuer).unwrap();
        let arguments = ["ocsp", "-issuer", "issuer.der", "-cert", "leaf.der", "-reqout", "q.der"];
        let made = Command::new("openssl").current_dir(&dir).args(arguments).status().unwrap();
        assert!(made.success());
        let request = fs::read(dir.path().join("q.der")).unwrap();
        let media = "application/ocsp-request";
        let answer = authority.ask("POST", "/uji/ocsp/psre", LATER, media, &request);
        let response = OcspResponse::verify(&answer, &issuer).unwrap();
        let delegate = authority.get("/uji/certs/psre/issued/ocsp.crt", LATER);
        assert_eq!(response.delegate(), Some(&delegate[..]));
        (leaf, response)
    };
    let (leaf, response) = of("signer");
    for standing in [response.standing(&leaf, JUNE), list.standing(&leaf, JUNE)] {
        assert_eq!(standing, Ok(Standing::NotRevoked { settled: true, later: None }));
    }
    let (leaf, response) = of("signer-revoked");
    let reason = RevocationReason::KeyCompromise;
    let found = Revocation { revoked_at: JUNE, reason, invalid_since: None };
    let before = Standing::NotRevoked { settled: true, later: Some(found) };
    for (at, expected) in [(JUNE - 1, before), (JUNE, Standing::Revoked(found))] {
        assert_eq!(response.standing(&leaf, at), Ok(expected));
        assert_eq!(list.standing(&leaf, at), Ok(expected));
    }
}
