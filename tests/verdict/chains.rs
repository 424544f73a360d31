//! The statement names the certificate of its signer by hash: what is wrong with that is a failure. Those above it are what the
//! file holds: who spoils them proves nothing.

use std::sync::Arc;

use jejak_ledger::rules::Field;
use jejak_ledger::verdict::{Conclusion, Effect, Evidence, Reason, StepName, Verdict};
use jejak_signer::devca::Profile;
use jejak_signer::{Algorithm, HolderKind, SigningKey, Window};

use super::forged::Attack;
use super::{DAY, STAMPED, START, Scene, YEAR};
use crate::harness::Person;

fn no_step_failed(verdict: &Verdict) -> bool {
    let mut reasons = verdict.steps.iter().filter_map(|step| step.reason);
    reasons.all(|reason| reason.effect() != Effect::Failed)
}

type Spoil = fn(&mut Evidence);

#[test]
fn what_stands_above_the_certificate_in_the_file_can_prove_nothing_against_its_holder() {
    let scene = Scene::new();
    let cases: [(&str, Spoil); 9] = [
        ("none above it", |evidence| evidence.chain.truncate(1)),
        ("twice", |evidence| evidence.chain.push(evidence.chain[1].clone())),
        ("no certificate", |evidence| evidence.chain.push(b"bukan sertifikat".to_vec())),
        ("no certificate between", |evidence| evidence.chain.insert(1, vec![0; 3])),
        ("a holder's in its place", |evidence| evidence.chain[1] = evidence.chain[0].clone()),
        ("a holder's behind it", |evidence| evidence.chain.push(evidence.chain[0].clone())),
        ("cut", |evidence| {
            evidence.chain[1].pop();
        }),
        ("another signature on it", |evidence| *evidence.chain[1].last_mut().unwrap() ^= 1),
        ("too many", |evidence| evidence.chain.extend(vec![evidence.chain[1].clone(); 2])),
    ];
    for (what, spoil) in cases {
        let mut evidence = scene.evidence();
        spoil(&mut evidence);
        let verdict = scene.judge(&evidence);
        let reason = verdict.step(StepName::Certificate).unwrap().reason;
        assert_eq!(reason, Some(Reason::NoTrustedPath), "{what}: {verdict:#?}");
        assert!(no_step_failed(&verdict), "{what}: {verdict:#?}");
        let open = Conclusion::Indeterminate(verdict.conclusion.reason().unwrap());
        assert_eq!(verdict.conclusion, open, "{what}");
    }
    let mut evidence = scene.evidence();
    evidence.chain.push(scene.world.authority.ca.anchor_der().to_vec());
    let verdict = scene.judge(&evidence);
    assert!(no_step_failed(&verdict), "{verdict:#?}");
}

/// Without `nonRepudiation`, which the certificate of a person must have.
#[test]
fn a_certificate_that_cannot_be_a_holders_is_a_failure_where_its_row_says_whose_it_is() {
    let mut attack = Attack::new();
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let window = Window { not_before: START - DAY, not_after: START + YEAR };
    let profile = Profile::of_holder(HolderKind::System);
    let (id, agency) = ("p-lain0001".to_owned(), "dinkes".to_owned());
    let ca = &attack.scene.world.authority.ca;
    let chain = ca.issue(&id, &agency, key.public_key(), &profile, window).unwrap();
    let person = Person { id, agency, key: Arc::new(key), chain };
    let mut evidence = attack.signed_by(&person);
    evidence.stamps = vec![attack.scene.stamp(evidence.proof.as_ref(), STAMPED)];
    let of = |person: &Person| format!("certificate:{}", person.thumbprint());
    let row = evidence.before.reads.things[&of(&attack.scene.world.dinkes)].clone().unwrap();
    let of_class = |class: &str| {
        let mut row = row.clone();
        row.fields.insert("kind".to_owned(), Field::from(class));
        Some(Some(row))
    };
    for (row, expected) in [
        (of_class("langsung"), Some(Reason::CertificatePathInvalid)),
        (of_class("sistem"), None),
        (Some(None), Some(Reason::SignerNotEnrolled)),
        (None, Some(Reason::EvidenceIncomplete)),
    ] {
        let mut evidence = evidence.clone();
        evidence.before.reads.things.extend(row.map(|row| (of(&person), row)));
        let verdict = attack.scene.judge(&evidence);
        let step = verdict.step(StepName::Certificate).unwrap();
        assert_eq!(step.reason, expected, "{step:?}");
    }
}
