//! The development authority as OpenSSL, PEM files and a second start see it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::process::Command;
use std::sync::Arc;

use jejak_signer::devca::{DevCa, DevCaError, Profile};
use jejak_signer::{
    Algorithm, Anchors, Credential, HolderKind, Jws, PublicKey, SigningKey, TrustPolicy, Typ,
    Verifier, Window, certificate_to_pem, certificates_from_pem, sign_jws,
};

const NOW: i64 = 1_800_000_000;
const WINDOW: Window = Window { not_before: NOW - 86_400, not_after: NOW + 86_400 };

fn ca() -> DevCa {
    DevCa::create("Uji", WINDOW, Algorithm::Ed25519).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_ed25519_seed([3; 32]).unwrap()
}

fn holder() -> PublicKey {
    key().public_key().clone()
}

fn person() -> Profile {
    Profile::of_holder(HolderKind::Person)
}

fn issue(ca: &DevCa) -> Vec<Vec<u8>> {
    ca.issue("Pejabat Uji", "Dinas Uji", &holder(), &person(), WINDOW).unwrap()
}

#[test]
fn pem_goes_there_and_back() {
    let chain = issue(&ca());
    let text: String = chain.iter().map(|der| certificate_to_pem(der)).collect();
    assert_eq!(certificates_from_pem(&text).unwrap(), chain);
    let key = key().to_pkcs8_pem().unwrap();
    let refused = certificates_from_pem(&format!("{text}{}", *key)).unwrap_err();
    assert_eq!(refused.to_string(), r#"PEM block "PRIVATE KEY" instead of "CERTIFICATE""#);
    assert!(certificates_from_pem("").is_err());
}

#[test]
fn a_stored_authority_goes_on_issuing() {
    let before = ca();
    let text = before.to_pem().unwrap();
    let after = DevCa::from_pem(&text).unwrap();
    assert_eq!(after.to_pem().unwrap(), text);
    let anchors = Anchors::new(vec![before.anchor_der().to_vec()]).unwrap();
    let anchors = TrustPolicy::of_anchors(anchors);
    assert!(Credential::admit(&anchors, &issue(&after), HolderKind::Person, NOW).is_ok());
    assert_eq!(DevCa::from_pem("").unwrap_err(), DevCaError::Stored);
    let backwards = Window { not_before: 2, not_after: 1 };
    let refused = before.issue("P", "D", &holder(), &person(), backwards).unwrap_err();
    assert_eq!(refused, DevCaError::Window);
}

/// OpenSSL believes what we issue, by its strict rules.
#[test]
fn openssl_verifies_our_chains() {
    let directory = std::env::temp_dir().join(format!("jejak-signer-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    for algorithm in Algorithm::ALL {
        let ca = DevCa::create("Uji", WINDOW, algorithm).unwrap();
        let chain = issue(&ca);
        let [root, issuing, leaf] = ["root", "issuing", "leaf"].map(|name| directory.join(name));
        std::fs::write(&root, certificate_to_pem(ca.anchor_der())).unwrap();
        std::fs::write(&issuing, certificate_to_pem(&chain[1])).unwrap();
        std::fs::write(&leaf, certificate_to_pem(&chain[0])).unwrap();
        let output = Command::new("openssl")
            .args(["verify", "-x509_strict", "-attime", &NOW.to_string(), "-trusted"])
            .args([root.as_os_str(), "-untrusted".as_ref(), issuing.as_os_str(), leaf.as_os_str()])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{algorithm}: {text}");
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

/// Every kind of key under every kind of authority, and what the holder signs verifies.
#[test]
fn every_algorithm_is_certified_and_used() {
    for authority in Algorithm::ALL {
        let ca = DevCa::create("Uji", WINDOW, authority).unwrap();
        let anchors = Anchors::new(vec![ca.anchor_der().to_vec()]).unwrap();
        let anchors = TrustPolicy::of_anchors(anchors);
        for algorithm in Algorithm::ALL {
            let key = SigningKey::generate(algorithm).unwrap();
            let chain = ca.issue("P", "D", key.public_key(), &person(), WINDOW).unwrap();
            let credential = Credential::admit(&anchors, &chain, HolderKind::Person, NOW).unwrap();
            let credential = credential.with_algorithm(algorithm).unwrap();
            assert_eq!(credential.algorithm(), algorithm);
            let iat = Some(1_800_000_000);
            let text = sign_jws(&key, Typ::Event, credential.thumbprint(), iat, b"{}").unwrap();
            let jws = Jws::parse(text, Typ::Event).unwrap();
            assert!(Verifier::new(Arc::new(credential)).verify(jws).is_ok());
        }
    }
}
