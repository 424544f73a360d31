//! What no single key can do: change what is trusted, the rules, or who may enrol others.

use Code::{RoleMissing, RuleRefused};

use super::*;

pub(super) const LEDGER: &str = "ledger/61.07";
const PERSON: &str = "p-e2f87a6c3b10";
pub(super) const SYSTEM: &str = "p-00000000d15b";

/// Every act that needs both authorities, on a world in which it is possible, with what it would change.
pub(super) const BOTH: [(&str, &str); 8] = [
    ("ruleset.adopted", "ruleset"),
    ("trust.policy_adopted", "policy"),
    ("ledger.registrar_appointed", "registrars"),
    ("ledger.registrar_removed", "registrars"),
    ("ledger.service_appointed", "services"),
    ("ledger.service_removed", "services"),
    ("ledger.key_added", "log_keys"),
    ("ledger.key_retired", "log_keys"),
];

fn enrol(world: &mut World, changes: &[(&str, Value)], person: &'static str) {
    world.enrolments = vec![enrolment(person)];
    world.given(&changed("signer.enrolled", changes));
    world.enrolments.clear();
}

pub(super) fn world() -> World {
    let mut world = World::bengkayang();
    enrol(&mut world, &[], PERSON);
    let of_system = [
        ("/id", json!("of-system")),
        ("/subject", json!(format!("signer/{SYSTEM}"))),
        ("/data/person", json!(SYSTEM)),
        ("/data/agency", json!("dishub")),
        ("/data/class", json!("sistem")),
    ];
    enrol(&mut world, &of_system, SYSTEM);
    world
}

pub(super) fn ready_for(kind: &str) -> World {
    let mut world = world();
    make_ready(&mut world, kind);
    world
}

/// What must stand before the act is possible.
pub(super) fn make_ready(world: &mut World, kind: &str) {
    let before = match kind {
        "ledger.service_removed" => Some("ledger.service_appointed"),
        "ledger.registrar_removed" => Some("ledger.registrar_appointed"),
        "ledger.key_retired" => Some("ledger.key_added"),
        _ => None,
    };
    if let Some(appointed) = before.map(example) {
        world.given(&appointed).confirmed(&appointed);
    }
}

#[test]
fn nothing_changes_before_the_other_authority_has_signed() {
    for (kind, field) in BOTH {
        let mut world = ready_for(kind);
        let before = world.field(LEDGER, field);
        let act = example(kind);
        world.given(&act);
        assert_eq!(world.field(LEDGER, field), before, "{kind}");
        let waits = world.field(LEDGER, "pending")[0].clone();
        assert_eq!((&waits["type"], &waits["awaits"]), (&json!(kind), &json!(["OTHER_AUTHORITY"])));
        world.confirmed(&act);
        assert_ne!(world.field(LEDGER, field), before, "{kind}");
        assert_eq!(world.field(LEDGER, "pending"), Value::Null, "{kind}");
    }
}

#[test]
fn no_key_signs_twice_and_nobody_signs_in_the_place_of_the_other() {
    for (kind, field) in BOTH {
        let mut world = ready_for(kind);
        let before = world.field(LEDGER, field);
        let act = example(kind);
        world.given(&act);
        let signature = world.confirmation(&act);
        let mut own = signature.clone();
        own["source"] = json!("agency/setda");
        refused(world.signed_by(AUTHORITY).when(&own), RoleMissing, "SYS.11.2", "/source");
        refused(world.signed_by(REGISTRAR).when(&signature), RoleMissing, "SYS.11.2", "/source");
        let mut of_holder = signature.clone();
        of_holder["source"] = json!("agency/dinkes");
        refused(world.when(&of_holder), RoleMissing, "SYS.11.2", "/source");
        assert_eq!(world.field(LEDGER, field), before, "{kind}");
        let registrar = changed(kind, &[("/source", json!("agency/kominfo"))]);
        let rule = refused_by(world.when(&registrar));
        assert!(rule.starts_with("SYS."), "{kind} {rule}");
    }
}

fn refused_by(result: Result<(), Refusal>) -> String {
    let refusal = result.unwrap_err();
    assert_eq!(refusal.code, RoleMissing);
    refusal.rule.unwrap()
}

/// The appointment of a person to an office of his agency, perhaps that of a recorder.
fn office(id: &str, subject: &str, person: &str, agency: &str, recorder: bool) -> Value {
    changed(
        "role.appointed",
        &[
            ("/id", json!(id)),
            ("/source", json!("agency/kominfo")),
            ("/subject", json!(subject)),
            ("/data/person", json!(person)),
            ("/data/agency", json!(agency)),
            ("/data/head", Value::Null),
            ("/data/recorder", if recorder { json!(true) } else { Value::Null }),
        ],
    )
}

/// A recorder writes for others; not this. He who decides it must hold the key.
#[test]
fn a_recorder_does_not_sign_for_the_other_authority() {
    let mut world = world();
    let act = example("trust.policy_adopted");
    world.given(&act);
    world.given(&office("his", "role/sekda", OTHER_AUTHORITY, "kominfo", false));
    world.given(&office("hers", "role/pencatat-setda", AUTHORITY, "setda", true));
    let mut signature = world.confirmation(&act);
    signature["source"] = json!("agency/setda");
    signature["office"] = json!("role/pencatat-setda");
    signature["signedas"] = json!("pencatat");
    signature["decision"] = json!({
        "by": OTHER_AUTHORITY, "office": "role/sekda", "date": "2026-11-20",
        "document": example("subdomain.requested")["data"]["letter"],
    });
    refused(world.signed_by(AUTHORITY).when(&signature), RoleMissing, "SYS.11.2", "/source");
    assert_eq!(world.field(LEDGER, "policy"), Value::Null);
}

/// A power is of the key that signs: whoever records a decision of an authority is none.
#[test]
fn a_recorder_exercises_no_power_of_the_one_whose_decision_he_records() {
    let mut world = world();
    world.given(&office("his", "role/sekda", OTHER_AUTHORITY, "kominfo", false));
    world.given(&office("hers", "role/pencatat-dinkes", RECORDER, "dinkes", true));
    let mut list = changed("evidence.recorded", &[("/source", json!("agency/dinkes"))]);
    list["office"] = json!("role/pencatat-dinkes");
    list["signedas"] = json!("pencatat");
    list["decision"] = json!({
        "by": OTHER_AUTHORITY, "office": "role/sekda", "date": "2026-11-20",
        "document": example("subdomain.requested")["data"]["letter"],
    });
    let why = refused(world.signed_by(RECORDER).when(&list), RoleMissing, "SYS.30.1", "/source");
    assert!(matches!(why, Why::ActorNotEntitled { .. }));
}

#[test]
fn what_waits_can_be_taken_back_and_what_is_done_cannot() {
    let mut world = world();
    let act = example("trust.policy_adopted");
    world.given(&act);
    let event = world.confirmation(&act)["data"]["event"].clone();
    let back = changed(
        "event.voided",
        &[("/source", json!("agency/setda")), ("/subject", json!(LEDGER)), ("/data/event", event)],
    );
    world.given(&back);
    assert_eq!(world.field(LEDGER, "pending"), Value::Null);
    let signature = world.confirmation(&act);
    let late = world.signed_by(OTHER_AUTHORITY).when(&signature);
    refused(late, RuleRefused, "SYS.9.1", "/data/event");
    let again = changed("trust.policy_adopted", &[("/id", json!("again"))]);
    world.given(&again).confirmed(&again);
    let mut done = back;
    done["data"]["event"] = world.confirmation(&again)["data"]["event"].clone();
    refused(world.when(&done), RuleRefused, "SYS.9.1", "/data/event");
}

#[test]
fn a_registrar_signs_for_his_agency_already_and_two_are_left() {
    let mut world = world();
    let appointed = |changes: &[(&str, Value)]| changed("ledger.registrar_appointed", changes);
    let both = |world: &mut World, act: &Value| {
        let mut trial = world.clone();
        trial.given(act);
        let signature = trial.confirmation(act);
        trial.signed_by(OTHER_AUTHORITY).when(&signature)
    };
    let mut refuse = |act: &Value, rule| {
        let refusal = world.when(act).unwrap_err();
        assert_eq!((refusal.code, refusal.rule.as_deref()), (RuleRefused, Some(rule)));
        assert_eq!(refusal.faults[0].pointer, "/data/person");
    };
    refuse(&appointed(&[("/data/person", json!("p-ffffffffffff"))]), "SYS.32.1");
    refuse(&appointed(&[("/data/agency", json!("dishub"))]), "SYS.32.1");
    refuse(
        &appointed(&[("/data/person", json!(REGISTRAR)), ("/data/agency", json!("kominfo"))]),
        "SYS.32.1",
    );
    refuse(
        &appointed(&[("/data/person", json!(AUTHORITY)), ("/data/agency", json!("setda"))]),
        "SYS.32.1",
    );
    let certificate = |person| json!(enrolment(person).certificate.to_string());
    let system = [
        ("/data/person", json!(SYSTEM)),
        ("/data/agency", json!("dishub")),
        ("/data/certificate", certificate(SYSTEM)),
    ];
    refuse(&appointed(&system), "SYS.32.1");
    let service = changed(
        "ledger.service_appointed",
        &[
            ("/data/person", json!(PERSON)),
            ("/data/agency", json!("dinkes")),
            ("/data/certificate", certificate(PERSON)),
        ],
    );
    refuse(&service, "SYS.33.1");
    let unknown = [("/data/person", json!(PERSON))];
    refuse(&changed("ledger.registrar_removed", &unknown), "SYS.32.2");
    refuse(&changed("ledger.service_removed", &unknown), "SYS.33.2");

    let act = appointed(&[]);
    assert!(both(&mut world, &act).is_ok());
    // As many are left as there must be at the opening.
    let least = opening_demands("registrars");
    assert_eq!(world.field(LEDGER, "registrars").as_array().map(Vec::len), Some(least));
    let removed = example("ledger.registrar_removed");
    let why = refused(world.when(&removed), RuleRefused, "SYS.32.2", "/data/person");
    assert_eq!(why, Why::TooFewLeft { list: "registrars", min: least });
    // It is said beforehand, too.
    assert!(!is_open(&world, "ledger.registrar_removed"));
    world.given(&act).confirmed(&act);
    assert!(is_open(&world, "ledger.registrar_removed"));
    world.given(&removed).confirmed(&removed);
    let left = json!([
        { "person": "p-09e6b4a1d85c", "agency": "setda" },
        { "person": PERSON, "agency": "dinkes" },
    ]);
    assert_eq!(world.field(LEDGER, "registrars"), left);
    for person in ["p-09e6b4a1d85c", PERSON] {
        let changes = [("/id", json!(format!("last-{person}"))), ("/data/person", json!(person))];
        let removal = changed("ledger.registrar_removed", &changes);
        refused(world.when(&removal), RuleRefused, "SYS.32.2", "/data/person");
    }
    // The new one enrols, the removed one does not.
    let mut enrolled = changed(
        "signer.enrolled",
        &[
            ("/id", json!("by-new")),
            ("/subject", json!("signer/p-111111111111")),
            ("/data/person", json!("p-111111111111")),
        ],
    );
    world.enrolments = vec![enrolment("p-111111111111")];
    refused(world.when(&enrolled), RoleMissing, "SYS.4.1", "/source");
    enrolled["source"] = json!("agency/dinkes");
    world.given(&enrolled);
}

/// How many entries the opening must have at least in a list.
fn opening_demands(list: &str) -> usize {
    (0..=2)
        .find(|count| {
            let mut opening = example("ledger.opened");
            let entries = opening["data"][list].as_array().unwrap();
            opening["data"][list] = (0..*count).map(|at| entries[at].clone()).collect();
            let event = Event::parse(opening.to_string().as_bytes()).unwrap();
            check(&World::empty(BENGKAYANG_19_2020).rules, &event).is_ok()
        })
        .unwrap()
}

/// Two removals that wait at the same time leave two together.
#[test]
fn of_two_removals_that_wait_only_one_is_completed() {
    let mut world = ready_for("ledger.registrar_removed");
    let removed = |person: &str| {
        let id = json!(format!("of-{person}"));
        changed("ledger.registrar_removed", &[("/id", id), ("/data/person", json!(person))])
    };
    let (one, other) = (removed(REGISTRAR), removed("p-09e6b4a1d85c"));
    world.given(&one).given(&other).confirmed(&one);
    let signature = world.confirmation(&other);
    let refusal = world.signed_by(OTHER_AUTHORITY).when(&signature).unwrap_err();
    let fault = &refusal.faults[0];
    assert_eq!(
        (refusal.rule.as_deref(), fault.rule.as_deref()),
        (Some("SYS.11.3"), Some("SYS.32.2"))
    );
    assert_eq!(world.field(LEDGER, "registrars").as_array().unwrap().len(), 2);
}

/// Is the act one that the rules might accept next on the ledger?
fn is_open(world: &World, kind: &str) -> bool {
    let asker = Asker::default();
    let next = world.next(LEDGER, "jejak.bengkayangkab.go.id/61.07", &asker);
    next.open.iter().any(|open| open.act.kind == kind)
}
