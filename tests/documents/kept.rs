//! Documents as they are kept: audited, damaged, left by a crash, indexed and listed.

use super::*;

#[test]
fn a_damaged_document_is_not_given_out_and_can_be_handed_in_again() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let (small, large) = (b"surat".to_vec(), vec![7; 1 << 20]);
    let first = name(&world, "kecil", &small);
    name(&world, "besar", &large);
    for bytes in [&small, &large] {
        taken(put(&server, bytes), 201, bytes);
        let mut damaged = bytes.clone();
        damaged[0] ^= 1;
        fs::write(stored(&world, bytes), damaged).unwrap();
    }
    is_problem(server.get(&path_of(&small)), 500, "document-damaged");
    // The length was announced; the connection ends before it.
    assert!(server.get(&path_of(&large)).bytes().is_err());
    assert_eq!(documents_check(&world, Depth::Sizes).verdict, Verdict::Ok);
    let check = documents_check(&world, Depth::Bytes);
    assert_eq!(check.verdict, Verdict::Bad);
    fs::write(stored(&world, &small), b"").unwrap();
    let check = documents_check(&world, Depth::Sizes);
    assert_eq!((check.verdict, check.position), (Verdict::Bad, Some(first)));
    for bytes in [&small, &large] {
        taken(put(&server, bytes), 200, bytes);
        assert!(server.get(&path_of(bytes)).bytes().unwrap() == bytes.as_slice());
    }
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok);
}

#[test]
fn an_audit_says_not_held_where_a_document_is_absent_and_never_bad() {
    let world = World::new();
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok, "nothing is named");
    let first = name(&world, "dinkes", b"first");
    name(&world, "puskesmas", b"second");
    let check = documents_check(&world, Depth::Bytes);
    assert_eq!((check.verdict, check.position), (Verdict::NotHeld, Some(first)));
    assert_eq!(check.reason.as_deref(), Some("2 of 2 documents are not held"));
    assert_eq!(json!(check.verdict), "not held");
    let server = Server::start(world.ledgers());
    taken(put(&server, b"second"), 201, b"second");
    let check = documents_check(&world, Depth::Sizes);
    assert_eq!(check.reason.as_deref(), Some("1 of 2 documents are not held"));
    taken(put(&server, b"first"), 201, b"first");
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok);
    // Removed as the law may demand: the events stand.
    let documents = world.ledgers().documents();
    assert_eq!(documents.remove(&Hash::of(b"first")), Ok(true));
    assert_eq!(documents.remove(&Hash::of(b"first")), Ok(false));
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::NotHeld);
    is_problem(server.get(&path_of(b"first")), 404, "document-not-held");
}

#[test]
fn of_many_who_hand_in_one_document_at_one_time_each_is_answered() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let bytes = vec![7; 300_000];
    name(&world, "dinkes", &bytes);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let put = || put(&server, &bytes).status().as_u16();
        let all: Vec<_> = (0..8).map(|_| scope.spawn(put)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|status| matches!(status, 200 | 201)), "{statuses:?}");
    assert!(statuses.contains(&201));
    assert!(server.get(&path_of(&bytes)).bytes().unwrap() == bytes);
    assert_eq!(files(&world.path().join("documents")), [stored(&world, &bytes)]);
}

/// Whichever comes first, the document or the event that names it: at the end it is held.
#[test]
fn a_document_and_its_event_may_come_at_one_time() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    for round in 0..12 {
        let label = format!("layanan-{round}");
        let bytes = label.as_bytes();
        let statement = world.sign(&world.dinkes, &naming(&world, &label, bytes, bytes));
        thread::scope(|scope| {
            scope.spawn(|| assert!(put(&server, bytes).status().is_success()));
            scope.spawn(|| recorded(world.post_bytes(statement)));
        });
        assert_eq!(server.get(&path_of(bytes)).bytes().unwrap(), bytes, "{round}");
    }
    assert_eq!(documents_check(&world, Depth::Bytes).verdict, Verdict::Ok);
    assert_eq!(files(&world.path().join("documents/waiting")), NOTHING);
}

#[test]
fn a_full_disk_takes_no_document_and_says_so() {
    let mut world = World::new();
    name(&world, "dinkes", b"surat");
    world.reopen_with(&Settings { disk_free_min_bytes: u64::MAX, ..Settings::default() });
    let server = Server::start(world.ledgers());
    is_problem(put(&server, b"surat"), 507, "disk-full");
    assert_eq!(files(&world.path().join("documents")), NOTHING);
}

#[test]
fn what_a_crash_left_of_an_upload_is_removed_and_what_was_kept_stays() {
    let mut world = World::new();
    name(&world, "dinkes", b"surat");
    taken(put(&Server::start(world.ledgers()), b"surat"), 201, b"surat");
    world.close();
    fs::write(world.path().join("documents/aside-0"), b"half of a docu").unwrap();
    world.reopen();
    assert_eq!(files(&world.path().join("documents")), [stored(&world, b"surat")]);
    let server = Server::start(world.ledgers());
    assert_eq!(server.get(&path_of(b"surat")).bytes().unwrap(), b"surat".as_slice());
}

/// A directory of a program that knew no documents: it is read as it is, and gets its index when it is
/// next opened for writing.
#[test]
fn an_older_directory_gets_the_index_of_its_documents() {
    let mut world = World::new();
    for number in 0..3 {
        name(&world, &format!("layanan-{number}"), format!("surat {number}").as_bytes());
    }
    name_internally(&world, "p-rahasia1", b"surat 1");
    world.close();
    let db = world.path().join("db");
    fs::write(db.join(DRILL_MARK), b"").unwrap();
    let rows = index(&world.path());
    assert_eq!(rows.len(), 8);
    for (key, _) in &rows {
        drill_delete_row(&db, LEDGER, Table::Document, key).unwrap();
    }
    drill_delete_row(&db, LEDGER, Table::Meta, b"documents").unwrap();
    let archive = Archive::open(&world.path(), &Settings::default()).unwrap();
    let (view, no_lock) = (&archive.views()[0], LockEvidence::NotAsked);
    let report = audit_to(Depth::Sizes, view, &no_lock, &Settings::default(), &|_, _| ());
    assert!(report.is_clean(), "{report:#?}");
    assert_eq!(report.check(CheckName::Documents).unwrap().verdict, Verdict::NotChecked);
    drop(archive);
    world.reopen();
    assert_eq!(documents_check(&world, Depth::Sizes).verdict, Verdict::NotHeld);
    world.close();
    assert_eq!(index(&world.path()), rows);
}

/// The rows that say which events name a document, of the events of this file.
fn index(dir: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    let archive = Archive::open(dir, &Settings::default()).unwrap();
    let view = &archive.views()[0];
    let mut rows = Vec::new();
    for number in 0..3 {
        let sha256 = Hash::of(format!("surat {number}").as_bytes());
        for (class, position) in (0..3).flat_map(|class| (0..20).map(move |at| (class, at))) {
            let at = Position(position);
            let size = format!("surat {number}").len();
            let of_size = keys::document_of_size(&sha256, class, u64::try_from(size).unwrap(), at);
            for key in [keys::document(&sha256, class, at), of_size] {
                if let Some(value) = archive.row(view, Table::Document, &key).unwrap() {
                    rows.push((key, value));
                }
            }
        }
    }
    rows
}

#[test]
fn an_audit_finds_a_document_slipped_into_the_index_or_taken_out_of_it() {
    let mut world = World::new();
    let position = name(&world, "dinkes", b"surat");
    world.close();
    let db = world.path().join("db");
    fs::write(db.join(DRILL_MARK), b"").unwrap();
    let key = keys::document(&Hash::of(b"surat"), 0, position);
    // The class of an internal event made public, for one who should not see it.
    let stray = keys::document(&Hash::of(b"another"), 0, Position(3));
    drill_insert_row(&db, LEDGER, Table::Document, &stray, &5_u64.to_be_bytes()).unwrap();
    assert_eq!(archived(&world).verdict, Verdict::Bad);
    drill_delete_row(&db, LEDGER, Table::Document, &stray).unwrap();
    assert_eq!(archived(&world).verdict, Verdict::NotHeld);
    let stray = keys::document_of_size(&Hash::of(b"surat"), 0, 6, position);
    drill_insert_row(&db, LEDGER, Table::Document, &stray, b"").unwrap();
    assert_eq!(archived(&world).verdict, Verdict::Bad);
    drill_delete_row(&db, LEDGER, Table::Document, &stray).unwrap();
    drill_delete_row(&db, LEDGER, Table::Document, &key).unwrap();
    let check = archived(&world);
    assert_eq!((check.verdict, check.position), (Verdict::Bad, Some(position)));
}

fn archived(world: &World) -> Check {
    let archive = Archive::open(&world.path(), &Settings::default()).unwrap();
    let (view, no_lock) = (&archive.views()[0], LockEvidence::NotAsked);
    let report = audit_to(Depth::Sizes, view, &no_lock, &Settings::default(), &|_, _| ());
    report.check(CheckName::Documents).unwrap().clone()
}

#[test]
fn documents_are_listed_with_what_events_say_of_them_and_whether_they_are_held() {
    let world = World::new();
    let server = Server::start(world.ledgers());
    let event = naming(&world, "dinkes", b"form", b"letter");
    let position = recorded(world.post(&world.dinkes, &event)).position;
    name_internally(&world, "p-rahasia1", b"secret");
    taken(put(&server, b"letter"), 201, b"letter");
    let list = |query: &str| server.json(&format!("/v1/61.07/documents?{query}"));
    let digests = |query: &str| -> Vec<String> {
        let listed = list(query);
        let rows = listed["documents"].as_array().unwrap().iter();
        rows.map(|row| row["sha256"].as_str().unwrap().to_owned()).collect()
    };
    let (form, letter) = (Hash::of(b"form").to_string(), Hash::of(b"letter").to_string());
    let mut both = vec![form.clone(), letter.clone()];
    both.sort();
    assert_eq!(digests(""), both, "what only an internal event names is not there");
    let row = list("kind=surat")["documents"][0].clone();
    assert_eq!(
        row,
        json!({
            "sha256": letter, "class": "public", "named_by": [position.0], "held": true,
            "kind": "official-letter", "family": "surat", "number": "800/12/2026",
            "date": "2026-01-02", "signatory": ["role/kadis-kominfo", "p-dinkes01"],
            "name": "Surat permohonan.pdf", "mediatype": PDF, "size": 6,
        })
    );
    for (query, expected) in [
        ("kind=formulir", vec![form.clone()]),
        ("kind=official-letter", vec![letter.clone()]),
        ("kind=berita-acara", vec![]),
        ("number=800/12/2026", both.clone()),
        ("number=1", vec![]),
        ("subject=subdomain/dinkes.bengkayangkab.go.id", both.clone()),
        ("subject=subdomain/setda.bengkayangkab.go.id", vec![]),
        ("from=2026-01-02&to=2026-01-02", both.clone()),
        ("from=2026-01-03", vec![]),
        ("held=true", vec![letter]),
        ("held=false", vec![form]),
    ] {
        assert_eq!(digests(query), expected, "{query}");
    }
    let before = list(&format!("as_of={}", position.0 - 1));
    assert_eq!(before["documents"], json!([]));
    // A page at a time, also past a document that the reader may not see.
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(&format!("limit=1{cursor}"));
        let rows = page["documents"].as_array().unwrap();
        found.extend(rows.iter().map(|row| row["sha256"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, both);
    is_problem(server.get("/v1/61.07/documents?from=kemarin"), 400, "invalid-parameter");
    is_problem(server.get("/v1/61.07/documents?jenis=sk"), 400, "unknown-parameter");
    let secret = crate::tokens::reader(&world, "internal", jejak_ledger::rules::Class::Internal);
    let listed: Value =
        crate::tokens::get_as(&server, &secret, "/v1/61.07/documents").json().unwrap();
    assert_eq!(listed["documents"].as_array().unwrap().len(), 3);
    // Its reader may also hand it in and fetch it.
    let path = path_of(b"secret");
    let authorization = format!("Bearer {}", secret.reveal());
    let put = server.request("PUT", &path).header("authorization", authorization);
    taken(put.header("content-type", PDF).body("secret").send().unwrap(), 201, b"secret");
    let answer = crate::tokens::get_as(&server, &secret, &path);
    assert_eq!(answer.headers()["cache-control"], "private, max-age=60");
    assert_eq!(answer.bytes().unwrap(), b"secret".as_slice());
    is_problem(server.get(&path), 404, "unknown-document");
}
