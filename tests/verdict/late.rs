//! A statement waits for the ledger a day, and longer only under a trust policy that says so: what it said when a ground was
//! recorded is proven like everything else.

use jejak_ledger::log::Micros;
use jejak_signer::Hash;

use super::forged::{Attack, trusting};
use super::grounds::adopt;
use super::{Scene, open};
use crate::harness::{DAY_S, World};

/// As long as any policy may let it wait.
const WIDEST: &str = "[window]\niat_past_s = 7776000\niat_future_s = 86400\n";

/// Is somebody proven to be enrolled whom the registrar enrolled so many seconds before it was recorded?
fn is_proven(mut attack: Attack, late: u64) -> bool {
    let registrar = attack.scene.world.registrar.clone();
    let person = attack.scene.world.authority.person("p-lain0001", "dinkes");
    let event = attack.scene.world.enrolment(&person);
    let at = Micros((attack.scene.world.clock.seconds() + late) * 1_000_000);
    let world = &attack.scene.world;
    let position = attack.forger.add_at(world, &registrar, &event, at);
    attack.grounds.push(position);
    attack.is_enrolled(&person)
}

#[test]
fn a_statement_that_was_signed_long_before_it_was_recorded_proves_nothing() {
    assert!(is_proven(Attack::new(), DAY_S));
    assert!(!is_proven(Attack::new(), DAY_S + 1));
}

#[test]
fn that_it_may_wait_longer_is_proven_by_the_adoption_of_the_policy_that_says_so() {
    let adopted = |by_both: bool, rest: &str| {
        let mut attack = Attack::new();
        let world = &attack.scene.world;
        let [a, b] = [world.bupati.clone(), world.sekda.clone()];
        let second = if by_both { b } else { world.registrar.clone() };
        attack.adopt([&a, &second], rest);
        attack
    };
    assert!(is_proven(adopted(true, WIDEST), 90 * DAY_S));
    assert!(!is_proven(adopted(true, WIDEST), 90 * DAY_S + 1));
    // What it does not say it does not give.
    assert!(is_proven(adopted(true, ""), DAY_S));
    assert!(!is_proven(adopted(true, ""), DAY_S + 1));
    // One founder adopts nothing in the name of two.
    assert!(!is_proven(adopted(false, WIDEST), DAY_S + 1));
    // The source says that there is one.
    let mut attack = Attack::new();
    let text = trusting(&attack.scene.world, WIDEST).into_bytes();
    attack.like.before.policy = Some(Hash::of(&text));
    attack.like.before.objects.insert(Hash::of(&text), text);
    assert!(!is_proven(attack, DAY_S + 1));
    // The file that was adopted is not the one at hand.
    let mut attack = adopted(true, "");
    let hash = attack.like.before.policy.unwrap();
    let text = trusting(&attack.scene.world, WIDEST).into_bytes();
    attack.like.before.objects.insert(hash, text);
    assert!(!is_proven(attack, DAY_S + 1));
    // The second signature is not shown.
    let mut attack = adopted(true, WIDEST);
    attack.grounds.pop();
    assert!(!is_proven(attack, DAY_S + 1));
}

/// The file of an honest ledger, whose policy is another one since.
#[test]
fn the_file_holds_the_policy_under_which_a_ground_waited_so_long() {
    let world = World::new();
    let wide = adopt(&world, "satu", WIDEST);
    let person = world.authority.person("p-baru000001", "dinkes");
    let late = world.sign(&world.registrar, &world.enrolment(&person));
    world.clock.forward_s(60 * DAY_S);
    world.post_bytes(late);
    adopt(&world, "dua", "");
    let scene = Scene::signed_by(world, |_| person.clone());
    let evidence = scene.bare();
    let enrolment = scene.judge(&evidence).grounds.enrolment;
    assert_eq!(enrolment.unwrap().enrolled_by, Some(scene.world.registrar.id.clone()));
    let policy = Hash::of(trusting(&scene.world, WIDEST).as_bytes());
    assert!(evidence.before.objects.contains_key(&policy));
    let mut without = evidence.clone();
    without.grounds.retain(|ground| ground.record.position != wide);
    assert_ne!(without.grounds.len(), evidence.grounds.len());
    let (with, without) = (scene.judge(&evidence), scene.judge(&without));
    assert_eq!(without.grounds.enrolment, None);
    assert_eq!(open(&without), open(&with));
}
