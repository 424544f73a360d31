//! Who acts in an office of another agency than his own: for that agency he acts in the office, and both are his.

use Code::RoleMissing;

use super::corrections::about;
use super::decisions::ends;
use super::recorders::recorded;
use super::rows::{BUILT, HEAD_OF_DINKES, post, region};
use super::*;

/// Works for Dinas Perhubungan.
const OFFICER: &str = "p-00000000d15b";

fn appointed(office: &str, person: &str, agency: &str, changes: &[(&str, Value)]) -> Value {
    let mut all = vec![
        ("/id", json!(format!("{}-{person}", office.replace('/', "-")))),
        ("/source", json!("agency/kominfo")),
        ("/subject", json!(office)),
        ("/data/person", json!(person)),
        ("/data/agency", json!(agency)),
        ("/data/head", Value::Null),
    ];
    all.extend(changes.iter().cloned());
    changed("role.appointed", &all)
}

fn acting_head(world: &mut World, agency: &str) {
    let changes =
        [("/id", json!("plt")), ("/data/mandate", json!("plt")), ("/data/head", json!(true))];
    let office = format!("role/kepala-{agency}");
    world.given(&appointed(&office, OFFICER, agency, &changes));
}

fn as_plt(mut event: Value, agency: &str, office: &str) -> Value {
    event["source"] = json!(format!("agency/{agency}"));
    event["office"] = json!(office);
    event["mandate"] = json!("plt");
    event["mandateref"] = json!("plt");
    event
}

fn on_version_two(world: &mut World) {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let text = text.replacen("structural = 3", "structural = 2", 1);
    world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
}

#[test]
fn an_acting_head_from_another_agency_signs_for_the_one_that_he_heads() {
    let sop = "sop/simpus/1";
    let mut world = region();
    world.given(&example("system.registered"));
    acting_head(&mut world, "dinkes");
    let draft = example("sop.adopted.drafted");
    world.given(&draft);
    let mut signature = about("act.countersigned", &draft, &json!({}));
    signature = as_plt(signature, "dinkes", "role/kepala-dinkes");
    // For his own agency he is no head of the other one, and without the office he is nobody there.
    let mut of_own = signature.clone();
    of_own["source"] = json!("agency/dishub");
    let by = |world: &World, event: &Value| {
        world.clone().signed_by(OFFICER).of_agency("dishub").when(event)
    };
    refused(by(&world, &of_own), RoleMissing, "SYS.11.2", "/source");
    let mut former = world.clone();
    on_version_two(&mut former);
    refused(by(&former, &signature), RoleMissing, "SYS.11.2", "/source");
    world.signed_by(OFFICER).of_agency("dishub").given(&signature);
    assert_eq!((world.state(sop), world.field(sop, "pending")), ("in_force", Value::Null));
    // He decides in it, too.
    let decides = as_plt(example("personnel.transfer_assessed"), "dinkes", "role/kepala-dinkes");
    world.signed_by(OFFICER).of_agency("dishub").given(&decides);
}

/// What is entered late he signs only of the days on which he headed that agency already.
#[test]
fn an_act_of_a_day_before_his_tenure_there_is_not_his() {
    let mut world = region();
    for kind in ["system.registered", "sop.adopted"] {
        post(&mut world, &example(kind)).unwrap();
    }
    let since = |from: &str, agency: &str| {
        let changes = [
            ("/id", json!("plt")),
            ("/data/mandate", json!("plt")),
            ("/data/head", json!(true)),
            ("/data/from", json!(from)),
        ];
        appointed("role/kepala-dinkes", OFFICER, agency, &changes)
    };
    world.given(&since("2026-11-20", "dinkes"));
    let mut early = as_plt(example("personnel.transfer_assessed"), "dinkes", "role/kepala-dinkes");
    early["time"] = json!("2026-11-19T23:00:00+07:00");
    let result = world.signed_by(OFFICER).of_agency("dishub").when(&early);
    refused(result, RoleMissing, "SYS.12.4", "/time");
    early["time"] = json!("2026-11-20T00:10:00+07:00");
    world.signed_by(OFFICER).of_agency("dishub").given(&early);
}

/// The powers of the ledger are those of a person in his own agency.
#[test]
fn no_power_of_the_ledger_is_exercised_in_an_office_of_another_agency() {
    let mut world = region();
    let changes =
        [("/id", json!("plt")), ("/data/mandate", json!("plt")), ("/data/head", json!(true))];
    let plt = appointed("role/kepala-dinkes", REGISTRAR, "dinkes", &changes);
    world.signed_by(OTHER_AUTHORITY).given(&plt);
    let renamed = |source: &str| {
        let mut event = changed("agency.renamed", &[("/subject", json!("agency/kominfo"))]);
        event["source"] = json!(source);
        event
    };
    let own = as_plt(renamed("agency/kominfo"), "dinkes", "role/kepala-dinkes");
    let result = world.signed_by(REGISTRAR).of_agency("kominfo").when(&own);
    refused(result, RoleMissing, "SYS.3.2", "/source");
    let mut plain = renamed("agency/kominfo");
    plain["data"].as_object_mut().unwrap().remove("functions");
    world.signed_by(REGISTRAR).given(&plain);
}

#[test]
fn what_is_done_to_his_own_agency_he_does_not_take_back_for_another_one() {
    let mut world = region();
    post(&mut world, &changed("finding.recorded", &[("/data/agency", json!("dishub"))])).unwrap();
    let imposed = changed("sanction.imposed.regent", &[("/data/on", json!("dishub"))]);
    post(&mut world, &imposed).unwrap();
    // The regent ends it; who records that for him is not of dishub.
    let recorder = [("/data/recorder", json!(true))];
    world.given(&appointed("role/pencatat-setda", OFFICER, "setda", &recorder));
    let annulled = ends("decision.annulled", &imposed);
    let written =
        recorded(annulled.clone(), "role/pencatat-setda", (REGENT, "role/bupati"), "2026-11-20");
    let result = world.signed_by(OFFICER).of_agency("dishub").when(&written);
    let why = refused(result, RoleMissing, "SYS.12.3", "/source");
    assert_eq!(why, Why::RecorderIsParty { party: "dishub".to_owned() });
    let mut other = world.clone();
    other.given(&appointed("role/pencatat-2", "p-444444444444", "setda", &recorder));
    let written = recorded(annulled, "role/pencatat-2", (REGENT, "role/bupati"), "2026-11-20");
    other.signed_by("p-444444444444").of_agency("setda").given(&written);
}

/// 9(2): a recorder hears why, and not that his agency is unknown.
#[test]
fn a_recorder_of_another_agency_is_told_who_records_it() {
    let mut world = region();
    world.given(&example("system.registered"));
    let recorder = [("/data/recorder", json!(true))];
    world.given(&appointed("role/pencatat-setda", "p-444444444444", "setda", &recorder));
    let mut event = example("subdomain.requested");
    event["source"] = json!("agency/setda");
    let event = recorded(
        event,
        "role/pencatat-setda",
        (HEAD_OF_DINKES, "role/kepala-dinkes"),
        "2026-11-20",
    );
    let result = world.signed_by("p-444444444444").when(&event);
    let refusal = result.unwrap_err();
    let (agency, decider) = ("setda".to_owned(), "dinkes".to_owned());
    assert_eq!(refusal.faults[0].why, Why::RecorderElsewhere { agency, decider });
    assert_eq!((refusal.code, refusal.faults[0].pointer.as_str()), (RoleMissing, "/source"));
}

/// 15(2): the supervisor was in office when the decree was signed.
#[test]
fn an_office_of_a_named_person_is_that_of_the_day_of_the_act() {
    const CLERK: &str = "p-444444444444";
    const FORMER: &str = "p-4d1b9f7a2c63";
    let mut world = region();
    let recorder = [("/data/recorder", json!(true))];
    world.given(&appointed("role/pencatat-setda", CLERK, "setda", &recorder));
    let until = [("/data/from", json!("2026-01-05")), ("/data/until", json!("2026-06-30"))];
    world.given(&appointed("role/asisten", FORMER, "setda", &until));
    let opened = [("/time", json!("2026-05-04T09:00:00+07:00"))];
    post(&mut world, &changed("evaluation.opened", &opened)).unwrap();
    let named =
        [("/data/supervisor", json!(FORMER)), ("/data/supervisor_office", json!("role/asisten"))];
    let decree = changed("evaluator_team.appointed", &named);
    let on =
        |day: &str| recorded(decree.clone(), "role/pencatat-setda", (REGENT, "role/bupati"), day);
    let held = |result: Result<(), Refusal>, day: &str| {
        let why = refused(result, Code::RuleRefused, "BKY.15.2", "/data/supervisor");
        let (office, person) = ("role/asisten".to_owned(), FORMER.to_owned());
        assert_eq!(why, Why::OfficeNotHeld { office, person, day: day.to_owned() });
    };
    held(world.clone().signed_by(CLERK).when(&on("2026-07-01")), "2026-07-01");
    held(post(&mut world.clone(), &decree), "2026-11-20");
    let mut former = world.clone();
    on_version_two(&mut former);
    held(former.signed_by(CLERK).when(&on("2026-06-01")), "2026-11-20");
    world.signed_by(CLERK).given(&on("2026-06-01"));
    assert_eq!(world.field("eval/2026", "team")["supervisor"], FORMER);
}

/// A member of the testing team who comes from another agency tests; DINAS he is not.
#[test]
fn an_office_elsewhere_that_is_no_headship_gives_the_acts_that_name_it_and_no_others() {
    let mut world = region();
    for kind in ["system.registered", "subdomain.requested"] {
        world.given(&example(kind));
    }
    let member = appointed("role/tim-penguji-2", OFFICER, "kominfo", &[]);
    world.given(&member);
    let mut granted = example("subdomain.granted");
    granted["office"] = json!("role/tim-penguji-2");
    let by = |world: &World, event: &Value| {
        world.clone().signed_by(OFFICER).of_agency("dishub").when(event)
    };
    let why = refused(by(&world, &granted), RoleMissing, "BKY.25.1", "/office");
    let (office, agency) = ("role/tim-penguji-2".to_owned(), "kominfo".to_owned());
    assert_eq!(why, Why::OfficeElsewhere { office, agency });
    // One of that agency may, in the same office, and so may who heads it from elsewhere.
    world.clone().signed_by(OFFICER).of_agency("kominfo").given(&granted);
    acting_head(&mut world, "kominfo");
    let as_head = as_plt(example("subdomain.granted"), "kominfo", "role/kepala-kominfo");
    by(&world, &as_head).unwrap();
    // What names the office is the office's.
    let mut testing = region();
    for kind in BUILT {
        post(&mut testing, &example(kind)).unwrap();
    }
    let changes = [("/id", json!("plt")), ("/data/mandate", json!("plt"))];
    testing.given(&appointed("role/tim-penguji", OFFICER, "kominfo", &changes));
    let tested = as_plt(example("app.tested"), "kominfo", "role/tim-penguji");
    by(&testing, &tested).unwrap();
}
