//! Chains that OpenSSL made, right ones and wrong ones, with algorithms that we do not issue with.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use jejak_signer::{
    Algorithm, Anchors, CertificateError, Credential, HolderKind, KeyError, TrustError,
};

const LEAF: &str = "keyUsage = critical, digitalSignature, nonRepudiation\n";
const AUTHORITY: &str =
    "basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign, cRLSign\n";
const RSA: [&str; 4] = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
const P256: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P384: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
const P521: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"];
const ED25519: [&str; 2] = ["-algorithm", "ED25519"];

#[test]
fn authorities_may_have_ecdsa_keys() {
    let pki = Pki::new();
    pki.root("root", &P384, "-sha384");
    pki.issue("issuing", &P256, "root", "-sha384", AUTHORITY);
    pki.issue("leaf", &ED25519, "issuing", "-sha256", LEAF);
    let credential = pki.admit("root", &["leaf", "issuing"]).unwrap();
    assert_eq!(credential.algorithm(), Algorithm::Ed25519);
    assert_eq!(credential.intermediates().len(), 1);
}

#[test]
fn an_rsa_leaf_under_rsa_with_sha512_is_admitted() {
    let pki = Pki::new();
    pki.root("root", &RSA, "-sha512");
    pki.issue("leaf", &RSA, "root", "-sha512", LEAF);
    assert_eq!(pki.admit("root", &["leaf"]).unwrap().algorithm(), Algorithm::Rs256);
}

#[test]
fn a_leaf_signed_with_sha1_is_refused() {
    let pki = Pki::new();
    pki.root("root", &RSA, "-sha256");
    pki.issue("leaf", &ED25519, "root", "-sha1", LEAF);
    let refused = pki.admit("root", &["leaf"]).unwrap_err();
    assert!(matches!(refused, TrustError::Path(_)), "{refused:?}");
}

#[test]
fn leaves_with_ecdsa_keys_are_admitted() {
    let pki = Pki::new();
    pki.root("root", &RSA, "-sha256");
    for (name, key, algorithm) in
        [("p256", &P256, Algorithm::Es256), ("p384", &P384, Algorithm::Es384)]
    {
        pki.issue(name, key, "root", "-sha384", LEAF);
        assert_eq!(pki.admit("root", &[name]).unwrap().algorithm(), algorithm);
    }
}

#[test]
fn a_leaf_with_an_ecdsa_key_on_another_curve_is_refused() {
    let pki = Pki::new();
    pki.root("root", &RSA, "-sha256");
    pki.issue("leaf", &P521, "root", "-sha256", LEAF);
    let oid = "1.3.132.0.35".to_owned();
    let reason = CertificateError::Key(KeyError::CurveNotAccepted { oid });
    let refused = pki.admit("root", &["leaf"]).unwrap_err();
    assert_eq!(refused, TrustError::Certificate { index: 0, reason });
}

#[test]
fn an_authority_on_a_curve_that_is_not_verified_is_refused() {
    let pki = Pki::new();
    pki.root("root", &P521, "-sha512");
    pki.issue("leaf", &ED25519, "root", "-sha512", LEAF);
    let oid = "1.3.132.0.35".to_owned();
    let reason = CertificateError::Key(KeyError::CurveNotAccepted { oid });
    let refused = pki.admit("root", &["leaf"]).unwrap_err();
    assert_eq!(refused, TrustError::Anchor { index: 0, reason });
}

#[test]
fn an_unknown_critical_extension_is_refused_even_in_an_anchor() {
    let pki = Pki::new();
    let unknown = "1.2.3.4 = critical, DER:0500\n";
    pki.root("root", &RSA, "-sha256");
    pki.issue("leaf", &ED25519, "root", "-sha256", &format!("{LEAF}{unknown}"));
    let reason = CertificateError::UnknownCriticalExtension { oid: "1.2.3.4".to_owned() };
    let refused = pki.admit("root", &["leaf"]).unwrap_err();
    assert_eq!(refused, TrustError::Certificate { index: 0, reason: reason.clone() });

    pki.issue("odd", &RSA, "root", "-sha256", &format!("{AUTHORITY}{unknown}"));
    pki.issue("below", &ED25519, "odd", "-sha256", LEAF);
    let refused = pki.admit("odd", &["below"]).unwrap_err();
    assert_eq!(refused, TrustError::Anchor { index: 0, reason });
}

/// A known limit: webpki does not process policies, so it fails closed where they are critical.
#[test]
fn critical_certificate_policies_are_refused_and_others_are_not() {
    let pki = Pki::new();
    pki.root("root", &RSA, "-sha256");
    let policies = "certificatePolicies = 2.16.360.1.1.1.5.1\n";
    pki.issue("leaf", &ED25519, "root", "-sha256", &format!("{LEAF}{policies}"));
    assert!(pki.admit("root", &["leaf"]).is_ok());
    let critical = policies.replace("= ", "= critical, ");
    pki.issue("strict", &ED25519, "root", "-sha256", &format!("{LEAF}{critical}"));
    let refused = pki.admit("root", &["strict"]).unwrap_err();
    assert_eq!(refused, TrustError::Path(webpki::Error::UnsupportedCriticalExtension));
}

#[test]
fn a_certificate_of_version_1_is_refused() {
    let pki = Pki::new();
    pki.root("root", &RSA, "-sha256");
    pki.issue("leaf", &ED25519, "root", "-sha256", "");
    let refused = pki.admit("root", &["leaf"]).unwrap_err();
    let reason = CertificateError::NotVersion3;
    assert_eq!(refused, TrustError::Certificate { index: 0, reason });
}

#[test]
fn name_constraints_are_kept() {
    let pki = Pki::new();
    pki.root("root", &RSA, "-sha256");
    let constraints = "nameConstraints = critical, excluded;email:.go.id\n";
    pki.issue("issuing", &RSA, "root", "-sha256", &format!("{AUTHORITY}{constraints}"));
    let address = "subjectAltName = email:pejabat@dinas.go.id\n";
    pki.issue("leaf", &ED25519, "issuing", "-sha256", &format!("{LEAF}{address}"));
    let refused = pki.admit("root", &["leaf", "issuing"]).unwrap_err();
    assert!(matches!(refused, TrustError::Path(_)), "{refused:?}");
}

/// Keys and certificates in a directory of their own.
struct Pki(PathBuf);

impl Pki {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("jejak-signer-pki-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).unwrap();
        Self(directory)
    }

    fn root(&self, name: &str, key: &[&str], digest: &str) {
        self.request(name, key);
        self.certify(name, &["-signkey", &format!("{name}.key")], digest, AUTHORITY);
    }

    fn issue(&self, name: &str, key: &[&str], issuer: &str, digest: &str, extensions: &str) {
        self.request(name, key);
        let (ca, ca_key) = (format!("{issuer}.der"), format!("{issuer}.key"));
        let issuer = ["-CAform", "DER", "-CA", &ca, "-CAkey", &ca_key];
        self.certify(name, &issuer, digest, extensions);
    }

    fn request(&self, name: &str, key: &[&str]) {
        let (key_file, request) = (format!("{name}.key"), format!("{name}.csr"));
        self.openssl(&[&["genpkey", "-out", &key_file], key].concat());
        let subject = format!("/C=ID/O=Uji/CN={name}");
        self.openssl(&["req", "-new", "-key", &key_file, "-subj", &subject, "-out", &request]);
    }

    fn certify(&self, name: &str, issuer: &[&str], digest: &str, extensions: &str) {
        let (request, der) = (format!("{name}.csr"), format!("{name}.der"));
        let mut args = vec!["x509", "-req", digest, "-in", &request, "-days", "2"];
        args.extend(["-set_serial", "7", "-outform", "DER", "-out", &der]);
        args.extend(issuer);
        let file = format!("{name}.ext");
        if !extensions.is_empty() {
            std::fs::write(self.0.join(&file), extensions).unwrap();
            args.extend(["-extfile", &file]);
        }
        self.openssl(&args);
    }

    fn openssl(&self, args: &[&str]) {
        let output = Command::new("openssl").args(args).current_dir(&self.0).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {args:?}: {text}");
    }

    fn admit(&self, anchor: &str, chain: &[&str]) -> Result<Credential, TrustError> {
        let read = |name: &str| std::fs::read(self.0.join(format!("{name}.der"))).unwrap();
        // When the leaf was written is a time at which everything is valid.
        let leaf = std::fs::metadata(self.0.join(format!("{}.der", chain[0]))).unwrap();
        let written = leaf.modified().unwrap().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let at = i64::try_from(written.as_secs()).unwrap();
        let chain: Vec<_> = chain.iter().map(|name| read(name)).collect();
        let anchors = Anchors::new(vec![read(anchor)])?;
        Credential::admit(&anchors, &chain, HolderKind::Person, at)
    }
}

impl Drop for Pki {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
