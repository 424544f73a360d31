//! Notes and verifier keys beside `signed_note`: what one side signs the other opens, and what is
//! altered neither does.

use std::sync::LazyLock;

use jejak_signer::SigningKey;
use proptest::prelude::*;
use signed_note::{StandardSigner, StandardVerifier, VerifierList};

use super::{edits, signed_cases};
use crate::log::text::base64;
use crate::log::{Note, NoteSigner, NoteVerifyError, SignatureType, Vkey};

fn signer(name: &str, seed: [u8; 32]) -> NoteSigner {
    NoteSigner::new(name, SigningKey::from_ed25519_seed(seed).unwrap()).unwrap()
}

/// The same key as they write it down.
fn their_signer(name: &str, seed: [u8; 32]) -> StandardSigner {
    let id = signer(name, seed).vkey().id();
    let key = base64(&[[1].as_slice(), &seed].concat());
    StandardSigner::new(&format!("PRIVATE+KEY+{name}+{id}+{key}")).unwrap()
}

/// What a reader of a note believes: its text, and the names of those who signed it.
type Opened = Option<(String, Vec<String>)>;

fn opened(note: &[u8], known: &[&Vkey]) -> Opened {
    let note = Note::parse(note).ok()?;
    let signed = note.verify(known).ok()?;
    let names = signed.iter().map(|signed| signed.key.name().to_owned());
    Some((note.text().to_owned(), names.collect()))
}

fn opened_by_them(note: &[u8], known: &[&Vkey]) -> Opened {
    let verifier = |vkey: &&Vkey| -> Box<dyn signed_note::Verifier> {
        Box::new(StandardVerifier::new(&vkey.to_string()).unwrap())
    };
    let known = VerifierList::new(known.iter().map(verifier).collect());
    let note = signed_note::Note::from_bytes(note).ok()?;
    let (signed, _) = note.verify(&known).ok()?;
    let text = String::from_utf8(note.text().to_vec()).unwrap();
    Some((text, signed.iter().map(|signature| signature.name().to_owned()).collect()))
}

static SIGNERS: LazyLock<Vec<NoteSigner>> = LazyLock::new(|| {
    let signers = [("log.example.id/1", 1), ("b", 2), ("log.example.id/1", 3)];
    signers.into_iter().map(|(name, seed)| signer(name, [seed; 32])).collect()
});

fn names() -> impl Strategy<Value = String> {
    "[a-z0-9.-]{1,12}(/[a-zA-Z0-9.é\u{7f}]{1,6})?"
}

/// Lines of any characters that a note may have, also none.
fn texts() -> impl Strategy<Value = String> {
    "([^\\x00-\\x1f]{0,20}\n){1,4}|(— a AAAAAAAA\n|\n){1,3}"
}

proptest! {
    #![proptest_config(signed_cases())]

    #[test]
    fn a_note_is_the_same_whoever_signs_it(
        (name, other) in (names(), names()),
        text in texts(),
        seeds: [[u8; 32]; 2],
    ) {
        let (first, second) = (signer(&name, seeds[0]), signer(&other, seeds[1]));
        let mut note = Note::new(text.clone()).unwrap();
        note.add(first.sign(&text).unwrap());
        note.add(second.sign(&text).unwrap());

        let mut theirs = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
        let (a, b) = (their_signer(&name, seeds[0]), their_signer(&other, seeds[1]));
        theirs.add_sigs(&[&a, &b]).unwrap();
        let bytes = theirs.to_bytes();
        prop_assert_eq!(note.to_string().into_bytes(), bytes.as_slice());

        let known = [first.vkey(), second.vkey()];
        let expected = Some((text, vec![name, other]));
        prop_assert_eq!(opened(&bytes, &known), expected.clone());
        prop_assert_eq!(opened_by_them(&bytes, &known), expected);
    }

    #[test]
    fn an_edited_note_is_opened_by_both_or_neither(
        text in texts(),
        edits in prop::collection::vec(edits(), 20),
        known in 1..=SIGNERS.len(),
    ) {
        let signers = &*SIGNERS;
        let mut note = Note::new(text).unwrap();
        for signer in signers {
            note.add(signer.sign(note.text()).unwrap());
        }
        let vkeys: Vec<&Vkey> = signers.iter().take(known).map(NoteSigner::vkey).collect();
        for edit in edits {
            let Some(edited) = edit.apply(note.to_string().as_bytes()) else { continue };
            let verdict = opened(&edited, &vkeys);
            prop_assert_eq!(&verdict, &opened_by_them(&edited, &vkeys));
            // An edit may make one of the signers unknown, but none reaches the text.
            prop_assert!(verdict.is_none_or(|(text, _)| text == note.text()));
        }
    }

    #[test]
    fn key_ids_are_the_same(name in names(), seed: [u8; 32]) {
        let key = SigningKey::from_ed25519_seed(seed).unwrap();
        for (signature_type, byte) in
            [(SignatureType::Ed25519, 0x01), (SignatureType::CosignatureV1, 0x04)]
        {
            let vkey = Vkey::new(&name, signature_type, key.public_key()).unwrap();
            let typed = [[byte].as_slice(), vkey.key_bytes()].concat();
            prop_assert_eq!(vkey.id().0, signed_note::key_id(&name, &typed).to_be_bytes());
        }
    }

    #[test]
    fn an_edited_verifier_key_is_read_by_both_or_neither(
        name in names(),
        seed: [u8; 32],
        edits in prop::collection::vec(edits(), 40),
    ) {
        let vkey = signer(&name, seed).vkey().to_string();
        prop_assert!(StandardVerifier::new(&vkey).is_ok());
        let edited = edits.iter().filter_map(|edit| edit.apply(vkey.as_bytes()));
        for edited in edited.filter_map(|bytes| String::from_utf8(bytes).ok()) {
            // They also read an id in capitals.
            let id = edited.split('+').nth(1).unwrap_or_default();
            let capitals = id.contains(|c: char| c.is_ascii_uppercase());
            let theirs = StandardVerifier::new(&edited).is_ok();
            prop_assert_eq!(edited.parse::<Vkey>().is_ok(), theirs && !capitals, "{}", edited);
        }
    }
}

/// C2SP signed-note: a known key whose signature fails should condemn the note. They stop looking
/// at a key once one of its lines was right.
#[test]
fn we_refuse_a_second_wrong_line_of_a_known_key_which_they_pass_over() {
    let signer = signer("log.example.id/1", [1; 32]);
    let mut note = Note::new("text\n".to_owned()).unwrap();
    note.add(signer.sign("text\n").unwrap());
    note.add(signer.sign("another text\n").unwrap());
    let wrong = NoteVerifyError::SignatureInvalid {
        name: signer.vkey().name().to_owned(),
        id: signer.vkey().id(),
    };
    assert_eq!(note.verify(&[signer.vkey()]), Err(wrong));
    assert!(opened_by_them(note.to_string().as_bytes(), &[signer.vkey()]).is_some());
}
