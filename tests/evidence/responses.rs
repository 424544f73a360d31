//! OCSP responses in a ledger: each counts for its certificate alone, together with the lists.

use super::*;

/// What the issuer answers about somebody now, good for a day.
pub(super) fn response(world: &World, person: &Person, status: ResponseStatus) -> Vec<u8> {
    let window = Window { not_before: now(world), not_after: now(world) + 24 * HOUR_S };
    let certificate = person.chain[0].clone();
    world.authority.ca.response(&ResponseSpec { window, certificate, status }).unwrap()
}

pub(super) fn root_response(world: &World, status: ResponseStatus) -> Vec<u8> {
    let window = Window { not_before: now(world), not_after: now(world) + 24 * HOUR_S };
    let certificate = world.dinkes.chain[1].clone();
    world.authority.ca.root_response(&ResponseSpec { window, certificate, status }).unwrap()
}

#[test]
fn a_response_counts_for_its_certificate_alone() {
    let mut world = World::new();
    let gone = revoked_at(now(&world) - 60, RevocationReason::KeyCompromise);
    let known = response(&world, &world.dinkes, ResponseStatus::Revoked(gone));
    let offer = world.ledger().take_evidence(&known).unwrap();
    assert_eq!(offer.kind, "evidence.response_recorded");
    let thumbprint = world.dinkes.thumbprint().to_string();
    assert_eq!(offer.subject, format!("ocsp/{}", &thumbprint[..32]));
    assert_eq!(offer.data["certificate"], thumbprint);
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    world.accept(&world.registrar, &recording(&world, &offer));
    let refusal = refused(world.post(&world.dinkes, &ask(&world, "kesehatan")));
    assert_eq!(refusal.code(), "signer-revoked");
    assert!(refusal.to_string().contains(&Hash::of(&known).to_string()), "{refusal}");
    world.accept(&world.kominfo, &request(&world, &world.kominfo, "kominfo"));
    world.reopen();
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "kesehatan")).0, "signer-revoked");
    world.audit();
    replays(&world);
}

/// Whichever of the two says it, a revocation counts; whether one on hold came back, the later word says.
#[test]
fn lists_and_responses_count_together() {
    let world = World::new();
    let gone = revoked_at(now(&world) - 60, RevocationReason::Superseded);
    record(&world, &list(&world, 1, &[(&world.dinkes, gone)]));
    world.clock.forward_s(60);
    record(&world, &response(&world, &world.dinkes, ResponseStatus::Good));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "signer-revoked");

    let world = World::new();
    let hold = revoked_at(now(&world) - 60, RevocationReason::CertificateHold);
    record(&world, &list(&world, 1, &[(&world.dinkes, hold)]));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "signer-suspended");
    world.clock.forward_s(60);
    record(&world, &response(&world, &world.dinkes, ResponseStatus::Good));
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    world.clock.forward_s(60);
    record(&world, &response(&world, &world.dinkes, ResponseStatus::Revoked(hold)));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes2")).0, "signer-suspended");
    replays(&world);
}

#[test]
fn a_response_about_an_authority_counts_for_all_below_it() {
    let world = World::new();
    let lost = revoked_at(now(&world) - 60, RevocationReason::CaCompromise);
    let offer = world.ledger().take_evidence(&root_response(&world, ResponseStatus::Revoked(lost)));
    let offer = offer.unwrap();
    assert_eq!(offer.data["certificate"], Hash::of(&world.dinkes.chain[1]).to_string());
    assert!(offer.data.contains_key("via"));
    world.accept(&world.registrar, &recording(&world, &offer));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "signer-revoked");
    // News must come in all the same, but not from somebody below that authority.
    assert_eq!(
        world.refuse(&world.kominfo, &request(&world, &world.kominfo, "x")).0,
        "signer-revoked"
    );
    world.audit();
}

#[test]
fn a_response_is_taken_in_only_from_a_known_issuer_about_a_known_certificate_and_only_if_it_is_newer()
 {
    let world = World::new();
    let ledger = world.ledger();
    let first = response(&world, &world.dinkes, ResponseStatus::Good);
    record(&world, &first);
    assert!(matches!(ledger.take_evidence(&first), Err(NotTaken::Outdated { .. })));
    let stranger = world.authority.person("p-luar00001", "dinkes");
    let about = response(&world, &stranger, ResponseStatus::Good);
    assert!(matches!(ledger.take_evidence(&about), Err(NotTaken::CertificateUnknown)));
    let unknown = response(&world, &world.kominfo, ResponseStatus::Unknown);
    assert!(matches!(ledger.take_evidence(&unknown), Err(NotTaken::CertificateUnknown)));
    let mut broken = response(&world, &world.kominfo, ResponseStatus::Good);
    *broken.last_mut().unwrap() ^= 1;
    assert!(matches!(
        ledger.take_evidence(&broken),
        Err(NotTaken::NotAResponse(OcspError::SignatureInvalid))
    ));
    let window = Window { not_before: now(&world) - HOUR_S, not_after: now(&world) + HOUR_S };
    let foreign = DevCa::create("Lain", window, Algorithm::Ed25519).unwrap();
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let profile = Profile::of_holder(HolderKind::Person);
    let chain = foreign.issue("x", "dinkes", key.public_key(), &profile, window).unwrap();
    let spec = ResponseSpec { window, certificate: chain[0].clone(), status: ResponseStatus::Good };
    let other = foreign.response(&spec).unwrap();
    assert!(matches!(ledger.take_evidence(&other), Err(NotTaken::IssuerUnknown)));
}

#[test]
fn an_event_about_a_response_says_what_the_response_says() {
    let world = World::new();
    let good = response(&world, &world.dinkes, ResponseStatus::Good);
    let offer = world.ledger().take_evidence(&good).unwrap();
    let event = recording(&world, &offer);
    let refused = |pointer: &str, value: Value| {
        let mut event = event.clone();
        *event.pointer_mut(pointer).unwrap() = value;
        let refusal = refused(world.post(&world.registrar, &event));
        (refusal.code().to_owned(), refusal.obstacles()[0].pointer.clone())
    };
    let differs = |pointer: &str| ("evidence-differs".to_owned(), pointer.to_owned());
    let other = Hash::of(b"other").to_string();
    for (pointer, value) in [
        ("/subject", json!(format!("ocsp/{}", &other[..32]))),
        ("/data/size", json!(7)),
        ("/data/this_update", json!("2026-01-01T00:00:00Z")),
        ("/data/next_update", json!("2026-01-09T00:00:00Z")),
    ] {
        assert_eq!(refused(pointer, value), differs(pointer));
    }
    let kominfo = world.kominfo.thumbprint().to_string();
    for (pointer, value, code) in [
        ("/data/object", json!(other), "evidence-not-held"),
        ("/data/issuer", json!(other), "evidence-issuer-unknown"),
        ("/data/certificate", json!(other), "evidence-certificate-unknown"),
    ] {
        assert_eq!(refused(pointer, value), (code.to_owned(), pointer.to_owned()));
    }
    let silent = ("evidence-not-valid".to_owned(), "/data/object".to_owned());
    assert_eq!(refused("/data/certificate", json!(kominfo)), silent);
    // A list is recorded by the other event.
    let list = world.ledger().take_evidence(&list(&world, 1, &[])).unwrap();
    let size = list.data["size"].clone();
    let mut crossed = event.clone();
    crossed["data"]["object"] = json!(list.object.to_string());
    crossed["data"]["size"] = size;
    let refusal = crate::harness::refused(world.post(&world.registrar, &crossed));
    assert_eq!(refusal.code(), "evidence-not-valid");
    world.accept(&world.registrar, &event);
    world.audit();
}

#[test]
fn a_policy_that_refuses_stale_lists_is_content_with_fresh_responses() {
    let world = asking("stale = \"refuse\"");
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "revocation-stale");
    record(&world, &response(&world, &world.dinkes, ResponseStatus::Good));
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "revocation-stale");
    record(&world, &root_response(&world, ResponseStatus::Good));
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    assert_eq!(
        world.refuse(&world.kominfo, &request(&world, &world.kominfo, "x")).0,
        "revocation-stale"
    );
    world.clock.forward_s(DAY_S + 1);
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes2")).0, "revocation-stale");
    record(&world, &list(&world, 1, &[]));
    record(&world, &root_list(&world));
    world.accept(&world.dinkes, &ask(&world, "dinkes2"));
    world.audit();
    replays(&world);
}
