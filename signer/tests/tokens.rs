//! Keys on a real PKCS#11 token: `SoftHSM` (Debian `softhsm2`), each test with tokens of its own.
//!
//! The module reads its configuration from the environment, which belongs to the whole process: each test
//! runs itself again in a process of its own.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::Command;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, CertificateType, ObjectClass};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use jejak_signer::devca::{DevCa, Profile};
use jejak_signer::{
    Algorithm, HolderKind, KeyError, Passphrase, SignError, SigningKey, TokenError, TokenUri,
    Window,
};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "12345678";
const INSIDE: &str = "JEJAK_TEST_TOKENS";

/// Runs `test` with a fresh token `Jejak`, in a process of its own.
fn with_token(name: &str, configuration: &str, test: impl FnOnce(&Path)) {
    if let Some(directory) = std::env::var_os(INSIDE) {
        return test(Path::new(&directory));
    }
    let directory = tempfile::tempdir().unwrap();
    let tokens = directory.path().join("tokens");
    fs::create_dir(&tokens).unwrap();
    let file = directory.path().join("softhsm2.conf");
    let lines = format!("directories.tokendir = {}\n{configuration}\n", tokens.display());
    fs::write(&file, lines).unwrap();
    make_token(&file, "Jejak");
    let again = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(INSIDE, directory.path())
        .env("SOFTHSM2_CONF", &file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(again.status.success(), "{said}{}", String::from_utf8_lossy(&again.stderr));
    assert!(said.contains("1 passed"), "{name} is this test's name: {said}");
}

fn make_token(configuration: &Path, label: &str) {
    let made = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "87654321"])
        .env("SOFTHSM2_CONF", configuration)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn uri(names: &str) -> TokenUri {
    format!("pkcs11:{names}?module-path={MODULE}").parse().unwrap()
}

fn pin() -> Passphrase {
    Passphrase::new(PIN.to_owned()).unwrap()
}

fn open(names: &str) -> Result<SigningKey, TokenError> {
    SigningKey::on_token(&uri(names), Some(&pin()))
}

fn refusal(names: &str) -> TokenError {
    open(names).unwrap_err()
}

fn generate(names: &str, algorithm: Algorithm) -> SigningKey {
    SigningKey::generate_on_token(&uri(names), Some(&pin()), algorithm).unwrap()
}

fn signs(key: &SigningKey) {
    let signature = key.sign(b"message").unwrap();
    key.public_key().verify(b"message", &signature).unwrap();
    assert!(key.public_key().verify(b"other", &signature).is_err());
}

/// The token behind our back, as another part of the process would use it.
fn module() -> Pkcs11 {
    let module = Pkcs11::new(MODULE).unwrap();
    drop(module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)));
    module
}

fn session() -> Session {
    let module = module();
    let slot = module.get_slots_with_initialized_token().unwrap()[0];
    let session = module.open_rw_session(slot).unwrap();
    drop(session.login(UserType::User, Some(&AuthPin::from(PIN))));
    session
}

#[test]
fn keys_of_every_algorithm_sign_on_the_token_and_never_leave_it() {
    let name = "keys_of_every_algorithm_sign_on_the_token_and_never_leave_it";
    with_token(name, "", |_| {
        for algorithm in Algorithm::ALL {
            let names = format!("token=Jejak;object=kunci-{algorithm}");
            let key = generate(&names, algorithm);
            assert_eq!(key.algorithm(), algorithm);
            assert!(key.is_elsewhere());
            signs(&key);
            let again = open(&names).unwrap().with_algorithm(algorithm).unwrap();
            assert_eq!(again.public_key(), key.public_key());
            signs(&again);
            assert_eq!(key.to_pkcs8_pem().unwrap_err(), KeyError::NotExtractable);
            assert_eq!(key.to_encrypted_pem(&pin()).unwrap_err(), KeyError::NotExtractable);
            let another = SigningKey::generate_on_token(&uri(&names), Some(&pin()), algorithm);
            assert_eq!(another.unwrap_err(), TokenError::ObjectExists);
            let label = Attribute::Label(format!("kunci-{algorithm}").into_bytes());
            let found = session()
                .find_objects(&[
                    label,
                    Attribute::Class(ObjectClass::PRIVATE_KEY),
                    Attribute::Sensitive(true),
                    Attribute::Extractable(false),
                    Attribute::NeverExtractable(true),
                    Attribute::Private(true),
                ])
                .unwrap();
            assert_eq!(found.len(), 1, "{algorithm}");
        }
    });
}

#[test]
fn what_is_missing_wrong_or_ambiguous_has_a_name_of_its_own() {
    let name = "what_is_missing_wrong_or_ambiguous_has_a_name_of_its_own";
    with_token(name, "", |directory| {
        generate("token=Jejak;object=log;id=%01", Algorithm::Ed25519);
        generate("token=Jejak;object=log;id=%02", Algorithm::Ed25519);
        signs(&open("token=Jejak;id=%02").unwrap());
        assert_eq!(refusal("token=Jejak;object=log"), TokenError::ObjectAmbiguous { objects: 2 });
        assert_eq!(refusal("token=Jejak;object=lag"), TokenError::ObjectNotFound);
        assert_eq!(refusal("token=Jejaka;object=log"), TokenError::TokenAbsent);
        assert_eq!(refusal("serial=0;id=%02"), TokenError::TokenAbsent);
        assert_eq!(refusal("model=SoftHSM%20v1;id=%02"), TokenError::TokenAbsent);
        signs(&open("model=SoftHSM%20v2;manufacturer=SoftHSM%20project;id=%02").unwrap());
        let missing: TokenUri = "pkcs11:object=a?module-path=/nonexistent.so".parse().unwrap();
        let refused = SigningKey::on_token(&missing, None).unwrap_err();
        assert!(
            matches!(&refused, TokenError::Module { path, .. } if path == missing.module()),
            "{refused}"
        );
        let other: TokenUri = "pkcs11:object=a?module-path=/etc/passwd".parse().unwrap();
        let refused = SigningKey::on_token(&other, None).unwrap_err();
        assert!(matches!(refused, TokenError::Module { .. }), "{refused}");

        // A login counts for the process while a session is open: with none, the PIN is asked again.
        module().finalize().unwrap();
        let key = uri("token=Jejak;id=%02");
        assert_eq!(SigningKey::on_token(&key, None).unwrap_err(), TokenError::PinMissing);
        let wrong = Passphrase::new("00000000".to_owned()).unwrap();
        assert_eq!(SigningKey::on_token(&key, Some(&wrong)).unwrap_err(), TokenError::PinWrong);
        let short = Passphrase::new("1".to_owned()).unwrap();
        assert_eq!(SigningKey::on_token(&key, Some(&short)).unwrap_err(), TokenError::PinWrong);
        module().finalize().unwrap();

        make_token(&directory.join("softhsm2.conf"), "Jejak");
        assert_eq!(refusal("token=Jejak;id=%02"), TokenError::TokenAmbiguous { tokens: 2 });
    });
}

#[test]
fn a_session_that_breaks_is_opened_again() {
    let name = "a_session_that_breaks_is_opened_again";
    with_token(name, "", |directory| {
        let names = "token=Jejak;object=log";
        let key = generate(names, Algorithm::Ed25519);
        signs(&key);
        // As after a fork: every session is gone and the module has to be initialised again.
        module().finalize().unwrap();
        signs(&key);
        // Somebody else in the process logs out: private objects are gone for everybody.
        session().logout().unwrap();
        signs(&key);
        // The token is pulled out, and put back.
        let (tokens, away) = (directory.join("tokens"), directory.join("away"));
        module().finalize().unwrap();
        fs::rename(&tokens, &away).unwrap();
        fs::create_dir(&tokens).unwrap();
        assert_eq!(key.sign(b"message"), Err(SignError::Token(TokenError::TokenAbsent)));
        module().finalize().unwrap();
        fs::remove_dir(&tokens).unwrap();
        fs::rename(&away, &tokens).unwrap();
        signs(&key);
        // Another key took the name.
        for object in session().find_objects(&[]).unwrap() {
            session().destroy_object(object).unwrap();
        }
        generate(names, Algorithm::Ed25519);
        module().finalize().unwrap();
        assert_eq!(key.sign(b"message"), Err(SignError::Token(TokenError::OtherKey)));
    });
}

#[test]
fn the_certificate_on_a_card_tells_the_public_key_where_nothing_else_does() {
    let name = "the_certificate_on_a_card_tells_the_public_key_where_nothing_else_does";
    with_token(name, "", |_| {
        let names = "token=Jejak;object=kartu;id=%07";
        let key = generate(names, Algorithm::Es384);
        let card = session();
        for public in card.find_objects(&[Attribute::Class(ObjectClass::PUBLIC_KEY)]).unwrap() {
            card.destroy_object(public).unwrap();
        }
        assert_eq!(refusal(names), TokenError::PublicKeyNotFound);
        let window = Window { not_before: 1_767_000_000, not_after: 1_900_000_000 };
        let ca = DevCa::create("Uji", window, Algorithm::Ed25519).unwrap();
        let profile = Profile::of_holder(HolderKind::Person);
        let chain = ca.issue("Pejabat", "Dinas", key.public_key(), &profile, window).unwrap();
        card.create_object(&[
            Attribute::Class(ObjectClass::CERTIFICATE),
            Attribute::CertificateType(CertificateType::X_509),
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Id(vec![7]),
            Attribute::Subject(b"0\x00".to_vec()),
            Attribute::Value(chain[0].clone()),
        ])
        .unwrap();
        let found = open(names).unwrap();
        assert_eq!(found.public_key(), key.public_key());
        signs(&found);
    });
}

#[test]
fn a_token_without_the_mechanism_of_the_key_says_so_when_it_is_opened() {
    let name = "a_token_without_the_mechanism_of_the_key_says_so_when_it_is_opened";
    let without = "slots.mechanisms = CKM_EC_EDWARDS_KEY_PAIR_GEN,CKM_RSA_PKCS_KEY_PAIR_GEN,CKM_SHA256_RSA_PKCS";
    with_token(name, without, |_| {
        let edwards = uri("token=Jejak;object=log");
        let made = SigningKey::generate_on_token(&edwards, Some(&pin()), Algorithm::Ed25519);
        let missing = |mechanism| TokenError::MechanismMissing { mechanism };
        assert_eq!(made.unwrap_err(), missing("CKM_EDDSA"));
        let key = generate("token=Jejak;object=rsa", Algorithm::Rs256);
        signs(&key);
        let pss = key.with_algorithm(Algorithm::Ps256).unwrap();
        let refused = pss.sign(b"message");
        assert_eq!(refused, Err(SignError::Token(missing("CKM_SHA256_RSA_PKCS_PSS"))));
    });
}
