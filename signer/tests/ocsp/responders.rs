//! Who may answer (RFC 6960, 4.2.2.2).

use jejak_signer::{CertificateError, OcspError, OcspResponse};

use crate::office::{ED25519, P256, RSA};
use crate::{Desk, LEAF, LONG, RESPONDER};

const VALID: &str = "V\t301231235959Z\t";

#[test]
fn the_issuer_itself_answers_by_name_or_by_key() {
    for kind in [RSA, P256, ED25519] {
        let desk = Desk::new(kind);
        for by in [&["-ndays", "7"][..], &["-ndays", "7", "-resp_key_id"]] {
            let answer = desk.answer(VALID, "issuer", by);
            assert_eq!(desk.openssl().as_deref(), Some("good"));
            let response = OcspResponse::verify(&answer, &desk.issuer()).unwrap();
            assert_eq!(response.delegate(), None);
            let answer = desk.answer(VALID, "responder", by);
            let response = OcspResponse::verify(&answer, &desk.issuer()).unwrap();
            assert_eq!(response.delegate(), Some(&desk.0.der("responder")[..]));
        }
    }
}

#[test]
fn a_delegate_is_the_issuers_for_this_purpose_and_valid_then() {
    let desk = Desk::new(P256);
    let by = |issuer: &str, extensions: &str, dates| {
        desk.0.issue("responder", "responder", issuer, extensions, dates, "0ABE");
        let answer = desk.answer(VALID, "responder", &["-ndays", "7"]);
        OcspResponse::verify(&answer, &desk.issuer()).map(|_| ())
    };
    assert_eq!(by("issuer", RESPONDER, LONG), Ok(()));
    let unauthorised = |found: &[&str]| {
        let found = found.iter().map(|oid| (*oid).to_owned()).collect();
        Err(OcspError::ResponderNotAuthorized { found })
    };
    assert_eq!(by("issuer", LEAF, LONG), unauthorised(&[]));
    assert_eq!(desk.openssl(), None);
    let any = format!("{LEAF}extendedKeyUsage=anyExtendedKeyUsage\n");
    assert_eq!(by("issuer", &any, LONG), unauthorised(&["2.5.29.37.0"]));
    // Of the issuer's issuer: not this issuer's to speak for.
    assert_eq!(by("root", RESPONDER, LONG), Err(OcspError::Path(webpki::Error::UnknownIssuer)));
    assert_eq!(desk.openssl(), None);
    let expired = by("issuer", RESPONDER, ("20200101000000Z", "20210101000000Z"));
    assert!(matches!(expired, Err(OcspError::Path(webpki::Error::CertExpired { .. }))));
    let weak = format!("{RESPONDER}1.2.3.4=critical,DER:0500\n");
    let refused = by("issuer", &weak, LONG);
    assert!(matches!(
        refused,
        Err(OcspError::Certificate(CertificateError::UnknownCriticalExtension { .. }))
    ));
}

#[test]
fn who_answered_is_at_hand() {
    let desk = Desk::new(P256);
    let answer = desk.answer(VALID, "responder", &["-ndays", "7", "-resp_no_certs"]);
    assert_eq!(desk.refused(&answer), OcspError::ResponderMissing);
}

#[test]
fn the_signature_is_the_responders() {
    let desk = Desk::new(P256);
    let answer = desk.answer(VALID, "issuer", &["-ndays", "7", "-resp_no_certs"]);
    let mut forged = answer.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(desk.refused(&forged), OcspError::SignatureInvalid);
    // The number that is spoken of, among the signed bytes.
    let at = answer.windows(4).position(|bytes| bytes == [2, 2, 0x0a, 0xbc]).unwrap();
    let mut changed = answer;
    changed[at + 3] ^= 1;
    assert_eq!(desk.refused(&changed), OcspError::SignatureInvalid);
    let weak = desk.answer(VALID, "issuer", &["-ndays", "7", "-rmd", "sha1"]);
    let refused = OcspError::SignatureAlgorithm { oid: "1.2.840.10045.4.1".to_owned() };
    assert_eq!(desk.refused(&weak), refused);
}

#[test]
fn the_issuer_is_an_authority_that_was_valid_then() {
    let desk = Desk::new(P256);
    let answer = desk.answer(VALID, "responder", &["-ndays", "7"]);
    let leaf = OcspResponse::verify(&answer, &desk.0.der("leaf")).unwrap_err();
    assert_eq!(leaf, OcspError::Issuer(CertificateError::NotAnAuthority));
    let dates = ("20200101000000Z", "20210101000000Z");
    let expired = desk.0.issue("issuer", "issuer", "root", crate::CA, dates, "0AAE");
    let refused = OcspResponse::verify(&answer, &expired).unwrap_err();
    assert!(
        matches!(
            refused,
            OcspError::IssuerNotValid { not_before: 1_577_836_800, not_after: 1_609_459_200, .. }
        ),
        "{refused}"
    );
}
