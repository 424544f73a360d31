//! Which chains are believed, case by case.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jejak_signer::devca::{
    AuthoritySpec, BasicConstraints, DevCa, ExtendedKeyUsagePurpose, KeyUsagePurpose, Profile,
};
use jejak_signer::{
    Algorithm, Anchors, CertificateError, Credential, HolderKind, KeyError, PublicKey, SigningKey,
    TrustError, TrustPolicy, Window,
};

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;
const YEAR: Window = Window { not_before: NOW - 180 * DAY, not_after: NOW + 180 * DAY };
const DECADE: Window = Window { not_before: NOW - 1800 * DAY, not_after: NOW + 1800 * DAY };

fn key(n: u8) -> SigningKey {
    SigningKey::from_ed25519_seed([n; 32]).unwrap()
}

fn holder() -> PublicKey {
    key(3).public_key().clone()
}

fn authority(n: u8, profile: Profile, window: Window) -> AuthoritySpec {
    AuthoritySpec { key: key(n), profile, window }
}

fn correct_root() -> AuthoritySpec {
    authority(1, Profile::of_authority(Some(1)), DECADE)
}

fn correct_issuing() -> AuthoritySpec {
    authority(2, Profile::of_authority(Some(0)), DECADE)
}

fn ca() -> DevCa {
    DevCa::build("Uji", correct_root(), correct_issuing()).unwrap()
}

fn anchors(ca: &DevCa) -> Anchors {
    Anchors::new(vec![ca.anchor_der().to_vec()]).unwrap()
}

fn policy(ca: &DevCa) -> TrustPolicy {
    TrustPolicy::of_anchors(anchors(ca))
}

fn admit(ca: &DevCa, chain: &[Vec<u8>], kind: HolderKind) -> Result<Credential, TrustError> {
    Credential::admit(&policy(ca), chain, kind, NOW)
}

fn issue(ca: &DevCa, profile: &Profile) -> Vec<Vec<u8>> {
    ca.issue("Pejabat Uji", "Dinas Uji", &holder(), profile, YEAR).unwrap()
}

fn person() -> Profile {
    Profile::of_holder(HolderKind::Person)
}

fn refusal(ca: &DevCa, profile: &Profile) -> TrustError {
    admit(ca, &issue(ca, profile), HolderKind::Person).unwrap_err()
}

#[test]
fn a_correct_chain_is_admitted_with_what_it_says() {
    let ca = ca();
    let chain = issue(&ca, &person());
    let credential = admit(&ca, &chain, HolderKind::Person).unwrap();
    assert_eq!(credential.certificate().der(), chain[0]);
    assert_eq!(credential.thumbprint(), jejak_signer::Hash::of(&chain[0]));
    assert!(credential.intermediates().eq(chain[1..].iter()));
    assert_eq!(credential.algorithm(), Algorithm::Ed25519);
    assert_eq!(credential.window(), YEAR);
    assert_eq!(credential.certificate().public_key(), &holder());
    assert_eq!(credential.certificate().subject(), "C=ID, O=Dinas Uji, CN=Pejabat Uji");
    assert_eq!(credential.certificate().issuer(), "C=ID, O=Uji, CN=Uji Issuing");
    assert_eq!(credential.certificate().serial().len(), 32);
}

#[test]
fn an_rsa_hierarchy_is_admitted() {
    let ca = DevCa::create("Uji", DECADE, Algorithm::Rs256).unwrap();
    let key = SigningKey::generate(Algorithm::Rs256).unwrap();
    let chain = ca.issue("Pejabat", "Dinas", key.public_key(), &person(), YEAR).unwrap();
    let credential = admit(&ca, &chain, HolderKind::Person).unwrap();
    assert_eq!(credential.algorithm(), Algorithm::Rs256);
}

#[test]
fn the_window_is_that_of_the_whole_path() {
    let short = Window { not_before: NOW - DAY, not_after: NOW + DAY };
    let long = Window { not_before: NOW - 2 * DAY, not_after: NOW + 2 * DAY };
    let root =
        || authority(1, Profile::of_authority(None), Window { not_after: NOW + DAY, ..long });
    let issuing =
        authority(2, Profile::of_authority(None), Window { not_before: NOW - DAY, ..long });
    let ca = DevCa::build("Uji", root(), issuing).unwrap();
    let credential = admit(&ca, &issue(&ca, &person()), HolderKind::Person).unwrap();
    assert_eq!(credential.window(), short);
    assert!(short.contains(NOW - DAY) && short.contains(NOW + DAY));
    assert!(!short.contains(NOW - DAY - 1) && !short.contains(NOW + DAY + 1));
}

#[test]
fn a_person_needs_non_repudiation_and_a_system_does_not() {
    let ca = ca();
    let system = Profile::of_holder(HolderKind::System);
    assert_eq!(refusal(&ca, &system), TrustError::NonRepudiationMissing);
    assert!(admit(&ca, &issue(&ca, &system), HolderKind::System).is_ok());
    assert!(admit(&ca, &issue(&ca, &person()), HolderKind::System).is_ok());
    let cipher = Profile { key_usages: vec![KeyUsagePurpose::KeyEncipherment], ..person() };
    assert_eq!(
        admit(&ca, &issue(&ca, &cipher), HolderKind::System).unwrap_err(),
        TrustError::DigitalSignatureMissing
    );
}

#[test]
fn a_leaf_without_key_usage_is_refused() {
    let without = Profile { key_usages: Vec::new(), ..person() };
    assert_eq!(refusal(&ca(), &without), TrustError::KeyUsageMissing);
}

#[test]
fn a_leaf_that_signs_for_others_is_refused() {
    for usage in [KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign] {
        let mut profile = person();
        profile.key_usages.push(usage);
        assert_eq!(refusal(&ca(), &profile), TrustError::LeafSignsForOthers);
    }
    let basic = BasicConstraints::Authority { path_length: None };
    assert_eq!(refusal(&ca(), &Profile { basic, ..person() }), TrustError::LeafIsAuthority);
}

#[test]
fn extended_key_usages_must_leave_room_for_signing() {
    use ExtendedKeyUsagePurpose as Purpose;
    let ca = ca();
    let document_signing = Purpose::Other(vec![1, 3, 6, 1, 5, 5, 7, 3, 36]);
    for allowed in [
        vec![],
        vec![Purpose::EmailProtection],
        vec![Purpose::ServerAuth, Purpose::ClientAuth],
        vec![document_signing],
    ] {
        let profile = Profile { extended_key_usages: allowed, ..person() };
        assert!(admit(&ca, &issue(&ca, &profile), HolderKind::Person).is_ok());
    }
    for (purpose, oid) in [
        (Purpose::ServerAuth, "1.3.6.1.5.5.7.3.1"),
        (Purpose::CodeSigning, "1.3.6.1.5.5.7.3.3"),
        (Purpose::TimeStamping, "1.3.6.1.5.5.7.3.8"),
        (Purpose::OcspSigning, "1.3.6.1.5.5.7.3.9"),
        (Purpose::Any, "2.5.29.37.0"),
        (Purpose::Other(vec![1, 2, 3, 4]), "1.2.3.4"),
    ] {
        let profile = Profile { extended_key_usages: vec![purpose], ..person() };
        let found = vec![oid.to_owned()];
        assert_eq!(refusal(&ca, &profile), TrustError::ExtendedKeyUsage { index: 0, found });
    }
}

#[test]
fn an_authority_may_be_for_any_purpose_but_not_for_servers_only() {
    use ExtendedKeyUsagePurpose as Purpose;
    for (purpose, allowed) in
        [(Purpose::Any, true), (Purpose::ClientAuth, true), (Purpose::ServerAuth, false)]
    {
        let mut profile = Profile::of_authority(Some(0));
        profile.extended_key_usages.push(purpose);
        let ca = DevCa::build("Uji", correct_root(), authority(2, profile, DECADE)).unwrap();
        let verdict = admit(&ca, &issue(&ca, &person()), HolderKind::Person);
        let found = vec!["1.3.6.1.5.5.7.3.1".to_owned()];
        let refused = TrustError::ExtendedKeyUsage { index: 1, found };
        assert_eq!(verdict.map(|_| ()), if allowed { Ok(()) } else { Err(refused) });
    }
}

#[test]
fn every_certificate_must_be_valid_at_the_time() {
    let past = Window { not_before: NOW - 9 * DAY, not_after: NOW - 1 };
    let future = Window { not_before: NOW + 1, not_after: NOW + 9 * DAY };
    for Window { not_before, not_after } in [past, future] {
        let wrong = Window { not_before, not_after };
        let refused = |index| TrustError::NotValid { index, not_before, not_after, at: NOW };

        let chain = ca().issue("P", "D", &holder(), &person(), wrong).unwrap();
        assert_eq!(admit(&ca(), &chain, HolderKind::Person).unwrap_err(), refused(0));

        let issuing = authority(2, Profile::of_authority(Some(0)), wrong);
        let ca = DevCa::build("Uji", correct_root(), issuing).unwrap();
        assert_eq!(refusal(&ca, &person()), refused(1));

        let root = authority(1, Profile::of_authority(Some(1)), wrong);
        let ca = DevCa::build("Uji", root, correct_issuing()).unwrap();
        let refused = TrustError::AnchorNotValid { not_before, not_after, at: NOW };
        assert_eq!(refusal(&ca, &person()), refused);
    }
}

#[test]
fn the_first_and_the_last_second_count() {
    let ca = ca();
    let chain = issue(&ca, &person());
    for (at, admitted) in [
        (YEAR.not_before - 1, false),
        (YEAR.not_before, true),
        (YEAR.not_after, true),
        (YEAR.not_after + 1, false),
        (-1, false),
    ] {
        let verdict = Credential::admit(&policy(&ca), &chain, HolderKind::Person, at);
        assert_eq!(verdict.is_ok(), admitted, "{at}");
    }
}

#[test]
fn a_renewed_root_counts_as_long_as_one_of_its_certificates_does() {
    let expired = Window { not_before: NOW - 9 * DAY, not_after: NOW - DAY };
    let old = DevCa::build(
        "Uji",
        authority(1, Profile::of_authority(Some(1)), expired),
        correct_issuing(),
    );
    let (old, new) = (old.unwrap(), ca());
    let chain = issue(&new, &person());
    for ders in [[&old, &new], [&new, &old]] {
        let anchors = Anchors::new(ders.map(|ca| ca.anchor_der().to_vec()).to_vec()).unwrap();
        let anchors = TrustPolicy::of_anchors(anchors);
        assert!(Credential::admit(&anchors, &chain, HolderKind::Person, NOW).is_ok());
    }
}

#[test]
fn an_issuing_authority_must_be_allowed_to_issue() {
    let mut no_sign = Profile::of_authority(Some(0));
    no_sign.key_usages = vec![KeyUsagePurpose::CrlSign];
    let no_usage = Profile { key_usages: Vec::new(), ..Profile::of_authority(Some(0)) };
    let no_authority = Profile { basic: BasicConstraints::Leaf, ..Profile::of_authority(Some(0)) };
    for (profile, reason) in [
        (no_sign, CertificateError::CertSignMissing),
        (no_usage, CertificateError::CertSignMissing),
        (no_authority, CertificateError::NotAnAuthority),
    ] {
        let issuing = authority(2, profile.clone(), DECADE);
        let ca = DevCa::build("Uji", correct_root(), issuing).unwrap();
        let refused = TrustError::Certificate { index: 1, reason: reason.clone() };
        assert_eq!(refusal(&ca, &person()), refused);

        // The same for an anchor.
        let root = authority(1, profile, DECADE);
        let ca = DevCa::build("Uji", root, correct_issuing()).unwrap();
        let refused = TrustError::Anchor { index: 0, reason };
        assert_eq!(Anchors::new(vec![ca.anchor_der().to_vec()]).unwrap_err(), refused);
    }
}

#[test]
fn path_lengths_are_kept_even_by_the_anchor() {
    let root = authority(1, Profile::of_authority(Some(0)), DECADE);
    let ca = DevCa::build("Uji", root, correct_issuing()).unwrap();
    let refused = TrustError::AnchorPathLength { intermediates: 1, intermediates_max: 0 };
    assert_eq!(refusal(&ca, &person()), refused);
}

#[test]
fn a_chain_has_an_order_and_no_root() {
    let ca = ca();
    let chain = issue(&ca, &person());
    let root = ca.anchor_der().to_vec();
    let refused = |chain: &[Vec<u8>]| admit(&ca, chain, HolderKind::Person).unwrap_err();

    assert_eq!(refused(&[]), TrustError::EmptyChain);
    assert_eq!(refused(&chain[..1]), TrustError::Path(webpki::Error::UnknownIssuer));
    let with_root = [&chain[..], std::slice::from_ref(&root)].concat();
    assert_eq!(refused(&with_root), TrustError::RootInChain { index: 2 });
    let long = [&chain[..], &chain[1..], &chain[1..]].concat();
    let refused_long = TrustError::ChainTooLong { certificates: 4, certificates_max: 3 };
    assert_eq!(refused(&long), refused_long);
    let twice = [&chain[..], &chain[1..]].concat();
    assert_eq!(refused(&twice), TrustError::OutOfOrder { index: 1 });

    let other = DevCa::build("Lain", correct_root(), correct_issuing()).unwrap();
    let foreign = [chain[0].clone(), issue(&other, &person())[1].clone()];
    assert_eq!(refused(&foreign), TrustError::OutOfOrder { index: 0 });
}

#[test]
fn an_anchor_may_be_the_issuing_authority_itself() {
    let ca = ca();
    let chain = issue(&ca, &person());
    let anchors = Anchors::new(vec![chain[1].clone()]).unwrap();
    let anchors = TrustPolicy::of_anchors(anchors);
    let credential = Credential::admit(&anchors, &chain[..1], HolderKind::Person, NOW).unwrap();
    assert!(credential.intermediates().next().is_none());
    let refused = Credential::admit(&anchors, &chain, HolderKind::Person, NOW).unwrap_err();
    assert_eq!(refused, TrustError::RootInChain { index: 1 });
}

#[test]
fn the_same_names_with_other_keys_lead_nowhere() {
    let ca = ca();
    let forged = DevCa::build(
        "Uji",
        authority(8, Profile::of_authority(Some(1)), DECADE),
        authority(9, Profile::of_authority(Some(0)), DECADE),
    );
    let refused = admit(&ca, &issue(&forged.unwrap(), &person()), HolderKind::Person).unwrap_err();
    assert!(matches!(refused, TrustError::Path(_)), "{refused:?}");
}

#[test]
fn a_changed_certificate_is_refused() {
    let ca = ca();
    let chain = issue(&ca, &person());
    for at in (0..chain[0].len()).step_by(7) {
        let mut changed = chain.clone();
        changed[0][at] ^= 1;
        assert!(admit(&ca, &changed, HolderKind::Person).is_err(), "byte {at}");
    }
}

#[test]
fn a_weak_or_strange_key_is_refused() {
    let ca = ca();
    let chain = ca.issue_spki("P", "D", &rsa_1024(), &person(), YEAR).unwrap();
    let reason = CertificateError::Key(KeyError::ModulusLength {
        bits: 1024,
        bits_min: 2048,
        bits_max: 4096,
    });
    let refused = admit(&ca, &chain, HolderKind::Person).unwrap_err();
    assert_eq!(refused, TrustError::Certificate { index: 0, reason });

    let identity: Vec<u8> =
        [&[48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0, 1][..], &[0; 31]].concat();
    let chain = ca.issue_spki("P", "D", &identity, &person(), YEAR).unwrap();
    let reason = CertificateError::Key(KeyError::SmallOrder);
    let refused = admit(&ca, &chain, HolderKind::Person).unwrap_err();
    assert_eq!(refused, TrustError::Certificate { index: 0, reason });
}

#[test]
fn anchors_are_needed_and_read_strictly() {
    assert_eq!(Anchors::new(vec![]).unwrap_err(), TrustError::NoAnchor);
    let ca = ca();
    let mut longer = ca.anchor_der().to_vec();
    longer.push(0);
    let reason = CertificateError::BytesAfter { bytes: 1 };
    let refused = Anchors::new(vec![ca.anchor_der().to_vec(), longer]).unwrap_err();
    assert_eq!(refused, TrustError::Anchor { index: 1, reason });
    let reason = CertificateError::TooLong { bytes: 8193, bytes_max: 8192 };
    let refused = Anchors::new(vec![vec![0x30; 8193]]).unwrap_err();
    assert_eq!(refused, TrustError::Anchor { index: 0, reason });
    assert_eq!(anchors(&ca).ders().collect::<Vec<_>>(), [ca.anchor_der()]);
}

/// An odd number of 1024 bits as an RSA key.
fn rsa_1024() -> Vec<u8> {
    let mut spki = vec![
        0x30, 0x81, 0x9f, 0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0, 3,
        0x81, 0x8d, 0, 0x30, 0x81, 0x89, 2, 0x81, 0x81, 0,
    ];
    spki.extend([0xa5; 128]);
    spki.extend([2, 3, 1, 0, 1]);
    spki
}
