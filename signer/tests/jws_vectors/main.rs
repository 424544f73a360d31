//! The published vectors `tests/vectors/jws.json`: each token gets its verdict, and the file is what
//! the generator in `cases` makes. Run with `JEJAK_WRITE_VECTORS=1` to write it anew.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod cases;
mod signers;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jejak_signer::{Credential, Credentials, Hash, Jws, JwsError, Typ, Verifier, json};
use serde::{Deserialize, Serialize};

use crate::cases::event;
use crate::cases::lines::{self, Line};
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
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

impl Vector {
    fn title(&self) -> String {
        format!("{}/{}", self.group, self.name)
    }
}

#[derive(Serialize, Deserialize)]
struct Enrolment {
    algorithm: String,
    chain: String,
}

/// The ledger that the vectors are judged by where form, signature and JSON are right.
#[derive(Serialize, Deserialize)]
struct Ledger {
    origin: String,
    ruleset: String,
    agency: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    about: Vec<String>,
    typ: String,
    at: i64,
    anchor: String,
    signers: BTreeMap<String, Enrolment>,
    ledger: Ledger,
    lines: Vec<Line>,
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
    let vectors = cases::all(&signers);
    let file = File {
        about: ABOUT.iter().map(|&line| line.to_owned()).collect(),
        typ: Typ::Event.name().to_owned(),
        at: AT,
        anchor: "signers/anchor.pem".to_owned(),
        signers: signers.all().map(|signer| (signer.name.to_owned(), enrolment(signer))).into(),
        ledger: Ledger {
            origin: event::ORIGIN.to_owned(),
            ruleset: event::RULESET.to_owned(),
            agency: event::AGENCY.to_owned(),
        },
        lines: lines::all(&vectors),
        vectors,
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

/// The list of what must be refused is the file's own; here each line of it has something that shows it,
/// and all that shows it is refused.
#[test]
fn every_line_has_a_vector_that_is_refused() {
    let file = std::fs::read_to_string(path()).unwrap();
    let file: File = serde_json::from_str(&file).unwrap();
    let vectors: BTreeMap<_, _> =
        file.vectors.iter().map(|vector| (vector.title(), vector)).collect();
    let chains = std::fs::read_to_string(signers::vectors().join("certificates/cases.json"));
    let chains: Vec<serde_json::Value> = serde_json::from_str(&chains.unwrap()).unwrap();
    for Line { of, refused, vectors: shown, chains: by_chain } in &file.lines {
        assert!(shown.len() + by_chain.len() > 0, "{of}: {refused}: nothing shows it");
        for title in shown {
            let vector = vectors.get(title).unwrap_or_else(|| panic!("{refused}: no {title}"));
            let accepted = vector.verdict == "accepted" && vector.group != "event";
            assert!(!accepted && vector.code.is_some(), "{refused}: {title} is not refused");
        }
        for name in by_chain {
            let chain = chains.iter().find(|chain| chain["name"] == name.as_str());
            assert!(chain.is_some_and(|chain| chain["verdict"] != "accepted"), "{refused}: {name}");
        }
    }
    // The order of the list, so that a line that is taken out is missed.
    let of = |of: &str| file.lines.iter().filter(|line| line.of == of).count();
    assert_eq!(
        ["framing", "header", "certificate binding", "payload"].map(of),
        LINES_OF_EACH_PART,
        "a line is missing, or new"
    );
}

/// Every pattern of the list finds a vector: none is spelled wrong.
#[test]
fn every_pattern_of_the_list_finds_a_vector() {
    let vectors = cases::all(&load());
    assert_eq!(lines::idle_patterns(&vectors), Vec::<&str>::new());
}

/// The vectors of the file; none where it has to be written.
fn published() -> Vec<Vector> {
    #[derive(Deserialize)]
    struct Held {
        vectors: Vec<Vector>,
    }
    let file = std::fs::read_to_string(path()).ok();
    let held = file.and_then(|text| serde_json::from_str::<Held>(&text).ok());
    held.map_or(Vec::new(), |held| held.vectors)
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

const LINES_OF_EACH_PART: [usize; 4] = [11, 28, 15, 11];

const ABOUT: [&str; 10] = [
    "Statements that Jejak accepts or refuses on their form, signature and JSON, and events that a ledger accepts or refuses before its rules do.",
    "Each token is one POST body. The signers' chains, leaf first, lead to the anchor and are valid at the Unix time 'at'; each is enrolled for one algorithm.",
    "'typ' is what is asked for. Where nothing else is said, a token carries a correct signature over its own signing input.",
    "verdict: accepted, malformed-jws, malformed-header, certificate-unknown, algorithm-not-enrolled, signature-invalid or malformed-payload.",
    "The first failure in this order counts: framing, header, certificate, algorithm, signature, payload. 'reason' says more where there is more to say.",
    "'code' is what a ledger answers over HTTP, none where the event is recorded: the ledger 'ledger' at the time 'at', with all signers enrolled for 'agency'. What is accepted in form only is no event there: malformed-payload.",
    "'lines' is the list of what a strict verifier must refuse; 'chains' names cases of certificates/cases.json: keys that are never enrolled.",
    "The group 'libraries' is the fifteen tokens about which five JOSE libraries disagree.",
    "Accepted tokens that differ in their signatures alone are the same event: its key is SHA-256 of the signing input.",
    "Generic JOSE libraries accept more than this list allows; whatever is accepted here, those that know the algorithm's name accept too.",
];
