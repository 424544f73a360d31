//! Who signs for an office that is not his own: acting holders, a.n. and u.b. mandates, and what ends them.

use Code::{RoleMissing, RuleRefused};

use super::*;
use crate::event::Mandate;
use crate::registers::ROLES;

const OFFICE: &str = "role/sekda";
/// He who signs for Dinas Kesehatan, and he who signs for Dinas Perhubungan.
const DELEGATE: &str = "p-e2f87a6c3b10";
const SECOND: &str = "p-00000000d15b";
/// What refuses an actor of `evaluation.opened`.
const RULE: &str = "P59.I.III";

/// SEKDA is in office since January: the authority himself, as his registrar has recorded.
fn world_on(rules: &[u8]) -> World {
    let mut world = World::bengkayang_on(rules);
    world.given(&changed(
        "role.appointed",
        &[
            ("/id", json!("appointed")),
            ("/subject", json!(OFFICE)),
            ("/source", json!("agency/kominfo")),
            ("/data/person", json!(AUTHORITY)),
            ("/data/agency", json!("setda")),
        ],
    ));
    world
}

fn world() -> World {
    world_on(BENGKAYANG_19_2020)
}

/// A mandate for SEKDA, recorded by the registrar.
fn delegation(changes: &[(&str, Value)]) -> Value {
    let mut all = vec![
        ("/id", json!("delegated")),
        ("/subject", json!(OFFICE)),
        ("/source", json!("agency/kominfo")),
        ("/data/person", json!(DELEGATE)),
        ("/data/agency", json!("dinkes")),
        ("/data/holder", json!(AUTHORITY)),
        ("/data/acts", Value::Null),
        ("/data/from", json!("2026-11-01")),
    ];
    all.extend(changes.iter().cloned());
    changed("role.delegated", &all)
}

/// Given by the u.b.'s superior, who signs under his own a.n. mandate.
fn passed_on(changes: &[(&str, Value)]) -> Value {
    let mut all = vec![
        ("/id", json!("passed-on")),
        ("/source", json!("agency/dinkes")),
        ("/office", json!(OFFICE)),
        ("/mandate", json!("an")),
        ("/mandateref", json!("delegated")),
        ("/data/mandate", json!("ub")),
        ("/data/person", json!(SECOND)),
        ("/data/agency", json!("dishub")),
        ("/data/under", json!(DELEGATE)),
    ];
    all.extend(changes.iter().cloned());
    delegation(&all)
}

/// SEKDA opens the evaluation of a year, by somebody of `agency` under a mandate.
fn opens(year: u32, agency: &str, mandate: &str, reference: &str) -> Value {
    changed(
        "evaluation.opened",
        &[
            ("/subject", json!(format!("eval/{year}"))),
            ("/source", json!(format!("agency/{agency}"))),
            ("/mandate", json!(mandate)),
            ("/mandateref", json!(reference)),
            ("/data/year", json!(year)),
        ],
    )
}

fn not_given(person: &str, mandate: &str, office: &str) -> Why {
    Why::MandateNotGiven {
        office: office.to_owned(),
        person: person.to_owned(),
        mandate: if mandate == "an" { Mandate::An } else { Mandate::Ub },
        day: "2026-11-20".to_owned(),
    }
}

#[test]
fn a_delegate_signs_in_the_name_of_the_holder_and_names_what_gives_the_mandate() {
    let mut world = world();
    let position = world.position.0;
    let given = delegation(&[]);
    world.given(&given);
    assert_eq!(world.state(OFFICE), "in_office");
    let decision = &given["data"]["decision"];
    let (number, digest) = (&decision["number"], &decision["sha256"]);
    let references =
        [&position.to_string(), "delegated", number.as_str().unwrap(), digest.as_str().unwrap()];
    for (year, reference) in (2022..).zip(references) {
        world.given(&opens(year, "dinkes", "an", reference));
    }
    let other = opens(2026, "dinkes", "an", "appointed");
    let why = refused(world.when(&other), RoleMissing, RULE, "/mandateref");
    assert_eq!(why, Why::MandateReference { position: i64::try_from(position).ok() });
    // Without naming his mandate he claims the office as his own.
    let own = [("/mandate", Value::Null), ("/mandateref", Value::Null)];
    let mut claimed = opens(2026, "dinkes", "an", "delegated");
    for (pointer, _) in own {
        claimed.as_object_mut().unwrap().remove(&pointer[1..]);
    }
    refused(world.when(&claimed), RoleMissing, RULE, "/office");
    // And for another office he has none.
    let mut elsewhere = opens(2026, "dinkes", "an", "delegated");
    elsewhere["office"] = json!("role/bupati");
    let why = refused(world.when(&elsewhere), RoleMissing, RULE, "/mandate");
    assert_eq!(why, not_given(DELEGATE, "an", "role/bupati"));
    let why = refused(
        world.when(&opens(2026, "dishub", "an", "delegated")),
        RoleMissing,
        RULE,
        "/mandate",
    );
    assert_eq!(why, not_given(SECOND, "an", OFFICE));
}

#[test]
fn a_mandate_counts_from_its_first_day_to_its_last() {
    for (from, until, counts) in [
        ("2026-11-20", "2026-11-20", true),
        ("2026-11-21", "2026-12-31", false),
        ("2026-11-01", "2026-11-19", false),
    ] {
        let mut world = world();
        world.given(&delegation(&[("/data/from", json!(from)), ("/data/until", json!(until))]));
        let answer = world.when(&opens(2026, "dinkes", "an", "delegated"));
        if counts {
            answer.unwrap();
        } else {
            let why = refused(answer, RoleMissing, RULE, "/mandate");
            assert_eq!(why, not_given(DELEGATE, "an", OFFICE));
        }
    }
    let inverted = delegation(&[("/data/until", json!("2026-10-31"))]);
    refused(world().when(&inverted), RuleRefused, "SYS.8.5", "/data/until");
}

#[test]
fn a_mandate_is_for_the_acts_it_names() {
    let mut world = world();
    world.given(&delegation(&[("/data/acts", json!(["self_assessment.submitted"]))]));
    let why =
        refused(world.when(&opens(2026, "dinkes", "an", "delegated")), RoleMissing, RULE, "/type");
    let kind = "evaluation.opened".to_owned();
    assert_eq!(why, Why::MandateOfOtherActs { office: OFFICE.to_owned(), kind });
    world.given(&delegation(&[("/data/acts", json!(["evaluation.opened"]))]));
    world.given(&opens(2026, "dinkes", "an", "delegated"));
    let unheard = delegation(&[("/data/acts", json!(["evaluation.dreamt"]))]);
    refused(world.when(&unheard), RuleRefused, "SYS.8.1", "/data/acts");
}

#[test]
fn a_mandate_ends_with_the_office_of_him_who_gave_it() {
    let mut world = world();
    world.given(&delegation(&[]));
    world.given(&changed(
        "role.ended",
        &[
            ("/subject", json!(OFFICE)),
            ("/source", json!("agency/kominfo")),
            ("/data/person", json!(AUTHORITY)),
        ],
    ));
    let why = refused(
        world.when(&opens(2026, "dinkes", "an", "delegated")),
        RoleMissing,
        RULE,
        "/mandate",
    );
    let (office, holder) = (OFFICE.to_owned(), AUTHORITY.to_owned());
    assert_eq!(why, Why::MandateLapsed { office, holder, day: "2026-11-20".to_owned() });
    // Nor can it be given by one who has left.
    let late = delegation(&[("/data/from", json!("2026-11-20"))]);
    let forbidden = Code::TransitionForbidden;
    refused(world.when(&late), forbidden, "SYS.8.1", "/subject");
}

#[test]
fn the_holder_gives_and_takes_back_and_nobody_gives_to_himself() {
    let by_holder = [("/source", json!("agency/setda")), ("/office", json!(OFFICE))];
    let mut world = world();
    world.given(&delegation(&by_holder));
    world.given(&opens(2025, "dinkes", "an", "delegated"));
    let end = |person: &str| {
        let whose = [("/subject", json!(OFFICE)), ("/data/person", json!(person))];
        changed("role.ended", &[&whose[..], &by_holder[..]].concat())
    };
    // The authority of this world is the holder: he who is neither ends only what he gave.
    world.signed_by(AUTHORITY).given(&end(DELEGATE));
    assert_eq!(world.field(OFFICE, "delegations")[0]["until"], "2026-11-19");
    assert_eq!(world.state(OFFICE), "in_office");
    let why = refused(
        world.when(&opens(2026, "dinkes", "an", "delegated")),
        RoleMissing,
        RULE,
        "/mandate",
    );
    assert_eq!(why, not_given(DELEGATE, "an", OFFICE));

    let himself = delegation(&[("/data/person", json!(REGISTRAR))]);
    refused(world.when(&himself), RuleRefused, "SYS.8.1", "/data/person");
    let own = delegation(&[("/data/person", json!(AUTHORITY))]);
    refused(world.when(&own), RuleRefused, "SYS.8.1", "/data/person");
    let nobody = delegation(&[("/data/holder", json!(SECOND))]);
    refused(world.when(&nobody), RuleRefused, "SYS.8.2", "/data/holder");
    let nowhere = delegation(&[("/data/agency", json!("nobody"))]);
    refused(world.when(&nowhere), RuleRefused, "SYS.8.4", "/data/agency");
    let outsider = delegation(&[("/source", json!("agency/dishub"))]);
    refused(world.when(&outsider), RoleMissing, "SYS.8.1", "/source");
}

#[test]
fn a_holder_who_is_no_registrar_ends_mandates_and_no_tenure() {
    let mut world = world();
    let office = "role/kadis-dinkes";
    world.given(&changed(
        "role.appointed",
        &[
            ("/subject", json!(office)),
            ("/data/person", json!(DELEGATE)),
            ("/data/agency", json!("dinkes")),
        ],
    ));
    let by_holder = [
        ("/subject", json!(office)),
        ("/source", json!("agency/dinkes")),
        ("/office", json!(office)),
    ];
    let to_second = [
        ("/data/person", json!(SECOND)),
        ("/data/agency", json!("dishub")),
        ("/data/holder", json!(DELEGATE)),
    ];
    world.given(&delegation(&[&by_holder[..], &to_second[..]].concat()));
    let end = |person: &str| {
        changed("role.ended", &[&by_holder[..], &[("/data/person", json!(person))]].concat())
    };
    refused(world.when(&end(DELEGATE)), RuleRefused, "SYS.7.3", "/data/person");
    world.given(&end(SECOND));
    assert_eq!(world.field(office, "delegations")[0]["until"], "2026-11-19");
    refused(world.when(&end(SECOND)), RuleRefused, "SYS.7.3", "/data/person");
    // In the name of another holder he gives nothing.
    let others = [&by_holder[..], &to_second[..]].concat();
    let mut others = delegation(&others);
    others["data"]["holder"] = json!(AUTHORITY);
    refused(world.when(&others), RuleRefused, "SYS.8.2", "/data/holder");
}

#[test]
fn a_mandate_is_passed_on_once_and_no_further() {
    let mut world = world();
    world.given(&delegation(&[("/data/acts", json!(["evaluation.opened"]))]));
    // The delegate of some acts may pass them on, as u.b. and in no other way.
    let as_an = passed_on(&[("/data/mandate", json!("an")), ("/data/under", Value::Null)]);
    let why = refused(world.when(&as_an), RuleRefused, "SYS.8.3", "/data/mandate");
    assert_eq!(why, Why::MandatePassedOn);
    let nowhere = passed_on(&[("/data/under", Value::Null)]);
    refused(world.when(&nowhere), RuleRefused, "SYS.8.3", "/data/under");
    world.given(&passed_on(&[]));
    world.given(&opens(2025, "dishub", "ub", "passed-on"));
    let as_an = opens(2026, "dishub", "an", "passed-on");
    let why = refused(world.when(&as_an), RoleMissing, RULE, "/mandate");
    assert_eq!(why, not_given(SECOND, "an", OFFICE));
    let third = passed_on(&[
        ("/source", json!("agency/dishub")),
        ("/mandate", json!("ub")),
        ("/mandateref", json!("passed-on")),
        ("/data/person", json!("p-333333333333")),
        ("/data/under", json!(SECOND)),
    ]);
    let why = refused(world.when(&third), RuleRefused, "SYS.8.3", "/data/mandate");
    assert_eq!(why, Why::MandatePassedOn);
    // What the a.n. mandate does not cover, the u.b. mandate below it does not.
    let submitted = changed(
        "self_assessment.submitted",
        &[
            ("/subject", json!("eval/2025")),
            ("/source", json!("agency/dishub")),
            ("/mandate", json!("ub")),
            ("/mandateref", json!("passed-on")),
        ],
    );
    let answer = world.when(&submitted).unwrap_err();
    assert!(matches!(answer.faults[0].why, Why::MandateOfOtherActs { .. }), "{answer:?}");
    // It ends with the mandate above it.
    world.given(&changed(
        "role.ended",
        &[
            ("/subject", json!(OFFICE)),
            ("/source", json!("agency/kominfo")),
            ("/data/person", json!(DELEGATE)),
        ],
    ));
    let why = refused(
        world.when(&opens(2026, "dishub", "ub", "passed-on")),
        RoleMissing,
        RULE,
        "/mandate",
    );
    assert_eq!(why, not_given(DELEGATE, "an", OFFICE));
}

#[test]
fn an_acting_holder_names_his_appointment() {
    let mut world = world();
    world.given(&changed(
        "role.appointed",
        &[
            ("/id", json!("plh")),
            ("/subject", json!(OFFICE)),
            ("/source", json!("agency/kominfo")),
            ("/data/person", json!(DELEGATE)),
            ("/data/agency", json!("dinkes")),
            ("/data/mandate", json!("plh")),
        ],
    ));
    world.given(&opens(2025, "dinkes", "plh", "plh"));
    let other = opens(2026, "dinkes", "plh", "appointed");
    refused(world.when(&other), RoleMissing, RULE, "/mandateref");
    let as_plt = opens(2026, "dinkes", "plt", "plh");
    refused(world.when(&as_plt), RoleMissing, RULE, "/office");
    let row = ROLES.row("sekda", &world.facts[OFFICE], Class::Public, Micros(NOW));
    assert_eq!(row["person"], AUTHORITY);
    assert_eq!(row["tenures"][1]["mandate"], "plh");
    assert_eq!(row["basis"]["number"], "821.22/105/BKPSDM/2026");
}

#[test]
fn the_register_shows_who_signs_for_an_office() {
    let mut world = world();
    let position = world.position.0;
    world.given(&delegation(&[]));
    let row = ROLES.row("sekda", &world.facts[OFFICE], Class::Public, Micros(NOW));
    let shown = &row["delegations"][0];
    assert_eq!((&shown["person"], &shown["mandate"]), (&json!(DELEGATE), &json!("an")));
    assert_eq!((&shown["holder"], &shown["position"]), (&json!(AUTHORITY), &json!(position)));
    assert_eq!((&shown["from"], &shown["until"]), (&json!("2026-11-01"), &json!("2026-12-31")));
}

#[test]
fn a_system_signs_in_nobodys_name() {
    let mut world = world();
    world.given(&delegation(&[]));
    let event = opens(2026, "dinkes", "an", "delegated");
    let event = Event::parse(event.to_string().as_bytes()).unwrap();
    let system = Signatory {
        person: DELEGATE.to_owned(),
        agency: "dinkes".to_owned(),
        kind: "sistem".to_owned(),
        certificate: enrolment(DELEGATE).certificate,
        attested: true,
    };
    let at = Micros(NOW + 1_000);
    let answer = admit(&world.rules, &world.facts, &event, &system, &[], world.position, at);
    let why = refused(answer.map(drop), RoleMissing, RULE, "/source");
    assert!(matches!(why, Why::ActorNotEntitled { .. }), "{why:?}");
}

#[test]
fn a_decision_is_judged_by_the_mandate_of_its_own_day() {
    let mut world = world();
    world.given(&delegation(&[("/data/until", json!("2026-11-15"))]));
    world.given(&changed(
        "role.appointed",
        &[
            ("/subject", json!("role/pencatat")),
            ("/data/person", json!(SECOND)),
            ("/data/agency", json!("dishub")),
            ("/data/recorder", json!(true)),
        ],
    ));
    let recorded = |year: u32, day: &str| {
        let mut event = opens(year, "dishub", "an", "-");
        let members = event.as_object_mut().unwrap();
        members.remove("mandate");
        members.remove("mandateref");
        event["office"] = json!("role/pencatat");
        event["signedas"] = json!("pencatat");
        event["decision"] = json!({
            "by": DELEGATE, "office": OFFICE, "date": day,
            "document": example("role.appointed")["data"]["decision"],
        });
        event
    };
    world.given(&recorded(2025, "2026-11-10"));
    for day in ["2026-10-31", "2026-11-16"] {
        let why = refused(world.when(&recorded(2026, day)), RoleMissing, RULE, "/decision/office");
        let (office, person) = (OFFICE.to_owned(), DELEGATE.to_owned());
        assert_eq!(why, Why::OfficeNotHeld { office, person, day: day.to_owned() });
    }
}

/// What stands on version 1 decides as it always did: it knows no such mandates and does not look at `mandateref`.
#[test]
fn a_rule_set_on_structural_1_decides_as_it_did() {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let before = text.replacen("structural = 3", "structural = 1", 1);
    assert_ne!(text, before);
    let mut world = world_on(before.as_bytes());
    let unknown = world.when(&delegation(&[])).unwrap_err();
    assert_eq!(unknown.code, Code::TypeUnknown);
    let why = refused(
        world.when(&opens(2026, "dinkes", "an", "delegated")),
        RoleMissing,
        RULE,
        "/office",
    );
    assert!(matches!(why, Why::OfficeNotHeld { .. }), "{why:?}");
    world.given(&changed(
        "role.appointed",
        &[
            ("/subject", json!(OFFICE)),
            ("/source", json!("agency/kominfo")),
            ("/data/person", json!(DELEGATE)),
            ("/data/agency", json!("dinkes")),
            ("/data/mandate", json!("plh")),
        ],
    ));
    assert_eq!(world.field(OFFICE, "tenures")[1]["position"], Value::Null);
    world.given(&opens(2026, "dinkes", "plh", "whatever was said then"));
}
