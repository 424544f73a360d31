//! RSASSA-PSS with SHA-256: Wycheproof's signatures, one key with two algorithms, and signatures that
//! never come twice.

#![expect(clippy::unwrap_used, reason = "tests")]

use jejak_signer::{
    Algorithm, Hash, Jws, KeyError, PublicKey, SignatureInvalid, SigningKey, Typ, sign_jws,
};
use wycheproof::TestResult;
use wycheproof::rsa_pss_verify::{TestName, TestSet};

#[test]
fn wycheproof_agrees_case_by_case() {
    for (name, expected_cases) in [
        (TestName::RsaPss2048Sha256Mgf1SaltLen32, 108),
        (TestName::RsaPss3072Sha256Mgf1SaltLen32, 108),
        (TestName::RsaPss4096Sha256Mgf1SaltLen32, 108),
    ] {
        let mut cases = 0;
        for group in TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            let key = key.with_algorithm(Algorithm::Ps256).unwrap();
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

/// What is valid for other parameters is not for ours.
#[test]
fn another_salt_or_another_hash_is_no_signature() {
    for name in [
        TestName::RsaPss2048Sha256Mgf1SaltLen0,
        TestName::RsaPss2048Sha256Mgf1Sha1_20,
        TestName::RsaPss2048Sha1Mgf1SaltLen20,
        TestName::RsaPss2048Sha384Mgf1SaltLen48,
        TestName::RsaPss2048Sha512_256Mgf1SaltLen32,
    ] {
        for group in TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            let key = key.with_algorithm(Algorithm::Ps256).unwrap();
            for test in group.tests.iter().filter(|test| test.result == TestResult::Valid) {
                let verdict = key.verify(&test.msg, &test.sig);
                assert_eq!(verdict, Err(SignatureInvalid), "{name:?} {}", test.tc_id);
            }
        }
    }
}

/// Keys with id-RSASSA-PSS (RFC 4055) name their parameters themselves: another kind of key.
#[test]
fn a_key_that_names_its_parameters_is_refused() {
    let set = TestSet::load(TestName::RsaPss2048Sha256Mgf1SaltLen32WithParams).unwrap();
    for group in set.test_groups {
        let refused = KeyError::AlgorithmNotAccepted { oid: "1.2.840.113549.1.1.10".to_owned() };
        assert_eq!(PublicKey::from_spki_der(&group.der), Err(refused));
    }
}

#[test]
fn an_rsa_key_has_two_algorithms_and_is_used_with_one() {
    let pss = SigningKey::generate(Algorithm::Ps256).unwrap();
    let pkcs1 = SigningKey::from_pkcs8_pem(&pss.to_pkcs8_pem().unwrap()).unwrap();
    assert_eq!(pss.algorithm(), Algorithm::Ps256);
    assert_eq!(pkcs1.algorithm(), Algorithm::Rs256);
    assert_eq!(pss.public_key().spki_der(), pkcs1.public_key().spki_der());
    assert_ne!(pss.public_key(), pkcs1.public_key());

    let (one, other) = (pss.sign(b"m").unwrap(), pkcs1.sign(b"m").unwrap());
    assert_eq!(pss.public_key().verify(b"m", &one), Ok(()));
    assert_eq!(pkcs1.public_key().verify(b"m", &other), Ok(()));
    assert_eq!(pss.public_key().verify(b"m", &other), Err(SignatureInvalid));
    assert_eq!(pkcs1.public_key().verify(b"m", &one), Err(SignatureInvalid));

    for algorithm in [Algorithm::Ed25519, Algorithm::Es256, Algorithm::Es384] {
        let refused = pss.public_key().clone().with_algorithm(algorithm);
        assert_eq!(refused, Err(KeyError::AlgorithmNotOfKey { algorithm }));
    }
    let again = pkcs1.with_algorithm(Algorithm::Ps256).unwrap();
    assert_eq!(again.public_key(), pss.public_key());
    let back = again.with_algorithm(Algorithm::Rs256).unwrap();
    assert_eq!(back.sign(b"m").unwrap(), other);
}

#[test]
fn a_second_signature_is_over_the_same_event() {
    let key = SigningKey::generate(Algorithm::Ps256).unwrap();
    let [first, second] = [(); 2].map(|()| {
        let thumbprint = Hash([7; 32]);
        let text = sign_jws(&key, Typ::Event, thumbprint, Some(1), br#"{"id":"1"}"#).unwrap();
        let jws = Jws::parse(text, Typ::Event).unwrap();
        assert_eq!(key.public_key().verify(jws.signing_input(), jws.signature()), Ok(()));
        jws
    });
    assert_ne!(first.signature(), second.signature());
    assert_eq!(first.event_key(), second.event_key());
    assert_ne!(first.statement_hash(), second.statement_hash());
}
