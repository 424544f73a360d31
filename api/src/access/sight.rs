//! What one request has seen above public. The reader notes it at the moment at which he is told that he may see it, so
//! that no handler can show something and forget to say so.

use std::sync::{Arc, Mutex, PoisonError};

use jejak_ledger::log::Position;
use jejak_ledger::rules::Class;

use super::line::{Range, What};
use crate::tokens::Token;

/// Shared by the reader of a request and the layer that writes the line.
#[derive(Debug, Default)]
pub(crate) struct Sight(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    token: Option<Arc<Token>>,
    seen: Seen,
}

/// What was seen.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) what: Option<What>,
    pub(crate) positions: Option<Range<u64>>,
    pub(crate) keys: Option<Range<String>>,
    pub(crate) rows: u64,
}

impl Sight {
    /// The reader has shown who he is.
    pub(crate) fn is_of(&self, token: &Arc<Token>) {
        self.with(|inner| inner.token = Some(Arc::clone(token)));
    }

    /// Something of `class` is shown, if that is above public.
    pub(crate) fn of_class(&self, class: Class) {
        let what = match class {
            Class::Public => return,
            Class::Internal => What::Internal,
            Class::Restricted => What::Restricted,
        };
        self.of(what);
    }

    /// Something is shown that only some may see.
    pub(crate) fn of(&self, what: What) {
        self.with(|inner| inner.seen.what = inner.seen.what.max(Some(what)));
    }

    /// One row of a page is shown: the entry at `position`.
    pub(crate) fn at(&self, position: Position) {
        self.with(|inner| {
            inner.seen.rows += 1;
            Range::widen(&mut inner.seen.positions, position.0);
        });
    }

    /// One row of a page is shown: the one under `key`.
    pub(crate) fn under(&self, key: &str) {
        let key: String = key.chars().take(KEY_CHARS_MAX).collect();
        self.with(|inner| {
            inner.seen.rows += 1;
            Range::widen(&mut inner.seen.keys, key);
        });
    }

    /// Who has seen what, where there is something to tell.
    pub(crate) fn told(&self) -> Option<(Arc<Token>, Seen)> {
        self.with(|inner| {
            inner.seen.what?;
            // Nobody but the bearer of a token sees anything above public.
            Some((inner.token.clone()?, inner.seen.clone()))
        })
    }

    fn with<T>(&self, with: impl FnOnce(&mut Inner) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Subjects are shorter.
const KEY_CHARS_MAX: usize = 256;
