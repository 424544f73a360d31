//! Payloads: strict I-JSON.

use super::Cases;
use crate::signers::Signer;

pub(super) fn payloads(cases: &mut Cases, signer: &Signer) {
    let mut add = |name: &str, payload: &[u8], reason: &str| {
        let token = signer.token().payload(payload).sign();
        let verdict = if reason.is_empty() { "accepted" } else { "malformed-payload" };
        cases.add("payload", name, token, verdict, reason);
    };
    let nested =
        |levels: usize| format!("{}{{}}{}", r#"{"a":"#.repeat(levels - 1), "}".repeat(levels - 1));

    add("an empty object", b"{}", "");
    add("nested 16 deep", nested(16).as_bytes(), "");
    add("2^53 - 1 and its negative", br#"{"a":9007199254740991,"b":-9007199254740991}"#, "");
    add("white space inside", b"{\n  \"a\" : [ 1 , 2 ]\r\n}", "");
    add("the same name in two objects", br#"{"a":{"a":1},"b":{"a":1}}"#, "");
    add("a surrogate pair", br#"{"a":"\ud83c\uddee\ud83c\udde9"}"#, "");

    add("a name twice", br#"{"a":1,"a":1}"#, "duplicate-name");
    add("a name twice, once escaped", br#"{"a":1,"\u0061":1}"#, "duplicate-name");
    add("a name twice, nested", br#"{"a":{"b":{"c":1,"c":2}}}"#, "duplicate-name");
    add("a name twice, in an array", br#"{"a":[1,{"b":1,"b":1}]}"#, "duplicate-name");
    add("an empty name twice", br#"{"":1,"":1}"#, "duplicate-name");

    add("a lone high surrogate", br#"{"a":"\ud800"}"#, "syntax");
    add("a lone low surrogate", br#"{"a":"\udc00"}"#, "syntax");
    add("surrogates in the wrong order", br#"{"a":"\udc00\ud800"}"#, "syntax");
    add("a lone surrogate in a name", br#"{"\ud800":1}"#, "syntax");
    add("a surrogate in UTF-8", b"{\"a\":\"\xed\xa0\x80\"}", "not-utf8");
    add("Latin-1", b"{\"a\":\"\xe9\"}", "not-utf8");
    add("an escaped NUL", br#"{"a":"\u0000"}"#, "forbidden-character");
    add("an escaped NUL in a name", br#"{"a\u0000":1}"#, "forbidden-character");
    add("a NUL", b"{\"a\":\"\x00\"}", "syntax");
    add("U+FFFF", "{\"a\":\"\u{ffff}\"}".as_bytes(), "forbidden-character");
    add("U+FDD0, escaped", br#"{"a":"\ufdd0"}"#, "forbidden-character");
    add("U+1FFFE, escaped", br#"{"a":"\ud83f\udffe"}"#, "forbidden-character");
    add("a newline in a string", b"{\"a\":\"\n\"}", "syntax");

    add("nested 17 deep", nested(17).as_bytes(), "too-deep");
    let arrays = format!(r#"{{"a":{}{}}}"#, "[".repeat(16), "]".repeat(16));
    add("arrays nested 17 deep", arrays.as_bytes(), "too-deep");
    for number in [
        "1.0",
        "0.1",
        "1e3",
        "1E-2",
        "-0",
        "9007199254740992",
        "-9007199254740992",
        "18446744073709551616",
        "1e999",
    ] {
        add(number, format!(r#"{{"a":{number}}}"#).as_bytes(), number_reason(number));
    }
    for number in ["01", "+1", ".5", "1.", "0x10", "NaN", "Infinity", "-"] {
        add(number, format!(r#"{{"a":{number}}}"#).as_bytes(), "syntax");
    }

    add("a byte order mark", "\u{feff}{}".as_bytes(), "byte-order-mark");
    add("a space before", b" {}", "bytes-before");
    add("a newline after", b"{}\n", "bytes-after");
    add("a second object", b"{}{}", "bytes-after");
    add("an array", b"[{}]", "not-an-object");
    add("a string", b"\"{}\"", "not-an-object");
    add("null", b"null", "not-an-object");
    add("a number", b"1", "not-an-object");
    add("cut off", br#"{"a":1"#, "syntax");
    add("a comma too many", br#"{"a":1,}"#, "syntax");
    add("a comment", br#"{"a":1 /* one */}"#, "syntax");
    add("single quotes", br"{'a':1}", "syntax");
    add("a name without quotes", br"{a:1}", "syntax");
}

/// A number that no double holds is refused as text already.
fn number_reason(number: &str) -> &'static str {
    if number == "1e999" { "syntax" } else { "number-not-allowed" }
}
