//! What lists are asked about: every certificate of an admitted path, by name and key of its issuer.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jejak_signer::devca::{DevCa, ListSpec, Listed, Profile};
use jejak_signer::{
    Algorithm, Anchors, Credential, HolderKind, IssuerId, NoStanding, Revocation, RevocationList,
    RevocationReason, SigningKey, Standing, TrustPolicy, Window,
};

const NOW: i64 = 1_780_272_000;
const DAY: i64 = 86_400;
const WINDOW: Window = Window { not_before: NOW - 100 * DAY, not_after: NOW + 900 * DAY };

fn ca() -> DevCa {
    DevCa::create("Uji", WINDOW, Algorithm::Ed25519).unwrap()
}

fn credential(ca: &DevCa, points: &[&str]) -> Credential {
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let crl_points = points.iter().map(|point| (*point).to_owned()).collect();
    let profile = Profile { crl_points, ..Profile::of_holder(HolderKind::Person) };
    let chain = ca.issue("Pejabat", "Dinas", key.public_key(), &profile, WINDOW).unwrap();
    let anchors = TrustPolicy::of_anchors(Anchors::new(vec![ca.anchor_der().to_vec()]).unwrap());
    Credential::admit(&anchors, &chain, HolderKind::Person, NOW).unwrap()
}

fn spec(points: &[&str], revoked: Vec<Listed>) -> ListSpec {
    ListSpec {
        window: Window { not_before: NOW, not_after: NOW + 7 * DAY },
        number: 26,
        points: points.iter().map(|point| (*point).to_owned()).collect(),
        revoked,
    }
}

fn at(revoked_at: i64) -> Revocation {
    Revocation { revoked_at, reason: RevocationReason::KeyCompromise, invalid_since: None }
}

#[test]
fn each_certificate_of_a_path_is_asked_about_at_its_own_issuer() {
    let ca = ca();
    let credential = credential(&ca, &[]);
    let [leaf, issuing] = credential.path() else { unreachable!("a leaf and one above it") };
    assert_eq!(leaf.thumbprint(), credential.thumbprint());
    assert_eq!(leaf.by(), IssuerId::of(credential.intermediates().next().unwrap()).unwrap());
    assert_eq!(issuing.by(), IssuerId::of(ca.anchor_der()).unwrap());

    let listed = Listed::of(credential.certificate().der(), at(NOW - DAY)).unwrap();
    let list = ca.revocation_list(&spec(&[], vec![listed])).unwrap();
    let list = RevocationList::verify(&list, credential.intermediates().next().unwrap()).unwrap();
    assert_eq!((list.by(), list.number(), list.scope()), (leaf.by(), Some("1a"), None));
    let revoked = Standing::Revoked(at(NOW - DAY));
    assert_eq!(list.standing_of(leaf, NOW), Ok(revoked));
    assert_eq!(list.standing_of(issuing, NOW), Err(NoStanding::OtherIssuer));
    assert_eq!(list.standing(credential.certificate().der(), NOW), Ok(revoked));

    let listed = Listed::of(credential.intermediates().next().unwrap(), at(NOW)).unwrap();
    let list = ca.root_revocation_list(&spec(&[], vec![listed])).unwrap();
    let list = RevocationList::verify(&list, ca.anchor_der()).unwrap();
    assert_eq!(list.standing_of(issuing, NOW), Ok(Standing::Revoked(at(NOW))));
    assert_eq!(list.standing_of(leaf, NOW), Err(NoStanding::OtherIssuer));
}

/// Whoever makes a certificate under the name of an authority, and copies its key identifier, is another issuer.
#[test]
fn an_issuer_is_a_name_with_a_key() {
    let [one, other] = [ca(), ca()];
    let id = |ca: &DevCa| IssuerId::of(ca.anchor_der()).unwrap();
    assert_ne!(id(&one), id(&other), "one name, two keys");
    assert_eq!(id(&one).to_string().len(), 32);
    assert!(IssuerId::of(b"no certificate").is_err());
}

#[test]
fn a_list_of_one_distribution_point_is_about_the_certificates_that_name_it() {
    const HERE: &str = "http://127.0.0.1/a.crl";
    let ca = ca();
    let [named, other] = [&[HERE][..], &["http://127.0.0.1/b.crl"]].map(|at| credential(&ca, at));
    assert_eq!(named.path()[0].points(), [HERE]);
    let list = ca.revocation_list(&spec(&[HERE], Vec::new())).unwrap();
    let list = RevocationList::verify(&list, named.intermediates().next().unwrap()).unwrap();
    assert!(list.scope().is_some());
    let stands = Standing::NotRevoked { settled: true, later: None };
    assert_eq!(list.standing_of(&named.path()[0], NOW), Ok(stands));
    assert_eq!(list.standing_of(&other.path()[0], NOW), Err(NoStanding::OtherScope));
}
