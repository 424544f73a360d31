//! Agencies that end and signers who are suspended, over whole ledgers: within one batch, as of a time before, and
//! in audits.

use std::sync::Arc;

use jejak_ledger::log::Position;
use jejak_ledger::store::{LedgerStore, Memory};
use jejak_ledger::{Settings, replay};
use serde_json::{Value, json};

use crate::acts::{document, grant, request, subdomain};
use crate::harness::{Person, World, recorded, refused, rfc3339};
use crate::server::Server;

fn today(world: &World) -> String {
    rfc3339(world.clock.seconds())[..10].to_owned()
}

fn suspension(world: &World, of: &Person, kind: &str) -> Value {
    let data = match kind {
        "signer.suspended" => json!({ "reason": "key-in-doubt" }),
        _ => json!({}),
    };
    world.event(&world.registrar, kind, &format!("signer/{}", of.id), data)
}

/// Dinas Kesehatan is merged into `successor` today.
fn merged(world: &World, successor: &str) -> Value {
    let data = json!({
        "successors": [{ "agency": successor }],
        "date": today(world),
        "basis": document("regulation"),
    });
    world.event(&world.registrar, "agency.merged", "agency/dinkes", data)
}

fn registered(world: &World, agency: &str) -> Value {
    let data = json!({ "agency": agency, "name": "Dinas Kesehatan dan Keluarga Berencana" });
    world.event(&world.registrar, "agency.registered", &format!("agency/{agency}"), data)
}

fn site(world: &World, by: &Person, label: &str) -> Value {
    let name = subdomain(label);
    let name = name.strip_prefix("subdomain/").unwrap();
    let data = json!({ "title": "Laman", "purpose": "Layanan" });
    world.event(by, "site.opened", &format!("site/{name}"), data)
}

#[test]
fn a_suspension_counts_for_the_next_statement_of_the_same_batch_and_so_does_its_end() {
    let world = World::new();
    let of = |label: &str| request(&world, &world.dinkes, label);
    let sign = |event: &Value| world.sign(&world.dinkes, event);
    let by_registrar = |event: Value| world.sign(&world.registrar, &event);
    let answers = world.post_batch(vec![
        sign(&of("dinkes")),
        by_registrar(suspension(&world, &world.dinkes, "signer.suspended")),
        sign(&of("kesehatan")),
        by_registrar(suspension(&world, &world.dinkes, "signer.reinstated")),
        sign(&of("kesehatan")),
    ]);
    for (index, answer) in answers.into_iter().enumerate() {
        if index == 2 {
            assert_eq!(refused(answer).code(), "signer-suspended");
        } else {
            recorded(answer);
        }
    }
    world.audit();
}

#[test]
fn a_suspended_signer_goes_on_with_a_new_certificate_and_the_old_one_stays_suspended() {
    let mut world = World::new();
    world.accept(&world.registrar, &suspension(&world, &world.dinkes, "signer.suspended"));
    let again = world.authority.person(&world.dinkes.id, "dinkes");
    world.enrol(&again);
    world.accept(&again, &request(&world, &again, "dinkes"));
    world.reopen();
    let old = request(&world, &world.dinkes, "kesehatan");
    assert_eq!(world.refuse(&world.dinkes, &old).0, "signer-suspended");
    world.audit();
}

#[test]
fn a_successor_acts_on_what_the_agency_held_and_the_time_before_stays_as_it_was() {
    let mut world = World::new();
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let before = world.accept(&world.kominfo, &grant(&world, "dinkes", "dinkes"));
    let moved = world.authority.person(&world.dinkes.id, "dinkeskb");
    let batch = vec![
        world.sign(&world.registrar, &registered(&world, "dinkeskb")),
        world.sign(&world.registrar, &merged(&world, "dinkeskb")),
        // The same person, with a new certificate for the new agency.
        world.sign(&world.registrar, &world.enrolment(&moved)),
        world.sign(&world.dinkes, &site(&world, &world.dinkes, "dinkes")),
        world.sign(&moved, &site(&world, &moved, "dinkes")),
    ];
    for (index, answer) in world.post_batch(batch).into_iter().enumerate() {
        if index == 3 {
            assert_eq!(refused(answer).code(), "role-missing");
        } else {
            recorded(answer);
        }
    }
    world.reopen();
    let old = request(&world, &world.dinkes, "kesehatan");
    assert_eq!(
        world.refuse(&world.dinkes, &old),
        ("role-missing".to_owned(), Some("SYS.20.1".to_owned()))
    );
    let (ledger, agencies) = (world.ledger(), jejak_ledger::registers::AGENCIES);
    let state = |at: Position| {
        let row = ledger.view().register_row(&agencies, "dinkes", at).unwrap();
        row.map(|thing| thing.state)
    };
    assert_eq!(state(before.position).as_deref(), Some("agency"));
    assert_eq!(state(Position(ledger.view().size() - 1)).as_deref(), Some("ended"));
    world.audit();
    let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
    let settings = Settings::default();
    let report = replay(&ledger.view(), &scratch, &settings, &|_, _| ()).unwrap();
    assert_eq!(report.differences, []);
}

/// The office's own stream says nothing of it: its row once ended without a version in which it did.
#[test]
fn an_office_ends_with_its_agency_in_its_row_and_in_the_history_of_the_row() {
    let world = World::new();
    let appointed = |agency: &str, office: &str, from: &str| {
        let data = json!({
            "person": world.dinkes.id, "agency": agency, "from": from, "head": true,
            "decision": document("decree"),
        });
        world.event(&world.registrar, "role.appointed", office, data)
    };
    let ended = |office: &str| {
        let data = json!({
            "person": world.dinkes.id, "date": today(&world), "reason": "resigned",
            "decision": document("decree"),
        });
        world.event(&world.registrar, "role.ended", office, data)
    };
    let office = "role/kepala-dinkes";
    world.accept(&world.registrar, &appointed("dinkes", office, "2026-01-01"));
    let first = world.accept(&world.registrar, &registered(&world, "dinkeskb"));
    let at = world.accept(&world.registrar, &merged(&world, "dinkeskb")).position.0;
    world.accept(&world.registrar, &ended(office));
    world.audit();
    let server = Server::start(world.ledgers());
    let path = "/v1/61.07/registers/roles";
    let row =
        |as_of: u64| server.json(&format!("{path}/kepala-dinkes?as_of={as_of}"))["row"].clone();
    assert_eq!(row(first.position.0)["state"], "in_office");
    assert_eq!((&row(at)["state"], &row(at)["until"]), (&json!("ended"), &json!(today(&world))));
    assert_eq!(row(at)["successors"], json!(["dinkeskb"]));
    let listed = server.json(&format!("{path}?state=ended&as_of={at}"));
    assert_eq!(listed["rows"][0]["key"], "kepala-dinkes");

    let history = server.json(&format!("{path}/kepala-dinkes/history"));
    let versions = history["versions"].as_array().unwrap().clone();
    let positions: Vec<_> = versions.iter().map(|version| version["position"].as_u64()).collect();
    assert_eq!(positions[1..], [Some(at), Some(at + 1)]);
    assert_eq!(
        versions[1]["changes"],
        json!({
            "state": { "old": "in_office", "new": "ended" },
            "successors": { "old": null, "new": ["dinkeskb"] },
            "until": { "old": null, "new": today(&world) },
        })
    );
    let before = server.json(&format!("{path}/kepala-dinkes/history?as_of={}", at - 1));
    assert_eq!(before["versions"], json!([versions[0]]));
    let until = server.json(&format!("{path}/kepala-dinkes/history?as_of={at}"));
    assert_eq!(until["versions"], json!(versions[..2]));
    // Page by page it is the same.
    let mut paged = Vec::new();
    let mut address = format!("{path}/kepala-dinkes/history?limit=1");
    loop {
        let page = server.json(&address);
        let rows = page["versions"].as_array().unwrap();
        assert!(rows.len() <= 1);
        paged.extend(rows.iter().cloned());
        let Some(next) = page["next"].as_str() else { break };
        address = format!("{path}/kepala-dinkes/history?limit=1&cursor={next}");
    }
    assert_eq!(paged, versions);
}

/// In a whole ledger: who acts for an agency that is no more, and what waits for its head.
#[test]
fn what_an_agency_held_that_ended_without_a_successor_goes_on_and_what_waited_for_its_head_lapses()
{
    let mut world = World::new();
    let system = json!({
        "name": "Sistem Informasi Puskesmas", "kind": "application", "owner": "Pemerintah Daerah",
        "agency": "dinkes", "task_basis": "Perbup 1/2020",
    });
    let system = world.event(&world.dinkes, "system.registered", "system/simpus", system);
    world.accept(&world.dinkes, &system);
    let procedure = json!({
        "title": "Pendaftaran pasien", "edition": 1, "process_owner": "Kepala Seksi",
        "process_time": "15 menit", "process_order": ["Menerima"],
        "document": document("sop"),
    });
    let procedure = world.event(&world.dinkes, "sop.adopted", "sop/simpus/1", procedure);
    let drafted_at = world.accept(&world.dinkes, &procedure).position;
    let topic = json!({ "title": "Kunjungan", "topic": "kunjungan", "walidata": "dinkes" });
    let topic = world.event(&world.dinkes, "dataset.registered", "dataset/kunjungan", topic);
    world.accept(&world.dinkes, &topic);
    let reason = json!({ "reason": "Perangkat daerahnya dibubarkan." });
    let retired = world.event(&world.kominfo, "dataset.retired", "dataset/kunjungan", reason);
    let still = ("rule-refused".to_owned(), Some("BKY.19.2".to_owned()));
    assert_eq!(world.refuse(&world.kominfo, &retired), still);
    let data = json!({ "date": today(&world), "basis": document("regulation") });
    let ended = world.event(&world.sekda, "agency.dissolved", "agency/dinkes", data);
    // Within one batch the next statement is decided by it.
    let batch = vec![world.sign(&world.sekda, &ended), world.sign(&world.kominfo, &retired)];
    world.post_batch(batch).into_iter().for_each(|answer| drop(recorded(answer)));
    world.reopen();
    world.audit();
    let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
    let report =
        replay(&world.ledger().view(), &scratch, &Settings::default(), &|_, _| ()).unwrap();
    assert!(report.differences.is_empty(), "{report:?}");

    let server = Server::start(world.ledgers());
    let marks = |query: &str| {
        server.json(&format!("/v1/61.07/streams/sop/simpus/1{query}"))["marks"].clone()
    };
    let before = marks(&format!("?as_of={}", drafted_at.0));
    assert_eq!(
        (&before["pending"][0]["type"], before.get("lapsed")),
        (&json!("sop.adopted"), None)
    );
    let now = marks("");
    assert_eq!(now.get("pending"), None, "{now}");
    let why = now["lapsed"][0]["why"].clone();
    assert_eq!(why["en"], format!("agency `dinkes` ended on {}", today(&world)));
}
