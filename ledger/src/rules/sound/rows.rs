//! Rows that no event is ever of, and rows that would open to everybody what the structural acts keep for some.

use super::{Parts, at};
use crate::rules::act::Act;
use crate::rules::condition::Predicate;
use crate::rules::faults::Faults;
use crate::rules::reader::{RuleSetError, RuleSetReason};

/// Of the rows of a type the first is meant whose subject and `when` fit, and a region's stand before the structural
/// ones.
pub(super) fn check(parts: &Parts<'_>, faults: &mut Faults) {
    for (kind, rows) in parts.own {
        let base = parts.base.get(kind).map(Vec::as_slice).unwrap_or_default();
        for (place, row) in rows.iter().enumerate() {
            let mut earlier = rows.iter().take(place);
            if let Some(earlier) = earlier.find(|earlier| takes_all_of(earlier, row)) {
                let reason = RuleSetReason::Unreachable { row: earlier.row.clone() };
                faults.push(RuleSetError { at: at(row, "subject"), reason });
            }
            if let Some(structural) = base.iter().find(|structural| takes_all_of(row, structural)) {
                let subject = structural.subject.as_str().to_owned();
                let reason = RuleSetReason::Shadows { subject };
                faults.push(RuleSetError { at: at(row, "subject"), reason });
            }
            if row.who.is_empty() && base.iter().any(|structural| !structural.who.is_empty()) {
                let reason = RuleSetReason::OpensStructure { kind: kind.clone() };
                faults.push(RuleSetError { at: at(row, "who"), reason });
            }
            check_told_by_the_event(row, faults);
        }
    }
}

/// Is every event of `row` one of `earlier`?
fn takes_all_of(earlier: &Act, row: &Act) -> bool {
    let when = |predicate: &Predicate| predicate.written();
    let own: Vec<_> = row.when.iter().map(when).collect();
    earlier.subject.covers(&row.subject) && earlier.when.iter().all(|one| own.contains(&when(one)))
}

/// Which row is meant is told by the event alone: of what is kept nothing is known then.
fn check_told_by_the_event(row: &Act, faults: &mut Faults) {
    for (index, predicate) in row.when.iter().enumerate() {
        for (key, operand) in predicate.named_operands() {
            if !operand.is_of_event() {
                let form = (
                    "yang dinyatakan peristiwa sendiri: data.x, source, office, time, subject atau subject.x",
                    "told by the event alone: data.x, source, office, time, subject or subject.x",
                );
                let reason = RuleSetReason::Form { value: operand.to_string(), form };
                faults.push(RuleSetError { at: at(row, &format!("when[{index}].{key}")), reason });
            }
        }
    }
}
