//! The tokens that are kept, each verified again: over the checkpoint that is kept with it, whose root is the log's, and
//! against the times that the records on both sides say.

use jejak_signer::{TimestampAuthority, TimestampError, TimestampToken};

use super::report::{AuditReport, CheckName};
use crate::log::Position;
use crate::store::{Direction, Found, Table, keys};
use crate::timestamps::{Contradiction, KeptTimestamp, ROW_PREFIX, Stamped, contradiction, parse};
use crate::view::{ReadError, View};

/// Rows that are read at one time.
const ROWS: usize = 256;

/// Why a token is bad, and at which position.
type Fault = (Position, String);

pub(super) fn check(
    view: &View,
    authorities: &[TimestampAuthority],
    report: &mut AuditReport,
) -> Result<(), ReadError> {
    let ever = view.time_authorities_ever()?.into_iter().map(|named| named.authority);
    let authorities: &Vec<_> = &ever.chain(authorities.iter().cloned()).collect();
    let mut range = keys::starting_with(ROW_PREFIX);
    loop {
        let rows = view.scan(Table::Meta, &range, Direction::Forward, ROWS)?;
        for row in &rows {
            if let Err((position, reason)) = token(view, authorities, row, report)? {
                report.bad(CheckName::Timestamps, position, reason);
            }
        }
        match rows.last() {
            Some((key, _)) if rows.len() == ROWS => {
                range.0 = std::ops::Bound::Excluded(key.clone());
            }
            _ => return renewals(view, authorities, report),
        }
    }
}

/// The tokens over renewals. Renewals that cannot be read are the matter of another check.
fn renewals(
    view: &View,
    authorities: &[TimestampAuthority],
    report: &mut AuditReport,
) -> Result<(), ReadError> {
    let head = Position(view.size().saturating_sub(1));
    let kept = match view.renewals() {
        Err(ReadError::Unavailable) => return Err(ReadError::Unavailable),
        kept => kept.unwrap_or_default(),
    };
    for kept in kept {
        let text = kept.renewal.to_string();
        let verified = TimestampToken::parse(&kept.token).and_then(|token| {
            token.check(text.as_bytes())?;
            token.verify(text.as_bytes(), authorities)
        });
        match verified {
            Ok(_) => {}
            Err(reason) if reason.is_unknown_authority() => {
                let number = kept.number;
                let reason = format!(
                    "the authority of the token over renewal {number} is not among those that are trusted"
                );
                report.not_checked(CheckName::Timestamps, reason);
            }
            Err(reason) => {
                let reason = format!("the token over renewal {}: {reason}", kept.number);
                report.bad(CheckName::Timestamps, head, reason);
            }
        }
    }
    Ok(())
}

fn token(
    view: &View,
    authorities: &[TimestampAuthority],
    row: &Found,
    report: &mut AuditReport,
) -> Result<Result<(), Fault>, ReadError> {
    let end = Position(view.size().saturating_sub(1));
    let Ok(kept) = parse(row) else {
        return Ok(Err((end, "a row of a token is damaged".to_owned())));
    };
    let last = Position(kept.size.saturating_sub(1).min(end.0));
    let bad = |reason: String| Ok(Err((last, format!("the token {}: {reason}", kept.token))));

    let stamped = match Stamped::parse(&kept.stamped, view.log_keys()) {
        Ok(stamped) if stamped.checkpoint().size() == kept.size && kept.size > 0 => stamped,
        Ok(_) => return bad("its row names another size than its checkpoint".to_owned()),
        Err(reason) => return bad(reason.to_string()),
    };
    // A tree that cannot be rebuilt is the matter of another check.
    let root = view.root_at(kept.size).unwrap_or_default();
    if root != Some(stamped.checkpoint().root()) {
        return bad("stamped over a root that this log never had".to_owned());
    }
    let Ok(Some(der)) = view.held.object(&kept.token) else {
        return bad("it is not held, or damaged".to_owned());
    };
    if let Err(reason) = verify(&der, &kept, authorities, report) {
        return bad(reason.to_string());
    }
    match contradiction(view, kept.size, kept.time, kept.existed_at())? {
        None => Ok(Ok(())),
        Some(found) => Ok(Err((found.position, contradicts(&kept, found)))),
    }
}

/// The token itself. That nobody trusts its authority here is no fault of the ledger.
fn verify(
    der: &[u8],
    kept: &KeptTimestamp,
    authorities: &[TimestampAuthority],
    report: &mut AuditReport,
) -> Result<(), TokenFault> {
    let token = TimestampToken::parse(der)?;
    let claim = token.check(kept.stamped.as_bytes())?;
    if (claim.time(), claim.accuracy()) != (kept.time, kept.accuracy) {
        return Err(TokenFault::OtherTime);
    }
    match token.verify(kept.stamped.as_bytes(), authorities) {
        Ok(_) => Ok(()),
        Err(reason) if reason.is_unknown_authority() => {
            let reason = format!(
                "the authority of the token {} is not among those that are trusted",
                kept.token
            );
            report.not_checked(CheckName::Timestamps, reason);
            Ok(())
        }
        Err(reason) => Err(reason.into()),
    }
}

#[derive(Debug, thiserror::Error)]
enum TokenFault {
    #[error(transparent)]
    Token(#[from] TimestampError),
    #[error("its row says another time")]
    OtherTime,
}

fn contradicts(kept: &KeptTimestamp, found: Contradiction) -> String {
    let (at, size) = (kept.time.seconds, kept.size);
    let recorded_at = found.recorded_at;
    if found.covered {
        format!("recorded at {recorded_at}, but stamped at {at} in a tree of {size} records")
    } else {
        format!("recorded at {recorded_at}, but not in the tree of {size} records stamped at {at}")
    }
}
