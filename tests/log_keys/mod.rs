//! The keys of a log follow one another: both authorities add and retire them, each counts for the checkpoints of its
//! sizes and for no other, and a ledger whose only key is lost goes on under another.

mod led;
mod lost;
mod program;
mod recover;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use jejak_ledger::audit::Depth;
use jejak_ledger::custody::{KeyPlaces, LogKey};
use jejak_ledger::log::{
    Checkpoint, LogSignatureError, Note, NoteSigner, Outcome, Policy, PolicyKey, PolicyLedger,
    Position, Receipt, ReceiptFailure, SignatureType, TlogProof, Vkey, Witnessing,
};
use jejak_ledger::objects::Objects;
use jejak_ledger::store::{LedgerStore, Memory};
use jejak_ledger::verdict::{Evidence, Reason, StepName, VerdictPolicy, verdict};
use jejak_ledger::{
    Ledgers, OpenError, Receipted, RecoverError, Recovered, Refusal, Settings, StampedError,
    StillInForce, audit_with, replay,
};
use jejak_signer::{Algorithm, SigningKey};
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::{ORIGIN, Person, REGION, World, recorded, refused};
use crate::tsa::Tsa;

const LEDGER: &str = "ledger/61.07";

/// A log key in a file, and as others know it.
struct Made {
    key: SigningKey,
    vkey: String,
}

impl Made {
    fn new() -> Self {
        let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let vkey = Vkey::new(ORIGIN, SignatureType::Ed25519, key.public_key()).unwrap();
        Self { key, vkey: vkey.to_string() }
    }

    fn put(&self, path: &Path) {
        fs::write(path, self.key.to_pkcs8_pem().unwrap().as_bytes()).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

fn key_file(world: &World, name: &str) -> std::path::PathBuf {
    world.path().join("keys").join(name)
}

/// The key that the ledger was opened with, which whoever stole it has as well.
fn first_key(world: &World) -> NoteSigner {
    let pem = fs::read_to_string(key_file(world, "61.07.pem")).unwrap();
    NoteSigner::new(ORIGIN, SigningKey::from_pkcs8_pem(&pem).unwrap()).unwrap()
}

fn added(made: &Made) -> Value {
    json!({ "vkey": made.vkey })
}

fn retired(vkey: &str, reason: &str) -> Value {
    json!({ "vkey": vkey, "reason": reason })
}

/// The two statements with which both authorities do it.
fn statements(world: &World, kind: &str, data: Value) -> [Vec<u8>; 2] {
    let act = world.event(&world.bupati, kind, LEDGER, data);
    [world.sign(&world.bupati, &act), world.sign(&world.sekda, &world.confirmation(&act))]
}

/// The keys of a checkpoint's signature lines, and its size.
fn signed_by(checkpoint: &str) -> (Vec<String>, u64) {
    let note = Note::parse(checkpoint.as_bytes()).unwrap();
    let ids = note.signatures().iter().map(|line| line.id.to_string()).collect();
    (ids, Checkpoint::parse(note.text()).unwrap().size())
}

fn id_of(vkey: &str) -> String {
    vkey.parse::<Vkey>().unwrap().id().to_string()
}

/// What an inspector trusts who was told these keys.
fn policy_of(keys: Vec<PolicyKey>) -> Policy {
    Policy {
        ledgers: vec![PolicyLedger { origin: ORIGIN.parse().unwrap(), genesis: None, keys }],
        anchors: Vec::new(),
        witnessing: Witnessing::NotAsked,
        trust: None,
        clock_suffices: true,
    }
}

/// The same with the first record of the ledger.
fn pinned(world: &World, keys: Vec<PolicyKey>) -> Policy {
    let first = world.ledger().view().record(Position(0)).unwrap().unwrap();
    let mut policy = policy_of(keys);
    policy.ledgers[0].genesis = Some(first.leaf_hash());
    policy
}

/// What the ledger itself says of its keys.
fn as_ledger_says(world: &World) -> Policy {
    policy_of(world.ledger().view().log_keys().all().to_vec())
}

fn proves(policy: &Policy, receipted: &Receipted) {
    let outcome = receipted.receipt().unwrap().verify(policy, None).outcome;
    assert_eq!(outcome, Outcome::Proven);
}

/// The newest record under a checkpoint that `signer` makes of the log as it stands.
fn forged(world: &World, signer: &NoteSigner) -> Receipt {
    let view = world.ledger().view();
    let (size, last) = (view.size(), Position(view.size() - 1));
    let checkpoint = Checkpoint::new(ORIGIN, size, view.root()).sign(&[signer]).unwrap();
    let proof = TlogProof {
        extra: None,
        index: last.0,
        hashes: view.inclusion(last, size).unwrap().unwrap(),
        checkpoint: checkpoint.to_string(),
    };
    Receipt::new(view.record(last).unwrap().unwrap(), proof)
}

fn replays(world: &World) {
    let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
    let settings = Settings::default();
    let report = replay(&world.ledger().view(), &scratch, &settings, &|_, _| ()).unwrap();
    assert!(report.differences.is_empty(), "{report:?}");
}

/// A world that holds the next key beside the first, and both keys' verifier keys.
fn with_next() -> (World, Made, String) {
    let mut world = World::new();
    let (next, first) = (Made::new(), world.ledger().vkey());
    next.put(&key_file(&world, "61.07.next.pem"));
    world.reopen();
    (world, next, first)
}

#[test]
fn a_new_key_signs_beside_the_old_one_from_its_confirmation_on_and_alone_after_the_old_one_is_retired()
 {
    let (mut world, next, first) = with_next();
    let before = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    let (of_first, of_next) = (id_of(&first), id_of(&next.vkey));
    let by = |receipted: &Receipted| signed_by(&receipted.receipt().unwrap().proof.checkpoint).0;
    assert_eq!(by(&before), [of_first.as_str()]);

    // One authority alone changes nothing; with the other, at the very next checkpoint.
    let act = world.event(&world.bupati, "ledger.key_added", LEDGER, added(&next));
    assert_eq!(by(&world.accept(&world.bupati, &act)), [of_first.as_str()]);
    let both = world.accept(&world.sekda, &world.confirmation(&act));
    let (ids, from) = signed_by(&both.receipt().unwrap().proof.checkpoint);
    assert_eq!(ids, [of_first.as_str(), of_next.as_str()]);
    assert_eq!(from, both.position.0 + 1);
    assert_eq!(world.ledger().vkey(), next.vkey);

    let alone = world.accept_of_both("ledger.key_retired", retired(&first, "superseded"));
    let (ids, until) = signed_by(&alone.receipt().unwrap().proof.checkpoint);
    assert_eq!(ids, [of_next.as_str()]);
    assert_eq!(until, alone.position.0 + 1);
    let expected = [
        PolicyKey { vkey: first.parse().unwrap(), from: 0, until: Some(until) },
        PolicyKey { vkey: next.vkey.parse().unwrap(), from, until: None },
    ];
    assert_eq!(world.ledger().view().log_keys().all(), expected);

    // All three are proven by what the ledger says of its keys, and the first by the first key alone.
    let said = as_ledger_says(&world);
    for receipted in [&before, &both, &alone] {
        proves(&said, receipted);
    }
    let [old, new] = expected;
    proves(&policy_of(vec![PolicyKey { until: None, ..old }]), &before);
    proves(&policy_of(vec![new]), &both);

    // The old key may go; the ledger opens with the new one, and is the same.
    world.close();
    fs::rename(key_file(&world, "61.07.next.pem"), key_file(&world, "61.07.pem")).unwrap();
    world.reopen();
    let later = world.accept(&world.kominfo, &crate::acts::grant(&world, "dinkes", "dinkes"));
    assert_eq!(by(&later), [of_next.as_str()]);
    proves(&said, &later);
    replays(&world);
}

/// As many places as there are keys, for one region; the directory's own are not looked at then.
#[test]
fn keys_in_several_places_that_the_configuration_names_sign_together() {
    let mut world = World::new();
    let (next, first) = (Made::new(), world.ledger().vkey());
    let folder = tempfile::tempdir().unwrap();
    let places = [folder.path().join("lama.pem"), folder.path().join("baru.pem")];
    world.close();
    fs::rename(key_file(&world, "61.07.pem"), &places[0]).unwrap();
    next.put(&places[1]);
    let named: KeyPlaces = serde_json::from_value(json!(places)).unwrap();
    let log_keys = [(REGION.to_owned(), named)].into();
    world.reopen_with(&Settings { log_keys, ..Settings::default() });
    let both = world.accept_of_both("ledger.key_added", added(&next));
    let (ids, _) = signed_by(&both.receipt().unwrap().proof.checkpoint);
    assert_eq!(ids, [id_of(&first), id_of(&next.vkey)]);
    // What is named must be there, also when another would do.
    world.close();
    fs::remove_file(&places[0]).unwrap();
    let named: KeyPlaces = serde_json::from_value(json!(places)).unwrap();
    let log_keys = [(REGION.to_owned(), named)].into();
    let settings = Settings { log_keys, ..Settings::default() };
    match Ledgers::open(&world.path(), settings, world.clock()).map(drop) {
        Err(OpenError::KeyFileMissing { path, .. }) => assert_eq!(path, places[0]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn both_keys_count_within_one_group_under_its_one_checkpoint() {
    let (world, next, first) = with_next();
    let [add, confirm] = statements(&world, "ledger.key_added", added(&next));
    let [retire, confirm_it] =
        statements(&world, "ledger.key_retired", retired(&first, "compromised"));
    let answers = world.post_batch(vec![add, confirm, retire, confirm_it]);
    let receipts: Vec<_> = answers.into_iter().map(recorded).collect();
    world.audit();
    let checkpoint = &receipts[0].receipt().unwrap().proof.checkpoint;
    assert_eq!(signed_by(checkpoint).0, [id_of(&next.vkey)]);
    for receipted in &receipts {
        proves(&as_ledger_says(&world), receipted);
    }
}

#[test]
fn what_would_leave_no_key_in_force_that_is_held_is_refused_and_nothing_else_is() {
    let world = World::new();
    let (elsewhere, first) = (Made::new(), world.ledger().vkey());
    // To add a key that is held elsewhere is no harm: the first still signs.
    world.accept_of_both("ledger.key_added", added(&elsewhere));
    assert_eq!(world.ledger().vkey(), elsewhere.vkey);
    let act =
        world.event(&world.bupati, "ledger.key_retired", LEDGER, retired(&first, "superseded"));
    world.accept(&world.bupati, &act);
    let health = request(&world, &world.dinkes, "dinkes");
    let mut answers = world
        .post_batch(vec![
            world.sign(&world.sekda, &world.confirmation(&act)),
            world.sign(&world.dinkes, &health),
        ])
        .into_iter();
    let refusal = refused(answers.next().unwrap());
    assert_eq!(refusal, Refusal::LogKeyNotHeld { in_force: vec![elsewhere.vkey.clone()] });
    assert_eq!(refusal.code(), "log-key-not-held");
    let other = recorded(answers.next().unwrap());
    world.audit();
    proves(&as_ledger_says(&world), &other);
    let (ids, _) = signed_by(&other.receipt().unwrap().proof.checkpoint);
    assert_eq!(ids, [id_of(&first)]);
}

#[test]
fn a_ledger_does_not_open_without_a_key_in_force_and_names_those_that_are() {
    let (mut world, next, first) = with_next();
    world.accept_of_both("ledger.key_added", added(&next));
    world.accept_of_both("ledger.key_retired", retired(&first, "superseded"));
    world.close();
    fs::remove_file(key_file(&world, "61.07.next.pem")).unwrap();
    let open = || Ledgers::open(&world.path(), Settings::default(), world.clock()).map(drop);
    match open() {
        Err(OpenError::WrongKey { region, path, vkeys }) => {
            assert_eq!((region.as_str(), vkeys), (REGION, vec![next.vkey.clone()]));
            assert_eq!(path, key_file(&world, "61.07.pem"));
        }
        other => panic!("{other:?}"),
    }
    next.put(&key_file(&world, "61.07.next.pem"));
    assert!(open().is_ok());
}

/// Whoever has stolen the key signs what he likes with it, and nobody believes him from the retirement on.
#[test]
fn a_checkpoint_under_a_retired_key_is_refused_for_that_reason_by_receipts_tokens_and_verdicts() {
    let (world, next, first) = with_next();
    let thief = first_key(&world);
    let health = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    world.accept_of_both("ledger.key_added", added(&next));
    let ends = world.accept_of_both("ledger.key_retired", retired(&first, "compromised"));
    let (said, size) = (as_ledger_says(&world), ends.position.0 + 1);

    let receipt = forged(&world, &thief);
    let outcome = receipt.verify(&said, None).outcome;
    assert_eq!(outcome, Outcome::Failed(ReceiptFailure::NoLogSignature { size }));
    // The key of a later size is as little one of an earlier size.
    let early = Checkpoint::new(ORIGIN, 2, world.ledger().view().root_at(2).unwrap().unwrap());
    let next_signer = NoteSigner::new(ORIGIN, next.key).unwrap();
    let early = early.sign(&[&next_signer]).unwrap().to_string();
    let view = world.ledger().view();
    let by = |checkpoint: &str| {
        let note = Note::parse(checkpoint.as_bytes()).unwrap();
        view.log_keys().verify(&note).map(|(checkpoint, _)| checkpoint.size())
    };
    let not_in_force = |size, signer: &NoteSigner| {
        Err(LogSignatureError::NotInForce { size, key: signer.vkey().id() })
    };
    assert_eq!(by(&early), not_in_force(2, &next_signer));
    assert_eq!(by(&receipt.proof.checkpoint), not_in_force(size, &thief));
    assert_eq!(by(view.checkpoint()), Ok(size));
    // Beside a line of the key in force his is one that is not looked at.
    let mut note = Note::parse(view.checkpoint().as_bytes()).unwrap();
    note.add(thief.sign(note.text()).unwrap());
    assert_eq!(by(&note.to_string()), Ok(size));

    // A token over such a checkpoint is none over one of this log.
    let tsa = Tsa::new();
    let at = i64::try_from(world.clock.seconds()).unwrap();
    let token = tsa.token_at(&receipt.proof.checkpoint, at);
    let kept = world.ledger().keep_timestamp(&token, &receipt.proof.checkpoint, &tsa.authorities());
    let reason = LogSignatureError::NotInForce { size, key: thief.vkey().id() };
    let reason = jejak_ledger::KeepTimestampError::Stamped(StampedError::Log(reason));
    assert_eq!(kept, Err(reason));

    // The verdict says so too, and of the evidence under the true checkpoint nothing.
    let mut evidence = view.evidence(health.position).unwrap().unwrap();
    let policy = VerdictPolicy::of_ledger(&view).unwrap();
    let inclusion =
        |evidence: &_| verdict(evidence, &policy, at).step(StepName::Inclusion).unwrap().reason;
    assert_eq!(inclusion(&evidence), None);
    evidence.proof.as_mut().unwrap().checkpoint = receipt.proof.checkpoint;
    assert_eq!(inclusion(&evidence), Some(Reason::LogKeyNotInForce));
}

/// A token is over the lines of the keys that counted then, and stays one after they were retired.
#[test]
fn tokens_are_kept_and_audited_over_the_keys_of_their_time() {
    let (mut world, next, first) = with_next();
    let tsa = Tsa::new();
    let stamp = |world: &World| {
        let ledger = world.ledger();
        let stamped = ledger.view().stamped().unwrap();
        assert_eq!(stamped.text(), &**ledger.view().checkpoint());
        let at = i64::try_from(world.clock.seconds()).unwrap();
        let token = tsa.token_at(stamped.text(), at);
        ledger.keep_timestamp(&token, stamped.text(), &tsa.authorities()).unwrap()
    };
    let lines = |kept: &jejak_ledger::KeptTimestamp| signed_by(&kept.stamped).0.len();
    assert_eq!(lines(&stamp(&world)), 1);
    world.accept_of_both("ledger.key_added", added(&next));
    assert_eq!(lines(&stamp(&world)), 2);
    world.accept_of_both("ledger.key_retired", retired(&first, "superseded"));
    assert_eq!(lines(&stamp(&world)), 1);
    world.close();
    fs::remove_file(key_file(&world, "61.07.pem")).unwrap();
    world.reopen();
    let nobody_asked = jejak_ledger::LockEvidence::NotAsked;
    let view = world.ledger().view();
    let (settings, trusted) = (Settings::default(), tsa.authorities());
    let report = audit_with(Depth::Sizes, &trusted, &view, &nobody_asked, &settings, &|_, _| ());
    assert!(report.is_clean(), "{report:#?}");
}

/// What an inspector finds of where the event stands, who was told these keys and judges the evidence as a file.
fn found_by(keys: Vec<PolicyKey>, world: &World, evidence: &Evidence) -> [Option<Reason>; 2] {
    let trust = VerdictPolicy::of_ledger(&world.ledger().view()).unwrap().trust;
    let policy = VerdictPolicy::new("uji", None, pinned(world, keys), trust, true);
    let verdict = verdict(evidence, &policy, i64::try_from(world.clock.seconds()).unwrap());
    [StepName::Inclusion, StepName::Consistency].map(|step| verdict.step(step).unwrap().reason)
}

/// The evidence as it is taken home.
fn taken_home(world: &World, position: Position) -> Evidence {
    let view = world.ledger().view();
    let (file, _) = view.evidence_file(position).unwrap().unwrap();
    let evidence = Evidence::parse(&file).unwrap();
    assert_eq!(evidence.keys, view.evidence(position).unwrap().unwrap().keys);
    evidence
}

const UNKNOWN: [Option<Reason>; 2] = [Some(Reason::LogKeyUnknown); 2];
const NOTHING: [Option<Reason>; 2] = [None; 2];

#[test]
fn who_knows_only_the_first_key_is_led_to_the_later_ones_by_the_evidence_itself() {
    let (mut world, next, first) = with_next();
    let known = || vec![PolicyKey { vkey: first.parse().unwrap(), from: 0, until: None }];
    world.accept_of_both("ledger.key_added", added(&next));
    world.accept_of_both("ledger.key_retired", retired(&first, "superseded"));
    // And once more: the second key leads to the third.
    let third = Made::new();
    third.put(&key_file(&world, "61.07.pem"));
    world.reopen();
    world.accept_of_both("ledger.key_added", added(&third));
    world.accept_of_both("ledger.key_retired", retired(&next.vkey, "superseded"));
    let health = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    world.reopen();

    let evidence = taken_home(&world, health.position);
    assert_eq!(evidence.keys.len(), 2);
    assert_eq!(found_by(known(), &world, &evidence), NOTHING);
    // Without the links, or with one of them, or in another order, nobody is led there.
    for keys in [
        Vec::new(),
        evidence.keys[..1].to_vec(),
        evidence.keys[1..].to_vec(),
        evidence.keys.iter().rev().cloned().collect(),
    ] {
        let evidence = Evidence { keys, ..evidence.clone() };
        assert_eq!(found_by(known(), &world, &evidence), UNKNOWN);
    }
    // Whoever was told when the first key ended was told what follows: it leads no further.
    let ended =
        vec![PolicyKey { until: Some(world.ledger().published().size), ..known().remove(0) }];
    assert_eq!(found_by(ended, &world, &evidence), UNKNOWN);
    // A statement that is not the one recorded, and two that do not belong together.
    let mut other = evidence.clone();
    other.keys[1].added.statement = other.keys[0].added.statement.clone();
    assert_eq!(found_by(known(), &world, &other), UNKNOWN);
    let mut other = evidence.clone();
    other.keys[1].added =
        Receipt { proof: other.keys[1].added.proof.clone(), ..other.keys[0].added.clone() };
    assert_eq!(found_by(known(), &world, &other), UNKNOWN);
    let mut other = evidence.clone();
    let link = &mut other.keys[1];
    std::mem::swap(&mut link.added, &mut link.confirmed);
    assert_eq!(found_by(known(), &world, &other), UNKNOWN);
    // The link is believed for the key that signed it: not for one of another ledger's policy.
    let stranger = Made::new();
    let strange = vec![PolicyKey { vkey: stranger.vkey.parse().unwrap(), from: 0, until: None }];
    assert_eq!(found_by(strange, &world, &evidence), UNKNOWN);
}

/// A rule set or a policy is adopted as before while several keys sign.
#[test]
fn other_acts_on_the_ledger_keep_its_keys() {
    let (world, next, _) = with_next();
    world.accept_of_both("ledger.key_added", added(&next));
    let keys = world.ledger().view().log_keys().clone();
    let policy = format!(
        "format = \"jejak-trust/1\"\n[[anchor]]\ncertificate = '''\n{}'''\n",
        jejak_signer::certificate_to_pem(world.authority.ca.anchor_der())
    );
    let objects = Objects::beside(&world.path().join("objects"));
    let hash = objects.put(policy.as_bytes()).unwrap().to_string();
    world.accept_of_both("trust.policy_adopted", json!({ "policy": hash, "name": "uji" }));
    assert_eq!(*world.ledger().view().log_keys(), keys);
}
