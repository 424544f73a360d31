//! Segments made again while the log is read, and compared with those that are kept. What was removed by law since is
//! judged by what remains of it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use jejak_signer::{Hash, Hash512};

use super::report::{AuditReport, CheckName};
use crate::held::unread;
use crate::log::{
    BLOCK_POSITIONS, Position, Record, Renewal, SEGMENT_POSITIONS, Segment, SegmentMaker,
    SegmentObject, StampList, Tree, Twice,
};
use crate::segments::{KeptRenewal, ROW_PREFIX, index_of_row};
use crate::store::{Direction, StoreError, Table, keys};
use crate::view::{ReadError, View};
use crate::walk::Statement;

/// The segment that the walk is in, and what is to be compared where it ends.
pub(super) struct Segments<'a> {
    view: &'a View,
    /// Positions of a segment.
    positions: u64,
    maker: SegmentMaker,
    named: BTreeSet<Hash>,
    /// Blocks in which nothing remains of a statement, by their place in the segment.
    unknown: BTreeSet<u64>,
    /// Not all that its events name is known: a statement is not held, or is no event.
    names_unknown: bool,
    /// What renewals name, by the first position and the one behind the last.
    renewed: BTreeMap<(u64, u64), BTreeSet<Twice>>,
    renewals: Result<Vec<KeptRenewal>, ReadError>,
}

impl<'a> Segments<'a> {
    pub(super) fn new(view: &'a View) -> Self {
        Self::of(view, SEGMENT_POSITIONS)
    }

    fn of(view: &'a View, positions: u64) -> Self {
        let renewals = view.renewals();
        let mut renewed = BTreeMap::<_, BTreeSet<Twice>>::new();
        for line in renewals.iter().flatten().flat_map(|kept| &kept.renewal.segments) {
            renewed.entry((line.first, line.end)).or_default().insert(line.text);
        }
        Self {
            view,
            positions,
            maker: SegmentMaker::new(view.origin(), 0),
            named: BTreeSet::new(),
            unknown: BTreeSet::new(),
            names_unknown: false,
            renewed,
            renewals,
        }
    }

    /// The next position, after which the tree is `tree`.
    pub(super) fn step(
        &mut self,
        record: &Record,
        statement: &Statement,
        tree: &Tree,
        report: &mut AuditReport,
    ) -> Result<(), ReadError> {
        let remains = match statement {
            Statement::Held { trace, .. } => {
                match &trace.named {
                    Some(named) => self.named.extend(named),
                    None => self.names_unknown = true,
                }
                trace.remains
            }
            Statement::NotHeld(remains) => {
                self.names_unknown = true;
                *remains
            }
            Statement::Damaged => None,
        };
        if remains.is_none() {
            self.names_unknown = true;
            self.unknown.insert(record.position.0 % self.positions / BLOCK_POSITIONS);
        }
        self.maker.push(record, remains.as_ref());
        let place = (self.maker.first(), self.maker.next());
        for text in self.renewed.remove(&place).unwrap_or_default() {
            self.compare_renewed(text, tree.root(), report)?;
        }
        if self.maker.next().is_multiple_of(self.positions) {
            self.compare_kept(tree.root(), report)?;
            self.maker = SegmentMaker::new(self.view.origin(), self.maker.next());
            self.named.clear();
            self.unknown.clear();
            self.names_unknown = false;
        }
        Ok(())
    }

    /// A full segment against the one that is kept.
    fn compare_kept(&self, root: Hash, report: &mut AuditReport) -> Result<(), ReadError> {
        let index = self.maker.first() / self.positions;
        match self.view.segment(index) {
            Ok(Some(kept)) => self.compare(&kept, root, report),
            Ok(None) => {
                let reason = format!(
                    "segment {index} has no digests yet: they are made when the directory is next served"
                );
                report.not_checked(CheckName::Segments, reason);
            }
            Err(ReadError::Corrupt | ReadError::Damaged(_)) => {
                let reason = format!("the digests of segment {index} are not held or damaged");
                report.bad(CheckName::Segments, Position(self.maker.first()), reason);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// What a renewal names of these positions.
    fn compare_renewed(
        &self,
        text: Twice,
        root: Hash,
        report: &mut AuditReport,
    ) -> Result<(), ReadError> {
        let held = self.object(&text)?;
        let kept = held.and_then(|held| String::from_utf8(held).ok()?.parse().ok());
        if let Some(kept) = kept {
            self.compare(&kept, root, report);
        } else {
            let reason = format!("the segment {} of a renewal is not held", text.sha256);
            report.bad(CheckName::Segments, Position(self.maker.first()), reason);
        }
        Ok(())
    }

    /// What is kept of the positions so far against what follows from them.
    fn compare(&self, kept: &Segment, root: Hash, report: &mut AuditReport) {
        let first = self.maker.first();
        let maker = self.maker.clone();
        let Ok::<_, Infallible>(made) =
            maker.finish(root, |hash| Ok(SegmentObject { sha256: *hash, held: None }));
        if (&kept.origin, kept.first, kept.end, kept.root)
            != (&made.origin, made.first, made.end, made.root)
        {
            let index = first / self.positions;
            let reason = format!("segment {index} names another stretch or another root");
            report.bad(CheckName::Segments, Position(first), reason);
            return;
        }
        for (place, (kept, made)) in (0_u64..).zip(kept.blocks.iter().zip(&made.blocks)) {
            let at = Position(first.saturating_add(place.saturating_mul(BLOCK_POSITIONS)));
            block(at, (kept, made), self.unknown.contains(&place), report);
        }
        self.objects(kept, report);
    }

    fn objects(&self, kept: &Segment, report: &mut AuditReport) {
        let first = Position(kept.first);
        let listed: BTreeSet<Hash> = kept.objects.iter().map(|object| object.sha256).collect();
        if let Some(missing) = self.named.difference(&listed).next() {
            let reason = format!("the segment does not list the object {missing}");
            report.bad(CheckName::Segments, first, reason);
        }
        if let Some(stray) = listed.difference(&self.named).next()
            && !self.names_unknown
        {
            let reason =
                format!("the segment lists the object {stray}, which no event of it names");
            report.bad(CheckName::Segments, first, reason);
        }
        for object in &kept.objects {
            // One that is damaged or was erased is the matter of another check.
            let Ok(Some(bytes)) = self.view.held.object(&object.sha256) else { continue };
            let now = SegmentObject::new(object.sha256, Some(&bytes));
            if object.held.is_some() && now != *object {
                let reason = format!("the SHA-512 of the object {} is another", object.sha256);
                report.bad(CheckName::Segments, first, reason);
            }
        }
    }

    /// Whether the list of stamps that a renewal names is held as it was, and is found where it is looked for.
    fn is_list(&self, list: &Twice) -> Result<bool, ReadError> {
        let Some(held) = self.object(list)? else { return Ok(false) };
        let parsed = String::from_utf8(held).ok().and_then(|text| text.parse::<StampList>().ok());
        let Some(parsed) = parsed.filter(|parsed| parsed.origin == self.view.origin()) else {
            return Ok(false);
        };
        // What is kept of what it holds leads to it, and leaves none of its stamps out.
        let Some(listed) = self.view.listed(&list.sha256)? else { return Ok(true) };
        let ends = [parsed.stamps.first(), parsed.stamps.last()];
        let tokens = ends.map(|stamp| stamp.map(|stamp| stamp.token.sha256));
        let places = [listed.newest, listed.oldest];
        for (size, token) in places {
            if self.view.timestamp(size, &token)?.is_none() {
                return Ok(false);
            }
        }
        Ok(tokens == places.map(|(_, token)| Some(token)))
    }

    /// An object that has both digests; `None` where it is not held, or is another.
    fn object(&self, named: &Twice) -> Result<Option<Vec<u8>>, ReadError> {
        match self.view.held.object(&named.sha256).map_err(unread) {
            Ok(held) => Ok(held.filter(|held| Twice::of(held) == *named)),
            Err(StoreError::Unavailable { .. }) => Err(ReadError::Unavailable),
            Err(_) => Ok(None),
        }
    }

    /// Nothing is kept of segments that are not full, and renewals say what is so.
    pub(super) fn totals(&mut self, report: &mut AuditReport) -> Result<(), ReadError> {
        let range = keys::starting_with(ROW_PREFIX);
        let last = self.view.scan(Table::Meta, &range, Direction::Backward, 1)?;
        let full = self.view.size() / self.positions;
        let fits = |key: &[u8]| index_of_row(key).is_some_and(|index| index < full);
        let head = Position(self.view.size().saturating_sub(1));
        if last.first().is_some_and(|(key, _)| !fits(key)) {
            let reason = "digests are kept of a segment that is not full";
            report.bad(CheckName::Segments, head, reason);
        }
        let renewals = match std::mem::replace(&mut self.renewals, Ok(Vec::new())) {
            Ok(renewals) => renewals,
            Err(ReadError::Unavailable) => return Err(ReadError::Unavailable),
            Err(_) => {
                report.bad(CheckName::Segments, head, "a renewal is not held or damaged");
                return Ok(());
            }
        };
        let mut before = Vec::new();
        for kept in &renewals {
            let Renewal { origin, size, root, stamps, .. } = &kept.renewal;
            if origin != self.view.origin() || self.view.root_at(*size)? != Some(*root) {
                let reason = format!("renewal {} is of another log", kept.number);
                report.bad(CheckName::Segments, head, reason);
            }
            // One that another process made at the same time may be missing from it, and none may be added.
            if !stamps.iter().all(|stamp| before.contains(stamp)) {
                let reason = format!("renewal {} names a stamp that is not kept", kept.number);
                report.bad(CheckName::Segments, head, reason);
            }
            for list in &kept.renewal.lists {
                if !self.is_list(list)? {
                    let reason = format!("the list {} of a renewal is not held", list.sha256);
                    report.bad(CheckName::Segments, head, reason);
                }
            }
            before.push(kept.stamp());
        }
        if let Some((first, end)) = self.renewed.keys().next() {
            let reason =
                format!("a renewal names positions {first} to {end}, which are no segment");
            report.bad(CheckName::Segments, head, reason);
        }
        Ok(())
    }
}

/// One block as it is kept and as it is made again.
fn block(
    at: Position,
    (kept, made): (&Hash512, &Hash512),
    unknown: bool,
    report: &mut AuditReport,
) {
    if kept == made {
        return;
    }
    if unknown {
        let reason = format!(
            "a statement among the {BLOCK_POSITIONS} from position {at} on is not held, and nothing remains of it"
        );
        report.not_checked(CheckName::Segments, reason);
    } else {
        let reason = "the SHA-512 of these positions is not the one that was kept";
        report.bad(CheckName::Segments, at, reason);
    }
}
