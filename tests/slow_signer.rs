//! A log key that is slow, as an HSM may be, holds nobody up but those whose answers it signs.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};

use jejak_ledger::custody::{CustodyError, LogKey, LogKeys};
use jejak_ledger::log::{Checkpoint, Note, Outcome, Policy};
use jejak_ledger::store::{LedgerNumber, Lock};
use jejak_ledger::{Answer, Failure, Ledgers, Receipted, Settings, Stop, Writing};
use jejak_signer::{Algorithm, SignError, Signer, SigningKey};
use serde_json::{Value, json};

use crate::harness::{ORIGIN, World, recorded};

/// A key that signs at once until it is shut; from then on each signature begins, says so, and ends when it is told
/// how.
struct Gate {
    key: SigningKey,
    is_shut: AtomicBool,
    made: AtomicUsize,
    begun: Sender<()>,
    told: Mutex<Receiver<End>>,
}

#[derive(Clone, Copy)]
enum End {
    Sign,
    Fail,
    Panic,
}

impl Signer for Gate {
    fn sign(&self, _: Algorithm, message: &[u8]) -> Result<Vec<u8>, SignError> {
        if self.is_shut.load(Ordering::SeqCst) {
            self.begun.send(()).unwrap();
            match self.told.lock().unwrap().recv().unwrap() {
                End::Sign => {}
                End::Fail => return Err(SignError::KeyFailed),
                End::Panic => panic!("a fault of ours"),
            }
        }
        self.made.fetch_add(1, Ordering::SeqCst);
        self.key.sign(message)
    }
}

/// The gate as the log key of every region.
struct Keys(Arc<Gate>);

impl LogKeys for Keys {
    fn open(&self, _: &str) -> Result<Vec<SigningKey>, CustodyError> {
        let signer: Arc<dyn Signer> = Arc::<Gate>::clone(&self.0);
        Ok(vec![SigningKey::held_elsewhere(self.0.key.public_key().clone(), signer)])
    }

    fn keep(&self, _: &str, _: &LogKey) -> Result<(), CustodyError> {
        Ok(())
    }

    fn place(&self, _: &str) -> String {
        "gate".to_owned()
    }
}

/// A world whose log key is a gate, and who stands at it.
struct Gated {
    world: World,
    gate: Arc<Gate>,
    begun: Receiver<()>,
    tell: Sender<End>,
}

impl Gated {
    fn new() -> Self {
        let (begun_here, begun) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let gate = Arc::new(Gate {
            key: SigningKey::generate(Algorithm::Ed25519).unwrap(),
            is_shut: AtomicBool::new(false),
            made: AtomicUsize::new(0),
            begun: begun_here,
            told: Mutex::new(told),
        });
        let world = World::keyed(Arc::new(Keys(Arc::clone(&gate))));
        gate.is_shut.store(true, Ordering::SeqCst);
        gate.made.store(0, Ordering::SeqCst);
        Self { world, gate, begun, tell }
    }

    fn event(&self, subject: &str) -> Value {
        let data = json!({ "agency": subject, "name": subject, "short_names": [subject] });
        self.world.event(
            &self.world.registrar,
            "agency.registered",
            &format!("agency/{subject}"),
            data,
        )
    }

    /// Posts a statement; its answer comes when it comes.
    fn post(&self, statement: Vec<u8>) -> Receiver<Answer> {
        let (answer, answers) = mpsc::channel();
        let reply = Box::new(move |mut answers: Vec<Answer>| {
            answer.send(answers.remove(0)).unwrap();
        });
        self.world.ledger().submit(vec![statement], reply).unwrap();
        answers
    }

    /// Posts an event of a group of its own: returns when the lock covers it.
    fn locked(&self, agency: &str) -> (Vec<u8>, Receiver<Answer>) {
        let size = self.locked_size() + 1;
        let statement = self.world.sign(&self.world.registrar, &self.event(agency));
        let answer = self.post(statement.clone());
        while self.locked_size() < size {
            std::thread::yield_now();
        }
        (statement, answer)
    }

    /// What the lock file says on the disk.
    fn locked_size(&self) -> u64 {
        let path = self.world.path().join("lock");
        // A slot that is just being written reads as damaged.
        let lock = Lock::open_reading(&path).ok();
        let entry = lock.and_then(|lock| lock.read(LedgerNumber(1)).ok().flatten());
        entry.map_or(0, |entry| entry.size)
    }

    fn signatures(&self) -> usize {
        self.gate.made.load(Ordering::SeqCst)
    }

    fn proves(&self, receipted: &Receipted, statement: &[u8]) {
        let text = format!(
            "format = \"jejak-policy/1\"\nquorum = \"none\"\n[[ledger]]\norigin = \"{ORIGIN}\"\n[[ledger.key]]\nvkey = \"{}\"\nfrom = 0\n",
            self.world.ledger().vkey()
        );
        let policy = Policy::parse(&text).unwrap();
        let verdict = receipted.receipt().unwrap().verify(&policy, Some(statement));
        assert_eq!(verdict.outcome, Outcome::Proven, "{verdict:#?}");
    }
}

fn size_of(receipted: &Receipted) -> u64 {
    let receipt = receipted.receipt().unwrap();
    let note = Note::parse(receipt.proof.checkpoint.as_bytes()).unwrap();
    Checkpoint::parse(note.text()).unwrap().size()
}

fn is_silent(answers: &Receiver<Answer>) -> bool {
    matches!(answers.try_recv(), Err(mpsc::TryRecvError::Empty))
}

#[test]
fn groups_that_became_durable_while_a_signature_was_made_get_one_checkpoint() {
    let gated = Gated::new();
    let before = gated.world.ledger().published();
    let (one, first) = gated.locked("satu");
    gated.begun.recv().unwrap();
    // The signature is being made, and three more groups become durable and locked.
    let (two, second) = gated.locked("dua");
    let (three, third) = gated.locked("tiga");
    let (_, fourth) = gated.locked("empat");
    assert_eq!(gated.locked_size(), before.size + 4);
    // Nobody has an answer, and readers see nothing that is not signed.
    assert!([&first, &second, &third, &fourth].into_iter().all(is_silent));
    assert_eq!(gated.world.ledger().published().size, before.size);
    assert_eq!(gated.world.ledger().published().checkpoint, before.checkpoint);

    gated.tell.send(End::Sign).unwrap();
    let first = recorded(first.recv().unwrap());
    assert_eq!(size_of(&first), before.size + 1);
    gated.begun.recv().unwrap();
    assert!(is_silent(&second) && is_silent(&third));
    gated.tell.send(End::Sign).unwrap();
    let (second, third) = (recorded(second.recv().unwrap()), recorded(third.recv().unwrap()));
    assert_eq!(size_of(&second), size_of(&third), "one checkpoint covers both groups");
    // The fourth may have come into the same, or waits for one of its own.
    if size_of(&third) < before.size + 4 {
        gated.begun.recv().unwrap();
        gated.tell.send(End::Sign).unwrap();
    }
    let fourth = recorded(fourth.recv().unwrap());
    assert_eq!(size_of(&fourth), before.size + 4);
    assert!(gated.signatures() <= 3, "{} signatures for four groups", gated.signatures());

    gated.proves(&first, &one);
    gated.proves(&second, &two);
    gated.proves(&third, &three);
    assert_eq!(gated.world.ledger().published().size, before.size + 4);
    gated.world.audit();
}

#[test]
fn a_repeat_of_what_is_not_signed_yet_waits_for_the_signature() {
    let gated = Gated::new();
    let (statement, first) = gated.locked("satu");
    gated.begun.recv().unwrap();
    let again = gated.post(statement.clone());
    // A group behind it is locked, so the repeat has been decided.
    let (_, behind) = gated.locked("dua");
    assert!(is_silent(&again), "nobody is told of a record that is not signed");
    for _ in 0..2 {
        gated.tell.send(End::Sign).unwrap();
    }
    let first = recorded(first.recv().unwrap());
    match again.recv().unwrap() {
        Answer::Repeated(repeated) => {
            assert_eq!(repeated.position, first.position);
            gated.proves(&repeated, &statement);
        }
        _ => panic!("not repeated"),
    }
    recorded(behind.recv().unwrap());
    // Once it is signed, neither a repeat nor a refusal asks for a signature.
    let made = gated.signatures();
    assert!(matches!(gated.post(statement).recv().unwrap(), Answer::Repeated(_)));
    let refused = gated.world.sign(&gated.world.dinkes, &gated.event("tiga"));
    assert!(matches!(gated.post(refused).recv().unwrap(), Answer::Refused(_)));
    assert_eq!(gated.signatures(), made);
}

#[test]
fn a_key_that_fails_answers_nobody_and_opening_again_signs_what_is_locked() {
    for end in [End::Fail, End::Panic] {
        let gated = Gated::new();
        let before = gated.world.ledger().published();
        let (one, first) = gated.locked("satu");
        gated.begun.recv().unwrap();
        let (two, second) = gated.locked("dua");
        let (_, third) = gated.locked("tiga");
        gated.tell.send(end).unwrap();
        for answer in [first, second, third] {
            let stopped = answer.recv().unwrap();
            let expected = Failure::WritingStopped(Stop::SignatureFailed);
            assert!(matches!(stopped, Answer::Failed(failure) if failure == expected));
        }
        let published = gated.world.ledger().published();
        assert_eq!(published.writing, Writing::Stopped(Stop::SignatureFailed));
        assert_eq!((published.size, &published.checkpoint), (before.size, &before.checkpoint));
        assert_eq!(gated.signatures(), 0, "what waited is not signed by a key that failed");
        // Nothing more is taken.
        let statement = gated.world.sign(&gated.world.registrar, &gated.event("empat"));
        assert!(matches!(
            gated.post(statement).recv().unwrap(),
            Answer::Failed(Failure::WritingStopped(Stop::SignatureFailed))
        ));

        let Gated { mut world, gate, .. } = gated;
        world.close();
        gate.is_shut.store(false, Ordering::SeqCst);
        let keys = Arc::new(Keys(Arc::clone(&gate)));
        let (path, clock) = (world.path(), world.clock());
        let opened = Ledgers::open_or_create_with(&path, Settings::default(), clock, keys);
        world.ledgers = Some(Arc::new(opened.unwrap()));
        assert_eq!(world.ledger().published().size, before.size + 3);
        assert!(matches!(world.post_bytes(one), Answer::Repeated(_)));
        assert!(matches!(world.post_bytes(two), Answer::Repeated(_)));
        world.audit();
    }
}

#[test]
fn what_waits_for_a_slow_key_is_answered_before_the_directory_closes() {
    let gated = Gated::new();
    let (_, first) = gated.locked("satu");
    gated.begun.recv().unwrap();
    let (_, second) = gated.locked("dua");
    let ledgers = Arc::clone(gated.world.ledgers());
    let closing = std::thread::spawn(move || ledgers.drain());
    for _ in 0..2 {
        gated.tell.send(End::Sign).unwrap();
    }
    recorded(first.recv().unwrap());
    recorded(second.recv().unwrap());
    closing.join().unwrap();
    assert_eq!(gated.world.ledger().published().size, gated.locked_size());
}
