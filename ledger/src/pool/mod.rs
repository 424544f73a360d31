//! The threads of an open directory: a fixed pool that parses and verifies, a few writers that
//! decide, and a few that wait for slow log keys. Single statements overtake the pieces of large batches, so that one poster does not wait
//! for another's file.

mod order;
mod queue;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::ledger::Ledger;
use crate::prepared::Candidate;
use crate::publisher::{Callers, publish, refuse_all};
use crate::settings::Settings;
use crate::store::Lock;
use crate::{Answer, Failure, Stop};

use order::Order;
use queue::{Lane, Load, Queue};

/// Called once with the answers, in the order of the lines.
pub type Reply = Box<dyn FnOnce(Vec<Answer>) + Send>;

/// Lines that are verified by one thread in one go.
const CHUNK_LINES: usize = 64;
/// A submission of at most this many lines is served before the chunks of longer ones.
const EXPRESS_LINES_MAX: usize = 16;

/// Statements that are handed over in pieces, while more of them are still to come, and decided in the
/// order in which they were handed over.
pub struct Pieces {
    ledger: Arc<Ledger>,
    order: Arc<Order<Ready>>,
    next: u64,
}

impl Pieces {
    pub(crate) fn of(ledger: &Arc<Ledger>) -> Self {
        Self { ledger: Arc::clone(ledger), order: Arc::new(Order::new()), next: 0 }
    }

    /// Takes the next piece; `reply` is called as for [`Ledger::submit`]. Never blocks. Single statements
    /// go before pieces, so that nobody waits for another's file.
    pub fn submit(&mut self, lines: Vec<Vec<u8>>, reply: Reply) -> Result<(), Failure> {
        self.ledger.check_lines(&lines)?;
        if lines.is_empty() {
            reply(Vec::new());
            return Ok(());
        }
        let place = Place::Piece { order: Arc::clone(&self.order), number: self.next };
        let reply = self.ledger.observed(reply);
        self.ledger.pool.submit(Arc::clone(&self.ledger), lines, reply, place)?;
        self.next += 1;
        Ok(())
    }
}

/// Where a submission belongs.
pub(crate) enum Place {
    /// Nowhere else.
    Alone,
    /// It is a piece of a batch.
    Piece { order: Arc<Order<Ready>>, number: u64 },
}

/// Lines that belong together: all are verified before any is decided, and decided in order.
struct Submission {
    ledger: Arc<Ledger>,
    place: Place,
    lane: Lane,
    reply: Mutex<Option<Reply>>,
    chunks: Mutex<Vec<Option<Vec<Candidate>>>>,
    remaining: AtomicUsize,
    bytes: usize,
}

/// A chunk of a submission that waits for a verifier.
struct Job {
    submission: Arc<Submission>,
    index: usize,
    lines: Vec<Vec<u8>>,
}

/// A verified submission that waits for its writer.
pub(crate) struct Ready {
    ledger: Arc<Ledger>,
    candidates: Vec<Candidate>,
    /// Of all statements together.
    bytes: usize,
    reply: Reply,
}

/// All threads of an open directory.
pub(crate) struct Pool {
    jobs: Arc<Queue<Job>>,
    writers: Vec<Arc<Queue<Ready>>>,
    /// Ledgers whose key is slow and for which something waits to be signed.
    signers: Arc<Queue<Arc<Ledger>>>,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    verifiers: Vec<JoinHandle<()>>,
    writers: Vec<JoinHandle<()>>,
    signers: Vec<JoinHandle<()>>,
}

impl Pool {
    pub(crate) fn start(
        verifiers: usize,
        settings: &Settings,
        lock: &Arc<Lock>,
    ) -> std::io::Result<Self> {
        let jobs = Arc::new(Queue::new());
        let writers: Vec<_> =
            (0..settings.writer_threads.max(1)).map(|_| Arc::new(Queue::new())).collect();
        let signers = Arc::new(Queue::new());
        let pool = Self { jobs, writers, signers, threads: Mutex::default() };
        let mut threads = Threads::default();
        for number in 0..verifiers.max(1) {
            let (jobs, writers) = (Arc::clone(&pool.jobs), pool.writers.clone());
            let thread = std::thread::Builder::new().name(format!("verify-{number}"));
            threads.verifiers.push(thread.spawn(move || verify_all(&jobs, &writers))?);
        }
        for (number, queue) in pool.writers.iter().enumerate() {
            let (queue, lock) = (Arc::clone(queue), Arc::clone(lock));
            let signers = Arc::clone(&pool.signers);
            let thread = std::thread::Builder::new().name(format!("write-{number}"));
            let max = Load { events: settings.group_events_max, bytes: settings.group_bytes_max };
            let run = move || write_all(&queue, &lock, &signers, max);
            threads.writers.push(thread.spawn(run)?);
        }
        for number in 0..settings.signing_threads.max(1) {
            let queue = Arc::clone(&pool.signers);
            let thread = std::thread::Builder::new().name(format!("sign-{number}"));
            threads.signers.push(thread.spawn(move || sign_all(&queue))?);
        }
        *pool.threads.lock().unwrap_or_else(PoisonError::into_inner) = threads;
        Ok(pool)
    }

    pub(crate) fn submit(
        &self,
        ledger: Arc<Ledger>,
        lines: Vec<Vec<u8>>,
        reply: Reply,
        place: Place,
    ) -> Result<(), Failure> {
        let lane = match place {
            Place::Alone if lines.len() <= EXPRESS_LINES_MAX => Lane::Express,
            Place::Alone | Place::Piece { .. } => Lane::Bulk,
        };
        let bytes = lines.iter().map(Vec::len).sum();
        let mut chunks = Vec::new();
        let mut lines = lines.into_iter().peekable();
        while lines.peek().is_some() {
            chunks.push(lines.by_ref().take(CHUNK_LINES).collect::<Vec<_>>());
        }
        let submission = Arc::new(Submission {
            ledger,
            place,
            lane,
            reply: Mutex::new(Some(reply)),
            chunks: Mutex::new(chunks.iter().map(|_| None).collect()),
            remaining: AtomicUsize::new(chunks.len()),
            bytes,
        });
        let jobs = chunks.into_iter().enumerate().map(|(index, lines)| Job {
            submission: Arc::clone(&submission),
            index,
            lines,
        });
        self.jobs.push(jobs.collect(), lane).map_err(|_| Failure::Draining)
    }

    /// Ends all threads after what is queued has been decided, synced, signed and answered.
    pub(crate) fn drain(&self) {
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        self.jobs.close();
        join(threads.verifiers);
        for queue in &self.writers {
            queue.close();
        }
        join(threads.writers);
        self.signers.close();
        join(threads.signers);
    }
}

fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        // A thread that panicked has dropped its replies; its callers were told so.
        drop(thread.join());
    }
}

fn verify_all(jobs: &Queue<Job>, writers: &[Arc<Queue<Ready>>]) {
    while let Some(Job { submission, index, lines }) = jobs.pop() {
        let prepare = || lines.into_iter().map(|line| submission.ledger.prepare(line)).collect();
        // A panic is a fault of ours that must not take the thread with it. The submission is dropped,
        // and its caller is told that nobody answers.
        let Ok(candidates) = catch_unwind(AssertUnwindSafe(prepare)) else {
            submission.give_up();
            continue;
        };
        let mut chunks = submission.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = chunks.get_mut(index) {
            *slot = Some(candidates);
        }
        drop(chunks);
        if submission.remaining.fetch_sub(1, Ordering::AcqRel) == 1 {
            hand_on(&submission, writers);
        }
    }
}

impl Submission {
    /// It will never be whole: its caller is told that nobody answers, and so are those of the pieces
    /// that follow it.
    fn give_up(&self) {
        drop(self.reply.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Place::Piece { order, .. } = &self.place {
            order.give_up();
        }
    }
}

/// The last chunk is verified: the submission goes to the writer of its ledger, in its place.
fn hand_on(submission: &Submission, writers: &[Arc<Queue<Ready>>]) {
    let mut chunks = submission.chunks.lock().unwrap_or_else(PoisonError::into_inner);
    let candidates = std::mem::take(&mut *chunks).into_iter().flatten().flatten().collect();
    drop(chunks);
    let reply = submission.reply.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(reply) = reply else { return };
    let ledger = Arc::clone(&submission.ledger);
    let ready = Ready { ledger, candidates, bytes: submission.bytes, reply };
    let writer = submission.ledger.number() % writers.len();
    let Some(queue) = writers.get(writer) else { return };
    let hand_on = |ready| {
        if let Err(back) = queue.push(vec![ready], submission.lane) {
            for ready in back {
                refuse(ready.candidates.len(), ready.reply, &Failure::Draining);
            }
        }
    };
    match &submission.place {
        Place::Alone => hand_on(ready),
        Place::Piece { order, number } => order.ready(*number, ready, hand_on),
    }
}

fn write_all(queue: &Queue<Ready>, lock: &Lock, signers: &Queue<Arc<Ledger>>, max: Load) {
    let load = |ready: &Ready| Load { events: ready.candidates.len(), bytes: ready.bytes };
    while let Some(round) = queue.pop_round(max, load) {
        let ledgers: Vec<_> = round.iter().map(|ready| Arc::clone(&ready.ledger)).collect();
        // After a panic nobody knows what was written: those ledgers stop, the others go on.
        if catch_unwind(AssertUnwindSafe(|| write_round(round, lock, signers))).is_err() {
            for ledger in ledgers {
                let mut sequencer = ledger.sequencer();
                let failure = sequencer.stop(Stop::Indeterminate);
                ledger.note(&failure);
            }
        }
    }
}

/// One round: each ledger's group is appended, one sync of the lock covers them all, then each is
/// signed, shown and answered: here, or, where the key is slow, by a thread that waits for it.
fn write_round(round: Vec<Ready>, lock: &Lock, signers: &Queue<Arc<Ledger>>) {
    let mut groups: Vec<(Arc<Ledger>, Vec<Ready>)> = Vec::new();
    for ready in round {
        match groups.iter_mut().find(|(ledger, _)| Arc::ptr_eq(ledger, &ready.ledger)) {
            Some((_, group)) => group.push(ready),
            None => groups.push((Arc::clone(&ready.ledger), vec![ready])),
        }
    }
    let mut appended = Vec::new();
    for (ledger, group) in groups {
        let (candidates, callers) = split(group);
        let mut sequencer = ledger.sequencer();
        match sequencer.append(candidates) {
            Ok(done) => {
                ledger.note_open();
                drop(sequencer);
                appended.push((ledger, callers, done));
            }
            Err(failure) => {
                ledger.note(&failure);
                drop(sequencer);
                refuse_all(callers, &failure);
            }
        }
    }
    let slots: Vec<_> = appended
        .iter()
        .filter(|(_, _, done)| done.moved())
        .map(|(ledger, _, done)| (ledger.identity().number, done.lock))
        .collect();
    let locked = slots.is_empty() || lock.advance(&slots).is_ok();
    for (ledger, callers, done) in appended {
        if locked {
            if ledger.publisher.push(done, callers) {
                take_on(ledger, signers);
            }
        } else {
            let mut sequencer = ledger.sequencer();
            let failure = sequencer.stop(Stop::LockFailed);
            ledger.note(&failure);
            drop(sequencer);
            refuse_all(callers, &failure);
        }
    }
}

/// Sees to it that what waits in the ledger is published.
fn take_on(ledger: Arc<Ledger>, signers: &Queue<Arc<Ledger>>) {
    if !ledger.publisher.is_slow() {
        return publish(&ledger);
    }
    // The queue is closed after the writers have ended.
    if let Err(back) = signers.push(vec![ledger], Lane::Express) {
        for ledger in &back {
            publish(ledger);
        }
    }
}

fn sign_all(queue: &Queue<Arc<Ledger>>) {
    while let Some(ledger) = queue.pop() {
        publish(&ledger);
    }
}

fn split(group: Vec<Ready>) -> (Vec<Candidate>, Callers) {
    let mut candidates = Vec::new();
    let mut callers = Vec::new();
    for ready in group {
        callers.push((ready.candidates.len(), ready.reply));
        candidates.extend(ready.candidates);
    }
    (candidates, callers)
}

fn refuse(count: usize, reply: Reply, failure: &Failure) {
    reply(vec![Answer::Failed(failure.clone()); count]);
}
