//! A log is one. Whoever holds its key signs one tree here and another one there; where a file holds both, wherever the other one
//! stands in it, the verdict says so.

use jejak_ledger::log::{Checkpoint, Enrolment, Note, NoteSigner, Position, Receipt};
use jejak_ledger::verdict::{Conclusion, Evidence, KeyLink, Reason, Stamp, StepName};
use jejak_signer::{Algorithm, Hash, SigningKey};

use super::forged::Forger;
use super::{Scene, only, open};
use crate::acts::{grant, request};
use crate::harness::ORIGIN;

fn forked(scene: &Scene, evidence: &Evidence) -> String {
    let verdict = scene.judge(evidence);
    only(&verdict, StepName::Consistency, Reason::CheckpointsInconsistent);
    let failed = Conclusion::TotalFailed(Reason::CheckpointsInconsistent);
    assert_eq!(verdict.conclusion, failed);
    let fact = &verdict.step(StepName::Consistency).unwrap().facts["fork"];
    fact.as_str().unwrap().to_owned()
}

/// What stands so far behind the event in a log that goes another way at its position: at 0 the record in its place. The log
/// has `more` records after it.
fn elsewhere(scene: &Scene, behind: usize, more: usize) -> Receipt {
    let world = &scene.world;
    let mut forger = Forger::over(world);
    forger.cut(scene.position);
    let at = usize::try_from(scene.position.0).unwrap();
    for number in 0..=behind + more {
        let event = request(world, &world.dinkes, &format!("lain{number}"));
        forger.add(world, &world.dinkes, &event);
    }
    forger.receipt(at + behind)
}

/// The same evidence with a receipt in each place that may hold one.
fn with(scene: &Scene, other: &Receipt) -> [Evidence; 4] {
    let link = |added: &Receipt, confirmed: &Receipt, grounds: Vec<Receipt>| KeyLink {
        added: added.clone(),
        confirmed: confirmed.clone(),
        grounds,
    };
    let mut all = [(); 4].map(|()| scene.evidence());
    let first = all[0].grounds[0].clone();
    all[0].grounds.push(other.clone());
    all[1].keys.push(link(other, &first, Vec::new()));
    all[2].keys.push(link(&first, &first, vec![other.clone()]));
    let Receipt { record, proof, statement, .. } = other.clone();
    let enrolment = Some(Enrolment { statement: statement.unwrap(), record, proof });
    all[3].grounds.push(Receipt { enrolment, ..first });
    all
}

#[test]
fn two_records_at_one_position_are_not_of_one_log() {
    let scene = Scene::new();
    // Under trees of other sizes than that of the event.
    let other = elsewhere(&scene, 0, 1);
    assert_ne!(other.record, scene.bare().record);
    for evidence in with(&scene, &other) {
        let told = forked(&scene, &evidence);
        let expected = format!("two records at position {}: ", scene.position);
        assert!(told.starts_with(&expected), "{told}");
    }
}

#[test]
fn a_record_that_names_another_one_before_it_is_of_another_log() {
    let scene = Scene::new();
    let next = elsewhere(&scene, 1, 0);
    for evidence in with(&scene, &next) {
        let told = forked(&scene, &evidence);
        assert!(told.starts_with(&format!("position {} names ", next.record.position)), "{told}");
    }
    // One further on is said to follow on what the file does not show.
    for evidence in with(&scene, &elsewhere(&scene, 2, 0)) {
        assert_eq!(open(&scene.judge(&evidence)), []);
    }
}

/// The file of an honest ledger, of an event on which others have followed.
#[test]
fn what_follows_in_the_same_log_is_no_other_one() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    let world = &scene.world;
    world.accept(&world.kominfo, &grant(world, "dinkes", "dinkes"));
    let forger = Forger::over(world);
    let next = forger.receipt(usize::try_from(scene.position.0 + 1).unwrap());
    let mut after = evidence.clone();
    after.grounds.push(next);
    assert_eq!(open(&scene.judge(&after)), []);
}

#[test]
fn what_the_ledger_did_not_sign_or_no_tree_holds_is_no_other_log() {
    let scene = Scene::new();
    let mut unheld = elsewhere(&scene, 0, 1);
    unheld.proof.hashes[0] = Hash([7; 32]);
    let mut unsigned = elsewhere(&scene, 0, 0);
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let stranger = NoteSigner::new(ORIGIN, key).unwrap();
    let head = head(&unsigned);
    unsigned.proof.checkpoint = head.sign(&[&stranger]).unwrap().to_string();
    for other in [unheld, unsigned] {
        for evidence in with(&scene, &other) {
            assert_eq!(open(&scene.judge(&evidence)), []);
        }
    }
}

/// A record of the event that no tree holds is not shown, and contradicts nothing.
#[test]
fn a_record_of_the_event_that_does_not_stand_says_nothing_of_the_log() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.stamps.clear();
    evidence.record.previous = Hash([7; 32]);
    let world = &scene.world;
    let own = Forger::over(world).receipt(usize::try_from(scene.position.0).unwrap());
    evidence.grounds.push(own);
    let step = scene.judge(&evidence).step(StepName::Consistency).unwrap().clone();
    assert_eq!(step.reason, None);
}

fn head(receipt: &Receipt) -> Checkpoint {
    let note = Note::parse(receipt.proof.checkpoint.as_bytes()).unwrap();
    Checkpoint::parse(note.text()).unwrap()
}

/// The event stands in both trees, and what follows it is not the same.
fn two_ways(scene: &Scene) -> (Evidence, Receipt) {
    let world = &scene.world;
    let mut forger = Forger::over(world);
    forger.add(world, &world.kominfo, &grant(world, "dinkes", "lain"));
    let other = forger.receipt(usize::try_from(scene.position.0).unwrap());
    world.accept(&world.kominfo, &grant(world, "dinkes", "dinkes"));
    let mut evidence = scene.bare();
    evidence.lists.push(scene.list(&super::empty_list(super::LISTED)));
    evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), super::STAMPED));
    assert_eq!(open(&scene.judge(&evidence)), []);
    (evidence, other)
}

/// Of no size there are two roots, and at no position two records: the paths alone tell that neither tree extends the other.
#[test]
fn two_paths_that_show_another_hash_of_one_subtree_are_not_of_one_log() {
    let scene = Scene::new();
    let world = &scene.world;
    let mut forger = Forger::over(world);
    let size = forger.records.len();
    // Another record in place of the event and of the two before it, and so many that the size is another one.
    forger.cut(Position(scene.position.0 - 2));
    for number in 0..=size {
        let event = request(world, &world.dinkes, &format!("lain{number}"));
        forger.add(world, &world.dinkes, &event);
    }
    let other = forger.receipt(0);
    assert_ne!(head(&other).size(), head(&Forger::over(world).receipt(0)).size());
    for evidence in with(&scene, &other) {
        let told = forked(&scene, &evidence);
        assert!(told.starts_with("two trees over "), "{told}");
    }
}

/// No authority of the policy made it.
fn unjudged(receipt: &Receipt, consistency: Vec<Hash>) -> Stamp {
    Stamp { token: b"bukan token".to_vec(), proof: receipt.proof.clone(), consistency }
}

#[test]
fn two_roots_of_one_size_are_not_of_one_log_wherever_the_second_stands() {
    let scene = Scene::new();
    let (evidence, other) = two_ways(&scene);
    let mut stamped = evidence.clone();
    stamped.stamps.push(unjudged(&other, Vec::new()));
    // The root alone says it: nothing needs to stand under it.
    let mut bare = stamped.clone();
    bare.stamps[1].proof.hashes.clear();
    let mut of_grounds = evidence.clone();
    of_grounds.grounds.push(other.clone());
    let mut of_keys = evidence;
    of_keys.keys.push(KeyLink {
        added: other.clone(),
        confirmed: other.clone(),
        grounds: Vec::new(),
    });
    for evidence in [stamped, bare, of_grounds, of_keys] {
        let told = forked(&scene, &evidence);
        assert!(
            told.starts_with(&format!("two roots of size {}: ", head(&other).size())),
            "{told}"
        );
    }
}

/// Nobody signs a path, and whoever hands over a file can put any other one in its place.
#[test]
fn a_path_that_does_not_verify_says_nothing_of_the_log() {
    let scene = Scene::new();
    let older = Forger::over(&scene.world).receipt(usize::try_from(scene.position.0).unwrap());
    let (evidence, _) = two_ways(&scene);
    let view = scene.world.ledger().view();
    let path = view.consistency(head(&older).size(), view.size()).unwrap().unwrap();
    let mut wrong = path.clone();
    wrong[0] = Hash([7; 32]);
    let stamped = |consistency: &[Hash]| {
        let stamp = scene.stamp(Some(&older.proof), super::STAMPED);
        Stamp { consistency: consistency.to_vec(), ..stamp }
    };
    let judge = |stamps: Vec<Stamp>| {
        let mut evidence = evidence.clone();
        evidence.stamps.extend(stamps);
        scene.judge(&evidence)
    };
    for other in [&path, &Vec::new(), &wrong] {
        // Of a token that does not count nothing is heard but a fork.
        assert_eq!(open(&judge(vec![unjudged(&older, other.clone())])), []);
        // One path that leads there is enough, before the others or after them.
        assert_eq!(open(&judge(vec![stamped(&path), stamped(other)])), []);
        assert_eq!(open(&judge(vec![stamped(other), unjudged(&older, path.clone())])), []);
    }
    for other in [Vec::new(), wrong] {
        let verdict = judge(vec![stamped(&other)]);
        only(&verdict, StepName::Consistency, Reason::PathNotShown);
        assert_eq!(verdict.conclusion, Conclusion::Indeterminate(Reason::PathNotShown));
    }
}

#[test]
fn another_log_is_told_where_the_event_itself_is_not_shown_to_stand() {
    let scene = Scene::new();
    let (mut evidence, other) = two_ways(&scene);
    evidence.grounds.push(other);
    evidence.proof = None;
    let reason = scene.judge(&evidence).step(StepName::Consistency).unwrap().reason;
    assert_eq!(reason, Some(Reason::CheckpointsInconsistent));
}
