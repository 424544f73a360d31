//! RSASSA-PKCS1-v1_5 with SHA-256: Wycheproof's signatures, and which keys are accepted.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jejak_signer::{KeyError, PublicKey, SignatureInvalid};
use wycheproof::TestResult;
use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

#[test]
fn wycheproof_agrees_case_by_case() {
    for (name, expected_cases) in [
        (TestName::Rsa2048Sha256, 257),
        (TestName::Rsa3072Sha256, 258),
        (TestName::Rsa4096Sha256, 258),
    ] {
        let mut cases = 0;
        for group in TestSet::load(name).unwrap().test_groups {
            // A few groups have the exponent 3, which no accepted key has.
            if group.key.e[..] == [3] {
                assert_eq!(PublicKey::from_spki_der(&group.der), Err(KeyError::Exponent));
                continue;
            }
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            for test in group.tests {
                let expected = match test.result {
                    TestResult::Valid => Ok(()),
                    // A digest without the NULL of its parameters: a second spelling.
                    TestResult::Invalid | TestResult::Acceptable => Err(SignatureInvalid),
                };
                let verdict = key.verify(&test.msg, &test.sig);
                assert_eq!(verdict, expected, "{}: {}", test.tc_id, test.comment);
                cases += 1;
            }
        }
        assert_eq!(cases, expected_cases, "{name:?}");
    }
}

#[test]
fn a_modulus_has_2048_to_4096_bits() {
    for (bits, accepted) in
        [(1024, false), (2047, false), (2048, true), (2049, true), (4096, true), (4097, false)]
    {
        let verdict = PublicKey::from_spki_der(&spki(&modulus(bits), &F4));
        let refused = KeyError::ModulusLength { bits, bits_min: 2048, bits_max: 4096 };
        assert_eq!(verdict.map(|_| ()), if accepted { Ok(()) } else { Err(refused) });
    }
    for group in TestSet::load(TestName::Rsa8192Sha256).unwrap().test_groups {
        let refused = KeyError::ModulusLength { bits: 8192, bits_min: 2048, bits_max: 4096 };
        assert_eq!(PublicKey::from_spki_der(&group.der), Err(refused));
    }
}

#[test]
fn an_exponent_is_odd_and_at_least_65537() {
    for exponent in [&[3][..], &[17], &[0xff, 0xff], &[1, 0, 0], &[1, 0, 2], &[0], &[1]] {
        let verdict = PublicKey::from_spki_der(&spki(&modulus(2048), exponent));
        assert_eq!(verdict, Err(KeyError::Exponent), "{exponent:?}");
    }
    assert!(PublicKey::from_spki_der(&spki(&modulus(2048), &[1, 0, 3])).is_ok());
}

#[test]
fn a_key_has_one_spelling() {
    let modulus = modulus(2048);
    let good = spki(&modulus, &F4);
    assert!(PublicKey::from_spki_der(&good).is_ok());

    let malformed = Err(KeyError::MalformedPublicKey);
    let mut longer = good.clone();
    longer.push(0);
    assert_eq!(PublicKey::from_spki_der(&longer), malformed);
    assert_eq!(PublicKey::from_spki_der(&good[..good.len() - 1]), malformed);
    assert_eq!(PublicKey::from_spki_der(&[]), malformed);

    // Parameters absent instead of NULL (RFC 8017, A.1).
    let key = tlv(0x30, &[integer(&modulus), integer(&F4)].concat());
    let absent = tlv(0x30, &[tlv(0x30, &RSA_OID), bit_string(&key)].concat());
    assert_eq!(PublicKey::from_spki_der(&absent), malformed);
    // Something after the exponent, and after the key.
    let three = tlv(0x30, &[integer(&modulus), integer(&F4), integer(&F4)].concat());
    assert_eq!(PublicKey::from_spki_der(&wrap(&three)), malformed);
    assert_eq!(PublicKey::from_spki_der(&wrap(&[&key[..], &[5, 0]].concat())), malformed);
    // A number with a zero in front.
    let zeros = [tlv(2, &[&[0, 0], &modulus[..]].concat()), integer(&F4)].concat();
    assert_eq!(PublicKey::from_spki_der(&wrap(&tlv(0x30, &zeros))), malformed);
}

#[test]
fn numbers_that_are_none_are_refused_without_a_panic() {
    for (n, e) in [
        (vec![], F4.to_vec()),
        (vec![0], F4.to_vec()),
        (vec![0; 256], F4.to_vec()),
        (modulus(2048), vec![]),
        (vec![0x80; 256], F4.to_vec()),
    ] {
        let key = tlv(0x30, &[tlv(2, &n), tlv(2, &e)].concat());
        assert!(PublicKey::from_spki_der(&wrap(&key)).is_err());
    }
}

#[test]
fn keys_of_other_algorithms_are_named() {
    // A DSA key (RFC 3279), and id-RSASSA-PSS (RFC 4055).
    let dsa = [6, 7, 0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1];
    let dsa = tlv(0x30, &[tlv(0x30, &dsa), bit_string(&integer(&modulus(2048)))].concat());
    let refused = KeyError::AlgorithmNotAccepted { oid: "1.2.840.10040.4.1".to_owned() };
    assert_eq!(PublicKey::from_spki_der(&dsa), Err(refused));

    let pss = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
    let key = tlv(0x30, &[integer(&modulus(2048)), integer(&F4)].concat());
    let pss = tlv(0x30, &[tlv(0x30, &pss), bit_string(&key)].concat());
    let refused = KeyError::AlgorithmNotAccepted { oid: "1.2.840.113549.1.1.10".to_owned() };
    assert_eq!(PublicKey::from_spki_der(&pss), Err(refused));
}

/// An odd number of so many bits. Nobody checks that a public modulus has two factors.
fn modulus(bits: usize) -> Vec<u8> {
    let mut number = vec![0xa5; bits.div_ceil(8)];
    number[0] = match bits % 8 {
        0 => 0xa5,
        rest => 1 << (rest - 1),
    };
    number
}

fn spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    wrap(&tlv(0x30, &[integer(modulus), integer(exponent)].concat()))
}

fn wrap(key: &[u8]) -> Vec<u8> {
    let algorithm = tlv(0x30, &[&RSA_OID[..], &[5, 0]].concat());
    tlv(0x30, &[algorithm, bit_string(key)].concat())
}

fn bit_string(bytes: &[u8]) -> Vec<u8> {
    tlv(3, &[&[0], bytes].concat())
}

fn integer(number: &[u8]) -> Vec<u8> {
    match number {
        [0x80..=0xff, ..] => tlv(2, &[&[0], number].concat()),
        _ => tlv(2, number),
    }
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    let header = match length {
        0..0x80 => vec![tag, low],
        0x80..0x100 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [header, content.to_vec()].concat()
}

const F4: [u8; 3] = [1, 0, 1];
const RSA_OID: [u8; 11] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
