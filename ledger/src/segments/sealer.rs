//! The thread that makes segments: one for a directory, one segment at a time, the ledgers in turn. It is asked when a
//! segment has filled and when a ledger is opened that lacks one; nobody waits for it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;

use crate::ledger::Ledger;

/// Who makes the segments of the ledgers of one directory.
pub(crate) struct Sealer {
    asked: Arc<Asked>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Asked {
    /// Ledgers that lack a segment: each at most once.
    waiting: Mutex<VecDeque<Weak<Ledger>>>,
    woken: Condvar,
    stopped: AtomicBool,
}

impl Sealer {
    /// Starts the thread.
    pub(crate) fn start() -> std::io::Result<Self> {
        let asked = Arc::new(Asked::default());
        let thread = std::thread::Builder::new().name("segments".to_owned());
        let thread = thread.spawn({
            let asked = Arc::clone(&asked);
            move || asked.work()
        })?;
        Ok(Self { asked, thread: Mutex::new(Some(thread)) })
    }

    /// A segment of this ledger may be missing.
    pub(crate) fn ask(&self, ledger: &Arc<Ledger>) {
        self.asked.push(Arc::downgrade(ledger));
    }

    /// Ends the thread; a segment that is being made is left for another time.
    pub(crate) fn stop(&self) {
        self.asked.stopped.store(true, Ordering::Relaxed);
        // Under the lock, so that the thread is either before its look at the flag or waiting.
        drop(self.asked.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        self.asked.woken.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // It has caught its own panics.
            drop(thread.join());
        }
    }
}

impl Asked {
    fn push(&self, ledger: Weak<Ledger>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if !waiting.iter().any(|other| other.ptr_eq(&ledger)) {
            waiting.push_back(ledger);
        }
        drop(waiting);
        self.woken.notify_one();
    }

    /// The next ledger; `None` at the end.
    fn pop(&self) -> Option<Weak<Ledger>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.stopped.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(ledger) = waiting.pop_front() {
                return Some(ledger);
            }
            waiting = self.woken.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn work(&self) {
        while let Some(weak) = self.pop() {
            let Some(ledger) = weak.upgrade() else { continue };
            let made = catch_unwind(AssertUnwindSafe(|| ledger.keep_next_segment(&self.stopped)));
            // What fails is tried again when the next segment fills, or at the next opening; an audit says what is
            // missing, and why nothing could be read.
            if let Ok(Ok(true)) = made {
                self.push(weak);
            }
        }
    }
}
