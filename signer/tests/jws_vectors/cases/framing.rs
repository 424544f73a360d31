//! Three parts of base64url in one spelling, and nothing else.

use super::curves::der;
use super::{BOTH_ALPHABETS, Cases, braces, spell_last};
use crate::signers::Signers;

pub(super) fn framing(cases: &mut Cases, signers: &Signers) {
    let token = signers.ed25519.token();
    let signed = token.sign();
    let [header, payload, signature] = token.parts();

    cases.jws("nothing", String::new(), "dot-count");
    cases.jws("one part", header.clone(), "dot-count");
    cases.jws("two parts", token.signing_input(), "dot-count");
    cases.jws("a dot at the end", format!("{signed}."), "dot-count");
    cases.jws("five parts", format!("{signed}.e30.e30"), "dot-count");
    cases.jws("nothing but dots", ".".repeat(2_000), "dot-count");
    cases.jws("empty header", token.sign_text(&format!(".{payload}")), "empty-part");
    cases.jws("empty payload", token.sign_text(&format!("{header}.")), "empty-part");
    cases.jws("empty signature", format!("{header}.{payload}."), "empty-part");
    cases.jws("all empty", "..".to_owned(), "empty-part");

    for (name, text) in [
        ("a space first", format!(" {signed}")),
        ("a space last", format!("{signed} ")),
        ("a newline last", format!("{signed}\n")),
        ("carriage return and newline last", format!("{signed}\r\n")),
        ("a tab before the signature", format!("{header}.{payload}.\t{signature}")),
        ("a byte order mark first", format!("\u{feff}{signed}")),
        ("a NUL last", format!("{signed}\0")),
        ("a letter outside ASCII", format!("{header}.{payload}.\u{e9}{signature}")),
        ("quotes around", format!("\"{signed}\"")),
        ("a percent sign", format!("{header}.{payload}%20.{signature}")),
    ] {
        cases.jws(name, text, "forbidden-byte");
    }
    let plus = token.clone().payload(BOTH_ALPHABETS).signing_input();
    for (name, from, to) in [("+ instead of -", '-', "+"), ("/ instead of _", '_', "/")] {
        cases.jws(name, token.sign_text(&plus.replace(from, to)), "forbidden-byte");
    }

    // Payloads of one and two bytes more than a multiple of three leave bits over.
    for (name, payload) in [("four", "{  }"), ("five", "{   }")] {
        let [header, payload, _] = token.clone().payload(payload).parts();
        let spelled = spell_last(&payload);
        let name = format!("trailing bits in a payload of {name} bytes");
        cases.jws(&name, token.sign_text(&format!("{header}.{spelled}")), "trailing-bits");
        let name = format!("{} with padding", name.replace("trailing bits in a ", ""));
        let padded = format!("{payload}{}", "=".repeat((4 - payload.len() % 4) % 4));
        cases.jws(&name, token.sign_text(&format!("{header}.{padded}")), "padded");
    }
    // The same for headers.
    let odd = braces(&signers.ed25519.members().replacen(':', ": ", 1));
    let odd = if odd.len().is_multiple_of(3) { odd.replacen(": ", ":  ", 1) } else { odd };
    let [header_of_odd, _, _] = token.clone().header(odd).parts();
    cases.jws(
        "trailing bits in a header",
        token.sign_text(&format!("{}.{payload}", spell_last(&header_of_odd))),
        "trailing-bits",
    );
    cases.jws(
        "trailing bits in an RSA signature",
        spell_last(&signers.rs256.token().sign()),
        "trailing-bits",
    );
    cases.jws(
        "trailing bits in an ES256 signature",
        spell_last(&signers.es256.token().sign()),
        "trailing-bits",
    );
    cases.jws("a signature with one =", format!("{signed}="), "padded");
    let short = format!("{header}.{payload}A.{signature}");
    assert_eq!(payload.len() % 4, 0);
    cases.jws("a character too many", short, "impossible-length");

    let long = braces(&format!("{},\"kid\":\"{}\"", signers.ed25519.members(), "x".repeat(8_192)));
    cases.jws("a header over 8 KiB", token.clone().header(long).sign(), "header-too-long");
    let long = format!(r#"{{"id":"{}"}}"#, "x".repeat(49_152));
    cases.jws("a statement over 65,535 bytes", token.clone().payload(long).sign(), "too-long");

    signature_lengths(cases, signers);
}

/// Every algorithm with a byte less, a byte more, and the length of another algorithm.
fn signature_lengths(cases: &mut Cases, signers: &Signers) {
    for (signer, lengths) in [
        (&signers.ed25519, [63, 65, 256]),
        (&signers.es256, [63, 65, 96]),
        (&signers.es384, [95, 97, 64]),
        (&signers.rs256, [255, 513, 64]),
        (&signers.ps256, [255, 513, 64]),
    ] {
        let token = signer.token();
        for bytes in lengths {
            let mut signature = token.signature();
            signature.resize(bytes, 0);
            let name = format!("{}: a signature of {bytes} bytes", signer.algorithm());
            cases.jws(&name, token.with_signature(&signature), "signature-length");
        }
    }
    for signer in [&signers.es256, &signers.es384] {
        let token = signer.token();
        let name = format!("{}: a signature in DER", signer.algorithm());
        cases.jws(&name, token.with_signature(&der(&token.signature())), "signature-length");
    }
    // As long as some modulus, but not this one.
    for signer in [&signers.rs256, &signers.ps256] {
        let token = signer.token();
        let mut signature = token.signature();
        signature.insert(0, 0);
        let name = format!("{}: a signature of 257 bytes under 2048 bits", signer.algorithm());
        cases.signature(&name, token.with_signature(&signature), "signature-invalid");
    }
}
