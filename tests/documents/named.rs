//! Documents by the events that name them: of which class, of which size.

use super::*;

/// The public must not learn from an answer that a confidential event names a document.
#[test]
fn what_only_confidential_events_name_is_not_there_for_the_public() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let (secret, unnamed) = (b"secret".as_slice(), b"other1".as_slice());
    name_internally(&world, "p-rahasia1", secret);
    let strip = |mut told: Value| {
        told.as_object_mut().unwrap().remove("sha256");
        told
    };
    for _ in 0..2 {
        let told = strip(taken(put(&server, secret), 202, secret));
        assert_eq!(told, strip(taken(put(&server, unnamed), 202, unnamed)));
        is_problem(server.get(&path_of(secret)), 404, "unknown-document");
        is_problem(server.get(&path_of(unnamed)), 404, "unknown-document");
    }
    let other_type = |bytes| put_as(&server, &path_of(bytes), "image/png", bytes).status();
    assert_eq!(other_type(secret), other_type(unnamed));
    // It is kept all the same, and what a public event names is public by that act.
    assert!(stored(&world, secret).is_file() && !stored(&world, unnamed).is_file());
    world.clock.forward_s(4_000);
    world.ledgers().sweep_documents();
    assert!(stored(&world, secret).is_file());
    name(&world, "dinkes", secret);
    assert_eq!(server.get(&path_of(secret)).bytes().unwrap(), secret);
    world.audit();
}

/// The place of a document that waits came back as soon as a confidential event named it, however confidential: whoever
/// had handed it in could tell.
#[test]
fn a_place_to_wait_comes_back_for_no_event_that_its_sender_may_not_see() {
    let mut world = World::new();
    let limits = DocumentLimits { caller_waiting_max: 1, ..DocumentLimits::default() };
    world.reopen_with(&settings(limits));
    let server = Server::start(world.ledgers());
    let internal = crate::tokens::reader(&world, "internal", jejak_ledger::rules::Class::Internal);
    let authorization = format!("Bearer {}", internal.reveal());
    let as_internal = |method: &str, body: &'static [u8]| {
        let request = server.request(method, &path_of(body)).header("content-type", PDF);
        request.header("authorization", &authorization).body(body).send().unwrap()
    };
    let is_full = || is_problem(put(&server, b"another"), 429, "waiting-full");
    let secrets: [&[u8]; 3] = [b"by the sweep", b"by a reader", b"by a second sender"];
    for (number, secret) in secrets.into_iter().enumerate() {
        taken(put(&server, secret), 202, secret);
        name_internally(&world, &format!("p-rahasia{number}"), secret);
        match number {
            0 => {}
            1 => assert_eq!(as_internal("GET", secret).bytes().unwrap(), secret),
            _ => drop(taken(as_internal("PUT", secret), 201, secret)),
        }
        is_full();
        world.ledgers().sweep_documents();
        is_full();
        assert!(stored(&world, secret).is_file());
        assert_eq!(files(&world.path().join("documents/waiting")), NOTHING);
        world.clock.forward_s(3_599);
        world.ledgers().sweep_documents();
        is_full();
        world.clock.forward_s(1);
        world.ledgers().sweep_documents();
        assert!(stored(&world, secret).is_file());
    }
    // For one that he may see it does: at once, or with the next sweep.
    taken(put(&server, b"secret"), 202, b"secret");
    name_internally(&world, "p-rahasia4", b"secret");
    world.ledgers().sweep_documents();
    is_full();
    name(&world, "dinkes", b"secret");
    world.ledgers().sweep_documents();
    taken(put(&server, b"another"), 202, b"another");
    world.audit();
}

/// Events of other sizes, as many as are looked at, hid the one that says the truth.
#[test]
fn events_that_give_other_sizes_do_not_hide_the_one_that_gives_the_right_one() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let bytes = b"surat".as_slice();
    let wrong = |number: usize| {
        let mut event = naming(&world, &format!("salah-{number}"), b"form", bytes);
        event["data"]["letter"]["size"] = json!(1_000 + number);
        event["data"]["letter"]["mediatype"] = json!("image/png");
        world.sign(&world.dinkes, &event)
    };
    world.post_batch((0..NAMED_MAX).map(wrong).collect()).into_iter().for_each(|answer| {
        recorded(answer);
    });
    is_problem(put(&server, bytes), 422, "size-mismatch");
    name(&world, "benar", bytes);
    taken(put(&server, bytes), 201, bytes);
    let answer = server.get(&path_of(bytes));
    assert_eq!(answer.headers()["content-type"], PDF);
    assert_eq!(answer.bytes().unwrap(), bytes);
    let list = server.json("/v1/61.07/documents?held=true");
    assert_eq!(list["documents"][0]["sha256"], Hash::of(bytes).to_string());
    taken(put(&server, b"form"), 201, b"form");
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok);
}

/// Such an event was recorded, and its document could never be handed in.
#[test]
fn an_event_that_gives_one_document_two_sizes_is_refused_at_the_second() {
    let world = World::new();
    let mut event = naming(&world, "dinkes", b"surat", b"surat");
    event["data"]["letter"]["size"] = json!(6);
    let Refusal::Rule(refusal) = refused(world.post(&world.dinkes, &event)) else { panic!() };
    assert_eq!(
        (refusal.code.as_str(), refusal.rule.as_deref()),
        ("content-invalid", Some("SYS.0.2"))
    );
    let [fault] = refusal.faults.as_slice() else { panic!("{refusal:?}") };
    assert_eq!(fault.pointer, "/data/letter/size");
    assert_eq!(fault.why, Why::SizeContradicted { elsewhere: "/data/form".to_owned(), size: 5 });
    event["data"]["letter"]["size"] = json!(5);
    recorded(world.post(&world.dinkes, &event));
}

/// What stands on version 1 of the structural acts decides as it did, so there may be such events.
#[test]
fn what_an_event_of_version_1_gives_two_sizes_can_be_handed_in() {
    const STRUCTURAL_1: &[u8] =
        b"format = \"jejak-ruleset/1\"\nname = \"sanggau\"\nstructural = 1\n\
        title.id = \"Sanggau\"\ntitle.en = \"Sanggau\"\nregion = \"61.03\"\n";
    let world = World::new();
    let origin = "jejak.sanggaukab.go.id/61.03";
    world.ledgers().init(world.opening("61.03", origin, STRUCTURAL_1)).unwrap();
    let ledger = world.ledgers().ledger("61.03").unwrap();
    let bytes = b"surat keputusan".as_slice();
    let mut decision = cited("decree", bytes);
    decision["size"] = json!(1);
    let data = json!({ "person": "p-kadis0001", "agency": "kominfo", "from": "2026-01-02", "decision": decision });
    let mut event = world.event(&world.registrar, "role.appointed", "role/kadis-kominfo", data);
    event["ledger"] = json!(origin);
    event["late"] = json!({ "reason": "Listrik padam.", "document": cited("minutes", bytes) });
    recorded(submit(&ledger, vec![world.sign(&world.registrar, &event)]).remove(0));
    let server = Server::start(world.ledgers());
    let path = format!("/v1/61.03/documents/{}", Hash::of(bytes));
    taken(put_as(&server, &path, PDF, bytes), 201, bytes);
    assert_eq!(server.get(&path).bytes().unwrap(), bytes);
    let listed = server.json("/v1/61.03/documents");
    assert_eq!(listed["documents"][0]["held"], json!(true));
    audit_clean(&ledger);
}
