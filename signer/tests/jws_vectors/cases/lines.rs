//! What a strict verifier must refuse, line by line, and the vectors and chains that show each.

use serde::{Deserialize, Serialize};

use crate::Vector;

/// One line, with what shows it: vectors as `group/name`, chains by their names in
/// `certificates/cases.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) of: String,
    pub(crate) refused: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) vectors: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) chains: Vec<String>,
}

/// Every line, with the vectors that its patterns find.
pub(crate) fn all(vectors: &[Vector]) -> Vec<Line> {
    let shown = LINES.iter().map(|(of, refused, patterns)| {
        let found = vectors.iter().map(Vector::title);
        let found = found.filter(|title| patterns.iter().any(|pattern| fits(pattern, title)));
        line(of, refused, found.collect(), Vec::new())
    });
    let chained = CHAINS.iter().map(|(refused, names)| {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        line("certificate binding", refused, Vec::new(), names)
    });
    shown.chain(chained).collect()
}

/// The patterns that find nothing.
pub(crate) fn idle_patterns(vectors: &[Vector]) -> Vec<&'static str> {
    let idle = |pattern: &&str| !vectors.iter().any(|vector| fits(pattern, &vector.title()));
    LINES.iter().flat_map(|(_, _, patterns)| patterns.iter().copied()).filter(idle).collect()
}

fn line(of: &str, refused: &str, vectors: Vec<String>, chains: Vec<String>) -> Line {
    Line { of: of.to_owned(), refused: refused.to_owned(), vectors, chains }
}

/// A `*` in a pattern stands for anything, once.
fn fits(pattern: &str, title: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == title,
        Some((head, tail)) => title.strip_prefix(head).is_some_and(|rest| rest.ends_with(tail)),
    }
}

const FRAMING: &str = "framing";
const HEADER: &str = "header";
const BINDING: &str = "certificate binding";
const PAYLOAD: &str = "payload";

#[rustfmt::skip]
const LINES: &[(&str, &str, &[&str])] = &[
    (FRAMING, "not exactly two dots", &[
        "framing/nothing", "framing/one part", "framing/two parts", "framing/a dot at the end",
        "framing/five parts", "framing/nothing but dots", "libraries/15 four parts",
    ]),
    (FRAMING, "a byte outside A-Z a-z 0-9 - _ .", &[
        "framing/+ instead of -", "framing// instead of _", "framing/a NUL last", "framing/quotes around",
        "framing/a letter outside ASCII", "framing/a percent sign", "framing/a byte order mark first",
        "libraries/13 the alphabet with + and /",
    ]),
    (FRAMING, "padding with =", &[
        "framing/a signature with one =", "framing/payload of *with padding", "libraries/11 signature with ==",
    ]),
    (FRAMING, "white space or a newline", &[
        "framing/a space *", "framing/a newline last", "framing/carriage return and newline last",
        "framing/a tab before the signature", "libraries/14 a newline inside",
    ]),
    (FRAMING, "non-zero trailing bits", &["framing/trailing bits in*", "libraries/12 non-zero trailing bits"]),
    (FRAMING, "an empty header", &["framing/empty header"]),
    (FRAMING, "an empty payload", &["framing/empty payload"]),
    (FRAMING, "an empty signature", &["framing/empty signature"]),
    (FRAMING, "a header over 8 KiB", &["framing/a header over 8 KiB"]),
    (FRAMING, "a payload over the limit", &["framing/a statement over 65,535 bytes"]),
    (FRAMING, "a signature of another length than its algorithm has", &[
        "framing/*: a signature of 63 bytes", "framing/*: a signature of 64 bytes",
        "framing/*: a signature of 65 bytes", "framing/*: a signature of 95 bytes",
        "framing/*: a signature of 96 bytes", "framing/*: a signature of 97 bytes",
        "framing/*: a signature of 255 bytes", "framing/*: a signature of 256 bytes",
        "framing/*: a signature of 513 bytes", "framing/*: a signature in DER",
        "signature/*: a signature of 257 bytes under 2048 bits",
    ]),
    (HEADER, "not UTF-8", &["header/not UTF-8", "header/an overlong spelling of a quote"]),
    (HEADER, "a byte order mark", &["libraries/10 byte order mark before the header"]),
    (HEADER, "bytes after the object", &[
        "header/a newline after the object", "header/a second object", "header/a brace too many",
        "header/a NUL after the object", "libraries/09 space after the header object",
    ]),
    (HEADER, "a name twice, at any level", &[
        "header/a member twice, once escaped", "header/x5t#S256 twice", "header/a name twice in a nested object",
        "libraries/03 duplicate alg (EdDSA, none)", "libraries/04 duplicate alg (none, EdDSA)",
    ]),
    (HEADER, "alg that is no string", &[
        "header/alg 1", "header/alg null", "header/alg true", "header/alg [*", "header/alg {*",
    ]),
    (HEADER, "a missing required name", &[
        "header/no alg", "header/no typ", "header/no iat", "header/no x5t#S256", "header/an empty object",
    ]),
    (HEADER, "any name that the profile does not have", &[
        "header/an unknown member", "header/Alg beside alg", "header/an empty name", "header/enc", "header/sigT",
    ]),
    (HEADER, "alg none in any case", &[
        "header/alg \"none\"", "header/alg \"None\"", "header/alg \"NONE\"", "header/alg \"nOnE\"",
    ]),
    (HEADER, "alg HS*", &["header/alg \"HS*"]),
    (HEADER, "alg ES256K", &["header/alg \"ES256K\""]),
    (HEADER, "alg ES512", &["header/alg \"ES512\""]),
    (HEADER, "alg RS1", &["header/alg \"RS1\""]),
    (HEADER, "an unknown alg", &["header/alg \"\"", "header/alg \"Ed448\"", "header/alg \"ML-DSA-65\"", "header/alg \"eddsa\""]),
    (HEADER, "crit, be it empty", &["header/crit *", "libraries/05 unknown crit", "libraries/06 empty crit"]),
    (HEADER, "b64 true", &["header/b64 true"]),
    (HEADER, "b64 false", &["libraries/08 b64 false without crit"]),
    (HEADER, "jwk", &["libraries/07 embedded jwk"]),
    (HEADER, "jku", &["header/jku"]),
    (HEADER, "x5u", &["header/x5u"]),
    (HEADER, "x5t", &["header/x5t"]),
    (HEADER, "kid", &["header/kid"]),
    (HEADER, "zip", &["header/zip"]),
    (HEADER, "nonce", &["header/nonce"]),
    (HEADER, "url", &["header/url"]),
    (HEADER, "exp", &["header/exp"]),
    (HEADER, "nbf", &["header/nbf"]),
    (HEADER, "another typ", &["header/typ *"]),
    (HEADER, "cty, whatever it says", &["header/cty *"]),
    (BINDING, "an unknown thumbprint", &["signature/*: a certificate that nobody has enrolled"]),
    (BINDING, "x5c whose first certificate is not the thumbprint's", &["header/x5c of another signer"]),
    (BINDING, "x5c that is no chain in order", &["header/x5c in the wrong order"]),
    (BINDING, "x5c with the root", &["header/x5c with the root"]),
    (BINDING, "x5c at all: certificates are enrolled", &["header/x5c", "header/x5c of the signer"]),
    (BINDING, "alg that is not the enrolled one", &["signature/* for a certificate that is enrolled for Ed25519", "signature/* for a certificate that is enrolled for ES256",
        "signature/* for a certificate that is enrolled for ES384", "signature/* for a certificate that is enrolled for RS256",
        "signature/* for a certificate that is enrolled for PS256"]),
    (BINDING, "alg that does not match the key", &[
        "signature/ES256 for a certificate that is enrolled for Ed25519",
        "signature/RS256 for a certificate that is enrolled for ES256",
        "signature/Ed25519 for a certificate that is enrolled for RS256",
    ]),
    (BINDING, "ECDSA r or s zero", &["signature/*: r zero", "signature/*: s zero", "signature/ES*: all zero"]),
    (BINDING, "ECDSA r or s of the order or more", &[
        "signature/*: r the group order", "signature/*: s the group order", "signature/*: r and s the group order",
        "signature/ES*: all ones",
    ]),
    (PAYLOAD, "a name twice, anywhere", &["payload/a name twice*", "payload/an empty name twice"]),
    (PAYLOAD, "a lone surrogate", &[
        "payload/a lone *", "payload/surrogates in the wrong order", "payload/a surrogate in UTF-8",
    ]),
    (PAYLOAD, "NUL", &["payload/a NUL", "payload/an escaped NUL*"]),
    (PAYLOAD, "deeper than 16", &["payload/nested 17 deep", "payload/arrays nested 17 deep"]),
    (PAYLOAD, "a number with a fraction or an exponent", &[
        "payload/1.0", "payload/0.1", "payload/1e3", "payload/1E-2", "payload/1e999",
    ]),
    (PAYLOAD, "an integer beyond 2^53 - 1", &[
        "payload/9007199254740992", "payload/-9007199254740992", "payload/18446744073709551616",
    ]),
    (PAYLOAD, "bytes after the object", &["payload/a newline after", "payload/a second object"]),
    (PAYLOAD, "a byte order mark", &["payload/a byte order mark"]),
    (PAYLOAD, "another ledger", &["event/another ledger", "event/the ledger's name in another case"]),
    (PAYLOAD, "an unknown type", &["event/an unknown type"]),
    (PAYLOAD, "iat outside the window", &["event/iat *"]),
];

/// Keys that no credential can have, so that no token is signed under them.
const CHAINS: &[(&str, &[&str])] = &[
    ("RSA below 2048 bits", &["an RSA key of 1024 bits"]),
    ("RSA over 4096 bits", &["an RSA key of 4104 bits"]),
    ("an RSA exponent below 65537", &["an RSA key with exponent 3"]),
    ("a point beside the curve", &["a point beside the curve"]),
    ("a compressed point", &["a compressed point"]),
    ("the point at infinity", &["the point at infinity"]),
];
