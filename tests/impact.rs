//! What rests on a certificate whose key leaked: what it signed, what it enrolled and what was signed under that, which of it
//! stands, and which rows of registers rest on it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicU64, Ordering};

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use jejak_ledger::log::Micros;
use jejak_ledger::rules::Class;
use jejak_signer::devca::{ListSpec, Listed, ResponseSpec, ResponseStatus};
use jejak_signer::{Hash, Revocation, RevocationReason, Window};
use serde_json::{Value, json};

use crate::acts::{grant, request};
use crate::harness::{DAY_S, Person, START_S, World, rfc3339};
use crate::process::{Process, jejak};
use crate::recovery::{attestation, enrolment, renewed};
use crate::server::{Server, is_problem};
use crate::tokens::{get_as, reader};
use crate::tsa::Tsa;

/// A registrar enrols two officials a day apart; one asks for a name, the other grants it.
fn world() -> World {
    let mut world = World::opened();
    let data = json!({
        "agency": "dinkes", "name": "Dinas Kesehatan", "short_names": ["dinkes"],
    });
    let health = world.event(&world.registrar, "agency.registered", "agency/dinkes", data);
    world.accept(&world.registrar, &health);
    world.enrol(&world.kominfo);
    world.clock.forward_s(3_600);
    world.enrol(&world.dinkes);
    world.clock.forward_s(3_600);
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "antrean"));
    world.accept(&world.kominfo, &grant(&world, "dinkes", "dinkes"));
    let data = json!({ "secured": "rahasia", "secured_at": rfc3339(START_S) });
    let secured = world.event(&world.dinkes, "incident.data_secured", "incident/i-1", data);
    world.accept(&world.dinkes, &secured);
    world.reopen();
    world
}

/// How many tokens were given out: each has a name of its own.
static TOKENS: AtomicU64 = AtomicU64::new(0);

/// All events of all pages, and the last page.
fn asked(server: &Server, world: &World, path: &str, class: Class) -> (Vec<Value>, Value) {
    let secret = reader(world, &format!("t-{}", TOKENS.fetch_add(1, Ordering::SeqCst)), class);
    let mut events = Vec::new();
    let mut path = path.to_owned();
    loop {
        let answer = get_as(server, &secret, &path);
        assert_eq!(answer.status(), 200, "{path}");
        let page: Value = answer.json().unwrap();
        events.extend(page["events"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { return (events, page) };
        path = format!("{}?limit=1&cursor={next}", path.split('?').next().unwrap());
    }
}

/// Position, type, order, and where they are judged standing and reason.
fn told(events: &[Value]) -> Vec<String> {
    let told = |event: &Value| {
        let parts = ["position", "type", "order", "standing", "reason"].map(|name| &event[name]);
        let words = parts.iter().filter(|part| !part.is_null());
        let words = words.map(|part| part.as_str().map_or(part.to_string(), str::to_owned));
        words.collect::<Vec<_>>().join(" ")
    };
    events.iter().map(told).collect()
}

#[test]
fn what_rests_on_a_registrars_certificate_is_told_to_the_second_order() {
    let world = world();
    let server = Server::start(world.ledgers());
    let path = format!("/v1/61.07/certificates/{}/impact", world.registrar.thumbprint());
    // The key leaked after the first enrolment and before the second.
    let since = rfc3339(START_S + 1_800);
    let judged = format!("{path}?limit=1&compromised_since={since}");
    let (events, page) = asked(&server, &world, &judged, Class::Restricted);
    let expected = [
        "1 agency.registered 1 stands",
        "2 signer.enrolled 1 stands",
        "3 signer.enrolled 1 indeterminate recorded-since",
        "4 subdomain.requested 2 indeterminate enrolled-since",
        "5 subdomain.requested 2 indeterminate enrolled-since",
        "6 subdomain.granted 2 stands",
        "7 incident.data_secured 2 indeterminate enrolled-since",
    ];
    assert_eq!(told(&events), expected);
    assert_eq!((&events[3]["through"], &events[5]["through"]), (&json!(3), &json!(2)));
    assert_eq!(events[1]["through"], Value::Null);
    let row =
        |key: &str, newest: bool| json!({"register": "subdomains", "key": key, "newest": newest});
    let name = |label: &str| format!("{label}.bengkayangkab.go.id");
    assert_eq!(events[3]["rows"], json!([row(&name("dinkes"), false)]));
    assert_eq!(events[4]["rows"], json!([row(&name("antrean"), true)]));
    assert_eq!(events[5]["rows"], json!([row(&name("dinkes"), true)]));
    assert_eq!(page["person"], world.registrar.id.as_str());
    assert_eq!((&page["agency"], &page["state"]), (&json!("kominfo"), &json!("active")));
    assert_eq!(page["enrolled_at"], 0);
    assert_eq!(page["class"], "restricted");
    assert_eq!(page["head"]["size"], 8);

    // Without a time nothing is judged; below the class nothing is said of an event.
    let (events, page) = asked(&server, &world, &path, Class::Internal);
    assert!(events.iter().all(|event| event.get("standing").is_none()), "{events:?}");
    assert_eq!(events.len(), 6);
    assert_eq!((&page["class"], page.get("compromised_since")), (&json!("internal"), None));
}

/// Who attests a founder's certificate lets it exercise his powers: what it does from then on rests on the attestation.
#[test]
fn what_rests_on_an_attestation_is_told_and_what_was_signed_before_it_is_not() {
    let world = World::new();
    let fresh = renewed(&world, &world.registrar);
    let official = world.authority.person("p-baru0001", "dinkes");
    let enrolled = world.accept(&world.sekda, &enrolment(&world, &world.sekda, &fresh)).position;
    let before = world.accept(&fresh, &request(&world, &fresh, "kominfo")).position;
    world.clock.forward_s(600);
    let attested = attestation(&world, &world.bupati, &fresh);
    let attested = world.accept(&world.bupati, &attested).position;
    let since = rfc3339(world.clock.seconds());
    world.clock.forward_s(600);
    let second = world.accept(&fresh, &enrolment(&world, &fresh, &official)).position;
    let third = world.accept(&official, &request(&world, &official, "baru")).position;
    let server = Server::start(world.ledgers());
    let of = |person: &Person, since: &str| {
        let path = format!(
            "/v1/61.07/certificates/{}/impact?compromised_since={since}",
            person.thumbprint()
        );
        asked(&server, &world, &path, Class::Restricted).0
    };
    let events = of(&world.bupati, &since);
    let expected = [
        "0 ledger.opened 1 stands".to_owned(),
        format!("{attested} signer.attested 1 indeterminate recorded-since"),
        format!("{second} signer.enrolled 2 indeterminate attested-since"),
        format!("{third} subdomain.requested 3 indeterminate attested-since"),
    ];
    assert_eq!(told(&events), expected);
    assert_eq!(events[2]["through"], attested.0);
    // The key was lost after the attestation: what rests on it stands.
    let later = rfc3339(world.clock.seconds());
    assert_eq!(told(&of(&world.bupati, &later))[2], format!("{second} signer.enrolled 2 stands"));
    // On the enrolment rests what was signed before the attestation, too.
    let rests = |position| format!("{position} subdomain.requested 2 indeterminate enrolled-since");
    let events = told(&of(&world.sekda, &rfc3339(START_S)));
    assert!(events.contains(&rests(before)), "{enrolled}: {events:?}");
}

/// What both authorities appoint counts by both signatures: the first and the countersignature.
#[test]
fn what_rests_on_an_appointment_rests_on_both_who_signed_it() {
    let world = World::new();
    let data = json!({
        "person": world.dinkes.id, "agency": "dinkes",
        "certificate": world.dinkes.thumbprint().to_string(),
    });
    let appointed = world.accept_of_both("ledger.registrar_appointed", data).position;
    let official = world.authority.person("p-baru0001", "dinkes");
    let by = &world.dinkes;
    let enrolled = world.accept(by, &enrolment(&world, by, &official)).position;
    let server = Server::start(world.ledgers());
    for (person, through) in [(&world.bupati, appointed.0 - 1), (&world.sekda, appointed.0)] {
        let path = format!("/v1/61.07/certificates/{}/impact", person.thumbprint());
        let (events, _) = asked(&server, &world, &path, Class::Restricted);
        let found = events.iter().find(|event| event["position"] == enrolled.0).unwrap();
        assert_eq!((&found["order"], &found["through"]), (&json!(2), &json!(through)));
    }
}

/// What a recorded OCSP response says of the certificate is told with it, and which evidence a certificate recorded.
#[test]
fn responses_are_followed_in_what_a_certificate_recorded_and_in_what_is_said_of_it() {
    let world = World::new();
    let made = i64::try_from(world.clock.seconds()).unwrap();
    let revocation = Revocation {
        revoked_at: made - 60,
        reason: RevocationReason::KeyCompromise,
        invalid_since: None,
    };
    let spec = ResponseSpec {
        window: Window { not_before: made, not_after: made + 3_600 },
        certificate: world.dinkes.chain[0].clone(),
        status: ResponseStatus::Revoked(revocation),
    };
    let response = world.authority.ca.response(&spec).unwrap();
    let offer = world.ledger().take_evidence(&response).unwrap();
    let data = Value::Object(offer.data);
    let event = world.event(&world.registrar, offer.kind, &offer.subject, data);
    let position = world.accept(&world.registrar, &event).position;
    let server = Server::start(world.ledgers());
    let of = |person: &Person| {
        let path = format!("/v1/61.07/certificates/{}/impact", person.thumbprint());
        asked(&server, &world, &path, Class::Restricted)
    };
    let (events, page) = of(&world.registrar);
    let recording = events.iter().find(|event| event["position"] == position.0).unwrap();
    let row = json!({ "register": "evidence", "key": offer.subject, "newest": true });
    assert_eq!(recording["rows"], json!([row]));
    assert_eq!(page.get("revocation"), None);
    let (_, page) = of(&world.dinkes);
    let told = &page["revocation"];
    let time = |at: i64| rfc3339(u64::try_from(at).unwrap()).replace('Z', ".000000Z");
    assert_eq!(told["revoked_at"], time(made - 60));
    assert_eq!(told.get("invalid_since"), None);
    assert_eq!(told["reason"], "keyCompromise");
    assert_eq!(told["evidence"], Hash::of(&response).to_string());
    // A list that knows of an earlier time says more.
    let earlier = Revocation { invalid_since: Some(made - 3_600), ..revocation };
    let revoked = vec![Listed::of(&world.dinkes.chain[0], earlier).unwrap()];
    let window = Window { not_before: made, not_after: made + 3_600 };
    let list = ListSpec { window, number: 1, points: Vec::new(), revoked };
    let list = world.authority.ca.revocation_list(&list).unwrap();
    let offer = world.ledger().take_evidence(&list).unwrap();
    let data = Value::Object(offer.data);
    let event = world.event(&world.registrar, offer.kind, &offer.subject, data);
    world.accept(&world.registrar, &event);
    let (_, page) = of(&world.dinkes);
    assert_eq!(page["revocation"]["invalid_since"], time(made - 3_600));
    assert_eq!(page["revocation"]["evidence"], Hash::of(&list).to_string());
}

#[test]
fn what_is_proven_only_since_then_is_in_doubt_and_what_was_proven_before_stands() {
    let world = World::new();
    let tsa = Tsa::new();
    let stamp = || {
        let stamped = world.ledger().view().stamped().unwrap();
        let token = tsa.token_at(stamped.text(), i64::try_from(world.clock.seconds()).unwrap());
        let kept = world.ledger().keep_timestamp(&token, stamped.text(), &tsa.authorities());
        kept.unwrap().existed_at()
    };
    let early = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let proven = stamp();
    let late = world.accept(&world.dinkes, &request(&world, &world.dinkes, "antrean"));
    world.clock.forward_s(600);
    stamp();
    let server = Server::start(world.ledgers());
    let path = format!(
        "/v1/61.07/certificates/{}/impact?compromised_since={}",
        world.dinkes.thumbprint(),
        rfc3339(START_S + 300)
    );
    let (events, _) = asked(&server, &world, &path, Class::Restricted);
    let expected = [
        format!("{} subdomain.requested 1 stands", early.position),
        format!("{} subdomain.requested 1 indeterminate proven-since", late.position),
    ];
    assert_eq!(told(&events), expected);
    let proven = rfc3339(u64::try_from(proven).unwrap()).replace('Z', ".000000Z");
    assert_eq!(events[0]["proven_at"], proven.as_str());
}

#[test]
fn an_official_answers_for_his_own_acts_and_the_opening_for_nobodys() {
    let world = world();
    let server = Server::start(world.ledgers());
    let of = |person: &Person| {
        let path = format!("/v1/61.07/certificates/{}/impact", person.thumbprint());
        let (events, _) = asked(&server, &world, &path, Class::Restricted);
        told(&events)
    };
    let own = ["4 subdomain.requested 1", "5 subdomain.requested 1", "7 incident.data_secured 1"];
    assert_eq!(of(&world.dinkes), own);
    assert_eq!(of(&world.kominfo), ["6 subdomain.granted 1"]);
    // He signed the opening, which enrolled the founders: they do not rest on him alone.
    assert_eq!(of(&world.bupati), ["0 ledger.opened 1"]);
}

#[test]
fn who_may_not_see_holders_learns_nothing_and_what_is_not_enrolled_is_unknown() {
    let world = world();
    let server = Server::start(world.ledgers());
    let path = |digest: &str| format!("/v1/61.07/certificates/{digest}/impact");
    let (held, other) = (world.dinkes.thumbprint().to_string(), "0".repeat(64));
    for digest in [held.as_str(), &other, "zz"] {
        is_problem(server.get(&path(digest)), 403, "class-denied");
    }
    let internal = reader(&world, "dalam", Class::Internal);
    is_problem(get_as(&server, &internal, &path(&other)), 404, "unknown-certificate");
    is_problem(get_as(&server, &internal, &path("zz")), 400, "invalid-parameter");
    let when = format!("{}?compromised_since=kemarin", path(&held));
    is_problem(get_as(&server, &internal, &when), 400, "invalid-parameter");
}

/// Runs the command over the directory or a server of it; its standard output.
fn command(place: &[&str], more: &[&str]) -> (i32, String) {
    let output = jejak([&["impact", "--ledger", "61.07"], place, more].concat());
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_command_tells_of_a_directory_what_a_server_tells() {
    let mut world = World::at(START_S);
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let digest = world.registrar.thumbprint().to_string();
    let since = rfc3339(START_S - DAY_S);
    let secret = {
        let now = SystemClock.now();
        let mut token = crate::tokens::token("dalam", Class::Restricted);
        token.created = now;
        token.expires = Micros(now.0 + 3_600_000_000);
        crate::tokens::give(&world.path(), token)
    };
    world.close();
    let path = world.path();
    let dir = ["--dir", path.to_str().unwrap()];
    let asked = [digest.as_str(), "--compromised-since", since.as_str()];
    let (ending, json) = command(&dir, &[&asked[..], &["-o", "json"]].concat());
    assert_eq!(ending, 0);
    let of_directory: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(of_directory["events"].as_array().unwrap().len(), 4);
    let (_, csv) = command(&dir, &[&asked[..], &["-o", "csv"]].concat());
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("position,recorded_at,type,subject,order,standing,reason,rows"));
    let last = lines.last().unwrap();
    let row = "subdomain.requested,subdomain/dinkes.bengkayangkab.go.id,2,indeterminate,enrolled-since,\
               subdomains/dinkes.bengkayangkab.go.id *";
    assert!(last.ends_with(row), "{last}");
    // What the mark means is said beside the rows.
    let line = ["impact", "--ledger", "61.07", dir[0], dir[1], digest.as_str()];
    let said = String::from_utf8(jejak(line).stderr).unwrap();
    for part in ["* : baris itu kini masih", "*: the row still shows what this event left"] {
        assert!(said.contains(part), "{said}");
    }

    let server = Process::start(&world);
    let file = world.dir.path().join("token");
    fs::write(&file, secret.reveal()).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let url = ["--url", server.base.as_str(), "--token-file", file.to_str().unwrap()];
    let (ending, json) = command(&url, &[&asked[..], &["-o", "json"]].concat());
    assert_eq!(ending, 0);
    let of_server: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(of_server, of_directory);

    let unknown = "0".repeat(64);
    drop(server);
    assert_eq!(command(&dir, &[&unknown]).0, 6);
}
