//! The published vectors `tests/vectors/jws.json`: each token gets its verdict, and the file is what
//! the generator in `cases` makes. Run with `JEJAK_WRITE_VECTORS=1` to write it anew.

#![expect(clippy::unwrap_used, reason = "tests")]

mod cases;
mod signers;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jejak_signer::{Credential, Credentials, Hash, Jws, JwsError, Typ, Verifier, json};
use serde::{Deserialize, Serialize};

use crate::signers::{AT, Signer, Signers};

/// One token and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Vector {
    group: String,
    name: String,
    token: String,
    verdict: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Enrolment {
    algorithm: String,
    chain: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    about: Vec<String>,
    typ: String,
    at: i64,
    anchor: String,
    signers: BTreeMap<String, Enrolment>,
    vectors: Vec<Vector>,
}

struct Enrolled(Vec<Arc<Credential>>);

impl Credentials for Enrolled {
    fn credential(&self, thumbprint: &Hash) -> Option<Arc<Credential>> {
        self.0.iter().find(|credential| credential.thumbprint() == *thumbprint).cloned()
    }
}

#[test]
fn every_token_gets_its_verdict() {
    let verifier = Verifier::new(Enrolled(Signers::load(Vec::new()).credentials()));
    let vectors = published();
    assert!(vectors.len() > 200);
    for vector in vectors {
        let (verdict, reason) = judge(&verifier, vector.token.into_bytes());
        assert_eq!(
            (verdict, reason),
            (vector.verdict.as_str(), vector.reason.as_deref()),
            "{}: {}",
            vector.group,
            vector.name
        );
    }
}

#[test]
fn the_file_is_what_the_generator_makes() {
    let signers = load();
    let enrolment = |signer: &Signer| Enrolment {
        algorithm: signer.algorithm().to_string(),
        chain: format!("signers/{}.chain.pem", signer.name),
    };
    let file = File {
        about: ABOUT.iter().map(|&line| line.to_owned()).collect(),
        typ: Typ::Event.name().to_owned(),
        at: AT,
        anchor: "signers/anchor.pem".to_owned(),
        signers: signers.all().map(|signer| (signer.name.to_owned(), enrolment(signer))).into(),
        vectors: cases::all(&signers),
    };
    let mut text = serde_json::to_string_pretty(&file).unwrap();
    text.push('\n');
    if std::env::var_os("JEJAK_WRITE_VECTORS").is_some() {
        std::fs::write(path(), &text).unwrap();
    }
    // Not assert_eq: a difference would print both files.
    assert!(std::fs::read_to_string(path()).unwrap() == text, "jws.json is not up to date");
}

#[test]
fn names_are_unique() {
    let vectors = cases::all(&load());
    let mut names: Vec<_> = vectors.iter().map(|v| (&v.group, &v.name)).collect();
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

/// The vectors of the file; none where it has to be written.
fn published() -> Vec<Vector> {
    let file = std::fs::read_to_string(path()).ok();
    let file = file.and_then(|text| serde_json::from_str::<File>(&text).ok());
    file.map_or(Vec::new(), |file| file.vectors)
}

fn load() -> Signers {
    Signers::load(published().into_iter().map(|vector| vector.token).collect())
}

fn judge(verifier: &Verifier<Enrolled>, token: Vec<u8>) -> (&'static str, Option<&'static str>) {
    let jws = match Jws::parse(token, Typ::Event) {
        Ok(jws) => jws,
        Err(JwsError::Framing(error)) => return ("malformed-jws", Some(error.code())),
        Err(JwsError::Header(error)) => return ("malformed-header", Some(error.code())),
    };
    let jws = match verifier.verify(jws) {
        Ok(statement) => statement.into_jws(),
        Err(unverified) => return (unverified.reason.code(), None),
    };
    match json::parse_object(jws.payload()) {
        Ok(_) => ("accepted", None),
        Err(error) => ("malformed-payload", Some(error.reason.code())),
    }
}

fn path() -> PathBuf {
    signers::vectors().join("jws.json")
}

const ABOUT: [&str; 8] = [
    "Statements that Jejak accepts or refuses on their form, signature and JSON alone.",
    "Each token is one POST body. The signers' chains, leaf first, lead to the anchor and are valid at the Unix time 'at'; each is enrolled for one algorithm.",
    "'typ' is what is asked for. Where nothing else is said, a token carries a correct signature over its own signing input.",
    "verdict: accepted, malformed-jws, malformed-header, certificate-unknown, algorithm-not-enrolled, signature-invalid or malformed-payload.",
    "The first failure in this order counts: framing, header, certificate, algorithm, signature, payload. 'reason' says more where there is more to say.",
    "The group 'libraries' is the fifteen tokens about which five JOSE libraries disagree.",
    "Accepted tokens that differ in their signatures alone are the same event: its key is SHA-256 of the signing input.",
    "Generic JOSE libraries accept more than this list allows; whatever is accepted here, those that know the algorithm's name accept too.",
];
