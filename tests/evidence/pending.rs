//! Where a policy asks for news of revocations: what is refused without it, what waits for it, and what settles it.

use super::responses::{response, root_response};
use super::*;

/// A region in which both authorities put a trust policy in force that says this of revocations.
pub(crate) fn asking(revocation: &str) -> World {
    let world = World::new();
    let anchor = certificate_to_pem(world.authority.ca.anchor_der());
    let policy = format!(
        "format = \"jejak-trust/1\"\n[[anchor]]\ncertificate = \"\"\"\n{anchor}\"\"\"\n[revocation]\n{revocation}\n"
    );
    let hash = Objects::beside(&world.path().join("objects")).put(policy.as_bytes()).unwrap();
    let data = json!({ "policy": hash.to_string(), "name": "uji" });
    world.accept_of_both("trust.policy_adopted", data);
    world
}

pub(crate) fn root_list(world: &World) -> Vec<u8> {
    world.authority.ca.root_revocation_list(&spec(world, 1, Vec::new())).unwrap()
}

#[test]
fn where_the_policy_refuses_stale_lists_every_authority_of_the_path_needs_a_fresh_one() {
    let world = asking("stale = \"refuse\"\nage_max_hours = 48");
    let stale = |label: &str| {
        let refusal = refused(world.post(&world.dinkes, &ask(&world, label)));
        assert_eq!(refusal.code(), "revocation-stale");
        refusal.to_string()
    };
    assert!(stale("dinkes").contains("is recorded on crl/"), "there is none yet");
    // News comes in all the same, signed by somebody whose own list is not there yet.
    record(&world, &list(&world, 1, &[]));
    assert!(stale("dinkes").contains(&Hash::of(&world.dinkes.chain[1]).to_string()));
    record(&world, &root_list(&world));
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    world.clock.forward_s(2 * DAY_S);
    world.accept(&world.dinkes, &ask(&world, "kesehatan"));
    // Due in five days yet, but older than the policy allows.
    world.clock.forward_s(1);
    assert!(stale("puskesmas").contains("too old"));
    record(&world, &list(&world, 2, &[]));
    let root = world.authority.ca.root_revocation_list(&spec(&world, 2, Vec::new())).unwrap();
    record(&world, &root);
    world.accept(&world.dinkes, &ask(&world, "puskesmas"));
    replays(&world);
}

/// A stolen key goes out also while there is no list; whoever takes it out needs none.
#[test]
fn keys_are_taken_out_whatever_news_of_revocations_there_is() {
    let world = asking("stale = \"refuse\"");
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "dinkes")).0, "revocation-stale");
    let on = |person: &Person| format!("signer/{}", person.id);
    let doubt = json!({ "reason": "key-in-doubt" });
    let out = world.event(&world.registrar, "signer.suspended", &on(&world.dinkes), doubt.clone());
    world.accept(&world.registrar, &out);
    world.accept(&world.registrar, &world.revocation(&world.dinkes));
    // A founder's last certificate, with its second signature.
    let out = world.event(&world.sekda, "signer.suspended", &on(&world.registrar), doubt);
    world.accept(&world.sekda, &out);
    let data = json!({
        "certificate": world.registrar.thumbprint().to_string(), "reason": "key-compromise",
    });
    let out = world.event(&world.sekda, "signer.revoked", &on(&world.registrar), data);
    world.accept(&world.sekda, &out);
    world.accept(&world.bupati, &world.countersignature(&world.sekda, &out, &world.bupati));
    replays(&world);
}

#[test]
fn a_list_is_stale_when_the_next_one_was_due() {
    let world = asking("stale = \"refuse\"");
    record(&world, &list(&world, 1, &[]));
    record(&world, &root_list(&world));
    world.clock.forward_s(7 * DAY_S);
    world.accept(&world.dinkes, &ask(&world, "dinkes"));
    world.clock.forward_s(1);
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "kesehatan")).0, "revocation-stale");
}

#[test]
fn where_the_policy_waits_a_statement_is_pending_until_a_later_list_settles_it() {
    let world = asking("stale = \"pending\"");
    let accepted = world.accept(&world.dinkes, &ask(&world, "dinkes"));
    assert!(accepted.noted().unwrap().revocation_pending);
    let first = accepted.position;
    let known = |position| {
        let view = world.ledger().view();
        let entry = view.entry(position).unwrap().unwrap();
        view.revocation_news(&entry).unwrap().unwrap().news.word()
    };
    assert_eq!(known(first), "revocation-pending");
    let awaited = |position| {
        let view = world.ledger().view();
        let entry = view.entry(position).unwrap().unwrap();
        let news = view.revocation_news(&entry).unwrap().unwrap();
        news.awaited_of().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let issuer_of = |der: &[u8]| Certificate::from_der(der.to_vec()).unwrap().issuer().to_owned();
    let issuing = issuer_of(&world.dinkes.chain[0]);
    let root = jejak_signer::authority_name(world.authority.ca.anchor_der()).unwrap().0;
    assert_ne!(issuing, root);
    assert_eq!(awaited(first), [issuing.clone(), root]);
    let noted = |position| world.ledger().view().noted_at(position).unwrap().revocation_pending;
    assert!(noted(first));
    // The authority above has said it; the issuing one has not.
    record(&world, &root_list(&world));
    assert_eq!(known(first), "revocation-pending");
    assert_eq!(awaited(first), [issuing]);
    world.clock.forward_s(60);
    record(&world, &list(&world, 1, &[]));
    assert_eq!(known(first), "settled");
    assert_eq!(awaited(first), [""; 0]);
    // With fresh lists that were made before it, nothing is pending, and nothing settled yet.
    world.clock.forward_s(60);
    let second = world.accept(&world.dinkes, &ask(&world, "kesehatan")).position;
    assert_eq!(known(second), "fresh");
    // How they were accepted stays.
    assert_eq!((noted(first), noted(second)), (true, false));
    // It turns out that the key had been lost between the two.
    let lost = revoked_at(now(&world) - 30, RevocationReason::KeyCompromise);
    world.clock.forward_s(60);
    record(&world, &list(&world, 2, &[(&world.dinkes, lost)]));
    assert_eq!(known(second), "revoked");
    assert_eq!(known(first), "settled");
    assert_eq!(world.refuse(&world.dinkes, &ask(&world, "puskesmas")).0, "signer-revoked");
    replays(&world);
}

/// Only what was made after a statement is proven to have existed says that nobody had revoked its signer before.
#[test]
fn a_statement_is_settled_after_its_proof_of_existence_and_not_after_its_recording() {
    let tsa = crate::tsa::Tsa::new();
    let stamping = format!(
        "stale = \"pending\"\n[[tsa]]\nname = \"uji\"\nurl = \"http://127.0.0.1/tsa\"\ncertificate = \
         \"\"\"\n{}\"\"\"\n",
        tsa.root_pem()
    );
    let world = asking(&stamping);
    let position = world.accept(&world.dinkes, &ask(&world, "dinkes")).position;
    let news = || {
        let view = world.ledger().view();
        let entry = view.entry(position).unwrap().unwrap();
        view.revocation_news(&entry).unwrap().unwrap()
    };
    world.clock.forward_s(60);
    record(&world, &list(&world, 1, &[]));
    record(&world, &root_list(&world));
    // Made after the recording, and before anything proves that.
    assert_eq!((news().news.word(), news().existed_at), ("revocation-pending", None));
    world.clock.forward_s(60);
    let stamped_at = now(&world);
    let ledger = world.ledger();
    let stamped = ledger.view().stamped().unwrap();
    let token = tsa.token_at(stamped.text(), stamped_at);
    ledger.keep_timestamp(&token, stamped.text(), &[]).unwrap();
    assert_eq!((news().news.word(), news().existed_at), ("revocation-pending", Some(stamped_at)));
    world.clock.forward_s(60);
    record(&world, &list(&world, 2, &[]));
    record(&world, &response(&world, &world.dinkes, ResponseStatus::Good));
    assert_eq!(news().news.word(), "revocation-pending", "the authority above");
    record(&world, &root_response(&world, ResponseStatus::Good));
    assert_eq!(news().news.word(), "settled");
    // The key was lost between recording and proof, it turns out.
    world.clock.forward_s(60);
    let lost = revoked_at(stamped_at - 30, RevocationReason::KeyCompromise);
    record(&world, &list(&world, 3, &[(&world.dinkes, lost)]));
    assert_eq!(news().news.word(), "revoked");
}

#[test]
fn where_no_policy_asks_nothing_is_pending() {
    let world = World::new();
    let position = world.accept(&world.dinkes, &ask(&world, "dinkes")).position;
    let view = world.ledger().view();
    let entry = view.entry(position).unwrap().unwrap();
    let news = view.revocation_news(&entry).unwrap().unwrap();
    assert_eq!(news.news.word(), "not-asked");
    assert_eq!(news.path.len(), 2);
}
