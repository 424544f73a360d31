//! The documents that the log names: held, of the size that an event gives them, and on request with
//! their digest. One document is looked at once, however many events name it.

use crate::documents::DocumentError;
use crate::log::Position;
use crate::rules::Class;
use crate::view::{ReadError, View};

use super::report::{AuditReport, CheckName};

/// How closely documents are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Whether they are held, and their size.
    Sizes,
    /// Every byte of them.
    Bytes,
}

/// Looks at every document that an event names.
pub(super) fn check(view: &View, depth: Depth, report: &mut AuditReport) -> Result<(), ReadError> {
    if !view.documents_are_indexed()? {
        let reason =
            "the directory has no index of documents yet: it is made when it is next served";
        report.not_checked(CheckName::Documents, reason);
        return Ok(());
    }
    let (mut named, mut missing, mut last) = (0_u64, 0_u64, None);
    let mut first = None;
    while let Some(sha256) = view.document_after(last.as_ref())? {
        last = Some(sha256);
        let namings = view.namings(&sha256, Class::Restricted, view.size())?;
        let Some(position) = namings.iter().map(|naming| naming.position).min() else { continue };
        named += 1;
        let size = match view.documents.size(view, &sha256) {
            Ok(Some(size)) => size,
            Ok(None) => {
                missing += 1;
                first = first.map_or(Some(position), |first: Position| Some(first.min(position)));
                continue;
            }
            Err(error) => {
                report.bad(CheckName::Documents, position, error);
                continue;
            }
        };
        if view.naming_of_size(&sha256, size, Class::Restricted)?.is_none() {
            let announced: Vec<u64> = namings.iter().map(|naming| naming.size).collect();
            let reason = format!(
                "the document {sha256}: {size} bytes are held, the events say {announced:?}"
            );
            report.bad(CheckName::Documents, position, reason);
        } else if depth == Depth::Bytes
            && let Err(error) = read(view, &sha256)
        {
            report.bad(CheckName::Documents, position, error);
        }
    }
    if let Some(position) = first {
        let reason = format!("{missing} of {named} documents are not held");
        report.documents_not_held(position, reason);
    }
    Ok(())
}

fn read(view: &View, sha256: &jejak_signer::Hash) -> Result<(), DocumentError> {
    match view.documents.peek(view, sha256)? {
        Some(reading) => reading.check(),
        None => Ok(()),
    }
}
