//! A listing, asked page by page. All its pages answer one question and see one size of the ledger: what is recorded
//! meanwhile shifts nothing, and their union is the whole, each row once. New events are asked for with `after`.
//!
//! A cursor grants nothing, and nobody can make one: it is sealed for this process and for readers of one class. After
//! a restart paging begins again.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

use axum::http::HeaderValue;
use jejak_ledger::cursor::{Cursor, Place};
use jejak_ledger::log::Position;
use jejak_ledger::rules::Class;
use jejak_ledger::{AsOf, View};

use crate::moment::moment;
use crate::problem::{Fault, Problem};
use crate::query::{Params, invalid};
use crate::reader::Reader;

/// A listing as it was asked for: from its beginning, or from where a page ended.
#[derive(Debug)]
pub(crate) struct Listing {
    name: String,
    path: String,
    /// The parameters of the question: those of its first page.
    pub(crate) question: Params,
    /// Rows of this page at most.
    pub(crate) limit: usize,
    class: Class,
    begun: Option<(u64, Place)>,
}

/// Where a listing goes on: the cursor, and the address with it.
#[derive(Debug)]
pub(crate) struct Next {
    pub(crate) cursor: String,
    pub(crate) link: Option<HeaderValue>,
}

impl Listing {
    /// The listing `name` asked for at `path`. What the cursor knows of the question may be left out
    /// beside it, but not changed.
    pub(crate) fn of(
        name: String,
        path: &str,
        params: &Params,
        limit_max: usize,
        reader: &Reader,
    ) -> Result<Self, Problem> {
        let (path, class) = (path.to_owned(), reader.class());
        let limit = params.limit(limit_max)?;
        let Some(text) = params.text("cursor")? else {
            let question = params.without(&["cursor", "limit"]);
            return Ok(Self { name, path, question, limit, class, begun: None });
        };
        let cursor = Cursor::parse(text, |bytes| seal(bytes, class)).map_err(|_| foreign())?;
        if cursor.listing != name {
            return Err(foreign());
        }
        for (asked, value) in params.without(&["cursor", "limit"]).pairs() {
            if cursor.question.get(asked).map(String::as_str) != Some(value) {
                return Err(invalid(asked, Fault::CursorWith));
            }
        }
        let question = Params::from_pairs(cursor.question);
        Ok(Self { name, path, question, limit, class, begun: Some((cursor.size, cursor.after)) })
    }

    /// Where the page before ended; none at the first.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.begun.as_ref().map(|(_, place)| place)
    }

    /// The position at which the page before ended, for a listing of positions.
    pub(crate) fn position(&self) -> Result<Option<Position>, Problem> {
        match self.place() {
            None => Ok(None),
            Some(Place::Position(position)) => Ok(Some(*position)),
            Some(Place::Key(_) | Place::Kept(_)) => Err(foreign()),
        }
    }

    /// How many records the listing sees, which its first page decides: those that `as_of` in the
    /// question names, all of the ledger without it.
    pub(crate) fn size(&self, view: &View) -> Result<u64, Problem> {
        match self.begun {
            Some((size, _)) if size <= view.size() => Ok(size),
            Some(_) => Err(foreign()),
            None => match self.question.as_of()? {
                AsOf::Head => Ok(view.size()),
                earlier => Ok(moment(view, earlier)?.position.0.saturating_add(1)),
            },
        }
    }

    /// The cursor of a page that ended at `after`.
    pub(crate) fn next(&self, size: u64, after: Place) -> Result<Next, Problem> {
        let question = self.question.pairs().map(|(name, value)| (name.into(), value.into()));
        // Where a page begins is no part of the question: the cursor says where it ended.
        let question = question.filter(|(name, _): &(String, String)| name != "after").collect();
        let cursor = Cursor { listing: self.name.clone(), question, size, after };
        let cursor = cursor
            .to_text(|bytes| seal(bytes, self.class))
            .map_err(|error| Problem::internal(&error))?;
        let link = format!("<{}?limit={}&cursor={cursor}>; rel=\"next\"", self.path, self.limit);
        Ok(Next { link: HeaderValue::from_str(&link).ok(), cursor })
    }
}

/// What only this process can put under a cursor (`SipHash` under a random key): a place that somebody made
/// up would let him ask where the keys lie that he may not see.
fn seal(bytes: &[u8], class: Class) -> [u8; 8] {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEY.hash_one((bytes, class)).to_be_bytes()
}

/// A cursor that this question did not give out.
pub(crate) fn foreign() -> Problem {
    invalid("cursor", Fault::Cursor)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const KNOWN: [&str; 4] = ["limit", "cursor", "type", "after"];

    fn asked(name: &str, query: &str) -> Result<Listing, Problem> {
        let uri = format!("/v1/61.07/events?{query}").parse().unwrap();
        Listing::of(
            name.to_owned(),
            "/v1/61.07/events",
            &Params::of(&uri, &KNOWN)?,
            1000,
            &Reader::PUBLIC,
        )
    }

    fn cursor_of(query: &str) -> String {
        let place = Place::Position(Position(41));
        asked("61.07/events", query).unwrap().next(42, place).unwrap().cursor
    }

    #[test]
    fn the_question_goes_on_with_the_cursor_alone() {
        let cursor = cursor_of("type=subdomain.granted&limit=3");
        let listing = asked("61.07/events", &format!("cursor={cursor}")).unwrap();
        assert_eq!(listing.question.text("type").unwrap(), Some("subdomain.granted"));
        assert_eq!(listing.position().unwrap(), Some(Position(41)));
        assert_eq!(listing.limit, 100, "the limit is each page's own");
    }

    #[test]
    fn a_cursor_goes_on_with_no_other_question() {
        let cursor = cursor_of("type=subdomain.granted");
        for query in ["type=subdomain.refused", "after=3"] {
            let problem = asked("61.07/events", &format!("{query}&cursor={cursor}")).unwrap_err();
            assert!(
                matches!(problem, Problem::InvalidParameter { fault: Fault::CursorWith, .. }),
                "{query}"
            );
        }
        let problem = asked("61.08/events", &format!("cursor={cursor}")).unwrap_err();
        assert!(matches!(problem, Problem::InvalidParameter { fault: Fault::Cursor, .. }));
    }

    #[test]
    fn where_the_first_page_began_is_not_asked_again() {
        let cursor = cursor_of("after=7");
        let listing = asked("61.07/events", &format!("cursor={cursor}")).unwrap();
        assert_eq!(listing.question.text("after").unwrap(), None);
    }

    #[test]
    fn rubbish_is_refused() {
        for text in ["x", "%25", "AAAA", "e30", "bnVsbA"] {
            let problem = asked("61.07/events", &format!("cursor={text}")).unwrap_err();
            assert!(matches!(problem, Problem::InvalidParameter { fault: Fault::Cursor, .. }));
        }
    }
}
