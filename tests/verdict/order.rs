//! In a ledger time never runs back: what of the log is in the file contradicts neither itself nor a token.

use jejak_ledger::log::Micros;
use jejak_ledger::verdict::{Evidence, Reason, Stamp, StepName};

use super::forged::{Attack, Forger};
use super::{LISTED, START, Scene, YEAR, empty_list, only, open};
use crate::acts::{grant, request};

const OUT_OF_ORDER: Option<Reason> = Some(Reason::RecordedOutOfOrder);

/// A log that whoever holds its key goes on with: the statement before the event so much later than the last one, and the
/// event half a second after that one.
fn gone_on(after: i64) -> (Scene, Evidence) {
    let mut attack = Attack::new();
    let world = &attack.scene.world;
    let (registrar, dinkes) = (world.registrar.clone(), world.dinkes.clone());
    let last = attack.forger.records.last().unwrap().recorded_at;
    let event = world.enrolment(&world.authority.person("p-lain0001", "dinkes"));
    let at = Micros(last.0.checked_add_signed(after).unwrap());
    attack.forger.add_at(&attack.scene.world, &registrar, &event, at);
    let event = request(&attack.scene.world, &dinkes, "dinkes");
    let at = Micros(last.0 + 500_000);
    attack.forger.add_at(&attack.scene.world, &dinkes, &event, at);
    let evidence = attack.forger.evidence(&attack.like, &attack.grounds);
    (attack.scene, evidence)
}

#[test]
fn a_record_before_the_event_that_says_to_be_later_is_found() {
    for (after, expected) in [(500_000, None), (500_001, OUT_OF_ORDER)] {
        let (scene, evidence) = gone_on(after);
        let verdict = scene.judge(&evidence);
        let step = verdict.step(StepName::Consistency).unwrap();
        assert_eq!(step.reason, expected, "{after}");
        assert_eq!(step.facts.contains_key("out_of_order"), expected.is_some());
        // Another record than the one to which the event commits says nothing.
        let mut other = evidence.clone();
        other.before.previous.as_mut().unwrap().statement = jejak_signer::Hash([7; 32]);
        assert_eq!(scene.judge(&other).step(StepName::Consistency).unwrap().reason, None);
    }
}

#[test]
fn a_ground_that_says_to_be_later_than_the_event_or_earlier_than_one_before_it_is_found() {
    for (after, expected) in
        [(500_000, None), (500_001, OUT_OF_ORDER), (0, None), (-1, OUT_OF_ORDER)]
    {
        let mut attack = Attack::new();
        let world = &attack.scene.world;
        let (registrar, dinkes) = (world.registrar.clone(), world.dinkes.clone());
        // The newest of the grounds is the enrolment of the signer.
        let newest = attack.grounds.iter().copied().max().unwrap();
        let last = attack.forger.records[newest].recorded_at;
        let event = world.enrolment(&world.authority.person("p-lain0001", "dinkes"));
        let at = Micros(last.0.checked_add_signed(after).unwrap());
        let at = attack.forger.add_at(&attack.scene.world, &registrar, &event, at);
        attack.grounds.push(at);
        let event = request(&attack.scene.world, &dinkes, "dinkes");
        let own = Micros(last.0 + 500_000);
        attack.forger.add_at(&attack.scene.world, &dinkes, &event, own);
        let mut evidence = attack.forger.evidence(&attack.like, &attack.grounds);
        evidence.before.previous = None;
        let verdict = attack.scene.judge(&evidence);
        assert_eq!(verdict.step(StepName::Consistency).unwrap().reason, expected, "{after}");
        assert_eq!(verdict.grounds.enrolment.is_some(), expected.is_none(), "{after}");
        // What is not under the checkpoint says nothing.
        let changed = evidence.grounds.last_mut().unwrap();
        changed.record.recorded_at = Micros(u64::MAX);
        let verdict = attack.scene.judge(&evidence);
        assert_eq!(verdict.step(StepName::Consistency).unwrap().reason, None, "{after}");
    }
}

/// Clocks may lie apart by a quarter of an hour, as in an audit.
#[test]
fn a_token_over_a_tree_that_holds_what_says_to_be_later_is_found() {
    let scene = Scene::new();
    let recorded = i64::try_from(scene.bare().record.recorded_at.0 / 1_000_000).unwrap();
    assert_eq!(recorded, START);
    for (stamped, is_found) in [(START - 900, false), (START - 901, true)] {
        let mut evidence = scene.evidence();
        evidence.stamps = vec![scene.stamp(evidence.proof.as_ref(), stamped)];
        let verdict = scene.judge(&evidence);
        if is_found {
            only(&verdict, StepName::Consistency, Reason::RecordedOutOfOrder);
            let fact = &verdict.step(StepName::Consistency).unwrap().facts["out_of_order"];
            assert!(fact.as_str().unwrap().contains(&format!("stamped at {stamped}")), "{fact}");
        } else {
            assert_eq!(open(&verdict), []);
        }
    }
}

/// Whoever keeps an old tree head can have it stamped as late as he likes.
#[test]
fn a_token_that_was_made_late_over_an_old_tree_says_nothing_of_what_was_recorded_since() {
    let scene = Scene::new();
    let old = scene.bare().proof;
    let world = &scene.world;
    world.accept(&world.kominfo, &grant(world, "dinkes", "dinkes"));
    let mut evidence = scene.bare();
    evidence.lists.push(scene.list(&empty_list(LISTED)));
    let size = scene.position.0 + 1;
    let path = world.ledger().view().consistency(size, size + 1).unwrap().unwrap();
    let late = scene.stamp(old.as_ref(), START + YEAR / 2);
    evidence.stamps.push(Stamp { consistency: path, ..late });
    // What was recorded after the event, of which the old tree knows nothing.
    let next = Forger::over(world).receipt(usize::try_from(size).unwrap());
    evidence.grounds.push(next);
    let verdict = scene.judge(&evidence);
    assert_eq!(verdict.step(StepName::Consistency).unwrap().reason, None, "{verdict:#?}");
}
