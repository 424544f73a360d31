//! What the revocation of an authority does to its tokens (RFC 3161, 4), by lists and responses that OpenSSL makes.

use std::fs;

use jejak_signer::{
    Revocation, RevocationEvidence, RevocationReason, Timestamp, TimestampError, TimestampStanding,
    TimestampToken,
};

use crate::forge::{self, Forge};
use crate::office::{Office, P256};
use crate::{DATES, NOON, NOON_TEXT, NOTE, TSA, authority};

const HOUR: i64 = 3_600;

fn stamped(office: &Office) -> Timestamp {
    stamped_within(office, DATES)
}

fn stamped_within(office: &Office, dates: (&str, &str)) -> Timestamp {
    office.key("tsa", P256);
    let certificate = office.issue("tsa", "tsa", "root", TSA, dates, "0ABC");
    let forge = Forge::new(&certificate, &forge::pkcs8(office, "tsa"), NOTE, NOON_TEXT);
    let token = TimestampToken::parse(&forge.token()).unwrap();
    token.verify(NOTE, &authority(&office.der("root"))).unwrap()
}

/// The root's list of that hour of 1 June, 2026, valid for a day; `revoked` is the date and reason of the
/// authority's certificate.
fn list(office: &Office, hour: u8, revoked: Option<&str>) -> RevocationEvidence {
    let line = revoked.map(|date| format!("R\t301231235959Z\t{date}\t0ABC\tunknown\t/CN=tsa\n"));
    fs::write(office.file("index.txt"), line.unwrap_or_default()).unwrap();
    fs::write(office.file("number"), "07\n").unwrap();
    let config = "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\n\
                  crl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n";
    fs::write(office.file("crl.conf"), config).unwrap();
    let by = ["-cert", "root.pem", "-keyfile", "root.key"];
    let (from, until) = (format!("20260601{hour:02}0000Z"), format!("20260602{hour:02}0000Z"));
    let when = ["-crl_lastupdate", &from, "-crl_nextupdate", &until];
    office.run(
        &[&["ca", "-config", "crl.conf", "-gencrl", "-out", "l.pem"], &by[..], &when].concat(),
    );
    let text = fs::read_to_string(office.file("l.pem")).unwrap();
    let der = jejak_signer::revocation_list_from_pem(&text).unwrap();
    RevocationEvidence::verify(&der, &office.der("root")).unwrap()
}

#[test]
fn a_list_made_after_the_token_settles_it_and_one_made_before_does_not() {
    let office = Office::new(P256);
    let timestamp = stamped(&office);
    assert_eq!(timestamp.standing::<RevocationEvidence>(&[]), Ok(TimestampStanding::Unknown));
    let (before, after) = (list(&office, 11, None), list(&office, 12, None));
    let standing = |list| timestamp.standing(std::slice::from_ref(list));
    assert_eq!(standing(&before), Ok(TimestampStanding::NotRevoked));
    assert_eq!(standing(&after), Ok(TimestampStanding::Settled));
    assert_eq!(timestamp.standing(&[after, before]), Ok(TimestampStanding::Settled));
}

#[test]
fn what_was_stamped_before_an_orderly_end_stands() {
    let office = Office::new(P256);
    let timestamp = stamped(&office);
    let found = |revoked_at, reason| Revocation { revoked_at, reason, invalid_since: None };
    let refused = |revocation| Err(TimestampError::Revoked { index: 0, revocation });
    for (name, reason) in [
        ("superseded", RevocationReason::Superseded),
        ("cessationOfOperation", RevocationReason::CessationOfOperation),
        ("affiliationChanged", RevocationReason::AffiliationChanged),
    ] {
        let ended = list(&office, 14, Some(&format!("260601130000Z,{name}")));
        assert_eq!(timestamp.standing(&[ended]), Ok(TimestampStanding::Settled), "{name}");
        let ended = list(&office, 14, Some(&format!("260601120000Z,{name}")));
        assert_eq!(timestamp.standing(&[ended]), refused(found(NOON, reason)), "{name}");
    }
    // Of a key in other hands, or for no reason that is told, nothing stands.
    for (name, reason) in [
        (",keyCompromise", RevocationReason::KeyCompromise),
        (",CACompromise", RevocationReason::CaCompromise),
        ("", RevocationReason::Unspecified),
    ] {
        let lost = list(&office, 14, Some(&format!("260601130000Z{name}")));
        let revocation = found(NOON + HOUR, reason);
        assert_eq!(timestamp.standing(&[lost]), refused(revocation), "{name}");
    }
    let held = list(&office, 14, Some("260601120000Z,certificateHold"));
    let revocation = found(NOON, RevocationReason::CertificateHold);
    assert_eq!(timestamp.standing(&[held]), refused(revocation));
}

/// What the root answers about the authority's certificate now, whenever that is.
fn answer(office: &Office, status: &str) -> RevocationEvidence {
    let line = format!("{status}\t0ABC\tunknown\t/CN=tsa\n");
    fs::write(office.file("ocsp.txt"), line).unwrap();
    office.run(&["ocsp", "-issuer", "root.pem", "-cert", "tsa.pem", "-reqout", "q.der"]);
    let data = ["ocsp", "-index", "ocsp.txt", "-CA", "root.pem", "-reqin", "q.der"];
    let by = ["-rsigner", "root.pem", "-rkey", "root.key", "-respout", "r.der", "-ndays", "7"];
    office.run(&[&data[..], &by].concat());
    let der = fs::read(office.file("r.der")).unwrap();
    RevocationEvidence::verify(&der, &office.der("root")).unwrap()
}

/// An authority that has no lists but a responder.
#[test]
fn a_response_about_the_authority_counts_like_a_list() {
    let office = Office::new(P256);
    // Of a certificate that has ended a responder need not know.
    let timestamp = stamped_within(&office, ("20250101000000Z", "20491231235959Z"));
    let good = answer(&office, "V\t301231235959Z\t");
    assert_eq!(timestamp.standing(&[good]), Ok(TimestampStanding::Settled));
    let found = |revoked_at, reason| Revocation { revoked_at, reason, invalid_since: None };
    let refused = |revocation| Err(TimestampError::Revoked { index: 0, revocation });
    let lost = answer(&office, "R\t301231235959Z\t260601130000Z,keyCompromise");
    let revocation = found(NOON + HOUR, RevocationReason::KeyCompromise);
    assert_eq!(timestamp.standing(std::slice::from_ref(&lost)), refused(revocation));
    // Whatever a list says beside it.
    assert_eq!(timestamp.standing(&[list(&office, 12, None), lost]), refused(revocation));
    let ended = answer(&office, "R\t301231235959Z\t260601130000Z,superseded");
    assert_eq!(timestamp.standing(&[ended]), Ok(TimestampStanding::Settled));
    let before = answer(&office, "R\t301231235959Z\t260601120000Z,superseded");
    let revocation = found(NOON, RevocationReason::Superseded);
    assert_eq!(timestamp.standing(&[before]), refused(revocation));
}
