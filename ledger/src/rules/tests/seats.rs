//! How the seat of an authority goes over to another person: by two founders, never by one key, and by registrars only where
//! time has left no authority.

use Code::{RoleMissing, RuleRefused};

use super::powers::{LEDGER, SYSTEM, world};
use super::signers::{MADE, SECOND_REGISTRAR, agency_of, certificate};
use super::*;

/// An official whom a registrar has enrolled.
const NEW: &str = "p-e2f87a6c3b10";
/// The second at which the certificates of these tests end.
const END_S: u64 = 1_830_297_600;

/// `by` gives the seat of `leaves` over to `takes`.
fn replacing(by: &str, leaves: &str, takes: &str) -> Value {
    changed(
        "ledger.authority_replaced",
        &[
            ("/id", json!(format!("replaces-{by}-{leaves}-{takes}"))),
            ("/source", json!(format!("agency/{}", agency_of(by)))),
            ("/data/replaces", json!(leaves)),
            ("/data/person", json!(takes)),
            ("/data/agency", json!(agency_of(takes))),
            ("/data/certificate", json!(certificate(takes))),
        ],
    )
}

fn authorities(world: &World) -> Vec<String> {
    let list = world.field(LEDGER, "authorities");
    let persons = list.as_array().unwrap().iter();
    persons.map(|entry| entry["person"].as_str().unwrap().to_owned()).collect()
}

/// A certificate that goes on when the others have ended.
const LATER: &str = "renewed";

impl World {
    /// He renews his certificate by one that ends a day later.
    fn renews_longer(&mut self, person: &'static str) {
        let mut later = enrolment(LATER);
        later.not_after = END_S.cast_signed() + 86_400;
        self.enrolments = vec![later];
        let renewal = changed(
            "signer.enrolled",
            &[
                ("/id", json!("renews")),
                ("/source", json!(format!("agency/{}", agency_of(person)))),
                ("/subject", json!(format!("signer/{person}"))),
                ("/data/person", json!(person)),
                ("/data/agency", json!(agency_of(person))),
                ("/data/renews", json!(certificate(person))),
            ],
        );
        self.signed_by(person).given(&renewal);
        self.enrolments.clear();
    }

    /// The certificates of all authorities have ended; a registrar has renewed his.
    fn two_registrars_left() -> Self {
        let mut world = world();
        world.renews_longer(SECOND_REGISTRAR);
        world.now = END_S * 1_000_000;
        world
    }
}

fn policy(by: &str) -> Value {
    changed("trust.policy_adopted", &[("/source", json!(format!("agency/{}", agency_of(by))))])
}

#[test]
fn a_seat_goes_over_once_another_founder_has_signed_and_no_sooner() {
    for (by, leaves) in [(AUTHORITY, OTHER_AUTHORITY), (OTHER_AUTHORITY, OTHER_AUTHORITY)] {
        for second in [AUTHORITY, OTHER_AUTHORITY, REGISTRAR, SECOND_REGISTRAR] {
            // A registrar has enrolled who takes it; what he enrolled he does not attest.
            if [by, REGISTRAR].contains(&second) {
                continue;
            }
            let mut world = world();
            world.signed_by(by).given(&replacing(by, leaves, NEW));
            assert_eq!(authorities(&world), [AUTHORITY, OTHER_AUTHORITY]);
            let waits = world.field(LEDGER, "pending")[0].clone();
            assert_eq!(waits["awaits"], json!(["OTHER_FOUNDER"]));
            // Who is asked to sign reads whose seat it is, and who takes it with which certificate.
            let shown = json!({
                "replaces": leaves, "person": NEW, "agency": "dinkes", "certificate": certificate(NEW),
            });
            assert_eq!(waits["data"], shown);
            let early = world.clone().signed_by(NEW).when(&policy(NEW));
            refused(early, RoleMissing, "SYS.31.1", "/source");
            world.signs(second, LEDGER, 0).unwrap();
            assert_eq!(authorities(&world), [AUTHORITY, NEW]);
            // He is an authority with the certificate that was named; who left is none.
            let gone = world.clone().signed_by(leaves).when(&policy(leaves));
            refused(gone, RoleMissing, "SYS.31.1", "/source");
            world.signed_by(NEW).given(&policy(NEW));
            world.signs(AUTHORITY, LEDGER, 0).unwrap();
            assert_eq!(world.field(LEDGER, "policy"), policy(NEW)["data"]["policy"]);
        }
    }
}

#[test]
fn no_single_key_gives_a_seat_over() {
    for by in [AUTHORITY, OTHER_AUTHORITY] {
        let mut world = world();
        world.signed_by(by).given(&replacing(by, OTHER_AUTHORITY, NEW));
        // Neither he again, nor who takes the seat, nor somebody who is no founder.
        for second in [by, NEW, SYSTEM] {
            let again = world.clone().signs(second, LEDGER, 0);
            refused(again, RoleMissing, "SYS.11.2", "/source");
        }
        // Nor with a certificate that he has enrolled for another founder: nobody has attested it.
        for founder in [REGISTRAR, SECOND_REGISTRAR] {
            let mut world = world.clone();
            world.enrols(by, founder, MADE, &[]).unwrap();
            let result = world.with_key(MADE).signs(founder, LEDGER, 0);
            assert_eq!(result.unwrap_err().rule.as_deref(), Some("SYS.11.2"));
        }
        assert_eq!(authorities(&world), [AUTHORITY, OTHER_AUTHORITY]);
        // Nor does he propose it in another's name by such a one.
        let other = if by == AUTHORITY { OTHER_AUTHORITY } else { AUTHORITY };
        world.enrols(by, other, MADE, &[]).unwrap();
        let act = replacing(other, by, NEW);
        let result = world.signed_by(other).with_key(MADE).when(&act);
        assert_eq!(result.unwrap_err().code, RoleMissing);
    }
}

/// A registrar enrolled a key of his own in somebody's name, and was the second who signed for it.
#[test]
fn who_enrolled_a_certificate_gives_it_no_power_by_the_second_signature() {
    let mut world = world();
    world.revokes(REGISTRAR, NEW, NEW).unwrap();
    world.enrols(SECOND_REGISTRAR, NEW, MADE, &[]).unwrap();
    let mut act = replacing(AUTHORITY, OTHER_AUTHORITY, NEW);
    act["data"]["certificate"] = json!(certificate(MADE));
    world.signed_by(AUTHORITY).given(&act);
    let result = world.clone().signs(SECOND_REGISTRAR, LEDGER, 0);
    refused(result, RuleRefused, "SYS.4.9", "/source");
    assert_eq!(authorities(&world), [AUTHORITY, OTHER_AUTHORITY]);
    // Another founder signs for it.
    for second in [REGISTRAR, OTHER_AUTHORITY] {
        let mut world = world.clone();
        world.signs(second, LEDGER, 0).unwrap();
        assert_eq!(authorities(&world), [AUTHORITY, NEW]);
    }
    // Nor where registrars do it alone.
    let mut alone = World::two_registrars_left();
    let mut act = replacing(SECOND_REGISTRAR, AUTHORITY, NEW);
    act["data"]["certificate"] = json!(certificate(MADE));
    alone.enrols(REGISTRAR, NEW, MADE, &[]).unwrap();
    alone.signed_by(SECOND_REGISTRAR).with_key(LATER).given(&act);
    refused(alone.signs(REGISTRAR, LEDGER, 0), RuleRefused, "SYS.4.9", "/source");
}

/// He proposed, gave his seat over, and who took it signed: one seat had signed twice.
#[test]
fn what_an_authority_proposed_does_not_outlive_his_seat() {
    let mut world = world();
    world.signed_by(OTHER_AUTHORITY).given(&policy(OTHER_AUTHORITY));
    let act = replacing(OTHER_AUTHORITY, OTHER_AUTHORITY, NEW);
    world.signed_by(OTHER_AUTHORITY).given(&act);
    world.signs(SECOND_REGISTRAR, LEDGER, 1).unwrap();
    assert_eq!(authorities(&world), [AUTHORITY, NEW]);
    for second in [NEW, AUTHORITY] {
        let result = world.clone().signs(second, LEDGER, 0);
        let why = refused(result, RuleRefused, "SYS.11.4", "/data/event");
        assert!(matches!(why, Why::ActorNotEntitled { .. }), "{second}");
    }
    assert_eq!(world.field(LEDGER, "policy"), Value::Null);
}

/// Nor does it outlive the certificate that signed it.
#[test]
fn what_was_proposed_with_a_certificate_that_has_ended_waits_no_more() {
    let mut world = world();
    world.renews_longer(OTHER_AUTHORITY);
    world.now = (END_S - 1) * 1_000_000;
    world.signed_by(AUTHORITY).given(&policy(AUTHORITY));
    world.now = END_S * 1_000_000;
    let result = world.with_key(LATER).signs(OTHER_AUTHORITY, LEDGER, 0);
    let why = refused(result, RuleRefused, "SYS.11.4", "/data/event");
    assert_eq!(why, Why::CertificateNotActive { certificate: certificate(AUTHORITY) });
}

#[test]
fn registrars_propose_nothing_while_an_authority_is_only_suspended() {
    let propose = |world: &World| {
        let act = replacing(REGISTRAR, AUTHORITY, NEW);
        let result = world.clone().signed_by(REGISTRAR).when(&act);
        refused(result, RuleRefused, "SYS.35.2", "/source");
    };
    let mut world = world();
    propose(&world);
    world.on_signer("signer.suspended", OTHER_AUTHORITY, AUTHORITY, &[]).unwrap();
    propose(&world);
    world.on_signer("signer.suspended", REGISTRAR, OTHER_AUTHORITY, &[]).unwrap();
    world.signs(SECOND_REGISTRAR, &format!("signer/{OTHER_AUTHORITY}"), 0).unwrap();
    let suspended = |person: &str| world.state(&format!("signer/{person}")) == "suspended";
    assert!([AUTHORITY, OTHER_AUTHORITY].into_iter().all(suspended));
    propose(&world);
    // An official never does.
    let result = world.signed_by(NEW).when(&replacing(NEW, AUTHORITY, NEW));
    refused(result, RoleMissing, "SYS.35.1", "/source");
}

#[test]
fn two_registrars_give_a_seat_over_from_the_second_on_in_which_the_last_authority_has_ended() {
    let act = replacing(REGISTRAR, AUTHORITY, NEW);
    let mut world = world();
    let mut renewed = world.clone();
    world.renews_longer(REGISTRAR);
    world.now = (END_S - 1) * 1_000_000;
    let result = world.clone().signed_by(REGISTRAR).when(&act);
    refused(result, RuleRefused, "SYS.35.2", "/source");
    world.now = END_S * 1_000_000;
    world.signed_by(REGISTRAR).with_key(LATER).given(&act);
    // One of them alone gives nothing over.
    refused(world.clone().signs(REGISTRAR, LEDGER, 0), RoleMissing, "SYS.11.2", "/source");
    world.signs(SECOND_REGISTRAR, LEDGER, 0).unwrap();
    assert_eq!(authorities(&world), [OTHER_AUTHORITY, NEW]);

    // Where one authority goes on, he proposes it.
    renewed.renews_longer(OTHER_AUTHORITY);
    renewed.now = END_S * 1_000_000;
    let result = renewed.clone().signed_by(REGISTRAR).when(&act);
    refused(result, RuleRefused, "SYS.35.2", "/source");
    let his = replacing(OTHER_AUTHORITY, AUTHORITY, NEW);
    renewed.signed_by(OTHER_AUTHORITY).with_key(LATER).given(&his);
    renewed.signs(SECOND_REGISTRAR, LEDGER, 0).unwrap();
    assert_eq!(authorities(&renewed), [OTHER_AUTHORITY, NEW]);
}

#[test]
fn a_seat_is_an_authoritys_and_who_takes_it_signs_already_and_stands_on_no_list() {
    let mut world = world();
    let when = |world: &World, act: &Value, pointer: &str| {
        refused(world.clone().signed_by(AUTHORITY).when(act), RuleRefused, "SYS.35.1", pointer)
    };
    for leaves in [REGISTRAR, NEW, "p-111111111111"] {
        let why = when(&world, &replacing(AUTHORITY, leaves, NEW), "/data/replaces");
        assert_eq!(why, Why::EnrolmentMismatch);
    }
    for takes in [AUTHORITY, OTHER_AUTHORITY, REGISTRAR, SECOND_REGISTRAR] {
        let act = replacing(AUTHORITY, OTHER_AUTHORITY, takes);
        assert!(matches!(when(&world, &act, "/data/person"), Why::NotUnique { .. }), "{takes}");
    }
    // A system, a certificate that is not his, one that is suspended.
    let system = replacing(AUTHORITY, OTHER_AUTHORITY, SYSTEM);
    assert_eq!(when(&world, &system, "/data/person"), Why::EnrolmentMismatch);
    let mut other = replacing(AUTHORITY, OTHER_AUTHORITY, NEW);
    other["data"]["certificate"] = json!(certificate(REGISTRAR));
    let inactive = |of: &str| Why::CertificateNotActive { certificate: certificate(of) };
    assert_eq!(when(&world, &other, "/data/certificate"), inactive(REGISTRAR));
    let act = replacing(AUTHORITY, OTHER_AUTHORITY, NEW);
    let mut waits = world.clone();
    waits.signed_by(AUTHORITY).given(&act);
    world.on_signer("signer.suspended", REGISTRAR, NEW, &[]).unwrap();
    assert_eq!(when(&world, &act, "/data/certificate"), inactive(NEW));
    // It is judged again with the last signature.
    waits.on_signer("signer.suspended", REGISTRAR, NEW, &[]).unwrap();
    let result = waits.signs(SECOND_REGISTRAR, LEDGER, 0);
    assert_eq!(result.unwrap_err().rule.as_deref(), Some("SYS.11.3"));
    assert_eq!(authorities(&waits), [AUTHORITY, OTHER_AUTHORITY]);
}
