//! What is done when a key is lost or stolen, as docs/operations.md says it: nobody helps himself, and everything that was
//! signed before stays.

use jejak_signer::{Algorithm, Window};
use serde_json::{Value, json};

use crate::acts::{grant, request};
use crate::harness::{DAY_S, ORIGIN, Person, START_S, World};
use crate::process::{Process, jejak};

/// `by` enrols a certificate.
pub(crate) fn enrolment(world: &World, by: &Person, person: &Person) -> Value {
    let data = json!({
        "person": person.id,
        "agency": person.agency,
        "algorithm": person.algorithm(),
        "class": "langsung",
        "chain": person.chain_json(),
        "possession": person.possession(ORIGIN),
    });
    world.event(by, "signer.enrolled", &format!("signer/{}", person.id), data)
}

fn suspension(world: &World, by: &Person, person: &Person) -> Value {
    let data = json!({ "reason": "key-in-doubt" });
    world.event(by, "signer.suspended", &format!("signer/{}", person.id), data)
}

pub(crate) fn revocation(world: &World, by: &Person, person: &Person) -> Value {
    let data = json!({
        "certificate": person.thumbprint().to_string(),
        "reason": "key-compromise",
    });
    world.event(by, "signer.revoked", &format!("signer/{}", person.id), data)
}

/// A founder's last certificate is revoked by two.
fn revoked_by_two(world: &World, [first, second]: [&Person; 2], person: &Person) {
    let act = revocation(world, first, person);
    world.accept(first, &act);
    world.accept(second, &world.countersignature(first, &act, second));
}

/// `by`, a founder, vouches for a certificate.
pub(crate) fn attestation(world: &World, by: &Person, person: &Person) -> Value {
    let data = json!({ "certificate": person.thumbprint().to_string() });
    world.event(by, "signer.attested", &format!("signer/{}", person.id), data)
}

/// A new key and certificate for the same person.
pub(crate) fn renewed(world: &World, person: &Person) -> Person {
    world.authority.person(&person.id, &person.agency)
}

/// Somebody whose certificate outlives those of the world.
pub(crate) fn outliving(world: &World, id: &str, agency: &str) -> Person {
    let start = START_S.cast_signed();
    let window = Window {
        not_before: start - DAY_S.cast_signed(),
        not_after: start + 800 * DAY_S.cast_signed(),
    };
    world.authority.person_with(id, agency, Algorithm::Ed25519, window)
}

/// Both registrars renew their certificates, which then outlive those of the authorities.
pub(crate) fn renewed_registrars(world: &World) -> [Person; 2] {
    [&world.registrar, &world.second].map(|registrar| {
        let fresh = outliving(world, &registrar.id, &registrar.agency);
        let mut renewal = enrolment(world, registrar, &fresh);
        renewal["data"]["renews"] = json!(registrar.thumbprint().to_string());
        world.accept(registrar, &renewal);
        fresh
    })
}

/// `by` proposes to give the seat of an authority to a successor.
pub(crate) fn replacement(
    world: &World,
    by: &Person,
    leaves: &Person,
    successor: &Person,
) -> Value {
    let data = json!({
        "replaces": leaves.id, "person": successor.id, "agency": successor.agency,
        "certificate": successor.thumbprint().to_string(), "reason": "sertifikat berakhir",
    });
    world.event(by, "ledger.authority_replaced", "ledger/61.07", data)
}

/// A new official whom a registrar may enrol.
fn newcomer(world: &World, id: &str) -> Person {
    world.authority.person(id, "dinkes")
}

#[test]
fn an_authority_takes_a_registrars_lost_key_out_and_gives_him_a_new_one() {
    let world = World::new();
    let lost = &world.registrar;
    let fresh = renewed(&world, lost);

    // At once: nothing signed with the lost key counts any more.
    world.accept(&world.sekda, &suspension(&world, &world.sekda, lost));
    let official = newcomer(&world, "p-baru0001");
    let (code, _) = world.refuse(lost, &enrolment(&world, lost, &official));
    assert_eq!(code, "signer-suspended");

    // Then: the certificate is revoked, and the same person comes back under a new key, which only an authority may do.
    // He is a founder, and it was his last one: another founder signs, too.
    revoked_by_two(&world, [&world.sekda, &world.bupati], lost);
    let (code, _) = world.refuse(&world.kominfo, &enrolment(&world, &world.kominfo, &fresh));
    assert_eq!(code, "role-missing");
    world.accept(&world.sekda, &enrolment(&world, &world.sekda, &fresh));
    // On the word of one alone he enrols nobody.
    let (code, _) = world.refuse(&fresh, &enrolment(&world, &fresh, &official));
    assert_eq!(code, "role-missing");
    let own = attestation(&world, &world.sekda, &fresh);
    let (code, rule) = world.refuse(&world.sekda, &own);
    assert_eq!((code.as_str(), rule.as_deref()), ("rule-refused", Some("SYS.4.9")));
    world.accept(&world.bupati, &attestation(&world, &world.bupati, &fresh));
    world.accept(&fresh, &enrolment(&world, &fresh, &official));
    world.accept(&official, &request(&world, &official, "baru"));

    // What the lost key enrolled before stands, and the key itself never comes back.
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    world.accept(&world.kominfo, &grant(&world, "dinkes", "dinkes"));
    let (code, rule) = world.refuse(&world.sekda, &enrolment(&world, &world.sekda, lost));
    assert_eq!((code.as_str(), rule.is_some()), ("rule-refused", true));
}

#[test]
fn the_other_authority_takes_an_authoritys_lost_key_out_and_no_registrar_can() {
    let world = World::new();
    let lost = &world.bupati;
    let fresh = renewed(&world, lost);
    for event in
        [suspension(&world, &world.registrar, lost), revocation(&world, &world.registrar, lost)]
    {
        let (code, _) = world.refuse(&world.registrar, &event);
        assert_eq!(code, "rule-refused", "{event}");
    }
    world.accept(&world.sekda, &suspension(&world, &world.sekda, lost));
    revoked_by_two(&world, [&world.sekda, &world.registrar], lost);
    let (code, _) = world.refuse(&world.registrar, &enrolment(&world, &world.registrar, &fresh));
    assert_eq!(code, "rule-refused");
    world.accept(&world.sekda, &enrolment(&world, &world.sekda, &fresh));

    // With a registrar's word he is an authority again: he takes a registrar's key out.
    let (code, _) = world.refuse(&fresh, &suspension(&world, &fresh, &world.registrar));
    assert_eq!(code, "role-missing");
    world.accept(&world.registrar, &attestation(&world, &world.registrar, &fresh));
    world.accept(&fresh, &suspension(&world, &fresh, &world.registrar));
}

/// A stolen key of an authority first suspends the other one: two registrars together stop it and bring him back.
#[test]
fn two_registrars_take_the_ledger_back_from_an_authority_who_shut_out_the_other() {
    let world = World::new();
    let (thief, other) = (&world.bupati, &world.sekda);
    let [one, two] = [&world.registrar, &world.second];
    world.accept(thief, &suspension(&world, thief, other));
    assert_eq!(world.refuse(other, &suspension(&world, other, thief)).0, "signer-suspended");

    let stop = suspension(&world, one, thief);
    world.accept(one, &stop);
    world.accept(two, &world.countersignature(one, &stop, two));
    let (code, _) = world.refuse(thief, &suspension(&world, thief, one));
    assert_eq!(code, "signer-suspended");
    let back = world.event(one, "signer.reinstated", &format!("signer/{}", other.id), json!({}));
    world.accept(one, &back);
    world.accept(two, &world.countersignature(one, &back, two));

    let fresh = renewed(&world, thief);
    world.accept(other, &enrolment(&world, other, &fresh));
    world.accept(one, &attestation(&world, one, &fresh));
    world.accept(other, &revocation(&world, other, thief));
    world.audit();
}

/// The opening names only who held the seats first: who holds them now is told by the ledger's own stream.
#[test]
fn who_holds_the_seats_now_is_told_beside_who_held_them_at_the_opening() {
    let mut world = World::at(START_S);
    let successor = newcomer(&world, "p-penerus01");
    world.accept(&world.registrar, &enrolment(&world, &world.registrar, &successor));
    let renewal = renewed(&world, &world.sekda);
    world.accept(&world.bupati, &enrolment(&world, &world.bupati, &renewal));
    let data = json!({
        "replaces": world.bupati.id, "person": successor.id, "agency": successor.agency,
        "certificate": successor.thumbprint().to_string(), "reason": "mutasi",
    });
    world.accept_of_both("ledger.authority_replaced", data);
    world.close();
    let seat = |role: &str, person: &Person| {
        json!({
            "role": role, "agency": person.agency, "person": person.id, "state": "active",
            "certificates": [person.thumbprint().to_string()],
        })
    };
    let path = world.path();
    let dir = ["--dir", path.to_str().unwrap()];
    let shown = |place: [&str; 2]| -> Value {
        let output = jejak(["ledger", "show", "61.07", "-o", "json"].into_iter().chain(place));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let of_directory = shown(dir);
    let seats = of_directory["seats"].as_array().unwrap();
    // The certificate that nobody has attested is none of his.
    let authorities: Vec<&Value> =
        seats.iter().filter(|seat| seat["role"] == "authority").collect();
    assert_eq!(authorities, [&seat("authority", &world.sekda), &seat("authority", &successor)]);
    assert!(seats.contains(&seat("registrar", &world.registrar)), "{seats:?}");
    let opening = of_directory["founders_at_opening"].as_array().unwrap();
    assert!(opening.iter().any(|one| one["person"] == world.bupati.id), "{opening:?}");
    assert!(opening.iter().all(|one| one["person"] != successor.id), "{opening:?}");

    let output = jejak(["doctor", "-o", "json"].into_iter().chain(dir));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = |check: &str| {
        let mut checks = told["checks"].as_array().unwrap().iter();
        let found = checks.find(|one| one["check"] == check).unwrap()["found"].clone();
        found.as_str().unwrap().to_owned()
    };
    let now = found("seats 61.07");
    assert!(now.starts_with("sekarang (now): authority "), "{now}");
    assert!(now.contains(&successor.id) && !now.contains(&world.bupati.id), "{now}");
    let then = found("founders 61.07");
    assert!(then.starts_with("saat pembukaan (at the opening): authority "), "{then}");
    assert!(then.contains(&world.bupati.thumbprint().to_string()), "{then}");

    let server = Process::start(&world);
    let of_server = shown(["--url", server.base.as_str()]);
    assert_eq!(of_server["seats"], of_directory["seats"]);
}

/// The certificates of both authorities end on one day, and nobody renewed them: two registrars who did give a seat over, and
/// whoever takes it brings the other authority back.
#[test]
fn two_registrars_give_a_seat_over_after_the_certificates_of_both_authorities_have_ended() {
    let world = World::new();
    let [one, two] = renewed_registrars(&world);
    let successor = outliving(&world, "p-penerus01", "dinkes");
    world.accept(&one, &enrolment(&world, &one, &successor));
    let replacing = |by: &Person| replacement(&world, by, &world.bupati, &successor);
    let refusal = world.refuse(&one, &replacing(&one));
    assert_eq!(refusal, ("rule-refused".to_owned(), Some("SYS.35.2".to_owned())));

    world.clock.forward_s(366 * DAY_S);
    let (code, _) = world.refuse(&world.sekda, &replacing(&world.sekda));
    assert_eq!(code, "certificate-not-valid");
    let act = replacing(&one);
    world.accept(&one, &act);
    let (code, _) = world.refuse(&one, &world.countersignature(&one, &act, &one));
    assert_eq!(code, "role-missing");
    world.accept(&two, &world.countersignature(&one, &act, &two));

    // There is an authority again: he brings the other one back, and both act together.
    let fresh = outliving(&world, &world.sekda.id, &world.sekda.agency);
    let (code, _) = world.refuse(&one, &enrolment(&world, &one, &fresh));
    assert_eq!(code, "rule-refused");
    world.accept(&successor, &enrolment(&world, &successor, &fresh));
    world.accept(&two, &attestation(&world, &two, &fresh));
    let third = outliving(&world, "p-ketiga0001", "dinkes");
    world.accept(&one, &enrolment(&world, &one, &third));
    let appointing = |person: &Person| {
        let data = json!({
            "person": person.id, "agency": "dinkes",
            "certificate": person.thumbprint().to_string(),
        });
        world.event(&fresh, "ledger.registrar_appointed", "ledger/61.07", data)
    };
    // Whose certificate has ended gets no power with it.
    let (code, _) = world.refuse(&fresh, &appointing(&world.dinkes));
    assert_eq!(code, "certificate-not-valid");
    let act = appointing(&third);
    world.accept(&fresh, &act);
    world.accept(&successor, &world.countersignature(&fresh, &act, &successor));
    // The registrars have done their part: they propose no further seat.
    let (code, rule) = world.refuse(&one, &replacing(&one));
    assert_eq!((code.as_str(), rule.as_deref()), ("rule-refused", Some("SYS.35.2")));
    world.audit();
}
