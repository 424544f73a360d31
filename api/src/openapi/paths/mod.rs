//! What may be asked, one file for each group of routes, as `routes.rs` has them.

mod documents;
mod events;
mod evidence;
mod ledgers;
mod log;
mod process;
mod refusals;
mod registers;
mod rules;
mod streams;

use super::described::Described;
use crate::config::Limits;

/// Every operation.
pub(super) fn all(limits: &Limits) -> Vec<Described> {
    let mut all = ledgers::all();
    all.extend(events::all(limits));
    all.extend(log::all(limits));
    all.extend(documents::all(limits));
    all.extend(evidence::all());
    all.extend(refusals::all(limits));
    all.extend(registers::all(limits));
    all.extend(streams::all(limits));
    all.extend(rules::all());
    all.extend(process::all());
    all
}
