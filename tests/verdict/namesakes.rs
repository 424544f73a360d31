//! Which list or response counts: only what the key says that signed the certificate, and of several the newest,
//! whatever the order in which they are handed in.

use jejak_ledger::verdict::{Conclusion, Evidence, HandedInError, Reason, StepName};
use jejak_signer::devca::{DevCa, ListSpec, Listed, ResponseSpec, ResponseStatus};
use jejak_signer::{Algorithm, AnchorRule, Revocation, RevocationReason, Window};

use super::{DAY, LISTED, STAMPED, START, Scene, YEAR, empty_list, only, open, revoked};

fn bare(scene: &Scene) -> Evidence {
    let mut evidence = scene.bare();
    evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), STAMPED));
    evidence
}

/// A root of the same name as that of the world, which the inspector trusts too.
fn namesake(scene: &mut Scene) -> DevCa {
    let window = Window { not_before: START - DAY, not_after: START + 20 * YEAR };
    let other = DevCa::create("Uji", window, Algorithm::Ed25519).unwrap();
    scene.parts.anchors.insert(0, (other.anchor_der().to_vec(), AnchorRule::default()));
    other
}

#[test]
fn a_list_of_another_root_of_the_same_name_revokes_nothing() {
    let mut scene = Scene::new();
    let other = namesake(&mut scene);
    let mut evidence = scene.evidence();
    let found = revoked(START, RevocationReason::KeyCompromise);
    let listed = Listed::of(&evidence.chain[1], found).unwrap();
    let spec = ListSpec { revoked: vec![listed], ..empty_list(LISTED) };
    let of_other = other.root_revocation_list(&spec).unwrap();
    let refused = evidence.hand_in(of_other.clone(), &scene.policy(), START + YEAR);
    assert_eq!(refused, Err(HandedInError::AboutNone));
    evidence.lists.push(of_other);
    let verdict = scene.judge(&evidence);
    assert_eq!(open(&verdict), []);
    assert_eq!(verdict.conclusion, Conclusion::TotalPassed);
    // That of its own root does.
    evidence.lists.push(scene.world.authority.ca.root_revocation_list(&spec).unwrap());
    only(&scene.judge(&evidence), StepName::Certificate, Reason::CertificateRevoked);
}

/// Trusted as an anchor, the namesake of the issuing authority could speak of leaves.
#[test]
fn a_list_or_response_of_another_issuer_of_the_same_name_settles_nothing() {
    let mut scene = Scene::new();
    let other = namesake(&mut scene);
    let evidence = bare(&scene);
    let key = jejak_signer::SigningKey::generate(Algorithm::Ed25519).unwrap();
    let profile = jejak_signer::devca::Profile::of_holder(jejak_signer::HolderKind::Person);
    let window = Window { not_before: START, not_after: START + DAY };
    let issuing = other.issue("Uji", "Uji", key.public_key(), &profile, window).unwrap().remove(1);
    scene.parts.anchors.push((issuing, AnchorRule::default()));
    only(&scene.judge(&evidence), StepName::Certificate, Reason::RevocationUnknown);
    let spec = ResponseSpec {
        window: empty_list(LISTED).window,
        certificate: evidence.chain[0].clone(),
        status: ResponseStatus::Good,
    };
    let (list, response) =
        (other.revocation_list(&empty_list(LISTED)).unwrap(), other.response(&spec).unwrap());
    let mut told = evidence.clone();
    told.lists.push(list);
    told.responses.push(response);
    let verdict = scene.judge(&told);
    only(&verdict, StepName::Certificate, Reason::RevocationUnknown);
    let mut told = evidence;
    told.responses.push(scene.world.authority.ca.response(&spec).unwrap());
    assert_eq!(open(&scene.judge(&told)), []);
}

#[test]
fn of_two_words_of_one_second_the_greater_number_counts_else_the_graver_one() {
    let scene = Scene::new();
    let evidence = bare(&scene);
    let hold = revoked(START, RevocationReason::CertificateHold);
    let listed = Listed::of(&evidence.chain[0], hold).unwrap();
    let holding = |number| {
        scene.list(&ListSpec { number, revoked: vec![listed.clone()], ..empty_list(LISTED) })
    };
    let clear = |number| scene.list(&ListSpec { number, ..empty_list(LISTED) });
    let judged = |files: [&Vec<u8>; 2], answer: Option<&Vec<u8>>| {
        let verdicts = [[0, 1], [1, 0]].map(|order| {
            let mut told = evidence.clone();
            told.lists.extend(order.map(|at| files[at].clone()));
            told.responses.extend(answer.cloned());
            open(&scene.judge(&told))
        });
        assert_eq!(verdicts[0], verdicts[1], "the order decides");
        verdicts[0].clone()
    };
    let on_hold = [(StepName::Certificate, Reason::CertificateOnHold)];
    assert_eq!(judged([&holding(9), &clear(16)], None), [], "came back");
    assert_eq!(judged([&holding(16), &clear(9)], None), on_hold);
    assert_eq!(judged([&holding(9), &clear(9)], None), on_hold, "the graver one");
    // A response has no number: what it says counts beside the list that is left.
    let answer = |status| {
        let (window, certificate) = (empty_list(LISTED).window, evidence.chain[0].clone());
        let spec = ResponseSpec { window, certificate, status };
        scene.world.authority.ca.response(&spec).unwrap()
    };
    let good = answer(ResponseStatus::Good);
    assert_eq!(judged([&holding(16), &clear(9)], Some(&good)), on_hold);
    assert_eq!(judged([&holding(9), &clear(16)], Some(&good)), []);
    let suspended = answer(ResponseStatus::Revoked(hold));
    assert_eq!(judged([&holding(9), &clear(16)], Some(&suspended)), on_hold);
    // Of two revocations the first, of one date always the same.
    let dated = |at, reason| {
        let revocation = Revocation { revoked_at: at, reason, invalid_since: None };
        let listed = Listed::of(&evidence.chain[0], revocation).unwrap();
        scene.list(&ListSpec { revoked: vec![listed], ..empty_list(LISTED) })
    };
    let one = dated(START, RevocationReason::Superseded);
    let two = dated(START, RevocationReason::KeyCompromise);
    let told = [[&one, &two], [&two, &one]].map(|lists| {
        let mut told = evidence.clone();
        told.lists.extend(lists.into_iter().cloned());
        scene.judge(&told).steps[1].facts["revocation_reason"].clone()
    });
    assert_eq!(told, ["keyCompromise", "keyCompromise"]);
}
