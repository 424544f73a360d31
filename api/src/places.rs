//! Places in registers that a cursor must not name. A cursor is readable by whoever holds it; where a page ends at a
//! row that its reader may not see, the key stays here and the cursor carries a random id instead.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

/// The places kept, the newest [`PLACES_MAX`] of them: a reader who waits longer starts again.
#[derive(Debug, Default)]
pub(crate) struct Places(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    keys: HashMap<String, String>,
    oldest_first: VecDeque<String>,
}

impl Places {
    /// Keeps `key` and returns the id that stands for it.
    pub(crate) fn keep(&self, key: String) -> String {
        let id = Uuid::new_v4().to_string();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.keys.insert(id.clone(), key);
        kept.oldest_first.push_back(id.clone());
        if kept.oldest_first.len() > PLACES_MAX
            && let Some(oldest) = kept.oldest_first.pop_front()
        {
            kept.keys.remove(&oldest);
        }
        id
    }

    /// The key that `id` stands for, while it is kept.
    pub(crate) fn key(&self, id: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys.get(id).cloned()
    }
}

/// About 1 MiB of keys.
const PLACES_MAX: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_places_are_kept() {
        let places = Places::default();
        let first = places.keep("first".to_owned());
        assert_eq!(places.key(&first).as_deref(), Some("first"));
        let second = places.keep("second".to_owned());
        for _ in 1..PLACES_MAX {
            places.keep(String::new());
        }
        assert_eq!(places.key(&first), None);
        assert_eq!(places.key(&second).as_deref(), Some("second"));
    }
}
