//! The published chains `tests/vectors/certificates`: each gets its verdict and its own reason, and the
//! table says truly where OpenSSL and x509-limbo decide otherwise.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use jejak_signer::{
    Anchors, Credential, HolderKind, TrustError, TrustPolicy, certificates_from_pem,
};
use serde::Deserialize;

/// 2027-01-15T08:00:00Z.
const AT: i64 = 1_800_000_000;

/// One chain and what becomes of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    anchor: String,
    chain: Vec<String>,
    kind: Kind,
    verdict: String,
    certificate: Option<usize>,
    algorithm: Option<String>,
    openssl: String,
    openssl_why: Option<String>,
    limbo: Option<String>,
    limbo_expects: Option<Expected>,
    limbo_why: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Person,
    System,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Expected {
    Success,
    Failure,
}

impl Case {
    fn is_accepted(&self) -> bool {
        self.verdict == "accepted"
    }

    fn admit(&self) -> Result<Credential, TrustError> {
        let kind = match self.kind {
            Kind::Person => HolderKind::Person,
            Kind::System => HolderKind::System,
        };
        let chain: Vec<_> = self.chain.iter().map(|name| der(name)).collect();
        let anchors = Anchors::new(vec![der(&self.anchor)])?;
        Credential::admit(&TrustPolicy::of_anchors(anchors), &chain, kind, AT)
    }

    /// `ok`, or the number of OpenSSL's first error and where it was found.
    fn openssl(&self) -> String {
        let mut command = Command::new("openssl");
        command.args(["verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-attime"]);
        command.arg(AT.to_string()).arg("-CAfile").arg(path(&self.anchor));
        let (leaf, above) = self.chain.split_first().unwrap();
        for name in above {
            command.arg("-untrusted").arg(path(name));
        }
        let output = command.arg(path(leaf)).output().unwrap();
        if output.status.success() {
            return "ok".to_owned();
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let error = said.lines().find_map(|line| line.strip_prefix("error "));
        let error = error.and_then(|error| error.split_once(" depth lookup"));
        error.map_or(said.clone(), |(number, _)| number.to_owned())
    }
}

#[test]
fn every_chain_gets_its_verdict_and_its_own_reason() {
    for case in cases() {
        let admitted = case.admit();
        let found = match &admitted {
            Ok(credential) => ("accepted", None, Some(credential.algorithm().name())),
            Err(error) => (error.code(), error.certificate(), None),
        };
        // The leaf is at fault where nothing else is said.
        let leaf = Some(0).filter(|_| found.1 == Some(0) && case.certificate.is_none());
        let expected =
            (case.verdict.as_str(), case.certificate.or(leaf), case.algorithm.as_deref());
        assert_eq!(found, expected, "{}: {:?}", case.name, admitted.as_ref().err());
    }
}

/// What the table says of OpenSSL is true, and every difference to it is explained. The numbers are those
/// of OpenSSL 3.0, with which the table was made.
#[test]
fn openssl_decides_as_the_table_says() {
    for case in cases() {
        assert_eq!(case.openssl(), case.openssl, "{}", case.name);
        let differs = case.is_accepted() != (case.openssl == "ok");
        assert_eq!(differs, case.openssl_why.is_some(), "{}: {:?}", case.name, case.openssl_why);
    }
}

#[test]
fn every_difference_to_x509_limbo_is_explained() {
    for case in cases() {
        assert_eq!(case.limbo.is_some(), case.limbo_expects.is_some(), "{}", case.name);
        let expects = case.limbo_expects.map(|expected| expected == Expected::Success);
        let differs = expects.is_some_and(|accepted| accepted != case.is_accepted());
        assert_eq!(differs, case.limbo_why.is_some(), "{}: {:?}", case.name, case.limbo_why);
    }
}

/// Every reason that a certificate or a chain can be refused for has a chain that is, but for those that
/// no chain of two files shows.
#[test]
fn every_reason_has_its_chain() {
    let seen: BTreeSet<String> = cases().into_iter().map(|case| case.verdict).collect();
    let reasons = "accepted anchor-not-valid anchor-path-length bytes-after cert-sign-missing \
        certificate-signature-algorithm certificate-signature-invalid certificate-too-long chain-too-long \
        curve-not-accepted digital-signature-missing duplicate-extension exponent extended-key-usage \
        key-algorithm-not-accepted key-usage-missing leaf-is-authority leaf-signs-for-others \
        malformed-public-key modulus-length name-constraint non-repudiation-missing not-a-point \
        not-an-authority not-valid not-version-3 out-of-order path-length point-at-infinity \
        point-not-uncompressed point-of-small-order root-in-chain serial-number \
        signature-algorithms-differ structure subject-empty unknown-critical-extension unknown-issuer \
        unsupported-critical-extension";
    let reasons: BTreeSet<String> = reasons.split_whitespace().map(str::to_owned).collect();
    assert_eq!(seen, reasons);
}

#[test]
fn the_folder_holds_what_the_cases_name_and_nothing_else() {
    let cases = cases();
    let titles: BTreeSet<_> = cases.iter().map(|case| &case.name).collect();
    assert_eq!(titles.len(), cases.len(), "a name stands twice");
    let named = cases.iter().flat_map(|case| case.chain.iter().chain([&case.anchor])).cloned();
    let held = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let held = held.filter(|path| path.extension().is_some_and(|extension| extension == "pem"));
    let held = held.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    assert_eq!(named.collect::<BTreeSet<_>>(), held.collect());
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(folder().join("cases.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
    assert!(cases.len() > 100);
    cases
}

fn der(name: &str) -> Vec<u8> {
    let pem = std::fs::read_to_string(path(name)).unwrap();
    let [certificate] = certificates_from_pem(&pem).unwrap().try_into().unwrap();
    certificate
}

fn path(name: &str) -> PathBuf {
    folder().join(name).with_extension("pem")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/certificates")
}
