//! Refusals are kept beside the chain: who was told no, when and why, without what he sent; for those who are entitled to
//! know, for a bounded time, and without a trace in anything that is proven.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jejak_api::access::{self, Wanted, What};
use jejak_api::tokens::{Secret, Token};
use jejak_ledger::rules::Class;
use jejak_ledger::store::{LedgerStore, Memory};
use jejak_ledger::{RefusalFilter, Settings, replay};
use jejak_signer::{Hash, Jws, Typ};
use serde_json::{Value, json};

use crate::acts::{grant, request};
use crate::harness::{DAY_S, Person, World, audit_clean, recorded};
use crate::server::{Server, is_problem};
use crate::tokens::{get_as, give, reader, token};

const PATH: &str = "/v1/61.07/refusals";

/// A reader who is entitled to the refusals and to nothing else above public.
fn entitled(world: &World) -> Secret {
    give(&world.path(), Token { refusals: true, ..token("inspektur", Class::Public) })
}

fn json_as(server: &Server, secret: &Secret, path: &str) -> Value {
    let answer = get_as(server, secret, path);
    assert_eq!(answer.status(), 200, "{path}: {:?}", answer.text());
    answer.json().unwrap()
}

/// The codes that are kept, the newest first.
fn codes(world: &World) -> Vec<String> {
    let page = world.ledger().view().refusals(&RefusalFilter::default(), None, 100_000, 1_000_000);
    page.unwrap().refusals.into_iter().map(|refused| refused.code).collect()
}

#[test]
fn a_refusal_is_kept_with_who_when_and_why_and_without_what_was_sent() {
    let world = World::new();
    let mut event = request(&world, &world.dinkes, "kanari");
    event["data"].as_object_mut().unwrap().remove("form");
    event["data"]["letter"]["name"] = json!("kanari-isi.pdf");
    let statement = world.sign(&world.dinkes, &event);
    world.refuse_bytes(statement.clone());
    let server = Server::start(world.ledgers());
    let secret = entitled(&world);
    let page = json_as(&server, &secret, PATH);
    let expected = json!({
        "refused_at": "2026-01-02T03:04:05.000000Z",
        "code": "content-invalid",
        "class": "public",
        "rule": "BKY.25.2",
        "pointer": "/data/form",
        "event_key": Jws::parse(statement, Typ::Event).unwrap().event_key().to_string(),
        "id": event["id"],
        "type": "subdomain.requested",
        "subject": event["subject"],
        "source": "agency/dinkes",
        "signer": {
            "person": "p-dinkes01",
            "agency": "dinkes",
            "certificate": world.dinkes.thumbprint().to_string(),
        },
    });
    assert_eq!(page, json!({ "refusals": [expected], "next": null }));
    assert!(!page.to_string().contains("kanari-isi"));
    // Reading them is in the access log, and only for those who are entitled.
    let wanted = Wanted { from: None, to: None, token: None, ledger: None, limit: 9 };
    let lines = access::read(&world.path(), &wanted).unwrap().lines;
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].class, lines[0].path.as_str()), (What::Refusals, PATH));
    let restricted = reader(&world, "terbatas", Class::Restricted);
    is_problem(get_as(&server, &restricted, PATH), 403, "not-entitled");
    let answer = server.get(PATH);
    assert_eq!(answer.headers()["www-authenticate"], "Bearer realm=\"jejak\"");
    is_problem(answer, 401, "reader-required");
}

#[test]
fn refusals_are_asked_for_by_a_signer_and_a_code_that_can_be() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let secret = entitled(&world);
    for wrong in ["signer=dinkes", "signer=P-DINKES01", "code=nix", "code=Role-Missing"] {
        is_problem(get_as(&server, &secret, &format!("{PATH}?{wrong}")), 400, "invalid-parameter");
    }
    for right in ["signer=p-dinkes01", "code=role-missing"] {
        assert_eq!(get_as(&server, &secret, &format!("{PATH}?{right}")).status(), 200, "{right}");
    }
}

#[test]
fn only_what_was_well_signed_is_kept() {
    let world = World::new();
    let good = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let mut forged = good.clone();
    let last = forged.len() - 10;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    let stranger = world.authority.person("p-orang-lain", "dinkes");
    world.refuse_bytes(b"garbage".to_vec());
    world.refuse_bytes(forged);
    world.refuse(&stranger, &request(&world, &world.dinkes, "dinkes"));
    assert_eq!(codes(&world), Vec::<String>::new());
    // All of these are signed by an enrolled certificate.
    world.refuse_bytes(world.dinkes.sign_anything(b"{\"a\":1}", world.clock.seconds()));
    world.clock.forward_s(1);
    let mut elsewhere = request(&world, &world.dinkes, "dinkes");
    elsewhere["ledger"] = json!("jejak.example.go.id/61.08");
    world.refuse(&world.dinkes, &elsewhere);
    world.clock.forward_s(1);
    world.refuse(&world.dinkes, &request(&world, &world.kominfo, "kominfo"));
    world.clock.forward_s(1);
    world.refuse(&world.kominfo, &grant(&world, "dinkes", "tanpa-permohonan"));
    let kept = codes(&world);
    assert_eq!(kept[1..], ["source-not-yours", "wrong-ledger", "malformed-payload"]);
    assert_eq!(kept.len(), 4);
    recorded(world.post_bytes(good.clone()));
    world.post_bytes(good);
    assert_eq!(codes(&world), kept, "neither a record nor a repeat is a refusal");
}

#[test]
fn refusals_change_nothing_that_is_proven() {
    let mut world = World::new();
    let before = world.ledger().published();
    for number in 0..3 {
        let event = request(&world, &world.kominfo, &format!("k-{number}"));
        world.refuse(&world.dinkes, &event);
        world.clock.forward_s(1);
    }
    let after = world.ledger().published();
    assert_eq!((after.size, after.root), (before.size, before.root));
    audit_clean(&world.ledger());
    let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
    let view = world.ledger().view();
    let report = replay(&view, &scratch, &Settings::default(), &|_, _| ()).unwrap();
    assert!(report.differences.is_empty(), "{report:?}");
    drop(view);
    // They are there after a restart, and in the same group as records.
    world.reopen();
    assert_eq!(codes(&world).len(), 3);
    let good = world.sign(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let bad = world.sign(&world.dinkes, &request(&world, &world.kominfo, "kominfo"));
    let answers = world.post_batch(vec![good, bad]);
    assert_eq!(answers.len(), 2);
    assert_eq!(codes(&world).len(), 4);
    audit_clean(&world.ledger());
}

#[test]
fn refusals_are_kept_in_a_bounded_number_for_a_bounded_time() {
    let mut world = World::new();
    let settings = Settings { refusals_max: 5, refusal_days_max: 2, ..Settings::default() };
    world.reopen_with(&settings);
    let refuse = |world: &World, label: &str| {
        world.clock.forward_s(1);
        world.refuse(&world.dinkes, &request(world, &world.kominfo, label));
    };
    for number in 0..12 {
        refuse(&world, &format!("k-{number}"));
        assert!(codes(&world).len() <= 6, "one more than the bound, at most, for a moment");
    }
    world.reopen_with(&settings);
    refuse(&world, "sesudah");
    assert!(codes(&world).len() <= 6);
    // What is too old is not shown, and goes with the next write.
    let since = settings.refusals_since(world.clock().now());
    world.clock.forward_s(3 * DAY_S);
    let later = settings.refusals_since(world.clock().now());
    let shown = |since| {
        let filter = RefusalFilter { since, ..RefusalFilter::default() };
        world.ledger().view().refusals(&filter, None, 99, 99).unwrap().refusals.len()
    };
    assert!(shown(since) > 0);
    assert_eq!(shown(later), 0);
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    assert_eq!(shown(since), 0);
}

/// One signer, whatever he had refused, pushed out all that others were refused.
#[test]
fn one_signer_does_not_push_out_what_others_were_refused() {
    let mut world = World::new();
    let settings = Settings { refusals_max: 40, signer_refusals_max: 3, ..Settings::default() };
    world.reopen_with(&settings);
    let kept = |world: &World| {
        let filter = RefusalFilter { class_max: Class::Restricted, ..RefusalFilter::default() };
        let page = world.ledger().view().refusals(&filter, None, 99, 99).unwrap();
        page.refusals.into_iter().map(|one| one.event.unwrap().subject).collect::<Vec<_>>()
    };
    let refuse = |world: &World, by: &Person, label: &str| {
        world.clock.forward_s(1);
        let mut event = request(world, &world.dinkes, label);
        event["source"] = json!("agency/setda");
        world.refuse(by, &event);
        crate::acts::subdomain(label)
    };
    let other = refuse(&world, &world.kominfo, "milik-lain");
    let mut own: Vec<_> =
        (0..20).map(|n| refuse(&world, &world.dinkes, &format!("k-{n}"))).collect();
    let newest = |own: &[String]| own.iter().rev().take(3).cloned().collect::<Vec<_>>();
    assert_eq!(kept(&world), [newest(&own), vec![other.clone()]].concat());
    // Also of what comes in one group, and after a restart.
    world.reopen_with(&settings);
    let batch = (20..30).map(|n| {
        let mut event = request(&world, &world.dinkes, &format!("k-{n}"));
        event["source"] = json!("agency/setda");
        world.sign(&world.dinkes, &event)
    });
    world.post_batch(batch.collect());
    own.push(refuse(&world, &world.dinkes, "k-30"));
    own.push(refuse(&world, &world.dinkes, "k-31"));
    own.push(refuse(&world, &world.dinkes, "k-32"));
    assert_eq!(kept(&world), [newest(&own), vec![other]].concat());
    // His share comes back with time.
    world.clock.forward_s(91 * DAY_S);
    let last = refuse(&world, &world.dinkes, "k-33");
    assert_eq!(kept(&world), [last]);
}

#[test]
fn a_refusal_above_the_readers_class_shows_only_that_it_was() {
    let world = World::new();
    let newcomer = world.authority.person("p-newcomer", "dinkes");
    // An enrolment is internal; an unknown type, and what is no event, may be anything.
    world.refuse(&world.dinkes, &world.enrolment(&newcomer));
    world.clock.forward_s(1);
    let mut unknown = request(&world, &world.dinkes, "a");
    unknown["type"] = json!("unheard.of");
    world.refuse(&world.dinkes, &unknown);
    world.clock.forward_s(1);
    world.refuse_bytes(world.dinkes.sign_anything(b"{\"a\":1}", world.clock.seconds()));
    world.clock.forward_s(1);
    world.refuse(&world.kominfo, &request(&world, &world.dinkes, "publik"));
    let server = Server::start(world.ledgers());
    let of_class = |class| {
        let name = format!("pembaca-{class:?}");
        give(&world.path(), Token { refusals: true, ..token(&name, class) })
    };
    let public = of_class(Class::Public);
    let page = json_as(&server, &public, PATH);
    assert_eq!(page["refusals"][0]["subject"], crate::acts::subdomain("publik"));
    let withheld = |second: u32, code: &str, class: &str| {
        let refused_at = format!("2026-01-02T03:04:{second:02}.000000Z");
        json!({ "refused_at": refused_at, "code": code, "class": class, "withheld": true })
    };
    let first = page["refusals"][3]["code"].as_str().unwrap();
    let expected = json!([
        page["refusals"][0],
        withheld(7, "malformed-payload", "restricted"),
        withheld(6, "type-unknown", "restricted"),
        withheld(5, first, "internal"),
    ]);
    assert_eq!(page["refusals"], expected);
    // Nor does a filter or a cursor tell whose they are.
    let found = |secret: &Secret, query: &str| {
        let page = json_as(&server, secret, &format!("{PATH}?{query}"));
        page["refusals"].as_array().unwrap().len()
    };
    assert_eq!(found(&public, "signer=p-dinkes01"), 0);
    assert_eq!(found(&public, "code=type-unknown"), 1);
    let (mut rows, mut query) = (0, "limit=1".to_owned());
    loop {
        let page = json_as(&server, &public, &format!("{PATH}?{query}"));
        rows += page["refusals"].as_array().unwrap().len();
        let Some(cursor) = page["next"].as_str() else { break };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap();
        let names_an_event = bytes.windows(64).any(|some| some.iter().all(u8::is_ascii_hexdigit));
        assert_eq!(names_an_event, rows == 1, "only the first is one that he may see");
        query = format!("limit=1&cursor={cursor}");
    }
    assert_eq!(rows, 4);
    let internal = of_class(Class::Internal);
    assert_eq!(found(&internal, "signer=p-dinkes01"), 1);
    assert_eq!(found(&of_class(Class::Restricted), "signer=p-dinkes01"), 3);
    let wanted = Wanted { from: None, to: None, token: None, ledger: None, limit: 99 };
    let lines = access::read(&world.path(), &wanted).unwrap().lines;
    let of_internal = |line: &&access::Line| line.token == "pembaca-Internal";
    assert_eq!(lines.iter().find(of_internal).unwrap().class, What::Internal);
}

#[test]
fn refusals_are_filtered_and_paged_to_their_end() {
    let world = World::new();
    for number in 0..5 {
        world.clock.forward_s(1);
        world.refuse(&world.dinkes, &request(&world, &world.kominfo, &format!("a-{number}")));
        world.refuse(&world.kominfo, &request(&world, &world.dinkes, &format!("b-{number}")));
    }
    let server = Server::start(world.ledgers());
    let secret = entitled(&world);
    let mut subjects = Vec::new();
    let mut next = format!("{PATH}?limit=2&signer=p-dinkes01");
    loop {
        let page = json_as(&server, &secret, &next);
        let refusals = page["refusals"].as_array().unwrap();
        assert!(refusals.iter().all(|one| one["signer"]["person"] == "p-dinkes01"));
        subjects.extend(refusals.iter().map(|one| one["subject"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(cursor) => next = format!("{PATH}?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    let expected: Vec<_> =
        (0..5).rev().map(|n| crate::acts::subdomain(&format!("a-{n}"))).collect();
    assert_eq!(subjects, expected);
    let thumbprint = world.kominfo.thumbprint();
    let of = |query: &str| {
        let page = json_as(&server, &secret, &format!("{PATH}?{query}"));
        page["refusals"].as_array().unwrap().len()
    };
    assert_eq!(of(&format!("signer={thumbprint}")), 5);
    assert_eq!(of("code=source-not-yours"), 10);
    assert_eq!(of("code=role-missing"), 0);
    assert_eq!(of(&format!("signer={}", Hash::of(b"nobody"))), 0);
    is_problem(get_as(&server, &secret, &format!("{PATH}?limit=0")), 400, "invalid-parameter");
    is_problem(get_as(&server, &secret, &format!("{PATH}?since=1")), 400, "unknown-parameter");
    is_problem(get_as(&server, &secret, &format!("{PATH}?cursor=x")), 400, "invalid-parameter");
}
