//! The documents of a ledger, in the order of their digests: a page is bounded in what it looks at, and
//! what a reader may not see neither shows nor matches.

use jejak_signer::Hash;
use jiff::civil::Date;

use super::kind::DocumentKind;
use super::names::Cited;
use crate::log::Position;
use crate::rules::Class;
use crate::view::{ReadError, View};

/// Which documents a page shows. Empty: all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentFilter {
    /// Of this kind: the word of the event, or the family that people know.
    pub kind: Option<String>,
    /// With this number.
    pub number: Option<String>,
    /// Named by an event of this stream.
    pub subject: Option<String>,
    /// Dated this day or later.
    pub from: Option<Date>,
    /// Dated this day or earlier.
    pub to: Option<Date>,
}

/// One document that a reader may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its digest.
    pub sha256: Hash,
    /// The lowest class of the events that name it.
    pub class: Class,
    /// The events that name it and that the reader may see, at most [`super::NAMED_MAX`] of them.
    pub named_by: Vec<Position>,
    /// What the first event says of it that fits the filter; `None` where no statement is held that
    /// names it.
    pub cited: Option<Cited>,
}

/// A page of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPage {
    /// The documents.
    pub rows: Vec<DocumentRow>,
    /// The digest after which the next page begins; `None` at the end.
    pub next: Option<Hash>,
    /// Whether the reader has seen that digest.
    pub next_is_shown: bool,
    /// How many documents were looked at.
    pub examined: usize,
}

impl View {
    /// The documents after `after` that a reader of `class` may see, as of the record at `as_of`: up to
    /// `limit`, of at most `examined_max` that are looked at.
    pub fn documents(
        &self,
        filter: &DocumentFilter,
        class: Class,
        as_of: Position,
        after: Option<Hash>,
        (limit, examined_max): (usize, usize),
    ) -> Result<DocumentPage, ReadError> {
        let mut page =
            DocumentPage { rows: Vec::new(), next: None, next_is_shown: false, examined: 0 };
        let mut last = after;
        while page.rows.len() < limit && page.examined < examined_max {
            let Some(sha256) = self.document_after(last.as_ref())? else { return Ok(page) };
            page.examined += 1;
            last = Some(sha256);
            let row = self.document(&sha256, filter, class, as_of)?;
            page.next_is_shown = row.is_some();
            page.rows.extend(row);
        }
        if self.document_after(last.as_ref())?.is_some() {
            page.next = last;
        }
        Ok(page)
    }

    /// One document as a reader of `class` may see it; `None` where no event that he may see names it,
    /// or none that fits.
    pub fn document(
        &self,
        sha256: &Hash,
        filter: &DocumentFilter,
        class: Class,
        as_of: Position,
    ) -> Result<Option<DocumentRow>, ReadError> {
        let namings = self.namings(sha256, class, as_of.0.saturating_add(1))?;
        let Some(first) = namings.first() else { return Ok(None) };
        let mut found = None;
        for naming in &namings {
            let cited = self.cited(sha256, naming)?;
            if let Some(cited) = cited.filter(|cited| filter.admits(cited)) {
                found = Some(cited);
                break;
            }
        }
        if found.is_none() && !filter.is_open() {
            return Ok(None);
        }
        let named_by = namings.iter().map(|naming| naming.position).collect();
        Ok(Some(DocumentRow { sha256: *sha256, class: first.class, named_by, cited: found }))
    }
}

impl DocumentFilter {
    fn is_open(&self) -> bool {
        *self == Self::default()
    }

    fn admits(&self, cited: &Cited) -> bool {
        let document = &cited.document;
        let dated = |fits: &dyn Fn(Date) -> bool| document.date.is_some_and(fits);
        self.kind.as_deref().is_none_or(|kind| is_kind(&document.kind, kind))
            && self.number.is_none_or_eq(document.number.as_ref())
            && self.subject.is_none_or_eq(Some(&cited.subject))
            && self.from.is_none_or(|from| dated(&|date| date >= from))
            && self.to.is_none_or(|to| dated(&|date| date <= to))
    }
}

fn is_kind(word: &str, wanted: &str) -> bool {
    word == wanted || DocumentKind::of(word).is_some_and(|kind| kind.family == wanted)
}

/// What is not asked for is always so.
trait Asked<T> {
    fn is_none_or_eq(&self, found: Option<&T>) -> bool;
}

impl<T: PartialEq> Asked<T> for Option<T> {
    fn is_none_or_eq(&self, found: Option<&T>) -> bool {
        self.as_ref().is_none_or(|wanted| found == Some(wanted))
    }
}
