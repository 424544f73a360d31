//! Perbup Bengkayang 19/2020: every condition of every act refused with exactly its rule, and
//! accepted in its right place.

use Code::{ContentInvalid, RoleMissing, RuleRefused, TransitionForbidden};

use super::*;

const NAME: &str = "subdomain/simpus.bengkayangkab.go.id";

/// Dinas Kesehatan runs the application simpus and asks for its name.
fn requested() -> World {
    let mut world = World::bengkayang();
    world.given_all(&["system.registered", "subdomain.requested"]);
    world
}

fn about(kind: &str, subject: &str, more: &[(&str, Value)]) -> Value {
    let mut changes = vec![("/subject", json!(subject))];
    changes.extend(more.iter().cloned());
    changed(kind, &changes)
}

// ------------------------------------------------------------------------------------- 14: PSE

#[test]
fn an_agency_becomes_a_pse_after_coordinating() {
    let mut world = World::bengkayang();
    refused(world.when(&example("pse.registered")), TransitionForbidden, "BKY.14.3", "/subject");
    world.given(&example("pse.coordination_requested"));
    assert_eq!(world.state("agency/dinkes"), "candidate");
    world.given(&example("pse.registered"));
    assert_eq!(world.state("agency/dinkes"), "pse");
    assert_eq!(world.field("agency/dinkes", "name"), "Dinas Kesehatan");
}

#[test]
fn an_agency_coordinates_for_itself_and_the_communications_agency_registers() {
    let mut world = World::bengkayang();
    let other = changed("pse.coordination_requested", &[("/source", json!("agency/dishub"))]);
    refused(world.when(&other), RoleMissing, "BKY.14.3", "/source");
    let itself = changed("pse.registered", &[("/source", json!("agency/dinkes"))]);
    refused(world.when(&itself), RoleMissing, "BKY.14.3", "/source");
}

#[test]
fn acts_of_an_agency_that_is_no_pse_are_accepted_with_a_finding() {
    let mut world = World::bengkayang();
    world.given(&example("system.registered"));
    assert_eq!(world.warnings.iter().map(|w| w.rule.as_str()).collect::<Vec<_>>(), ["BKY.14.3"]);
    world.given_all(&["pse.coordination_requested", "pse.registered"]).planned();
    world.given(&example("app.coordination_requested"));
    assert_eq!(world.warnings, []);
}

// --------------------------------------------------------------------------- 18, 20: systems

#[test]
fn coordination_opens_the_way_of_an_application() {
    let mut world = World::bengkayang();
    world.planned().given(&example("app.coordination_requested"));
    assert_eq!(world.state("system/simpus"), "coordinated");
    assert_eq!(world.field("system/simpus", "agency"), "dinkes");
    world.given(&example("development_permit.issued"));
    assert_eq!(world.state("system/simpus"), "cleared");
}

#[test]
fn coordination_needs_a_plan_reference() {
    let mut world = World::bengkayang();
    let none = changed("app.coordination_requested", &[("/data/plan", Value::Null)]);
    let why = refused(world.when(&none), ContentInvalid, "BKY.20.2", "/data/plan");
    assert_eq!(why, Why::FieldMissing);
    let no_plan = changed("app.coordination_requested", &[("/data/plan", json!("system/x"))]);
    refused(world.when(&no_plan), ContentInvalid, "BKY.20.2", "/data/plan");
}

#[test]
fn an_application_belongs_to_one_agency() {
    let mut world = World::bengkayang();
    world.planned().given(&example("system.registered"));
    let other = changed("app.coordination_requested", &[("/source", json!("agency/dishub"))]);
    refused(world.when(&other), RuleRefused, "BKY.20.1", "/source");
    let taken = changed(
        "system.registered",
        &[("/source", json!("agency/dishub")), ("/data/agency", json!("dishub"))],
    );
    refused(world.when(&taken), RuleRefused, "BKY.18.2", "/data/agency");
}

#[test]
fn registration_may_come_at_any_time_and_changes_no_state() {
    let mut world = World::bengkayang();
    world.given(&example("system.registered"));
    assert_eq!(world.state("system/simpus"), "none");
    world.planned().given_all(&["app.coordination_requested", "system.registered"]);
    assert_eq!(world.state("system/simpus"), "coordinated");
    assert_eq!(world.facts["system/simpus"].version, 3);
}

#[test]
fn a_system_is_owned_by_the_regional_government() {
    let mut world = World::bengkayang();
    let owner = changed("system.registered", &[("/data/owner", json!("CV Maju"))]);
    refused(world.when(&owner), RuleRefused, "BKY.18.1", "/data/owner");
    let kind = changed("system.registered", &[("/data/kind", json!("hardware"))]);
    refused(world.when(&kind), ContentInvalid, "BKY.18.1", "/data/kind");
}

#[test]
fn a_system_is_registered_by_the_agency_that_holds_it() {
    let mut world = World::bengkayang();
    let other = changed("system.registered", &[("/data/agency", json!("dishub"))]);
    refused(world.when(&other), RoleMissing, "BKY.18.2", "/source");
}

// --------------------------------------------------------------------------- 25: subdomains

#[test]
fn a_request_needs_form_and_letter() {
    let mut world = World::bengkayang();
    for (document, kind) in [("form", "registration-form"), ("letter", "official-letter")] {
        let pointer = format!("/data/{document}");
        let without = changed("subdomain.requested", &[(&pointer, Value::Null)]);
        let why = refused(world.when(&without), ContentInvalid, "BKY.25.2", &pointer);
        assert_eq!(why, Why::DocumentMissing { kind: kind.to_owned() });
        let pointer = format!("{pointer}/kind");
        let other = changed("subdomain.requested", &[(&pointer, json!("note"))]);
        refused(world.when(&other), ContentInvalid, "BKY.25.2", &pointer);
    }
    world.given(&example("subdomain.requested"));
    assert_eq!(world.state(NAME), "requested");
}

#[test]
fn only_an_agency_of_the_region_requests() {
    let mut world = World::bengkayang();
    world.given(&stakeholder());
    let other = changed("subdomain.requested", &[("/source", json!("agency/pmi"))]);
    refused(world.when(&other), RoleMissing, "BKY.25.2", "/source");
    let unknown = changed("subdomain.requested", &[("/source", json!("agency/nobody"))]);
    let why = refused(world.when(&unknown), RoleMissing, "BKY.25.2", "/source");
    assert_eq!(why, Why::AgencyUnknown { agency: "nobody".to_owned() });
}

#[test]
fn a_request_is_made_once_until_it_is_answered() {
    let mut world = requested();
    let again = example("subdomain.requested");
    let why = refused(world.when(&again), TransitionForbidden, "BKY.25.2", "/subject");
    assert_eq!(
        why,
        Why::StateForbids {
            thing: NAME.to_owned(),
            state: Some("requested".to_owned()),
            allowed: ["granted", "in_use", "none", "refused", "returned", "revoked"]
                .map(str::to_owned)
                .to_vec(),
        }
    );
}

#[test]
fn a_name_after_the_application_is_granted() {
    let mut world = requested();
    world.given(&example("subdomain.granted"));
    assert_eq!(world.state(NAME), "granted");
    assert_eq!(world.field(NAME, "holder"), "dinkes");
    assert_eq!(world.field(NAME, "request"), Value::Null);
    assert_eq!(world.facts[NAME].version, 2);
}

#[test]
fn a_name_after_the_agency_is_granted() {
    let mut world = World::bengkayang();
    let name = "subdomain/dinkes.bengkayangkab.go.id";
    world.given(&about("subdomain.requested", name, &[]));
    let basis = [("/data/basis", json!("agency")), ("/data/system", Value::Null)];
    world.given(&about("subdomain.granted", name, &basis));
    assert_eq!(world.state(name), "granted");
}

#[test]
fn only_the_communications_agency_grants() {
    let mut world = requested();
    let itself = changed("subdomain.granted", &[("/source", json!("agency/dinkes"))]);
    let why = refused(world.when(&itself), RoleMissing, "BKY.25.1", "/source");
    let entitled = vec![Text {
        id: "DINAS (perangkat daerah dengan fungsi kominfo)".to_owned(),
        en: "DINAS (agency with the function kominfo)".to_owned(),
    }];
    assert_eq!(why, Why::ActorNotEntitled { entitled });
}

#[test]
fn a_grant_to_an_agency_needs_an_open_request() {
    let mut world = World::bengkayang();
    world.given(&example("system.registered"));
    refused(world.when(&example("subdomain.granted")), TransitionForbidden, "BKY.25.1", "/subject");
}

#[test]
fn a_grant_answers_the_request_of_its_holder() {
    let mut world = requested();
    let other = changed("subdomain.granted", &[("/data/holder", json!("dishub"))]);
    refused(world.when(&other), RuleRefused, "BKY.25.1", "/data/holder");
    let nobody = changed("subdomain.granted", &[("/data/holder", json!("nobody"))]);
    refused(world.when(&nobody), RuleRefused, "BKY.25.1", "/data/holder");
}

/// acts.md, 8.1: `diskominfo` for the health office.
#[test]
fn a_name_that_fits_neither_agency_nor_application_is_not_granted() {
    let mut world = World::bengkayang();
    let name = "subdomain/diskominfo.bengkayangkab.go.id";
    world.given(&about("subdomain.requested", name, &[]));
    let basis = [("/data/basis", json!("agency")), ("/data/system", Value::Null)];
    let granted = about("subdomain.granted", name, &basis);
    let why = refused(world.when(&granted), RuleRefused, "BKY.25.3", "/subject");
    assert_eq!(
        why,
        Why::NameWithoutBasis {
            label: "diskominfo".to_owned(),
            names: vec!["Dinas Kesehatan".to_owned(), "Dinkes".to_owned()],
        }
    );
    world.given(&example("subdomain.refused"));
    assert_eq!(world.state(name), "refused");
    // A refused name can be asked for again.
    world.given(&about("subdomain.requested", name, &[("/source", json!("agency/kominfo"))]));
    let own = [
        ("/data/basis", json!("agency")),
        ("/data/system", Value::Null),
        ("/data/holder", json!("kominfo")),
    ];
    world.given(&about("subdomain.granted", name, &own));
    assert_eq!(world.state(name), "granted");
}

#[test]
fn a_name_outside_the_main_domain_is_not_granted() {
    let mut world = World::bengkayang();
    world.given(&example("system.registered"));
    for name in ["subdomain/simpus.example.id", "subdomain/a.simpus.bengkayangkab.go.id"] {
        world.given(&about("subdomain.requested", name, &[]));
        let granted = about("subdomain.granted", name, &[]);
        refused(world.when(&granted), RuleRefused, "BKY.25.3", "/subject");
    }
}

#[test]
fn a_name_after_an_application_needs_that_application_of_the_holder() {
    let mut world = requested();
    let unnamed = changed("subdomain.granted", &[("/data/system", Value::Null)]);
    refused(world.when(&unnamed), RuleRefused, "BKY.25.3", "/data/system");
    let unknown = changed("subdomain.granted", &[("/data/system", json!("other"))]);
    refused(world.when(&unknown), RuleRefused, "BKY.25.3", "/subject");
}

#[test]
fn a_name_has_one_holder_and_a_second_request_stands_beside_the_grant() {
    let mut world = requested();
    world.given(&example("subdomain.granted"));
    let own = example("subdomain.requested");
    refused(world.when(&own), TransitionForbidden, "BKY.25.2", "/subject");

    world.given(&changed("subdomain.requested", &[("/source", json!("agency/dishub"))]));
    assert_eq!(world.state(NAME), "granted+requested");
    assert_eq!(world.field(NAME, "holder"), "dinkes");
    assert_eq!(world.field(NAME, "request")["by"], "dishub");

    let taken = changed(
        "subdomain.granted",
        &[("/data/holder", json!("dishub")), ("/data/basis", json!("agency"))],
    );
    let why = refused(world.when(&taken), RuleRefused, "BKY.25.3", "/subject");
    assert_eq!(why, Why::NameTaken { holder: "dinkes".to_owned() });

    let returned = [("/data/reason", json!("name-taken"))];
    world.given(&changed("subdomain.request_returned", &returned));
    assert_eq!(world.state(NAME), "granted");
    assert_eq!(world.field(NAME, "holder"), "dinkes");
    assert_eq!(world.field(NAME, "request"), Value::Null);

    world.given(&changed("subdomain.requested", &[("/source", json!("agency/dishub"))]));
    world.given(&about("subdomain.refused", NAME, &[]));
    assert_eq!(world.state(NAME), "granted");
}

#[test]
fn a_request_is_refused_for_naming_only() {
    let mut world = requested();
    for reason in ["incomplete", "name-taken", "other"] {
        let refusal = about("subdomain.refused", NAME, &[("/data/reason", json!(reason))]);
        refused(world.when(&refusal), RuleRefused, "BKY.25.4", "/data/reason");
    }
    let other = about("subdomain.refused", NAME, &[("/data/reason", json!("whim"))]);
    refused(world.when(&other), ContentInvalid, "BKY.25.4", "/data/reason");
    let itself = about("subdomain.refused", NAME, &[("/source", json!("agency/dinkes"))]);
    refused(world.when(&itself), RoleMissing, "BKY.25.4", "/source");
    world.given(&example("subdomain.request_returned"));
    assert_eq!(world.state(NAME), "returned");
    assert_eq!(world.field(NAME, "answer")["reason"], "incomplete");
}

#[test]
fn an_answer_needs_an_open_request() {
    for kind in ["subdomain.refused", "subdomain.request_returned"] {
        let mut world = World::bengkayang();
        refused(world.when(&example(kind)), TransitionForbidden, "BKY.25.4", "/subject");
    }
}

#[test]
fn only_the_communications_agency_returns_and_never_for_naming() {
    let mut world = requested();
    let itself = changed("subdomain.request_returned", &[("/source", json!("agency/dinkes"))]);
    refused(world.when(&itself), RoleMissing, "BKY.25.4", "/source");
    let naming = changed("subdomain.request_returned", &[("/data/reason", json!("naming"))]);
    refused(world.when(&naming), ContentInvalid, "BKY.25.4", "/data/reason");
}

/// 25(2) binds only the OPD.
#[test]
fn a_stakeholder_is_granted_without_a_request() {
    let mut world = World::bengkayang();
    world.given(&stakeholder());
    let name = "subdomain/pmi.bengkayangkab.go.id";
    let granted = about(
        "subdomain.granted",
        name,
        &[
            ("/data/holder", json!("pmi")),
            ("/data/basis", json!("agency")),
            ("/data/system", Value::Null),
            ("/expectedversion", Value::Null),
        ],
    );
    world.given(&granted);
    assert_eq!(world.state(name), "granted");
    refused(world.when(&granted), TransitionForbidden, "BKY.25.1", "/subject");
}

fn stakeholder() -> Value {
    changed(
        "agency.registered",
        &[
            ("/subject", json!("agency/pmi")),
            ("/data/agency", json!("pmi")),
            ("/data/name", json!("Palang Merah Indonesia")),
            ("/data/short_names", json!(["PMI"])),
            ("/data/kind", json!("stakeholder")),
        ],
    )
}

// ------------------------------------------------------------------------- 37(4): incidents

#[test]
fn a_stakeholder_is_no_pse() {
    let mut world = World::bengkayang();
    world.given(&stakeholder());
    for kind in ["incident.data_secured", "incident.reported"] {
        let event = changed(kind, &[("/source", json!("agency/pmi"))]);
        refused(world.when(&event), RoleMissing, "BKY.37.4", "/source");
    }
    let event = changed("app.coordination_requested", &[("/source", json!("agency/pmi"))]);
    refused(world.when(&event), RoleMissing, "BKY.20.1", "/source");
}

/// Not as the rule set writes it, by the fields of the event that make its key.
#[test]
fn a_refusal_names_another_thing_by_its_key() {
    let recovery = example("recovery_site.commissioned");
    let mut world = World::bengkayang();
    let why = refused(world.when(&recovery), RuleRefused, "BKY.32.3", "/data/data_centre");
    let operand = "facility/pusat-data-terpadu#address".to_owned();
    assert_eq!(why, Why::ValueMissing { operand: operand.clone() });
    world.given(&example("datacenter.commissioned"));
    let address = &example("datacenter.commissioned")["data"]["address"];
    let near = changed("recovery_site.commissioned", &[("/data/address", address.clone())]);
    let why = refused(world.when(&near), RuleRefused, "BKY.32.3", "/data/address");
    assert_eq!(why, Why::SamePlace { other: operand });
}

/// One agency signs two events with one id only by mistake: the second would be refused as another of that name.
#[test]
fn no_two_examples_bear_one_id() {
    let mut ids = std::collections::BTreeMap::new();
    for (name, _) in EXAMPLES {
        let id = example(name)["id"].as_str().unwrap().to_owned();
        assert_eq!(ids.insert(id, name), None, "{name}");
    }
}
