//! Derived rows against stored rows: one by one as they are derived, and counted at the end.

use std::ops::{Bound, Range};

use super::report::{AuditReport, CheckName};
use crate::log::{Chain, CompletedTile, Position, Tree};
use crate::sequencer::{root_row, tile_row};
use crate::state::decoded;
use crate::store::codec::IdRow;
use crate::store::{Direction, Found, Head, Row, Table, keys};
use crate::view::{ReadError, View};

/// Rows that one scan of the final count reads.
const SCAN_ROWS: usize = 4_096;

pub(super) struct Compared<'a> {
    view: &'a View,
    ids: u64,
    versions: u64,
    tiles: u64,
    documents: u64,
    /// Whether the directory has an index of documents: those of an older version have none before
    /// they are opened for writing.
    indexed: bool,
    /// Positions that could not be decided: their rows are not known, so they are not counted.
    passed_over: Vec<Range<u64>>,
}

impl<'a> Compared<'a> {
    pub(super) fn new(view: &'a View) -> Self {
        // What cannot be read now cannot be read later either: that is where it is told.
        let indexed = view.documents_are_indexed().unwrap_or(true);
        let passed_over = Vec::new();
        Self { view, ids: 0, versions: 0, tiles: 0, documents: 0, indexed, passed_over }
    }

    pub(super) fn pass_over(&mut self, position: Position) {
        match self.passed_over.last_mut() {
            Some(range) if range.end == position.0 => range.end += 1,
            _ => self.passed_over.push(position.0..position.0.saturating_add(1)),
        }
    }

    /// Whether the rows of a position were derived, so that they can be counted.
    fn derived(&self, position: Position) -> bool {
        let found = self.passed_over.partition_point(|range| range.end <= position.0);
        self.passed_over.get(found).is_none_or(|range| !range.contains(&position.0))
    }

    pub(super) fn tile(&mut self, tile: &CompletedTile) -> Result<bool, ReadError> {
        self.tiles += 1;
        let row = tile_row(tile);
        let found = self.get(&[(row.table, row.key.as_slice())])?;
        Ok(found.into_iter().next().flatten() == Some(row.value))
    }

    /// The checks that fail for the rows of a run, with their positions.
    pub(super) fn rows(&mut self, rows: &[Row]) -> Result<Vec<(CheckName, Position)>, ReadError> {
        let mut faults = Vec::new();
        let mut position = Position(0);
        let mut wanted = Vec::new();
        for row in rows {
            if row.table == Table::Record {
                position = position_of(&row.key).ok_or(ReadError::Corrupt)?;
            }
            let check = match row.table {
                Table::Record => CheckName::Chain,
                Table::Id => CheckName::Ids,
                Table::Version => CheckName::RegisterHistory,
                Table::Document if self.indexed => CheckName::Documents,
                _ => continue,
            };
            wanted.push((check, position, row));
        }
        let keys: Vec<_> =
            wanted.iter().map(|(_, _, row)| (row.table, row.key.as_slice())).collect();
        for ((check, position, row), stored) in wanted.iter().zip(self.get(&keys)?) {
            match row.table {
                Table::Id => self.ids += 1,
                Table::Version => self.versions += 1,
                Table::Document => self.documents += 1,
                _ => {}
            }
            if stored.as_ref() != Some(&row.value) {
                faults.push((*check, *position));
            }
        }
        Ok(faults)
    }

    pub(super) fn head(
        &self,
        chain: &Chain,
        tree: &Tree,
        report: &mut AuditReport,
    ) -> Result<(), ReadError> {
        let last = Position(tree.size().saturating_sub(1));
        let head = self.view.store.head(self.view.identity.number)?;
        if head != (Head { size: tree.size(), leaf_hash: chain.leaf_hash() }) {
            report.bad(CheckName::Head, last, "the head of the store is not the last record");
        }
        let row = root_row(tree);
        let stored = self.get(&[(row.table, row.key.as_slice())])?;
        if stored.into_iter().next().flatten() != Some(row.value) {
            report.bad(
                CheckName::Head,
                last,
                "the root of the store is not the root of the records",
            );
        }
        Ok(())
    }

    /// Nothing was slipped in: as many rows are stored as were derived, and each register row is the
    /// newest of its versions.
    pub(super) fn totals(&self, report: &mut AuditReport) -> Result<(), ReadError> {
        let ids = self.count(Table::Id)?;
        let tiles = self.count(Table::Tile)?;
        let documents = self.count(Table::Document)?;
        let (versions, stray) = self.registers()?;
        let more = "the store holds rows that do not follow from the log";
        let last = Position(self.view.size().saturating_sub(1));
        if tiles != self.tiles {
            report.bad(CheckName::Tree, last, more);
        }
        if ids != self.ids {
            report.bad(CheckName::Ids, last, more);
        }
        if versions != self.versions {
            report.bad(CheckName::RegisterHistory, last, more);
        }
        if self.indexed && documents != self.documents {
            report.bad(CheckName::Documents, last, more);
        }
        if let Some(range) = self.passed_over.first() {
            let reason = format!("the rows of position {} could not be derived", range.start);
            for name in [CheckName::Ids, CheckName::RegisterHistory] {
                report.not_checked(name, &reason);
            }
        }
        if let Some(position) = stray {
            let reason = "a register row is not the newest of its versions";
            report.bad(CheckName::Registers, position, reason);
        }
        Ok(())
    }

    /// How many versions there are, and where a register row differs from the newest of them.
    fn registers(&self) -> Result<(u64, Option<Position>), ReadError> {
        let mut things = Rows::new(self.view, Table::Thing);
        let mut versions = Rows::new(self.view, Table::Version);
        let (mut count, mut stray) = (0, None);
        let mut newest: Option<Found> = None;
        loop {
            let version = versions.next()?;
            let subject = version.as_ref().map(|(key, _)| subject_of(key).to_vec());
            let ended = newest.as_ref().map(|(key, _)| subject_of(key).to_vec());
            if ended.is_some() && ended != subject {
                let thing = things.next()?;
                let same = match (&thing, &newest, &ended) {
                    (Some((key, value)), Some((_, newest)), Some(subject)) => {
                        key == subject && value == newest
                    }
                    _ => false,
                };
                if !same && stray.is_none() {
                    stray = newest.as_ref().and_then(|(key, _)| position_of(key));
                }
            }
            let Some(version) = version else { break };
            if position_of(&version.0).is_none_or(|position| self.derived(position)) {
                count += 1;
            }
            newest = Some(version);
        }
        if things.next()?.is_some() && stray.is_none() {
            stray = Some(Position(self.view.size().saturating_sub(1)));
        }
        Ok((count, stray))
    }

    /// How many rows of a table there are whose positions were derived.
    fn count(&self, table: Table) -> Result<u64, ReadError> {
        let mut rows = Rows::new(self.view, table);
        let mut count = 0;
        while let Some((key, value)) = rows.next()? {
            let derived = match table {
                Table::Document => {
                    keys::parse_document(&key).is_none_or(|(_, _, position)| self.derived(position))
                }
                Table::Id => {
                    let row: Option<IdRow> = decoded(table, Some(&value))?;
                    row.is_none_or(|row| self.derived(row.position))
                }
                _ => true,
            };
            count += u64::from(derived);
        }
        Ok(count)
    }

    fn get(&self, keys: &[(Table, &[u8])]) -> Result<Vec<Option<Vec<u8>>>, ReadError> {
        Ok(self.view.store.get_many(self.view.identity.number, keys)?)
    }
}

/// All rows of a table, in order, a page at a time.
pub(crate) struct Rows<'a> {
    view: &'a View,
    table: Table,
    page: std::vec::IntoIter<Found>,
    after: Option<Vec<u8>>,
    ended: bool,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(view: &'a View, table: Table) -> Self {
        Self { view, table, page: Vec::new().into_iter(), after: None, ended: false }
    }

    pub(crate) fn next(&mut self) -> Result<Option<Found>, ReadError> {
        if let Some(row) = self.page.next() {
            return Ok(Some(row));
        }
        if self.ended {
            return Ok(None);
        }
        let from = self.after.take().map_or(Bound::Unbounded, Bound::Excluded);
        let number = self.view.identity.number;
        let range = (from, Bound::Unbounded);
        let page =
            self.view.store.scan(number, self.table, &range, Direction::Forward, SCAN_ROWS)?;
        self.ended = page.len() < SCAN_ROWS;
        self.after = page.last().map(|(key, _)| key.clone());
        self.page = page.into_iter();
        Ok(self.page.next())
    }
}

/// The position at the end of a `Record` or `Version` key.
fn position_of(key: &[u8]) -> Option<Position> {
    keys::parse_position(key).or_else(|| keys::parse_version(key).map(|(_, position)| position))
}

/// The subject of a `Version` key.
fn subject_of(key: &[u8]) -> &[u8] {
    keys::parse_version(key).map_or(&[], |(subject, _)| subject.as_bytes())
}
