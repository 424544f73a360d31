//! Revocation lists that OpenSSL makes, asked about times before and after; where OpenSSL can be asked the same
//! question it gives the same answer.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jejak_signer::devca::{AuthoritySpec, DevCa, KeyUsagePurpose, Profile};
use jejak_signer::{
    Algorithm, Certificate, HolderKind, NoStanding, Revocation, RevocationList,
    RevocationListError, RevocationReason, SigningKey, Standing, Window, certificate_to_pem,
};

/// 2026-06-01T00:00:00Z.
const JUNE: i64 = 1_780_272_000;
const DAY: i64 = 86_400;
const WINDOW: Window = Window { not_before: JUNE - 300 * DAY, not_after: JUNE + 900 * DAY };
/// When the list is made: 2026-06-11.
const MADE: i64 = JUNE + 10 * DAY;
const NEXT: i64 = MADE + 7 * DAY;

/// An authority, one of its certificates, and a directory in which OpenSSL works.
struct Office {
    dir: tempfile::TempDir,
    root: Vec<u8>,
    issuer: Vec<u8>,
    leaf: Vec<u8>,
    /// What the issuer signs with its key.
    digest: &'static str,
}

impl Office {
    fn new(algorithm: Algorithm) -> Self {
        let window = Window { not_before: JUNE - 100 * DAY, not_after: JUNE + 265 * DAY };
        Self::with(algorithm, Profile::of_authority(Some(0)), window)
    }

    fn with(algorithm: Algorithm, issuing: Profile, window: Window) -> Self {
        let spec = |profile| AuthoritySpec {
            key: SigningKey::generate(algorithm).unwrap(),
            profile,
            window: WINDOW,
        };
        let ca = DevCa::build("Uji", spec(Profile::of_authority(Some(1))), spec(issuing)).unwrap();
        let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let profile = Profile::of_holder(HolderKind::Person);
        let chain = ca.issue("Pejabat", "Dinas", key.public_key(), &profile, window).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        put("root.pem", &certificate_to_pem(ca.anchor_der()));
        put("issuer.pem", &certificate_to_pem(&chain[1]));
        put("leaf.pem", &certificate_to_pem(&chain[0]));
        let pem = ca.to_pem().unwrap();
        let key = pem.rfind("-----BEGIN PRIVATE KEY").unwrap();
        put("issuer.key", &pem[key..]);
        let (leaf, issuer) = (chain[0].clone(), chain[1].clone());
        let digest = if algorithm == Algorithm::Es384 { "sha384" } else { "sha256" };
        Self { root: ca.anchor_der().to_vec(), issuer, leaf, dir, digest }
    }

    /// Another certificate of the issuer, made by OpenSSL, with one more extension.
    fn leaf_with(&self, extension: &str) -> Vec<u8> {
        fs::write(self.file("leaf.ext"), format!("basicConstraints=CA:FALSE\n{extension}\n"))
            .unwrap();
        let dir = self.dir.path();
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let request = ["req", "-new", "-subj", "/CN=Pejabat", "-keyout", "l.key", "-out", "l.csr"];
        run(dir, &[request.as_slice(), &key].concat());
        let issuer = ["-CA", "issuer.pem", "-CAkey", "issuer.key", "-days", "3650"];
        let issue = ["x509", "-req", "-in", "l.csr", "-extfile", "leaf.ext", "-out", "l.der"];
        let form = ["-outform", "DER", "-set_serial", "0x11"];
        run(dir, &[issue.as_slice(), &issuer, &form].concat());
        fs::read(self.file("l.der")).unwrap()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn serial(&self) -> String {
        Certificate::from_der(self.leaf.clone()).unwrap().serial().to_uppercase()
    }

    /// The list in DER: `revoked` is the date and reason of the leaf as OpenSSL's database writes them,
    /// `extensions` are lines of its configuration.
    fn list(&self, revoked: Option<&str>, extensions: &str) -> Vec<u8> {
        let extensions = format!("authorityKeyIdentifier=keyid\n{extensions}");
        self.list_of(revoked, &extensions, [&asn1(MADE), &asn1(NEXT)])
    }

    /// The list with these extensions and no others, made and followed at these times (`20260611000000Z`).
    fn list_of(&self, revoked: Option<&str>, extensions: &str, times: [&str; 2]) -> Vec<u8> {
        let [made, next] = times;
        let line = revoked
            .map(|date| format!("R\t301231235959Z\t{date}\t{}\tunknown\t/CN=x\n", self.serial()));
        // Somebody else's, so that a list is never empty.
        let other = "R\t301231235959Z\t260101000000Z\t5AFE\tunknown\t/CN=y\n";
        fs::write(self.file("index.txt"), format!("{}{other}", line.unwrap_or_default())).unwrap();
        fs::write(self.file("number"), "07\n").unwrap();
        let config = format!(
            "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=number\ndefault_md={}\n\
             certificate=issuer.pem\nprivate_key=issuer.key\ncrl_extensions=e\n[e]\n\
             {extensions}\n",
            self.digest,
        );
        fs::write(self.file("ca.conf"), config).unwrap();
        run(
            self.dir.path(),
            &[
                "ca",
                "-config",
                "ca.conf",
                "-gencrl",
                "-out",
                "list.pem",
                "-crl_lastupdate",
                made,
                "-crl_nextupdate",
                next,
            ],
        );
        run(self.dir.path(), &["crl", "-in", "list.pem", "-outform", "DER", "-out", "list.der"]);
        fs::read(self.file("list.der")).unwrap()
    }

    fn verified(&self, revoked: Option<&str>, extensions: &str) -> RevocationList {
        RevocationList::verify(&self.list(revoked, extensions), &self.issuer).unwrap()
    }

    fn refused(&self, extensions: &str) -> RevocationListError {
        RevocationList::verify(&self.list(None, extensions), &self.issuer).unwrap_err()
    }

    /// OpenSSL's verdict on the leaf at a time with the list that was made last: the number of its error.
    fn openssl(&self, at: i64) -> Option<u32> {
        let bundle = certificate_to_pem(&self.root) + &certificate_to_pem(&self.issuer);
        fs::write(self.file("bundle.pem"), bundle).unwrap();
        let output = Command::new("openssl")
            .current_dir(self.dir.path())
            .args(["verify", "-attime", &at.to_string(), "-crl_check", "-CRLfile", "list.pem"])
            .args(["-CAfile", "bundle.pem", "leaf.pem"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let number = said.split("error ").nth(1).and_then(|rest| rest.split(' ').next());
        number.map(|number| number.parse().unwrap())
    }
}

fn run(dir: &Path, arguments: &[&str]) {
    let output = Command::new("openssl").current_dir(dir).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// `20260611000000Z`: whole days around June 2026.
fn asn1(at: i64) -> String {
    let day = (at - JUNE) / DAY;
    match day {
        0..30 => format!("202606{:02}000000Z", day + 1),
        _ => panic!("day {day} is not in June"),
    }
}

/// Revoked on 6 June.
const REVOKED: i64 = JUNE + 5 * DAY;

#[test]
fn what_was_signed_before_a_revocation_stands_and_after_it_does_not() {
    for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::Es384] {
        let office = Office::new(algorithm);
        let list = office.verified(Some("260606000000Z,superseded"), "");
        let found = Revocation {
            revoked_at: REVOKED,
            reason: RevocationReason::Superseded,
            invalid_since: None,
        };
        let standing = |at| list.standing(&office.leaf, at).unwrap();
        let before = Standing::NotRevoked { settled: true, later: Some(found) };
        assert_eq!(standing(REVOKED - 1), before);
        for at in [REVOKED, MADE, NEXT, NEXT + DAY] {
            assert_eq!(standing(at), Standing::Revoked(found), "{at}");
        }
        assert_eq!(office.openssl(MADE), Some(23));
        // OpenSSL compares no dates of entries: it would take back what was signed before.
        assert_eq!(office.openssl(REVOKED - 1), Some(11));
        assert_eq!((list.window().not_before, list.window().not_after), (MADE, NEXT));
        assert_eq!(list.count(), 2);
    }
}

/// RFC 5280, 5.2.1: two keys of one issuer are told apart by it.
#[test]
fn a_list_that_does_not_say_with_which_key_it_was_made_counts_for_nothing() {
    let office = Office::new(Algorithm::Es256);
    let list = office.list_of(None, "", [&asn1(MADE), &asn1(NEXT)]);
    let refused = RevocationList::verify(&list, &office.issuer).unwrap_err();
    assert_eq!(refused, RevocationListError::KeyIdentifierMissing);
}

#[test]
fn a_list_is_followed_by_another_after_it_was_made() {
    let office = Office::new(Algorithm::Es256);
    let verify = |made: i64, next: i64| {
        let times = [asn1(made), asn1(next)];
        let list = office.list_of(None, "authorityKeyIdentifier=keyid", [&times[0], &times[1]]);
        RevocationList::verify(&list, &office.issuer).map(|list| list.window())
    };
    assert_eq!(verify(MADE, MADE - DAY), Err(RevocationListError::NoNextUpdate));
    let window = verify(MADE, NEXT).unwrap();
    assert_eq!((window.not_before, window.not_after), (MADE, NEXT));
}

#[test]
fn a_list_is_made_while_its_issuers_certificate_is_valid() {
    let office = Office::new(Algorithm::Es256);
    let verify = |made: &str, next: &str| {
        let list = office.list_of(None, "authorityKeyIdentifier=keyid", [made, next]);
        RevocationList::verify(&list, &office.issuer)
    };
    for (made, next, made_at) in [
        ("20200101000000Z", "20300101000000Z", 1_577_836_800),
        ("20300101000000Z", "20310101000000Z", 1_893_456_000),
    ] {
        let Window { not_before, not_after } = WINDOW;
        let refused = verify(made, next).unwrap_err();
        let expected = RevocationListError::IssuerNotValid { not_before, not_after, made_at };
        assert_eq!(refused, expected);
    }
}

#[test]
fn a_compromise_counts_from_the_day_since_which_the_key_was_in_other_hands() {
    let office = Office::new(Algorithm::Es256);
    // Revoked on 6 June, in other hands since 2 June.
    let list = office.verified(Some("260606000000Z,keyTime,20260602000000Z"), "");
    let found = Revocation {
        revoked_at: REVOKED,
        reason: RevocationReason::KeyCompromise,
        invalid_since: Some(JUNE + DAY),
    };
    assert!(found.is_compromise());
    assert_eq!(list.standing(&office.leaf, JUNE + DAY), Ok(Standing::Revoked(found)));
    let before = Standing::NotRevoked { settled: true, later: Some(found) };
    assert_eq!(list.standing(&office.leaf, JUNE + DAY - 1), Ok(before));
}

#[test]
fn a_certificate_on_hold_is_neither_good_nor_revoked() {
    let office = Office::new(Algorithm::Es256);
    let list = office.verified(Some("260606000000Z,certificateHold"), "");
    assert!(matches!(list.standing(&office.leaf, MADE), Ok(Standing::OnHold(_))));
    assert!(matches!(list.standing(&office.leaf, JUNE), Ok(Standing::NotRevoked { .. })));
}

#[test]
fn a_list_speaks_until_the_next_one_is_due() {
    let office = Office::new(Algorithm::Es256);
    let list = office.verified(None, "");
    let standing = |at| list.standing(&office.leaf, at);
    let not_revoked = |settled| Ok(Standing::NotRevoked { settled, later: None });
    assert_eq!(standing(MADE), not_revoked(true));
    assert_eq!(standing(MADE + 1), not_revoked(false), "a later list may say otherwise");
    assert_eq!((standing(NEXT), office.openssl(NEXT - 1)), (not_revoked(false), None));
    assert_eq!(standing(NEXT + 1), Err(NoStanding::Stale { next_at: NEXT }));
    assert_eq!(office.openssl(NEXT + 1), Some(12));
}

#[test]
fn an_expired_certificate_may_have_left_the_list() {
    let expired_at = JUNE + DAY;
    let window = Window { not_before: JUNE - 100 * DAY, not_after: expired_at };
    let office = Office::with(Algorithm::Es256, Profile::of_authority(Some(0)), window);
    let list = office.verified(None, "");
    let left = Err(NoStanding::Expired { expired_at });
    assert_eq!(list.standing(&office.leaf, JUNE), left);
    let listed = office.verified(Some("260601120000Z"), "");
    assert!(matches!(listed.standing(&office.leaf, MADE), Ok(Standing::Revoked(_))));
    // expiredCertsOnCRL from 1 June, 2026: nobody who expired since has left.
    let keeps = |from: &str| {
        let hex = from.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        office.verified(None, &format!("2.5.29.60=DER:180f{hex}"))
    };
    let settled = Ok(Standing::NotRevoked { settled: true, later: None });
    assert_eq!(keeps("20260601000000Z").standing(&office.leaf, JUNE), settled);
    assert_eq!(keeps("20260603000000Z").standing(&office.leaf, JUNE), left);
}

#[test]
fn a_list_about_others_says_nothing() {
    let office = Office::new(Algorithm::Es256);
    let list = office.verified(None, "");
    assert_eq!(list.standing(&office.issuer, MADE), Err(NoStanding::OtherIssuer));
    assert_eq!(list.standing(b"no certificate", MADE), Err(NoStanding::Malformed));
    // The leaf names no distribution point.
    let point = |line: &str| {
        let lines = format!("fullname=URI:http://crl.test/1.crl\n{line}\n");
        format!("issuingDistributionPoint=critical,@p\n[p]\n{lines}")
    };
    let list = office.verified(None, &point(""));
    assert_eq!(list.standing(&office.leaf, MADE), Err(NoStanding::OtherScope));
    let named = office.leaf_with("crlDistributionPoints=URI:http://crl.test/1.crl");
    let elsewhere = office.leaf_with("crlDistributionPoints=URI:http://crl.test/2.crl");
    let good = Ok(Standing::NotRevoked { settled: true, later: None });
    assert_eq!(list.standing(&named, MADE), good);
    assert_eq!(list.standing(&elsewhere, MADE), Err(NoStanding::OtherScope));
    assert_eq!(office.verified(None, &point("onlyuser=TRUE")).standing(&named, MADE), good);
    let of_authorities = office.verified(None, &point("onlyCA=TRUE"));
    assert_eq!(of_authorities.standing(&named, MADE), Err(NoStanding::OtherScope));
}

#[test]
fn partial_lists_are_not_read() {
    let office = Office::new(Algorithm::Es256);
    let point = |line: &str| format!("issuingDistributionPoint=critical,@p\n[p]\n{line}\n");
    let partial = |what| RevocationListError::Partial { what };
    let reasons = office.refused(&point("onlysomereasons=keyCompromise"));
    assert_eq!(reasons, partial("onlySomeReasons"));
    assert_eq!(office.refused(&point("indirectCRL=TRUE")), partial("indirectCRL"));
    // A list it is, and what it lacks is told.
    for line in ["onlyuser=TRUE", "onlyCA=TRUE"] {
        assert_eq!(office.refused(&point(line)), RevocationListError::DistributionPoint, "{line}");
    }
    let of_attributes = office.refused(&point("onlyAA=TRUE"));
    assert!(matches!(of_attributes, RevocationListError::Form(_)), "{of_attributes}");
    assert_eq!(office.refused("2.5.29.27=critical,DER:020101"), partial("deltaCRLIndicator"));
    let unknown = office.refused("1.2.3.4=critical,DER:0500");
    assert!(matches!(unknown, RevocationListError::Form(_)), "{unknown}");
}

#[test]
fn a_list_of_another_issuer_or_key_is_refused() {
    let (office, other) = (Office::new(Algorithm::Es256), Office::new(Algorithm::Es256));
    let list = office.list(None, "");
    let refused = |list: &[u8], issuer: &[u8]| RevocationList::verify(list, issuer).unwrap_err();
    assert_eq!(refused(&list, &office.root), RevocationListError::OtherIssuer);
    // The same name, another key.
    assert_eq!(refused(&list, &other.issuer), RevocationListError::OtherKeyIdentifier);
    let leaf = refused(&list, &office.leaf);
    assert!(matches!(leaf, RevocationListError::Issuer(_)), "{leaf}");
    let mut forged = list.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(refused(&forged, &office.issuer), RevocationListError::SignatureInvalid);
    let mut changed = list;
    let byte = changed.windows(2).position(|pair| pair == [0x5a, 0xfe]).unwrap();
    changed[byte] ^= 1;
    assert_eq!(refused(&changed, &office.issuer), RevocationListError::SignatureInvalid);
}

#[test]
fn an_issuer_signs_lists_only_if_its_certificate_says_so() {
    let certificates_only = Profile {
        key_usages: vec![KeyUsagePurpose::KeyCertSign],
        ..Profile::of_authority(Some(0))
    };
    let window = Window { not_before: JUNE - 100 * DAY, not_after: JUNE + 265 * DAY };
    let office = Office::with(Algorithm::Es256, certificates_only, window);
    assert_eq!(office.refused(""), RevocationListError::CrlSignMissing);
}

#[test]
fn bytes_that_are_no_list_are_refused_and_never_panic() {
    let office = Office::new(Algorithm::Es256);
    let list = office.list(Some("260606000000Z"), "");
    for end in 0..list.len() {
        assert!(RevocationList::verify(&list[..end], &office.issuer).is_err(), "{end} bytes");
    }
    assert!(RevocationList::verify(&[&list[..], &[0]].concat(), &office.issuer).is_err());
    let long = vec![0; jejak_signer::REVOCATION_LIST_BYTES_MAX + 1];
    let refused = RevocationList::verify(&long, &office.issuer).unwrap_err();
    assert!(matches!(refused, RevocationListError::TooLong { .. }));
}
