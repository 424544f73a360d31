//! What one stolen key cannot do to those who hold the ledger, and how the others stop it.

use Code::{RoleMissing, RuleRefused, TransitionForbidden};

use super::powers::{LEDGER, world};
use super::signers::{SECOND_REGISTRAR, agency_of, certificate};
use super::*;

const FOUNDERS: [&str; 4] = [AUTHORITY, OTHER_AUTHORITY, REGISTRAR, SECOND_REGISTRAR];
const MADE: &str = "made by one";

fn stream(person: &str) -> String {
    format!("signer/{person}")
}

fn waiting(world: &World, person: &str) -> usize {
    world.field(&stream(person), "pending").as_array().map_or(0, Vec::len)
}

impl World {
    fn suspends(&mut self, by: &'static str, person: &str) -> Result<(), Refusal> {
        self.on_signer("signer.suspended", by, person, &[])
    }

    fn reinstates(&mut self, by: &'static str, person: &str) -> Result<(), Refusal> {
        self.on_signer("signer.reinstated", by, person, &[])
    }

    fn certificates(&self, person: &str) -> Vec<Value> {
        let list = self.field(&stream(person), "certificates");
        list.as_array().cloned().unwrap_or_default()
    }

    fn is_active(&self, person: &str, key: &str) -> bool {
        let is_it = |entry: &Value| entry["certificate"] == json!(certificate(key));
        self.certificates(person).iter().any(|entry| is_it(entry) && entry["state"] == "active")
    }

    /// The authorities adopt a policy, each with the key that is his.
    fn adopts(&mut self, [first, second]: [(&'static str, &'static str); 2]) {
        let act = changed(
            "trust.policy_adopted",
            &[
                ("/id", json!(format!("adopts-{}", self.position))),
                ("/source", json!(format!("agency/{}", agency_of(first.0)))),
                ("/data/policy", json!(Hash::of(&self.position.0.to_be_bytes()).to_string())),
            ],
        );
        self.signed_by(first.0).with_key(first.1).given(&act);
        let waiting = self.field(LEDGER, "pending").as_array().unwrap().len();
        self.with_key(second.1).signs(second.0, LEDGER, waiting - 1).unwrap();
        assert_eq!(self.field(LEDGER, "policy"), act["data"]["policy"]);
    }
}

/// Any authority revoked any founder, himself too: in the end there was no authority, for ever.
#[test]
fn nobody_alone_takes_the_last_certificate_of_a_founder() {
    for (by, whom) in [
        (AUTHORITY, OTHER_AUTHORITY),
        (AUTHORITY, REGISTRAR),
        (AUTHORITY, AUTHORITY),
        (REGISTRAR, REGISTRAR),
    ] {
        let mut world = world();
        world.revokes_alone(by, whom, whom, "other").unwrap();
        assert_eq!((waiting(&world, whom), world.state(&stream(whom))), (1, "active"));
        assert!(world.is_active(whom, whom));
        // Not by the same key once more.
        let again = world.clone().signs(by, &stream(whom), 0);
        refused(again, RoleMissing, "SYS.11.2", "/source");
        world.signs(SECOND_REGISTRAR, &stream(whom), 0).unwrap();
        assert_eq!((waiting(&world, whom), world.state(&stream(whom))), (0, "revoked"));
    }
    // Of several that count one may go; of those that nobody has attested, all.
    let mut world = world();
    world.renews(OTHER_AUTHORITY, OTHER_AUTHORITY, "renewed").unwrap();
    world.enrols(AUTHORITY, OTHER_AUTHORITY, MADE, &[]).unwrap();
    world.revokes_alone(AUTHORITY, OTHER_AUTHORITY, OTHER_AUTHORITY, "superseded").unwrap();
    world.revokes_alone(AUTHORITY, OTHER_AUTHORITY, "renewed", "superseded").unwrap();
    assert!(world.is_active(OTHER_AUTHORITY, "renewed"));
    world.revokes_alone(AUTHORITY, OTHER_AUTHORITY, MADE, "other").unwrap();
    assert!(!world.is_active(OTHER_AUTHORITY, MADE));
}

/// Whoever enrolled a key for another signed as that other and revoked him.
#[test]
fn a_key_made_for_a_founder_does_not_revoke_him_in_his_name() {
    for whom in [OTHER_AUTHORITY, REGISTRAR] {
        let mut world = world();
        world.enrols(AUTHORITY, whom, MADE, &[]).unwrap();
        let result = world.with_key(MADE).revokes_alone(whom, whom, whom, "other");
        refused(result, RuleRefused, "SYS.5.3", "/source");
    }
}

#[test]
fn one_key_suspends_no_more_than_the_others_can_undo() {
    // The other authority and one registrar, or two registrars and not him.
    for order in [
        vec![(OTHER_AUTHORITY, true), (REGISTRAR, false), (SECOND_REGISTRAR, false)],
        vec![(REGISTRAR, true), (OTHER_AUTHORITY, false), (SECOND_REGISTRAR, true)],
        vec![(REGISTRAR, true), (SECOND_REGISTRAR, true), (OTHER_AUTHORITY, false)],
    ] {
        let mut world = world();
        for (whom, at_once) in order {
            world.suspends(AUTHORITY, whom).unwrap();
            let state = if at_once { "suspended" } else { "active" };
            assert_eq!(
                (waiting(&world, whom), world.state(&stream(whom))),
                (usize::from(!at_once), state)
            );
        }
    }
}

#[test]
fn two_registrars_stop_an_authority_where_the_other_is_out() {
    let mut world = world();
    refused(world.suspends(REGISTRAR, AUTHORITY), RuleRefused, "SYS.21.1", "/source");
    world.suspends(AUTHORITY, OTHER_AUTHORITY).unwrap();
    refused(world.suspends(REGISTRAR, SECOND_REGISTRAR), RuleRefused, "SYS.21.1", "/source");
    world.suspends(REGISTRAR, AUTHORITY).unwrap();
    assert_eq!(world.state(&stream(AUTHORITY)), "active");
    // He does not take back what waits against himself, nor does he take out who is asked to sign.
    let waits = world.field(&stream(AUTHORITY), "pending")[0].clone();
    let of = json!({
        "agency": waits["agency"], "id": waits["id"],
        "key": event_key(waits["id"].as_str().unwrap()).to_string(),
    });
    let back = changed(
        "event.voided",
        &[
            ("/source", json!("agency/setda")),
            ("/subject", json!(stream(AUTHORITY))),
            ("/data/event", of),
        ],
    );
    refused(world.signed_by(AUTHORITY).when(&back), RoleMissing, "SYS.9.2", "/source");
    world.suspends(AUTHORITY, SECOND_REGISTRAR).unwrap();
    assert_eq!(world.state(&stream(SECOND_REGISTRAR)), "active");
    world.signs(SECOND_REGISTRAR, &stream(AUTHORITY), 0).unwrap();
    assert_eq!(world.state(&stream(AUTHORITY)), "suspended");

    world.reinstates(REGISTRAR, OTHER_AUTHORITY).unwrap();
    assert_eq!(world.state(&stream(OTHER_AUTHORITY)), "suspended");
    world.signs(SECOND_REGISTRAR, &stream(OTHER_AUTHORITY), 0).unwrap();
    assert!(world.is_active(OTHER_AUTHORITY, OTHER_AUTHORITY));
    // An authority is back: registrars stop none any more.
    world.enrols(OTHER_AUTHORITY, AUTHORITY, "new", &[]).unwrap();
    assert_eq!(world.state(&stream(AUTHORITY)), "suspended");
    world.attests(REGISTRAR, REGISTRAR, AUTHORITY, "new").unwrap();
    assert_eq!(world.state(&stream(AUTHORITY)), "active");
    world.adopts([(AUTHORITY, "new"), (OTHER_AUTHORITY, OTHER_AUTHORITY)]);
    refused(world.suspends(REGISTRAR, AUTHORITY), RuleRefused, "SYS.21.1", "/source");
}

/// A new certificate made him active and the old ones stayed suspended; a second suspension forgot the first.
#[test]
fn a_certificate_made_for_a_suspended_founder_does_not_keep_him_out() {
    let mut world = world();
    world.suspends(AUTHORITY, OTHER_AUTHORITY).unwrap();
    world.enrols(AUTHORITY, OTHER_AUTHORITY, MADE, &[]).unwrap();
    world.enrols(AUTHORITY, OTHER_AUTHORITY, "made too", &[]).unwrap();
    world.revokes_alone(AUTHORITY, OTHER_AUTHORITY, MADE, "other").unwrap();
    refused(
        world.suspends(AUTHORITY, OTHER_AUTHORITY),
        TransitionForbidden,
        "SYS.21.1",
        "/subject",
    );
    world.reinstates(REGISTRAR, OTHER_AUTHORITY).unwrap();
    world.signs(SECOND_REGISTRAR, &stream(OTHER_AUTHORITY), 0).unwrap();
    assert!(world.is_active(OTHER_AUTHORITY, OTHER_AUTHORITY));
    world.adopts([(OTHER_AUTHORITY, OTHER_AUTHORITY), (AUTHORITY, AUTHORITY)]);
}

/// A sequence of numbers that is the same every time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.throw(of.len())]
    }
}

/// Who holds the key `thief` signs whatever the rules take, with it and with the keys that it made.
fn plunder(world: &mut World, thief: &'static str, dice: &mut Dice) {
    let mut keys = vec![(thief, thief)];
    for step in 0..40 {
        let (by, key) = dice.one(&keys);
        if !world.is_active(by, key) {
            continue;
        }
        let whom = dice.one(&FOUNDERS);
        let streams = [LEDGER.to_owned(), stream(whom), stream(thief)];
        let at = &streams[dice.throw(3)];
        let pending = world.field(at, "pending").as_array().cloned().unwrap_or_default();
        let of: Vec<_> = world.certificates(whom);
        let named = of[dice.throw(of.len())]["certificate"].clone();
        let made: &'static str = Box::leak(format!("made-{step}").into_boxed_str());
        world.with_key(key);
        let _ = match dice.throw(9) {
            0 | 1 => world.suspends(by, whom),
            2 => world.reinstates(by, whom),
            3 | 4 => {
                let reason = dice.one(&["other", "key-compromise"]);
                let named = [("/data/certificate", named), ("/data/reason", json!(reason))];
                world.on_signer("signer.revoked", by, whom, &named)
            }
            5 => {
                let renews = [("/data/renews", named)];
                let renews = if dice.throw(2) == 0 { &renews[..] } else { &[] };
                let done = world.enrols(by, whom, made, renews);
                keys.extend(done.is_ok().then_some((whom, made)));
                done
            }
            6 => {
                let done = world.renews(by, key, made);
                keys.extend(done.is_ok().then_some((by, made)));
                done
            }
            7 if !pending.is_empty() => {
                let at_entry = dice.throw(pending.len());
                world.signs(by, at, at_entry)
            }
            8 => {
                let id = ("/id", json!(format!("proposes-{step}")));
                let source = ("/source", json!(format!("agency/{}", agency_of(by))));
                world.signed_by(by).when(&changed("trust.policy_adopted", &[id, source]))
            }
            _ => {
                let attested = [("/data/certificate", named)];
                world.on_signer("signer.attested", by, whom, &attested)
            }
        };
        (world.signer, world.key) = (None, None);
    }
}

/// The others, each with his own key and in the order of docs/operations.md, take the ledger back.
fn recover(world: &mut World, thief: &'static str) {
    let registrars = [REGISTRAR, SECOND_REGISTRAR];
    let is_authority = [AUTHORITY, OTHER_AUTHORITY].contains(&thief);
    let other = if thief == AUTHORITY { OTHER_AUTHORITY } else { AUTHORITY };
    let newest = |world: &World, person: &str| waiting(world, person) - 1;
    if is_authority && !world.is_active(other, other) {
        world.suspends(REGISTRAR, thief).unwrap();
        let at = newest(world, thief);
        world.signs(SECOND_REGISTRAR, &stream(thief), at).unwrap();
        world.reinstates(REGISTRAR, other).unwrap();
        let at = newest(world, other);
        world.signs(SECOND_REGISTRAR, &stream(other), at).unwrap();
    }
    for registrar in registrars {
        if registrar != thief && !world.is_active(registrar, registrar) {
            world.reinstates(other, registrar).unwrap();
        }
    }
    if world.state(&stream(thief)) == "active" {
        world.suspends(other, thief).unwrap();
    }
    assert_eq!(world.state(&stream(thief)), "suspended");
    for person in FOUNDERS.into_iter().filter(|person| *person != thief) {
        assert!(world.is_active(person, person), "{person} is back with his own key");
    }
    if !is_authority {
        return world.adopts([(AUTHORITY, AUTHORITY), (OTHER_AUTHORITY, OTHER_AUTHORITY)]);
    }
    // Room for a new certificate, and nothing left to those that were made.
    for entry in world.certificates(thief) {
        let own = entry["certificate"] == json!(certificate(thief));
        if entry["state"] != "revoked" && !own {
            let named = [("/data/certificate", entry["certificate"].clone())];
            world.on_signer("signer.revoked", other, thief, &named).unwrap();
        }
    }
    world.enrols(other, thief, "again his", &[]).unwrap();
    world.attests(REGISTRAR, REGISTRAR, thief, "again his").unwrap();
    world.adopts([(other, other), (thief, "again his")]);
    world.adopts([(thief, "again his"), (other, other)]);
}

/// After whatever one key does the others bring the ledger back to two authorities, and no power is gained meanwhile.
#[test]
fn whatever_one_stolen_key_does_the_other_founders_take_the_ledger_back() {
    let lists = |world: &World| {
        ["authorities", "registrars", "services", "policy", "ruleset"]
            .map(|list| world.field(LEDGER, list))
    };
    for (seed, thief) in (0..80).zip(FOUNDERS.into_iter().cycle()) {
        let mut world = world();
        let before = lists(&world);
        plunder(&mut world, thief, &mut Dice(seed));
        assert_eq!(lists(&world), before, "seed {seed}");
        for person in FOUNDERS.into_iter().filter(|person| *person != thief) {
            let made = |entry: &&Value| entry["certificate"] != json!(certificate(person));
            for entry in world.certificates(person).iter().filter(made) {
                assert!(
                    entry["enrolled_by"].is_string() && entry["attested_at"].is_null(),
                    "seed {seed}"
                );
            }
        }
        recover(&mut world, thief);
    }
}
