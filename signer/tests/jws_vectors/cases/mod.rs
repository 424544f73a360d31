//! The cases, group by group.

mod accepted;
mod curves;
pub(crate) mod event;
mod framing;
mod header;
mod libraries;
pub(crate) mod lines;
mod payload;
mod signature;

use crate::Vector;
use crate::signers::{Signer, Signers};

/// Every vector, in the order of the file.
pub(crate) fn all(signers: &Signers) -> Vec<Vector> {
    let mut cases = Cases(Vec::new());
    accepted::accepted(&mut cases, signers);
    libraries::libraries(&mut cases, &signers.ed25519);
    framing::framing(&mut cases, signers);
    header::header_json(&mut cases, &signers.ed25519);
    header::header_members(&mut cases, &signers.ed25519);
    header::header_values(&mut cases, &signers.ed25519);
    header::chains(&mut cases, signers);
    signature::signatures(&mut cases, signers);
    payload::payloads(&mut cases, &signers.ed25519);
    event::events(&mut cases, signers);
    cases.0
}

struct Cases(Vec<Vector>);

impl Cases {
    fn add(&mut self, group: &str, name: &str, token: String, verdict: &str, reason: &str) {
        let code = match verdict {
            // Well formed and signed, but its payload is no event.
            "accepted" => "malformed-payload",
            "algorithm-not-enrolled" => "signature-invalid",
            // A rehearsal that is posted: a ledger says so, a verifier refuses its type like any other.
            "malformed-header" if name == r#"typ "jejak-trial+jws""# => "only-a-trial",
            other => other,
        };
        self.0.push(Vector {
            group: group.to_owned(),
            name: name.to_owned(),
            token,
            verdict: verdict.to_owned(),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            code: Some(code.to_owned()),
        });
    }

    /// An event in form, and what a ledger says to it; nothing where it is recorded.
    fn event(&mut self, name: &str, token: String, code: Option<&str>) {
        self.0.push(Vector {
            group: "event".to_owned(),
            name: name.to_owned(),
            token,
            verdict: "accepted".to_owned(),
            reason: None,
            code: code.map(str::to_owned),
        });
    }

    fn jws(&mut self, name: &str, token: String, reason: &str) {
        self.add("framing", name, token, "malformed-jws", reason);
    }

    fn header(&mut self, name: &str, token: String, reason: &str) {
        self.add("header", name, token, "malformed-header", reason);
    }

    fn signature(&mut self, name: &str, token: String, verdict: &str) {
        self.add("signature", name, token, verdict, "");
    }
}

fn braces(members: &str) -> String {
    format!("{{{members}}}")
}

fn eddsa(signer: &Signer) -> String {
    signer.members().replace(r#""alg":"Ed25519""#, r#""alg":"EdDSA""#)
}

/// The next character of the alphabet in the last place: other unused bits, the same bytes.
fn spell_last(text: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = text.to_owned();
    let last = text.pop().unwrap_or_default();
    let next = ALPHABET.chars().skip_while(|c| *c != last).nth(1).unwrap_or_default();
    text.push(next);
    text
}

/// Its base64url has both `-` and `_`.
const BOTH_ALPHABETS: &str = r#"{"id":"~~~>>>???"}"#;
