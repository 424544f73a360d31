//! Values that older versions of a schema are given, and no row of the type takes.

use super::Parts;
use crate::rules::act::Act;
use crate::rules::faults::Faults;
use crate::rules::reader::{RuleSetError, RuleSetReason};

/// What the step to the newest version gives fits the field of one of the rows.
pub(super) fn check(parts: &Parts<'_>, faults: &mut Faults) {
    for (kind, given) in parts.upcasts.given() {
        let own = parts.own.get(kind).into_iter().flatten();
        let rows: Vec<&Act> = own.chain(parts.base.get(kind).into_iter().flatten()).collect();
        for (name, value) in given {
            let fields = rows.iter().flat_map(|row| &row.fields);
            let declared = fields.filter(|field| field.name == *name);
            let unfit: Vec<_> = declared.map(|field| field.kind.unfit(value)).collect();
            // What no row declares is told as such.
            if unfit.iter().all(Option::is_some)
                && let Some(why) = unfit.into_iter().next().flatten()
            {
                let reason = RuleSetReason::Unfit { value: value.to_string(), why };
                faults.push(RuleSetError { at: format!("upcast[{kind}].default.{name}"), reason });
            }
        }
    }
}
