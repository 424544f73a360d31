//! What lists are asked about: every certificate of an admitted path, by name and key of its issuer.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jejak_signer::devca::{DevCa, ListSpec, Listed, Profile, ResponseSpec, ResponseStatus};
use jejak_signer::{
    Algorithm, Anchors, Credential, HolderKind, Issued, IssuerId, NoStanding, OcspResponse,
    Revocation, RevocationEvidence, RevocationList, RevocationReason, SigningKey, Standing,
    TrustPolicy, Window,
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

/// Two authorities of one name, each with a root and an issuing one: what the one says is not about the other's.
#[test]
fn a_list_or_response_is_about_what_its_own_key_has_signed() {
    let [own, namesake] = [ca(), ca()];
    let credential = credential(&own, &[]);
    let leaf = credential.certificate().der();
    let issuing = credential.intermediates().next().unwrap();
    let other_issuing = self::credential(&namesake, &[]);
    let other_issuing = other_issuing.intermediates().next().unwrap();
    let window = Window { not_before: NOW, not_after: NOW + 7 * DAY };
    // A leaf below an intermediate, and an intermediate below a root.
    let cases =
        [(leaf, issuing, other_issuing), (issuing, own.anchor_der(), namesake.anchor_der())];
    for (certificate, issuer, same_name) in cases {
        let of_root = certificate != leaf;
        let list = |by: &DevCa, spec: &ListSpec, issuer: &[u8]| {
            let der =
                if of_root { by.root_revocation_list(spec) } else { by.revocation_list(spec) };
            RevocationList::verify(&der.unwrap(), issuer).unwrap()
        };
        let listed = Listed::of(certificate, at(NOW - DAY)).unwrap();
        for revoked in [vec![], vec![listed]] {
            let expected = match revoked.first() {
                None => Standing::NotRevoked { settled: true, later: None },
                Some(_) => Standing::Revoked(at(NOW - DAY)),
            };
            let spec = spec(&[], revoked);
            assert_eq!(list(&own, &spec, issuer).standing(certificate, NOW), Ok(expected));
            let other = list(&namesake, &spec, same_name);
            assert_eq!(other.standing(certificate, NOW), Err(NoStanding::OtherIssuer));
            let other = RevocationEvidence::List(other);
            assert_eq!(other.window_about_der(certificate), None);
        }
        let status = ResponseStatus::Good;
        let spec = ResponseSpec { window, certificate: certificate.to_vec(), status };
        let response = |by: &DevCa, issuer: &[u8]| {
            let der = if of_root { by.root_response(&spec) } else { by.response(&spec) };
            OcspResponse::verify(&der.unwrap(), issuer).unwrap()
        };
        let good = Standing::NotRevoked { settled: true, later: None };
        assert_eq!(response(&own, issuer).standing(certificate, NOW), Ok(good));
        let other = response(&namesake, same_name);
        assert_eq!(other.standing(certificate, NOW), Err(NoStanding::OtherIssuer));
        assert_eq!(other.window(certificate), Err(NoStanding::OtherIssuer));
        assert!(Issued::by_key(certificate, issuer).is_some());
        assert_eq!(Issued::by_key(certificate, same_name), None);
    }
}
