//! Who is led from one key of the log to the next, and by whom: a key counts where both authorities added it, as proven
//! from the opening on, and not because whoever holds the older key says so.

use super::*;
use crate::verdict::forged::Forger;
use crate::verdict::tsa::empty_list;
use jejak_ledger::log::Micros;
use jejak_ledger::verdict::KeyLink;
use jejak_signer::devca::{ListSpec, Listed};
use jejak_signer::{
    AlgorithmRule, AnchorRule, Hash, HashAlgorithm, HashRule, PolicyAlgorithm, Revocation,
    RevocationReason, Signs, TrustPolicy, TrustPolicyParts,
};

/// The operator of a log, who holds its key.
struct Operator {
    world: World,
    next: Made,
    /// The log goes on under the next key, and this is of an event in it.
    evidence: Evidence,
}

fn known(world: &World) -> Vec<PolicyKey> {
    let vkey = first_key(world).vkey().clone();
    vec![PolicyKey { vkey, from: 0, until: None }]
}

impl Operator {
    /// What a true ledger shows; everything but its links is kept below.
    fn new() -> Self {
        let (mut world, next, first) = with_next();
        let old = fs::read(key_file(&world, "61.07.pem")).unwrap();
        world.accept_of_both("ledger.key_added", added(&next));
        world.accept_of_both("ledger.key_retired", retired(&first, "superseded"));
        let health = world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
        world.reopen();
        let evidence = taken_home(&world, health.position);
        fs::write(key_file(&world, "61.07.pem"), old).unwrap();
        Self { world, next, evidence }
    }

    fn found(&self, links: Vec<KeyLink>) -> [Option<Reason>; 2] {
        let evidence = Evidence { keys: links, ..self.evidence.clone() };
        found_by(known(&self.world), &self.world, &evidence)
    }

    /// Two statements by these over the log of the time before, under the first key, with what is said to bear them out.
    fn link(&self, by: [&Person; 2], more: &[(&Person, Value)]) -> KeyLink {
        let mut forger = Forger::over(&self.world);
        forger.cut(self.evidence.keys[0].added.record.position);
        let mut grounds = vec![0];
        grounds.extend(more.iter().map(|(by, event)| forger.add(&self.world, by, event)));
        let [act, confirmation] =
            forger.both(&self.world, by, "ledger.key_added", added(&self.next));
        KeyLink {
            added: forger.receipt(act),
            confirmed: forger.receipt(confirmation),
            grounds: grounds.into_iter().map(|at| forger.receipt(at)).collect(),
        }
    }
}

#[test]
fn a_key_that_both_authorities_added_is_followed_as_far_as_that_is_proven() {
    let operator = Operator::new();
    let links = || operator.evidence.keys.clone();
    assert_eq!(operator.found(links()), NOTHING);
    // As files of before: who signed the two is not shown.
    let mut bare = links();
    bare[0].grounds.clear();
    assert_eq!(operator.found(bare), UNKNOWN);
    let strips: [fn(&mut KeyLink); 3] = [
        |link| link.added.chain.clear(),
        |link| link.confirmed.chain.clear(),
        |link| link.grounds.retain(|ground| ground.record.position != Position(0)),
    ];
    for strip in strips {
        let mut links = links();
        strip(&mut links[0]);
        assert_eq!(operator.found(links), UNKNOWN);
    }
    // Who does not know with which record the ledger begins is led nowhere; nor who trusts nobody's certificate.
    let trust = VerdictPolicy::of_ledger(&operator.world.ledger().view()).unwrap().trust;
    let at = i64::try_from(operator.world.clock.seconds()).unwrap();
    let found = |policy: Policy, trust| {
        let policy = VerdictPolicy::new("uji", None, policy, trust, true);
        verdict(&operator.evidence, &policy, at).step(StepName::Inclusion).unwrap().reason
    };
    let keys = || known(&operator.world);
    assert_eq!(found(pinned(&operator.world, keys()), trust.clone()), None);
    assert_eq!(found(policy_of(keys()), trust), Some(Reason::LogKeyUnknown));
    assert_eq!(found(pinned(&operator.world, keys()), None), Some(Reason::LogKeyUnknown));
}

#[test]
fn the_log_key_alone_or_with_one_founder_puts_no_other_key_in_force() {
    let operator = Operator::new();
    let world = &operator.world;
    let [a, b] = [&world.bupati, &world.sekda];
    // With both it would be in force.
    assert_eq!(operator.found(vec![operator.link([a, b], &[])]), NOTHING);
    let nobody =
        [world.authority.person(&a.id, &a.agency), world.authority.person(&b.id, &b.agency)];
    for by in
        [[a, &world.registrar], [&nobody[0], &nobody[1]], [a, &nobody[1]], [&world.kominfo, b]]
    {
        assert_eq!(operator.found(vec![operator.link(by, &[])]), UNKNOWN);
    }
    let mut enrolment = world.enrolment(&nobody[1]);
    enrolment["source"] = format!("agency/{}", a.agency).into();
    let data = json!({ "certificate": nobody[1].thumbprint().to_string() });
    let subject = format!("signer/{}", b.id);
    let attestation = world.event(a, "signer.attested", &subject, data);
    let forged = [(a, enrolment), (a, attestation)];
    assert_eq!(operator.found(vec![operator.link([a, &nobody[1]], &forged)]), UNKNOWN);
}

/// The policy names several ledgers; the key of one says nothing of another.
#[test]
fn the_log_of_another_ledger_leads_to_no_key_of_this_one() {
    let operator = Operator::new();
    let world = &operator.world;
    let origin = "jejak.lain.go.id/61.07";
    let other = NoteSigner::new(origin, SigningKey::generate(Algorithm::Ed25519).unwrap()).unwrap();
    let mut link = operator.link([&world.bupati, &world.sekda], &[]);
    let note = Note::parse(link.confirmed.proof.checkpoint.as_bytes()).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    let (size, root) = (checkpoint.size(), checkpoint.root());
    let signed = Checkpoint::new(origin, size, root).sign(&[&other]).unwrap().to_string();
    let all = link.grounds.iter_mut().chain([&mut link.added, &mut link.confirmed]);
    all.for_each(|receipt| receipt.proof.checkpoint.clone_from(&signed));
    let evidence = Evidence { keys: vec![link], ..operator.evidence.clone() };
    let mut policy = pinned(world, known(world));
    let key = PolicyKey { vkey: other.vkey().clone(), from: 0, until: None };
    policy.ledgers.push(PolicyLedger {
        origin: origin.parse().unwrap(),
        genesis: None,
        keys: vec![key],
    });
    let trust = VerdictPolicy::of_ledger(&world.ledger().view()).unwrap().trust;
    let policy = VerdictPolicy::new("uji", None, policy, trust, true);
    let at = i64::try_from(world.clock.seconds()).unwrap();
    let verdict = verdict(&evidence, &policy, at);
    let inclusion = verdict.step(StepName::Inclusion).unwrap();
    assert_eq!(inclusion.reason, Some(Reason::LogKeyUnknown));
}

/// By this policy's trust, asked a day after; `until` counts from then.
fn found_under(
    operator: &Operator,
    change: &dyn Fn(&mut TrustPolicyParts, i64),
) -> [Option<Reason>; 2] {
    let world = &operator.world;
    let at = i64::try_from(world.clock.seconds()).unwrap() + 86_400;
    let mut parts = TrustPolicyParts {
        anchors: vec![(world.authority.ca.anchor_der().to_vec(), AnchorRule::default())],
        ..TrustPolicyParts::default()
    };
    change(&mut parts, at);
    let trust = TrustPolicy::new(Hash::of(b"uji"), parts).unwrap();
    let policy = VerdictPolicy::new("uji", None, pinned(world, known(world)), Some(trust), true);
    let verdict = verdict(&operator.evidence, &policy, at);
    [StepName::Inclusion, StepName::Consistency].map(|step| verdict.step(step).unwrap().reason)
}

/// Nothing proves when a link was made but that it is there: what it rests on must count when it is asked.
#[test]
fn a_link_leads_on_while_its_algorithms_and_the_hash_of_the_log_count() {
    let operator = Operator::new();
    let rule = |signs, until| AlgorithmRule {
        algorithm: PolicyAlgorithm::Ed25519,
        signs,
        until,
        rsa_bits_min: None,
    };
    assert_eq!(found_under(&operator, &|_, _| {}), NOTHING);
    for (later, expected) in [(1, NOTHING), (0, UNKNOWN)] {
        let sha256 = |parts: &mut TrustPolicyParts, at: i64| {
            let algorithm = HashAlgorithm::Sha256;
            parts.hashes = vec![HashRule { algorithm, until: at + later }];
        };
        assert_eq!(found_under(&operator, &sha256), expected, "{later}");
        let statements = |parts: &mut TrustPolicyParts, at: i64| {
            parts.algorithms =
                vec![rule(Signs::Statements, Some(at + later)), rule(Signs::Certificates, None)];
        };
        assert_eq!(found_under(&operator, &statements), expected, "{later}");
        let certificates = |parts: &mut TrustPolicyParts, at: i64| {
            parts.algorithms =
                vec![rule(Signs::Certificates, Some(at + later)), rule(Signs::Statements, None)];
        };
        assert_eq!(found_under(&operator, &certificates), expected, "{later}");
    }
    // A receipt is led in the same way, at the time of who asks.
    let world = &operator.world;
    let at = i64::try_from(world.clock.seconds()).unwrap();
    let parts = TrustPolicyParts {
        anchors: vec![(world.authority.ca.anchor_der().to_vec(), AnchorRule::default())],
        hashes: vec![HashRule { algorithm: HashAlgorithm::Sha256, until: at + 1 }],
        ..TrustPolicyParts::default()
    };
    let trust = TrustPolicy::new(Hash::of(b"uji"), parts).unwrap();
    let policy = VerdictPolicy::new("uji", None, pinned(world, known(world)), Some(trust), true);
    let keys = |at| policy.following(&operator.evidence, at).log.ledgers[0].keys.len();
    assert_eq!((keys(at), keys(at + 1)), (2, 1));
}

/// Two statements that lead to a key and say to be later than an event that stands after them.
#[test]
fn a_link_that_is_out_of_the_order_of_time_is_found() {
    let operator = Operator::new();
    let world = &operator.world;
    let own = operator.evidence.record.recorded_at;
    let link = |late: u64| {
        let mut forger = Forger::over(world);
        forger.cut(operator.evidence.keys[0].added.record.position);
        let act = world.event(&world.bupati, "ledger.key_added", LEDGER, added(&operator.next));
        let confirmation = world.confirmation(&act);
        let at = Micros(own.0 + late);
        let act = forger.add_at(world, &world.bupati, &act, at);
        let confirmed = forger.add_at(world, &world.sekda, &confirmation, at);
        KeyLink {
            added: forger.receipt(act),
            confirmed: forger.receipt(confirmed),
            grounds: vec![forger.receipt(0)],
        }
    };
    let mut evidence = operator.evidence.clone();
    evidence.before.previous = None;
    for (late, expected) in [(0, None), (1, Some(Reason::RecordedOutOfOrder))] {
        evidence.keys = vec![link(late)];
        let found = found_by(known(world), world, &evidence);
        assert_eq!(found, [None, expected], "{late}");
    }
}

/// The other authority has signed with a certificate of another issuer, which revoked it: that issuer stands above nobody but
/// who confirmed.
#[test]
fn a_list_about_who_confirmed_a_key_is_heard() {
    let operator = Operator::new();
    let world = &operator.world;
    let other = crate::harness::Authority::new();
    let [a, b] = [&world.bupati, &world.sekda];
    let second = other.person(&b.id, &b.agency);
    let mut enrolment = world.enrolment(&second);
    enrolment["source"] = format!("agency/{}", a.agency).into();
    let data = json!({ "certificate": second.thumbprint().to_string() });
    let subject = format!("signer/{}", b.id);
    let attestation = world.event(&world.registrar, "signer.attested", &subject, data);
    let more = [(a, enrolment), (&world.registrar, attestation)];
    let mut evidence = operator.evidence.clone();
    evidence.keys = vec![operator.link([a, &second], &more)];
    let seconds = i64::try_from(world.clock.seconds()).unwrap();
    let anchors = [&world.authority, &other]
        .map(|authority| (authority.ca.anchor_der().to_vec(), AnchorRule::default()));
    let parts = TrustPolicyParts { anchors: anchors.into(), ..TrustPolicyParts::default() };
    let trust = TrustPolicy::new(Hash::of(b"uji"), parts).unwrap();
    let policy = VerdictPolicy::new("uji", None, pinned(world, known(world)), Some(trust), true);
    let at = seconds + 86_400;
    let found = |evidence: &Evidence| {
        let verdict = verdict(evidence, &policy, at);
        [StepName::Inclusion, StepName::Consistency].map(|step| verdict.step(step).unwrap().reason)
    };
    // It leads on; that the log in which it does is not the one in which the event stands is told.
    assert_eq!(found(&evidence), [None, Some(Reason::CheckpointsInconsistent)]);
    let recorded = evidence.keys[0].added.record.recorded_at.0 / 1_000_000;
    let revocation = Revocation {
        revoked_at: i64::try_from(recorded).unwrap() - 3_600,
        reason: RevocationReason::KeyCompromise,
        invalid_since: None,
    };
    let listed = Listed::of(&second.chain[0], revocation).unwrap();
    let spec = ListSpec { revoked: vec![listed], ..empty_list(seconds + 60) };
    let list = other.ca.revocation_list(&spec).unwrap();
    let mut handed = evidence.clone();
    handed.hand_in(list.clone(), &policy, at).unwrap();
    evidence.lists.push(list);
    assert_eq!(found(&evidence), UNKNOWN);
    assert_eq!(found(&handed), UNKNOWN);
}
