//! What makes a note or a verifier key malformed, and what a note's signatures amount to.

use jejak_signer::{Hash, SigningKey};

use crate::log::text::base64;
use crate::log::{
    KeyId, Note, NoteError, NoteSigner, NoteVerifyError, SignatureType, Vkey, VkeyError,
};

const NAME: &str = "log.example.id/61.07";
const TEXT: &str = "Who signs this\nhas read it.\n";

fn signer(name: &str, seed: u8) -> NoteSigner {
    NoteSigner::new(name, SigningKey::from_ed25519_seed([seed; 32]).unwrap()).unwrap()
}

/// The log's signature line under the text, and its key.
fn signed() -> (String, Vkey) {
    let signer = signer(NAME, 1);
    (signer.sign(TEXT).unwrap().to_string(), signer.vkey().clone())
}

fn parse(note: &str) -> Result<Note, NoteError> {
    Note::parse(note.as_bytes())
}

/// The digits of the signature in a line.
fn digits(line: &str) -> &str {
    line.trim_end().rsplit_once(' ').unwrap().1
}

#[test]
fn a_signature_is_over_the_whole_text() {
    let (line, key) = signed();
    let note = format!("{TEXT}\n{line}");
    assert_eq!(parse(&note).unwrap().to_string(), note);
    assert_eq!(parse(&note).unwrap().verify(&[&key]).unwrap().len(), 1);
    let letters = (0..TEXT.len()).filter(|&at| TEXT.as_bytes()[at].is_ascii_alphabetic());
    for at in letters {
        let mut altered = note.clone().into_bytes();
        altered[at] ^= 1;
        let verdict = Note::parse(&altered).unwrap();
        let verdict = verdict.verify(&[&key]);
        assert!(matches!(verdict, Err(NoteVerifyError::SignatureInvalid { .. })), "byte {at}");
    }
}

#[test]
fn unknown_keys_are_ignored_even_if_name_or_id_alone_is_known() {
    let (line, key) = signed();
    let same_id = line.replace(NAME, "other.example.id/61.07");
    let same_name = signer(NAME, 2).sign("another text\n").unwrap().to_string();
    let note = parse(&format!("{TEXT}\n{same_id}{same_name}{line}")).unwrap();
    assert_eq!(note.verify(&[&key]).unwrap().len(), 1);
    let note = parse(&format!("{TEXT}\n{same_id}{same_name}")).unwrap();
    assert_eq!(note.verify(&[&key]), Err(NoteVerifyError::NoKnownSignature));
    assert_eq!(note.verify(&[]), Err(NoteVerifyError::NoKnownSignature));
}

#[test]
fn one_wrong_signature_by_a_known_key_condemns_the_note() {
    let (line, key) = signed();
    let invalid = NoteVerifyError::SignatureInvalid { name: NAME.to_owned(), id: key.id() };
    let longer = line.replace(digits(&line), &format!("{}AAAA", digits(&line).replace('=', "A")));
    let of_another_text = signer(NAME, 1).sign("another text\n").unwrap().to_string();
    for wrong in [longer, of_another_text] {
        for lines in [wrong.clone(), format!("{line}{wrong}"), format!("{wrong}{line}")] {
            let note = parse(&format!("{TEXT}\n{lines}")).unwrap();
            assert_eq!(note.verify(&[&key]), Err(invalid.clone()));
        }
    }
}

#[test]
fn two_known_keys_of_one_name_and_id_are_an_error_where_they_matter() {
    let (line, key) = signed();
    let note = parse(&format!("{TEXT}\n{line}")).unwrap();
    let ambiguous = NoteVerifyError::AmbiguousKey { name: NAME.to_owned(), id: key.id() };
    assert_eq!(note.verify(&[&key, &key]), Err(ambiguous));
    let other = signer("other.example.id/1", 2);
    assert_eq!(note.verify(&[other.vkey(), &key, other.vkey()]).unwrap().len(), 1);
}

#[test]
fn malformed_notes_are_refused_with_their_reason() {
    let (line, _) = signed();
    let good = format!("{TEXT}\n{line}");
    let with_name = |name: &str| good.replace(NAME, name);
    let with_digits = |digits_: &str| good.replace(digits(&line), digits_);
    // The last digit before the padding has two bits that must be zero.
    let unpadded = digits(&line).trim_end_matches('=');
    let (kept, last) = unpadded.split_at(unpadded.len() - 1);
    let stray_bit = format!("{kept}{}=", char::from(last.as_bytes()[0] + 1));
    for (note, reason) in [
        (TEXT.to_owned(), NoteError::NoSeparator),
        (format!("{TEXT}\n"), NoteError::NoSignature),
        (format!("{good}\n"), NoteError::NoSignature),
        (good[..good.len() - 1].to_owned(), NoteError::LineEnd),
        (format!("\0{good}"), NoteError::ControlCharacter { at: 0 }),
        (good.replacen('\n', "\r\n", 1), NoteError::ControlCharacter { at: 14 }),
        (good.replacen(' ', "\t", 1), NoteError::ControlCharacter { at: 3 }),
        (format!("{good}And this.\n"), NoteError::SignatureLine { line: 2 }),
        (good.replace("\u{2014} ", "\u{2013} "), NoteError::SignatureLine { line: 1 }),
        (good.replace("\u{2014} ", "\u{2014}"), NoteError::SignatureLine { line: 1 }),
        (good.replace("\u{2014} ", "\u{2014}  "), NoteError::SignatureLine { line: 1 }),
        (with_name("log example"), NoteError::SignatureLine { line: 1 }),
        (with_name("log+example"), NoteError::SignatureLine { line: 1 }),
        (with_name("log\u{2003}example"), NoteError::SignatureLine { line: 1 }),
        (with_name(""), NoteError::SignatureLine { line: 1 }),
        (with_digits(&stray_bit), NoteError::SignatureLine { line: 1 }),
        (with_digits(unpadded), NoteError::SignatureLine { line: 1 }),
        (with_digits(&base64(&[7; 4])), NoteError::SignatureLine { line: 1 }),
        (with_digits(&base64(&[7; 3])), NoteError::SignatureLine { line: 1 }),
        (with_digits(""), NoteError::SignatureLine { line: 1 }),
        (format!("{TEXT}\n{}", line.repeat(65)), NoteError::TooManySignatures),
        ("a".repeat(Note::BYTES_MAX + 1), NoteError::TooLong { bytes: Note::BYTES_MAX + 1 }),
    ] {
        assert_eq!(parse(&note), Err(reason), "{:?}", &note[..note.len().min(300)]);
    }
    assert_eq!(Note::parse(b"jejak\xff\n\n"), Err(NoteError::NotUtf8 { valid: 5 }));
    assert_eq!(Note::new("no end".to_owned()), Err(NoteError::TextEnd));
    assert_eq!(Note::new("a\tb\n".to_owned()), Err(NoteError::ControlCharacter { at: 1 }));
    assert!(parse(&format!("{TEXT}\n{}", line.repeat(64))).is_ok());
}

/// C2SP signed-note excludes what is below U+0020, and from names spaces and `+`; nothing else.
#[test]
fn the_delete_character_may_stand_in_a_text_and_in_a_name() {
    let signer = signer("log\u{7f}", 1);
    let mut note = Note::new("text\u{7f}\n".to_owned()).unwrap();
    note.add(signer.sign(note.text()).unwrap());
    let note = parse(&note.to_string()).unwrap();
    assert_eq!(note.verify(&[signer.vkey()]).unwrap().len(), 1);
}

#[test]
fn the_last_empty_line_separates() {
    let (line, key) = signed();
    let note = parse(&format!("{TEXT}\n\n{line}")).unwrap();
    assert_eq!(note.text(), format!("{TEXT}\n"));
    assert!(note.verify(&[&key]).is_err());
    let note = parse(&format!("{TEXT}\n{line}\n{line}")).unwrap();
    assert_eq!(note.text(), format!("{TEXT}\n{line}"));
}

#[test]
fn no_part_and_no_altered_byte_of_a_verifier_key_is_one() {
    let vkey = signed().1.to_string();
    for start in 0..=vkey.len() {
        for end in start..=vkey.len() {
            if end - start < vkey.len() {
                assert!(vkey[start..end].parse::<Vkey>().is_err(), "{}", &vkey[start..end]);
            }
        }
    }
    for at in 0..vkey.len() {
        let mut altered = vkey.clone().into_bytes();
        altered[at] += 1;
        let altered = String::from_utf8(altered).unwrap();
        assert!(altered.parse::<Vkey>().is_err(), "{altered}");
    }
}

#[test]
fn malformed_verifier_keys_are_refused_with_their_reason() {
    let vkey = signed().1;
    let (id, key) = (vkey.id(), base64(&[[1].as_slice(), vkey.key_bytes()].concat()));
    assert_eq!(format!("{NAME}+{id}+{key}"), vkey.to_string());
    let refused = |text: String| text.parse::<Vkey>().unwrap_err();
    assert_eq!(refused(NAME.to_owned()), VkeyError::Form);
    assert_eq!(refused(format!("{NAME}+{id}")), VkeyError::Form);
    for name in ["", "log example", "log\u{a0}"] {
        assert_eq!(refused(format!("{name}+{id}+{key}")), VkeyError::Name, "{name:?}");
    }
    for wrong in ["0123456", "012345678", "+1234567", "ABCDEF01", "0x123456", ""] {
        assert_eq!(refused(format!("{NAME}+{wrong}+{key}")), VkeyError::Id, "{wrong}");
    }
    for wrong in [String::new(), format!("{key}="), format!("{key}+"), format!("{key}A")] {
        assert_eq!(refused(format!("{NAME}+{id}+{wrong}")), VkeyError::Base64, "{wrong}");
    }
    for length in [0, 31, 33] {
        let key = base64(&[[1].as_slice(), &vec![7; length]].concat());
        assert_eq!(refused(format!("{NAME}+{id}+{key}")), VkeyError::Key, "{length}");
    }
    let found = KeyId([0, 1, 2, 3]);
    let mismatch = VkeyError::IdMismatch { expected: id, found };
    assert_eq!(refused(format!("{NAME}+{found}+{key}")), mismatch);
}

/// A type that this program does not verify, also under the id that belongs to it.
#[test]
fn other_signature_types_are_refused_by_their_number() {
    let vkey = signed().1;
    for found in [0x00, 0x02, 0x03, 0x05, 0x06, 0xfa, 0xff] {
        let typed = [[found].as_slice(), vkey.key_bytes()].concat();
        let [a, b, c, d, ..] = Hash::of_parts(&[NAME.as_bytes(), b"\n", &typed]).0;
        let text = format!("{NAME}+{}+{}", KeyId([a, b, c, d]), base64(&typed));
        assert_eq!(text.parse::<Vkey>(), Err(VkeyError::SignatureType { found }));
    }
}

#[test]
fn one_key_has_another_id_for_each_type_and_name() {
    let signer = SigningKey::from_ed25519_seed([1; 32]).unwrap();
    let vkey = |name, kind| Vkey::new(name, kind, signer.public_key()).unwrap();
    let log = vkey("a", SignatureType::Ed25519);
    assert_ne!(log.id(), vkey("a", SignatureType::CosignatureV1).id());
    assert_ne!(log.id(), vkey("b", SignatureType::Ed25519).id());
    assert_eq!(log.key_bytes(), vkey("b", SignatureType::CosignatureV1).key_bytes());
}
