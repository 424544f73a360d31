//! Documents that no event names yet. They lie in `waiting/<region>/<digest>` for an hour at most, are
//! given to nobody, and are bounded in number and in bytes, overall and for each caller.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jejak_signer::Hash;

use super::DocumentLimits;
use super::error::DocumentError;
use crate::log::Micros;
use crate::rules::Class;

/// A bound on what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingLimit {
    /// Documents, over all.
    Count,
    /// Bytes, over all.
    Bytes,
    /// Documents of one caller.
    CallerCount,
    /// Bytes of one caller.
    CallerBytes,
}

impl WaitingLimit {
    /// Its name in settings and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "waiting_max",
            Self::Bytes => "waiting_bytes_max",
            Self::CallerCount => "caller_waiting_max",
            Self::CallerBytes => "caller_waiting_bytes_max",
        }
    }

    /// Whether it is the caller who has to wait, and not everybody.
    pub fn is_of_caller(self) -> bool {
        matches!(self, Self::CallerCount | Self::CallerBytes)
    }
}

impl fmt::Display for WaitingLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The documents that wait.
#[derive(Debug, Clone)]
pub(super) struct Waiting(Arc<Mutex<Room>>);

/// A document that waits in a ledger.
pub(super) type Key = (String, Hash);

#[derive(Debug)]
struct Room {
    limits: DocumentLimits,
    waiting: BTreeMap<Key, Entry>,
    all: Share,
    callers: BTreeMap<IpAddr, Share>,
}

/// How a document waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waits {
    pub(super) until: Micros,
    /// Whether its bytes are among the waiting files. Where an event names the document that its sender
    /// may not see, they are kept already, and it only counts on: he must not notice.
    pub(super) is_file: bool,
    /// The highest class that its sender may see.
    pub(super) class: Class,
    pub(super) bytes: u64,
}

#[derive(Debug)]
struct Entry {
    waits: Waits,
    place: Taken,
}

#[derive(Debug, Clone, Copy, Default)]
struct Share {
    count: u64,
    bytes: u64,
}

/// What one document takes up.
#[derive(Debug, Clone, Copy)]
struct Taken {
    caller: Option<IpAddr>,
    bytes: u64,
}

/// Room for one document that may have to wait; given back when dropped.
#[derive(Debug)]
pub struct Place {
    waiting: Waiting,
    taken: Option<Taken>,
}

impl Waiting {
    pub(super) fn new(limits: &DocumentLimits) -> Self {
        Self(Arc::new(Mutex::new(Room {
            limits: limits.clone(),
            waiting: BTreeMap::new(),
            all: Share::default(),
            callers: BTreeMap::new(),
        })))
    }

    /// Takes room for a document of at most `bytes`.
    pub(super) fn place(&self, caller: Option<IpAddr>, bytes: u64) -> Result<Place, DocumentError> {
        let taken = Taken { caller, bytes };
        let mut room = self.room();
        room.check(&taken)?;
        room.take(taken);
        drop(room);
        Ok(Place { waiting: self.clone(), taken: Some(taken) })
    }

    /// A document waits from now on; one that waited under the same key begins anew.
    pub(super) fn put(&self, key: Key, waits: Waits, place: Place) {
        let caller = place.taken.as_ref().and_then(|taken| taken.caller);
        drop(place);
        let place = Taken { caller, bytes: waits.bytes };
        let mut room = self.room();
        room.take(place);
        if let Some(before) = room.waiting.insert(key, Entry { waits, place }) {
            room.give_back(before.place);
        }
    }

    /// A document that was found waiting at the start. Nobody knows who handed it in: he may see what all may see.
    pub(super) fn found(&self, key: Key, bytes: u64, until: Micros) {
        let place = Taken { caller: None, bytes };
        let mut room = self.room();
        room.take(place);
        let waits = Waits { until, is_file: true, class: Class::Public, bytes };
        room.waiting.insert(key, Entry { waits, place });
    }

    /// Whether the bytes of a document wait.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.room().waiting.get(key).is_some_and(|entry| entry.waits.is_file)
    }

    /// An event of `class` names it, and its bytes are kept. Its place is free again if its sender may see that event;
    /// to anybody else it goes on to wait, for as long as it would have.
    pub(super) fn is_named(&self, key: &Key, class: Class) {
        let mut room = self.room();
        match room.waiting.get_mut(key) {
            Some(entry) if entry.waits.class < class => entry.waits.is_file = false,
            Some(_) => room.end(key),
            None => {}
        }
    }

    /// It waits no longer.
    pub(super) fn end(&self, key: &Key) {
        self.room().end(key);
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<(Key, Waits)> {
        let room = self.room();
        room.waiting.iter().map(|(key, entry)| (key.clone(), entry.waits)).collect()
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn check(&self, more: &Taken) -> Result<(), DocumentError> {
        let own = more.caller.and_then(|caller| self.callers.get(&caller)).copied();
        let own = own.unwrap_or_default();
        let limits = &self.limits;
        let grown = |share: Share| (share.count + 1, share.bytes.saturating_add(more.bytes));
        let ((count, bytes), (own_count, own_bytes)) = (grown(self.all), grown(own));
        let of_caller = more.caller.is_some();
        let over = |limit, max| Err(DocumentError::WaitingFull { limit, max });
        if of_caller && own_count > limits.caller_waiting_max {
            return over(WaitingLimit::CallerCount, limits.caller_waiting_max);
        }
        if of_caller && own_bytes > limits.caller_waiting_bytes_max {
            return over(WaitingLimit::CallerBytes, limits.caller_waiting_bytes_max);
        }
        if count > limits.waiting_max {
            return over(WaitingLimit::Count, limits.waiting_max);
        }
        if bytes > limits.waiting_bytes_max {
            return over(WaitingLimit::Bytes, limits.waiting_bytes_max);
        }
        Ok(())
    }

    fn end(&mut self, key: &Key) {
        if let Some(ended) = self.waiting.remove(key) {
            self.give_back(ended.place);
        }
    }

    fn take(&mut self, taken: Taken) {
        self.all.grow(taken.bytes);
        if let Some(caller) = taken.caller {
            self.callers.entry(caller).or_default().grow(taken.bytes);
        }
    }

    fn give_back(&mut self, taken: Taken) {
        self.all.shrink(taken.bytes);
        if let Some(caller) = taken.caller
            && let Some(share) = self.callers.get_mut(&caller)
        {
            share.shrink(taken.bytes);
            if share.count == 0 {
                self.callers.remove(&caller);
            }
        }
    }
}

impl Share {
    fn grow(&mut self, bytes: u64) {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }

    fn shrink(&mut self, bytes: u64) {
        self.count = self.count.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(taken) = self.taken.take() {
            self.waiting.room().give_back(taken);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn waiting() -> Waiting {
        Waiting::new(&DocumentLimits {
            waiting_max: 3,
            waiting_bytes_max: 100,
            caller_waiting_max: 2,
            caller_waiting_bytes_max: 60,
            ..DocumentLimits::default()
        })
    }

    fn caller(last: u8) -> impl Into<Option<IpAddr>> {
        IpAddr::from([10, 0, 0, last])
    }

    fn waits() -> Waits {
        Waits { until: Micros(7), is_file: true, class: Class::Public, bytes: 20 }
    }

    fn full(
        waiting: &Waiting,
        caller: impl Into<Option<IpAddr>>,
        bytes: u64,
    ) -> (WaitingLimit, u64) {
        match waiting.place(caller.into(), bytes).unwrap_err() {
            DocumentError::WaitingFull { limit, max } => (limit, max),
            other => unreachable!("{other}"),
        }
    }

    #[test]
    fn every_bound_is_named_by_the_refusal() {
        let waiting = waiting();
        let _first = waiting.place(caller(1).into(), 10).unwrap();
        assert_eq!(full(&waiting, caller(1), 51), (WaitingLimit::CallerBytes, 60));
        let _second = waiting.place(caller(1).into(), 10).unwrap();
        assert_eq!(full(&waiting, caller(1), 1), (WaitingLimit::CallerCount, 2));
        assert_eq!(full(&waiting, None, 81), (WaitingLimit::Bytes, 100));
        let _third = waiting.place(caller(2).into(), 10).unwrap();
        assert_eq!(full(&waiting, caller(3), 1), (WaitingLimit::Count, 3));
    }

    #[test]
    fn room_comes_back_with_the_place_and_with_the_end_of_the_wait() {
        let waiting = waiting();
        let key = ("61.07".to_owned(), Hash([1; 32]));
        for round in 0..5 {
            let place = waiting.place(caller(1).into(), 60).unwrap();
            assert_eq!(full(&waiting, caller(1), 1), (WaitingLimit::CallerBytes, 60), "{round}");
            waiting.put(key.clone(), waits(), place);
            // The room of the announced size became that of the real one.
            drop(waiting.place(caller(1).into(), 40).unwrap());
            assert!(waiting.has(&key));
            waiting.end(&key);
        }
        let place = waiting.place(caller(1).into(), 60).unwrap();
        waiting.put(key.clone(), waits(), place);
        assert_eq!(waiting.all().len(), 1);
        waiting.end(&key);
        let room = waiting.room();
        assert!(room.callers.is_empty());
        assert_eq!((room.all.count, room.all.bytes), (0, 0));
    }
}
