//! Evidence that whoever runs the log has made up: he holds the log's key and the key of one founder. Beside each forgery
//! stands the same as it would be with the second signature, which is proven.

use std::fs;
use std::sync::Arc;

use jejak_ledger::log::{
    Chain, Checkpoint, Micros, NoteSigner, Position, Receipt, Record, TlogProof, merkle,
};
use jejak_ledger::rules::RuleSet;
use jejak_ledger::verdict::{Evidence, Grounds, NotCounting, Reason, StepName, verdict};
use jejak_signer::devca::Listed;
use jejak_signer::{
    Hash, HashAlgorithm, HashRule, Revocation, RevocationReason, SigningKey, certificate_to_pem,
};
use serde_json::{Value, json};

use super::{DAY, START, Scene, YEAR, empty_list, open, revoked};
use crate::acts::request;
use crate::harness::{BENGKAYANG, ORIGIN, Person, World};

/// The log as whoever holds its key goes on with it, or makes it anew.
pub(crate) struct Forger {
    pub(super) records: Vec<Record>,
    statements: Vec<(String, Vec<Vec<u8>>)>,
    signer: NoteSigner,
}

impl Forger {
    /// With the key in the directory of the world.
    pub(crate) fn key(world: &World) -> NoteSigner {
        let pem = fs::read_to_string(world.path().join("keys/61.07.pem")).unwrap();
        NoteSigner::new(ORIGIN, SigningKey::from_pkcs8_pem(&pem).unwrap()).unwrap()
    }

    /// After everything that the log holds.
    pub(crate) fn over(world: &World) -> Self {
        let view = world.ledger().view();
        let mut all =
            Self { records: Vec::new(), statements: Vec::new(), signer: Self::key(world) };
        for position in (0..view.size()).map(Position) {
            let evidence = view.evidence(position).unwrap().unwrap();
            all.records.push(evidence.record);
            let statement = String::from_utf8(evidence.statement.unwrap()).unwrap();
            all.statements.push((statement, evidence.chain));
        }
        all
    }

    /// As if the log had ended before.
    pub(crate) fn cut(&mut self, before: Position) {
        let size = usize::try_from(before.0).unwrap();
        self.records.truncate(size);
        self.statements.truncate(size);
    }

    pub(crate) fn add(&mut self, world: &World, by: &Person, event: &Value) -> usize {
        let at = self.records.last().map_or(Micros(0), |last| last.recorded_at);
        self.add_at(world, by, event, at)
    }

    pub(crate) fn add_at(
        &mut self,
        world: &World,
        by: &Person,
        event: &Value,
        at: Micros,
    ) -> usize {
        let statement = world.sign(by, event);
        let record = Record {
            position: Position(u64::try_from(self.records.len()).unwrap()),
            recorded_at: at,
            previous: match self.records.last() {
                Some(last) => last.leaf_hash(),
                None => Chain::new(ORIGIN).leaf_hash(),
            },
            statement: Hash::of(&statement),
        };
        self.records.push(record);
        self.statements.push((String::from_utf8(statement).unwrap(), by.chain.clone()));
        self.records.len() - 1
    }

    /// An act, and the countersignature of another under it.
    pub(crate) fn both(
        &mut self,
        world: &World,
        by: [&Person; 2],
        kind: &str,
        data: Value,
    ) -> [usize; 2] {
        let [first, second] = by;
        let act = world.event(first, kind, "ledger/61.07", data);
        let confirmation = world.countersignature(first, &act, second);
        [self.add(world, first, &act), self.add(world, second, &confirmation)]
    }

    pub(crate) fn receipt(&self, at: usize) -> Receipt {
        let leaves: Vec<_> = self.records.iter().map(Record::leaf_hash).collect();
        let size = u64::try_from(leaves.len()).unwrap();
        let checkpoint = Checkpoint::new(ORIGIN, size, root(&leaves)).sign(&[&self.signer]);
        let proof = TlogProof {
            extra: None,
            index: u64::try_from(at).unwrap(),
            hashes: path(at, &leaves),
            checkpoint: checkpoint.unwrap().to_string(),
        };
        let (statement, chain) = self.statements[at].clone();
        Receipt { statement: Some(statement), chain, ..Receipt::new(self.records[at], proof) }
    }

    /// As evidence of the last record, with these grounds.
    pub(super) fn evidence(&self, like: &Evidence, grounds: &[usize]) -> Evidence {
        let own = self.receipt(self.records.len() - 1);
        let mut evidence = like.clone();
        evidence.record = own.record;
        evidence.statement = own.statement.map(String::into_bytes);
        evidence.proof = Some(own.proof);
        evidence.before.previous = self.records.iter().rev().nth(1).copied();
        evidence.grounds = grounds.iter().map(|at| self.receipt(*at)).collect();
        evidence
    }

    /// Where what is in the log of the world was signed by whom the opening names, and the enrolment of `person` stands.
    fn enrolment_of(&self, person: &Person) -> usize {
        let of = |(statement, _): &(String, Vec<Vec<u8>>)| {
            let typ = jejak_signer::Typ::Event;
            let jws = jejak_signer::Jws::parse(statement.clone().into_bytes(), typ).unwrap();
            let event: Value = serde_json::from_slice(jws.payload()).unwrap();
            event["type"] == "signer.enrolled" && event["data"]["person"] == person.id.as_str()
        };
        self.statements.iter().position(of).unwrap()
    }
}

/// RFC 6962, 2.1.
fn root(leaves: &[Hash]) -> Hash {
    if let [one] = leaves {
        return *one;
    }
    let (left, right) = leaves.split_at(half(leaves.len()));
    merkle::node_hash(&root(left), &root(right))
}

fn path(at: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(half(leaves.len()));
    let (mut path, other) = match at.checked_sub(left.len()) {
        Some(at) => (path(at, right), root(left)),
        None => (path(at, left), root(right)),
    };
    path.push(other);
    path
}

/// The largest power of two below.
fn half(leaves: usize) -> usize {
    leaves.next_power_of_two() / 2
}

/// Whoever runs the log, over the log of a scene.
pub(super) struct Attack {
    pub(super) scene: Scene,
    pub(super) forger: Forger,
    pub(super) grounds: Vec<usize>,
    pub(super) like: Evidence,
}

impl Attack {
    pub(super) fn new() -> Self {
        Self::over(Scene::new())
    }

    pub(super) fn over(scene: Scene) -> Self {
        let forger = Forger::over(&scene.world);
        let grounds = vec![0, forger.enrolment_of(&scene.world.dinkes)];
        let like = scene.evidence();
        Self { scene, forger, grounds, like }
    }

    pub(super) fn enrol(&mut self, by: &Person, person: &Person) {
        let mut event = self.scene.world.enrolment(person);
        event["source"] = format!("agency/{}", by.agency).into();
        self.add(by, &event);
    }

    pub(super) fn add(&mut self, by: &Person, event: &Value) {
        let at = self.forger.add(&self.scene.world, by, event);
        self.grounds.push(at);
    }

    pub(super) fn both(&mut self, by: [&Person; 2], kind: &str, data: Value) {
        self.grounds.extend(self.forger.both(&self.scene.world, by, kind, data));
    }

    /// The evidence of an event of the health agency after all of it.
    pub(super) fn evidence(&mut self) -> Evidence {
        let dinkes = self.scene.world.dinkes.clone();
        self.signed_by(&dinkes)
    }

    /// The evidence of an event that `by` signs after all of it.
    pub(super) fn signed_by(&mut self, by: &Person) -> Evidence {
        let event = request(&self.scene.world, by, &by.agency);
        self.forger.add(&self.scene.world, by, &event);
        self.like.chain.clone_from(&by.chain);
        self.forger.evidence(&self.like, &self.grounds)
    }

    /// Is `person` proven to be enrolled, if he signs an event after all of it?
    pub(super) fn is_enrolled(&mut self, person: &Person) -> bool {
        let evidence = self.signed_by(person);
        let enrolment = self.scene.judge(&evidence).grounds.enrolment;
        enrolment.is_some_and(|enrolment| enrolment.person == person.id)
    }

    pub(super) fn grounds(&mut self) -> Grounds {
        let evidence = self.evidence();
        self.scene.judge(&evidence).grounds
    }

    /// A person of the same name and agency with a key that the attacker has made.
    fn in_the_name_of(&self, person: &Person) -> Person {
        self.scene.world.authority.person(&person.id, &person.agency)
    }

    /// Where a statement of this type stands in the log of the world.
    pub(super) fn of_kind(&self, kind: &str) -> usize {
        let of = |(statement, _): &(String, Vec<Vec<u8>>)| {
            let typ = jejak_signer::Typ::Event;
            let jws = jejak_signer::Jws::parse(statement.clone().into_bytes(), typ).unwrap();
            serde_json::from_slice::<Value>(jws.payload()).unwrap()["type"] == kind
        };
        self.forger.statements.iter().position(of).unwrap()
    }

    /// Adopts a trust policy with these signatures; who adopted it, as far as that is proven.
    pub(super) fn adopted_by(mut self, by: [&Person; 2]) -> Option<Vec<String>> {
        self.adopt(by, "");
        self.grounds().trust.map(|adopted| adopted.by)
    }

    /// A trust policy with these further lines, which the file holds.
    pub(super) fn adopt(&mut self, by: [&Person; 2], rest: &str) -> Hash {
        let text = trusting(&self.scene.world, rest);
        let hash = Hash::of(text.as_bytes());
        let data = json!({ "policy": hash.to_string(), "name": "palsu" });
        self.both(by, "trust.policy_adopted", data);
        self.like.before.policy = Some(hash);
        self.like.before.objects.insert(hash, text.into_bytes());
        hash
    }
}

/// A trust policy that keeps everybody of a world trusted, with further lines.
pub(super) fn trusting(world: &World, rest: &str) -> String {
    let anchor = certificate_to_pem(world.authority.ca.anchor_der());
    format!("format = \"jejak-trust/1\"\n{rest}[[anchor]]\ncertificate = '''\n{anchor}'''\n")
}

#[test]
fn one_founder_and_the_log_key_adopt_nothing_in_the_name_of_two() {
    let attack = Attack::new();
    let [a, b] = [attack.scene.world.bupati.clone(), attack.scene.world.sekda.clone()];
    let both = Some(vec![a.id.clone(), b.id.clone()]);
    assert_eq!(attack.adopted_by([&a, &b]), both);
    let attested = |attack: &mut Attack, by: &Person, person: &Person| {
        let data = json!({ "certificate": person.thumbprint().to_string() });
        let subject = format!("signer/{}", person.id);
        let event = attack.scene.world.event(by, "signer.attested", &subject, data);
        attack.add(by, &event);
    };
    // The second certificate in the name of the other is enrolled, or renewed, by the first.
    for renews in [false, true] {
        let mut attack = Attack::new();
        let world = &attack.scene.world;
        let [a, b] = [world.bupati.clone(), world.sekda.clone()];
        let [first, second] = [attack.in_the_name_of(&b), attack.in_the_name_of(&b)];
        attack.enrol(&a, &first);
        let mut event = attack.scene.world.enrolment(&second);
        event["source"] = format!("agency/{}", b.agency).into();
        if renews {
            event["data"]["renews"] = first.thumbprint().to_string().into();
        }
        attack.add(&first, &event);
        attested(&mut attack, &a, &second);
        assert_eq!(attack.adopted_by([&a, &second]), None, "renews: {renews}");
    }
    // A registrar alone, for both.
    let mut attack = Attack::new();
    let registrar = attack.scene.world.registrar.clone();
    let mut made = Vec::new();
    for authority in [attack.scene.world.bupati.clone(), attack.scene.world.sekda.clone()] {
        let [first, second] =
            [attack.in_the_name_of(&authority), attack.in_the_name_of(&authority)];
        attack.enrol(&registrar, &first);
        attack.enrol(&first, &second);
        attested(&mut attack, &registrar, &second);
        made.push(second);
    }
    assert_eq!(attack.adopted_by([&made[0], &made[1]]), None);
}

#[test]
fn a_rule_set_on_an_older_version_is_never_proven_after_the_third() {
    let text = String::from_utf8(BENGKAYANG.to_vec()).unwrap();
    assert!(text.contains("structural = 3"));
    let adopted = |text: String, by_two: bool| {
        let mut attack = Attack::new();
        let [a, b] = [attack.scene.world.bupati.clone(), attack.scene.world.sekda.clone()];
        let ruleset = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
        let hash = ruleset.hash();
        let data = json!({ "ruleset": hash.to_string(), "name": "palsu" });
        if by_two {
            attack.both([&a, &b], "ruleset.adopted", data);
        } else {
            let event = attack.scene.world.event(&a, "ruleset.adopted", "ledger/61.07", data);
            attack.add(&a, &event);
        }
        attack.like.before.ruleset = hash;
        attack.like.before.rulesets.insert(hash, ruleset);
        attack.grounds().ruleset.map(|adopted| adopted.by.len())
    };
    let newer = format!("{text}\n# lain\n");
    let older = newer.replacen("structural = 3", "structural = 2", 1);
    assert_eq!(adopted(newer.clone(), true), Some(2));
    assert_eq!(adopted(newer, false), None);
    assert_eq!(adopted(older.clone(), false), None);
    assert_eq!(adopted(older, true), None);
}

/// Whoever holds the log's key makes an opening of his own.
#[test]
fn without_a_pinned_opening_nothing_is_proven_and_another_one_is_disproved() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    let mut policy = scene.policy();
    policy.log.ledgers[0].genesis = None;
    let unpinned = verdict(&evidence, &policy, START + YEAR);
    assert_eq!(open(&unpinned), []);
    let grounds = unpinned.grounds;
    assert_eq!((grounds.enrolment, grounds.ruleset, grounds.trust), (None, None, None));
    assert!(grounds.is_unpinned);
    assert!(!scene.judge(&evidence).grounds.is_unpinned);
    // An opening that names others, under which the file says to stand.
    let world = &scene.world;
    let first = world.ledger().view().entry(Position(0)).unwrap().unwrap();
    let mut forger = Forger::over(world);
    let rest: Vec<_> = forger.records.drain(..).collect();
    let texts: Vec<_> = forger.statements.drain(..).collect();
    let data = Value::Object(first.event.data.clone());
    let opening = world.event(&world.bupati, "ledger.opened", "ledger/61.07", data);
    forger.add_at(world, &world.bupati, &opening, rest[0].recorded_at);
    for (record, text) in rest.iter().zip(&texts).skip(1) {
        let previous = forger.records.last().unwrap().leaf_hash();
        forger.records.push(Record { previous, ..*record });
        forger.statements.push(text.clone());
    }
    let enrolled = forger.enrolment_of(&world.dinkes);
    let made = forger.evidence(&evidence, &[0, enrolled]);
    let verdict_of = verdict(&made, &policy, START + YEAR);
    assert!(verdict_of.grounds.is_unpinned);
    assert_eq!(verdict_of.step(StepName::Inclusion).unwrap().reason, None);
    let pinned = scene.judge(&made);
    let inclusion = pinned.step(StepName::Inclusion).unwrap();
    assert_eq!(inclusion.reason, Some(Reason::GenesisMismatch));
    assert_eq!(pinned.grounds, Grounds::default());
}

#[test]
fn grounds_of_an_event_that_does_not_stand_in_the_log_prove_nothing() {
    let scene = Scene::new();
    let mut evidence = scene.evidence();
    evidence.proof.as_mut().unwrap().hashes[0] = Hash([7; 32]);
    assert_eq!(scene.judge(&evidence).grounds, Grounds::default());
}

#[test]
fn a_certificate_that_was_revoked_before_proves_nothing_with_what_it_signed() {
    let scene = Scene::new();
    let revoking = |person: &Person, revocation: Revocation| {
        let listed = Listed::of(&person.chain[0], revocation).unwrap();
        let mut list = empty_list(START + 800);
        list.revoked = vec![listed];
        let mut evidence = scene.evidence();
        evidence.lists = vec![scene.list(&list)];
        scene.judge(&evidence).grounds
    };
    let (before, after) = (START - DAY / 2, START + 750);
    let world = &scene.world;
    let reason = RevocationReason::KeyCompromise;
    assert_eq!(revoking(&world.registrar, revoked(before, reason)).enrolment, None);
    let grounds = revoking(&world.bupati, revoked(before, reason));
    assert_eq!((grounds.enrolment, grounds.ruleset, grounds.trust), (None, None, None));
    let taken = |one: &NotCounting| (one.position, one.kind.clone(), one.reason);
    let opening = (Position(0), "ledger.opened".to_owned(), Reason::CertificateRevoked);
    assert_eq!(grounds.not_counting.iter().map(taken).collect::<Vec<_>>(), [opening]);
    let later = revoking(&world.registrar, revoked(after, RevocationReason::Superseded));
    assert!(later.enrolment.is_some());
    // Of a key that was in other hands already the issuer says since when.
    let since = Revocation { invalid_since: Some(before), ..revoked(after, reason) };
    assert_eq!(revoking(&world.registrar, since).enrolment, None);
}

#[test]
fn a_log_that_goes_back_in_time_proves_nothing() {
    let grounds = |back: u64| {
        let mut attack = Attack::new();
        let world = &attack.scene.world;
        let (registrar, dinkes) = (world.registrar.clone(), world.dinkes.clone());
        let last = attack.forger.records.last().unwrap().recorded_at;
        let person = world.authority.person("p-lain0001", "dinkes");
        let event = world.enrolment(&person);
        let (at, own) = (Micros(last.0 + 1000 - back), Micros(last.0 + 500));
        attack.grounds.push(attack.forger.add_at(&attack.scene.world, &registrar, &event, at));
        let event = request(&attack.scene.world, &dinkes, "dinkes");
        attack.forger.add_at(&attack.scene.world, &dinkes, &event, own);
        let evidence = attack.forger.evidence(&attack.like, &attack.grounds);
        attack.scene.judge(&evidence).grounds
    };
    assert!(grounds(500).enrolment.is_some());
    // After the event that rests on it.
    assert_eq!(grounds(0), Grounds::default());
    // Before what stands before it.
    assert_eq!(grounds(1000 + 400_000_000), Grounds::default());
}

#[test]
fn an_enrolment_without_the_signature_of_the_enrolled_key_proves_nothing() {
    let enrolled = |of_another: bool| {
        let mut attack = Attack::new();
        let world = &attack.scene.world;
        let (registrar, person) =
            (world.registrar.clone(), world.authority.person("p-lain0001", "dinkes"));
        let mut event = world.enrolment(&person);
        if of_another {
            event["data"]["possession"] = world.dinkes.possession(ORIGIN).into();
        }
        attack.add(&registrar, &event);
        attack.is_enrolled(&person)
    };
    assert!(enrolled(false));
    assert!(!enrolled(true));
}

#[test]
fn when_the_hash_of_the_log_proves_no_longer_its_grounds_do_not() {
    let mut scene = Scene::new();
    let until = START + YEAR;
    scene.parts.hashes = vec![HashRule { algorithm: HashAlgorithm::Sha256, until }];
    let (evidence, policy) = (scene.evidence(), scene.policy());
    let grounds = |at| verdict(&evidence, &policy, at).grounds;
    assert!(grounds(until - 1).enrolment.is_some());
    assert_eq!(grounds(until), Grounds::default());
}
