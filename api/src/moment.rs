//! The moment in a ledger's history that a read is as of.

use jejak_ledger::log::{Micros, Position};
use jejak_ledger::{AsOf, View};

use crate::app::AppState;
use crate::problem::Problem;
use crate::wire::{AsOfView, Time};

/// The position that `as_of` means, and when it was recorded.
pub(crate) fn moment(view: &View, as_of: AsOf) -> Result<AsOfView, Problem> {
    let found = view.as_of(as_of)?;
    let (position, recorded_at) = found.ok_or_else(|| match as_of {
        AsOf::Time(_) | AsOf::Day(_) => Problem::BeforeFirst,
        AsOf::Head | AsOf::Position(_) => Problem::UnknownPosition { size: view.size() },
    })?;
    Ok(AsOfView { position, recorded_at: Time(recorded_at) })
}

/// The last of the first `size` records; none of none.
pub(crate) fn last_of(view: &View, size: u64) -> Result<Option<AsOfView>, Problem> {
    size.checked_sub(1).map(|last| moment(view, AsOf::Position(Position(last)))).transpose()
}

/// When what was asked for is judged: now, or at the moment that was asked for.
pub(crate) fn judged_at(app: &AppState, asked: AsOf, at: AsOfView) -> Micros {
    match asked {
        AsOf::Head => app.ledgers().clock().now().max(at.recorded_at.0),
        AsOf::Position(_) | AsOf::Time(_) | AsOf::Day(_) => at.recorded_at.0,
    }
}
