//! A request, and the answers that answer it or do not (RFC 3161, 2.4).

use std::fs;

use jejak_signer::{HashAlgorithm, TIMESTAMP_RESPONSE_BYTES_MAX, TimestampError, TimestampRequest};

use crate::forge::{self, Forge, SHA_512, integer, response, sequence, tlv};
use crate::office::{Office, P256};
use crate::{DATES, NOON, NOON_TEXT, NOTE, TSA, authority};

const NONCE: u64 = 0xf00d_0000_0000_0001;

fn honest(office: &Office) -> Forge {
    office.key("tsa", P256);
    let certificate = office.issue("tsa", "tsa", "root", TSA, DATES, "0ABC");
    let mut forge = Forge::new(&certificate, &forge::pkcs8(office, "tsa"), NOTE, NOON_TEXT);
    forge.info.nonce = Some(NONCE);
    forge
}

#[test]
fn an_answer_bears_the_requests_nonce_and_hash() {
    let office = Office::new(P256);
    let (forge, authorities) = (honest(&office), authority(&office.der("root")));
    let request = TimestampRequest::new(NOTE, HashAlgorithm::Sha256, NONCE).unwrap();
    let accept = |forge: &Forge| {
        let made = forge.token();
        let accepted = request.accept(&response(0, &[], &made), &authorities);
        accepted.map(|(token, timestamp)| {
            assert_eq!(token.der(), made);
            timestamp.time().seconds
        })
    };
    assert_eq!(accept(&forge), Ok(NOON));
    let with = |change: fn(&mut Forge)| {
        let mut forge = forge.clone();
        change(&mut forge);
        accept(&forge)
    };
    assert_eq!(with(|forge| forge.info.nonce = None), Err(TimestampError::Nonce));
    assert_eq!(with(|forge| forge.info.nonce = Some(NONCE + 1)), Err(TimestampError::Nonce));
    assert_eq!(with(|forge| forge.info.hash = SHA_512), Err(TimestampError::OtherHash));
    let other = |forge: &mut Forge| forge.info.stamped = b"other".to_vec();
    assert_eq!(with(other), Err(TimestampError::Imprint));
}

#[test]
fn what_the_authority_refuses_is_told_with_its_reason() {
    let office = Office::new(P256);
    let (forge, authorities) = (honest(&office), authority(&office.der("root")));
    let request = TimestampRequest::new(NOTE, HashAlgorithm::Sha256, NONCE).unwrap();
    let refused = |answer: &[u8]| request.accept(answer, &authorities).unwrap_err();
    // systemFailure is bit 25; text is UTF8String, cut of what does not print.
    let text = sequence(&[tlv(12, b"no\nclock"), tlv(12, b"today")]);
    let bits = tlv(3, &[6, 0, 0, 0, 0x40]);
    let status = TimestampError::Refused {
        status: 2,
        failure: Some("systemFailure"),
        text: "noclock today".to_owned(),
    };
    assert_eq!(refused(&response(2, &[text, bits].concat(), &[])), status);
    let bare = TimestampError::Refused { status: 3, failure: None, text: String::new() };
    // Waiting, and a token all the same: it is not granted.
    assert_eq!(refused(&response(3, &[], &forge.token())), bare);
    assert_eq!(refused(&response(0, &[], &[])), TimestampError::NoToken);
    request.accept(&response(1, &[], &forge.token()), &authorities).unwrap();
    let malformed = TimestampError::Malformed { what: "response" };
    assert_eq!(refused(&[&response(0, &[], &forge.token())[..], &[0]].concat()), malformed);
    assert_eq!(refused(b"<html>"), malformed);
    assert_eq!(refused(&integer(0)), malformed);
    let (bytes, bytes_max) = (TIMESTAMP_RESPONSE_BYTES_MAX + 1, TIMESTAMP_RESPONSE_BYTES_MAX);
    assert_eq!(refused(&vec![0x30; bytes]), TimestampError::TooLong { bytes, bytes_max });
}

#[test]
fn openssl_reads_the_request_as_it_is_meant() {
    let office = Office::new(P256);
    for (algorithm, name) in [
        (HashAlgorithm::Sha256, "sha256"),
        (HashAlgorithm::Sha384, "sha384"),
        (HashAlgorithm::Sha512, "sha512"),
    ] {
        let request = TimestampRequest::new(NOTE, algorithm, NONCE).unwrap();
        fs::write(office.file("q.tsq"), request.der()).unwrap();
        let said = office.openssl(&["ts", "-query", "-in", "q.tsq", "-text"]).stdout;
        let said = String::from_utf8(said).unwrap();
        let has = |line: &str| assert!(said.contains(line), "{line}: {said}");
        has("Version: 1");
        has(&format!("Hash Algorithm: {name}"));
        has("Nonce: 0xF00D000000000001");
        has("Certificate required: yes");
    }
}
