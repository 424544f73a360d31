//! One event has one record, however often it is signed. An ECDSA signature has a twin that anybody can
//! make, and PSS comes out otherwise each time: both answer with the receipt of what is stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jejak_ledger::Answer;
use jejak_signer::{Algorithm, Hash, Window};

use crate::acts::request;
use crate::harness::{DAY_S, Person, START_S, World, recorded, repeated};

/// The algorithms whose signatures are not one: each with a second signature over the same event.
const SECOND: [(Algorithm, Second); 3] = [
    (Algorithm::Es256, |_, statement| ecdsa_twin(statement, P256_ORDER)),
    (Algorithm::Es384, |_, statement| ecdsa_twin(statement, P384_ORDER)),
    (Algorithm::Ps256, signed_again),
];

/// Makes the other statement of whoever signed the first one.
type Second = fn(&Person, &[u8]) -> Vec<u8>;

#[test]
fn a_second_signature_of_an_event_answers_with_the_stored_receipt() {
    let world = World::new();
    for (algorithm, second) in SECOND {
        let person = enrolled(&world, algorithm);
        let event = request(&world, &person, &format!("satu-{algorithm}").to_lowercase());
        let first = world.sign(&person, &event);
        let other = second(&person, &first);
        assert_ne!(first, other);
        let stored = recorded(world.post_bytes(first.clone()));
        let size = world.ledger().published().size;

        let answer = repeated(world.post_bytes(other));
        assert_eq!(answer.position, stored.position, "{algorithm}");
        assert_eq!(answer.recorded_at, stored.recorded_at);
        let receipt = answer.receipt().unwrap();
        assert_eq!(receipt.record.statement, Hash::of(&first), "of what is stored");
        assert_eq!(world.ledger().published().size, size, "one record");
        let held = world.ledger().view().statement(stored.position).unwrap();
        assert_eq!(held.as_deref(), Some(&first[..]), "the first form stays");
    }
    world.audit();
}

#[test]
fn in_one_batch_the_first_of_two_signatures_is_recorded() {
    let world = World::new();
    for (algorithm, second) in SECOND {
        let person = enrolled(&world, algorithm);
        let event = request(&world, &person, &format!("dua-{algorithm}").to_lowercase());
        let first = world.sign(&person, &event);
        let other = second(&person, &first);
        let size = world.ledger().published().size;
        let batch = vec![other.clone(), first.clone(), other.clone()];
        let [one, two, three]: [Answer; 3] = world.post_batch(batch).try_into().ok().unwrap();
        let stored = recorded(one);
        for answer in [two, three].map(repeated) {
            assert_eq!(answer.position, stored.position, "{algorithm}");
            assert_eq!(answer.receipt().unwrap().record.statement, Hash::of(&other));
        }
        assert_eq!(world.ledger().published().size, size + 1);
        let held = world.ledger().view().statement(stored.position).unwrap();
        assert_eq!(held, Some(other), "the second form takes no place");
    }
    world.audit();
}

/// The twin is known by its event after the directory was closed, and when the signer is revoked.
#[test]
fn a_twin_is_known_for_ever() {
    let mut world = World::new();
    let person = enrolled(&world, Algorithm::Es256);
    let first = world.sign(&person, &request(&world, &person, "tiga"));
    let position = recorded(world.post_bytes(first.clone())).position;
    world.accept(&world.registrar, &world.revocation(&person));
    world.reopen();
    let twin = ecdsa_twin(&first, P256_ORDER);
    assert_eq!(repeated(world.post_bytes(twin)).position, position);
    world.audit();
}

/// A signature that is none is no twin, although the event is known.
#[test]
fn a_wrong_signature_over_a_known_event_is_refused() {
    let world = World::new();
    let person = enrolled(&world, Algorithm::Es256);
    let statement = world.sign(&person, &request(&world, &person, "empat"));
    recorded(world.post_bytes(statement.clone()));
    let (input, mut signature) = parts(&statement);
    signature.rotate_left(1);
    let (code, _) = world.refuse_bytes(joined(input, &signature));
    assert_eq!(code, "signature-invalid");
}

fn enrolled(world: &World, algorithm: Algorithm) -> Person {
    let seconds = |value: u64| i64::try_from(value).unwrap();
    let window =
        Window { not_before: seconds(START_S - DAY_S), not_after: seconds(START_S + 300 * DAY_S) };
    let id = format!("p-twin-{algorithm}").to_lowercase();
    let person = world.authority.person_with(&id, "dinkes", algorithm, window);
    world.enrol(&person);
    person
}

/// r and n - s.
fn ecdsa_twin(statement: &[u8], order: &[u8]) -> Vec<u8> {
    let (input, signature) = parts(statement);
    let (r, s) = signature.split_at(signature.len() / 2);
    joined(input, &[r, &subtract(order, s)].concat())
}

fn signed_again(person: &Person, statement: &[u8]) -> Vec<u8> {
    let (input, _) = parts(statement);
    joined(input, &person.key.sign(input).unwrap())
}

/// The signing input and the signature.
fn parts(statement: &[u8]) -> (&[u8], Vec<u8>) {
    let dot = statement.iter().rposition(|byte| *byte == b'.').unwrap();
    (&statement[..dot], URL_SAFE_NO_PAD.decode(&statement[dot + 1..]).unwrap())
}

fn joined(input: &[u8], signature: &[u8]) -> Vec<u8> {
    [input, b".", URL_SAFE_NO_PAD.encode(signature).as_bytes()].concat()
}

/// Of numbers of the same length, big-endian, the larger one first.
fn subtract(from: &[u8], number: &[u8]) -> Vec<u8> {
    let mut borrow = 0_u8;
    let digits = from.iter().zip(number).rev().map(|(from, number)| {
        let digit = 256 + u16::from(*from) - u16::from(*number) - u16::from(borrow);
        borrow = u8::from(digit < 256);
        digit.to_le_bytes()[0]
    });
    let mut digits: Vec<u8> = digits.collect();
    digits.reverse();
    digits
}

/// The orders of the groups (NIST SP 800-186, 3.2.1), big-endian.
const P256_ORDER: &[u8] = &[
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
const P384_ORDER: &[u8] = &[
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
    0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
];
