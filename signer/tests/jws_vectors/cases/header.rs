//! Headers: their JSON, their members, the members' values.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Cases, braces, spell_last};
use crate::signers::{Signer, Signers, encode};

pub(super) fn header_json(cases: &mut Cases, signer: &Signer) {
    let members = signer.members();
    let object = braces(&members);
    let mut add = |name, header: Vec<u8>, reason| {
        cases.header(name, signer.token().header(header).sign(), reason);
    };
    let text = |text: String| text.into_bytes();

    let mut broken = text(object.clone());
    broken.insert(2, 0xff);
    add("not UTF-8", broken, "not-utf8");
    add("UTF-16", object.encode_utf16().flat_map(u16::to_le_bytes).collect(), "syntax");
    add("an overlong spelling of a quote", [b"{\xc0\xa2", object.as_bytes()].concat(), "not-utf8");
    add("a newline after the object", text(format!("{object}\n")), "bytes-after");
    add("a second object", text(format!("{object}{{}}")), "bytes-after");
    add("a brace too many", text(format!("{object}}}")), "bytes-after");
    add("a NUL after the object", text(format!("{object}\0")), "bytes-after");
    add("a space before the object", text(format!(" {object}")), "bytes-before");
    add("an array", text(format!("[{object}]")), "not-an-object");
    add("a string", text("\"alg\"".to_owned()), "not-an-object");
    add("null", text("null".to_owned()), "not-an-object");
    add("cut off", text(object.replace('}', "")), "syntax");
    add("a comma too many", text(braces(&format!("{members},"))), "syntax");
    add("a comment", text(braces(&format!("{members}/**/"))), "syntax");
    add("single quotes", text(object.replace('"', "'")), "syntax");
    let escaped = format!(r#"{members},"\u0061lg":"Ed25519""#);
    add("a member twice, once escaped", text(braces(&escaped)), "duplicate-member");
    add(
        "x5t#S256 twice",
        text(braces(&format!(r#"{members},"x5t#S256":"{}""#, signer.x5t()))),
        "duplicate-member",
    );
    add(
        "a name twice in a nested object",
        text(braces(&format!(r#"{members},"jwk":{{"x":1,"x":1}}"#))),
        "duplicate-name",
    );
    let deep = format!(r#"{members},"jwk":{}1{}"#, "[".repeat(16), "]".repeat(16));
    add("nested 17 deep", text(braces(&deep)), "too-deep");
}

pub(super) fn header_members(cases: &mut Cases, signer: &Signer) {
    let members = signer.members();
    let with = |more: &str| signer.token().header(braces(&format!("{members},{more}"))).sign();
    for (name, part) in [
        ("no alg", r#""alg":"Ed25519","#),
        ("no typ", r#""typ":"jejak-event+jws","#),
        ("no iat", r#","iat":1800000000"#),
    ] {
        let rest = braces(&members.replace(part, ""));
        cases.header(name, signer.token().header(rest).sign(), "missing-member");
    }
    let rest = braces(&members.replace(&format!(r#""x5t#S256":"{}","#, signer.x5t()), ""));
    cases.header("no x5t#S256", signer.token().header(rest).sign(), "missing-member");
    cases.header("an empty object", signer.token().header("{}").sign(), "missing-member");

    for (name, more) in [
        ("crit with b64", r#""crit":["b64"],"b64":true"#),
        ("crit null", r#""crit":null"#),
        ("crit naming a known member", r#""crit":["alg"]"#),
    ] {
        cases.header(name, with(more), "crit-present");
    }
    for (name, more) in [
        ("b64 true", r#""b64":true"#),
        ("jku", r#""jku":"https://example.org/keys""#),
        ("x5u", r#""x5u":"https://example.org/chain""#),
        ("x5c", r#""x5c":["MIIB"]"#),
        ("x5t", r#""x5t":"AAAAAAAAAAAAAAAAAAAAAAAAAAA""#),
        ("kid", r#""kid":"../../etc/passwd""#),
        ("zip", r#""zip":"DEF""#),
        ("nonce", r#""nonce":"AAAA""#),
        ("url", r#""url":"https://example.org/""#),
        ("exp", r#""exp":1800000001"#),
        ("nbf", r#""nbf":1800000000"#),
        ("cty json", r#""cty":"json""#),
        ("cty JWT", r#""cty":"JWT""#),
        ("enc", r#""enc":"A256GCM""#),
        ("sigT", r#""sigT":"2027-01-15T08:00:00Z""#),
        ("an unknown member", r#""x":1"#),
        ("Alg beside alg", r#""Alg":"Ed25519""#),
        ("an empty name", r#""":1"#),
    ] {
        cases.header(name, with(more), "unknown-member");
    }
}

/// Chains in the header, right or wrong: a signer's certificate is enrolled, not sent.
pub(super) fn chains(cases: &mut Cases, signers: &Signers) {
    let signer = &signers.ed25519;
    let own = signer.chain();
    let [leaf, issuing] = own.as_slice() else { unreachable!("a chain of two") };
    let x5c = |chain: &[&Vec<u8>]| {
        let texts: Vec<_> = chain.iter().map(|der| format!("{:?}", STANDARD.encode(der))).collect();
        let header = braces(&format!(r#"{},"x5c":[{}]"#, signer.members(), texts.join(",")));
        signer.token().header(header).sign()
    };
    for (name, chain) in [
        ("x5c of the signer", vec![leaf, issuing]),
        ("x5c of another signer", vec![&signers.es256.chain()[0], issuing]),
        ("x5c in the wrong order", vec![issuing, leaf]),
        ("x5c with the root", vec![leaf, issuing, &signers.anchor]),
    ] {
        cases.header(name, x5c(&chain), "unknown-member");
    }
}

pub(super) fn header_values(cases: &mut Cases, signer: &Signer) {
    let members = signer.members();
    let mut swap = |name: &str, from: &str, to: &str, reason: &str| {
        assert!(members.contains(from));
        let header = braces(&members.replace(from, to));
        cases.header(name, signer.token().header(header).sign(), reason);
    };

    for alg in [
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "HS256",
        "HS384",
        "HS512",
        "ES256K",
        "ES512",
        "RS1",
        "RS384",
        "RS512",
        "PS384",
        "PS512",
        "Ed448",
        "ed25519",
        "eddsa",
        "EdDSA ",
        "RSA-OAEP",
        "ML-DSA-65",
    ] {
        swap(
            &format!("alg {alg:?}"),
            r#""Ed25519""#,
            &format!("{alg:?}"),
            "algorithm-not-accepted",
        );
    }
    for value in ["1", "null", "true", r#"["Ed25519"]"#, r#"{"Ed25519":1}"#] {
        swap(&format!("alg {value}"), r#""Ed25519""#, value, "wrong-type");
    }
    for typ in [
        "JWT",
        "JOSE",
        "jejak-trial+jws",
        "jejak-possession+jws",
        "jejak-event",
        "Jejak-Event+JWS",
        "application/jejak-event+jws",
        "",
    ] {
        swap(&format!("typ {typ:?}"), r#""jejak-event+jws""#, &format!("{typ:?}"), "wrong-typ");
    }
    swap("typ 1", r#""jejak-event+jws""#, "1", "wrong-type");

    let x5t = signer.x5t();
    let hex = signer.credential.thumbprint().to_string();
    let short = x5t.get(..42).unwrap_or_default();
    for (name, value) in [
        ("x5t#S256 cut short", short.to_owned()),
        ("x5t#S256 with padding", format!("{x5t}=")),
        ("x5t#S256 with trailing bits", spell_last(&x5t)),
        ("x5t#S256 of 33 bytes", encode([0; 33])),
        ("x5t#S256 in hexadecimal", hex),
        ("x5t#S256 empty", String::new()),
    ] {
        swap(name, &x5t, &value, "thumbprint-malformed");
    }
    swap("x5t#S256 null", &format!("\"{x5t}\""), "null", "wrong-type");

    for value in ["\"1800000000\"", "0", "-1", "null", "true", "[1800000000]"] {
        swap(&format!("iat {value}"), "1800000000", value, "wrong-type");
    }
    for value in ["1800000000.0", "1.8e9", "9007199254740992", "18446744073709551616", "-0"] {
        swap(&format!("iat {value}"), "1800000000", value, "number-not-allowed");
    }
    swap("iat 01800000000", "1800000000", "01800000000", "syntax");
}
