//! The threads of an open directory: a fixed pool that parses and verifies, and a few writers that
//! decide. Single statements overtake the chunks of large batches, so that one poster does not wait
//! for another's file.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::ledger::Ledger;
use crate::prepared::Candidate;
use crate::sequencer::{Appended, Sequencer};
use crate::settings::Settings;
use crate::store::Lock;
use crate::{Answer, Failure, Stop};

/// Called once with the answers, in the order of the lines.
pub type Reply = Box<dyn FnOnce(Vec<Answer>) + Send>;

/// Lines that are verified by one thread in one go.
const CHUNK_LINES: usize = 64;
/// A submission of at most this many lines is served before the chunks of longer ones.
const EXPRESS_LINES_MAX: usize = 16;
/// So many express items pass a bulk one, at most.
const EXPRESS_IN_A_ROW_MAX: usize = 16;

/// Lines that belong together: all are verified before any is decided, and decided in order.
struct Submission {
    ledger: Arc<Ledger>,
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

/// A queue that threads wait at; closed when the process ends.
struct Queue<T> {
    inner: Mutex<QueueInner<T>>,
    ready: Condvar,
}

struct QueueInner<T> {
    express: VecDeque<T>,
    bulk: VecDeque<T>,
    /// Express items taken since the last bulk one.
    in_a_row: usize,
    open: bool,
}

impl<T> QueueInner<T> {
    /// Express first, but one bulk item after each few: nothing waits for ever.
    fn next(&mut self) -> Option<T> {
        if self.in_a_row >= EXPRESS_IN_A_ROW_MAX || self.express.is_empty() {
            self.in_a_row = 0;
            if let Some(item) = self.bulk.pop_front() {
                return Some(item);
            }
        }
        self.in_a_row += 1;
        self.express.pop_front()
    }
}

impl<T> Queue<T> {
    fn new() -> Arc<Self> {
        let inner =
            QueueInner { express: VecDeque::new(), bulk: VecDeque::new(), in_a_row: 0, open: true };
        Arc::new(Self { inner: Mutex::new(inner), ready: Condvar::new() })
    }

    /// Hands the items back where the queue is closed.
    fn push(&self, items: Vec<T>, express: bool) -> Result<(), Vec<T>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if !inner.open {
            return Err(items);
        }
        let several = items.len() > 1;
        if express {
            inner.express.extend(items);
        } else {
            inner.bulk.extend(items);
        }
        drop(inner);
        if several {
            self.ready.notify_all();
        } else {
            self.ready.notify_one();
        }
        Ok(())
    }

    /// Waits for an item. `None` when the queue is closed and empty.
    fn pop(&self) -> Option<T> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(item) = inner.next() {
                return Some(item);
            }
            if !inner.open {
                return None;
            }
            inner = self.ready.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until something is there and takes from the front while `take` says so.
    fn pop_while(&self, mut take: impl FnMut(&T) -> bool) -> Option<Vec<T>> {
        let mut items = vec![self.pop()?];
        items.first().map(&mut take);
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(item) = inner.next() {
            if !take(&item) {
                inner.express.push_front(item);
                break;
            }
            items.push(item);
        }
        Some(items)
    }

    fn close(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).open = false;
        self.ready.notify_all();
    }
}

/// All threads of an open directory.
pub(crate) struct Pool {
    jobs: Arc<Queue<Job>>,
    writers: Vec<Arc<Queue<Ready>>>,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    verifiers: Vec<JoinHandle<()>>,
    writers: Vec<JoinHandle<()>>,
}

impl Pool {
    pub(crate) fn start(
        verifiers: usize,
        settings: &Settings,
        lock: &Arc<Lock>,
    ) -> std::io::Result<Self> {
        let jobs = Queue::new();
        let writers: Vec<_> = (0..settings.writer_threads.max(1)).map(|_| Queue::new()).collect();
        let pool = Self { jobs, writers, threads: Mutex::default() };
        let mut threads = Threads::default();
        for number in 0..verifiers.max(1) {
            let (jobs, writers) = (Arc::clone(&pool.jobs), pool.writers.clone());
            let thread = std::thread::Builder::new().name(format!("verify-{number}"));
            threads.verifiers.push(thread.spawn(move || verify_all(&jobs, &writers))?);
        }
        for (number, queue) in pool.writers.iter().enumerate() {
            let (queue, lock) = (Arc::clone(queue), Arc::clone(lock));
            let thread = std::thread::Builder::new().name(format!("write-{number}"));
            let bounds = (settings.group_events_max, settings.group_bytes_max);
            let run = move || write_all(&queue, &lock, bounds);
            threads.writers.push(thread.spawn(run)?);
        }
        *pool.threads.lock().unwrap_or_else(PoisonError::into_inner) = threads;
        Ok(pool)
    }

    pub(crate) fn submit(
        &self,
        ledger: Arc<Ledger>,
        lines: Vec<Vec<u8>>,
        reply: Reply,
    ) -> Result<(), Failure> {
        let express = lines.len() <= EXPRESS_LINES_MAX;
        let bytes = lines.iter().map(Vec::len).sum();
        let mut chunks = Vec::new();
        let mut lines = lines.into_iter().peekable();
        while lines.peek().is_some() {
            chunks.push(lines.by_ref().take(CHUNK_LINES).collect::<Vec<_>>());
        }
        let submission = Arc::new(Submission {
            ledger,
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
        self.jobs.push(jobs.collect(), express).map_err(|_| Failure::Draining)
    }

    /// Ends all threads after what is queued has been decided and synced.
    pub(crate) fn drain(&self) {
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        self.jobs.close();
        join(threads.verifiers);
        for queue in &self.writers {
            queue.close();
        }
        join(threads.writers);
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
        let Ok(candidates) = catch_unwind(AssertUnwindSafe(prepare)) else { continue };
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

/// The last chunk is verified: the submission goes to the writer of its ledger.
fn hand_on(submission: &Submission, writers: &[Arc<Queue<Ready>>]) {
    let mut chunks = submission.chunks.lock().unwrap_or_else(PoisonError::into_inner);
    let candidates = std::mem::take(&mut *chunks).into_iter().flatten().flatten().collect();
    drop(chunks);
    let reply = submission.reply.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(reply) = reply else { return };
    let ledger = Arc::clone(&submission.ledger);
    let ready = Ready { ledger, candidates, bytes: submission.bytes, reply };
    let writer = submission.ledger.number() % writers.len();
    if let Some(queue) = writers.get(writer)
        && let Err(back) = queue.push(vec![ready], true)
    {
        for ready in back {
            refuse(ready.candidates.len(), ready.reply, &Failure::Draining);
        }
    }
}

fn write_all(queue: &Queue<Ready>, lock: &Lock, bounds: (usize, usize)) {
    loop {
        let (mut events, mut bytes) = (0_usize, 0_usize);
        let round = queue.pop_while(|ready| {
            let first = events == 0;
            events += ready.candidates.len();
            bytes += ready.bytes;
            first || (events <= bounds.0 && bytes <= bounds.1)
        });
        let Some(round) = round else { return };
        let ledgers: Vec<_> = round.iter().map(|ready| Arc::clone(&ready.ledger)).collect();
        // After a panic nobody knows what was written: those ledgers stop, the others go on.
        if catch_unwind(AssertUnwindSafe(|| write_round(round, lock))).is_err() {
            for ledger in ledgers {
                let failure = ledger.sequencer().stop(Stop::Indeterminate);
                ledger.note(&failure);
            }
        }
    }
}

/// One round: each ledger's group is appended, one sync of the lock covers them all, then each is
/// signed, shown and answered.
fn write_round(round: Vec<Ready>, lock: &Lock) {
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
        let done = ledger.sequencer().append(candidates);
        match done {
            Ok(done) => appended.push((ledger, callers, done)),
            Err(failure) => {
                ledger.note(&failure);
                refuse_all(callers, &failure);
            }
        }
    }
    let slots: Vec<_> = appended
        .iter()
        .filter(|(_, _, done)| done.moved)
        .map(|(ledger, _, done)| (ledger.identity().number, done.lock))
        .collect();
    let locked = slots.is_empty() || lock.advance(&slots).is_ok();
    for (ledger, callers, done) in appended {
        let mut sequencer = ledger.sequencer();
        if locked {
            publish(&ledger, &mut sequencer, callers, done);
        } else {
            let failure = sequencer.stop(Stop::LockFailed);
            ledger.note(&failure);
            refuse_all(callers, &failure);
        }
    }
}

fn publish(
    ledger: &Ledger,
    sequencer: &mut Sequencer,
    callers: Vec<(usize, Reply)>,
    done: Appended,
) {
    match sequencer.publish(done) {
        Ok(published) => {
            let mut answers = ledger.show(published).into_iter();
            for (count, reply) in callers {
                reply(answers.by_ref().take(count).collect());
            }
        }
        Err(failure) => {
            ledger.note(&failure);
            refuse_all(callers, &failure);
        }
    }
}

fn split(group: Vec<Ready>) -> (Vec<Candidate>, Vec<(usize, Reply)>) {
    let mut candidates = Vec::new();
    let mut callers = Vec::new();
    for ready in group {
        callers.push((ready.candidates.len(), ready.reply));
        candidates.extend(ready.candidates);
    }
    (candidates, callers)
}

fn refuse_all(callers: Vec<(usize, Reply)>, failure: &Failure) {
    for (count, reply) in callers {
        refuse(count, reply, failure);
    }
}

fn refuse(count: usize, reply: Reply, failure: &Failure) {
    reply(vec![Answer::Failed(failure.clone()); count]);
}
