//! An authority that others wrote (certomancer): its time-stamps, its OCSP responses, its revocation lists; of the last two
//! a judge that others wrote (certval) has to say what we say.
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
use std::path::Path;
use std::process::Command;

use jejak_signer::{
    Anchors, Credential, HashAlgorithm, HolderKind, OcspResponse, Revocation, RevocationEvidence,
    RevocationList, RevocationReason, Standing, TimestampAuthority, TimestampError,
    TimestampRequest, TimestampStanding, TrustPolicy, Window, ocsp_request,
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
        let list = RevocationEvidence::verify(&list, &root).unwrap();
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

/// What is asked of both judges: a certificate, its issuer under the root, and what is said of each.
struct Case {
    leaf: Vec<u8>,
    issuer: Vec<u8>,
    root: Vec<u8>,
    of_leaf: Vec<u8>,
    of_issuer: Vec<u8>,
}

impl Case {
    /// The path at that time, then from the root downwards what each issuer says of the next.
    fn ours(&self, at: i64) -> &'static str {
        let policy = TrustPolicy::of_anchors(Anchors::new(vec![self.root.clone()]).unwrap());
        let chain = [self.leaf.clone(), self.issuer.clone()];
        if Credential::admit(&policy, &chain, HolderKind::Person, at).is_err() {
            return "invalid";
        }
        let said = [
            (&self.issuer, &self.root, &self.of_issuer),
            (&self.leaf, &self.issuer, &self.of_leaf),
        ];
        for (certificate, by, news) in said {
            let Ok(news) = RevocationEvidence::verify(news, by) else { return "invalid" };
            match news.standing(certificate, at) {
                Ok(Standing::NotRevoked { .. }) => {}
                Ok(Standing::Revoked(_) | Standing::OnHold(_)) => return "revoked",
                Err(_) => return "invalid",
            }
        }
        "valid"
    }

    /// The same by certval, without its reason.
    fn certvals(&self, judge: &str, dir: &Path, at: i64) -> String {
        let files = [
            ("root", &self.root),
            ("issuer", &self.issuer),
            ("of-issuer", &self.of_issuer),
            ("leaf", &self.leaf),
            ("of-leaf", &self.of_leaf),
        ];
        let mut command = Command::new(judge);
        command.current_dir(dir).arg(at.to_string());
        for (name, der) in files {
            fs::write(dir.join(name), der).unwrap();
            command.arg(name);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).unwrap();
        said.trim_end().split(": ").next().unwrap().to_owned()
    }
}

/// certval believes what is current at the time it is asked about and nothing else. We read more out of the same bytes:
/// that a certificate was not yet revoked at a time before a list or response was made, and that one stays revoked after
/// the next list was due. Of both certval says that it does not know: these pairs are not here.
#[test]
fn its_answers_and_its_lists_mean_to_certval_what_they_mean_to_us() {
    let Some(authority) = Authority::running() else {
        return;
    };
    let judge = env::var("JEJAK_TEST_CERTOMANCER_CERTVAL").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let may = ("2026-05-01T00:00:00Z", JUNE - 31 * 86_400);
    let before = ("2026-05-31T23:59:59Z", JUNE - 1);
    let june = ("2026-06-01T00:00:00Z", JUNE);
    let later = (LATER, LATER_AT);
    // The certificates end with 2026.
    let ended = ("2027-01-02T00:00:00Z", 1_798_848_000);
    let cases = [
        ("signer", may, may, "valid"),
        ("signer", later, later, "valid"),
        ("signer-revoked", may, may, "valid"),
        ("signer-revoked", before, before, "valid"),
        ("signer-revoked", june, june, "revoked"),
        ("signer-revoked", later, later, "revoked"),
        ("signer-held", before, before, "valid"),
        ("signer-held", later, later, "revoked"),
        // The next was due long before.
        ("signer", may, later, "invalid"),
        ("signer", ended, ended, "invalid"),
    ];
    let (root, issuer) = (authority.root(), authority.issuer());
    for (name, (made, _), (on, at), expected) in cases {
        let leaf = authority.get(&format!("/uji/certs/psre/issued/{name}.crt"), LATER);
        let question = ocsp_request(&leaf, &issuer).unwrap();
        let of_issuer = authority.get("/uji/crls/induk/latest.crl", on);
        let list = authority.get("/uji/crls/psre/latest.crl", made);
        let media = "application/ocsp-request";
        let response = authority.ask("POST", "/uji/ocsp/psre", made, media, &question);
        for (form, of_leaf) in [("list", list), ("response", response)] {
            let (issuer, root, of_issuer) = (issuer.clone(), root.clone(), of_issuer.clone());
            let mut case = Case { leaf: leaf.clone(), issuer, root, of_leaf, of_issuer };
            let judged = |case: &Case| (case.ours(at), case.certvals(&judge, dir.path(), at));
            let what = format!("{form} of {made} about {name} at {on}");
            assert_eq!(judged(&case), (expected, expected.to_owned()), "{what}");

            // What nobody signed says nothing, whatever it says.
            let place = case.of_leaf.len() / 3;
            case.of_leaf[place] ^= 1;
            assert_eq!(judged(&case), ("invalid", "invalid".to_owned()), "{what}, altered");
            // A list of the issuer above, which is not about the certificate.
            case.of_leaf = case.of_issuer.clone();
            assert_eq!(judged(&case), ("invalid", "invalid".to_owned()), "{what}, another's");
        }
    }
}
