//! OCSP responses that OpenSSL makes and verifies, asked about times before and after.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

#[path = "../timestamp/office.rs"]
mod office;
mod responders;
mod standing;

use std::fs;

use jejak_signer::{OcspError, OcspResponse};

use self::office::{CA, Kind, Office};

/// When certificates of most tests are valid; responses are made now, whenever that is.
const LONG: (&str, &str) = ("20200101000000Z", "20400101000000Z");
const LEAF: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n";
const RESPONDER: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                         extendedKeyUsage=OCSPSigning\nnoCheck=ignored\n";

/// An issuer under a root, one of its certificates of number 0ABC, a responder.
struct Desk(Office);

impl Desk {
    fn new(kind: Kind) -> Self {
        Self::with(kind, LONG)
    }

    fn with(kind: Kind, dates: (&str, &str)) -> Self {
        let office = Office::new(kind);
        office.key("issuer", kind);
        office.issue("issuer", "issuer", "root", CA, LONG, "0AAA");
        for name in ["leaf", "responder"] {
            office.key(name, kind);
        }
        office.issue("leaf", "leaf", "issuer", LEAF, dates, "0ABC");
        office.issue("responder", "responder", "issuer", RESPONDER, LONG, "0ABD");
        Self(office)
    }

    /// What the responder answers about the leaf now, `status` being its line in the database without the
    /// number: `V\t301231235959Z\t`, `R\t301231235959Z\t260601000000Z,superseded`.
    fn answer(&self, status: &str, signer: &str, arguments: &[&str]) -> Vec<u8> {
        let line = if status.is_empty() {
            String::new()
        } else {
            format!("{status}\t0ABC\tunknown\t/CN=leaf\n")
        };
        fs::write(self.0.file("ocsp.txt"), line).unwrap();
        self.0.run(&["ocsp", "-issuer", "issuer.pem", "-cert", "leaf.pem", "-reqout", "q.der"]);
        self.respond(signer, arguments)
    }

    /// To the request that is there.
    fn respond(&self, signer: &str, arguments: &[&str]) -> Vec<u8> {
        let (pem, key) = (format!("{signer}.pem"), format!("{signer}.key"));
        let data = ["ocsp", "-index", "ocsp.txt", "-CA", "issuer.pem", "-reqin", "q.der"];
        let by = ["-rsigner", &pem, "-rkey", &key, "-respout", "r.der"];
        self.0.run(&[&data[..], &by, arguments].concat());
        fs::read(self.0.file("r.der")).unwrap()
    }

    fn verified(&self, status: &str) -> OcspResponse {
        let answer = self.answer(status, "responder", &["-ndays", "7"]);
        OcspResponse::verify(&answer, &self.issuer()).unwrap()
    }

    fn refused(&self, answer: &[u8]) -> OcspError {
        OcspResponse::verify(answer, &self.issuer()).unwrap_err()
    }

    fn issuer(&self) -> Vec<u8> {
        self.0.der("issuer")
    }

    /// What OpenSSL says of the answer that was made last: `good`, `revoked`, `unknown`, or nothing where it
    /// does not believe it.
    fn openssl(&self) -> Option<String> {
        fs::write(self.0.file("both.pem"), self.both()).unwrap();
        let what = ["ocsp", "-issuer", "issuer.pem", "-cert", "leaf.pem", "-respin", "r.der"];
        let output = self.0.openssl(&[&what[..], &["-CAfile", "both.pem", "-no_nonce"]].concat());
        let (said, verdict) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        let status = said.lines().next().and_then(|line| line.split(": ").nth(1));
        verdict.contains("Response verify OK").then(|| status.unwrap_or_default().to_owned())
    }

    fn both(&self) -> String {
        let read = |name| fs::read_to_string(self.0.file(name)).unwrap();
        read("root.pem") + &read("issuer.pem")
    }
}
