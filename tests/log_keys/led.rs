//! Who is led from one key of the log to the next, and by whom: a key counts where both authorities added it, as proven
//! from the opening on, and not because whoever holds the older key says so.

use super::*;
use crate::verdict::forged::Forger;
use jejak_ledger::verdict::KeyLink;

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
