//! The name under which a document is saved (RFC 6266, RFC 8187). The name comes from an event, so from
//! somebody else: nothing in it may end the header, name a folder or hide what the file is.

use std::fmt::Write as _;

/// `attachment; filename="..."; filename*=UTF-8''...`.
pub(crate) fn attachment(name: &str) -> String {
    let name = safe(name);
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii() && !matches!(c, '"' | '%') { c } else { '_' })
        .collect();
    if plain == name {
        return format!("attachment; filename=\"{plain}\"");
    }
    let mut encoded = String::new();
    for byte in name.bytes() {
        // RFC 8187, 3.2.1: attr-char.
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// Without what separates folders or steers a terminal; never empty, never hidden.
fn safe(name: &str) -> String {
    let kept = name.chars().map(|c| if is_unsafe(c) { '_' } else { c });
    let kept: String = kept.take(NAME_CHARS_MAX).collect();
    let kept = kept.trim().trim_start_matches('.').trim_end_matches(['.', ' ']);
    if kept.is_empty() { "document".to_owned() } else { kept.to_owned() }
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | ':' | '*' | '?' | '<' | '>' | '|')
        // Marks of direction: `fdp.exe` would read as `exe.pdf`.
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// More than file systems take; longer names are cut.
const NAME_CHARS_MAX: usize = 180;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_stays_as_it_is() {
        assert_eq!(attachment("SK 12-2026.pdf"), "attachment; filename=\"SK 12-2026.pdf\"");
    }

    #[test]
    fn other_letters_come_in_utf_8_beside_a_plain_name() {
        let expected =
            "attachment; filename=\"caf_ 100_.pdf\"; filename*=UTF-8''caf%C3%A9%20100%25.pdf";
        assert_eq!(attachment("café 100%.pdf"), expected);
    }

    #[test]
    fn no_name_ends_the_header_or_leaves_its_folder() {
        for (name, saved) in [
            ("../../etc/passwd", "_.._etc_passwd"),
            ("a\r\nSet-Cookie: x", "a__Set-Cookie_ x"),
            ("C:\\windows\\x.exe", "C__windows_x.exe"),
            (".htaccess", "htaccess"),
            ("...", "document"),
            ("\u{202E}fdp.exe", "_fdp.exe"),
        ] {
            assert_eq!(attachment(name), format!("attachment; filename=\"{saved}\""), "{name:?}");
        }
        let quoted = attachment("a\"; filename=\"b");
        assert!(
            quoted.starts_with("attachment; filename=\"a_; filename=_b\"; filename*="),
            "{quoted}"
        );
    }
}
