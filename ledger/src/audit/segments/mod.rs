//! Segments made again while the log is read, and compared with those that are kept. What was removed by law since is
//! judged by what remains of it.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jejak_signer::{Hash, Hash512};

use super::report::{AuditReport, CheckName};
use crate::log::{
    BLOCK_POSITIONS, Position, Record, SEGMENT_POSITIONS, Segment, SegmentMaker, SegmentObject,
    Tree,
};
use crate::segments::{ROW_PREFIX, index_of_row};
use crate::store::{Direction, Table, keys};
use crate::view::{ReadError, View};
use crate::walk::Statement;

/// The segment that the walk is in.
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
}

impl<'a> Segments<'a> {
    pub(super) fn new(view: &'a View) -> Self {
        Self::of(view, SEGMENT_POSITIONS)
    }

    fn of(view: &'a View, positions: u64) -> Self {
        Self {
            view,
            positions,
            maker: SegmentMaker::new(view.origin(), 0),
            named: BTreeSet::new(),
            unknown: BTreeSet::new(),
            names_unknown: false,
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
        if self.maker.next().is_multiple_of(self.positions) {
            self.compare(tree.root(), report)?;
        }
        Ok(())
    }

    /// A full segment against the one that is kept.
    fn compare(&mut self, root: Hash, report: &mut AuditReport) -> Result<(), ReadError> {
        let end = self.maker.next();
        let first = end.saturating_sub(self.positions);
        let maker = std::mem::replace(&mut self.maker, SegmentMaker::new(self.view.origin(), end));
        let named = std::mem::take(&mut self.named);
        let unknown = std::mem::take(&mut self.unknown);
        let names_unknown = std::mem::take(&mut self.names_unknown);
        let index = first / self.positions;
        let kept = match self.view.segment(index) {
            Ok(Some(kept)) => kept,
            Ok(None) => {
                let reason = format!(
                    "segment {index} has no digests yet: they are made when the directory is next served"
                );
                report.not_checked(CheckName::Segments, reason);
                return Ok(());
            }
            Err(ReadError::Corrupt | ReadError::Damaged(_)) => {
                let reason = format!("the digests of segment {index} are not held or damaged");
                report.bad(CheckName::Segments, Position(first), reason);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let Ok::<_, std::convert::Infallible>(made) =
            maker.finish(root, |hash| Ok(SegmentObject { sha256: *hash, held: None }));
        if (&kept.origin, kept.first, kept.end, kept.root)
            != (&made.origin, made.first, made.end, made.root)
        {
            let reason = format!("segment {index} names another stretch or another root");
            report.bad(CheckName::Segments, Position(first), reason);
            return Ok(());
        }
        for (place, (kept, made)) in (0_u64..).zip(kept.blocks.iter().zip(&made.blocks)) {
            let at = Position(first.saturating_add(place.saturating_mul(BLOCK_POSITIONS)));
            block(at, (kept, made), unknown.contains(&place), report);
        }
        self.objects(&kept, &named, names_unknown, report);
        Ok(())
    }

    fn objects(
        &self,
        kept: &Segment,
        named: &BTreeSet<Hash>,
        names_unknown: bool,
        report: &mut AuditReport,
    ) {
        let first = Position(kept.first);
        let listed: BTreeSet<Hash> = kept.objects.iter().map(|object| object.sha256).collect();
        if let Some(missing) = named.difference(&listed).next() {
            let reason = format!("the segment does not list the object {missing}");
            report.bad(CheckName::Segments, first, reason);
        }
        if let Some(stray) = listed.difference(named).next()
            && !names_unknown
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

    /// Nothing is kept of segments that are not full.
    pub(super) fn totals(&self, report: &mut AuditReport) -> Result<(), ReadError> {
        let range = keys::starting_with(ROW_PREFIX);
        let last = self.view.scan(Table::Meta, &range, Direction::Backward, 1)?;
        let full = self.view.size() / self.positions;
        let fits = |key: &[u8]| index_of_row(key).is_some_and(|index| index < full);
        if last.first().is_some_and(|(key, _)| !fits(key)) {
            let reason = "digests are kept of a segment that is not full";
            report.bad(CheckName::Segments, Position(self.view.size().saturating_sub(1)), reason);
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
