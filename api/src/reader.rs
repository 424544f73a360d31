//! Who is reading. Every read handler takes a `Reader`, so that no answer can forget to ask what may be shown.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jejak_ledger::rules::Class;

use crate::problem::Problem;

/// A reader and the highest class he may see. Until readers can identify themselves, everybody is the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reader {
    class: Class,
}

impl Reader {
    /// The reader about whom nothing is known.
    pub(crate) const PUBLIC: Self = Self { class: Class::Public };

    /// The highest class he may see.
    pub(crate) fn class(self) -> Class {
        self.class
    }

    /// May this reader see what is of `class`?
    pub(crate) fn may_see(self, class: Class) -> bool {
        class <= self.class
    }

    /// Refuses what is above this reader's class.
    pub(crate) fn require(self, class: Class) -> Result<(), Problem> {
        if self.may_see(class) { Ok(()) } else { Err(Problem::ClassDenied { class }) }
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::PUBLIC)
    }
}

/// The name of a class in answers.
pub(crate) fn class_name(class: Class) -> &'static str {
    match class {
        Class::Public => "public",
        Class::Internal => "internal",
        Class::Restricted => "restricted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_sees_only_what_is_public() {
        assert!(Reader::PUBLIC.may_see(Class::Public));
        assert!(!Reader::PUBLIC.may_see(Class::Internal));
        assert!(!Reader::PUBLIC.may_see(Class::Restricted));
    }
}
