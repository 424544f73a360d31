//! Whatever is changed in the evidence shows, in the step that it belongs to.

use jejak_ledger::log::{
    Checkpoint, Note, NoteSigner, Outcome, PolicyKey, PolicyLedger, Position, Receipt,
    ReceiptFailure, TlogProof,
};
use jejak_ledger::verdict::{
    Conclusion, Evidence, Grounds, Reason, StepName, Verdict, VerdictPolicy, verdict,
};
use jejak_signer::{Algorithm, Hash, SigningKey};

use super::{Scene, only, open};
use crate::harness::ORIGIN;

/// The statement with its signature replaced by that of another.
fn with_signature_of(statement: &[u8], other: &[u8]) -> Vec<u8> {
    let (head, _) = split(statement);
    let (_, signature) = split(other);
    [head, b".", signature].concat()
}

fn split(statement: &[u8]) -> (&[u8], &[u8]) {
    let dot = statement.iter().rposition(|byte| *byte == b'.').unwrap();
    (&statement[..dot], &statement[dot + 1..])
}

#[test]
fn another_signature_is_not_his() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    let statement = evidence.statement.clone().unwrap();
    let other = scene.world.ledger().view().statement(Position(1)).unwrap().unwrap();
    evidence.statement = Some(with_signature_of(&statement, &other));
    let verdict = scene.judge(&evidence);
    assert_eq!(
        open(&verdict),
        [
            (StepName::Signature, Reason::SignatureInvalid),
            (StepName::Authority, Reason::NotDecided),
            (StepName::Inclusion, Reason::StatementMismatch),
        ]
    );
}

/// A log whose operator recorded what nobody signed: the record commits to it, and the signature still is not his.
#[test]
fn a_statement_that_nobody_signed_fails_even_where_it_is_recorded() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    let statement = evidence.statement.clone().unwrap();
    let other = scene.world.ledger().view().statement(Position(1)).unwrap().unwrap();
    let forged = with_signature_of(&statement, &other);
    evidence.record.statement = Hash::of(&forged);
    evidence.statement = Some(forged);
    let verdict = scene.judge(&evidence);
    assert_eq!(open(&verdict)[0], (StepName::Signature, Reason::SignatureInvalid));
}

#[test]
fn what_is_no_statement_is_malformed() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.statement = Some(b"header.payload".to_vec());
    let verdict = scene.judge(&evidence);
    let malformed = Reason::StatementMalformed;
    assert_eq!(
        open(&verdict),
        [
            (StepName::Signature, malformed),
            (StepName::Certificate, malformed),
            (StepName::Authority, malformed),
            (StepName::Inclusion, Reason::StatementMismatch),
        ]
    );
}

#[test]
fn a_changed_record_is_not_in_the_log() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.stamps.clear();
    evidence.record.recorded_at.0 += 1;
    let mut policy = scene.policy();
    policy.clock_suffices = true;
    let verdict = verdict(&evidence, &policy, super::START + super::YEAR);
    only(&verdict, StepName::Inclusion, Reason::NotIncluded);
}

/// Whoever kept an older checkpoint has not caught anybody: it is from before the record.
#[test]
fn a_checkpoint_from_before_the_record_says_nothing_of_it() {
    let world = crate::harness::World::new();
    let (older, size) = (world.ledger().published().checkpoint, world.ledger().published().size);
    let scene = Scene::signed_by(world, |world| world.dinkes.clone());
    assert_eq!(scene.position.0, size);
    let view = scene.world.ledger().view();
    let mut policy = scene.policy();
    policy.clock_suffices = true;
    let under = |checkpoint: &str| {
        let mut evidence = view.evidence_under(scene.position, checkpoint).unwrap().unwrap();
        evidence.lists.push(scene.list(&super::empty_list(super::LISTED)));
        verdict(&evidence, &policy, super::START + super::YEAR)
    };
    let verdict = under(&older);
    only(&verdict, StepName::Inclusion, Reason::CheckpointOlder);
    assert_eq!(verdict.conclusion, Conclusion::Indeterminate(Reason::CheckpointOlder));
    let fault = &verdict.step(StepName::Inclusion).unwrap().facts["fault"];
    let expected = format!("no leaf {} in a tree of size {size}", scene.position);
    assert!(fault.as_str().unwrap().ends_with(&expected), "{fault}");
    // One that the ledger did not sign so is wrong all the same.
    let forged = older.replacen(&format!("\n{size}\n"), &format!("\n{}\n", size - 1), 1);
    let forged = under(&forged);
    assert_eq!(forged.conclusion, Conclusion::TotalFailed(Reason::LogSignatureInvalid));
}

/// Whom the inspector believes about another ledger.
const ELSEWHERE: &str = "lain.example.id/id";

/// An operator of another ledger, and an inspector who trusts it too.
struct Neighbour(NoteSigner);

impl Neighbour {
    fn new() -> Self {
        let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        Self(NoteSigner::new(ELSEWHERE, key).unwrap())
    }

    fn policy(&self, scene: &Scene) -> VerdictPolicy {
        let mut policy = scene.policy();
        let key = PolicyKey { vkey: self.0.vkey().clone(), from: 0, until: None };
        let origin = ELSEWHERE.parse().unwrap();
        policy.log.ledgers.push(PolicyLedger { origin, genesis: None, keys: vec![key] });
        policy
    }

    /// The same tree as his: he may put into his log what he likes.
    fn claim(&self, checkpoint: &str) -> String {
        let parsed = Checkpoint::parse(Note::parse(checkpoint.as_bytes()).unwrap().text()).unwrap();
        let own = Checkpoint::new(ELSEWHERE, parsed.size(), parsed.root());
        own.sign(&[&self.0]).unwrap().to_string()
    }
}

fn told(verdict: &Verdict, step: StepName, fact: &str) -> String {
    verdict.step(step).unwrap().facts[fact].to_string()
}

const OF_ANOTHER: &str = "the checkpoint is of lain.example.id/id, the evidence of \
                          jejak.bengkayangkab.go.id/61.07";

#[test]
fn the_log_of_another_ledger_that_the_inspector_trusts_is_not_this_ledgers() {
    let scene = Scene::new();
    let neighbour = Neighbour::new();
    let policy = neighbour.policy(&scene);
    let judge = |evidence: &Evidence| verdict(evidence, &policy, super::START + super::YEAR);
    let sound = scene.evidence();
    assert_eq!(open(&judge(&sound)), []);

    let mut newest = sound.clone();
    let proof = newest.proof.as_mut().unwrap();
    proof.checkpoint = neighbour.claim(&proof.checkpoint);
    let found = judge(&newest);
    let reason = Reason::CheckpointOfAnotherLedger;
    assert_eq!(open(&found), [(StepName::Inclusion, reason), (StepName::Consistency, reason)]);
    assert_eq!(found.conclusion, Conclusion::Indeterminate(reason));
    for step in [StepName::Inclusion, StepName::Consistency] {
        assert_eq!(told(&found, step, "fault"), format!("{OF_ANOTHER:?}"));
    }
    assert_eq!(found.grounds, Grounds::default());
    // Who does not trust that ledger is told the same.
    assert_eq!(open(&scene.judge(&newest)), open(&found));

    let mut stamped = sound;
    let mut proof = stamped.proof.clone().unwrap();
    proof.checkpoint = neighbour.claim(&proof.checkpoint);
    stamped.stamps = vec![scene.stamp(Some(&proof), super::STAMPED)];
    let found = judge(&stamped);
    only(&found, StepName::Certificate, Reason::TimeStampNotAccepted);
    let refused = told(&found, StepName::Certificate, "tokens_not_accepted");
    assert!(refused.contains(&format!("the stamped checkpoint: {OF_ANOTHER}")), "{refused}");
}

#[test]
fn a_receipt_of_another_ledger_proves_no_statement_of_this_one() {
    let scene = Scene::new();
    let neighbour = Neighbour::new();
    let policy = neighbour.policy(&scene).log;
    let evidence = scene.evidence();
    let (statement, mut proof) = (evidence.statement.unwrap(), evidence.proof.unwrap());
    let outcome = |proof: TlogProof, statement: Option<&[u8]>| {
        Receipt::new(evidence.record, proof).verify(&policy, statement).outcome
    };
    assert_eq!(outcome(proof.clone(), Some(&statement)), Outcome::Proven);
    proof.checkpoint = neighbour.claim(&proof.checkpoint);
    // It is in that log, whatever it says.
    assert_eq!(outcome(proof.clone(), None), Outcome::Proven);
    let (checkpoint, named) = (ELSEWHERE.to_owned(), ORIGIN.to_owned());
    let other = ReceiptFailure::OtherLedger { checkpoint, statement: named };
    assert_eq!(outcome(proof, Some(&statement)), Outcome::Failed(other));
}

#[test]
fn a_record_of_another_place_does_not_fit_its_proof() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.proof.as_mut().unwrap().index += 1;
    only(&scene.judge(&evidence), StepName::Inclusion, Reason::RecordMismatch);
}

#[test]
fn a_changed_path_does_not_lead_to_the_root() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.proof.as_mut().unwrap().hashes[0] = Hash([7; 32]);
    only(&scene.judge(&evidence), StepName::Inclusion, Reason::NotIncluded);
}

/// Whoever hands over a file can leave something out of it: that disproves nothing.
#[test]
fn a_path_that_is_missing_or_not_whole_leaves_it_open() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    let changes: [fn(&mut Vec<Hash>); 3] =
        [Vec::clear, |path| path.truncate(path.len() - 1), |path| path.push(Hash([7; 32]))];
    for change in changes {
        let mut evidence = evidence.clone();
        change(&mut evidence.proof.as_mut().unwrap().hashes);
        let verdict = scene.judge(&evidence);
        only(&verdict, StepName::Inclusion, Reason::PathNotShown);
        assert_eq!(verdict.conclusion, Conclusion::Indeterminate(Reason::PathNotShown));
        let text = verdict.step(StepName::Inclusion).unwrap().text();
        assert!(text.id.starts_with("tidak ditunjukkan: jalur"), "{}", text.id);
        assert!(text.en.starts_with("not shown: the path"), "{}", text.en);
        assert_eq!(verdict.grounds, Grounds::default());
    }
}

/// An older copy of the directory holds no path to a newer tree head.
#[test]
fn an_older_copy_than_the_kept_checkpoint_proves_and_disproves_nothing() {
    let scene = Scene::new();
    let (copy, world) = (scene.world.ledger().view(), &scene.world);
    world.accept(&world.kominfo, &crate::acts::grant(world, "dinkes", "dinkes"));
    let newer = world.ledger().published();
    assert!(copy.size() < newer.size);
    let mut evidence = copy.evidence_under(scene.position, &newer.checkpoint).unwrap().unwrap();
    let older = scene.evidence();
    (evidence.stamps, evidence.lists) = (older.stamps, older.lists);
    let proof = copy.evidence(scene.position).unwrap().unwrap().proof;
    evidence.stamps = vec![scene.stamp(proof.as_ref(), super::STAMPED)];
    let verdict = scene.judge(&evidence);
    let reason = Reason::PathNotShown;
    assert_eq!(open(&verdict), [(StepName::Inclusion, reason), (StepName::Consistency, reason)]);
    assert_eq!(verdict.conclusion, Conclusion::Indeterminate(reason));
    // One that the ledger has not signed is wrong all the same.
    let size = newer.size;
    let more = newer.checkpoint.replacen(&format!("\n{size}\n"), &format!("\n{}\n", size + 1), 1);
    let forged = copy.evidence_under(scene.position, &more).unwrap().unwrap();
    let forged = scene.judge(&forged).step(StepName::Inclusion).unwrap().reason;
    assert_eq!(forged, Some(Reason::LogSignatureInvalid));
}

/// Whoever runs the log shows one tree to the time authority and another one to the inspector.
#[test]
fn two_trees_of_one_size_are_not_one_log_whatever_path_is_shown() {
    let scene = Scene::new();
    let world = &scene.world;
    let mut forger = super::forged::Forger::over(world);
    forger.add(world, &world.kominfo, &crate::acts::grant(world, "dinkes", "lain"));
    let stamped = forger.receipt(usize::try_from(scene.position.0).unwrap()).proof;
    world.accept(&world.kominfo, &crate::acts::grant(world, "dinkes", "dinkes"));
    let mut evidence = scene.bare();
    evidence.lists.push(scene.list(&super::empty_list(super::LISTED)));
    evidence.stamps = vec![scene.stamp(Some(&stamped), super::STAMPED)];
    for path in [Vec::new(), vec![Hash([7; 32])]] {
        evidence.stamps[0].consistency = path;
        let verdict = scene.judge(&evidence);
        only(&verdict, StepName::Consistency, Reason::CheckpointsInconsistent);
        let failed = Conclusion::TotalFailed(Reason::CheckpointsInconsistent);
        assert_eq!(verdict.conclusion, failed);
    }
}

#[test]
fn a_changed_checkpoint_is_not_the_ledgers() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    let checkpoint = &mut evidence.proof.as_mut().unwrap().checkpoint;
    *checkpoint = checkpoint.replacen("\n\n", "\nlain\n\n", 1);
    let verdict = scene.judge(&evidence);
    let reason = Reason::LogSignatureInvalid;
    assert_eq!(open(&verdict), [(StepName::Inclusion, reason), (StepName::Consistency, reason)]);
    evidence.proof.as_mut().unwrap().checkpoint = "bukan catatan".to_owned();
    let verdict = scene.judge(&evidence);
    let reason = Reason::CheckpointMalformed;
    assert_eq!(open(&verdict), [(StepName::Inclusion, reason), (StepName::Consistency, reason)]);
}

#[test]
fn a_changed_token_does_not_count() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    // One bit in every part of it. Not all of a token is signed, and nothing that is not says anything.
    let (mut refused, mut tried) = (0, 0);
    for at in (0..evidence.stamps[0].token.len()).step_by(37) {
        let mut changed = evidence.clone();
        changed.stamps[0].token[at] ^= 1;
        let verdict = scene.judge(&changed);
        tried += 1;
        if verdict.existence.at() == super::STAMPED && open(&verdict).is_empty() {
            continue;
        }
        only(&verdict, StepName::Certificate, Reason::TimeStampNotAccepted);
        refused += 1;
    }
    assert!(refused * 10 > tried * 9, "{refused} of {tried}");
    let mut over_another = evidence;
    let other = scene.tsa.token(b"lain", super::STAMPED);
    over_another.stamps[0].token = other;
    only(&scene.judge(&over_another), StepName::Certificate, Reason::TimeStampNotAccepted);
}

#[test]
fn a_token_over_a_checkpoint_that_does_not_include_the_record_does_not_count() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.stamps[0].proof.hashes[0] = Hash([7; 32]);
    only(&scene.judge(&evidence), StepName::Certificate, Reason::TimeStampNotAccepted);
}

#[test]
fn a_changed_list_says_nothing() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    for at in (0..evidence.lists[0].len()).step_by(23) {
        let mut changed = evidence.clone();
        changed.lists[0][at] ^= 1;
        let verdict = scene.judge(&changed);
        only(&verdict, StepName::Certificate, Reason::RevocationUnknown);
        assert!(verdict.steps[1].facts.contains_key("lists_not_accepted"));
    }
}

#[test]
fn another_record_before_it_does_not_fit() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.before.previous.as_mut().unwrap().statement = Hash([7; 32]);
    only(&scene.judge(&evidence), StepName::Authority, Reason::EvidenceIncomplete);
}
