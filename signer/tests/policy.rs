//! What a trust policy asks of a path, beyond what makes it one.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jejak_signer::devca::{AuthoritySpec, DevCa, ExtendedKeyUsagePurpose, Policies, Profile};
use jejak_signer::{
    Algorithm, AlgorithmRule, AnchorRule, Anchors, Credential, Hash, HolderKind, PolicyAlgorithm,
    SigningKey, Signs, TrustError, TrustPolicy, TrustPolicyParts, Window,
};

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;
const YEAR: Window = Window { not_before: NOW - 180 * DAY, not_after: NOW + 180 * DAY };
const DECADE: Window = Window { not_before: NOW - 1800 * DAY, not_after: NOW + 1800 * DAY };
/// The arc of a national policy, and another one.
const POLICY: &str = "2.16.360.1.1.1.12.3";
const OTHER: &str = "2.16.360.1.1.1.11.1";
const ANY: &str = "2.5.29.32.0";

fn key(n: u8) -> SigningKey {
    SigningKey::from_ed25519_seed([n; 32]).unwrap()
}

fn authority(n: u8, path_length: u8, policies: Option<Policies>) -> AuthoritySpec {
    let profile = Profile { policies, ..Profile::of_authority(Some(path_length)) };
    AuthoritySpec { key: key(n), profile, window: DECADE }
}

fn ca_with(issuing: Option<Policies>) -> DevCa {
    DevCa::build("Uji", authority(1, 1, None), authority(2, 0, issuing)).unwrap()
}

fn ca() -> DevCa {
    ca_with(None)
}

fn named(oids: &[&str], critical: bool) -> Policies {
    let oids = oids.iter().map(|oid| (*oid).to_owned()).collect();
    Policies { oids, critical, qualifier: None }
}

fn person(policies: Option<Policies>) -> Profile {
    Profile { policies, ..Profile::of_holder(HolderKind::Person) }
}

fn chain(ca: &DevCa, profile: &Profile) -> Vec<Vec<u8>> {
    ca.issue("Pejabat", "Dinas", key(3).public_key(), profile, YEAR).unwrap()
}

fn policy_of(parts: TrustPolicyParts) -> TrustPolicy {
    TrustPolicy::new(Hash::of(b"policy"), parts).unwrap()
}

fn with_rule(ca: &DevCa, rule: AnchorRule) -> TrustPolicy {
    let anchors = vec![(ca.anchor_der().to_vec(), rule)];
    policy_of(TrustPolicyParts { anchors, ..TrustPolicyParts::default() })
}

fn allowing(ca: &DevCa, oids: &[&str]) -> TrustPolicy {
    let policies = oids.iter().map(|oid| (*oid).to_owned()).collect();
    with_rule(ca, AnchorRule { policies, ..AnchorRule::default() })
}

fn admit(policy: &TrustPolicy, chain: &[Vec<u8>]) -> Result<Credential, TrustError> {
    Credential::admit(policy, chain, HolderKind::Person, NOW)
}

fn refused(policy: &TrustPolicy, chain: &[Vec<u8>]) -> &'static str {
    admit(policy, chain).unwrap_err().code()
}

fn bare(ca: &DevCa) -> TrustPolicy {
    TrustPolicy::of_anchors(Anchors::new(vec![ca.anchor_der().to_vec()]).unwrap())
}

#[test]
fn critical_policies_of_an_allowed_one_do_not_block_a_certificate() {
    for issuing in [
        Some(named(&[POLICY], true)),
        Some(named(&[ANY], true)),
        Some(named(&[OTHER, POLICY], false)),
    ] {
        let ca = ca_with(issuing);
        for critical in [false, true] {
            let chain = chain(&ca, &person(Some(named(&[POLICY], critical))));
            let credential = admit(&allowing(&ca, &[POLICY]), &chain).unwrap();
            assert_eq!(credential.certificate().der(), chain[0], "the original, not a transcript");
            assert!(credential.intermediates().eq([chain[1].as_slice()]));
            assert_eq!(credential.window(), YEAR);
        }
    }
}

#[test]
fn critical_policies_block_where_no_policy_of_the_ledger_allows_them() {
    let ca = ca();
    let leaf = chain(&ca, &person(Some(named(&[POLICY], true))));
    assert_eq!(refused(&bare(&ca), &leaf), "unsupported-critical-extension");
    let nothing = with_rule(&ca, AnchorRule::default());
    assert_eq!(refused(&nothing, &leaf), "unsupported-critical-extension");
    let of_issuer = ca_with(Some(named(&[POLICY], true)));
    let below = chain(&of_issuer, &person(Some(named(&[POLICY], false))));
    assert_eq!(refused(&bare(&of_issuer), &below), "unsupported-critical-extension");
    assert!(admit(&allowing(&of_issuer, &[POLICY]), &below).is_ok());
}

/// Another anchor's list does not help: the anchor in which the path ends must allow the policy.
#[test]
fn what_one_anchor_allows_another_does_not() {
    let (strict, other) = (ca(), DevCa::create("Lain", DECADE, Algorithm::Ed25519).unwrap());
    let policies_of = |oids: &[&str]| AnchorRule {
        policies: oids.iter().map(|oid| (*oid).to_owned()).collect(),
        ..AnchorRule::default()
    };
    let anchors = vec![
        (strict.anchor_der().to_vec(), policies_of(&[POLICY])),
        (other.anchor_der().to_vec(), AnchorRule::default()),
    ];
    let policy = policy_of(TrustPolicyParts { anchors, ..TrustPolicyParts::default() });
    let of = |ca: &DevCa| chain(ca, &person(Some(named(&[POLICY], true))));
    assert_eq!(refused(&policy, &of(&other)), "unsupported-critical-extension");
    // The strict one's issuer names no policy at all.
    assert_eq!(
        admit(&policy, &of(&strict)).unwrap_err(),
        TrustError::PolicyNotAllowed { index: 1, found: Vec::new() }
    );
    assert!(admit(&policy, &chain(&other, &person(None))).is_ok());
}

#[test]
fn the_signature_is_verified_over_the_original() {
    let ca = ca_with(Some(named(&[POLICY], true)));
    let policy = allowing(&ca, &[POLICY]);
    let good = chain(&ca, &person(Some(named(&[POLICY], true))));
    assert!(admit(&policy, &good).is_ok());
    // Every byte that the issuer signed and that still parses as a certificate of the same shape.
    let mut tried = 0;
    for index in 0..good[0].len() {
        let mut leaf = good[0].clone();
        leaf[index] ^= 1;
        let verdict = admit(&policy, &[leaf, good[1].clone()]);
        assert!(verdict.is_err(), "byte {index}");
        tried += usize::from(verdict.is_err_and(|e| e.code() == "certificate-signature-invalid"));
    }
    assert!(tried > 100, "{tried} of them reach the signature");
    // A certificate from which the flag was taken away is not the one that was signed.
    let flag = [0x06, 0x03, 0x55, 0x1d, 0x20, 0x01, 0x01, 0xff];
    let at = good[0].windows(flag.len()).position(|bytes| bytes == flag).unwrap();
    let mut plain = good[0].clone();
    plain[at + 7] = 0;
    assert!(admit(&policy, &[plain, good[1].clone()]).is_err());
}

#[test]
fn one_allowed_policy_holds_for_the_whole_path() {
    let refusal = |issuing: Option<Policies>, leaf: Option<Policies>| {
        let ca = ca_with(issuing);
        admit(&allowing(&ca, &[POLICY, OTHER]), &chain(&ca, &person(leaf))).unwrap_err()
    };
    let found = |index, oids: &[&str]| TrustError::PolicyNotAllowed {
        index,
        found: oids.iter().map(|oid| (*oid).to_owned()).collect(),
    };
    assert_eq!(refusal(Some(named(&[ANY], false)), None), found(0, &[]));
    assert_eq!(
        refusal(Some(named(&[ANY], false)), Some(named(&["1.2.3"], true))),
        found(0, &["1.2.3"])
    );
    assert_eq!(refusal(Some(named(&[ANY], false)), Some(named(&[ANY], false))), found(0, &[ANY]));
    assert_eq!(refusal(None, Some(named(&[POLICY], false))), found(1, &[]));
    // Both are allowed, but not the same one.
    assert_eq!(
        refusal(Some(named(&[OTHER], false)), Some(named(&[POLICY], false))),
        found(1, &[OTHER])
    );
}

#[test]
fn qualifiers_that_nobody_understands_block() {
    let with = |qualifier: &str| {
        let policies = Policies {
            oids: vec![POLICY.to_owned()],
            critical: true,
            qualifier: Some(qualifier.to_owned()),
        };
        let ca = ca_with(Some(named(&[ANY], false)));
        admit(&allowing(&ca, &[POLICY]), &chain(&ca, &person(Some(policies))))
    };
    assert_eq!(with("1.2.3.4").unwrap_err().code(), "unsupported-critical-extension");
    assert!(with("1.3.6.1.5.5.7.2.1").is_ok(), "where the statement of practice is");
    assert!(with("1.3.6.1.5.5.7.2.2").is_ok(), "a notice");
}

#[test]
fn an_anchor_is_trusted_from_and_until() {
    let ca = ca();
    let credential = admit(&bare(&ca), &chain(&ca, &person(None))).unwrap();
    let rule = AnchorRule {
        trusted_from: Some(NOW - DAY),
        trusted_until: Some(NOW + DAY),
        ..AnchorRule::default()
    };
    let policy = with_rule(&ca, rule.clone());
    for (at, counts) in
        [(NOW - DAY - 1, false), (NOW - DAY, true), (NOW + DAY - 1, true), (NOW + DAY, false)]
    {
        let asked = policy.anchor_of(&credential, at);
        let admitted =
            Credential::admit(&policy, &chain(&ca, &person(None)), HolderKind::Person, at);
        if counts {
            assert_eq!(asked.unwrap(), (ca.anchor_der(), &rule), "{at}");
            assert!(admitted.is_ok(), "{at}");
        } else {
            let (from, until) = (rule.trusted_from, rule.trusted_until);
            let refused = TrustError::AnchorNotTrusted { from, until, at };
            assert_eq!(asked.unwrap_err(), refused);
            assert_eq!(admitted.unwrap_err(), refused);
        }
    }
}

#[test]
fn a_credential_counts_under_a_later_policy_by_name_and_key_of_its_anchor() {
    let ca = ca();
    let credential = admit(&bare(&ca), &chain(&ca, &person(None))).unwrap();
    let other = DevCa::create("Uji", DECADE, Algorithm::Ed25519).unwrap();
    let without = with_rule(&other, AnchorRule::default());
    assert_eq!(without.anchor_of(&credential, NOW).unwrap_err(), TrustError::NotAnAnchor);
    // A root that was renewed under its old name and key.
    let longer = Window { not_after: DECADE.not_after + DAY, ..DECADE };
    let renewed = AuthoritySpec { window: longer, ..authority(1, 1, None) };
    let renewed = DevCa::build("Uji", renewed, authority(2, 0, None)).unwrap();
    assert_ne!(renewed.anchor_der(), ca.anchor_der());
    let rule = AnchorRule { tersertifikasi: true, ..AnchorRule::default() };
    let policy = with_rule(&renewed, rule);
    let (anchor, rule) = policy.anchor_of(&credential, NOW).unwrap();
    assert!(anchor == renewed.anchor_der() && rule.tersertifikasi);
}

#[test]
fn purposes_are_those_of_the_anchor() {
    let ca = ca();
    let emails = chain(&ca, &person(None));
    let documents = vec!["1.3.6.1.5.5.7.3.36".to_owned()];
    let policy = with_rule(&ca, AnchorRule { purposes: documents, ..AnchorRule::default() });
    let refused =
        TrustError::ExtendedKeyUsage { index: 0, found: vec!["1.3.6.1.5.5.7.3.4".to_owned()] };
    assert_eq!(admit(&policy, &emails).unwrap_err(), refused);
    let credential = admit(&bare(&ca), &emails).unwrap();
    assert_eq!(policy.anchor_of(&credential, NOW).unwrap_err(), refused);
    let none = Profile { extended_key_usages: Vec::new(), ..person(None) };
    assert!(admit(&policy, &chain(&ca, &none)).is_ok());
    let signing = ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 5, 5, 7, 3, 36]);
    let of_documents = Profile { extended_key_usages: vec![signing], ..person(None) };
    assert!(admit(&policy, &chain(&ca, &of_documents)).is_ok());
    // Wider than usual, where the policy says so.
    let code = vec!["1.3.6.1.5.5.7.3.3".to_owned()];
    let wide = with_rule(&ca, AnchorRule { purposes: code, ..AnchorRule::default() });
    let of_code =
        Profile { extended_key_usages: vec![ExtendedKeyUsagePurpose::CodeSigning], ..person(None) };
    assert!(admit(&wide, &chain(&ca, &of_code)).is_ok());
    assert_eq!(self::refused(&bare(&ca), &chain(&ca, &of_code)), "extended-key-usage");
}

#[test]
fn a_certificate_is_valid_no_longer_than_allowed() {
    let ca = ca();
    let window = Window { not_before: NOW, not_after: NOW + 730 * DAY - 1 };
    let leaf = |window| ca.issue("P", "D", key(3).public_key(), &person(None), window).unwrap();
    let rule = AnchorRule { lifetime_max_s: Some(730 * DAY), ..AnchorRule::default() };
    let policy = with_rule(&ca, rule);
    assert!(admit(&policy, &leaf(window)).is_ok());
    let longer = Window { not_after: window.not_after + 1, ..window };
    let refused = TrustError::LifetimeTooLong { lifetime_s: 730 * DAY + 1, max_s: 730 * DAY };
    assert_eq!(admit(&policy, &leaf(longer)).unwrap_err(), refused);
}

fn algorithms(ca: &DevCa, algorithms: Vec<AlgorithmRule>) -> TrustPolicy {
    let anchors = vec![(ca.anchor_der().to_vec(), AnchorRule::default())];
    policy_of(TrustPolicyParts { anchors, algorithms, ..TrustPolicyParts::default() })
}

fn rule(algorithm: PolicyAlgorithm, signs: Signs, until: Option<i64>) -> AlgorithmRule {
    AlgorithmRule { algorithm, signs, until, rsa_bits_min: None }
}

#[test]
fn algorithms_of_paths_and_statements_have_their_sunsets() {
    use PolicyAlgorithm::{Ed25519, Es256, Rs256};
    let ca = ca();
    let chain = chain(&ca, &person(None));
    let credential = admit(&bare(&ca), &chain).unwrap();
    let only = |rules: Vec<AlgorithmRule>| algorithms(&ca, rules);
    let verdict = |policy: &TrustPolicy, at| policy.anchor_of(&credential, at).map(|_| ());
    let sunset = only(vec![rule(Ed25519, Signs::Both, Some(NOW))]);
    assert_eq!(verdict(&sunset, NOW - 1), Ok(()));
    let of_path = |index| TrustError::PathAlgorithm {
        index,
        algorithm: "Ed25519".to_owned(),
        rsa_bits: None,
        at: NOW,
    };
    assert_eq!(verdict(&sunset, NOW), Err(of_path(0)));
    assert_eq!(admit(&sunset, &chain).unwrap_err(), of_path(0));
    // What is said of statements is not said of certificates.
    let only_paths = only(vec![rule(Ed25519, Signs::Certificates, None)]);
    assert!(admit(&only_paths, &chain).is_ok(), "his algorithm is not known yet");
    let statements =
        TrustError::StatementAlgorithm { algorithm: Algorithm::Ed25519, rsa_bits: None, at: NOW };
    assert_eq!(verdict(&only_paths, NOW), Err(statements.clone()));
    let only_statements = only(vec![rule(Ed25519, Signs::Statements, None)]);
    assert_eq!(verdict(&only_statements, NOW), Err(of_path(0)));
    // Any rule that names it suffices.
    let several = only(vec![
        rule(Es256, Signs::Both, None),
        rule(Ed25519, Signs::Certificates, None),
        rule(Ed25519, Signs::Statements, Some(NOW)),
    ]);
    assert_eq!(verdict(&several, NOW - 1), Ok(()));
    assert_eq!(verdict(&several, NOW), Err(statements));
    assert_eq!(verdict(&only(vec![rule(Rs256, Signs::Both, None)]), NOW), Err(of_path(0)));
}

#[test]
fn an_rsa_key_has_the_length_that_is_asked() {
    let ca = DevCa::create("Uji", DECADE, Algorithm::Rs256).unwrap();
    let holder = SigningKey::generate(Algorithm::Rs256).unwrap();
    let chain = ca.issue("P", "D", holder.public_key(), &person(None), YEAR).unwrap();
    let of_bits = |bits, signs| {
        let rule = rule(PolicyAlgorithm::Rs256, signs, None);
        AlgorithmRule { rsa_bits_min: Some(bits), ..rule }
    };
    let credential = admit(&bare(&ca), &chain).unwrap();
    assert_eq!(credential.algorithm(), Algorithm::Rs256);
    let ok = algorithms(&ca, vec![of_bits(2048, Signs::Both)]);
    assert!(ok.anchor_of(&credential, NOW).is_ok());
    let longer = [of_bits(2048, Signs::Certificates), of_bits(3072, Signs::Statements)];
    let refused = TrustError::StatementAlgorithm {
        algorithm: Algorithm::Rs256,
        rsa_bits: Some(2048),
        at: NOW,
    };
    let longer = algorithms(&ca, longer.to_vec());
    assert_eq!(longer.anchor_of(&credential, NOW).unwrap_err(), refused);
    let of_path = algorithms(&ca, vec![of_bits(4096, Signs::Both)]);
    let refused = admit(&of_path, &chain).unwrap_err();
    assert!(matches!(refused, TrustError::PathAlgorithm { index: 0, rsa_bits: Some(_), .. }));
    // PSS is another algorithm of the same key.
    let pss = credential.with_algorithm(Algorithm::Ps256).unwrap();
    let refused = ok.anchor_of(&pss, NOW).unwrap_err();
    assert_eq!(refused.code(), "statement-algorithm");
}

#[test]
fn what_was_admitted_once_comes_back_whatever_its_policy_says_of_times() {
    let ca = ca();
    let chain = chain(&ca, &person(None));
    let rule = AnchorRule { trusted_from: Some(NOW), ..AnchorRule::default() };
    let policy = with_rule(&ca, rule);
    let first = admit(&policy, &chain).unwrap();
    let window = first.window();
    assert!(window.not_before < NOW, "the anchor was not trusted when the certificate began");
    let again = Credential::of_enrolled(&policy, &chain, HolderKind::Person, window).unwrap();
    assert_eq!(again.window(), window);
    assert!(policy.anchor_of(&again, NOW).is_ok());
    assert!(policy.anchor_of(&again, NOW - 1).is_err());
    let other = ca_with(Some(named(&[POLICY], false)));
    let of_other = self::chain(&other, &person(None));
    let refused = Credential::of_enrolled(&bare(&ca), &of_other, HolderKind::Person, window);
    // The same names and keys: only the signature over the issuer tells them apart, and it is good.
    assert!(refused.is_ok());
    let stranger = DevCa::create("Uji", DECADE, Algorithm::Ed25519).unwrap();
    let of_stranger = self::chain(&stranger, &person(None));
    assert!(Credential::of_enrolled(&bare(&ca), &of_stranger, HolderKind::Person, window).is_err());
}
