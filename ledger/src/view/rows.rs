//! The registers of a view: things as they stood after a record.

use std::ops::Bound;

use super::{ReadError, View};
use crate::log::Position;
use crate::registers::Register;
use crate::rules::Thing;
use crate::state::decoded;
use crate::store::{Direction, Table, keys};

/// A page of a register.
#[derive(Debug, Clone)]
pub struct RegisterPage {
    /// Keys without their prefix, and the things under them.
    pub rows: Vec<(String, Thing)>,
    /// The key after which the next page begins; `None` at the end.
    pub next: Option<String>,
    /// How many keys were looked at.
    pub examined: usize,
}

impl View {
    /// Up to `limit` rows of a register after `after`, as they stood after the record at `as_of`.
    pub fn register(
        &self,
        register: &Register,
        as_of: Position,
        after: Option<&str>,
        limit: usize,
        examined_max: usize,
    ) -> Result<RegisterPage, ReadError> {
        self.register_where(register, as_of, after, limit, examined_max, &|_| true)
    }

    /// The same, of the rows that are `wanted`.
    pub fn register_where(
        &self,
        register: &Register,
        as_of: Position,
        after: Option<&str>,
        limit: usize,
        examined_max: usize,
        wanted: &dyn Fn(&Thing) -> bool,
    ) -> Result<RegisterPage, ReadError> {
        let size = as_of.0.saturating_add(1).min(self.size());
        let mut page = RegisterPage { rows: Vec::new(), next: None, examined: 0 };
        let mut last = after.map(|key| format!("{}{key}", register.prefix));
        for _ in 0..examined_max {
            let Some(subject) = self.next_subject(register.prefix, last.as_deref())? else {
                page.next = None;
                return Ok(page);
            };
            let key = subject.strip_prefix(register.prefix).unwrap_or_default().to_owned();
            page.examined += 1;
            let thing = self.thing(&subject, size)?;
            let thing =
                thing.map(|thing| self.with_its_agency(register, thing, size)).transpose()?;
            if let Some(thing) = thing.filter(wanted) {
                page.rows.push((key.clone(), thing));
            }
            last = Some(subject);
            page.next = Some(key);
            if page.rows.len() == limit {
                break;
            }
        }
        if self.next_subject(register.prefix, last.as_deref())?.is_none() {
            page.next = None;
        }
        Ok(page)
    }

    /// One row of a register as it stood after the record at `as_of`.
    pub fn register_row(
        &self,
        register: &Register,
        key: &str,
        as_of: Position,
    ) -> Result<Option<Thing>, ReadError> {
        let size = as_of.0.saturating_add(1);
        let thing = self.thing(&format!("{}{key}", register.prefix), size)?;
        thing.map(|thing| self.with_its_agency(register, thing, size)).transpose()
    }

    /// The thing under `subject` after the first `size` records: one seek backwards.
    pub(crate) fn thing(&self, subject: &str, size: u64) -> Result<Option<Thing>, ReadError> {
        let Some(last) = size.min(self.size()).checked_sub(1) else { return Ok(None) };
        let range = keys::versions(subject, 0..last.saturating_add(1));
        let found = self.scan(Table::Version, &range, Direction::Backward, 1)?;
        let row = found.into_iter().next();
        Ok(decoded(Table::Version, row.as_ref().map(|(_, value)| value.as_slice()))?)
    }

    fn next_subject(&self, prefix: &str, after: Option<&str>) -> Result<Option<String>, ReadError> {
        let (mut from, to) = keys::starting_with(prefix.as_bytes());
        if let Some(subject) = after {
            from = Bound::Excluded(keys::thing(subject));
        }
        let found = self.scan(Table::Thing, &(from, to), Direction::Forward, 1)?;
        let Some((key, _)) = found.into_iter().next() else { return Ok(None) };
        String::from_utf8(key).map(Some).map_err(|_| ReadError::Corrupt)
    }
}
