//! Good, revoked, on hold, unknown: what an answer says of a certificate at a time.

use std::fs;

use jejak_signer::{
    NoStanding, OCSP_RESPONSE_BYTES_MAX, OcspError, OcspResponse, Revocation, RevocationReason,
    Standing,
};

use crate::office::{ED25519, P256, P384, RSA};
use crate::{CA, Desk, LONG};

const VALID: &str = "V\t301231235959Z\t";
/// 2026-06-01T00:00:00Z.
const JUNE: i64 = 1_780_272_000;
const DAY: i64 = 86_400;

fn revoked(how: &str) -> String {
    format!("R\t301231235959Z\t260601000000Z{how}")
}

#[test]
fn a_good_answer_speaks_until_the_next_one_is_due() {
    for kind in [RSA, P256, P384, ED25519] {
        let desk = Desk::new(kind);
        let response = desk.verified(VALID);
        assert_eq!(desk.openssl().as_deref(), Some("good"));
        let leaf = desk.0.der("leaf");
        let window = response.window(&leaf).unwrap();
        assert_eq!(window.not_after - window.not_before, 7 * DAY);
        assert!(response.produced_at() >= window.not_before);
        assert_eq!(response.delegate(), Some(&desk.0.der("responder")[..]));
        let standing = |at| response.standing(&leaf, at);
        let not_revoked = |settled| Ok(Standing::NotRevoked { settled, later: None });
        assert_eq!(standing(window.not_before), not_revoked(true));
        assert_eq!(standing(window.not_before + 1), not_revoked(false));
        assert_eq!(standing(window.not_after), not_revoked(false));
        let next_at = window.not_after;
        assert_eq!(standing(next_at + 1), Err(NoStanding::Stale { next_at }));
    }
}

#[test]
fn what_was_signed_before_a_revocation_stands_and_after_it_does_not() {
    let desk = Desk::new(P256);
    let leaf = desk.0.der("leaf");
    let response = desk.verified(&revoked(",superseded"));
    assert_eq!(desk.openssl().as_deref(), Some("revoked"));
    let found =
        Revocation { revoked_at: JUNE, reason: RevocationReason::Superseded, invalid_since: None };
    let before = Standing::NotRevoked { settled: true, later: Some(found) };
    assert_eq!(response.standing(&leaf, JUNE - 1), Ok(before));
    // However long after, whatever was due meanwhile.
    for at in [JUNE, JUNE + 400 * DAY] {
        assert_eq!(response.standing(&leaf, at), Ok(Standing::Revoked(found)));
    }
    let unspecified = desk.verified(&revoked(""));
    let found = Revocation { reason: RevocationReason::Unspecified, ..found };
    assert_eq!(unspecified.standing(&leaf, JUNE), Ok(Standing::Revoked(found)));
    let held = desk.verified(&revoked(",certificateHold"));
    let found = Revocation { reason: RevocationReason::CertificateHold, ..found };
    assert_eq!(held.standing(&leaf, JUNE), Ok(Standing::OnHold(found)));
}

#[test]
fn a_responder_that_does_not_know_says_nothing() {
    let desk = Desk::new(P256);
    let response = desk.verified("");
    assert_eq!(desk.openssl().as_deref(), Some("unknown"));
    assert_eq!(response.standing(&desk.0.der("leaf"), JUNE), Err(NoStanding::Unknown));
}

#[test]
fn an_answer_about_one_certificate_says_nothing_of_others() {
    let desk = Desk::new(P256);
    let response = desk.verified(VALID);
    let standing = |der: &[u8]| response.standing(der, JUNE);
    assert_eq!(standing(&desk.0.der("responder")), Err(NoStanding::OtherScope));
    assert_eq!(standing(&desk.issuer()), Err(NoStanding::OtherIssuer));
    assert_eq!(standing(b"no certificate"), Err(NoStanding::Malformed));
}

#[test]
fn of_a_certificate_that_had_expired_good_says_nothing() {
    let dates = ("20250101000000Z", "20260601000000Z");
    let desk = Desk::with(P256, dates);
    let response = desk.verified(VALID);
    let leaf = desk.0.der("leaf");
    assert_eq!(response.standing(&leaf, JUNE - DAY), Err(NoStanding::Expired { expired_at: JUNE }));
    let listed = desk.verified(&revoked(",keyCompromise"));
    assert!(matches!(listed.standing(&leaf, JUNE), Ok(Standing::Revoked(_))));
}

/// Without `nextUpdate` there is always something newer: the answer is of one second.
#[test]
fn an_answer_without_an_end_speaks_of_its_own_second() {
    let desk = Desk::new(P256);
    let answer = desk.answer(VALID, "responder", &[]);
    let response = OcspResponse::verify(&answer, &desk.issuer()).unwrap();
    let leaf = desk.0.der("leaf");
    let at = response.window(&leaf).unwrap().not_before;
    let settled = Ok(Standing::NotRevoked { settled: true, later: None });
    assert_eq!(response.standing(&leaf, at), settled);
    assert_eq!(response.standing(&leaf, at + 1), Err(NoStanding::Stale { next_at: at }));
}

#[test]
fn the_hashes_that_name_the_certificate_are_of_its_issuer() {
    let desk = Desk::new(P256);
    let line = format!("{VALID}\t0ABC\tunknown\t/CN=leaf\n");
    fs::write(desk.0.file("ocsp.txt"), line).unwrap();
    let ask = |hash: &str, issuer: &str| {
        let what = ["ocsp", hash, "-issuer", issuer, "-cert", "leaf.pem", "-reqout", "q.der"];
        desk.0.run(&what);
        let answer = desk.respond("responder", &["-ndays", "7"]);
        OcspResponse::verify(&answer, &desk.issuer())
    };
    for hash in ["-sha1", "-sha256", "-sha384", "-sha512"] {
        let response = ask(hash, "issuer.pem").unwrap();
        assert!(response.standing(&desk.0.der("leaf"), JUNE).is_ok(), "{hash}");
    }
    let md5 = OcspError::HashAlgorithm { oid: "1.2.840.113549.2.5".to_owned() };
    assert_eq!(ask("-md5", "issuer.pem").unwrap_err(), md5);
    // The number of another issuer's certificate.
    assert_eq!(ask("-sha256", "root.pem").unwrap_err(), OcspError::OtherIssuer);
    // The same issuer's name over another key.
    desk.0.key("twin", P256);
    fs::rename(desk.0.file("twin.key"), desk.0.file("issuer.key")).unwrap();
    desk.0.issue("twin", "issuer", "root", CA, LONG, "0AAF");
    assert_eq!(ask("-sha256", "twin.pem").unwrap_err(), OcspError::OtherIssuer);
}

#[test]
fn bytes_that_are_no_response_are_refused_and_never_panic() {
    let desk = Desk::new(P256);
    let answer = desk.answer(VALID, "responder", &["-ndays", "7"]);
    let malformed = OcspError::Malformed { what: "response" };
    for end in 0..answer.len() {
        assert_eq!(desk.refused(&answer[..end]), malformed, "{end} bytes");
    }
    assert_eq!(desk.refused(&[&answer[..], &[0]].concat()), malformed);
    let (bytes, bytes_max) = (OCSP_RESPONSE_BYTES_MAX + 1, OCSP_RESPONSE_BYTES_MAX);
    assert_eq!(desk.refused(&vec![0x30; bytes]), OcspError::TooLong { bytes, bytes_max });
    // SEQUENCE { ENUMERATED 6 }
    let status = OcspError::Refused { status: "unauthorized" };
    assert_eq!(desk.refused(&[0x30, 3, 0x0a, 1, 6]), status);
}
