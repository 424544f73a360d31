//! The fifteen tokens about which five JOSE libraries disagree.

use super::{BOTH_ALPHABETS, Cases, braces, eddsa, spell_last};
use crate::signers::Signer;

/// All carry a correct Ed25519 signature over their own signing input.
pub(super) fn libraries(cases: &mut Cases, signer: &Signer) {
    let members = signer.members();
    let twice = |first: &str, second: &str| {
        let rest = members.replace(r#""alg":"Ed25519","#, "");
        signer.token().header(braces(&format!(r#""alg":"{first}","alg":"{second}",{rest}"#))).sign()
    };
    let with = |more: &str| signer.token().header(braces(&format!("{members},{more}"))).sign();
    let mut add =
        |name, token, verdict, reason| cases.add("libraries", name, token, verdict, reason);

    add("01 alg EdDSA", signer.token().header(braces(&eddsa(signer))).sign(), "accepted", "");
    add("02 alg Ed25519", signer.token().sign(), "accepted", "");
    add("03 duplicate alg (EdDSA, none)", twice("EdDSA", "none"), HEADER, "duplicate-member");
    add("04 duplicate alg (none, EdDSA)", twice("none", "EdDSA"), HEADER, "duplicate-member");
    add("05 unknown crit", with(r#""crit":["exp"]"#), HEADER, "crit-present");
    add("06 empty crit", with(r#""crit":[]"#), HEADER, "crit-present");
    add("07 embedded jwk", with(JWK), HEADER, "unknown-member");
    add("08 b64 false without crit", with(r#""b64":false"#), HEADER, "unknown-member");
    let after = signer.token().header(format!("{} ", braces(&members))).sign();
    add("09 space after the header object", after, HEADER, "bytes-after");
    let mark = signer.token().header(format!("\u{feff}{}", braces(&members))).sign();
    add("10 byte order mark before the header", mark, HEADER, "byte-order-mark");
    add("11 signature with ==", format!("{}==", signer.token().sign()), JWS, "padded");
    add("12 non-zero trailing bits", spell_last(&signer.token().sign()), JWS, "trailing-bits");
    let standard = signer.token().payload(BOTH_ALPHABETS);
    let input = standard.signing_input().replace('-', "+").replace('_', "/");
    add("13 the alphabet with + and /", standard.sign_text(&input), JWS, "forbidden-byte");
    let [header, payload, _] = signer.token().parts();
    let (first, second) = payload.split_at(8);
    let broken = signer.token().sign_text(&format!("{header}.{first}\n{second}"));
    add("14 a newline inside", broken, JWS, "forbidden-byte");
    add("15 four parts", format!("{}.e30", signer.token().sign()), JWS, "dot-count");
}

const JWK: &str =
    r#""jwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const HEADER: &str = "malformed-header";
const JWS: &str = "malformed-jws";
