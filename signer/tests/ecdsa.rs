//! ECDSA on P-256 and P-384: Wycheproof's signatures, which keys are accepted, and the two signatures
//! that every signature is.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jejak_signer::{Algorithm, Hash, Jws, KeyError, PublicKey, SigningKey, Typ, sign_jws};
use wycheproof::TestResult;
use wycheproof::ecdsa::{TestName, TestSet};

#[test]
fn wycheproof_agrees_case_by_case() {
    for (name, algorithm, expected_cases) in [
        (TestName::EcdsaSecp256r1Sha256P1363, Algorithm::Es256, 262),
        (TestName::EcdsaSecp384r1Sha384P1363, Algorithm::Es384, 280),
    ] {
        let mut cases = 0;
        for group in TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            assert_eq!(key.algorithm(), algorithm);
            for test in group.tests {
                let verified = key.verify(&test.msg, &test.sig).is_ok();
                let expected = test.result == TestResult::Valid;
                assert_eq!(verified, expected, "{}: {}", test.tc_id, test.comment);
                cases += 1;
            }
        }
        assert_eq!(cases, expected_cases, "{name:?}");
    }
}

#[test]
fn r_and_s_lie_between_zero_and_the_order() {
    for algorithm in ALGORITHMS {
        let key = SigningKey::generate(algorithm).unwrap();
        let signature = key.sign(b"m").unwrap();
        let (r, s) = signature.split_at(signature.len() / 2);
        let (zero, order) = (vec![0; r.len()], order(algorithm));
        assert!(key.public_key().verify(b"m", &signature).is_ok());
        for (r, s) in [
            (&zero[..], &zero[..]),
            (&zero, s),
            (r, &zero),
            (&order, s),
            (r, &order),
            (&order, &order),
            (r, &[0xff; 48][..s.len()]),
        ] {
            assert!(key.public_key().verify(b"m", &[r, s].concat()).is_err());
        }
    }
}

/// Whoever sees a signature can make the other one; the event that it is over stays the same.
#[test]
fn the_twin_of_a_signature_is_over_the_same_event() {
    for algorithm in ALGORITHMS {
        let key = SigningKey::generate(algorithm).unwrap();
        let own = sign_jws(&key, Typ::Event, Hash([7; 32]), Some(1), br#"{"id":"1"}"#).unwrap();
        let own = Jws::parse(own, Typ::Event).unwrap();
        let (r, s) = own.signature().split_at(own.signature().len() / 2);
        let twin = [r, &subtract(&order(algorithm), s)].concat();
        let twin = [own.signing_input(), b".", encode(&twin).as_bytes()].concat();
        let twin = Jws::parse(twin, Typ::Event).unwrap();
        for jws in [&own, &twin] {
            assert!(key.public_key().verify(jws.signing_input(), jws.signature()).is_ok());
        }
        assert_eq!(own.event_key(), twin.event_key());
        assert_ne!(own.statement_hash(), twin.statement_hash());
    }
}

#[test]
fn a_key_is_an_uncompressed_point_of_its_curve() {
    for algorithm in ALGORITHMS {
        let good = SigningKey::generate(algorithm).unwrap().public_key().spki_der().to_vec();
        let (head, point) = good.split_at(good.len() - point_bytes(algorithm));
        let (x, y) = point[1..].split_at(point.len() / 2);
        let curve = curve_oid(algorithm);
        let refusal = |point: &[u8]| PublicKey::from_spki_der(&spki(&[curve], point)).unwrap_err();

        assert_eq!(spki(&[curve], point), [head, point].concat());
        assert!(PublicKey::from_spki_der(&spki(&[curve], point)).is_ok());
        assert_eq!(refusal(&[&[2], x].concat()), KeyError::NotUncompressed);
        assert_eq!(refusal(&[&[3], x].concat()), KeyError::NotUncompressed);
        for hybrid in [6, 7] {
            assert_eq!(refusal(&[&[hybrid], x, y].concat()), KeyError::NotUncompressed);
        }
        assert_eq!(refusal(&[0]), KeyError::Infinity);
        assert_eq!(refusal(&[]), KeyError::MalformedPublicKey);
        // Without its first byte; the next one must not look like another form.
        let untagged = [&[0x55], &point[2..]].concat();
        assert_eq!(refusal(&untagged), KeyError::MalformedPublicKey);
        assert_eq!(refusal(&point[..point.len() - 1]), KeyError::MalformedPublicKey);
        assert_eq!(refusal(&[point, &[0]].concat()), KeyError::MalformedPublicKey);

        let mut beside = point.to_vec();
        beside[point.len() - 1] ^= 1;
        assert_eq!(refusal(&beside), KeyError::NotAPoint);
        assert_eq!(refusal(&[&[4], y, x].concat()), KeyError::NotAPoint);
        assert_eq!(refusal(&[&[4][..], &vec![0; x.len() * 2]].concat()), KeyError::NotAPoint);
        // Beyond the field: another spelling, if it were reduced.
        assert_eq!(refusal(&[&[4][..], &vec![0xff; x.len()], y].concat()), KeyError::NotAPoint);
    }
}

#[test]
fn a_point_of_one_curve_is_none_of_the_other() {
    let [p256, p384] = ALGORITHMS.map(|algorithm| {
        let spki = SigningKey::generate(algorithm).unwrap().public_key().spki_der().to_vec();
        spki[spki.len() - point_bytes(algorithm)..].to_vec()
    });
    for (curve, point) in [(SECP384R1, p256), (PRIME256V1, p384)] {
        let refused = PublicKey::from_spki_der(&spki(&[curve], &point));
        assert_eq!(refused, Err(KeyError::MalformedPublicKey));
    }
}

#[test]
fn other_curves_and_other_spellings_of_a_curve_are_refused() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let good = key.public_key().spki_der();
    let point = &good[good.len() - 65..];
    for (curve, oid) in [
        (&[6, 5, 0x2b, 0x81, 4, 0, 10][..], "1.3.132.0.10"),
        (&[6, 5, 0x2b, 0x81, 4, 0, 35], "1.3.132.0.35"),
        (&[6, 5, 0x2b, 0x81, 4, 0, 33], "1.3.132.0.33"),
        (&[6, 9, 0x2b, 0x24, 3, 3, 2, 8, 1, 1, 7], "1.3.36.3.3.2.8.1.1.7"),
    ] {
        let refused = KeyError::CurveNotAccepted { oid: oid.to_owned() };
        assert_eq!(PublicKey::from_spki_der(&spki(&[curve], point)), Err(refused));
    }
    // No curve, NULL, parameters in full, something after the name.
    let malformed = Err(KeyError::MalformedPublicKey);
    for parameters in
        [Vec::new(), vec![&[5, 0][..]], vec![&[0x30, 3, 2, 1, 1]], vec![PRIME256V1, &[5, 0]]]
    {
        assert_eq!(PublicKey::from_spki_der(&spki(&parameters, point)), malformed);
    }
    assert_eq!(PublicKey::from_spki_der(&[good, &[0]].concat()), malformed);
    // One bit of the last byte unused.
    let mut bits = good.to_vec();
    bits[25] = 1;
    assert_eq!(PublicKey::from_spki_der(&bits), malformed);
}

#[test]
fn a_key_of_a_curve_has_one_algorithm() {
    for own in [Algorithm::Ed25519, Algorithm::Es256, Algorithm::Es384] {
        for algorithm in Algorithm::ALL {
            let verdict = SigningKey::generate(own).unwrap().with_algorithm(algorithm);
            let refused = KeyError::AlgorithmNotOfKey { algorithm };
            if algorithm == own {
                assert_eq!(verdict.unwrap().algorithm(), own);
            } else {
                assert_eq!(verdict.unwrap_err(), refused);
            }
        }
    }
}

const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::Es384];

fn point_bytes(algorithm: Algorithm) -> usize {
    if algorithm == Algorithm::Es256 { 65 } else { 97 }
}

fn curve_oid(algorithm: Algorithm) -> &'static [u8] {
    if algorithm == Algorithm::Es256 { PRIME256V1 } else { SECP384R1 }
}

/// The order of the curve's group (SP 800-186, 3.2.1), big-endian.
fn order(algorithm: Algorithm) -> Vec<u8> {
    let text = if algorithm == Algorithm::Es256 {
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
    } else {
        concat!(
            "ffffffffffffffffffffffffffffffffffffffffffffffff",
            "c7634d81f4372ddf581a0db248b0a77aecec196accc52973"
        )
    };
    let digits: Vec<u8> =
        text.bytes().map(|b| if b < b'a' { b - b'0' } else { b - b'a' + 10 }).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn subtract(from: &[u8], number: &[u8]) -> Vec<u8> {
    let mut borrow = false;
    let mut difference: Vec<u8> = from
        .iter()
        .zip(number)
        .rev()
        .map(|(from, number)| {
            let (first, below) = from.overflowing_sub(*number);
            let (digit, again) = first.overflowing_sub(u8::from(borrow));
            borrow = below || again;
            digit
        })
        .collect();
    difference.reverse();
    difference
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn spki(parameters: &[&[u8]], point: &[u8]) -> Vec<u8> {
    let algorithm = tlv(0x30, &[&EC_PUBLIC_KEY[..], &parameters.concat()].concat());
    tlv(0x30, &[algorithm, tlv(3, &[&[0], point].concat())].concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    let header = if length < 0x80 { vec![tag, length] } else { vec![tag, 0x81, length] };
    [header, content.to_vec()].concat()
}

const EC_PUBLIC_KEY: [u8; 9] = [6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const PRIME256V1: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const SECP384R1: &[u8] = &[6, 5, 0x2b, 0x81, 4, 0, 34];
