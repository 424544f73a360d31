//! On what signer and rules rest is proven from the file alone: statements of the same log, signed by those whom the
//! opening and the statements after it entitle. Whatever of them is missing or changed is the word of the source again.

use jejak_ledger::log::{Position, Receipt};
use jejak_ledger::objects::Objects;
use jejak_ledger::rules::Field;
use jejak_ledger::verdict::{Adopted, Evidence, Grounds, ProvenEnrolment, Reason, StepName};
use serde_json::json;

use super::forged::trusting;
use super::{START, Scene, YEAR, only, open};
use crate::harness::{Authority, Person, World};

pub(super) fn proven(scene: &Scene, evidence: &Evidence) -> Grounds {
    let grounds = scene.judge(evidence).grounds;
    // The same from the file.
    let read = scene.world.ledger().view().evidence_file(scene.position).unwrap().unwrap().0;
    assert_eq!(Evidence::parse(&read).unwrap().grounds, scene.bare().grounds);
    grounds
}

fn by_opening(world: &World) -> Adopted {
    Adopted { position: Position(0), by: vec![world.bupati.id.clone()] }
}

pub(super) fn of(kind: &str, ground: &Receipt) -> bool {
    let jws = jejak_signer::Jws::parse(
        ground.statement.clone().unwrap().into_bytes(),
        jejak_signer::Typ::Event,
    );
    let event: serde_json::Value = serde_json::from_slice(jws.unwrap().payload()).unwrap();
    event["type"] == kind
}

/// The evidence without the grounds of this type.
pub(super) fn without(evidence: &Evidence, kind: &str) -> Evidence {
    let mut evidence = evidence.clone();
    let before = evidence.grounds.len();
    evidence.grounds.retain(|ground| !of(kind, ground));
    assert!(evidence.grounds.len() < before, "{kind}");
    evidence
}

#[test]
fn whose_the_certificate_is_and_under_which_rules_is_proven_by_the_log() {
    let scene = Scene::new();
    let world = &scene.world;
    let grounds = proven(&scene, &scene.evidence());
    let enrolment = grounds.enrolment.clone().unwrap();
    assert_eq!(enrolment.person, world.dinkes.id);
    assert_eq!(enrolment.agency, "dinkes");
    assert_eq!(enrolment.class, "langsung");
    assert_eq!(enrolment.enrolled_by.as_deref(), Some(world.registrar.id.as_str()));
    assert_eq!(enrolment.attested_at, None);
    let entry = world.ledger().view().entry(enrolment.position).unwrap().unwrap();
    assert_eq!(entry.event.kind, "signer.enrolled");
    assert_eq!(grounds.ruleset, Some(by_opening(world)));
    assert_eq!(grounds.trust, Some(by_opening(world)));
}

#[test]
fn who_signed_the_opening_or_is_named_in_it_needs_no_enrolment() {
    let mut scene = Scene::new();
    let enrolled = proven(&scene, &scene.evidence()).enrolment.unwrap().position;
    for (position, person) in
        [(Position(0), scene.world.bupati.clone()), (enrolled, scene.world.registrar.clone())]
    {
        scene.position = position;
        let expected = ProvenEnrolment {
            position: Position(0),
            person: person.id,
            agency: person.agency,
            class: "langsung".to_owned(),
            enrolled_by: None,
            attested_at: None,
            renewed: false,
        };
        assert_eq!(proven(&scene, &scene.evidence()).enrolment, Some(expected));
    }
}

/// As files of before: everything is judged as ever, and nothing more is said to be proven.
#[test]
fn evidence_without_grounds_is_judged_as_ever() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    let with = scene.judge(&evidence);
    evidence.grounds.clear();
    let without = scene.judge(&evidence);
    assert_eq!(without.grounds, Grounds::default());
    assert_eq!((open(&without), open(&with)), (Vec::new(), Vec::new()));
    assert_eq!(without.steps, with.steps);
    // A file that has none, and one that has more than are looked at.
    let (file, _) = scene.world.ledger().view().evidence_file(scene.position).unwrap().unwrap();
    let mut file: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let one = file["grounds"][0].clone();
    file["grounds"] = vec![one; 49].into();
    let many = Evidence::parse(file.to_string().as_bytes()).unwrap_err();
    let expected = jejak_ledger::verdict::EvidenceError::TooMany { member: "grounds", max: 48 };
    assert_eq!(many, expected);
    // And one whose signer has a longer chain than anybody may have.
    let one = file["grounds"][0]["chain"][0].clone();
    file["grounds"] = vec![file["grounds"][0].clone()].into();
    file["grounds"][0]["chain"] = vec![one; 5].into();
    let long = Evidence::parse(file.to_string().as_bytes()).unwrap_err();
    let expected = jejak_ledger::verdict::EvidenceError::TooMany { member: "chain", max: 4 };
    assert_eq!(long, expected);
    file.as_object_mut().unwrap().remove("grounds");
    assert_eq!(Evidence::parse(file.to_string().as_bytes()).unwrap().grounds, []);
}

#[test]
fn an_enrolment_whose_way_to_the_opening_is_cut_proves_nothing() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    let no_enrolment = proven(&scene, &without(&evidence, "signer.enrolled"));
    assert_eq!(no_enrolment.enrolment, None);
    assert_eq!(no_enrolment.ruleset, Some(by_opening(&scene.world)));
    assert_eq!(proven(&scene, &without(&evidence, "ledger.opened")), Grounds::default());
}

#[test]
fn a_ground_that_was_changed_proves_nothing() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    let at = evidence.grounds.iter().position(|ground| of("signer.enrolled", ground)).unwrap();
    let changed = |change: &dyn Fn(&mut Receipt)| {
        let mut evidence = evidence.clone();
        change(&mut evidence.grounds[at]);
        scene.judge(&evidence)
    };
    let other = evidence.statement.clone().unwrap();
    let cases: [&dyn Fn(&mut Receipt); 6] = [
        // Another statement than the record commits to, though its signature stands.
        &|ground| {
            ground.statement = Some(String::from_utf8(other.clone()).unwrap());
            ground.chain.clone_from(&evidence.chain);
        },
        &|ground| ground.statement = None,
        &|ground| ground.chain.clone_from(&evidence.chain),
        &|ground| ground.record.recorded_at.0 += 1,
        &|ground| ground.proof.hashes[0] = jejak_signer::Hash([7; 32]),
        // Under another checkpoint of the same log.
        &|ground| {
            ground.proof.checkpoint = ground.proof.checkpoint.replacen("\n\n", "\nlain\n\n", 1);
        },
    ];
    for (number, change) in cases.into_iter().enumerate() {
        let verdict = changed(change);
        assert_eq!(verdict.grounds.enrolment, None, "change {number}");
        assert_eq!(verdict.grounds.ruleset, Some(by_opening(&scene.world)), "change {number}");
        assert_eq!(open(&verdict), [], "change {number}");
    }
}

/// Whoever runs the log can record what he likes; under the inspector's anchors nobody signed it.
#[test]
fn grounds_are_signed_by_certificates_that_the_inspector_trusts() {
    let mut scene = Scene::new();
    scene.parts.anchors[0].0 = Authority::new().ca.anchor_der().to_vec();
    assert_eq!(scene.judge(&scene.evidence()).grounds, Grounds::default());
}

/// Rows of the evidence that name another holder than the log does are not believed.
#[test]
fn a_row_that_contradicts_the_enrolment_is_told() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    let key = format!("cert/{}", scene.world.dinkes.thumbprint());
    let things = &mut evidence.before.reads.things;
    let key = things.keys().find(|name| name.ends_with(key.trim_start_matches("cert/"))).unwrap();
    let key = key.clone();
    let row = things.get_mut(&key).unwrap().as_mut().unwrap();
    row.fields.insert("person".to_owned(), scene.world.kominfo.id.as_str().into());
    let verdict = scene.judge(&evidence);
    let mismatch = (StepName::Certificate, Reason::EnrolmentMismatch);
    assert!(open(&verdict).contains(&mismatch), "{verdict:#?}");
    let mut unproven = evidence;
    unproven.grounds.clear();
    assert!(!open(&scene.judge(&unproven)).contains(&mismatch));
    let mut evidence = scene.evidence();
    let row = evidence.before.reads.things.get_mut(&key).unwrap().as_mut().unwrap();
    row.fields.insert("kind".to_owned(), "sistem".into());
    assert!(open(&scene.judge(&evidence)).contains(&mismatch));
    // He acts for another agency than he was enrolled for, stands on another's word, or was enrolled elsewhere.
    let others = [
        ("agency", Field::from("kominfo")),
        ("enrolled_by", Field::from(scene.world.bupati.id.as_str())),
        ("enrolled_at", Field::Integer(0)),
    ];
    for (name, value) in others {
        let mut evidence = scene.evidence();
        let row = evidence.before.reads.things.get_mut(&key).unwrap().as_mut().unwrap();
        assert!(row.fields.insert(name.to_owned(), value).is_some(), "{name}");
        assert!(open(&scene.judge(&evidence)).contains(&mismatch), "{name}");
        // Whether the policy pins the opening or not.
        let mut policy = scene.policy();
        policy.log.ledgers[0].genesis = None;
        let unpinned = jejak_ledger::verdict::verdict(&evidence, &policy, START + YEAR);
        assert!(open(&unpinned).contains(&mismatch), "{name}");
    }
}

/// Adopts what keeps everybody trusted, with further lines.
pub(super) fn adopt(world: &World, name: &str, rest: &str) -> Position {
    let text = trusting(world, rest);
    let hash = Objects::beside(&world.path().join("objects")).put(text.as_bytes()).unwrap();
    let data = json!({ "policy": hash.to_string(), "name": name });
    world.accept_of_both("trust.policy_adopted", data).position
}

#[test]
fn an_adoption_is_proven_by_the_signatures_of_both_authorities() {
    let world = World::new();
    let at = adopt(&world, "satu", "");
    let scene = Scene::signed_by(world, |world| world.dinkes.clone());
    let evidence = scene.evidence();
    let by = vec![scene.world.bupati.id.clone(), scene.world.sekda.id.clone()];
    assert_eq!(proven(&scene, &evidence).trust, Some(Adopted { position: at, by }));
    assert_eq!(proven(&scene, &without(&evidence, "act.countersigned")).trust, None);
    assert_eq!(proven(&scene, &without(&evidence, "trust.policy_adopted")).trust, None);
    only(&scene.judge(&scene.bare()), StepName::Certificate, Reason::NoProofOfExistence);
}

/// Somebody who was appointed later enrols: his appointment is among the grounds.
#[test]
fn who_was_appointed_later_is_shown_to_be_entitled() {
    let world = World::new();
    let third: Person = world.authority.person("p-ketiga00001", "kominfo");
    world.enrol(&third);
    let data = json!({
        "person": third.id, "agency": third.agency, "certificate": third.thumbprint().to_string(),
    });
    let appointed = world.accept_of_both("ledger.registrar_appointed", data).position;
    let newcomer: Person = world.authority.person("p-baru000001", "dinkes");
    let mut enrolment = world.enrolment(&newcomer);
    enrolment["source"] = format!("agency/{}", third.agency).into();
    let enrolled = world.accept(&third, &enrolment).position;
    let scene = Scene::signed_by(world, |_| newcomer.clone());
    let evidence = scene.evidence();
    let expected = ProvenEnrolment {
        position: enrolled,
        person: newcomer.id.clone(),
        agency: "dinkes".to_owned(),
        class: "langsung".to_owned(),
        enrolled_by: Some(third.id.clone()),
        attested_at: None,
        renewed: false,
    };
    assert_eq!(proven(&scene, &evidence).enrolment, Some(expected));
    for kind in ["ledger.registrar_appointed", "act.countersigned"] {
        assert_eq!(proven(&scene, &without(&evidence, kind)).enrolment, None, "{kind}");
    }
    // His own certificate counts by the second signature, which is not his who enrolled it.
    let own = Scene { position: enrolled, ..scene };
    let grounds = proven(&own, &own.evidence());
    assert_eq!(grounds.enrolment.unwrap().attested_at, Some(appointed));
    assert!(!grounds.standing_by_word);
}

/// Who was a registrar by the opening and left is anybody's to enrol: the file shows that he left.
#[test]
fn a_former_registrar_who_is_enrolled_anew_is_proven() {
    let world = World::new();
    let third: Person = world.authority.person("p-ketiga00001", "kominfo");
    world.enrol(&third);
    let data = json!({
        "person": third.id, "agency": third.agency, "certificate": third.thumbprint().to_string(),
    });
    world.accept_of_both("ledger.registrar_appointed", data);
    let data = json!({ "person": world.second.id, "reason": "pindah tugas" });
    let left = world.accept_of_both("ledger.registrar_removed", data).position;
    let anew: Person = world.authority.person(&world.second.id, &world.second.agency);
    world.enrol(&anew);
    let scene = Scene::signed_by(world, |_| anew.clone());
    let evidence = scene.evidence();
    let enrolment = proven(&scene, &evidence).enrolment.unwrap();
    assert_eq!(enrolment.person, anew.id);
    assert_eq!(enrolment.enrolled_by.as_deref(), Some(scene.world.registrar.id.as_str()));
    assert!(evidence.grounds.iter().any(|ground| ground.record.position == left));
    let unshown = without(&evidence, "ledger.registrar_removed");
    assert_eq!(proven(&scene, &unshown).enrolment, None);
}
