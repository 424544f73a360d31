//! Each reason, by a case that gives exactly it: in one step, with the others passing.

use std::sync::Arc;

use jejak_ledger::log::Witnessing;
use jejak_ledger::rules::Field;
use jejak_ledger::verdict::{
    Conclusion, Effect, Existence, Reason, StepName, VerdictPolicy, verdict,
};
use jejak_signer::{Algorithm, AlgorithmRule, PolicyAlgorithm, SigningKey, Signs, StaleRevocation};

use super::{DAY, STAMPED, START, Scene, YEAR, only, open};

fn certificate_key(scene: &Scene) -> String {
    format!("certificate:{}", scene.world.dinkes.thumbprint())
}

#[test]
fn without_a_token_only_the_ledger_says_when() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.stamps.clear();
    let verdict = scene.judge(&evidence);
    only(&verdict, StepName::Certificate, Reason::NoProofOfExistence);
    assert_eq!(
        verdict.existence,
        Existence::Pending { at: START, reason: Reason::NoProofOfExistence }
    );
}

#[test]
fn a_policy_may_take_the_ledgers_word_for_the_time() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.stamps.clear();
    let policy = VerdictPolicy::new("uji", None, scene.log(), Some(scene.trust()), true);
    let verdict = verdict(&evidence, &policy, START + YEAR);
    assert_eq!(verdict.conclusion, Conclusion::TotalPassed);
    assert_eq!(verdict.existence, Existence::LedgerClock { at: START });
}

#[test]
fn a_token_of_an_authority_that_nobody_trusts_does_not_count() {
    let mut scene = Scene::new();
    let evidence = scene.evidence();
    scene.parts.time_authorities.clear();
    only(&scene.judge(&evidence), StepName::Certificate, Reason::TimeStampNotAccepted);
}

#[test]
fn a_time_authority_counts_while_it_is_trusted() {
    let mut scene = Scene::new();
    let evidence = scene.evidence();
    scene.parts.time_authorities[0].trusted_until = Some(STAMPED + 1);
    assert_eq!(scene.judge(&evidence).conclusion, Conclusion::TotalPassed);
    scene.parts.time_authorities[0].trusted_until = Some(STAMPED);
    only(&scene.judge(&evidence), StepName::Certificate, Reason::TimeStampNotAccepted);
}

#[test]
fn without_any_list_nothing_is_known_of_revocation() {
    let mut scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.lists.clear();
    only(&scene.judge(&evidence), StepName::Certificate, Reason::RevocationUnknown);
    // Where the policy does not ask for news, the ledger's own events suffice.
    scene.parts.revocation.stale = StaleRevocation::NotAsked;
    assert_eq!(scene.judge(&evidence).conclusion, Conclusion::TotalPassed);
}

#[test]
fn a_removed_statement_leaves_nothing_to_check() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.statement = None;
    let verdict = scene.judge(&evidence);
    let reason = Reason::StatementNotHeld;
    let steps = [StepName::Signature, StepName::Certificate, StepName::Authority];
    assert_eq!(open(&verdict), steps.map(|step| (step, reason)));
}

#[test]
fn a_certificate_that_is_not_held_leaves_the_signature_open() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.chain.clear();
    let verdict = scene.judge(&evidence);
    assert_eq!(
        open(&verdict),
        [
            (StepName::Signature, Reason::CertificateNotHeld),
            (StepName::Certificate, Reason::CertificateNotHeld),
        ]
    );
}

#[test]
fn an_algorithm_counts_until_the_policy_ends_it() {
    let mut scene = Scene::new();
    let evidence = scene.evidence();
    let rule = |until| AlgorithmRule {
        algorithm: PolicyAlgorithm::Ed25519,
        signs: Signs::Statements,
        until,
        rsa_bits_min: None,
    };
    let of_paths = AlgorithmRule { signs: Signs::Certificates, ..rule(None) };
    scene.parts.algorithms = vec![rule(Some(STAMPED + 1)), of_paths.clone()];
    assert_eq!(scene.judge(&evidence).conclusion, Conclusion::TotalPassed);
    scene.parts.algorithms = vec![rule(Some(STAMPED)), of_paths.clone()];
    only(&scene.judge(&evidence), StepName::Signature, Reason::AlgorithmNotAccepted);
    // What it ends for signers it ends for who stamps: nothing but the ledger says when this was.
    let ended = AlgorithmRule { until: Some(START), ..of_paths };
    scene.parts.algorithms = vec![rule(None), ended];
    only(&scene.judge(&evidence), StepName::Certificate, Reason::NotRenewed);
    let policy = VerdictPolicy::new("uji", None, scene.log(), Some(scene.trust()), true);
    let found = verdict(&evidence, &policy, START + YEAR);
    only(&found, StepName::Certificate, Reason::NoTrustedPath);
}

#[test]
fn an_anchor_counts_while_the_policy_trusts_it() {
    let mut scene = Scene::new();
    let evidence = scene.evidence();
    scene.parts.anchors[0].1.trusted_until = Some(STAMPED + 1);
    assert_eq!(scene.judge(&evidence).conclusion, Conclusion::TotalPassed);
    scene.parts.anchors[0].1.trusted_until = Some(STAMPED);
    only(&scene.judge(&evidence), StepName::Certificate, Reason::NoTrustedPath);
    scene.parts.anchors[0].1 = jejak_signer::AnchorRule::default();
    // Another root of the same name.
    scene.parts.anchors[0].0 = crate::harness::Authority::new().ca.anchor_der().to_vec();
    only(&scene.judge(&evidence), StepName::Certificate, Reason::NoTrustedPath);
}

#[test]
fn a_policy_without_anchors_trusts_nobody() {
    let scene = Scene::new();
    let policy = VerdictPolicy::new("uji", None, scene.log(), None, true);
    let verdict = verdict(&scene.evidence(), &policy, START + YEAR);
    only(&verdict, StepName::Certificate, Reason::NoTrustedPath);
}

#[test]
fn a_certificate_that_was_not_valid_yet_fails() {
    let scene = Scene::new();
    let mut evidence = scene.bare();
    // The token is older than the certificate: it was made for something else, or by a clock gone wrong.
    evidence.stamps.push(scene.stamp(evidence.proof.as_ref(), START - DAY - 1));
    evidence.lists.push(scene.list(&super::empty_list(super::LISTED)));
    let mut trusting = scene.policy();
    only(
        &verdict(&evidence, &trusting, START + YEAR),
        StepName::Certificate,
        Reason::TimeStampNotAccepted,
    );
    trusting.clock_suffices = true;
    let at_home = verdict(&evidence, &trusting, START + YEAR);
    assert_eq!(at_home.conclusion, Conclusion::TotalPassed, "the authority was not valid then");
    let long = super::Tsa::new(START - 30 * DAY, START + YEAR);
    let scene = Scene { tsa: long, ..scene };
    let mut scene = scene;
    scene.parts.time_authorities = vec![scene.tsa.named()];
    evidence.stamps = vec![scene.stamp(evidence.proof.as_ref(), START - DAY - 1)];
    let verdict = scene.judge(&evidence);
    let expected = [
        (StepName::Certificate, Reason::CertificateNotValid),
        (StepName::Consistency, Reason::RecordedOutOfOrder),
    ];
    assert_eq!(open(&verdict), expected);
    assert_eq!(verdict.conclusion, Conclusion::TotalFailed(Reason::CertificateNotValid));
}

#[test]
fn who_is_not_enrolled_is_nobody() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    let key = certificate_key(&scene);
    evidence.before.reads.things.insert(key.clone(), None);
    // Nothing in the file proves that he is.
    evidence.grounds.clear();
    let verdict = scene.judge(&evidence);
    assert_eq!(
        open(&verdict),
        [
            (StepName::Certificate, Reason::SignerNotEnrolled),
            (StepName::Authority, Reason::NotDecided),
        ]
    );
    assert_eq!(verdict.conclusion, Conclusion::TotalFailed(Reason::SignerNotEnrolled));
}

#[test]
fn who_was_revoked_in_the_ledger_could_not_sign() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    let thing = evidence.before.reads.things.get_mut(&certificate_key(&scene)).unwrap();
    thing.as_mut().unwrap().state = "revoked".to_owned();
    let verdict = scene.judge(&evidence);
    assert_eq!(
        open(&verdict),
        [(StepName::Certificate, Reason::SignerRevoked), (StepName::Authority, Reason::NotDecided),]
    );
}

#[test]
fn who_was_suspended_in_the_ledger_could_not_sign() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    let key = format!("signer/{}", scene.world.dinkes.id);
    let signer = evidence.before.reads.things.get_mut(&key).unwrap().as_mut().unwrap();
    let Some(Field::List(certificates)) = signer.fields.get_mut("certificates") else {
        panic!("{signer:?}")
    };
    let Field::Map(entry) = &mut certificates[0] else { panic!("{certificates:?}") };
    entry.insert("state".to_owned(), Field::from("suspended"));
    let verdict = scene.judge(&evidence);
    assert_eq!(
        open(&verdict),
        [
            (StepName::Certificate, Reason::SignerSuspended),
            (StepName::Authority, Reason::NotDecided),
        ]
    );
}

#[test]
fn nobody_signs_for_another_agency() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    let thing = evidence.before.reads.things.get_mut(&certificate_key(&scene)).unwrap();
    let thing = thing.as_mut().unwrap();
    thing.fields.insert("agency".to_owned(), Field::from("kominfo"));
    // With its grounds the row is already found out.
    let step = scene.judge(&evidence).step(StepName::Certificate).unwrap().reason;
    assert_eq!(step, Some(Reason::EnrolmentMismatch));
    evidence.grounds.clear();
    only(&scene.judge(&evidence), StepName::Authority, Reason::NotHisAgency);
}

/// The state before the event does not admit it: another engine, or another state than that of the ledger.
#[test]
fn a_decision_that_comes_out_otherwise_is_told_as_drift() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.before.reads.things.insert("agency/dinkes".to_owned(), None);
    let verdict = scene.judge(&evidence);
    only(&verdict, StepName::Authority, Reason::DecisionDrift);
    assert_eq!(verdict.conclusion, Conclusion::Indeterminate(Reason::DecisionDrift));
    assert!(verdict.steps[2].facts.contains_key("refusal"));
}

#[test]
fn evidence_that_was_made_for_another_decision_is_incomplete() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.before.reads.things.remove("agency/dinkes");
    only(&scene.judge(&evidence), StepName::Authority, Reason::EvidenceIncomplete);
    let mut evidence = scene.evidence();
    evidence.before.rulesets.clear();
    only(&scene.judge(&evidence), StepName::Authority, Reason::EvidenceIncomplete);
}

#[test]
fn without_a_signed_checkpoint_the_log_is_open() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.proof = None;
    let verdict = scene.judge(&evidence);
    let reason = Reason::CheckpointNotHeld;
    assert_eq!(open(&verdict), [(StepName::Inclusion, reason), (StepName::Consistency, reason)]);
}

#[test]
fn a_ledger_that_the_policy_does_not_know_is_nobodys() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    let mut policy = scene.policy();
    policy.log.ledgers[0].origin = "lain.example.id/61.07".parse().unwrap();
    policy.clock_suffices = true;
    let verdict = verdict(&evidence, &policy, START + YEAR);
    let reason = Reason::LedgerUnknown;
    assert_eq!(open(&verdict), [(StepName::Inclusion, reason), (StepName::Consistency, reason)]);
}

#[test]
fn a_log_key_counts_for_the_sizes_that_the_policy_says() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    let mut policy = scene.policy();
    policy.log.ledgers[0].keys[0].until = Some(1);
    policy.clock_suffices = true;
    let verdict = verdict(&evidence, &policy, START + YEAR);
    let reason = Reason::LogKeyNotInForce;
    assert_eq!(open(&verdict), [(StepName::Inclusion, reason), (StepName::Consistency, reason)]);
}

#[test]
fn a_log_key_that_the_policy_does_not_name_signs_for_nobody() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    let mut policy = scene.policy();
    let other = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let kind = jejak_ledger::log::SignatureType::Ed25519;
    let vkey = jejak_ledger::log::Vkey::new(crate::harness::ORIGIN, kind, other.public_key());
    policy.log.ledgers[0].keys[0].vkey = vkey.unwrap();
    policy.clock_suffices = true;
    let verdict = verdict(&evidence, &policy, START + YEAR);
    let reason = Reason::LogKeyUnknown;
    assert_eq!(open(&verdict), [(StepName::Inclusion, reason), (StepName::Consistency, reason)]);
}

#[test]
fn a_ledger_that_begins_otherwise_is_another() {
    let mut scene = Scene::new();
    scene.position = jejak_ledger::log::Position(0);
    let evidence = scene.evidence();
    let mut policy = scene.policy();
    policy.log.ledgers[0].genesis = Some(jejak_signer::Hash([7; 32]));
    policy.clock_suffices = true;
    let verdict = verdict(&evidence, &policy, START + YEAR);
    only(&verdict, StepName::Inclusion, Reason::GenesisMismatch);
}

#[test]
fn witnesses_that_the_policy_asks_for_must_have_seen_it() {
    let mut scene = Scene::new();
    let evidence = scene.evidence();
    scene.witnessing = Witnessing::Unstated;
    only(&scene.judge(&evidence), StepName::Consistency, Reason::Unwitnessed);
}

/// What nobody was asked, nobody has seen.
#[test]
fn a_policy_that_asks_for_no_witness_is_told_that_none_has_seen_the_log() {
    let scene = Scene::new();
    let verdict = scene.judge(&scene.evidence());
    let step = verdict.step(StepName::Consistency).unwrap();
    assert_eq!((step.result(), &step.facts["witnesses_asked"]), ("passed", &false.into()));
    let text = step.text();
    assert!(text.en.contains("the policy asks for no witness"), "{}", text.en);
    assert!(text.id.contains("kebijakan tidak meminta saksi"), "{}", text.id);
    assert!(!text.en.contains("have seen it") && !text.id.contains("telah melihatnya"));
}

#[test]
fn every_reason_is_given_by_some_case() {
    // What the cases here and in the files beside give: a new reason needs a case.
    let sources = [
        include_str!("chains.rs"),
        include_str!("grounds.rs"),
        include_str!("order.rs"),
        include_str!("reasons.rs"),
        include_str!("renewed.rs"),
        include_str!("seats.rs"),
        include_str!("tampered.rs"),
        include_str!("travel.rs"),
    ]
    .concat();
    for reason in Reason::ALL {
        let named = format!("Reason::{reason:?}");
        assert!(sources.contains(&named), "{named} is given by no case");
        let effect = if reason.effect() == Effect::Failed { "failed" } else { "indeterminate" };
        assert!(["failed", "indeterminate"].contains(&effect));
    }
}

#[test]
fn an_rsa_signature_is_judged_by_the_padding_that_its_header_names() {
    let world = crate::harness::World::new();
    let window = jejak_signer::Window { not_before: START - DAY, not_after: START + YEAR };
    let mut person = world.authority.person_with("p-rsa00001", "dinkes", Algorithm::Rs256, window);
    world.enrol(&person);
    let scene = Scene::signed_by(world, |_| person.clone());
    assert_eq!(open(&scene.judge(&scene.evidence())), []);
    // The same key, with the other padding, is another person's certificate here.
    let pem = person.key.to_pkcs8_pem().unwrap();
    let key = SigningKey::from_pkcs8_pem(&pem).unwrap().with_algorithm(Algorithm::Ps256).unwrap();
    person.key = Arc::new(key);
}

/// Before the ledger recorded it, nothing shows that it existed; a token from then would.
#[test]
fn asked_as_of_a_time_before_the_recording_nothing_stands() {
    let scene = Scene::new();
    let policy = VerdictPolicy::new("uji", None, scene.log(), Some(scene.trust()), true);
    let mut evidence = scene.evidence();
    evidence.stamps.clear();
    evidence.lists.push(scene.list(&super::empty_list(START)));
    let before = verdict(&evidence, &policy, START - 1);
    assert_eq!(before.conclusion.reason(), Some(Reason::AskedBeforeRecorded));
    assert_eq!(before.conclusion.name(), "INDETERMINATE");
    assert_eq!(verdict(&evidence, &policy, START).conclusion, Conclusion::TotalPassed);
    // Without a policy that takes the ledger's word it is no other.
    let found = verdict(&evidence, &scene.policy(), START - 1);
    assert_eq!(found.conclusion.reason(), Some(Reason::AskedBeforeRecorded));
}

/// That nobody asked is not that there was nothing.
#[test]
fn without_news_of_revocation_it_is_not_said_that_there_was_none() {
    let mut scene = Scene::new();
    let mut evidence = scene.evidence();
    let said = |scene: &Scene, evidence: &_| {
        let found = scene.judge(evidence);
        assert_eq!(found.conclusion, Conclusion::TotalPassed);
        let step = found.step(StepName::Certificate).unwrap();
        (step.text(), step.facts.get("revocation_news_not_asked").cloned())
    };
    let (text, fact) = said(&scene, &evidence);
    assert!(text.en.ends_with("not revoked at that time"), "{}", text.en);
    assert_eq!(fact, None);
    scene.parts.revocation.stale = StaleRevocation::NotAsked;
    evidence.lists = vec![scene.list(&super::empty_list(STAMPED - DAY))];
    let (text, fact) = said(&scene, &evidence);
    assert!(text.en.contains("does not reach that time"), "{}", text.en);
    assert!(text.id.contains("belum mencakup saat itu"), "{}", text.id);
    assert_eq!(fact, Some("revocation-pending".into()));
    evidence.lists.clear();
    let (text, fact) = said(&scene, &evidence);
    assert!(text.en.contains("no news of revocation by its issuer"), "{}", text.en);
    assert!(text.id.contains("tidak ada kabar pencabutan"), "{}", text.id);
    assert_eq!(fact, Some("revocation-unknown".into()));
}
