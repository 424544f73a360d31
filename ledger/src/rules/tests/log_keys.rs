//! The log keys of a ledger: which may be added, which retired, and from which checkpoint on it counts.

use Code::RuleRefused;

use super::*;
use crate::log::{KeyHistory, SignatureType, Vkey};
use crate::rules::log_keys_of;

const LEDGER: &str = "ledger/61.07";
const ORIGIN: &str = "jejak.bengkayangkab.go.id/61.07";

/// The verifier key of a key that belongs to `name`.
fn vkey(name: &str, kind: SignatureType, seed: u8) -> String {
    let key = jejak_signer::SigningKey::from_ed25519_seed([seed; 32]).unwrap();
    Vkey::new(name, kind, key.public_key()).unwrap().to_string()
}

fn of_log(seed: u8) -> String {
    vkey(ORIGIN, SignatureType::Ed25519, seed)
}

/// An id of its own for an act on this key.
fn id_of(act: &str, vkey: &str) -> String {
    let hash = Hash::of(vkey.as_bytes()).to_string();
    format!("{act}-{}", &hash[..16])
}

fn adding(vkey: &str) -> Value {
    let id = id_of("add", vkey);
    changed("ledger.key_added", &[("/id", json!(id)), ("/data/vkey", json!(vkey))])
}

fn retiring(vkey: &str) -> Value {
    let id = id_of("retire", vkey);
    changed("ledger.key_retired", &[("/id", json!(id)), ("/data/vkey", json!(vkey))])
}

/// What both authorities do; the position of the confirmation.
fn done(world: &mut World, act: &Value) -> u64 {
    world.given(act).confirmed(act);
    world.facts[LEDGER].position.0
}

/// A world whose ledger was opened with a key that is one.
fn world() -> (World, String) {
    let mut world = World::bengkayang();
    let first = of_log(1);
    let ledger = world.facts.get_mut(LEDGER).unwrap();
    ledger.fields.insert("keys".to_owned(), Field::List(vec![Field::from(first.as_str())]));
    (world, first)
}

fn keys(world: &World) -> KeyHistory {
    log_keys_of(&world.facts[LEDGER]).unwrap()
}

/// The keys, with their sizes.
fn told(world: &World) -> Vec<(String, u64, Option<u64>)> {
    let keys = keys(world);
    keys.all().iter().map(|key| (key.vkey.to_string(), key.from, key.until)).collect()
}

#[test]
fn a_key_counts_from_the_checkpoint_that_holds_its_confirmation_and_not_for_the_one_that_holds_its_retirement()
 {
    let (mut world, first) = world();
    assert_eq!(told(&world), [(first.clone(), 0, None)]);
    let second = of_log(2);
    let from = done(&mut world, &adding(&second)) + 1;
    assert_eq!(told(&world), [(first.clone(), 0, None), (second.clone(), from, None)]);
    let until = done(&mut world, &retiring(&first)) + 1;
    assert_eq!(told(&world), [(first.clone(), 0, Some(until)), (second.clone(), from, None)]);
    assert_eq!(world.field(LEDGER, "log_keys")[0]["reason"], "superseded");

    let keys = keys(&world);
    let at = |size| keys.in_force_at(size).map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(at(from - 1), [first.as_str()]);
    assert_eq!(at(from), [first.as_str(), second.as_str()]);
    assert_eq!(at(until - 1), [first.as_str(), second.as_str()]);
    assert_eq!(at(until), [second.as_str()]);
    assert_eq!(keys.newest().unwrap().to_string(), second);
}

#[test]
fn only_a_key_of_this_log_is_added_and_none_that_it_ever_had() {
    let (mut world, first) = world();
    let of_other = vkey("jejak.example.id/61.01", SignatureType::Ed25519, 2);
    let of_witness = vkey(ORIGIN, SignatureType::CosignatureV1, 2);
    let broken = of_log(2).replace('+', "-");
    for wrong in [of_other, of_witness, broken, "kunci".to_owned()] {
        refused(world.when(&adding(&wrong)), RuleRefused, "SYS.34.1", "/data/vkey");
    }
    refused(world.when(&adding(&first)), RuleRefused, "SYS.34.1", "/data/vkey");
    let second = of_log(2);
    done(&mut world, &adding(&second));
    done(&mut world, &retiring(&first));
    for known in [first, second] {
        let again =
            changed("ledger.key_added", &[("/id", json!("again")), ("/data/vkey", json!(known))]);
        refused(world.when(&again), RuleRefused, "SYS.34.1", "/data/vkey");
    }
}

#[test]
fn only_a_key_in_force_is_retired_and_one_is_left() {
    let (mut world, first) = world();
    refused(world.when(&retiring(&first)), RuleRefused, "SYS.34.2", "/data/vkey");
    let second = of_log(2);
    refused(world.when(&retiring(&second)), RuleRefused, "SYS.34.2", "/data/vkey");
    done(&mut world, &adding(&second));
    done(&mut world, &retiring(&first));
    let again =
        changed("ledger.key_retired", &[("/id", json!("again")), ("/data/vkey", json!(first))]);
    refused(world.when(&again), RuleRefused, "SYS.34.2", "/data/vkey");
    refused(world.when(&retiring(&second)), RuleRefused, "SYS.34.2", "/data/vkey");
}

/// What was possible when the first authority signed may not be when the other does.
#[test]
fn what_waited_is_judged_again_by_what_stands_when_the_other_authority_signs() {
    let (mut world, first) = world();
    let second = of_log(2);
    done(&mut world, &adding(&second));
    let (one, other) = (retiring(&first), retiring(&second));
    world.given(&one).given(&other).confirmed(&one);
    let signature = world.confirmation(&other);
    let late = world.signed_by(OTHER_AUTHORITY).when(&signature);
    refused(late, RuleRefused, "SYS.11.3", "/data/event");
    assert_eq!(keys(&world).newest().unwrap().to_string(), second);
}

#[test]
fn eight_keys_count_at_a_time_and_sixty_four_ever() {
    let (mut world, first) = world();
    let mut newest = first;
    for seed in 2..=8 {
        newest = of_log(seed);
        done(&mut world, &adding(&newest));
    }
    refused(world.when(&adding(&of_log(9))), RuleRefused, "SYS.34.1", "/data/vkey");
    for seed in 9..=64 {
        done(&mut world, &retiring(&newest));
        newest = of_log(seed);
        done(&mut world, &adding(&newest));
    }
    assert_eq!(keys(&world).all().len(), 64);
    done(&mut world, &retiring(&newest));
    refused(world.when(&adding(&of_log(65))), RuleRefused, "SYS.34.1", "/data/vkey");
}

#[test]
fn what_is_stored_of_the_keys_and_damaged_gives_none() {
    let (world, _) = world();
    let ledger = &world.facts[LEDGER];
    let of = |list: Value| {
        let mut ledger = ledger.clone();
        ledger.fields.insert("log_keys".to_owned(), Field::from_json(&list).unwrap());
        log_keys_of(&ledger)
    };
    let vkey = of_log(2);
    assert!(of(json!([{ "vkey": vkey, "from": 3, "until": 4 }])).is_some());
    for damaged in [
        json!([{ "vkey": "x", "from": 3 }]),
        json!([{ "vkey": vkey }]),
        json!([{ "vkey": vkey, "from": -1 }]),
        json!([{ "vkey": vkey, "from": 3, "until": "4" }]),
        json!([{ "from": 3 }]),
    ] {
        assert_eq!(of(damaged.clone()), None, "{damaged}");
    }
}
