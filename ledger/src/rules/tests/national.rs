//! The national ledger: results as published, recorded from the minister's decision.

use Code::{ContentInvalid, RoleMissing, RuleRefused, TransitionForbidden};

use super::*;

const RESULT: &str = "eval/2023/kab-bengkayang";
pub(super) const ORIGIN: &str = "jejak.spbe.go.id/id";

/// Holds an office that publishes nothing.
const TREASURER: &str = "p-555555555555";

/// A ledger with the minister in office and a recorder.
pub(super) fn nation() -> World {
    let mut world = World::empty(NASIONAL);
    let agency = |id: &str, name: &str| json!({ "agency": id, "name": name, "kind": "central" });
    let in_ledger = ("/ledger", json!(ORIGIN));
    world.given_opened(&changed(
        "ledger.opened",
        &[
            in_ledger.clone(),
            ("/subject", json!("ledger/id")),
            ("/data/region", json!("id")),
            (
                "/data/agencies",
                json!([
                    agency("setda", "Deputi"),
                    agency("kominfo", "Sekretariat"),
                    agency("menpanrb", "Kementerian PANRB"),
                    agency("pencatat", "Unit Pencatat"),
                ]),
            ),
        ],
    ));
    let office = |subject: &str, person: &str, agency: &str, from: &str, recorder: bool| {
        changed(
            "role.appointed",
            &[
                in_ledger.clone(),
                ("/subject", json!(subject)),
                ("/data/person", json!(person)),
                ("/data/agency", json!(agency)),
                ("/data/from", json!(from)),
                ("/data/recorder", json!(recorder)),
            ],
        )
    };
    world.given(&office("role/menpanrb", MINISTER, "menpanrb", "2022-09-07", false));
    world.given(&office("role/pencatat", RECORDER, "pencatat", "2026-11-01", true));
    world.given(&office("role/kasir", RECORDER, "pencatat", "2026-11-01", false));
    world.given(&office("role/bendahara", TREASURER, "pencatat", "2026-11-01", false));
    world
}

#[test]
fn a_result_is_recorded_from_the_ministers_decision() {
    let mut world = nation();
    world.given(&example("index.published"));
    assert_eq!(world.state(RESULT), "published");
    assert_eq!(world.field(RESULT, "index"), "2.46");
    let again = example("index.published");
    refused(world.when(&again), TransitionForbidden, "P59.7", "/subject");
}

#[test]
fn the_minister_may_sign_himself_in_his_office() {
    let mut world = nation();
    let himself = [
        ("/source", json!("agency/menpanrb")),
        ("/office", json!("role/menpanrb")),
        ("/signedas", Value::Null),
        ("/decision", Value::Null),
    ];
    world.given(&changed("index.published", &himself));
    let officeless = [&himself[..], &[("/office", Value::Null)]].concat();
    let why = refused(
        nation().when(&changed("index.published", &officeless)),
        RoleMissing,
        "P59.7",
        "/office",
    );
    assert_eq!(why, Why::OfficeRequired { offices: vec!["role/menpanrb".to_owned()] });
}

#[test]
fn a_recorder_holds_the_recorders_office() {
    let cashier = changed("index.published", &[("/office", json!("role/kasir"))]);
    let why = refused(nation().when(&cashier), RoleMissing, "P59.7", "/office");
    assert_eq!(why, Why::NotARecorder { office: "role/kasir".to_owned() });
    let mut world = nation();
    let stranger = world.signed_by("p-333333333333").when(&example("index.published"));
    refused(stranger, RoleMissing, "P59.7", "/office");
}

#[test]
fn the_decider_is_judged_on_the_day_of_the_decision() {
    let before = changed("index.published", &[("/decision/date", json!("2022-09-06"))]);
    refused(nation().when(&before), RoleMissing, "P59.7", "/decision/office");
    let other = changed("index.published", &[("/decision/by", json!(TREASURER))]);
    refused(nation().when(&other), RoleMissing, "P59.7", "/decision/office");

    // He has left since: what he decided in office can still be recorded.
    let mut world = nation();
    world.given(&changed(
        "role.ended",
        &[
            ("/ledger", json!(ORIGIN)),
            ("/subject", json!("role/menpanrb")),
            ("/data/person", json!(MINISTER)),
            ("/data/date", json!("2024-10-20")),
        ],
    ));
    world.given(&example("index.published"));
    let after = [("/decision/date", json!("2024-10-21")), ("/subject", json!("eval/2023/kota-x"))];
    refused(
        world.when(&changed("index.published", &after)),
        RoleMissing,
        "P59.7",
        "/decision/office",
    );
}

#[test]
fn another_office_does_not_publish() {
    let other = changed(
        "index.published",
        &[
            ("/decision/office", json!("role/bendahara")),
            ("/decision/by", json!(TREASURER)),
            ("/decision/date", json!("2026-11-02")),
        ],
    );
    let why = refused(nation().when(&other), RoleMissing, "P59.7", "/office");
    let entitled = vec![Text {
        id: "MENPANRB (jabatan role/menpanrb)".to_owned(),
        en: "MENPANRB (office role/menpanrb)".to_owned(),
    }];
    assert_eq!(why, Why::ActorNotEntitled { entitled });
}

#[test]
fn figures_are_decimals_with_two_digits() {
    for bad in
        [json!("2.9"), json!("5.01"), json!("-0.10"), json!("2,90"), json!(3), json!("02.90")]
    {
        let event = changed("index.published", &[("/data/d1", bad)]);
        refused(nation().when(&event), ContentInvalid, "P59.7", "/data/d1");
    }
    let event = changed("index.published", &[("/data/predicate", json!("Istimewa"))]);
    refused(nation().when(&event), ContentInvalid, "P59.7", "/data/predicate");
}

#[test]
fn the_year_is_that_of_the_subject() {
    let event = changed("index.published", &[("/data/year", json!(2024))]);
    refused(nation().when(&event), RuleRefused, "P59.7", "/data/year");
    let event = changed("index.published", &[("/subject", json!("eval/23/kab-bengkayang"))]);
    let why = refused(nation().when(&event), ContentInvalid, "P59.7", "/subject");
    assert_eq!(why, Why::SubjectNotOfPattern { pattern: "eval/{year:year}/{slug}".to_owned() });
}

#[test]
fn a_recorder_of_another_agency_records_only_acts_of_an_office() {
    // In Bengkayang the grant rests on the agency's function, which only its own recorder has at hand.
    let mut world = World::bengkayang();
    world.given_all(&["system.registered", "subdomain.requested", "role.appointed"]);
    let recorder = |agency: &str, office: &str| {
        changed(
            "role.appointed",
            &[
                ("/subject", json!(office)),
                ("/data/person", json!("p-444444444444")),
                ("/data/agency", json!(agency)),
                ("/data/recorder", json!(true)),
            ],
        )
    };
    world.given(&recorder("dinkes", "role/pencatat-dinkes"));
    world.given(&recorder("kominfo", "role/pencatat-kominfo"));
    let grant = |source: &str, office: &str| {
        changed(
            "subdomain.granted",
            &[
                ("/source", json!(source)),
                ("/office", json!(office)),
                ("/signedas", json!("pencatat")),
                (
                    "/decision",
                    json!({
                        "by": "p-4d1b9f7a2c63", "office": "role/kadis-kominfo", "date": "2026-11-20",
                        "document": example("index.published")["decision"]["document"],
                    }),
                ),
            ],
        )
    };
    let other =
        world.signed_by("p-444444444444").when(&grant("agency/dinkes", "role/pencatat-dinkes"));
    refused(other, RoleMissing, "BKY.25.1", "/source");
    world.signed_by("p-444444444444").given(&grant("agency/kominfo", "role/pencatat-kominfo"));
}
