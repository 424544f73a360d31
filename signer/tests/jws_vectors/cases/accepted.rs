//! What is accepted, in all the spellings that are.

use super::curves::twin;
use super::{Cases, braces, eddsa};
use crate::signers::Signers;

pub(super) fn accepted(cases: &mut Cases, signers: &Signers) {
    let ed25519 = &signers.ed25519;
    let mut accept = |name, token| cases.add("accepted", name, token, "accepted", "");
    accept("alg Ed25519", ed25519.token().sign());
    accept("alg EdDSA", ed25519.token().header(braces(&eddsa(ed25519))).sign());
    accept("alg ES256", signers.es256.token().sign());
    accept("alg ES384", signers.es384.token().sign());
    accept("alg RS256", signers.rs256.token().sign());
    accept("alg PS256", signers.ps256.token().sign());
    for (name, signer) in [
        ("ES256: the other signature of the same event, r and n - s", &signers.es256),
        ("ES384: the other signature of the same event, r and n - s", &signers.es384),
    ] {
        let token = signer.token();
        accept(name, token.with_signature(&twin(signer.algorithm(), &token.signature())));
    }
    let token = signers.ps256.token();
    accept(
        "PS256: another signature of the same event",
        token.with_signature(&token.second_signature()),
    );
    let reversed: Vec<_> = ed25519.members().split(',').rev().map(str::to_owned).collect();
    accept(
        "header members in another order",
        ed25519.token().header(braces(&reversed.join(","))).sign(),
    );
    let spaced = braces(&ed25519.members().replace(',', " ,\r\n\t").replace("\":", "\" : "));
    accept("white space inside the header object", ed25519.token().header(spaced).sign());
    let escaped = braces(&ed25519.members().replace("\"alg\"", r#""\u0061lg""#));
    accept("an escaped member name", ed25519.token().header(escaped).sign());
    let latest = braces(&ed25519.members().replace("1800000000", "9007199254740991"));
    accept("iat 2^53 - 1", ed25519.token().header(latest).sign());
}
