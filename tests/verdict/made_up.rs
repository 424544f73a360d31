//! What stands in a made-up log and no engine would have recorded: a renewal for another agency; and what the file shows that
//! takes a proof away, and is told.

use jejak_ledger::log::Position;
use jejak_ledger::verdict::{Evidence, NotCounting, ProvenEnrolment, Reason, StepName, verdict};
use jejak_signer::devca::Listed;
use jejak_signer::{AnchorRule, RevocationReason};
use serde_json::json;

use super::forged::Attack;
use super::{DAY, START, YEAR, empty_list, open, revoked};
use crate::harness::{Authority, Person};

#[test]
fn who_renews_his_certificate_gives_himself_no_other_agency_or_class() {
    let renewed = |agency: &str, class: &str| {
        let mut attack = Attack::new();
        let dinkes = attack.scene.world.dinkes.clone();
        let fresh = attack.scene.world.authority.person(&dinkes.id, agency);
        let mut event = attack.scene.world.enrolment(&fresh);
        event["source"] = json!("agency/dinkes");
        event["data"]["renews"] = json!(dinkes.thumbprint().to_string());
        event["data"]["class"] = json!(class);
        attack.add(&dinkes, &event);
        let evidence = attack.signed_by(&fresh);
        let proven = attack.scene.judge(&evidence).grounds.enrolment;
        proven.map(|ProvenEnrolment { agency, renewed, .. }| (agency, renewed))
    };
    assert_eq!(renewed("dinkes", "langsung"), Some(("dinkes".to_owned(), true)));
    assert_eq!(renewed("kominfo", "langsung"), None);
    assert_eq!(renewed("dinkes", "sistem"), None);
    assert_eq!(renewed("dinkes", "wali"), None);
}

/// The log says that it was revoked, and the row of the same file that it is active.
#[test]
fn a_row_that_is_active_although_the_log_revoked_it_is_told() {
    let judged = |by: &dyn Fn(&Attack) -> Person| {
        let mut attack = Attack::new();
        let event = attack.scene.world.revocation(&attack.scene.world.dinkes);
        let by = by(&attack);
        attack.add(&by, &event);
        let evidence = attack.evidence();
        let mut policy = attack.scene.policy();
        policy.clock_suffices = true;
        let verdict = verdict(&evidence, &policy, START + YEAR);
        assert_eq!(verdict.grounds.enrolment, None);
        let mismatch = (StepName::Certificate, Reason::EnrolmentMismatch);
        open(&verdict).contains(&mismatch)
    };
    assert!(judged(&|attack| attack.scene.world.registrar.clone()));
    assert!(judged(&|attack| attack.scene.world.dinkes.clone()));
    // Of somebody else it may be anything.
    assert!(!judged(&|attack| attack.scene.world.kominfo.clone()));
}

/// The registrar has a certificate of another authority, whose list says that it was revoked; what is put into the file
/// beside does not keep the list out.
#[test]
fn a_list_about_who_enrolled_is_heard_whatever_stands_beside_and_the_verdict_says_what_it_took() {
    let mut attack = Attack::new();
    let other = Authority::new();
    attack.scene.parts.anchors.push((other.ca.anchor_der().to_vec(), AnchorRule::default()));
    let world = &attack.scene.world;
    let (bupati, second) = (world.bupati.clone(), world.second.clone());
    let registrar = other.person(&world.registrar.id, &world.registrar.agency);
    attack.enrol(&bupati, &registrar);
    let data = json!({ "certificate": registrar.thumbprint().to_string() });
    let subject = format!("signer/{}", registrar.id);
    let event = attack.scene.world.event(&second, "signer.attested", &subject, data);
    attack.add(&second, &event);
    let person = attack.scene.world.authority.person("p-lain0001", "dinkes");
    let event = attack.scene.world.enrolment(&person);
    attack.add(&registrar, &event);
    let enrolled_at = Position(u64::try_from(*attack.grounds.last().unwrap()).unwrap());
    let mut evidence = attack.signed_by(&person);
    let policy = attack.scene.policy();
    let judged = |evidence: &Evidence| verdict(evidence, &policy, START + YEAR).grounds;
    assert_eq!(judged(&evidence).enrolment.unwrap().enrolled_by, Some(registrar.id.clone()));
    assert_eq!(judged(&evidence).not_counting, []);
    let listed = revoked(START - DAY / 2, RevocationReason::KeyCompromise);
    let mut list = empty_list(START + 800);
    list.revoked = vec![Listed::of(&registrar.chain[0], listed).unwrap()];
    let list = other.ca.revocation_list(&list).unwrap();
    // Authorities of nobody stand before those of whom the policy trusts.
    let mut junk = evidence.grounds[0].clone();
    junk.chain.truncate(1);
    junk.chain.extend((0..33).map(|_| Authority::new().ca.anchor_der().to_vec()));
    evidence.grounds.insert(0, junk);
    assert_eq!(judged(&evidence).not_counting, []);
    let mut handed = evidence.clone();
    handed.hand_in(list.clone(), &policy, START + YEAR).unwrap();
    evidence.lists.push(list);
    for evidence in [evidence, handed] {
        let grounds = judged(&evidence);
        assert_eq!(grounds.enrolment, None);
        let kind = "signer.enrolled".to_owned();
        let reason = Reason::CertificateRevoked;
        assert_eq!(grounds.not_counting, [NotCounting { position: enrolled_at, kind, reason }]);
    }
}
